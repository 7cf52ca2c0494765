"""Which words lose their vowel before another and are written as one with it?

French, Italian and Catalan write `l'univers`, `qu'il`, `dell'arte`, `d'Arago` as one run, and
mean two words.  The first is an article, a pronoun, a preposition or a conjunction from
a closed list, and says nothing that anybody searches for; so a form drops it, as it drops
the English 's.  That is how Lucene's ElisionFilter treats these languages, with nearly
these lists.

Only before a vowel, an h or a y, which is where the grammars elide: `N'Djamena`, `M'Bow`
and `T'Pau` are names and stay whole.  `aujourd'hui`, `presqu'île` and `Sant'Egidio` stay
too, for what stands before their apostrophe is on no list.

Nothing is dropped in other languages, where the same letters open names: to English
`d'Arcy` is darcy.  In an archive of several languages (`mul`, `und`) all lists count:
there every tenth word of a French or Italian article would be lost otherwise, against a
few names that are found as they are written all the same.
"""

from __future__ import annotations

from functools import cache

from searcher.analysis.languages import primary_language

__all__ = ["elided_words", "without_elided"]

_FRENCH = "c d j l m n s t qu jusqu lorsqu puisqu quoiqu"
_ITALIAN = """
    c d l m s t v un gl agl all coll dagl dall degl dell negl nell pell sugl sull
    quest quell nessun
"""
_CATALAN = "d l m n s t"

_ALL = " ".join((_FRENCH, _ITALIAN, _CATALAN))
_LISTS = {"fr": _FRENCH, "it": _ITALIAN, "ca": _CATALAN, "mul": _ALL, "und": _ALL}

_BEFORE = tuple("aeiouyh")


def elided_words(language: str | None) -> frozenset[str]:
    """What is dropped before an apostrophe in `language` (a BCP 47 code)."""
    return _words(_LISTS.get(primary_language(language), ""))


@cache
def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def without_elided(text: str, elided: frozenset[str]) -> str:
    """Return `text`, whose letters are folded, without what is elided at its beginning."""
    first, _, rest = text.partition("'")
    return rest if first in elided and rest.startswith(_BEFORE) else text
