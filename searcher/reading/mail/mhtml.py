"""Which article shows the page that a browser saved?

MHTML is a message whose first part in HTML, or the one that `start` names, is the page; images
and style sheets follow, and further pages that are its frames.  The address stands in
`Snapshot-Content-Location`, else in the `Content-Location` of the page.  The `Date` is when it
was saved, which is no date of the article: it is kept as `crawled`.

Source: RFC 2557.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from searcher.article import Article, article_id
from searcher.errors import ReadError
from searcher.reading.encoding import codec_for, decode
from searcher.reading.html import read_html
from searcher.reading.mail.headers import Fields, instant_of, parameters_of
from searcher.reading.mail.parts import Part, parts_of
from searcher.reading.source import Options, Source

__all__ = ["read_source"]

_PAGES = frozenset(["text/html", "application/xhtml+xml"])
_ADDRESS = re.compile(r"(?:https?|file)://[^\s<>\"]{1,8000}")
_UTF8_MARK = b"\xef\xbb\xbf"


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the article of a saved page."""
    data = source.read().lstrip(b"\xef\xbb\xbf\r\n ")
    fields = Fields(data[: 1 << 16].partition(b"\n\n")[0].partition(b"\n\r\n")[0])
    page = _page(list(parts_of(data, source.name)), fields)
    if page is None:
        raise ReadError(
            source.name,
            "a saved page (MHTML) without its HTML: the boundary of its parts is missing",
            hint="save the page again",
            kind="web archive",
        )
    address = fields.get("snapshot-content-location") or page.fields.get("content-location")
    found = _ADDRESS.match(address.replace(" ", ""))
    content = page.content()
    charset = page.parameters.get("charset")
    if codec_for(charset) not in (None, "utf-8"):
        text, _ = decode(content, name=source.name, charset=charset)
        content = _UTF8_MARK + text.encode("utf-8", "replace")
    try:
        article = read_html(content, found[0] if found else None, fields=options.fields)
    except ReadError as error:
        raise ReadError(source.name, error.reason, hint=error.hint, kind=error.kind) from error
    is_derived = article.id == article_id(article)
    saved = instant_of(fields.get("date"))
    metadata = dict(article.metadata)
    if saved is not None:
        metadata["crawled"] = saved.isoformat()
    yield replace(
        article,
        title=article.title or fields.get("subject"),
        path=source.name,
        id="" if is_derived else article.id,
        metadata=metadata,
    )


def _page(parts: list[Part], fields: Fields) -> Part | None:
    pages = [part for part in parts if part.media_type in _PAGES]
    start = parameters_of(fields.raw("content-type")).get("start", "").strip("<> ")
    if start:
        for part in pages:
            if part.fields.raw("content-id").strip("<> ") == start:
                return part
    return pages[0] if pages else None
