"""Which words stand in some articles, and how weighty are they together?

What feedback and background ask for.  Each article has a weight; a word has the sum over
them of

    weight of the article * (title_weight * occurrences in the title + occurrences in the body)

Words are as they are typed, but in small letters where they are all letters of ASCII: for
the few of hundreds that matter, whoever asks folds and stems them.  They come in the order
in which they are met, the body of an article before its title, so that sums that are made of
them are the same whoever makes them.

This is the definition, in obvious Python; the core does the same over native segments in a
twentieth of the time (`native/src/search/shown/words.rs`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from searcher.analysis.tokens import tokenize
from searcher.searching.budget import Budget
from searcher.searching.snapshot import Snapshot

__all__ = ["WordWeight", "small", "weigh_words", "words_of"]

# Units of work (`budget.py`): to decompress an article, and for each of its words.
_ARTICLE = 2_000
_WORD = 5


class WordWeight(NamedTuple):
    """A word, how many of the articles have it, and its weight in them together."""

    word: str
    documents: int
    weight: float


def words_of(
    snapshot: Snapshot,
    documents: Sequence[tuple[int, int]],
    weights: Sequence[float],
    *,
    title_weight: float,
    least_documents: int,
    budget: Budget,
) -> list[WordWeight]:
    """The words of `documents` (segment and number), each of which has one of `weights`.

    Arguments:
        title_weight: so often an occurrence in a title counts.
        least_documents: words that fewer of the documents have are left out.

    Raises:
        QueryError: it is more work than a query may be.
        DeadlineError: the time has passed.
    """

    def texts() -> Iterable[tuple[float, str, str]]:
        for (segment, number), weight in zip(documents, weights, strict=True):
            stored = snapshot.segments[segment].stored(number)
            budget.charge(_ARTICLE + _WORD * len(stored["body"].split()))
            yield weight, stored["title"], stored["body"]

    return weigh_words(texts(), title_weight=title_weight, least_documents=least_documents)


def weigh_words(
    articles: Iterable[tuple[float, str, str]], *, title_weight: float, least_documents: int
) -> list[WordWeight]:
    """The words of articles given as weight, title and body: see `words_of`."""
    documents: dict[str, int] = {}
    sums: dict[str, float] = {}
    for weight, title, body in articles:
        counts: dict[str, list[int]] = {}
        for place, text in enumerate((body, title)):
            for token in tokenize(text):
                counts.setdefault(small(token), [0, 0])[place] += 1
        for word, (in_body, in_title) in counts.items():
            documents[word] = documents.get(word, 0) + 1
            times = title_weight * in_title + in_body
            sums[word] = sums.get(word, 0.0) + weight * times
    return [
        WordWeight(word, documents[word], total)
        for word, total in sums.items()
        if documents[word] >= least_documents
    ]


def small(token: str) -> str:
    """`token` in small letters, if it is all letters of ASCII."""
    return token.lower() if token.isascii() and token.isalpha() else token
