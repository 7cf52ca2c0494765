"""Is a pair of texts a copy, a version, or neither, judged by its words?

The words are aligned (`alignment.py`), and what is counted of the pairs decides; nothing is a
copy by chance.  The text with fewer words is the *shorter* one; of two with equally many, the
one with the smaller key.

    same        pairs of equal words
    near        pairs of words that differ by a letter or two and are no facts
    facts       pairs whose word of the shorter text is a fact: it begins with a digit, or is one
                of the letters b-h, j-z alone (the Y and N of a roll call).  Not a pair with a
                near word that is no fact: that is a number badly scanned
    others      all other pairs
    shared      words of the shorter text that lie in a run of five words that the longer one
                has.  If these are less than a twentieth, the texts are neither copies nor
                versions, and are not aligned: the other numbers are 0

    cover       (same + near) / words of the shorter
    longer      same / words of the longer

**A form** (market table, roll call, weekly list: the words agree, the facts do not): at least
3 facts, 15 % of them different, and their share of differences over 3 times that of the others,
and more than chance makes it where few facts are looked at: the square of what is beyond the share
of the others is over 6 times the variance that so many facts would have (binomial; of 8 facts two
differ by chance in a tenth of texts in which a twelfth of the words was replaced).
So a scan, which spoils words and numbers alike, is not taken for a new table.  If the shorter
has under 200 words and at most a fifth of the others is different, 2 facts will do, and more
than half of them different.

**A copy**: no form, cover at least 80 %, and published at most 3 days apart or `longer` at
least 95 %.  Not: under 100 words with `longer` under 30 % on another day, which are figures
repeated in a later report; nor a correction and what it corrects.  These are versions.

**A version**: else, at most 2 days apart, shared at least 30 % of the shorter; not a form of
another day.  (Aligned words alone are too loose, because any two texts have many of them.)

Unknown dates count as near.  All comparisons are of whole numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from searcher.copies.alignment import aligned, near_words
from searcher.copies.fingerprints import RUN, run_numbers
from searcher.copies.words import LEAST_WORDS

__all__ = ["Agreement", "Kind", "Rules", "compare", "is_fact", "judge"]

_VERSION_DAYS = 2
_LEAST_SHARED = 20
_NO_FACTS = frozenset("ai")
_LEAST_COVER_PERCENT = 50
_MOST_NEAR_DAYS = 3_650


class Kind(StrEnum):
    """What one text is to another."""

    COPY = "copy"
    VERSION = "version"


class Rules(NamedTuple):
    """What an archive may have otherwise: `copies.cover` in percent, `copies.near_days`."""

    cover_percent: int = 80
    near_days: int = 3

    def with_values(self, *, cover: float | None, near_days: int | None) -> Rules:
        """These rules but for what is given.

        Arguments:
            cover: from .5 to 1, in whole hundredths.
            near_days: from 0 to 3,650.

        Raises:
            ValueError: it is not.
        """
        percent = self.cover_percent
        if cover is not None:
            is_share = 0.5 <= cover <= 1
            percent = round(100 * cover) if is_share else 0
            if not is_share or abs(100 * cover - percent) > 1e-9:
                raise ValueError(f"cover is from .5 to 1, in whole hundredths, not {cover!r}")
        days = self.near_days if near_days is None else near_days
        if type(days) is not int or not 0 <= days <= _MOST_NEAR_DAYS:
            raise ValueError(f"near_days is from 0 to {_MOST_NEAR_DAYS:,}, not {near_days!r}")
        return Rules(percent, days)

    @classmethod
    def kept(cls, values: tuple[int, int] | None) -> Rules:
        """The rules that an archive keeps; None are the usual ones.

        Raises:
            ValueError: these can be of none.
        """
        rules = cls() if values is None else cls(*values)
        if not _LEAST_COVER_PERCENT <= rules.cover_percent <= 100:
            raise ValueError(f"cover is from 50 to 100 percent, not {rules.cover_percent}")
        if not 0 <= rules.near_days <= _MOST_NEAR_DAYS:
            raise ValueError(f"near_days is from 0 to {_MOST_NEAR_DAYS:,}, not {rules.near_days}")
        return rules

    def to_dict(self) -> dict[str, float]:
        """The rules by their names."""
        return {"cover": self.cover_percent / 100, "near_days": self.near_days}


class Agreement(NamedTuple):
    """What was counted of a pair: see the head of the file."""

    shorter: int
    longer: int
    same: int
    near: int
    facts: int
    facts_different: int
    others: int
    others_different: int
    shared: int

    @property
    def is_form(self) -> bool:
        """Whether the words agree and the facts do not."""
        facts, different = self.facts, self.facts_different
        if facts >= 3 and 100 * different >= 15 * facts:
            others, others_different = self.others, self.others_different
            # Both times `others`: how many facts would differ if they did as the others do, and
            # how many more do.
            expected = facts * others_different
            beyond = different * others - expected
            varies = expected * (others - others_different)
            return beyond > 2 * expected and beyond * beyond > 6 * varies
        return (
            self.shorter < 200
            and facts >= 2
            and 2 * different > facts
            and 5 * self.others_different <= self.others
        )


def is_fact(word: str) -> bool:
    """Whether a word is a number, or a letter that stands for something."""
    return word[0].isdecimal() or (len(word) == 1 and "a" <= word <= "z" and word not in _NO_FACTS)


def compare(a: Sequence[str], b: Sequence[str], *, key_a: int = 0, key_b: int = 0) -> Agreement:
    """Count what two texts of these words have in common.  Cost: that of `aligned`."""
    if (len(b), key_b) < (len(a), key_a):
        a, b = b, a
    same = near = facts = facts_different = others_different = 0
    shared = _shared(a, b)
    pairs = aligned(a, b) if _LEAST_SHARED * shared >= len(a) else []
    for i, j in pairs:
        word, other = a[i], b[j]
        fact = is_fact(word)
        if word == other:
            same += 1
            facts += fact
            continue
        if not (fact and is_fact(other)) and near_words(word, other):
            near += 1
            fact = False
        facts += fact
        facts_different += fact
        others_different += not fact
    others = len(pairs) - facts
    counted = (same, near, facts, facts_different, others, others_different)
    return Agreement(len(a), len(b), *counted, shared)


def _shared(a: Sequence[str], b: Sequence[str]) -> int:
    there = set(run_numbers(b))
    count = end = 0
    for place, number in enumerate(run_numbers(a)):
        if number in there:
            count += place + RUN - max(end, place)
            end = place + RUN
    return count


def judge(
    agreement: Agreement,
    *,
    days_apart: int | None,
    corrects: bool = False,
    rules: Rules | None = None,
) -> Kind | None:
    """What the two texts are to each other.

    Arguments:
        days_apart: between the days of publication; None where one is not known.
        corrects: whether one of the two, and not the other, is a correction.
    """
    rules = rules or Rules()
    found = agreement
    if found.shorter < LEAST_WORDS:
        return None
    is_near = days_apart is None or days_apart <= rules.near_days
    covered = 100 * (found.same + found.near) >= rules.cover_percent * found.shorter
    if covered and not found.is_form and (is_near or 100 * found.same >= 95 * found.longer):
        is_repeated = (
            bool(days_apart) and found.shorter < 100 and 10 * found.same < 3 * found.longer
        )
        return Kind.VERSION if corrects or is_repeated else Kind.COPY
    if days_apart is not None and days_apart > _VERSION_DAYS:
        return None
    if 10 * found.shared < 3 * found.shorter or (found.is_form and days_apart):
        return None
    return Kind.VERSION
