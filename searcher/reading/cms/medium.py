"""Which article is a page of an export of Medium?

The export marks its pages up as microformats2 (`h-entry`): `p-name` is the headline,
`e-content` the text, `p-author`, `dt-published` and `p-canonical` stand in the footer.  A
page whose name begins with `draft_`, or that has no time of publication, is a draft.

Beautiful Soup finds them by class; an export holds little but the text, so its tree is small.

Source: https://microformats.org/wiki/h-entry
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from bs4 import BeautifulSoup

from searcher.article import Article
from searcher.errors import ArticleError, ReadError
from searcher.reading.bylines import byline_names
from searcher.reading.encoding import decode
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
    soup = BeautifulSoup(text, "lxml")

    def markup(name: str) -> list[str]:
        return [one.decode_contents() for one in soup.select(f".{name}", limit=_MOST_TAGS)]

    def line(name: str) -> str:
        return next((said for one in markup(name) if (said := fragment_line(one))), "")

    title = line("p-name")
    lines = [text for one in markup("e-content")[:1] for text in fragment_paragraphs(one)]
    subtitle = line("p-summary")
    for said in (title, subtitle):  # the text begins with both again
        if lines and said and lines[0].casefold() == said.casefold():
            del lines[0]
    if not lines and not title:
        raise ReadError(source.name, "a page of Medium without a text")
    time = soup.select_one(".dt-published")
    date, date_text = read_date("" if time is None else time.get("datetime") or time.get_text())
    links = (str(one.get("href") or "") for one in soup.select(".p-canonical", limit=_MOST_TAGS))
    keywords = tuple(said for one in markup("p-tag") if (said := fragment_line(one)))
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
