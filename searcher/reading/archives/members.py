"""What of an archive is read, and how far may it grow?

Nothing is written to the disk, so names are only names: absolute ones, `..`, and two members
of one name harm nobody.  `why_passed_over` names what is no member to read by its name, and
`Growing` gives the bytes of a member with the bounds of this project: 200 times its packed
size after the first 10 MB, and 1 GiB for the whole archive where that is more than twenty
times its size.

`Tally` counts what was passed over, so that an archive without an article is refused with
what is in it.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from searcher.errors import ReadError
from searcher.reading.compression import FREE_OUTPUT, MAX_RATIO
from searcher.reading.recognition import LeftOut
from searcher.reading.source import Options

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = ["EMPTY", "MOST_DEEP", "MOST_MEMBERS", "Allowance", "Growing", "Tally", "why_passed_over"]

MOST_MEMBERS = 100_000
MOST_DEEP = 1
"""An archive in an archive is read; one that is deeper is made to be."""
_MOST_BYTES = 1 << 30
_SANE_RATIO = 20
_PIECE = 1 << 16
EMPTY = LeftOut("empty", "empty")
_HIDDEN = LeftOut("hidden", "a hidden file")
_SYSTEM = frozenset(["thumbs.db", "desktop.ini"])


def why_passed_over(name: str) -> LeftOut | None:
    """Name what a member is that is none of the archive's own, by its name."""
    parts = name.replace("\\", "/").split("/")
    if "__MACOSX" in parts or parts[-1].lower() in _SYSTEM or parts[-1].startswith("."):
        return _HIDDEN
    return None


class Allowance:
    """How many bytes all members of an archive may unpack to."""

    def __init__(self, packed: int) -> None:
        self.left = max(_MOST_BYTES, packed * _SANE_RATIO)


class Growing(io.RawIOBase):
    """The bytes of a member, as long as they do not grow too far.

    Arguments:
        read: gives the next bytes, at most as many as it is asked for.
        name: of the member.
        packed: its size in the archive.
        allowance: of the archive.
    """

    def __init__(
        self, read: Callable[[int], bytes], name: str, packed: int, allowance: Allowance
    ) -> None:
        self._read = read
        self._name = name
        self._packed = packed
        self._allowance = allowance
        self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        data = self._read(min(len(view), _PIECE))
        view[: len(data)] = data
        self._given += len(data)
        self._allowance.left -= len(data)
        if self._given > FREE_OUTPUT and self._given > MAX_RATIO * max(1, self._packed):
            reason = f"unpacks to more than {MAX_RATIO} times its size"
            raise ReadError(self._name, reason, hint="fetch or pack the file again")
        if self._allowance.left < 0:
            reason = f"the archive unpacks to more than {_MOST_BYTES >> 30} GiB"
            raise ReadError(self._name, reason, hint="unpack it")
        return len(data)


class Tally:
    """Counts what is in an archive, and tells the caller of what is passed over."""

    def __init__(self, name: str, options: Options, what: str) -> None:
        self._name = name
        self._what = what
        self._tell = options.on_left_out
        self._given = options
        self._kinds: Counter[str] = Counter()
        self._errors = 0
        self.members = 0
        self.options = replace(options, on_left_out=self.leave_out, on_error=self._error)

    def leave_out(self, member: str, found: LeftOut) -> None:
        """Count a member that is not read."""
        self._kinds[found.kind] += 1
        if self._tell is not None:
            self._tell(member, found)

    def refuse(self, member: str, reason: str, hint: str | None = None) -> None:
        """Report a member that cannot be read."""
        self.options.report(ReadError(self._name, f"{member}: {reason}", hint=hint))

    def finish(self, articles: int) -> None:
        """Refuse an archive in which nothing was an article."""
        if articles or self._errors:
            return
        seen = ", ".join(f"{count:,} {kind}" for kind, count in self._kinds.most_common(5))
        what = "file" if self.members == 1 else "files"
        raise ReadError(
            self._name,
            f"{self._what} without an article: {self.members:,} {what}"
            + (f" ({seen})" if seen else ""),
            kind="archive",
        )

    def _error(self, error: ReadError) -> None:
        self._errors += 1
        self._given.report(error)
