"""Is a quotation checked to the character, and no altered one accepted?"""

from __future__ import annotations

import datetime as dt
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher import Archive, Article, ArticleNotFoundError, DeadlineError, QueryError
from searcher.codec.core import native_core
from searcher.searching.quote_folding import FoldedText, bare_quote, fold_type
from searcher.typography import without_hidden
from tests.reference.quotations import KINDS, altered, is_right, passages, retyped

SAID = "We can’t leave the harbour before the last child is aboard"
UNSEEN = SAID.replace("harbour", "har\u00adbour").replace("the", "the\u200b")
CORPUS = Path(__file__).resolve().parents[2] / "corpus"


@pytest.fixture(params=["native", "plain"])
def archive(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Archive:
    if request.param == "plain":
        monkeypatch.setenv("SEARCHER_NATIVE", "off")
    elif native_core() is None:
        pytest.skip("the native core is not built, or off")
    archive = Archive.create(tmp_path / "index")
    bodies = {
        "late": f"The weather held. “{SAID},” Captain Ada Okafor said on Monday. Boats went out.",
        "first": f"Boats went out.\n\n“{SAID},” Captain Ada Okafor said.\n\nShe said: {SAID}!",
        "changed": f"The weather held. “{SAID.replace('can’t', 'can')},” Captain Okafor said.",
        "hidden": f"Then: {UNSEEN}.",
        "other": "The market opened at seven, and nothing else was reported from the district.",
    }
    days = {"late": 9, "first": 4, "changed": 5, "hidden": 11, "other": 12}
    with archive.writer() as writer:
        for id, body in bodies.items():
            title = "No one can’t be wrong — ever" if id == "other" else f"Headline {id}"
            writer.add(Article(title, body, id=id, date=dt.date(2020, 3, days[id])))
    return archive


def test_every_place_is_listed_and_is_a_slice_of_the_stored_text(archive: Archive) -> None:
    found = archive.verify_quote(SAID)
    assert (found.verdict, found.total, found.listed) == ("exact", 2, 2)
    assert [place.citation.id for place in found.places] == ["first", "first", "late"]
    for place in found.places:
        cited = place.citation
        body = archive.get(cited.id).body
        assert body[cited.start : cited.end] == cited.exact == SAID
        assert body[: cited.start].endswith(cited.prefix)
        assert body[cited.end :].startswith(cited.suffix)
        assert cited.body_sha256 == sha256(body.encode()).hexdigest()
        assert cited.generation == archive.stats().generation


def test_the_article_that_was_asked_about_comes_first(archive: Archive) -> None:
    found = archive.verify_quote(SAID, id="late")
    assert (found.verdict, found.id, found.total) == ("exact", "late", 2)
    assert [place.citation.id for place in found.places] == ["late", "first", "first"]
    assert archive.verify_quote(SAID, id="late", limit=1).listed == 1
    assert archive.verify_quote(SAID, id="late", limit=1).total == 2
    assert archive.verify_quote(SAID, limit=0).places == ()
    assert archive.verify_quote(SAID, limit=0).verdict == "exact"


@pytest.mark.parametrize(
    "quote",
    [
        SAID.upper(),
        SAID.replace("’", "'"),
        SAID.replace(" ", "\u00a0\n"),
        f"„{SAID}“ ",
        f"{SAID}.",
        SAID.replace("fi", "ﬁ").replace("before", "be\u200bfore"),
    ],
)
def test_other_type_is_folded(archive: Archive, quote: str) -> None:
    found = archive.verify_quote(quote, id="first")
    assert found.verdict == ("exact" if bare_quote(quote) == SAID else "folded")
    assert {place.citation.exact for place in found.places} == {SAID}


@pytest.mark.parametrize(
    ("quote", "differences"),
    [
        (SAID.replace("can’t", "can"), [("can", "can’t")]),
        (SAID.replace("last ", ""), [("", "last ")]),
        (SAID.replace("child", "young child"), [("young ", "")]),
        (SAID.replace("harbour", "harbor"), [("harbor", "harbour")]),
        (SAID.replace("before", ", before"), [(", ", "")]),
        (SAID.replace("child", "chíld"), [("chíld", "child")]),
    ],
)
def test_what_was_changed_is_never_accepted_and_is_told(
    archive: Archive, quote: str, differences: list[tuple[str, str]]
) -> None:
    found = archive.verify_quote(quote, id="first")
    assert found.verdict == ("elsewhere" if found.places else "altered")
    assert [place.citation.id for place in found.places] in ([], ["changed"])
    assert found.nearest is not None and found.nearest.citation.id == "first"
    told = found.nearest.differences
    assert [(one.quoted.strip(), one.printed.strip()) for one in told] == [
        (quoted.strip(), printed.strip()) for quoted, printed in differences
    ]
    body = archive.get("first").body
    for one in told:
        assert quote[one.quote_start : one.quote_end] == one.quoted
        assert body[one.start : one.end] == one.printed


def test_part_of_a_word_is_not_the_word(archive: Archive) -> None:
    assert archive.verify_quote("We can", id="first").verdict not in ("exact", "folded")
    assert archive.verify_quote("board", id="first").verdict not in ("exact", "folded")


def test_words_of_another_article_are_elsewhere(archive: Archive) -> None:
    found = archive.verify_quote("the market opened at seven", id="first")
    assert found.verdict == "elsewhere" and found.nearest is None
    assert [place.citation.id for place in found.places] == ["other"]


def test_words_that_nobody_has_are_absent(archive: Archive) -> None:
    found = archive.verify_quote("Parliament will vote on pensions again in the autumn session")
    assert (found.verdict, found.places, found.nearest, found.total) == ("absent", (), None, 0)


def test_invisible_characters_in_the_article_asked_about_hide_no_words(archive: Archive) -> None:
    body = archive.get("hidden").body
    shown, hidden = without_hidden(body)
    assert hidden == 3 and SAID in shown and SAID not in body
    found = archive.verify_quote(SAID, id="hidden")
    assert found.verdict == "folded"
    cited = found.places[0].citation
    assert cited.exact == body[cited.start : cited.end]
    assert without_hidden(cited.exact)[0] == SAID


def test_headlines_can_be_quoted_too(archive: Archive) -> None:
    found = archive.verify_quote("no one can't be wrong -- ever", id="other")
    assert found.verdict == "folded"
    cited = found.places[0].citation
    assert (cited.field, cited.exact) == ("title", "No one can’t be wrong — ever")


def test_a_first_sentence_is_no_headline_that_was_printed(tmp_path: Path) -> None:
    """What a reader made of the text is not quoted from as a headline, nor named as one."""
    body = "Ministers agreed to close the harbour at noon. Nobody knew why they had met."
    long = " ".join(["harbour"] * 60)
    with Archive.create(tmp_path / "index") as archive:
        with archive.writer() as writer:
            writer.add(Article("Ministers agreed to close the harbour at noon.", body, id="made"))
            writer.add(Article("Harbour closed", body, id="printed"))
            writer.add(Article(f"{long[:40]}…", f"{long} was what he said.", id="cut"))
        check = archive.verify_quote("agreed to close the harbour at noon", id="made")
        places = {(one.citation.id, one.citation.field) for one in check.places}
        assert places == {("made", "body"), ("printed", "body")}
        made, printed = (one.citation for one in check.places)
        assert (made.title, made.begins) == ("", "Ministers agreed to close the harbour at noon.")
        assert (printed.title, printed.begins) == ("Harbour closed", None)
        near = archive.verify_quote("agreed to open the harbour at noon", id="made").nearest
        assert near is not None and (near.citation.field, near.citation.title) == ("body", "")
        (cut,) = archive.verify_quote(f"{long} was what he said", id="cut").places
        assert cut.citation.begins == f"{long[:40]}…"
        assert archive.quote("agreed to close the harbour at noon").appearances[0].field == "body"


def test_few_words_prove_little(archive: Archive) -> None:
    assert archive.verify_quote("the last child").proves_little
    assert not archive.verify_quote("before the last child").proves_little


def test_an_older_version_that_said_it_is_named(tmp_path: Path) -> None:
    archive = Archive.create(tmp_path / "index")
    folder = tmp_path / "news"
    folder.mkdir()
    page = folder / "a.txt"
    page.write_text(f"Boats\n\n{SAID}, she said on Monday, and went below.\n")
    archive.index(folder)
    page.write_text("Boats\n\nShe said nothing on Monday, and went below.\n")
    archive.index(folder)
    versions = archive.versions(archive.ids("*")[0])
    if len(versions) < 2:
        pytest.skip("older versions are not kept of this format")
    found = archive.verify_quote(SAID, id=versions[-1].id)
    assert found.verdict == "elsewhere"
    assert found.places[0].citation.id == versions[0].id


def test_what_cannot_be_checked_is_an_error(archive: Archive) -> None:
    with pytest.raises(QueryError):
        archive.verify_quote("“…”")
    with pytest.raises(QueryError):
        archive.verify_quote("word " * 5_000)
    with pytest.raises(ArticleNotFoundError):
        archive.verify_quote(SAID, id="nowhere")
    with pytest.raises(DeadlineError):
        archive.verify_quote(SAID, timeout=1e-9)


def test_true_quotations_of_the_sample_corpus_are_accepted_and_altered_ones_are_not(
    tmp_path: Path,
) -> None:
    archive = Archive.create(tmp_path / "index")
    archive.index(CORPUS)
    random = Random(17)
    for number, passage in enumerate(passages(archive, 100, random)):
        quote = retyped(passage.text, random)
        assert is_right(passage, archive.verify_quote(quote, id=passage.id)), quote
        quote = altered(passage, KINDS[number % len(KINDS)], random)
        found = archive.verify_quote(quote, id=passage.id)
        assert found.verdict not in ("exact", "folded"), quote


# ------------------------------------------------------------ folding

LETTERS = st.text(
    alphabet="aeéE\u0301İßﬁ½…'’\"“”`´-–— \n\u00a0\u200b\u00ad\U000e0041.,5&漢", max_size=30
)


@given(LETTERS, LETTERS, LETTERS)
def test_a_stretch_between_blanks_is_found_at_its_place(
    before: str, said: str, behind: str
) -> None:
    text = f"{before} . {said} . {behind}"
    bare = bare_quote(said)
    if not any(map(str.isalnum, bare)) or not fold_type(bare).strip():
        return
    spans = list(FoldedText(text).spans(bare))
    for start, end in spans:
        folded = fold_type(text[start:end]).strip()
        assert folded.rstrip(".,") == fold_type(bare).strip().rstrip(".,")
    assert any(text[start:end] for start, end in spans) or bare != said.strip()


@given(LETTERS)
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold_type(fold_type(text)) == fold_type(text)


@given(st.text(max_size=40))
def test_what_is_taken_out_is_counted_and_nothing_else_goes(text: str) -> None:
    shown, hidden = without_hidden(text)
    assert len(shown) + hidden == len(text)
    assert without_hidden(shown) == (shown, 0) or "\u200c" in text or "\u200d" in text
    kept = iter(text)
    assert all(character in kept for character in shown)


@pytest.mark.parametrize(
    ("text", "shown", "hidden"),
    [
        ("a\u200bb\u2060c\ufeff", "abc", 3),
        ("\u202eevil\u202c", "evil", 2),
        ("a\U000e0069\U000e0067b", "ab", 2),
        ("\x1b[31mred\x00", "[31mred", 2),
        ("soft\u00adhyphen\ufe0f", "softhyphen", 2),
        ("two\x0cpages\r\nand\u2028more", "two\x0cpages\r\nand\u2028more", 0),
        ("می\u200cخواهم", "می\u200cخواهم", 0),
        ("a\u200cb\u200d", "ab", 2),
    ],
)
def test_invisible_characters_are_taken_out(text: str, shown: str, hidden: int) -> None:
    assert without_hidden(text) == (shown, hidden)
