"""Which articles are the background of this one?

The words that tell an article apart make a query of weighted words, and its best answers are
looked at one by one:

    copies    of the article itself, or of one that was chosen already, are left out: what
              shares most of its different words with it (`COPY`, the Dice coefficient)
    variety   each article that was chosen from the same outlet on the same day makes the
              next one from there worth a tenth less
    reason    of the words of the query, those that the answer has, the weightiest first

An article need not be in the archive.  The query can be printed, edited and asked again.

A word's occurrences, those in the title three times, are counted in full: not saturated, as
they are in the articles that are looked for.  The `QUERY_WORDS` words of the highest count
times idf are asked for, each weighing its count to the power of three quarters, to which the
ranking itself adds the idf (as Okapi weighs the words of a long query, BM25's k3).  The share
of the first five that is right, without variety, over articles of AP 1988 with TREC topics
151 to 200 (400 and 300), stories of AP (400 and 166) and categories of Reuters-21578 (150),
and in brackets average precision:

                                              topics         stories        categories
    saturated, 25 words, weight times idf     .412 (.184)    .237 (.593)    .608 (.280)
    counts, 25 words, weight times idf        .428 (.197)    .240 (.602)    .615 (.305)
    counts, 50 words, weight times idf        .437 (.204)    .247 (.615)    .619 (.304)
    counts, 50 words, without the idf         .451 (.208)    .251 (.621)    .632 (.296)
    other articles: the same                  .417           .266
    to the power of .75                       .425           .270           .639 (.288)
    to the power of .6                        .429           .273           .639 (.279)
    to the power of .75, 80 words             .431           .271

A lower power is better at the first places and worse at the thousandth.  Titles that count
once or five times make no difference.  Variety costs .005 of the first five on stories,
nothing on topics.  What it does beside Lucene's MoreLikeThis is in `benchmarks/README.md`.

Sources: Salton and Buckley, "Term-weighting approaches in automatic text retrieval" (1988),
and Robertson et al., "Okapi at TREC-3" (1994), for the weights; Soboroff, Huang and Harman,
"TREC 2018 News Track overview", for the task, background linking, and why copies have to go.
What it does not do: find all copies of an article, and whoever copied whom.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from searcher.article import Article
from searcher.query import tree
from searcher.request import Request
from searcher.searching.budget import Budget
from searcher.searching.executor import Executor, Match
from searcher.searching.key_words import KeyWord, TellingStems, key_words
from searcher.searching.results import Hit
from searcher.searching.snapshot import Snapshot
from searcher.searching.word_weights import (
    WeighedArticle,
    Weighing,
    WordWeight,
    count_words,
)

__all__ = [
    "COPY",
    "Related",
    "RelatedArticle",
    "find_background",
    "find_related",
    "is_copy",
    "subject_query",
]

# Words of the query, and of the article, its most frequent, from which they are chosen.
QUERY_WORDS = 80
_LOOKED_UP = 400
_TITLE_WEIGHT = 3
_COUNTED = Weighing(1.0, 1.0)
# Two articles that share so much of their different words are copies.
COPY = 0.7
# Of an article that is shorter, an answer that holds nearly all of its words.
_CUT_COPY = 0.9
_FEWEST_WORDS = 20
_SAME_DAY = 0.9
# Answers that are looked at for each article that is wanted.
_LOOKED_AT = 3
_REASONS = 5
# Of a weight as much as is printed. Less than 1, so that no pair of words has closeness.
_DECIMALS = 2
_LIGHTEST, _HEAVIEST = 0.01, 0.99


@dataclass(frozen=True, slots=True)
class Related(Sequence["RelatedArticle"]):
    """The background of an article; a sequence of related articles, the best first.

    `id` and `title` are those of the article that was asked about; `query` is what was looked
    for, in the query language, and `total` how many articles it finds, without the article
    itself and the copies of it that were met.
    """

    id: str
    title: str
    query: str
    total: int
    took_ms: float
    articles: tuple[RelatedArticle, ...]

    def __iter__(self) -> Iterator[RelatedArticle]:
        return iter(self.articles)

    def __len__(self) -> int:
        return len(self.articles)

    def __getitem__(self, index: Any) -> Any:
        return self.articles[index]

    def to_dict(self) -> dict[str, Any]:
        """The background as JSON values."""
        return {
            "id": self.id,
            "title": self.title,
            "query": self.query,
            "total": self.total,
            "took_ms": round(self.took_ms, 3),
            "related": [article.to_dict() for article in self.articles],
        }


class RelatedArticle(NamedTuple):
    """An article, and the words that tie it to the one that was asked about."""

    hit: Hit
    words: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """As JSON values: those of the hit, and `words`."""
        return {**self.hit.to_dict(), "words": list(self.words)}


def find_background(
    subject: Article,
    days: Sequence[tree.DateRange],
    request: Request,
    executor: Executor,
    snapshot: Snapshot,
    stems: TellingStems,
    budget: Budget,
    *,
    with_copies: bool = False,
    known_copies: Callable[[], frozenset[str]] = frozenset,
) -> tuple[tree.Node | None, int, list[RelatedArticle]]:
    """The query for the background of `subject`, how many articles it finds, and the best.

    Arguments:
        days: when they were published; all of these hold.
        executor: what ranks without closeness: the words that mark an article stand anywhere
            in it, in no order.
        known_copies: says the ids of articles that were found to be copies while indexing.

    Raises, and costs: as `find_related`.
    """
    query, words = subject_query(subject, executor, snapshot, stems)
    if query is None:
        return None, 0, []
    if days:
        items = query.items if isinstance(query, tree.Group) else (query,)
        query = tree.Group((*items, *days))
    budget.check()
    total, found = find_related(
        subject,
        query,
        words,
        request,
        executor,
        stems,
        budget,
        with_copies=with_copies,
        known_copies=known_copies(),
    )
    return query, total, found


def subject_query(
    subject: Article, executor: Executor, snapshot: Snapshot, stems: TellingStems
) -> tuple[tree.Node | None, list[KeyWord]]:
    """The query for the background of an article, and its words, the weightiest first; None
    where it has no word that the archive holds."""
    counted = [
        WordWeight(one.stem, one.word, 1, float(_TITLE_WEIGHT * one.in_title + one.in_body))
        for one in count_words(subject.title, subject.body, stems)
    ]
    words = key_words(counted, stems, executor, snapshot, most=_LOOKED_UP)
    # The sort is stable: of equal ones the first that was met.
    words.sort(key=_lightness)
    chosen = words[:QUERY_WORDS]
    if not chosen:
        return None, []
    best = max(map(_damped, chosen))
    items: list[tree.Node] = []
    for word in chosen:
        # As much as is printed, so that the printed query is the same one.
        boost = max(round(_HEAVIEST * _damped(word) / best, _DECIMALS), _LIGHTEST)
        items.append(tree.Boost(tree.Word(word.word), boost))
    query = items[0] if len(items) == 1 else tree.Group(tuple(items))
    return query, chosen


def _lightness(word: KeyWord) -> float:
    return -(word.weight * word.idf)


def _damped(word: KeyWord) -> float:
    """The count of a word to the power of three quarters, by roots that are the same on all
    machines."""
    return math.sqrt(word.weight * math.sqrt(word.weight))


def find_related(
    subject: Article,
    query: tree.Node,
    words: Sequence[KeyWord],
    request: Request,
    executor: Executor,
    stems: TellingStems,
    budget: Budget,
    *,
    with_copies: bool = False,
    known_copies: frozenset[str] = frozenset(),
) -> tuple[int, list[RelatedArticle]]:
    """How many articles answer `query`, and the best related ones.

    Arguments:
        query: that of `subject_query`, perhaps narrowed by dates.
        request: how many are wanted.
        with_copies: copies stay in.
        known_copies: ids of articles that were found to be copies while indexing.

    Raises:
        QueryError, DeadlineError, IndexDamagedError: as `Executor.search`.

    Cost: a search for `_LOOKED_AT` articles for each that is wanted, and to read those that
    are wanted and the copies before them.
    """
    wanted = 10 if request.limit is None else request.limit
    asked = Request(
        query, limit=_LOOKED_AT * (wanted + request.offset) + 1, timeout_s=request.timeout_s
    )
    matches = executor.search(query, asked, count=False, budget=budget).matches
    found = executor.hits(query, asked, budget=budget)
    own = {one.stem for one in count_words(subject.title, subject.body, stems)}

    def said(match: Match) -> set[int]:
        place = WeighedArticle((match.segment, match.number), 1.0, 1.0)
        return {one.stem for one in executor.words_of([place], _COUNTED, stems, budget)}

    found_ones = zip(found.hits, matches, strict=True)
    own_text = {subject.id} | (frozenset() if with_copies else known_copies)
    others = [(hit, match) for hit, match in found_ones if hit.id not in own_text]
    chosen, copies = _chosen(others, said, own, wanted + request.offset, with_copies=with_copies)
    total = found.total - (len(found.hits) - len(others)) - copies
    related = [
        RelatedArticle(hit, _reasons(words, its_words, stems))
        for hit, its_words in chosen[request.offset :]
    ]
    return total, related


def is_copy(one: set[int], other: set[int]) -> bool:
    """Whether articles of these words say the same: all of it, or one a part of the other."""
    if not one or not other:
        return False
    shared = len(one & other)
    if 2 * shared >= COPY * (len(one) + len(other)):
        return True
    fewer = min(len(one), len(other))
    return fewer >= _FEWEST_WORDS and shared >= _CUT_COPY * fewer


def _chosen(
    found: Sequence[tuple[Hit, Match]],
    said: Callable[[Match], set[int]],
    own: set[int],
    wanted: int,
    *,
    with_copies: bool,
) -> tuple[list[tuple[Hit, set[int]]], int]:
    """The best of `found` with the stems of each, from different outlets and days, and how many
    were met that are copies of the article with the stems `own`.

    Each is read only when its turn has come, since reading is what costs here.
    """
    chosen: list[tuple[Hit, set[int]]] = []
    left = list(found)
    times: dict[tuple[str | None, dt.date | None], int] = {}
    copies = 0
    while left and len(chosen) < wanted:
        best = max(
            range(len(left)),
            key=lambda i: (left[i][0].score * _SAME_DAY ** times.get(_place(left[i][0]), 0), -i),
        )
        hit, match = left.pop(best)
        its_words = said(match)
        if not with_copies and is_copy(own, its_words):
            copies += 1
            continue
        if not with_copies and any(is_copy(its_words, before) for _, before in chosen):
            continue
        chosen.append((hit, its_words))
        times[_place(hit)] = times.get(_place(hit), 0) + 1
    return chosen, copies


def _place(hit: Hit) -> tuple[str | None, dt.date | None]:
    day = hit.date.date() if isinstance(hit.date, dt.datetime) else hit.date
    return hit.source, day


def _reasons(words: Sequence[KeyWord], said: set[int], stems: TellingStems) -> tuple[str, ...]:
    """Which of `words` stand among the stems of an article."""
    return tuple(word.word for word in words if stems.number(word.stem) in said)[:_REASONS]
