"""Which queries would be asked of a real archive?

Queries of every kind in the words of the archive's own articles: neighbours of a
headline and of a sentence, names of bylines, days, sources.  They are query text, as a
person would type it, and drawn from a `random.Random`, so a seed names them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from searcher.errors import QueryError
from searcher.query import Node, parse
from searcher.searching.snapshot import Snapshot

__all__ = ["KINDS", "RealQueries"]

_WORD = re.compile(r"[^\W\d_]+(?:['’.&-]\w+)*\.?|\d+(?:[.,]\d+)*")
_OPERATORS = {"AND", "OR", "NOT", "NEAR", "ADJ"}
# Words that are in a large share of the articles are asked for too, but less often: the
# plain executor decodes their lists whole, in Python.
_FREQUENT_SHARE = 0.05
_FREQUENT_TAKEN = 0.08
_MOST_MISSES = 1000  # articles without words for a kind, one after the other

KINDS = (
    *("word", "exact word", "words", "all of", "any of", "phrase", "phrase with gap"),
    *("near", "ordered", "not near", "sentence", "paragraph", "near of near", "atleast"),
    *("prefix", "wildcard", "fuzzy", "dates", "any in dates", "value", "byline", "title"),
    *("lead", "length", "has", "boost", "not", "signs", "nested", "deep"),
)


class RealQueries:
    """Draws queries from the articles of a snapshot."""

    def __init__(self, snapshot: Snapshot, random: Random) -> None:
        self._snapshot = snapshot
        self._random = random
        self._frequent: dict[str, bool] = {}
        self._article: dict[str, Any] = {}

    def draw(self, count: int) -> Iterator[tuple[str, str, Node]]:
        """`count` different queries, kind after kind: the kind, the text, the tree.

        Kinds that the archive has no words for are passed over (bylines where there are none).
        """
        seen: set[str] = set()
        kinds = list(KINDS)
        misses = number = 0
        while number < count and kinds:
            if misses == _MOST_MISSES:
                kinds.pop(number % len(kinds))
                misses = 0
                continue
            kind = kinds[number % len(kinds)]
            self._take_article()
            try:
                text = self._makers[kind](self)
                query = parse(text)
            except (QueryError, LookupError, ValueError):
                text = ""  # no such words in this article
            if not text or text in seen:
                misses += 1
                continue
            seen.add(text)
            misses = 0
            number += 1
            yield kind, text, query

    # -- words

    def _take_article(self) -> None:
        segments = self._snapshot.segments
        sizes = [segment.count for segment in segments]
        segment = self._random.choices(segments, sizes)[0]
        self._article = segment.stored(self._random.randrange(segment.count))

    def _run(self) -> list[str]:
        """Words that stand side by side in a headline or in the body."""
        text = self._article["title"]
        if self._random.random() < 0.4 or len(text) < 10:
            body = self._article["body"]
            start = self._random.randrange(len(body))
            text = body[start : start + 200].partition(" ")[2]
        return [w for w in _WORD.findall(text) if w not in _OPERATORS]

    def _is_frequent(self, word: str) -> bool:
        if word not in self._frequent:
            found = 0
            for segment in self._snapshot.segments:
                core = segment.core
                postings = core.posting_list("body", word.lower().encode()) if core else None
                found += len(postings[0]) // 4 if postings else 0
            self._frequent[word] = found > _FREQUENT_SHARE * self._snapshot.document_count
        return self._frequent[word]

    def _words(self, count: int, *, neighbours: bool = False) -> list[str]:
        words = self._run()
        if neighbours:
            start = self._random.randrange(len(words) - count + 1)
            chosen = words[start : start + count]
        else:
            some = [
                w
                for w in words
                if not self._is_frequent(w) or self._random.random() < _FREQUENT_TAKEN
            ]
            chosen = self._random.sample(some, count) if len(some) >= count else []
        if len(chosen) < count:
            raise IndexError
        return [w if self._random.random() < 0.3 else w.lower() for w in chosen]

    def _word(self) -> str:
        return self._words(1)[0]

    def _plain_word(self) -> str:
        """Five letters at least, for patterns."""
        words = [w.lower() for w in self._run() if re.fullmatch("[A-Za-z]{5,}", w)]
        rare = [w for w in words if not self._is_frequent(w)]
        return self._random.choice(rare)

    def _phrase(self) -> str:
        words = self._words(self._random.choice((2, 2, 3, 4)), neighbours=True)
        if all(map(self._is_frequent, words)) and self._random.random() > 0.3:
            raise IndexError
        return f'"{" ".join(words)}"'

    def _distance(self) -> int:
        return self._random.choice((1, 2, 3, 5, 10, 50))

    def _dates(self) -> str:
        day = str(self._article["date"])[:10]
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", day):
            raise IndexError
        year = int(day[:4])
        return self._random.choice(
            (
                f"date:{day}",
                f"date:{day[:7]}",
                f"date:{year}",
                f"since:{day}",
                f"until:{day[:7]}",
                f"date:{year}-01..{day}",
                f"since:{day[:7]} until:{year + 1}",
            )
        )

    def _pair(self, operator: str) -> str:
        left, right = self._words(2)
        return f"{left} {operator} {right}"

    def _pattern(self) -> str:
        word = self._plain_word()
        at = self._random.randrange(2, len(word) - 1)
        return self._random.choice(
            (f"{word[:at]}?{word[at + 1 :]}", f"{word[:at]}*{word[-1]}", f"*{word[-4:]}")
        )

    def _part(self) -> str:
        makers = ("word", "word", "phrase", "near", "sentence", "prefix", "exact word", "title")
        return self._makers[self._random.choice(makers)](self)

    def _value(self) -> str:
        fields = ("source", "section", "language", "path")
        field = self._random.choice([f for f in fields if self._article.get(f)])
        value = str(self._article[field]).replace('"', "")
        if self._random.random() < 0.3:
            return f"{field}:{value.split()[0][:3]}*"
        return f'{field}:"{value}"'

    def _byline(self) -> str:
        name = self._random.choice(self._article["byline"]).split()[-1]
        return f"byline:{name} {self._word()}"

    def _condition(self) -> str:
        return self._random.choice(
            (self._dates, lambda: f"length:>{self._random.choice((50, 300, 900))}")
        )()

    def _deep(self) -> str:
        inner = f"({self._part()} OR {self._part()})"
        operator = self._random.choice((f"w/{self._distance()}", "w/s", "w/p", "AND"))
        if operator == "AND":
            inner += f" AND NOT {self._word()}"
            return f"({inner}) AND ({self._word()} OR ({self._phrase()} AND {self._condition()}))"
        words = self._words(3)
        return f"({words[0]} OR {words[1]}) {operator} ({words[2]} pre/9 {self._plain_word()[:5]}*)"

    _makers: dict[str, Callable[[RealQueries], str]] = {  # noqa: RUF012
        "word": _word,
        "exact word": lambda self: f"={self._word()}",
        "words": lambda self: " ".join(self._words(self._random.randint(2, 6))),
        "all of": lambda self: " AND ".join(self._words(self._random.randint(2, 4))),
        "any of": lambda self: " OR ".join(self._words(self._random.randint(2, 6))),
        "phrase": _phrase,
        "phrase with gap": lambda self: re.sub(
            r'^("\S+ )(?:\S+ )?(\S+)', r"\1* \2", self._phrase()
        ),
        "near": lambda self: self._pair(f"w/{self._distance()}"),
        "ordered": lambda self: self._pair(f"pre/{self._distance()}"),
        "not near": lambda self: self._pair(f"NOT w/{self._distance()}"),
        "sentence": lambda self: self._pair("w/s"),
        "paragraph": lambda self: self._pair("w/p"),
        "near of near": lambda self: f"({self._pair('w/5')}) w/20 {self._part()}",
        "atleast": lambda self: f"atleast{self._random.randint(2, 5)}({self._word()})",
        "prefix": lambda self: f"{self._plain_word()[: self._random.choice((4, 5))]}*",
        "wildcard": _pattern,
        "fuzzy": lambda self: f"{self._plain_word()}~{self._random.choice(('', '1'))}",
        "dates": lambda self: f"{self._word()} {self._dates()}",
        "any in dates": lambda self: f"({' OR '.join(self._words(3))}) {self._dates()}",
        "value": lambda self: f"{self._value()} {self._word()}",
        "byline": _byline,
        "title": lambda self: f"title:{self._word()}",
        "lead": lambda self: (
            f"{self._random.choice(('lead', 'hlead', 'body'))}:({' '.join(self._words(2))})"
        ),
        "length": lambda self: f"{self._word()} length:{self._random.choice((0, 40, 90))}..400",
        "has": lambda self: f"{self._word()} has:{self._random.choice(('byline', 'date', 'url'))}",
        "boost": lambda self: " ".join(
            f"{word}^{self._random.choice((2, 3.5, 0.25))}" for word in self._words(2)
        ),
        "not": lambda self: f"{self._word()} AND NOT ({self._part()})",
        "signs": lambda self: f"{self._word()} +{self._word()} -{self._word()} {self._phrase()}",
        "nested": lambda self: (
            f"({self._part()} OR {self._part()}) AND ({self._part()} OR {self._condition()})"
        ),
        "deep": _deep,
    }
