"""`searcher replay`: do recorded searches still answer the same, and if not, why?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from searcher.archive import Archive
from searcher.cli.layout import counted, date_and_time
from searcher.cli.options import index_option, json_option, quiet_option, seconds_option
from searcher.cli.output import Screen, Styled, one_line, print_json, stderr, stdout
from searcher.errors import ReadError, SearcherError

if TYPE_CHECKING:
    from searcher.recording.replay import Replay

__all__ = ["command"]

_SHOWN = 20


@click.command(
    short_help="Ask recorded searches again, and say what differs.",
    epilog="Example: searcher replay searches.jsonl --methods > methods.md",
)
@click.argument("file", metavar="FILE")
@click.option(
    "--methods", is_flag=True, help="Print a sheet for readers, as Markdown, of all searches."
)
@seconds_option("Give a query up after S seconds.")
@index_option
@json_option("each replay, as a line,")
@quiet_option
def command(
    *, file: str, methods: bool, timeout: float | None, index: str, as_json: bool, quiet: bool
) -> int:
    """Ask the searches that `searcher query --record FILE` kept again.

    Each is asked with its own settings, and relative dates mean what they meant then. If what
    comes is not what came, the causes are named: another version, other rules or constants,
    articles that came, went, changed or were withheld.

    Exit codes: 0 all answer the same, 1 some differ, 2 an error.
    """
    if methods and as_json:
        raise click.UsageError("give --methods or --json, not both")
    from searcher.recording.files import read_records

    replays: list[Replay] = []
    is_failed = differs = False
    with Archive.open(index) as archive:
        for number, record in enumerate(read_records(file), 1):
            try:
                if isinstance(record, ReadError):
                    raise record
                replay = archive.replay(record, timeout=timeout)
            except (SearcherError, ValueError, TypeError) as error:
                is_failed = True
                stderr().line(f"searcher: {one_line(str(error))}")
                continue
            differs = differs or not replay.is_same
            if methods:
                replays.append(replay)
            elif as_json:
                print_json(replay.to_dict())
            elif not (quiet and replay.is_same):
                _print(stdout(), number, replay)
    if methods:
        from searcher.recording.methods import methods_sheet

        for line in methods_sheet(replays).splitlines():
            stdout().line(line)
    return 2 if is_failed else 1 if differs else 0


def _print(screen: Screen, number: int, replay: Replay) -> None:
    record = replay.record
    screen.line(f"{number}. ", Styled(one_line(record.query), "bold"))
    asked = f"   asked {date_and_time(record.at)}: {counted(record.total, 'article')}"
    if replay.is_same:
        screen.line(f"{asked}; the same now, in the same order")
    else:
        screen.line(f"{asked}; {replay.now.total:,} now")
    for difference in replay.differences:
        screen.line(f"   {one_line(str(difference))}")
    for article in replay.articles[:_SHOWN]:
        title = one_line(article.title) or "(no headline)"
        screen.line(f"   {article.kind}: {title}  ", Styled(one_line(article.id), "dim"))
    if len(replay.articles) > _SHOWN:
        screen.line(f"   and {len(replay.articles) - _SHOWN:,} more (--json lists all)")
    if replay.is_unexplained:
        screen.line("   no cause was found; searcher check says whether the index is whole")
