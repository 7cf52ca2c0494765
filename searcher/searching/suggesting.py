"""Which word was probably meant instead of one that no article has?

A word that no article holds in any inflection is a slip of the hand or the ear, more often
than not, and what was meant is a word that articles do hold: the noisy channel model,

    score(candidate) = 0.65 ln(articles that hold it) - slip_cost(typed, candidate) + agreement

over the forms at most two slips away, one for words of up to four letters (`slips.py` has
the costs and the sources).  Agreement says how much more often than by chance the best
few candidates share articles with the other words of the query.  Two words in one
(`newyork`) and one in two (`out break`) are slips too; their articles are those that hold
the phrase.

Who types a word that is in the archive means it, however rare it is: half of all words
stand in one article or two.  It is doubted only where the other words of the query speak
against it: it shares no article with any of them, and a word hundreds of times as frequent
and one slip away shares several.

Nothing is replaced: suggestions stand beside the answer, and the query means what it says.

Both executors give the same, since frequencies and near forms are those of the segments
(`codec/segments.py`) and the rest is counted by queries.  A query all of whose words stand
together in some articles costs a look for each pair of neighbours; a word that no article
has costs a pass over the forms that begin alike, some milliseconds.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from math import inf, log
from typing import Any, NamedTuple

from searcher.analysis import Analyzer
from searcher.codec.segments import Frequencies
from searcher.errors import DeadlineError, QueryError
from searcher.query import tree
from searcher.request import Request
from searcher.searching.budget import Budget
from searcher.searching.executor import Executor
from searcher.searching.slips import LEAST_COST, slip_cost
from searcher.searching.snapshot import Snapshot

__all__ = ["Suggester", "Suggestion"]

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SHORTEST = 3
# Words of up to so many letters are looked for at most one slip away.
_SHORT = 4
# What two slips may cost in words that are not long.
_MOST_OF_TWO = 18.0
_LONG = 7
# A missing or an added blank.
_BLANK = 8.0
# Candidates, and ways to part a word, that are counted by a query.
_WEIGHED = 5
_PARTED = 4
# Scores that far below the best are out of the race.
_CLOSE = 6.0
# How much the logarithm of a frequency counts, chosen by `benchmarks/did_you_mean.py`.
_FREQUENCY = 0.65
_AGREEMENT = 2.0
_LEAST_AGREEMENT, _MOST_AGREEMENT = -3.0, 6.0
# A word that is held may be doubted: in at most so many articles, beside one so many times
# as frequent, that shares so many articles with the other words.
_HARDLY = 3
_TIMES_AS_FREQUENT = 300
_SHARED = 3
# Two words are one that was parted if that is so many times as frequent as the two are.
_TIMES_AS_JOINED = 50

_Words = tree.Word | tree.Exact


class Suggestion(NamedTuple):
    """A word that was probably meant instead of another.

    `word` stands in the query at `position` up to `end` (offsets in characters) and so many
    `articles` hold it; `suggested_articles` hold `suggestion`.  `query` is the whole query
    with all suggestions in it.
    """

    position: int
    end: int
    word: str
    suggestion: str
    query: str
    articles: int
    suggested_articles: int

    def to_dict(self) -> dict[str, Any]:
        """The suggestion as JSON values."""
        return self._asdict()


class _Place(NamedTuple):
    """A word of the query: its node, the field it is asked for in, and whether it must not be
    there."""

    node: _Words
    field: str | None
    excluded: bool


class _Candidate(NamedTuple):
    text: str
    articles: int
    score: float


class _Mend(NamedTuple):
    """What should stand from `start` to `end`, where so many articles have what stands there."""

    start: int
    end: int
    meant: str
    articles: int
    meant_articles: int


class Suggester:
    """Makes suggestions over one snapshot; serves one query at a time."""

    def __init__(self, snapshot: Snapshot, executor: Executor, analyzer: Analyzer) -> None:
        self._snapshot = snapshot
        self._executor = executor
        self._analyzer = analyzer

    def suggestions(
        self, asked: tree.Node, text: str, matching_all: int, budget: Budget
    ) -> tuple[Suggestion, ...]:
        """What was probably meant, for the words of `asked`, in the order of the text.

        Arguments:
            asked: the query as it was read from `text`.
            matching_all: how many articles hold all words of its keyword groups.
        """
        places: list[_Place] = []
        _find_places(asked, None, False, places)
        held = matching_all > _HARDLY and not _has_choices(asked)
        if held and len(places) < 2:
            return ()
        found: list[_Mend] = []
        try:
            search = _Counting(self._executor, budget)
            joined = [] if len(places) < 2 else list(self._joined(places, text, search))
            found += joined
            if not held:
                found += self._respelt(places, joined, search)
        except (DeadlineError, QueryError):
            pass  # to say more would cost too much: the answer stands
        found.sort()
        return _mended(text, found)

    # ------------------------------------------------------------ which words

    def _respelt(
        self,
        places: list[_Place],
        joined: list[_Mend],
        search: _Counting,
    ) -> Iterator[_Mend]:
        known = list(zip(places, self._articles_of_each(places), strict=True))
        for place, articles in known:
            start, end = _span(place.node)
            if articles > _HARDLY or any(m.start < end and start < m.end for m in joined):
                continue
            others = [
                other.node
                for other, number in known
                if number and not other.excluded and other.node is not place.node
            ]
            if articles and not others:
                continue
            forms = self._analyzer.forms(place.node.text)
            if len(forms) == 1 and len(forms[0]) >= _SHORTEST and forms[0].isalpha():
                meant = self._meant(forms[0], place, articles, others, search)
                if meant is not None:
                    yield _Mend(start, end, meant.text, articles, meant.articles)

    def _articles_of_each(self, places: list[_Place]) -> list[int]:
        """In how many articles each word is, about, as `_articles_of` says."""
        stems = []
        for place in places:
            forms = self._analyzer.forms(place.node.text)
            is_stem = len(forms) == 1 and isinstance(place.node, tree.Word)
            stems.append(self._analyzer.stem(forms[0]) if is_stem else "")
        # A stem is in no more articles than its forms are counted in: one look for all words
        # says of most that there are enough.
        held = self._executor.stem_frequencies(stems)
        return [
            number if number > _HARDLY else self._articles_of(place.node)
            for place, number in zip(places, held, strict=True)
        ]

    def _articles_of(self, node: _Words) -> int:
        """In how many articles a word is, about: at most in so many, and 0 only if in none."""
        forms = self._analyzer.forms(node.text)
        if len(forms) != 1:
            return _HARDLY + 1  # each of its words has a list of its own
        if isinstance(node, tree.Exact):
            return sum(*self._snapshot.form_frequencies(forms[0]))
        stem = self._analyzer.stem(forms[0]).encode("utf-8", "surrogatepass")
        count = 0
        for segment in self._snapshot.segments:
            count += sum(map(sum, segment.form_frequencies(segment.forms_of_stem(stem))))
            if count > _HARDLY:
                break
        return count

    # ------------------------------------------------------------ one word

    def _meant(
        self,
        form: str,
        place: _Place,
        articles: int,
        others: list[_Words],
        search: _Counting,
    ) -> _Candidate | None:
        if articles and search.shared(_in_field(place.node, place.field), others):
            return None
        candidates = list(self._candidates(form, place.field, articles > 0))
        if not articles:
            candidates += self._parted(form, place.field, search)
        if articles:
            stem = self._analyzer.stem(form)
            candidates = [
                candidate
                for candidate in candidates
                if candidate.articles >= _TIMES_AS_FREQUENT * articles
                and self._analyzer.stem(candidate.text) != stem
            ]
        candidates.sort(key=_order)
        candidates = [c for c in candidates[:_WEIGHED] if c.score > candidates[0].score - _CLOSE]
        if others and (articles or len(candidates) > 1):
            candidates = self._agreeing(candidates, others, place.field, search, articles > 0)
        return min(candidates, key=_order, default=None)

    def _candidates(self, form: str, field: str | None, is_held: bool) -> Iterator[_Candidate]:
        """The forms that may have been meant, with their scores."""
        edits = 1 if len(form) <= _SHORT or is_held else 2
        near = self._snapshot.near_forms(form, edits)
        others = _with_another_first_letter(form)
        near |= zip(others, self._snapshot.form_frequencies(*others), strict=True)
        held = ((_articles_in(field, frequencies), other) for other, frequencies in near.items())
        best = -inf
        for articles, other in sorted(held, reverse=True):
            if not articles or _prior(articles) - LEAST_COST < best - _CLOSE:
                return  # nor can any that follows be in the race
            if other == form or not other.isalpha() or len(other) < 2:
                continue
            cost = slip_cost(form, other)
            if cost > _MOST_OF_TWO and len(form) < _LONG:
                continue
            score = _prior(articles) - cost
            best = max(best, score)
            yield _Candidate(other, articles, score)

    def _parted(self, form: str, field: str | None, search: _Counting) -> Iterator[_Candidate]:
        """The two words that were typed as one."""
        ways: list[tuple[int, str, str]] = []
        for at in range(2, len(form) - 1):
            left, right = form[:at], form[at:]
            halves = self._snapshot.form_frequencies(left, right)
            fewest = min(_articles_in(field, frequencies) for frequencies in halves)
            if fewest > 1:
                ways.append((-fewest, left, right))
        for _, left, right in sorted(ways)[:_PARTED]:
            phrase = tree.Phrase((tree.Exact(left), tree.Exact(right)))
            if articles := search.count(_in_field(phrase, field)):
                yield _Candidate(f"{left} {right}", articles, _prior(articles) - _BLANK)

    def _agreeing(
        self,
        candidates: list[_Candidate],
        others: list[_Words],
        field: str | None,
        search: _Counting,
        is_held: bool,
    ) -> list[_Candidate]:
        """`candidates` with their agreement with the other words in their scores."""
        total = max(self._snapshot.live_count, 1)
        beside = search.any_of(others)
        agreeing = []
        for candidate in candidates:
            node: tree.Node = tree.Exact(candidate.text)
            if " " in candidate.text:
                node = tree.Phrase(tuple(map(tree.Exact, candidate.text.split())))
            node = _in_field(node, field)
            shared = search.shared(node, others)
            if is_held and shared < _SHARED:
                continue
            by_chance = candidate.articles * beside / total
            agreement = _AGREEMENT * log((shared + 0.5) / (by_chance + 0.5))
            agreement = min(max(agreement, _LEAST_AGREEMENT), _MOST_AGREEMENT)
            agreeing.append(candidate._replace(score=candidate.score + agreement))
        return agreeing

    # ------------------------------------------------------------ two words

    def _joined(self, places: list[_Place], text: str, search: _Counting) -> Iterator[_Mend]:
        """Neighbours in the query that are one word in the archive."""
        for (first, field, excluded), (second, other_field, _) in itertools.pairwise(places):
            start, middle = _span(first)
            after, end = _span(second)
            if field != other_field or excluded or text[middle:after].strip(" ") or after <= middle:
                continue
            left, right = self._analyzer.forms(first.text), self._analyzer.forms(second.text)
            if len(left) != 1 or len(right) != 1:
                continue
            joined = left[0] + right[0]
            (frequencies,) = self._snapshot.form_frequencies(joined)
            articles = _articles_in(field, frequencies)
            if not articles or not joined.isalpha():
                continue
            parts = self._snapshot.form_frequencies(left[0], right[0])
            fewest = min(_articles_in(field, frequencies) for frequencies in parts)
            # Most that can be joined are no slips, and to count a phrase costs more than this.
            if articles * _TIMES_AS_JOINED < fewest:
                continue
            phrase = tree.Phrase((tree.Exact(left[0]), tree.Exact(right[0])))
            apart = search.count(_in_field(phrase, field))
            if articles > _TIMES_AS_JOINED * apart:
                yield _Mend(start, end, joined, apart, articles)


class _Counting:
    """Counts articles by queries."""

    def __init__(self, executor: Executor, budget: Budget) -> None:
        self._executor = executor
        self._budget = budget

    def count(self, node: tree.Node) -> int:
        """How many articles match `node`."""
        return self._executor.search(node, Request(node, limit=0), budget=self._budget).total

    def any_of(self, words: list[_Words]) -> int:
        """How many articles hold any of `words`."""
        return self.count(_any(words))

    def shared(self, node: tree.Node, words: list[_Words]) -> int:
        """How many articles match `node` and hold any of `words`."""
        return self.count(tree.And((node, _any(words))))


def _any(words: list[_Words]) -> tree.Node:
    return words[0] if len(words) == 1 else tree.Or(tuple(words))


def _find_places(node: tree.Node, field: str | None, excluded: bool, found: list[_Place]) -> None:
    """Append the words of a query that may be misspelt, in the order of the text."""
    if isinstance(node, tree.Word | tree.Exact):
        if node.start >= 0:  # a tree that was built has no text to mend
            found.append(_Place(node, field, excluded))
        return
    field = node.name if isinstance(node, tree.Field) else field
    excluded = excluded or isinstance(node, tree.Excluded | tree.Not)
    for child in tree.subtrees(node):
        _find_places(child, field, excluded, found)


_CHOICES = frozenset((tree.Or, tree.Not, tree.Excluded, tree.NotNear, tree.Pattern, tree.Fuzzy))


def _has_choices(node: tree.Node) -> bool:
    """Whether articles may match without holding all the words."""
    return not _CHOICES.isdisjoint(tree.kinds(node))


def _span(node: _Words) -> tuple[int, int]:
    """Where the word itself stands, without the sign before it."""
    return node.end - len(node.text), node.end


def _in_field(node: tree.Node, field: str | None) -> tree.Node:
    return node if field is None else tree.Field(field, node)


def _articles_in(field: str | None, frequencies: Frequencies) -> int:
    """How many articles hold a form where it was asked for, at least."""
    title, body, byline = frequencies
    match field:
        case "title":
            return title
        case "body" | "lead":
            return body
        case "byline":
            return byline
    return max(title, body)


def _prior(articles: int) -> float:
    """How often a word is meant, as a logarithm: rare words are asked for more often than they
    are written."""
    return _FREQUENCY * log(articles)


def _with_another_first_letter(form: str) -> list[str]:
    """The words one slip away that begin otherwise: those that begin alike are found together."""
    found = {letter + form[1:] for letter in _LETTERS}
    found |= {letter + form for letter in _LETTERS}
    found |= {form[1:], form[1] + form[0] + form[2:]}
    return sorted(other for other in found if other[:1] != form[:1])


def _order(candidate: _Candidate) -> tuple[float, int, str]:
    return -candidate.score, -candidate.articles, candidate.text


def _mended(text: str, found: list[_Mend]) -> tuple[Suggestion, ...]:
    if not found:
        return ()
    pieces: list[str] = []
    spelt: list[str] = []
    at = 0
    for mend in found:
        spelt.append(_spelt_as(text[mend.start : mend.end], mend.meant))
        pieces += text[at : mend.start], spelt[-1]
        at = mend.end
    query = "".join([*pieces, text[at:]])
    return tuple(
        Suggestion(
            position=mend.start,
            end=mend.end,
            word=text[mend.start : mend.end],
            suggestion=word,
            query=query,
            articles=mend.articles,
            suggested_articles=mend.meant_articles,
        )
        for mend, word in zip(found, spelt, strict=True)
    )


def _spelt_as(typed: str, word: str) -> str:
    """`word` with the capitals of `typed`."""
    if len(typed) > 1 and typed.isupper():
        return word.upper()
    return word.title() if typed[:1].isupper() else word
