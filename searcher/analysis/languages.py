"""Which language does a code name?

The codes are those of BCP 47 (`en`, `en-GB`, `zh-Hans`); what is known of a language hangs
on its first part.
"""

from __future__ import annotations

__all__ = ["primary_language"]


def primary_language(language: str | None) -> str:
    """Return the language part of a BCP 47 code in small letters: `en` of `en-GB`."""
    return (language or "").replace("_", "-").partition("-")[0].strip().lower()
