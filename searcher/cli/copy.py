"""`searcher copy`: how do I move an archive to a cluster, or back?"""

from __future__ import annotations

import click

from searcher.archive import Archive
from searcher.cli.layout import counted, duration
from searcher.cli.options import json_option, quiet_option
from searcher.cli.output import one_line, print_json, stderr, stdout
from searcher.cluster.copying import copy_archive
from searcher.errors import ClusterError, IndexMissingError

__all__ = ["command"]


@click.command(
    short_help="Copy an archive to a cluster, or back.",
    epilog="Example: searcher copy index opensearch://localhost:9200/news",
)
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option(
    "--shards",
    type=click.IntRange(min=1),
    metavar="N",
    help="Of a new archive on a cluster: into how many parts articles are divided.",
)
@click.option(
    "--copies",
    type=click.IntRange(min=1),
    metavar="N",
    help="Of a new archive on a cluster: how many times each article is held.",
)
@json_option("what was copied and compared")
@quiet_option
def command(
    *,
    source: str,
    target: str,
    shards: int | None,
    copies: int | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Copy all articles of one archive into another, and compare both.

    FROM and TO are index directories or addresses (opensearch://host:9200/name). TO is made if it
    is not there. Older versions and withheld articles are copied too, and which files were
    read, so that searcher index goes on there. Both sides are then read again, counted and
    hashed. Run it again to complete a copy that was broken off. Saved names, alerts and kept
    weights stay where they are.

    Exit codes: 0 the same articles on both sides, 1 not the same, 2 an error.
    """
    screen = stderr()

    def tell(articles: int) -> None:
        if screen.is_terminal and not quiet:
            screen.redraw(f"{articles:,} articles")

    with (
        Archive.open(source) as read_from,
        _opened(target, read_from, shards=shards, copies=copies) as written_to,
    ):
        done = copy_archive(read_from, written_to, on_progress=tell)
    if screen.is_terminal and not quiet:
        screen.redraw("")
    if as_json:
        print_json(done.to_dict())
    elif done.is_same:
        if not quiet:
            stdout().line(
                f"{counted(done.articles, 'article')} of {counted(done.files, 'file')}, the same "
                f"on both sides (hash {done.hash[:12]}), in {duration(done.took_s)}"
            )
    else:
        stderr().line(
            f"searcher: not the same: {done.articles:,} articles in {one_line(done.source)} (hash "
            f"{done.hash[:12]}), {done.target_articles:,} in {one_line(done.target)} (hash "
            f"{done.target_hash[:12]}); articles that only the target has stay there"
        )
    return 0 if done.is_same else 1


def _opened(path: str, like: Archive, *, shards: int | None, copies: int | None) -> Archive:
    """The archive at `path`; a new one with the language and fields of `like` if none is there."""
    try:
        return Archive.open(path)
    except (ClusterError, IndexMissingError) as error:
        if isinstance(error, ClusterError) and error.kind != "missing":
            raise
    try:
        return Archive.create(
            path, language=like.language, values=like.fields.own, shards=shards, copies=copies
        )
    except ValueError as error:
        raise click.UsageError(f"{error} (--shards, --copies)") from error
