"""What is a paragraph that knows how it is set?

Documents and exports say with bold type, links and page breaks what they have no words
for: which line is the headline, where a label ends, where the next article begins.  A
`Block` is a paragraph of runs, each with the marks that hold for all of it; every reader
of documents and of exports in HTML gives blocks, so that one reader of an export serves
all files it may come in.

Marks are short strings: `b` (bold), `a` (a link), `heading`; blocks of HTML have the names
of all elements that they stand in, and `.name` for each of their classes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

__all__ = ["MOST_RUNS", "NO_MARKS", "Block", "Run", "lines_of", "split_before"]

NO_MARKS: frozenset[str] = frozenset()
MOST_RUNS = 1_000_000
"""Of one document; the largest exports have a fourth of that."""


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text that is set in one way."""

    text: str
    marks: frozenset[str] = NO_MARKS


@dataclass(slots=True)
class Block:
    """A paragraph.

    Arguments:
        runs: its pieces, which do not change once its text was asked for; a break of the line
            is a `\\n` in their text.
        page: whether a new page begins with it.
    """

    runs: list[Run] = field(default_factory=list)
    page: bool = False
    _text: str | None = field(default=None, repr=False, compare=False)

    @property
    def text(self) -> str:
        """All of it, blanks collapsed; breaks of lines and tabs stay."""
        if self._text is None:
            self._text = _tidy("".join(run.text for run in self.runs))
        return self._text

    @property
    def line(self) -> str:
        """All of it on one line."""
        return " ".join(self.text.split())

    def part(self, mark: str) -> str:
        """The text of the runs with a mark, on one line."""
        return " ".join("".join(run.text for run in self.runs if mark in run.marks).split())

    def has(self, mark: str) -> bool:
        """Whether some of its text has a mark."""
        return any(mark in run.marks for run in self.runs if run.text.strip())

    def is_all(self, mark: str) -> bool:
        """Whether there is text in it and all of that has a mark."""
        filled = [run for run in self.runs if run.text.strip()]
        return bool(filled) and all(mark in run.marks for run in filled)

    @property
    def lead(self) -> str:
        """What is set apart at its beginning: the runs before the first of other marks."""
        first: frozenset[str] | None = None
        pieces = []
        for run in self.runs:
            if not run.text.strip():
                pieces.append(run.text)
                continue
            if first is None:
                first = run.marks
            elif run.marks != first:
                break
            pieces.append(run.text)
        else:
            return ""  # all of it is set alike, so nothing is set apart
        return " ".join("".join(pieces).split())


def lines_of(blocks: Iterable[Block]) -> list[Block]:
    """The blocks cut at their breaks of lines, without the empty ones."""
    lines: list[Block] = []
    for block in blocks:
        current = Block(page=block.page)
        for run in block.runs:
            first, *rest = run.text.split("\n")
            if first:
                current.runs.append(Run(first, run.marks))
            for piece in rest:
                lines.append(current)
                current = Block([Run(piece, run.marks)] if piece else [])
        lines.append(current)
    return _filled(lines)


def _filled(blocks: list[Block]) -> list[Block]:
    """The blocks with text; a page that an empty one begins is begun by the next."""
    filled = []
    page = False
    for block in blocks:
        page = page or block.page
        if any(run.text.strip() for run in block.runs):
            block.page, page = page, False
            filled.append(block)
    return filled


def _tidy(text: str) -> str:
    if "\n" not in text and "\t" not in text:
        return " ".join(text.split())
    lines = (
        "\t".join(" ".join(cell.split()) for cell in line.split("\t")) for line in text.split("\n")
    )
    return "\n".join(lines).strip()


def split_before(blocks: list[Block], begins: Callable[[Block], bool]) -> list[list[Block]]:
    """The blocks in groups, each of which begins with one for which `begins` holds."""
    groups: list[list[Block]] = []
    for block in blocks:
        if begins(block) or not groups:
            groups.append([])
        groups[-1].append(block)
    return groups
