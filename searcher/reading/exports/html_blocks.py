"""Which paragraphs are in the HTML of an export, and what do they stand in?

Exports are tens of megabytes of HTML that no browser's parser need see: tags that are not
closed, documents inside documents, ten thousand articles in one table.  One pass over the
tags gives blocks (see `office/blocks.py`) whose marks are the names of the elements around
them and `.name` for each class, in small letters; no tree is built, so that depth costs nothing.

A block ends where an element of its kind begins or ends; `br` is a break of the line in it.
An end tag closes the last open element of its name, if there is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from searcher.errors import ReadError
from searcher.reading.markup import drop_dead_markup, unescape
from searcher.reading.office.blocks import MOST_RUNS, NO_MARKS, Block, Run

__all__ = ["blocks_in"]

_TAG = re.compile(
    r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,40})((?>[^<>\"']++|\"[^\"<]{0,5000}+\"|'[^'<]{0,5000}+'|[\"'])*+)>"
    r"|<[!?][^<>]{0,5000}>"
)
_CLASS = re.compile(
    r"\b(class|id)\s*=\s*(?:\"([^\"]{0,500})\"|'([^']{0,500})'|([^\s\"'>]{1,200}))", re.I
)
_BLOCKS = frozenset(
    [
        "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "dl", "dt", "dd",
        "table", "tr", "td", "th", "tbody", "thead", "blockquote", "section", "article", "header",
        "footer", "aside", "main", "pre", "hr", "center", "form", "body", "html", "head", "figure",
        "figcaption", "address", "nav", "caption", "text", "option",
    ]
)  # fmt: skip
_VOID = frozenset(
    [
        "br", "img", "input", "meta", "link", "hr", "area", "base", "col", "embed", "source",
        "param", "track", "wbr",
    ]
)  # fmt: skip
# An open one of these ends where an element of the named kinds begins.
_CLOSES = {
    "p": frozenset(["p"]), "div": frozenset(["p"]), "table": frozenset(["p"]),
    "li": frozenset(["li", "p"]), "td": frozenset(["td", "th", "p"]),
    "th": frozenset(["td", "th", "p"]), "tr": frozenset(["td", "th", "tr", "p"]),
    "section": frozenset(["p"]), "article": frozenset(["p"]), "footer": frozenset(["p"]),
    "aside": frozenset(["p"]), "ul": frozenset(["p"]), "ol": frozenset(["p"]),
}  # fmt: skip
_BOLD = frozenset(["b", "strong", "h1", "h2", "h3", "h4", "h5", "h6"])
_DEEPEST = 100
_SEARCHED = 12
_BLANKS = re.compile(r"[ \t\r\n\f\u00a0]{2,}|[\t\r\n\f\u00a0]")


def blocks_in(page: str, name: str) -> list[Block]:
    """The paragraphs of a piece of HTML.

    Raises:
        ReadError: there are more than a million pieces of text in it.
    """
    text, _ = drop_dead_markup(page)
    blocks: list[Block] = []
    pieces = 0
    for block in _Reader().read(text):
        if any(run.text.strip() for run in block.runs):
            pieces += len(block.runs)
            if pieces > MOST_RUNS:
                reason = f"more than {MOST_RUNS:,} pieces of text in one article"
                raise ReadError(name, reason, hint="is it an export of a database?")
            blocks.append(block)
    return blocks


class _Reader:
    def __init__(self) -> None:
        # Elements that are open, each with the marks that hold in it.
        self._open: list[tuple[str, frozenset[str]]] = []
        self._too_deep = 0
        self._runs: list[Run] = []
        self._known: dict[tuple[frozenset[str], str, str], frozenset[str]] = {}

    def read(self, text: str) -> Iterator[Block]:
        at = 0
        for tag in _TAG.finditer(text):
            if tag.start() > at:
                self._text(text[at : tag.start()])
            at = tag.end()
            if tag[2] is None:
                continue
            name = tag[2].lower()
            is_block = name in _BLOCKS
            if self._runs and (is_block or len(self._runs) > MOST_RUNS):
                yield Block(self._runs)
                self._runs = []
            if tag[1]:
                self._close(name)
            elif name == "br":
                self._runs.append(Run("\n", self._marks))
            elif name not in _VOID:
                self._begin(name, tag[3] or "")
        self._text(text[at:])
        if self._runs:
            yield Block(self._runs)

    @property
    def _marks(self) -> frozenset[str]:
        return self._open[-1][1] if self._open else NO_MARKS

    def _text(self, text: str) -> None:
        line = _BLANKS.sub(" ", unescape(text))
        if not line or (line == " " and not self._runs):
            return
        if self._runs and self._runs[-1].marks == self._marks:
            line = self._runs.pop().text + line if len(self._runs[-1].text) < 4096 else line
        self._runs.append(Run(line, self._marks))

    def _begin(self, name: str, attributes: str) -> None:
        closed = _CLOSES.get(name)
        if closed is not None:
            while self._open and self._open[-1][0] in closed:
                self._open.pop()
        if len(self._open) >= _DEEPEST:
            self._too_deep += 1
            return
        key = (self._marks, name, attributes if len(attributes) < 500 else "")
        marks = self._known.get(key)
        if marks is None:
            marks = self._marks | _marks_of(name, key[2])
            if len(self._known) < 10_000:
                self._known[key] = marks
        if attributes.endswith("/"):
            return
        self._open.append((name, marks))

    def _close(self, name: str) -> None:
        if self._too_deep:
            self._too_deep -= 1
            return
        for back in range(1, min(len(self._open), _SEARCHED) + 1):
            if self._open[-back][0] == name:
                del self._open[-back:]
                return


def _marks_of(name: str, attributes: str) -> frozenset[str]:
    marks = {name}
    if name in _BOLD:
        marks.add("b")
    for found in _CLASS.finditer(attributes):
        value = found[2] or found[3] or found[4] or ""
        sign = "." if found[1].lower() == "class" else "#"
        marks.update(sign + part for part in value.lower().split())
    return frozenset(marks)
