"""Which articles does an RSS or Atom feed hold?

RSS 0.90 to 2.0 has `item`s in or beside a `channel`, Atom 0.3 and 1.0 has `entry`s in a
`feed`; cut.py finds them, items.py reads each.  In the export of Blogger, an Atom feed, an
entry may also be a template, a setting, a page or a comment: only posts are articles, and
drafts say that they are.

A feed without records is refused, and so is one in which nothing has a headline or text.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading.feeds.cut import Records, child, children, children_of, text_in
from searcher.reading.feeds.items import article_of_record, channel_of
from searcher.reading.source import Options, Source

__all__ = ["read_source"]

_KIND = "schemas.google.com/g/2005#kind"


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the articles of a feed."""
    records = Records(source)
    channel = channel_of(records.channel, records.base, records.language)
    number = given = passed = 0
    for number, element in records:
        if isinstance(element, ReadError):
            options.report(element)
            continue
        kind = _blogger_kind(element)
        if kind not in ("", "post"):
            passed += 1
            continue
        try:
            article = article_of_record(
                element, channel, name=source.name, number=number, encoding=records.encoding,
                status=_status(element),
            )  # fmt: skip
        except ReadError as error:
            options.report(error)
            continue
        if article is None:
            options.report(ReadError(source.name, "no headline and no text", record=number))
            continue
        given += 1
        yield article
    if not number:
        raise ReadError(source.name, "a feed without a record in it")
    if passed and not given:
        raise ReadError(source.name, f"a feed of {passed:,} settings, pages or comments, no posts")


def _blogger_kind(entry: etree._Element) -> str:
    """What an entry of Blogger's export is: "post", "comment", "template"; "" elsewhere."""
    for category in children(entry, "category"):
        if _KIND in (category.get("scheme") or ""):
            return (category.get("term") or "").rpartition("#")[2].lower()
    return text_in(child(entry, "blogger:type")).lower()


def _status(entry: etree._Element) -> str | None:
    found = children_of(entry)
    control = found.get("app:control")
    if control and text_in(child(control[0], "app:draft")).lower() == "yes":
        return "draft"
    said = text_in(next(iter(found.get("blogger:status", ())), None)).lower()
    if said in ("", "live", "live_status"):
        return None
    return "draft" if said == "draft" else "embargoed" if said == "scheduled" else "withheld"
