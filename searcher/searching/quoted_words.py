"""Which words has a quotation, and which queries find the articles that may have most of it?

Runs of three words that few articles can have, of all parts of the quotation, then of two, and
rare words alone.  How many articles have a word is known before any list is read, so the
queries cost about the same whatever words there are.

Source: phrases of three words as candidates are what the detection of copies has used since
Broder and others, "Syntactic clustering of the Web" (1997).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise

from searcher.analysis import Analyzer
from searcher.analysis.tokens import token_spans
from searcher.errors import QueryError
from searcher.query import tree
from searcher.searching.snapshot import Snapshot

__all__ = ["MOST_CHARACTERS", "PHRASE_WORDS", "QuotedWords", "any_of"]

MOST_CHARACTERS = 20_000
"""Of a quotation: more is a text, to be compared (`diff`) and not quoted."""
PHRASE_WORDS = 40
"""A phrase of more words is looked for by its rarest stretch, and compared as a text."""

# Runs of three words: how many are looked for, and how many articles their rarest words may
# be in together, beyond the first few.
_RUN = 3
_RUNS = 10
_FEWEST_RUNS = 4
# Where a fifth of the words are others, so many runs are hardly ever all broken.
_MANY_RUNS = 8
_RUN_COST = 20_000
# Rare words: how many, and in how many articles all together.
_WORDS = 10
_WORD_COST = 40_000
# No word weighs more: one that no article has may be a slip.
_HEAVIEST = 6.0
_ELLIPSIS_WORDS = 60


class QuotedWords:
    """The words of the quotation `text`, with how many articles have each.

    `tokens`, `forms` and `spans` say for each how it is typed, its form, and where it stands.

    Raises:
        QueryError: there is no word in it, or too much of it.
    """

    def __init__(self, text: str, snapshot: Snapshot, analyzer: Analyzer) -> None:
        if len(text) > MOST_CHARACTERS:
            raise QueryError(
                f"a quotation of {len(text):,} characters is longer than {MOST_CHARACTERS:,}",
                query=text[:80],
                suggestion="quote less of it, or compare whole texts with searcher diff",
            )
        self.text = text
        self.spans = token_spans(text)
        if not self.spans:
            raise QueryError(
                "there is no word in the quotation", query=text, expected="words that were said"
            )
        self.tokens = [text[start:end] for start, end in self.spans]
        self.forms = analyzer.forms_of(self.tokens)
        self.documents = max(1, snapshot.document_count)
        distinct = list(dict.fromkeys(self.forms))
        counts = snapshot.form_frequencies(*distinct)
        self.frequencies = {
            form: max(title, body) for form, (title, body, _) in zip(distinct, counts, strict=True)
        }

    def frequency(self, token: int) -> int:
        """How many articles have a token, in the headline or the text, whichever is more."""
        return self.frequencies[self.forms[token]]

    def weight(self, form: str) -> float:
        """What a form tells: the more, the fewer articles have it."""
        frequency = self.frequencies.get(form, 0)
        return min(_HEAVIEST, math.log((self.documents + 1) / (frequency + 0.5)) + 0.1)

    @property
    def bare(self) -> str:
        """The quotation from its first word to its last."""
        return self.text[self.spans[0][0] : self.spans[-1][1]]

    @cached_property
    def width(self) -> int:
        """How many words of a text a quotation may take: some may have been left out of it."""
        words = len(self.tokens)
        left_out = sum(map(self._is_elided, range(1, words)))
        return words + max(8, words // 2) + _ELLIPSIS_WORDS * min(left_out, 5)

    def queries(self) -> Iterator[tuple[tree.Node, bool]]:
        """What finds the articles that may have most of it, the surest first, and whether an
        article that has most of it is nearly sure to be among those that it finds."""
        if (parts := self._telling_parts()) is not None:
            yield parts, False
        runs = self._rarest_runs(_RUN)
        if runs:
            yield any_of(runs), len(runs) >= _MANY_RUNS
        if 0 < len(runs) < _MANY_RUNS:
            # The rarest runs are those that were altered, where the others are common.
            more = self._rarest_runs(_RUN, fewest=_RUNS)
            if len(more) > len(runs):
                yield any_of(more), len(more) >= _MANY_RUNS
        if rest := [*self._rarest_runs(_RUN - 1), *self._rare_words()]:
            yield any_of(rest), True

    def _telling_parts(self) -> tree.Node | None:
        """What stands around marks of ellipsis, all of it; None if there is none."""
        cuts = [0, *(at for at in range(1, len(self.tokens)) if self._is_elided(at))]
        if len(cuts) == 1:
            return None
        parts: list[tree.Node] = []
        for start, end in pairwise((*cuts, len(self.tokens))):
            exact = tuple(map(tree.Exact, self.tokens[start : min(end, start + PHRASE_WORDS)]))
            parts.append(tree.Phrase(exact) if len(exact) > 1 else exact[0])
        return tree.And(tuple(parts))

    def _is_elided(self, at: int) -> bool:
        """Whether something was left out before a token."""
        between = self.text[self.spans[at - 1][1] : self.spans[at][0]]
        return "..." in between or "…" in between or ". . ." in between

    def _rarest_runs(self, length: int, *, fewest: int = _FEWEST_RUNS) -> list[tree.Node]:
        """Runs of so many words that few articles can have, of all parts of it; so many at
        least, if there are."""
        # Of each part of the quotation its rarest, then of each its second, and so on.
        parts: list[list[tuple[int, int]]] = [[] for _ in range(_RUNS)]
        for at in range(len(self.tokens) - length + 1):
            cost = min(map(self.frequency, range(at, at + length)))
            if cost:
                parts[at * _RUNS // len(self.tokens)].append((cost, at))
        order = sorted(
            (rank, cost, at) for part in parts for rank, (cost, at) in enumerate(sorted(part))
        )
        chosen: dict[tuple[str, ...], int] = {}
        spent = 0
        for _, cost, at in order:
            if len(chosen) >= _RUNS:
                break
            if len(chosen) >= fewest and spent + cost > _RUN_COST:
                continue
            spent += cost
            chosen.setdefault(tuple(self.forms[at : at + length]), at)
        return [
            tree.Phrase(tuple(map(tree.Exact, self.tokens[at : at + length])))
            for at in chosen.values()
        ]

    def _rare_words(self) -> list[tree.Node]:
        """Its rare words."""
        chosen: list[int] = []
        spent = 0
        distinct = {form: at for at, form in reversed(list(enumerate(self.forms)))}
        for form, at in sorted(distinct.items(), key=lambda one: self.frequencies[one[0]]):
            cost = self.frequencies[form]
            if not cost:
                continue
            if len(chosen) >= _WORDS or (chosen and spent + cost > _WORD_COST):
                break
            spent += cost
            chosen.append(at)
        return [tree.Exact(self.tokens[at]) for at in chosen]

    def rarest_stretch(self, start: int, end: int) -> tuple[int, int]:
        """Of the tokens `start` to `end` at most `PHRASE_WORDS`, with the rarest word."""
        if end - start <= PHRASE_WORDS:
            return start, end
        first = min(
            range(start, end - PHRASE_WORDS + 1, PHRASE_WORDS // 4),
            key=lambda at: min(map(self.frequency, range(at, at + PHRASE_WORDS))),
        )
        return first, first + PHRASE_WORDS


def any_of(parts: Sequence[tree.Node]) -> tree.Node:
    """The query for any of `parts`."""
    return tree.Or(tuple(parts)) if len(parts) > 1 else parts[0]
