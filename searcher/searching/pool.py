"""Which commit is read, and by whom?

Readers in several threads each borrow a view of the newest commit and give it back; a view
of an older commit is closed when it is come upon.  A commit removes the files of the one
before it, so a reader that opens a file late may find it gone: it is then run once more, on
the newer commit.
"""

from __future__ import annotations

import datetime as dt
import os
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from whoosh.reading import CorruptIndexError

from searcher.analysis import Analyzer
from searcher.codec.damage import REBUILD, cannot_be_read, file_damaged
from searcher.codec.generations import ManifestIdentity, NewestGeneration, latest_generation
from searcher.errors import DeadlineError, IndexDamagedError, QueryError
from searcher.fields import FIELDS, FieldTable
from searcher.scoring import Scoring
from searcher.searching.interruption import UnwantedError
from searcher.searching.native import NativeExecutor
from searcher.searching.snapshot import Snapshot
from searcher.searching.view import View

__all__ = ["OPEN_ATTEMPTS", "ViewPool"]

OPEN_ATTEMPTS = 50
_MOST_VERIFIED = 10_000
# Each keeps what it has decoded: after a crowd of searches at once most are not needed again.
_MOST_IDLE = 8
_T = TypeVar("_T")


class ViewPool:
    """Views of the newest commit of the index in `directory`; any thread may use it.

    Arguments:
        now: the clock that the age of articles is told by.
        scoring: the constants of the ranking.
    """

    def __init__(
        self,
        directory: str,
        *,
        now: Callable[[], dt.datetime],
        scoring: Scoring | None = None,
    ) -> None:
        self._directory = directory
        self._now = now
        self._scoring = scoring
        self._idle: list[View] = []
        # Views of everything, for whoever asks for a status; seldom more than one.
        self._idle_of_all: list[View] = []
        self._turn = threading.Lock()
        self._newest = NewestGeneration(directory)
        # The files that were compared with their checksums.
        self._verified: set[Any] = set()
        self._analyzer: Analyzer | None = None
        # The newest commit that was asked for last, and the text that stands for it.
        self._commit: tuple[tuple[int, ManifestIdentity | None], str] = ((-1, None), "")
        # Of the snapshot that was opened last.
        self.fields: FieldTable = FIELDS

    @property
    def language(self) -> str:
        """The language of the index when it was last read."""
        analyzer = self._analyzer
        return analyzer.language if analyzer else self.read(lambda view: view.snapshot.language)

    def read(self, use: Callable[[View], _T], *, hides: bool = True) -> _T:
        """Run `use` on the newest commit, again if a newer one removes files under it.

        Arguments:
            hides: the view passes over what may not be published.

        Raises:
            IndexMissingError: there is no index.
            IndexDamagedError: it is broken, or cannot be read.
        """
        view, found = self.hold(use, hides=hides)
        self._put_back(view, hides)
        return found

    def hold(self, use: Callable[[View], _T], *, hides: bool = True) -> tuple[View, _T]:
        """As `read`, and leave the view to the caller, who closes its snapshot.

        What `use` has opened stays open, whatever is committed meanwhile.
        """
        for attempt in range(OPEN_ATTEMPTS):
            generation, identity = self._newest.identified()
            try:
                view = self._borrow(identity, hides)
                try:
                    return view, use(view)
                except (QueryError, DeadlineError, UnwantedError):  # which say nothing of the index
                    self._put_back(view, hides)
                    raise
                except BaseException:
                    view.snapshot.close()
                    raise
            except FileNotFoundError as error:
                missing = error
                # The first few times the listing itself may have been between two commits.
                if attempt > 2 and generation == latest_generation(self._directory):
                    break
            except OSError as error:
                raise cannot_be_read(self._directory, error) from error
            except (
                CorruptIndexError
            ) as error:  # seen where a value is used, as a day of no calendar
                said = f"the index is damaged ({error})"
                raise IndexDamagedError(self._directory, said, hint=REBUILD) from error
        name = os.path.basename(os.fsdecode(missing.filename or "a file"))
        raise file_damaged(self._directory, name, "is missing") from missing

    def commit(self) -> tuple[int, str]:
        """The number of the newest commit, and a text that no other has.

        Raises: as `read`.
        """
        try:
            found = self._newest.identified()
            if found[1] is None:  # it was replaced meanwhile
                found = self._newest.identified()
        except OSError as error:
            raise cannot_be_read(self._directory, error) from error
        known, text = self._commit
        if known != found:
            generation, identity = found
            text = "-".join(f"{part:x}" for part in (generation, *(identity or ())))
            self._commit = found, text
        return found[0], text

    @property
    def is_at_hand(self) -> bool:
        """Whether the newest commit is open and free, and the core answers from it: then a
        search begins without reading files."""
        try:
            view = self._idle[-1]
            _, identity = self._newest.identified()
        except (IndexError, OSError):
            return False
        return isinstance(view.executor, NativeExecutor) and view.snapshot.is_current(identity)

    def _put_back(self, view: View, hides: bool) -> None:
        """Keep `view` for the next reader, or close it where enough are kept."""
        with self._turn:
            idle = self._idle_views(hides)
            if len(idle) < _MOST_IDLE:
                idle.append(view)
                return
        view.snapshot.close()

    def _idle_views(self, hides: bool) -> list[View]:
        return self._idle if hides else self._idle_of_all

    def _borrow(self, identity: ManifestIdentity | None, hides: bool) -> View:
        """Take a view of the commit with that manifest, or open one of the newest.

        A number would not do: a backup that was put in the place of the index has its own.
        Whoever takes it puts it back or closes it.
        """
        stale = []
        try:
            with self._turn:
                idle = self._idle_views(hides)
                while idle:
                    view = idle.pop()
                    if view.snapshot.is_current(identity):
                        return view
                    stale.append(view)
        finally:
            for view in stale:
                view.snapshot.close()
        return self.open(hides=hides)

    def open(self, *, hides: bool = True) -> View:
        """A view of the newest commit, of the caller's own: who opens it closes its snapshot.

        Raises: as `Snapshot`.
        """
        if len(self._verified) > _MOST_VERIFIED:
            self._verified = set()  # of files that are gone long since
        snapshot = Snapshot(self._directory, verified=self._verified, hides=hides)
        self.fields = snapshot.fields
        analyzer = self._analyzer_of(snapshot)
        scoring = snapshot.manifest.scoring if self._scoring is None else self._scoring
        return View(snapshot, analyzer, now=self._now, scoring=scoring)

    def _analyzer_of(self, snapshot: Snapshot) -> Analyzer:
        analyzer = snapshot.manifest.analyzer
        if analyzer != self._analyzer:
            self._analyzer = analyzer
        return self._analyzer  # with what it has loaded

    def close(self) -> None:
        """Close the views that nobody is using."""
        with self._turn:
            idle = self._idle + self._idle_of_all
            self._idle, self._idle_of_all = [], []
        for view in idle:
            view.snapshot.close()
