"""What is an article?

`Article` is the one frozen record that every reader yields and every index
stores.  It knows its identity (`id`) and checks its own values; it knows
nothing of files, indexes or queries.

Identity: the `id` that was given, else a hash of the URL, else a hash of the
path and record number, else a hash of what the article says.  So the same page
read again is the same article, whatever its text has become.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cache
from typing import Any

from searcher.errors import ArticleError
from searcher.fields import FIELDS, STORED, VALUE
from searcher.importing import InstalledOnly

__all__ = [
    "MOST_CHARACTERS",
    "Article",
    "article_id",
    "named_after",
    "storable_path",
    "values_in",
    "without_fault",
]

# The store takes 2^30 bytes of short fields, and as many of text; a control character of a
# short field, in JSON, has six.
MOST_CHARACTERS = 150_000_000


@dataclass(frozen=True, slots=True)
class Article:
    """One news article.

    Arguments:
        title: the headline; empty when the article has none.
        body: the text, paragraphs parted by a blank line.
        byline: the authors' names, in order.
        date: when it was published: an aware `datetime`, or a `date` when only
            the day is known, or None.  The datetime's own offset is kept.
        updated: when this version of it was made, if that is known and another time.
        source: the outlet or agency.
        section: the part of the outlet, such as "World".
        language: a BCP 47 code such as "en" or "pt-BR".
        url: where it was published.
        status: None when it may be published; else why not ("withheld", "canceled",
            "embargoed", "draft"), or "superseded" for an older version.  It is kept, and no
            search finds it but one that asks for its `status:`.
        path: the file it was read from.
        id: the identity; derived when not given (see the module docstring).
        metadata: whatever else is known, by name: a text, or several.  It is kept and shown;
            what an archive has fields for (`Archive.create(values=...)`) can be searched.
        record: its number (from 1) in a file that holds many articles.
        date_text: the date as it stood in the file.
        encoding: the character encoding the file was read with.

    Raises:
        ArticleError: a value is of the wrong type, a datetime has no offset, or there are
            more than `MOST_CHARACTERS` in all fields together.
    """

    title: str
    body: str
    byline: tuple[str, ...] = ()
    date: dt.datetime | dt.date | None = None
    source: str | None = None
    section: str | None = None
    language: str | None = None
    url: str | None = None
    path: str | None = None
    id: str = ""
    metadata: Mapping[str, str | tuple[str, ...]] = field(
        default_factory=dict, kw_only=True, hash=False
    )
    updated: dt.datetime | dt.date | None = field(default=None, kw_only=True)
    status: str | None = field(default=None, kw_only=True)
    record: int | None = field(default=None, kw_only=True)
    date_text: str | None = field(default=None, kw_only=True)
    encoding: str | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        # What is as it should be already, as all that is read from an index, is left alone.
        length = 0
        for name in ("title", "body"):
            value = getattr(self, name)
            if not isinstance(value, str):
                raise ArticleError(name, "a string", value)
            text = _clean(value).strip()
            length += len(text)
            if text is not value:
                object.__setattr__(self, name, text)
        for name in _OPTIONAL_TEXT:
            value = getattr(self, name)
            if value is None:
                continue
            if not isinstance(value, str):
                raise ArticleError(name, "a string or None", value)
            text = storable_path(value) if name == "path" else _clean(value).strip()
            length += len(text)
            if text is not value or not text:
                object.__setattr__(self, name, text or None)
        if isinstance(self.byline, str) or not all(isinstance(n, str) for n in self.byline):
            raise ArticleError("byline", "a sequence of names", self.byline)
        names = [" ".join(_clean(name).split()) for name in self.byline]
        object.__setattr__(self, "byline", tuple([name for name in names if name]))
        _check_date("date", self.date)
        _check_date("updated", self.updated)
        if not isinstance(self.id, str | None):
            raise ArticleError("id", "a string", self.id)
        if not isinstance(self.record, int | None) or isinstance(self.record, bool):
            raise ArticleError("record", "a whole number or None", self.record)
        if self.metadata:
            object.__setattr__(self, "metadata", _clean_metadata(self.metadata))
        elif type(self.metadata) is not dict:
            object.__setattr__(self, "metadata", {})
        length += len(self.id or "") + sum(map(len, self.byline))
        for name, given in self.metadata.items():
            length += len(name) + (len(given) if isinstance(given, str) else sum(map(len, given)))
        if length > MOST_CHARACTERS:
            expected = f"at most {MOST_CHARACTERS:,} characters in all fields"
            raise ArticleError("body", expected, length)
        id = _clean(self.id or "").strip() or article_id(self)
        if id is not self.id:
            object.__setattr__(self, "id", id)

    @property
    def updated_text(self) -> str | None:
        """`updated` in ISO 8601, as it is stored."""
        return None if self.updated is None else self.updated.isoformat()

    def _repr_html_(self) -> str:
        """The article as a notebook shows it."""
        with InstalledOnly():
            from searcher.notebook import article_html, link, shown

        texts = (", ".join(self.byline), self.source, self.date and self.date.isoformat()[:10])
        facts = [shown(text) for text in (*texts, self.section, self.status, self.id) if text]
        return article_html(self.title, [*facts, link(self.url)] if self.url else facts, self.body)

    def to_dict(self) -> dict[str, Any]:
        """The article as JSON values: all that it has, the text last."""
        values: dict[str, Any] = {row.name: getattr(self, row.name) for row in _BUT_BODY}
        values["byline"] = list(self.byline)
        values["date"] = self.date.isoformat() if self.date else None
        values["updated"] = self.updated_text
        values["metadata"] = {
            name: value if isinstance(value, str) else list(value)
            for name, value in self.metadata.items()
        }
        values["body"] = self.body
        return values


# Attributes that are a text, or None.
_OPTIONAL_TEXT = tuple(
    row.name
    for row in FIELDS.rows
    if row.attribute and row.kind in (VALUE, STORED) and row.name not in ("record", "updated")
)
_BUT_BODY = tuple(row for row in FIELDS.rows if row.attribute and row.name != "body")
_MOST_METADATA = 1000
_LONGEST_NAME = 100


def _check_date(name: str, value: object) -> None:
    if isinstance(value, dt.datetime):
        if value.utcoffset() is None:
            raise ArticleError(name, "a datetime with a UTC offset, or a date", value)
    elif value is not None and not isinstance(value, dt.date):
        raise ArticleError(name, "a datetime, a date or None", value)


def _clean_metadata(given: object) -> dict[str, str | tuple[str, ...]]:
    """The values as they are kept: in the order of their names, without empty ones."""
    # What an index gives, and nearly everybody, is asked for by its type: to ask whether it is a
    # mapping or a sequence of some kind takes longer than all the rest.
    if type(given) is not dict and not isinstance(given, Mapping):
        raise ArticleError("metadata", "a mapping of names to texts", given)
    found: dict[str, str | tuple[str, ...]] = {}
    for name, value in given.items():
        if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_NAME:
            raise ArticleError("metadata", f"names of 1 to {_LONGEST_NAME} characters", name)
        if type(value) is str:
            if text := _clean(value).strip():
                found[_clean(name)] = text
            continue
        several = (value,) if isinstance(value, str) else value
        if not isinstance(several, Sequence) or not all(isinstance(t, str) for t in several):
            raise ArticleError(f"metadata[{name!r}]", "a text or a sequence of texts", value)
        texts = tuple(text for t in several if (text := _clean(t).strip()))
        if texts:
            found[_clean(name)] = texts[0] if len(texts) == 1 else texts
    if len(found) > _MOST_METADATA:
        raise ArticleError("metadata", f"at most {_MOST_METADATA:,} names", len(found))
    return dict(sorted(found.items()))


def _texts(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def values_in(article: Article, name: str) -> tuple[str, ...]:
    """The values that `article` has for the value field `name` of an archive."""
    row = FIELDS.by_name.get(name)
    if row is not None and row.attribute:
        value: str | None = getattr(article, name)
        return () if value is None else (value,)
    return _texts(article.metadata.get(name, ()))


def _clean(text: str) -> str:
    """Replace lone surrogates, which no UTF-8 file can hold."""
    if text.isascii():
        return text
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode("utf-8")
    return text


def storable_path(path: str) -> str:
    """`path` with the bytes of its name that are not UTF-8 written out, as in `caf\\udce9`."""
    if path.isascii():
        return path
    return path.encode("utf-8", "backslashreplace").decode("utf-8")


def article_id(article: Article) -> str:
    """Return 16 hexadecimal digits that name `article`: 64 bits of BLAKE2b.

    Two of a million articles share a name with probability below 3e-8.
    """
    if article.url:
        key = f"url\0{article.url}"
    elif article.path:
        key = f"path\0{article.path}\0{article.record or 0}"
    else:
        key = "\0".join(("text", article.title, str(article.date), *article.byline, article.body))
    digest: str = _blake2b()(key.encode("utf-8"), digest_size=8).hexdigest()
    return digest


@cache
def _blake2b() -> Callable[..., Any]:
    with InstalledOnly():  # late: it loads OpenSSL, which a search has no use for
        from hashlib import blake2b
    return blake2b


def named_after(article: Article, path: str) -> Article:
    """`article` with the identity that it would have, had it been read from `path`.

    One whose identity came from elsewhere is returned as it is.
    """
    if article.url or not article.path or article.id != article_id(article):
        return article
    return replace(article, id=article_id(replace(article, path=path)))


def without_fault(article: object) -> Article:
    """`article`, checked again, as an `Article` and nothing that derives from it.

    Raises:
        ArticleError: it is not an `Article`, or a field holds what no article can.
    """
    if type(article) is Article and _is_sound(article):
        return article
    if not isinstance(article, Article):
        raise ArticleError("article", "an Article", article)
    values = {}
    for found in fields(Article):
        try:
            values[found.name] = getattr(article, found.name)
        except AttributeError:
            raise ArticleError(found.name, "a value", None) from None
    return Article(**values)


def _is_sound(article: Article) -> bool:
    """Whether all fields are of the types that the constructor leaves in them."""
    try:
        return (
            type(article.title) is str
            and type(article.body) is str
            and type(article.id) is str
            and type(article.byline) is tuple
            and all(type(name) is str for name in article.byline)
            and type(article.date) in _SOUND_DATES
            and type(article.updated) in _SOUND_DATES
            and type(article.record) in _SOUND_RECORDS
            and type(article.metadata) is dict
            and (not article.metadata or _clean_metadata(article.metadata) == article.metadata)
            and all(type(getattr(article, name)) in _SOUND_TEXTS for name in _OPTIONAL_TEXT)
        )
    except (AttributeError, ArticleError):
        return False


_SOUND_DATES = (type(None), dt.datetime, dt.date)
_SOUND_RECORDS = (type(None), int)
_SOUND_TEXTS = (type(None), str)
