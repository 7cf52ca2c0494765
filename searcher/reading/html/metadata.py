"""What does a page say about its article?

Pages declare headline, authors, date, outlet and language in up to five dialects:
JSON-LD (schema.org), Open Graph, other meta tags, microdata (`itemprop`), and the
visible page (`<h1>`, `<time>`, elements with "byline" in their class).  They often
disagree, and each field has an order of trust of its own, measured on real pages:

- headline: the visible `<h1>` that agrees with what is declared, as declared ones are often
  written for search engines;
- authors: JSON-LD, then meta tags, microdata, `rel=author`, visible bylines; the outlet's own
  name only when no person is named;
- date: JSON-LD, then meta tags, microdata, `<time>`, the URL, the visible page.

JSON-LD is read leniently: comments around it, raw line breaks in strings and trailing commas
are common; a block beyond repair is left out.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bs4 import BeautifulSoup, Tag

from searcher.fields import FIELDS, FieldTable
from searcher.reading.bylines import byline_names, is_agency
from searcher.reading.dates import DateError, find_date, parse_date
from searcher.reading.field_keys import folded_key, language_code, several, web_address
from searcher.reading.html.tree import attribute, classes, text_of
from searcher.reading.markup import strip_tags, unescape
from searcher.reading.prose import clean_line

__all__ = ["Declared", "declared"]

_ARTICLE_TYPE = re.compile(r"(?:Article|Posting|Report|Review|Story)$")
_MAX_NODES = 20_000
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
    metadata: dict[str, tuple[str, ...]] = field(default_factory=dict)


def declared(
    soup: BeautifulSoup, linked_data: list[str], url: str | None, fields: FieldTable = FIELDS
) -> Declared:
    """Return what the page declares.

    Arguments:
        url: where it was fetched from, if known.
        fields: those that articles have in the archive that it is read for.
    """
    nodes = _nodes(linked_data)
    metas = _metas(soup)
    article = _article_node(nodes, metas)
    found = Declared()
    found.url = _url(soup, metas, article) or web_address(url)
    found.language = _language(soup, metas, article)
    found.section = (
        clean_line(_first_text(article.get("articleSection")))
        or metas.get("article:section")
        or None
    )
    found.title = _title(soup, metas, article)
    found.source = _source(metas, article, nodes) or _site_in_title(soup, found.title)
    found.byline = _byline(soup, metas, article, nodes, found.source)
    found.date, found.date_text = _date(soup, metas, article, found)
    found.summary = metas.get("og:description") or metas.get("description") or ""
    if fields.metadata:
        found.metadata = _metadata(metas, article, fields)
    return found


def _metadata(
    metas: Mapping[str, str], article: Mapping[str, object], fields: FieldTable
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


# ------------------------------------------------------------------ JSON-LD


def _nodes(blocks: list[str]) -> list[Mapping[str, object]]:
    """Return every object of the page's JSON-LD, outer ones first."""
    found: list[Mapping[str, object]] = []
    queue: list[object] = [_load(block) for block in blocks[:50]]
    while queue and len(found) < _MAX_NODES:
        nested: list[object] = []
        for value in queue:
            if isinstance(value, Mapping):
                found.append(value)
                nested += value.values()
            elif isinstance(value, list):
                nested += value
        queue = [value for value in nested if isinstance(value, Mapping | list)]
    return found


def _load(block: str) -> object:
    text = block.strip().removeprefix("<!--").removesuffix("-->").strip()
    inner = text.removeprefix("//").lstrip()
    if inner.startswith("<![CDATA["):
        text = inner.removeprefix("<![CDATA[")
    if text.endswith("]]>"):
        text = text.removesuffix("]]>").rstrip().removesuffix("//")
    text = text.strip().rstrip(";")
    for repair in (lambda t: t, lambda t: re.sub(r",(\s*[}\]])", r"\1", t), unescape):
        try:
            return json.loads(repair(text), strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _types(node: Mapping[str, object]) -> list[str]:
    value = node.get("@type")
    return [
        item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)
    ]


