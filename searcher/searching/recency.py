"""How much do recent articles go before older ones?

With a half-life of H days an article that is `age` days older than the newest of the archive
keeps

    factor = (1 + 2 ** (-age / H)) / 2

of what its words are worth: today's all of it, one of H days ago three quarters, a very old
one half.  So an old article that is twice as good as a new one still goes before it, and no
article is lost.  (Li and Croft, "Time-based language models", 2003, multiply by a prior that
falls exponentially; on its own that buries every old article, whatever it says.)

Ages are whole days, counted from the newest article that is not in the future, since an
archive may end long before today.  An article without a date is as old as can be.

`AUTO` looks at when the best hits were published (Jones and Diaz, "Temporal profiles of
queries", 2007, find the same signal): a query whose best hits are less than half as old, in
the median, as the articles of the archive is about something recent, and the median age of
its best hits is the half-life then; for every other query nothing is changed.  On AP 1988 it
changes 161 of 639 headlines of stories of the last two weeks, asked for the rest of their
story, and average precision there from .427 to .448 (99 better, 10 worse); of headlines of all
the year 42 of 400 (.364 to .362, p .37); of TREC topics 151 to 200, and of queries on TIME of
1963, none.

The factors are made here, once for each whole day, and handed to both executors.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median
from typing import TYPE_CHECKING

from searcher.codec.schema import MISSING_DATE

if TYPE_CHECKING:
    from searcher.searching.executor import Match
    from searcher.searching.snapshot import Snapshot

__all__ = ["BEST_HITS", "Ages", "Recency"]

_DAY_US = 86_400_000_000
# By then 2 ** (-age / H) is less than the last bit of the factor.
_HALF_LIVES = 54
# A half-life of many years has as many factors as half a century has days; older is as old.
_MOST_DAYS = 60_000
# Hits that `AUTO` looks at, and how many of them must have a date.
BEST_HITS = 50
_FEWEST_DATED = 10
_MUCH_NEWER = 0.5


class Recency:
    """What the age of an article leaves of its score.

    Arguments:
        half_life_days: more than 0.
        reference_us: the instant that ages are counted from, in microseconds since 1970.
    """

    def __init__(self, half_life_days: float, reference_us: int) -> None:
        self.half_life_days = half_life_days
        self.reference_us = reference_us
        days = min(int(half_life_days * _HALF_LIVES) + 1, _MOST_DAYS)
        left = (math.pow(2.0, -day / half_life_days) for day in range(days))
        self.factors: tuple[float, ...] = tuple((1.0 + share) / 2.0 for share in left)

    def factor(self, date_us: int) -> float:
        """What is left of the score of an article of the instant `date_us`."""
        if date_us == MISSING_DATE:
            return self.factors[-1]
        days = max(self.reference_us - date_us, 0) // _DAY_US
        return self.factors[min(days, len(self.factors) - 1)]


class Ages:
    """When the articles of a snapshot were published, as far as `Recency` asks.

    Cost: goes once through the dates of all articles for each of its answers, which are kept.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._newest: tuple[int, int] | None = None
        self._middle: int | None = None

    def recency(self, half_life_days: float, now_us: int) -> Recency:
        """How articles age with that half-life, at the instant `now_us`."""
        return Recency(half_life_days, self._reference_us(now_us))

    def half_life_of(self, best: Sequence[Match], now_us: int) -> float | None:
        """The half-life in days that the dates of the `best` hits speak for; None for none."""
        reference = self._reference_us(now_us)
        segments = self._snapshot.segments
        dates = [segments[match.segment].dates_us()[match.number] for match in best]
        ages = [max(reference - date, 0) / _DAY_US for date in dates if date != MISSING_DATE]
        if len(ages) < _FEWEST_DATED:
            return None
        typical = median(ages)
        if typical >= _MUCH_NEWER * max(reference - self._middle_us(), 0) / _DAY_US:
            return None
        return max(typical, 1.0)

    def _reference_us(self, now_us: int) -> int:
        """The instant of the newest article up to now; now, if none has a date."""
        if self._newest is None or not self._newest[1] <= now_us < self._newest[0]:
            newest, next_one = MISSING_DATE, 2**63
            for segment in self._snapshot.segments:
                for date in segment.dates_us():
                    if date > now_us:
                        next_one = min(next_one, date)
                    elif date > newest:
                        newest = date
            self._newest = (next_one, newest)
        newest = self._newest[1]
        return now_us if newest == MISSING_DATE else newest

    def _middle_us(self) -> int:
        """The median instant of the articles that have one."""
        if self._middle is None:
            dates = sorted(
                date
                for segment in self._snapshot.segments
                for date in segment.dates_us()
                if date != MISSING_DATE
            )
            self._middle = dates[len(dates) // 2] if dates else MISSING_DATE
        return self._middle
