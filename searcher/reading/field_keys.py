"""Which field of an article is each key of a record?

Exports name the same things differently: `headline`, `title`, `name`; `body`, `maintext`,
`articleBody`.  The table of fields (`searcher/fields.py`) has the keys in order of
preference, for JSON and front matter alike; case, `_` and `-` in keys are ignored.  A
caller's `field_map` goes before the table; its keys may be dotted (`content.text`).

Values are taken as they come: a list of authors, an author as an object with a `name`
(schema.org), text as a list of paragraphs or wrapped in `{"rendered": ...}` (WordPress),
dates as text or Unix numbers, HTML in bodies.  What cannot be read is left out: an
impossible date leaves an article without date and with its `date_text`.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice

from searcher.article import Article
from searcher.errors import ArticleError, ReadError
from searcher.fields import FIELDS, FieldTable
from searcher.reading.addresses import canonical_address
from searcher.reading.bylines import byline_names
from searcher.reading.dates import DateError, from_number, parse_date
from searcher.reading.field_map import FieldMap, value_at
from searcher.reading.markup import looks_like_html, strip_tags, unescape
from searcher.reading.prose import clean_line, first_sentence, paragraphs
from searcher.reading.status import status_of

__all__ = [
    "article_of",
    "folded_key",
    "language_code",
    "read_byline",
    "read_date",
    "several",
    "web_address",
]

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:[-_][a-z]{4})?(?:[-_](?:[a-z]{2}|\d{3}))?", re.I)
_LANGUAGE_NAMES = {
    "english": "en", "german": "de", "deutsch": "de", "french": "fr", "français": "fr",
    "spanish": "es", "español": "es", "italian": "it", "italiano": "it", "portuguese": "pt",
    "português": "pt", "dutch": "nl", "nederlands": "nl", "russian": "ru", "arabic": "ar",
    "chinese": "zh", "japanese": "ja", "turkish": "tr", "polish": "pl", "swedish": "sv",
}  # fmt: skip
_INNER_KEYS = ("name", "rendered", "text", "value", "html", "title", "@value", "url", "@id")
_WEB = re.compile(r"https?://[^\s<>\"]+\Z", re.I)
MAX_ITEMS = 1_000_000  # pieces of text in one value; a second of work
_MAX_DEPTH = 8
_MOST_VALUES = 1000  # of one field that may have several


def article_of(
    record: Mapping[str, object],
    *,
    name: str,
    number: int | None,
    field_map: Mapping[str, str],
    encoding: str | None,
    body: str | None = None,
    fields: FieldTable = FIELDS,
) -> Article | None:
    """Return the article that a record describes, or None when it has no text.

    Arguments:
        record: keys and values, as JSON or front matter gives them.
        name: the file.
        number: the record's number in it, or None for the only one.
        field_map: article field to key, before the usual names.
        encoding: of the file.
        body: the text, where it stands outside the record.
        fields: those that articles have in the archive that it is read for.

    Raises:
        ReadError: it is longer than an article may be.
    """
    try:
        return _article(record, name, number, field_map, encoding, body, fields)
    except ArticleError as error:  # too long, since all else has been made to fit
        raise ReadError(name, str(error), record=number, hint="split the article") from error


def _article(
    record: Mapping[str, object],
    name: str,
    number: int | None,
    field_map: Mapping[str, str],
    encoding: str | None,
    body: str | None,
    fields: FieldTable,
) -> Article | None:
    keys = _keys_of(tuple(record), fields)
    if isinstance(field_map, FieldMap):
        field_map.note(record)
    if field_map:
        keys = keys | dict.fromkeys(field_map, ())

    def values(field: str) -> list[object]:
        if field in field_map:
            return [value_at(record, field_map[field])]
        return [value for key in keys[field] if (value := record[key]) not in (None, "", [])]

    title = next((line for value in values("title") if (line := _line(value))), "")
    lines = [] if body is None else [body]
    if body is None:
        lines = next((found for value in values("body") if (found := _text(value))), [])
    if not lines and not (title and (values("date") or values("url"))):
        return None  # a bare "name" or "title" makes no article
    date, date_text = _first_date(values("date"))
    updated, _ = _first_date(values("updated"))
    given = next(iter(values("id")), None)
    return Article(
        title=title or first_sentence(lines[0]),
        body="\n\n".join(lines),
        byline=next((names for value in values("byline") if (names := read_byline(value))), ()),
        date=date,
        source=next((line for value in values("source") if (line := _line(value))), None),
        section=next((line for value in values("section") if (line := _line(value))), None),
        language=next(
            (code for v in values("language") if (code := language_code(_line(v)))), None
        ),
        url=next((url for value in values("url") if (url := web_address(_line(value)))), None),
        path=name,
        id=_identifier(given),
        updated=None if updated == date else updated,
        status=next((status for v in values("status") if (status := status_of(_line(v)))), None),
        record=number,
        date_text=date_text,
        encoding=encoding,
        metadata={
            row.name: texts
            for row in fields.metadata
            if (texts := next((t for value in values(row.name) if (t := several(value))), ()))
        },
    )


def _first_date(values: list[object]) -> tuple[dt.datetime | dt.date | None, str | None]:
    """The first date among `values` and its text; without one, the first text."""
    first = None
    for value in values:
        date, text = read_date(value)
        if date is not None:
            return date, text
        first = first or text
    return None, first


def several(value: object) -> tuple[str, ...]:
    """The texts of a field that may have several values."""
    lines = (clean_line(unescape(text)) for text in islice(_strings(value), _MOST_VALUES))
    return tuple(line for line in lines if line)


def folded_key(key: str) -> str:
    """`key` as the table of fields has it: `Publish_Date` and `publish-date` are one."""
    return re.sub(r"[\s_-]+", "", key).lower()


@lru_cache(maxsize=1024)
def _keys_of(keys: tuple[str, ...], fields: FieldTable) -> dict[str, tuple[str, ...]]:
    """Return the keys that may hold each field; records of one file have the same ones."""
    known: dict[str, list[str]] = {}
    for key in keys:
        known.setdefault(folded_key(str(key)), []).append(key)
    return {
        row.name: tuple(key for name in row.keys for key in known.get(name, ()))
        for row in fields.rows
        if row.mappable
    }


def _strings(value: object) -> Iterator[str]:
    """Yield the text in a value: a string, a list of them, an object that wraps one.

    Aliases in YAML make a list of lists of 9^8 items from 300 bytes: items are counted, not
    only levels.
    """
    left = MAX_ITEMS
    stack: list[tuple[object, int]] = [(value, 0)]
    while stack:
        if not left:
            raise ArticleError("value", f"at most {MAX_ITEMS:,} pieces of text", "more")
        left -= 1
        item, depth = stack.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, list) and depth < _MAX_DEPTH:
            stack += [(inner, depth + 1) for inner in reversed(item)]
        elif isinstance(item, Mapping) and depth < _MAX_DEPTH:
            inner = next((item[key] for key in _INNER_KEYS if item.get(key)), None)
            stack.append((inner, depth + 1))
        elif isinstance(item, int) and not isinstance(item, bool) and abs(item) < 10**18:
            yield str(item)


def _line(value: object) -> str:
    text = value if isinstance(value, str) else next(_strings(value), "")
    if "<" in text and looks_like_html(text):
        text = strip_tags(text)
    return clean_line(unescape(text))


def _text(value: object) -> list[str]:
    lines: list[str] = []
    for text in _strings(value):
        if "<" in text and looks_like_html(text):
            text = strip_tags(text)
        lines += paragraphs(text)
    return lines


def read_byline(value: object) -> tuple[str, ...]:
    """Return the names in a byline, a list of names, or a list of objects with names."""
    return byline_names(unescape(text) for text in _strings(value))


def read_date(value: object) -> tuple[dt.datetime | dt.date | None, str | None]:
    """Return a date and the text it was read from; the date is None if there is none."""
    if isinstance(value, bool) or value is None:
        return None, None
    if isinstance(value, int | float):
        if isinstance(value, float) and not math.isfinite(value):
            return None, None
        text = str(value) if abs(value) < 1e18 else None
        try:
            return from_number(value), text
        except DateError:
            return None, text
    text = value if isinstance(value, str) else next(_strings(value), "")
    text = text.strip()
    if not text:
        return None, None
    try:
        return parse_date(text), text
    except DateError:
        return None, text[:200]


def language_code(text: str | None) -> str | None:
    """Return a BCP 47 code for "en", "en_US" or "English"; None for anything else."""
    if not text:
        return None
    text = text.strip()
    named = _LANGUAGE_NAMES.get(text.lower())
    if named:
        return named
    if not _LANGUAGE.fullmatch(text):
        return None
    language, *rest = text.replace("_", "-").split("-")
    sized = (part.upper() if len(part) < 4 else part.capitalize() for part in rest)
    return "-".join([language.lower(), *sized])


def web_address(text: str | None) -> str | None:
    """Return `text` if it is an http or https address, without what only tracks readers."""
    text = text.strip() if text else ""
    return canonical_address(text) if len(text) <= 4000 and _WEB.match(text) else None


def _identifier(value: object) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18:
        return str(value)
    return ""
