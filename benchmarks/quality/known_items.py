"""Which few words of a headline name one article?

Somebody remembers a story and types what is left of its headline.  For articles drawn at
random, three to five of its words are drawn that no other headline has together; an article
whose headline has no such words (a repeated one, a daily column) is passed over.
"""

from __future__ import annotations

import collections
import random
import re
from collections.abc import Iterable

from searcher.analysis.stopwords import stop_words

__all__ = ["known_items"]

_ATTEMPTS = 20


def known_items(
    headlines: Iterable[tuple[str, str]], *, seed: int, count: int = 1000
) -> list[tuple[str, str]]:
    """`count` ids, each with a query that names its article and no other.

    Arguments:
        headlines: ids and headlines of all articles.
    """
    ignored = stop_words("en")
    words = {id: list(dict.fromkeys(re.findall(r"\w+", title.lower()))) for id, title in headlines}
    holders: collections.defaultdict[str, set[str]] = collections.defaultdict(set)
    for id, found in words.items():
        for word in found:
            holders[word].add(id)
    chance = random.Random(seed)
    ids = sorted(words)
    chance.shuffle(ids)
    items: list[tuple[str, str]] = []
    for id in ids:
        if len(items) == count:
            break
        usable = [word for word in words[id] if word not in ignored and len(word) > 1]
        for _ in range(_ATTEMPTS if len(usable) >= 3 else 0):
            chosen = set(chance.sample(usable, chance.randint(3, min(5, len(usable)))))
            if set.intersection(*(holders[word] for word in chosen)) == {id}:
                items.append((id, " ".join(word for word in usable if word in chosen)))
                break
    return items
