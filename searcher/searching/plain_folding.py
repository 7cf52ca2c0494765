"""How does the plain executor fold answers by texts and stories?

It ranks all that match, and goes through them (`copies.py`), which is the definition of what the
native executor does with sets (`native_folding.py`).
"""

from __future__ import annotations

from typing import Any

from searcher.analysis import Analyzer
from searcher.importing import InstalledOnly
from searcher.query import tree
from searcher.request import Request
from searcher.searching.budget import Budget
from searcher.searching.executor import UNIT_OF_GROUP, FoldedRanking, Ranking
from searcher.searching.hits import make_hit
from searcher.searching.recency import Recency
from searcher.searching.results import Hit
from searcher.searching.snapshot import Snapshot

__all__ = ["PlainFolding"]


class PlainFolding:
    """What is folded in Python."""

    _snapshot: Snapshot
    _analyzer: Analyzer

    def search(
        self,
        understood: tree.Node,
        request: Request,
        *,
        count: bool = True,
        budget: Budget | None = None,
        recency: Recency | None = None,
    ) -> Ranking:
        """Rank the articles that match: see `Executor.search`."""
        raise NotImplementedError

    def folded(
        self,
        understood: tree.Node,
        request: Request,
        *,
        budget: Budget | None = None,
        recency: Recency | None = None,
    ) -> FoldedRanking:
        """Rank the texts, or stories, that match: see `Executor.folded`."""
        with InstalledOnly():
            from searcher.searching.copies import Folding

        by_story = UNIT_OF_GROUP[request.group] == "stories"
        folding = Folding(self._snapshot, by_story=by_story)
        everything = request.replace(limit=None, offset=0)
        ranking = self.search(understood, everything, budget=budget, recency=recency)
        offset, limit = request.offset, request.limit
        counts, texts = folding.fold(ranking.matches, offset=offset, limit=limit)
        return FoldedRanking(ranking.total, ranking.matching_all, counts, texts)

    def folded_hits(
        self,
        understood: tree.Node,
        request: Request,
        *,
        budget: Budget | None = None,
        recency: Recency | None = None,
    ) -> tuple[FoldedRanking, tuple[Hit, ...]]:
        """The same, and the articles as they are shown: see `Executor.folded_hits`."""
        budget = Budget(request.timeout_s) if budget is None else budget
        folded = self.folded(understood, request, budget=budget, recency=recency)
        parts: Any = (understood, self._snapshot, self, self._analyzer)
        hits = []
        for i, text in enumerate(folded.texts):
            budget.enter("reading the articles to show", f"{i:,} of {len(folded.texts):,}")
            hits.append(make_hit(text.match, *parts, passages=request.passages))
        with InstalledOnly():
            from searcher.searching.copies import Folding

        copies = Folding(self._snapshot).copies_of(folded.texts)
        pairs = zip(hits, copies, strict=True)
        return folded, tuple([hit._replace(copies=others) for hit, others in pairs])
