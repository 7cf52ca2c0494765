"""In which order does a cluster give the articles that match?

By a script that adds up, for each scored part of the query, the most that it can be worth in
the article: `termFreq` says how often a word stands there, and a phrase stands there no more
often than any of its words, a proximity no more often than there are pairs, an alternative no
more often than all of them together.

    w * x / (k1 + x),   x = 2 * tf(title) + tf(body) / (1 - b + b * length / average)

with the constants of `scoring.py`, the weights w from the figures of all the cluster
(`figures.py`), and the lengths that field norms of an index directory record.  Of single words
this is the score itself, up to 32 bits of precision, so the articles come in the right order
from any number of shards.  Of everything else it is a bound: the first articles are read and
scored here (`searching.py`), until those that are shown beat the bound of the next.

A pattern or fuzzy word has no `termFreq`: what holds it is given its whole weight.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from searcher.cluster.positions import Positions
from searcher.cluster.words import Dsl, NeedsCheck, any_of
from searcher.query import tree
from searcher.scoring import Scoring
from searcher.searching.occurrences import Scope
from searcher.searching.plain import Leaf
from searcher.searching.recency import Recency

__all__ = ["ORDER_BY_SCORE", "RankingQuery", "field_of", "ranking_query"]

ORDER_BY_SCORE: list[Dsl] = [
    {"_score": "desc"},
    {"date_us": {"order": "desc", "missing": "_last"}},
    {"id": "asc"},
]
# More products of factors than these, of alternatives in proximity, are not worth their sum.
_MOST_PRODUCTS = 64

_SCRIPT = """
double score = _score;
double norm = doc['norm'].size() == 0 ? 0 : doc['norm'].value;
double body = params.shorter + params.b * norm / params.average;
for (leaf in params.leaves) {
  double x = 0;
  for (field in leaf.fields) {
    double frequency = 0;
    for (product in leaf.products) {
      double times = 1;
      double fewest = -1;
      for (factor in product) {
        double least = -1;
        for (term in factor) {
          double tf = termFreq(field.name, term);
          if (least < 0 || tf < least) { least = tf; }
          if (tf == 0) { break; }
        }
        times *= least;
        if (fewest < 0 || least < fewest) { fewest = least; }
      }
      frequency += leaf.least ? fewest : times;
    }
    if (frequency > 0) {
      x += field.weight * frequency / (field.measured ? body : 1.0);
    }
  }
  score += leaf.weight * x / (params.k1 + x);
}
"""
_AGED = """
double share = params.oldest;
if (doc['date_us'].size() != 0) {
  long reference = params.reference;
  long since = reference - doc['date_us'].value;
  long days = since < 0L ? 0L : since / 86400000000L;
  double half_life = params.half_life;
  if (days < params.days) { share = Math.pow(2.0, -days / half_life); }
}
return score * (1.0 + share) / 2.0;
"""


class RankingQuery(NamedTuple):
    """A query whose scores are at least those of the articles; `is_exact`: they are these."""

    query: Dsl
    is_exact: bool


def ranking_query(
    matching: Dsl,
    leaves: Iterable[tuple[Leaf, float]],
    positions: Positions,
    scoring: Scoring,
    average_length: float,
    *,
    recency: Recency | None = None,
) -> RankingQuery:
    """The query that finds what `matching` does, the best first.

    Arguments:
        leaves: what is scored, each with its weight and boost in one number.
        average_length: the mean recorded length of bodies.
        recency: how articles age.
    """
    scripted: list[Dsl] = []
    others: list[Dsl] = []
    is_exact = True
    for leaf, weight in leaves:
        if weight <= 0.0:
            continue
        products = _products(leaf.node, positions)
        is_exact &= products is not None and _is_word(products) and not leaf.for_closeness
        if products is None:
            others += _whole(leaf, weight, positions)
            continue
        scripted.append(
            {
                "weight": weight,
                "least": leaf.for_closeness,
                "fields": [_field(scope, scoring) for scope in leaf.scopes],
                "products": products,
            }
        )
    found: Dsl = {"bool": {"filter": [matching], **({"should": others} if others else {})}}
    script = _SCRIPT
    params: Dsl = {
        "leaves": scripted,
        "shorter": 1.0 - scoring.b,
        "b": scoring.b,
        "k1": scoring.k1,
        "average": average_length,
    }
    if recency is None:
        script += "return score;"
    else:
        script += _AGED
        params |= {
            "reference": recency.reference_us,
            "half_life": recency.half_life_days,
            "days": len(recency.factors),
            "oldest": 2.0 * recency.factors[-1] - 1.0,
        }
        is_exact = False  # ages are rounded otherwise here and there
    return RankingQuery(
        {"script_score": {"query": found, "script": {"source": script, "params": params}}},
        is_exact,
    )


def field_of(scope: Scope) -> str:
    """The field of the cluster's index that is a field of ours, or the beginning of one."""
    return "lead" if scope.limit is not None else scope.field


def _field(scope: Scope, scoring: Scoring) -> Dsl:
    weight = {
        "title": scoring.title_weight,
        "body": scoring.body_weight,
        "byline": scoring.byline_weight,
    }[scope.field]
    return {"name": field_of(scope), "weight": weight, "measured": scope.field == "body"}


_Products = list[list[list[str]]]
"""A sum of products of factors; a factor is as frequent as the least frequent of its terms."""


def _products(node: tree.Node, positions: Positions) -> _Products | None:
    """How often `node` may stand in a field, by how often terms do; None if that is not known."""
    match node:
        case tree.Or(children) | tree.Group(children):
            alternatives: _Products = []
            for child in children:
                found = _products(child, positions)
                if found is None or len(alternatives) + len(found) > _MOST_PRODUCTS:
                    return None
                alternatives += found
            return alternatives
        case tree.Near(left, right) | tree.Within(left, right):
            one, other = _products(left, positions), _products(right, positions)
            if one is None or other is None or len(one) * len(other) > _MOST_PRODUCTS:
                return None
            return [[*first, *second] for first in one for second in other]
        case tree.NotNear(child) | tree.Boost(child):
            return _products(child, positions)
    terms = []
    for part in positions.words.parts(node):
        if isinstance(part, tree.Word | tree.Exact):
            terms.append(positions.words.term(part))
        elif not isinstance(part, tree.AnyWord):
            return None
    return [[terms]] if terms else None


def _is_word(products: _Products) -> bool:
    return len(products) == len(products[0]) == len(products[0][0]) == 1


def _whole(leaf: Leaf, weight: float, positions: Positions) -> list[Dsl]:
    """A part whose frequency is not known: what may hold it is given all of its weight."""
    holders = []
    for scope in leaf.scopes:
        name = field_of(scope)
        try:
            holders.append(positions.exact(leaf.node, name))
        except NeedsCheck:
            holders.append(positions.loose(leaf.node, name))
    return [{"constant_score": {"filter": any_of(holders), "boost": weight}}]
