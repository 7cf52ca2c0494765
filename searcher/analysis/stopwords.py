"""Which words are too common to rank by?

Stop words are indexed and match like any word; a keyword group leaves them out
when it has anything better.  English has the thirty-three of Lucene's
StandardAnalyzer, other languages the lists of the Snowball project, as Whoosh
ships them.  Words stand here as forms, folded like the text they are compared
with.  A language without a list has no stop words.
"""

from __future__ import annotations

from functools import cache

from searcher.analysis.folding import fold
from searcher.analysis.languages import primary_language
from searcher.importing import InstalledOnly

__all__ = ["stop_words"]

_ENGLISH = """
    a an and are as at be but by for if in into is it no not of on or such that the their then
    there these they this to was will with
"""

# The languages whose Whoosh list is Snowball's (its Turkish one is not).
_SNOWBALL = frozenset(("da", "de", "es", "fi", "fr", "hu", "it", "nl", "no", "pt", "ru", "sv"))


def stop_words(language: str | None) -> frozenset[str]:
    """Return the stop words of `language` (a BCP 47 code) as forms."""
    code = primary_language(language)
    if code == "en":
        return _english()
    if code in ("nb", "nn"):
        code = "no"
    return _snowball(code) if code in _SNOWBALL else frozenset()


@cache
def _english() -> frozenset[str]:
    return frozenset(_ENGLISH.split())


@cache
def _snowball(code: str) -> frozenset[str]:
    with InstalledOnly():
        from whoosh.lang.stopwords import stoplists

    return frozenset(fold(word) for word in stoplists[code])
