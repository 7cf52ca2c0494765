"""Which words of an article are compared, and which numbers stand for them?

The words are the forms of the body, as the analyzer makes them: case, accents and typography
folded, apostrophes and a final 's dropped, numbers whole (`1,000.5` is one word).  The title is
left out, because each paper writes its own.  Only the first `MOST_WORDS` are aligned and
fingerprinted, which bounds what one record of a hundred million characters may cost; all of
them are in the key.

    word number   the first 8 bytes of BLAKE2b (digest of 8 bytes, no key) of the form in UTF-8,
                  little-endian
    text key      the same of all forms, in order, with one space between; 0 where there is no
                  form, and 1 where the hash is 0
    correction    the lowest bit of the key: 1 if the title begins with CORRECTED or CORRECTION,
                  so that a correction never has the key of what it corrects

Texts are identical if their keys are: in a million texts two others have one key with a
probability of one in 20 million.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import blake2b

__all__ = ["LEAST_WORDS", "MOST_WORDS", "is_correction", "text_key", "word_number"]

MOST_WORDS = 10_000
LEAST_WORDS = 20
"""Texts with fewer words are copies of identical ones only."""
_DIGEST_BYTES = 8
_CORRECTION = re.compile(r"\W*correct(?:ed|ion)\b", re.IGNORECASE)


def word_number(word: str) -> int:
    """The 64 bits that stand for `word`."""
    return _number(word)


def text_key(words: Sequence[str], *, correction: bool = False) -> int:
    """The 64 bits that stand for a text of these words; 0 for none.  Cost: linear."""
    if not words:
        return 0
    return (_number(" ".join(words)) | 1) - (not correction) or 2


def is_correction(title: str | None) -> bool:
    """Whether a title says that the article corrects another."""
    return title is not None and _CORRECTION.match(title) is not None


def _number(text: str) -> int:
    data = text.encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(data, digest_size=_DIGEST_BYTES).digest(), "little")
