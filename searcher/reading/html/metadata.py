"""What does a page say about its article?

Pages declare headline, authors, date, outlet and language in up to five dialects:
JSON-LD (schema.org, `linked_data.py`), Open Graph, other meta tags, microdata
(`itemprop`), and the visible page (`<h1>`, `<time>`, elements with "byline" in their
class).  They often disagree, and each field has an order of trust of its own, measured on
real pages: `headline.py`, `authors.py` and `publication.py` have those that take some
weighing, and here are the others.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from searcher.fields import FIELDS, FieldTable
from searcher.reading.field_keys import folded_key, language_code, several, web_address
from searcher.reading.html.authors import authors_of
from searcher.reading.html.blocks import TextBlock, blocks_of
from searcher.reading.html.body import article_blocks, place_of
from searcher.reading.html.evidence import Evidence
from searcher.reading.html.headline import agreement, headline_of, site_in_title, words_of
from searcher.reading.html.linked_data import (
    NodeObject,
    articles_of,
    first_text,
    nodes_of,
    referred,
)
from searcher.reading.html.publication import dates_of
from searcher.reading.html.saved import saved_from, without_archive
from searcher.reading.html.tree import Page, attribute
from searcher.reading.markup import unescape
from searcher.reading.prose import clean_line

__all__ = ["Declared", "declared"]

_MAX_AUTHORS = 1_000  # characters of author tags put together


@dataclass(slots=True)
class Declared:
    """What a page declares."""

    title: str = ""
    byline: tuple[str, ...] = ()
    date: dt.datetime | dt.date | None = None
    date_text: str | None = None
    source: str | None = None
    section: str | None = None
    language: str | None = None
    url: str | None = None
    summary: str = ""
    agencies: tuple[str, ...] = ()
    metadata: dict[str, tuple[str, ...]] = field(default_factory=dict)
    updated: dt.datetime | dt.date | None = None
    evidence: list[Evidence] = field(default_factory=list)
    blocks: list[TextBlock] = field(default_factory=list)
    inside: list[TextBlock] = field(default_factory=list)
    article: NodeObject = field(default_factory=dict)
    metas: Mapping[str, str] = field(default_factory=dict)

    def settle(self, name: str, candidates: Iterable[tuple[str | None, str, float]]) -> str | None:
        """Take the first candidate that says something, and note where it came from."""
        for value, origin, confidence in candidates:
            if value:
                self.evidence.append(Evidence(name, value, origin, confidence))
                return value
        return None


def declared(page: Page, url: str | None, fields: FieldTable = FIELDS) -> Declared:
    """Return what the page declares.

    Arguments:
        url: where it was fetched from, if known.
        fields: those that articles have in the archive that it is read for.
    """
    nodes = nodes_of(page.linked_data)
    metas = _metas(page)
    article = _article_node(nodes, metas)
    found = Declared(article=article, metas=metas)
    found.url = found.settle("url", _urls(page, metas, article, url))
    found.language = found.settle("language", _languages(page, metas, article))
    found.section = found.settle("section", _sections(metas, article, nodes))
    found.title, why = headline_of(page, metas, article, _site_names(metas, article, nodes))
    found.evidence.append(why)
    found.source = found.settle("source", _sources(metas, article, nodes, page, found.title))
    found.blocks = blocks_of(page.body)
    found.inside = article_blocks(page.body, found.blocks, found.title)
    place = place_of(found.blocks, found.inside, found.title)
    sites = [*_site_names(metas, article, nodes), found.source or "", metas.get("og:site_name", "")]
    authors = authors_of(page, metas, article, nodes, found.blocks, place=place, sites=sites)
    found.byline, found.agencies = authors.names, authors.agencies
    found.evidence += authors.evidence
    dates = dates_of(
        page,
        metas,
        article,
        found.blocks,
        title=found.title,
        place=place,
        url=found.url,
        language=found.language,
    )
    found.date, found.date_text, found.updated = dates.published, dates.text, dates.updated
    found.evidence += dates.evidence
    found.summary = metas.get("og:description") or metas.get("description") or ""
    if fields.metadata:
        found.metadata = _metadata(metas, article, fields)
    if found.agencies:
        found.metadata["agency"] = found.agencies
    return found


def _article_node(nodes: list[NodeObject], metas: Mapping[str, str]) -> NodeObject:
    """Return the object that stands for the page's article, or an empty one."""
    articles = articles_of(nodes)
    if len(articles) > 1:
        title = words_of(metas.get("og:title", ""))
        for node in articles:
            if title and agreement(words_of(first_text(node.get("headline"))), title) > 0.7:
                return node
    return articles[0] if articles else {}


