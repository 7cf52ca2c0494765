"""Which rows are in text whose cells have a delimiter between them?

RFC 4180 as far as files keep to it, and what they do instead:

- line ends are CRLF, LF or CR, mixed too; a quoted cell may hold them;
- a quote inside a quoted cell is doubled; where it is not, it ends the cell only if a
  delimiter or the end of the line follows; dumps of databases write `\\"`;
- a quote inside a cell that did not begin with one is a sign like any other;
- a quote that nothing closes would take the rest of the file with it: the row is given up at
  the end, or at the bound, and what follows its first line is read again.  After a few of
  those no cell goes beyond its line, so that reading stays linear.

Why not the csv module: its bound on a cell (131,072 signs) can only be changed for the whole
process, and it takes a cell that is never closed for the rest of the file.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from searcher.reading.weight import line_weight

__all__ = ["DELIMITERS", "MOST_COLUMNS", "Dialect", "Row", "split_rows"]

DELIMITERS = ("\t", ",", ";", "|")
MOST_COLUMNS = 10_000
_MOST_BREAKS = 8  # quotes that nothing closes, after which none goes beyond its line


class Dialect(NamedTuple):
    """How cells are parted, and whether a backslash stands before quotes inside them."""

    delimiter: str
    escaped: bool = False


class Row(NamedTuple):
    """The cells of a row; `line` is the number of its first line, from 1."""

    line: int
    cells: list[str]


class _Patterns(NamedTuple):
    opening: re.Pattern[str]
    inside: re.Pattern[str]


@lru_cache(maxsize=16)
def _patterns(dialect: Dialect) -> _Patterns:
    delimiter = re.escape(dialect.delimiter)
    blanks = " *" if dialect.delimiter == "\t" else r"[ \t]*"
    lone = rf'"(?!{blanks}(?:{delimiter}|[\r\n]|\Z))'
    plain = r'[^"\\]++|\\(?s:.)' if dialect.escaped else r'[^"]++'
    return _Patterns(re.compile(' *"'), re.compile(rf'(?:{plain}|""|{lone})*+'))


def split_rows(
    lines: Iterable[str],
    dialect: Dialect,
    *,
    longest: int,
    on_broken: Callable[[int, str], None],
) -> Iterator[Row]:
    """Yield the rows of `lines`, which have their ends on; blank ones are passed over.

    Arguments:
        longest: the bytes of memory that the lines of one row may take.
        on_broken: gets the line and the reason of each row that cannot be read.
    """
    numbered = iter(enumerate(lines, 1))
    again: deque[tuple[int, str]] = deque()
    breaks = 0
    while True:
        taken = again.popleft() if again else next(numbered, None)
        if taken is None:
            return
        number, line = taken
        if not line.strip():
            continue
        if '"' not in line:
            cells = line.rstrip("\r\n").split(dialect.delimiter)
        else:
            open_row = _OpenRow(dialect, whole_line=breaks >= _MOST_BREAKS)
            used = [taken]
            size = line_weight(line)
            while not open_row.take(line):
                if size > longest:
                    break
                following = again.popleft() if again else next(numbered, None)
                if following is None:
                    break
                used.append(following)
                line = following[1]
                size += line_weight(line)
            if not open_row.done:
                breaks += 1
                on_broken(number, "a quote that nothing closes")
                again.extendleft(reversed(used[1:]))
                continue
            cells = open_row.cells
        if len(cells) > MOST_COLUMNS:
            on_broken(number, f"a row of more than {MOST_COLUMNS:,} cells")
            continue
        yield Row(number, cells)


class _OpenRow:
    """A row that may go on over several lines."""

    def __init__(self, dialect: Dialect, *, whole_line: bool) -> None:
        self.cells: list[str] = []
        self.done = False
        self._dialect = dialect
        self._patterns = _patterns(dialect)
        self._open: list[str] | None = None  # the pieces of a cell that is not closed yet
        self._whole_line = whole_line

    def take(self, line: str) -> bool:
        """Read one line more; True when the row ends with it."""
        at = 0
        end = len(line.rstrip("\r\n"))
        while True:
            if self._open is None:
                opening = self._patterns.opening.match(line, at)
                if opening is None:
                    stop = line.find(self._dialect.delimiter, at, end)
                    self.cells.append(line[at : end if stop < 0 else stop])
                    if stop < 0:
                        break
                    at = stop + 1
                    continue
                at = opening.end()
                self._open = []
            inside = self._patterns.inside.match(line, at)
            assert inside is not None  # it matches nothing at all, too
            if inside.end() >= len(line) and not self._whole_line:
                self._open.append(line[at:])
                return False
            self._open.append(line[at : min(inside.end(), end)])
            self.cells.append(self._unquoted("".join(self._open)))
            self._open = None
            stop = line.find(self._dialect.delimiter, inside.end(), end)
            if stop < 0:
                break
            at = stop + 1
            if len(self.cells) > MOST_COLUMNS:
                break
        self.done = True
        return True

    def _unquoted(self, text: str) -> str:
        text = text.replace('""', '"')
        if self._dialect.escaped and "\\" in text:
            text = re.sub(r'\\(["\\])', r"\1", text)
        return text
