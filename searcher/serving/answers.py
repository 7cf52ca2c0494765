"""What does the archive say to each question that may be put to the server?

One function a question, called in a thread: pages and the API call the same ones, so that both
have the same answer.  They say what is not asked for in every archive: copies are folded where
they were looked for, and fields that tell of this machine are left out.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from searcher.archive import Archive
from searcher.errors import DeadlineError
from searcher.request import Request

if TYPE_CHECKING:
    from searcher.searching.results import Results

__all__ = ["check_query", "search"]


def search(
    archive: Archive,
    q: str,
    *,
    limit: int = 10,
    offset: int = 0,
    sort: str = "score",
    copies: str = "all",
    passages: bool = False,
    left_s: float | None = None,
) -> Results:
    """What `q` finds.

    Arguments:
        copies: "fold" for one hit a text, where the archive knows of copies.
        passages: whether hits have what their snippets show as it is stored.
        left_s: seconds that it may take.

    Raises: as `Archive.search`.
    """
    group = "copies" if copies == "fold" and archive.has_groups else "none"
    request = Request(
        q, limit=limit, offset=offset, sort=sort, timeout_s=left_s, group=group, passages=passages
    )
    return archive.answer(request)


def check_query(archive: Archive, q: str, *, left_s: float | None = None) -> None:
    """See to it that `q` can be asked: it is, and whatever it finds is let go.

    One that takes longer than half of the time can be read, and passes: what it is checked for is
    done and answered in the other half.

    Raises:
        QueryError: as `Archive.search`.
    """
    with contextlib.suppress(DeadlineError):
        search(archive, q, limit=0, left_s=None if left_s is None else left_s / 2)
