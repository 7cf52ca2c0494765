"""Given a token as typed, what is its form?

Two spellings that a reader takes for one word have one form:

    compatibility and case    ＮＡＴＯ, NATO → nato; ﬁre → fire      (NFKC, case folding)
    accents                   Müller → muller, Ἀθῆναι → αθηναι, ёлка → елка
    letters with a stroke     Ørsted → orsted, Łódź → lodz, straße → strasse
    Arabic vowel marks        مُحَمَّد → محمد; the stretching tatweel goes too
    apostrophes               O'Brien → obrien; a final 's goes: Tripoli's → tripoli
    elided words              l'univers → univers, where the language elides (`elision.py`)
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
words) goes.  Folding a form again gives the same form.  A form is one token again,
except where NFKC spells a sign out with punctuation (½ is 1⁄2, ⑴ is (1)) or one
character of an unspaced script as two.
"""

from __future__ import annotations

import re
from functools import cache
from unicodedata import category, name, normalize

from searcher.analysis.elision import without_elided

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


_NOTHING: frozenset[str] = frozenset()


def fold(surface: str, elided: frozenset[str] = _NOTHING) -> str:
    """Return the form of one token: what is compared when words are matched.

    `elided` are the words that are dropped before an apostrophe (`elision.elided_words`).
    """
    form = fold_letters(surface)
    if form.isalnum():
        return form
    if elided:
        form = without_elided(form, elided)
    bare = "".join(form.split()).removesuffix("'s").replace("'", "")
    if "." in bare:
        bare = _acronym_dots().sub("", bare)
    if "," in bare:
        bare = _thousands_commas().sub("", bare)
    if not bare:
        return normalize("NFKC", surface.casefold())
    return bare if bare.isascii() else normalize("NFC", bare)


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
    text = normalize("NFD", _arabic_vowels().sub("", text)).translate(_LETTERS)
    kept = []
    bare = False  # whether marks that come now lie on a letter that loses them
    for character in text:
        if category(character)[0] != "M":
            bare = _loses_accents(character) or (bare and character == "'")
        elif bare:
            continue
        kept.append(character)
    return normalize("NFC", "".join(kept))


@cache
def _loses_accents(character: str) -> bool:
    # The names of Unicode begin with the script; the standard library has no other way to ask.
    return name(character, "").startswith(("LATIN ", "GREEK ", "CYRILLIC "))


# Expressions are compiled when first needed: most texts need few of them.


@cache
def _acronym_dots() -> re.Pattern[str]:
    return re.compile(r"(?<!\d)\.|\.(?!\d)")


@cache
def _thousands_commas() -> re.Pattern[str]:
    return re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


@cache
def _arabic_vowels() -> re.Pattern[str]:
    """Return what finds Arabic vowel and Koranic marks, tatweel, variation selectors.

    Hamza and madda (0653-0655) tell letters apart and stay.
    """
    return re.compile(
        "[\u0610-\u061a\u0640\u064b-\u0652\u0656-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8"
        "\u06ea-\u06ed\u08ca-\u08e1\u08e3-\u08ff\ufe00-\ufe0f\U000e0100-\U000e01ef]+"
    )
