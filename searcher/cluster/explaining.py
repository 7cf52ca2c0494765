"""What did each part of a query find on a cluster, and how was it asked?

As `searching/explain.py` says it of an index directory, but for the forms that words stand for
and words to try instead, which only a list of all words would tell.  Notes say which parts no
query of the cluster says exactly, so that what may match is looked at one by one, and whether
the order of the best is certain.
"""

from __future__ import annotations

from collections.abc import Sequence

from searcher.cluster.searching import ClusterExecutor
from searcher.query import tree
from searcher.query.notes import Note
from searcher.request import Request
from searcher.searching.budget import Budget
from searcher.searching.explain import (
    Explainer,
    Explanation,
    PartExplanation,
    closeness_in,
    parts_to_explain,
    scope_name,
)
from searcher.searching.plain import DEFAULT_SCOPES, Scopes

__all__ = ["explain_on_cluster"]


class _ClusterExplainer(Explainer):
    """Counts on a cluster."""

    def __init__(self, executor: ClusterExecutor, budget: Budget) -> None:
        self._cluster = executor
        self._budget = budget

    def count(self, node: tree.Node, scopes: Scopes) -> int:
        return self._cluster.count(node, scopes, self._budget)

    def part(self, node: tree.Node, scopes: Scopes) -> PartExplanation:
        return PartExplanation(
            text=str(node),
            fields=tuple(dict.fromkeys(scope_name(scope) for scope in scopes)),
            articles=self.count(node, scopes or DEFAULT_SCOPES),
            forms=(),
            form_count=0,
            suggestions=(),
        )


def explain_on_cluster(
    text: str,
    understood: tree.Node,
    executor: ClusterExecutor,
    notes: Sequence[Note],
    budget: Budget,
) -> Explanation:
    """Explain `understood`, which was typed as `text` and read with `notes`.

    Raises:
        QueryError, ClusterError, DeadlineError: as `ClusterExecutor.rank`.

    Cost: that of a search for every part.
    """
    explainer = _ClusterExplainer(executor, budget)
    ranked = executor.rank(understood, Request(understood, limit=10), budget)
    parts = [
        explainer.part(node, scopes)
        for node, scopes in parts_to_explain(understood, DEFAULT_SCOPES)
    ]
    failing = None
    if not ranked.total:
        failing = str(explainer.smallest_failing(understood, DEFAULT_SCOPES))
    ways = [
        f"{reason.part} is looked for in each article that may match, one by one: {reason.why}"
        for reason in ranked.reasons
    ]
    if ranked.order != "exact":
        ways.append("the order of the best is approximate: too many articles may be among them")
    closeness = closeness_in(understood, executor.analyzer, executor.scoring, 1.0)
    return Explanation(
        query=text,
        understood=str(understood),
        total=ranked.total,
        parts=tuple(parts),
        failing=failing,
        notes=(*notes, *(Note(0, 0, "", way, None) for way in ways)),
        closeness=tuple(closeness),
    )
