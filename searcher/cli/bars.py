"""How are counts drawn as bars?

Bars are for terminals only: in a pipe a row is its name and its numbers.  A bar is as long as
its share of the largest one, in eighths of a column where the terminal shows block characters
and whole `#` where it does not; what is not zero is never drawn as nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from searcher.cli.layout import columns, shortened
from searcher.cli.output import Screen, Styled, one_line

__all__ = ["Line", "print_bars"]

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_MOST_LABEL = 40
_LEAST_BAR = 4
_GAP = "  "


@dataclass(frozen=True)
class Line:
    """A row: its name, perhaps a second one, its numbers as text, and what its bar stands for,
    None where there is nothing to draw.  `apart` is a row that is not one of the others."""

    label: str
    numbers: Sequence[str]
    size: float | None
    second: str = ""
    apart: bool = False


def print_bars(screen: Screen, lines: Sequence[Line], *, largest: float | None = None) -> None:
    """Print rows below each other, names to the left, numbers to the right, bars behind them.

    Arguments:
        largest: what the longest bar stands for; the largest of `lines` if left out.
    """
    width = screen.width
    names = [[one_line(line.label) for line in lines], [one_line(line.second) for line in lines]]
    most = _MOST_LABEL if width is None else min(_MOST_LABEL, width // 3)
    shown = [column if width is None else [shortened(t, most) for t in column] for column in names]
    name_widths = [max(map(columns, column), default=0) for column in shown]
    number_widths = [
        max(map(len, column)) for column in zip(*(line.numbers for line in lines), strict=True)
    ]
    if largest is None:
        largest = max((line.size for line in lines if line.size is not None), default=0)
    used = sum(len(_GAP) + n for n in (*name_widths, *number_widths) if n) + len(_GAP)
    room = 0 if width is None else width - used
    for place, line in enumerate(lines):
        text = ""
        for column, size in zip(shown, name_widths, strict=True):
            if size:
                text += _GAP + column[place] + " " * (size - columns(column[place]))
        for number, size in zip(line.numbers, number_widths, strict=True):
            text += _GAP + number.rjust(size)
        if room >= _LEAST_BAR and line.size and largest:
            text += _GAP + _bar(line.size / largest, room)
        screen.line(Styled(text.rstrip(), "dim") if line.apart else text.rstrip())


def _bar(share: float, room: int) -> str:
    if not _shows_blocks():
        return "#" * max(round(share * room), 1)
    eighths = max(round(share * room * 8), 1)
    return (_EIGHTHS[8] * (eighths // 8) + _EIGHTHS[eighths % 8]).rstrip()


def _shows_blocks() -> bool:
    try:
        _EIGHTHS.encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except UnicodeEncodeError:
        return False
    return True
