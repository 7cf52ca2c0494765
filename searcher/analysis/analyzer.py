"""Given text, which terms?

The `Analyzer` puts the parts of this room together for one language: tokens,
their forms, the stems of forms, stop words, and where sentences and paragraphs
begin.  It is the only definition of a term; indexes are built and queries are
answered through it.

Forms and stems are kept as they are made, since a few thousand words make up
most of any text; what is kept is cleared at a million entries and is shared by
all threads (each entry depends on its key alone, so a race only repeats work).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, partial
from itertools import chain
from typing import NamedTuple

from searcher.analysis.elision import elided_words
from searcher.analysis.folding import fold
from searcher.analysis.tokens import token_spans, tokenize
from searcher.importing import InstalledOnly

__all__ = ["AnalyzedText", "Analyzer"]

_KEPT = 1_000_000
_KEPT_PIECES = 200_000
_LONGEST_PIECE = 40


class AnalyzedText(NamedTuple):
    """A text as its terms.

    forms: the form of each token; the index into the list is the position.
    spans: where each token starts and ends in the text.
    sentence_starts: the positions that open a sentence, ascending.
    paragraph_starts: the positions that open a paragraph, ascending.
    """

    forms: list[str]
    spans: list[tuple[int, int]]
    sentence_starts: list[int]
    paragraph_starts: list[int]


class Analyzer:
    """Makes terms of text in one language.

    Cheap to make and to pickle, and safe to use from several threads.

        analyzer = Analyzer("en")
        analyzer.forms("Tripoli's airport")      # ['tripoli', 'airport']
        analyzer.stem("airports")                # 'airport'
    """

    version = "3"
    """Names the rules: an index keeps those that it was made with."""

    versions = ("1", "2", "3")
    """The rules that are known, the newest last.

    1: nothing is elided, English words have the stems of Snowball.
    2: elided words are dropped (`elision.py`), English has stems of its own (`english.py`).
    3: the agencies that an article credits are terms, too (`credits.py`).
    """

    before_credits = ("1", "2")
    """The rules by which the agencies that articles credit are no terms."""

    def __init__(self, language: str = "en", *, version: str = version) -> None:
        """
        Raises:
            ValueError: the rules of that version are not known.
        """
        if version not in self.versions:
            raise ValueError(f"no analysis rules {version[:40]!r}")
        self.language = language
        self.version = version
        self._own = version != "1"
        self.elided = elided_words(language) if self._own else frozenset[str]()
        """The words that are dropped before an apostrophe."""
        self._forms = _forms(self.elided)
        self._pieces = _pieces(self.elided)
        self._stems: _Memo | None = None
        self._stop_words: frozenset[str] | None = None

    def forms(self, text: str) -> list[str]:
        """Return the form of each token of `text`, in order."""
        return list(map(self._forms.__getitem__, tokenize(text)))

    def forms_of(self, tokens: Iterable[str]) -> list[str]:
        """Return the form of each of `tokens`, in order."""
        return list(map(self._forms.__getitem__, tokens))

    def forms_of_text(self, text: str) -> list[str]:
        """`forms`, three times as fast where much text is gone through in one process.

        No token goes over a blank, and what is no letter, mark or digit parts tokens by its direct
        neighbours alone, so the forms of what stands between blanks are kept.
        """
        return list(chain.from_iterable(map(self._pieces.__getitem__, text.split())))

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return where each token of `text` starts and ends."""
        return token_spans(text)

    def analyze(self, text: str) -> AnalyzedText:
        """Return forms, spans and boundaries of `text`."""
        with InstalledOnly():
            from searcher.analysis.boundaries import boundaries

        spans = token_spans(text)
        known = self._forms
        forms = [known[text[start:end]] for start, end in spans]
        return AnalyzedText(forms, spans, *boundaries(text, spans))

    def stem(self, form: str) -> str:
        """Return the stem of `form`: its own for numbers and for languages without a stemmer."""
        return self._known_stems()[form]

    def stems(self, forms: Iterable[str]) -> list[str]:
        """Return the stems of `forms`, in order: `stem` for many at once."""
        return list(map(self._known_stems().__getitem__, forms))

    def forms_of_distinct(self, tokens: Iterable[str]) -> list[str]:
        """`forms_of` for tokens that are asked about once: their forms are not kept."""
        return list(map(partial(fold, elided=self.elided), tokens))

    def stems_of_distinct(self, forms: Iterable[str]) -> list[str]:
        """`stems` for forms that are asked about once: their stems are not kept."""
        with InstalledOnly():
            from searcher.analysis.stemming import stem_words

        return stem_words(forms, self.language, own=self._own)

    def _known_stems(self) -> _Memo:
        if self._stems is None:
            with InstalledOnly():
                from searcher.analysis.stemming import stem_function

            self._stems = _Memo(stem_function(self.language, own=self._own))
        return self._stems

    @property
    def stop_words(self) -> frozenset[str]:
        """The stop words of the language, as forms."""
        if self._stop_words is None:
            with InstalledOnly():
                from searcher.analysis.stopwords import stop_words

            self._stop_words = stop_words(self.language)
        return self._stop_words

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Analyzer) and other._key() == self._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[str, str]:
        return self.language, self.version

    def __reduce__(self) -> tuple[Callable[[str, str], Analyzer], tuple[str, str]]:
        return _analyzer, self._key()

    def __repr__(self) -> str:
        return f"Analyzer({self.language!r}, version={self.version!r})"


class _Memo(dict[str, str]):
    """A function's results, kept."""

    __slots__ = ("_function",)

    def __init__(self, function: Callable[[str], str]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, key: str) -> str:
        value = self._function(key)
        if len(self) >= _KEPT:
            self.clear()
        self[key] = value
        return value


class _Pieces(dict[str, tuple[str, ...]]):
    """The forms of what stands between blanks, kept where it is short."""

    __slots__ = ("_forms",)

    def __init__(self, forms: _Memo) -> None:
        super().__init__()
        self._forms = forms

    def __missing__(self, key: str) -> tuple[str, ...]:
        value = tuple(map(self._forms.__getitem__, tokenize(key)))
        if len(key) <= _LONGEST_PIECE:
            if len(self) >= _KEPT_PIECES:
                self.clear()
            self[key] = value
        return value


def _analyzer(language: str, version: str) -> Analyzer:
    return Analyzer(language, version=version)


@cache
def _pieces(elided: frozenset[str]) -> _Pieces:
    """The forms of pieces, kept as `_forms` keeps those of tokens."""
    return _Pieces(_forms(elided))


@cache
def _forms(elided: frozenset[str]) -> _Memo:
    """The forms of tokens, kept for all analyzers that drop the same words."""
    return _Memo(partial(fold, elided=elided) if elided else fold)
