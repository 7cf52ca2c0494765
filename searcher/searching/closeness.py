"""Which words of a keyword group are worth more where they stand close together?

Bare words side by side (`humanitarian truce tripoli`) rank by what each is worth, and by
how often any two of them stand near each other in the article:

    group                 a b "c d" +e        closeness of a and b, a and e, b and e

For each such pair the query gets a *closeness leaf* after all its other leaves, groups
from left to right, an outer one before those inside it: what the node `a w/N b` would add
as a scored leaf of the same fields, N being `Scoring.closeness_distance` and its boost that
of the group times `Scoring.closeness`.  It ranks and matches nothing: an article that has
the pair has both words.

Bare words are those of one token, required (`+e`) or not, and boosted (`d^2`) or not; but a
word that was given less than a whole word's weight (`d^0.3`) only helps, and has no pairs.
Phrases, exact words, patterns and fields between them are passed over.  Words of one stem are
one, the first.  Of a long group only the first `MOST_WORDS` have pairs, since those of a text
that was pasted in would be hundreds.

Sources: the full dependence model (Metzler and Croft, "A Markov random field model for
term dependencies", 2005), of which these are the unordered windows of two words, scored as
BM25 scores a word (Rasolofo and Savoy, "Term proximity scoring for keyword-based retrieval
systems", 2003).  `scoring.py` has the formula.

What it does not do: explicit operators (AND, OR) mean what they say, and get nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from searcher.analysis import Analyzer
from searcher.query import tree

__all__ = ["MOST_WORDS", "close_pairs", "close_words"]

# `native/src/search/ranking/closeness.rs` has bits for as many.
MOST_WORDS = 10


def close_pairs(group: tree.Group, analyzer: Analyzer) -> list[tuple[tree.Node, tree.Node]]:
    """The pairs of words of `group` that count, in their order; boosts stay on the words."""
    return list(combinations(close_words(group, analyzer), 2))


def close_words(group: tree.Group, analyzer: Analyzer) -> list[tree.Node]:
    """The words of `group` of which each two are a pair; boosts stay on them."""
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
