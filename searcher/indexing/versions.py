"""Which of several texts with one identity is the article, and what becomes of the others?

Agencies send a story again with a higher version, sites change pages under one address, and
feeds carry the first lines of what a crawl has whole.  The newest text is the article; each
other one stays in the index as an article of its own with the status "superseded" and an id
that begins with that of the article, so no search finds it but one that asks
(`status:superseded`), and `versions_of` knows it again.  Whatever the article becomes,
canceled or withheld, its versions are hidden beside it; when it is removed, so are they.

What is older is told by the version's number where both have one, else by when they were
updated, where one says it; of all others the one that was read last is the newer, and so is
what a place in a file holds now.  Not by the day of publication: that may have been wrong.  A
teaser never replaces a text, and leaves no version; a cancellation does not ask for more than
that no higher number stands against it.

Not done: versions of what was replaced within one writer session before its commit, apart
from the files of one run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import reduce

from searcher.article import Article, article_id
from searcher.codec.schema import VERSION_MARK, instant_us
from searcher.indexing.building import Batch
from searcher.indexing.report import ArticleChange

__all__ = [
    "REPLACING",
    "SUPERSEDED",
    "as_version",
    "choose",
    "classified",
    "replaces",
    "settle",
]

SUPERSEDED = "superseded"
REPLACING = (ArticleChange.UPDATED, ArticleChange.REPEATED)
"""What stands for a text in place of another one."""
_TAKEN_BACK = ("canceled", "withheld")
_NUMBER = re.compile(r"(\d{1,30})(?:\.(\d{1,6}))?")


def replaces(new: Article, old: Article) -> bool:
    """Whether `new`, which was read later, takes the place of `old`, of the same identity."""
    if new.path is not None and (new.path, new.record) == (old.path, old.record):
        return True
    numbers = _number(new), _number(old)
    if numbers[0] is not None and numbers[1] is not None and numbers[0] != numbers[1]:
        return numbers[0] > numbers[1]
    if (new.status in _TAKEN_BACK) != (old.status in _TAKEN_BACK):
        # What was taken back comes again only as what is known to be newer.
        if new.status in _TAKEN_BACK:
            return True
        return new.updated is not None and instant_us(new.updated) > _instant_us(old)
    if _is_teaser(new) and not _is_teaser(old) and len(new.body) < len(old.body):
        return False
    if new.updated is None and old.updated is None:
        return True
    # One that was never updated is as it was published.
    later, earlier = new.updated or new.date, old.updated or old.date
    return later is None or earlier is None or instant_us(later) >= instant_us(earlier)


def choose(articles: Sequence[Article]) -> tuple[int, list[Article]]:
    """Of articles with one identity, in the order in which they were read: which one is the
    article, and the versions to keep of those with another text.

    Returns:
        The place of the article in `articles`, and the versions, each text once.
    """
    places = range(len(articles))
    best = reduce(lambda old, new: new if replaces(articles[new], articles[old]) else old, places)
    return best, list(_versions(articles, articles[best]))


def classified(batch: Batch, classify: Callable[[str, int], ArticleChange]) -> list[ArticleChange]:
    """What each article of `batch` is to an index, of which `classify` tells by id and digest."""
    changes: list[ArticleChange] = []
    seen: set[str] = set()
    for key in batch.keys:
        is_repeated = key.id in seen
        seen.add(key.id)
        changes.append(ArticleChange.REPEATED if is_repeated else classify(key.id, key.digest))
    return changes


def settle(
    batch: Batch,
    changes: list[ArticleChange],
    keep: list[bool],
    replaced: Callable[[str], Article | None],
    gone_files: frozenset[str],
) -> list[Article]:
    """Choose among the texts of one identity, in a batch and in the index.

    Arguments:
        changes, keep: what each article of `batch` is, and whether it is to be added; changed
            where an older text came later.
        replaced: the article of an id as it was before; None if it is not there.
        gone_files: what they held is replaced by whatever comes.

    Returns:
        The versions that are to be added besides.
    """
    places: dict[str, list[int]] = {}
    for place, (key, change) in enumerate(zip(batch.keys, changes, strict=True)):
        if change in REPLACING:
            places.setdefault(key.id, []).append(place)
    if not places:
        return []
    first = {key.id: i for i, key in reversed(list(enumerate(batch.keys)))}
    found: list[Article] = []
    for id, inside in places.items():
        old = replaced(id)
        if first[id] not in inside and changes[first[id]] == ArticleChange.ADDED:
            inside.insert(0, first[id])
        if old is not None and old.path in gone_files:
            found += choose([old, batch.article(inside[-1])])[1]
            old = None
        texts = [batch.article(place) for place in inside]
        best, versions = choose(texts if old is None else [old, *texts])
        current = None if old is not None and not best else inside[best - (old is not None)]
        for place in inside:
            keep[place] = place == current
            is_older = current is None or place > current  # though it came later
            if is_older and changes[place] in REPLACING:
                changes[place] = ArticleChange.OUTDATED
        found += versions
    return found


def _versions(articles: Iterable[Article], current: Article) -> Iterable[Article]:
    seen = {(current.title, current.body)}
    for article in articles:
        text = (article.title, article.body)
        if text not in seen and not _is_teaser(article):
            seen.add(text)
            yield as_version(article)


def as_version(article: Article) -> Article:
    """`article` as an older version of the one with its id."""
    # Of no file: what becomes of the file is told to the article, and by it to its versions.
    plain = replace(article, path=None, record=None, url=None, status=None, id="", metadata={})
    return replace(
        article,
        id=f"{article.id}{VERSION_MARK}{article_id(plain)[:8]}",
        status=SUPERSEDED,
        path=None,
        record=None,
        metadata={**article.metadata, "version_of": article.id},
    )


def _instant_us(article: Article) -> int:
    return instant_us(article.updated or article.date)


def _is_teaser(article: Article) -> bool:
    return "teaser" in article.metadata


def _number(article: Article) -> tuple[int, int] | None:
    """The number of the version; no float, since agencies count in nineteen digits."""
    version = article.metadata.get("version")
    found = _NUMBER.fullmatch(version) if isinstance(version, str) else None
    return None if found is None else (int(found[1]), int(found[2] or 0))
