"""How is an archive on a cluster used from Python?

`ClusterArchive` has the methods of `Archive`, and is what `Archive.open("opensearch://...")`
returns.  What it answers is what an index directory with the same articles would; what needs
more than a cluster holds is refused by name (`refusing.py`).
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from searcher.archive_reader import ArchiveReader
from searcher.cluster.asking import Asking
from searcher.cluster.changing import ClusterChanges, make_archive
from searcher.cluster.creating import facts_of_indices
from searcher.cluster.mapping import IndexFacts
from searcher.cluster.refusing import refused
from searcher.cluster.translate import refuse_unknown
from searcher.cluster.transport import Transport
from searcher.cluster.view import ClusterView
from searcher.codec.schema import instant_us
from searcher.fields import FieldTable
from searcher.importing import InstalledOnly
from searcher.query import Node
from searcher.query.printing import text_of
from searcher.query.tree import walk
from searcher.request import Request
from searcher.scoring import DEFAULT_SCORING, Scoring
from searcher.searching.budget import Budget
from searcher.searching.hidden import asks_for_hidden
from searcher.searching.occurrences import Span
from searcher.searching.results import Hit
from searcher.searching.scan import Scan

if TYPE_CHECKING:
    from searcher.alerting.alerts import Alerts
    from searcher.query.notes import Note
    from searcher.recording.record import SearchRecord
    from searcher.searching.statistics import Statistics

__all__ = ["ClusterArchive"]

_T = TypeVar("_T")
# For so long what an index says of itself, and figures for scores, are believed.
_KEPT_S = 60.0
_MOST_KNOWN = 50_000


class ClusterArchive(ClusterChanges, ArchiveReader):
    """An archive of news articles on an OpenSearch cluster.

    Make one with `ClusterArchive.open`, or `Archive.open` and an address, and close it, or use
    it as a context manager.

    Arguments:
        transport: asks the cluster; closed with the archive.
    """

    def __init__(
        self,
        transport: Transport,
        *,
        now: Callable[[], dt.datetime] | None = None,
        scoring: Scoring | None = None,
    ) -> None:
        # Not the constructor of `ArchiveReader`, whose views are those of a directory.
        self.transport = transport
        self.path = str(transport.address)
        self._now = now or (lambda: dt.datetime.now(dt.UTC))
        self._scoring = DEFAULT_SCORING if scoring is None else scoring
        self._asking = Asking(transport)
        self._facts: tuple[float, IndexFacts] | None = None
        self._known: tuple[float, dict[Any, Any]] = (0.0, {})
        views: Any = _ClusterViews(self)
        self._views = views

    @classmethod
    def open(
        cls,
        url: str,
        *,
        now: Callable[[], dt.datetime] | None = None,
        scoring: Scoring | None = None,
    ) -> ClusterArchive:
        """Open the archive at the address `url`, as opensearch://host:9200/news.

        Raises:
            ClusterError: nothing answers, it is no cluster of OpenSearch 3, or there is no such
                index of Searcher's; opensearch-py is missing.
        """
        archive = cls(Transport(url), now=now, scoring=scoring)
        try:
            _ = archive.facts
        except BaseException:
            archive.close()
            raise
        return archive

    @classmethod
    def create(
        cls,
        url: str,
        *,
        language: str = "en",
        values: Sequence[str] = (),
        shards: int = 1,
        copies: int | None = None,
        exist_ok: bool = False,
        now: Callable[[], dt.datetime] | None = None,
    ) -> ClusterArchive:
        """Make an empty archive at the address `url`: see `Archive.create`.

        Arguments:
            shards: into how many parts articles are divided: one for each 30 GB expected.
            copies: how many times each is held; by default 2, or 1 on a cluster of one node.
            exist_ok: open one that is there.

        Raises:
            ClusterError: it is there already, or cannot be made.
            FieldError: one of `values` is no name for a field.
        """
        make_archive(
            url,
            language=language,
            values=values,
            shards=shards,
            copies=copies,
            exist_ok=exist_ok,
        )
        return cls.open(url, now=now)

    @property
    def facts(self) -> IndexFacts:
        """What the index says of itself: its language, its analysis and its own fields.

        Raises:
            ClusterError: there is no such index, or Searcher did not make it, or one of other
                rules did.
        """
        known = self._facts
        if known is None or time.monotonic() > known[0]:
            known = self._facts = (time.monotonic() + _KEPT_S, self._read_facts())
        return known[1]

    def _read_facts(self) -> IndexFacts:
        found = facts_of_indices(self.transport)
        own = dict.fromkeys(value for facts in found for value in facts.values)
        return found[0]._replace(values=tuple(own))

    def forget(self) -> None:
        """Believe nothing that was read before: whoever has written calls it."""
        self._facts = None
        self._known = (0.0, {})

    def view(self, *, hides: bool = True) -> ClusterView:
        """What answers now."""
        until_s, known = self._known
        if time.monotonic() > until_s or len(known) > _MOST_KNOWN:
            known = {}
            self._known = (time.monotonic() + _KEPT_S, known)
        return ClusterView(
            self._asking,
            self.facts,
            known,
            scoring=self._scoring,
            now_us=lambda: instant_us(self._now()),
            hides=hides,
        )

    # ------------------------------------------------------------ as ArchiveReader asks

    def _read(self, asked: Node, use: Callable[[Any], _T]) -> _T:
        return use(self.view(hides=not asks_for_hidden(asked)))

    def _with_spellings(self, asked: Node, typed: str) -> tuple[Node, tuple[Note, ...]]:
        return self._without_unknown(asked, typed), ()

    def _with_whole_ids(self, asked: Node, typed: str) -> Node:
        return self._without_unknown(asked, typed)

    def _without_unknown(self, asked: Node, typed: str) -> Node:
        """`asked`, which was read from `typed`, if a cluster can answer all of it."""

        def refuse(_: object) -> Node:
            for part in walk(asked):
                refuse_unknown(part)
            return asked

        return self._looked_up(typed, refuse)

    def _view(self, use: Callable[[Any], _T]) -> _T:
        return use(self.view())

    def scan_of(self, request: Request) -> Scan:
        """The articles that answer `request`, which was made and checked before: see `scan`.

        Held is a page of them, or those that have to be looked at here, which are at most 20,000.
        """
        budget = Budget(request.timeout_s)
        asked, _ = self._parsed(request.query)
        understood, scan = self._read(asked, lambda view: view.scan(asked, request, budget))
        return Scan(
            scan.length,
            scan.article_at,
            scan.end,
            query=request.text,
            understood=text_of(understood),
            total=scan.total,
        )

    def title_marks(self, query: str | Node, hits: Sequence[Hit]) -> list[tuple[Span, ...]]:
        """Where in the headlines of `hits`, as they were found, the words of `query` stand: runs
        of characters, as `marks` has them.

        Raises:
            QueryError: as `search`.
        """
        asked, _ = self._parsed(query)
        return self._view(lambda view: view.title_marks(asked, hits))

    @property
    def fields(self) -> FieldTable:
        """The fields of its articles, its own among them."""
        return self.facts.fields

    @property
    def language(self) -> str:
        """The language that words are stemmed in."""
        return self.facts.language

    @property
    def commit(self) -> tuple[int, str]:
        """A number and a text that are others whenever something may have been written: on a
        cluster, at any time."""
        now_ns = time.time_ns()
        return now_ns // 10**9, f"{now_ns:x}"

    @property
    def is_at_hand(self) -> bool:
        """Whether a search begins at once: none does, each asks over the network."""
        return False

    def __len__(self) -> int:
        return self.view().coverage.articles

    @property
    def has_groups(self) -> bool:
        """Whether copies of articles were looked for: not on a cluster."""
        return False

    @property
    def copies_left_out(self) -> bool:
        """Whether copies were not looked for though nobody said so."""
        return False

    @property
    def has_stories(self) -> bool:
        """Whether stories were looked for: not on a cluster."""
        return False

    def name_sets(self) -> dict[str, tuple[str, ...]]:
        """The saved sets of names: none are kept on a cluster."""
        return {}

    def stats(self) -> Statistics:
        """Say what the index holds.  Cost: goes through all values that are counted by."""
        return self.view().statistics()

    @property
    def alerts(self) -> Alerts:
        """The queries that are asked of whatever arrives, kept in a folder of this user's.

        That is the one that `SEARCHER_OPENSEARCH_ALERTS` names, or else one of this cluster and
        archive among the state of this user (`$XDG_STATE_HOME`, `~/.local/state`).

        Raises:
            ClusterError: the cluster does not answer.
            AlertError: the folder cannot be made.
        """
        with InstalledOnly():
            from searcher.alerting.alerts import Alerts
            from searcher.cluster.arriving import ClusterDesk, folder_of

        return Alerts(
            self.path,
            desk=ClusterDesk(self._asking, self.view),
            parsed=lambda query: self._parsed(query)[0],
            now=self._now,
            folder=folder_of(self.transport),
        )

    # ------------------------------------------------------------ what is refused

    def recorded(self, query: str | Node, *, note: str = "", **options: Any) -> NoReturn:
        """Refused: a cluster has no commits that a record could be of."""
        raise refused(self.path, "records of searches")

    def replay(self, record: SearchRecord, *, timeout: float | None = None) -> NoReturn:
        """Refused: see `recorded`."""
        raise refused(self.path, "records of searches")

    # ------------------------------------------------------------ closing

    def close(self) -> None:
        """Let go of all connections."""
        self.transport.close()

    def __enter__(self) -> ClusterArchive:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None: ...


class _ClusterViews:
    """Hands out views of a cluster, as `ViewPool` does of a directory."""

    def __init__(self, archive: ClusterArchive) -> None:
        self._archive = archive

    def read(self, use: Callable[[Any], _T], *, hides: bool = True) -> _T:
        return use(self._archive.view(hides=hides))

    def commit(self) -> tuple[int, str]:
        return self._archive.commit

    @property
    def language(self) -> str:
        return self._archive.language

    @property
    def fields(self) -> FieldTable:
        return self._archive.fields
