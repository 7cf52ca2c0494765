"""What can I ask of an archive?

`ArchiveReader` answers: searches, background, explanations, whole articles, numbers, and what
`ArchiveCounts` counts (`archive_counts.py`).  It is
the reading half of `Archive`, which programs use; nothing here changes an index.  Each
answer is given from one commit, the newest, which is borrowed from a pool and given back, so
one reader may be used from several threads.
"""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from searcher.archive_counts import ArchiveCounts
from searcher.archive_export import ArchiveExport
from searcher.archive_kept import ArchiveKept
from searcher.archive_names import ArchiveNames
from searcher.archive_texts import ArchiveTexts
from searcher.codec.generations import latest_generation
from searcher.errors import QueryError
from searcher.fields import FieldTable
from searcher.importing import InstalledOnly
from searcher.query import Node, parse_with_notes
from searcher.query.printing import text_of
from searcher.query.tree import DateRange, asks_for_groups, asks_for_names
from searcher.request import Request
from searcher.scoring import Scoring
from searcher.searching.budget import Budget
from searcher.searching.hidden import asks_for_hidden
from searcher.searching.pool import OPEN_ATTEMPTS, ViewPool
from searcher.searching.results import Results
from searcher.searching.scan import Scan

if TYPE_CHECKING:  # writing is imported when something is written: cold queries count
    from searcher.article import Article
    from searcher.evaluation.reports import Evaluation
    from searcher.evaluation.topics import Topic
    from searcher.indexing.check import CheckReport
    from searcher.query.notes import Note
    from searcher.searching.explain import Explanation
    from searcher.searching.marks import Marks
    from searcher.searching.related import Related
    from searcher.searching.statistics import Statistics
    from searcher.searching.suggesting import Suggestion
    from searcher.searching.view import View

__all__ = ["ArchiveReader"]

_T = TypeVar("_T")


