"""How are a few articles of a cluster looked at by what reads articles one by one?

Quotations, the background of an article and the expansion of a query ask for the best articles of
some queries and then read these.  `ArticleWindow` has the shape of a snapshot
(`searching/snapshot.py`), and `WindowExecutor` that of an executor, as far as they go: the code
that reads is the same as over an index directory.

An article gets its number when a search finds it, with its identity and date.  What it says is
read when it is asked for, a score of articles in one request, since the next ones are read next;
and when many are held, they are let go of and read again if need be.

What it does not do: rank more than 300 articles by score.  Whoever asks for more, or for all, puts
them in an order of his own, and gets them by date.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from searcher.article import Article
from searcher.cluster.asking import stored_in
from searcher.cluster.checking import CheckingExecutor
from searcher.cluster.memory import MemorySnapshot, Stored
from searcher.cluster.searching import MOST_RESCORED, ClusterExecutor, RankedArticle
from searcher.codec.schema import instant_us, stored_of
from searcher.errors import ClusterError
from searcher.query import tree
from searcher.request import Request
from searcher.searching.budget import Budget
from searcher.searching.executor import Match, Ranking
from searcher.searching.hits import date_of
from searcher.searching.occurrences import Span
from searcher.searching.recency import Recency
from searcher.searching.results import Found
from searcher.searching.word_weights import (
    Stems,
    WeighedArticle,
    Weighing,
    WordWeight,
    words_of,
)

__all__ = ["ArticleWindow", "WindowExecutor"]

_READ_AHEAD = 20
_MOST_HELD = 1_000


class _WindowSegment:
    """The articles that were found so far, by their numbers."""

    def __init__(self, executor: ClusterExecutor, budget: Budget) -> None:
        self._executor = executor
        self._budget = budget
        self._ids: list[str] = []
        self._dates_us: list[int] = []
        self._number_of: dict[str, int] = {}
        self._held: dict[int, Stored] = {}

    def number(self, id: str, date_us: int, stored: Stored | None) -> int:
        """The number of the article `id`, given if it has none."""
        number = self._number_of.setdefault(id, len(self._ids))
        if number == len(self._ids):
            self._ids.append(id)
            self._dates_us.append(date_us)
        if stored is not None:
            self._hold({number: stored})
        return number

    def _hold(self, articles: dict[int, Stored]) -> None:
        if len(self._held) + len(articles) > _MOST_HELD:
            self._held.clear()
        self._held |= articles

    def id(self, number: int) -> str:
        """The identity of an article."""
        return self._ids[number]

    def dates_us(self) -> Sequence[int]:
        """The instants of all articles."""
        return self._dates_us

    def stored(self, number: int) -> dict[str, Any]:
        """All that is stored of an article.

        Raises:
            ClusterError: it is not there any more.
        """
        if number not in self._held:
            self._read(number)
        return dict(self._held[number])

    def _read(self, first: int) -> None:
        last = min(first + _READ_AHEAD, len(self._ids))
        wanted = [number for number in range(first, last) if number not in self._held]
        asking = self._executor.asking
        found = asking.first(
            {"terms": {"id": [self._ids[number] for number in wanted]}},
            [{"id": "asc"}],
            len(wanted),
            self._budget,
            _source=["article"],
        )
        read = {stored["id"]: stored for stored in map(stored_in, found["hits"]["hits"])}
        if self._ids[first] not in read:
            raise ClusterError(
                str(asking.transport.address),
                f"the article {self._ids[first]} was removed while it was read",
                kind="answer",
                hint="ask again",
            )
        self._hold({n: read[self._ids[n]] for n in wanted if self._ids[n] in read})

    def length_codes(self, field: str) -> _LengthCodes:
        """The field norms of all articles."""
        return _LengthCodes(self, field, self._executor)


class _LengthCodes:
    """Field norms, each made when it is asked for."""

    def __init__(self, segment: _WindowSegment, field: str, executor: ClusterExecutor) -> None:
        self._segment = segment
        self._field = field
        self._executor = executor

    def __getitem__(self, number: int) -> int:
        documents = [self._segment.stored(number)]
        (one,) = MemorySnapshot(documents, self._executor.analyzer, self._executor.table).segments
        return one.length_codes(self._field)[0]


class ArticleWindow:
    """A snapshot of the articles that its `executor` finds, in one segment.

    Arguments:
        executor: what asks the cluster.
        budget: what all that is asked through it may cost.
        find: the article with an identity, or the only one whose identity begins so.
    """

    generation = 0

    def __init__(
        self, executor: ClusterExecutor, budget: Budget, find: Callable[[str], Article]
    ) -> None:
        self._figures = executor.figures
        self._budget = budget
        self._find = find
        self.segment = _WindowSegment(executor, budget)
        self.segments = [self.segment]
        self.executor = WindowExecutor(executor, self, budget)

    @property
    def document_count(self) -> int:
        """How many articles the cluster has."""
        if not self._figures.count:
            self._figures.prepare((), self._budget)
        return self._figures.count

    def average_length(self, field: str) -> float:
        """The mean recorded length of bodies."""
        return self._figures.average_length(field) if self.document_count else 0.0

    def form_frequencies(self, *forms: str) -> list[tuple[int, int, int]]:
        """How many articles hold each form in title, body and byline."""
        found = self._figures.holders_of_forms(forms, self._budget)
        return [(title, body, byline) for title, body, byline in found]

    def find(self, prefix: str) -> tuple[_WindowSegment, int]:
        """Where the article lies whose id is `prefix`, or the only one whose id begins so.

        Raises:
            ArticleNotFoundError: there is none, or more than one.
        """
        stored = stored_of(self._find(prefix))
        date_us = instant_us(date_of(stored.get("date")))
        return self.segment, self.segment.number(stored["id"], date_us, stored)


class WindowExecutor:
    """Answers queries with places in `window`: see `Executor` (`searching/executor.py`)."""

    def __init__(self, executor: ClusterExecutor, window: ArticleWindow, budget: Budget) -> None:
        self._executor = executor
        self._window = window
        self._budget = budget
        self._last: tuple[tree.Node, Request, int, int, list[RankedArticle]] | None = None

    def search(
        self,
        understood: tree.Node,
        request: Request,
        *,
        count: bool = True,
        budget: Budget | None = None,
        recency: Recency | None = None,
    ) -> Ranking:
        """Rank the articles that match; more than 300 of them come by date.  All are counted.

        Raises:
            QueryError, ClusterError, DeadlineError: as `ClusterExecutor.rank`.
        """
        budget = self._budget if budget is None else budget
        if request.limit is None or request.offset + request.limit > MOST_RESCORED:
            request = request.replace(sort="date" if request.sort == "score" else request.sort)
        ranked = self._executor.rank(
            understood, request, budget, recency=recency, with_articles=request.sort == "score"
        )
        articles = ranked.articles
        if request.sort == "score":
            articles = self._executor.scored(understood, articles, budget, recency=recency)
        self._last = understood, request, ranked.total, ranked.matching_all, articles
        return Ranking(ranked.total, ranked.matching_all, list(map(self._match, articles)))

    def _match(self, one: RankedArticle) -> Match:
        segment = self._window.segment
        return Match(0, segment.number(one.id, one.date_us, one.stored), one.score)

    def hits(
        self,
        understood: tree.Node,
        request: Request,
        *,
        budget: Budget | None = None,
        recency: Recency | None = None,
    ) -> Found:
        """The articles that `search` returns, as they are shown; they are not looked for again
        if they were just found.  Raises: as `search`."""
        last = self._last
        if last is None or last[0] is not understood or last[1] != request:
            self.search(understood, request, budget=budget, recency=recency)
            last = self._last
        assert last is not None
        _, _, total, matching_all, articles = last
        budget = self._budget if budget is None else budget
        scored = self._executor.scored(understood, articles, budget, recency=recency)
        hits = [
            one.engine.shown(understood, one.number, one.score)
            for one in scored
            if one.engine is not None
        ]
        return Found(total, matching_all, tuple(hits))

    def positions(
        self,
        understood: tree.Node,
        field: str,
        documents: Sequence[tuple[int, int]],
        *,
        budget: Budget | None = None,
    ) -> list[dict[int, list[Span]]]:
        """Where in a text field of some articles the words of a query stand: see
        `Executor.positions`."""
        stored = [self._window.segment.stored(number) for _, number in documents]
        engine: CheckingExecutor = self._executor.engine_over(stored)
        places = [(0, place) for place in range(len(stored))]
        return engine.positions(
            understood, field, places, budget=self._budget if budget is None else budget
        )

    def words_of(
        self, articles: Sequence[WeighedArticle], weighing: Weighing, stems: Stems, budget: Budget
    ) -> list[WordWeight]:
        """The stems of some articles, weighed: see `Executor.words_of`."""
        snapshot: Any = self._window
        return words_of(snapshot, articles, weighing, stems, budget)

    def stem_frequencies(self, stems: Sequence[str]) -> list[int]:
        """How many articles hold each of `stems`, in title or in body, whichever is more."""
        found = self._executor.figures.holders_of_stems(stems, self._budget)
        return [max(counts) for counts in found]
