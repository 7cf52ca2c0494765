"""`searcher quote`: has anybody in this archive said these words?"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from searcher.archive import Archive
from searcher.cli.layout import counted, day, duration, near_path, wrap
from searcher.cli.options import index_option, json_option, quiet_option, seconds_option
from searcher.cli.output import Screen, Styled, one_line, print_json, stderr, stdout

if TYPE_CHECKING:
    from searcher.searching.quotations import Appearance, Quotation

__all__ = ["command"]

_INDENT = "   "
_SAID = {
    "verbatim": "verbatim",
    "folded": "the same words, set in other type",
    "altered": "altered",
    "pieces": "not here as a whole; these pieces are",
    "absent": "not here",
}


@click.command(
    short_help="Say whether the archive has these words, and who had them first.",
    epilog="Example: searcher quote 'the ampersand tested very well'",
)
@click.argument("quote", nargs=-1, required=True, metavar="QUOTE...|-")
@index_option
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    metavar="N",
    help="Show at most N articles, the earliest ones.",
)
@seconds_option("Give up after S seconds.")
@json_option("the answer, with offsets into the stored text,")
@quiet_option
def command(
    *,
    quote: tuple[str, ...],
    index: str,
    limit: int,
    timeout: float | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Look for a quotation: verbatim, with the same words in other type, or altered.

    Articles are listed from the earliest on, with the place of the words in them. Of altered
    words each difference is shown. What is not here as a whole may be in pieces. Who is said
    to have said it is a guess from the sentence beside it, which is shown; English only. -
    reads the quotation from standard input.

    Exit codes: 0 it is here, verbatim or altered, 1 it is not, 2 an error.
    """
    text = sys.stdin.read() if quote == ("-",) else " ".join(quote)
    with Archive.open(index) as archive:
        found = archive.quote(text, limit=limit, timeout=timeout)
    if as_json:
        print_json(found.to_dict())
    else:
        _print(found, quiet=quiet)
    return 0 if found.total else 1


def _print(found: Quotation, *, quiet: bool) -> None:
    screen = stdout()
    for rank, appearance in enumerate(found, 1):
        _print_appearance(screen, f"{rank}. ", appearance)
    for piece in found.pieces:
        screen.line(
            Styled(f"“{one_line(piece.text)}”", "match"),
            f" in {counted(piece.total, 'article')}, the earliest:",
        )
        _print_appearance(screen, _INDENT, piece.first)
    if quiet:
        return
    said = _SAID[found.verdict]
    if found.total:
        said += f", in {counted(found.total, 'article')}"
        if len(found) < found.total:
            said += f", of which the earliest {len(found):,} are shown"
    stderr().line(f"{said}; {duration(found.took_ms / 1000)}")


def _print_appearance(screen: Screen, number: str, appearance: Appearance) -> None:
    width = screen.width and screen.width - len(_INDENT)
    first, *rest = wrap(appearance.title or "(no headline)", width)
    screen.line(number.ljust(len(_INDENT)), Styled(first, "bold"))
    for line in rest:
        screen.line(_INDENT, Styled(line, "bold"))
    when = day(appearance.date) if appearance.date else "no date"
    facts = [when, appearance.source, ", ".join(appearance.byline)]
    for line in wrap(" · ".join(fact for fact in facts if fact), width):
        screen.line(_INDENT, line)
    for line in wrap(f"{appearance.verdict}: {appearance.passage}", width):
        screen.line(_INDENT, line)
    for change in appearance.differences:
        quoted, printed = one_line(change.quoted), one_line(change.printed)
        if not printed:
            pieces: tuple[str | Styled, ...] = ("not printed: ", Styled(quoted, "removed"))
        elif not quoted:
            pieces = ("not quoted: ", Styled(printed, "added"))
        else:
            pieces = (Styled(quoted, "removed"), " is printed ", Styled(printed, "added"))
        screen.line(_INDENT, "- ", *pieces)
    guess = appearance.attribution
    if guess:
        whom = guess.speaker + (f" ({guess.pronoun})" if guess.pronoun else "")
        for line in wrap(f"said by, as it seems: {whom}, from “{guess.sentence}”", width):
            screen.line(_INDENT, line)
    place = (appearance.path and near_path(appearance.path)) or appearance.url
    at = f"{appearance.field} {appearance.start}-{appearance.end}"
    shown = "  ".join(one_line(part) for part in (place, appearance.id, at) if part)
    screen.line(_INDENT, Styled(shown, "dim"))
    screen.line()
