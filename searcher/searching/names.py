"""How else does this archive spell a name?

The spellings are words that its articles hold, never made up.  Candidates are the forms a few
slips from the name, whatever letter of the same sound they begin with (`name_costs.py`), and
those of other scripts that are nearly the same in Latin letters (`romanizing.py`).  They are
ranked by

    unlikeness(name, spelling) - 0.25 ln(articles that hold it)

so frequency only decides between spellings that are about as near.  Words that the archive
writes small inside sentences are no names (`capitals.py`) and left out, unless the name itself
is written so and nothing else is left.

A name of several words is looked for as a phrase: every word in any of its spellings, first
names by their initial too, as far as articles hold the phrase.

What it does not do: know people.  `Putin` and `Putina` are as near as spellings of one name
may be, so `variants:` takes only what is near, says what it took, and anything can be taken
out.

Both executors give the same, since near forms and counts are those of the segments.  Cost: some
tens of milliseconds, for a pass over the forms that begin alike and a search for each of the
best.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from math import log
from typing import Any, NamedTuple

from searcher.analysis import Analyzer
from searcher.errors import NameSetError, QueryError
from searcher.fields import FIELDS
from searcher.query import tree
from searcher.request import Request
from searcher.searching.budget import Budget
from searcher.searching.capitals import Writing, writing_of
from searcher.searching.executor import Executor
from searcher.searching.name_costs import FAR, beginnings, skeleton, units_of, unlikeness
from searcher.searching.romanizing import has_no_vowels, letters_like, romanized
from searcher.searching.snapshot import Snapshot

__all__ = ["NameVariants", "Spelling", "find_names", "taken_spellings"]

# Names of more words are not looked for.
_MOST_WORDS = 4
# `variants:` takes what is at most so unlike, more for each letter of the name: those of a long
# name say more than those of a short one.
_NEAR_FROM, _NEAR_BY_LETTER, _NEAREST = -2.0, 1.5, 10.0
# What is more unlike for each letter is not shown.
_FAR_BY_LETTER = 2.4

_FREQUENCY = 0.25
# Names up to so many letters are looked for two slips away, longer ones three, and four.
_SHORT, _LONG = 4, 9
# Of how many candidates the articles are looked at, for each spelling that is wanted.
_LOOKED_AT = 3
# The initial of a first name, and how many spellings of a word and phrases are tried.
_INITIAL = 6.0
_SPELLINGS = 8
_PHRASES = 80
# What a script without vowels leaves open.
_NO_VOWELS = 2.0


class Spelling(NamedTuple):
    """One spelling of a name.

    `form` is what is searched for, `spelling` how it is written; so many `articles` hold it,
    and `unlikeness` is 0 for the name as it was asked.  `is_near` says whether `variants:`
    takes it.
    """

    spelling: str
    form: str
    articles: int
    unlikeness: float
    is_near: bool

    def to_dict(self) -> dict[str, Any]:
        """The spelling as JSON values."""
        return self._asdict()


class NameVariants(NamedTuple):
    """The spellings of a name, the name itself first, the others by likeness.

    `query` finds the articles with any of those that are near.
    """

    name: str
    query: str
    spellings: tuple[Spelling, ...]

    def to_dict(self) -> dict[str, Any]:
        """The spellings as JSON values."""
        return {
            "name": self.name,
            "query": self.query,
            "spellings": [spelling.to_dict() for spelling in self.spellings],
        }


def taken_spellings(
    found: NameVariants,
    analyzer: Analyzer,
    *,
    without: Sequence[str],
    also: Sequence[str],
) -> tuple[str, ...]:
    """The near spellings of `found`, without some and with others.

    Raises:
        NameSetError: one of `without` is not among them, or none is left.
    """
    taken = [spelling.form for spelling in found.spellings if spelling.is_near]
    for word in without:
        form = " ".join(analyzer.forms(word))
        if form not in taken:
            raise NameSetError(found.name, f"{word[:40]} is not among the near spellings")
        taken.remove(form)
    taken += [form for word in also if (form := " ".join(analyzer.forms(word))) not in taken]
    if not taken or not all(taken):
        raise NameSetError(found.name, "no spelling is left")
    return tuple(taken)


class _Candidate(NamedTuple):
    score: float
    form: str
    unlikeness: float


def find_names(
    name: str,
    field: str | None,
    snapshot: Snapshot,
    executor: Executor,
    analyzer: Analyzer,
    budget: Budget,
    *,
    limit: int = 10,
) -> tuple[Spelling, ...]:
    """`name` itself, whether articles hold it or not, and up to `limit` other spellings.

    Arguments:
        field: the text field that they stand in; None for title or body.

    Raises:
        QueryError: the name has no letters, or more than four words.
        DeadlineError: the time has passed.
    """
    words = analyzer.forms(name)
    if not any(map(str.isalpha, "".join(words))) or len(words) > _MOST_WORDS:
        raise QueryError(
            f"a name has 1 to {_MOST_WORDS} words, with letters",
            suggestion="write variants:haftar, or the words of the name in quotes",
        )
    finder = _Finder(field, snapshot, executor, analyzer, budget)
    if len(words) == 1:
        return tuple(finder.of_word(words[0], limit))
    return tuple(finder.of_phrase(words, limit))


class _Finder:
    def __init__(
        self,
        field: str | None,
        snapshot: Snapshot,
        executor: Executor,
        analyzer: Analyzer,
        budget: Budget,
    ) -> None:
        self._field = field
        self._snapshot = snapshot
        self._executor = executor
        self._analyzer = analyzer
        self._budget = budget

    # ------------------------------------------------------------ one word

    def of_word(self, form: str, limit: int) -> Iterator[Spelling]:
        """`form`, and its other spellings, the nearest first."""
        self._budget.enter("looking for spellings")
        own = self._writing(form)
        yield Spelling(own.spelling, form, own.articles, 0.0, True)
        near = _most_unlike(len(romanized([form])[0]))
        found = 0
        small: list[Spelling] = []
        for candidate in sorted(self._candidates(form))[: limit * _LOOKED_AT]:
            if found == limit:
                return
            self._budget.check()
            writing = self._writing(candidate.form)
            if not writing.articles or (writing.is_acronym and not own.is_acronym):
                continue
            cost = round(candidate.unlikeness, 1)
            written = writing.spelling
            spelling = Spelling(written, candidate.form, writing.articles, cost, cost <= near)
            if writing.is_name:
                found += 1
                yield spelling
            elif not own.is_name:
                small.append(spelling)
        if not found:  # an archive without capitals
            yield from small[:limit]

    def _writing(self, form: str) -> Writing:
        parts = (self._snapshot, self._executor, self._analyzer, self._budget)
        writing = writing_of(form, self._field, *parts)
        if self._field == "byline":  # who writes is named, whatever the texts say
            return writing._replace(spelling=form.title(), capital=1, small=0)
        return writing

    def _candidates(self, form: str) -> Iterator[_Candidate]:
        (latin,) = romanized([form])
        if len(latin) < 2:
            return
        held = self._near(form, latin)
        held.pop(form, None)
        units = units_of(latin)
        bare = has_no_vowels(form)
        far = min(FAR, _FAR_BY_LETTER * len(latin))
        for other, other_latin in zip(held, romanized(list(held)), strict=True):
            if not other_latin or not other.isalpha():
                continue
            if bare or has_no_vowels(other):
                cost = _NO_VOWELS + unlikeness(skeleton(units), skeleton(units_of(other_latin)))
            else:
                cost = unlikeness(units, units_of(other_latin), far)
            if cost < far:
                score = cost - _FREQUENCY * log(max(held[other], 1))
                yield _Candidate(score, other, cost)

    def _near(self, form: str, latin: str) -> dict[str, int]:
        """The forms that may be spellings of a name, with how many articles hold each, about."""
        held: dict[str, int] = {}
        first = beginnings(latin[0])
        if not has_no_vowels(form):
            edits = 2 if len(latin) <= _SHORT else 3 if len(latin) < _LONG else 4
            for letter in first:
                for other, frequencies in self._snapshot.near_forms(
                    letter + latin[1:], edits
                ).items():
                    held[other] = max(frequencies)
        else:
            self._add(self._alike(latin, first), held)
        self._add(self._alike(latin, letters_like(first)), held)
        return held

    def _add(self, forms: Iterable[str], held: dict[str, int]) -> None:
        found = list(forms)
        for form, frequencies in zip(found, self._snapshot.form_frequencies(*found), strict=True):
            held[form] = max(frequencies)

    def _alike(self, latin: str, letters: str) -> list[str]:
        """The forms that begin with one of `letters` and have about the consonants of `latin`."""
        forms = sorted(
            {
                term
                for letter in letters
                if self._snapshot.is_beginning(letter)
                for field in FIELDS.texts
                for term in self._snapshot.field_terms(field, letter)
            }
        )
        words = [form.decode("utf-8") for form in forms]
        wanted = skeleton(units_of(latin))
        found = skeleton(units_of("\n".join(romanized(words)))).split("\n")
        return [
            word
            for word, bones in zip(words, found, strict=False)
            if wanted in (bones, bones[1:]) or bones == wanted[1:]
        ]

    # ------------------------------------------------------------ several words

    def of_phrase(self, words: list[str], limit: int) -> Iterator[Spelling]:
        """The name of `words`, and its other spellings, the nearest first."""
        ways: list[list[tuple[float, str, str]]] = []
        for place, word in enumerate(words):
            spellings = [
                (each.unlikeness, each.form, each.spelling)
                for each in self.of_word(word, _SPELLINGS)
            ]
            if place < len(words) - 1 and len(word) > 1:
                spellings.append((_INITIAL, word[0], f"{word[0].upper()}."))
            ways.append(spellings)
        self._budget.enter("looking for spellings")
        yield self._phrase([way[0] for way in ways])
        phrases = sorted(
            itertools.product(*ways), key=lambda parts: (sum(p[0] for p in parts), parts)
        )
        found = 0
        for parts in phrases[1:_PHRASES]:
            if found == limit:
                return
            self._budget.check()
            spelling = self._phrase(list(parts))
            if spelling.articles:
                found += 1
                yield spelling

    def _phrase(self, parts: list[tuple[float, str, str]]) -> Spelling:
        node: tree.Node = tree.Phrase(tuple(tree.Exact(form) for _, form, _ in parts))
        if self._field is not None:
            node = tree.Field(self._field, node)
        request = Request(node, limit=0)
        total = self._executor.search(node, request, budget=self._budget).total
        cost = sum(part[0] for part in parts)
        near = _most_unlike(sum(len(part[1]) for part in parts))
        spelling = " ".join(written for _, _, written in parts)
        return Spelling(spelling, " ".join(p[1] for p in parts), total, cost, cost <= near)


def _most_unlike(letters: int) -> float:
    """How unlike a spelling that `variants:` takes may be to a name of so many letters."""
    return min(max(_NEAR_FROM + _NEAR_BY_LETTER * letters, 1.0), _NEAREST)
