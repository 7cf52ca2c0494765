"""Has the client this answer already?

An answer depends on the commit that it is read from, on what is asked, and on the day, since
`since:yesterday` moves on.  An entity tag is made of these, so a client that has the answer is
told so without a search.  The tag is weak: an answer says how long it took, which is another
time each time.  Sets of names (`@name`) change without a commit, so where one may be asked for
all of them are a part of the tag.

Who asks again asks with the same URL, so the last tags are kept by that, and nothing of it is
read a second time.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections.abc import Hashable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from searcher.archive import Archive

__all__ = ["EntityTags", "Kept", "is_known", "make_key"]

_MOST_KEPT = 1_000
_LONGEST_KEPT = 1_000


class Kept(NamedTuple):
    """The tag of an answer, and the search that it is of."""

    tag: str
    q: str | None


def make_key(archive: Archive) -> str:
    """A text that stands for the newest commit, and tells nothing of the files that it is."""
    _, commit = archive.commit
    return hashlib.blake2b(commit.encode(), digest_size=9).hexdigest()


class EntityTags:
    """Makes entity tags, and knows the last ones.

    For one thread, the one that reads requests.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        # Of one commit and one day.
        self._state: tuple[str, int] = ("", 0)
        self._kept: dict[Hashable, Kept] = {}

    def kept(self, key: Hashable) -> Kept | None:
        """The tag that was made for `key`, if an answer would have the same now.

        Raises:
            IndexStateError: there is no index that can be read.

        Cost: to ask for the state of a file.
        """
        found = self._kept.get(key)
        return None if found is None or self._now() != self._state else found

    def make(
        self,
        route: str,
        values: Mapping[str, Any],
        *,
        key: Hashable = None,
        q: str | None = None,
    ) -> str:
        """The tag of the answer of `route` to a client that asked with these parameters.

        Arguments:
            key: by which it is known again; it tells all of them apart, such as the URL.
            q: the search that is asked for.

        Raises:
            IndexStateError: there is no index that can be read.

        Cost: some microseconds; to read the sets of names where there is an `@`.
        """
        said = repr(sorted(values.items()))
        asks_for_sets = "@" in said
        if asks_for_sets:
            said += repr(self._archive.name_sets())
        now = commit, today = self._now()
        parts = f"{commit}\0{today}\0{route}\0{said}"
        digest = hashlib.blake2b(parts.encode("utf-8", "surrogatepass"), digest_size=12)
        tag = f'W/"{digest.hexdigest()}"'
        if key is not None and not asks_for_sets and len(said) <= _LONGEST_KEPT:
            if now != self._state or len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
                self._state = now
            self._kept[key] = Kept(tag, q)
        return tag

    def _now(self) -> tuple[str, int]:
        return self._archive.commit[1], _today(int(time.time() // 60))


@lru_cache(maxsize=1)
def _today(minute: int) -> int:
    """The day here, in a minute since 1970."""
    return dt.datetime.fromtimestamp(60 * minute).toordinal()


def is_known(tag: str, if_none_match: str) -> bool:
    """Whether a header `If-None-Match` names `tag`."""
    if if_none_match == tag:
        return True
    bare = tag.removeprefix("W/")
    given = (part.strip().removeprefix("W/") for part in if_none_match.split(","))
    return any(part in (bare, "*") for part in given)
