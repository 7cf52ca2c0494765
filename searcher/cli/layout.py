"""How is an article laid out in columns?

Widths are those of a terminal: two columns for East Asian wide characters, none for
combining marks.  Marked words of a snippet (`**` on both sides) are wrapped as if the
marks were not there, and become styled pieces where the screen shows colours.
"""

from __future__ import annotations

import datetime as dt
import os
import unicodedata
from collections.abc import Iterator

from searcher.cli.output import Style, Styled, one_line

__all__ = [
    "UNITS",
    "columns",
    "counted",
    "counted_units",
    "date_and_time",
    "day",
    "duration",
    "marked",
    "near_path",
    "percent",
    "shortened",
    "wrap",
]

MARK = "**"


def columns(text: str) -> int:
    """How many columns of a terminal `text` takes."""
    if text.isascii():
        return len(text)
    return sum(_columns_of(character) for character in text)


def _columns_of(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def shortened(text: str, width: int) -> str:
    """`text`, or its beginning and `…`, in no more than `width` columns."""
    if columns(text) <= width:
        return text
    used, kept = 1, ""
    for character in text:
        used += _columns_of(character)
        if used > width:
            break
        kept += character
    return kept.rstrip() + "…"


def wrap(text: str, width: int | None) -> list[str]:
    """The lines of one paragraph; a single one if `width` is None.

    A word wider than a line stays whole, and the terminal breaks it.
    """
    words = one_line(text).split(" ")
    if width is None:
        return [" ".join(filter(None, words))]
    lines: list[str] = []
    line = ""
    used = 0
    for word in filter(None, words):
        size = columns(word.replace(MARK, ""))
        if line and used + 1 + size > width:
            lines.append(line)
            line, used = word, size
        else:
            line, used = (f"{line} {word}", used + 1 + size) if line else (word, size)
    return [*lines, line]


def marked(
    lines: list[str], *, has_colour: bool, style: Style = "match"
) -> Iterator[list[str | Styled]]:
    """The lines of a snippet as pieces, marked words styled if that can be seen."""
    inside = False
    for line in lines:
        if not has_colour:
            yield [line]
            continue
        pieces: list[str | Styled] = []
        for number, text in enumerate(line.split(MARK)):
            inside ^= number > 0
            pieces.append(Styled(text, style) if inside else text)
        yield pieces


def day(date: dt.date) -> str:
    """The day of a date, in the article's own time zone."""
    return date.isoformat()[:10]


def date_and_time(date: dt.date) -> str:
    """A date as exactly as it is known."""
    if not isinstance(date, dt.datetime):
        return date.isoformat()
    text = date.isoformat(" ", "seconds" if date.second else "minutes")
    if not date.utcoffset():
        return text.removesuffix("+00:00") + " UTC"
    return f"{text[:-6]} {text[-6:]}"


def counted(number: int, noun: str) -> str:
    """`1 article`, `3,400 articles`."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


UNITS = {"articles": "article", "texts": "text", "stories": "story"}
"""What can be counted, and what one of it is called."""


def counted_units(number: int, unit: str) -> str:
    """`1 story`, `3,400 stories`: of a name of `UNITS`."""
    return f"{number:,} {UNITS[unit] if number == 1 else unit}"


def duration(seconds: float) -> str:
    """`1.9 ms`, `0.9 s`, `2 min 5 s`, `3 h 20 min`."""
    if seconds < 0.1:
        return f"{seconds * 1000:.1f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def percent(share: float) -> str:
    """A part of a whole as people write it: 12.3%, and more of it where it is small."""
    return f"{share:.1%}" if share >= 0.001 or not share else f"{share:.2%}"


def near_path(path: str) -> str:
    """`path`, from the current directory if it lies under it."""
    try:
        here = os.getcwd().rstrip(os.sep) + os.sep
    except OSError:  # the current directory was removed
        return path
    return path.removeprefix(here)
