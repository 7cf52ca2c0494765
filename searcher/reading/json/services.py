"""What do well-known services mean by the keys of their JSON?

Most records are read by the table of keys (fields.py).  A service is listed here where the
table would be wrong: it nests its fields (Guardian, New York Times, Webz, Event Registry),
gives a common name a meaning of its own (`content` of Feedly, `created_at` of wallabag), or
says of a page what holds for its articles (American Stories).

`adapted` makes a flat record of such a one: the first key that the table has for each
field, and what it says besides; the keys of the service stay for a caller's field map.

Sources: the services' own documentation of their answers; the README of each collection.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

from searcher.reading.cms.ghost import text_of_post
from searcher.reading.field_map import value_at

__all__ = ["Adapted", "adapted", "context_of", "is_known"]

Object = Mapping[str, object]


class Adapted(NamedTuple):
    """A record as the table of keys reads it.

    `without` are keys that mean something else than their names say.
    """

    fields: dict[str, object]
    metadata: dict[str, object] = {}  # noqa: RUF012
    without: frozenset[str] = frozenset()
    teaser: bool | None = None


def _first(record: Object, *paths: str) -> object:
    return next(
        (found for path in paths if (found := value_at(record, path)) not in (None, "", [])), None
    )


def _each(values: object, key: str, **wanted: str) -> list[object]:
    """The value of `key` of each object in a list, of those that have what is `wanted`."""
    return [
        one[key]
        for one in (values if isinstance(values, list) else [])[:200]
        if isinstance(one, Mapping)
        and one.get(key)
        and all(one.get(name) == value for name, value in wanted.items())
    ]


def _guardian(record: Object) -> Adapted:
    """Open Platform of the Guardian: `response.results[]`, with `fields`, `tags`, `blocks`."""
    url = _first(record, "webUrl")
    blocks = [
        _first(one, "bodyHtml", "bodyTextSummary")
        for one in _objects(value_at(record, "blocks.body"))
    ]
    body = _first(record, "fields.body") or blocks or _first(record, "fields.bodyText")
    tags = record.get("tags")
    owner = "The Guardian" if isinstance(url, str) and ".theguardian.com/" in url else None
    return Adapted(
        {
            "headline": _first(record, "fields.headline", "webTitle"),
            "body": body or _first(record, "fields.trailText", "fields.standfirst"),
            "byline": _first(record, "fields.byline")
            or _each(tags, "webTitle", type="contributor"),
            "date": _first(record, "fields.firstPublicationDate", "webPublicationDate"),
            "updated": _first(record, "fields.lastModified"),
            "section": _first(record, "sectionName", "sectionId"),
            "language": _first(record, "fields.lang"),
            "source": _first(record, "fields.publication") or owner,
            "url": url,
        },
        {
            "keywords": _each(tags, "webTitle", type="keyword"),
            "subtitle": _first(record, "fields.standfirst", "fields.trailText"),
            "genre": _first(record, "type"),
            "page": _first(record, "fields.newspaperPageNumber"),
        },
        frozenset(("tags", "type", "id")),
        teaser=not body,
    )


def _nyt_search(record: Object) -> Adapted:
    """Archive and Article Search of the New York Times: `response.docs[]`; no full texts."""
    people = [
        " ".join(
            str(part) for key in ("firstname", "middlename", "lastname") if (part := one.get(key))
        )
        for one in _objects(value_at(record, "byline.person"))
    ]
    return Adapted(
        {
            "headline": _first(
                record, "headline.main", "headline.print_headline", "headline.name", "headline"
            ),
            "body": _first(record, "body", "lead_paragraph", "abstract", "snippet"),
            "byline": _first(record, "byline.original") or people,
            "date": _first(record, "pub_date"),
            "section": _first(record, "section_name", "news_desk"),
            "url": _first(record, "web_url"),
            "id": _first(record, "uri", "_id"),
        },
        {
            "keywords": _each(record.get("keywords"), "value"),
            "genre": _first(record, "type_of_material", "document_type"),
            "page": _first(record, "print_page"),
            "section_of_print": _first(record, "print_section"),
            "desk": _first(record, "news_desk"),
            "subtitle": _first(record, "abstract"),
            "kicker": _first(record, "headline.kicker"),
        },
        frozenset(("headline", "keywords", "byline")),
        teaser="body" not in record,
    )


def _nyt_lists(record: Object) -> Adapted:
    """Top Stories, Most Popular and Times Wire of the New York Times."""
    subjects = [*_list(record.get("des_facet")), *_list(record.get("geo_facet"))]
    return Adapted(
        {
            "body": _first(record, "abstract"),
            "date": _first(record, "first_published_date", "published_date", "created_date"),
            "updated": _first(record, "updated_date", "updated"),
            "source": _first(record, "source") or "The New York Times",
            "id": _first(record, "uri"),
        },
        {"subjects": subjects, "kicker": record.get("kicker")},
        teaser=True,
    )


def _webz(record: Object) -> Adapted:
    """Webhose, now Webz.io: posts with the `thread` that they stand in."""
    return Adapted(
        {
            "headline": _first(record, "title", "thread.title_full", "thread.title"),
            "source": _first(record, "thread.site_full", "thread.site"),
            "section": _first(record, "thread.section_title"),
            "url": _first(record, "url", "thread.url"),
            "date": _first(record, "published", "thread.published"),
        },
        {
            "country": _first(record, "thread.country"), "keywords": record.get("categories"),
            "genre": _first(record, "thread.site_type"),
        },
        frozenset(("uuid", "highlightText", "highlightTitle", "rating")),
    )  # fmt: skip


def _event_registry(record: Object) -> Adapted:
    """Event Registry (newsapi.ai): languages in three letters, agencies among the authors."""
    people = [
        one.get("name")
        for one in _objects(record.get("authors"))
        if one.get("isAgency") is not True and one.get("type") in (None, "author")
    ]
    return Adapted(
        {
            "byline": people,
            "date": _first(record, "dateTimePub", "dateTime", "date"),
            "source": _first(record, "source.title", "source.uri"),
            "language": record.get("lang"),
        },
        {
            "keywords": [
                _first(one, "label.eng", "label") for one in _objects(record.get("concepts"))
            ],
            "subjects": _each(record.get("categories"), "label"),
            "crawled": record.get("dateTime"),
        },
        frozenset(("concepts", "categories", "authors", "lang", "time", "date", "type")),
    )


def _reader(record: Object) -> Adapted:
    """Feedly, Google Reader, Inoreader: texts wrapped in `content`, the feed in `origin`."""
    return Adapted(
        {
            "body": _first(record, "content.content", "content", "summary.content", "summary"),
            "url": _first(
                record, "canonicalUrl", "canonical.0.href", "alternate.0.href", "originId"
            ),
            "source": _first(record, "origin.title"),
            "date": _first(record, "published"),
            "updated": _first(record, "updated"),
        },
        {"keywords": _first(record, "keywords", "tags")},
        frozenset(
            ("content", "summary", "tags", "categories", "crawled", "alternate", "canonical")
        ),
        teaser=_first(record, "content") is None or None,
    )


def _wallabag(record: Object) -> Adapted:
    """wallabag: `created_at` is when the reader saved it."""
    return Adapted(
        {
            "byline": record.get("published_by"),
            "date": record.get("published_at"),
            "source": record.get("domain_name"),
        },
        {"keywords": record.get("tags"), "saved": record.get("created_at")},
        frozenset(("created_at", "updated_at", "tags")),
    )


def _pocket(record: Object) -> Adapted:
    """Pocket: an excerpt, and the time at which the reader saved it."""
    authors = record.get("authors")
    tags = record.get("tags")
    return Adapted(
        {
            "headline": _first(record, "resolved_title", "given_title", "title"),
            "body": _first(record, "text", "excerpt"),
            "url": _first(record, "resolved_url", "given_url", "url"),
            "byline": list(authors.values()) if isinstance(authors, Mapping) else authors,
            "language": record.get("lang"),
        },
        {
            "keywords": list(tags) if isinstance(tags, Mapping) else tags,
            "saved": record.get("time_added"),
        },
        frozenset(("time_added", "time_updated", "tags", "status", "authors", "time_read")),
        teaser=not record.get("text"),
    )


def _wordpress(record: Object) -> Adapted:
    """WordPress REST API: `date` is a wall clock, `date_gmt` the instant; ids for names."""
    terms = [
        one for group in _list(value_at(record, "_embedded.wp:term")) for one in _objects(group)
    ]
    authors = _each(value_at(record, "_embedded.author"), "name")
    return Adapted(
        {
            "headline": _first(record, "title.rendered", "title.raw", "title"),
            "body": _first(record, "content.rendered", "content.raw", "content"),
            "byline": authors or _first(record, "yoast_head_json.author", "parsely.meta.creator"),
            "date": _first(record, "date_gmt", "date"),
            "updated": _first(record, "modified_gmt", "modified"),
            "section": _each(terms, "name", taxonomy="category"),
            "source": _first(record, "yoast_head_json.og_site_name"),
            "language": _first(record, "lang", "yoast_head_json.og_locale"),
            "id": _first(record, "guid.rendered"),
            "status": "withheld"
            if value_at(record, "content.protected") is True
            else record.get("status"),
        },
        {
            "keywords": _each(terms, "name", taxonomy="post_tag"),
            "slug": record.get("slug"),
            "subtitle": _first(record, "excerpt.rendered"),
        },
        frozenset(("categories", "tags", "author", "excerpt", "type", "date", "modified", "guid")),
    )


def _post_collection(record: Object) -> Adapted:
    """The Washington Post collection of TREC: `contents[]`, each with a type."""
    parts = _objects(record.get("contents"))
    text = [one.get("content") for one in parts if one.get("type") == "sanitized_html"]
    return Adapted(
        {
            "body": text,
            "section": _each(parts, "content", type="kicker"),
            "byline": _first(record, "author") or _each(parts, "content", type="byline"),
            "date": _first(record, "published_date") or _each(parts, "content", type="date"),
            "url": record.get("article_url"),
        },
        {"genre": record.get("type")},
        frozenset(("contents", "type")),
    )


def _arc(record: Object) -> Adapted:
    """Arc Publishing (ANS): `content_elements[]`, `headlines`, `credits`."""
    texts = [
        one.get("content") or [_first(item, "content") for item in _objects(one.get("items"))]
        for one in _objects(record.get("content_elements"))
        if one.get("type") in ("text", "header", "list", "quote", "raw_html", "blockquote")
        and one.get("type") != "raw_html"
    ]
    return Adapted(
        {
            "headline": _first(record, "headlines.basic", "headlines.print"),
            "body": texts or _first(record, "description.basic"),
            "byline": _each(value_at(record, "credits.by"), "name"),
            "date": _first(record, "first_publish_date", "publish_date", "display_date"),
            "updated": _first(record, "last_updated_date"),
            "section": _first(record, "taxonomy.primary_section.name", "taxonomy.sections.0.name"),
            "url": _first(record, "canonical_url", "website_url"),
            "source": _first(record, "source.name", "distributor.name", "owner.name"),
        },
        {
            "keywords": _each(value_at(record, "taxonomy.tags"), "text"),
            "subtitle": _first(record, "subheadlines.basic", "description.basic"),
            "slug": record.get("slug"),
        },
        frozenset(("content_elements", "headlines", "credits", "type", "source", "description")),
        teaser=not texts,
    )


def _diffbot(record: Object) -> Adapted:
    """Diffbot's Article API."""
    return Adapted(
        {
            "headline": record.get("title"),
            "body": _first(record, "html", "text"),
            "byline": _each(record.get("authors"), "name") or record.get("author"),
            "date": _first(record, "date", "estimatedDate"),
            "source": record.get("siteName"),
            "language": record.get("humanLanguage"),
            "url": _first(record, "resolvedPageUrl", "pageUrl"),
        },
        {"keywords": _each(record.get("tags"), "label"), "country": record.get("publisherCountry")},
        frozenset(("tags", "categories", "type", "authors")),
    )


