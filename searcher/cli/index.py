"""`searcher index`: how do my files get into the index?"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from searcher.archive import Archive
from searcher.cli.layout import counted, duration
from searcher.cli.options import (
    index_option,
    json_option,
    list_failures,
    map_option,
    quiet_option,
)
from searcher.cli.output import Screen, print_json, stderr, stdout
from searcher.errors import IndexMissingError, IndexStateError, ReadError

if TYPE_CHECKING:
    from searcher.indexing.sync import Progress, Report

__all__ = ["command"]

_REDRAW_EVERY_S = 0.1
_BAR_CELLS, _MIN_BAR_CELLS = 24, 6


@click.command(
    short_help="Make the index agree with files and folders.",
    epilog="Example: searcher index corpus/ --exclude 'malformed/*'",
)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@index_option
@click.option("--dry-run", is_flag=True, help="Change nothing, only say what would change.")
@click.option(
    "--exclude",
    metavar="GLOB",
    multiple=True,
    help="Leave out files and folders of this name or path under PATH. May be repeated.",
)
@map_option
@click.option("--force", is_flag=True, help="Read all files, the unchanged ones too.")
@click.option(
    "--language",
    metavar="CODE",
    help="The language whose inflections words match, for a new index.  [default: en]",
)
@click.option(
    "--memory-mb",
    type=click.IntRange(min=1),
    metavar="N",
    help="Commit whenever this much is held in memory.",
)
@click.option(
    "--workers",
    type=click.IntRange(min=0),
    metavar="N",
    help="Read with this many processes; 0 reads in this one.  [default: by the work]",
)
@click.option("--strict", is_flag=True, help="Exit with 2 if anything could not be read.")
@json_option("the report")
@quiet_option
def command(
    *,
    paths: tuple[str, ...],
    index: str,
    dry_run: bool,
    exclude: tuple[str, ...],
    field_map: dict[str, str],
    force: bool,
    language: str | None,
    memory_mb: int | None,
    workers: int | None,
    strict: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Make the index agree with the files and folders at each PATH.

    New and changed files are read, unchanged ones skipped, and articles of files that
    are gone removed. Reads HTML, text, Markdown, JSON, JSON Lines, Reuters and TREC
    SGML, plain or packed with gzip or xz. A file that cannot be read is listed on
    stderr and stops nothing.

    Exit codes: 0 done, 2 an error, or nothing could be read (with --strict, or not
    everything), 130 interrupted: what was committed before stays.
    """
    for path in paths:
        _check_exists(path)  # before an index is made for nothing
    with _open(index, language, dry_run=dry_run) as archive:
        bar = _ProgressBar(stderr()) if stderr().is_terminal and not quiet else None
        try:
            report = archive.index(
                *paths,
                field_map=field_map,
                exclude=exclude,
                force=force,
                dry_run=dry_run,
                workers=workers,
                memory_mb=memory_mb,
                on_progress=bar,
            )
        except KeyboardInterrupt:
            screen = stderr()
            if screen.is_terminal:
                screen.redraw("")  # over the bar, and the ^C that the terminal echoes
            screen.line(
                "searcher: interrupted; what was committed before is intact "
                f"({counted(len(archive), 'article')})"
            )
            return 130
        finally:
            if bar:
                bar.finish()
    if as_json:
        print_json(report.to_dict())
    else:
        list_failures(report.failed)
        if not quiet:
            stdout().line(_summary(report))
    return 2 if report.failed and (strict or not _has_read(report)) else 0


def _check_exists(path: str) -> None:
    try:
        os.stat(path)
    except OSError as error:
        raise ReadError(path, error.strerror or "cannot be read", hint="check the path") from error


@contextmanager
def _open(index: str, language: str | None, *, dry_run: bool) -> Iterator[Archive]:
    """The archive to index into; an empty one in passing for a dry run without an index."""
    if dry_run:
        try:
            archive = Archive.open(index)
        except IndexMissingError:
            with (
                tempfile.TemporaryDirectory(prefix="searcher-") as empty,
                Archive.create(empty, language=language or "en") as archive,
            ):
                yield archive
            return
    else:
        archive = Archive.open_or_create(index, language=language or "en")
    with archive:
        if language is not None and (found := archive.language) != language:
            raise IndexStateError(
                index,
                f"is an index of words in {found}, which --language cannot change",
                hint="index into a new directory",
            )
        yield archive


def _has_read(report: Report) -> bool:
    return bool(
        report.added
        or report.updated
        or report.unchanged
        or report.repeated
        or report.files_unchanged
    )


def _summary(report: Report) -> str:
    unread = len({error.path for error in report.failed})
    read = report.files - report.files_unchanged
    changes = [
        (report.added, "added"),
        (report.updated, "updated"),
        (report.removed, "removed"),
        (report.repeated, "repeated"),
        (report.unchanged, "unchanged"),
    ]
    said = [f"{number:,} {change}" for number, change in changes if number]
    if said:
        number, _, rest = said[0].partition(" ")
        said[0] = f"{number} article{'' if number == '1' else 's'} {rest}"
        text = f"{', '.join(said)}; read {counted(read, 'file')} in {duration(report.took_s)}"
    else:
        text = f"no articles found in {counted(read, 'file')}" if read else "nothing has changed"
        text += f", {duration(report.took_s)}"
    if report.files_unchanged:
        text += f"; {counted(report.files_unchanged, 'file')} unchanged"
    if unread:
        text += f"; {counted(unread, 'file')} could not be read"
    return f"dry run, nothing was written: {text}" if report.dry_run else text


class _ProgressBar:
    """How far a run has come, redrawn in place on a terminal."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._started = time.monotonic()
        self._drawn = 0.0
        self._shown = False

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if now - self._drawn < _REDRAW_EVERY_S:
            return
        self._drawn = now
        self._shown = True
        elapsed = max(now - self._started, 1e-6)
        part = progress.bytes_done / progress.bytes_total if progress.bytes_total else 1.0
        text = (
            f"{part:4.0%}  {progress.bytes_done / 1e6:,.1f} of {progress.bytes_total / 1e6:,.1f} MB"
            f"  {progress.articles / elapsed:,.0f} articles/s"
        )
        if 0 < part < 1:
            text += f"  {duration(elapsed / part - elapsed)} left"
        room = (self._screen.width or 80) - 1
        if (cells := min(_BAR_CELLS, room - len(text) - 3)) >= _MIN_BAR_CELLS:
            done = round(part * cells)
            text = f"[{'#' * done}{'.' * (cells - done)}] {text}"
        self._screen.redraw(text[:room])

    def finish(self) -> None:
        """Clear the line for what comes next."""
        if self._shown:
            self._shown = False
            self._screen.redraw("")
