"""`searcher groups`: look for copies of articles, and for stories, anew or for the first time."""

from __future__ import annotations

import time

import click

from searcher.archive import Archive
from searcher.cli.layout import counted_units, duration
from searcher.cli.options import index_option, json_option, quiet_option
from searcher.cli.output import print_json, stdout

__all__ = ["command"]


@click.command(
    short_help="Look for copies of articles anew.",
    epilog="Example: searcher groups --rebuild",
)
@index_option
@click.option("--rebuild", is_flag=True, help="Look for copies among all articles, now.")
@click.option(
    "--stories/--no-stories",
    default=None,
    help="Look for stories among all texts, now and in each later commit; or no longer.",
)
@click.option(
    "--cover",
    type=float,
    metavar="SHARE",
    help="How much of the shorter text the other must have for them to be copies, .5 to 1; .8 "
    "unless another was given. Kept, and all articles are looked at again.",
)
@click.option(
    "--near-days",
    type=int,
    metavar="N",
    help="How many days apart copies may be that are not nearly the whole of each other; 3 "
    "unless another was given. Kept, and all articles are looked at again.",
)
@json_option("what was found")
@quiet_option
def command(
    *,
    index: str,
    rebuild: bool,
    stories: bool | None,
    cover: float | None,
    near_days: int | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Say how many texts and stories the articles are, or look for them anew.

    Copies are looked for while indexing, but not after `searcher index --no-groups`, in an
    index of an older Searcher, or where very many articles came at once. --rebuild does it
    then, and they are kept up from then on. Searches go on meanwhile.

    Stories are the texts about one event within days. They are looked for only where --stories
    asked for it, because that reads every text in every commit: half a minute for 100,000.
    Without the core it takes far longer, and later commits of more than 5,000 texts have none
    until --stories asks again.

    Exit codes: 0 done, 1 copies were not looked for, 2 an error.
    """
    started = time.perf_counter()
    with Archive.open(index) as archive:
        if rebuild or cover is not None or near_days is not None:
            try:
                archive.define_groups(True, cover=cover, near_days=near_days)
            except ValueError as error:
                raise click.UsageError(f"--{error}".replace("near_days", "near-days")) from error
        if stories is not None:
            archive.define_stories(stories)
        counts = None
        if archive.has_groups:
            counts = archive.search("*", limit=0, group="copies").counts
    took_s = time.perf_counter() - started
    if as_json:
        found = None if counts is None else counts.to_dict()
        print_json({"index": index, "counts": found, "took_s": round(took_s, 3)})
    elif not quiet:
        said = "copies were not looked for; run: searcher groups --rebuild"
        if counts is not None:
            numbers = [counted_units(number, unit) for unit, number in counts.to_dict().items()]
            said = ", ".join((*numbers, duration(took_s)))
        stdout().line(said)
    return 0 if counts is not None else 1