def _american_stories(record: Object) -> Adapted:
    """American Stories: articles of one scanned page, in an object of that page."""
    return Adapted(
        {"body": record.get("article")}, {}, frozenset(("object_id", "full_article_id", "id"))
    )


def _ghost(record: Object) -> Adapted:
    """Ghost: `html`, or the document of its editor."""
    # Exports of its tools of migration wrap each in `data`.
    people = _objects(record.get("authors")) or [_mapping(record.get("author"))]
    names = [_first(one, "name", "data.name") for one in _objects(record.get("tags"))]
    tags = [name for name in names if isinstance(name, str) and not name.startswith("#")]
    body = text_of_post(record)
    return Adapted(
        {
            "body": body or _first(record, "custom_excerpt", "excerpt", "plaintext"),
            "byline": [name for one in people if (name := _first(one, "name", "data.name"))]
            or _first(record, "primary_author.name"),
            "date": record.get("published_at"),
            "updated": record.get("updated_at"),
            "section": _first(record, "primary_tag.name") or tags[:1],
            "url": _first(record, "canonical_url", "url"),
            "id": record.get("uuid"),
        },
        {
            "keywords": tags, "slug": record.get("slug"), "subtitle": record.get("custom_excerpt"),
            "access": record.get("visibility") if record.get("visibility") != "public" else None,
        },
        frozenset(("tags", "authors", "created_at", "visibility", "type", "page", "lexical",
                   "mobiledoc", "comment_id")),
        teaser=not body,
    )  # fmt: skip


