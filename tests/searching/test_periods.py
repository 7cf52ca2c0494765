"""Days of an index, as dates."""

from __future__ import annotations

import datetime as dt

import pytest
from whoosh.reading import CorruptIndexError

from searcher.searching.periods import day_at

pytestmark = pytest.mark.same_without_core


def test_days_count_from_1970() -> None:
    assert day_at(0) == dt.date(1970, 1, 1)
    assert day_at(-1) == dt.date(1969, 12, 31)


@pytest.mark.parametrize("number", [-(2**31), -800_000, 2**31 - 1])
def test_a_day_of_no_calendar_is_damage(number: int) -> None:
    with pytest.raises(CorruptIndexError, match="in no calendar"):
        day_at(number)
