"""Are all articles that match gone through as in an index directory, a page of them held?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from searcher import Archive, Article
from searcher.cluster import asking, searching
from searcher.cluster.archive import ClusterArchive
from tests.cluster.loading import load
from tests.cluster.nodes import Nodes

Both = tuple[Archive, ClusterArchive]


def articles() -> list[Article]:
    """Sixty, of which each has more of one word and less of another."""
    made = []
    for number in range(60):
        text = "truce " * (number % 7) + "held " * (number % 5) + f"w{number:02} in tripoli."
        date = dt.date(2019, 4, 1 + number % 28)
        made.append(Article(f"Title {number}", text, date=date, id=f"m{number:02}"))
    return made


@pytest.fixture(scope="module")
def both(one_node: Nodes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    path = tmp_path_factory.mktemp("scanned") / "index"
    with (
        Archive.create(path) as directory,
        load(one_node.url("scanned"), articles(), shards=2) as cluster,
    ):
        with directory.writer() as writer:
            for article in articles():
                writer.add(article)
        yield directory, cluster


def points_in_time(cluster: ClusterArchive) -> int:
    """How many are open."""
    path = "/_search/point_in_time/_all"
    answer = cluster.transport.read("GET", path, accept=(404,))
    return len(answer.body.get("pits", []))


@pytest.mark.parametrize("sort", ["score", "date", "-date"])
@pytest.mark.parametrize(
    "query",
    [
        "*",  # nothing is scored
        "truce",  # the cluster's order is that of the scores
        "truce held",  # it is that of a bound of them
        "truce OR w1*",
        "truce NOT w/2 (held OR tripoli)",
        "atleast2(truce w/2 held)",  # looked at here
        "nowhere",
    ],
)
def test_a_scan_in_pages_is_that_of_a_directory(
    both: Both, monkeypatch: pytest.MonkeyPatch, query: str, sort: str
) -> None:
    directory, cluster = both
    monkeypatch.setattr(asking, "PAGE", 7)
    before = points_in_time(cluster)
    for limit, offset in ((None, 0), (None, 50), (10, 0), (9, 3), (0, 0), (5, 100)):
        found, expected = (
            archive.scan(query, sort=sort, limit=limit, offset=offset)
            for archive in (directory, cluster)
        )
        assert (len(found), found.total) == (len(expected), expected.total)
        assert list(found) == list(expected), (query, limit, offset)
    assert points_in_time(cluster) == before


def test_after_the_best_the_others_follow_each_once(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory, cluster = both
    monkeypatch.setattr(asking, "PAGE", 7)
    monkeypatch.setattr(searching, "MOST_RESCORED", 10)
    found = [one.article.id for one in cluster.scan("truce held")]
    assert len(found) == len(set(found))
    assert sorted(found) == sorted(directory.ids("truce held"))


def test_no_more_than_a_page_is_read_before_it_is_asked_for(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, cluster = both
    monkeypatch.setattr(asking, "PAGE", 7)
    before = points_in_time(cluster)
    pages = 0
    search = cluster.transport.search

    def counted(body: Mapping[str, Any], **options: Any) -> dict[str, Any]:
        nonlocal pages
        pages += "pit" in body
        return search(body, **options)

    monkeypatch.setattr(cluster.transport, "search", counted)
    with cluster.scan("truce", sort="date") as scan:
        seen = []
        for one in scan:
            seen.append(pages)
            if one.rank == 15:
                break
        assert points_in_time(cluster) == before + 1
    assert seen == [1] * 7 + [2] * 7 + [3]
    assert points_in_time(cluster) == before  # it was let go of


def test_a_scan_is_of_the_moment_it_began(
    one_node: Nodes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "PAGE", 2)
    with load(one_node.url("moment"), articles()[:8]) as cluster:
        scan = cluster.scan("*", sort="date")
        first = next(scan)
        for id in ("m06", "m07"):
            cluster.transport.write("DELETE", f"/moment/_doc/{id}", params={"refresh": "true"})
        ids = [article.id for article in articles()[:8]]
        assert [first.article.id, *(one.article.id for one in scan)] == ids
        assert len(cluster.ids("*")) == 6
        report = cluster.export("*", tmp_path / "all.jsonl")
        assert report.articles == 6


def test_an_order_that_is_not_certain_is_said(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    _, cluster = both
    query = "truce NOT w/2 (held OR tripoli)"
    certain = cluster.search(query, limit=3)
    assert certain.order == "exact" and "order" not in certain.to_dict()
    monkeypatch.setattr(searching, "MOST_RESCORED", 4)
    approximate = cluster.search(query, limit=3)
    assert approximate.order == approximate.to_dict()["order"] == "approximate"
    assert approximate.total == certain.total


@pytest.mark.parametrize("query", ["w*", "h*d", "trice~", "w0* OR held", "lead:tr?ce", "=truce"])
def test_patterns_are_ordered_as_in_a_directory_without_reading_more(
    both: Both, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    directory, cluster = both
    monkeypatch.setattr(searching, "MOST_RESCORED", 0)  # nothing may be left to be sorted here
    found = cluster.search(query)
    assert found.order == "exact"
    assert [hit.to_dict() for hit in found] == [hit.to_dict() for hit in directory.search(query)]
