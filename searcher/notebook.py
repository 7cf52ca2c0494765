"""How does a value of ours look in a notebook?

Notebooks ask a value for `_repr_html_` and put what it says into their page, where a script
would run with the rights of its reader.  So whatever articles say is escaped, only an
address of the web is a link, and nothing else is there but text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape, unescape

from searcher.direction import Direction, direction_of

__all__ = ["article_html", "is_web_address", "link", "shown", "table_html", "with_marks"]

# What no document may hold, not even by number.
_NOT_IN_HTML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_WEB_ADDRESS = re.compile(r"https?://\S+", re.I)
_MARK = "**"
_TAG = re.compile("<[^>]*>")
_MOST_CHARACTERS = 4000


def shown(text: str) -> str:
    """`text` as a document shows it, in an element or between quotes."""
    return escape(_NOT_IN_HTML.sub("\ufffd", text))


def is_web_address(text: str) -> bool:
    """Whether a link may lead there."""
    return _WEB_ADDRESS.fullmatch(text) is not None


def link(address: str) -> str:
    """An address, as a link if it is one of the web; the other side is told nothing."""
    text = shown(address)
    if not is_web_address(address):
        return text
    return f'<a rel="noopener noreferrer nofollow" href="{text}">{text}</a>'


def with_marks(snippet: str) -> str:
    """A snippet, with its matched words marked."""
    pieces = map(shown, snippet.split(_MARK))
    return "".join(f"<mark>{p}</mark>" if n % 2 else p for n, p in enumerate(pieces))


def article_html(title: str, facts: Iterable[str], body: str) -> str:
    """An article, of which the first few thousand characters are shown.

    Arguments:
        facts: what stands below the headline, as HTML.
    """
    text, rest = body[:_MOST_CHARACTERS], len(body) - _MOST_CHARACTERS
    paragraphs = "".join(
        f'<p dir="{direction_of(part)}">{shown(part)}</p>' for part in text.split("\n\n") if part
    )
    more = f"<p>… and {rest:,} characters more</p>" if rest > 0 else ""
    return (
        f'<div><h4 dir="{direction_of(title)}">{shown(title or "(no headline)")}</h4>'
        f"<p>{' · '.join(facts)}</p>{paragraphs}{more}</div>"
    )


def table_html(heading: str, names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table below a line of text.

    Arguments:
        rows: cells, as HTML.
    """
    head = "".join(f"<th>{shown(name)}</th>" for name in names)
    body = "".join(
        "<tr>" + "".join(f'<td dir="{_direction(cell)}">{cell}</td>' for cell in row) + "</tr>"
        for row in rows
    )
    return (
        f"<div><p>{shown(heading)}</p><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def _direction(cell: str) -> Direction:
    return direction_of(unescape(_TAG.sub("", cell)))
