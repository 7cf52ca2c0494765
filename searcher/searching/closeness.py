"""Which words of a keyword group are worth more where they stand close together?

Bare words side by side (`humanitarian truce tripoli`) rank by what each is worth, and by
how often any two of them that are neighbours in the query, or nearly, stand near each other
in the article:

    group                 a b "c d" +e        closeness of a and b, a and e, b and e

For each such pair the query gets a *closeness leaf* after all its other leaves, groups
from left to right, an outer one before those inside it: what the node `a w/N b` would add
as a scored leaf of the same fields, N being `Scoring.closeness_distance` and its boost that
of the group times `Scoring.closeness`; but no more often than either word stands in a field,
so that a pair is worth no more than its words are.  It ranks and matches nothing: an article
that has the pair has both words.

Bare words are those of one token, required (`+e`) or not, and boosted (`d^2`) or not; but a
word that was given less than a whole word's weight (`d^0.3`) only helps, and has no pairs.
Phrases, exact words, patterns and fields between them are passed over.  Words of one stem are
one, the first.  Each has pairs with the next `REACH` of them, for words that stand farther
apart in a query have less to do with each other: with that limit average precision is as good
or better on four collections (AP 1988 .3627 for .3624, TIME .6679 for .6666, Cranfield .3142
for .3082, related .2338 for .2332; with a reach of 2 .3652, .6553, .3140 and .2354, of 1 .3598,
.6497, .3165 and .2374).  Of a long group only the first `MOST_WORDS` have pairs.

Sources: the full dependence model (Metzler and Croft, "A Markov random field model for
term dependencies", 2005), of which these are the unordered windows of two words, scored as
BM25 scores a word (Rasolofo and Savoy, "Term proximity scoring for keyword-based retrieval
systems", 2003).  `scoring.py` has the formula.

What it does not do: explicit operators (AND, OR) mean what they say, and get nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from searcher.analysis import Analyzer
from searcher.query import tree

__all__ = ["MOST_WORDS", "REACH", "close_pairs", "close_words", "counted", "pairs_of"]

# `native/src/search/ranking/closeness.rs` has room for as many.
MOST_WORDS = 10
REACH = 3

_Word = TypeVar("_Word")


def close_pairs(group: tree.Group, analyzer: Analyzer) -> list[tuple[tree.Node, tree.Node]]:
    """The pairs of words of `group` that count, in their order; boosts stay on the words."""
    return pairs_of(close_words(group, analyzer))


def pairs_of(words: Sequence[_Word]) -> list[tuple[_Word, _Word]]:
    """Each of `words` with the next few."""
    return [(left, right) for i, left in enumerate(words) for right in words[i + 1 : i + 1 + REACH]]


def counted(pair: tree.Node, frequencies: Callable[[tree.Node], dict[int, int]]) -> dict[int, int]:
    """How often `pair` counts in each document: no more often than either word stands there.

    Arguments:
        frequencies: how often a part of the query occurs in each document that has it.
    """
    found = frequencies(pair)
    for word in tree.subtrees(pair):
        while isinstance(word, tree.Boost):
            word = word.child
        most = frequencies(word)
        found = {number: min(count, most[number]) for number, count in found.items()}
    return found


def close_words(group: tree.Group, analyzer: Analyzer) -> list[tree.Node]:
    """The words of `group` that have pairs; boosts stay on them."""
    words: dict[str, tree.Node] = {}
    for word, text in _bare_words(group):
        stems = analyzer.stems(analyzer.forms(text))
        if len(stems) == 1:
            words.setdefault(stems[0], word)
            if len(words) == MOST_WORDS:
                break
    return list(words.values())


def _bare_words(group: tree.Group) -> Iterator[tuple[tree.Node, str]]:
    """The bare words of `group` that have pairs, with their boosts, and the text of each."""
    for item in group.items:
        boosted = item.child if isinstance(item, tree.Required) else item
        word, boost = boosted, 1.0
        while isinstance(word, tree.Boost):
            boost *= word.factor
            word = word.child
        if isinstance(word, tree.Word) and boost >= 1.0:
            yield boosted, word.text
