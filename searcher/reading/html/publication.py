"""When was the article of a page published?

Candidates are tried in the order of trust: JSON-LD, meta tags, microdata, `<time>`, the
URL, then when it was changed, and last whatever of the visible page looks like a date.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping

from searcher.reading.dates import DateError, find_date, parse_date
from searcher.reading.html.linked_data import NodeObject, first_text
from searcher.reading.html.tree import Page, attribute, classes, text_of
from searcher.reading.prose import clean_line

__all__ = ["date_of"]

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


def date_of(
    page: Page,
    metas: Mapping[str, str],
    article: NodeObject,
    *,
    url: str | None,
    language: str | None,
) -> tuple[dt.datetime | dt.date | None, str | None]:
    """Return the date and how the page writes it; the first that cannot be read, if none can."""
    tried: str | None = None
    day_first = None if not language else not language.lower().startswith("en-us")
    for text in _date_candidates(page, metas, article, url):
        text = clean_line(text)
        if not text:
            continue
        try:
            return parse_date(text, day_first=day_first), text
        except DateError:
            tried = tried or text[:200]
    for text in _visible_dates(page):
        value = find_date(text, day_first=day_first)
        if value is not None and value.year > 1900:
            return value, clean_line(text)[:200]
    return None, tried


def _date_candidates(
    page: Page, metas: Mapping[str, str], article: NodeObject, url: str | None
) -> Iterator[str]:
    yield first_text(article.get("datePublished"))
    for name in _DATE_METAS[:-3]:
        yield metas.get(name, "")
    for tag in page.marked("datePublished")[:3]:
        yield attribute(tag, "datetime") or attribute(tag, "content") or text_of(tag)
    yield first_text(article.get("dateCreated"))
    for tag in page.named("time")[:5]:
        yield attribute(tag, "datetime")
        yield text_of(tag)
    day = _URL_DAY.search(f"{url}/") if url else None
    if day:
        yield f"{day[1]}-{day[2]}-{day[3]}"
    yield first_text(article.get("dateModified"))
    for name in _DATE_METAS[-3:]:
        yield metas.get(name, "")


def _visible_dates(page: Page) -> Iterator[str]:
    for tag in [n for n in page.nodes if _DATE_CLASS.search(classes(n))][:30]:
        text = text_of(tag)
        if text and len(text) < 300:
            yield text
