"""Which of a page's headlines is the article's, and what does its title say besides?

The visible `<h1>` that agrees with what is declared goes first, as declared ones are often
written for search engines.  Two headlines agree by the words that they have in common.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from searcher.reading.html.linked_data import NodeObject, first_text
from searcher.reading.html.tree import Page, text_of
from searcher.reading.markup import strip_tags, unescape
from searcher.reading.prose import clean_line

__all__ = ["agreement", "headline_of", "same_words", "site_in_title", "words_of"]

_SITE_TAIL = re.compile(r"\s+(?:[|·•»]|[-–—]|::)\s+")


def headline_of(page: Page, metas: Mapping[str, str], article: NodeObject) -> str:
    linked = clean_line(strip_tags(unescape(first_text(article.get("headline")))))
    graph = clean_line(unescape(metas.get("og:title", "") or metas.get("twitter:title", "")))
    tag = page.first("title")
    shown = text_of(tag) if tag else ""
    parts = [part for part in _SITE_TAIL.split(shown) if part.strip()]
    page_part = max(parts, key=len) if parts else ""
    given = [text for text in (linked, graph, page_part) if text]
    best, best_score = "", 0.0
    headings = page.named("h1")[:20]
    lone = clean_line(text_of(headings[0])) if len(headings) == 1 else ""
    for heading in headings:
        text = clean_line(text_of(heading))
        words = words_of(text)
        if not words:
            continue
        score = max((agreement(words, words_of(other)) for other in given), default=0.5)
        if score > best_score:
            best, best_score = text, score
    if best_score >= 0.5:
        # A topic set above the headline often stands inside the same element.
        inner = (t for t in (linked, graph) if t and _is_tail(words_of(t), words_of(best)))
        return next(inner, best)
    if lone and len(words_of(lone)) > 3:
        return lone
    if linked or graph:
        return linked or _without_site(graph, metas)
    marked = page.marked("headline")
    text = clean_line(text_of(marked[0])) if marked else ""
    return text or page_part or best


def _is_tail(tail: list[str], words: list[str]) -> bool:
    return 2 < len(tail) < len(words) <= len(tail) + 6 and words[-len(tail) :] == tail


def _without_site(title: str, metas: Mapping[str, str]) -> str:
    site = metas.get("og:site_name", "").casefold()
    parts = _SITE_TAIL.split(title)
    if len(parts) > 1 and site and parts[-1].casefold() in (site, site.removesuffix(".com")):
        return title[: title.rfind(parts[-1])].rstrip(" |·•»-–—:")
    return title


def site_in_title(page: Page, headline: str) -> str | None:
    """Return "Site" of a `<title>` that reads "Headline | Site"."""
    tag = page.first("title")
    text = text_of(tag) if tag else ""
    parts = _SITE_TAIL.split(text)
    if len(parts) < 2 or not 0 < len(words_of(parts[-1])) < 6:
        return None
    said = agreement(words_of(parts[0]), words_of(headline)) > 0.5
    barred = text.rstrip().endswith(f"| {parts[-1].strip()}") and len(words_of(parts[0])) > 3
    return clean_line(parts[-1]) if said or barred else None


def same_words(text: str) -> str:
    """Return letters and digits of `text`, folded: equal for equal headlines."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in text if c.isalnum())


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", re.sub("['’‘`´]", "", text).casefold())


def agreement(a: list[str], b: list[str]) -> float:
    """Return the share of words that two headlines have in common (F1)."""
    common = len(set(a) & set(b))
    return 2 * common / (len(set(a)) + len(set(b))) if common else 0.0
