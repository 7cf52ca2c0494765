"""When was it published, given the words on the page?

`parse_date` reads one date and nothing else; `find_date` looks for one in a line
such as "Published on Monday, 8 April 2019 at 14:30 BST", and `date_in` says where it stands.
All return an aware `datetime`, or a `date` when only the day is known.

Understood: ISO 8601 with any offset, fraction, and "T" or a blank between, also basic
(`20151210T191044-0500`); RFC 2822; `date` and JavaScript (`Wed Mar 3 14:30:00 UTC 2021`);
Reuters' `26-FEB-1987 15:01:01.79`; `2019/04/08`; `8.4.2019` (a dot always means day first);
`21 January 2014 1405`; names of months in the languages of `month_names.py`, in the order day,
month, year, or with the month or the year first; `2019年4月8日`, `二〇一九年四月八日`,
`平成31年4月8日`, `民國108年4月8日`; `ngày 8 tháng 4 năm 2019`; digits of any script.  After
it a database's page or edition may stand (`14 mars 2006, p. 16`, `2002, Thursday, FINAL EDITION`).

Settled: a time without a zone is taken as UTC, as the file says no more.  `04/08/2019` is April
in one country and August in another: the weekday beside it decides, then words of a language
that puts the day first ("Publié le"), then what the caller knows (`day_first`); without any it
is refused, for no date is better than a wrong one.  Two-digit years are refused.  Years outside
1400-2199 are placeholders (0001-01-01) or mistakes.

Why no library: `dateutil` guesses (it reads "May" as this day of May and 04/08 as
April), `dateparser` takes milliseconds a date and guesses too; what archives hold is
a closed set, and a table of it (`date_words.py`) can be checked.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from searcher.month_names import fold_name, month_in_any
from searcher.reading.date_words import (
    AFTERNOON,
    DAY_FIRST,
    FILLERS,
    FORENOON,
    HOUR_WORDS,
    JOINTS,
    ORDINALS,
    WEEKDAYS,
    ZONES,
    fold,
)

__all__ = ["DateError", "FoundDate", "date_in", "find_date", "from_number", "parse_date"]


class DateError(ValueError):
    """The text names no date, or one that does not exist."""

    def __init__(self, text: str, reason: str) -> None:
        self.text = text
        self.reason = reason
        super().__init__(f"{reason}: {text[:80]!r}")


class FoundDate(NamedTuple):
    """A date in a line, which stands from `start` to `end`."""

    value: dt.datetime | dt.date
    start: int
    end: int


class _Day(NamedTuple):
    """Numbers that may be a day, and where they stand in a folded line."""

    year: int
    month: int
    day: int
    start: int
    end: int
    clock: str = ""  # of `date` and Twitter, between the day and the year


class _Clock(NamedTuple):
    """A time of day; `zone` in seconds; `end` is where reading stopped."""

    hour: int
    minute: int
    second: int
    micro: int
    zone: int | None
    end: int


_FIRST_YEAR, _LAST_YEAR = 1400, 2199
_LONGEST, _LONGEST_LINE = 120, 400
_COMPACT = re.compile(
    r"(\d{4})(\d{2})(\d{2})(?:t?(\d{2})(\d{2})(\d{2})?(?:[.,]\d{1,12})?)?(z|[+-]\d{2}:?\d{2})?"
)
_ISO = re.compile(r"(?<!\d)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_NUMERIC = re.compile(
    r"(?<!\d)(?P<a>\d{1,2})(?P<sep>[./-])\s?(?P<b>\d{1,2})(?P=sep)\s?(?P<year>\d{4})(?!\d)"
)
_KANJI_DIGITS = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "元": 1}
_ERAS = {
    "令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867,
    "民国": 1911, "民國": 1911,
}  # fmt: skip
_NUMBER = r"(\d{1,4}|[〇零○元一二三四五六七八九十廿卅]{1,5})"
_CJK = re.compile(
    rf"(?<!\d)(?:({'|'.join(_ERAS)})\s*)?{_NUMBER}\s*[年년]\s*{_NUMBER}\s*[月월]\s*{_NUMBER}"
    r"(?:\s*[日일号號])?(?!\d)"
)
_DOTTED = re.compile(r"(?<!\d)(\d{4})\.\s*(\d{1,2})\.\s*(\d{1,2})\.?(?!\d)")
_VIETNAMESE = re.compile(r"(?<!\d)(\d{1,2})\s*thang\s*(\d{1,2})\s*(?:,|nam)?\s*(\d{4})(?!\d)")
# Vowel signs of Indic scripts are no letters to `re`.
_LETTER = r"(?:[^\W\d_]|[\u0900-\u0963\u0970-\u0dff\u0e01-\u0e4e])"
_TOKEN = re.compile(rf"\d+|{_LETTER}+")
_GAP = re.compile(r"[\s.,'’·•/()\u200f\u200e-]{0,6}\Z")
_CTIME = re.compile(
    r"\s+(?P<clock>\d{1,2}:\d{2}(?::\d{2})?(?:\s+(?:[a-z]{1,5}|[+-]\d{4}))?)\s+(?P<year>\d{4})\b"
)
_TIME = re.compile(
    r"(?P<hour>\d{1,2})(?:"
    r"\s?[:.h時时点點시]\s?(?P<minute>\d{2})(?!\d)"
    r"(?:\s?[:.分분]\s?(?P<second>\d{2})(?!\d))?(?:[.,](?P<fraction>\d{1,12}))?\s?[分분秒초]?"
    r"|(?=\s?(?:[ap]\.?\s?m\b|h\b|uhr\b|hrs\b|[時时点點시]))[時时点點시]?)"
)
_BARE_CLOCK = re.compile(r"([01]\d|2[0-3])([0-5]\d)(?=\s*(?:$|z\b|h\b|hrs\b|hours\b|gmt\b|utc\b))")
_WORD = re.compile(rf"\s*({_LETTER}+(?:\.{_LETTER})?)\.?")
_HALF = re.compile(r"\s?([ap])\.?\s?m\b\.?")
_OFFSET = re.compile(
    r"\s*\(?(?:(?:utc|gmt)\s?(?P<named>[+-]\s?\d{1,2}(?::?\d{2})?)(?!\d)"
    r"|(?P<bare>[+-]\s?\d{2}:?\d{2}(?::\d{2})?|[+-]\d{1,2})(?![\d:.]|\s?%))\)?"
)
_ZONE = re.compile(rf"\s*\(?(?P<zone>{_LETTER}{{1,8}})\b\)?")
_CJK_WORD = (
    "(?:星期|周|週|禮拜|礼拜)[一二三四五六日天]|[月火水木金土日]曜日?|[월화수목금토일]요일|"
    "上午|下午|午前|午後|오전|오후|凌晨|早上|清晨|晚上|晚间|傍晚"
)
_PIECE = re.compile(rf"{_CJK_WORD}|{_LETTER}+|\d+|[\W_]")
_MOST_PIECES = 24
# What databases set after a date: a page, a code of one, an edition.
_REMARK = re.compile(
    r"[\s,;:|–-]*(?:"
    r"(?:p|pp|pg|page|pages|s|seite|str|стр|с|pag|pagina|sida|side|sivu|σελ)\b\.?\s*"
    r"[\w.]{1,8}(?:\s?[-–,]\s?\w{1,6}){0,3}"
    r"|:\s*[a-z]{0,3}\.?\s?\d{1,4}"
    r"|[^\d]{0,60}\b(?:edition|editions|ausgabe|auflage|edizione|edicion|edicao|editie|utgave|"
    r"udgave|upplaga|wydanie|vydani|выпуск)\b[^\d]{0,40}\d{0,2}"
    r")[\s.;,]*\Z"
)
_WORTH_A_LOOK = re.compile(r"\d{4}|年")  # a year


def parse_date(text: str, *, day_first: bool | None = None) -> dt.datetime | dt.date:
    """Return the date that `text` is.

    Arguments:
        text: a date, with or without a time and weekday.
        day_first: how to read `04/08/2019`; None refuses what is ambiguous.

    Raises:
        DateError: it is no date, is ambiguous, or does not exist (31 February).
    """
    text = text.strip()
    fast = _fast(text)
    if fast is not None:
        return fast
    if len(text) > _LONGEST:
        raise DateError(text, "too long for a date")
    line, _ = fold(text)
    value, start, end = _search(text, line, day_first)
    rest = _drop_remark(line[end:])
    if not _is_filler(line[:start]) or not (_is_filler(rest) or _is_remark(rest)):
        raise DateError(text, "more than a date")
    return value


def find_date(text: str, *, day_first: bool | None = None) -> dt.datetime | dt.date | None:
    """Return the first date in a line of text, or None."""
    found = date_in(text, day_first=day_first)
    return None if found is None else found.value


def date_in(text: str, *, day_first: bool | None = None) -> FoundDate | None:
    """Return the first date in a line of text and where it stands, or None."""
    if len(text) > _LONGEST_LINE or _WORTH_A_LOOK.search(text) is None:
        return None
    line, places = fold(text)
    try:
        value, start, end = _search(text, line, day_first)
    except DateError:
        return None
    if places is None:
        return FoundDate(value, start, end)
    return FoundDate(value, places[start], places[end - 1] + 1)


def from_number(number: float) -> dt.datetime | dt.date:
    """Read a number: seconds or milliseconds since 1970, or YYYYMMDD.

    Raises:
        DateError: it is neither.
    """
    try:
        if float(number).is_integer() and 1400_01_01 <= number <= 2199_12_31:
            return parse_date(str(int(number)))
        seconds = number / 1000 if abs(number) >= 1e11 else number
        value = dt.datetime.fromtimestamp(seconds, dt.UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise DateError(str(number)[:40], "not a date") from error
    return _checked(value, str(number))


def _fast(text: str) -> dt.datetime | dt.date | None:
    """Read plain ISO 8601, the commonest case by far, in C."""
    if len(text) < 10 or text[4:5] != "-" or text[7:8] != "-":
        return None
    try:
        value = dt.date.fromisoformat(text) if len(text) == 10 else dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return _checked(value, text)


def _checked(value: dt.datetime | dt.date, text: str) -> dt.datetime | dt.date:
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        raise DateError(text, "a year outside 1400-2199")
    if isinstance(value, dt.datetime) and value.utcoffset() is None:
        return value.replace(tzinfo=dt.UTC)
    return value


def _drop_remark(rest: str) -> str:
    return re.sub(r"\([^()]{0,40}\)", "", rest) if "(" in rest else rest


def _is_filler(text: str) -> bool:
    """Say whether there are only words that stand beside dates."""
    pieces = _PIECE.findall(text)
    return all(piece in FILLERS or not piece.isalnum() or _is_cjk_word(piece) for piece in pieces)


def _is_cjk_word(piece: str) -> bool:
    return re.fullmatch(_CJK_WORD, piece) is not None


def _is_remark(rest: str) -> bool:
    """Say whether a weekday, if any, and a page or an edition follow."""
    words = rest.lstrip(" ,.").split(None, 1)
    if words and words[0].strip(" ,.;") in WEEKDAYS:
        rest = words[1] if len(words) > 1 else ""
    return _REMARK.match(rest) is not None


def _search(text: str, line: str, day_first: bool | None) -> tuple[dt.datetime | dt.date, int, int]:
    """Return the first date in a folded line that exists, and where it stands."""
    compact = _COMPACT.fullmatch(line)
    if compact:
        year, month, day, hour, minute, second = (int(g) if g else 0 for g in compact.groups()[:6])
        zone = _seconds(compact[7]) if compact[7] else None
        clock = _Clock(hour, minute, second, 0, zone, 0) if compact[4] else None
        return _build(text, year, month, day, clock), 0, len(line)
    if re.fullmatch(r"\d{10}|\d{13}", line):
        return from_number(int(line)), 0, len(line)
    fault: DateError | None = None
    for found in _days(text, line, day_first):
        try:
            return _with_time(text, line, found)
        except DateError as error:
            fault = fault or error
    raise fault or DateError(text, "no date")


def _days(text: str, line: str, day_first: bool | None) -> Iterator[_Day]:
    """Yield what may be a day, the surest form first."""
    for match in _ISO.finditer(line):
        yield _Day(int(match[1]), int(match[3]), int(match[4]), *match.span())
    yield from _named(line)
    for match in _CJK.finditer(line):
        year = (_ERAS[match[1]] if match[1] else 0) + _cjk_number(match[2])
        yield _Day(year, _cjk_number(match[3]), _cjk_number(match[4]), *match.span())
    for match in _DOTTED.finditer(line):
        yield _Day(int(match[1]), int(match[2]), int(match[3]), *match.span())
    for match in _VIETNAMESE.finditer(line):
        yield _Day(int(match[3]), int(match[2]), int(match[1]), *match.span())
    for match in _NUMERIC.finditer(line):
        day, month = _day_and_month(text, line, match.groupdict(), day_first)
        yield _Day(int(match["year"]), month, day, *match.span())


def _cjk_number(text: str) -> int:
    """`2021`, `二〇二一`, `二十八`, `元`."""
    if text.isdecimal():
        return int(text)
    text = text.replace("廿", "二十").replace("卅", "三十")
    if "十" in text:
        tens, _, ones = text.partition("十")
        return (_KANJI_DIGITS.get(tens, 1) if tens else 1) * 10 + _KANJI_DIGITS.get(ones, 0)
    return int("".join(str(_KANJI_DIGITS[sign]) for sign in text))


def _named(line: str) -> Iterator[_Day]:
    """Yield the days whose month has a name: the numbers on both sides of it."""
    tokens = list(_TOKEN.finditer(line))
    for at, token in enumerate(tokens):
        month, last = _month_at(tokens, at)
        if month is None:
            continue
        before = _number_beside(line, tokens, at, -1)
        after = _number_beside(line, tokens, last, 1)
        if after is None:
            continue
        number = tokens[after]
        if len(number[0]) == 4:
            if before is not None and len(tokens[before][0]) < 3:
                first = tokens[before]
                year = _western(int(number[0]), token[0])
                yield _Day(year, month, int(first[0]), first.start(), number.end())
            continue
        if len(number[0]) > 2:
            continue
        second = _number_beside(line, tokens, after, 1)
        clocked = _CTIME.match(line, number.end())
        if clocked is not None:
            start, end = token.start(), clocked.end()
            yield _Day(int(clocked["year"]), month, int(number[0]), start, end, clocked["clock"])
        elif second is not None and len(tokens[second][0]) == 4:
            year = int(tokens[second][0])
            yield _Day(year, month, int(number[0]), token.start(), tokens[second].end())
        elif before is not None and len(tokens[before][0]) == 4:
            first = tokens[before]
            yield _Day(int(first[0]), month, int(number[0]), first.start(), number.end())


@lru_cache(maxsize=4096)
def _month(word: str) -> int | None:
    return month_in_any(fold_name(word))


def _month_at(tokens: list[re.Match[str]], at: int) -> tuple[int | None, int]:
    """Return the month that a word is, and the last word of its name."""
    word = tokens[at][0]
    if word.isdecimal() or len(word) > 20:
        return None, at
    month = _month(word)
    following = tokens[at + 1][0] if at + 1 < len(tokens) else ""
    if month is None and word[0] == "ב":  # "in", written as one word in Hebrew
        month = _month(word[1:])
    if month is None:
        month = _month(f"{word}-{following}") if following else None
        return month, at + 1
    # Arabic papers write both names of a month.
    again = following and not following.isdecimal() and _month(following) == month
    return month, at + 1 if again else at


def _number_beside(line: str, tokens: list[re.Match[str]], at: int, step: int) -> int | None:
    """Return the next number on one side, over the small words and signs of dates."""
    for _ in range(4):
        near = at + step
        if not 0 <= near < len(tokens):
            return None
        left, right = sorted((at, near))
        if _GAP.match(line[tokens[left].end() : tokens[right].start()]) is None:
            return None
        word = tokens[near][0]
        if word.isdecimal():
            return near
        if word not in JOINTS and word not in ORDINALS:
            return None
        at = near
    return None


def _western(year: int, month: str) -> int:
    """The year as it is counted in the West: Thai ones are 543 ahead."""
    return year - 543 if "\u0e00" <= month[0] <= "\u0e7f" and year > _LAST_YEAR else year


def _day_and_month(
    text: str, line: str, parts: dict[str, str], day_first: bool | None
) -> tuple[int, int]:
    a, b = int(parts["a"]), int(parts["b"])
    if parts["sep"] == "." or a > 12 or a == b:
        return a, b
    if b > 12:
        return b, a
    words = set(_PIECE.findall(line))
    weekdays = {WEEKDAYS[word] for word in words if word in WEEKDAYS}
    if len(weekdays) == 1:
        fitting = [
            (day, month)
            for day, month in ((a, b), (b, a))
            if 1 <= month <= 12 and _weekday(int(parts["year"]), month, day) in weekdays
        ]
        if len(fitting) == 1:
            return fitting[0]
    if words & DAY_FIRST:
        return a, b
    if day_first is None:
        raise DateError(text, "day and month cannot be told apart")
    return (a, b) if day_first else (b, a)


def _weekday(year: int, month: int, day: int) -> int | None:
    try:
        return dt.date(year, month, day).weekday()
    except ValueError:
        return None


def _with_time(text: str, line: str, found: _Day) -> tuple[dt.datetime | dt.date, int, int]:
    """Return the day with the time that stands after it, or before it."""
    year, month, day, start, end, inner = found
    if inner:
        return _build(text, year, month, day, _clock_at(text, inner, 0, None)), start, end
    clock = _time_after(text, line, end)
    if clock is not None:
        return _build(text, year, month, day, clock), start, clock.end
    for match in reversed(list(_TIME.finditer(line, 0, start))):
        clock = _clock_at(text, line[:start], match.start(), _half_before(line, match.start()))
        if clock is not None and _is_filler(line[clock.end : start]):
            return _build(text, year, month, day, clock), match.start(), end
        break
    return _build(text, year, month, day, None), start, end


def _time_after(text: str, line: str, end: int) -> _Clock | None:
    """Return the time that follows, over the words that may stand between."""
    half: str | None = None
    at = end
    for _ in range(_MOST_PIECES):
        clock = _clock_at(text, line, at, half) if line[at : at + 1].isdecimal() else None
        piece = _PIECE.match(line, at)
        if clock is not None or piece is None or piece[0].isdecimal():
            return clock
        word = piece[0]
        if word in FORENOON or word in AFTERNOON:
            half = "p" if word in AFTERNOON else "a"
        elif word not in FILLERS and not _is_cjk_word(word) and word.isalnum():
            return None
        at = piece.end()
    return None


def _half_before(line: str, start: int) -> str | None:
    word = line[:start].rstrip()[-2:]
    return "p" if word in AFTERNOON else "a" if word in FORENOON else None


def _clock_at(text: str, line: str, at: int, half: str | None) -> _Clock | None:
    """Read the time that stands at `at`, with its half of the day and zone."""
    bare = _BARE_CLOCK.match(line, at)
    match = None if bare else _TIME.match(line, at)
    if bare is not None:
        hour, minute, second, micro, end = int(bare[1]), int(bare[2]), 0, 0, bare.end()
    elif match is not None:
        hour, minute, second = (int(match[n] or 0) for n in ("hour", "minute", "second"))
        micro = int(((match["fraction"] or "") + "000000")[:6])
        end = match.end()
    else:
        return None
    half, end = _half_after(line, end, half)
    if half is not None and 1 <= hour <= 12:  # "14:30 PM" is written too
        hour = hour % 12 + (12 if half == "p" else 0)
    zone, end = _zone_at(line, end)
    return _Clock(hour, minute, 59 if second == 60 else second, micro, zone, end)


def _half_after(line: str, end: int, half: str | None) -> tuple[str | None, int]:
    """Read "p.m." and its likes, and words such as "Uhr"."""
    for _ in range(3):
        match = _HALF.match(line, end)
        if match is not None:
            return match[1], match.end()
        piece = _WORD.match(line, end)
        if piece is None:
            break
        if piece[1] in FORENOON or piece[1] in AFTERNOON:
            return "p" if piece[1] in AFTERNOON else "a", piece.end()
        if piece[1] not in HOUR_WORDS:
            break
        end = piece.end()
    return half, end


def _zone_at(line: str, end: int) -> tuple[int | None, int]:
    """Return the zone in seconds, and where it ends."""
    offset = _OFFSET.match(line, end)
    if offset is not None:
        return _seconds(offset["named"] or offset["bare"]), offset.end()
    zone = _ZONE.match(line, end)
    if zone is not None and zone["zone"] in ZONES:
        return ZONES[zone["zone"]] * 60, zone.end()
    return None, end


def _seconds(offset: str) -> int:
    if offset == "z":
        return 0
    digits = re.sub(r"\D", "", offset)
    hours, rest = (digits[:-2], digits[-2:]) if len(digits) in (3, 4) else (digits[:2], "0")
    return (-1 if offset[0] == "-" else 1) * (int(hours) * 3600 + int(rest) * 60)


def _build(
    text: str, year: int, month: int, day: int, clock: _Clock | None
) -> dt.datetime | dt.date:
    try:
        date = dt.date(year, month, day)
        if clock is None:
            return _checked(date, text)
        hour, minute, second, micro, zone, _ = clock
        midnight = (hour, minute, second) == (24, 0, 0)
        offset = dt.timezone(dt.timedelta(seconds=zone)) if zone else dt.UTC
        value = dt.datetime(
            year, month, day, 0 if midnight else hour, minute, second, micro, tzinfo=offset
        )
        return _checked(value + dt.timedelta(days=1) if midnight else value, text)
    except (ValueError, OverflowError) as error:
        if isinstance(error, DateError):
            raise
        raise DateError(text, "no such date") from error
