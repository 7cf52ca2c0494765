"""Which articles does an export of WordPress (WXR) hold?

WXR is RSS 2.0 with the fields of WordPress beside it (`wp:`), written by string functions
and not always well formed; feeds/cut.py bears that.  Squarespace, Ghost and others write
it too.

Of the items, posts are articles, as are the posts of other types that sites define
(`news`, `opinion`); pages, menus, attachments, revisions and what plugins keep are not.
What is not public says so: drafts, pending and scheduled posts, private ones, those with a
password, and the bin.

The author is a login that the head of the file names (`wp:author`), and with Co-Authors
Plus the authors are categories.  `wp:post_date_gmt` has the instant; `wp:post_date` is the
wall clock of a place that is not said.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from lxml import etree

from searcher.article import Article
from searcher.errors import ArticleError, ReadError
from searcher.reading.bylines import byline_names
from searcher.reading.feeds.cut import Records, children_of, markup_in, text_in
from searcher.reading.feeds.items import Channel, Elements, channel_of
from searcher.reading.field_keys import read_date, web_address
from searcher.reading.fragments import fragment_line, fragment_paragraphs
from searcher.reading.prose import clean_line, first_sentence
from searcher.reading.source import Options, Source

__all__ = ["post_status", "read_source"]

_NO_POSTS = frozenset(
    [
        "page", "attachment", "revision", "nav_menu_item", "custom_css", "customize_changeset",
        "oembed_cache", "user_request", "feedback", "product", "shop_order", "shop_coupon",
        "product_variation", "forum", "topic", "reply", "tablepress_table", "mc4wp-form",
        "wpcf7_contact_form", "scheduled-action", "amp_validated_url", "safecss", "popup",
    ]
)  # fmt: skip
_NO_POST_PREFIXES = ("wp_", "acf", "elementor", "et_", "jp_", "jetpack", "wpforms", "fl-", "tribe_")
_STATUS = {
    "publish": None, "published": None, "inherit": None, "": None, "closed": None,
    "draft": "draft", "auto-draft": "draft", "pending": "draft", "future": "embargoed",
    "scheduled": "embargoed", "private": "withheld", "trash": "withheld", "spam": "withheld",
}  # fmt: skip
_NO_DATE = "0000-00-00"
_MOST_TERMS = 100


def post_status(said: str) -> str | None:
    """The status of an article for what WordPress calls it; None when it is public."""
    return _STATUS.get(said.strip().lower(), "withheld")


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the posts of an export."""
    records = Records(source)
    channel = channel_of(records.channel, records.base, records.language)
    authors = _authors(records.channel)
    number = passed = given = 0
    for number, element in records:
        if isinstance(element, ReadError):
            options.report(element)
            continue
        found = children_of(element)
        kind = _text(found, "wp:post_type").lower()
        if kind in _NO_POSTS or kind.startswith(_NO_POST_PREFIXES):
            passed += 1
            continue
        try:
            article = _article(found, channel, authors, source.name, number, records.encoding)
        except ArticleError as error:
            options.report(ReadError(source.name, str(error), record=number))
            continue
        if article is None:
            options.report(ReadError(source.name, "no headline and no text", record=number))
            continue
        given += 1
        yield article
    if not number:
        raise ReadError(source.name, "an export of WordPress without an item in it")
    if passed and not given:
        raise ReadError(
            source.name,
            f"an export of WordPress with {passed:,} pages, files or menus and no posts",
        )


def _authors(root: etree._Element | None) -> dict[str, str]:
    """Login to display name, as the head of the export has them."""
    names: dict[str, str] = {}
    for element in [] if root is None else root.iter():
        found = children_of(element) if len(element) else {}
        login = _text(found, "wp:author_login")
        if not login:
            continue
        first_last = f"{_text(found, 'wp:author_first_name')} {_text(found, 'wp:author_last_name')}"
        shown = clean_line(_text(found, "wp:author_display_name"))
        if not shown or "@" in shown:
            shown = clean_line(first_last) or shown
        names.setdefault(login.lower(), shown or login)
    return names


def _text(found: Elements, name: str) -> str:
    return text_in(next(iter(found.get(name, ())), None))


