"""Which of the words of some articles could stand in a query?

`word_weights.py` weighs the words of articles by their stems.  Left out are those that make
no query: stop words, numbers, single letters, words that are several tokens or that the
query language reads as something else, words of hardly any article (slips of the pen) and
of so many that they tell nothing apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from searcher.analysis import Analyzer
from searcher.errors import QueryError
from searcher.query import parse, tree
from searcher.scoring import inverse_document_frequency
from searcher.searching.executor import Executor
from searcher.searching.snapshot import Snapshot
from searcher.searching.word_weights import WordWeight

__all__ = ["KeyWord", "key_words", "telling_stems"]

_SHORTEST = 2
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


def telling_stems(words: Sequence[str], analyzer: Analyzer) -> list[str]:
    """The stems of `words` as they are typed; "" for stop words, letters, and what has digits."""
    stop_words, form_of, stem = analyzer.stop_words, analyzer.forms, analyzer.stem
    stems = []
    for word in words:
        if word.isascii() and word.isalpha():
            form = word.lower()
        else:
            has_digit = any(map(str.isdigit, word))
            forms = [] if has_digit else form_of(word)
            form = forms[0] if len(forms) == 1 else ""
        is_telling = len(form) >= _SHORTEST and form not in stop_words
        stems.append(stem(form) if is_telling else "")
    return stems


def key_words(
    weighed: Sequence[WordWeight],
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
    frequencies = executor.stem_frequencies([one.stem for one in heaviest])
    count = snapshot.document_count
    most_common = max(_MOST_COMMON * count, _FEW_ARTICLES)
    return [
        KeyWord(*one, frequency, inverse_document_frequency(frequency, count))
        for one, frequency in zip(heaviest, frequencies, strict=True)
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
