"""What did an export say of one article, and were all of its articles found?

A `Record` gathers what the labels, places and types of an export say; `article_of` makes
the article of it as all readers do: names in order, languages as codes, dates with the
offset that they were written with.  `Count` compares how many articles a file says it has
with how many it gave, since a reader of layouts that loses one in ten would else be
believed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from searcher.article import Article
from searcher.errors import ArticleError, ReadError
from searcher.reading.bylines import byline_names, is_role, tidy_case
from searcher.reading.exports.export_dates import date_in
from searcher.reading.exports.labels import field_of, metadata_name
from searcher.reading.exports.languages import language_named
from searcher.reading.field_keys import web_address
from searcher.reading.prose import clean_line, first_sentence
from searcher.reading.source import Options, Source

__all__ = ["Count", "Record", "articles_of"]

_INVERTED = re.compile(r"\s*([^,;]{2,40}),\s*([^,;]{1,40}?)\s*")
_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv|m\.?d|ph\.?d)\.?", re.I)
_BY = re.compile(r"(?:by|von|par|por|di|door)\s+", re.I)
_WORD = re.compile(r"[\w'’.-]+")
_DID = re.compile(r"\s+(?:reported|contributed|is a|was a|mitarbeit)\b.*$", re.I | re.S)
_NOBODY = re.compile(r"(?:anonymous|anon|none|n/a|unknown|no author|sans auteur)\.?", re.I)
_SCORE = re.compile(r"\s*\(\d{1,3} ?%\)")
_NAMED = re.compile(r"(?:Name|Subject|Last name|Term)\s*:\s*")
_CODED = re.compile(r"(?:NAICS|SIC|DUNS|Ticker)\s*:")
_LIST = re.compile(r"\s*[;|]\s*")
# Fields that are texts of an article itself.
_TEXTS = ("title", "source", "section", "language", "url")
_LISTS = frozenset(
    ["subjects", "keywords", "organizations", "people", "places", "companies", "industries"]
)


@dataclass(slots=True)
class Record:
    """What is known of an article before it is one.

    Arguments:
        inverted: whether the database writes names as "Last, First".
    """

    title: str = ""
    byline: list[str] = field(default_factory=list)
    date: dt.datetime | dt.date | None = None
    date_text: str | None = None
    source: str = ""
    section: str = ""
    language: str = ""
    url: str = ""
    identifier: str = ""
    body: list[str] = field(default_factory=list)
    metadata: dict[str, list[str]] = field(default_factory=dict)
    inverted: bool = False
    line: int | None = None

    def take(self, label: str, value: str) -> str | None:
        """Keep a labelled value; returns the field that it was, or None.

        The first value of a field is the right one: a database repeats some below.
        """
        value = value.strip()
        name = field_of(label, value)
        if not value:
            return name
        if name in _TEXTS:
            if not getattr(self, name):
                setattr(self, name, clean_line(value))
        elif name == "byline":
            self.byline.append(clean_line(value))  # it may have been wrapped
        elif name == "identifier":
            self.identifier = self.identifier or clean_line(value)
        elif name == "date":
            self.take_date(value)
        elif name != "body":
            self.keep(name or metadata_name(label), value)
        return name

    def take_date(self, text: str, *, time: str = "") -> None:
        """Keep the date that a line says, if none was kept."""
        text = clean_line(text)
        if self.date is None:
            found = date_in(f"{text} {time}".strip()) or date_in(text)
            if found is not None or self.date_text is None:
                self.date, self.date_text = found, f"{text} {time}".strip()[:200] or None

    def keep(self, name: str, value: str) -> None:
        """Keep a value among the metadata."""
        value = clean_line(value)
        if not name or not value or len(name) > 60 or len(self.metadata) >= 200:
            return
        values = self.metadata.setdefault(name, [])
        if name in _LISTS:
            parts = (_NAMED.sub("", part) for part in _LIST.split(_SCORE.sub("", value)))
            values += (part for part in parts if part and not _CODED.match(part))
        elif value not in values and len(values) < 100:
            values.append(value)


def articles_of(
    records: Iterable[Record | ReadError],
    source: Source,
    options: Options,
    encoding: str | None,
    database: str,
) -> Iterator[Article]:
    """Yield the articles of the records of a file; report those that have no text.

    Raises:
        ReadError: none of them has any.
    """
    number = given = 0
    for number, record in enumerate(records, 1):
        if isinstance(record, ReadError):
            options.report(record)
            continue
        try:
            article = _article(record, source.name, number, encoding)
        except ArticleError as error:
            options.report(ReadError(source.name, str(error), record=number))
            continue
        if article is None:
            reason = "an entry without text" + (f": {record.title[:80]}" if record.title else "")
            options.report(ReadError(source.name, reason, record=number))
            continue
        given += 1
        yield article
    if not given:
        # What is whole and holds none is left out; what had some that are broken is broken.
        kind = None if number else database.lower()
        reason = f"an export of {database} without the text of any article"
        raise ReadError(source.name, reason, hint="export it with full text", kind=kind)


def _article(record: Record, name: str, number: int, encoding: str | None) -> Article | None:
    body = [line for text in record.body if (line := clean_line(text))]
    if not body:
        return None
    metadata = {key: tuple(dict.fromkeys(values)) for key, values in record.metadata.items()}
    return Article(
        title=clean_line(record.title) or first_sentence(body[0]),
        body="\n\n".join(body),
        byline=_names(record.byline, record.inverted),
        date=record.date,
        source=record.source or None,
        section=record.section or None,
        language=language_named(record.language),
        url=web_address(record.url.split()[0] if record.url else None),
        path=name,
        id=record.identifier,
        record=number,
        date_text=record.date_text,
        encoding=encoding,
        metadata={key: v[0] if len(v) == 1 else v for key, v in metadata.items()},
    )


def _names(lines: list[str], inverted: bool) -> tuple[str, ...]:
    names = []
    for line in lines:
        for part in line.split(";"):
            part = _DID.sub("", part)
            turned = _INVERTED.fullmatch(part) if inverted else None
            if turned is not None and not _SUFFIX.fullmatch(turned[2]):
                part = f"{turned[2]} {turned[1]}"
            if not _NOBODY.fullmatch(part.strip()):
                names.append(part.strip())
    return _unless_named_so(names, byline_names(names))


def _unless_named_so(lines: list[str], names: tuple[str, ...]) -> tuple[str, ...]:
    """`names`, unless the only line is a name that looks like a role to who has no label.

    What a database puts into its field of authors is one, if it is called "Author" or "Page".
    """
    if len(lines) != 1 or len(names) > 1:
        return names
    line = _BY.sub("", clean_line(lines[0]))
    words = line.split()
    is_cut = not names or (names[0].split() == words[-1:] and len(words) == 2)
    if not is_cut or not 2 <= len(words) <= 4 or not all(_WORD.fullmatch(w) for w in words):
        return names
    others = " ".join(word for word in words if word.casefold() not in ("author", "autor"))
    return names if others == line or is_role(others) else (tidy_case(line),)


class Count:
    """Counts the articles that a file gives, and reports when it says that it has others."""

    def __init__(self, source: Source, said: int | None, where: str) -> None:
        self._source = source
        self._said = said
        self._where = where

    def check(self, records: Iterable[Record | ReadError]) -> Iterator[Record | ReadError]:
        """Hand on the records; report at their end if they are not as many as was said."""
        found = 0
        for record in records:
            found += not isinstance(record, ReadError)
            yield record
        if self._said is not None and found != self._said:
            reason = (
                f"{found:,} articles were found, and the file says that it has {self._said:,} "
                f"({self._where})"
            )
            hint = "it may be cut, or export it again"
            yield ReadError(self._source.name, reason, hint=hint)
