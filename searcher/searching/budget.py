"""How much may one query cost?

A `Budget` holds the deadline of a query, for either executor, and counts what the plain
executor does and holds.  When one of them is used up the query is given up, with an error:
no answer is better than half of one passed off as whole.

Work is counted in *units*, each about a tenth of a microsecond of Python: so many for a
term that is compared, a posting that is read, a pair that is made.  They were measured over
plain segments of Reuters articles, step by step, and hold within a factor of two for whole
queries.  So whether a query is
too costly depends on the query and the index, not on how busy the machine is; only a
deadline asks the clock.  Limits are those of `DOCUMENTS` documents and grow with the
archive, as what a word costs does.  The native executor counts its own work by the same
rule, with limits of its own (`native/src/search/budget.rs`); it does in a nanosecond what
takes a hundred here, so the plain executor gives up queries that the native one answers.
How many hits are shown is the caller's choice and is not limited.
"""

from __future__ import annotations

import time

from searcher.errors import DeadlineError, QueryError
from searcher.query import tree
from searcher.searching.interruption import ask

__all__ = ["DOCUMENTS", "FORMS", "Budget", "too_costly", "too_many_forms"]

# What a query over up to `DOCUMENTS` documents may cost: under two seconds of Python.  Over
# 105,300 Reuters articles whole headlines cost up to 12 million, five words in a range of
# dates 6, a prefix of four letters 6, a word near another mostly 6; `*bank` costs 18 there,
# and the phrase of the two most frequent words 25, and both are given up.
UNITS = 16_000_000
# What it may hold at a time: numbers of eight bytes, 100 MB together.  A whole headline
# holds up to 8 million over those articles.
NUMBERS = 12_500_000
DOCUMENTS = 1 << 17
# Patterns that fit more forms together are refused (docs/query-language.md).
FORMS = 50_000
# About a twentieth of a second.
_UNITS_BETWEEN_CHECKS = 500_000

_ADVICE = "ask for rarer words, longer patterns or shorter distances, or for fewer of them"


class Budget:
    """What one query may cost, and has cost.

    Arguments:
        timeout_s: seconds from now until the query is given up, as a `Request` has them;
            None is for ever.
    """

    # How each begins.  On the class, since the native executor counts for itself, and a search
    # for a rare word takes little longer than to set all of them.
    timeout_s: float | None = None
    units = 0
    numbers = 0
    _brief = 0
    _deadline: float | None = None
    _most_units = UNITS
    _most_numbers = NUMBERS
    _checked_at = 0
    _stage = "reading the query"
    _done = ""
    _part: tree.Node | None = None
    _forms: dict[object, int] | None = None

    def __init__(self, timeout_s: float | None = None) -> None:
        if timeout_s is not None:
            self.timeout_s = timeout_s
            self._deadline = time.monotonic() + timeout_s

    # ------------------------------------------------------------ time

    @property
    def remaining_s(self) -> float | None:
        """Seconds until the deadline, less than 0 after it; None without one."""
        return None if self._deadline is None else self._deadline - time.monotonic()

    def enter(self, stage: str, done: str = "") -> None:
        """Say what is done from here on, and how far it is.

        Raises:
            DeadlineError: the time has passed.
        """
        self._stage = stage
        self._done = done
        self.check()

    def check(self) -> None:
        """See what time it is, and whether the answer is still wanted.

        Raises:
            DeadlineError: the time has passed.
            Whatever says that it is not wanted (`interruption.py`).
        """
        ask()
        if self._deadline is not None and time.monotonic() >= self._deadline:
            raise self.passed(self._stage, self._done)

    def passed(self, stage: str, done: str) -> DeadlineError:
        """The error for a time that has passed."""
        return DeadlineError(self.timeout_s or 0.0, stage, done)

    # ------------------------------------------------------------ work

    def allow_for(self, documents: int) -> None:
        """Allow for an archive of so many documents."""
        share = max(documents, DOCUMENTS) / DOCUMENTS
        self._most_units = int(UNITS * share)
        self._most_numbers = int(NUMBERS * share)

    def work_on(self, part: tree.Node | None) -> None:
        """Say which part of the query is worked on from here on."""
        self._part = part

    def charge(self, units: int) -> None:
        """Note that `units` of work are about to be done.

        Raises:
            QueryError: it is more than a query may cost.
            DeadlineError: the time has passed.
        """
        self.units += units
        if self.units - self._checked_at >= _UNITS_BETWEEN_CHECKS:
            self._checked_at = self.units
            if self.units > self._most_units:
                raise too_costly(self._part, "work")
            self.check()

    def hold(self, numbers: int) -> None:
        """Note that so many numbers more are held until `release`.

        Raises:
            QueryError: they are more than a query may hold.
        """
        self.numbers += numbers
        if self.numbers > self._most_numbers:
            raise too_costly(self._part, "memory")

    def hold_briefly(self, numbers: int) -> None:
        """Note that so many numbers more are held until `release_brief`.

        Raises:
            QueryError: they are more than a query may hold.
        """
        self._brief += numbers
        self.hold(numbers)

    def release_brief(self) -> None:
        """Note that what was held briefly is held no more."""
        self.numbers -= self._brief
        self._brief = 0

    def release(self, numbers: int) -> None:
        """Note that so many numbers are held no more."""
        self.numbers -= numbers

    def count_forms(self, key: object, word: tree.Node, found: int) -> None:
        """Note that `word` fits `found` forms in one of its fields.

        Arguments:
            key: equal for equal words, of which only the field with most forms counts.

        Raises:
            QueryError: the patterns of the query fit too many forms together.
        """
        forms = self._forms = self._forms or {}
        forms[key] = max(found, forms.get(key, 0))
        together = sum(forms.values())
        if together > FORMS:
            raise too_many_forms(word, found, together)


def too_many_forms(word: tree.Node, found: int, together: int) -> QueryError:
    """The error for patterns that fit `together` forms, `word`, the last one, `found`."""
    if found > FORMS:
        reason = f"{word} fits {found:,} different words, more than {FORMS:,}"
        suggestion = "make the pattern longer"
    else:
        reason = (
            f"with {word} the patterns of this query fit {together:,} different words together, "
            f"more than {FORMS:,}"
        )
        suggestion = "make the patterns longer, or ask for fewer at once"
    return _error(reason, word, suggestion)


def too_costly(part: tree.Node | None, limit: str) -> QueryError:
    """The error for a query that costs too much, at `part` or as a whole.

    Arguments:
        limit: what is used up, "work" or "memory".
    """
    what = "the query" if part is None else _shortened(str(part))
    needs = "takes too long to answer" if limit == "work" else "needs too much memory"
    return _error(f"{what} {needs}", part, _ADVICE)


def _error(reason: str, part: tree.Node | None, suggestion: str) -> QueryError:
    start, end = (-1, -1) if part is None else _span(part)
    return QueryError(
        reason, position=max(start, 0), end=end if end > 0 else None, suggestion=suggestion
    )


def _span(part: tree.Node) -> tuple[int, int]:
    """Where `part` stands in the query; -1 where that is not known."""
    start, end = getattr(part, "start", -1), getattr(part, "end", -1)
    if end > 0:
        return start, end
    spans = [span for child in tree.subtrees(part) if (span := _span(child))[1] > 0]
    if not spans:
        return -1, -1
    return min(span[0] for span in spans), max(span[1] for span in spans)


def _shortened(text: str, most: int = 80) -> str:
    return text if len(text) <= most else f"{text[:most]}…"
