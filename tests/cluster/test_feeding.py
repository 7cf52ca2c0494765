"""What is sent again, what is not, and what ends a run: each row of the table in `feeding.py`."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest

from searcher import ClusterError
from searcher.cluster.feeding import Action, Feed
from searcher.cluster.sending import Answer
from tests.cluster.pretended import Pretended, transport_to

BUSY = {"error": {"type": "rejected_execution_exception", "reason": "the queue is full"}}
FULL = {"error": {"type": "cluster_block_exception", "reason": "disk usage exceeded flood-stage"}}


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Pretended:
    """A pretended cluster with an index `i`, before which nobody waits long."""
    monkeypatch.setattr("searcher.cluster.feeding.FIRST_PAUSE_S", 0.001)
    monkeypatch.setattr("searcher.cluster.feeding.LONGEST_PAUSE_S", 0.002)
    found = Pretended()
    found._put_index({}, "i")
    return found


def feed_to(cluster: Pretended, *, hosts: int = 1, **options: Any) -> tuple[Feed, list[Any]]:
    refused: list[Any] = []
    feed = Feed(
        transport_to(cluster, hosts),
        on_refused=lambda action, reason: refused.append((action.id, reason)),
        **options,
    )
    return feed, refused


def actions(count: int, size: int = 10) -> list[Action]:
    return [Action("i", f"d{n}", n + 1, b'{"a":"' + b"x" * size + b'"}') for n in range(count)]


def bulks(cluster: Pretended) -> list[tuple[str, int]]:
    """The host and the number of documents of each bulk."""
    return [
        (host, len((body or b"").split(b"\n")[:-1]) // 2)
        for host, _, path, body in cluster.seen
        if path == "/_bulk"
    ]


def once(*answers: Answer | ClusterError) -> Callable[..., Any]:
    """A fault that stands for the cluster so many times."""
    left, turn = list(answers), threading.Lock()

    def fault(host: str, method: str, path: str, body: bytes | None) -> Any:
        with turn:
            return left.pop(0) if path == "/_bulk" and left else None

    return fault


def lost(kind: str) -> ClusterError:
    return ClusterError("x", "lost", kind=kind)


def test_bulks_are_bounded_by_number_and_by_size(cluster: Pretended) -> None:
    feed, _ = feed_to(cluster)
    for action in actions(1201):
        feed.add(action)
    feed.drain()
    assert sorted(count for _, count in bulks(cluster)) == [201, 500, 500]
    cluster.seen.clear()
    for action in actions(5, size=3 << 20):
        feed.add(action)
    feed.drain()
    assert sorted(count for _, count in bulks(cluster)) == [1, 2, 2]
    assert feed.acknowledged == 1206


@pytest.mark.parametrize(
    "fault",
    [
        lost("unreachable"),
        lost("timeout"),
        lost("answer"),
        *(Answer(status, {}, "h0:9200") for status in (500, 502, 503, 504)),
        Answer(429, BUSY, "h0:9200"),
        Answer(200, {"items": []}, "h0:9200"),
    ],
    ids=str,
)
def test_a_bulk_that_comes_to_nothing_is_sent_again_as_it_was(
    cluster: Pretended, fault: Answer | ClusterError
) -> None:
    cluster.faults.append(once(fault, fault))
    feed, refused = feed_to(cluster, hosts=2)
    for action in actions(3):
        feed.add(action)
    feed.drain()
    sent = [body for _, _, path, body in cluster.seen if path == "/_bulk"]
    assert len(sent) == 3 and len(set(sent)) == 1
    assert len(cluster.documents("i")) == 3 and not refused
    is_of_the_host = isinstance(fault, ClusterError) or fault.status in (502, 503, 504)
    hosts = [host for host, _ in bulks(cluster)]
    assert (hosts[0] != hosts[1]) is is_of_the_host


def test_a_bulk_that_was_done_although_the_answer_was_lost_changes_nothing_again(
    cluster: Pretended,
) -> None:
    def answer_is_lost(host: str, method: str, path: str, body: bytes | None) -> Any:
        if path == "/_bulk" and len(bulks(cluster)) == 1:
            cluster._bulk(body or b"")
            return lost("timeout")
        return None

    cluster.faults.append(answer_is_lost)
    feed, refused = feed_to(cluster)
    for action in actions(3):
        feed.add(action)
    feed.drain()
    assert feed.acknowledged == 3 and not refused and len(cluster.documents("i")) == 3


def items_answered(cluster: Pretended, change: Callable[[int, dict[str, Any]], Any]) -> Any:
    """A fault that answers for the cluster, with some items changed, the first time."""
    done = threading.Event()

    def fault(host: str, method: str, path: str, body: bytes | None) -> Any:
        if path != "/_bulk" or done.is_set():
            return None
        done.set()
        lines = (body or b"").split(b"\n")[:-1]
        items = []
        for number, line in enumerate(lines[::2]):
            about = json.loads(line)["index"]
            changed = change(number, about)
            if changed is None:
                pair = line + b"\n" + lines[number * 2 + 1] + b"\n"
                items += cluster._bulk(pair)["items"]
            else:
                items.append({"index": {"_id": about["_id"], **changed}})
        return Answer(200, {"items": items}, host)

    return fault


@pytest.mark.parametrize("failure", [{"status": 429, **BUSY}, {"status": 503, "error": {}}])
def test_only_the_items_that_were_not_taken_are_sent_again(
    cluster: Pretended, failure: dict[str, Any]
) -> None:
    cluster.faults.append(items_answered(cluster, lambda n, _: failure if n % 2 else None))
    feed, refused = feed_to(cluster)
    for action in actions(5):
        feed.add(action)
    feed.drain()
    assert [count for _, count in bulks(cluster)] == [5, 2]
    assert feed.acknowledged == 5 and len(cluster.documents("i")) == 5 and not refused


def test_a_refused_document_costs_only_itself(cluster: Pretended) -> None:
    failure = {
        "status": 400,
        "error": {"type": "m", "reason": "no", "caused_by": {"reason": "too long"}},
    }
    cluster.faults.append(items_answered(cluster, lambda n, _: failure if n == 1 else None))
    feed, refused = feed_to(cluster)
    for action in actions(3):
        feed.add(action)
    feed.drain()
    assert refused == [("d1", "no: too long")] and len(bulks(cluster)) == 1
    assert sorted(cluster.documents("i")) == ["d0", "d2"]


def test_a_bulk_that_is_too_large_is_halved_down_to_the_one_that_is(cluster: Pretended) -> None:
    def too_large(host: str, method: str, path: str, body: bytes | None) -> Any:
        return Answer(413, {}, host) if path == "/_bulk" and len(body or b"") > 500 else None

    cluster.faults.append(too_large)
    feed, refused = feed_to(cluster)
    for action in [*actions(6, size=60), Action("i", "whale", 9, b'{"a":"' + b"x" * 600 + b'"}')]:
        feed.add(action)
    feed.drain()
    assert refused == [("whale", "larger than the cluster takes")]
    assert len(cluster.documents("i")) == 6


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Answer(429, FULL, "h"), "disk"),
        (Answer(401, {}, "h"), "denied"),
        (Answer(403, {}, "h"), "denied"),
        (Answer(404, {"error": {"type": "index_not_found_exception"}}, "h"), "missing"),
        (Answer(400, {"error": "malformed"}, "h"), "refused"),
        (lost("certificate"), "certificate"),
    ],
    ids=str,
)
def test_what_does_not_pass_ends_the_run_at_once(
    cluster: Pretended, fault: Answer | ClusterError, kind: str
) -> None:
    cluster.faults.append(once(fault))
    feed, _ = feed_to(cluster)
    feed.add(actions(1)[0])
    with pytest.raises(ClusterError) as caught:
        feed.drain()
    assert caught.value.kind == kind and len(bulks(cluster)) == 1


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        ({"status": 429, **FULL}, "disk"),
        ({"status": 403, "error": {"type": "security_exception"}}, "denied"),
        ({"status": 404, "error": {"type": "index_not_found_exception"}}, "missing"),
    ],
)
def test_an_item_that_says_what_is_wrong_with_all_ends_the_run(
    cluster: Pretended, failure: dict[str, Any], kind: str
) -> None:
    cluster.faults.append(items_answered(cluster, lambda n, _: failure if n == 1 else None))
    feed, _ = feed_to(cluster)
    for action in actions(3):
        feed.add(action)
    with pytest.raises(ClusterError) as caught:
        feed.drain()
    assert caught.value.kind == kind


def test_a_cluster_that_stays_away_is_given_up_in_the_end(cluster: Pretended) -> None:
    cluster.faults.append(lambda h, m, path, b: lost("unreachable") if path == "/_bulk" else None)
    feed, _ = feed_to(cluster, hosts=3, retry_s=0.05)
    for action in actions(3):
        feed.add(action)
    with pytest.raises(ClusterError) as caught:
        feed.drain()
    assert caught.value.kind == "unreachable"
    assert {host for host, _ in bulks(cluster)} == {"h0:9200", "h1:9200", "h2:9200"}
    feed.close()


def test_closing_waits_for_nobody(cluster: Pretended) -> None:
    cluster.faults.append(lambda h, m, path, b: lost("timeout") if path == "/_bulk" else None)
    feed, _ = feed_to(cluster)
    feed.add(actions(1)[0])
    feed.flush()
    feed.close()
    feed._pool.shutdown(wait=True)  # its thread sees that it is over


def test_a_deletion_of_what_is_not_there_is_done(cluster: Pretended) -> None:
    feed, refused = feed_to(cluster)
    feed.add(Action("i", "none", 1, None))
    feed.drain()
    assert feed.acknowledged == 1 and not refused


def test_versions_decide_and_not_the_order_of_arrival(cluster: Pretended) -> None:
    feed, _ = feed_to(cluster, most_actions=1)
    new, old = Action("i", "d", 9, b'{"a":"new"}'), Action("i", "d", 3, b'{"a":"old"}')
    for action in (new, old, Action("i", "d", 5, None)):
        feed.add(action)
    feed.drain()
    assert cluster.documents("i") == {"d": {"a": "new"}}
