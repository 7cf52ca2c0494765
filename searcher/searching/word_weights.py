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

__all__ = [
    "Stems",
    "WeighedArticle",
    "Weighing",
    "WordCount",
    "WordWeight",
    "count_words",
    "weigh_words",
    "words_of",
]

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


class WordCount(NamedTuple):
    """A stem of one article by its number, how it is mostly typed, and how often it stands in
    the body and in the title."""

    stem: int
    word: str
    in_body: int
    in_title: int


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
    counter = _Counter(stems)
    documents: dict[int, int] = {}
    sums: dict[int, float] = {}
    for weight, norm, title, body in articles:
        for stem, (in_body, in_title) in counter.count(title, body).items():
            x = weighing.title_weight * in_title + in_body / norm
            documents[stem] = documents.get(stem, 0) + 1
            sums[stem] = sums.get(stem, 0.0) + weight * (x / (weighing.k1 + x))
    return [
        WordWeight(stem, counter.word(stem), documents[stem], total)
        for stem, total in sums.items()
        if documents[stem] >= weighing.least_documents
    ]


def count_words(title: str, body: str, stems: Stems) -> list[WordCount]:
    """The stems of one article, in the order in which they are met."""
    counter = _Counter(stems)
    counts = counter.count(title, body)
    return [WordCount(stem, counter.word(stem), *times) for stem, times in counts.items()]


class _Counter:
    """Counts the stems of articles, and how each is typed."""

    def __init__(self, stems: Stems) -> None:
        self._stems = stems
        self._known: dict[str, int] = {}
        self._typed: dict[int, dict[str, int]] = {}

    def count(self, title: str, body: str) -> dict[int, list[int]]:
        """By stem, in the order in which they are met: times in the body and in the title."""
        known, typed = self._known, self._typed
        places = [[_small(token) for token in tokenize(text)] for text in (body, title)]
        new = list(dict.fromkeys(word for place in places for word in place if word not in known))
        known.update(zip(new, self._stems(new), strict=True))
        counts: dict[int, list[int]] = {}
        for place, words in enumerate(places):
            for word in words:
                if stem := known[word]:
                    counts.setdefault(stem, [0, 0])[place] += 1
                    times = typed.setdefault(stem, {})
                    times[word] = times.get(word, 0) + 1
        return counts

    def word(self, stem: int) -> str:
        """The word that most of the occurrences of `stem` were; of several, the first."""
        times = self._typed[stem]
        return max(times, key=times.__getitem__)


def _small(token: str) -> str:
    """`token` in small letters, if it is all letters of ASCII."""
    return token.lower() if token.isascii() and token.isalpha() else token
