"""Which articles does a query mean, in which order, with which scores?

A second reading of the query language and of the ranking formula, to hold the
executors against.  It has no index: for every question it goes through the words
of every article, and it is written from docs/query-language.md and from the
formula in `searcher/scoring.py`, not from their code.  Of Searcher it
uses only what an article is, what a tree is, and how text becomes words; it
compares patterns, spellings and lengths by the plainest method there is.

Scores are computed in the order in which the formula is written, so that articles
that tie there tie here.  It is slow, and meant for a few dozen articles.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from searcher.analysis import Analyzer
from searcher.analysis.patterns import fold_pattern
from searcher.article import Article
from searcher.copies.gathered import Gathered
from searcher.copies.grouping import Groups, regroup
from searcher.copies.verification import Kind
from searcher.query import tree
from tests.reference.matching import (
    Run,
    Test,
    Text,
    Token,
    compared,
    gap,
    has_form,
    has_shape,
    has_stem,
    instant,
    is_within,
    overlap,
    recorded_length,
    value_fits,
    wildcards,
)

__all__ = ["Oracle"]

K1 = 1.6
B = {"title": 0.0, "body": 0.3, "byline": 0.0}
FIELD_WEIGHT = {"title": 2.0, "body": 1.0, "byline": 1.0}
CLOSENESS = 0.2
CLOSENESS_DISTANCE = 8
# Of a longer group, so many words are paired.
MOST_PAIRED = 10
PAIRED_WITH = 3
LEAD = 60
NAME_GAP = 20_000
SCOPES = {
    "title": ("title",),
    "body": ("body",),
    "lead": ("lead",),
    "hlead": ("title", "lead"),
    "byline": ("byline",),
}
EVERYWHERE = ("title", "body")


class Leaf(NamedTuple):
    """A scored part of the query: what, in which scopes, weighed how."""

    node: tree.Node
    scopes: tuple[str, ...]
    boost: float
    # Of words that stand close: how often each stands bounds how often they count.
    words: tuple[tree.Node, ...] = ()


class Oracle:
    """Answers trees over `articles`, the latest version of each.

    Arguments:
        ghosts: versions that were replaced or removed but are still counted in the
            statistics that scores are made of.
        drop_stop_words: leave bare stop words of keyword groups out, as a search
            does before it executes a tree.
    """

    def __init__(
        self,
        articles: Iterable[Article],
        language: str = "en",
        ghosts: Iterable[Article] = (),
        *,
        drop_stop_words: bool = False,
    ) -> None:
        self.analyzer = Analyzer(language)
        self.stop_words = self.analyzer.stop_words if drop_stop_words else frozenset[str]()
        self.articles = {article.id: article for article in articles}
        self.texts = {id: self._read(article) for id, article in self.articles.items()}
        self.counted = [*self.texts.values(), *map(self._read, ghosts)]
        self.average = {
            field: sum(recorded_length(len(texts[field])) for texts in self.counted)
            / max(len(self.counted), 1)
            for field in FIELD_WEIGHT
        }
        self._tests: dict[tree.Node, tuple[Test, ...]] = {}
        self._frequencies: dict[tuple[str, str], int] = {}
        self._recurrences: dict[str, float] = {}
        # What was found for the query at hand, so that no question is answered twice.
        self._query: tree.Node | None = None
        self._scores: dict[str, float] = {}
        self._found: dict[tuple[int, int], set[Run]] = {}
        self._answered: list[Leaf] = []

    # ------------------------------------------------------------ answers

    def hits(self, query: tree.Node) -> set[str]:
        """The ids of the articles that match."""
        return set(self.scores(query))

    def matching_all(self, query: tree.Node) -> int:
        """How many articles match when no word of a keyword group is optional."""
        self._answer(query)
        return sum(self._matches(query, id, EVERYWHERE, strict=True) for id in self.articles)

    def scores(self, query: tree.Node) -> dict[str, float]:
        """The score of each article that matches."""
        self._answer(query)
        return self._scores

    def _answer(self, query: tree.Node) -> None:
        if query is not self._query:
            self._query = query
            self._found.clear()
            # Kept, since what was found is known by the number of its node.
            leaves = self._answered = [*self._leaves(query), *self._closeness(query)]
            self._scores = {
                id: self._score(leaves, id)
                for id in self.articles
                if self._matches(query, id, EVERYWHERE, strict=False)
            }

    def ranking(self, query: tree.Node, sort: str = "score") -> list[str]:
        """The ids of the articles that match, in order."""
        scores = self.scores(query)

        def key(id: str) -> tuple[object, ...]:
            date = instant(self.articles[id].date)
            undated = date is None
            newest = 0 if date is None else -date
            if sort == "score":
                return -scores[id], undated, newest, id
            if sort == "date":
                return undated, -newest, id
            return undated, newest, id

        return sorted(scores, key=key)

    # ------------------------------------------------------------ reading

    def _read(self, article: Article) -> dict[str, Text]:
        """The words of each text field; a `lead` is the beginning of the body."""
        body = self.analyzer.analyze(article.body)
        sentence = paragraph = -1
        tokens = []
        for position, form in enumerate(body.forms):
            sentence += position in body.sentence_starts
            paragraph += position in body.paragraph_starts
            stem = self.analyzer.stem(form)
            tokens.append(Token(position, form, stem, sentence, paragraph))
        return {
            "title": tuple(
                Token(position, form, self.analyzer.stem(form), 0, 0)
                for position, form in enumerate(self.analyzer.forms(article.title))
            ),
            "body": tuple(tokens),
            "lead": tuple(tokens[:LEAD]),
            "byline": tuple(
                Token(number * NAME_GAP + place, form, self.analyzer.stem(form), number, number)
                for number, name in enumerate(article.byline)
                for place, form in enumerate(self.analyzer.forms(name))
            ),
        }

    # ------------------------------------------------------------ does it match?

    def _matches(self, node: tree.Node, id: str, scopes: tuple[str, ...], *, strict: bool) -> bool:
        """Whether an article matches; `strict` makes optional words required."""

        def matches(part: tree.Node) -> bool:
            return self._matches(part, id, scopes, strict=strict)

        article = self.articles[id]
        match node:
            case tree.And(children):
                return all(matches(child) for child in children)
            case tree.Or(children):
                return any(matches(child) for child in children)
            case tree.Not(child) | tree.Excluded(child):
                return not self._matches(child, id, scopes, strict=False)
            case tree.Required(child) | tree.Boost(child):
                return matches(child)
            case tree.Group():
                items = self._kept(node)
                optional = [item for item in items if is_optional(item)]
                needed = [item for item in items if not is_optional(item)]
                if not all(matches(item) for item in needed):
                    return False
                if strict:
                    return all(matches(item) for item in optional)
                needs_text = any(True for item in needed for _ in self._leaves(item))
                return needs_text or not optional or any(matches(item) for item in optional)
            case tree.Field(name, child):
                return self._matches(child, id, SCOPES[name], strict=strict)
            case tree.AtLeast(count, child):
                texts = self.texts[id]
                return sum(len(self._runs(child, texts[scope])) for scope in scopes) >= count
            case tree.Everything():
                return True
            case tree.InGroup() | tree.Is() | tree.Has("copies" | "versions"):
                return self._is_grouped(node, id)
            case tree.Has(name):
                return bool(getattr(article, name))
            case tree.Value(name, text, quoted):
                value = getattr(article, name)
                return value is not None and value_fits(text, quoted, value)
            case tree.DateRange(first, last):
                date = article.date
                return (
                    date is not None
                    and (first is None or operator.le(*compared(first, date)))
                    and (last is None or operator.ge(*compared(last, date)))
                )
            case tree.LengthRange(low, high):
                length = len(self.texts[id]["body"])
                return (low is None or low <= length) and (high is None or length <= high)
        return any(self._runs(node, self.texts[id][scope]) for scope in scopes)

    def _is_grouped(self, node: tree.Node, id: str) -> bool:
        """Whether an article is in a group, or what it is in it."""
        leads, versions = self._groups
        lead = leads.get(id, id)
        match node:
            case tree.InGroup(kind, of):
                asked = leads.get(of, of)
                return lead == asked or (kind == "versions" and {lead, asked} in versions)
            case tree.Is(name):
                return (lead == id) == (name == "lead")
            case tree.Has("copies"):
                return list(leads.values()).count(lead) > 1
        return any(lead in pair for pair in versions)

    @cached_property
    def _groups(self) -> tuple[dict[str, str], list[set[str]]]:
        """The lead of each article that has words, and pairs of leads that are versions."""
        held, numbers = Gathered(), {}
        for id, article in self.articles.items():
            words = self.analyzer.forms(article.body)
            if words:
                day = None if article.date is None else article.date.toordinal()
                at = instant(article.date)
                numbers[held.add(id, words, title=article.title, day=day, instant_us=at)] = id
        groups = Groups()
        regroup(held, groups, held.numbers())
        leads = {numbers[n]: numbers[lead] for n, lead in groups.leads.items()}
        versions = [
            {numbers[number], numbers[link.lead]}
            for number, links in groups.links.items()
            for link in links
            if link.kind == Kind.VERSION
        ]
        return leads, versions

    def _kept(self, group: tree.Group) -> list[tree.Node]:
        """The items of a keyword group without the stop words that it can spare."""

        def is_stop_word(item: tree.Node) -> bool:
            if not isinstance(item, tree.Word):
                return False
            forms = self.analyzer.forms(item.text)
            return len(forms) == 1 and forms[0] in self.stop_words

        others = [item for item in group.items if not is_stop_word(item)]
        asks_for_text = any(True for item in others for _ in self._leaves(item))
        return others if asks_for_text else list(group.items)

    # ------------------------------------------------------------ where does it occur?

    def _runs(self, node: tree.Node, text: Text) -> set[Run]:
        """The occurrences of a positional node: first and last positions."""
        key = (id(node), id(text))
        if key not in self._found:
            self._found[key] = self._find_runs(node, text)
        return self._found[key]

    def _find_runs(self, node: tree.Node, text: Text) -> set[Run]:
        match node:
            case tree.Or(children) | tree.Group(children):
                return {run for child in children for run in self._runs(child, text)}
            case tree.Boost(child):
                return self._runs(child, text)
            case tree.Near(left, right, distance, ordered):
                return {
                    (min(a[0], b[0]), max(a[1], b[1]))
                    for a in self._runs(left, text)
                    for b in self._runs(right, text)
                    if not overlap(a, b) and gap(a, b) <= distance and (a[1] < b[0] or not ordered)
                }
            case tree.NotNear(left, right, distance):
                others = self._runs(right, text)
                return {
                    a
                    for a in self._runs(left, text)
                    if not any(not overlap(a, b) and gap(a, b) <= distance for b in others)
                }
            case tree.Within(left, right, unit):
                unit_at = {token.position: getattr(token, unit) for token in text}
                return {
                    (min(a[0], b[0]), max(a[1], b[1]))
                    for a in self._runs(left, text)
                    for b in self._runs(right, text)
                    if not overlap(a, b) and len({unit_at[end] for end in (*a, *b)}) == 1
                }
        tests = self._tests_of(node)
        if not tests:
            return set()
        found = set()
        for i in range(len(text) - len(tests) + 1):
            window = text[i : i + len(tests)]
            neighbours = window[-1].position - window[0].position == len(tests) - 1
            if neighbours and all(
                fits(token) for (_, fits), token in zip(tests, window, strict=True)
            ):
                found.add((window[0].position, window[-1].position))
        return found

    def _tests_of(self, node: tree.Node) -> tuple[Test, ...]:
        """What the tokens of a word or phrase must be, one after the other."""
        if node not in self._tests:
            self._tests[node] = tuple(self._make_tests(node))
        return self._tests[node]

    def _make_tests(self, node: tree.Node) -> Iterator[Test]:
        match node:
            case tree.Phrase(parts):
                for part in parts:
                    yield from self._make_tests(part)
            case tree.Word(text):
                for form in self.analyzer.forms(text):
                    stem = self.analyzer.stem(form)
                    yield f"stem {stem}", has_stem(stem)
            case tree.Exact(text):
                for form in self.analyzer.forms(text):
                    yield f"form {form}", has_form(form)
            case tree.Pattern(text):
                yield (
                    f"pattern {text}",
                    has_shape(wildcards(fold_pattern(text, self.analyzer.elided))),
                )
            case tree.Fuzzy(text, edits):
                form = "".join(self.analyzer.forms(text))
                yield f"fuzzy {form} {edits}", is_within(form, edits)
            case tree.AnyWord():
                yield "any", lambda token: True
            case _:
                raise TypeError(f"{node} has no place in a text")

    # ------------------------------------------------------------ what is it worth?

    def _leaves(
        self, node: tree.Node, scopes: tuple[str, ...] = EVERYWHERE, boost: float = 1.0
    ) -> Iterator[Leaf]:
        """The scored parts of the query, in the order of the tree."""
        match node:
            case tree.And(children) | tree.Or(children):
                for child in children:
                    yield from self._leaves(child, scopes, boost)
            case tree.Group():
                for item in self._kept(node):
                    yield from self._leaves(item, scopes, boost)
            case tree.Required(child):
                yield from self._leaves(child, scopes, boost)
            case tree.Boost(child, factor):
                yield from self._leaves(child, scopes, boost * factor)
            case tree.Field(name, child):
                yield from self._leaves(child, SCOPES[name], boost)
            case tree.AtLeast(_, child):
                for part in alternatives(child):
                    yield Leaf(part, scopes, boost)
            case (
                tree.Not()
                | tree.Excluded()
                | tree.Everything()
                | tree.Has()
                | tree.InGroup()
                | tree.Is()
                | tree.Value()
                | tree.DateRange()
                | tree.LengthRange()
            ):
                return
            case _:
                yield Leaf(node, scopes, boost)

    def _closeness(
        self, node: tree.Node, scopes: tuple[str, ...] = EVERYWHERE, boost: float = 1.0
    ) -> Iterator[Leaf]:
        """What the bare words of keyword groups are worth by standing close, two by two."""
        match node:
            case tree.And(children) | tree.Or(children):
                for child in children:
                    yield from self._closeness(child, scopes, boost)
            case tree.Group():
                items = self._kept(node)
                words: list[tree.Node] = []
                stems = set()
                for item in items if len(items) > 1 else ():
                    word = item.child if isinstance(item, tree.Required) else item
                    bare, factor = word, 1.0
                    while isinstance(bare, tree.Boost):
                        factor *= bare.factor
                        bare = bare.child
                    is_bare = isinstance(bare, tree.Word) and factor >= 1.0
                    tests = self._tests_of(bare) if is_bare else ()
                    if len(tests) == 1 and tests[0][0] not in stems:
                        stems.add(tests[0][0])
                        words.append(word)
                del words[MOST_PAIRED:]
                for i, left in enumerate(words):
                    for right in words[i + 1 : i + 1 + PAIRED_WITH]:
                        near = tree.Near(left, right, CLOSENESS_DISTANCE)
                        yield Leaf(near, scopes, boost * CLOSENESS, (left, right))
                for item in items:
                    yield from self._closeness(item, scopes, boost)
            case tree.Required(child):
                yield from self._closeness(child, scopes, boost)
            case tree.Boost(child, factor):
                yield from self._closeness(child, scopes, boost * factor)
            case tree.Field(name, child):
                yield from self._closeness(child, SCOPES[name], boost)

    def _score(self, leaves: list[Leaf], id: str) -> float:
        score = 0.0
        for leaf in leaves:
            x = 0.0
            fields = ["body" if scope == "lead" else scope for scope in leaf.scopes]
            for scope, field in zip(leaf.scopes, fields, strict=True):
                counted = (leaf.node, *leaf.words)
                frequency = min(len(self._runs(n, self.texts[id][scope])) for n in counted)
                if frequency:
                    length = recorded_length(len(self.texts[id][field]))
                    norm = 1.0 - B[field] + B[field] * length / self.average[field]
                    x += FIELD_WEIGHT[field] * frequency / norm
            if x:
                score += leaf.boost * self._weight(leaf.node, fields) * (x / (K1 + x))
        return score

    def _weight(self, node: tree.Node, fields: list[str]) -> float:
        match node:
            case tree.Or(children) | tree.Group(children):
                return min(self._weight(child, fields) for child in children)
            case tree.Boost(child, factor):
                return factor * self._weight(child, fields)
            case tree.Near(left, right) | tree.Within(left, right):
                return self._weight(left, fields) + self._weight(right, fields)
            case tree.NotNear(left):
                return self._weight(left, fields)
        weight = 0.0
        for test in self._tests_of(node):
            weight += 0.0 if test[0] == "any" else self._rarity(test, fields)
        return weight

    def _rarity(self, test: Test, fields: list[str]) -> float:
        """The weight of one word: fewer articles that hold it, more weight."""
        name, fits = test
        for field in fields:
            if (name, field) not in self._frequencies:
                holders = sum(any(map(fits, texts[field])) for texts in self.counted)
                self._frequencies[name, field] = holders
        holders = max(self._frequencies[name, field] for field in fields)
        idf = math.log(1.0 + (len(self.counted) - holders + 0.5) / (holders + 0.5))
        if name.startswith("stem ") and "byline" not in fields:
            return idf * self._recurrence(test)
        return idf

    def _recurrence(self, test: Test) -> float:
        """The share of what a word weighs that is left because of how often it recurs."""
        name, fits = test
        if name not in self._recurrences:
            times = [
                sum(map(fits, texts["title"])) + sum(map(fits, texts["body"]))
                for texts in self.counted
            ]
            holders = sum(count > 0 for count in times)
            self._recurrences[name] = sum(times) / (sum(times) + holders) if holders else 1.0
        return self._recurrences[name]


# ---------------------------------------------------------------- nodes


def is_optional(item: tree.Node) -> bool:
    if isinstance(item, tree.Boost):
        return is_optional(item.child)
    return isinstance(item, tree.Word | tree.Pattern | tree.Fuzzy)


def alternatives(operand: tree.Node) -> Iterator[tree.Node]:
    """The parts of an operand that are scored each for itself."""
    if isinstance(operand, tree.Or | tree.Group):
        for child in tree.subtrees(operand):
            yield from alternatives(child)
    else:
        yield operand
