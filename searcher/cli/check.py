"""`searcher check`: is every file of the index what was written?"""

from __future__ import annotations

import click

from searcher.archive import Archive
from searcher.cli.layout import counted, duration
from searcher.cli.options import index_option, json_option, quiet_option
from searcher.cli.output import Styled, one_line, print_json, stdout
from searcher.cluster.address import is_address

__all__ = ["command"]


@click.command(
    short_help="Say whether the index is what was written.",
    epilog="Example: searcher check --index index",
)
@index_option
@json_option("the report")
@quiet_option
def command(*, index: str, as_json: bool, quiet: bool) -> int:
    """Read the whole index, and say whether every file is what was written.

    Checksums are compared over every byte: of the segments, of the manifest, of the list of
    files that were read, and of the table of contents that is kept for Whoosh. Plain
    segments are decoded from end to end as well. Nothing is changed.

    Exit codes: 0 sound, 2 damaged or another error.
    """
    if is_address(index):
        with Archive.open(index) as archive:
            archive.check()  # which says what does this on a cluster
    report = Archive(index).check()
    if as_json:
        print_json(report.to_dict())
        return 0 if report.sound else 2
    screen = stdout()
    damaged = [file for file in report.files if file.error]
    shown = damaged if quiet else report.files
    room = max((len(one_line(file.name)) for file in shown), default=0)
    for file in shown:
        size = f"{file.size_bytes / 1e6:12,.3f} MB"
        said = one_line(file.error) if file.error else "sound"
        screen.line(f"{one_line(file.name):{room}}  ", Styled(size, "dim"), f"  {said}")
    if damaged and all((file.error or "").startswith("cannot be read") for file in damaged):
        screen.line(
            f"{one_line(report.path)}: {counted(len(damaged), 'file')} could not be read, which "
            "says nothing of what was written; mend the cause and try again"
        )
        return 2
    if damaged:
        screen.line(
            f"{one_line(report.path)}: {counted(len(damaged), 'damaged file')}; put back a copy, "
            "or index the articles again into a new directory: searcher index PATH --index NEW"
        )
        return 2
    if not quiet:
        screen.line(
            f"all {counted(len(report.files), 'file')} sound "
            f"(commit {report.generation}, {duration(report.took_s)})"
        )
    return 0
