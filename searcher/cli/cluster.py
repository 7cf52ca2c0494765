"""`searcher cluster`: how do I run an archive on a cluster?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click

from searcher.archive import Archive
from searcher.cli.layout import counted
from searcher.cli.options import index_option, json_option, quiet_option, value_option
from searcher.cli.output import one_line, print_json, stderr, stdout
from searcher.cluster.operating import ClusterStatus, restore, roll_over, snapshot, status
from searcher.cluster.reindexing import reindex
from searcher.cluster.transport import Transport

__all__ = ["command"]

_F = TypeVar("_F", bound=Callable[..., Any])


class _ClusterCommands(click.Group):
    """The commands in the order in which they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(
    cls=_ClusterCommands,
    name="cluster",
    short_help="Run an archive on an OpenSearch cluster.",
    epilog="Example: searcher cluster status --index opensearch://localhost:9200/news",
)
def command() -> None:
    """Make, look at and keep an archive on an OpenSearch cluster.

    --index is its address, opensearch://host:9200/name, with several hosts parted by commas.
    User, password and key come from the environment (docs/cluster.md). Articles get in by
    searcher index, and are searched by searcher query, as everywhere.
    """


def _sizes(command: _F) -> _F:
    """Add `--shards N` and `--copies N`."""
    command = click.option(
        "--copies",
        type=click.IntRange(min=1),
        metavar="N",
        help="How many times each article is held; 2 survive the loss of a node.",
    )(command)
    return click.option(
        "--shards",
        type=click.IntRange(min=1),
        metavar="N",
        help="Into how many parts the articles are divided: one for each 30 GB expected.",
    )(command)


@command.command(
    short_help="Make an empty archive.",
    epilog="Example: searcher cluster create --index opensearch://localhost:9200/news --shards 3",
)
@index_option
@_sizes
@click.option(
    "--language",
    default="en",
    show_default=True,
    metavar="CODE",
    help="The language whose inflections words match; zxx for none.",
)
@value_option
@quiet_option
def create(
    *,
    index: str,
    shards: int | None,
    copies: int | None,
    language: str,
    values: tuple[str, ...],
    quiet: bool,
) -> int:
    """Make an empty archive; searcher index does so by itself, with one shard.

    Exit codes: 0 done, 2 an error.
    """
    _on_cluster(index).close()  # what is no address is said before
    with Archive.create(
        index, language=language, values=values, shards=shards or 1, copies=copies
    ) as archive:
        if not quiet:
            stdout().line(f"{one_line(archive.path)} is there, and empty")
    return 0


@command.command(
    name="status",
    short_help="Say what is there, and what is missing.",
    epilog="Example: searcher cluster status --index opensearch://localhost:9200/news",
)
@index_option
@json_option("the status")
def show_status(*, index: str, as_json: bool) -> int:
    """Say what the cluster holds of the archive, and whether all of it is there.

    Exit codes: 0 all of it (green, or yellow: copies are missing), 1 articles are missing
    (red), 2 an error.
    """
    with _on_cluster(index) as transport:
        found = status(transport)
    if as_json:
        print_json(found.to_dict())
    else:
        _print_status(found)
    return 1 if found.status == "red" else 0


def _print_status(found: ClusterStatus) -> None:
    screen = stdout()
    screen.line(f"{found.address}: {found.status}, {counted(found.articles, 'article')}")
    screen.line(
        f"{found.server}, {counted(found.nodes, 'node')}, cluster {one_line(found.cluster)}"
    )
    for one in found.indices:
        text = (
            f"  {one.name}: {one.status}, {counted(one.documents, 'document')}, "
            f"{counted(one.shards, 'shard')}, {one.copies} of each, {one.size_bytes / 1e6:,.1f} MB"
        )
        if one.missing_shards:
            text += f", {one.missing_shards} missing"
        screen.line(text + (", written to" if one.is_written else ""))


@command.command(
    short_help="Begin a new index, as for a new year.",
    epilog="Example: searcher cluster rollover --index opensearch://localhost:9200/news",
)
@index_option
@quiet_option
def rollover(*, index: str, quiet: bool) -> int:
    """Begin a new index in the archive, which new articles go to from now on.

    Searches go over all of its indices. Articles stay in the one that has them, and change there.

    Exit codes: 0 done, 2 an error.
    """
    with _on_cluster(index) as transport:
        name = roll_over(transport)
    if not quiet:
        stdout().line(f"new articles go to {name} from now on")
    return 0


@command.command(
    name="snapshot",
    short_help="Keep the archive in a repository of the cluster.",
    epilog="Example: searcher cluster snapshot backups monday",
)
@click.argument("repository", metavar="REPOSITORY")
@click.argument("name", metavar="NAME")
@index_option
@quiet_option
def take_snapshot(*, repository: str, name: str, index: str, quiet: bool) -> int:
    """Keep the archive as it is now, under NAME, in a REPOSITORY that the cluster knows.

    What has not changed since the last snapshot there is not written again.

    Exit codes: 0 done, 2 an error.
    """
    with _on_cluster(index) as transport, _names_meant():
        shards = snapshot(transport, repository, name)
    if not quiet:
        stdout().line(
            f"{counted(shards, 'shard')} are in {one_line(repository)} as {one_line(name)}"
        )
    return 0


@command.command(
    name="restore",
    short_help="Bring the archive back from a snapshot.",
    epilog="Example: searcher cluster restore backups monday",
)
@click.argument("repository", metavar="REPOSITORY")
@click.argument("name", metavar="NAME")
@index_option
@quiet_option
def restore_snapshot(*, repository: str, name: str, index: str, quiet: bool) -> int:
    """Bring the archive back as the snapshot NAME has it; nothing that is there is overwritten.

    Exit codes: 0 done, 2 an error.
    """
    with _on_cluster(index) as transport, _names_meant():
        found = restore(transport, repository, name)
    if not quiet:
        _print_status(found)
    return 0


@command.command(
    name="reindex",
    short_help="Make the archive anew, while it is searched.",
    epilog="Example: searcher cluster reindex --index opensearch://localhost:9200/news --shards 6",
)
@index_option
@_sizes
@json_option("what took the place of what")
@quiet_option
def make_anew(
    *, index: str, shards: int | None, copies: int | None, as_json: bool, quiet: bool
) -> int:
    """Make the archive anew, for the rules of this version of Searcher or other shards.

    It is searched all the while, and written but for the last seconds; a run of searcher index
    that meets those ends with an error, and is run again. The old index stays until it is
    deleted.

    Exit codes: 0 done, 2 an error, and the archive is as it was.
    """
    screen = stderr()

    def tell(articles: int) -> None:
        if screen.is_terminal and not quiet:
            screen.redraw(f"{articles:,} articles")

    with _on_cluster(index) as transport:
        done = reindex(transport, shards=shards, copies=copies, on_progress=tell)
    if screen.is_terminal and not quiet:
        screen.redraw("")
    if as_json:
        print_json([one._asdict() for one in done])
    elif not quiet:
        for one in done:
            stdout().line(
                f"{one.new} has the {counted(one.articles, 'article')} of {one.old}, which can be "
                f"deleted: curl -X DELETE HOST/{one.old}"
            )
    return 0


def _on_cluster(index: str) -> Transport:
    return Transport(index)


@contextmanager
def _names_meant() -> Iterator[None]:
    """Names that cannot be those of snapshots are errors of usage."""
    try:
        yield
    except ValueError as error:
        raise click.UsageError(str(error)) from error
