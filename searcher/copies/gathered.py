"""What is known of articles that are held in memory, as grouping asks for it?

For tests, benchmarks and programs that group without an index; it is `grouping.Holdings` in
the plainest way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from searcher.copies.fingerprints import fingerprints
from searcher.copies.words import is_correction, text_key

__all__ = ["Gathered", "article_order"]


def article_order(instant_us: int | None, length: int, id: str) -> tuple[bool, int, int, str]:
    """What sorts articles: by date, unknown ones last; then the longest; then by id."""
    return instant_us is None, instant_us or 0, -length, id


class Gathered:
    """Articles by the numbers that `add` gave them."""

    def __init__(self) -> None:
        self._facts: dict[int, tuple[int, int | None, Any, Sequence[str]]] = {}
        self._with_key: defaultdict[int, list[int]] = defaultdict(list)
        self._holders: defaultdict[int, list[int]] = defaultdict(list)
        self._next = 0

    def add(
        self,
        id: str,
        words: Sequence[str],
        *,
        title: str | None = None,
        day: int | None = None,
        instant_us: int | None = None,
    ) -> int:
        """Add an article and return its number; without an instant it has that of its day."""
        number, self._next = self._next, self._next + 1
        key = text_key(words, correction=is_correction(title))
        if instant_us is None and day is not None:
            instant_us = day * 86_400_000_000
        order = article_order(instant_us, len(words), id)
        self._facts[number] = key, day, order, words
        self._with_key[key].append(number)
        for fingerprint in fingerprints(words):
            self._holders[fingerprint].append(number)
        return number

    def remove(self, number: int) -> None:
        """Forget an article.  Cost: the lists that it is in."""
        key, _, _, words = self._facts.pop(number)
        self._with_key[key].remove(number)
        for fingerprint in fingerprints(words):
            self._holders[fingerprint].remove(number)

    def numbers(self) -> list[int]:
        """All articles."""
        return list(self._facts)

    def key(self, article: int) -> int:
        return self._facts[article][0]

    def day(self, article: int) -> int | None:
        return self._facts[article][1]

    def length(self, article: int) -> int:
        return len(self._facts[article][3])

    def order(self, article: int) -> Any:
        return self._facts[article][2]

    def words(self, article: int) -> Sequence[str]:
        return self._facts[article][3]

    def fingerprints(self, article: int) -> set[int]:
        return fingerprints(self.words(article))

    def with_key(self, key: int) -> Iterable[int]:
        return self._with_key.get(key, ())

    def holders(self, fingerprint: int) -> Sequence[int]:
        return self._holders.get(fingerprint, ())
