"""`searcher export`: how do I hand on what was found?"""

from __future__ import annotations

import codecs
import sys
import time
from typing import Literal

import click

from searcher.archive import Archive
from searcher.cli.asking import QueryCommand, query_text
from searcher.cli.layout import counted, duration
from searcher.cli.options import (
    expand_option,
    index_option,
    json_option,
    quiet_option,
    recent_option,
    seconds_option,
    weights_option,
)
from searcher.cli.output import OutputError, Screen, one_line, print_json, safe, stderr
from searcher.cli.termination import termination_as_interrupt
from searcher.exporting.formats import FORMATS, format_for
from searcher.exporting.run import ExportReport
from searcher.request import SORTS

__all__ = ["command"]

_REDRAW_EVERY_S = 0.1
_STANDARD_OUTPUT = "-"


@click.command(
    cls=QueryCommand,
    short_help="Write all articles that match to a file.",
    epilog="Example: searcher export 'truce since:2019-04' --sort date -o truce.csv",
)
@click.argument("query", nargs=-1, required=True)
@index_option
@click.option(
    "-o",
    "--output",
    "target",
    metavar="PATH",
    default=_STANDARD_OUTPUT,
    help="The file to write, or the folder; - for standard output.  [default: -]",
)
@click.option(
    "--format",
    "format",
    type=click.Choice([row.name for row in FORMATS]),
    help="The format, where the name of the file does not say it.",
)
@click.option(
    "--fields",
    metavar="NAME,...",
    help="Which fields to write, in this order, as in title,date,source,credit; a name that is "
    "wrong lists them. credit, text_id and story_id (the first articles of a text and of a story) "
    "are written where they are named only.",
)
@click.option(
    "--sort",
    type=click.Choice(SORTS),
    default="score",
    show_default=True,
    help="Best first, oldest first or newest first.",
)
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="Write at most N articles.")
@click.option(
    "--offset",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Leave out the first N articles.",
)
@click.option(
    "--group",
    type=click.Choice(("none", "copies", "stories")),
    default="none",
    show_default=True,
    help="Write one article for each text, the earliest that matches, with the number of its "
    "copies; or one for each story, the best of its texts; or all.",
)
@click.option("--force", is_flag=True, help="Replace a file, or a folder of an export before.")
@click.option("--bom", is_flag=True, help="Begin CSV so that Excel knows that it is UTF-8.")
@expand_option
@recent_option
@weights_option
@seconds_option("Give up after S seconds of looking for the articles.")
@json_option("what was written")
@quiet_option
def command(
    *,
    query: tuple[str, ...],
    index: str,
    target: str,
    format: str | None,
    fields: str | None,
    sort: str,
    limit: int | None,
    offset: int,
    group: Literal["none", "copies", "stories"],
    force: bool,
    bom: bool,
    expand: bool,
    recent: float | Literal["auto"] | None,
    weights: dict[str, float] | None,
    timeout: float | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Write all articles that answer QUERY to a file, `*` for all there are.

    Tables (csv, jsonl, parquet, arrow) get all fields; what reference managers read (ris,
    bibtex, csl-json) what a citation has; markdown, html and text-folder what people read. All
    comes from one commit of the index, whatever is indexed meanwhile, and the file is there
    when all of it is: one that is broken off leaves none. A file that is there is kept without
    --force.

    In CSV an apostrophe stands before what a spreadsheet would compute (=, +, -, @); taking it
    away gives what was there. Articles that may not be published are left out, unless the
    query asks for their status:.

    Exit codes: 0 written, 1 nothing found and an empty file written, 2 an error.
    """
    to_stream = target == _STANDARD_OUTPUT
    if as_json and to_stream:
        raise click.UsageError("--json says what was written: name a file with -o")
    form = format_for(format, None if to_stream else target)
    if bom and form.name != "csv":
        raise click.UsageError("--bom is for CSV")
    stream = _StandardOutput(is_text=form.is_text) if to_stream else None
    screen = stderr()
    bar = _Counter(screen) if screen.is_terminal and not quiet else None
    with Archive.open(index) as archive, termination_as_interrupt():
        try:
            report = archive.export(
                query_text(query),
                target if stream is None else stream,
                format=form.name,
                fields=None if fields is None else [name.strip() for name in fields.split(",")],
                limit=limit,
                offset=offset,
                sort=sort,
                group=group,
                force=force,
                bom=bom,
                timeout=timeout,
                recent=recent,
                expand=expand,
                weights=weights,
                on_progress=bar,
            )
        finally:
            if bar is not None:
                bar.finish()
    if as_json:
        print_json(report.to_dict())
    elif not quiet:
        screen.line(_summary(report))
    return 0 if report.total else 1


class _StandardOutput:
    """Standard output, as a stream of bytes.

    On a terminal text goes the way of all text, so that no article commands it.
    """

    def __init__(self, *, is_text: bool) -> None:
        self._screen = Screen(sys.stdout)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        if self._screen.is_terminal and not is_text:
            raise click.UsageError("a terminal cannot show this format: name a file with -o")

    def write(self, data: bytes) -> int:
        """Write all of `data`."""
        if sys.stdout is None:  # it was closed from the start
            return len(data)
        try:
            if self._screen.is_terminal:
                sys.stdout.write(safe(self._decoder.decode(data)))
            else:
                sys.stdout.buffer.write(data)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputError(error.strerror or str(error)) from error
        return len(data)

    def flush(self) -> None:
        """Nothing: `group.py` flushes at the end, and says what goes wrong."""


class _Counter:
    """How many articles are written, redrawn in place on a terminal."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._started = self._drawn = time.monotonic()
        self._shown = False

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._drawn < _REDRAW_EVERY_S:
            return
        self._drawn = now
        self._shown = True
        part = done / total if total else 1.0
        text = f"{part:4.0%}  {done:,} of {counted(total, 'article')}"
        elapsed = now - self._started
        if 0 < part < 1:
            text += f"  {duration(elapsed / part - elapsed)} left"
        self._screen.redraw(text[: (self._screen.width or 80) - 1])

    def finish(self) -> None:
        """Clear the line for what comes next."""
        if self._shown:
            self._shown = False
            self._screen.redraw("")


def _summary(report: ExportReport) -> str:
    took = duration(report.took_ms / 1000)
    size = f"({report.format}, {_size(report.bytes)})"
    if not report.total:
        said = f"nothing found for {one_line(report.understood)}"
        if report.path is not None:
            said += f"; {one_line(report.path)} holds no article {size}"
        return f"{said}, {took}"
    if report.texts is None:
        said, of = f"{counted(report.articles, 'article')} written", report.total
    else:
        said, of = f"{counted(report.articles, 'text')} written", report.texts
    if report.stories is not None:
        stories = "1 story" if report.articles == 1 else f"{report.articles:,} stories"
        said, of = f"{stories} written", report.stories
    if report.articles < of:
        said += f" of {of:,} that match"
    if report.texts is not None:
        said += f", {counted(report.total, 'article')} in all,"
    if report.path is not None:
        said += f" to {one_line(report.path)}"
    return f"{said} {size}, {took}"


def _size(number: int) -> str:
    if number < 1_000_000:
        return f"{number / 1000:,.1f} KB" if number >= 1000 else f"{number} bytes"
    return f"{number / 1_000_000:,.1f} MB"
