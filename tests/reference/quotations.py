"""Which passages are quoted, how are they typed again, and how altered?

Drawn from random articles of an archive, with a seed; for the tests of `verify_quote` and for
`benchmarks/serving/quotes.py`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from hashlib import sha256
from random import Random
from typing import NamedTuple

from searcher import Archive, Article, QuoteCheck

__all__ = ["KINDS", "Passage", "altered", "is_right", "passages", "retyped"]

SHORTEST, LONGEST = 6, 40
WORDS = (
    *("said", "that", "a", "new", "other", "never", "more", "less", "former", "two"),
    *("against", "without", "reportedly"),
)
_MARKS = str.maketrans(
    {"'": "’", "’": "'", '"': "“", "“": '"', "”": '"', "-": "–", "–": "-", "—": "--"}
)


class Passage(NamedTuple):
    """What was drawn, and from where."""

    id: str
    body: str
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.body[self.start : self.end]


def drawn(article: Article, random: Random) -> Passage | None:
    """A passage of whole words between blanks; None if the article is too short."""
    starts = [0, *(i + 1 for i, c in enumerate(article.body) if c.isspace())]
    words = [i for i in starts if article.body[i : i + 1].isalnum()]
    count = random.randint(SHORTEST, LONGEST)
    if len(words) <= count + 1:
        return None
    first = random.randrange(len(words) - count - 1)
    start, end = words[first], words[first + count]
    text = article.body[start:end].rstrip().rstrip("\"'”’“‘`")
    return Passage(article.id, article.body, start, start + len(text))


def retyped(text: str, random: Random) -> str:
    """The passage as somebody else would type it."""
    ways: list[Callable[[str], str]] = [
        str.upper,
        str.capitalize,
        lambda text: text.translate(_MARKS),
        lambda text: text.replace(" ", "\u00a0", 2),
        lambda text: text.replace(" ", "  \n"),
        lambda text: text.replace("fi", "ﬁ").replace("...", "…"),
        lambda text: f"“{text}”",
        lambda text: f'  "{text}" ',
        lambda text: unicodedata.normalize("NFD", text),
    ]
    for way in random.sample(ways, random.randint(0, 3)):
        text = way(text)
    return text


def altered(passage: Passage, kind: str, random: Random) -> str:
    """The passage with a word dropped, added or changed inside."""
    printed = f" {' '.join(passage.body.split()).lower()} "
    while True:
        words = passage.text.split()
        at = random.randrange(1, len(words) - 1)
        if kind == "dropped":
            del words[at]
        elif kind == "added":
            words.insert(at, random.choice(WORDS))
        elif kind == "changed":
            words[at] = random.choice([w for w in WORDS if w != words[at].lower()])
        else:
            words.insert(at, "not")
        if f"{' '.join(words).lower()} " not in printed:
            return " ".join(words)


KINDS = ("dropped", "added", "changed", "not")


def passages(archive: Archive, count: int, random: Random) -> Iterator[Passage]:
    """So many passages of articles of an archive."""
    ids = archive.ids("*")
    while count:
        if passage := drawn(archive.get(random.choice(ids)), random):
            yield passage
            count -= 1


def is_right(passage: Passage, found: QuoteCheck) -> bool:
    """Whether the passage is found where it was taken from, and every slice is what it says."""
    cited = [place.citation for place in found.places if place.citation.id == passage.id]
    hashed = sha256(passage.body.encode()).hexdigest()
    slices = all(
        passage.body[one.start : one.end] == one.exact and one.body_sha256 == hashed
        for one in cited
        if one.field == "body"
    )
    # A last comma or full stop is not part of what is cited.
    within = any(one.start == passage.start and passage.end - one.end in (0, 1) for one in cited)
    return found.verdict in ("exact", "folded") and slices and within
