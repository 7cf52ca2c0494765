"""Which of the words of some articles could stand in a query?

`word_weights.py` weighs words as they are typed.  Here they are put together by their stems,
as a query would find them, each under the spelling that weighs most; and those that make
no query are left out: stop words, numbers, single letters, words that are several tokens
or that the query language reads as something else, words of hardly any article (slips of
the pen) and of so many that they tell nothing apart.
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

__all__ = ["KeyWord", "key_words"]

_SHORTEST = 2
# The most articles that hold a word which tells articles apart, as a share of all.
MOST_COMMON = 0.1
# An archive of a few articles has no common words.
_FEW_ARTICLES = 50


class KeyWord(NamedTuple):
    """A word as a query would look for it.

    `word` is how it is mostly typed, `documents` how many of the articles that were asked
    about hold its likeliest spelling, `frequency` how many of the archive hold the stem, and
    `idf` what that makes it worth.
    """

    stem: str
    word: str
    documents: int
    weight: float
    frequency: int
    idf: float


def key_words(
    weighed: Sequence[WordWeight],
    executor: Executor,
    snapshot: Snapshot,
    analyzer: Analyzer,
    *,
    most: int,
    least_frequency: int = 2,
    without: frozenset[str] = frozenset(),
) -> list[KeyWord]:
    """The words of `weighed` that could stand in a query, the heaviest first.

    Arguments:
        most: so many of the heaviest are looked up in the archive, more than 0.
        least_frequency: words that fewer articles of the archive hold are left out.
        without: stems that are left out.

    Cost: a look-up in the dictionary of stems for each of the `most`.
    """
    together: dict[str, list[WordWeight]] = {}
    for one in weighed:
        form = _form_of(one.word, analyzer)
        if form is None or form in analyzer.stop_words:
            continue
        stem = analyzer.stem(form)
        if stem not in without:
            together.setdefault(stem, []).append(one)
    found: list[tuple[float, int, str, WordWeight]] = []
    for place, (stem, spellings) in enumerate(together.items()):
        weight = 0.0
        for spelling in spellings:
            weight += spelling.weight
        found.append((-weight, place, stem, max(spellings, key=_by_weight)))
    found.sort(key=lambda one: one[:2])
    found = found[:most]
    frequencies = executor.stem_frequencies([stem for _, _, stem, _ in found])
    count = snapshot.document_count
    most_common = max(MOST_COMMON * count, _FEW_ARTICLES)
    return [
        KeyWord(
            stem,
            typed.word,
            typed.documents,
            -negative,
            frequency,
            inverse_document_frequency(frequency, count),
        )
        for (negative, _, stem, typed), frequency in zip(found, frequencies, strict=True)
        if least_frequency <= frequency <= most_common and _is_bare_word(typed.word)
    ]


def _by_weight(one: WordWeight) -> tuple[float, str]:
    return (one.weight, one.word)


def _form_of(word: str, analyzer: Analyzer) -> str | None:
    """The form of `word`; None if it is no word of one form with a letter in it."""
    if len(word) < _SHORTEST or not any(map(str.isalpha, word)):
        return None
    if word.isascii() and word.isalpha():
        return word  # in small letters already
    forms = analyzer.forms(word)
    return forms[0] if len(forms) == 1 else None


def _is_bare_word(word: str) -> bool:
    """Whether the query language reads `word` as just this word."""
    if word.isascii() and word.isalpha() and word.islower():
        return True  # operators are in capitals
    try:
        read = parse(word)
    except QueryError:
        return False
    return isinstance(read, tree.Word) and read.text == word
