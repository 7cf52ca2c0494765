"""How are two articles shown beside each other, to people?

Sentence by sentence: what was taken out begins with `-`, what was put in with `+`, and what
stayed with two blanks, or it is counted.  On a terminal the words that changed are coloured
in their sentence; in a pipe signs are all there is, so that lines can be searched and counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from searcher.cli.layout import MARK, counted, date_and_time, marked, wrap
from searcher.cli.output import Screen, Style, Styled, one_line, stdout
from searcher.comparing.articles import ArticleDiff
from searcher.comparing.sentences import DiffLine, changed_lines

__all__ = ["named", "print_difference"]

_STYLES: dict[str, Style] = {"-": "removed", "+": "added"}


def print_difference(
    diff: ArticleDiff, *, changed: bool, width: int | None, values: bool = True
) -> None:
    """Print how one article became another.

    Arguments:
        changed: count the sentences that stayed, and show the others only.
        width: columns to fold lines to; None leaves them whole.
        values: show byline, date and the like where they are others.
    """
    screen = stdout()
    for name, before, after in diff.values if values else ():
        for sign, value in (("-", before), ("+", after)):
            if value is not None:
                line = f"{sign} {name}: {one_line(value)}"
                screen.line(Styled(line, _STYLES[sign]))
    title, body = list(changed_lines(diff.title)), list(changed_lines(diff.body))
    if not diff.title.changes and diff.a.title and not changed:
        screen.line("  ", Styled(one_line(diff.a.title), "bold"))
    elif diff.title.changes:
        _print_lines(screen, title, changed=changed, width=width)
    if not changed and body:
        screen.line()
    _print_lines(screen, body, changed=changed, width=width)


def _print_lines(
    screen: Screen, lines: Iterable[DiffLine], *, changed: bool, width: int | None
) -> None:
    stayed = 0
    is_first = True
    for line in lines:
        if changed and line.sign == " ":
            stayed += 1
            continue
        if stayed:
            _print_count(screen, stayed)
            stayed = 0
        if not changed and line.opens_paragraph and not is_first and line.sign != "+":
            screen.line()
        is_first = False
        _print_line(screen, line, width)
    if stayed:
        _print_count(screen, stayed)


def _print_count(screen: Screen, stayed: int) -> None:
    screen.line(Styled(f"  ({counted(stayed, 'sentence')} as before)", "dim"))


def _print_line(screen: Screen, line: DiffLine, width: int | None) -> None:
    style = _STYLES.get(line.sign)
    sign = f"{line.sign} "
    if style is None or not screen.has_colour:
        for text in wrap(line.text, width and width - 2):
            screen.line(sign, text)
        return
    for pieces in marked(
        wrap(_with_marks(line), width and width - 2), has_colour=True, style=style
    ):
        screen.line(Styled(sign, style), *pieces)


def _with_marks(line: DiffLine) -> str:
    """The text with `MARK`s around what changed; its own are shortened."""
    pieces = []
    position = 0
    for start, end in line.marks:
        pieces += [
            _unmarked(line.text[position:start]),
            MARK,
            _unmarked(line.text[start:end]),
            MARK,
        ]
        position = end
    return "".join([*pieces, _unmarked(line.text[position:])])


def _unmarked(text: str) -> str:
    # A star beside a mark would be taken for part of it.
    return re.sub(r"\*{2,}", "*", text).strip("*") if "*" in text else text


def named(diff: ArticleDiff) -> tuple[str, str]:
    """What the two articles are called, in a line each."""
    found = []
    for article in (diff.a, diff.b):
        date = article.updated or article.date
        parts = [article.id, date and date_and_time(date), article.source, article.title]
        found.append(" · ".join(one_line(part) for part in parts if part))
    return found[0], found[1]
