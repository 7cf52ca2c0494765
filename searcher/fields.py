"""Which fields has an article?

One table, from which everybody takes what they know of fields: the schema of the index
and the native core, readers (what records call a field), both executors, hits, JSON, the
commands and their messages.  To add a field that is one value, such as a copyright line,
add a row of the kind `VALUE` with the next free number: readers find it by its keys, and
it can be asked for (`copyright:reuters`, `has:copyright`), shown and counted.

Kinds:

    TEXT     words with positions and a field norm: title, body, byline
    VALUE    one value, compared whole: `source:reuters`; in `Article.metadata`, where a
             row has not `attribute`, it may also be several
    DATE     the day of publication
    ID       the identity
    DERIVED  terms that are made of other fields, and stored nowhere
    STORED   kept and shown, not searched

The `number` of a field is part of the format of the index: in dictionaries of values, and
for texts the order of columns.  Numbers are never given anew.  From `FIRST_OWN_NUMBER` on
they belong to the fields that an archive defines for itself (`FieldTable.with_values`).

What is not here: what queries call fields besides their names, and the names that other
search engines have for them (`query/fields.py`); how a value is read (`reading/`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from searcher.errors import FieldError

__all__ = ["DATE", "DERIVED", "FIELDS", "ID", "STORED", "TEXT", "VALUE", "Field", "FieldTable"]

TEXT, VALUE, DATE, ID, DERIVED, STORED = "text", "value", "date", "id", "derived", "stored"

FIRST_OWN_NUMBER = 64
MOST_OWN = 32
_OWN_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
# Of hits and articles as JSON, and of conditions in queries.
_RESERVED = frozenset(
    (
        "score", "snippet", "metadata", "values", "and", "or", "not", "near",
        "has", "length", "since", "until", "lead", "hlead", "headline", "hl", "is", "credit",
        "copies", "versions", "story", "variants", "file", "name", "in",
    )
)  # fmt: skip


class Field(NamedTuple):
    """One row: a field of articles.

    Arguments:
        name: what it is called everywhere.
        kind: one of the kinds above.
        number: in the index, see above; -1 where it has none.
        attribute: whether `Article` has it as an attribute; else it is in `metadata`.
        mappable: whether a caller's field map may name a key for it.
        facet: whether the index has a column of its values, to count them by.
        keys: what records of JSON, front matter and pages call it, the surest first; case,
            `_` and `-` are ignored.
    """

    name: str
    kind: str
    number: int = -1
    attribute: bool = False
    mappable: bool = True
    facet: bool = True
    keys: tuple[str, ...] = ()


# What records call a field in other languages than English, after all English names: tables
# above all, whose first row is written by whoever made them.
_ABROAD = {
    "title": (
        "titel", "überschrift", "ueberschrift", "schlagzeile", "titre", "título", "titulo",
        "titular", "titolo", "manchete", "kop", "overskrift", "tytuł", "tytul", "заголовок",
        "标题", "標題", "タイトル", "見出し", "제목", "başlık",
    ),
    "body": (
        "volltext", "inhalt", "artikeltext", "artikel", "texte", "texteintégral", "contenu",
        "texto", "cuerpo", "contenido", "conteúdo", "conteudo", "testo", "contenuto", "tekst",
        "inhoud", "innehåll", "brödtext", "treść", "tresc", "текст", "содержание", "正文", "内容",
        "本文", "본문", "metin",
    ),
    "byline": (
        "autor", "autoren", "autorin", "verfasser", "auteur", "auteurs", "autores", "autore",
        "autori", "forfatter", "författare", "автор", "авторы", "作者", "記者", "저자", "yazar",
    ),
    "date": (
        "datum", "veröffentlicht", "veröffentlichtam", "erschienen", "erschienenam",
        "erscheinungsdatum", "datedepublication", "fecha", "fechadepublicación",
        "fechapublicacion", "datadepubblicazione", "datadepublicação", "dato", "дата", "日期",
        "发布时间", "日付", "날짜", "tarih",
    ),
    "source": (
        "quelle", "zeitung", "medium", "publikation", "fuente", "medio", "periódico", "periodico",
        "fonte", "testata", "jornal", "bron", "krant", "källa", "kilde", "źródło", "источник",
        "издание", "来源", "媒体", "新聞社", "출처", "kaynak",
    ),
    "section": (
        "ressort", "rubrik", "rubrique", "sección", "seccion", "sezione", "seção", "secao",
        "rubriek", "kategorie", "catégorie", "categoría", "categoria", "рубрика", "раздел", "栏目",
    ),
    "language": (
        "sprache", "langue", "idioma", "lingua", "taal", "språk", "sprog", "język", "язык", "语言",
    ),
    "url": ("lien", "enlace", "ссылка", "链接"),
}  # fmt: skip

_CREDIT = "credit"
_ROWS = (
    # An "id" is unique in its own file at best, and two articles with one id are one
    # article: it is taken only when a field map says so.
    Field("id", ID, 8, attribute=True, facet=False),
    Field(
        "title", TEXT, 0, attribute=True, facet=False,
        keys=(
            "headline", "title", "titlefull", "resolvedtitle", "giventitle", "webtitle", "name",
            "heading", "hed", "headlinetext", "slugline",
            *_ABROAD["title"],
        ),
    ),
    Field(
        "body", TEXT, 1, attribute=True, facet=False,
        keys=(
            "body", "articlebody", "maintext", "fulltext", "text", "content", "bodytext",
            "contenthtml", "bodyhtml", "bodyxhtml", "articletext", "story", "article",
            "cleanedtext", "textcontent", "contenttext", "plaintext", "document",
            "paragraphs", "contents", "leadparagraph", "description", "summary", "abstract",
            "lead", "excerpt", "shortdescription", "snippet", "trailtext", "standfirst", "dek",
            *_ABROAD["body"],
        ),
    ),
    Field(
        "byline", TEXT, 2, attribute=True, facet=False,
        keys=(
            "byline", "author", "authors", "creator", "creators", "authorname", "writer",
            "writers", "journalist", "journalists", "by", "reporter", "authorsbyline",
            "publishedby", "contributor", "contributors",
            *_ABROAD["byline"],
        ),
    ),
    Field(
        "date", DATE, 9, attribute=True, facet=False,
        keys=(
            "date", "datepublished", "published", "datepublish", "publishdate",
            "publicationdate", "publisheddate", "publishedat", "publishedon", "publishedtime",
            "pubdate", "publishtime", "publishedutc", "datetimepub", "publishdatetime",
            "firstpublished", "firstpublishedat", "firstpublicationdate", "firstpublishdate",
            "webpublicationdate", "displaydate", "dategmt", "issuedate", "datetime", "timestamp",
            "time", "seendate",
            "versioncreated", "created", "createdat", "datecreated", "updated", "lastmod",
            *_ABROAD["date"],
        ),
    ),
    Field(
        "source", VALUE, 0, attribute=True,
        keys=(
            "source", "publisher", "outlet", "sourcename", "namesource", "sourcehostname",
            "publication", "newspaper", "newspapername", "medianame", "sitename", "site",
            "agency", "provider", "sourcedomain", "domain", "domainname", "hostname", "cleanurl",
            "ispartof",
            *_ABROAD["source"],
        ),
    ),
    Field(
        "section", VALUE, 1, attribute=True,
        keys=(
            "section", "articlesection", "category", "categories", "desk", "sectionname",
            "topics", "tags",
            *_ABROAD["section"],
        ),
    ),
    Field(
        "language", VALUE, 2, attribute=True,
        keys=(
            "language", "lang", "inlanguage", "locale", "languagecode", "humanlanguage",
            "metalang", *_ABROAD["language"],
        ),
    ),
    Field(
        "url", VALUE, 3, attribute=True, facet=False,
        keys=(
            "url", "link", "canonicalurl", "weburl", "articleurl", "resolvedurl", "givenurl",
            "pageurl", "permalink", "canonical", "originalurl", "sourceurl", "externalurl",
            "mainentityofpage", *_ABROAD["url"],
        ),
    ),
    Field("path", VALUE, 4, attribute=True, mappable=False, facet=False),
    # What is not usable: withheld, canceled, embargoed, draft, superseded (`reading/status.py`).
    Field(
        "status", VALUE, 10, attribute=True,
        keys=("status", "pubstatus", "poststatus", "publicationstatus", "managementstatus"),
    ),
    # The next row of a value has the number 12.
    # The agencies that it credits (`analysis/credits.py`), since the third analysis rules.
    Field(_CREDIT, DERIVED, 11, mappable=False),
    Field("name", DERIVED, 5, mappable=False),  # each whole name of the byline
    Field("has", DERIVED, 6, mappable=False, facet=False),  # which fields it has a value for
    Field("file", DERIVED, 7, mappable=False, facet=False),  # the path as it is
    Field(
        "updated", STORED, attribute=True, facet=False,
        keys=(
            "updated", "datemodified", "updatedat", "updateddate", "dateupdated", "modified",
            "modifiedat", "modifieddate", "datemodify", "lastmod", "lastmodified", "lastupdated",
            "lastupdate", "modifiedgmt", "dateupdate", "updatetime", "versioncreated",
            "articlemodifiedtime",
        ),
    ),
    Field("record", STORED, attribute=True, mappable=False, facet=False),
    Field("date_text", STORED, attribute=True, mappable=False, facet=False),
    Field("encoding", STORED, attribute=True, mappable=False, facet=False),
)  # fmt: skip


class FieldTable:
    """The fields of the articles of one archive: those that all have, and its own.

    Immutable; two tables with the same own fields are equal, and usually the same.
    """

    __slots__ = (
        "by_name", "conditions", "facets", "has", "keeps_credits", "mappable", "metadata", "own",
        "rows", "term_numbers", "texts", "values",
    )  # fmt: skip

    rows: tuple[Field, ...]
    own: tuple[str, ...]
    """The names of the archive's own fields, in the order of their numbers."""
    by_name: dict[str, Field]
    texts: tuple[str, ...]
    """Names of text fields, in the order of their numbers."""
    values: tuple[str, ...]
    """Names of value fields, as they stand in the table."""
    conditions: tuple[str, ...]
    """Names of the fields that queries compare whole values of."""
    keeps_credits: bool
    """Whether there are terms for the agencies that articles credit."""
    metadata: tuple[Field, ...]
    """The value fields that are found in `Article.metadata`."""
    has: tuple[str, ...]
    """The fields that `has:` can ask for."""
    mappable: tuple[str, ...]
    """The fields that a field map can name."""
    facets: tuple[str, ...]
    """The fields that articles are counted by."""
    term_numbers: dict[str, int]
    """The fields whose terms are whole values, and their numbers in the index."""

    def __init__(self, rows: tuple[Field, ...], own: tuple[str, ...] = ()) -> None:
        own_rows = [
            Field(name, VALUE, FIRST_OWN_NUMBER + place, keys=(name.replace("_", ""),))
            for place, name in enumerate(own)
        ]
        rows = (*rows, *own_rows)
        values = [row for row in rows if row.kind == VALUE]
        self.rows, self.own = rows, own
        self.by_name = {row.name: row for row in rows}
        texts = sorted((row for row in rows if row.kind == TEXT), key=lambda row: row.number)
        self.texts = tuple(row.name for row in texts)
        self.values = tuple(row.name for row in values)
        self.keeps_credits = _CREDIT in self.by_name
        self.conditions = (*self.values, _CREDIT) if self.keeps_credits else self.values
        self.metadata = tuple(row for row in values if not row.attribute)
        self.has = (*self.texts, "date", *self.values)
        mappable = sorted((row for row in rows if row.mappable), key=lambda row: row.kind == ID)
        self.mappable = tuple(row.name for row in mappable)
        self.facets = tuple(row.name for row in rows if row.facet)
        self.term_numbers = {
            row.name: row.number for row in rows if row.number >= 0 and row.kind != TEXT
        }

    def with_values(self, *names: str) -> FieldTable:
        """The table with the value fields `names` of an archive too, whose order counts.

        Raises:
            FieldError: one is no name for a field, or has another meaning already, or there
                are more than 32.
        """
        return _with_own((*self.own, *names), self.keeps_credits)

    def without_credits(self) -> FieldTable:
        """The table of an index that was made before credits were kept."""
        return _with_own(self.own, False)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FieldTable) and other.rows == self.rows

    def __hash__(self) -> int:
        return hash((self.own, self.keeps_credits))

    def __repr__(self) -> str:
        return f"FieldTable(own={self.own!r})"


@lru_cache(maxsize=64)
def _with_own(names: tuple[str, ...], keeps_credits: bool) -> FieldTable:
    if len(names) > MOST_OWN:
        raise FieldError(names[MOST_OWN], f"one of at most {MOST_OWN} fields of an archive's own")
    for place, name in enumerate(names):
        if not isinstance(name, str) or not _OWN_NAME.fullmatch(name):
            raise FieldError(
                str(name)[:40], "a name of at most 40 small letters, digits and _, a letter first"
            )
        if name in FIELDS.by_name or name in _RESERVED or name in names[:place]:
            raise FieldError(name, "a name that has no other meaning")
    if not keeps_credits:
        return FieldTable(tuple(row for row in _ROWS if row.name != _CREDIT), names)
    return FieldTable(_ROWS, names) if names else FIELDS


FIELDS = FieldTable(_ROWS)
"""The fields that every article may have."""
