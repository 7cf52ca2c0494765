"""Who wrote the article of a page?

Candidates are tried in the order of trust: JSON-LD, meta tags, microdata, `rel=author`,
visible bylines.  The first that names a person is taken; the outlet's own name or an
agency's only when no person is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from searcher.reading.bylines import byline_names, is_agency
from searcher.reading.html.headline import words_of
from searcher.reading.html.linked_data import NodeObject, referred
from searcher.reading.html.tree import Node, Page, attribute, classes, text_of
from searcher.reading.markup import unescape
from searcher.reading.prose import clean_line

__all__ = ["byline_of"]

_AUTHOR_METAS = (
    "author", "article:author", "parsely-author", "sailthru.author", "byl", "dc.creator",
    "dcterms.creator", "dc.creator.author", "citation_author", "article:author_name",
    "cxenseparse:author", "articleauthor", "og:author", "authors", "article.author", "vr:author",
    "rbauthors",
)  # fmt: skip
_BYLINE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:by(?=\s|$)|by-?line|author|autor|auteur|writer|reporter|redakteur|firma|"
    r"verfasser)",
    re.I,
)
_INNER_LEAD = re.compile(r"(?:(?<=\s)|^)(?:[Bb]y|[Vv]on|[Pp]ar|[Pp]or)\s+(?=[A-ZÀ-Þ])")
_FULL_NAME = re.compile(
    r"(?:[A-ZÀ-ÞĀ-ſ\u1e00-\u1eff][\w.'’-]*|d[ei']|van|von|der|den|la|le|al-\w+|bin|ter)(?:\s|"
    r"$).*\s?\S*[A-ZÀ-Þ]\S*$|[\u3400-\u9fff\uac00-\ud7af]{2,}"
)
_NOT_NAME_CLASS = re.compile(
    r"bio|desc|avatar|image|photo|social|follow|share|date|time|box|related|comment|about|img|"
    r"role|title|job",
    re.I,
)


def byline_of(
    page: Page,
    metas: Mapping[str, str],
    article: NodeObject,
    nodes: list[NodeObject],
    source: str | None,
) -> tuple[str, ...]:
    outlets = {
        "".join(words_of(text)) for text in (source or "", metas.get("og:site_name", "")) if text
    }
    fallback: tuple[str, ...] = ()
    for names in _byline_candidates(page, metas, article, nodes):
        people = tuple(n for n in names if "".join(words_of(n)) not in outlets and not _is_site(n))
        persons = tuple(n for n in people if not is_agency(n))
        if persons:
            return persons
        fallback = fallback or people or names
    return fallback


def _is_site(name: str) -> bool:
    return bool(
        re.search(r"\.(?:com|net|org|de|fr|co|uk|at|ch|it|es|eu|info|news)$|^https?:|/", name, re.I)
    )


def _byline_candidates(
    page: Page,
    metas: Mapping[str, str],
    article: NodeObject,
    nodes: list[NodeObject],
) -> Iterator[tuple[str, ...]]:
    yield _linked_authors(article, nodes)
    for name in _AUTHOR_METAS:
        text = metas.get(name, "")
        if text and not text.startswith("http") and "facebook.com" not in text:
            yield byline_names(unescape(text))
    marked = page.marked("author")[:10]
    yield byline_names([_author_text(page, tag) for tag in marked])
    yield byline_names(
        [
            text_of(tag)
            for tag in [n for n in page.named("a") if "author" in attribute(n, "rel").split()][:10]
        ]
    )
    heading = page.first("h1")
    for tag in _near(page, heading):
        named = classes(tag)
        if not _BYLINE_CLASS.search(named) or _NOT_NAME_CLASS.search(named):
            continue
        text = text_of(tag)
        if 2 < len(text) < 200:
            lead = _INNER_LEAD.search(text) if len(text.split()) > 4 else None
            names = byline_names(text[lead.start() :] if lead else text)
            yield tuple(n for n in names if is_agency(n) or _FULL_NAME.match(n))


def _near(page: Page, heading: Node | None) -> Iterator[Node]:
    """Yield the elements where a byline stands: just under the headline, else just above.

    Further away bylines belong to other stories.
    """
    if heading is None:
        yield from [n for n in page.nodes if _BYLINE_CLASS.search(classes(n))][:3]
        return
    yield from (n for n in page.nodes[heading.at : heading.at + 300] if n.attrs)
    yield from (n for n in page.nodes[max(0, heading.at - 30) : heading.at] if n.attrs)


def _author_text(page: Page, tag: Node) -> str:
    inner = next((n for n in page.inside(tag) if attribute(n, "itemprop") == "name"), None)
    if inner is not None:
        return attribute(inner, "content") or text_of(inner)
    return attribute(tag, "content") or text_of(tag)


def _linked_authors(article: NodeObject, nodes: list[NodeObject]) -> tuple[str, ...]:
    value = article.get("author") or article.get("creator")
    values = value if isinstance(value, list) else [value]
    names: list[str] = []
    for item in values[:40]:
        item = referred(item, nodes)
        name = item.get("name") if isinstance(item, Mapping) else item
        for text in name if isinstance(name, list) else [name]:
            if isinstance(text, str) and text.strip() and not text.startswith("http"):
                names.append(clean_line(unescape(text)))
    return byline_names(names)
