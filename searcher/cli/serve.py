"""`searcher serve`: the archive in a browser, and over HTTP."""

from __future__ import annotations

import os
from typing import Any

import click

from searcher.cli.options import index_option
from searcher.cli.output import flush_streams, print_json, stderr, stdout
from searcher.errors import ServingError

__all__ = ["command", "needed"]

_TOKEN_VARIABLE = "SEARCHER_TOKEN"


def needed(extra: str, error: ImportError) -> ServingError:
    """The error for a library that an extra brings."""
    name = error.name or "a library"
    if name.partition(".")[0] == "searcher":
        raise error
    return ServingError(
        f"searcher {extra}",
        f"needs {name.partition('.')[0]}, and that is not installed",
        hint=f"pip install 'searcher[{extra}]'",
    )


@click.command(
    short_help="Show the archive in a browser, and answer programs over HTTP.",
    epilog="Example: searcher serve --index index --open",
)
@index_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=8765,
    show_default=True,
    help="The port; 0 takes a free one.",
)
@click.option("--socket", "socket", metavar="PATH", help="Listen on a Unix socket instead.")
@click.option("--open", "opens", is_flag=True, help="Open the page in a browser.")
@click.option("--mcp/--no-mcp", default=False, help="Answer assistants at /mcp (searcher[mcp]).")
@click.option(
    "--token-file",
    metavar="FILE",
    help="Who may come in: NAME TOKEN read, or read save, on each line. "
    f"Or one token in {_TOKEN_VARIABLE}. Without either only this machine is answered.",
)
@click.option(
    "--allow-host",
    multiple=True,
    metavar="NAME",
    help="A name that the server is reached by; may be repeated.",
)
@click.option("--behind-proxy", is_flag=True, help="Believe what a proxy says in X-Forwarded-*.")
@click.option(
    "--root-path", default="", metavar="/PATH", help="The path below which a proxy shows it."
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes that answer. One uses one core; more than there are cores is of no use.",
)
@click.option(
    "--threads",
    type=click.IntRange(1, 64),
    default=4,
    show_default=True,
    help="Quick searches that a process runs at the same time.",
)
@click.option(
    "--deadline",
    type=click.FloatRange(0.01, 3_600),
    default=5.0,
    show_default=True,
    metavar="S",
    help="Give a search up after S seconds, waiting included.",
)
@click.option(
    "--max-waiting",
    type=click.IntRange(0, 100_000),
    default=64,
    show_default=True,
    help="Requests that wait for a place; more are turned away.",
)
@click.option(
    "--rate",
    type=click.FloatRange(0.01, 100_000),
    metavar="N",
    help="At most N requests a second from one client.",
)
@click.option(
    "--state",
    metavar="DIR",
    help="Where searches are saved; INDEX.served if left out, and nowhere on a cluster.",
)
@click.option("--no-save", is_flag=True, help="Save no searches.")
@click.option("--show-paths", is_flag=True, help="Say in which files articles lie.")
@click.option("--no-export", is_flag=True, help="Let nobody take whole sets away.")
@click.option(
    "--access-log",
    type=click.Choice(["text", "json", "off"]),
    default="off",
    show_default=True,
    help="A line for each request on standard error, without what was asked.",
)
@click.option("--log-queries", is_flag=True, help="With what was asked; takes --access-log json.")
@click.option("--json", "as_json", is_flag=True, help="Print the address as JSON.")
def command(*, index: str, opens: bool, as_json: bool, **given: Any) -> int:
    """Show the archive in a browser, and answer programs over HTTP.

    The page is at the address that is printed, the API below it at /api/v1, described in
    /openapi.json. Only this machine is answered unless there is a token: with --host and
    --token-file others are. New commits are seen at once. It runs until Ctrl-C or SIGTERM, and
    then ends with the answers that are on their way.

    Exit codes: 0 ended, 2 the index or the address cannot be had.
    """
    try:
        from searcher.serving.running import serve
    except ImportError as error:
        raise needed("serve", error) from error
    if given["mcp"]:
        from searcher.serving.assistant import check_installed

        check_installed()
    if given["log_queries"] and given["access_log"] != "json":
        raise click.UsageError("--log-queries takes --access-log json")

    def ready(address: str) -> None:
        if as_json:
            print_json({"url": address, "pid": os.getpid()})
        else:
            stdout().line(address)
            stderr().line("Ctrl-C ends it")
        flush_streams()
        if opens and address.startswith("http"):
            import webbrowser  # of no use to anybody else, and it takes its time

            webbrowser.open(address)

    serve(index, _settings(given), ready)
    return 0


def _settings(given: dict[str, Any]) -> Any:
    """What was said on the command line and in the environment.

    Raises:
        ServingError: the token file cannot be used.
    """
    from searcher.serving.settings import Settings
    from searcher.serving.tokens import Token, check_secret, read_tokens

    tokens: tuple[Token, ...] = ()
    if given["token_file"]:
        tokens = read_tokens(given["token_file"])
    elif secret := os.environ.get(_TOKEN_VARIABLE):
        tokens = (Token("token", check_secret(secret, _TOKEN_VARIABLE), may_save=True),)
    root = "/" + given["root_path"].strip("/") if given["root_path"].strip("/") else ""
    return Settings(
        host=given["host"],
        port=given["port"],
        socket=given["socket"],
        allow_hosts=tuple(given["allow_host"]),
        tokens=tokens,
        token_file=given["token_file"],
        behind_proxy=given["behind_proxy"],
        root_path=root,
        mcp=given["mcp"],
        threads=given["threads"],
        deadline_s=given["deadline"],
        most_waiting=given["max_waiting"],
        rate=given["rate"],
        state=given["state"],
        saves=not given["no_save"],
        exports=not given["no_export"],
        show_paths=given["show_paths"],
        access_log=given["access_log"],
        log_queries=given["log_queries"],
        workers=given["workers"],
    )
