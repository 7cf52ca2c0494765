"""When was it published, given the words on the page?

`parse_date` reads one date and nothing else; `find_date` looks for one in a line
such as "Published on Monday, 8 April 2019 at 14:30 BST".  Both return an aware
`datetime`, or a `date` when only the day is known.

Understood: ISO 8601 with any offset, fraction, and "T" or a blank between; RFC 2822;
Reuters' `26-FEB-1987 15:01:01.79`; `20190408`; `2019/04/08`; `8.4.2019` (a dot always
means day first); month names in English, German, French, Spanish, Italian,
Portuguese and Dutch in either order; `2019年4月8日`.

Settled: a time without a zone is taken as UTC, as the file says no more.  Zone
names are the unambiguous ones of RFC 2822 and European usage.  `04/08/2019` is April
in one country and August in another: it is refused unless the caller knows
(`day_first`), for no date is better than a wrong one.  Two-digit years are refused.
Years outside 1400-2199 are placeholders (0001-01-01) or mistakes.

Why no library: `dateutil` guesses (it reads "May" as this day of May and 04/08 as
April), `dateparser` takes milliseconds a date and guesses too; what archives hold is
a closed set, and a table of it can be checked.
"""

from __future__ import annotations

import datetime as dt
import re

__all__ = ["DateError", "find_date", "from_number", "parse_date"]


class DateError(ValueError):
    """The text names no date, or one that does not exist."""

    def __init__(self, text: str, reason: str) -> None:
        self.text = text
        self.reason = reason
        super().__init__(f"{reason}: {text[:80]!r}")


_MONTH_NAMES = (
    "january januar janvier enero gennaio janeiro januari jan janv ene gen jän jänner",
    "february februar février fevrier febrero febbraio fevereiro februari feb fév févr fev fevr",
    "march märz maerz mars marzo março marco maart mar mär mrz mrt",
    "april avril abril aprile apr avr abr",
    "may mai mayo maggio maio mei mag",
    "june juni juin junio giugno junho jun giu",
    "july juli juillet julio luglio julho jul juil lug",
    "august août aout agosto augustus aug ago",
    "september septembre septiembre settembre setembro sep sept set",
    "october oktober octobre octubre ottobre outubro oct okt ott out",
    "november novembre noviembre novembro nov",
    "december dezember décembre decembre diciembre dicembre dezembro dec dez déc dic",
)
_MONTHS = {name: n for n, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}

# Minutes east of Greenwich.  Names with two meanings (IST, BST apart from Britain's) are
# left out or have their meaning in news.
_ZONES = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "bst": 60, "west": 60, "cet": 60, "mez": 60,
    "cest": 120, "mesz": 120, "eet": 120, "sast": 120, "eest": 180, "msk": 180, "gst": 240,
    "pkt": 300, "sgt": 480, "hkt": 480, "jst": 540, "kst": 540, "aest": 600, "aedt": 660,
    "nzst": 720, "nzdt": 780, "ast": -240, "adt": -180, "edt": -240, "est": -300, "et": -300,
    "cdt": -300, "cst": -360, "mdt": -360, "mst": -420, "pdt": -420, "pst": -480,
}  # fmt: skip

