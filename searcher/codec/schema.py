"""What is kept of an article, and under which names?

One Whoosh schema for every archive.  Text fields hold every word as its exact
form with its position; value fields hold the whole value, folded; columns hold
one number for each document.  All that an article says is stored as JSON, so an
index can be rebuilt from itself.

    title, body, byline   text, positions, field norm; each name of a byline begins
                          `NAME_GAP` positions after the last, so that no phrase or
                          proximity reaches from one name into the next
    name                  each whole name of the byline
    credit                the agencies that it credits
    source, section, ...  whole values, as `searcher/fields.py` has them, and those of the
                          archive's own
    file                  the path as it is, for `sync.py`
    id                    the identity, and as a column to break ties by
    has                   which of byline, date, ... the article has
    date                  the article's own day as 20190408, and as a column the instant
                          in microseconds since 1970
    length                column: words in the body
    digest                column: 64 bits of a hash of the whole article
    boundaries            column: where sentences and paragraphs of the body begin
    record, date_text, encoding, updated, metadata   stored only
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from whoosh import columns, fields, formats
from whoosh.analysis import Token
from whoosh.util.numeric import byte_to_length

from searcher.analysis import Analyzer
from searcher.analysis.values import fold_value
from searcher.codec.postings import BinaryPositions
from searcher.fields import DERIVED, FIELDS, STORED, FieldTable
from searcher.importing import InstalledOnly

if TYPE_CHECKING:  # a search has no use for it, and cold searches count
    from searcher.article import Article

__all__ = [
    "LENGTH_OF_CODE",
    "MISSING_DATE",
    "NAME_GAP",
    "NO_DAY",
    "VERSION_MARK",
    "agencies_of",
    "article_of",
    "day_number",
    "day_term",
    "has_of",
    "instant_us",
    "make_schema",
    "own_day",
    "stored_of",
    "values_of",
]

NAME_GAP = 20_000
VERSION_MARK = "~"
"""Between the id of an article and what tells its older versions apart."""
# The length that a field norm, which is a byte, stands for.
LENGTH_OF_CODE = tuple(int(byte_to_length(code)) for code in range(256))
MISSING_DATE = -(2**63)
NO_DAY = -(2**31)
_ATTRIBUTES = tuple(name for name in FIELDS.values if FIELDS.by_name[name].attribute)
_STORED_ONLY = tuple(
    row.name for row in FIELDS.rows if row.kind == STORED and row.name != "updated"
)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_EPOCH_DAY = dt.date(1970, 1, 1).toordinal()
_MICROSECOND = dt.timedelta(microseconds=1)
_DAY_US = dt.timedelta(days=1) // _MICROSECOND


class FormAnalyzer:
    """Our analyzer as Whoosh calls it, so that stock query parsers make our terms."""

    # Of those that were pickled when there was one version only.
    version = "1"

    def __init__(self, analyzer: Analyzer) -> None:
        self.language = analyzer.language
        self.version = analyzer.version

    @property
    def analyzer(self) -> Analyzer:
        """Ours."""
        return Analyzer(self.language, version=self.version)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FormAnalyzer) and other.analyzer == self.analyzer

    def __hash__(self) -> int:
        return hash(self.analyzer)

    def __call__(
        self,
        value: Any,
        positions: bool = False,
        chars: bool = False,
        start_pos: int = 0,
        start_char: int = 0,
        **_: Any,
    ) -> Any:
        return self._tokens(
            value, positions=positions, chars=chars, start=start_pos, start_char=start_char
        )

    def _tokens(
        self, value: Any, *, positions: bool, chars: bool, start: int, start_char: int
    ) -> Iterator[Any]:
        analyzer = self.analyzer
        token = Token(positions, chars)
        texts = [value] if isinstance(value, str) else value
        for number, text in enumerate(texts):
            spans = analyzer.spans(text)
            forms = analyzer.forms_of(text[first:last] for first, last in spans)
            for position, (form, span) in enumerate(zip(forms, spans, strict=True)):
                token.text = form
                token.boost = 1.0
                token.pos = start + number * NAME_GAP + position
                if chars:  # Whoosh's highlighter asks
                    token.startchar, token.endchar = (start_char + place for place in span)
                yield token


class ValueAnalyzer:
    """Whole values, folded, as Whoosh calls it."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ValueAnalyzer)

    def __hash__(self) -> int:
        return hash(ValueAnalyzer)

    def __call__(self, value: Any, **_: Any) -> Iterator[Any]:
        token = Token()
        for text in [value] if isinstance(value, str) else value:
            token.text = fold_value(text)
            token.boost = 1.0
            yield token


class DayField(fields.ID):  # type: ignore[misc]  # Whoosh's class is untyped
    """A day as a value, with its instant as a column.

    Whoosh's own writer may be given a date, or text as `isoformat` writes it.
    """

    def index(self, value: Any, **options: Any) -> Any:
        return super().index(day_term(own_day(_date_of(value))), **options)

    def to_column_value(self, value: Any) -> int:
        return instant_us(_date_of(value))

    def from_column_value(self, value: int) -> int:
        return value


def _date_of(value: Any) -> dt.date:
    """The date that an article with `value` stored as its date has."""
    date: Any = value
    if isinstance(value, str) and value[4:5] == "-":
        day_only = len(value) == len("2019-04-08")
        date = dt.date.fromisoformat(value) if day_only else dt.datetime.fromisoformat(value)
    if isinstance(date, dt.datetime) and date.utcoffset() is None:
        date = None
    if not isinstance(date, dt.date):
        raise ValueError(f"{value!r} is not a day (2019-04-08) or an instant with its offset")
    return date


