"""Which days does a date in a query stand for?

Every date is read as a period, a first and a last day, in UTC:

* `2019` is its year, `2019-04` its month, `2019-04-08` (also `2019-4-8`) that
  day; years go from 0001 to 9999 and have four digits.
* `today` is the day of the clock in UTC, `yesterday` the day before.
* `this week` is Monday to Sunday around today (weeks start on Monday, as in
  ISO 8601); `this month` and `this year` are the whole calendar month and year
  around today, coming days included.
* `last week`, `last month` and `last year` are the whole week, month and year
  before those.
* `last 30 days` are the thirty days that end today, today included;
  `last 2 weeks` are the fourteen days that end today.
* `last 3 months` starts the day after the same day three months ago (or after
  the last day of that month when it is shorter) and ends today: on 8 April it
  starts on 9 January.  `last 2 years` is `last 24 months`.

`date:` takes a period, a range of two periods (`A..B`, from the first day of A
to the last day of B, either may be left out) or a comparison: `>=A` starts with
A, `>A` the day after A ends, `<=A` ends with A, `<A` the day before A starts.
`since:A` is `date:>=A`, `until:A` is `date:<=A`.

What it does not do: times of day, time zones, names of months.
"""

from __future__ import annotations

import datetime as dt

from searcher.query.diagnostics import Source, shorten
from searcher.query.tree import DateRange
from searcher.query.words import small_number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["clock_day", "comparison", "read_dates", "split_range"]

_EXPECTED = 'a date such as 2019, 2019-04, 2019-04-08, today or "last 30 days"'
_DAY = dt.timedelta(days=1)
_COMPARING = ("<", "=", ">")


def clock_day(now: dt.datetime | None = None) -> dt.date:
    """The day in UTC of `now` (UTC when it names no zone), or of the machine's clock."""
    if now is None:
        return dt.datetime.now(dt.UTC).date()
    if now.tzinfo is None:
        return now.date()
    return now.astimezone(dt.UTC).date()


def comparison(text: str) -> tuple[str, str]:
    """(`>=`, `2019`) for `>=2019`; the operator is empty when there is none."""
    if text[:1] not in _COMPARING:
        return "", text
    for operator in (">=", "<=", ">", "<", "="):
        if text.startswith(operator):
            return operator, text[len(operator) :].strip()
    return "", text


def split_range(text: str) -> tuple[str, str] | None:
    """(`A`, `B`) for `A..B`, or None when `text` is no range.  Three dots do too."""
    dots = text.find("..")
    if dots < 0:
        return None
    return text[:dots].strip(), text[dots:].lstrip(".").strip()


def read_dates(
    name: str, text: str, start: int, end: int, source: Source, today: Callable[[], dt.date]
) -> DateRange:
    """The range that `name:text` means; `start` and `end` are its place in the query."""
    reader = _Reader(source, start, end, today)
    if name == "since":
        return DateRange(reader.period(text)[0], None, start=start, end=end)
    if name == "until":
        return DateRange(None, reader.period(text)[1], start=start, end=end)
    first, last = reader.range(text)
    if first is not None and last is not None and first > last:
        raise source.error(
            "the range of dates ends before it begins",
            start,
            end,
            suggestion=f"write date:{last}..{first}",
        )
    return DateRange(first, last, start=start, end=end)


