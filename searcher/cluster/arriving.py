"""What has arrived on a cluster, and which of it answers an alert?

`ClusterDesk` is the archive on a cluster as alerts ask it (`searcher/alerting/desk.py`).

Each change has a number in its shard, which OpenSearch gives it in order (`_seq_no`).  A run
notes up to which number all copies of a shard have all changes (the global checkpoint), lets
searches see them, and reads the ids of what has changed since the number of the last run.  A
change with a greater number may be seen already, and is looked at again by the next run; one with
a smaller number cannot come any more.  So nothing is missed, whoever writes meanwhile and
whichever node dies, and what is seen twice is no news, since every id that ever arrived is kept
(`arrivals.py`).  An embargo that ends changes nothing in a shard: those that have ended since the
last run are asked for.

The list of arrivals has numbers that are made of ids.  Of ids that cannot be made of their number
again, such as a program chose, the text is kept beside it, in `ids`.

What it does not do: fold copies, which a cluster does not know of.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from searcher.alerting.arrivals import Arrivals, key_of
from searcher.alerting.desk import Answered, Seen, first_of
from searcher.alerting.fresh import every_word
from searcher.alerting.rehearsal import Rehearsal, check_rehearsed, rehearsal_of
from searcher.alerting.sealing import key_path
from searcher.cluster.asking import Asking
from searcher.cluster.counting import CountingExecutor
from searcher.cluster.searching import RankedArticle
from searcher.cluster.translate import all_of, not_hidden
from searcher.cluster.transport import Transport
from searcher.cluster.view import ClusterView
from searcher.cluster.words import Dsl
from searcher.codec.directory import Directory
from searcher.codec.schema import MISSING_DATE, NO_DAY, instant_us
from searcher.errors import AlertError, ClusterError
from searcher.query import Node, tree
from searcher.query.printing import text_of
from searcher.request import Request
from searcher.searching.axes import Axis
from searcher.searching.budget import Budget
from searcher.searching.results import Hit
from searcher.searching.tally import COUNT

__all__ = ["ClusterDesk", "folder_of"]

_IDS_NAME = "ids"
_IDS_AT_ONCE = 100_000
_PAGE = 10_000
_LONGEST_LINE = 64 << 10
_CLUSTER = re.compile(r"[A-Za-z0-9_-]{10,60}")
_USUAL_ID = re.compile(r"[0-9a-f]{16}")
_DAY = Axis("day", None)


def folder_of(transport: Transport) -> str:
    """Where this user keeps the alerts of the archive at `transport`.

    Raises:
        ClusterError: the cluster does not say which it is.
        AlertError: the folders above it cannot be made.
    """
    if named := os.environ.get("SEARCHER_OPENSEARCH_ALERTS"):
        return named
    cluster = str(transport.server().get("cluster_uuid", ""))
    if not _CLUSTER.fullmatch(cluster):
        raise ClusterError(
            str(transport.address),
            "the cluster does not say which it is, so it has no folder for alerts",
            kind="answer",
            hint="name a folder: SEARCHER_OPENSEARCH_ALERTS",
        )
    above = os.path.join(os.path.dirname(key_path()), "alerts")
    try:
        os.makedirs(above, mode=0o700, exist_ok=True)
    except OSError as error:
        reason = f"the folder of the alerts cannot be made: {error.strerror or error}"
        hint = "mend the cause, or name another: SEARCHER_OPENSEARCH_ALERTS"
        raise AlertError(above, reason, hint=hint) from error
    return os.path.join(above, f"{transport.index}-{cluster}")


class ClusterDesk:
    """An archive on a cluster as alerts ask it.

    Arguments:
        view: gives what is answered now.
    """

    def __init__(self, asking: Asking, view: Callable[[], ClusterView]) -> None:
        self._asking = asking
        self._view = view

    # ------------------------------------------------------------ what is new

    def note(
        self, seen: Seen, arrivals: Arrivals, folder: Directory, now_s: float
    ) -> dict[str, int | None]:
        """See `Desk`.

        Cost: a request for each shard, and to read the ids of what has changed; all of them at
        first, and after the archive was made anew.
        """
        arrivals.rewind()
        now_s = int(now_s)
        visible = not_hidden(now_s * 1_000_000)
        found: dict[str, int | None] = {}
        checkpoints = self._checkpoints()
        self._refresh()
        for index, identity, next_numbers in checkpoints:
            for shard, next_number in enumerate(next_numbers):
                name = f"{identity}.{shard}"
                first = seen.get(name) or 0
                changed: Dsl = {"range": {"_seq_no": {"gte": first}}}
                self._note(index, all_of([visible, changed]), arrivals, folder, shard)
                found[name] = max(next_number, first)
            name = f"{identity}.embargoes"
            if (last_s := seen.get(name)) is not None:
                span = {"gt": last_s * 1_000_000, "lte": now_s * 1_000_000}
                ended: Dsl = {"range": {"embargo_us": span}}
                self._note(index, all_of([visible, ended]), arrivals, folder, None)
            found[name] = max(now_s, last_s or 0)
        return found

    def _note(
        self,
        index: str,
        query: Dsl,
        arrivals: Arrivals,
        folder: Directory,
        shard: int | None,
    ) -> None:
        preference = None if shard is None else f"_shards:{shard}"
        hits = self._asking.walk(
            query,
            [{"id": "asc"}],
            Budget(),
            page=_PAGE,
            index=index,
            preference=preference,
        )
        for some in _in_pieces((hit["sort"][0] for hit in hits), _IDS_AT_ONCE):
            keys = {key_of(id): id for id in some}
            unseen = arrivals.unseen(set(keys))
            new = {key: id for key, id in keys.items() if key in unseen}
            _keep_ids(folder, [id for id in new.values() if not _USUAL_ID.fullmatch(id)])
            arrivals.add(new)

    def _checkpoints(self) -> list[tuple[str, str, list[int]]]:
        """Of each index its name, its identity, and of each of its shards the first number that
        not all of its copies may have."""
        transport = self._asking.transport
        path = f"/{transport.index}/_stats"
        answer = transport.read("GET", path, params={"level": "shards"})
        found = []
        for index, said in sorted(answer.body["indices"].items()):
            shards = {int(number): copies for number, copies in said["shards"].items()}
            numbers = []
            for shard in range(len(shards)):
                primaries = [
                    copy["seq_no"]["global_checkpoint"]
                    for copy in shards.get(shard, ())
                    if copy["routing"]["primary"] and copy.get("seq_no")
                ]
                numbers += [number + 1 for number in primaries]
            if len(numbers) != self._shards_of(index):
                raise ClusterError(
                    str(transport.address),
                    f"not all shards of {index} answer",
                    kind="shards",
                    hint="searcher cluster status says what is missing",
                )
            found.append((index, said["uuid"], numbers))
        return found

    def _shards_of(self, index: str) -> int:
        answer = self._asking.transport.read("GET", f"/{index}/_settings")
        return int(answer.body[index]["settings"]["index"]["number_of_shards"])

    def _refresh(self) -> None:
        transport = self._asking.transport
        answer = transport.read("POST", f"/{transport.index}/_refresh", timeout_s=60)
        if answer.body.get("_shards", {}).get("failed"):
            raise ClusterError(
                str(transport.address),
                "not all shards show what was written",
                kind="shards",
                hint="searcher cluster status says what is missing",
            )

    # ------------------------------------------------------------ what answers

    def answered(
        self,
        asked: Node,
        keys: Sequence[int],
        behind: Collection[int],
        budget: Budget,
        *,
        folder: Directory,
        most: int,
        folds: bool,
    ) -> Answered:
        """See `Desk`; copies are not known, so each article is told by itself.

        Cost: two searches for each ten thousand arrivals.
        """
        view = self._view()
        executor = view.executor()
        understood = every_word(view.understand(asked))
        id_of = _ids_of(folder, keys)
        present: set[str] = set()
        matching: set[str] = set()
        for some in _in_pieces(id_of.values(), _PAGE):
            among: Dsl = {"terms": {"id": some}}
            present |= self._ids_in(all_of([executor.visible, among]), len(some), budget)
            matching |= self._matching(executor, understood, among, len(some), budget)
        ringing = [key for key in keys if id_of[key] in matching]
        chosen, end = first_of(ringing, keys, most)
        hits = self._hits(executor, understood, [id_of[key] for key in chosen], budget)
        # One that went away just now is asked about when it is there again.
        present -= {id_of[key] for key in chosen} - {hit.id for hit in hits}
        waiting = tuple(key for key in keys[:end] if id_of[key] not in present)
        hits.sort(key=lambda hit: (-instant_us(hit.date), hit.id))
        return Answered(text_of(understood), hits, [], end, waiting)

    def _ids_in(self, query: Dsl, most: int, budget: Budget) -> set[str]:
        found = self._asking.first(query, [{"id": "asc"}], most, budget, track_total_hits=False)
        return {hit["sort"][0] for hit in found["hits"]["hits"]}

    def _matching(
        self, executor: CountingExecutor, understood: Node, among: Dsl, most: int, budget: Budget
    ) -> set[str]:
        """The ids of the articles that match, of those that `among` finds."""

        def find() -> set[str]:
            bounds, _ = executor.bounds(understood)
            query = all_of([bounds.upper, among])
            if bounds.is_exact:
                return self._ids_in(query, most, budget)
            engine = executor.checked(understood, query, budget)
            request = Request(understood, limit=None, sort="date")
            (segment,) = engine.snapshot.segments
            matches = engine.search(understood, request, budget=budget).matches
            return {segment.id(match.number) for match in matches}

        return executor.patiently(find)

    def _hits(
        self, executor: CountingExecutor, understood: Node, ids: Sequence[str], budget: Budget
    ) -> list[Hit]:
        rows = [RankedArticle(id, MISSING_DATE, 0.0, None) for id in ids]
        return [
            one.engine.shown(understood, one.number, one.score)
            for one in executor.scored(understood, rows, budget)
            if one.engine is not None
        ]

    # ------------------------------------------------------------ how often

    def rehearse(
        self,
        text: str,
        asked: Node,
        budget: Budget,
        *,
        today: dt.date,
        days: int,
        shown: int,
    ) -> Rehearsal:
        """See `Desk`.  Cost: a count by days of what answers, and one of all."""
        check_rehearsed(days, shown)
        view = self._view()
        executor = view.executor()
        understood = every_word(view.understand(asked))
        total, found = _by_day(executor, understood, budget)
        _, all_days = _by_day(executor, tree.Everything(), budget)
        request = Request(understood, limit=shown, sort="-date")
        sample = executor.hits(understood, request, budget)[0].hits if shown else ()
        parts = (text, understood, total, found, all_days, sample)
        return rehearsal_of(*parts, today=today, days=days)


def _in_pieces(ids: Iterable[str], size: int) -> Iterator[list[str]]:
    left = iter(ids)
    while piece := list(islice(left, size)):
        yield piece


def _by_day(
    executor: CountingExecutor, understood: Node, budget: Budget
) -> tuple[int, dict[int, int]]:
    """How many articles match, and how many of each day, by days since 1970."""
    parts: Mapping[str, Any] = {"limit": None, "order": COUNT, "budget": budget}
    total, (tally,) = executor.tally(understood, (_DAY,), **parts)
    counts = {day: number for day, number in tally.rows if isinstance(day, int)}
    return total, {NO_DAY: tally.without, **counts}


# ---------------------------------------------------------------- ids that a number does not say


def _keep_ids(folder: Directory, ids: Iterable[str]) -> None:
    """Keep ids for good, before it is said that they have arrived."""
    lines = "".join(json.dumps(id) + "\n" for id in ids)
    if not lines:
        return
    descriptor = folder.open_or_create(_IDS_NAME, append=True)
    with os.fdopen(descriptor, "ab") as file:
        # A line that a killed run has begun is ended.
        file.write(("\n" + lines).encode("ascii"))
        file.flush()
        os.fsync(file.fileno())


def _ids_of(folder: Directory, keys: Sequence[int]) -> dict[int, str]:
    """The ids of arrivals, in their order."""
    found = {key: f"{key:016x}" for key in keys}
    for id in _kept_ids(folder):
        if (key := key_of(id)) in found:
            found[key] = id
    return found


def _kept_ids(folder: Directory) -> Iterator[str]:
    try:
        descriptor = folder.open(_IDS_NAME)
    except FileNotFoundError:
        return
    with os.fdopen(descriptor, "rb") as file:
        while line := file.readline(_LONGEST_LINE):
            try:
                id = json.loads(line)
            except ValueError:  # it was cut, or is empty
                continue
            if isinstance(id, str):
                yield id
