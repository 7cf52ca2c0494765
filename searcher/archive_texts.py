"""What do the articles of an archive say, word for word?

`ArchiveTexts` is what `ArchiveReader` answers of texts themselves: lines in context,
quotations, differences between articles, and what was changed in them since.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from searcher.codec.schema import VERSION_MARK
from searcher.errors import ArticleNotFoundError
from searcher.importing import InstalledOnly
from searcher.query import Node
from searcher.query.printing import text_of
from searcher.query.tree import And, Value
from searcher.request import Request
from searcher.searching.budget import Budget

if TYPE_CHECKING:
    from searcher.article import Article
    from searcher.comparing.articles import ArticleDiff
    from searcher.query.notes import Note
    from searcher.searching.lines import Line, Lines
    from searcher.searching.occurrences import Span
    from searcher.searching.quotations import Quotation
    from searcher.searching.quote_checks import QuoteCheck
    from searcher.searching.results import Hit
    from searcher.searching.silent_edits import Edits
    from searcher.searching.view import View

__all__ = ["ArchiveTexts"]

_T = TypeVar("_T")
# Of the text beside a line; more is the article.
_WIDEST = 10_000


class ArchiveTexts:
    """What is said of the texts of an archive."""

    def get(self, id: str) -> Article:
        """The article `id`."""
        raise NotImplementedError

    def _read(self, asked: Node, use: Callable[[View], _T]) -> _T:
        raise NotImplementedError

    def _use(self, use: Callable[[View], _T], *, hides: bool = True) -> _T:
        raise NotImplementedError

    def _parsed(self, query: str | Node) -> tuple[Node, tuple[Note, ...]]:
        raise NotImplementedError

    def title_marks(self, query: str | Node, hits: Sequence[Hit]) -> list[tuple[Span, ...]]:
        """Where in the headlines of `hits` the words of `query` stand: runs of characters, as
        `marks` has them.  One that was changed or removed after it was found has none.

        Raises:
            QueryError: as `search`.

        Cost: some tens of microseconds a hit.  Headlines of an answer (`Results`) stand in it; to
        hits that come by themselves, or from an older commit, the articles are read again.
        """
        with InstalledOnly():
            from searcher.searching.marks import find_title_marks

        asked, _ = self._parsed(query)

        def use(view: View) -> list[tuple[Span, ...]]:
            snapshot = view.snapshot
            is_this_commit = getattr(hits, "generation", None) == snapshot.generation
            number_of = {id(segment): place for place, segment in enumerate(snapshot.segments)}
            places: list[tuple[int, int] | None] = []
            titles: dict[tuple[int, int], str] = {}
            for hit in hits:
                place = None
                with contextlib.suppress(ArticleNotFoundError):
                    segment, number = snapshot.find(hit.id)
                    if is_this_commit or segment.stored(number)["title"] == hit.title:
                        place = number_of[id(segment)], number
                        titles[place] = hit.title
                places.append(place)
            marks = find_title_marks(titles, view.understand(asked), view.executor, view.analyzer)
            return [() if place is None else marks[place] for place in places]

        return self._use(use)

    def lines(
        self,
        query: str | Node,
        *,
        limit: int | None = 100,
        offset: int = 0,
        sort: str = "document",
        width: int = 40,
        unit: str = "characters",
        timeout: float | None = None,
    ) -> Lines:
        """Keywords in context: every place where `query` matched, with what stands beside it.

        Arguments:
            limit: lines to return; None for all.  All are counted.
            offset: how many of the first lines to leave out.
            sort: "document" (the best article first), "left" or "right" (by the words on that
                side, the nearest first), "date" or "-date".
            width: how much is shown on either side, 0 or more.
            unit: "characters" or "words", what `width` counts.
            timeout: as for `search`.

        Raises:
            QueryError, DeadlineError, IndexDamagedError: as `search`.
            ValueError: sort, width or unit is not one of these.

        Cost: to look up the places in all articles that match, and to read the articles of the
        lines that are returned; sorted by neighbours all of them, half a millisecond each.
        """
        with InstalledOnly():
            from searcher.searching.lines import LINE_SORTS, LINE_UNITS, Lines

        if sort not in LINE_SORTS:
            raise ValueError(f"sort is one of {', '.join(LINE_SORTS)}, not {sort!r}")
        if unit not in LINE_UNITS:
            raise ValueError(f"unit is one of {', '.join(LINE_UNITS)}, not {unit!r}")
        if not 0 <= width <= _WIDEST:
            raise ValueError(f"width is 0 to {_WIDEST:,}, not {width!r}")
        started = time.perf_counter()
        request = Request(query, limit=limit, offset=offset, timeout_s=timeout)
        budget = Budget(request.timeout_s)
        asked, _ = self._parsed(request.query)

        def use(view: View) -> tuple[Node, int, int, list[Line]]:
            return view.lines(asked, request, budget, sort=sort, width=width, unit=unit)

        understood, total, articles, lines = self._read(asked, use)
        return Lines(
            query=request.text,
            understood=text_of(understood),
            total=total,
            articles=articles,
            took_ms=(time.perf_counter() - started) * 1000,
            lines=tuple(lines),
        )

    def quote(
        self, text: str, *, limit: int | None = 10, timeout: float | None = None
    ) -> Quotation:
        """Whether the archive has the words `text`, which article had them first, and who is
        said to have said them.

        Arguments:
            text: what was said, up to 20,000 characters, with marks around it or without.
            limit: articles to return, the earliest ones; None for all.
            timeout: as for `search`.

        Raises:
            QueryError: there is no word in it, it is too long, or costs more than a query may.
            DeadlineError, IndexDamagedError: as `search`.

        Cost: of words that are there a phrase search and to read the articles that are
        returned; of others a search for some twenty words, and to compare six articles.
        """
        started = time.perf_counter()
        request = Request(text, limit=limit, timeout_s=timeout)
        budget = Budget(request.timeout_s)
        found = self._use(lambda view: view.quotation(text, request.limit, budget))
        return replace(found, took_ms=(time.perf_counter() - started) * 1000)

    def verify_quote(
        self,
        quote: str,
        *,
        id: str | None = None,
        limit: int | None = 10,
        timeout: float | None = None,
    ) -> QuoteCheck:
        """Whether the article `id`, or any article, says the words `quote`, to the character or
        in other type; never with a word more, less or other.

        `quote` finds who said something like it; this is for checking what is to be printed,
        so it is strict: accents, commas and every word count.

        Arguments:
            quote: what is said to stand there, up to 20,000 characters, with marks around it or
                without.
            id: the article that is said to have it, or a beginning that only one id has.
            limit: articles whose places are listed, the one that was asked about first, then
                the earliest ones; None for all, of which 200 are read.
            timeout: as for `search`.

        Raises:
            ArticleNotFoundError: there is no such article.
            QueryError: there is no word in it, it is too long, or costs more than a query may.
            DeadlineError, IndexDamagedError: as `search`.

        Cost: to read the article, a phrase search, and to read the articles that are listed;
        of words that are not there that of `quote`, unless the article has most of them.
        """
        started = time.perf_counter()
        request = Request(quote, limit=limit, timeout_s=timeout)
        budget = Budget(request.timeout_s)

        def use(view: View) -> tuple[QuoteCheck, bool]:
            return view.quote_check(quote, id, request.limit, budget), view.snapshot.hides_any

        found, hides_any = self._use(use)
        if hides_any and found.verdict in ("altered", "absent"):
            places, total = self._use(
                lambda view: view.quote_in_older(quote, request.limit, budget), hides=False
            )
            if total:
                shown = tuple(places) if request.limit != 0 else ()
                found = replace(found, verdict="elsewhere", total=total, places=shown)
        return replace(found, took_ms=(time.perf_counter() - started) * 1000)

    def diff(self, a: str | Article, b: str | Article) -> ArticleDiff:
        """How the article `a` became `b`, headline and text, to the character.

        Arguments:
            a, b: ids of articles in the archive, or articles from elsewhere.

        Raises:
            ArticleNotFoundError: as `get`.

        Cost: about two tenths of a millisecond for articles of 500 words, and to read them.
        """
        with InstalledOnly():
            from searcher.comparing.articles import compare_articles

        one, other = (self.get(each) if isinstance(each, str) else each for each in (a, b))
        return compare_articles(one, other)

    def edits(
        self, query: str | Node, *, limit: int | None = None, timeout: float | None = None
    ) -> Edits:
        """Silent edits: headlines and figures that are others in the versions of articles.

        Arguments:
            query: finds an article by any of its versions.
            limit: articles to return, the latest ones; None for all.
            timeout: as for `search`.

        Raises:
            QueryError, DeadlineError, IndexDamagedError: as `search`.

        Cost: to find all articles that match, and to compare the versions of those that have
        any.
        """
        with InstalledOnly():
            from searcher.searching.silent_edits import Edits

        request = Request(query, limit=limit, timeout_s=timeout)
        budget = Budget(request.timeout_s)
        asked, _ = self._parsed(request.query)
        everything = request.replace(limit=None)
        superseded = Value("status", "superseded", quoted=True)

        def with_versions(view: View) -> tuple[set[str], set[str]]:
            """The articles that have versions, and those of them that match by a version."""
            found = []
            for wanted in (superseded, And((asked, superseded))):
                ids = view.ids(wanted, everything, budget)
                found.append({id.rpartition(VERSION_MARK)[0] for id in ids} - {""})
            return found[0], found[1]

        versioned, matching = self._use(with_versions, hides=False)
        if versioned > matching:
            ids = self._read(asked, lambda view: view.ids(asked, everything, budget))
            matching |= versioned.intersection(ids)
        edited = self._read(asked, lambda view: view.edited(sorted(matching), budget))
        shown = edited if request.limit is None else edited[: request.limit]
        return Edits(request.text, len(edited), len(matching), tuple(shown))
