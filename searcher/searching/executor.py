"""What does an executor answer, whichever it is?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from searcher.query import tree
from searcher.request import Request
from searcher.searching.axes import Axis
from searcher.searching.budget import Budget
from searcher.searching.occurrences import Span
from searcher.searching.recency import Recency
from searcher.searching.results import Counts, Found, Hit
from searcher.searching.snapshot import SegmentView
from searcher.searching.tally import Extreme, Tally
from searcher.searching.word_weights import Stems, WeighedArticle, Weighing, WordWeight

__all__ = ["UNIT_OF_GROUP", "Executor", "Folded", "FoldedRanking", "Match", "Ranking"]

UNIT_OF_GROUP = {"copies": "texts", "stories": "stories"}
"""What answers are folded by, as requests ask for it."""


class Match(NamedTuple):
    """One hit: where it lies in the snapshot, and its score."""

    segment: int
    number: int
    score: float


class Ranking(NamedTuple):
    """`total` articles match, `matching_all` of them all optional words; the best few."""

    total: int
    matching_all: int
    matches: list[Match]


class Folded(NamedTuple):
    """A text of an answer: the article that is shown, with the score of the best, and the number
    of the text's lead."""

    match: Match
    lead: int


class FoldedRanking(NamedTuple):
    """`total` articles match, `matching_all` of them all optional words; how many texts and
    stories they are, and the best few of those."""

    total: int
    matching_all: int
    counts: Counts
    texts: list[Folded]


class Executor(Protocol):
    """Answers requests over one snapshot; serves one at a time.

    `understood` is what the query of the request means in this index: its tree, without the
    stop words that do not matter.  `budget` is what answering may cost and has cost, begun
    where the request came in; when left out, one that begins now.

    Every executor gives the same articles in the same order with the same scores, to the
    last bit; `plain.py` is the definition.  They differ in how much work a query may be
    (`budget.py`), and an executor that can tell that it need not look at everything may.
    """

    def search(
        self,
        understood: tree.Node,
        request: Request,
        *,
        count: bool = True,
        budget: Budget | None = None,
        recency: Recency | None = None,
    ) -> Ranking:
        """Rank the articles that match, and return those that `request` asks for.

        Arguments:
            recency: what the age of an article leaves of its score; None leaves all.
            count: False if the totals do not matter: they are then what was seen on the way
                to the best, which may be all.  The matches are the same.

        Raises:
            QueryError: patterns fit too many words, or it costs more than a query may.
            DeadlineError: the time has passed.
            IndexDamagedError: the bytes of a segment are not what was written.

        Cost: at most, to read the posting lists of every word of the query.
        """

    def hits(
        self,
        understood: tree.Node,
        request: Request,
        *,
        budget: Budget | None = None,
        recency: Recency | None = None,
    ) -> Found:
        """The articles that `search` returns, as they are shown (`hits.py`).

        Raises: as `search`.  Cost: that, and to read and analyse each article.
        """

    def folded(
        self,
        understood: tree.Node,
        request: Request,
        *,
        budget: Budget | None = None,
        recency: Recency | None = None,
    ) -> FoldedRanking:
        """Rank the texts, or the stories, of the articles that match, and return those that
        `request` asks for (`copies.py` is the definition).

        Raises: as `search`, and
            IndexStateError: copies, or stories, were not looked for.

        Cost: that of `search` for some more articles, and a step for each that matches.
        """

    def folded_hits(
        self,
        understood: tree.Node,
        request: Request,
        *,
        budget: Budget | None = None,
        recency: Recency | None = None,
    ) -> tuple[FoldedRanking, tuple[Hit, ...]]:
        """The same, and the articles as they are shown (`hits.py`), with the others that have
        each text (`copies.py`).  Raises: as `folded`."""

    def tally(
        self,
        understood: tree.Node,
        axes: Sequence[Axis],
        *,
        limit: int | None,
        order: str,
        budget: Budget,
        once: str | None = None,
    ) -> tuple[int, list[Tally]]:
        """How many articles match, and how many of them have each value along each axis.

        Arguments:
            limit: how many rows are wanted of each axis; None for all.
            order: of rows, see `Tally`.
            once: "texts" or "stories", of each of which only the earliest article that matches
                counts; None counts all.

        Raises: as `search`; IndexStateError: texts, or stories, are not known.
        """

    def tally_two(
        self,
        understood: tree.Node,
        period: Axis,
        column: Axis,
        budget: Budget,
        *,
        once: str | None = None,
    ) -> dict[tuple[int | None, bytes | None], int]:
        """How many articles that match are of each period and have each value; see `tally`.

        Raises: as `tally`.
        """

    def extremes(self, understood: tree.Node, column: Axis | None, budget: Budget) -> list[Extreme]:
        """The earliest and the latest article that matches, of each value of `column`.

        Raises: as `search`.
        """

    def words_of(
        self,
        articles: Sequence[WeighedArticle],
        weighing: Weighing,
        stems: Stems,
        budget: Budget,
    ) -> list[WordWeight]:
        """The stems of `articles`, weighed: see `word_weights.py`.

        Raises: as `search`.  Cost: to decompress the documents and cut them into words.
        """

    def stem_frequencies(self, stems: Sequence[str]) -> list[int]:
        """How many documents hold each of `stems`, in title or in body, whichever is more:
        what a word weighs by, deleted ones included.
        """

    def matched_positions(
        self, understood: tree.Node, field: str, segment: SegmentView, number: int
    ) -> dict[int, list[Span]]:
        """Where in a text field of one document the words of the query stand.

        Runs of positions, first and last, ascending, for each scored leaf by its place in
        the tree; leaves that the field does not hold are left out.  The document need not
        match.
        """

    def positions(
        self,
        understood: tree.Node,
        field: str,
        documents: Sequence[tuple[int, int]],
        *,
        budget: Budget | None = None,
    ) -> list[dict[int, list[Span]]]:
        """`matched_positions` of several documents, given by segment and number."""
