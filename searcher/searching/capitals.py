"""Does the archive write this word as a name?

Names have a capital where they stand inside a sentence, in most languages; the index folds
capitals away, so the word is looked up in the text of the articles that rank highest for it,
the same ones for either executor.  At the beginning of a sentence a capital says nothing, and
neither do headlines, in which some papers begin every word with one.

What it does not do: tell names from nouns in German, which writes both so, or anything of
scripts that have no capitals; there every word may be a name.
"""

from __future__ import annotations

from typing import NamedTuple

from searcher.analysis import Analyzer
from searcher.query import tree
from searcher.request import Request
from searcher.searching.budget import Budget
from searcher.searching.executor import Executor
from searcher.searching.snapshot import Snapshot

__all__ = ["Writing", "writing_of"]

_ARTICLES = 3
_OCCURRENCES = 20
# No further article is looked at once so many occurrences inside sentences were seen.
_ENOUGH = 2
_LONGEST_ACRONYM = 5


class Writing(NamedTuple):
    """How a word is written: in so many `articles`; `spelling` is how, `capital` and `small`
    how often inside a sentence it began so, in those that were looked at."""

    articles: int
    spelling: str
    capital: int
    small: int

    @property
    def is_name(self) -> bool:
        """Whether nothing speaks against its being a name."""
        return self.capital >= self.small

    @property
    def is_acronym(self) -> bool:
        """Whether it is a short word that is only ever written in capitals."""
        return self.spelling.isupper() and 1 < len(self.spelling) <= _LONGEST_ACRONYM


def writing_of(
    form: str,
    field: str | None,
    snapshot: Snapshot,
    executor: Executor,
    analyzer: Analyzer,
    budget: Budget,
) -> Writing:
    """How `form` is written in the articles that have it in `field`, or in title or body.

    Cost: a search, and to read an article, three at most.
    """
    word = tree.Exact(form)
    asked = word if field is None else tree.Field(field, word)
    found = executor.search(asked, Request(asked, limit=_ARTICLES), budget=budget)
    spellings: dict[str, int] = {}
    capital = small = 0
    for match in found.matches:
        segment = snapshot.segments[match.segment]
        runs = executor.matched_positions(word, "body", segment, match.number)
        places = sorted({first for spans in runs.values() for first, _ in spans})
        if not places:
            continue
        text = segment.stored(match.number)["body"]
        spans = analyzer.spans(text)
        starts = set(segment.boundaries(match.number)[0])
        for place in places[:_OCCURRENCES]:
            if place >= len(spans):
                continue
            written = _without_ending(text[slice(*spans[place])])
            if place not in starts:
                capital += written[:1].isupper()
                small += written[:1].islower()
            spellings[written] = spellings.get(written, 0) + 1
        if capital + small >= _ENOUGH:
            break
    return Writing(found.total, _best(spellings, form), capital, small)


def _without_ending(written: str) -> str:
    """A token without its possessive ending, which forms have not either."""
    for ending in ("'s", "’s", "'S", "’S"):
        written = written.removesuffix(ending)
    return written


def _best(spellings: dict[str, int], form: str) -> str:
    """The usual spelling; one in capitals only if there is no other."""
    if not spellings:
        return form.title()
    order = {w: (w.isupper() and len(w) > 1, w.islower(), -n, w) for w, n in spellings.items()}
    return min(spellings, key=lambda written: order[written])