def _article_node(
    nodes: list[Mapping[str, object]], metas: Mapping[str, str]
) -> Mapping[str, object]:
    """Return the object that stands for the page's article, or an empty one."""
    articles = [n for n in nodes if any(_ARTICLE_TYPE.search(t) for t in _types(n))]
    named = [n for n in articles if n.get("headline") or n.get("author") or n.get("datePublished")]
    if len(named) > 1:
        title = _words(metas.get("og:title", ""))
        for node in named:
            if title and _agreement(_words(_first_text(node.get("headline"))), title) > 0.7:
                return node
    return named[0] if named else {}


def _first_text(value: object) -> str:
    """Return the text of a value: a string, the first of a list, an object's name."""
    for _ in range(5):
        if isinstance(value, str):
            return value
        if isinstance(value, list):
            value = next((item for item in value if item), None)
        elif isinstance(value, Mapping):
            value = value.get("name") or value.get("@value") or value.get("url")
        else:
            return ""
    return ""


# ------------------------------------------------------------------ meta tags


def _metas(soup: BeautifulSoup) -> dict[str, str]:
    """Return meta tags by name or property in lower case; the first of a name wins."""
    found: dict[str, str] = {}
    for tag in soup.find_all("meta"):
        name = attribute(tag, "property") or attribute(tag, "name") or attribute(tag, "itemprop")
        content = clean_line(attribute(tag, "content") or attribute(tag, "value"))
        if name and content:
            name = name.strip().lower()
            if name in ("author", "article:author", "citation_author") and name in found:
                if len(found[name]) < _MAX_AUTHORS:
                    found[name] += f"; {content}"
            else:
                found.setdefault(name, content)
    return found


def _url(
    soup: BeautifulSoup, metas: Mapping[str, str], article: Mapping[str, object]
) -> str | None:
    link = soup.find("link", rel="canonical")
    href = attribute(link, "href") if link else ""
    candidates = (
        href,
        metas.get("og:url"),
        _first_text(article.get("url")),
        metas.get("twitter:url"),
    )
    return next((url for text in candidates if (url := web_address(text))), None)


def _source(
    metas: Mapping[str, str], article: Mapping[str, object], nodes: list[Mapping[str, object]]
) -> str | None:
    publisher = article.get("publisher")
    if isinstance(publisher, Mapping) and not publisher.get("name") and publisher.get("@id"):
        publisher = next(
            (n for n in nodes if n.get("@id") == publisher["@id"] and n.get("name")), publisher
        )
    name = _first_text(publisher)
    if not name or name.startswith("http"):
        name = (
            metas.get("og:site_name")
            or metas.get("application-name")
            or metas.get("publisher")
            or name
        )
    name = clean_line(unescape(name))
    return None if not name or name.startswith("http") else name


def _site_in_title(soup: BeautifulSoup, headline: str) -> str | None:
    """Return "Site" of a `<title>` that reads "Headline | Site"."""
    tag = soup.find("title")
    text = text_of(tag) if tag else ""
    parts = _SITE_TAIL.split(text)
    if len(parts) < 2 or not 0 < len(_words(parts[-1])) < 6:
        return None
    said = _agreement(_words(parts[0]), _words(headline)) > 0.5
    barred = text.rstrip().endswith(f"| {parts[-1].strip()}") and len(_words(parts[0])) > 3
    return clean_line(parts[-1]) if said or barred else None


def _language(
    soup: BeautifulSoup, metas: Mapping[str, str], article: Mapping[str, object]
) -> str | None:
    html = soup.find("html")
    candidates = (
        attribute(html, "lang") if html else "",
        attribute(html, "xml:lang") if html else "",
        _first_text(article.get("inLanguage")),
        metas.get("content-language", ""),
        metas.get("og:locale", ""),
    )
    return next((code for text in candidates if (code := language_code(text))), None)


