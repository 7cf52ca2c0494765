"""How good are an archive's answers?

Reads topics and judgements, asks, and says what a reader of the figures should know: which
topics were asked by another field than their title, how many judged articles the archive does
not have, whether the numbers of topics and judgements fit.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from searcher.evaluation.asking import Names, judged_names, query_of, run_of
from searcher.evaluation.measures import DEFAULT_MEASURES, parse_measure
from searcher.evaluation.qrels import Qrels, read_qrels
from searcher.evaluation.reports import Evaluation, evaluate_run, listed
from searcher.evaluation.topics import Topic, numbered_by_position, read_topics
from searcher.query import Node

if TYPE_CHECKING:
    from searcher.article import Article

__all__ = ["evaluate", "judgements", "topics_of"]

_Path = str | os.PathLike[str]


def topics_of(given: _Path | Sequence[Topic], *, by_position: bool = False) -> tuple[Topic, ...]:
    """Topics, read from a file if they are not given."""
    if isinstance(given, str | os.PathLike):
        return read_topics(given, by_position=by_position)
    return numbered_by_position(given) if by_position else tuple(given)


def judgements(given: _Path | Mapping[str, Mapping[str, int]]) -> Qrels:
    """Judgements, read from a file if they are not given."""
    if isinstance(given, str | os.PathLike):
        return read_qrels(given)
    return {topic: dict(grades) for topic, grades in given.items()}


def evaluate(
    topics: _Path | Sequence[Topic],
    qrels: _Path | Mapping[str, Mapping[str, int]],
    *,
    rank: Callable[[str | Node], Sequence[tuple[str, float]]],
    ids: Callable[[], Sequence[str]],
    get: Callable[[str], Article],
    measures: Sequence[str] = (),
    topic_fields: Sequence[str] = (),
    syntax: bool = False,
    by_position: bool = False,
    id_field: str = "id",
) -> Evaluation:
    """Ask topics and evaluate what is found: see `Archive.evaluate`.

    Arguments:
        rank: gives the ids that a query finds, best first, with scores.
        ids: gives the ids of all articles.
        get: gives an article by its id.
    """
    measures = measures or DEFAULT_MEASURES
    for name in measures:  # before an hour of searching
        parse_measure(name)
    asked = topics_of(topics, by_position=by_position)
    judged = judgements(qrels)
    names = Names(id_field, ids=ids(), get=get, judged=judged_names(judged))
    remarks = [
        *_on_numbers(asked, judged),
        *_on_fields(asked, topic_fields, syntax=syntax),
        *_on_articles(asked, judged, names),
    ]
    run = run_of(asked, rank, names, fields=topic_fields, syntax=syntax)
    return evaluate_run(
        run,
        judged,
        measures=measures,
        topics=[topic.id for topic in asked],
        queries={topic.id: topic.text(topic_fields)[0] for topic in asked},
        remarks=remarks,
    )


def _on_numbers(topics: Sequence[Topic], qrels: Qrels) -> list[str]:
    """Whether judgements seem to count the topics instead of naming them."""
    places = {str(place) for place in range(1, len(topics) + 1)}
    if set(qrels) == places != {topic.id for topic in topics}:
        return [
            f"the judgements count 1 to {len(places)}, and the {len(places)} topics have other "
            "numbers: if they are meant by their place in the file, say so (--by-position)"
        ]
    return []


def _on_fields(topics: Sequence[Topic], wanted: Sequence[str], *, syntax: bool) -> list[str]:
    """Which topics are asked by something else than what was wanted, or cannot be asked."""
    remarks = []
    others: dict[str, list[str]] = {}
    silent = []
    for topic in topics:
        text, found = topic.text(wanted)
        if query_of(text, syntax=syntax) is None:
            silent.append(topic.id)
        elif wanted and len(found) < len(wanted):
            missing = ", ".join(name for name in wanted if name not in found)
            others.setdefault(f"without {missing}", []).append(topic.id)
        elif not wanted and found != ("title",):
            others.setdefault(f"without title, and asked by {found[0]}", []).append(topic.id)
    for said, which in others.items():
        remarks.append(f"{listed(which)} {said}")
    if silent:
        remarks.append(f"{listed(silent)} without a word to ask")
    return remarks


def _on_articles(topics: Sequence[Topic], qrels: Qrels, names: Names) -> list[str]:
    """How many of the judged articles the archive does not have."""
    remarks = []
    asked = {topic.id for topic in topics}
    pairs = [pair for topic in asked & qrels.keys() for pair in qrels[topic].items()]
    judged = {name for name, _ in pairs}
    wanted = {name for name, grade in pairs if grade > 0}
    missing = {name for name in judged if name not in names}
    if missing:
        said = (
            f"{len(missing):,} of {len(judged):,} judged articles are not in the archive, "
            f"{len(missing & wanted):,} of {len(wanted):,} relevant ones"
        )
        if len(missing) == len(judged):
            said += "; if judgements name them by another field, say by which (--id-field)"
        remarks.append(said)
    if names.repeated:
        remarks.append(
            f"{names.repeated:,} articles have a {names.field} that another has too; the best "
            "of them counts"
        )
    return remarks