_FIRST_YEAR, _LAST_YEAR = 1400, 2199
_MONTH = "|".join(sorted(map(re.escape, _MONTHS), key=len, reverse=True))
_TIME = (
    r"(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,](?P<fraction>\d{1,12})"
    r")?)?"
    r"(?:\s*(?:uhr|hrs|h)\b)?(?:\s*(?P<half>[ap])\.?m\.?(?![a-z]))?"
    r"(?:\s*\(?(?:(?:utc|gmt)\s*)?(?P<offset>[+-]\s?\d{1,2}(?::?\d{2})?(?::\d{2})?)(?!\d)"
    r"|\s*\(?(?P<zone>[a-z]{1,4})\b)?"
)
_ISO_TIME = _TIME.replace("[:.h]", ":", 1)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:t?(\d{2})(\d{2})(\d{2})?)?(z)?")
_ISO = re.compile(
    rf"(?P<year>\d{{4}})(?P<sep>[-/.])(?P<month>\d{{1,2}})(?P=sep)(?P<day>\d{{1,2}})"
    rf"(?:(?:\s*[t,]\s*|\s+)(?:\w{{2,5}}\s+)?{_ISO_TIME})?",
)
_CJK = re.compile(
    r"(?P<year>\d{4})\s*[年년.]\s*(?P<month>\d{1,2})\s*[月월.]\s*(?P<day>\d{1,2})\s*[日일.]?"
    r"(?:\s*(?:\(.\))?\s*" + _TIME + ")?"
)
_LINK = (
    r"(?:\s*(?:,|\||-|–|—|·|•|/|"
    r"\bat\b|\bum\b|\bà\b|\ba las\b|\balle\b|\bore\b|\bom\b|\bàs\b)\s*){0,4}"
    r"\s*"
)
_NAMED = re.compile(
    r"(?:"
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|º|°)?[.\s-]*(?:(?:of|de|di|"
    rf"d')\s*)?(?P<month>{_MONTH})\b\.?"
    r"[,\s-]*(?:(?:de|del)\s+)?(?P<year>\d{4})"
    rf"|(?P<month2>{_MONTH})\b\.?\s*(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\s*(?:,|"
    rf"\s)\s*(?P<year2>\d{{4}})"
    rf")\b(?:{_LINK}{_TIME})?"
)  # fmt: skip
_NUMERIC = re.compile(
    r"(?P<a>\d{1,2})(?P<sep>[./-])\s?(?P<b>\d{1,2})(?P=sep)\s?(?P<year>\d{4})\b"
    rf"(?:{_LINK}{_TIME})?"
)
_TIME_FIRST = re.compile(_TIME + r"(?:\s*[,|–-]|\s+on|\s+am)?\s+")
_FILLER = re.compile(
    r"[\s,.:;|()·•–—-]+|\b(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)(?:day|sday|nesday|rsday|"
    r"urday)?\b"
    r"|\b(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|mo|di|mi|do|fr|"
    r"sa|so)\b"
    r"|\b(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|"
    r"viernes"
    r"|sábado|domingo|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica|maandag|dinsdag|"
    r"woensdag"
    r"|donderdag|vrijdag|zaterdag|zondag|(?:segunda|terça|quarta|quinta|sexta)(?:-feira)?)\b"
    r"|\b(?:on|at|the|den|vom|am|um|le|el|il|em|op|uhr|date|published|posted|updated|dated)\b"
)
_WORTH_A_LOOK = re.compile(r"\d")


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
    if len(text) > 120:
        raise DateError(text, "too long for a date")
    value, start, end, line = _search(text, day_first)
    if _FILLER.sub("", line[:start]) or _FILLER.sub("", _drop_remark(line[end:])):
        raise DateError(text, "more than a date")
    return value


def find_date(text: str, *, day_first: bool | None = None) -> dt.datetime | dt.date | None:
    """Return the first date in a line of text, or None."""
    if len(text) > 400 or not _WORTH_A_LOOK.search(text):
        return None
    try:
        return _search(text, day_first)[0]
    except DateError:
        return None


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


def _search(text: str, day_first: bool | None) -> tuple[dt.datetime | dt.date, int, int, str]:
    line = text.lower()
    if len(line) != len(text):  # a few signs grow when lowered
        line = line[: len(text)]
    compact = _COMPACT.fullmatch(line)
    if compact:
        year, month, day, hour, minute, second = (int(g) if g else 0 for g in compact.groups()[:6])
        clock = (hour, minute, second, 0) if compact[4] else None
        return _build(text, year, month, day, clock, None), 0, len(line), line
    if re.fullmatch(r"\d{10}|\d{13}", line):
        return from_number(int(line)), 0, len(line), line
    for pattern in (_ISO, _NAMED, _CJK, _NUMERIC):
        found = pattern.search(line)
        if found is None or (found.start() and line[found.start() - 1].isdigit()):
            continue
        parts = found.groupdict()
        if pattern is _NUMERIC:
            day, month = _day_and_month(text, parts, day_first)
        else:
            day = int(parts["day"] or parts["day2"])
            name = parts["month"] or parts["month2"]
            month = _MONTHS[name] if name in _MONTHS else int(name)
        year = int(parts["year"] or parts["year2"])
        start, end = found.span()
        if parts["hour"] is None:
            # "14:30 BST, 8 April 2019"
            before = list(_TIME_FIRST.finditer(line[:start]))
            if before and not _FILLER.sub("", line[before[-1].end() : start]):
                parts |= before[-1].groupdict()
                start = before[-1].start()
        clock, zone, unread = _clock(text, parts)
        return _build(text, year, month, day, clock, zone), start, end - unread, line
    raise DateError(text, "no date")


def _day_and_month(
    text: str, parts: dict[str, str | None], day_first: bool | None
) -> tuple[int, int]:
    a, b = int(parts["a"] or 0), int(parts["b"] or 0)
    if parts["sep"] == ".":
        return a, b
    if a > 12 or a == b:
        return a, b
    if b > 12:
        return b, a
    if day_first is None:
        raise DateError(text, "day and month cannot be told apart")
    return (a, b) if day_first else (b, a)


def _clock(
    text: str, parts: dict[str, str | None]
) -> tuple[tuple[int, int, int, int] | None, int | None, int]:
    """Return the time, the zone in seconds, and how many signs at the end are no zone."""
    if parts.get("hour") is None:
        return None, None, 0
    hour, minute = int(parts["hour"] or 0), int(parts["minute"] or 0)
    second = int(parts["second"] or 0)
    micro = int(((parts["fraction"] or "") + "000000")[:6])
    if parts["half"]:
        if not 1 <= hour <= 12:
            raise DateError(text, "no such time")
        hour = hour % 12 + (12 if parts["half"] == "p" else 0)
    zone: int | None = None
    unread = 0
    if parts["offset"]:
        sign = -1 if parts["offset"][0] == "-" else 1
        digits = re.sub(r"\D", "", parts["offset"])
        hours, rest = (digits[:-2], digits[-2:]) if len(digits) in (3, 4) else (digits[:2], "0")
        zone = sign * (int(hours) * 3600 + int(rest) * 60)
    elif parts["zone"]:
        minutes = _ZONES.get(parts["zone"])
        if minutes is None:
            unread = len(parts["zone"])
        else:
            zone = minutes * 60
    return (hour, minute, min(second, 59) if second == 60 else second, micro), zone, unread


def _build(
    text: str,
    year: int,
    month: int,
    day: int,
    clock: tuple[int, int, int, int] | None,
    zone: int | None,
) -> dt.datetime | dt.date:
    try:
        date = dt.date(year, month, day)
        if clock is None:
            return _checked(date, text)
        hour, minute, second, micro = clock
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
