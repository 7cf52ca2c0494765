"""Which days or instants does a date in a query stand for?

A date is read as a period, a first and a last day.  A day of a query is compared with the
article's own day, that of its date at its own offset, as results print it.

* `2019` is its year, `2019-04` its month, `2019-04-08` (also `2019-4-8`) that
  day; years go from 0001 to 9999 and have four digits.
* `March 2021`, `4 March 2021`: the month, the day, with names in English and in the
  archive's language (`written_dates.py`).
* `2019-04-08T14:30+02:00` is that instant (`instants.py`), in UTC if it names no offset.
* `today` is the day of the clock in UTC, `yesterday` the day before.
* `this week` is Monday to Sunday around today (weeks start on Monday, as in
  ISO 8601); `this month` and `this year` are the whole calendar month and year
  around today, coming days included.
* `last week`, `last month` and `last year` are the whole week, month and year
  before those.
* `last 30 days` are the thirty days that end today, today included;
  `last 2 weeks` are the fourteen days that end today; so are the `past 2 weeks`.
* `last 3 months` starts the day after the same day three months ago (or after
  the last day of that month when it is shorter) and ends today: on 8 April it
  starts on 9 January.  `last 2 years` is `last 24 months`.

`date:` takes a period, a range of two periods (`A..B`, from the first day of A
to the last day of B, either may be left out) or a comparison: `>=A` starts with
A, `>A` the day after A ends, `<=A` ends with A, `<A` the day before A starts; beside an
instant it is the next microsecond instead.  `since:A` is `date:>=A`, `until:A` is
`date:<=A`.  A range that ends before it begins is read the other way round (`turned.py`).

What it does not do: names of zones, and `04/03/2021`, which is March here and April there.
"""

from __future__ import annotations

import datetime as dt

from searcher.importing import InstalledOnly
from searcher.query.diagnostics import QueryText, shorten
from searcher.query.tree import DateRange
from searcher.query.words import small_number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["clock_day", "comparison", "ends_before", "read_dates", "split_range"]

_EXPECTED = 'a date such as 2019, 2019-04, 2019-04-08, "4 April 2019", today or "last 30 days"'
_DAY = dt.timedelta(days=1)
_JOINTS = frozenset(("to", "until", "till", "through", "and", "-"))
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
    name: str, text: str, start: int, end: int, source: QueryText, today: Callable[[], dt.date]
) -> DateRange:
    """The range that `name:text` means; `start` and `end` are its place in the query."""
    reader = _Reader(source, start, end, today)
    if name == "since":
        return DateRange(reader.period(text)[0], None, start=start, end=end)
    if name == "until":
        return DateRange(None, reader.period(text)[1], start=start, end=end)
    first, last = reader.range(text)
    if first is not None and last is not None and ends_before(first, last):
        first, last = reader.turned(comparison(text)[1])
    return DateRange(first, last, start=start, end=end)


def ends_before(first: dt.date, last: dt.date) -> bool:
    """Whether no article can be from `first` to `last`, each a day or an instant."""
    instants = [isinstance(end, dt.datetime) for end in (first, last)]
    if all(instants) or not any(instants):
        return first > last
    # A day begins up to 24 hours before it does in UTC, and ends as late after.
    return _since_the_year_1(last) - _since_the_year_1(first) <= (
        -_DAY if instants[1] else -2 * _DAY
    )


def _since_the_year_1(end: dt.date) -> dt.timedelta:
    """The time in UTC up to an instant, or to the beginning of a day."""
    # Not by `astimezone`, which fails where an offset leads out of the calendar.
    begin = dt.datetime(end.year, end.month, end.day)
    if not isinstance(end, dt.datetime):
        return begin - dt.datetime.min
    return end.replace(tzinfo=None) - dt.datetime.min - (end.utcoffset() or dt.timedelta())


