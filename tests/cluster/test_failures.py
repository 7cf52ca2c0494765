"""What real clusters do on bad days, while articles are written and searched: busy ones, ones that
refuse, nodes that hang, nodes that die."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from searcher import Archive, Article, ArticleError, ClusterError
from searcher.cluster.address import Credentials
from searcher.cluster.creating import create_archive
from searcher.cluster.holding import ClusterArticles
from searcher.cluster.mapping import IndexFacts
from searcher.cluster.transport import Transport
from searcher.cluster.writing import ClusterWriter
from tests.cluster.conftest import nodes_of
from tests.cluster.nodes import Nodes

# Each takes some twenty seconds, till the node is back; twenty before a release.
KILLS = int(os.environ.get("SEARCHER_TEST_KILLS", "3"))


def article(number: int, text: str = "Words of one article.") -> Article:
    return Article(f"Title {number}", text, id=f"a{number:06}")


def ids_in(transport: Transport, index: str) -> list[str]:
    held = ClusterArticles(transport, [index])
    held.refresh()
    shown = {"_source": False, "docvalue_fields": ["id"]}
    return [hit["fields"]["id"][0] for hit in held.walk({"match_all": {}}, shown)]


@pytest.fixture
def news(one_node: Nodes) -> Iterator[tuple[Transport, IndexFacts]]:
    """An archive of its own, which is gone afterwards."""
    with Transport(one_node.url("bad"), credentials=Credentials()) as transport:
        yield transport, create_archive(transport)
    for name in ("bad-000001", "bad.files"):
        one_node.ask(0, "DELETE", f"/{name}")


def test_a_refused_document_costs_only_itself(news: tuple[Transport, IndexFacts]) -> None:
    transport, facts = news
    # Made for a field that the index has not.
    writer = ClusterWriter(transport, facts._replace(values=("country",)))
    for number in range(100):
        metadata = {"country": "fr"} if number == 50 else {}
        writer.add(Article(f"Title {number}", "Text.", id=f"a{number:06}", metadata=metadata))
    with pytest.raises(ArticleError, match="country"):
        writer.commit()
    writer.close()
    assert len(ids_in(transport, "bad-000001")) == 99


def test_a_node_that_hangs_ends_in_an_error_in_time(
    news: tuple[Transport, IndexFacts], one_node: Nodes
) -> None:
    transport, facts = news
    writer = ClusterWriter(transport, facts, timeout_s=1.0, retry_s=2.0)
    writer.add(article(1))
    writer.commit()
    one_node.pause(0)
    try:
        begun = time.monotonic()
        writer.add(article(2))
        with pytest.raises(ClusterError) as caught:
            writer.commit()
        assert caught.value.kind in ("timeout", "unreachable")
        with pytest.raises(ClusterError):
            transport.read("GET", "/bad/_count", timeout_s=2)
        assert time.monotonic() - begun < 25
    finally:
        one_node.resume(0)
        writer.close()
    one_node.wait()
    with ClusterWriter(transport, facts) as again:
        again.add(article(2))
        again.add(article(3))
    assert ids_in(transport, "bad-000001") == ["a000001", "a000002", "a000003"]


def test_a_busy_cluster_takes_all_of_it_once() -> None:
    """A write queue of one: most bulks are turned away, some in part."""
    settings = {"thread_pool.write.queue_size": 1, "thread_pool.write.size": 1}
    for nodes in nodes_of(1, settings=settings):
        with Transport(nodes.url("busy"), credentials=Credentials()) as transport:
            facts = create_archive(transport, shards=5)
            writers = [ClusterWriter(transport, facts, most_actions=20) for _ in range(6)]

            def fill(place: int, writer: ClusterWriter) -> None:
                for number in range(place, 1200, 6):
                    writer.add(article(number))
                writer.commit()

            threads = [
                threading.Thread(target=fill, args=(place, writer))
                for place, writer in enumerate(writers)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            for writer in writers:
                writer.close()
            assert ids_in(transport, "busy-000001") == [f"a{n:06}" for n in range(1200)]
            pool = nodes.ask(0, "GET", "/_nodes/stats/thread_pool")["nodes"].values()
            assert sum(node["thread_pool"]["write"]["rejected"] for node in pool) > 0


def test_nodes_die_while_articles_are_written_and_searched(three_nodes: Nodes) -> None:
    """Every acknowledged article is there once, and no search finds less than what was there."""
    url = three_nodes.url("chaos")
    with Transport(url, credentials=Credentials()) as transport:
        facts = create_archive(transport, shards=3, copies=2)
        three_nodes.wait("green")
        committed: list[int] = [0]
        failures: list[BaseException] = []
        searched: dict[str, int] = {"whole": 0, "error": 0}
        over = threading.Event()
        writer = ClusterWriter(transport, facts, most_actions=50, timeout_s=10.0)

        def write() -> None:
            number = 0
            try:
                while not over.is_set():
                    for _ in range(100):
                        writer.add(article(number))
                        number += 1
                    writer.commit()
                    committed[0] = number
                writer.close()
            except BaseException as error:
                failures.append(error)

        def search() -> None:
            with Archive.open(url) as archive:
                while not over.is_set():
                    least = committed[0]
                    try:
                        total = archive.search("words", limit=1).total
                    except ClusterError:
                        searched["error"] += 1
                        continue
                    if total < least:
                        failures.append(AssertionError(f"{total} of {least}"))
                    searched["whole"] += 1

        threads = [threading.Thread(target=write), threading.Thread(target=search)]
        for thread in threads:
            thread.start()
        try:
            for kill in range(KILLS):
                _wait_for(lambda least=kill * 200: committed[0] > least, failures)
                # By turns whoever is next, and the one that is being spoken to.
                spoken_to = three_nodes.ports.index(transport._hosts[0].port)
                victim = spoken_to if kill % 2 == 0 else kill % 3
                three_nodes.kill(victim)
                before = committed[0]
                _wait_for(lambda least=before: committed[0] > least, failures)
                three_nodes.start(victim)
                three_nodes.wait("green")
        finally:
            over.set()
            for thread in threads:
                thread.join()
        assert not failures and searched["whole"]
        three_nodes.wait("green")
        assert ids_in(transport, "chaos-000001") == [f"a{n:06}" for n in range(committed[0])]
        with ClusterWriter(transport, facts) as again:
            for number in range(0, committed[0], 7):
                again.add(article(number))
        assert len(ids_in(transport, "chaos-000001")) == committed[0], "a second run adds none"


def test_one_node_of_three_that_hangs_costs_time_and_no_answer(three_nodes: Nodes) -> None:
    url = three_nodes.url("hang")
    # Two hosts are waited for; not as long as slow machines may (conftest.py).
    with Transport(url, credentials=Credentials(), read_timeout_s=5) as transport:
        facts = create_archive(transport, shards=3, copies=2)
        with ClusterWriter(transport, facts) as writer:
            for number in range(50):
                writer.add(article(number))
        three_nodes.wait("green")
        victim = three_nodes.ports.index(transport._hosts[0].port)
        three_nodes.pause(victim)
        try:
            begun = time.monotonic()
            found: Any = None
            try:
                found = transport.search({"size": 0, "track_total_hits": True}, index="hang")
            except ClusterError as error:
                assert error.kind in ("timeout", "shards", "failed")
            assert time.monotonic() - begun < 25
            assert found is None or found["hits"]["total"]["value"] == 50
        finally:
            three_nodes.resume(victim)
        three_nodes.wait("green")


def _wait_for(is_so: Any, failures: list[BaseException], timeout_s: float = 360) -> None:
    deadline = time.monotonic() + timeout_s
    while not is_so():
        assert not failures, failures
        assert time.monotonic() < deadline, "nothing goes on"
        time.sleep(0.05)
