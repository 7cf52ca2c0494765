"""Which blocks does an outlet print on many of its pages?

"Sign up for our newsletter", a list of most-read stories, the outlet's name behind each
headline: no single page shows that they are not the article, but a handful of pages side by
side does.  `outline_of` says of a page's article what is needed for that, `learn` finds the
blocks and affixes that pages of one outlet repeat, `without` takes them off an article.

A block is boilerplate when several pages with different headlines have it, and a part of all
that were looked at; copies of one article prove nothing.  Blocks are compared whole, by a
hash.  Newspapers repeat themselves in earnest too, with a paragraph of background or the quote
that a trial is about, so only blocks behind all that is an article's own are taken off, and of
headlines only the outlet's name.  What would cost an article half of its text is left alone.

Source: the idea of site-level templates in Bar-Yossef and Rajagopalan, "Template detection
via data mining and its applications" (WWW 2002), on blocks of text in place of pagelets.
Not done: blocks that differ in a number or a date from page to page.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any
from urllib.parse import urlsplit

from searcher.article import Article

__all__ = ["Boilerplate", "PageOutline", "learn", "outlet_of", "outline_of", "without"]

_LEAST_PAGES = 4
_LEAST_SHARE = 0.3
_MOST_BLOCKS = 500  # of one outlet
_MOST_OUTLETS = 10_000
_AFFIX_SHARE = 0.6
_MOST_LOST = 0.5
_JOINT = re.compile(r"\s+[|\-–—•·:»]\s+|\s*[|»]\s*|:\s+")


@dataclass(frozen=True, slots=True)
class PageOutline:
    """What one page shows of its outlet's boilerplate: hashes of its blocks."""

    outlet: str
    title: str
    names: tuple[str, ...]
    blocks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """What is known of outlets: the hashes of blocks, and beginnings and ends of headlines."""

    blocks: Mapping[str, frozenset[str]] = field(default_factory=dict)
    affixes: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.blocks or self.affixes)

    def joined(self, other: Boilerplate) -> Boilerplate:
        """What either knows, within the bounds of what is kept."""
        return Boilerplate(_joined(self.blocks, other.blocks), _joined(self.affixes, other.affixes))

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON values."""
        return {
            name: {outlet: sorted(found) for outlet, found in sorted(known.items())}
            for name, known in (("blocks", self.blocks), ("affixes", self.affixes))
        }

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Boilerplate:
        """The way back from `to_dict`.

        Raises:
            ValueError: it is none.
        """
        known = []
        for name in ("blocks", "affixes"):
            given = value[name]
            if type(given) is not dict or not all(
                type(found) is list and all(type(text) is str for text in found)
                for found in given.values()
            ):
                raise ValueError("what is known of outlets is not told as that")
            known.append({outlet: frozenset(found) for outlet, found in given.items()})
        return cls(*known)


def outlet_of(article: Article) -> str:
    """Whose boilerplate an article has: the host it comes from, else its source; "" if that
    is not known."""
    host = ""
    if article.url:
        try:
            host = urlsplit(article.url).hostname or ""
        except ValueError:  # a bracket that is not closed
            host = ""
    return host.removeprefix("www.") or (article.source or "").casefold()


def outline_of(article: Article) -> PageOutline:
    """What `learn` needs of an article."""
    blocks = {_hash(block) for block in _blocks(article)}
    outlet = outlet_of(article)
    names = {_letters(article.source or ""), _letters(outlet.rpartition(".")[0]), _letters(outlet)}
    return PageOutline(outlet, article.title, tuple(sorted(names - {""})), tuple(sorted(blocks)))


def learn(outlines: Iterable[PageOutline]) -> Boilerplate:
    """Find what pages of one outlet repeat."""
    pages: defaultdict[str, dict[str, PageOutline]] = defaultdict(dict)
    for outline in outlines:
        if outline.outlet:
            pages[outline.outlet].setdefault(outline.title.casefold(), outline)
    blocks: dict[str, frozenset[str]] = {}
    affixes: dict[str, frozenset[str]] = {}
    for outlet, by_title in pages.items():
        least = max(_LEAST_PAGES, _LEAST_SHARE * len(by_title))
        counts = Counter(block for page in by_title.values() for block in page.blocks)
        if found := {block for block, count in counts.items() if count >= least}:
            blocks[outlet] = frozenset(sorted(found)[:_MOST_BLOCKS])
        least = max(_LEAST_PAGES, _AFFIX_SHARE * len(by_title))
        ends = Counter(
            end
            for page in by_title.values()
            for end in set(_ends(page.title))
            if _letters(end) in page.names
        )
        if found := {end for end, count in ends.items() if count >= least}:
            affixes[outlet] = frozenset(found)
    return Boilerplate(blocks, affixes)


def without(article: Article, known: Boilerplate) -> tuple[Article, int]:
    """`article` without what its outlet repeats, and how many blocks and affixes that were."""
    outlet = outlet_of(article)
    repeated, affixes = known.blocks.get(outlet), known.affixes.get(outlet, frozenset())
    blocks = _blocks(article)
    kept = list(blocks)
    while repeated and kept and _hash(kept[-1]) in repeated:
        kept.pop()
    if sum(map(len, kept)) < (1 - _MOST_LOST) * sum(map(len, blocks)):
        kept = blocks
    title, off = _without_affixes(article.title, affixes)
    lost = len(blocks) - len(kept) + off
    return (replace(article, title=title, body="\n\n".join(kept)), lost) if lost else (article, 0)


def _without_affixes(title: str, affixes: frozenset[str]) -> tuple[str, int]:
    off = 0
    while affixes:
        shorter = title
        for joint in list(_JOINT.finditer(title)):
            before, after = title[: joint.start()], title[joint.end() :]
            if after.casefold() in affixes and before:
                shorter = before
                break
            if before.casefold() in affixes and after:
                shorter = after
                break
        if shorter == title:
            break
        title, off = shorter, off + 1
    return title, off


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _ends(title: str) -> list[str]:
    joints = list(_JOINT.finditer(title))
    if not joints:
        return []
    return [title[: joints[0].start()].casefold(), title[joints[-1].end() :].casefold()]


def _blocks(article: Article) -> list[str]:
    return [block for block in article.body.split("\n\n") if block.strip()]


def _hash(block: str) -> str:
    return blake2b(" ".join(block.split()).casefold().encode(), digest_size=8).hexdigest()


def _joined(
    one: Mapping[str, frozenset[str]], other: Mapping[str, frozenset[str]]
) -> dict[str, frozenset[str]]:
    joined = dict(one)
    for outlet, found in other.items():
        if outlet in joined or len(joined) < _MOST_OUTLETS:
            both = sorted(joined.get(outlet, frozenset()) | found)
            joined[outlet] = frozenset(both[:_MOST_BLOCKS])
    return joined
