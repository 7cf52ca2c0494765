"""Given a form, which words are inflections of the same word?

The stem of a form is its Snowball stem (snowballstem.org, through PyStemmer) in
one language; some English words have stems of their own, where Snowball mixes
meanings (`english.py`).  A form with anything but letters and marks in it (`f16`,
`3.5`, `at&t`) is its own stem, and so is every form in a language that Snowball lacks.

Stems are computed from forms, whose accents are already folded: right for
English, an approximation where a suffix is told by its accent (French, Spanish,
Russian), and the same approximation for article and query.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from searcher.analysis.languages import primary_language
from searcher.importing import InstalledOnly

if TYPE_CHECKING:
    from searcher.analysis.english import EnglishStems

__all__ = [
    "algorithm_of",
    "is_known_language",
    "known_languages",
    "stem_function",
    "stem_words",
]

# ISO 639 code → Snowball algorithm.
_ALGORITHMS = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "eo": "esperanto",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "st": "sesotho",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}


# Codes that say of a text that its language is not known, several, or none (ISO 639-2).
_WITHOUT_LANGUAGE = ("mul", "und", "zxx")


def known_languages() -> list[str]:
    """The codes of the languages whose inflections are known, in order."""
    return sorted(code for code in _ALGORITHMS if algorithm_of(code) is not None)


def is_known_language(language: str) -> bool:
    """Whether words of `language` are stemmed, or it says that there is no one language."""
    return primary_language(language) in _WITHOUT_LANGUAGE or algorithm_of(language) is not None


def algorithm_of(language: str | None) -> str | None:
    """Return the name of the Snowball algorithm for `language`, None if there is none.

    None too where the installed PyStemmer is older than the algorithm.
    """
    name = _ALGORITHMS.get(primary_language(language))
    if name is None:
        return None
    with InstalledOnly():
        import Stemmer  # type: ignore[import-not-found,unused-ignore]

    return name if name in Stemmer.algorithms() else None


@cache
def stem_function(language: str | None, *, own: bool = True) -> Callable[[str], str]:
    """Return the function from a form to its stem in `language`.

    Arguments:
        own: English words may have stems of their own (`english.py`); without it all stems
            are those of Snowball.

    The function may be called from any thread: a Snowball stemmer holds a work
    buffer, so each thread is given its own.
    """
    name = algorithm_of(language)
    if name is None:
        return _same
    english = _english() if own and name == "english" else None
    local = threading.local()

    def stem(form: str) -> str:
        if not form.isalpha() and not _is_letters_and_marks(form):
            return form
        try:
            stem_word = local.stem_word
        except AttributeError:
            stem_word = local.stem_word = _new_stemmer(name).stemWord
        stem = stem_word(form) or form
        return stem if english is None else english.stem(form, stem)

    return stem


def stem_words(forms: Iterable[str], language: str | None, *, own: bool = True) -> list[str]:
    """Return the stems of `forms`, in order: `stem_function` for many at once."""
    forms = list(forms)
    name = algorithm_of(language)
    if name is None:
        return forms
    # Stemming what needs none too costs less than a call for each that does.
    stems = _new_stemmer(name).stemWords(forms)
    if own and name == "english":
        stems = list(map(_english().stem, forms, stems))
    return [
        stem or form if form.isalpha() or _is_letters_and_marks(form) else form
        for form, stem in zip(forms, stems, strict=True)
    ]


def _new_stemmer(name: str) -> Any:
    with InstalledOnly():
        import Stemmer  # type: ignore[import-not-found,unused-ignore]

    # Size 0 turns off its own cache: analyzers keep one for all threads.
    return Stemmer.Stemmer(name, 0)


def _is_letters_and_marks(form: str) -> bool:
    """Tell whether Snowball may have `form`, for forms that hold other than letters."""
    if form.isascii():
        return False
    category = _category()
    return all(category(character)[0] in "LM" for character in form)


@cache
def _category() -> Callable[[str], str]:
    with InstalledOnly():
        from unicodedata import category
    return category


def _same(form: str) -> str:
    return form


@cache
def _english() -> EnglishStems:
    with InstalledOnly():
        from searcher.analysis.english import EnglishStems

    return EnglishStems(_new_stemmer("english").stemWord)
