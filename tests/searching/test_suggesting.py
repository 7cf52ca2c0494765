"""Is the word that was meant suggested, and only where there is a slip?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from searcher import Archive, Article
from searcher.codec.core import native_core
from searcher.distance import within_edits
from searcher.query import parse
from searcher.searching.snapshot import Snapshot

pytestmark = pytest.mark.same_without_core

LIBYA = "The outbreak in New York has ended. Haftar spoke of Tripoli and Zürich."
OIL = "Oil and gas in Tunis. The hunter of lions. A break came out of the house."


@pytest.fixture(params=["native", "plain"])
def archive(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Archive]:
    """Sixty articles on each of the paths."""
    if request.param == "plain":
        monkeypatch.setenv("SEARCHER_NATIVE", "off")
    elif native_core() is None:
        pytest.skip("the native core is not built, or off")
    with Archive.create(tmp_path / "index") as archive:
        for first in (0, 30):  # two segments
            with archive.writer() as writer:
                for number in range(first, first + 30):
                    body = LIBYA if number % 2 else OIL
                    title = f"Brent oil rises {number}"
                    writer.add(Article(title, body, ("Ada Okafor",), id=f"a{number}"))
        with archive.writer() as writer:
            writer.add(Article("Rare", "A brant goose; a house of hafters.", id="rare"))
        yield archive


@pytest.mark.parametrize(
    ("query", "mended"),
    [
        ("brentt oil", "brent oil"),
        ("brnet", "brent"),
        ("rbent", "brent"),
        ("xrent", "brent"),
        ("Trippoli", "Tripoli"),
        ("TRIPLI", "TRIPOLI"),
        ("newyork", "new york"),
        ("out break", "outbreak"),
        ("oil out break", "oil outbreak"),
        ('"out break"', '"outbreak"'),
        ("Hifter tripoli", "Haftar tripoli"),
        ("title:brentt", "title:brent"),
        ("byline:okfor", "byline:okafor"),
        ('"brentt oil"', '"brent oil"'),
        ("-brentt oil", "-brent oil"),
        ("oil OR brentt", "oil OR brent"),
        ("=brentt AND oil", "=brent AND oil"),
        ("tripolli w/5 haftar", "tripoli w/5 haftar"),
        ("(trpoli hftar) date:2019", "(tripoli haftar) date:2019"),
        ("zuerich", "zurich"),
        ("Zürrich", "Zurich"),
        ("lybia outbrake", "lybia outbreak"),
    ],
)
def test_a_word_that_no_article_has_is_mended(archive: Archive, query: str, mended: str) -> None:
    suggestions = archive.search(query).suggestions
    assert {each.query for each in suggestions} == {mended}
    for each in suggestions:
        assert query[each.position : each.end] == each.word != each.suggestion
        assert each.suggested_articles >= 30 and each.articles == 0


@pytest.mark.parametrize(
    "query",
    [
        "brent oil",
        "brant",
        "brant oil OR goose",
        "goose house",
        "hafters",
        "rises",
        "rising hunters",  # inflections are found
        "okafor",  # a byline
        "the of",
        "zzzz",
        "xqjkvw oil",
        "b2b",
        "covid19",
        "1987",
        "no",
        "brentt*",
        "brentt~",
        "source:brentt",
        "has:date",
        "*",
        "new york",
        "house of",
    ],
)
def test_words_that_are_held_and_what_is_no_word_are_left_alone(
    archive: Archive, query: str
) -> None:
    assert archive.search(query).suggestions == ()


def test_the_answer_is_that_of_the_query_as_it_was_typed(archive: Archive) -> None:
    results = archive.search("brentt goose")
    assert [hit.id for hit in results] == ["rare"]
    (suggestion,) = results.to_dict()["suggestions"]
    assert suggestion == {
        "position": 0,
        "end": 6,
        "word": "brentt",
        "suggestion": "brent",
        "query": "brent goose",
        "articles": 0,
        "suggested_articles": 60,
    }


def test_the_other_words_decide_between_candidates(archive: Archive) -> None:
    assert archive.search("hanter lions").suggestions[0].suggestion == "hunter"
    with archive.writer() as writer:
        for number in range(40):
            body = "The banker met the mayor." if number % 2 else "The tanker left the port."
            writer.add(Article("News", body, id=f"b{number}"))
    for other, meant in (("mayor", "banker"), ("port", "tanker")):
        (suggestion,) = archive.search(f"xanker {other}").suggestions
        assert (suggestion.suggestion, suggestion.suggested_articles) == (meant, 20)


def test_a_rare_word_is_doubted_only_beside_words_that_speak_against_it(archive: Archive) -> None:
    with archive.writer() as writer:
        for number in range(400):
            writer.add(Article("Vote", "The parliament voted.", id=f"c{number}"))
        writer.add(Article("Odd", "A parliment of owls.", id="odd"))
    assert archive.search("parliment").suggestions == ()
    assert archive.search("parliment owls").suggestions == ()
    (suggestion,) = archive.search("parliment vote").suggestions
    assert (suggestion.suggestion, suggestion.articles) == ("parliament", 1)


def test_a_tree_has_no_text_to_mend(archive: Archive) -> None:
    assert archive.search(parse("brentt")).suggestions == ()


@pytest.mark.skipif(native_core() is None, reason="the native core is not built, or off")
def test_both_kinds_of_segment_have_the_same_near_forms(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(4)
    letters = "aabbéеx北"
    words = {"".join(random.choices(letters, k=random.randint(1, 8))) for _ in range(1500)}
    articles = [
        Article(" ".join(random.sample(sorted(words), 9)), " ".join(part), ("Äb Xa",), id=str(n))
        for n, part in enumerate(zip(*[iter(sorted(words))] * 20, strict=False))
    ]
    snapshots = []
    for kind in ("native", "plain"):
        monkeypatch.setenv("SEARCHER_NATIVE", "auto" if kind == "native" else "off")
        with Archive.create(tmp_path / kind) as archive, archive.writer() as writer:
            for article in articles:
                writer.add(article)
        snapshots.append(Snapshot(str(tmp_path / kind)))
    monkeypatch.setenv("SEARCHER_NATIVE", "auto")
    native, plain = snapshots
    terms = {t.decode() for f in ("title", "body", "byline") for t in native.field_terms(f)}
    for word in [*random.sample(sorted(terms), 60), "", "zz", "ab北", "a" * 40]:
        for edits in (1, 2):
            near = native.near_forms(word, edits)
            assert near == plain.near_forms(word, edits)
            if word:
                assert set(near) == {term for term in terms if within_edits(word, term, edits)}
            assert all(plain.form_frequencies(form) == [near[form]] for form in near)
    assert plain.form_frequencies("nowhere", "") == [(0, 0, 0)] * 2
    for snapshot in snapshots:
        snapshot.close()
