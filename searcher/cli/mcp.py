"""`searcher mcp`: what does the archive answer an assistant?"""

from __future__ import annotations

import click

from searcher.archive import Archive
from searcher.cli.options import index_option, seconds_option
from searcher.errors import SearcherError

__all__ = ["command"]

_DEADLINE_S = 20.0


@click.command(
    short_help="Let an assistant search the archive and check its citations (MCP).",
    epilog="Example: searcher mcp --index /srv/archive",
)
@index_option
@seconds_option(f"Give up a call after S seconds; {_DEADLINE_S:g} if not said.")
def command(*, index: str, timeout: float | None) -> int:
    """Speak MCP on standard input and output: what an assistant on this machine starts.

    It may search, read, count and check quotations, and can change nothing. What it is shown of
    articles is marked as quoted material, without invisible characters, and each citation has
    offsets and a hash by which it can be checked. docs/mcp.md says how to set it up in Claude
    Desktop and others. Needs searcher[mcp].

    Exit codes: 0 the assistant has gone, 2 the index cannot be opened, or searcher[mcp] is
    missing.
    """
    try:
        from searcher.serving.assistant import serve_stdio
    except ImportError as error:
        raise SearcherError(
            f"{error.name} is not installed, which assistants need; "
            "run: pip install 'searcher[mcp]'"
        ) from error
    with Archive.open(index) as archive:
        serve_stdio(archive, deadline_s=timeout or _DEADLINE_S)
    return 0
