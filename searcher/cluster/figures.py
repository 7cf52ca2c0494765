"""What do scores need to know of all articles of a cluster?

How many articles there are and how long their bodies are on average, how many articles hold a
word, and how often it recurs where it stands: what `scoring.py` makes weights of.  All of it is
asked of the whole index, in one request or two for each query, so that scores do not depend on
how articles are divided into shards.  Answers are kept for a minute.

Which forms a pattern or fuzzy word stands for says the validation of a query that is made of all
of them, on all shards.  Only the order of articles depends on it.

Like the frequencies of an index directory these count articles that may not be published too.
What the cluster has deleted is not counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from searcher.cluster.asking import Asking
from searcher.cluster.terms import form_term, stem_term
from searcher.cluster.words import Dsl, NeedsCheck, Words, any_of
from searcher.query import tree
from searcher.searching.budget import Budget
from searcher.searching.plain import Leaf, Scopes

__all__ = ["Figures", "single_words"]

# Sums of occurrences that are asked for in one request.
_AT_ONCE = 64
_OCCURRENCES = "termFreq('title', params.term) + termFreq('body', params.term)"
_ALL = (None, "")
_FORMS = "forms"
_HOLDERS = "holders"
_COUNTED_AT_ONCE = 300
# A script asks for each form in each article that holds one, in a microsecond.
_MOST_FORMS = 500
_MOST_LOOKS = 200_000
FieldsOf = Callable[[Leaf], Sequence[str]]


class Figures:
    """What an index holds of words, as far as one query needs it.

    Arguments:
        known: what was found out before, which is added to: shared by queries for a while.
    """

    def __init__(self, asking: Asking, words: Words, known: dict[Any, Any]) -> None:
        self._asking = asking
        self._words = words
        self._known = known
        # What parts of queries weigh, which follows from what is known.
        self.weights: dict[tuple[tree.Node, Scopes], float] = {}

    @property
    def count(self) -> int:
        """How many articles there are; 0 before anything was prepared."""
        found: tuple[int, float] = self._known.get(_ALL, (0, 1.0))
        return found[0]

    def prepare(self, leaves: Iterable[Leaf], budget: Budget) -> None:
        """Find out all that the weights of `leaves` are made of.

        Raises:
            ClusterError, DeadlineError: as `Asking.search`.
        """
        frequencies: dict[tuple[tree.Node, str], None] = {}
        recurrences: dict[tree.Word, None] = {}
        for leaf in leaves:
            names = {scope.field for scope in leaf.scopes}
            for word in single_words(leaf.node, self._words):
                for name in names:
                    if (word, name) not in self._known:
                        frequencies[word, name] = None
                is_known = word in self._known
                if isinstance(word, tree.Word) and "byline" not in names and not is_known:
                    recurrences[word] = None
        if frequencies or _ALL not in self._known:
            self._count(list(frequencies), budget)
        words = list(recurrences)
        for at in range(0, len(words), _AT_ONCE):
            self._count_occurrences(words[at : at + _AT_ONCE], budget)

    def _count(self, wanted: list[tuple[tree.Node, str]], budget: Budget) -> None:
        asked: Dsl = {"norm": {"avg": {"field": "norm"}}}
        for number, (word, field) in enumerate(wanted):
            asked[str(number)] = {"filter": self._words.query(word, field)}
        body = {"size": 0, "track_total_hits": True, "aggs": asked}
        found = self._asking.search(body, budget)
        counted = found["aggregations"]
        self._known[_ALL] = found["hits"]["total"]["value"], counted["norm"]["value"] or 1.0
        for number, key in enumerate(wanted):
            self._known[key] = counted[str(number)]["doc_count"]

    def _count_occurrences(self, words: list[tree.Word], budget: Budget) -> None:
        bodies = []
        for word in words:
            term = self._words.term(word)
            holders = any_of([{"term": {field: term}} for field in ("title", "body")])
            script = {"source": _OCCURRENCES, "params": {"term": term}}
            bodies.append(
                {
                    "size": 0,
                    "track_total_hits": True,
                    "query": {"script_score": {"query": holders, "script": script}},
                    "aggs": {"sum": {"sum": {"script": {"source": "_score"}}}},
                }
            )
        answers = self._asking.search_several(bodies, budget)
        for word, found in zip(words, answers, strict=True):
            occurrences = round(found["aggregations"]["sum"]["value"])
            self._known[word] = occurrences, found["hits"]["total"]["value"]

    # ------------------------------------------------------------ many words at once

    def holders_of_forms(self, forms: Sequence[str], budget: Budget) -> list[tuple[int, ...]]:
        """How many articles hold each of `forms` in title, body and byline.

        Raises:
            ClusterError, DeadlineError: as `Asking.search`.

        Cost: a search that counts for each hundred.
        """
        return self._holders(list(map(form_term, forms)), ("title", "body", "byline"), budget)

    def holders_of_stems(self, stems: Sequence[str], budget: Budget) -> list[tuple[int, ...]]:
        """How many articles hold a word of each of `stems` in title and body.  Raises, and costs:
        as `holders_of_forms`."""
        return self._holders(list(map(stem_term, stems)), ("title", "body"), budget)

    def _holders(
        self, terms: Sequence[str], fields: Sequence[str], budget: Budget
    ) -> list[tuple[int, ...]]:
        keys = [(term, field) for term in dict.fromkeys(terms) for field in fields]
        wanted = [key for key in keys if (_HOLDERS, *key) not in self._known]
        for at in range(0, len(wanted), _COUNTED_AT_ONCE):
            some = wanted[at : at + _COUNTED_AT_ONCE]
            asked = {
                str(number): {"filter": {"term": {field: term}}}
                for number, (term, field) in enumerate(some)
            }
            counted = self._asking.search({"size": 0, "aggs": asked}, budget)["aggregations"]
            for number, key in enumerate(some):
                self._known[(_HOLDERS, *key)] = counted[str(number)]["doc_count"]
        return [tuple(self._known[_HOLDERS, term, field] for field in fields) for term in terms]

    # ------------------------------------------------------------ forms

    def prepare_forms(self, leaves: Iterable[Leaf], fields: FieldsOf, budget: Budget) -> None:
        """Find out which forms the patterns and fuzzy words of `leaves` stand for.

        Raises:
            ClusterError, DeadlineError: as `Asking.search`.
        """
        wanted: dict[tuple[tree.Node, str], None] = {}
        for leaf in leaves:
            for word in single_words(leaf.node, self._words):
                if isinstance(word, tree.Pattern | tree.Fuzzy):
                    keys = [(word, field) for field in fields(leaf)]
                    wanted |= {key: None for key in keys if (_FORMS, *key) not in self._known}
        for word, field in wanted:
            query = self._words.expanded(word, field)
            terms = self._asking.terms_of(query, field, budget)
            holders: int = self._known.get((word, "body" if field == "lead" else field), 0)
            if terms is not None and len(terms) > min(_MOST_FORMS, _MOST_LOOKS / max(holders, 1)):
                terms = None
            self._known[_FORMS, word, field] = terms

    def forms(self, word: tree.Node, fields: Sequence[str]) -> list[str] | None:
        """The terms that a pattern or fuzzy word stands for in `fields`; None if they are too
        many, or the cluster does not say."""
        together: dict[str, None] = {}
        for field in fields:
            found: list[str] | None = self._known.get((_FORMS, word, field))
            if found is None:
                return None
            together |= dict.fromkeys(found)
        return list(together)

    # ------------------------------------------------------------ what an executor asks

    def average_length(self, field: str) -> float:
        """The mean recorded length of bodies; other fields are not measured by their length."""
        average: float = self._known.get(_ALL, (0, 1.0))[1]
        return average if field == "body" else 1.0

    def document_frequency(self, word: tree.Node, field: str) -> int:
        """How many articles hold a word in `field`."""
        found: int = self._known[word, field]
        return found

    def recurrence(self, word: tree.Node) -> tuple[int, int]:
        """How often a word stands in titles and bodies, and in how many articles."""
        found: tuple[int, int] = self._known[word]
        return found


def single_words(node: tree.Node, words: Words) -> Iterator[tree.Node]:
    """The single words that the weight of a scored part is made of."""
    match node:
        case tree.Or(children) | tree.Group(children):
            for child in children:
                yield from single_words(child, words)
        case tree.Near(left, right) | tree.Within(left, right):
            yield from single_words(left, words)
            yield from single_words(right, words)
        case tree.NotNear(child) | tree.Boost(child):
            yield from single_words(child, words)
        case _:
            for part in words.parts(node):
                if isinstance(part, tree.AnyWord):
                    continue
                try:  # what cannot be asked for is not counted either
                    words.query(part, "body")
                except NeedsCheck:
                    continue
                yield part
