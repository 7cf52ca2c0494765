"""How are articles written as a folder of text files?

A file each, in UTF-8: lines `Title:`, `Byline:` and so on, a blank line, and the text as it is.
That is what concordancers and topic models take, and what Searcher reads as an article again.
Files are called by `file_names.py`, in the order in which articles come.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from searcher.exporting.citation import on_one_line, other_text, values_by_name
from searcher.exporting.columns import Column, Exported
from searcher.exporting.file_names import file_name
from searcher.exporting.folder import Folder
from searcher.exporting.formats import Options

__all__ = ["write"]

_LABELS = {"url": "URL", "id": "ID"}


def write(
    articles: Iterable[Exported],
    columns: Sequence[Column],
    output: Folder,
    options: Options,
) -> None:
    """Write a file for each article."""
    for number, found in enumerate(articles, 1):
        article = found.article
        name = file_name(number, article.date, article.title)
        output.add(name, _text(columns, found))


def _text(columns: Sequence[Column], found: Exported) -> str:
    values = values_by_name(columns, found)
    lines = []
    for name, (column, value) in values.items():
        if name == "body":
            continue
        label = _LABELS.get(name, name.replace("_", " ").capitalize())
        if column.kind == "texts":
            shown = "; ".join(map(on_one_line, value))
        else:
            shown = other_text(column, value)
        lines.append(f"{label}: {shown}")
    body = f"\n{values['body'][1]}\n" if "body" in values else ""
    return "\n".join([*lines, body])
