"""Which days are `March 2021` and `4 March 2021`?

A date in words has the name of a month and a year of four digits, and may have a day;
the order is that of any of the languages (`4 March 2021`, `March 4, 2021`,
`2021. március 4.`).  Commas, dots, hyphens and apostrophes part its pieces, the endings
of ordinal numbers and the small words of dates (`4 de marzo de 2021`) say nothing more.

An English weekday may stand before a day (`Thursday, 4 March 2021`); it is not compared.

What it does not do: two-digit years, weekdays of other languages, numbers for months.
"""

from __future__ import annotations

from searcher.month_names import fold_name, month_of

__all__ = ["WrittenDate", "read_written"]

_PARTING = str.maketrans(dict.fromkeys(",.-'", " "))
_SMALL_WORDS = frozenset(
    (
        *("of", "the", "de", "del", "d", "di", "do", "da", "den", "der", "le", "la", "el", "il"),
        *("a", "m", "an", "en", "eko", "г", "год", "года", "году", "р", "թ", "ին"),
    )
)
_ORDINAL_ENDINGS = frozenset(
    (
        *("st", "nd", "rd", "th", "er", "re", "o", "a", "e", "en", "an", "eko", "ko"),
        *("го", "ое", "е"),
    )
)
_WEEKDAYS = frozenset(
    (
        *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
        *("mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun"),
    )
)
_ORDERS = frozenset(("m", "dm", "md", "my", "ym", "dmy", "mdy", "ymd"))
_LONGEST = 60


class WrittenDate:
    """The parts of a date in words; `year` or `day` is None if it has none."""

    __slots__ = ("day", "month", "year")

    def __init__(self, year: int | None, month: int, day: int | None) -> None:
        self.year = year
        self.month = month
        self.day = day


def read_written(text: str, language: str) -> WrittenDate | None:
    """The date that `text` is in words, whether it exists or not; None if it is no date."""
    if len(text) > _LONGEST:
        return None
    pieces = fold_name(text).translate(_PARTING).split()
    weekday = pieces[0] if pieces and pieces[0] in _WEEKDAYS else None
    if weekday is not None:
        del pieces[0]
    order = ""
    values: dict[str, int] = {}
    at = 0
    while at < len(pieces):
        # Some months of Arabic and Irish have names of two words.
        for count in (1, 2):
            month = month_of("-".join(pieces[at : at + count]), language)
            if month is not None:
                break
        if month is not None:
            kind, value = "m", month
            at += count
        else:
            piece = pieces[at]
            at += 1
            if piece in _SMALL_WORDS:
                continue
            number = _number(piece)
            if number is None:
                return None
            kind, value = number
        order += kind
        values[kind] = value
    if order not in _ORDERS or (weekday is not None and "d" not in order):
        return None
    return WrittenDate(values.get("y"), values["m"], values.get("d"))


def _number(piece: str) -> tuple[str, int] | None:
    """A year of four digits or the number of a day, perhaps with the ending of an ordinal."""
    length = 0
    while length < len(piece) and piece[length].isdecimal():
        length += 1
    if length not in (1, 2, 4) or (length < len(piece) and piece[length:] not in _ORDINAL_ENDINGS):
        return None
    return ("y" if length == 4 else "d"), int(piece[:length])
