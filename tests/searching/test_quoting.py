"""Is a quotation found, verbatim or altered, with the article that had it first?"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from random import Random

import pytest

from searcher import Archive, Article, QueryError
from searcher.analysis import Analyzer
from searcher.codec.core import native_core
from searcher.searching.budget import Budget
from searcher.searching.executor import Executor
from searcher.searching.plain import PlainExecutor
from searcher.searching.quoted_words import MOST_CHARACTERS
from searcher.searching.quoting import Quoter
from searcher.searching.snapshot import Snapshot

needs_core = pytest.mark.skipif(
    native_core() is None, reason="the native core is not built, or off"
)
SAID = "We shall not leave the harbour before the last child is aboard"
FILLER = (
    "The weather held through the afternoon. Boats went out as usual, and the market opened at "
    "seven. Nothing else was reported from the district on that day."
)


VOCABULARY = [
    a + b + c for a in "bdfgklm" for b in ("a", "e", "ou") for c in ("n", "rt", "st", "ll")
]


def make_words(random: Random, count: int) -> list[str]:
    """Words of which a few are frequent."""
    return [VOCABULARY[int(len(VOCABULARY) * random.random() ** 2)] for _ in range(count)]


def day(number: int) -> dt.date:
    return dt.date(2020, 3, number)


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
        "late": f"{FILLER} “{SAID},” Captain Ada Okafor said on Monday. {FILLER}",
        "first": f"{FILLER}\n\n“{SAID},” Captain Ada Okafor said on Monday.",
        "capitals": f"{FILLER} {SAID.upper()}! {FILLER}",
        "undated": f"{SAID}.",
        "altered": f"{FILLER} “It’s their cease-fire, and they shall keep it,” he said.",
    }
    days = {"late": 9, "first": 4, "capitals": 2, "altered": 5}
    with archive.writer() as writer:
        for id, body in bodies.items():
            date = day(days[id]) if id in days else None
            writer.add(Article(f"Headline {id}", body, id=id, date=date))
        writer.add(Article("Dam burst: nobody hurt in the valley", FILLER, id="title", date=day(1)))
        for number in range(30):
            words = " ".join(make_words(Random(number), 60))
            writer.add(Article("Other", words, id=f"other{number}", date=day(20)))
    return archive


def test_words_that_are_there_are_verbatim_and_the_earliest_article_is_first(
    archive: Archive,
) -> None:
    found = archive.quote(SAID)
    assert found.verdict == "verbatim" and found.total == 4
    assert [one.id for one in found] == ["capitals", "first", "late", "undated"]
    assert [one.verdict for one in found] == ["folded", "verbatim", "verbatim", "verbatim"]
    assert found.first is not None and found.first.id == "capitals"
    for one in found:
        body = archive.get(one.id).body
        assert body[one.start : one.end] == one.passage
        assert one.passage.casefold() == SAID.casefold() and one.likeness == 1
    assert archive.quote(f"  “{SAID}.”\n").verdict == "verbatim"
    assert archive.quote(SAID.replace(" ", "\n")).verdict == "verbatim"


def test_other_capitals_accents_and_hyphens_are_folded(archive: Archive) -> None:
    assert archive.quote(SAID.title()).verdict == "folded"
    for quote in (
        "it's their cease-fire and they",
        "It’s their cease fire",
        "it's their ceasefire",
    ):
        found = archive.quote(quote)
        assert (found.verdict, [one.id for one in found]) == ("folded", ["altered"]), quote
        assert found[0].differences == ()


def test_altered_words_are_told_one_by_one(archive: Archive) -> None:
    quote = "We will not leave the harbour until the last child is safely aboard"
    found = archive.quote(quote)
    assert found.verdict == "altered"
    assert [one.id for one in found] == ["capitals", "first", "late", "undated"]
    one = found[1]
    assert [(d.quoted, d.printed) for d in one.differences] == [
        ("will", "shall"),
        ("until", "before"),
        ("safely", ""),
    ]
    body = archive.get(one.id).body
    for difference in one.differences:
        quoted = quote[difference.quote_start : difference.quote_end]
        assert (quoted, body[difference.start : difference.end]) == difference[:2]
    assert 0.7 < one.likeness < 0.9
    assert one.passage == SAID


@pytest.mark.parametrize(
    "quote",
    [
        "We shall not leeve the harbuor before the last chlid is aboard",
        "We shall leave the harbour before the last child",
        "We shall not ... the last child is aboard",
        "not We shall leave harbour the before the last child is aboard",
        "Well, we really shall not ever leave the old harbour before the last child is aboard",
    ],
)
def test_slips_gaps_and_insertions_are_altered(archive: Archive, quote: str) -> None:
    found = archive.quote(quote)
    assert found.verdict == "altered"
    assert {one.id for one in found} == {"capitals", "first", "late", "undated"}
    for one in found:
        assert one.differences
        assert archive.get(one.id).body[one.start : one.end] == one.passage


def test_headlines_are_quoted_too(archive: Archive) -> None:
    found = archive.quote("Dam burst: nobody hurt")
    assert (found.verdict, found[0].id, found[0].field) == ("verbatim", "title", "title")
    assert found[0].attribution is None
    assert archive.quote("Dam bursts, nobody was hurt in the valley").verdict == "altered"


def test_pieces_are_runs_of_words_in_different_places(archive: Archive) -> None:
    found = archive.quote(
        "Nothing else was reported, said the shipping minister of finance, but in that week of "
        "storms the government of which nobody thought fell when market opened at seven"
    )
    assert (found.verdict, found.total, found.appearances) == ("pieces", 0, ())
    texts = [piece.text for piece in found.pieces]
    assert texts == ["Nothing else was reported", "market opened at seven"]
    for piece in found.pieces:
        assert piece.total == 5 and piece.first.id == "title"
        assert piece.first.passage == piece.text


def test_what_nobody_said_is_absent(archive: Archive) -> None:
    for quote in (
        "zymurgy quixotic vexillology",
        "zymurgy",
        "a truly colourless green idea sleeps",
    ):
        found = archive.quote(quote)
        assert (found.verdict, found.total, len(found)) == ("absent", 0, 0)
        assert found.first is None and found.to_dict()["appearances"] == []


def test_the_limit_leaves_the_verdict_and_the_total_alone(archive: Archive) -> None:
    assert [one.id for one in archive.quote(SAID, limit=2)] == ["capitals", "first"]
    for limit in (0, 1, None):
        found = archive.quote(SAID, limit=limit)
        assert (found.verdict, found.total) == ("verbatim", 4)
        assert len(found) == min(4, 4 if limit is None else limit)


def test_who_is_said_to_have_said_it_is_shown_with_the_sentence(archive: Archive) -> None:
    attribution = archive.quote(SAID)[1].attribution
    assert attribution is not None
    assert attribution.speaker == "Captain Ada Okafor" and attribution.pronoun is None
    body = archive.get("first").body
    assert body[attribution.start : attribution.end] == attribution.sentence
    pronoun = archive.quote("they shall keep it")[0].attribution
    assert pronoun is not None and pronoun.speaker == "he"


def test_what_is_no_quotation_is_refused(archive: Archive) -> None:
    for quote in ("", "  ", "!?", "“…”"):
        with pytest.raises(QueryError, match="no word"):
            archive.quote(quote)
    with pytest.raises(QueryError, match="longer than"):
        archive.quote("word " * MOST_CHARACTERS)
    with pytest.raises(ValueError):
        archive.quote("word", limit=-1)


def test_a_quotation_of_ten_thousand_characters_is_answered(tmp_path: Path) -> None:
    words = make_words(Random(7), 1_700)
    text = " ".join(words)[:10_000].rpartition(" ")[0]
    with Archive.create(tmp_path / "index") as archive:
        with archive.writer() as writer:
            writer.add(Article("Whole", f"So it begins. {text} So it ends.", id="whole"))
            writer.add(Article("Half", text[:5_000], id="half"))
        found = archive.quote(text)
        assert (found.verdict, [one.id for one in found]) == ("verbatim", ["whole"])
        tokens = text.split()
        tokens[50], tokens[900] = "zymurgy", "quixotic"
        altered = archive.quote(" ".join(tokens))
        assert (altered.verdict, altered[0].id) == ("altered", "whole")
        assert [d.quoted for d in altered[0].differences] == ["zymurgy", "quixotic"]
        repeated = archive.quote("the " * 2_500)
        assert repeated.verdict in ("absent", "pieces")


@needs_core
def test_both_executors_give_the_same_answers(tmp_path: Path) -> None:
    random = Random(3)
    with Archive.create(tmp_path / "index") as archive:
        with archive.writer() as writer:
            for number in range(200):
                text = " ".join(make_words(random, random.randrange(5, 80)))
                date = day(random.randrange(1, 28)) if random.random() < 0.9 else None
                writer.add(Article(text[:20], text, id=f"n{number}", date=date))
        bodies = [archive.get(id).body.split() for id in archive.ids("*")]
    snapshot = Snapshot(str(tmp_path / "index"))
    analyzer = Analyzer("en")
    from searcher.searching.native import NativeExecutor

    executors: list[Executor] = [
        NativeExecutor(snapshot, analyzer),
        PlainExecutor(snapshot, analyzer),
    ]
    verdicts = set()
    for _ in range(150):
        body = random.choice(bodies)
        start = random.randrange(len(body))
        words = body[start : start + random.randrange(3, 30)]
        for _ in range(random.randrange(4)):
            words[random.randrange(len(words))] = random.choice(random.choice(bodies))
        answers = [
            Quoter(" ".join(words), snapshot, executor, analyzer, Budget()).quotation(5)
            for executor in executors
        ]
        assert answers[0] == answers[1]
        verdicts.add(answers[0].verdict)
    assert {"verbatim", "altered"} <= verdicts
    snapshot.close()


REUTERS = Path(__file__).parents[3] / "shared" / "data" / "reuters21578" / "reut2-000.sgm.gz"


def test_passages_of_real_articles_are_found_where_they_stand(tmp_path: Path) -> None:
    if not REUTERS.exists():
        pytest.skip(f"no Reuters-21578 beside the repository ({REUTERS})")
    random = Random(11)
    with Archive.create(tmp_path / "index") as archive:
        archive.index(REUTERS)
        ids = archive.ids("*")
        asked = 0
        while asked < 60:
            article = archive.get(random.choice(ids))
            words = article.body.split()
            if len(words) < 60:
                continue
            asked += 1
            start = random.randrange(len(words) - 30)
            some = words[start : start + random.randrange(9, 28)]
            found = archive.quote(" ".join(some), limit=None)
            if any(any(map(str.isalnum, word)) for word in some):
                assert found.verdict in ("verbatim", "folded")
                assert article.id in {one.id for one in found}
                dates = [one.date for one in found if one.date]
                assert [str(d) for d in dates] == sorted(map(str, dates))
            some[4] = "zymurgy"
            altered = archive.quote(" ".join(some), limit=None)
            assert altered.verdict == "altered"
            assert article.id in {one.id for one in altered}
