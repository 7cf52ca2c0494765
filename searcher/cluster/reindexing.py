"""How does an archive on a cluster get other rules of analysis, or another number of shards, while
it is searched and written?

A new index is made of the articles of the old one, each analyzed anew and with the version that
it has.  Then what has changed meanwhile is taken over, and once more.  Then the old one takes no
more writes (a block, for the seconds that this takes), the rest is taken over, the articles are
counted on both sides, and the alias is moved in one step.  Searches are answered by the old index
until then and by the new one from then on: there is no gap.

Who writes during the block ends with an error, so that nothing is acknowledged that only the old
index has; running it again completes it.  Before the alias has moved, whatever goes wrong takes the
new index away and the block off, and all is as it was.  The old index stays, blocked, to go back
to.

An alias of several indices is done one index after another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, NamedTuple

from searcher.analysis import Analyzer
from searcher.cluster.creating import archive_body, put_template
from searcher.cluster.feeding import Action, Feed
from searcher.cluster.holding import ClusterArticles, indices_of
from searcher.cluster.mapping import FORMAT, IndexFacts
from searcher.cluster.operating import next_name
from searcher.cluster.preparing import prepare
from searcher.cluster.transport import Transport
from searcher.codec.schema import article_of
from searcher.errors import ClusterError
from searcher.fields import FIELDS

__all__ = ["Reindexed", "reindex"]

_PAGE = 1_000
_OPEN_PASSES = 2


class Reindexed(NamedTuple):
    """One index that took the place of another, with how many articles."""

    old: str
    new: str
    articles: int


def reindex(
    transport: Transport,
    *,
    shards: int | None = None,
    copies: int | None = None,
    analysis: str | None = None,
    on_progress: Callable[[int], None] = lambda articles: None,
) -> list[Reindexed]:
    """Make the indices of the archive anew, without a gap in answering.

    Arguments:
        shards, copies: of the new ones; as they were if left out.
        analysis: the rules of the analysis; this Searcher's newest if left out.
        on_progress: called now and then with the number of articles that are over.

    Raises:
        ClusterError: the cluster refuses, or what is there afterwards is not what was there; the
            archive is as it was then.

    Cost: reads, analyzes and writes all articles: some 1,000 a second and core.
    """
    done = []
    names, _ = indices_of(transport)
    for old in names:
        done.append(_reindex_one(transport, old, shards, copies, analysis, on_progress))
    return done


def _reindex_one(
    transport: Transport,
    old: str,
    shards: int | None,
    copies: int | None,
    analysis: str | None,
    on_progress: Callable[[int], None],
) -> Reindexed:
    facts, had_shards, had_copies = _described(transport, old, analysis)
    shards, copies = shards or had_shards, copies or had_copies
    new = next_name(transport)
    transport.write("PUT", f"/{new}", archive_body(facts, shards=shards, copies=copies))
    is_blocked = False
    try:
        mover = _Mover(transport, facts, old, new, on_progress)
        for _ in range(_OPEN_PASSES):
            mover.take_over()
        transport.write("PUT", f"/{old}/_block/write")
        is_blocked = True
        mover.take_over()
        counts = [_count(transport, name) for name in (old, new)]
        if counts[0] != counts[1] or mover.differences():
            raise ClusterError(
                str(transport.address),
                f"{new} has {counts[1]:,} articles and {old} {counts[0]:,}",
                kind="failed",
                hint="run it again; the archive is as it was",
            )
        put_template(transport, facts, shards=shards, copies=copies)
        is_written = indices_of(transport)[1] == old
        alias = {"alias": transport.index, "is_write_index": is_written}
        steps: list[dict[str, Any]] = [
            {"remove": {"index": old, "alias": transport.index}},
            {"add": {"index": new, **alias}},
        ]
        transport.write("POST", "/_aliases", {"actions": steps})
    except BaseException:
        with suppress(ClusterError):
            if is_blocked and old in indices_of(transport)[0]:
                setting = {"index.blocks.write": None}
                transport.write("PUT", f"/{old}/_settings", setting)
        with suppress(ClusterError):
            if new not in indices_of(transport)[0]:
                transport.write("DELETE", f"/{new}")
        raise
    return Reindexed(old, new, counts[1])


def _described(transport: Transport, old: str, analysis: str | None) -> tuple[IndexFacts, int, int]:
    """What the new index is to be, from what the old one says, whatever rules that has."""
    about = transport.read("GET", f"/{old}").body[old]
    meta = about.get("mappings", {}).get("_meta", {})
    language, values = meta.get("language"), meta.get("values", [])
    if meta.get("searcher") != FORMAT or not isinstance(language, str):
        raise ClusterError(
            str(transport.address),
            f"{old} is of no archive of Searcher's, or of another layout",
            kind="analysis",
            hint="index the files anew into another archive",
        )
    rules = analysis or Analyzer(language).version
    facts = IndexFacts(language, rules, FIELDS.with_values(*values).own)
    settings = about["settings"]["index"]
    return facts, int(settings["number_of_shards"]), int(settings["number_of_replicas"]) + 1


class _Mover:
    """Makes `new` what `old` is, again and again."""

    def __init__(
        self,
        transport: Transport,
        facts: IndexFacts,
        old: str,
        new: str,
        on_progress: Callable[[int], None],
    ) -> None:
        self._transport = transport
        self._analyzer, self._fields = facts.analyzer, facts.fields
        self._old, self._new = old, new
        self._articles = ClusterArticles(transport, [old, new])
        self._on_progress = on_progress
        self._moved = 0

    def differences(self) -> bool:
        """Whether anything is to be taken over."""
        self._articles.refresh()
        return next(self._changes(), None) is not None

    def take_over(self) -> None:
        """Write into the new index what the old one has more, or newer, or no more."""
        self._articles.refresh()
        refused: list[str] = []
        feed = Feed(
            self._transport, on_refused=lambda action, why: refused.append(f"{action.id}: {why}")
        )
        try:
            waiting: list[str] = []
            for id, version in self._changes():
                if version is not None:
                    # Larger than what is there; no article is written with it again.
                    feed.add(Action(self._new, id, version, None))
                    continue
                waiting.append(id)
                if len(waiting) >= _PAGE:
                    self._send(feed, waiting)
                    waiting = []
            self._send(feed, waiting)
            feed.drain()
        finally:
            feed.close()
        if refused:
            raise ClusterError(
                str(self._transport.address),
                f"{self._new} refuses {len(refused):,} articles, such as {refused[0]}"[:500],
                kind="refused",
                hint="remove or mend them, and run it again",
            )
        self._articles.refresh()

    def _changes(self) -> Iterator[tuple[str, int | None]]:
        """The `_id`s to be written (with None) and to be deleted (with a version)."""
        new = self._versions(self._new)
        theirs = next(new, None)
        for key, id, version in self._versions(self._old):
            while theirs is not None and theirs[0] < key:
                yield theirs[1], theirs[2] + 1
                theirs = next(new, None)
            if theirs is not None and theirs[0] == key:
                if theirs[2] != version:
                    yield id, None
                theirs = next(new, None)
            else:
                yield id, None
        while theirs is not None:
            yield theirs[1], theirs[2] + 1
            theirs = next(new, None)

    def _versions(self, index: str) -> Iterator[tuple[bytes, str, int]]:
        """Sort key, `_id` and version of all articles, in the order of keys."""
        shown = {"_source": False, "version": True}
        for hit in self._articles.walk({"match_all": {}}, shown, index=index):
            # Keywords are sorted by their bytes.
            yield str(hit["sort"][0]).encode("utf-8"), hit["_id"], int(hit["_version"])

    def _send(self, feed: Feed, ids: list[str]) -> None:
        if not ids:
            return
        rows = [{"_index": self._old, "_id": id, "_source": ["article"]} for id in ids]
        answer = self._transport.read("POST", "/_mget", {"docs": rows}, timeout_s=60)
        for hit in answer.body["docs"]:
            if not hit.get("found"):
                continue  # deleted meanwhile: the next pass sees it
            article = article_of(hit["_source"]["article"])
            key = prepare([article], self._analyzer, self._fields)[0]
            feed.add(Action(self._new, hit["_id"], int(hit["_version"]), key.source))
        self._moved += len(ids)
        self._on_progress(self._moved)


def _count(transport: Transport, index: str) -> int:
    answer = transport.read("GET", f"/{index}/_count")
    transport.check_whole(answer.body)
    return int(answer.body["count"])
