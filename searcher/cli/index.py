"""`searcher index`: how do my files get into the index?"""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from searcher.archive import Archive
from searcher.cli.layout import counted, duration
from searcher.cli.options import (
    check_map,
    index_option,
    json_option,
    kept_weights_option,
    list_failures,
    list_left_out,
    map_option,
    quiet_option,
    value_option,
)
from searcher.cli.output import Screen, print_json, stderr, stdout
from searcher.cli.termination import termination_as_interrupt
from searcher.errors import ClusterError, IndexMissingError, IndexStateError, ReadError
from searcher.indexing.interrupts import interrupts_held

if TYPE_CHECKING:
    from searcher.indexing.report import Progress, Report

__all__ = ["command", "summary"]

_REDRAW_EVERY_S = 0.1
_BAR_CELLS, _MIN_BAR_CELLS = 24, 6


@click.command(
    short_help="Make the index agree with files and folders.",
    epilog="Example: searcher index corpus/ --exclude 'malformed/*'",
)
@click.argument("paths", metavar="PATH...", nargs=-1)
@index_option
@click.option("--dry-run", is_flag=True, help="Change nothing, only say what would change.")
@click.option(
    "--exclude",
    metavar="GLOB",
    multiple=True,
    help="Leave out files and folders of this name or path under PATH. May be repeated. Kept.",
)
@click.option("--no-exclude", is_flag=True, help="Forget what --exclude said for PATH.")
@click.option(
    "--max-file-mb",
    type=click.IntRange(min=0),
    metavar="N",
    help="Leave out files of more than N megabytes under PATH; 0 for any size. Kept.",
)
@click.option(
    "--follow-links/--no-follow-links",
    default=None,
    help="Follow links to folders under PATH, each folder once. Kept.",
)
@map_option
@click.option("--no-map", is_flag=True, help="Forget what --map said for PATH.")
@value_option
@kept_weights_option
@click.option(
    "--no-groups",
    is_flag=True,
    help="Do not look for copies of articles. Kept; see searcher groups.",
)
@click.option(
    "--stories/--no-stories",
    default=None,
    help="Look for the texts about one event in each commit, or not. Kept; see searcher groups.",
)
@click.option(
    "--prune",
    is_flag=True,
    help="Drop the articles of all files that are gone, under PATH or not.",
)
@click.option("--force", is_flag=True, help="Read all files, the unchanged ones too.")
@click.option(
    "--language",
    metavar="CODE",
    help="The language whose inflections words match, for a new index; zxx for none.  "
    "[default: en]",
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
@click.option(
    "--strict", is_flag=True, help="Exit with 2 if anything was left out or could not be read."
)
@json_option("the report")
@quiet_option
def command(
    *,
    paths: tuple[str, ...],
    index: str,
    dry_run: bool,
    exclude: tuple[str, ...],
    no_exclude: bool,
    max_file_mb: int | None,
    follow_links: bool | None,
    field_map: dict[str, str],
    no_map: bool,
    values: tuple[str, ...],
    weights: dict[str, float] | None,
    no_weights: bool,
    no_groups: bool,
    stories: bool | None,
    prune: bool,
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
    are gone removed. A file that moved keeps its articles and their ids; a copy of a file
    adds none. Reads pages, text, JSON, what agencies send, feeds, crawls, mail,
    tables, exports of databases and more, packed or not (docs/formats.md). A file that
    cannot be read is listed on stderr and stops nothing; what is left out is counted there
    by kind.

    --map, --exclude and the like are kept for PATH, and hold for the next run without them. --prune
    also drops what is gone from elsewhere, but of a whole folder that is gone, as if its
    drive were not there, only if that is a PATH. Ctrl-C keeps what was read until then.

    --strict minds what is left out, but for hidden files, index directories, parts of
    pages that a browser saved, and what --exclude and .searcherignore name.

    Exit codes: 0 done, 2 an error, or nothing could be read (with --strict, or not
    everything), 130 interrupted, 143 terminated.
    """
    if not paths and not prune:
        raise click.UsageError("Missing argument 'PATH...'")
    if (exclude and no_exclude) or (field_map and no_map) or (weights and no_weights):
        raise click.UsageError("an option and its --no- form contradict each other")
    with (
        termination_as_interrupt(),
        interrupts_held(),
        _open(index, language, paths, dry_run=dry_run) as archive,
    ):
        fields = archive.fields
        new = [name for name in dict.fromkeys(values) if name not in fields.own]
        check_map(field_map, fields.with_values(*new))
        if new and not dry_run:
            archive.define_values(*new)
        if (weights or no_weights) and not dry_run:
            archive.define_weights(weights or {})
        if no_groups and not dry_run:
            archive.define_groups(False)
        if stories is not None and not dry_run:
            archive.define_stories(stories)
        bar = _ProgressBar(stderr()) if stderr().is_terminal and not quiet else None
        try:
            report = archive.index(
                *paths,
                field_map=field_map if field_map or no_map else None,
                exclude=exclude if exclude or no_exclude else None,
                max_file_mb=max_file_mb,
                follow_links=follow_links,
                force=force,
                dry_run=dry_run,
                prune=prune,
                workers=workers,
                memory_mb=memory_mb,
                on_progress=bar,
            )
        except KeyboardInterrupt as stop:
            screen = stderr()
            if screen.is_terminal:
                screen.redraw("")  # over the bar, and the ^C that the terminal echoes
            screen.line(f"searcher: interrupted; {_kept(stop, len(archive))}")
            return 128 + getattr(stop, "signal_number", signal.SIGINT)
        finally:
            if bar:
                bar.finish()
        copies_left_out = archive.copies_left_out
    code = _exit_code(report, strict=strict)
    if as_json:
        print_json(report.to_dict())
    else:
        list_failures(report.failed)
        for unused in report.unused_keys:
            stderr().line(str(unused))
        if not quiet or code:
            list_left_out(report.left_out, where="searcher index --json lists them")
        if copies_left_out and report.added and not quiet:
            stderr().line(
                "searcher: copies were not looked for among so many articles; for some minutes "
                "of work, run: searcher groups --rebuild"
            )
        if not quiet:
            stdout().line(summary(report, has_paths=bool(paths)))
    return code


def _exit_code(report: Report, *, strict: bool) -> int:
    is_partial = bool(report.failed or report.unused_keys) or report.has_unread
    if strict and is_partial:
        return 2
    is_hidden_only = set(report.left_out) <= {"hidden"}
    return 2 if (report.failed or not is_hidden_only) and not report.has_read else 0


def _kept(stop: KeyboardInterrupt, articles: int) -> str:
    """What is in the index after a run was stopped."""
    report = getattr(stop, "report", None)
    changes = (
        0
        if report is None or report.dry_run
        else report.added + report.updated + report.moved + report.unchanged
    )
    if not changes:
        return f"what was committed before is intact ({counted(articles, 'article')})"
    return (
        f"{counted(changes, 'article')} that had been read are kept, and the index holds "
        f"{counted(articles, 'article')}; run it again to go on from there"
    )


def _check_exists(path: str) -> None:
    try:
        os.stat(path)
    except OSError as error:
        raise ReadError(path, error.strerror or "cannot be read", hint="check the path") from error


@contextmanager
def _open(
    index: str, language: str | None, paths: Sequence[str], *, dry_run: bool
) -> Iterator[Archive]:
    """The archive to index into; an empty one in passing for a dry run without an index."""
    try:
        archive = Archive.open(index)
    except (ClusterError, IndexMissingError) as error:
        if isinstance(error, ClusterError) and error.kind != "missing":
            raise
        for path in paths:
            _check_exists(path)  # before an index is made for nothing
        if dry_run:
            with (
                tempfile.TemporaryDirectory(prefix="searcher-") as empty,
                Archive.create(empty, language=language or "en") as archive,
            ):
                yield archive
            return
        archive = Archive.open_or_create(index, language=language or "en")
    with archive:
        if language is not None and (found := archive.language) != language:
            raise IndexStateError(
                archive.path,
                f"is an index of words in {found}, which --language cannot change",
                hint="index into a new directory",
            )
        yield archive


def summary(report: Report, *, has_paths: bool) -> str:
    """What a run did, on one line."""
    unread = len({error.path for error in report.failed})
    read = report.files - report.files_unchanged
    changes = [
        (report.added, "added"),
        (report.updated, "updated"),
        (report.moved, "moved"),
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
        text = "nothing has changed" if report.has_read or not has_paths else "no articles found"
        text += f" in {counted(read, 'file')}" if read and not report.has_read else ""
        text += f", {duration(report.took_s)}"
    if report.without_text:
        text += f"; {report.without_text:,} of them without text"
    if report.boilerplate_blocks:
        text += f"; {counted(report.boilerplate_blocks, 'repeated block')} taken off"
        text += f" {counted(report.boilerplate_articles, 'article')}"
    if report.files_unchanged:
        text += f"; {counted(report.files_unchanged, 'file')} unchanged"
    if unread:
        text += f"; {counted(unread, 'file')} could not be read"
        if report.files_retried:
            text += f" ({report.files_retried:,} tried again)"
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
