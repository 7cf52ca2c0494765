"""Is the background of an article what it shares its telling words with, on both paths?"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from random import Random

import pytest

from searcher import Archive, Article, ArticleNotFoundError
from searcher.analysis import Analyzer
from searcher.codec.core import native_core
from searcher.searching.budget import Budget
from searcher.searching.key_words import TellingStems
from searcher.searching.native import NativeExecutor
from searcher.searching.plain import PlainExecutor
from searcher.searching.related import QUERY_WORDS, is_copy
from searcher.searching.snapshot import Snapshot
from searcher.searching.word_weights import WeighedArticle, Weighing, count_words, weigh_words
from tests.reference.generator import make_article, make_words

needs_core = pytest.mark.skipif(
    native_core() is None, reason="the native core is not built, or off"
)
DAM = (
    "Engineers lowered the reservoir behind the Tarn dam after sensors found the spillway had "
    "moved. Villages below the spillway were cleared overnight. The sluices stay open."
)
AGAIN = (
    "A second survey of the Tarn dam says its spillway moved again. The reservoir is half empty, "
    "and farmers downstream ask who will pay for the water that the sluices let go."
)
INQUIRY = "The inquiry into the Tarn dam heard that the sluices were last greased nine years ago."
OTHER = "The choir of St Ebba sang to a full house, and the organ was heard for the first time."


def day(number: int) -> dt.date:
    return dt.date(2020, 3, number)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    archive = Archive.create(tmp_path / "index")
    with archive.writer() as writer:
        writer.add(Article("Dam lowered", DAM, date=day(3), id="dam", source="Post"))
        copy = DAM.replace("overnight", "by night")
        writer.add(Article("Dam is lowered", copy, date=day(4), id="copy", source="Mail"))
        writer.add(Article("Dam moved again", AGAIN, date=day(9), id="again", source="Post"))
        writer.add(Article("Greased", INQUIRY, date=day(1), id="inquiry", source="Post"))
        writer.add(Article("Choir", OTHER, date=day(5), id="choir"))
        writer.add(Article("Nobody's", "Quite another matter altogether.", id="undated"))
    return archive


def test_background_is_what_shares_telling_words_without_copies(archive: Archive) -> None:
    related = archive.related("dam")
    assert [found.hit.id for found in related] == ["again", "inquiry"]
    assert (related.id, related.title) == ("dam", "Dam lowered")
    assert {"tarn", "spillway"} <= {word.lower() for word in related[0].words}
    with_copies = archive.related("dam", copies=True)
    assert with_copies[0].hit.id == "copy"


def test_the_query_can_be_asked_again(archive: Archive) -> None:
    related = archive.related("dam", copies=True)
    asked = archive.search(related.query, limit=None)
    assert asked.understood == related.query
    assert asked.total == related.total + 1  # the article itself
    scores = {hit.id: hit.score for hit in asked}
    assert all(scores[found.hit.id] == found.hit.score for found in related)


def test_a_word_weighs_what_it_stands_in_title_and_body(archive: Archive) -> None:
    body = "Spillway, spillway and spillway; the sluices and the reservoir: sluices again."
    subject = Article("Reservoir", body)
    # Once and in the title, which counts three times; three times; twice.
    assert archive.related(subject).query == "reservoir^0.99 spillway^0.8 sluices^0.59"


def test_a_long_article_asks_for_its_weightiest_words(tmp_path: Path) -> None:
    words = [f"w{'abcdefghij'[i // 10]}{'abcdefghij'[i % 10]}x" for i in range(90)]
    with Archive.create(tmp_path / "index") as archive:
        with archive.writer() as writer:
            for number in range(2):
                writer.add(Article(f"Number {number}", " ".join(words), id=str(number)))
        frequent = " ".join(words[60:] * 2)
        query = archive.related(Article("", " ".join(words[:60]) + " " + frequent)).query
    asked = [part.partition("^")[::2] for part in query.split()]
    assert len(asked) == QUERY_WORDS
    assert [word for word, weight in asked if weight == "0.99"] == words[60:]
    assert [word for word, weight in asked if weight == "0.59"] == words[: QUERY_WORDS - 30]


def test_older_and_newer_go_by_the_day_of_the_article(archive: Archive) -> None:
    assert [found.hit.id for found in archive.related("dam", older=True)] == ["inquiry"]
    assert [found.hit.id for found in archive.related("dam", newer=True)] == ["again"]
    with pytest.raises(ValueError, match="not both"):
        archive.related("dam", older=True, newer=True)
    with pytest.raises(ValueError, match="no date"):
        archive.related("undated", older=True)


def test_an_article_from_elsewhere_has_a_background_too(archive: Archive) -> None:
    stranger = Article("What the spillway cost", "Nobody has paid for the Tarn dam.", date=day(20))
    assert {f.hit.id for f in archive.related(stranger)} >= {"dam", "again"}
    assert len(archive.related(Article("Zzz", "Qqqq."))) == 0
    with pytest.raises(ArticleNotFoundError):
        archive.related("nowhere")


def test_of_copies_of_one_another_only_one_is_background(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "index") as archive:
        with archive.writer() as writer:
            writer.add(Article("Dam moved again", AGAIN, id="one"))
            writer.add(Article("Dam has moved again", AGAIN + " More follows.", id="two"))
            writer.add(Article("Greased", INQUIRY, id="inquiry"))
        related = archive.related(Article("Dam lowered", DAM))
        assert sorted(found.hit.id for found in related) in (["inquiry", "one"], ["inquiry", "two"])


def test_a_cut_article_is_a_copy_and_a_short_one_is_not() -> None:
    whole = set(range(100))
    cut = set(range(30))
    assert is_copy(whole, cut)
    assert not is_copy(whole, {1, 2})
    assert not is_copy(whole, set(range(60, 160)))
    assert not is_copy(whole, set())


def test_words_are_weighed_by_article_and_place() -> None:
    articles = [
        (1.0, 2.0, "Oil Up", "Oils are up and O'Brien's oil too, oil"),
        (0.5, 1.0, "", "oil"),
    ]
    stems = TellingStems(Analyzer("en"))
    weighed = {
        stems.stem(one.stem): one[1:] for one in weigh_words(articles, Weighing(1.6, 3.0), stems)
    }
    x = 3.0 * 1 + 3 / 2.0
    expected = 1.0 * (x / (1.6 + x)) + 0.5 * (1.0 / (1.6 + 1.0))
    assert weighed["oil"] == ("oil", 2, expected)
    assert weighed["obrien"][:2] == ("O'Brien's", 1)
    assert "and" not in weighed and "are" not in weighed
    counted = {stems.stem(one.stem): one[1:] for one in count_words(*articles[0][2:], stems)}
    assert counted["oil"] == ("oil", 3, 1) and counted["obrien"] == ("O'Brien's", 1, 0)
    shared = weigh_words(articles, Weighing(1.6, 3.0, 2), stems)
    assert [stems.stem(one.stem) for one in shared] == ["oil"]


@needs_core
def test_both_executors_weigh_words_alike(tmp_path: Path) -> None:
    random = Random(11)
    words = make_words(random)
    with Archive.create(tmp_path / "index") as archive:
        for part in range(3):
            with archive.writer() as writer:
                for number in range(40):
                    article = make_article(random, words, f"{part}-{number}")
                    writer.add(article)
    snapshot, analyzer = Snapshot(str(tmp_path / "index")), Analyzer("en")
    plain, native = PlainExecutor(snapshot, analyzer), NativeExecutor(snapshot, analyzer)
    documents = [(s, n) for s, v in enumerate(snapshot.segments) for n in range(v.count)]
    stems = TellingStems(analyzer)
    found_stems: set[str] = set()
    for _ in range(20):
        chosen = [
            WeighedArticle(place, random.random(), 0.5 + random.random())
            for place in random.sample(documents, random.randrange(1, 30))
        ]
        for least in (1, 2):
            weighing = Weighing(random.choice([0.5, 1.6]), random.choice([0.0, 1.0, 2.5]), least)
            found = native.words_of(chosen, weighing, stems, Budget())
            assert found == plain.words_of(chosen, weighing, stems, Budget())
            found_stems.update(stems.stem(one.stem) for one in found)
    asked_for = [*sorted(found_stems), "nowhere"]
    assert native.stem_frequencies(asked_for) == plain.stem_frequencies(asked_for)
    snapshot.close()