def make_schema(analyzer: Analyzer, table: FieldTable = FIELDS) -> fields.Schema:
    """Return the schema of an archive whose terms are those of `analyzer`."""
    schema = fields.Schema()
    for name in table.texts:
        text = fields.TEXT(analyzer=FormAnalyzer(analyzer), stored=True)
        text.format = BinaryPositions()
        schema.add(name, text)
    for name in table.values:
        schema.add(name, _value_field(stored=name in _ATTRIBUTES))
    for row in table.rows:
        if row.kind == DERIVED:
            schema.add(row.name, fields.ID() if row.name == "file" else _value_field())
    identity = fields.ID(stored=True, unique=True)
    identity.column_type = columns.VarBytesColumn()
    schema.add("id", identity)
    date = DayField(stored=True)
    date.column_type = columns.NumericColumn("q", default=MISSING_DATE)
    schema.add("date", date)
    schema.add("length", fields.COLUMN(columns.NumericColumn("I")))
    schema.add("digest", fields.COLUMN(columns.NumericColumn("Q")))
    schema.add("boundaries", fields.COLUMN(columns.VarBytesColumn()))
    for name in (*_STORED_ONLY, "updated", "metadata"):
        schema.add(name, fields.STORED)
    return schema


def _value_field(*, stored: bool = False) -> fields.FieldType:
    return fields.FieldType(formats.Existence(), ValueAnalyzer(), stored=stored)


def values_of(article: Article, table: FieldTable = FIELDS) -> dict[str, list[str]]:
    """The terms of the value fields of `article`, by field."""
    values = _values_in()
    terms = {
        name: sorted({fold_value(value) for value in values(article, name)})
        for name in table.values
    }
    if table.keeps_credits:
        terms["credit"] = agencies_of(article)
    terms["name"] = sorted({fold_value(name) for name in article.byline})
    terms["has"] = has_of(article, table)
    terms["id"] = [article.id]
    if article.path is not None:
        terms["file"] = [article.path]
    if article.date is not None:
        terms["date"] = [day_term(own_day(article.date))]
    return {name: values for name, values in terms.items() if values}


def agencies_of(article: Article) -> list[str]:
    """The terms of the agencies that `article` credits."""
    with InstalledOnly():
        from searcher.analysis.credits import CREDIT_FIELDS, credits_of

    values = _values_in()
    given = [text for name in CREDIT_FIELDS for text in values(article, name)]
    return credits_of(article.body, article.byline, article.source, given)


def has_of(article: Article, table: FieldTable = FIELDS) -> list[str]:
    """The names of the fields that `article` has a value for."""
    values = _values_in()
    return [
        name
        for name in table.has
        if (values(article, name) if name in table.values else getattr(article, name))
    ]


def _values_in() -> Callable[[Article, str], tuple[str, ...]]:
    with InstalledOnly():
        from searcher.article import values_in
    return values_in


def own_day(date: dt.date) -> dt.date:
    """The day of `date` at its own offset, which is the day that is shown and searched."""
    return date.date() if isinstance(date, dt.datetime) else date


def day_term(day: dt.date) -> str:
    """How the index writes a day: terms in byte order are days in order."""
    return f"{day.year:04}{day.month:02}{day.day:02}"


def day_number(term: str) -> int:
    """The day that `day_term` wrote, counted from 1970."""
    return dt.date(int(term[:4]), int(term[4:6]), int(term[6:8])).toordinal() - _EPOCH_DAY


def instant_us(date: dt.date | None) -> int:
    """Microseconds since 1970 (UTC): of the instant, or of the day's beginning.

    `MISSING_DATE` stands for no date.  Instants outside the years 1 to 9999 in UTC
    are drawn to the nearest instant inside.
    """
    if date is None:
        return MISSING_DATE
    if not isinstance(date, dt.datetime):
        return (date.toordinal() - _EPOCH_DAY) * _DAY_US
    offset = date.utcoffset() or dt.timedelta()
    instant = (date.replace(tzinfo=dt.UTC) - _EPOCH - offset) // _MICROSECOND
    return max(_FIRST_US, min(instant, _LAST_US))


_FIRST_US = (dt.datetime.min.replace(tzinfo=dt.UTC) - _EPOCH) // _MICROSECOND
_LAST_US = (dt.datetime.max.replace(tzinfo=dt.UTC) - _EPOCH) // _MICROSECOND


def stored_of(article: Article) -> dict[str, Any]:
    """All that `article` says, as JSON values; `article_of` is the way back."""
    stored: dict[str, Any] = {"id": article.id, "title": article.title, "body": article.body}
    if article.byline:
        stored["byline"] = list(article.byline)
    if article.date is not None:
        stored["date"] = article.date.isoformat()
    for name in (*_ATTRIBUTES, *_STORED_ONLY):
        value = getattr(article, name)
        if value is not None:
            stored[name] = value
    if article.updated is not None:
        stored["updated"] = article.updated.isoformat()
    if article.metadata:
        stored["metadata"] = {
            name: value if isinstance(value, str) else list(value)
            for name, value in article.metadata.items()
        }
    return stored


def article_of(stored: dict[str, Any]) -> Article:
    """The article that `stored_of` stored."""
    values = dict(stored)
    for name in ("date", "updated"):
        if date := values.get(name):
            day_only = len(date) == 10
            values[name] = (dt.date if day_only else dt.datetime).fromisoformat(date)
    values["byline"] = tuple(values.get("byline", ()))
    return _article_class()(**values)


@cache
def _article_class() -> type[Article]:
    with InstalledOnly():
        from searcher.article import Article
    return Article
