"""How is an archive on a cluster made, and what does it say of itself?

`news` is an alias of `news-000001`, so that another index can take its place, or stand beside it,
without anybody's knowing.  Its settings and fields come from the composable template `news`, which
also makes those that follow; `news.files` holds which files were read.  What there is is taken
as it is, so two who make the same archive at once both have it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from searcher.analysis import Analyzer
from searcher.cluster.file_list import FILES_BODY, files_index
from searcher.cluster.holding import indices_of
from searcher.cluster.mapping import IndexFacts, facts_of, index_body
from searcher.cluster.transport import Transport
from searcher.errors import ClusterError
from searcher.fields import FIELDS

__all__ = ["archive_body", "create_archive", "numbered", "put_template", "read_facts"]

_THERE_ALREADY = ("resource_already_exists_exception",)
_TEMPLATE_PRIORITY = 500


def numbered(index: str, number: int) -> str:
    """The name of the `number`th index of the archive `index`."""
    return f"{index}-{number:06}"


def archive_body(facts: IndexFacts, *, shards: int, copies: int) -> dict[str, Any]:
    """Settings and fields of one index of an archive.

    What was deleted is remembered for longer than a bulk is sent again.
    """
    body = index_body(facts, shards=shards, copies=copies)
    body["settings"]["index"]["gc_deletes"] = "10m"
    return body


def put_template(transport: Transport, facts: IndexFacts, *, shards: int, copies: int) -> None:
    """Keep what the next index of the archive is made from."""
    template = {
        "index_patterns": [f"{transport.index}-0*"],
        "priority": _TEMPLATE_PRIORITY,
        "template": archive_body(facts, shards=shards, copies=copies),
    }
    transport.write("PUT", f"/_index_template/{transport.index}", template)


def create_archive(
    transport: Transport,
    *,
    language: str = "en",
    values: Sequence[str] = (),
    shards: int = 1,
    copies: int | None = None,
    exist_ok: bool = False,
) -> IndexFacts:
    """Make an empty archive.

    Arguments:
        language, values: as for `Archive.create`.
        shards: into how many parts articles are divided: one for each 30 GB expected.
        copies: how many times each is held; by default 2, or 1 on a cluster of one node.

    Raises:
        ClusterError: it is there already, unless `exist_ok`, or cannot be made.
        FieldError: one of `values` is no name for a field.
    """
    facts = IndexFacts(language, Analyzer(language).version, FIELDS.with_values(*values).own)
    if _is_there(transport):
        if exist_ok:
            return read_facts(transport)
        raise ClusterError(
            str(transport.address),
            "there is an archive, or something else, of this name",
            kind="refused",
            hint="open it, or name another",
        )
    if copies is None:
        health = transport.read("GET", "/_cluster/health").body
        copies = 2 if health.get("number_of_data_nodes", 1) > 1 else 1
    if shards < 1 or copies < 1:
        raise ValueError(f"shards and copies are 1 or more, not {shards} and {copies}")
    put_template(transport, facts, shards=shards, copies=copies)
    files = {**FILES_BODY, "settings": {"index": dict(FILES_BODY["settings"]["index"])}}
    files["settings"]["index"]["number_of_replicas"] = copies - 1
    _put_index(transport, files_index(transport.index), files)
    alias = {"aliases": {transport.index: {"is_write_index": True}}}
    _put_index(transport, numbered(transport.index, 1), alias)
    return read_facts(transport)


def read_facts(transport: Transport) -> IndexFacts:
    """What the archive says of itself; of all its indices the same.

    Raises:
        ClusterError: there is none (kind "missing"), Searcher did not make it, or one with
            other rules of analysis did (kind "analysis").
    """
    _, writing = indices_of(transport)
    return facts_of_indices(transport, first=writing)[0]


def facts_of_indices(transport: Transport, *, first: str = "") -> list[IndexFacts]:
    """What each index of the archive says of itself, by name, but that of `first` before others.

    Raises: as `read_facts`.
    """
    indices = transport.read("GET", f"/{transport.index}/_mapping").body
    found: list[IndexFacts] = []
    for name in sorted(indices, key=lambda name: (name != first, name)):
        meta = indices[name].get("mappings", {}).get("_meta")
        try:
            facts = facts_of(meta if isinstance(meta, dict) else {})
        except ValueError as error:
            raise _other(transport, f"{name}: {error}") from None
        if found and (facts.language, facts.analysis) != (found[0].language, found[0].analysis):
            raise _other(transport, f"{name} has other rules than the index before it")
        found.append(facts)
    if not found:
        raise _other(transport, "it has no index")
    return found


def _other(transport: Transport, reason: str) -> ClusterError:
    return ClusterError(
        str(transport.address),
        reason,
        kind="analysis",
        hint="searcher cluster reindex makes it anew with the rules of this Searcher",
    )


def _is_there(transport: Transport) -> bool:
    answer = transport.read("GET", f"/{transport.index}/_alias", accept=(404,))
    return answer.is_good


def _put_index(transport: Transport, name: str, body: dict[str, Any]) -> None:
    answer = transport.write("PUT", f"/{name}", body, accept=(400,))
    if answer.is_good:
        return
    error = answer.body.get("error")
    if not isinstance(error, dict) or error.get("type") not in _THERE_ALREADY:
        raise transport.error_of(answer)
