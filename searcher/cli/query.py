"""`searcher query`: which articles answer this?"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

import click

from searcher.archive import Archive
from searcher.cli.asking import QueryCommand, list_notes, print_nothing, query_text
from searcher.cli.formats import FORMATS
from searcher.cli.layout import counted, counted_units, duration
from searcher.cli.options import (
    expand_option,
    index_option,
    json_option,
    quiet_option,
    recent_option,
    seconds_option,
    weights_option,
)
from searcher.cli.output import one_line, print_json, stderr, stdout
from searcher.errors import DeadlineError, QueryError, ReadError
from searcher.request import GROUPS, SORTS
from searcher.searching.results import Results

if TYPE_CHECKING:
    from searcher.searching.explain import Explanation
    from searcher.searching.suggesting import Suggestion

__all__ = ["EXAMPLES", "command"]

_MOST_LINE_BYTES = 1 << 20
_EXIT_CODES = "Exit codes: 0 found, 1 nothing found, 2 an error."


# What to type, and what it finds; `--help` shows them and a test runs them.
EXAMPLES = (
    ("truce libya", "any of the words; more of them is better"),
    ("=truce", "the word as typed, not its inflections"),
    ('"humanitarian truce"', "a phrase; * inside stands for any one word"),
    ("+libya^2 -benghazi truce", "must and weighs double, must not, may"),
    ("militia* OR wom?n", "patterns"),
    ("haftar~", "at most two typing slips away; haftar~1: one"),
    ("variants:haftar", "any spelling of the name; -=hafter takes one out"),
    ("truce AND (libya OR yemen)", "exactly that; also NOT"),
    ("oil w/5 price*", "at most 5 words apart; pre/5: in this order"),
    ("tripoli w/s airport", "in one sentence; w/p: in one paragraph"),
    ("tripoli NOT w/5 airport", "a tripoli without an airport near it"),
    ("atleast3(opec)", "at least three times"),
    ("title:oil OR lead:opec", "in the headline; in the first 60 words"),
    ("byline:okafor has:section", "in the byline; there is a section"),
    ("truce is:lead", "one article of each text; copies:ID: those with that text"),
    ('source:"meridian wire"', "the value; also section: language: url: path:"),
    ("truce date:2019-04", "also since:2019 until:2019-04-08 date:2019-01..2019-06"),
    ('date:"8 April 2019"', 'also "April 2019"; names of months as the archive speaks'),
    ('date:"last 30 days"', "also today, yesterday, this week, last month, last year"),
    ("length:>800", "words in the body; also length:500..1000"),
)
_LANGUAGE = "\b\n" + "\n".join(f"  {query:28}{meaning}" for query, meaning in EXAMPLES)


@click.command(
    cls=QueryCommand,
    epilog="Example: searcher query '\"humanitarian truce\" since:2019-04' --limit 5",
)
@click.argument("query", nargs=-1)
@index_option
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    metavar="N",
    help="Show at most N articles.",
)
@click.option(
    "--offset",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Leave out the first N articles.",
)
@click.option(
    "--sort",
    type=click.Choice(SORTS),
    default="score",
    show_default=True,
    help="Best first, oldest first or newest first.",
)
@expand_option
@recent_option
@weights_option
@click.option(
    "--group",
    type=click.Choice(GROUPS),
    metavar="BY",
    help="One hit for each text (copies, as people get it), story (stories) or article (none).",
)
@seconds_option("Give a query up after S seconds.")
@json_option("the results")
@click.option("--ids", is_flag=True, help="Print ids only, one on a line, for pipes.")
@click.option("--explain", is_flag=True, help="Say how the query is read and what each part finds.")
@click.option(
    "-f",
    "--file",
    "queries",
    type=click.File("rb"),
    help="Answer the queries in this file, one on a line (- for standard input), each with a "
    "line of JSON.",
)
@click.option(
    "--record",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Add a line to FILE of what was asked and found; `searcher replay FILE` asks again.",
)
@click.option("--note", default="", metavar="TEXT", help="With --record: write TEXT beside it.")
@quiet_option
def command(
    *,
    query: tuple[str, ...],
    index: str,
    limit: int,
    offset: int,
    sort: str,
    expand: bool,
    recent: float | Literal["auto"] | None,
    weights: dict[str, float] | None,
    group: Literal["none", "copies", "stories"] | None,
    timeout: float | None,
    as_json: bool,
    ids: bool,
    explain: bool,
    queries: BinaryIO | None,
    record: str | None,
    note: str,
    quiet: bool,
) -> int:
    """Find articles that answer QUERY.  Quote the whole query for the shell."""
    if sum((as_json, ids)) > 1 or (explain and ids):
        raise click.UsageError("--ids stands alone, without --json or --explain")
    if ids and queries is not None:
        raise click.UsageError("--file gives lines of JSON, and no --ids")
    if record is not None and explain:
        raise click.UsageError("--record keeps an answer, and --explain gives none")
    if bool(query) == (queries is not None):
        raise click.UsageError("give either a query or --file")
    ranked: dict[str, Any] = {
        "limit": limit,
        "offset": offset,
        "sort": sort,
        "timeout": timeout,
        "recent": recent,
        "expand": expand,
        "weights": weights,
        "group": group or "none",
    }
    with Archive.open(index) as archive:
        if queries is not None:
            ask = _asker(archive, record, note, ranked)
            return _answer_all(archive, queries, ask, explain=explain, ranked=ranked)
        text = query_text(query)
        if explain:
            explanation = archive.explain(text, timeout=timeout, weights=weights)
            return _print_explained(explanation, as_json=as_json, quiet=quiet)
        if group is None and not (as_json or ids) and archive.has_groups:
            ranked["group"] = "copies"
        results = _asker(archive, record, note, ranked)(text)
        if not (as_json or quiet):
            list_notes(results.notes)
            _print_suggestions(results.suggestions)
        form = "json" if as_json else "ids" if ids else "text"
        FORMATS[form](results, offset)
        if form == "text" and not quiet:
            _print_summary(archive, results, offset, timeout)
            if expand:
                stderr().line(f"asked: {one_line(results.understood)}")
    return 0 if results.total else 1


command.help = f"{command.help}\n\n{_LANGUAGE}\n\n{_EXIT_CODES}"


def _print_suggestions(suggestions: tuple[Suggestion, ...]) -> None:
    """Say which query was probably meant; in JSON it stands beside the hits."""
    if suggestions:
        held = ", ".join(f"{_number_of(each.articles)} {each.word}" for each in suggestions)
        stderr().line(one_line(f"{held}; did you mean {suggestions[0].query}?"))


def _number_of(articles: int) -> str:
    if not articles:
        return "no article has"
    return f"{articles:,} articles have" if articles > 1 else "1 article has"


def _print_explained(explanation: Explanation, *, as_json: bool, quiet: bool) -> int:
    if not (as_json or quiet):
        list_notes(explanation.notes)
    if as_json:
        print_json(explanation.to_dict())
    else:
        from searcher.cli.explanation import print_explanation

        print_explanation(stdout(), explanation)
    return 0 if explanation.total else 1


def _asker(
    archive: Archive, record: str | None, note: str, ranked: dict[str, Any]
) -> Callable[[str], Results]:
    """What answers a query, and keeps a record of it if that is asked for."""
    if record is None:
        return lambda text: archive.search(text, **ranked)
    from searcher.recording.files import append_record

    def ask(text: str) -> Results:
        results, kept = archive.recorded(text, note=note, **ranked)
        append_record(record, kept)
        return results

    return ask


def _answer_all(
    archive: Archive,
    queries: BinaryIO,
    ask: Callable[[str], Results],
    *,
    explain: bool,
    ranked: dict[str, Any],
) -> int:
    """Answer each line; one that cannot be read gets an object that says why."""
    found = failed = False
    for number, line in enumerate(iter(lambda: queries.readline(_MOST_LINE_BYTES), b""), 1):
        if len(line) == _MOST_LINE_BYTES:
            # The rest may be another kind of file, or have no end.
            raise ReadError(
                getattr(queries, "name", "-"),
                f"longer than {_MOST_LINE_BYTES:,} bytes; what comes after it was not answered",
                line=number,
                hint="give a file of queries, one on a line",
            )
        text = line.decode("utf-8", "replace").strip().removeprefix("\ufeff")
        if not text:
            continue
        try:
            if explain:
                answer: Any = archive.explain(
                    text, timeout=ranked["timeout"], weights=ranked["weights"]
                )
            else:
                answer = ask(text)
        except DeadlineError as error:
            failed = True
            print_json({"query": text, "error": {"line": number, "reason": str(error)}})
            continue
        except QueryError as error:
            failed = True
            print_json(
                {
                    "query": text,
                    "error": {
                        "line": number,
                        "position": error.position,
                        "reason": error.reason,
                        "expected": error.expected,
                        "suggestion": error.suggestion,
                    },
                }
            )
            continue
        found = found or answer.total > 0
        print_json(answer.to_dict())
    return 2 if failed else 0 if found else 1


def _print_summary(archive: Archive, results: Results, offset: int, timeout: float | None) -> None:
    screen = stderr()
    screen.line(_summary(results, offset))
    if results.nothing:
        print_nothing(results.nothing)
    if not results.total and not results.suggestions:
        from searcher.cli.explanation import hint

        try:
            said = hint(archive.explain(results.query, timeout=timeout))
        except (DeadlineError, QueryError):
            return  # the answer stands; to say more of it would take too long
        if said:
            screen.line(said)


def _summary(results: Results, offset: int) -> str:
    took = duration(results.took_ms / 1000)
    if not results.total:
        return f"nothing found for {one_line(results.understood)}, {took}"
    said = counted(results.total, "article") + (" matches" if results.total == 1 else " match")
    if results.matching_all != results.total:
        said += f" ({results.matching_all:,} hold all the words)"
    there = results.total
    if results.counts and results.counts.texts != results.total:
        there = results.counts.texts
        said += f", {counted(there, 'text')}"
    if results.counts and results.counts.stories is not None:
        stories = results.counts.stories
        said += f", {counted_units(stories, 'stories')}"
        if results.hits and results.hits[0].story:
            there = stories
    if len(results) < there:
        if results.hits:
            said += f"; {offset + 1:,} to {offset + len(results):,} shown"
        if results.hits and offset + len(results) < there:
            said += f", the next with --offset {offset + len(results)}"
    if results.half_life_days is not None:
        said += f"; recent ones first, half-life {results.half_life_days:.3g} days"
    if results.order != "exact":
        said += "; their order is approximate"
    return f"{said}; {took}"