# ------------------------------------------------------------------ headline


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", re.sub("['’‘`´]", "", text).casefold())


def _agreement(a: list[str], b: list[str]) -> float:
    """Return the share of words that two headlines have in common (F1)."""
    common = len(set(a) & set(b))
    return 2 * common / (len(set(a)) + len(set(b))) if common else 0.0


_SITE_TAIL = re.compile(r"\s+(?:[|·•»]|[-–—]|::)\s+")


def _title(soup: BeautifulSoup, metas: Mapping[str, str], article: Mapping[str, object]) -> str:
    linked = clean_line(strip_tags(unescape(_first_text(article.get("headline")))))
    graph = clean_line(unescape(metas.get("og:title", "") or metas.get("twitter:title", "")))
    tag = soup.find("title")
    page = text_of(tag) if tag else ""
    parts = [part for part in _SITE_TAIL.split(page) if part.strip()]
    page_part = max(parts, key=len) if parts else ""
    given = [text for text in (linked, graph, page_part) if text]
    best, best_score = "", 0.0
    headings = soup.find_all("h1", limit=20)
    lone = clean_line(text_of(headings[0])) if len(headings) == 1 else ""
    for heading in headings:
        text = clean_line(text_of(heading))
        words = _words(text)
        if not words:
            continue
        score = max((_agreement(words, _words(other)) for other in given), default=0.5)
        if score > best_score:
            best, best_score = text, score
    if best_score >= 0.5:
        # A topic set above the headline often stands inside the same element.
        inner = (t for t in (linked, graph) if t and _is_tail(_words(t), _words(best)))
        return next(inner, best)
    if lone and len(_words(lone)) > 3:
        return lone
    if linked or graph:
        return linked or _without_site(graph, metas)
    marked = soup.find(itemprop="headline")
    text = clean_line(text_of(marked)) if marked else ""
    return text or page_part or best


def _is_tail(tail: list[str], words: list[str]) -> bool:
    return 2 < len(tail) < len(words) <= len(tail) + 6 and words[-len(tail) :] == tail


def _without_site(title: str, metas: Mapping[str, str]) -> str:
    site = metas.get("og:site_name", "").casefold()
    parts = _SITE_TAIL.split(title)
    if len(parts) > 1 and site and parts[-1].casefold() in (site, site.removesuffix(".com")):
        return title[: title.rfind(parts[-1])].rstrip(" |·•»-–—:")
    return title


# ------------------------------------------------------------------ authors

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


def _byline(
    soup: BeautifulSoup,
    metas: Mapping[str, str],
    article: Mapping[str, object],
    nodes: list[Mapping[str, object]],
    source: str | None,
) -> tuple[str, ...]:
    outlets = {
        "".join(_words(text)) for text in (source or "", metas.get("og:site_name", "")) if text
    }
    fallback: tuple[str, ...] = ()
    for names in _byline_candidates(soup, metas, article, nodes):
        people = tuple(n for n in names if "".join(_words(n)) not in outlets and not _is_site(n))
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
    soup: BeautifulSoup,
    metas: Mapping[str, str],
    article: Mapping[str, object],
    nodes: list[Mapping[str, object]],
) -> Iterator[tuple[str, ...]]:
    yield _linked_authors(article, nodes)
    for name in _AUTHOR_METAS:
        text = metas.get(name, "")
        if text and not text.startswith("http") and "facebook.com" not in text:
            yield byline_names(unescape(text))
    marked = soup.find_all(itemprop="author", limit=10)
    yield byline_names([_author_text(tag) for tag in marked])
    yield byline_names([text_of(tag) for tag in soup.find_all("a", rel="author", limit=10)])
    heading = soup.find("h1")
    for tag in _near(soup, heading):
        named = classes(tag)
        if not _BYLINE_CLASS.search(named) or _NOT_NAME_CLASS.search(named):
            continue
        text = text_of(tag)
        if 2 < len(text) < 200:
            lead = _INNER_LEAD.search(text) if len(text.split()) > 4 else None
            names = byline_names(text[lead.start() :] if lead else text)
            yield tuple(n for n in names if is_agency(n) or _FULL_NAME.match(n))
    if heading is not None:
        for near in heading.find_all_next(
            string=re.compile(r"^\s*(?:By|Von|Par|Por|Di)\s+[A-ZÀ-Þ]"), limit=3
        ):
            if len(near) < 120:
                yield byline_names(str(near))


