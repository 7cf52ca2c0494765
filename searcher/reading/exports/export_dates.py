"""When was it published, in the words of a news database?

Databases write a date as their interface does and add what they know to it: the weekday
between day and hour ("July 1, 2019 Monday 9:20 AM GMT", "27. Februar 2012 Montag 9:50 PM
GMT+1"), the edition after doubled commas ("May 2, 2002, Thursday,, FINAL EDITION"), the
page ("mardi 14 mars 2006, p. 16").  What is left is what `dates.py` reads.

A month or season without a day is no date; it is told apart, since the line of the date is
where an article's other lines are found from.
"""

from __future__ import annotations

import datetime as dt
import re

from searcher.reading.dates import DateError, find_date, parse_date

__all__ = ["date_in", "is_date_line"]

_WEEKDAY_BETWEEN = re.compile(
    r"(\d{4})[,\s]+(?:[^\W\d_]{2,14}[.,]*\s+){1,2}(?=\d{1,2}[:.h]\d{2})", re.U
)
_COMMAS = re.compile(r",(?:\s*,)+")
_STARTS = re.compile(r"\W*(?:[^\W\d_]{2,14}[.,]*\s+(?:(?:den|le|el|il|o|de)\s+)?)?\W*", re.I)
_BEGINNING = 60
_MONTH_ALONE = re.compile(r"\W*(?:[^\W\d_]{3,12}\W{1,3}){1,3}(?:1[4-9]|20|21)\d{2}\b.{0,60}", re.S)
_CJK_SPACES = re.compile(r"(?<=\d)\s+(?=[年月日])|(?<=[年月])\s+(?=\d)")


def date_in(text: str) -> dt.datetime | dt.date | None:
    """The date at the beginning of a line; None if there is none."""
    line = _COMMAS.sub(",", " ".join(text.split())[:200])
    line = _CJK_SPACES.sub("", _WEEKDAY_BETWEEN.sub(r"\1 ", line))
    try:
        return parse_date(line)
    except DateError:
        return find_date(line)


def is_date_line(text: str) -> bool:
    """Whether a line is the date of an article, perhaps with its edition.

    A headline may name a date too; a date line begins with it, and is short.
    """
    line = " ".join(text.split())
    if not 6 <= len(line) <= 140 or not any(map(str.isdigit, line)):
        return False
    start = _COMMAS.sub(",", line)[:_BEGINNING]
    if find_date(start) is not None:
        # Nothing but a weekday stands before it.
        shortest = next((n for n in range(8, len(start) + 1) if find_date(start[:n])), len(start))
        return shortest <= 36 and len(line[shortest:].split()) <= 12
    return len(line) <= 60 and _MONTH_ALONE.fullmatch(line) is not None and _is_month(line)


def _is_month(line: str) -> bool:
    """Whether a line such as "Spring 2001" or "June 2014" names a month or a season."""
    words = [word.casefold() for word in re.findall(r"[^\W\d_]+", line)]
    if any(word in _SEASONS for word in words):
        return True
    return any(find_date(f"1 {word} 2000") is not None for word in words[:3])


_SEASONS = frozenset(
    [
        "spring", "summer", "fall", "autumn", "winter", "frühling", "frühjahr", "sommer", "herbst",
        "printemps", "été", "automne", "hiver", "primavera", "verano", "otoño", "invierno",
        "estate", "autunno", "inverno",
    ]
)  # fmt: skip
