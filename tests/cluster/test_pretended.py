"""Does the pretended cluster answer as a real one?  Both are asked the same."""

from __future__ import annotations

from typing import Any

import pytest

from searcher import Article
from searcher.cluster.address import Credentials
from searcher.cluster.creating import create_archive
from searcher.cluster.feeding import Action
from searcher.cluster.holding import ClusterArticles, indices_of
from searcher.cluster.mapping import IndexFacts
from searcher.cluster.preparing import prepare
from searcher.cluster.transport import Transport
from searcher.errors import ClusterError
from tests.cluster.nodes import Nodes
from tests.cluster.pretended import Pretended, transport_to

# What differs from one real cluster to the next.
_PASSING = {
    "took", "_seq_no", "_primary_term", "forced_refresh", "_shards", "max_score", "_score",
    "index_uuid", "root_cause", "shard", "pit_id", "_type", "total", "resource.id",
    "resource.type", "stack_trace", "creation_time",
}  # fmt: skip


def essence(found: Any) -> Any:
    if isinstance(found, dict):
        return {k: essence(v) for k, v in found.items() if k not in _PASSING}
    return [essence(part) for part in found] if isinstance(found, list) else found


def calls(transport: Transport) -> list[Any]:
    """What a session of changes asks, and all that came back."""
    found: list[Any] = []

    def note(status: int, body: Any) -> None:
        found.append((status, essence(body)))

    try:
        indices_of(transport)
    except ClusterError as error:
        found.append((error.kind, error.status))
    facts = create_archive(transport)
    found.append(facts)
    with pytest.raises(ClusterError) as caught:
        create_archive(transport)
    found.append(caught.value.kind)
    assert create_archive(transport, exist_ok=True) == facts
    found.append(indices_of(transport))
    index = found[-1][1]

    def bulk(*actions: Action) -> None:
        answer = transport.attempt("POST", "/_bulk", b"".join(action.lines for action in actions))
        note(answer.status, answer.body)

    one, two, three = sources(facts)
    bulk(Action(index, "a", 5, one), Action(index, "b", 5, two), Action(index, "c", 5, None))
    bulk(Action(index, "a", 5, one), Action(index, "a", 4, None), Action(index, "b", 6, None))
    bulk(Action(index, "a", 7, two), Action(index, "b", 6, two), Action(index, "b", 7, one))
    bulk(Action(index, "d", 1, b'{"nothing":1}'), Action("news-other", "d", 1, one))
    bulk(Action(index, "e", 1, three))
    articles = ClusterArticles(transport, [index])
    found.append(articles.is_empty)
    found.append(articles.look_up(["a", "b", "e", "none"]))
    articles.refresh()
    found.append(articles.is_empty)
    found.append([articles.article("a"), articles.article("none"), articles.file_of("b")])
    found.append(articles.ids_beginning("id"))
    found.append([sorted(articles.ids_of_file(path)) for path in ("/a/b/c", "/a/d", "/a")])
    found.append([sorted(articles.files_within(path)) for path in ("/a/b", "/a/d", "/a", "/a/")])
    found.append(articles.has_value("status", "superseded"))
    for page in (1, 2, 10):
        hits = articles.walk({"match_all": {}}, {"_source": False}, page=page)
        found.append([hit["_id"] for hit in hits])
    return found


def sources(facts: IndexFacts) -> list[bytes]:
    articles = [
        Article("One", "First words. Second.", path="/a/b/c", id="id1", source="X"),
        Article("Two", "Other words.", path="/a/d", id="id2", status="superseded"),
        Article("Three", "", byline=("A. B.",), id="id3"),
    ]
    return [key.source or b"" for key in prepare(articles, facts.analyzer, facts.fields)]


def test_a_pretended_cluster_answers_as_a_real_one_does(one_node: Nodes) -> None:
    with Transport(one_node.url("pretended"), credentials=Credentials()) as transport:
        real = calls(transport)
    for index in ("pretended-000001", "pretended.files"):
        one_node.ask(0, "DELETE", f"/{index}")
    pretended = calls(transport_to(Pretended(), index="pretended"))
    for number, (theirs, ours) in enumerate(zip(real, pretended, strict=True)):
        assert ours == theirs, f"call {number}: {theirs}"