def _article(
    found: Elements,
    channel: Channel,
    authors: Mapping[str, str],
    name: str,
    number: int,
    encoding: str,
) -> Article | None:
    title = fragment_line(_text(found, "title"))
    encoded = next(iter(found.get("content:encoded", ())), None)
    lines = [] if encoded is None else fragment_paragraphs(markup_in(encoded), wordpress=True)
    summary = [
        line
        for name_ in ("excerpt:encoded", "description")
        for line in fragment_paragraphs(_text(found, name_), wordpress=True)
    ]
    metadata: dict[str, str | tuple[str, ...]] = dict(channel.metadata)
    if not lines and summary:
        lines, summary = summary, []
        metadata["teaser"] = "yes"
    if not title and not lines:
        return None
    sections, keywords, people = _terms(found, authors)
    if not people:
        login = _text(found, "dc:creator")
        people = _named(authors.get(login.lower(), login))
    if keywords:
        metadata["keywords"] = keywords
    if len(sections) > 1:
        metadata["subjects"] = sections
    if summary:
        metadata["subtitle"] = " ".join(summary)[:500]
    if slug := clean_line(_text(found, "wp:post_name")):
        metadata["slug"] = slug[:200]
    if (kind := clean_line(_text(found, "wp:post_type")).lower()) not in ("", "post"):
        metadata["genre"] = kind[:100]
    status = post_status(_text(found, "wp:status"))
    if status is None and _text(found, "wp:post_password"):
        status = "withheld"
    date, date_text = _date(found)
    if status == "embargoed" and isinstance(date, dt.datetime):
        metadata["embargoed"] = date.isoformat()
    updated, _ = _utc(_text(found, "wp:post_modified_gmt"))
    guid = next(iter(found.get("guid", ())), None)
    return Article(
        title=title or first_sentence(lines[0]),
        body="\n\n".join(lines),
        byline=people,
        date=date,
        source=channel.title,
        section=sections[0] if sections else None,
        language=channel.language,
        url=web_address(_text(found, "link")) or web_address(text_in(guid)),
        path=name,
        id=text_in(guid) if "://" in text_in(guid) else "",
        record=number,
        date_text=date_text,
        encoding=encoding,
        updated=updated if updated != date else None,
        status=status,
        metadata=metadata,
    )


def _named(name: str) -> tuple[str, ...]:
    """A byline; a login that is an address of mail is no name."""
    name = clean_line(name)
    return byline_names(name.partition("@")[0] if "@" in name else name) or (
        (name,) if name else ()
    )


def _terms(
    found: Elements, authors: Mapping[str, str]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Categories, tags and, with Co-Authors Plus, authors."""
    sections: dict[str, None] = {}
    keywords: dict[str, None] = {}
    people: dict[str, None] = {}
    for element in found.get("category", ())[:_MOST_TERMS]:
        text = fragment_line(text_in(element))[:200]
        domain = (element.get("domain") or "category").lower()
        if not text:
            continue
        if domain == "author":
            nicename = (element.get("nicename") or "").removeprefix("cap-").lower()
            shown = authors.get(text.lower()) or authors.get(nicename) or text
            people.update(dict.fromkeys(_named(shown)))
        elif domain in ("post_tag", "tag"):
            keywords[text] = None
        elif domain == "category":
            sections[text] = None
        elif domain != "post_format":
            keywords[text] = None
    return tuple(sections), tuple(keywords), tuple(people)


def _date(found: Elements) -> tuple[dt.datetime | dt.date | None, str | None]:
    date, text = _utc(_text(found, "wp:post_date_gmt"))
    if date is not None:
        return date, text
    for name in ("pubdate", "wp:post_date", "dc:date"):
        said = _text(found, name)
        # A draft has no date, which WordPress writes as 30 November of the year -1.
        if not said or said.startswith(_NO_DATE) or " -0001 " in said:
            continue
        date, text = read_date(said)
        if date is not None:
            return date, text
    return None, text or None


def _utc(said: str) -> tuple[dt.datetime | dt.date | None, str | None]:
    if not said or said.startswith(_NO_DATE):
        return None, None
    return read_date(said)
