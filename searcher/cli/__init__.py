"""How do I use it from a shell?

One file per command: it parses, calls `Archive`, and prints.  These are index.py,
remove.py, query.py, facets.py, timeline.py, first.py, related.py, show.py, stats.py,
check.py, optimize.py, groups.py, extract.py, lines.py, quote.py, diff.py, edits.py, alert.py,
watch.py, export.py, translate.py, replay.py, evaluate.py, judge.py, serve.py, mcp.py,
names.py, copies.py, story.py, cluster.py and copy.py.

    group.py         the commands, each imported when it is asked for, and what becomes
                     of errors
    termination.py   what SIGTERM does to a command that writes
    options.py       what several commands share
    asking.py        how commands take a query, and what they say of it besides the answer
    output.py        the only way to a terminal or a pipe, safe for any text
    layout.py        text in columns: widths, wrapping, dates, numbers
    formats.py       results in every form that they can be printed in
    bars.py          counts as bars
    spreadsheet.py   rows as CSV
    article.py       a whole article, as text and as JSON
    versions.py      how its text has changed
    differences.py   two articles beside each other
    named.py         which article an argument means
    explanation.py   what each part of a query found, as `query --explain` prints it
    manual.py        what the commands say of themselves, as `man searcher`
    reference.py     the same as docs/cli.md

Exit codes: 0 done, or something found; 1 nothing found; 2 an error, with a message
on stderr; 130 stopped with Ctrl-C, as shells have it.
"""

# The path is cleaned before anything else is imported; see importing.py.
import os
import sys

from searcher.importing import off_current_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import NoReturn

__all__ = ["main"]


def main() -> "NoReturn":
    """Run the command line of this process, and exit.

    The process ends without taking the interpreter apart, which would be a sixth of
    the time of a cold query.  Nothing is left to do by then: every command has closed
    what it opened.  With `SEARCHER_DEBUG` it ends the long way, for profilers and such.
    """
    off_current_folder()
    import gc

    gc.disable()  # modules make no garbage; `group.py` turns it on when they are in
    code = 130
    sys.unraisablehook = _report_unraisable
    sys.excepthook = _end
    try:
        from searcher.cli.group import searcher

        searcher.main(prog_name="searcher")
    except KeyboardInterrupt:  # pressed before there was anything to interrupt
        pass
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 2
    if not os.environ.get("SEARCHER_DEBUG"):
        os._exit(code)
    sys.exit(code)


def _end(kind: "type[BaseException]", error: BaseException, trace: "TracebackType | None") -> None:
    """End at once by a Ctrl-C that fell between the end of the command and that of the process."""
    if issubclass(kind, KeyboardInterrupt):
        os._exit(130)
    sys.__excepthook__(kind, error, trace)


def _report_unraisable(lost: "sys.UnraisableHookArgs") -> None:
    """Say nothing of a Ctrl-C that fell into the end of an object, where none can be raised."""
    if not isinstance(lost.exc_value, KeyboardInterrupt):
        sys.__unraisablehook__(lost)
