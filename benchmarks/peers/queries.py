"""Which queries, drawn from real headlines?

A query is a dictionary that belongs to no engine: its `form` (what is asked), `words` as
they stand in a headline, and what the form needs besides.  Words are plain ASCII letters,
which every engine cuts alike, and no stop words outside phrases.  How frequent a word is
was counted by its stem in a sample of the articles.  The same seed and corpus give the
same queries.
"""

from __future__ import annotations

import datetime as dt
import itertools
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from peers.corpora import load
from searcher.analysis.stemming import stem_function
from searcher.analysis.stopwords import stop_words

Query = dict[str, Any]

# A word with nothing sticking to it: hyphens, apostrophes and dots divide engines.
_WORD = re.compile(r"(?<![\w'’.,&-])[A-Za-z]{2,}(?![\w'’&-]|[.,]\w)")
_RUN = re.compile(r"[A-Za-z]{2,}(?: [A-Za-z]{2,}){1,}")
_SAMPLE = 20_000  # articles that frequencies are counted in

# Shares of the articles that a word is in.
FREQUENT = (0.05, 1.0)
MEDIUM = (0.005, 0.03)
RARE = (0.0, 0.0005)

KINDS = (
    "term frequent",
    "term medium",
    "term rare",
    "and",
    "or",
    "phrase",
    "phrase of stems",
    "near",
    "or in dates",
    "term by author",
    "prefix",
)


