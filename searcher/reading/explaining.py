"""Where did each field of an article come from, and how sure is it?

A page says the same thing in several places, and its reader weighs them: `html/` tells what
it settled on and why.  In all other formats a field stands where the format says, so the
format is all there is to tell, with the date as it stood in the file.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence

from searcher.article import Article
from searcher.errors import ReadError
from searcher.fields import FIELDS
from searcher.reading import read
from searcher.reading.formats import format_of
from searcher.reading.html import Evidence, explain_html
from searcher.reading.source import open_file

__all__ = ["Evidence", "explain"]

_MAX_PAGE = 32 << 20
_SHOWN = 200  # characters of a value
_TOLD = ("title", "byline", "date", "updated", "source", "section", "language", "url", "status")


def explain(
    path: str | os.PathLike[str],
    *,
    field_map: Mapping[str, str] | None = None,
    values: Sequence[str] = (),
    on_error: Callable[[ReadError], None] | None = None,
) -> Iterator[tuple[Article, tuple[Evidence, ...]]]:
    """Yield the articles of one file, each with what is known of where its fields come from.

    Arguments and errors are those of `read`.
    """
    with open_file(path) as source:
        found = format_of(source)
        if found.name == "html":
            name = source.name
            article, evidence = explain_html(
                source.read(_MAX_PAGE), name=name, path=name, fields=FIELDS.with_values(*values)
            )
            yield article, evidence
            return
    for article in read(path, field_map=field_map, values=values, on_error=on_error):
        yield article, tuple(_of_format(article, found.name))


def _of_format(article: Article, format_name: str) -> Iterator[Evidence]:
    values = article.to_dict()
    for name in _TOLD:
        value = values[name]
        if not value:
            continue
        text = "; ".join(value) if isinstance(value, list) else str(value)
        origin = f"the format: {format_name}"
        if name == "date" and article.date_text and article.date_text != text:
            origin += f", written {article.date_text[:_SHOWN]!r}"
        yield Evidence(name, text[:_SHOWN], origin, 1.0)