# The keys that only this service has together; asked in this order.
_SERVICES: tuple[tuple[frozenset[str], Callable[[Object], Adapted]], ...] = (
    (frozenset(("webTitle", "webUrl")), _guardian),
    (frozenset(("web_url", "pub_date")), _nyt_search),
    (frozenset(("des_facet", "abstract")), _nyt_lists),
    (frozenset(("thread", "uuid", "text")), _webz),
    (frozenset(("dateTimePub", "lang")), _event_registry),
    (frozenset(("dateTime", "lang", "isDuplicate")), _event_registry),
    (frozenset(("origin", "title", "published")), _reader),
    (frozenset(("alternate", "title", "published")), _reader),
    (frozenset(("is_archived", "url", "domain_name")), _wallabag),
    (frozenset(("resolved_id", "given_url")), _pocket),
    (frozenset(("date_gmt", "content", "link")), _wordpress),
    (frozenset(("modified_gmt", "title", "guid")), _wordpress),
    (frozenset(("article_url", "contents")), _post_collection),
    (frozenset(("content_elements", "headlines")), _arc),
    (frozenset(("diffbotUri", "title")), _diffbot),
    (frozenset(("headline", "article", "bbox_list")), _american_stories),
    (frozenset(("headline", "article", "object_id")), _american_stories),
    (frozenset(("html", "slug", "published_at")), _ghost),
    (frozenset(("lexical", "slug", "title")), _ghost),
    (frozenset(("mobiledoc", "slug", "title")), _ghost),
)