class _Reader:
    """Reads the dates of one value, whose place it knows for complaints."""

    def __init__(
        self, source: QueryText, start: int, end: int, today: Callable[[], dt.date]
    ) -> None:
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

    def shifted(self, end: dt.date, steps: int) -> dt.date:
        """The day or the microsecond after or before `end`."""
        is_instant = isinstance(end, dt.datetime)
        try:
            return end + steps * (dt.timedelta(microseconds=1) if is_instant else _DAY)
        except OverflowError:
            side = "after" if steps > 0 else "before"
            what = "instant" if is_instant else "day"
            raise self.error(f"there is no {what} {side} {end}") from None

    def turned(self, text: str) -> tuple[dt.date | None, dt.date | None]:
        """The range `text` read the other way round, with a note of it."""
        with InstalledOnly():
            from searcher.query.turned import note_turned

        low, high = split_range(text) or (text, text)
        meant = f"{high}..{low}"
        kept = len(self.source.notes)
        found = self.range(meant)
        del self.source.notes[kept:]  # of its halves there are notes already
        written = f'date:"{meant}"' if " " in meant else f"date:{meant}"
        note_turned(self.source, self.start, self.end, written)
        return found

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
        if text.replace("-", "").isdigit():
            return self.calendar(text)
        words = text.lower().split()
        if not words:
            raise self.error("the date is missing")
        if len(words) > 2:
            self.refuse_range_in_words(text)
        if text[4:5] == "-" and (len(words) > 1 or "t" in words[0]):
            moment = self.instant(text)
            if moment is not None:
                return moment, moment
        if len(words) > 1 or words[0][0].isalpha():
            return self.relative(words, text) or self.written(text)
        if any(map(str.isalpha, text)):
            return self.written(text)
        return self.calendar(text)

    def refuse_range_in_words(self, text: str) -> None:
        """Say how to write `4 March 2021 to 6 March 2021`, `between May 2020 and 2021`."""
        words = text.split()
        if words[0].lower() in ("from", "between"):
            words = words[1:]
        joints = [at for at, word in enumerate(words) if word.lower() in _JOINTS]
        if len(joints) == 1 and 0 < joints[0] < len(words) - 1:
            low, high = " ".join(words[: joints[0]]), " ".join(words[joints[0] + 1 :])
            meant = f"{low}..{high}"
            meant = f'"{meant}"' if " " in meant else meant
            raise self.error(
                f"no date {shorten(text)}", suggestion=f"write a range with two dots: date:{meant}"
            )

    def instant(self, text: str) -> dt.datetime | None:
        with InstalledOnly():
            from searcher.query.instants import read_instant  # most queries hold no time

        try:
            found = read_instant(text)
        except ValueError:
            raise self.error(f"no such day, time or offset: {shorten(text)}") from None
        if found is None:
            return None
        moment, names_offset = found
        if not names_offset:
            self.note_offset(text)
        return moment

    def note_offset(self, text: str) -> None:
        with InstalledOnly():
            from searcher.query.notes import Note

        place = self.source.plain.find(text, self.start)
        stop = place + len(text)
        query = self.source.plain
        self.source.notes.append(
            Note(
                place,
                stop,
                text,
                f"{text} names no offset and was read in UTC",
                f"{query[:stop]}Z{query[stop:]}",
            )
        )

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
            suggestion = self.respelt(text) or self.in_quotes(text) or self.in_brackets()
            raise self.error(f"no date {shorten(text)}", suggestion=suggestion)
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
        if len(pieces) == 3 and len(pieces[2]) == 4 and all(map(small_number, pieces)):
            return self.either_order(*(int(piece) for piece in pieces))
        if digits == text or len(pieces) > 3 or len(pieces[0]) != 4:
            return None
        if not all(small_number(piece) and len(piece) <= 2 for piece in pieces[1:]):
            return None
        return f"did you mean {digits}?"

    def in_brackets(self) -> str | None:
        """How to write the range `[2006 TO 2007]`, as advice."""
        words = self.source.plain[self.start : self.start + 60].partition(":")[2].split()
        if len(words) < 3 or words[0][0] not in "[{" or words[1].upper() != "TO":
            return None
        low, high = words[0][1:].strip("*"), words[2].rstrip(")").rstrip("]}").strip("*")
        return f"write date:{low}..{high}"

    def either_order(self, one: int, other: int, year: int) -> str | None:
        """The days that `04/03/2021` may be, which differ by country, as advice."""
        days = []
        for month, day in ((other, one), (one, other)):
            try:
                days.append(dt.date(year, month, day).isoformat())
            except ValueError:
                continue
        return f"write {' or '.join(dict.fromkeys(days))}" if days else None

    def relative(self, words: list[str], text: str) -> tuple[dt.date, dt.date] | None:
        try:
            return _relative(words, self.today)
        except (OverflowError, ValueError):
            raise self.error(f"{shorten(text)} is outside the years 1 to 9999") from None

    def written(self, text: str) -> tuple[dt.date, dt.date]:
        """The period that a date in words is, or what is wrong with it."""
        with InstalledOnly():
            from searcher.query.written_dates import read_written  # few dates are in words

        found = read_written(text, self.source.language)
        if found is None:
            raise self.error(f"no date {shorten(text)}", suggestion=self.in_quotes(text))
        if found.year is None:
            suggestion = self.in_quotes(text) or (
                f'write the year too, in four digits: date:"{text} {self.today().year}"'
            )
            raise self.error(f"{shorten(text)} has no year", suggestion=suggestion)
        if found.year < 1:
            raise self.error(f"no such year: {shorten(text)}")
        if found.day is None:
            return dt.date(found.year, found.month, 1), _month_end(found.year, found.month)
        try:
            day = dt.date(found.year, found.month, found.day)
        except ValueError:
            raise self.error(f"no such day: {shorten(text)}") from None
        return day, day

    def in_quotes(self, text: str) -> str | None:
        """How to write a date that goes on after the blank that ended it, as advice."""
        with InstalledOnly():
            from searcher.query.written_dates import read_written

        if text.lower() in ("last", "this"):
            return f'put such dates in quotes: date:"{text.lower()} week"'
        begin = self.source.plain.find(text, self.start)
        following = self.source.plain[begin : begin + 60].split(" ")
        for count in (3, 2, 5, 4):
            whole = " ".join(following[:count]).strip(".,;'")
            found = read_written(whole, self.source.language) if len(following) >= count else None
            if found is not None and found.year is not None and whole != text:
                return f'put the whole date in quotes: date:"{whole}"'
        return None


def _month_end(year: int, month: int) -> dt.date:
    if month == 12:
        return dt.date(year, 12, 31)
    return dt.date(year, month + 1, 1) - _DAY


def _relative(words: list[str], clock: Callable[[], dt.date]) -> tuple[dt.date, dt.date] | None:
    if words[0] not in ("today", "yesterday", "this", "last", "past"):
        return None  # the clock is not asked for dates in words
    today = clock()
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
        case ["last" | "past", count, unit]:
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