class Headlines:
    """Headlines to draw from, and how frequent their words are."""

    def __init__(self, corpus: Path) -> None:
        self._stem = stem_function("en")
        self._stop_words = stop_words("en")
        self._stems: dict[str, str] = {}
        self.titles: list[str] = []
        self.bylines: list[tuple[str, str]] = []  # a name's last word, and a title under it
        self.dates: list[int] = []
        with corpus.open("rb") as lines:
            step = max(1, sum(1 for _ in lines) // _SAMPLE)
        sampled = 0
        documents: Counter[str] = Counter()
        for number, article in enumerate(load(corpus)):
            if len(set(self._words(article["title"]))) >= 2:
                self.titles.append(article["title"])
            if article["date_s"] is not None:
                self.dates.append(article["date_s"])
            for name in article["byline"][:1]:
                if last := re.fullmatch(r"(?:[A-Z]\w+ )+([A-Z][a-z]{2,})", name):
                    self.bylines.append((last[1].lower(), article["title"]))
            if number % step == 0:
                sampled += 1
                documents.update(self._stems_of(f"{article['title']}\n{article['body']}"))
        self._share = {word: found / sampled for word, found in documents.items()}

    def _stems_of(self, text: str) -> set[str]:
        return {self.stem(form) for form in set(re.findall(r"[a-z]+", text.lower()))}

    def share(self, word: str) -> float:
        """The share of the articles that has a word of this stem."""
        return self._share.get(self.stem(word), 0.0)

    def stem(self, word: str) -> str:
        if word not in self._stems:
            self._stems[word] = self._stem(word)
        return self._stems[word]

    def _words(self, title: str) -> list[str]:
        words = (word.lower() for word in _WORD.findall(title))
        return [word for word in words if word not in self._stop_words]

    def words(self, title: str) -> list[str]:
        """The words of a headline that may be asked for, no two of one stem."""
        return list({self.stem(word): word for word in self._words(title)}.values())


def draw(corpus: Path, count: int, seed: int) -> dict[str, list[Query]]:
    """`count` different queries of each kind, or as many as the headlines give."""
    headlines = Headlines(corpus)
    makers: dict[str, Callable[[random.Random, int], Query | None]] = {
        "term frequent": lambda rng, _: _term(headlines, rng, FREQUENT),
        "term medium": lambda rng, _: _term(headlines, rng, MEDIUM),
        "term rare": lambda rng, _: _term(headlines, rng, RARE),
        "and": lambda rng, i: _several(headlines, rng, "and", 2 + i % 2),
        "or": lambda rng, i: _several(headlines, rng, "or", 2 + i % 5),
        "phrase": lambda rng, i: _phrase(headlines, rng, 2 + i % 2),
        "near": lambda rng, _: _near(headlines, rng),
        "or in dates": lambda rng, i: _in_dates(headlines, rng, 2 + i % 3),
        "term by author": lambda rng, _: _by_author(headlines, rng),
        "prefix": lambda rng, _: _prefix(headlines, rng),
    }
    drawn = {}
    for kind, make in makers.items():
        rng = random.Random(f"{seed} {kind}")
        drawn[kind] = list(itertools.islice(_different(make, rng), count))
    # The same phrases, any inflection: what engines that keep only stems answer.
    drawn["phrase of stems"] = [{**query, "exact": False} for query in drawn["phrase"]]
    return {kind: drawn[kind] for kind in KINDS if drawn[kind]}


def _different(
    make: Callable[[random.Random, int], Query | None], rng: random.Random
) -> Iterator[Query]:
    seen: set[str] = set()
    misses = 0
    while misses < 20_000:
        query = make(rng, len(seen))
        if query is None or str(query) in seen:
            misses += 1
            continue
        seen.add(str(query))
        yield query


def _term(headlines: Headlines, rng: random.Random, share: tuple[float, float]) -> Query | None:
    word = rng.choice(headlines.words(rng.choice(headlines.titles)))
    low, high = share
    return {"form": "term", "words": [word]} if low < headlines.share(word) <= high else None


def _several(headlines: Headlines, rng: random.Random, form: str, count: int) -> Query | None:
    words = headlines.words(rng.choice(headlines.titles))
    if len(words) < count:
        return None
    return {"form": form, "words": rng.sample(words, count)}


def _phrase(headlines: Headlines, rng: random.Random, count: int) -> Query | None:
    runs = _RUN.findall(rng.choice(headlines.titles))
    words = rng.choice(runs).lower().split() if runs else []
    if len(words) < count:
        return None
    start = rng.randrange(len(words) - count + 1)
    found = words[start : start + count]
    if not headlines.words(" ".join(found)):
        return None  # nothing but stop words
    return {"form": "phrase", "words": found, "exact": True}


def _near(headlines: Headlines, rng: random.Random) -> Query | None:
    words = headlines.words(rng.choice(headlines.titles))
    if len(words) < 2:
        return None
    start = rng.randrange(len(words) - 1)
    return {"form": "near", "words": words[start : start + 2], "distance": 5}


def _in_dates(headlines: Headlines, rng: random.Random, count: int) -> Query | None:
    query = _several(headlines, rng, "or_date", count)
    if query is None or not headlines.dates:
        return None
    first, last = min(headlines.dates), max(headlines.dates)
    length = (last - first) * rng.uniform(0.1, 0.3)
    start = rng.uniform(first, last - length)
    days = [dt.datetime.fromtimestamp(s, dt.UTC).date() for s in (start, start + length)]
    midnights = [
        int(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).timestamp()) for day in days
    ]
    return {
        **query,
        "from": days[0].isoformat(),
        "until": days[1].isoformat(),
        "from_s": midnights[0],
        "until_s": midnights[1] + 86_400,  # not included
    }


def _by_author(headlines: Headlines, rng: random.Random) -> Query | None:
    if not headlines.bylines:
        return None
    name, title = rng.choice(headlines.bylines)
    words = headlines.words(title)
    return {"form": "byline", "words": [rng.choice(words)], "name": name} if words else None


def _prefix(headlines: Headlines, rng: random.Random) -> Query | None:
    word = rng.choice(headlines.words(rng.choice(headlines.titles)))
    prefix = word[: rng.choice((4, 5))]
    # As long as the stem it is the beginning of the same words for all engines.
    if len(word) <= len(prefix) or not headlines.stem(word).startswith(prefix):
        return None
    return {"form": "prefix", "prefix": prefix}
