"""Which query of OpenSearch's says what a query tree asks?

`Translator` turns a tree into two queries: `upper` finds at least the articles that the tree
means, `lower` at most; they are one object where one query says it exactly.  NOT swaps them.
Where they differ, what `upper` finds has to be looked at (`checking.py`), and `reasons` say
which part is to blame.  Pure: nothing is asked of a cluster here.

The meaning is that of `searching/plain.py`.  What only an index directory knows (groups of
copies, stories, spellings of names) is an error that says so.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from searcher.analysis import Analyzer
from searcher.analysis.values import fold_value
from searcher.cluster.mapping import value_term
from searcher.cluster.positions import Positions
from searcher.cluster.words import ALL, NONE, Dsl, NeedsCheck, any_of
from searcher.codec.schema import instant_us
from searcher.errors import QueryError
from searcher.fields import FIELDS, FieldTable
from searcher.query import tree
from searcher.query.rewrite import is_optional
from searcher.searching.plain import scored_leaves
from searcher.searching.values import check_field

__all__ = ["FIELDS_OF", "Bounds", "Reason", "Translator", "all_of", "not_hidden", "refuse_unknown"]

FIELDS_OF = {
    "title": ("title",),
    "body": ("body",),
    "lead": ("lead",),
    "hlead": ("title", "lead"),
    "byline": ("byline",),
}
"""The fields of the cluster's index that a field of the query language stands for."""
_DEFAULT = ("title", "body")
_MOST_LENGTH = 2**31 - 1


class Bounds(NamedTuple):
    """Queries that find at least, and at most, what is meant; one object if they are exact."""

    upper: Dsl
    lower: Dsl

    @property
    def is_exact(self) -> bool:
        """Whether nothing needs to be checked."""
        return self.upper is self.lower


class Reason(NamedTuple):
    """A part of the query that no query of the cluster says exactly, and why."""

    part: str
    why: str


class Translator:
    """Turns trees into queries, for an index of articles with the fields of `table`.

    Arguments:
        expands: False if the server refused the patterns in proximity, which are checked then.
        all_optional: the optional words of keyword groups are all required.
    """

    def __init__(
        self,
        analyzer: Analyzer,
        table: FieldTable = FIELDS,
        *,
        expands: bool = True,
        all_optional: bool = False,
    ) -> None:
        self._positions = Positions(analyzer, expands=expands)
        self._table = table
        self._all_optional = all_optional
        self.reasons: list[Reason] = []

    def translate(self, node: tree.Node, fields: Sequence[str] = _DEFAULT) -> Bounds:
        """The queries for `node`, which is sought in `fields`.

        Raises:
            QueryError: articles have no such field, or only an index directory knows.
        """
        match node:
            case tree.And(children):
                return self._joined(all_of, children, fields)
            case tree.Or(children):
                return self._joined(any_of, children, fields)
            case tree.Not(child) | tree.Excluded(child):
                return _negated(self._required_as_typed(child, fields))
            case tree.Required(child) | tree.Boost(child):
                return self.translate(child, fields)
            case tree.Field(name, child):
                return self.translate(child, FIELDS_OF[name])
            case tree.Group(items):
                return self._group(items, fields)
            case tree.AtLeast():
                return self._at_least(node, fields)
            case tree.Everything():
                return _exact(ALL)
            case tree.Value():
                return _exact(self._value(node))
            case tree.Has(name):
                refuse_unknown(node)
                return _exact({"term": {"has": name}})
            case tree.DateRange(first, last):
                return _exact(_dates(first, last))
            case tree.LengthRange(low, high):
                found = {"gte": min(low or 0, _MOST_LENGTH)}
                if high is not None:
                    found["lte"] = min(high, _MOST_LENGTH)
                return _exact({"range": {"length": found}})
            case tree.InGroup() | tree.Is() | tree.Variants() | tree.NameSet():
                refuse_unknown(node)
        found_in = [self._text(node, field) for field in fields]
        return _join(any_of, found_in)

    def _joined(
        self,
        join: Callable[[list[Dsl]], Dsl],
        children: Iterable[tree.Node],
        fields: Sequence[str],
    ) -> Bounds:
        return _join(join, [self.translate(child, fields) for child in children])

    def _required_as_typed(self, child: tree.Node, fields: Sequence[str]) -> Bounds:
        """What is excluded is what it says, whatever is required elsewhere."""
        before, self._all_optional = self._all_optional, False
        try:
            return self.translate(child, fields)
        finally:
            self._all_optional = before

    def _group(self, items: tuple[tree.Node, ...], fields: Sequence[str]) -> Bounds:
        if self._all_optional:
            return self._joined(all_of, items, fields)
        optional = [item for item in items if is_optional(item)]
        needed = [item for item in items if not is_optional(item)]
        found = [self.translate(item, fields) for item in needed]
        if optional and not any(True for item in needed for _ in scored_leaves(item)):
            found.append(self._joined(any_of, optional, fields))
        return _join(all_of, found)

    def _text(self, node: tree.Node, field: str) -> Bounds:
        try:
            return _exact(self._positions.exact(node, field))
        except NeedsCheck as unsure:
            self._note(node, unsure)
        return Bounds(self._positions.loose(node, field), NONE)

    def _at_least(self, node: tree.AtLeast, fields: Sequence[str]) -> Bounds:
        count = max(node.count, 1)
        try:
            return _exact(self._positions.at_least(count, node.child, fields))
        except NeedsCheck as unsure:
            self._note(node, unsure)
        loose = [self._positions.loose(node.child, field) for field in fields]
        return Bounds(any_of(loose), NONE)

    def _note(self, node: tree.Node, unsure: NeedsCheck) -> None:
        reason = Reason(str(node), unsure.why)
        if reason not in self.reasons:
            self.reasons.append(reason)

    def _value(self, node: tree.Value) -> Dsl:
        check_field(node, self._table)
        if not _is_text(node.text):
            return NONE  # no article holds half a character
        folded = fold_value(node.text)
        if node.quoted or not re.search(r"[*?]", folded):
            return {"term": {node.name: {"value": value_term(node.text)}}}
        pattern = folded.replace("\\", "\\\\")
        return {"wildcard": {node.name: {"value": pattern, "rewrite": "constant_score"}}}


