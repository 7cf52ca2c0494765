"""What do the articles of a cluster say, word for word?

`ClusterTexts` is the part of `ClusterView` that reads articles whole: by their ids, where words
stand in them, who said something, what else there is on their matter, and what was changed in them.
Where it is more than one article, it is the code of an index directory that reads them, through a
window (`window.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from searcher.analysis import Analyzer
from searcher.article import Article
from searcher.cluster.asking import Asking, article_in
from searcher.cluster.counting import CountingExecutor
from searcher.cluster.translate import all_of
from searcher.cluster.words import Dsl
from searcher.codec.schema import VERSION_MARK, article_of, instant_us, stored_of
from searcher.errors import ArticleNotFoundError
from searcher.importing import InstalledOnly
from searcher.query import tree
from searcher.request import Request
from searcher.scoring import Scoring
from searcher.searching.budget import Budget
from searcher.searching.marks import Marks, find_marks, find_title_marks
from searcher.searching.occurrences import Span
from searcher.searching.results import Hit

if TYPE_CHECKING:
    from searcher.cluster.window import ArticleWindow
    from searcher.searching.key_words import TellingStems
    from searcher.searching.quotations import Quotation
    from searcher.searching.quote_checks import QuoteCheck, QuotePlace
    from searcher.searching.related import RelatedArticle
    from searcher.searching.silent_edits import EditedArticle
    from searcher.searching.verifying import QuoteChecker

__all__ = ["ClusterTexts"]

_NAMED_IDS = 5
_IDS_AT_ONCE = 1_000


class ClusterTexts:
    """What is said of texts."""

    analyzer: Analyzer
    _asking: Asking

    if TYPE_CHECKING:

        def understand(self, asked: tree.Node) -> tree.Node: ...

        def executor(self, scoring: Scoring | None = None) -> CountingExecutor: ...

        def _executor_for(self, request: Request) -> CountingExecutor: ...

    def _window(self, request: Request, budget: Budget) -> ArticleWindow:
        """The archive for what reads its articles one by one, ranked as `request` asks."""
        with InstalledOnly():
            from searcher.cluster.window import ArticleWindow

        return ArticleWindow(self._executor_for(request), budget, self.article)

    @cached_property
    def _telling_stems(self) -> TellingStems:
        with InstalledOnly():
            from searcher.searching.key_words import TellingStems

        return TellingStems(self.analyzer)

    def quotation(self, text: str, limit: int | None, budget: Budget) -> Quotation:
        """Whether the articles have the words `text`, and where: see `quoting.py`."""
        with InstalledOnly():
            from searcher.searching.quoting import Quoter

        window: Any = self._window(Request(text), budget)
        return Quoter(text, window, window.executor, self.analyzer, budget).quotation(limit)

    def quote_check(
        self, quote: str, id: str | None, limit: int | None, budget: Budget
    ) -> QuoteCheck:
        """Whether the article `id`, or any, says the words `quote`: see `verifying.py`."""
        return self._quote_checker(quote, budget).check(id, limit)

    def quote_in_older(
        self, quote: str, limit: int | None, budget: Budget
    ) -> tuple[list[QuotePlace], int]:
        """Where older versions of articles say the words `quote`, and how many do."""
        checker = self._quote_checker(quote, budget)
        return checker.places_elsewhere(None, limit, status="superseded")

    def _quote_checker(self, quote: str, budget: Budget) -> QuoteChecker:
        with InstalledOnly():
            from searcher.searching.verifying import QuoteChecker

        window: Any = self._window(Request(quote), budget)
        return QuoteChecker(quote, window, window.executor, self.analyzer, budget)

    def related(
        self,
        subject: Article | str,
        request: Request,
        budget: Budget,
        *,
        days: Sequence[tree.DateRange],
        with_copies: bool,
    ) -> tuple[Article, tree.Node | None, int, list[RelatedArticle]]:
        """The background of an article: see `searching/view.py`, and `related.py`."""
        with InstalledOnly():
            from searcher.searching.related import find_background

        article = self.article(subject) if isinstance(subject, str) else subject
        window: Any = self._window(request.replace(weights={"closeness": 0.0}), budget)
        parts = (request, window.executor, window, self._telling_stems, budget)
        found = find_background(article, days, *parts, with_copies=with_copies)
        return article, *found

    def edited(self, ids: Iterable[str], budget: Budget) -> list[EditedArticle]:
        """Those of the articles `ids` that have silent edits: see `searching/view.py`.

        Cost: a request for each, for all of its versions.
        """
        with InstalledOnly():
            from searcher.searching.silent_edits import edited_article

        found: list[EditedArticle] = []
        visible = self.executor().visible
        asked = list(ids)
        for at in range(0, len(asked), _IDS_AT_ONCE):
            some = asked[at : at + _IDS_AT_ONCE]
            query = all_of([{"terms": {"id": some}}, visible])
            hits = self._asking.first(query, [{"id": "asc"}], len(some), budget)["hits"]["hits"]
            for id in (hit["sort"][-1] for hit in hits):
                budget.enter("comparing versions", f"{at:,} of {len(asked):,} articles")
                edited = edited_article(self.versions(id))
                found += [edited] if edited else []
        return sorted(found, key=lambda one: (-instant_us(one.date), one.id))

    # ------------------------------------------------------------ one article

    def article(self, id: str) -> Article:
        """The article `id`, or the only one whose id begins so.

        Raises:
            ArticleNotFoundError: there is none, or more than one.
        """
        begins: Dsl = {"prefix": {"id": {"value": id}}}
        order: list[Dsl] = [{"id": "asc"}]
        hits = self._asking.first(
            {"bool": {"should": [{"term": {"id": id}}, begins]}},
            order,
            _NAMED_IDS + 1,
            Budget(),
            _source=["article"],
        )["hits"]["hits"]
        found = {article.id: article for article in map(article_in, hits)}
        if id in found:
            return found[id]
        if not found:
            raise ArticleNotFoundError(id, f"no article has the id {id}")
        versions = tuple(one + VERSION_MARK for one in found)
        whole = [one for one in found if not one.startswith(versions)]
        if len(whole) == 1 and len(hits) <= _NAMED_IDS:
            return found[whole[0]]
        several = ", ".join(sorted(found)[:_NAMED_IDS])
        raise ArticleNotFoundError(id, f"several ids begin with {id}: {several}", is_ambiguous=True)

    def versions(self, id: str) -> list[Article]:
        """The older texts of the article `id`, the oldest first, and last the article."""
        article = self.article(id)
        begins: Dsl = {"prefix": {"id": {"value": article.id + VERSION_MARK}}}
        older = [
            version
            for version in map(article_of, map(dict, self._asking.candidates(begins, Budget())))
            if version.metadata.get("version_of") == article.id
        ]
        older.sort(key=lambda version: instant_us(version.updated or version.date))
        text = (article.title, article.body)
        return [*(one for one in older if (one.title, one.body) != text), article]

    def marks(self, id: str, asked: tree.Node) -> Marks:
        """Where in the article `id` the words of `asked` stand."""
        engine = self.executor().engine_over([stored_of(self.article(id))])
        (segment,) = engine.snapshot.segments
        return find_marks(segment, 0, self.understand(asked), engine, self.analyzer)

    def title_marks(self, asked: tree.Node, hits: Sequence[Hit]) -> list[tuple[Span, ...]]:
        """Where in the headlines of `hits` the words of `asked` stand."""
        titles = [{"id": hit.id, "title": hit.title, "body": ""} for hit in hits]
        engine = self.executor().engine_over(titles)
        by_place = {(0, number): hit.title for number, hit in enumerate(hits)}
        marks = find_title_marks(by_place, self.understand(asked), engine, self.analyzer)
        return list(marks.values())
