"""How are articles written for citation processors, as CSL-JSON?

An array of items of the type `article-newspaper`, one on a line, as citeproc, Pandoc and Zotero
read it: `title`, `author` in parts, `issued` as the parts of the day, `container-title` for the
paper, `section`, `language`, `URL`, and `abstract` for the text if it is asked for.  What CSL has
no place for stands in `custom`: the instant of publication where one is known, and every other
field that was asked for.  An id is always there, since CSL wants one.

Source: csl-data.json of the Citation Style Language, 1.0.2.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from searcher.exporting.citation import cited_title, name_parts, own_day, values_by_name
from searcher.exporting.columns import Column, Exported, json_value
from searcher.exporting.destination import BinaryOutput
from searcher.exporting.formats import Options
from searcher.exporting.jsonl import to_json

__all__ = ["write"]

_NAMES = {
    "source": "container-title",
    "section": "section",
    "language": "language",
    "url": "URL",
    "body": "abstract",
}


def write(
    articles: Iterable[Exported],
    columns: Sequence[Column],
    output: BinaryOutput,
    options: Options,
) -> None:
    """Write an array with an item for each article."""
    before = "[\n"
    for found in articles:
        output.text(before + to_json(_item(columns, found)))
        before = ",\n"
    output.text("\n]\n" if before != "[\n" else "[]\n")


def _item(columns: Sequence[Column], found: Exported) -> dict[str, Any]:
    item: dict[str, Any] = {"id": found.article.id, "type": "article-newspaper"}
    custom: dict[str, Any] = {}
    for name, (column, value) in values_by_name(columns, found).items():
        if name == "byline":
            item["author"] = [_author(author) for author in value]
        elif name == "date":
            day = own_day(value)
            item["issued"] = {"date-parts": [[day.year, day.month, day.day]]}
            if isinstance(value, dt.datetime):
                custom["date"] = value.isoformat()
        elif name == "title":
            item["title"] = cited_title(found.article)
        elif name in _NAMES:
            item[_NAMES[name]] = value
        elif name != "id":
            custom[name] = json_value(column.kind, value)
    if custom:
        item["custom"] = custom
    return item


def _author(name: str) -> dict[str, str]:
    parts = name_parts(name)
    if not parts.given:
        return {"literal": name}
    author = {"family": parts.family, "given": parts.given}
    return {**author, "suffix": parts.suffix} if parts.suffix else author
