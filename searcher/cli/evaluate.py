"""`searcher evaluate`: how good are the answers, by what people judged?"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Any

import click

from searcher.archive import Archive
from searcher.cli.layout import columns, counted
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
from searcher.evaluation.measures import DEFAULT_MEASURES
from searcher.evaluation.qrels import read_qrels
from searcher.evaluation.reports import Comparison, Evaluation, evaluate_run
from searcher.evaluation.runs import read_run, write_run
from searcher.evaluation.topics import read_topics

__all__ = ["command"]

_SHOWN = 10


@click.command(
    short_help="Measure the ranking on topics that people judged.",
    epilog="Example: searcher evaluate --id-field path corpus/topics.tsv corpus/qrels.txt",
)
@click.argument("files", metavar="[TOPICS] QRELS", nargs=-1)
@index_option
@click.option(
    "--measure",
    "measures",
    metavar="NAME",
    multiple=True,
    help="What to measure, by the names of ir-measures: AP, nDCG@20, RR, P(rel=2)@5. May be "
    f"repeated. [default: {', '.join(DEFAULT_MEASURES)}]",
)
@click.option(
    "--topic-field",
    "topic_fields",
    metavar="NAME",
    multiple=True,
    help="Ask this field of a topic: title, desc, narr or another that it has. May be "
    "repeated. By default the title, or what there is.",
)
@click.option("--syntax", is_flag=True, help="Topics are queries; by default they are bare words.")
@click.option(
    "--by-position",
    is_flag=True,
    help="Call the topics 1, 2, ... as they stand in their file.",
)
@click.option(
    "--id-field",
    metavar="NAME",
    default="id",
    show_default=True,
    help="The field by which judgements name articles: id, url, path (its end), or one of "
    "the archive's own.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=1000,
    show_default=True,
    metavar="N",
    help="Look at the first N articles for each topic.",
)
@seconds_option("Give the search for a topic up after S seconds.")
@recent_option
@expand_option
@weights_option
@click.option("--by-topic", is_flag=True, help="Print the values of each topic too.")
@click.option("--run", "run_file", metavar="RUN", help="Measure this run of TREC; search nothing.")
@click.option("--against", metavar="RUN", help="Compare with this run of TREC.")
@click.option("--write-run", metavar="FILE", help="Write what was found as a run of TREC.")
@click.option(
    "--tag",
    default="searcher",
    show_default=True,
    metavar="WORD",
    help="What the written run is called.",
)
@json_option("the figures")
@quiet_option
def command(
    *,
    files: tuple[str, ...],
    index: str,
    measures: tuple[str, ...],
    run_file: str | None,
    against: str | None,
    write_run: str | None,
    tag: str,
    by_topic: bool,
    as_json: bool,
    quiet: bool,
    **asked: Any,
) -> int:
    """Ask TOPICS, hold what is found against the judgements QRELS, and print the means.

    TOPICS is a file of TREC's in any of its shapes, of SMART, of JSON Lines ({"id": "1",
    "query": "..."}), or of lines with an id, a tab and a query. QRELS has lines of topic, 0,
    article and grade; without the 0 will do. A grade of 1 or more is relevant. Means are over
    the topics that have a relevant article; what is left out is said on standard error.

    With --against the topics that got worse and better are listed, and p: the chance of such a
    difference between runs that are alike (Fisher's randomisation test).

    Exit codes: 0 done, 1 no topic has a judgement, 2 an error.
    """
    if len(files) not in ((1, 2) if run_file else (2,)):
        raise click.UsageError("give TOPICS and QRELS, or QRELS and --run")
    if run_file and write_run:
        raise click.UsageError("--run searches nothing, so there is no run to write")
    if len(tag.split()) != 1 or tag != tag.strip():
        raise click.UsageError("--tag is one word")
    other = read_run(against) if against else None
    if run_file:
        evaluation = _evaluate_file(run_file, files, measures, asked)
    else:
        with Archive.open(index) as archive:
            evaluation = archive.evaluate(files[0], files[1], measures=measures, **asked)
    if write_run:
        _write(write_run, evaluation, tag)
    comparison = evaluation.against(other) if other is not None else None
    if as_json:
        _print_json(evaluation, comparison)
    else:
        _print(evaluation, comparison, by_topic=by_topic)
    if not quiet:
        _say_more(evaluation, as_json=as_json)
    return 0 if evaluation.topics else 1


def _evaluate_file(
    run_file: str, files: Sequence[str], measures: Sequence[str], asked: dict[str, Any]
) -> Evaluation:
    """Evaluate a run that was kept; topics, if given, say which and what they ask."""
    run, qrels = read_run(run_file), read_qrels(files[-1])
    ids, queries = None, None
    if len(files) == 2:
        topics = read_topics(files[0], by_position=asked["by_position"])
        ids = [topic.id for topic in topics]
        queries = {topic.id: topic.text(asked["topic_fields"])[0] for topic in topics}
    measures = measures or DEFAULT_MEASURES
    return evaluate_run(run, qrels, measures=measures, topics=ids, queries=queries)


def _write(path: str, evaluation: Evaluation, tag: str) -> None:
    if os.path.lexists(path) and not os.path.isfile(path):
        raise click.UsageError(f"--write-run: {path} is there, and no regular file")
    write_run(path, evaluation.run, tag=tag)


def _print_json(evaluation: Evaluation, comparison: Comparison | None) -> None:
    values = evaluation.to_dict()
    values["against"] = comparison.to_dict() if comparison else None
    print_json(values)


def _print(evaluation: Evaluation, comparison: Comparison | None, *, by_topic: bool) -> None:
    names = list(evaluation.values)
    if by_topic:
        rows = [["topic", *names, "query"]]
        for topic in evaluation.topics:
            values = [f"{evaluation.values[name][topic]:.4f}" for name in names]
            rows.append([topic, *values, evaluation.queries.get(topic, "")])
        _print_table(rows)
        stdout().line()
    if comparison is None:
        _print_table([[name, f"{mean:.4f}"] for name, mean in evaluation.means.items()])
        return
    rows = [["", "mean", "other", "change", "p", "better", "worse", "equal"]]
    for change in comparison.changes:
        means = [f"{change.mean:.4f}", f"{change.other_mean:.4f}", f"{change.difference:+.4f}"]
        counts = [f"{number:,}" for number in (change.better, change.worse, change.equal)]
        rows.append([change.measure, *means, f"{change.p:.4f}", *counts])
    _print_table(rows)
    differences = list(comparison.differences(names[0]).items())
    _print_moved("worse", names[0], [pair for pair in differences if pair[1] < 0], evaluation)
    better = [pair for pair in reversed(differences) if pair[1] > 0]
    _print_moved("better", names[0], better, evaluation)


def _print_moved(
    said: str, measure: str, moved: Sequence[tuple[str, float]], evaluation: Evaluation
) -> None:
    if not moved:
        return
    screen = stdout()
    screen.line()
    screen.line(f"{said} by {measure}:")
    _print_table(
        [topic, f"{by:+.4f}", evaluation.queries.get(topic, "")] for topic, by in moved[:_SHOWN]
    )
    if len(moved) > _SHOWN:
        screen.line(f"and {len(moved) - _SHOWN:,} more (--json lists all)")


def _print_table(rows: Iterable[Sequence[str]]) -> None:
    """Print columns: the first and texts at the end to the left, numbers to the right."""
    cells = [[one_line(cell) for cell in row] for row in rows]
    widths = [max(map(columns, column)) for column in zip(*cells, strict=True)]
    screen = stdout()
    for row in cells:
        line = []
        for place, (cell, width) in enumerate(zip(row, widths, strict=True)):
            gap = " " * (width - columns(cell))
            is_text = place == 0 or cells[0][place] == "query" or not _is_number(cells[-1][place])
            line.append(cell + gap if is_text else gap + cell)
        screen.line("  ".join(line).rstrip())


def _is_number(cell: str) -> bool:
    return cell.lstrip("+-").replace(".", "").replace(",", "").isdigit()


def _say_more(evaluation: Evaluation, *, as_json: bool) -> None:
    screen = stderr()
    if not as_json:
        for remark in evaluation.remarks:
            screen.line(one_line(f"note: {remark}"))
    said = counted(len(evaluation.topics), "topic")
    screen.line(f"{said} with a relevant article" if evaluation.topics else "no topic is judged")
