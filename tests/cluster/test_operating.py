"""What an operator does with an archive, on a real cluster of one node."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from searcher import Article, ClusterError
from searcher.cluster.address import Credentials
from searcher.cluster.creating import create_archive, read_facts
from searcher.cluster.mapping import IndexFacts
from searcher.cluster.operating import restore, roll_over, snapshot, status
from searcher.cluster.reindexing import reindex
from searcher.cluster.transport import Transport
from searcher.cluster.writing import ClusterWriter
from tests.cluster.nodes import Nodes


@pytest.fixture
def transport(one_node: Nodes) -> Iterator[Transport]:
    """To an archive of its own, which is gone afterwards."""
    with Transport(one_node.url("ops"), credentials=Credentials()) as found:
        yield found
    for name in [*one_node.ask(0, "GET", "/ops*/_alias"), "ops.files"]:
        one_node.ask(0, "DELETE", f"/{name}?ignore_unavailable=true")


def add(transport: Transport, facts: IndexFacts, *numbers: int, text: str = "words") -> None:
    with ClusterWriter(transport, facts) as writer:
        for number in numbers:
            writer.add(Article(f"Title {number}", f"Its {text}.", id=f"a{number:05}"))


def found(transport: Transport, body: dict[str, Any] | None = None) -> int:
    answer = transport.search({"size": 0, "track_total_hits": True, **(body or {})})
    return int(answer["hits"]["total"]["value"])


def test_the_status_says_what_there_is(transport: Transport, one_node: Nodes) -> None:
    with pytest.raises(ClusterError) as caught:
        status(transport)
    assert caught.value.kind == "missing"
    facts = create_archive(transport, shards=2)
    add(transport, facts, 1, 2, 3)
    said = status(transport)
    assert (said.status, said.articles, said.nodes) == ("green", 3, 1)
    first = said.indices[0]
    assert (first.name, first.shards, first.copies, first.is_written) == ("ops-000001", 2, 1, True)
    assert said.to_dict()["indices"][0]["missing_shards"] == 0
    one_node.ask(0, "PUT", "/ops-000001/_settings", {"index": {"number_of_replicas": 1}})
    said = status(transport)
    assert (said.status, said.indices[0].missing_shards) == ("yellow", 2)


def test_a_new_index_takes_what_is_new_and_the_old_one_keeps_its_own(
    transport: Transport, one_node: Nodes
) -> None:
    facts = create_archive(transport)
    add(transport, facts, 1, 2)
    assert roll_over(transport) == "ops-000002"
    add(transport, facts, 2, 3, text="other words")
    assert read_facts(transport) == facts
    assert found(transport) == 4, "three articles, and an older version of one"
    counts = [
        one_node.ask(0, "GET", f"/ops-00000{n}/_count?q=has:body&df=has")["count"] for n in (1, 2)
    ]
    assert sum(counts) >= 3
    held = one_node.ask(0, "GET", "/ops-000001/_doc/a00002")["_source"]["article"]["body"]
    assert held == "Its other words."
    assert one_node.ask(0, "GET", "/ops-000002/_doc/a00003")["found"]


def test_a_snapshot_brings_the_archive_back(transport: Transport, one_node: Nodes) -> None:
    facts = create_archive(transport)
    add(transport, facts, *range(20))
    where = {"type": "fs", "settings": {"location": str(one_node.snapshots)}}
    one_node.ask(0, "PUT", "/_snapshot/backups", where)
    assert snapshot(transport, "backups", "monday") == 2
    with pytest.raises(ClusterError, match="nothing is written over it"):
        restore(transport, "backups", "monday")
    for name in ("ops-000001", "ops.files"):
        one_node.ask(0, "DELETE", f"/{name}")
    said = restore(transport, "backups", "monday")
    assert (said.articles, said.status) == (20, "green")
    assert read_facts(transport) == facts and found(transport) == 20
    with pytest.raises(ClusterError):
        snapshot(transport, "nowhere", "monday")
    with pytest.raises(ValueError, match="a name of letters"):
        snapshot(transport, "../backups", "x")


def test_an_archive_gets_other_rules_while_it_is_searched_and_written(
    transport: Transport, one_node: Nodes
) -> None:
    """What is acknowledged meanwhile is there afterwards, and no search finds less."""
    facts = create_archive(transport)
    add(transport, facts, *range(3000))
    old_meta = {**facts.to_meta(), "analysis": "1"}
    one_node.ask(0, "PUT", "/ops-000001/_mapping", {"_meta": old_meta})
    written: list[int] = []
    searched: list[int] = []
    failures: list[BaseException] = []
    over = threading.Event()

    def during(step: Callable[[], None]) -> threading.Thread:
        def run() -> None:
            while not over.is_set():
                try:
                    step()
                except ClusterError as error:
                    failures.append(error)
                    return

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    old_facts = read_facts(transport)

    def write() -> None:
        number = 10_000 + len(written)
        add(transport, old_facts, number)
        written.append(number)

    threads = [during(write), during(lambda: searched.append(found(transport)))]
    try:
        done = reindex(transport, shards=2)
    finally:
        over.set()
        for thread in threads:
            thread.join()
    assert [(one.old, one.new) for one in done] == [("ops-000001", "ops-000002")]
    assert read_facts(transport).analysis == facts.analysis == "3"
    assert found(transport) >= 3000 + len(written) and min(searched) >= 3000
    assert searched == sorted(searched), "no search finds less than the one before"
    ids = [f"a{number:05}" for number in written]
    if ids:
        docs = [{"_index": "ops-000002", "_id": id} for id in ids]
        answer = transport.read("POST", "/_mget", {"docs": docs})
        assert all(doc["found"] for doc in answer.body["docs"])
    assert all(isinstance(error, ClusterError) and error.kind == "denied" for error in failures), (
        failures
    )
    assert status(transport).indices[0].shards == 2
    # Nobody writes into the old one any more, whoever opened it before.
    with pytest.raises(ClusterError):
        transport.write("PUT", "/ops-000001/_doc/late", {"id": "late"})


def test_an_archive_that_cannot_be_made_anew_is_as_it_was(
    transport: Transport, one_node: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = create_archive(transport)
    add(transport, facts, *range(20))
    monkeypatch.setattr("searcher.cluster.reindexing._Mover.differences", lambda self: True)
    with pytest.raises(ClusterError, match="as it was"):
        reindex(transport)
    add(transport, facts, 20)
    assert found(transport) == 21 and status(transport).indices[0].name == "ops-000001"
    assert "ops-000002" not in one_node.ask(0, "GET", "/ops*/_alias")


def test_files_that_are_no_archive_are_not_touched(transport: Transport, one_node: Nodes) -> None:
    one_node.ask(0, "PUT", "/ops-x", {"aliases": {"ops": {}}})
    for act in (read_facts, reindex):
        with pytest.raises(ClusterError) as caught:
            act(transport)
        assert caught.value.kind == "analysis"
    with pytest.raises(ClusterError) as caught:
        create_archive(transport)
    assert caught.value.kind == "refused"
    assert Path(one_node.directory).exists()
