"""Which article does a web page show?

`read_html` decodes the page, builds one small tree (tree.py), reads what the page
declares (metadata.py), then finds the text (body.py).  A page whose text
cannot be found, such as a menu or an application shell, is an error, not an empty article;
so is a section front or an error page (kinds.py), which is named.  `explain_html` also tells
where each field came from.

Not done: running scripts, fetching, frames, pages of several articles, PDF.
"""

from __future__ import annotations

from collections.abc import Iterator

from searcher.article import Article
from searcher.errors import ReadError
from searcher.fields import FIELDS, FieldTable
from searcher.reading.encoding import decode
from searcher.reading.html.body import body_of
from searcher.reading.html.evidence import Evidence
from searcher.reading.html.kinds import no_article
from searcher.reading.html.metadata import Declared, declared
from searcher.reading.html.shell import text_in_scripts
from searcher.reading.html.tree import Page, parse, parse_again, text_of
from searcher.reading.source import Options, Source

__all__ = ["explain_html", "read_html", "read_source"]

_LEAST_SHOWN = 200  # characters of text, below which its scripts are looked at
_SURE_LENGTH = 1_000
_MAX_PAGE = 32 << 20


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the one article of a page."""
    data = source.read(_MAX_PAGE)
    yield _read(data, name=source.name, url=None, path=source.name, fields=options.fields)


def read_html(data: bytes, url: str | None = None, *, fields: FieldTable = FIELDS) -> Article:
    """Return the article of a page.

    Arguments:
        data: the page as it was sent.
        url: where it was fetched; what the page itself declares goes before it.
        fields: those that articles have in the archive that it is read for.

    Raises:
        ReadError: there is no article text in it.
    """
    return _read(data, name=url or "page", url=url, path=None, fields=fields)


def explain_html(
    data: bytes,
    url: str | None = None,
    *,
    name: str = "page",
    path: str | None = None,
    fields: FieldTable = FIELDS,
) -> tuple[Article, tuple[Evidence, ...]]:
    """Return the article of a page, and for each field where it came from and how sure it is.

    Raises:
        ReadError: as of `read_html`.
    """
    return _explained(data, name=name, url=url, path=path, fields=fields)


def _read(
    data: bytes, *, name: str, url: str | None, path: str | None, fields: FieldTable
) -> Article:
    return _explained(data, name=name, url=url, path=path, fields=fields)[0]


def _found(page: Page, url: str | None, fields: FieldTable) -> tuple[Declared, list[str], str]:
    """Return what a page declares, its paragraphs, and where these stood."""
    found = declared(page, url, fields)
    lines = body_of(found.blocks, found.inside, found.title, found.byline, found.summary)
    if sum(map(len, lines)) < _LEAST_SHOWN:
        hidden = text_in_scripts(page, found.article)
        if hidden:
            return found, hidden, "data of the page's scripts"
    return found, lines, "the page's text"


def _explained(
    data: bytes, *, name: str, url: str | None, path: str | None, fields: FieldTable
) -> tuple[Article, tuple[Evidence, ...]]:
    text, encoding = decode(data, name=name)
    page = parse(text, name=name)
    found, lines, origin = _found(page, url, fields)
    if not lines and (again := parse_again(text)) is not None:
        other, its_lines, its_origin = _found(again, url, fields)
        if its_lines:
            page, found, lines, origin = again, other, its_lines, its_origin
    title = page.first("title")
    titles = [found.title, text_of(title) if title else ""]
    instead = no_article(titles, found.metas, found.article, found.blocks, found.inside, lines)
    if instead is not None:
        raise ReadError(name, instead, kind="page")
    if not lines:
        raise ReadError(name, "no article text found", hint="is the text written by a script?")
    body = "\n\n".join(lines)
    sure = 0.9 if len(body) > _SURE_LENGTH else 0.6
    evidence = (*found.evidence, Evidence("body", f"{len(lines)} paragraphs", origin, sure))
    article = Article(
        title=found.title,
        body=body,
        byline=found.byline,
        date=found.date,
        updated=found.updated,
        source=found.source,
        section=found.section,
        language=found.language,
        url=found.url,
        path=path,
        date_text=found.date_text,
        encoding=encoding,
        metadata=found.metadata,
    )
    return article, evidence