class ArchiveReader(ArchiveCounts, ArchiveExport, ArchiveNames, ArchiveTexts, ArchiveKept):
    """What `Archive` answers about the index directory `path`.

    Arguments:
        now: the clock that relative dates in queries, and the age of articles, are read by.
        scoring: the constants of the ranking.
    """

    def __init__(
        self,
        path: str,
        *,
        now: Callable[[], dt.datetime] | None = None,
        scoring: Scoring | None = None,
    ) -> None:
        self.path = path
        self._now = now or (lambda: dt.datetime.now(dt.UTC))
        self._views = ViewPool(path, now=self._now, scoring=scoring)

    def search(
        self,
        query: str | Node,
        *,
        limit: int | None = 10,
        offset: int = 0,
        sort: str = "score",
        timeout: float | None = None,
        recent: float | Literal["auto"] | None = None,
        expand: bool = False,
        weights: Scoring | Mapping[str, float] | None = None,
        group: Literal["none", "copies", "stories"] = "none",
        passages: bool = False,
    ) -> Results:
        """Answer `query`.

        Arguments:
            query: text in the query language, or a tree.
            limit: hits to return, 0 or more; None returns all.
            offset: how many of the best hits to leave out.
            sort: "score", "date" (oldest first) or "-date" (newest first).
            timeout: seconds, more than 0, after which the query is given up; None for as long
                as it takes, which is bounded by what a query may cost.
            recent: how much recent articles go before older ones: a half-life in days (an
                article that is so much older than the newest keeps three quarters of its
                score, a very old one half), or "auto", to let the dates of the best hits say
                whether and how much; None for not at all.
            expand: add the words that the best answers share (`searching/feedback.py`);
                `understood` is the query as it was asked then.
            weights: constants of the ranking for this search, such as `{"title": 3, "k1": 1.2}`;
                those that are not named stay as they are.  Or all of them, as a `Scoring`.
                `searcher.scoring` says what they mean.
            group: "copies" for one hit a text: the earliest article that matches, and beside it
                the others with that text, `hit.copies`; `counts` are articles and texts then,
                and stories where they are kept.  "stories" for one hit a story, `hit.story`.
            passages: each hit has what its snippet shows as it is stored, `hit.passages`: its
                place in the body, and the runs of characters that matched.

        Raises:
            QueryError: the query cannot be understood, or costs more than one may.
            DeadlineError: it was not answered in time.
            IndexDamagedError: the index is broken.
            IndexStateError: copies or stories are asked for, and were not looked for.
            ValueError, TypeError: limit, offset, sort, timeout, recent, weights, group or
                passages is not one of these.
        """
        return self.answer(
            Request(
                query,
                limit=limit,
                offset=offset,
                sort=sort,
                timeout_s=timeout,
                recent=recent,
                expand=expand,
                weights=weights,
                group=group,
                passages=passages,
            )
        )

    def answer(self, request: Request) -> Results:
        """Answer `request`, which was made and checked before.

        Raises:
            QueryError, DeadlineError, IndexDamagedError: as `search`.
        """
        started = time.perf_counter()
        budget = Budget(request.timeout_s)
        asked, notes = self._parsed(request.query)

        def use(view: View) -> tuple[Any, ...]:
            understood, found, recency = view.hits(asked, request, budget)
            suggestions: tuple[Suggestion, ...] = ()
            if isinstance(request.query, str):  # a tree has no text to mend
                suggestions = view.suggestions(asked, request.query, found.matching_all, budget)
            nothing = view.nothing(understood, found.total, budget)
            generation = view.snapshot.generation
            return understood, found, recency, suggestions, nothing, generation, view.order

        understood, found, recency, suggestions, nothing, generation, order = self._read(asked, use)
        total, matching_all, hits, counts = found
        return Results(
            query=request.text,
            understood=text_of(understood),
            total=total,
            matching_all=matching_all,
            took_ms=(time.perf_counter() - started) * 1000,
            hits=hits,
            notes=notes,
            half_life_days=None if recency is None else recency.half_life_days,
            suggestions=suggestions,
            nothing=nothing,
            counts=counts,
            generation=generation,
            order=order,
        )

    def ids(
        self,
        query: str | Node,
        *,
        limit: int | None = None,
        offset: int = 0,
        sort: str = "score",
        timeout: float | None = None,
        recent: float | Literal["auto"] | None = None,
        expand: bool = False,
        weights: Scoring | Mapping[str, float] | None = None,
    ) -> list[str]:
        """The ids of the articles that match, in order, and nothing else of them.

        Arguments and errors are those of `search`; all ids are returned by default.
        """
        request = Request(
            query,
            limit=limit,
            offset=offset,
            sort=sort,
            timeout_s=timeout,
            recent=recent,
            expand=expand,
            weights=weights,
        )
        budget = Budget(request.timeout_s)
        asked, _ = self._parsed(query)
        return self._read(asked, lambda view: view.ids(asked, request, budget))

    def scan(
        self,
        query: str | Node,
        *,
        limit: int | None = None,
        offset: int = 0,
        sort: str = "score",
        timeout: float | None = None,
        recent: float | Literal["auto"] | None = None,
        expand: bool = False,
        weights: Scoring | Mapping[str, float] | None = None,
        group: Literal["none", "copies", "stories"] = "none",
    ) -> Scan:
        """All articles that match, whole, one after another, from one commit.

            for rank, score, article in archive.scan("truce", sort="date"):

        Arguments and errors are those of `search`; all articles are gone through by default.
        With the group "copies" each text is there once, with the number of its copies, and with
        "stories" each story, by its best text.
        The timeout is for finding them.

        Cost: that of a search, and to read each article when it is asked for.  Held are 16
        bytes an article, and some hundred while they are ranked.
        """
        request = Request(
            query,
            limit=limit,
            offset=offset,
            sort=sort,
            timeout_s=timeout,
            recent=recent,
            expand=expand,
            weights=weights,
            group=group,
        )
        return self.scan_of(request)

    def scan_of(self, request: Request) -> Scan:
        """The articles that answer `request`, which was made and checked before: see `scan`."""
        budget = Budget(request.timeout_s)
        asked, _ = self._parsed(request.query)
        hides = not asks_for_hidden(asked)
        view, (understood, total, places) = self._views.hold(
            lambda view: view.places(asked, request, budget), hides=hides
        )
        return Scan(
            len(places),
            partial(places.article_at, view.snapshot),
            view.snapshot.close,
            query=request.text,
            understood=text_of(understood),
            total=total,
            texts=places.texts,
            stories=places.stories,
        )

    def ranked(self, request: Request) -> list[tuple[str, float]]:
        """The ids of the articles that answer `request`, in order, with their scores.

        Raises:
            QueryError, DeadlineError, IndexDamagedError: as `search`.
        """
        budget = Budget(request.timeout_s)
        asked, _ = self._parsed(request.query)
        return self._read(asked, lambda view: view.ranked(asked, request, budget))

    def evaluate(
        self,
        topics: str | os.PathLike[str] | Sequence[Topic],
        qrels: str | os.PathLike[str] | Mapping[str, Mapping[str, int]],
        *,
        measures: Sequence[str] = (),
        topic_fields: Sequence[str] = (),
        syntax: bool = False,
        by_position: bool = False,
        id_field: str = "id",
        limit: int = 1000,
        timeout: float | None = None,
        **options: Any,
    ) -> Evaluation:
        """Ask `topics`, and hold what is found against the judgements `qrels`.

        Arguments:
            topics: a file of topics (TREC, SMART, JSON Lines, or id TAB query), or topics.
            qrels: a file of judgements (topic 0 article grade), or the grade of each article
                for each topic.
            measures: names as ir-measures has them; AP, nDCG@10, P@10 and R@1000 by default.
            topic_fields: which fields of a topic are asked, in a row; by default the first
                that there is of title, desc and narr.
            syntax: topics are queries; by default they are bare words.
            by_position: topics are called 1, 2, ... as they stand in their file.
            id_field: the field by whose value judgements name articles.
            limit: how many hits are looked at, 1 or more.
            timeout: seconds for each topic, as for `search`.
            options: whatever else `Request` takes.

        Raises:
            ReadError: a file cannot be read, or a line of it.
            EvaluationError: a measure or field is not known, or a topic cannot be asked.
            DeadlineError, IndexDamagedError: as `search`.

        Cost: a search for each topic; with another `id_field` every article is read once.
        """
        with InstalledOnly():
            from searcher.evaluation.evaluating import evaluate

        def rank(query: str | Node) -> list[tuple[str, float]]:
            return self.ranked(Request(query, limit=limit, timeout_s=timeout, **options))

        return evaluate(
            topics,
            qrels,
            rank=rank,
            ids=lambda: self.ids("*"),
            get=self.get,
            measures=measures,
            topic_fields=topic_fields,
            syntax=syntax,
            by_position=by_position,
            id_field=id_field,
        )

    def related(
        self,
        article: str | Article,
        *,
        limit: int = 10,
        offset: int = 0,
        older: bool = False,
        newer: bool = False,
        copies: bool = False,
        timeout: float | None = None,
    ) -> Related:
        """The background of an article: what else the archive has on its matter.

        Copies of it are left out, and of others that are copies of one another all but the
        best; each answer says which words tie it to the article.

        Arguments:
            article: the id of one in the archive, or an `Article` from elsewhere.
            limit, offset: as for `search`.
            older, newer: only what was published before the day of the article, or after it.
            copies: copies stay in.
            timeout: as for `search`.

        Raises:
            ArticleNotFoundError: there is no article with that id.
            ValueError: older and newer are both asked for, or one of them and the article has
                no date.
            QueryError, DeadlineError, IndexDamagedError: as `search`.

        Cost: some ten times that of a search.
        """
        with InstalledOnly():
            from searcher.searching.related import Related

        started = time.perf_counter()
        request = Request("*", limit=limit, offset=offset, timeout_s=timeout)
        budget = Budget(request.timeout_s)
        days: tuple[DateRange, ...] = ()
        if older or newer:
            if older and newer:
                raise ValueError("an article is older or newer, not both")
            published = (self.get(article) if isinstance(article, str) else article).date
            if published is None:
                raise ValueError("the article has no date, so nothing is older or newer")
            day = published.date() if isinstance(published, dt.datetime) else published
            step = dt.timedelta(days=1)
            days = (DateRange(None, day - step) if older else DateRange(day + step, None),)
        found_of, query, total, found = self._views.read(
            lambda view: view.related(article, request, budget, days=days, with_copies=copies)
        )
        return Related(
            id=found_of.id,
            title=found_of.title,
            query="" if query is None else text_of(query),
            total=total,
            took_ms=(time.perf_counter() - started) * 1000,
            articles=tuple(found),
        )

    def explain(
        self,
        query: str | Node,
        *,
        timeout: float | None = None,
        weights: Scoring | Mapping[str, float] | None = None,
    ) -> Explanation:
        """Say how `query` is understood, what each part of it finds, and what fails.

        Arguments:
            timeout, weights: as for `search`.

        Raises:
            QueryError: the query cannot be understood, or costs more than one may.
            DeadlineError: it was not explained in time.
        """
        request = Request(query, timeout_s=timeout, weights=weights)
        budget = Budget(request.timeout_s)
        asked, notes = self._parsed(query)
        return self._read(asked, lambda view: view.explain(asked, request, notes, budget))

    def _pool(self) -> ViewPool:
        return self._views

    def _read(self, asked: Node, use: Callable[[View], _T]) -> _T:
        """Run `use` on the newest commit; what may not be published is there if `asked` is
        about it."""

        def guarded(view: View) -> _T | None:
            if view.snapshot.hides_any and asks_for_hidden(asked):
                return None
            return use(view)

        found = self._views.read(guarded)
        return self._views.read(use, hides=False) if found is None else found

    def _view(self, use: Callable[[View], _T]) -> _T:
        return self._views.read(use)

    def _use(self, use: Callable[[View], _T], *, hides: bool = True) -> _T:
        return self._views.read(use, hides=hides)

    def _parsed(self, query: str | Node) -> tuple[Node, tuple[Note, ...]]:
        """The tree of `query`, with the spellings that names have here, what those are, and what
        was probably meant otherwise, and with whole ids."""
        tree, notes = (query, ()) if isinstance(query, Node) else self._parsed_text(query)
        if asks_for_names(tree):
            tree, added = self._with_spellings(tree, str(query))
            notes += added
        if asks_for_groups(tree):
            tree = self._with_whole_ids(tree, str(query))
        return tree, notes

    def _parsed_text(self, query: str) -> tuple[Node, tuple[Note, ...]]:
        language, fields = self._views.language, self._views.fields
        try:
            return parse_with_notes(query, now=self._now, language=language, fields=fields)
        except QueryError:
            if self.fields == fields:
                raise
            # A newer commit has fields that the one before had not.
            return parse_with_notes(query, now=self._now, language=language, fields=self.fields)

    def get(self, id: str) -> Article:
        """Return the whole article `id`; a beginning that only one id has will do.

        Raises:
            ArticleNotFoundError: no article, or more than one, has it; it is a KeyError too.
        """
        return self._views.read(lambda view: view.article(id))

    def versions(self, id: str) -> list[Article]:
        """The texts that the article `id` has had, the oldest first, and last the article.

        Raises:
            ArticleNotFoundError: as `get`.
        """
        return self._views.read(lambda view: view.versions(id))

    def marks(self, id: str, query: str | Node) -> Marks:
        """Say where in the article `id` the words of `query` stand: what a hit's snippet
        marks, in the whole article.  The article need not match the query as a whole.

        Raises:
            ArticleNotFoundError: no article, or more than one, has the id.
            QueryError: the query cannot be understood.
        """
        asked, _ = self._parsed(Request(query).query)
        return self._views.read(lambda view: view.marks(id, asked))

    def stats(self) -> Statistics:
        """Say what the index holds.  Cost: reads the dates of all articles."""

        with InstalledOnly():
            from searcher.searching.statistics import statistics_of

        return self._views.read(lambda view: statistics_of(view.snapshot))

    def check(self) -> CheckReport:
        """Say for every file of the index whether it is what was written.

        Unlike everything else this may be asked of an index that cannot be opened:
        `Archive(path).check()`.  Cost: reads all of it.

        Raises:
            IndexMissingError: there is no index.
            IndexStateError: it has native segments, and the native core is missing.
        """
        with InstalledOnly():
            from searcher.indexing.check import check_index

        for _ in range(OPEN_ATTEMPTS):
            report = check_index(self.path)
            # A newer commit removes the files of the one that was being read.
            if report.sound or report.generation == latest_generation(self.path):
                break
        return report

    @property
    def commit(self) -> tuple[int, str]:
        """The newest commit: its number, and a text that no other commit has, of an index that
        was put in the place of this one either.  Cost: to ask for the state of two files.

        Raises:
            IndexMissingError, IndexDamagedError: as `search`.
        """
        return self._views.commit()

    @property
    def is_at_hand(self) -> bool:
        """Whether a search begins at once: the newest commit is open, and another search is not
        using it."""
        return self._views.is_at_hand

    @property
    def language(self) -> str:
        """The language that words are stemmed in."""
        return self._views.read(lambda view: view.snapshot.language)

    @property
    def fields(self) -> FieldTable:
        """The fields of its articles, its own among them."""
        return self._views.read(lambda view: view.snapshot.fields)

    def __len__(self) -> int:
        """The number of articles."""
        return self._views.read(lambda view: view.snapshot.live_count)

    def __contains__(self, id: str) -> bool:
        try:
            return self.get(id).id == id
        except KeyError:
            return False

    def close(self) -> None:
        """Close the files that no search is using."""
        self._views.close()

    def __del__(self) -> None:
        if hasattr(self, "_views"):
            self.close()
