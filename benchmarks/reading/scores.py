"""How is an answer scored?

body     runs of four words in common (F1), the rule of the article-extraction-benchmark, as
         the mean over single pages, so that silence does not pay
title    the same letters and digits
authors  the same set of names
date     the same day, in the zone given or in UTC
A page counts for a field only where its gold has the field.
"""

from __future__ import annotations

import collections
import datetime as dt
import html
import re
import unicodedata
from typing import Any

from reading.gold import Page

_SPACELESS = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
_JOINTS = re.compile(
    r"[;,|/\n\t•·&]| [-–—] |\b(?i:and|und|with|mit|avec)\b|(?<=\s)(?:et|y|e|och|og|en)(?=\s)"
)
_LEAD = re.compile(
    r"(?i)^(?:(?:written|posted|reported|text|story)\s+)?(?:by|von|vom|par|por|di|da|av|af|door|"
    r"autore?n?(?:in)?|authors?|text|texto|redaktion|reporter)\b\s*:?\s*(?=\S)"
)
_RANKS = frozenset(
    ["dr", "prof", "phd", "md", "jr", "sr", "mba", "esq", "mr", "mrs", "ms", "herr", "frau"]
)


def score(page: Page, answer: dict[str, Any]) -> dict[str, float]:
    """Score an answer for each field that is known of its page."""
    found: dict[str, float] = {}
    if page.body:
        found["body"] = _overlap(page.body, answer.get("body") or "")
    if page.title:
        found["title"] = float(_title(page.title) == _title(answer.get("title") or ""))
    if page.authors:
        found["authors"] = float(_names(page.authors) == _names(answer.get("authors")))
    if page.date and (days := _days(page.date)):
        found["date"] = float(_day(answer.get("date")) in days)
    return found


def _words(text: str) -> list[str]:
    text = text.replace("\xad", "")
    if _SPACELESS.search(text):
        text = _SPACELESS.sub(r" \g<0> ", text)
    return re.findall(r"\w+", text)


def _overlap(gold: str, got: str) -> float:
    runs = []
    for words in (_words(gold), _words(got)):
        starts = range(max(bool(words), len(words) - 3))
        runs.append(collections.Counter(tuple(words[n : n + 4]) for n in starts))
    total = runs[0].total() + runs[1].total()
    return 2 * (runs[0] & runs[1]).total() / total if total else 0.0


def _title(text: str) -> list[str]:
    text = unicodedata.normalize("NFKC", html.unescape(text)).casefold()
    return _words(re.sub("['’‘`´]", "", text))


def _names(value: str | list[str] | None) -> set[str]:
    names = set()
    for text in [value] if isinstance(value, str) else value or []:
        text = re.sub(r"\([^)]*\)|\S+@\S+|https?://\S+|(?<!\w)@\w+", " ", html.unescape(str(text)))
        for part in _JOINTS.split(text):
            part = unicodedata.normalize("NFKD", _LEAD.sub("", part.strip())).casefold()
            part = "".join(c for c in part if not unicodedata.combining(c))
            words = _words(re.sub("['’.]", "", part))
            names.add(" ".join(w for w in words if w not in _RANKS and not w.isdigit()))
    return names - {""}


def _day(value: Any) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(value or "").strip()[:10])
    except ValueError:
        return None


def _days(value: str) -> set[dt.date]:
    days = {_day(value)}
    try:
        if len(value) > 19:
            days.add(dt.datetime.fromisoformat(value).astimezone(dt.UTC).date())
    except ValueError:
        pass
    return {day for day in days if day is not None}
