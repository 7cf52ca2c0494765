"""What does a library's description say of an issue or an article?

MODS, as METS files hold it for the issue and for each article; Dublin Core, where a producer
wrote that instead.  What is said of other things (`relatedItem`) is not taken, but the title of
the newspaper that an issue is part of.

Source: MODS 3 (Library of Congress), the ENMAP profile of Europeana Newspapers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from searcher.reading.bylines import byline_names
from searcher.reading.dates import DateError, parse_date
from searcher.reading.field_keys import language_code, web_address
from searcher.reading.xml import Element, attribute, child, children, descendants, local, text_in

__all__ = ["Description", "description_in"]

# ISO 639-2, which libraries write, where ISO 639-1 has two letters for the same.
_LANGUAGES = {
    "eng": "en", "ger": "de", "deu": "de", "fre": "fr", "fra": "fr", "spa": "es", "ita": "it",
    "por": "pt", "dut": "nl", "nld": "nl", "rus": "ru", "pol": "pl", "cze": "cs", "ces": "cs",
    "swe": "sv", "dan": "da", "nor": "no", "fin": "fi", "est": "et", "lav": "lv", "lit": "lt",
    "hun": "hu", "rum": "ro", "ron": "ro", "gre": "el", "ell": "el", "tur": "tr", "ara": "ar",
    "heb": "he", "chi": "zh", "zho": "zh", "jpn": "ja", "kor": "ko", "ukr": "uk", "hrv": "hr",
    "slv": "sl", "srp": "sr", "bul": "bg", "wel": "cy", "cym": "cy", "gle": "ga", "ice": "is",
    "isl": "is", "lat": "la", "ltz": "lb", "cat": "ca", "baq": "eu", "eus": "eu", "yid": "yi",
}  # fmt: skip
_AUTHORS = frozenset(("", "aut", "author", "cre", "creator", "journalist"))
_NO_TITLES = frozenset(("untitled", "[untitled]", "ohne titel", "sans titre", "no title"))


@dataclass(slots=True)
class Description:
    """What is said of one thing."""

    title: str = ""
    subtitle: str = ""
    newspaper: str = ""
    byline: tuple[str, ...] = ()
    date: dt.datetime | dt.date | None = None
    date_text: str | None = None
    language: str | None = None
    url: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)


def description_in(section: Element) -> Description:
    """What a section of descriptive metadata says."""
    found = Description()
    mods = next(descendants(section, "mods"), None)
    if mods is not None:
        _take_mods(mods, found)
    else:
        _take_dublin_core(section, found)
    return found


def _take_mods(mods: Element, found: Description) -> None:
    found.title, found.subtitle = _title(mods)
    for related in children(mods, "relatedItem"):
        if attribute(related, "type") in ("host", "series"):
            found.newspaper = found.newspaper or _title(related)[0]
    origins = children(mods, "originInfo")
    parts = children(mods, "part")
    dates = [date for origin in origins for date in children(origin, "dateIssued")]
    dates += [date for part in parts for date in children(part, "date")]
    dates += [date for origin in origins for date in children(origin, "dateCreated")]
    # Of several the key date goes first; the end of a period is none.
    dates.sort(key=lambda date: (attribute(date, "keyDate") != "yes", attribute(date, "point")))
    _take_date(found, (text_in(date) for date in dates if attribute(date, "point") != "end"))
    terms = [term for one in children(mods, "language") for term in children(one, "languageTerm")]
    terms.sort(key=lambda term: attribute(term, "type") != "code")
    found.language = _language(text_in(term) for term in terms)
    names = (one for one in children(mods, "name") if _is_author(one))
    found.byline = byline_names(_name(one) for one in names)
    addresses = [text_in(child(one, "url")) for one in children(mods, "location")]
    addresses += [text_in(one) for one in children(mods, "identifier")]
    found.url = next((url for text in addresses if (url := web_address(text))), None)
    genre = text_in(child(mods, "genre"))
    edition = next((text for one in origins if (text := text_in(child(one, "edition")))), "")
    for part in parts:
        for detail in children(part, "detail"):
            number = text_in(child(detail, "number")) or text_in(child(detail, "caption"))
            kind = attribute(detail, "type")
            if number and kind in ("issue", "volume", "edition"):
                found.metadata.setdefault(kind, number)
    number = text_in(child(mods, "titleInfo", "partNumber"))
    for key, value in (("genre", genre), ("edition", edition), ("issue", number)):
        if value:
            found.metadata.setdefault(key, value)


def _take_dublin_core(section: Element, found: Description) -> None:
    values: dict[str, list[str]] = {}
    for element in descendants(section, "title", "creator", "date", "language", "identifier"):
        values.setdefault(local(element), []).append(text_in(element))
    found.title = _usable(next(iter(values.get("title", ())), ""))
    found.byline = byline_names(values.get("creator", ()))
    _take_date(found, values.get("date", ()).__iter__())
    found.language = _language(iter(values.get("language", ())))
    found.url = next((u for text in values.get("identifier", ()) if (u := web_address(text))), None)


def _title(holder: Element) -> tuple[str, str]:
    for title in children(holder, "titleInfo"):
        if attribute(title, "type"):  # abbreviated, translated, alternative, uniform
            continue
        whole = f"{text_in(child(title, 'nonSort'))} {text_in(child(title, 'title'))}".strip()
        if _usable(whole):
            return whole, text_in(child(title, "subTitle"))
    return "", ""


def _usable(title: str) -> str:
    return "" if title.casefold() in _NO_TITLES else title


def _take_date(found: Description, texts: Iterator[str]) -> None:
    for text in texts:
        if not text:
            continue
        found.date_text = found.date_text or text
        try:
            found.date = parse_date(text)
        except DateError:
            continue
        found.date_text = text
        return


def _language(texts: Iterator[str]) -> str | None:
    for text in texts:
        code = _LANGUAGES.get(text.strip().lower()) or language_code(text)
        if code:
            return code
    return None


def _is_author(name: Element) -> bool:
    roles = [text_in(term).lower() for term in descendants(name, "roleTerm")]
    return not roles or any(role in _AUTHORS for role in roles)


def _name(name: Element) -> str:
    parts = children(name, "namePart")
    by_kind = {attribute(part, "type"): text_in(part) for part in parts}
    if "family" in by_kind:
        return f"{by_kind.get('given', '')} {by_kind['family']}".strip()
    text = by_kind.get("") or text_in(child(name, "displayForm"))
    last, comma, first = text.partition(", ")
    return f"{first} {last}" if comma and first and "," not in first else text
