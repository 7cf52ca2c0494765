"""Which words stand in some articles, and how weighty are they together?

What feedback and background ask for.  Each article has a weight; a stem has the sum over
them of

    weight of the article * x / (k1 + x)
    x                       title_weight * occurrences in the title + occurrences in the body / norm

which is what BM25F makes of its occurrences (`scoring.py`), without the rarity of the word:
whoever asks looks that up for the few that matter.  Occurrences are those of all words with
the stem; it comes with the word that most of them are, as it is typed, but in small letters
where it is all letters of ASCII.  Stems come in the order in which they are met, the body of
an article before its title, so that sums that are made of them are the same whoever makes
them.

This is the definition, in obvious Python; the core does the same over native segments in a
tenth of the time (`native/src/search/shown/words.rs`), and asks Python for stems.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from searcher.analysis.tokens import tokenize
from searcher.searching.budget import Budget
from searcher.searching.snapshot import Snapshot

__all__ = ["Stems", "WeighedArticle", "Weighing", "WordWeight", "weigh_words", "words_of"]

# Units of work (`budget.py`): to decompress an article, and for each of its words.
_ARTICLE = 2_000
_WORD = 10

Stems = Callable[[Sequence[str]], list[int]]
"""Of words as they are typed the numbers of their stems, by which whoever asks knows them; 0
for words that do not count."""


class Weighing(NamedTuple):
    """How the words of an article are weighed: see the module docstring.

    Stems that fewer than `least_documents` of the articles have are left out.
    """

    k1: float
    title_weight: float
    least_documents: int = 1


class WeighedArticle(NamedTuple):
    """An article by its place (segment and number), its weight, and the norm of its length."""

    place: tuple[int, int]
    weight: float
    norm: float


class WordWeight(NamedTuple):
    """A stem by its number, how it is mostly typed, how many of the articles have it, and what
    it weighs."""

    stem: int
    word: str
    documents: int
    weight: float


def words_of(
    snapshot: Snapshot,
    articles: Sequence[WeighedArticle],
    weighing: Weighing,
    stems: Stems,
    budget: Budget,
) -> list[WordWeight]:
    """The stems of `articles`, weighed.

    Raises:
        QueryError: it is more work than a query may be.
        DeadlineError: the time has passed.
    """

    def texts() -> Iterable[tuple[float, float, str, str]]:
        for (segment, number), weight, norm in articles:
            stored = snapshot.segments[segment].stored(number)
            budget.charge(_ARTICLE + _WORD * len(stored["body"].split()))
            yield weight, norm, stored["title"], stored["body"]

    return weigh_words(texts(), weighing, stems)


def weigh_words(
    articles: Iterable[tuple[float, float, str, str]], weighing: Weighing, stems: Stems
) -> list[WordWeight]:
    """The stems of articles given as weight, norm, title and body: see `words_of`."""
    known: dict[str, int] = {}
    typed: dict[int, dict[str, int]] = {}
    documents: dict[int, int] = {}
    sums: dict[int, float] = {}
    for weight, norm, title, body in articles:
        places = [[_small(token) for token in tokenize(text)] for text in (body, title)]
        new = list(dict.fromkeys(word for place in places for word in place if word not in known))
        known.update(zip(new, stems(new), strict=True))
        counts: dict[int, list[int]] = {}
        for place, words in enumerate(places):
            for word in words:
                if stem := known[word]:
                    counts.setdefault(stem, [0, 0])[place] += 1
                    times = typed.setdefault(stem, {})
                    times[word] = times.get(word, 0) + 1
        for stem, (in_body, in_title) in counts.items():
            x = weighing.title_weight * in_title + in_body / norm
            documents[stem] = documents.get(stem, 0) + 1
            sums[stem] = sums.get(stem, 0.0) + weight * (x / (weighing.k1 + x))
    return [
        WordWeight(stem, max(typed[stem], key=typed[stem].__getitem__), documents[stem], total)
        for stem, total in sums.items()
        if documents[stem] >= weighing.least_documents
    ]


def _small(token: str) -> str:
    """`token` in small letters, if it is all letters of ASCII."""
    return token.lower() if token.isascii() and token.isalpha() else token
