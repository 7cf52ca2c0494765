"""How are articles written as Markdown?

A heading each, its facts as a list, its paragraphs, and a rule between two articles.  Texts
come from anybody: whatever CommonMark or GitHub would take for markup stands behind a
backslash, so nothing becomes a link, a picture, a tag or a heading that was none.  Lines of a
paragraph stay lines.  Only an address of the web is a link.

Source: CommonMark 0.31, sections 2 (preliminaries), 4.4 (indented code) and 6 (inlines).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from searcher.exporting.citation import on_one_line, other_text, values_by_name
from searcher.exporting.columns import Column, Exported
from searcher.exporting.destination import BinaryOutput
from searcher.exporting.formats import Options

__all__ = ["escaped", "write"]

_INLINE = re.compile(r"[\\`*_\[\]<~|{}$]|&(?=[#\w])")
# At the beginning of a line: a heading, a quotation, a list, a rule; a number of a list.
_BULLET = re.compile(r"^([#>+\-=:])|^(\d{1,9})([.)])(?=\s|$)")
_INDENT = re.compile(r"^[ \t]+")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_ENDS_OF_LINES = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_PARAGRAPHS = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\x00-\x20\x7f-\x9f\\]+", re.I)


def write(
    articles: Iterable[Exported],
    columns: Sequence[Column],
    output: BinaryOutput,
    options: Options,
) -> None:
    """Write a heading, facts and text for each article."""
    for number, found in enumerate(articles):
        values = values_by_name(columns, found)
        blocks: list[str] = ["---"] if number else []
        if any(column.name == "title" for column in columns):
            blocks.append(f"# {_heading(found.article.title or '(no headline)')}")
        facts = [
            f"- {escaped(name)}: {_fact(name, column, value)}"
            for name, (column, value) in values.items()
            if name not in ("title", "body")
        ]
        if facts:
            blocks.append("\n".join(facts))
        if "body" in values:
            body = _ENDS_OF_LINES.sub("\n", found.article.body)
            blocks += [_paragraph(text) for text in _PARAGRAPHS.split(body) if text.strip()]
        output.text("\n\n".join(blocks) + "\n\n")


def _heading(title: str) -> str:
    line = on_one_line(title)
    text = escaped(line)
    # At the end of a heading `#` is no text (CommonMark 4.2); the first of a line is escaped.
    return f"{text[:-1]}\\#" if len(line) > 1 and line.endswith("#") else text


def _fact(name: str, column: Column, value: object) -> str:
    if name == "url" and _WEB_ADDRESS.fullmatch(str(value)):
        return f"<{value}>"
    if column.kind == "texts":
        assert isinstance(value, tuple)
        return "; ".join(escaped(on_one_line(text)) for text in value)
    return escaped(other_text(column, value))


def _paragraph(text: str) -> str:
    lines = [escaped(line.rstrip(" ")) for line in text.split("\n")]
    return "\\\n".join(lines)  # a backslash at its end: the line ends there


def escaped(line: str) -> str:
    """One line of text with nothing in it that is markup."""
    line = _INLINE.sub(lambda match: f"\\{match[0]}", _CONTROLS.sub("\ufffd", line))
    line = _INDENT.sub(lambda match: "".join(f"&#{ord(c)};" for c in match[0]), line)
    return _BULLET.sub(lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\{m[3]}", line)
