"""What did each part of a query find, and which part found nothing?

For every word, pattern, phrase and proximity expression the number of articles
that hold it, and for single words the forms they stand for, each with its own
count.  When nothing matches at all, the smallest part that already matches nothing
is named, and a word that occurs nowhere gets the nearest words that do.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from searcher.analysis import Analyzer
from searcher.distance import within_edits
from searcher.importing import InstalledOnly
from searcher.query import tree
from searcher.query.notes import Note
from searcher.scoring import DEFAULT_SCORING, Scoring
from searcher.searching.budget import Budget
from searcher.searching.closeness import close_words
from searcher.searching.plain import DEFAULT_SCOPES, SCOPES, PlainExecutor, Scopes
from searcher.searching.snapshot import Snapshot

__all__ = [
    "Closeness",
    "Explainer",
    "Explanation",
    "PartExplanation",
    "closeness_in",
    "explain",
    "parts_to_explain",
    "scope_name",
]

_SINGLE = (tree.Word, tree.Exact, tree.Pattern, tree.Fuzzy)
_COMPOSITE = (tree.Phrase, tree.Near, tree.Within, tree.NotNear, tree.AtLeast)
_CONDITIONS = (
    *(tree.Value, tree.DateRange, tree.LengthRange, tree.Has, tree.InGroup, tree.Is),
    tree.Everything,
)
SHOWN_FORMS = 20
# Units of work (`budget.py`) to compare two words.
_COMPARISON = 20
_SUGGESTIONS = 3


class PartExplanation(NamedTuple):
    """One part of a query.

    `text` is the part in the query language, `fields` where it was sought, `articles`
    how many match it by itself, `forms` the most frequent forms it stands for with
    the number of articles that hold each (single words only), `form_count` how many
    forms there are in all, `suggestions` words to try when it occurs nowhere.
    """

    text: str
    fields: tuple[str, ...]
    articles: int
    forms: tuple[tuple[str, int], ...]
    form_count: int
    suggestions: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The part as JSON values."""
        values = self._asdict()
        values["forms"] = dict(self.forms)
        values["fields"] = list(self.fields)
        values["suggestions"] = list(self.suggestions)
        return values


class Closeness(NamedTuple):
    """Words of a keyword group that rank an article higher where they stand close.

    `words` are as they stand in the query, each of which counts with the next three;
    `distance` is how many words apart the two may stand, and `boost` what that counts beside
    the words themselves.
    """

    words: tuple[str, ...]
    distance: int
    boost: float

    def to_dict(self) -> dict[str, Any]:
        """The words as JSON values."""
        return {**self._asdict(), "words": list(self.words)}


