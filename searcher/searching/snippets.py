"""Where in the text did an article match?

A snippet is the stretch of the body, a few dozen words long, that holds the most
of the query: first as many different parts of it as possible, then as many matches
as possible, then the earliest (the keyword-in-context choice of Turpin and others,
"Fast generation of result snippets in web search", 2007).  Matches come as token
positions from the executor, so a match at the end of a long article is found like
one at its beginning, and a phrase is marked only where it is a phrase.

Matched words stand between `MARK` and `MARK`, side by side in one pair.  Runs of the
mark's own character in the text are shortened, and dropped beside a mark, so marks are
never ambiguous.  Who quotes, or marks in another way, takes the same stretch as a passage:
exactly as it is stored, with its place, and the runs of characters that matched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from searcher.searching.occurrences import Span
from searcher.searching.results import Passage

__all__ = ["MARK", "SNIPPET_WORDS", "make_passage", "make_snippet"]

MARK = "**"
SNIPPET_WORDS = 40
_ELLIPSIS = "…"
_LEAD_IN = 8  # words shown before the first match, where there are so many
_WORDLESS_CHARACTERS = 300


def make_snippet(
    text: str,
    token_spans: Sequence[tuple[int, int]],
    matches: Mapping[int, Sequence[Span]],
    *,
    words: int = SNIPPET_WORDS,
) -> str:
    """Return the best `words` words of `text`, the matches marked.

    Arguments:
        token_spans: where each token of `text` starts and ends.
        matches: for each part of the query its runs of token positions in `text`.
    """
    if not token_spans:
        return _plain(text)[:_WORDLESS_CHARACTERS].strip()
    start, end, marks, is_beginning = _stretch(text, token_spans, matches, words)
    pieces: list[str] = []
    position = start
    for a, b in marks:
        before = _plain(text[position:a])
        # A star of the text right beside a mark would read as part of it.
        pieces += [before.strip("*") if pieces else before.rstrip("*")]
        pieces += [MARK, _plain(text[a:b]), MARK]
        position = b
    after = _plain(text[position:end])
    pieces.append(after.lstrip("*") if pieces else after)
    snippet = "".join(pieces).strip()
    return ("" if is_beginning else _ELLIPSIS) + snippet + (_ELLIPSIS if end < len(text) else "")


def make_passage(
    text: str,
    token_spans: Sequence[tuple[int, int]],
    matches: Mapping[int, Sequence[Span]],
    *,
    words: int = SNIPPET_WORDS,
) -> Passage:
    """The stretch of `text` that `make_snippet` shows, as it is stored; the same arguments."""
    if not token_spans:
        shown = text[:_WORDLESS_CHARACTERS]
        return Passage(0, len(shown), shown, ())
    start, end, marks, _ = _stretch(text, token_spans, matches, words)
    within = tuple((a - start, b - start) for a, b in marks)
    return Passage(start, end, text[start:end], within)


def _stretch(
    text: str,
    token_spans: Sequence[tuple[int, int]],
    matches: Mapping[int, Sequence[Span]],
    words: int,
) -> tuple[int, int, list[Span], bool]:
    """Which characters of `text` are shown, which of them match, and whether they begin with
    its first word."""
    runs = sorted((run, part) for part, found in matches.items() for run in found)
    first = _best_start(runs, words, len(token_spans))
    last = min(first + words, len(token_spans)) - 1
    shown = [(max(a, first), min(b, last)) for (a, b), _ in runs if a <= last and b >= first]
    start = 0 if first == 0 else token_spans[first][0]
    end = len(text) if last == len(token_spans) - 1 else _word_end(text, token_spans[last][1])
    marks = [(token_spans[a][0], token_spans[b][1]) for a, b in _joined(shown, text, token_spans)]
    return start, end, marks, first == 0


def _best_start(runs: Sequence[tuple[Span, int]], words: int, count: int) -> int:
    """The first token of the window that holds most of the query."""
    best = (0, 0)
    start = 0
    left = 0
    inside: dict[int, int] = {}
    for right, ((_, end), part) in enumerate(runs):
        inside[part] = inside.get(part, 0) + 1
        while left < right and end - runs[left][0][0] >= words - _LEAD_IN:
            gone = runs[left][1]
            inside[gone] -= 1
            if not inside[gone]:
                del inside[gone]
            left += 1
        found = (len(inside), sum(inside.values()))
        if found > best:
            best = found
            start = runs[left][0][0]
    return max(0, min(start - _LEAD_IN, count - words))


def _joined(runs: Sequence[Span], text: str, token_spans: Sequence[tuple[int, int]]) -> list[Span]:
    """The runs, those that overlap or have only blanks between them in one."""
    joined: list[Span] = []
    for a, b in sorted(runs):
        if joined:
            start, end = joined[-1]
            between = text[token_spans[end][1] : token_spans[a][0]]
            if a <= end or (a == end + 1 and not between.strip()):
                joined[-1] = (start, max(end, b))
                continue
        joined.append((a, b))
    return joined


def _word_end(text: str, end: int) -> int:
    """Take in the closing punctuation that stands right after a word."""
    match = re.compile(r"[^\w\s]{0,3}").match(text, end)
    return match.end() if match else end


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"\*{2,}", "*", text))
