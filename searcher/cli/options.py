"""What do several commands share?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeVar

import click

from searcher.cli.output import one_line, stderr
from searcher.errors import ReadError
from searcher.fields import FieldTable
from searcher.request import Request
from searcher.scoring import WEIGHTS, parse_weights

__all__ = [
    "check_map",
    "counted_kind",
    "expand_option",
    "index_option",
    "json_option",
    "kept_weights_option",
    "list_failures",
    "list_left_out",
    "map_option",
    "quiet_option",
    "recent_option",
    "seconds_option",
    "value_option",
    "weights_option",
]

_F = TypeVar("_F", bound=Callable[..., Any])
_MAX_FAILURES_SHOWN = 20
_MAX_KINDS_SHOWN = 12
# What one is called, of kinds that are named as several.
_ONE_OF = {
    "FIFOs": "FIFO",
    "broken links": "broken link",
    "devices": "device",
    "index directories": "index directory",
    "links to folders": "link to a folder",
    "parts of saved pages": "folder of parts of a saved page",
    "sockets": "socket",
    "special files": "special file",
}


def index_option(command: _F) -> _F:
    """Add `--index DIR`."""
    return click.option(
        "--index",
        "index",
        metavar="DIR",
        default="index",
        show_default=True,
        envvar="SEARCHER_INDEX",
        show_envvar=True,
        help="The index directory, or a cluster's address.",
    )(command)


def json_option(what: str) -> Callable[[_F], _F]:
    """Add `--json`, which prints `what`."""
    return click.option("--json", "as_json", is_flag=True, help=f"Print {what} as JSON.")


def quiet_option(command: _F) -> _F:
    """Add `--quiet`."""
    return click.option(
        "--quiet", is_flag=True, help="Print answers and errors only, no numbers or progress."
    )(command)


def seconds_option(help: str) -> Callable[[_F], _F]:
    """Add `--timeout S`, more than 0 seconds."""
    return click.option("--timeout", type=float, callback=_seconds, metavar="S", help=help)


def _seconds(
    context: click.Context, parameter: click.Parameter, value: float | None
) -> float | None:
    if value is not None and not value > 0:
        raise click.BadParameter(f"{value:g} is not more than 0 seconds.", context, parameter)
    return value


def expand_option(command: _F) -> _F:
    """Add `--expand`."""
    return click.option(
        "--expand",
        is_flag=True,
        help="Add the words that the best answers share, each with a weight; the query that "
        "this makes is printed, and can be edited and asked again.",
    )(command)


def kept_weights_option(command: _F) -> _F:
    """Add `--weights NAME=N,...` and `--no-weights`."""
    command = click.option(
        "--no-weights", is_flag=True, help="Forget what --weights said for this index."
    )(command)
    return click.option(
        "--weights",
        callback=_weights,
        metavar="NAME=N,...",
        help="Rank by other constants whenever this index is searched, as in k1=1.2,title=3; "
        f"there are {', '.join(WEIGHTS)}. Kept.",
    )(command)


def weights_option(command: _F, *, multiple: bool = False) -> _F:
    """Add `--weights NAME=N,...`; with `multiple` it may be repeated, and gives a tuple."""
    return click.option(
        "--weights",
        callback=_several_weights if multiple else _weights,
        multiple=multiple,
        metavar="NAME=N,...",
        help=f"Rank by other constants, as in k1=1.2,title=3; there are {', '.join(WEIGHTS)}.",
    )(command)


def _weights(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> dict[str, float] | None:
    if value is None:
        return None
    try:
        return parse_weights(value)
    except ValueError as error:
        raise click.BadParameter(f"{error}.", context, parameter) from error


def _several_weights(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[dict[str, float] | None, ...]:
    return tuple(_weights(context, parameter, value) for value in values)


def recent_option(command: _F) -> _F:
    """Add `--recent DAYS|auto`."""
    return click.option(
        "--recent",
        callback=_half_life,
        metavar="DAYS|auto",
        help="Let recent articles go before older ones: one that is DAYS older keeps three "
        "quarters of its score, a very old one half; auto lets the dates of the best hits say.",
    )(command)


def _half_life(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> float | Literal["auto"] | None:
    if value is None:
        return None
    if value == "auto":
        return "auto"
    try:
        return Request("*", recent=float(value)).recent
    except ValueError as error:
        raise click.BadParameter(f"a number of days or auto, not {value}.") from error


def map_option(command: _F) -> _F:
    """Add `--map field=key`."""
    return click.option(
        "--map",
        "field_map",
        metavar="FIELD=KEY",
        multiple=True,
        callback=_read_map,
        help=(
            "In JSON, read FIELD of an article from KEY; dots for nested keys, as in "
            "body=content.text. May be repeated."
        ),
    )(command)


def _read_map(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> dict[str, str]:
    found: dict[str, str] = {}
    for value in values:
        name, _, key = value.partition("=")
        if not name or not key:
            raise click.BadParameter(f"{value!r} is not FIELD=KEY", ctx=context, param=parameter)
        found[name] = key
    return found


def check_map(field_map: Mapping[str, str], fields: FieldTable) -> None:
    """Refuse a `--map` of a field that articles do not have.

    Raises:
        click.UsageError: it names one.
    """
    for name, key in field_map.items():
        if name not in fields.mappable:
            known = ", ".join(fields.mappable)
            raise click.UsageError(
                f"Invalid value for '--map': '{name}={key}' is not FIELD=KEY, with FIELD one of "
                f"{known}"
            )


def value_option(command: _F) -> _F:
    """Add `--value NAME`."""
    return click.option(
        "--value",
        "values",
        metavar="NAME",
        multiple=True,
        help=(
            "A field of your own, read from the key or the header line of this name, as in "
            "country, to be found by country:fr. May be repeated. Kept."
        ),
    )(command)


def counted_kind(number: int, kind: str) -> str:
    """How many of a kind were left out, in words: kinds that are plurals are put right for one."""
    return f"{number:,} {_ONE_OF.get(kind, kind) if number == 1 else kind}"


def list_left_out(counts: Mapping[str, int], *, where: str) -> None:
    """Write to stderr how many files were left out, by kind, most first.

    Arguments:
        where: how to see which they are.
    """
    if counts:
        said = [
            counted_kind(counts[kind], kind) for kind in sorted(counts, key=lambda k: -counts[k])
        ]
        shown = ", ".join(said[:_MAX_KINDS_SHOWN])
        if len(said) > _MAX_KINDS_SHOWN:
            shown += f" and {len(said) - _MAX_KINDS_SHOWN:,} kinds more"
        stderr().line(one_line(f"left out: {shown}; {where}"))


def list_failures(failures: list[ReadError]) -> None:
    """Write what could not be read to stderr, one line for each, up to a number."""
    screen = stderr()
    for error in failures[:_MAX_FAILURES_SHOWN]:
        screen.line(str(error).replace("\n", " "))
    if len(failures) > _MAX_FAILURES_SHOWN:
        screen.line(f"and {len(failures) - _MAX_FAILURES_SHOWN:,} more (--json lists all)")
