"""In which order does a cluster give the articles that match?

By the sum of what each scored part of the query can be worth in the article at most, which a
script says of the articles that hold it: `termFreq` says how often a word stands there, and a
phrase stands there no more often than any of its words, a proximity no more often than there are
pairs, an alternative no more often than all of them together.

    w * x / (k1 + x),   x = 2 * tf(title) + tf(body) / (1 - b + b * length / average)

with the constants of `scoring.py`, the weights w from the figures of all the cluster
(`figures.py`), and the lengths that field norms of an index directory record.  Of single words
this is the score itself, up to 32 bits of precision, so the articles come in the right order
from any number of shards.  Of everything else it is a bound: the first articles are read and
scored here (`searching.py`), until those that are shown beat the bound of the next.

A pattern or fuzzy word stands there as often as the forms that fit it do together, where the
cluster has said which these are (`figures.py`); of too many of them what holds one is given its
whole weight.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import NamedTuple, Protocol

from searcher.cluster.positions import Positions
from searcher.cluster.words import Dsl, NeedsCheck, any_of
from searcher.query import tree
from searcher.scoring import Scoring
from searcher.searching.occurrences import Scope
from searcher.searching.plain import Leaf
from searcher.searching.recency import Recency

__all__ = ["ORDER_BY_SCORE", "FormsOf", "RankingQuery", "field_of", "fields_of", "ranking_query"]


class FormsOf(Protocol):
    """The terms that a pattern or fuzzy word stands for in `fields`."""

    def __call__(self, word: tree.Node, fields: Sequence[str]) -> list[str] | None: ...


ORDER_BY_SCORE: list[Dsl] = [
    {"_score": "desc"},
    {"date_us": {"order": "desc", "missing": "_last"}},
    {"id": "asc"},
]
# Of these alone what is added up is no bound but what they are worth.
_WORDS = (tree.Word, tree.Exact, tree.Pattern, tree.Fuzzy)
# More products of factors than these, of alternatives in proximity, are not worth their sum.
_MOST_PRODUCTS = 64

_SCRIPT = """
double x = 0;
for (field in params.fields) {
  double frequency = 0;
  for (product in params.products) {
    double times = 1;
    double fewest = -1;
    for (factor in product) {
      double least = -1;
      for (terms in factor) {
        double tf = 0;
        for (term in terms) { tf += termFreq(field.name, term); }
        if (least < 0 || tf < least) { least = tf; }
        if (tf == 0) { break; }
      }
      times *= least;
      if (fewest < 0 || least < fewest) { fewest = least; }
      if (times == 0) { break; }
    }
    frequency += params.least ? fewest : times;
  }
  if (frequency > 0 && field.measured) {
    double norm = doc['norm'].size() == 0 ? 0 : doc['norm'].value;
    x += field.weight * frequency / (params.shorter + params.b * norm / params.average);
  } else if (frequency > 0) {
    x += field.weight * frequency;
  }
}
return params.weight * x / (params.k1 + x);
"""
_AGED = """
double score = _score;
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
    forms: FormsOf,
    *,
    recency: Recency | None = None,
) -> RankingQuery:
    """The query that finds what `matching` does, the best first.

    Arguments:
        leaves: what is scored, each with its weight and boost in one number.
        average_length: the mean recorded length of bodies.
        forms: the terms that a pattern or fuzzy word stands for in some fields; None if they are
            too many, or not known.
        recency: how articles age.
    """
    worths: list[Dsl] = []
    is_exact = True
    constants = {
        "shorter": 1.0 - scoring.b,
        "b": scoring.b,
        "k1": scoring.k1,
        "average": average_length,
    }
    for leaf, weight in leaves:
        if weight <= 0.0:
            continue
        products = _products(leaf.node, positions, partial(forms, fields=fields_of(leaf)))
        is_exact &= products is not None and isinstance(leaf.node, _WORDS) and _is_word(products)
        holders = any_of([_holders(leaf.node, field, positions) for field in fields_of(leaf)])
        if products is None:  # it is given all of its weight
            worths.append({"constant_score": {"filter": holders, "boost": weight}})
            continue
        params = {
            **constants,
            "weight": weight,
            "least": leaf.for_closeness,
            "fields": [_field(scope, scoring) for scope in leaf.scopes],
            "products": products,
        }
        worths.append(_scripted(holders, _SCRIPT, params))
    found: Dsl = {"bool": {"filter": [matching], **({"should": worths} if worths else {})}}
    if recency is None:
        return RankingQuery(found, is_exact)
    age = {
        "reference": recency.reference_us,
        "half_life": recency.half_life_days,
        "days": len(recency.factors),
        "oldest": 2.0 * recency.factors[-1] - 1.0,
    }
    # Ages are rounded otherwise here and there.
    return RankingQuery(_scripted(found, _AGED, age), False)


def _scripted(query: Dsl, source: str, params: Dsl) -> Dsl:
    return {"script_score": {"query": query, "script": {"source": source, "params": params}}}


def field_of(scope: Scope) -> str:
    """The field of the cluster's index that is a field of ours, or the beginning of one."""
    return "lead" if scope.limit is not None else scope.field


def fields_of(leaf: Leaf) -> list[str]:
    """The fields of the cluster's index in which a part is scored."""
    return [field_of(scope) for scope in leaf.scopes]


def _field(scope: Scope, scoring: Scoring) -> Dsl:
    weight = {
        "title": scoring.title_weight,
        "body": scoring.body_weight,
        "byline": scoring.byline_weight,
    }[scope.field]
    return {"name": field_of(scope), "weight": weight, "measured": scope.field == "body"}


_Products = list[list[list[list[str]]]]
"""A sum of products of factors; a factor is as frequent as the least frequent of its words, and a
word as its terms together."""


def _products(
    node: tree.Node, positions: Positions, forms: Callable[[tree.Node], list[str] | None]
) -> _Products | None:
    """How often `node` may stand in a field, by how often terms do; None if that is not known."""
    match node:
        case tree.Or(children) | tree.Group(children):
            alternatives: _Products = []
            for child in children:
                found = _products(child, positions, forms)
                if found is None or len(alternatives) + len(found) > _MOST_PRODUCTS:
                    return None
                alternatives += found
            return alternatives
        case tree.Near(left, right) | tree.Within(left, right):
            one = _products(left, positions, forms)
            other = _products(right, positions, forms)
            if one is None or other is None or len(one) * len(other) > _MOST_PRODUCTS:
                return None
            return [[*first, *second] for first in one for second in other]
        case tree.NotNear(child) | tree.Boost(child):
            return _products(child, positions, forms)
    words = []
    for part in positions.words.parts(node):
        if isinstance(part, tree.Word | tree.Exact):
            words.append([positions.words.term(part)])
        elif not isinstance(part, tree.AnyWord):
            fitting = forms(part)
            if fitting is None:
                return None
            words.append(fitting)
    return [[words]] if words else None


def _is_word(products: _Products) -> bool:
    return len(products) == len(products[0]) == len(products[0][0]) == 1


def _holders(node: tree.Node, field: str, positions: Positions) -> Dsl:
    """The articles that a part may be worth something in."""
    try:
        return positions.exact(node, field)
    except NeedsCheck:
        return positions.loose(node, field)
