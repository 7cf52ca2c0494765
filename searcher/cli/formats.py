"""In which forms can results be printed?

One table, as the readers of files have one: to print results in another form, write a
function that prints them and add a row, and an option of `query` that asks for it.
What is said of a search besides its hits (notes, how many there are) goes to standard
error, and is not printed here.
"""

from __future__ import annotations

from collections.abc import Callable

from searcher.cli.layout import day, marked, near_path, wrap
from searcher.cli.output import Screen, Styled, one_line, print_json, stdout
from searcher.searching.results import Hit, Results

__all__ = ["FORMATS", "print_hit", "print_ids", "print_results_json", "print_text"]

_INDENT = "   "


def print_text(results: Results, offset: int) -> None:
    """For people: each hit with its headline, facts, snippet and place.

    Arguments:
        offset: how many hits stand before the first, for their numbers.
    """
    screen = stdout()
    for rank, hit in enumerate(results, offset + 1):
        print_hit(screen, rank, hit)


def print_results_json(results: Results, offset: int) -> None:
    """For programs: all that there is to say, as one object on a line."""
    print_json(results.to_dict())


def print_ids(results: Results, offset: int) -> None:
    """For pipes: an id on each line."""
    screen = stdout()
    for hit in results:
        screen.line(one_line(hit.id))


FORMATS: dict[str, Callable[[Results, int], None]] = {
    "text": print_text,
    "json": print_results_json,
    "ids": print_ids,
}


def print_hit(screen: Screen, rank: int, hit: Hit, *, note: str | None = None) -> None:
    """Print one hit for people; `note` is a line of its own below the snippet."""
    width = screen.width and screen.width - len(_INDENT)
    number = f"{rank}. "
    first, *rest = wrap(hit.title or "(no headline)", width)
    screen.line(number.ljust(len(_INDENT)), Styled(first, "bold"))
    for line in rest:
        screen.line(_INDENT, Styled(line, "bold"))
    facts = [hit.source, hit.date and day(hit.date), ", ".join(hit.byline)]
    if hit.copies and hit.copies.total:
        others = "1 copy" if hit.copies.total == 1 else f"{hit.copies.total:,} copies"
        facts.append(f"{others} (searcher copies {one_line(hit.id)})")
    if hit.story and hit.story.texts > 1:
        facts.append(f"story of {hit.story.texts:,} texts (searcher story {one_line(hit.id)})")
    if any(facts):
        for line in wrap(" · ".join(fact for fact in facts if fact), width):
            screen.line(_INDENT, line)
    for pieces in marked(wrap(hit.snippet, width), has_colour=screen.has_colour):
        screen.line(_INDENT, *pieces)
    if note:
        for line in wrap(note, width):
            screen.line(_INDENT, line)
    place = near_path(hit.path) if hit.path else hit.url
    screen.line(
        _INDENT, Styled(f"{one_line(place)}  {one_line(hit.id)}" if place else hit.id, "dim")
    )
    screen.line()