_MOST_KEYS = 500  # records of services have fifty


def _service_of(record: Object) -> Callable[[Object], Adapted] | None:
    return _service(tuple(record)) if len(record) <= _MOST_KEYS else None


@lru_cache(maxsize=1024)
def _service(keys: tuple[str, ...]) -> Callable[[Object], Adapted] | None:
    names = frozenset(keys)
    return next((adapt for marks, adapt in _SERVICES if marks <= names), None)


def is_known(record: Object) -> bool:
    """Whether a record is one of a service that is known."""
    return _service_of(record) is not None


def adapted(record: Object) -> Adapted | None:
    """What a record says in the words of the table of keys; None if they are its own."""
    adapt = _service_of(record)
    return None if adapt is None else adapt(record)


def context_of(wrapper: Object, outer: Object) -> dict[str, object]:
    """What an object says of all the records in it, by the keys of the table."""
    found = dict(outer)
    if isinstance(wrapper.get("lccn"), Mapping):  # a page of American Stories
        title = _first(wrapper, "lccn.title")
        if isinstance(title, str):
            found["source"] = re.sub(r"\s*\[volume\]\s*$", "", title).rstrip(" .")
        found["date"] = _first(wrapper, "edition.date")
        found["page"] = _first(wrapper, "page_number")
    for key in ("source", "language", "newspaper", "publication", "outlet", "publisher", "date",
                "issue_date", "publication_date", "section"):  # fmt: skip
        value = wrapper.get(key)
        if isinstance(value, str) and value and len(value) < 200:
            found.setdefault(key, value)
    return {key: value for key, value in found.items() if value}


def _objects(values: object) -> list[Object]:
    return [
        one
        for one in (values if isinstance(values, list) else [])[:10_000]
        if isinstance(one, Mapping)
    ]


def _mapping(value: object) -> Object:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[object]:
    return value[:1000] if isinstance(value, list) else [] if value in (None, "") else [value]
