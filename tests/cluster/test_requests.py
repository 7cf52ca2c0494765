"""How many requests does an answer of a cluster take?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from searcher import Article
from searcher.cluster.archive import ClusterArchive
from searcher.cluster.creating import create_archive
from tests.cluster.pretended import transport_to
from tests.cluster.pretended_search import PretendedSearch


@pytest.fixture
def cluster() -> Iterator[tuple[PretendedSearch, ClusterArchive]]:
    """Forty articles, in which the words recur ever more often."""
    pretended = PretendedSearch()
    transport = transport_to(pretended)
    create_archive(transport)
    with ClusterArchive(transport) as archive:
        with archive.writer() as writer:
            for number in range(40):
                body = "oil " * (number % 6) + "price rises " * (number % 4) + "a prime minister"
                writer.add(Article(f"Title {number}", body, id=f"a{number:02}"))
        yield pretended, archive


@pytest.mark.parametrize(
    ("query", "at_first"),
    [
        ("oil", 3),  # how many hold it, how often it recurs, and the best
        ("oil price", 3),
        ("oil AND rises", 3),
        ('"prime minister"', 2),  # words in their own form have no recurrence
        ("oil w/3 price", 3),
        ("has:title", 2),  # nothing is scored: how many there are, and the first
    ],
)
def test_a_search_is_one_request_once_its_words_are_known(
    cluster: tuple[PretendedSearch, ClusterArchive], query: str, at_first: int
) -> None:
    pretended, archive = cluster
    for expected in (at_first, 1):
        pretended.seen.clear()
        found = archive.search(query)
        asked = [path for _, _, path, _ in pretended.seen if "search" in path]
        assert len(asked) == expected, asked
    assert found.order == "exact"


def test_no_more_articles_are_asked_for_than_are_looked_at(
    cluster: tuple[PretendedSearch, ClusterArchive],
) -> None:
    pretended, archive = cluster
    for query, most in (("oil", 10), ("oil price", 20)):
        archive.search(query)
        assert pretended.requests[-1]["size"] == most
        assert pretended.requests[-1]["_source"] == ["article"]
    archive.ids("oil", limit=5)
    assert (pretended.requests[-1]["size"], pretended.requests[-1]["_source"]) == (5, False)
