"""Which of the words of some articles could stand in a query?

`word_weights.py` weighs the words of articles by their stems.  Left out are those that make
no query: stop words, numbers, single letters, words that are several tokens or that the
query language reads as something else, words of hardly any article (slips of the pen) and
of so many that they tell nothing apart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from searcher.analysis import Analyzer
from searcher.errors import QueryError
from searcher.query import parse, tree
from searcher.scoring import inverse_document_frequency
from searcher.searching.executor import Executor
from searcher.searching.snapshot import Snapshot
from searcher.searching.word_weights import WordWeight

__all__ = ["KeyWord", "TellingStems", "key_words"]

_SHORTEST = 2
_KEPT = 200_000
# The most articles that hold a word which tells articles apart, as a share of all.
_MOST_COMMON = 0.1
# An archive of a few articles has no common words.
_FEW_ARTICLES = 50


class KeyWord(NamedTuple):
    """A word as a query would look for it: `word`, the commonest with that stem, and its
    `weight` in the articles, of which `documents` have it; how many articles of the archive
    hold the stem (`frequency`), and what that makes it worth (`idf`)."""

    stem: str
    word: str
    documents: int
    weight: float
    frequency: int
    idf: float


class TellingStems:
    """The stems that words as they are typed are counted by, each with a number.

    Stop words, single letters and what has digits have none.  What was asked is kept, since a
    few thousand words make up most of any text.
    """

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._numbers = _Numbers(self._number)
        self._stems = [""]
        self._known: dict[str, int] = {"": 0}

    def __call__(self, words: Sequence[str]) -> list[int]:
        """The numbers of the stems of `words`, 0 for those that do not count."""
        if len(self._numbers) > _KEPT:
            self._numbers.clear()
        return list(map(self._numbers.__getitem__, words))

    def stem(self, number: int) -> str:
        """The stem with that number."""
        return self._stems[number]

    def number(self, stem: str) -> int:
        """The number of `stem`, given if it has none."""
        number = self._known.setdefault(stem, len(self._stems))
        if number == len(self._stems):
            self._stems.append(stem)
        return number

    def _number(self, word: str) -> int:
        if word.isascii() and word.isalpha():
            form = word.lower()
        else:
            forms = [] if any(map(str.isdigit, word)) else self._analyzer.forms(word)
            form = forms[0] if len(forms) == 1 else ""
        if len(form) < _SHORTEST or form in self._analyzer.stop_words:
            return 0
        return self.number(self._analyzer.stem(form))


class _Numbers(dict[str, int]):
    """The numbers of words, kept."""

    __slots__ = ("_number",)

    def __init__(self, number: Callable[[str], int]) -> None:
        super().__init__()
        self._number = number

    def __missing__(self, word: str) -> int:
        number = self[word] = self._number(word)
        return number


def key_words(
    weighed: Sequence[WordWeight],
    stems: TellingStems,
    executor: Executor,
    snapshot: Snapshot,
    *,
    most: int,
    least_frequency: int = 2,
) -> list[KeyWord]:
    """The words of `weighed` that could stand in a query, the heaviest first.

    Arguments:
        most: so many of the heaviest are looked up in the archive, more than 0.
        least_frequency: words that fewer articles of the archive hold are left out.

    Cost: a look-up in the dictionary of stems for each of the `most`.
    """
    # The sort is stable: of equal ones the first that was met.
    heaviest = sorted(weighed, key=_lightness)[:most]
    names = [stems.stem(one.stem) for one in heaviest]
    frequencies = executor.stem_frequencies(names)
    count = snapshot.document_count
    most_common = max(_MOST_COMMON * count, _FEW_ARTICLES)
    return [
        KeyWord(stem, *one[1:], frequency, inverse_document_frequency(frequency, count))
        for stem, one, frequency in zip(names, heaviest, frequencies, strict=True)
        if least_frequency <= frequency <= most_common and _is_bare_word(one.word)
    ]


def _lightness(one: WordWeight) -> float:
    return -one.weight


def _is_bare_word(word: str) -> bool:
    """Whether the query language reads `word` as just this word."""
    if word.isascii() and word.isalpha() and word.islower():
        return True  # operators are in capitals
    try:
        read = parse(word)
    except QueryError:
        return False
    return isinstance(read, tree.Word) and read.text == word