class Explanation(NamedTuple):
    """How a query was understood, what each part found, and what failed.

    `closeness` has the keyword groups whose words count for standing close.  `failing` is the
    smallest part that matches no article, when the whole matches none.  `notes` say what was
    probably meant otherwise.
    """

    query: str
    understood: str
    total: int
    parts: tuple[PartExplanation, ...]
    failing: str | None
    notes: tuple[Note, ...] = ()
    closeness: tuple[Closeness, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The explanation as JSON values."""
        values = self._asdict()
        values["notes"] = [note.to_dict() for note in self.notes]
        values["parts"] = [part.to_dict() for part in self.parts]
        values["closeness"] = [words.to_dict() for words in self.closeness]
        return values


def explain(
    text: str,
    query: tree.Node,
    snapshot: Snapshot,
    analyzer: Analyzer,
    notes: tuple[Note, ...] = (),
    *,
    scoring: Scoring = DEFAULT_SCORING,
    budget: Budget | None = None,
) -> Explanation:
    """Explain `query`, which was typed as `text` and read with `notes`, ranked by `scoring`.

    Raises:
        QueryError: patterns fit too many words, or all parts together cost more than a query
            may.
        DeadlineError: the time of `budget` has passed.

    Cost: that of a search for every part; suggestions read the terms of a field.
    """
    budget = Budget() if budget is None else budget
    # Parts of a query are taken apart in Python, whichever executor answers whole ones.
    executor = PlainExecutor(snapshot, analyzer)
    executor.begin(budget)
    budget.enter("looking for the words that the query stands for")
    executor.expand(query)
    explainer = Explainer(snapshot, executor, analyzer, budget)
    budget.enter("looking for articles")
    total = explainer.count(query, DEFAULT_SCOPES)
    parts: list[PartExplanation] = []
    sought = list(parts_to_explain(query, DEFAULT_SCOPES))
    for node, scopes in sought:
        budget.enter("explaining the query", f"{len(parts):,} of {len(sought):,} parts")
        parts.append(explainer.part(node, scopes))
    failing = None if total else str(explainer.smallest_failing(query, DEFAULT_SCOPES))
    closeness = tuple(closeness_in(query, analyzer, scoring, 1.0))
    return Explanation(text, str(query), total, tuple(parts), failing, notes, closeness)


def closeness_in(
    node: tree.Node, analyzer: Analyzer, scoring: Scoring, boost: float
) -> Iterator[Closeness]:
    """The groups whose words count for standing close, as `plain.closeness_leaves` has them."""
    match node:
        case tree.Group(items):
            words = close_words(node, analyzer) if scoring.closeness else []
            if len(words) > 1:
                texts = tuple(map(str, words))
                yield Closeness(texts, scoring.closeness_distance, boost * scoring.closeness)
            for item in items:
                yield from closeness_in(item, analyzer, scoring, boost)
        case tree.And(children) | tree.Or(children):
            for child in children:
                yield from closeness_in(child, analyzer, scoring, boost)
        case tree.Boost(child, factor):
            yield from closeness_in(child, analyzer, scoring, boost * factor)
        case tree.Required(child) | tree.Field(_, child):
            yield from closeness_in(child, analyzer, scoring, boost)


def parts_to_explain(node: tree.Node, scopes: Scopes) -> Iterator[tuple[tree.Node, Scopes]]:
    """The parts to explain, in the order of the query: composites before their words."""
    if isinstance(node, _SINGLE):
        yield node, scopes
    elif isinstance(node, _CONDITIONS):
        yield node, ()
    elif isinstance(node, tree.Field):
        yield from parts_to_explain(node.child, SCOPES[node.name])
    else:
        if isinstance(node, _COMPOSITE):
            yield node, scopes
        for child in tree.subtrees(node):
            yield from parts_to_explain(child, scopes)


class Explainer:
    """Counts what the parts of a query find, and looks for the one that fails."""

    def __init__(
        self, snapshot: Snapshot, executor: PlainExecutor, analyzer: Analyzer, budget: Budget
    ) -> None:
        self._budget = budget
        self._snapshot = snapshot
        self._executor = executor
        self._analyzer = analyzer

    def count(self, node: tree.Node, scopes: Scopes) -> int:
        return sum(
            len(self._executor.matching(node, segment, scopes) - segment.deleted)
            for segment in self._snapshot.segments
        )

    def part(self, node: tree.Node, scopes: Scopes) -> PartExplanation:
        articles = self.count(node, scopes)
        forms: dict[str, int] = {}
        if isinstance(node, _SINGLE) and len(self._executor.occurrences.parts(node)) == 1:
            for scope in scopes:
                for form in self._executor.occurrences.forms(node, scope.field):
                    exact = tree.Exact(form.decode("utf-8"))
                    if found := self.count(exact, scopes):
                        forms[exact.text] = found
        ranked = sorted(forms.items(), key=lambda pair: (-pair[1], pair[0]))
        return PartExplanation(
            text=str(node),
            fields=tuple(dict.fromkeys(scope_name(scope) for scope in scopes)),
            articles=articles,
            forms=tuple(ranked[:SHOWN_FORMS]),
            form_count=len(forms),
            suggestions=() if articles else self._suggestions(node, scopes),
        )

    def _suggestions(self, node: tree.Node, scopes: Scopes) -> tuple[str, ...]:
        """The nearest words to one that occurs nowhere, the more frequent first."""
        if not isinstance(node, tree.Word | tree.Exact):
            return ()
        forms = self._analyzer.forms(node.text)
        if len(forms) != 1 or len(forms[0]) < 4:
            return ()
        near: dict[str, int] = {}
        for scope in scopes:
            for term in self._executor.occurrences.terms(scope.field, forms[0][:1]):
                self._budget.charge(_COMPARISON)
                word = term.decode("utf-8")
                if within_edits(forms[0], word, 1 if len(word) < 6 else 2):
                    near[word] = self.count(tree.Exact(word), scopes)
        ranked = sorted(
            near, key=lambda word: (not within_edits(forms[0], word, 1), -near[word], word)
        )
        return tuple(word for word in ranked if near[word])[:_SUGGESTIONS]

    def smallest_failing(self, node: tree.Node, scopes: Scopes) -> tree.Node:
        """Of a node that matches nothing, the smallest part that does too."""
        if isinstance(node, tree.Field):
            inner = self.smallest_failing(node.child, SCOPES[node.name])
            return tree.Field(node.name, inner)
        if isinstance(node, tree.Or | tree.Not | tree.Excluded):
            return node  # all of its alternatives failed; none of them is the cause
        for child in tree.subtrees(node):
            if isinstance(child, tree.AnyWord):
                continue
            if isinstance(node, tree.NotNear) and child is node.right:
                continue
            if isinstance(node, tree.Group) and not self._is_needed(child, node):
                continue
            if not self.count(child, scopes):
                return self.smallest_failing(child, scopes)
        return node

    def _is_needed(self, item: tree.Node, group: tree.Group) -> bool:
        with InstalledOnly():
            from searcher.query.rewrite import is_optional

        return not is_optional(item) or len(group.items) == 1


def scope_name(scope: Any) -> str:
    return "lead" if scope.limit is not None else str(scope.field)
