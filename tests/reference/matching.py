"""When is a word, a run of words, a spelling, a value or a date the one that is meant?

The parts of the oracle that know no query: it asks them of every token and of every article.
Each is the plainest method there is, written from docs/query-language.md; nothing here is that
of the executors.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from searcher.analysis.values import fold_value

__all__ = [
    "Run", "Test", "Text", "Token", "compared", "edit_distance", "gap", "has_form", "has_shape",
    "has_stem", "instant", "is_within", "overlap", "recorded_length", "value_fits", "wildcards",
]  # fmt: skip

Run = tuple[int, int]


class Token(NamedTuple):
    """One word of a text."""

    position: int
    form: str
    stem: str
    sentence: int
    paragraph: int


Text = tuple[Token, ...]
# Whether a token is the one asked for, and the name of that question.
Test = tuple[str, Callable[[Token], bool]]


def has_stem(stem: str) -> Callable[[Token], bool]:
    return lambda token: token.stem == stem


def has_form(form: str) -> Callable[[Token], bool]:
    return lambda token: token.form == form


def has_shape(shape: re.Pattern[str]) -> Callable[[Token], bool]:
    return lambda token: shape.fullmatch(token.form) is not None


def is_within(form: str, edits: int) -> Callable[[Token], bool]:
    return lambda token: token.form[:1] == form[:1] and edit_distance(form, token.form) <= edits


def overlap(a: Run, b: Run) -> bool:
    return not (a[1] < b[0] or b[1] < a[0])


def gap(a: Run, b: Run) -> int:
    """The distance of two runs that do not overlap; neighbours are 1 apart."""
    earlier, later = sorted((a, b))
    return later[0] - earlier[1]


@lru_cache(maxsize=100_000)
def edit_distance(a: str, b: str) -> int:
    """Insertions, deletions, replacements and swaps of neighbours, no place twice."""
    table = [[max(i, j) for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            table[i][j] = min(
                table[i - 1][j] + 1,
                table[i][j - 1] + 1,
                table[i - 1][j - 1] + (a[i - 1] != b[j - 1]),
            )
            if i > 1 and j > 1 and a[i - 2 : i] == b[j - 2 : j][::-1]:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[len(a)][len(b)]


def wildcards(pattern: str) -> re.Pattern[str]:
    """A pattern of `*` and `?` as a regular expression."""
    pieces = {"*": ".*", "?": "."}
    return re.compile("".join(pieces.get(c) or re.escape(c) for c in pattern), re.DOTALL)


def value_fits(text: str, quoted: bool, value: str) -> bool:
    asked, value = fold_value(text), fold_value(value)
    return asked == value if quoted else wildcards(asked).fullmatch(value) is not None


def instant(date: dt.datetime | dt.date | None) -> int | None:
    """Microseconds since the year 1, in UTC; of a day, its beginning."""
    if date is None:
        return None
    first = dt.datetime(1, 1, 1)
    offset = dt.timedelta()
    if not isinstance(date, dt.datetime):
        date = dt.datetime(date.year, date.month, date.day)
    else:
        offset = date.utcoffset() or offset
    since = date.replace(tzinfo=None) - first - offset
    # Offsets can lead out of the years 1 to 9999, which are all there is.
    since = min(max(since, dt.timedelta()), dt.datetime.max - first)
    return since // dt.timedelta(microseconds=1)


def compared(end: dt.date | None, date: dt.date) -> tuple[Any, Any]:
    """An end of a range and the date of an article, as what they are compared by: instants,
    or days, the article's as its own offset has it."""
    if isinstance(end, dt.datetime):
        return instant(end), instant(date)
    return end, dt.date(date.year, date.month, date.day)


@lru_cache(maxsize=100_000)
def recorded_length(words: int) -> int:
    """The number of words as one byte records it: the next of 256 steps of 3.3 %."""
    steps = [round((1.033**code - 1) * 27) for code in range(256)]
    return min((step for step in steps if step >= words), default=steps[-1])