def _near(soup: BeautifulSoup, heading: Tag | None) -> Iterator[Tag]:
    """Yield the elements where a byline stands: just under the headline, else just above.

    Further away bylines belong to other stories.
    """
    if heading is None:
        yield from (t for t in soup.find_all(class_=_BYLINE_CLASS, limit=3))
        return
    for count, near in enumerate(heading.next_elements):
        if count > 600:
            break
        if isinstance(near, Tag) and near.attrs:
            yield near
    for count, near in enumerate(heading.previous_elements):
        if count > 60:
            break
        if isinstance(near, Tag) and near.attrs:
            yield near


def _author_text(tag: Tag) -> str:
    inner = tag.find(itemprop="name")
    if inner is not None:
        return attribute(inner, "content") or text_of(inner)
    return attribute(tag, "content") or text_of(tag)


def _linked_authors(
    article: Mapping[str, object], nodes: list[Mapping[str, object]]
) -> tuple[str, ...]:
    value = article.get("author") or article.get("creator")
    values = value if isinstance(value, list) else [value]
    names: list[str] = []
    for item in values[:40]:
        if isinstance(item, Mapping) and not item.get("name") and item.get("@id"):
            item = next((n for n in nodes if n.get("@id") == item["@id"] and n.get("name")), item)
        name = item.get("name") if isinstance(item, Mapping) else item
        for text in name if isinstance(name, list) else [name]:
            if isinstance(text, str) and text.strip() and not text.startswith("http"):
                names.append(clean_line(unescape(text)))
    return byline_names(names)


# ------------------------------------------------------------------ date

_DATE_METAS = (
    "article:published_time", "og:published_time", "og:article:published_time", "article:published",
    "datepublished", "date", "pubdate", "publishdate", "publish-date", "publish_date", "published",
    "publication_date", "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.date",
    "dc.date", "dcterms.created", "dc.date.created", "cxenseparse:recs:publishtime",
    "article.published", "citation_publication_date", "citation_date", "ptime", "dat", "rbpubdate",
    "displaydate",
    "originalpublicationdate", "og:pubdate", "last-modified", "article:modified_time",
    "og:updated_time",
)  # fmt: skip
_URL_DAY = re.compile(r"/((?:19|20)\d{2})[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=\D)")
_DATE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:date|datum|dateline|published|pubdate|timestamp|time|byline|posted|meta)", re.I
)


def _date(
    soup: BeautifulSoup, metas: Mapping[str, str], article: Mapping[str, object], found: Declared
) -> tuple[dt.datetime | dt.date | None, str | None]:
    tried: str | None = None
    day_first = None if not found.language else not found.language.lower().startswith("en-us")
    for text in _date_candidates(soup, metas, article, found.url):
        text = clean_line(text)
        if not text:
            continue
        try:
            return parse_date(text, day_first=day_first), text
        except DateError:
            tried = tried or text[:200]
    for text in _visible_dates(soup):
        value = find_date(text, day_first=day_first)
        if value is not None and value.year > 1900:
            return value, clean_line(text)[:200]
    return None, tried


def _date_candidates(
    soup: BeautifulSoup, metas: Mapping[str, str], article: Mapping[str, object], url: str | None
) -> Iterator[str]:
    yield _first_text(article.get("datePublished"))
    for name in _DATE_METAS[:-3]:
        yield metas.get(name, "")
    for tag in soup.find_all(itemprop="datePublished", limit=3):
        yield attribute(tag, "datetime") or attribute(tag, "content") or text_of(tag)
    yield _first_text(article.get("dateCreated"))
    for tag in soup.find_all("time", limit=5):
        yield attribute(tag, "datetime")
        yield text_of(tag)
    day = _URL_DAY.search(f"{url}/") if url else None
    if day:
        yield f"{day[1]}-{day[2]}-{day[3]}"
    yield _first_text(article.get("dateModified"))
    for name in _DATE_METAS[-3:]:
        yield metas.get(name, "")


def _visible_dates(soup: BeautifulSoup) -> Iterator[str]:
    for tag in soup.find_all(class_=_DATE_CLASS, limit=30):
        text = text_of(tag)
        if text and len(text) < 300:
            yield text
    heading = soup.find("h1")
    if heading is not None:
        for count, near in enumerate(heading.find_all_next(string=True)):
            if count > 60:
                break
            if 5 < len(near) < 200:
                yield str(near)
