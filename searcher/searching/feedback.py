"""Which words of its best answers would a query do well to have?

Pseudo-relevance feedback (Rocchio, "Relevance feedback in information retrieval", 1971;
Robertson, "On term selection for query expansion", 1990): the first answers are taken for
good ones, and the words that they share are added to the query, each with a weight.

    1. the query is asked, and the best `ARTICLES` are read
    2. a stem weighs, over them, the sum of p * x / (k1 + x): p is the square of the share of
       the best score that the article has, over log2(rank + 1), and the rest is what the
       ranking itself makes of the stem's occurrences
    3. of stems that two of them hold or more, and that tell articles apart, the `WORDS` with
       the highest weight times idf are chosen, the query's own among them
    4. their weights are scaled so that weight times idf is, all together, half as much again
       as that of the query's own words (`SHARE`), and are rounded to what is printed

So the answer is a query like any other: it can be printed, edited and asked again.  In a
group of bare words the new ones stand beside the old ones; a query with operators stays as
it is, and the new words only rank what it finds.  The query's own words that are chosen
weigh more, and words that weigh less than 1 have no closeness (`closeness.py`).

A query with too few answers to learn from is left alone.  No other sign of a query that
feedback would spoil was found: of twelve (the shape of the scores, how much of the query the
best articles cover, how alike they are, their number, the idf of the new words and others)
none told the losers from the winners on more than one collection, and every threshold lost
more than it saved.

The constants were chosen on AP 1988 (TREC topics 151 to 200, titles: average precision .363
without and .423 with feedback), TIME, Cranfield, categories of Reuters-21578 and stories of AP.
Those topics chose them too: of 45 settings around them, left to 2-fold cross-validation, the
half of the topics that had no say has an average precision of .425 and a recall at 1,000 of .919
(with the constants as they are .921).  TIME loses a hundredth by feedback (.668 to .658), less
with less weight for the new words (`SHARE` 1: .667, AP .416) and more with more (2: .652, .425).
All of them may be halved or doubled for .01 or less; equal weights for the articles cost .014
there and .03 on TIME.  Relevance models (RM3), KL, Bo1 and Rocchio's cosine were worse as
weights, two rounds and near-copies left out were no better.  What it does not do: ask the
user which answers are good.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from searcher.analysis import Analyzer
from searcher.codec.schema import LENGTH_OF_CODE
from searcher.query import tree
from searcher.request import Request
from searcher.scoring import Scoring, inverse_document_frequency
from searcher.searching.budget import Budget
from searcher.searching.executor import Executor, Match
from searcher.searching.key_words import KeyWord, TellingStems, key_words
from searcher.searching.snapshot import Snapshot
from searcher.searching.word_weights import WeighedArticle, Weighing

__all__ = ["ARTICLES", "WORDS", "expanded"]

# Articles that are read, and words that are chosen.
ARTICLES = 10
WORDS = 25
# Fewer answers are too few to learn from.
FEWEST_ARTICLES = 3
# What the words that are chosen weigh together, of what those of the query do.
SHARE = 1.5
# The heaviest stems, of which the words are chosen.
_LOOKED_UP = 120
# Of a weight as much as is printed, so that the printed query is the same one.
_DECIMALS = 3
# A word that is added weighs less than one that was asked for.
_LIGHTEST, _HEAVIEST = 0.001, 0.99


def expanded(
    understood: tree.Node,
    request: Request,
    executor: Executor,
    snapshot: Snapshot,
    analyzer: Analyzer,
    stems: TellingStems,
    scoring: Scoring,
    budget: Budget,
) -> tree.Node:
    """`understood` with the words that its best answers share; itself, if it is left alone.

    Raises:
        QueryError, DeadlineError, IndexDamagedError: as `Executor.search`.

    Cost: a search for `ARTICLES` articles, whose texts are read.
    """
    best = Request(understood, limit=ARTICLES, timeout_s=request.timeout_s)
    matches = executor.search(understood, best, count=False, budget=budget).matches
    if len(matches) < FEWEST_ARTICLES or matches[0].score <= 0.0:
        return understood
    items = understood.items if isinstance(understood, tree.Group) else (understood,)
    own = list(_own_words(items, analyzer))
    words = _chosen_words(matches, executor, snapshot, stems, scoring, budget)
    mine = {word.stem for word in own}
    elsewhere = [stem for stem in _stems_within(items, analyzer) if stem not in mine]
    chosen = [word for word in words if word.stem not in elsewhere]
    asked = [*((word.stem, word.factor) for word in own), *((stem, 1.0) for stem in elsewhere)]
    mass = _mass_of(asked, executor, snapshot)
    together = math.fsum(word.weight * word.idf for word in chosen)
    if not together or not mass:
        return understood
    return _with_words(items, own, chosen, SHARE * mass / together)


def _with_words(
    items: Sequence[tree.Node], own: Sequence[_OwnWord], chosen: Sequence[KeyWord], scale: float
) -> tree.Node:
    """A group of `items` and the `chosen` words, whose weights are multiplied by `scale`."""
    changed = list(items)
    owner = {word.stem: word for word in reversed(own)}
    for word in chosen:
        weight = word.weight * scale
        if word.stem in owner:
            mine = owner[word.stem]
            factor = round(mine.factor + weight, _DECIMALS)
            changed[mine.place] = tree.Boost(mine.word, factor)
        else:
            factor = min(max(round(weight, _DECIMALS), _LIGHTEST), _HEAVIEST)
            changed.append(tree.Boost(tree.Word(word.word), factor))
    return changed[0] if len(changed) == 1 else tree.Group(tuple(changed))


def _mass_of(asked: Sequence[tuple[str, float]], executor: Executor, snapshot: Snapshot) -> float:
    """What stems weigh together, each with its factor."""
    frequencies = executor.stem_frequencies([stem for stem, _ in asked])
    count = snapshot.document_count
    return math.fsum(
        factor * inverse_document_frequency(frequency, count)
        for (_, factor), frequency in zip(asked, frequencies, strict=True)
    )


def _stems_within(items: Sequence[tree.Node], analyzer: Analyzer) -> Iterator[str]:
    """The stems of the words and phrases that a query asks for, each once."""
    found: dict[str, None] = {}
    waiting = list(items)
    while waiting:
        node = waiting.pop()
        if isinstance(node, tree.Word | tree.Exact):
            found.update(dict.fromkeys(analyzer.stems(analyzer.forms(node.text))))
        elif not isinstance(node, tree.Not | tree.Excluded):
            waiting.extend(tree.subtrees(node))
    yield from found


def _chosen_words(
    matches: Sequence[Match],
    executor: Executor,
    snapshot: Snapshot,
    stems: TellingStems,
    scoring: Scoring,
    budget: Budget,
) -> list[KeyWord]:
    """The words that `matches` share and that tell them from other articles."""
    best = matches[0].score
    shares = [
        (match.score / best) * (match.score / best) / math.log2(rank + 1)
        for rank, match in enumerate(matches, 1)
    ]
    together = math.fsum(shares)
    average = snapshot.average_length("body") or 1.0
    articles = []
    for match, share in zip(matches, shares, strict=True):
        code = snapshot.segments[match.segment].length_codes("body")[match.number]
        norm = 1.0 - scoring.b + scoring.b * LENGTH_OF_CODE[code] / average
        place = (match.segment, match.number)
        articles.append(WeighedArticle(place, share / together, norm))
    weighing = Weighing(scoring.k1, scoring.title_weight, least_documents=2)
    weighed = executor.words_of(articles, weighing, stems, budget)
    words = key_words(weighed, stems, executor, snapshot, most=_LOOKED_UP, least_frequency=3)
    words.sort(key=lambda word: -(word.weight * word.idf))
    return words[:WORDS]


class _OwnWord:
    """A bare word of the query: its place among the items of its group, stem and weight."""

    def __init__(self, place: int, word: tree.Word, stem: str, factor: float) -> None:
        self.place = place
        self.word = word
        self.stem = stem
        self.factor = factor


def _own_words(items: Sequence[tree.Node], analyzer: Analyzer) -> Iterator[_OwnWord]:
    """The bare words among `items` that have one stem."""
    for place, item in enumerate(items):
        word, factor = item, 1.0
        while isinstance(word, tree.Boost):
            factor *= word.factor
            word = word.child
        if isinstance(word, tree.Word):
            stems = analyzer.stems(analyzer.forms(word.text))
            if len(stems) == 1:
                yield _OwnWord(place, word, stems[0], factor)
