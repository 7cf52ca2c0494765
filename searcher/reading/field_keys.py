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
from searcher.reading.fragments import fragment_line, fragment_paragraphs, without_link_to_the_rest
from searcher.reading.languages import language_code
from searcher.reading.markup import looks_like_html, unescape
from searcher.reading.metadata_keys import folded_key, kept_beside
from searcher.reading.prose import clean_line, first_sentence, paragraphs
from searcher.reading.status import status_in_force, status_of

__all__ = [
    "SUMMARIES",
    "article_of",
    "folded_key",
    "language_code",
    "read_byline",
    "read_date",
    "several",
    "web_address",
]

_INNER_KEYS = (
    "name", "rendered", "text", "value", "html", "title", "@value", "main", "original", "label",
    "content", "display_name", "displayName", "full_name", "fullName", "term", "basic", "href",
    "url", "@id",
)  # fmt: skip
_TEXT_KEYS = (
    "rendered", "html", "text", "value", "content", "@value", "body", "blocks", "children", "data",
    "paragraphs", "title", "name",
)  # fmt: skip
# What stands among the paragraphs of a text that is a list of parts.
_NO_TEXT = re.compile(
    r"image|photo|picture|video|audio|embed|gallery|advert|\bad\b|social|tweet|twitter|instagram|"
    r"youtube|related|caption|divider|newsletter|iframe|slideshow",
    re.I,
)
# A text under one of these names is a part of the text only.
SUMMARIES = frozenset(
    [
        "description", "summary", "abstract", "lead", "leadparagraph", "excerpt", "dek", "snippet",
        "shortdescription", "teaser", "standfirst", "trailtext", "chapeau", "resumen", "résumé",
        "resume", "zusammenfassung", "vorspann", "sommario", "resumo", "samenvatting",
    ]
)  # fmt: skip
_PERSON_KEYS = (
    ("firstname", "lastname"), ("first_name", "last_name"), ("firstName", "lastName"),
    ("first", "last"), ("given", "family"), ("givenName", "familyName"),
)  # fmt: skip
_WEB = re.compile(r"https?://[^\s<>\"]+\Z", re.I)
_YES, _NO = frozenset(("true", "yes", "1")), frozenset(("false", "no", "0"))
# Of flags: the values that say that it may not be published, and what it is then.
_FLAGS = {
    "draft": (_YES, "draft"), "isdraft": (_YES, "draft"), "published": (_NO - {"0"}, "draft"),
    "ispublished": (_NO, "draft"), "visibility": (frozenset(("private", "hidden")), "draft"),
    "retracted": (_YES, "canceled"), "isretracted": (_YES, "canceled"),
}  # fmt: skip
_EMBARGOES = frozenset(
    ("embargo", "embargoed", "embargountil", "embargoeduntil", "embargodate", "embargoend")
)
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
    metadata: Mapping[str, object] | None = None,
    teaser: bool | None = None,
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
        metadata: what is kept besides, before what the record itself says.
        teaser: whether the text is a teaser only, if the caller knows.

    Raises:
        ReadError: it is longer than an article may be.
    """
    try:
        return _article(
            record, name, number, field_map, encoding, body, fields, metadata or {}, teaser
        )
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
    metadata: Mapping[str, object],
    teaser: bool | None,
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

    def lines_of(field: str) -> Iterator[str]:
        return (line for value in values(field) if (line := _line(value)))

    title = next(lines_of("title"), "")
    lines = [] if body is None else [body]
    if body is None:
        lines, is_part = _body(record, keys["body"], values("body"))
        teaser = is_part if teaser is None else teaser
    headed = title and (
        "title" in field_map
        or any(folded_key(key) != "name" for key in keys["title"] if record.get(key))
    )
    if not lines and not (headed and (values("date") or values("url"))):
        return None  # a bare "name" or "title" makes no article
    date, date_text = _published(values("date"), record)
    updated, _ = _first_date(values("updated"))
    source, source_url = _source(list(lines_of("source")))
    given = next(iter(values("id")), None)
    besides: dict[str, str | tuple[str, ...]] = {
        row.name: texts
        for row in fields.metadata
        if (texts := next((t for value in values(row.name) if (t := several(value))), ()))
    }
    section = next(lines_of("section"), None)
    byline = next((names for value in values("byline") if (names := read_byline(value))), ())
    known = {title, source or "", section or "", date_text or "", *lines[:3], *byline}
    if metadata:
        besides = kept_beside(metadata, (), known) | besides
    rest = record
    if besides:  # what has a field of the archive's own is not kept under a common name too
        own = {key for row in fields.metadata for key in row.keys}
        rest = {key: value for key, value in record.items() if folded_key(str(key)) not in own}
    besides = kept_beside(rest, _table_keys(fields), known) | besides
    status, until = _embargo(record, _status(record, values("status")))
    if until is not None and status == "embargoed":
        besides["embargoed"] = until
    if teaser or (not lines and body is None):
        besides["teaser"] = "yes"
    return Article(
        title=_without_outlet(title, source) or first_sentence(lines[0]),
        body="\n\n".join(lines),
        byline=byline,
        date=date,
        source=source,
        section=section,
        language=next(
            (code for line in lines_of("language") if (code := language_code(line))), None
        ),
        url=next((url for line in lines_of("url") if (url := web_address(line))), source_url),
        path=name,
        id=_identifier(given),
        updated=None if updated == date else updated,
        status=status,
        record=number,
        date_text=date_text,
        encoding=encoding,
        metadata=besides,
    )


@lru_cache(maxsize=64)
def _table_keys(fields: FieldTable) -> frozenset[str]:
    return frozenset(key for row in fields.rows for key in row.keys)


def _body(
    record: Mapping[str, object], keys: tuple[str, ...], values: list[object]
) -> tuple[list[str], bool]:
    """The text, and whether it is a part of it only."""
    for value in values:
        lines = _text(value)
        if not lines:
            continue
        key = next((key for key in keys if record.get(key) is value), "")
        lines, cut = without_link_to_the_rest(lines)
        return lines, cut or folded_key(key) in SUMMARIES
    return [], False


def _published(
    values: list[object], record: Mapping[str, object]
) -> tuple[dt.datetime | dt.date | None, str | None]:
    """When it was first published: an instant before the mere day of it."""
    date, text = _first_date(values)
    if date is None or isinstance(date, dt.datetime):
        return date, text
    for value in values:
        instant, its_text = read_date(value)
        if isinstance(instant, dt.datetime) and instant.date() == date and its_text != text:
            return instant, its_text
    return date, text


def _source(lines: list[str]) -> tuple[str | None, str | None]:
    """The outlet, and an address that stands where it should."""
    named = next((line for line in lines if not web_address(line)), None)
    address = next((url for line in lines if (url := web_address(line))), None)
    if address is None:
        return named, None
    host, _, path = address.partition("://")[2].partition("/")
    return named or host.removeprefix("www."), address if path.strip("/") else None


def _without_outlet(title: str, source: str | None) -> str:
    """A headline without the name of its outlet behind it, as search services give it."""
    if source and title.casefold().endswith(source.casefold()):
        rest = title[: -len(source)].rstrip()
        if rest.endswith((" -", " |", " –", " —", " ·", " •")) and len(rest.split()) > 2:
            return rest[:-1].rstrip()
    return title


@lru_cache(maxsize=1024)
def _flags(keys: tuple[str, ...]) -> tuple[tuple[str, frozenset[str], str], ...]:
    """The keys that say whether it may be published: the values that deny it, and as what."""
    by_name = {folded_key(str(key)): key for key in keys[:_MOST_VALUES]}
    return tuple((by_name[name], *meant) for name, meant in _FLAGS.items() if name in by_name)


@lru_cache(maxsize=1024)
def _embargo_key(keys: tuple[str, ...]) -> str | None:
    return next((key for key in keys if folded_key(str(key)) in _EMBARGOES), None)


def _status(record: Mapping[str, object], values: list[object]) -> str | None:
    status = next((status for v in values if (status := status_of(_line(v)))), None)
    if status is not None:
        return status
    for key, denied, meant in _flags(tuple(record)):
        if str(record[key]).strip().lower() in denied:
            return meant
    return None


def _embargo(record: Mapping[str, object], status: str | None) -> tuple[str | None, str | None]:
    """The status with what the record says of an embargo, and the instant of its end.

    An end that cannot be read is one that has not come.
    """
    key = _embargo_key(tuple(record))
    value = None if key is None else record[key]
    if not value or (said := str(value).strip().lower()) in (*_NO, "none", "null"):
        return status, None
    until, _ = (None, None) if said in _YES else read_date(value)
    if until is None:
        return status or "embargoed", None
    return status_in_force(status, until, now=dt.datetime.now(dt.UTC)), until.isoformat()


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


def _strings(value: object, keys: tuple[str, ...] = _INNER_KEYS) -> Iterator[str]:
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
            inner = next((item[key] for key in keys if item.get(key)), None)
            if keys is not _TEXT_KEYS or not _NO_TEXT.search(str(item.get("type", ""))[:40]):
                stack.append((inner, depth + 1))
        elif isinstance(item, int) and not isinstance(item, bool) and abs(item) < 10**18:
            yield str(item)


def _line(value: object) -> str:
    text = value if isinstance(value, str) else next(_strings(value), "")
    return fragment_line(text)


def _text(value: object) -> list[str]:
    lines: list[str] = []
    for text in _strings(value, _TEXT_KEYS):
        if "&lt;" in text and "<" not in text and looks_like_html(unescape(text)):
            text = unescape(text)  # escaped once too often
        lines += fragment_paragraphs(text) if looks_like_html(text) else paragraphs(unescape(text))
    return lines


def read_byline(value: object) -> tuple[str, ...]:
    """Return the names in a byline, a list of names, or a list of objects with names."""
    if isinstance(value, list):
        value = [_person(item) for item in value[:_MOST_VALUES]]
    return byline_names(unescape(text) for text in _strings(_person(value)))


def _person(value: object) -> object:
    """The whole name of a person that is an object of first and last name."""
    if isinstance(value, Mapping) and not value.get("name"):
        for keys in _PERSON_KEYS:
            parts = [value[key] for key in keys if isinstance(value.get(key), str) and value[key]]
            if parts:
                return " ".join(map(str, parts))
    return value


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
