"""Which language does a word such as "English", "eng" or "en_US" name?

Codes are BCP 47; names are those that news services use, in English and in the language
itself; three letters are ISO 639-2 (both kinds) where two letters exist for the same.
"""

from __future__ import annotations

import re

__all__ = ["language_code"]

_CODE = re.compile(r"[a-z]{2,3}(?:[-_][a-z]{4})?(?:[-_](?:[a-z]{2}|\d{3}))?", re.I)
_NAMES = {
    "ar": "arabic العربية ara", "bg": "bulgarian български bul", "bn": "bengali bangla বাংলা ben",
    "ca": "catalan català cat", "cs": "czech čeština ces cze", "da": "danish dansk dan",
    "de": "german deutsch deu ger", "el": "greek ελληνικά ell gre", "en": "english eng",
    "es": "spanish español castellano spa", "et": "estonian eesti est",
    "fa": "persian farsi فارسی fas per", "fi": "finnish suomi fin", "fr": "french français fra fre",
    "he": "hebrew עברית heb", "hi": "hindi हिन्दी hin", "hr": "croatian hrvatski hrv",
    "hu": "hungarian magyar hun", "id": "indonesian ind", "it": "italian italiano ita",
    "ja": "japanese 日本語 jpn", "ko": "korean 한국어 kor", "lt": "lithuanian lietuvių lit",
    "lv": "latvian latviešu lav", "ms": "malay msa may", "nl": "dutch nederlands nld dut",
    "no": "norwegian norsk nor", "pl": "polish polski pol", "pt": "portuguese português por",
    "ro": "romanian română ron rum", "ru": "russian русский rus", "sk": "slovak slovenčina slk slo",
    "sl": "slovenian slovenščina slv", "sq": "albanian shqip sqi alb", "sr": "serbian српски srp",
    "sv": "swedish svenska swe", "sw": "swahili kiswahili swa", "ta": "tamil தமிழ் tam",
    "th": "thai ไทย tha", "tr": "turkish türkçe tur", "uk": "ukrainian українська ukr",
    "ur": "urdu اردو urd", "vi": "vietnamese vie", "zh": "chinese 中文 zho chi mandarin",
}  # fmt: skip
_CODES = {name: code for code, names in _NAMES.items() for name in names.split()}


def language_code(text: str | None) -> str | None:
    """Return a BCP 47 code for "en", "en_US", "eng" or "English"; None for anything else."""
    if not text:
        return None
    text = text.strip()
    named = _CODES.get(text.lower())
    if named:
        return named
    if not _CODE.fullmatch(text):
        return None
    language, *rest = text.replace("_", "-").split("-")
    language = (
        _CODES.get(language.lower(), language.lower()) if len(language) == 3 else language.lower()
    )
    sized = (part.upper() if len(part) < 4 else part.capitalize() for part in rest)
    return "-".join([language, *sized])
