"""What does a cluster not answer, and what is said of it?

Some questions need what only an index directory keeps (groups of copies, stories, spellings of
names, the list of files that were read), or would read every article.  They are refused by
name; `docs/cluster.md` has the table.
"""

from __future__ import annotations

from searcher.errors import ClusterError

__all__ = ["refused"]

_USUAL = "copy what you need into an index directory: searcher copy"


def refused(address: str, what: str) -> ClusterError:
    """The error for something that is asked of an archive on a cluster."""
    return ClusterError(
        address,
        f"{what} is not offered for an archive on a cluster",
        kind="not-offered",
        hint=_USUAL,
    )
