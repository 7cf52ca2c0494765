"""`searcher optimize`: make one segment of the index."""

from __future__ import annotations

import time

import click

from searcher.archive import Archive
from searcher.cli.layout import counted, duration
from searcher.cli.options import index_option, json_option, quiet_option
from searcher.cli.output import print_json, stdout

__all__ = ["command"]


@click.command(
    short_help="Make one segment of the index.",
    epilog="Example: searcher optimize --index index",
)
@index_option
@json_option("what was done")
@quiet_option
def command(*, index: str, as_json: bool, quiet: bool) -> int:
    """Make one segment of the whole index, without what was replaced and removed.

    Searches are quickest then, and disk space comes back. An index keeps itself in order
    without this; it pays after large changes, or when the index will not change for
    long. Searches go on meanwhile; there must be room for a second copy of the index.

    Exit codes: 0 done, 2 an error.
    """
    started = time.perf_counter()
    with Archive.open(index) as archive:
        before = archive.stats()
        archive.optimize()
        after = archive.stats()
    took_s = time.perf_counter() - started
    if as_json:
        sides = {"before": before, "after": after}
        report: dict[str, object] = {
            name: {key: getattr(stats, key) for key in ("segments", "deleted", "size_bytes")}
            for name, stats in sides.items()
        }
        print_json({"index": index, **report, "took_s": round(took_s, 3)})
    elif not quiet:
        stdout().line(
            f"{counted(before.segments, 'segment')} ({before.size_bytes / 1e6:,.1f} MB) became "
            f"{counted(after.segments, 'segment')} ({after.size_bytes / 1e6:,.1f} MB) "
            f"in {duration(took_s)}"
        )
    return 0
