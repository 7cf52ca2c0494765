"""How are articles written for reference managers that read RIS?

A record an article, `TY  - NEWS` to `ER  -`, a tag and one value on each line.  Tags are those
that Zotero, EndNote, Mendeley and rispy agree on for newspaper articles:

    TI headline   AU a name, `Berg, Ada`   T2 the paper   SE section   PY year   DA 2019/04/08
    UR address    LA language              ID id          AB the text, if it is asked for

RIS has no escape and no line break: a value is one line, so that no text of an article can be
taken for a tag; ends of lines and control characters become blanks.  Fields that it has no tag
for are notes, `N1  - path: a.html`.

Sources: Research Information Systems' specification (2001); Zotero's table of tags for NEWS.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from searcher.exporting.citation import (
    cited_title,
    name_parts,
    on_one_line,
    other_text,
    own_day,
    values_by_name,
)
from searcher.exporting.columns import Column, Exported
from searcher.exporting.destination import BinaryOutput
from searcher.exporting.formats import Options

__all__ = ["write"]

_TAGS = {
    "source": "T2",
    "section": "SE",
    "language": "LA",
    "url": "UR",
    "id": "ID",
    "body": "AB",
}


def write(
    articles: Iterable[Exported],
    columns: Sequence[Column],
    output: BinaryOutput,
    options: Options,
) -> None:
    """Write a record for each article."""
    for found in articles:
        lines = ["TY  - NEWS"]
        for name, (column, value) in values_by_name(columns, found).items():
            if name == "byline":
                lines += [f"AU  - {author}" for author in map(_author, value) if author]
            elif name == "date":
                day = own_day(value)
                lines += [
                    f"PY  - {day.year:04}",
                    f"DA  - {day.year:04}/{day.month:02}/{day.day:02}",
                ]
            elif name == "title":
                lines.append(f"TI  - {on_one_line(cited_title(found.article))}")
            elif name in _TAGS:
                lines.append(f"{_TAGS[name]}  - {on_one_line(value)}")
            else:
                lines.append(f"N1  - {name}: {other_text(column, value)}")
        output.text("\r\n".join([*lines, "ER  - ", "", ""]))


def _author(name: str) -> str:
    parts = name_parts(on_one_line(name))
    return ", ".join(part for part in (parts.family, parts.given, parts.suffix) if part)
