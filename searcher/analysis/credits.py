"""Which news agencies does an article credit?

What a paper took from the wire says so, in one of these places:

    a name of the byline   "Associated Press", "Jane Doe, Reuters", "Associated Press Writer"
    a credit               the source, or a field for it (`CREDIT_FIELDS`): "Reuters/Jane Doe"
    the dateline           "LONDON, Feb 3 (Reuters) - ", "(Bloomberg) -- ", "Berlin (dpa/AFP)"
    the end                a line "Reuter", "-- PTI" or "Source: Xinhua"; "(With inputs from
                           PTI)", "Copyright 2019 The Associated Press", "The Associated Press
                           contributed to this report"

An agency that is only spoken of ("told Reuters", "the Tass news agency said") is not credited, so
a name counts in these places and by these marks only.  Abbreviations count in capitals as the
agency writes them: `PA` is an agency, Pa. a state.

`native/src/python/credits.rs` answers the commonest case itself, and asks here for all others.

What is not found: credits in pictures, and articles that were taken from the wire without a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from searcher.agencies import AGENCY_OF_NAME, agency_of

__all__ = ["CREDIT_FIELDS", "credits_of"]

CREDIT_FIELDS = ("agency", "credit")
"""What readers call credits, in `Article.metadata`."""

_HEAD = 200
_TAIL = 400
_LONGEST_CREDIT = 400  # of a name or a credit: work grows with the square of what is read
_BETWEEN = re.compile(r"\s?(?:[/,&;+-]|and|und|et|y|e)\s?(?:[Tt]he )?")  # Reuters/AFP, dpa and AP
_ARTICLE = re.compile(r"\b[Tt]he \Z")
_DASH = re.compile(r"\s?(?:-|–|—|_)")
# Before the name in a dateline without brackets, and words of one with brackets.
_PLACE = re.compile(r"\A[^\n.:;(]{0,50}[,/]\s?\Z")
_SMALL_WORD = re.compile(r"\b[^\W\d_A-Z][^\W_A-Z]{3,}")
# At the end: what stands before a name on its line, or after it.
_ALONE_BEFORE = re.compile(
    r"\A\W*(?:(?:with|from|by|via|sources?|credit|agency|agencies|mit|von|quelle|fuente|fonte)"
    r"\W{1,3})?\Z",
    re.I,
)
_ALONE_AFTER = re.compile(r"(?:[\s,]+\d{4})?\W*\Z")
_LAST_BEFORE = re.compile(r"(?:--|–|—|/|\(|[.!?\"”’')]\s)\s?\Z")
_CREDITED_BEFORE = re.compile(
    r"(?:(?:copyright|©|\(c\))\W{0,4}(?:(?:\d{4}|©|\(c\))\W{0,4}){0,2}(?:by )?"
    r"|\b(?:with|additional|agency) (?:inputs?|material|files|reporting) (?:also )?"
    r"(?:from|by|provided by) [^.\n]{0,60}"
    r"|\b(?:published|appeared|posted) (?:first |originally )?(?:on|by|in) )\Z",
    re.I,
)
_CREDITED_AFTER = re.compile(r"(?: [^.\n]{0,60})? contributed\b")
# In a byline: alone; behind a comma, a stroke or "of"; or before what its people are called.
_BYLINE_BEFORE = re.compile(
    r"(?:\A\W*(?:by )?|[,/|(•–—-]\s*|\b(?:of|for|with|and|avec|mit) )\Z", re.I
)
_BYLINE_AFTER = re.compile(r"\W*\Z|\s*[/,|)]")
_STAFF = re.compile(r"\s*(?:writer|staff|correspondent|editor|reporter)", re.I)


@cache
def _names() -> re.Pattern[str]:
    # No look behind it first: a pattern that begins with letters is looked for much faster.
    return re.compile(rf"{_any_of(AGENCY_OF_NAME)}(?!\w)")


def _any_of(names: Iterable[str]) -> str:
    """A pattern of `names`, longer ones first, in which each letter is compared once."""
    rests: dict[str, list[str]] = {}
    for name in names:
        rests.setdefault(name[:1], []).append(name[1:])
    parts = [
        re.escape(letter) + (_any_of(rest) if letter else "")
        for letter, rest in sorted(rests.items(), reverse=True)
    ]
    return parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})"


class _Run(NamedTuple):
    """Names of agencies that follow each other, and what stands before and after them."""

    before: str
    after: str
    codes: tuple[str, ...]


def credits_of(
    body: str, byline: Iterable[str], source: str | None, given: Iterable[str]
) -> list[str]:
    """The agencies that an article credits, as queries call them, in their order.

    Arguments:
        given: what stands in its metadata under `CREDIT_FIELDS`.

    Cost: some microseconds; of the text the first 200 characters and the last 400 are read, of
    names and credits the first 400.
    """
    found: set[str] = set()
    if source and (code := agency_of(source)):
        found.add(code)
    for text in given:
        found.update(code for run in _runs(text[:_LONGEST_CREDIT]) for code in run.codes)
    for name in byline:
        runs = _runs(name[:_LONGEST_CREDIT])
        found.update(code for run in runs if _in_byline(run) for code in run.codes)
    dateline = next(filter(_in_dateline, _runs(body[:_HEAD])), None)
    if dateline is not None:
        found.update(dateline.codes)
    found.update(code for run in _runs(_end_of(body)) if _at_end(run) for code in run.codes)
    return sorted(found)


def _end_of(body: str) -> str:
    """The last lines, and where the first of them begins."""
    end = body[-_TAIL:]
    return end if len(body) <= _TAIL else f"...{end}"


def _runs(text: str) -> list[_Run]:
    """The runs of names in `text`."""
    spans: list[tuple[int, int, tuple[str, ...]]] = []
    for match in _names().finditer(text):
        start, end = match.span()
        if start and (text[start - 1].isalnum() or text[start - 1] in "._"):
            continue
        codes: tuple[str, ...] = (AGENCY_OF_NAME[match[0]],)
        if spans and _BETWEEN.fullmatch(text, spans[-1][1], start):
            start, _, before = spans.pop()
            codes = (*before, *codes)
        spans.append((start, end, codes))
    return [_Run(_ARTICLE.sub("", text[:a]), text[b:], codes) for a, b, codes in spans]


def _in_dateline(run: _Run) -> bool:
    before, after = run.before.rstrip(), run.after.lstrip()
    if before.endswith("(") and after.startswith(")"):
        # "LONDON, Feb 3 (Reuters) - ", "New Delhi (PTI) The"
        place = before[:-1].rpartition("\n")[2]
        return _DASH.match(after, 1) is not None or not _SMALL_WORD.search(place)
    if not any(map(str.isalnum, before)):
        return after.startswith(":") or _DASH.match(after) is not None
    if run.codes == ("pa",):
        return False  # "SCRANTON, PA - "
    return _PLACE.match(run.before) is not None and _DASH.match(run.after) is not None


def _at_end(run: _Run) -> bool:
    before, after = run.before.rpartition("\n")[2], run.after.partition("\n")[0]
    if _ALONE_BEFORE.match(before) and _ALONE_AFTER.match(after):
        return True
    if not any(map(str.isalnum, run.after)) and _LAST_BEFORE.search(run.before):
        return True
    return bool(_CREDITED_BEFORE.search(before) or _CREDITED_AFTER.match(after))


def _in_byline(run: _Run) -> bool:
    if _STAFF.match(run.after):
        return True
    return bool(_BYLINE_BEFORE.search(run.before) and _BYLINE_AFTER.match(run.after))