_ONLY_LOCAL = {
    tree.InGroup: "groups of copies, versions and stories are",
    tree.Is: "groups of copies are",
    tree.Has: "groups of copies, versions and stories are",
    tree.Variants: "spellings of names are",
    tree.NameSet: "saved sets of names are",
}


def refuse_unknown(node: tree.Node) -> None:
    """Raise the `QueryError` for a part that only an index directory can answer."""
    said = _ONLY_LOCAL.get(type(node))
    if said is None or (isinstance(node, tree.Has) and node.name not in tree.GROUPS):
        return
    names = isinstance(node, tree.Variants | tree.NameSet)
    raise QueryError(
        f"{said} not kept on a cluster",
        query=str(node) if node.start < 0 else "",
        position=max(node.start, 0),
        end=node.end if node.end > 0 else len(str(node)),
        suggestion="name the spellings: (haftar OR hifter)"
        if names
        else "leave it out, or ask an index directory: searcher copy",
    )


def not_hidden(now_us: int) -> Dsl:
    """The articles that may be published at that instant: those without a status, and those
    whose embargo has ended."""
    ended = [{"term": {"status": "embargoed"}}, {"range": {"embargo_us": {"lte": now_us}}}]
    free = {"bool": {"must_not": [{"term": {"has": "status"}}]}}
    return any_of([free, {"bool": {"filter": ended}}])


def _exact(query: Dsl) -> Bounds:
    return Bounds(query, query)


def _negated(found: Bounds) -> Bounds:
    if found.is_exact:
        return _exact(_none_of(found.upper))
    return Bounds(_none_of(found.lower), _none_of(found.upper))


def _none_of(query: Dsl) -> Dsl:
    if query == NONE:
        return ALL
    if query == ALL:
        return NONE
    return {"bool": {"must_not": [query]}}


def _join(join: Callable[[list[Dsl]], Dsl], found: Sequence[Bounds]) -> Bounds:
    upper = join([each.upper for each in found])
    if all(each.is_exact for each in found):
        return _exact(upper)
    return Bounds(upper, join([each.lower for each in found]))


def all_of(queries: list[Dsl]) -> Dsl:
    """The query that finds what all of `queries` do."""
    wanted = [part for query in queries for part in _conditions(query) if part != ALL]
    if not wanted:
        return ALL
    if NONE in wanted:
        return NONE
    return wanted[0] if len(wanted) == 1 else {"bool": {"filter": wanted}}


def _conditions(query: Dsl) -> list[Dsl]:
    """The queries that `query` is all of: nests are costly to the server."""
    inside = query.get("bool")
    if inside is not None and inside.keys() == {"filter"}:
        found: list[Dsl] = inside["filter"]
        return found
    return [query]


def _dates(first: dt.date | None, last: dt.date | None) -> Dsl:
    """Ends that are days are compared with the article's own day, instants with its instant."""
    days: dict[str, str] = {}
    instants: dict[str, int] = {}
    for name, end in (("gte", first), ("lte", last)):
        if isinstance(end, dt.datetime):
            instants[name] = instant_us(end)
        elif end is not None:
            days[name] = end.isoformat()
    asked: list[Dsl] = [{"range": {"day": days}}] if days else []
    asked += [{"range": {"date_us": instants}}] if instants else []
    return all_of(asked) if asked else {"exists": {"field": "date_us"}}


def _is_text(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