def _metas(page: Page) -> dict[str, str]:
    """Return meta tags by name or property in lower case; the first of a name wins."""
    found: dict[str, str] = {}
    for tag in page.named("meta"):
        named = attribute(tag, "property") or attribute(tag, "name") or attribute(tag, "itemprop")
        content = clean_line(attribute(tag, "content") or attribute(tag, "value"))
        for name in named.lower().split()[:4] if content else ():
            if name in ("author", "article:author", "citation_author") and name in found:
                if len(found[name]) < _MAX_AUTHORS:
                    found[name] += f"; {content}"
            else:
                found.setdefault(name, content)
    return found


def _metadata(
    metas: Mapping[str, str], article: NodeObject, fields: FieldTable
) -> dict[str, tuple[str, ...]]:
    """The values that are no attributes of an article, by the keys of the table of fields."""
    declared: dict[str, object] = {folded_key(name): value for name, value in metas.items()}
    declared |= {folded_key(name): value for name, value in article.items()}
    found = {}
    for row in fields.metadata:
        texts = (several(declared[key]) for key in row.keys if key in declared)
        if values := next(filter(None, texts), ()):
            found[row.name] = values
    return found


_Candidates = Iterator[tuple[str | None, str, float]]


def _urls(
    page: Page, metas: Mapping[str, str], article: NodeObject, url: str | None
) -> _Candidates:
    href = next(
        (
            attribute(n, "href")
            for n in page.named("link")
            if "canonical" in attribute(n, "rel").lower()
        ),
        "",
    )
    for text, origin, confidence in (
        (href, "link rel=canonical", 0.95),
        (metas.get("og:url"), "meta og:url", 0.9),
        (first_text(article.get("url")), "JSON-LD url", 0.85),
        (metas.get("twitter:url"), "meta twitter:url", 0.8),
        (saved_from(page.markup), "note of the program that saved it", 0.9),
        (url, "where it was fetched", 0.9),
    ):
        yield web_address(without_archive(text)) if text else None, origin, confidence


def _sections(
    metas: Mapping[str, str], article: NodeObject, nodes: list[NodeObject]
) -> _Candidates:
    yield (
        clean_line(unescape(first_text(article.get("articleSection")))),
        "JSON-LD articleSection",
        0.9,
    )
    for name in ("article:section", "section", "parsely-section", "cxenseparse:category",
                 "category", "article.section", "dc.subject.section", "prism.section"):  # fmt: skip
        yield clean_line(unescape(metas.get(name, ""))), f"meta {name}", 0.8
    yield _crumb(nodes), "JSON-LD BreadcrumbList", 0.6


def _crumb(nodes: list[NodeObject]) -> str:
    """Return the first step below the home page, of a path of three or more."""
    for node in nodes:
        steps = node.get("itemListElement")
        if node.get("@type") != "BreadcrumbList" or not isinstance(steps, list):
            continue
        names = []
        for step in steps[:8]:
            if isinstance(step, Mapping):
                names.append(clean_line(unescape(first_text(step) or first_text(step.get("item")))))
        if len(names) > 2 and names[1] and len(names[1]) < 40 and not names[1].startswith("http"):
            return names[1]
    return ""


def _site_names(
    metas: Mapping[str, str], article: NodeObject, nodes: list[NodeObject]
) -> list[str]:
    publisher = first_text(referred(article.get("publisher"), nodes))
    return [publisher, metas.get("application-name", ""), metas.get("publisher", "")]


def _sources(
    metas: Mapping[str, str],
    article: NodeObject,
    nodes: list[NodeObject],
    page: Page,
    title: str,
) -> _Candidates:
    for text, origin, confidence in (
        (first_text(referred(article.get("publisher"), nodes)), "JSON-LD publisher", 0.9),
        (metas.get("og:site_name", ""), "meta og:site_name", 0.9),
        (metas.get("application-name", ""), "meta application-name", 0.7),
        (metas.get("publisher", ""), "meta publisher", 0.7),
    ):
        name = clean_line(unescape(text))
        yield None if name.startswith("http") else name, origin, confidence
    yield site_in_title(page, title), "title element", 0.6


def _languages(page: Page, metas: Mapping[str, str], article: NodeObject) -> _Candidates:
    html = page.first("html")
    for text, origin, confidence in (
        (attribute(html, "lang") if html else "", "html lang", 0.9),
        (attribute(html, "xml:lang") if html else "", "html xml:lang", 0.9),
        (first_text(article.get("inLanguage")), "JSON-LD inLanguage", 0.9),
        (metas.get("content-language", ""), "meta content-language", 0.8),
        (metas.get("og:locale", ""), "meta og:locale", 0.8),
    ):
        yield language_code(text), origin, confidence
