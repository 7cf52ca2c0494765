"""Which article is a page of an export of Medium?

The export marks its pages up as microformats2 (`h-entry`): `p-name` is the headline,
`e-content` the text, `p-author`, `dt-published` and `p-canonical` stand in the footer.  A
page whose name begins with `draft_`, or that has no time of publication, is a draft.

Source: https://microformats.org/wiki/h-entry
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from lxml import etree

from searcher.article import Article
from searcher.errors import ArticleError, ReadError
from searcher.reading.bylines import byline_names
from searcher.reading.encoding import decode
from searcher.reading.feeds.cut import markup_in
from searcher.reading.field_keys import read_date, web_address
from searcher.reading.fragments import fragment_line, fragment_paragraphs
from searcher.reading.markup import drop_dead_markup, flatten
from searcher.reading.prose import first_sentence
from searcher.reading.source import Options, Source

__all__ = ["read_source"]

_MAX_DEPTH = 100
_MOST_TAGS = 100


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the article of a page."""
    text, encoding = decode(source.read(), name=source.name)
    text = flatten(drop_dead_markup(text.replace("\0", ""))[0], _MAX_DEPTH)
    root = etree.fromstring(
        text.encode("utf-8", "replace"), etree.HTMLParser(encoding="utf-8", no_network=True)
    )
    if root is None:
        raise ReadError(source.name, "no text in this page")
    classes: dict[str, list[etree._Element]] = {}
    for element in root.iter():
        for name in (
            (element.get("class") or "")[:1000].split() if isinstance(element.tag, str) else ()
        ):
            if (
                name[:2] in ("p-", "e-", "dt")
                and len(found := classes.setdefault(name, [])) < _MOST_TAGS
            ):
                found.append(element)

    def line(name: str) -> str:
        return next(
            (text for one in classes.get(name, ()) if (text := fragment_line(markup_in(one)))), ""
        )

    title = line("p-name")
    lines = [
        text
        for one in classes.get("e-content", ())[:1]
        for text in fragment_paragraphs(markup_in(one))
    ]
    subtitle = line("p-summary")
    for said in (title, subtitle):  # the text begins with both again
        if lines and said and lines[0].casefold() == said.casefold():
            del lines[0]
    if not lines and not title:
        raise ReadError(source.name, "a page of Medium without a text")
    time = next(iter(classes.get("dt-published", ())), None)
    date, date_text = read_date(
        "" if time is None else time.get("datetime") or "".join(time.itertext())
    )
    links = (one.get("href") or "" for one in classes.get("p-canonical", ()))
    keywords = tuple(
        text for one in classes.get("p-tag", ()) if (text := fragment_line(markup_in(one)))
    )
    metadata: dict[str, str | tuple[str, ...]] = {}
    if subtitle:
        metadata["subtitle"] = subtitle[:500]
    if keywords:
        metadata["keywords"] = keywords
    is_draft = os.path.basename(source.name).lower().startswith("draft_") or time is None
    try:
        yield Article(
            title=title or first_sentence(lines[0]),
            body="\n\n".join(lines),
            byline=byline_names(line("p-author")),
            date=date,
            url=next((url for link in links if (url := web_address(link))), None),
            path=source.name,
            date_text=date_text,
            encoding=encoding,
            status="draft" if is_draft else None,
            metadata=metadata,
        )
    except ArticleError as error:
        raise ReadError(source.name, str(error), hint="split the article") from error
