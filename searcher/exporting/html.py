"""How are articles written as a page?

One HTML document, for a browser or a word processor: a heading, facts and paragraphs an article.
Every text is escaped, and besides that the page says that nothing in it may run or be loaded (a
content security policy): no script, no picture, no style but its own.  Only an address of the
web is a link, and it tells the other side nothing.  Texts find their own direction, so Arabic
and Hebrew stand right.

Source: the HTML standard, 13.1 (writing) and 3.2.6 (global attributes); CSP level 3.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from searcher.direction import direction_of
from searcher.exporting.citation import other_text, values_by_name
from searcher.exporting.columns import Column, Exported
from searcher.exporting.destination import BinaryOutput
from searcher.exporting.formats import Options
from searcher.notebook import link, shown

__all__ = ["write"]

_HEAD = """\
<!DOCTYPE html>
<html lang="und">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ max-width: 42em; margin: 2em auto; padding: 0 1em; font: 1em/1.5 serif; }}
article {{ border-top: 1px solid; padding: 1em 0; break-before: auto; }}
dl {{ display: grid; grid-template-columns: max-content auto; column-gap: 1em; font-size: .85em; }}
dd {{ margin: 0; overflow-wrap: anywhere; }}
</style>
</head>
<body>
"""
_TAIL = "</body>\n</html>\n"
_ENDS_OF_LINES = re.compile("\r\n|[\n\r\u2028\u2029]")
_PARAGRAPHS = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")


def write(
    articles: Iterable[Exported],
    columns: Sequence[Column],
    output: BinaryOutput,
    options: Options,
) -> None:
    """Write a page with an `article` for each article."""
    output.text(_HEAD.format(title=shown(options.title)))
    for found in articles:
        values = values_by_name(columns, found)
        language = found.article.language
        is_code = language is not None and _LANGUAGE.fullmatch(language)
        lines = [f'<article lang="{language}">' if is_code else "<article>"]
        if any(column.name == "title" for column in columns):
            title = found.article.title or "(no headline)"
            lines.append(f'<h2 dir="{direction_of(title, language)}">{shown(title)}</h2>')
        facts = [
            f'<dt>{shown(name)}</dt><dd dir="auto">{_fact(name, column, value)}</dd>'
            for name, (column, value) in values.items()
            if name not in ("title", "body")
        ]
        if facts:
            lines += ["<dl>", *facts, "</dl>"]
        if "body" in values:
            body = _ENDS_OF_LINES.sub("\n", found.article.body)
            for text in _PARAGRAPHS.split(body):
                inside = "<br>\n".join(map(shown, text.split("\n")))
                lines.append(f'<p dir="{direction_of(text, language)}">{inside}</p>')
        output.text("\n".join([*lines, "</article>", ""]))
    output.text(_TAIL)


def _fact(name: str, column: Column, value: object) -> str:
    if name == "url":
        return link(str(value))
    if column.kind == "texts":
        assert isinstance(value, tuple)
        return shown("; ".join(value))
    return shown(other_text(column, value))
