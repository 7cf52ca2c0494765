"""`searcher names`: how else is this name spelt in the archive?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from searcher.archive import Archive
from searcher.cli.options import index_option, json_option, quiet_option
from searcher.cli.output import one_line, print_json, stderr, stdout

if TYPE_CHECKING:
    from searcher.searching.names import NameVariants, Spelling

__all__ = ["command"]


@click.command(
    short_help="Find the other spellings of a name.",
    epilog="Example: searcher names haftar --without hafner --save haftar",
)
@click.argument("name", nargs=-1)
@index_option
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    metavar="N",
    help="Show at most N other spellings.",
)
@click.option("--save", metavar="SET", help="Save the near spellings as a set, @SET in queries.")
@click.option(
    "--without", multiple=True, metavar="WORD", help="Leave a spelling out; may be repeated."
)
@click.option("--also", multiple=True, metavar="WORD", help="Take a spelling too; may be repeated.")
@click.option("--remove", metavar="SET", help="Remove a saved set.")
@json_option("the spellings, or the saved sets")
@quiet_option
def command(
    *,
    name: tuple[str, ...],
    index: str,
    limit: int,
    save: str | None,
    without: tuple[str, ...],
    also: tuple[str, ...],
    remove: str | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Show how else NAME is spelt in the archive, with how many articles have each spelling.

    Spellings come from the words of the archive, the most likely first: other vowels, doubled
    letters, letters of the same sound (ch, kh, h; q, k, g), other scripts. The near ones are
    what variants:NAME finds in a query; those marked with ? are further off. A name may have
    up to four words; first names are then looked for by their initial too.

    Without NAME the saved sets are listed.

    Exit codes: 0 found or done, 1 no article has the name in any spelling, or no set is
    saved, 2 an error.
    """
    if remove is not None:
        if name or save or without or also:
            raise click.UsageError("--remove stands alone")
        with Archive.open(index) as archive:
            archive.remove_names(remove)
        if not quiet:
            stderr().line(f"removed the set {one_line(remove)}")
        return 0
    if not name:
        if save or without or also:
            raise click.UsageError("give the NAME whose spellings are meant")
        with Archive.open(index) as archive:
            return _print_sets(archive.name_sets(), as_json=as_json)
    with Archive.open(index) as archive:
        found = archive.names(" ".join(name), limit=limit)
        taken, query = archive.taken_names(found, without=without, also=also)
        if save is not None:
            archive.save_names(save, taken)
    if as_json:
        print_json({**found.to_dict(), "query": query, "saved": save})
    else:
        _print(found, taken)
        if not quiet:
            stderr().line(f"query: {one_line(query)}")
            if save is not None:
                stderr().line(f"saved as @{one_line(save.lower())}")
    return 0 if any(spelling.articles for spelling in found.spellings) else 1


def _print(found: NameVariants, taken: Sequence[str]) -> None:
    width = max(len(f"{each.articles:,}") for each in found.spellings)
    for spelling in found.spellings:
        stdout().line(_line(spelling, width, is_taken=spelling.form in taken))


def _line(spelling: Spelling, width: int, *, is_taken: bool) -> str:
    written = one_line(spelling.spelling)
    if written.casefold() != spelling.form:
        written += f" ({one_line(spelling.form)})"
    return f"{'' if is_taken else '?':1} {spelling.articles:>{width},}  {written}"


def _print_sets(sets: dict[str, tuple[str, ...]], *, as_json: bool) -> int:
    if as_json:
        print_json({name: list(spellings) for name, spellings in sets.items()})
    else:
        for name, spellings in sets.items():
            stdout().line(f"@{name}  {', '.join(map(one_line, spellings))}")
        if not sets:
            stderr().line("no set of names is saved; save one with: searcher names NAME --save SET")
    return 0 if sets else 1
