"""Has the client this answer already?

An answer depends on the commit that it is read from, on what is asked, and on the day, since
`since:yesterday` moves on.  An entity tag is made of these, so a client that has the answer is
told so without a search.  The tag is weak: an answer says how long it took, which is another
time each time.  Sets of names (`@name`) change without a commit, so where one may be asked for
all of them are a part of the tag.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from searcher.archive import Archive

__all__ = ["entity_tag", "is_known", "make_key"]


def make_key(archive: Archive) -> str:
    """A text that stands for the newest commit, and tells nothing of the files that it is."""
    _, commit = archive.commit
    return hashlib.blake2b(commit.encode(), digest_size=9).hexdigest()


def entity_tag(archive: Archive, route: str, values: Mapping[str, Any]) -> str:
    """The tag of the answer of `route` to a client that asked with these parameters.

    Raises:
        IndexStateError: there is no index that can be read.

    Cost: some microseconds; to read the sets of names where there is an `@`.
    """
    said = repr(sorted(values.items()))
    if "@" in said:
        said += repr(archive.name_sets())
    today = _today(int(time.time() // 60))
    _, commit = archive.commit
    parts = f"{commit}\0{today}\0{route}\0{said}"
    digest = hashlib.blake2b(parts.encode("utf-8", "surrogatepass"), digest_size=12)
    return f'W/"{digest.hexdigest()}"'


@lru_cache(maxsize=1)
def _today(minute: int) -> int:
    """The day here, in a minute since 1970."""
    return dt.datetime.fromtimestamp(60 * minute).toordinal()


def is_known(tag: str, if_none_match: str) -> bool:
    """Whether a header `If-None-Match` names `tag`."""
    bare = tag.removeprefix("W/")
    given = (part.strip().removeprefix("W/") for part in if_none_match.split(","))
    return any(part in (bare, "*") for part in given)
