"""Which of the files that are there have all of their bytes?

A folder that others write into holds files that are still being written.  Half a page has no
address in it yet and would become another article than the whole one, so what has not settled
is left for the next look.  A file has settled when its size and time are what they were some
seconds ago: at the look before, or by its time, if that is past.

A file that could not be read is not read again before it changes, and a folder in which there
is suddenly nothing at all is taken for a disk that is not mounted: its articles stay.

`sync` calls `look` after its walk; what it takes out counts as a place that could not be
looked at, whose articles stay as they are.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence

from searcher.codec.settings import is_within
from searcher.codec.sources import Sources
from searcher.indexing.folders import FoundFile, Walk
from searcher.indexing.report import Report

__all__ = ["Arriving"]

_State = tuple[int, int]


class Arriving:
    """What is known of files that are not to be read yet.

    `waiting` files of the last look had not settled; `empty` are the folders whose files were
    all gone.

    Arguments:
        settle_s: seconds for which a file must not have changed.
    """

    def __init__(
        self,
        settle_s: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        time_of_day: Callable[[], float] = time.time,
    ) -> None:
        self.waiting = 0
        self.empty: tuple[str, ...] = ()
        self._settle_s = settle_s
        self._clock = clock
        self._time_of_day = time_of_day
        # Since when a file is as it is, by the clock that is never set.
        self._since: dict[str, tuple[_State, float]] = {}
        self._failed: dict[str, _State] = {}
        self._last: dict[str, _State] = {}

    def look(self, found: Walk, sources: Sources, roots: Sequence[str]) -> None:
        """Take out of `found` what is not to be read yet.

        Arguments:
            sources: the files that were read before.
            roots: the files and folders that were walked.
        """
        self.empty = tuple(root for root in roots if _is_suddenly_empty(root, found, sources))
        found.unknown.update(self.empty)
        since, self._since = self._since, {}
        failed, self._failed = self._failed, {}
        self._last = {}
        for path, file in list(found.files.items()):
            state = file.size, file.modified_ns
            known = sources.files.get(path)
            if failed.get(path) == state:
                self._failed[path] = state
            elif known is not None and (known.size, known.modified_ns) == state:
                continue
            elif self._has_settled(file, state, since.get(path)):
                self._last[path] = state
                continue
            del found.files[path]
            found.unknown.add(path)
        self.waiting = len(self._since)

    def _has_settled(
        self, file: FoundFile, state: _State, before: tuple[_State, float] | None
    ) -> bool:
        now = self._clock()
        if before is not None and before[0] == state and now - before[1] >= self._settle_s:
            return True
        # A time to come is another machine's, and says nothing.
        age_s = self._time_of_day() - file.modified_ns / 1e9
        if age_s >= self._settle_s:
            return True
        is_same = before is not None and before[0] == state
        self._since[file.path] = before if before is not None and is_same else (state, now)
        return False

    def note(self, report: Report) -> None:
        """Remember which files `report`, of the run after the last look, could not read."""
        for error in report.failed:
            path = error.path.split("!", 1)[0]
            if (state := self._last.get(path)) is not None:
                self._failed[path] = state


def _is_suddenly_empty(root: str, found: Walk, sources: Sources) -> bool:
    if not os.path.isdir(root) or any(is_within(path, root) for path in found.files):
        return False
    return any(is_within(path, root) for path in sources.files)
