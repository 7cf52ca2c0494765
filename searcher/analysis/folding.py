"""Given a token as typed, what is its form?

Two spellings that a reader takes for one word have one form:

    compatibility and case    ＮＡＴＯ, NATO → nato; ﬁre → fire      (NFKC, case folding)
    accents                   Müller → muller, Ἀθῆναι → αθηναι, ёлка → елка
    letters with a stroke     Ørsted → orsted, Łódź → lodz, straße → strasse
    Arabic vowel marks        مُحَمَّد → محمد; the stretching tatweel goes too
    apostrophes               O'Brien → obrien; a final 's goes: Tripoli's → tripoli
    acronyms, thousands       U.N. → un, 1,000,000 → 1000000

What stays: `&` (at&t), the dot and comma of other numbers (3.5; 1,5 and 1,2345
as typed), hamza and madda, and the marks of all other scripts, which are vowels
there (हिन्दी) or tell letters apart (が from か).  Variation selectors, which
choose a picture of the same character, go.

The standards are UAX #15 (NFKC) and the Unicode case folding of `str.casefold`;
which letters lose accents and strokes is settled here.  Nothing is transliterated
and no spelling is corrected (ü is u, never ue).

The form of a token is never empty: where nothing would be left (a lone Arabic
mark) the token is its own form.  White space that NFKC brings in (ﷺ is four
words) goes.  Folding a form again gives the same form.
"""

from __future__ import annotations

import re
from functools import cache
from unicodedata import normalize

__all__ = ["fold", "fold_letters"]

# Letters that Unicode does not decompose, and apostrophes that are letters
# (Ukrainian об\u02bcєкт, Hawai\u02bbi): both apostrophes become the plain one.
_LETTERS = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
        "ħ": "h",
        "ŧ": "t",
        "’": "'",
        "\u02bb": "'",
        "\u02bc": "'",
    }
)


def fold(surface: str) -> str:
    """Return the form of one token: what is compared when words are matched."""
    form = fold_letters(surface)
    if form.isalnum():
        return form
    bare = "".join(form.split()).removesuffix("'s").replace("'", "")
    if "." in bare:
        bare = _acronym_dots().sub("", bare)
    if "," in bare:
        bare = _thousands_commas().sub("", bare)
    return bare or normalize("NFKC", surface.casefold())


def fold_letters(text: str) -> str:
    """Fold each letter of `text`, and leave the punctuation between them.

    For parts of words, such as the pieces of a pattern; `fold` is for whole ones.
    The result may be empty.
    """
    if text.isascii():
        return text.lower()
    # Case folding can undo NFKC, and NFKC can bring in capitals (℡ is TEL).
    text = normalize("NFKC", normalize("NFKC", text).casefold()).casefold()
    if text.isascii():
        return text
    text = _arabic_vowels().sub("", text)
    text = _accents().sub(r"\1", normalize("NFD", text))
    return normalize("NFC", text).translate(_LETTERS)


# Expressions are compiled when first needed: most texts need few of them.


@cache
def _acronym_dots() -> re.Pattern[str]:
    return re.compile(r"(?<!\d)\.|\.(?!\d)")


@cache
def _thousands_commas() -> re.Pattern[str]:
    return re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


@cache
def _accents() -> re.Pattern[str]:
    """Return what finds combining marks after a Latin, Greek or Cyrillic letter."""
    letters = (
        "a-zªº\u00c0-\u02af\u1d00-\u1dbf\u1e00-\u1eff\u2c60-\u2c7f\ua720-\ua7ff\uab30-\uab6f"
        "\u0370-\u03ff\u1f00-\u1fff"
        "\u0400-\u0482\u048a-\u052f\u1c80-\u1c8f\ua640-\ua66e\ua680-\ua69f"
    )
    marks = (
        "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0"
        "\u2de0-\u2dff\ua66f-\ua67d\ua69e\ua69f\ufe20-\ufe2f"
    )
    return re.compile(rf"([{letters}])[{marks}]+")


@cache
def _arabic_vowels() -> re.Pattern[str]:
    """Return what finds Arabic vowel and Koranic marks, tatweel, variation selectors.

    Hamza and madda (0653-0655) tell letters apart and stay.
    """
    return re.compile(
        "[\u0610-\u061a\u0640\u064b-\u0652\u0656-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8"
        "\u06ea-\u06ed\u08ca-\u08e1\u08e3-\u08ff\ufe00-\ufe0f\U000e0100-\U000e01ef]+"
    )
