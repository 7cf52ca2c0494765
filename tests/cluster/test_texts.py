"""Does a cluster say of texts what an index directory with the same articles does: who said some
words, what the background of an article is, what was changed afterwards?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest

from searcher import Archive, Article, ArticleNotFoundError, ClusterError, QueryError
from searcher.cluster import ages
from searcher.cluster import window as windows
from searcher.cluster.archive import ClusterArchive
from searcher.cluster.creating import create_archive
from searcher.codec.schema import instant_us
from searcher.indexing.versions import as_version
from searcher.request import Request
from searcher.searching import quoting
from searcher.searching.budget import Budget
from tests.cluster.loading import load
from tests.cluster.pretended import transport_to
from tests.cluster.pretended_search import PretendedSearch
from tests.cluster.test_reading import FULL, reuters

Both = tuple[Archive, ClusterArchive]
# Articles that are quoted, each in some ways, and articles whose background is asked for.
QUOTED, SUBJECTS = (300, 200) if FULL else (12, 10)
# Articles on a cluster that is pretended.
_FEW = 120


@pytest.fixture(scope="module", params=["pretended", "real"])
def both(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Both]:
    """Articles of Reuters in an index directory without groups, and on a cluster of two shards, or
    one that is pretended."""
    path = tmp_path_factory.mktemp("texts") / "index"
    if request.param == "real":
        articles = [*reuters(), *changed_articles()]
        cluster = load(request.getfixturevalue("one_node").url("texts"), articles, shards=2)
    else:
        articles = [*reuters()[:_FEW], *changed_articles()]
        cluster = pretended(articles)
    with Archive.create(path) as directory, cluster:
        directory.define_groups(False)
        with directory.writer() as writer:
            for article in articles:
                writer.add(article)
        yield directory, cluster


def pretended(
    articles: Sequence[Article], now: Callable[[], dt.datetime] | None = None
) -> ClusterArchive:
    """A pretended cluster with `articles`."""
    transport = transport_to(PretendedSearch())
    create_archive(transport)
    archive = ClusterArchive(transport, now=now)
    with archive.writer() as writer:
        for article in articles:
            writer.add(article)
    return archive


def changed_articles() -> list[Article]:
    """One that was changed after it was published, with its older text, and one withheld."""
    day = dt.date(1987, 3, 1)
    text = "The dam of Zwartkopjes holds {} litres, the minister said in a long statement."
    older = Article("Dam holds 40 litres", text.format("40"), date=day, id="dam")
    newer = Article("Dam holds 90 litres", text.format("90"), date=day, id="dam")
    withheld = Article("Dam", text.format("70"), date=day, id="held", status="withheld")
    return [as_version(older), newer, withheld]


def essence(answer: Any) -> Any:
    """An answer as JSON values, without how long it took and of which commit it is."""
    values = answer.to_dict() if hasattr(answer, "to_dict") else answer
    if isinstance(values, dict):
        return {k: essence(v) for k, v in values.items() if k not in ("took_ms", "generation")}
    return [essence(part) for part in values] if isinstance(values, list) else values


def quotations(archive: Archive) -> Iterator[str]:
    """Words of articles: as they stand, in other type, with other words, in pieces; and words
    that nobody said."""
    random = Random("quotes")
    articles = [archive.get(id) for id in archive.ids("length:30..")]
    for article in random.sample(articles, min(QUOTED, len(articles) // 30)):
        words = article.body.split()
        start = random.randrange(len(words) - 20)
        for length in (5, 12):
            yield " ".join(words[start : start + length])
        quoted = words[start : start + 16]
        yield "“" + " ".join(quoted).upper() + "”"
        other = random.choice(articles).body.split()
        yield " ".join([*quoted[:5], other[0], *quoted[7:]])
        yield " ".join(quoted[:4]) + " ... " + " ".join(quoted[8:])
        yield " ".join([*quoted[:6], *other[2:8]])
        yield " ".join(random.sample(other, min(6, len(other))))
        yield " ".join(words[:60])
    yield "zwartkopjes never said such a thing"
    yield "said"
    yield "the dam of zwartkopjes holds 40 litres"
    yield "the dam of zwartkopjes holds 70 litres"


def test_quotations_are_found_and_checked_as_in_a_directory(both: Both) -> None:
    directory, cluster = both
    verdicts = set()
    for quote in quotations(directory):
        found = essence(cluster.quote(quote))
        assert found == essence(directory.quote(quote)), quote
        check = essence(cluster.verify_quote(quote, limit=3))
        assert check == essence(directory.verify_quote(quote, limit=3)), quote
        verdicts |= {found["verdict"], check["verdict"]}
    assert verdicts >= {"verbatim", "folded", "altered", "pieces", "absent", "exact", "elsewhere"}


def test_a_quotation_is_checked_in_the_article_that_is_named(both: Both) -> None:
    for id, quote in (
        ("dam", "the dam of zwartkopjes holds 90 litres"),
        ("dam", "holds 40 litres, the minister said in a long statement"),
        ("dam", "shares of the company rose"),
    ):
        directory, cluster = (essence(one.verify_quote(quote, id=id)) for one in both)
        assert cluster == directory
    with pytest.raises(ArticleNotFoundError):
        both[1].verify_quote("a humanitarian truce", id="no such id")
    with pytest.raises(QueryError, match="no word"):
        both[1].quote("...")


def test_many_articles_with_the_words_come_by_date_and_are_read_piece_by_piece(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quoting, "_SORTED_HERE", 20)
    monkeypatch.setattr(windows, "MOST_RESCORED", 10)
    monkeypatch.setattr(windows, "_READ_AHEAD", 7)
    monkeypatch.setattr(windows, "_MOST_HELD", 15)
    directory, cluster = both
    for limit in (3, 30, None):
        found, expected = (one.quote("the company", limit=limit) for one in (cluster, directory))
        assert found.total > 20
        assert essence(found) == essence(expected)


def test_an_article_that_goes_while_it_is_read_is_an_error_that_says_so(both: Both) -> None:
    cluster = both[1]
    window = cluster.view()._window(Request("*"), Budget())
    number = window.segment.number("gone", 0, None)
    with pytest.raises(ClusterError, match="removed while it was read") as caught:
        window.segment.stored(number)
    assert caught.value.hint == "ask again"


def test_the_background_of_an_article_is_that_of_a_directory(both: Both) -> None:
    directory, cluster = both
    ids = directory.ids("length:60.. has:date")
    subjects = Random("subjects").sample(ids, min(SUBJECTS, len(ids) // 30))
    some = 0
    for id in subjects:
        for options in ({}, {"older": True}, {"newer": True, "limit": 3, "offset": 1}):
            found, expected = (one.related(id, **options) for one in (cluster, directory))
            assert essence(found) == essence(expected), (id, options)
            some += len(found)
    assert some
    elsewhere = Article("Dam", "Litres of water are missing behind the dam of Zwartkopjes.")
    assert essence(cluster.related(elsewhere)) == essence(directory.related(elsewhere))
    nothing = cluster.related(Article("", "xyzzy"))
    assert (nothing.query, len(nothing)) == ("", 0)


@pytest.mark.parametrize("query", ["oil", "oil price", "bank AND rate", "+trade japan", "xyzzy"])
def test_a_query_gets_the_words_of_its_best_answers(both: Both, query: str) -> None:
    found, expected = (one.search(query, expand=True) for one in reversed(both))
    assert found.understood == expected.understood
    assert [hit.id for hit in found] == [hit.id for hit in expected]
    assert found.total == expected.total
    ids, wanted = (one.ids(query, expand=True) for one in reversed(both))
    assert sorted(ids) == sorted(wanted)
    scan = both[1].scan(query, expand=True, limit=5)
    assert [article.id for _, _, article in scan] == wanted[:5]


def test_silent_edits_are_those_of_a_directory(both: Both) -> None:
    for query in ("zwartkopjes", "40 litres", "oil", "*"):
        found, expected = (essence(one.edits(query)) for one in reversed(both))
        assert found == expected, query
    assert both[1].edits("dam").total == 1


@pytest.mark.parametrize("kind", ["pretended", "real"])
def test_recent_is_found_out_as_in_a_directory(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    first = dt.date(2001, 1, 1)
    articles = [
        # What is about a strike is of the last days; the rest of ten years.
        Article(
            f"Title {number}",
            "a strike today" if number % 10 == 0 else "a wreath today",
            date=first + dt.timedelta(3600 + number // 10 if number % 10 == 0 else number * 7),
            id=f"r{number:03}",
        )
        for number in range(300)
    ]
    articles += [Article("Undated", "strike and wreath", id="undated")]
    now = dt.datetime(2012, 1, 1, tzinfo=dt.UTC)
    monkeypatch.setattr(ages, "_MOST_IN_A_PAGE", 7)
    monkeypatch.setattr(ages, "_COUNTS_AT_ONCE", 4)
    with Archive.create(tmp_path / "index", now=lambda: now) as directory:
        with directory.writer() as writer:
            for article in articles:
                writer.add(article)
        if kind == "real":
            url = request.getfixturevalue("one_node").url("recent")
            load(url, articles, shards=2).close()
            opened = ClusterArchive.open(url, now=lambda: now)
        else:
            opened = pretended(articles, now=lambda: now)
        with opened as cluster:
            half_lives = {}
            for query in ("strike", "wreath", "today", "undated"):
                found, expected = (one.search(query, recent="auto") for one in (cluster, directory))
                assert found.half_life_days == expected.half_life_days, query
                assert [hit.to_dict() for hit in found] == [hit.to_dict() for hit in expected]
                half_lives[query] = found.half_life_days
            middle = ages.ClusterAges(cluster.view().executor(), {}, Budget())._middle_us()
    assert half_lives["strike"] is not None and half_lives["wreath"] is None
    dates = sorted(instant_us(article.date) for article in articles if article.date)
    assert middle == dates[len(dates) // 2]
