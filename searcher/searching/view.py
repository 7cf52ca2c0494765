"""What does one commit of an index answer?

A `View` is a snapshot with what is needed to answer from it: an analyzer for the language
of the index, and the executor that fits its segments.  It serves one reader at a time;
`pool.py` hands views out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from functools import cache, cached_property, partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from searcher.analysis import Analyzer
from searcher.codec.schema import article_of, instant_us
from searcher.errors import ArticleNotFoundError
from searcher.importing import InstalledOnly
from searcher.query import Node
from searcher.query.printing import text_of
from searcher.query.rewrite import drop_stop_words
from searcher.query.tree import DateRange, Exact, Word, asks_for_names
from searcher.request import AUTO, Request
from searcher.scoring import DEFAULT_SCORING, Scoring
from searcher.searching.budget import Budget
from searcher.searching.choice import choose_executor
from searcher.searching.coverage import Coverage, coverage_of
from searcher.searching.recency import BEST_HITS, Ages, Recency
from searcher.searching.results import Found, with_stories
from searcher.searching.scan import Places, find_places
from searcher.searching.snapshot import Snapshot

if TYPE_CHECKING:
    from searcher.article import Article
    from searcher.query.notes import Note
    from searcher.searching.axes import Axis
    from searcher.searching.copies import TextGroup
    from searcher.searching.executor import Executor
    from searcher.searching.expanding import NameExpander
    from searcher.searching.explain import Explanation
    from searcher.searching.facets import Facet
    from searcher.searching.first import Covered, FoundFirst
    from searcher.searching.key_words import TellingStems
    from searcher.searching.lines import Line
    from searcher.searching.marks import Marks
    from searcher.searching.names import Spelling
    from searcher.searching.nothing import Nothing
    from searcher.searching.quotations import Quotation
    from searcher.searching.quote_checks import QuoteCheck, QuotePlace
    from searcher.searching.related import RelatedArticle
    from searcher.searching.silent_edits import EditedArticle
    from searcher.searching.spelling import Spellings
    from searcher.searching.stories import Story
    from searcher.searching.suggesting import Suggester, Suggestion
    from searcher.searching.timeline import Counted, Value
    from searcher.searching.verifying import QuoteChecker

__all__ = ["View"]

_IDS_BETWEEN_CHECKS = 256
# A word that so many articles have is not looked at any further (`suggesting.py` asks less).
_ENOUGH_ARTICLES = 3
# Names whose spellings are remembered, and how many of each a query may stand for.
_MOST_NAMES = 64
_MOST_SPELLINGS = 20
# Each holds some tens of kilobytes.
_MOST_OTHERS = 8


class View:
    """Answers from `snapshot`.

    Queries come as trees, as they were asked; what they mean here is found out here.
    All methods raise `IndexDamagedError` where the bytes are not what was written, and
    `FileNotFoundError` where a newer commit has removed a file that was not open yet.
    """

    order = "exact"
    """Of what it answers, as `Results.order` says it."""

    def __init__(
        self,
        snapshot: Snapshot,
        analyzer: Analyzer,
        *,
        now: Callable[[], dt.datetime],
        scoring: Scoring = DEFAULT_SCORING,
    ) -> None:
        self._now = now
        self._scoring = scoring
        self.snapshot = snapshot
        self.analyzer = analyzer
        self.executor = choose_executor(snapshot, analyzer, scoring=scoring)
        # Those that rank by other constants, the last few.
        self._others: dict[Scoring, Executor] = {}
        self._spellings: dict[tuple[str, str | None], tuple[Spelling, ...]] = {}
        self._ages = Ages(snapshot)
        # What the whole archive has of each period and value, and of each value.
        self._archive_counts: dict[tuple[Axis, Axis | None, str], Any] = {}
        self._whole_counts: dict[str, dict[Axis, Any]] = {}
        self._covered: dict[Axis, dict[bytes | None, Covered]] = {}
        self._fold: Callable[[str], tuple[str, ...]] = lambda text: tuple(analyzer.forms(text))

    def understand(self, asked: Node) -> Node:
        """`asked` with the spellings that names have here, and without the stop words that do
        not matter.

        Raises:
            QueryError: a set of names is not there, or no spelling is left.
        """
        if asks_for_names(asked):  # not looked up yet
            asked, _ = self.with_spellings(asked)
        return drop_stop_words(asked, self.analyzer.stop_words, self._fold)

    def with_spellings(self, asked: Node) -> tuple[Node, list[Note]]:
        """`asked` with the spellings that names have here, and what those are.

        Raises:
            QueryError: a set of names is not there, or no spelling is left.
        """
        expander = self._name_expander()
        expanded = expander.expand(asked)
        return expanded, expander.notes

    def _name_expander(self) -> NameExpander:
        with InstalledOnly():
            from searcher.codec.name_sets import read_name_sets
            from searcher.searching.expanding import NameExpander

        def near(name: str, field: str | None) -> list[Spelling]:
            key = (name, field)
            if key not in self._spellings:
                if len(self._spellings) >= _MOST_NAMES:
                    self._spellings.clear()
                self._spellings[key] = self.names(name, Budget(), _MOST_SPELLINGS, field=field)
            return [spelling for spelling in self._spellings[key] if spelling.is_near]

        def sets(*names: str) -> dict[str, tuple[str, ...]]:
            return read_name_sets(self.snapshot.directory, *names)

        return NameExpander(near, sets, self.analyzer, self.snapshot.forms_of_stem)

    def names(
        self, name: str, budget: Budget, limit: int, *, field: str | None = None
    ) -> tuple[Spelling, ...]:
        """The spellings that `name` has here: see `names.py`."""
        with InstalledOnly():
            from searcher.searching.names import find_names

        parts = (self.snapshot, self.executor, self.analyzer, budget)
        return find_names(name, field, *parts, limit=limit)

    def query_of(self, spellings: Sequence[str]) -> Node:
        """The query that finds any of `spellings` here."""
        with InstalledOnly():
            from searcher.searching.expanding import spellings_query

        return spellings_query(spellings, self.analyzer, self.snapshot.forms_of_stem)

    def hits(
        self, asked: Node, request: Request, budget: Budget
    ) -> tuple[Node, Found, Recency | None]:
        """How `asked` is understood, the articles that match (see `Executor.hits`), and how
        they age."""
        understood = self._rewritten(asked, request, budget)
        recency = None if request.recent is None else self._recency(understood, request, budget)
        executor = self._executor_for(request)
        if request.group != "none":
            return understood, self._folded(understood, request, recency, budget), recency
        found = executor.hits(understood, request, budget=budget, recency=recency)
        return understood, found, recency

    def _folded(
        self, understood: Node, request: Request, recency: Recency | None, budget: Budget
    ) -> Found:
        """One hit for each text, or for each story: see `copies.py`."""
        executor = self._executor_for(request)
        ranking, hits = executor.folded_hits(understood, request, budget=budget, recency=recency)
        if request.group == "stories":
            ids = [hit.id for hit in hits]
            stories = _late().copies.Folding(self.snapshot).stories_of(ranking.texts, ids)
            hits = with_stories(hits, stories)
        return Found(ranking.total, ranking.matching_all, hits, ranking.counts)

    def copies(self, id: str) -> TextGroup:
        """The articles with the text of the article `id`: see `copies.py`.

        Raises:
            ArticleNotFoundError: as `article`.
            IndexStateError: copies were not looked for.
        """
        with InstalledOnly():
            from searcher.searching.copies import group_of, known_groups

        return group_of(self.snapshot, known_groups(self.snapshot), id)

    def story(self, id: str, budget: Budget) -> Story:
        """The story that the article `id` is in: see `stories.py`.

        Raises:
            ArticleNotFoundError: as `article`.
            IndexStateError: stories were not looked for.
        """
        with InstalledOnly():
            from searcher.searching.stories import find_story

        return find_story(id, self.snapshot, self.executor, self.analyzer, budget)

    def _rewritten(self, asked: Node, request: Request, budget: Budget) -> Node:
        """How `asked` is understood, with the words of its best answers if that is asked for."""
        understood = self.understand(asked)
        budget.check()
        if not request.expand:
            return understood
        with InstalledOnly():
            from searcher.searching.feedback import expanded

        executor, scoring = self._executor_for(request), request.scoring(self._scoring)
        parts = (executor, self.snapshot, self.analyzer, self._telling_stems)
        return expanded(understood, request, *parts, scoring, budget)

    @cached_property
    def _telling_stems(self) -> TellingStems:
        with InstalledOnly():
            from searcher.searching.key_words import TellingStems

        return TellingStems(self.analyzer)

    def suggestions(
        self, asked: Node, text: str, matching_all: int, budget: Budget
    ) -> tuple[Suggestion, ...]:
        """What was probably meant instead of words that no article has: `suggesting.py`."""
        if matching_all > _ENOUGH_ARTICLES and isinstance(asked, Word | Exact):
            return ()  # without a look at what would be asked next
        return self._suggester.suggestions(asked, text, matching_all, budget)

    @cached_property
    def _suggester(self) -> Suggester:
        with InstalledOnly():
            from searcher.searching.suggesting import Suggester

        return Suggester(self.snapshot, self.executor, self.analyzer)

    def scoring_of(self, request: Request) -> Scoring:
        """The constants that `request` is ranked with here."""
        return request.scoring(self._scoring)

    def _executor_for(self, request: Request) -> Executor:
        """The executor that ranks as `request` asks."""
        if request.weights is None:
            return self.executor
        scoring = request.scoring(self._scoring)
        if scoring == self._scoring:
            return self.executor
        found = self._others.get(scoring)
        if found is None:
            if len(self._others) >= _MOST_OTHERS:
                self._others.clear()
            found = choose_executor(self.snapshot, self.analyzer, scoring=scoring)
            self._others[scoring] = found
        return found

    def _recency(self, understood: Node, request: Request, budget: Budget) -> Recency | None:
        """How articles age for `request`, which asks for that."""
        now_us = instant_us(self._now())
        half_life_days = request.recent
        if half_life_days == AUTO:
            best = Request(understood, limit=BEST_HITS)
            executor = self._executor_for(request)
            ranking = executor.search(understood, best, count=False, budget=budget)
            half_life_days = self._ages.half_life_of(ranking.matches, now_us)
        if half_life_days is None:
            return None
        return self._ages.recency(float(half_life_days), now_us)

    def ids(self, asked: Node, request: Request, budget: Budget) -> list[str]:
        """The ids of the articles that match, in order."""
        return [id for id, _ in self.ranked(asked, request, budget)]

    def ranked(self, asked: Node, request: Request, budget: Budget) -> list[tuple[str, float]]:
        """The ids of the articles that match, in order, with their scores."""
        understood = self._rewritten(asked, request, budget)
        recency = None if request.recent is None else self._recency(understood, request, budget)
        executor = self._executor_for(request)
        ranking = executor.search(understood, request, budget=budget, recency=recency)
        matches = ranking.matches
        segments = self.snapshot.segments
        found: list[tuple[str, float]] = []
        for match in matches:
            if not len(found) % _IDS_BETWEEN_CHECKS:
                budget.enter("reading ids", f"{len(found):,} of {len(matches):,}")
            found.append((segments[match.segment].id(match.number), match.score))
        return found

    def places(self, asked: Node, request: Request, budget: Budget) -> tuple[Node, int, Places]:
        """How `asked` is understood, how many articles match, and where those of `request` lie,
        which are open then, for a `Scan`."""
        understood = self._rewritten(asked, request, budget)
        recency = None if request.recent is None else self._recency(understood, request, budget)
        parts = (self.snapshot, self._executor_for(request), understood, request, recency, budget)
        return understood, *find_places(*parts)

    def explain(
        self, asked: Node, request: Request, notes: tuple[Note, ...], budget: Budget
    ) -> Explanation:
        """What each part of `asked` finds, and which one fails."""
        with InstalledOnly():
            from searcher.searching.explain import explain

        understood = self.understand(asked)
        budget.check()
        return explain(
            request.text,
            understood,
            self.snapshot,
            self.analyzer,
            notes,
            scoring=request.scoring(self._scoring),
            budget=budget,
        )

    # ------------------------------------------------------------ how many of which

    @cached_property
    def coverage(self) -> Coverage:
        """Which time and how many articles there are."""
        return coverage_of(self.snapshot)

    @cached_property
    def spellings(self) -> Spellings:
        """How values are written."""
        found: Spellings = _late().spelling.Spellings(self.snapshot)
        return found

    def nothing(self, understood: Node, total: int, budget: Budget) -> Nothing | None:
        """Why a query found nothing; None if it found something."""
        if total:
            return None
        explained: Nothing = _late().nothing.why_nothing(
            understood, self.executor, self.coverage, budget
        )
        return explained

    def _counter(self, unit: str) -> Any:
        """What counts articles, texts or stories."""
        if unit == "articles":
            return self.executor
        with InstalledOnly():
            from searcher.searching.unit_counts import UnitCounter

        return UnitCounter(self.snapshot, self.executor, unit)

    def facets(
        self,
        asked: Node,
        axes: Sequence[Axis],
        budget: Budget,
        *,
        limit: int | None,
        order: str,
        unit: str = "articles",
        share: bool = False,
    ) -> tuple[Node, int, tuple[Facet, ...], Nothing | None]:
        """How `asked` is understood, how many articles match (or texts, or stories), and how
        they are spread, with their `share` of the archive if that is wanted."""
        understood = self.understand(asked)
        budget.check()
        counter = self._counter(unit)
        kept = self._whole_counts.setdefault(unit, {})
        whole = partial(_late().facets.whole_of, kept, counter, budget, unit=unit)
        parts = (counter, self.spellings, budget)
        total, facets = _late().facets.count_facets(
            understood, axes, *parts, limit=limit, order=order, whole=whole if share else None
        )
        return understood, total, facets, self.nothing(understood, total, budget)

    def count_periods(
        self, text: str, asked: Node, period: Axis, split: Axis | None, unit: str, budget: Budget
    ) -> tuple[Counted, Nothing | None]:
        """How many articles that match are of each period, beside those of the archive; or
        texts or stories.

        Arguments:
            text: the query as it was typed.
        """
        timeline = _late().timeline
        understood = self.understand(asked)
        budget.check()
        counter = self._counter(unit)
        key = (period, split, unit)
        if key not in self._archive_counts:
            self._archive_counts[key] = timeline.count_archive(period, split, counter, budget)
        archive, extent = self._archive_counts[key]
        total, found = timeline.count_periods(understood, period, split, counter, budget)
        counted = timeline.Counted(text, text_of(understood), total, found, archive, extent)
        return counted, self.nothing(understood, total, budget)

    def written(self, column: Axis, values: Sequence[Value]) -> dict[Value, str | None]:
        """How values of `column` are written; None stands for having none."""
        return {
            value: None if value is None else self.spellings.of(column.column or "", value)
            for value in values
        }

    def first(
        self, asked: Node, column: Axis | None, budget: Budget, *, limit: int | None
    ) -> tuple[Node, FoundFirst, Nothing | None]:
        """How `asked` is understood, and the first and last articles that match."""
        first = _late().first
        understood = self.understand(asked)
        budget.check()
        if column is not None and column not in self._covered:
            self._covered[column] = first.cover_values(self.snapshot, self.executor, column, budget)
        found = first.find_first(
            understood,
            column,
            self._covered[column] if column else {},
            self.snapshot,
            self.executor,
            self.analyzer,
            self.spellings,
            budget,
            limit=limit,
        )
        return understood, found, self.nothing(understood, found.total, budget)

    # ------------------------------------------------------------ one article

    def related(
        self,
        subject: Article | str,
        request: Request,
        budget: Budget,
        *,
        days: Sequence[DateRange],
        with_copies: bool,
    ) -> tuple[Article, Node | None, int, list[RelatedArticle]]:
        """The article that was asked about, by itself or by its id, the query that was made of
        it, how many articles that finds, and the best of them: see `related.py`.

        Arguments:
            request: how many are wanted; its query does not matter.
            days: when they were published; all of these hold.

        Raises:
            ArticleNotFoundError: as `article`.
        """
        with InstalledOnly():
            from searcher.searching.related import find_background

        article = self.article(subject) if isinstance(subject, str) else subject
        executor = self._executor_for(request.replace(weights={"closeness": 0.0}))
        parts = (executor, self.snapshot, self._telling_stems, budget)
        found = find_background(
            article,
            days,
            request,
            *parts,
            with_copies=with_copies,
            known_copies=lambda: self._copies_of(article.id),
        )
        return article, *found

    def _copies_of(self, id: str) -> frozenset[str]:
        """The ids of the other articles with the text of the article `id`, as far as known."""
        if self.snapshot.groups is None:
            return frozenset()
        with InstalledOnly():
            from searcher.searching.copies import ids_of_group

        try:
            return ids_of_group(self.snapshot, self.snapshot.groups, id)
        except ArticleNotFoundError:  # an article from elsewhere
            return frozenset()

    def article(self, id: str) -> Article:
        """The article `id`, or the only one whose id begins so.

        Raises:
            ArticleNotFoundError: there is none, or more than one.
        """
        segment, number = self.snapshot.find(id)
        return article_of(segment.stored(number))

    def versions(self, id: str) -> list[Article]:
        """The older texts of the article `id`, the oldest first, and last the article."""
        segment, number = self.snapshot.find(id)
        article = article_of(segment.stored(number))
        older = map(article_of, self.snapshot.versions_of(article.id))
        text = (article.title, article.body)  # one that came back is no version of itself
        return [*(version for version in older if (version.title, version.body) != text), article]

    def lines(
        self, asked: Node, request: Request, budget: Budget, **context: Any
    ) -> tuple[Node, int, int, list[Line]]:
        """How `asked` is understood, how many places match it in how many articles, and lines
        of them: see `lines.find_lines`, which has the arguments."""
        with InstalledOnly():
            from searcher.searching.lines import find_lines

        understood = self.understand(asked)
        parts = (self.snapshot, self.executor, self.analyzer, budget)
        total, articles, lines = find_lines(understood, request, *parts, **context)
        return understood, total, articles, lines

    def quotation(self, text: str, limit: int | None, budget: Budget) -> Quotation:
        """Whether the articles have the words `text`, and where: see `quoting.py`.

        Raises:
            QueryError: there is no word in it, or too much of it.
        """
        with InstalledOnly():
            from searcher.searching.quoting import Quoter

        quoter = Quoter(text, self.snapshot, self.executor, self.analyzer, budget)
        return quoter.quotation(limit)

    def quote_check(
        self, quote: str, id: str | None, limit: int | None, budget: Budget
    ) -> QuoteCheck:
        """Whether the article `id`, or any, says the words `quote`: see `verifying.py`.

        Raises:
            ArticleNotFoundError: as `article`.
            QueryError: there is no word in it, or too much of it.
        """
        return self._quote_checker(quote, budget).check(id, limit)

    def quote_in_older(
        self, quote: str, limit: int | None, budget: Budget
    ) -> tuple[list[QuotePlace], int]:
        """Where older versions of articles say the words `quote`, and how many do; of a view
        that passes over nothing."""
        checker = self._quote_checker(quote, budget)
        return checker.places_elsewhere(None, limit, status="superseded")

    def _quote_checker(self, quote: str, budget: Budget) -> QuoteChecker:
        with InstalledOnly():
            from searcher.searching.verifying import QuoteChecker

        return QuoteChecker(quote, self.snapshot, self.executor, self.analyzer, budget)

    def edited(self, ids: Iterable[str], budget: Budget) -> list[EditedArticle]:
        """Those of the articles `ids` that have silent edits, the latest first; such as may
        not be published are passed over, where the view does that.

        Cost: reads and compares all of their versions.
        """
        with InstalledOnly():
            from searcher.searching.silent_edits import edited_article

        found: list[EditedArticle] = []
        for count, id in enumerate(ids):
            budget.enter("comparing versions", f"{count:,} articles")
            try:
                segment, number = self.snapshot.find(id)
            except ArticleNotFoundError:  # what a version is of was removed
                continue
            if segment.id(number) == id and number not in segment.deleted:
                edited = edited_article(self.versions(id))
                found += [edited] if edited else []
        return sorted(found, key=lambda one: (-instant_us(one.date), one.id))

    def marks(self, id: str, asked: Node) -> Marks:
        """Where in the article `id` the words of `asked` stand.  Raises: as `article`."""
        with InstalledOnly():
            from searcher.searching.marks import find_marks

        segment, number = self.snapshot.find(id)
        return find_marks(segment, number, self.understand(asked), self.executor, self.analyzer)


@cache
def _late() -> Any:
    """What only counting and folding by stories need, and why nothing was found: found once,
    since to look where modules come from takes longer than many a count."""
    with InstalledOnly():
        from searcher.searching import copies, facets, first, nothing, spelling, timeline

    return SimpleNamespace(
        copies=copies,
        facets=facets,
        first=first,
        nothing=nothing,
        spelling=spelling,
        timeline=timeline,
    )
