"""Which commands are there, and what becomes of their errors?

A command's module is imported when the command is asked for, so that `query` does not
wait for what only `index` needs.  Errors end here: a failure that Searcher foresees is
one message on stderr and exit code 2, never a traceback.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from searcher import __version__
from searcher.cli.output import (
    OutputError,
    discard_output,
    flush_streams,
    prepare_streams,
    stderr,
    stdout,
)
from searcher.errors import QueryError, SearcherError

__all__ = ["searcher"]

_COMMANDS = (
    *(
        "index",
        "remove",
        "query",
        "facets",
        "timeline",
        "first",
        "related",
        "copies",
        "story",
        "names",
    ),
    *("show", "stats", "check", "optimize", "groups", "extract", "lines", "quote", "diff"),
    "edits",
    *("alert", "watch", "export", "translate", "replay", "evaluate", "judge", "serve", "mcp"),
    *("cluster", "copy"),
)
# What the commands are called elsewhere.
_SYNONYMS = {
    **dict.fromkeys(("search", "find", "grep"), "query"),
    **dict.fromkeys(("add", "update", "import", "init", "build", "create"), "index"),
    **dict.fromkeys(("delete", "rm", "forget", "drop", "prune"), "remove"),
    **dict.fromkeys(("info", "status", "list", "settings"), "stats"),
    **dict.fromkeys(("similar", "like", "more", "background"), "related"),
    **dict.fromkeys(("compare", "delta"), "diff"),
    **dict.fromkeys(("kwic", "concordance", "context"), "lines"),
    **dict.fromkeys(("said", "quotation", "verbatim", "cite"), "quote"),
    **dict.fromkeys(("changes", "corrections", "revisions", "stealth"), "edits"),
    **dict.fromkeys(("facet", "count", "breakdown", "aggregate", "terms"), "facets"),
    **dict.fromkeys(("histogram", "trend", "trends", "timelines", "dates"), "timeline"),
    **dict.fromkeys(("earliest", "origin"), "first"),
    **dict.fromkeys(("get", "cat", "view", "open"), "show"),
    **dict.fromkeys(("verify", "fsck"), "check"),
    **dict.fromkeys(("duplicates", "dedup", "syndication", "reprints", "lineage"), "copies"),
    **dict.fromkeys(("event", "events"), "story"),
    **dict.fromkeys(("group", "regroup"), "groups"),
    **dict.fromkeys(("clusters", "opensearch", "shards", "rollover", "reindex"), "cluster"),
    **dict.fromkeys(("clone", "migrate", "transfer", "move"), "copy"),
    **dict.fromkeys(("merge", "compact"), "optimize"),
    **dict.fromkeys(("read", "parse"), "extract"),
    **dict.fromkeys(("dump", "save", "download", "cite"), "export"),
    **dict.fromkeys(("measure", "eval", "trec_eval", "score"), "evaluate"),
    **dict.fromkeys(("record", "repeat", "rerun", "methods", "log"), "replay"),
    **dict.fromkeys(("follow", "monitor", "daemon"), "watch"),
    **dict.fromkeys(("alerts", "notify", "subscribe", "saved", "percolate"), "alert"),
    **dict.fromkeys(("convert", "nexis", "factiva", "lucene"), "translate"),
    **dict.fromkeys(("variants", "spellings", "spelling", "name"), "names"),
    **dict.fromkeys(("grade", "label", "annotate"), "judge"),
    **dict.fromkeys(("assistant", "assistants", "claude", "llm"), "mcp"),
    **dict.fromkeys(("server", "web", "http", "browse", "ui", "api"), "serve"),
}
_ERROR, _INTERRUPTED = 2, 130
_COMPLETE = "_SEARCHER_COMPLETE"  # set by the completion script of a shell


class _Commands(click.Group):
    """A group of commands that are modules of this package."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"searcher.cli.{cmd_name}")
        command: click.Command = module.command
        if not gc.isenabled():
            gc.freeze()
            gc.enable()
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is asked for, or which it may have been."""
        name = args[0]
        if name not in _COMMANDS and not name.startswith("-"):
            near = _SYNONYMS.get(name.lower())
            if near is None:
                from difflib import get_close_matches

                near = next(iter(get_close_matches(name.lower(), _COMMANDS, 1)), None)
            meant = f" (did you mean {near}?)" if near else ""
            ctx.fail(f"no such command {name!r}{meant}")
        return super().resolve_command(ctx, args)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> NoReturn:
        """Run, and exit with the code of what happened."""
        # Not click's own `main`: that exits with 1, "nothing found", when a pipe breaks.
        words = sys.argv[1:] if args is None else list(args)
        try:
            prepare_streams()
            code = self._run(words, prog_name or "searcher", extra)
            flush_streams()
        except BrokenPipeError:
            # Whoever reads has what it wants, as in `searcher query truce | head -1`.
            discard_output()
            code = 0
        except OutputError as error:
            discard_output()
            code = _ERROR
            with contextlib.suppress(OutputError):  # there may be nowhere to say it
                _report(f"cannot write the output: {error}")
        except KeyboardInterrupt:
            code = _INTERRUPTED
        sys.exit(code)

    def _run(self, args: list[str], prog_name: str, extra: dict[str, Any]) -> int:
        try:
            if instruction := os.environ.get(_COMPLETE):
                from click.shell_completion import shell_complete

                return shell_complete(self, extra, prog_name, _COMPLETE, instruction)
            with self.make_context(prog_name, args, **extra) as context:
                code = self.invoke(context)
            return code if isinstance(code, int) else 0
        except click.exceptions.Exit as end:
            return end.exit_code
        except KeyboardInterrupt:
            _report("interrupted")
            return _INTERRUPTED
        except click.ClickException as error:
            return _report_usage(error)
        except QueryError as error:
            return _report_query(error)
        except SearcherError as error:
            return _report(str(error))
        except (BrokenPipeError, OutputError):
            raise
        except OSError as error:
            where = f"{os.fsdecode(error.filename)}: " if error.filename else ""
            return _report(f"{where}{error.strerror or error}")
        except MemoryError:
            return _report("out of memory")
        except Exception as error:
            if os.environ.get("SEARCHER_DEBUG"):
                raise
            return _report(
                f"a fault in Searcher itself ({type(error).__name__}: {error}); please report "
                "it, with what it says when SEARCHER_DEBUG=1 is set"
            )


def _report(message: str) -> int:
    stderr().line(f"searcher: {message}")
    return _ERROR


def _report_usage(error: click.ClickException) -> int:
    context = getattr(error, "ctx", None)
    message = error.format_message()
    if context is None:
        return _report(message)
    if message == context.get_help():  # `searcher` alone
        stderr().line(message)
        return _ERROR
    message = message.rstrip(".").replace("\n", " ")
    return _report(f"{message}; see {context.command_path} --help")


def _report_query(error: QueryError) -> int:
    from searcher.query.diagnostics import render

    screen = stderr()
    screen.line("searcher: the query cannot be read")
    for line in render(error, width=(screen.width or 80) - 3).split("\n"):
        screen.line(f"  {line}")
    return _ERROR


def _print_version(context: click.Context, parameter: click.Parameter, asked: bool) -> None:
    if asked and not context.resilient_parsing:
        from searcher.codec.core import find_core

        core = find_core()
        path = f"native core {core.module.VERSION}" if core.module else f"plain path: {core.reason}"
        stdout().line(f"searcher {__version__} ({path})")
        context.exit()


@click.command(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96},
    epilog="Try: searcher index corpus/, then: searcher query '\"humanitarian truce\"'",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Print the version and exit.",
)
def searcher() -> None:
    """Search the news archive that you hold yourself.

    Exit codes: 0 done or found, 1 nothing found, 2 an error, 130 interrupted.
    """