class _Reader:
    """Reads the dates of one value, whose place it knows for complaints."""

    def __init__(self, source: Source, start: int, end: int, today: Callable[[], dt.date]) -> None:
        self.source = source
        self.start = start
        self.end = end
        self.today = today

    def error(self, reason: str, *, suggestion: str | None = None) -> Exception:
        expected = None if suggestion else _EXPECTED
        return self.source.error(
            reason, self.start, self.end, expected=expected, suggestion=suggestion
        )

    def range(self, text: str) -> tuple[dt.date | None, dt.date | None]:
        operator, rest = comparison(text)
        halves = split_range(rest)
        if halves is not None:
            if operator:
                raise self.error(f"a range of dates takes no {operator}")
            low, high = halves
            if not low and not high:
                raise self.error("a range of dates needs a beginning or an end")
            first = self.period(low)[0] if low else None
            last = self.period(high)[1] if high else None
            return first, last
        first, last = self.period(rest)
        match operator:
            case ">=":
                return first, None
            case "<=":
                return None, last
            case ">":
                return self.shifted(last, 1), None
            case "<":
                return None, self.shifted(first, -1)
        return first, last

    def shifted(self, day: dt.date, days: int) -> dt.date:
        try:
            return day + dt.timedelta(days=days)
        except OverflowError:
            side = "after" if days > 0 else "before"
            raise self.error(f"there is no day {side} {day}") from None

    # ------------------------------------------------------------ periods

    def period(self, text: str) -> tuple[dt.date, dt.date]:
        if len(text) == 10 and text[4] == text[7] == "-" and text.isascii():
            # A whole day, as nearly all are; what is wrong with another is said below.
            year, month, day = text[:4], text[5:7], text[8:]
            if (year + month + day).isdigit():
                try:
                    only = dt.date(int(year), int(month), int(day))
                except ValueError:
                    pass
                else:
                    return only, only
        words = text.lower().split()
        if not words:
            raise self.error("the date is missing")
        if len(words) > 1 or words[0][0].isalpha():
            return self.relative(words, text)
        return self.calendar(text)

    def calendar(self, text: str) -> tuple[dt.date, dt.date]:
        pieces = text.split("-", 3)
        numbers = [small_number(piece) for piece in pieces]
        lengths = [len(piece) for piece in pieces]
        if (
            len(pieces) > 3
            or None in numbers
            or lengths[0] != 4
            or any(length > 2 for length in lengths[1:])
        ):
            raise self.error(f"no date {shorten(text)}", suggestion=self.respelt(text))
        year, *rest = (number or 0 for number in numbers)
        if year < 1:
            raise self.error(f"no such year: {text}")
        if not rest:
            return dt.date(year, 1, 1), dt.date(year, 12, 31)
        month = rest[0]
        if not 1 <= month <= 12:
            raise self.error(f"no such month: {text}")
        if len(rest) == 1:
            return dt.date(year, month, 1), _month_end(year, month)
        try:
            day = dt.date(year, month, rest[1])
        except ValueError:
            raise self.error(f"no such day: {text}") from None
        return day, day

    def respelt(self, text: str) -> str | None:
        """The date that was probably meant by other marks than hyphens, as advice."""
        digits = text
        for mark in "/.":
            digits = digits.replace(mark, "-")
        if len(digits) == 8 and small_number(digits, 99_999_999):
            digits = f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
        pieces = digits.split("-")
        if digits == text or len(pieces) > 3 or len(pieces[0]) != 4:
            return None
        if not all(small_number(piece) and len(piece) <= 2 for piece in pieces[1:]):
            return None
        return f"did you mean {digits}?"

    def relative(self, words: list[str], text: str) -> tuple[dt.date, dt.date]:
        try:
            period = _relative(words, self.today())
        except (OverflowError, ValueError):
            raise self.error(f"{shorten(text)} is outside the years 1 to 9999") from None
        if period is None:
            suggestion = None
            if words in (["last"], ["this"]):
                suggestion = f'put such dates in quotes: date:"{words[0]} week"'
            raise self.error(f"no date {shorten(text)}", suggestion=suggestion)
        return period


def _month_end(year: int, month: int) -> dt.date:
    if month == 12:
        return dt.date(year, 12, 31)
    return dt.date(year, month + 1, 1) - _DAY


def _relative(words: list[str], today: dt.date) -> tuple[dt.date, dt.date] | None:
    monday = today - today.weekday() * _DAY
    month = today.replace(day=1)
    match words:
        case ["today"]:
            return today, today
        case ["yesterday"]:
            return today - _DAY, today - _DAY
        case ["this", "week"]:
            return monday, monday + 6 * _DAY
        case ["last", "week"]:
            return monday - 7 * _DAY, monday - _DAY
        case ["this", "month"]:
            return month, _month_end(today.year, today.month)
        case ["last", "month"]:
            end = month - _DAY
            return end.replace(day=1), end
        case ["this", "year"]:
            return dt.date(today.year, 1, 1), dt.date(today.year, 12, 31)
        case ["last", "year"]:
            return dt.date(today.year - 1, 1, 1), dt.date(today.year - 1, 12, 31)
        case ["last", count, unit]:
            number = small_number(count)
            if not number:
                return None
            return _last(number, unit, today)
    return None


def _last(number: int, unit: str, today: dt.date) -> tuple[dt.date, dt.date] | None:
    match unit:
        case "day" | "days":
            return today - (number - 1) * _DAY, today
        case "week" | "weeks":
            return today - (7 * number - 1) * _DAY, today
        case "month" | "months":
            return _months_before(today, number) + _DAY, today
        case "year" | "years":
            return _months_before(today, 12 * number) + _DAY, today
    return None


def _months_before(day: dt.date, months: int) -> dt.date:
    """The same day that many months earlier, or the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = _month_end(year, month + 1)
    return last.replace(day=min(day.day, last.day))
