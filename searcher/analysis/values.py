"""When are two values (a source, a section, a name) the same?

A value is compared whole: plain quotes and dashes (`typography.py`), NFKC, case
folded, runs of blanks as one (UAX #15 and Unicode's default caseless matching).
Accents stay, unlike in words: `Le Temps` and `Le temps` are one source, `Año` and
`Ano` are two.
"""

from __future__ import annotations

import unicodedata

from searcher.typography import plain

__all__ = ["fold_value"]


def fold_value(text: str) -> str:
    """Return the folded form under which `text` is indexed and asked for."""
    return " ".join(unicodedata.normalize("NFKC", plain(text)).casefold().split())
