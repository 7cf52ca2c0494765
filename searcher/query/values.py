"""What does `field:value` ask of the values of an article?

The value fields, such as `source:`, take a text, `has:` the name of a field,
`length:` a number or a range of numbers, `copies:` and its kin the id of an article, `is:`
what an article is among its copies, `credit:` an agency; dates are read in `dates.py`.  The text
has been cut out already; here it gets its meaning.
"""

from __future__ import annotations

from searcher.importing import InstalledOnly
from searcher.query.dates import comparison, read_dates, split_range
from searcher.query.diagnostics import QueryText, nearest, shorten
from searcher.query.fields import SYNONYMS, TEXT_FIELDS
from searcher.query.tree import GROUPS, Has, InGroup, Is, LengthRange, Node, Value
from searcher.query.words import small_number

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable

    from searcher.errors import QueryError

__all__ = ["read_value"]

_MOST_WORDS = 999_999_999
_BEING = ("lead", "copy", "wire")


def read_value(
    name: str,
    text: str,
    quoted: bool,
    span: tuple[int, int],
    source: QueryText,
    today: Callable[[], dt.date],
) -> Node:
    """The node of `name:text`, which stands at `span` in the query."""
    start, end = span
    text = text.strip()
    if not text:
        raise source.error(f"{name}: holds no value", start, end)
    match name:
        case "date" | "since" | "until":
            return read_dates(name, text, start, end, source, today)
        case "length":
            return _length(text, start, end, source)
        case "has":
            return _has(text, start, end, source)
        case "is":
            return _is(text, start, end, source)
        case "credit":
            return _credit(text, quoted, start, end, source)
        case _ if name in GROUPS:
            return InGroup(name, text, start=start, end=end)
    return Value(name, text, quoted, start=start, end=end)


def _has(text: str, start: int, end: int, source: QueryText) -> Has:
    lower = text.lower()
    name = TEXT_FIELDS.get(lower, lower)
    names = (*source.fields.has, *GROUPS)
    if name in names:
        return Has(name, start=start, end=end)
    known = SYNONYMS.get(lower)
    if known not in names:
        known = nearest(lower, names)
    raise _unknown("has", text, known, names, start, end, source)


def _credit(text: str, quoted: bool, start: int, end: int, source: QueryText) -> Value:
    with InstalledOnly():
        from searcher.agencies import AGENCIES, agency_of

    code = agency_of(text)
    if code is None and (quoted or not ("*" in text or "?" in text)):
        known = nearest(text.lower(), AGENCIES)
        raise _unknown("credit", text, known, AGENCIES, start, end, source)
    return Value("credit", code or text, code is not None and " " in code, start=start, end=end)


def _unknown(
    name: str,
    text: str,
    known: str | None,
    names: Iterable[str],
    start: int,
    end: int,
    source: QueryText,
) -> QueryError:
    """The error of a value that is none of `names`; `known` is the one that was probably meant."""
    what = "agency " if name == "credit" else ""
    return source.error(
        f"{name}: knows no {what}{shorten(text)}",
        start,
        end,
        expected=None if known else f"one of {', '.join(names)}",
        suggestion=f"did you mean {name}:{known}?" if known else None,
    )


def _is(text: str, start: int, end: int, source: QueryText) -> Node:
    lower = text.lower()
    if lower == "wire":
        if not source.fields.keeps_credits:
            raise source.unknown_field("credit", start, end)
        return Value("credit", "*", start=start, end=end)
    if lower in _BEING:
        return Is(lower, start=start, end=end)
    near = nearest(lower, _BEING)
    raise _unknown("is", text, near, _BEING, start, end, source)


def _length(text: str, start: int, end: int, source: QueryText) -> LengthRange:
    def number(spelt: str) -> int:
        value = small_number(spelt, _MOST_WORDS)
        if value is None or (value == 0 and spelt.strip("0")):
            raise source.error(
                f"length: takes a number of words, not {shorten(spelt) or 'nothing'}",
                start,
                end,
                expected=f"a number up to {_MOST_WORDS}, as in length:>800 or length:500..1000",
            )
        return value

    low: int | None
    high: int | None
    operator, rest = comparison(text)
    halves = split_range(rest)
    if halves is not None and not operator and any(halves):
        low, high = (number(half) if half else None for half in halves)
        if low is not None and high is not None and high < low:
            with InstalledOnly():
                from searcher.query.turned import note_turned

            low, high = high, low
            note_turned(source, start, end, f"length:{low}..{high}")
    else:
        value = number(rest)
        low = high = value
        match operator:
            case ">=":
                high = None
            case ">":
                low, high = value + 1, None
            case "<=":
                low = None
            case "<":
                low, high = None, value - 1
    if high is not None and high < 0:
        raise source.error("no article is shorter than 0 words", start, end)
    return LengthRange(low, high, start=start, end=end)
