"""What does an evaluation hold, and how do two compare?

Means are over the judged topics that have a relevant article; one for which nothing was found
counts as 0, and one that cannot be asked too.  What is left out, and what else a reader of the
figures should know, is in `remarks`: nothing is dropped without a word.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from searcher.errors import EvaluationError
from searcher.evaluation.measures import DEFAULT_MEASURES, parse_measure, values_of
from searcher.evaluation.qrels import Qrels, relevant
from searcher.evaluation.runs import Run
from searcher.evaluation.significance import randomisation_test

__all__ = ["Change", "Comparison", "Evaluation", "evaluate_run", "listed"]

_MOST_LISTED = 10
_EQUAL = 1e-12  # differences below this are those of rounding


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How good a run is.

    `topics` are those that count, in order; `values` holds each measure's value for each of
    them, `queries` what was asked.  `run` is what was found for all topics, `qrels` what it
    was held against.  `remarks` say what was left out, and why.
    """

    topics: tuple[str, ...]
    values: Mapping[str, Mapping[str, float]]
    run: Run
    qrels: Qrels
    queries: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()

    @property
    def means(self) -> dict[str, float]:
        """Each measure's mean over the topics; 0 without topics."""
        return {
            name: statistics.fmean(by_topic.values()) if by_topic else 0.0
            for name, by_topic in self.values.items()
        }

    def against(self, run: Run) -> Comparison:
        """How this run compares with another on the same topics."""
        other = evaluate_run(run, self.qrels, measures=tuple(self.values), topics=self.topics)
        return Comparison(self, other)

    def to_dict(self) -> dict[str, Any]:
        """The evaluation as JSON values, without the run and the judgements."""
        return {
            "topics": len(self.topics),
            "measures": self.means,
            "by_topic": [
                {
                    "topic": topic,
                    "query": self.queries.get(topic),
                    "measures": {name: by_topic[topic] for name, by_topic in self.values.items()},
                }
                for topic in self.topics
            ],
            "remarks": list(self.remarks),
        }


@dataclass(frozen=True, slots=True)
class Change:
    """How a measure differs between two runs.

    `p` is the chance of as large a difference between runs that are alike (`significance.py`);
    `better`, `worse` and `equal` count topics.
    """

    measure: str
    mean: float
    other_mean: float
    p: float
    better: int
    worse: int
    equal: int

    @property
    def difference(self) -> float:
        """How much the mean is above the other."""
        return self.mean - self.other_mean


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs on the same topics and judgements."""

    evaluation: Evaluation
    other: Evaluation

    def differences(self, measure: str) -> dict[str, float]:
        """By how much each topic is above the other run, the worst first."""
        mine, theirs = self.evaluation.values[measure], self.other.values[measure]
        found = {topic: mine[topic] - theirs[topic] for topic in self.evaluation.topics}
        found = {topic: 0.0 if abs(d) < _EQUAL else d for topic, d in found.items()}
        return dict(sorted(found.items(), key=lambda pair: pair[1]))

    @property
    def changes(self) -> tuple[Change, ...]:
        """One for each measure.  Cost: the randomisation test, 0.1 s each."""
        means, others = self.evaluation.means, self.other.means
        found = []
        for name in self.evaluation.values:
            moved = list(self.differences(name).values())
            better, worse = sum(d > 0 for d in moved), sum(d < 0 for d in moved)
            equal = len(moved) - better - worse
            p = randomisation_test(moved)
            found.append(Change(name, means[name], others[name], p, better, worse, equal))
        return tuple(found)

    def to_dict(self) -> dict[str, Any]:
        """The comparison as JSON values."""
        return {
            "measures": {
                change.measure: {
                    "mean": change.mean,
                    "other": change.other_mean,
                    "difference": change.difference,
                    "p": change.p,
                    "better": change.better,
                    "worse": change.worse,
                    "equal": change.equal,
                }
                for change in self.changes
            },
            "differences": {name: self.differences(name) for name in self.evaluation.values},
        }


def evaluate_run(
    run: Run,
    qrels: Qrels,
    *,
    measures: Sequence[str] = DEFAULT_MEASURES,
    topics: Sequence[str] | None = None,
    queries: Mapping[str, str] | None = None,
    remarks: Sequence[str] = (),
) -> Evaluation:
    """Hold what was found against judgements.

    Arguments:
        run: for each topic the articles found, best first, with scores; see
            `searcher.evaluation.runs.read_run`.
        measures: names as ir-measures has them, such as `AP`, `nDCG@20`, `Bpref`.
        topics: the topics that were asked, in order; all judged ones by default.
        queries: what was asked for each topic, to be shown beside its values.
        remarks: what else to say of the run.

    Raises:
        EvaluationError: a measure is not known, or none is given.
    """
    parsed = [parse_measure(name) for name in dict.fromkeys(measures)]
    if not parsed:
        raise EvaluationError("measure", "", "none is given", hint=" ".join(DEFAULT_MEASURES))
    said = list(remarks)
    asked = list(topics) if topics is not None else list(qrels)
    if unjudged := [topic for topic in asked if topic not in qrels]:
        said.append(f"{listed(unjudged)} not judged, and left out")
    if foreign := [topic for topic in qrels if topic not in set(asked)]:
        said.append(f"{listed(foreign)} judged and not among the topics, and left out")
    judged = [topic for topic in asked if topic in qrels]
    if hopeless := [topic for topic in judged if not relevant(qrels[topic])]:
        said.append(f"{listed(hopeless)} without a relevant article, and left out")
    counted = tuple(topic for topic in judged if relevant(qrels[topic]))
    if empty := [topic for topic in counted if not run.get(topic)]:
        said.append(f"{listed(empty)} without any hit, and counted as 0")
    values = values_of(parsed, qrels, run, counted)
    return Evaluation(counted, values, run, qrels, dict(queries or {}), tuple(said))


def listed(topics: Sequence[str]) -> str:
    """`2 topics (7, 9) are`, and no more names than can be read."""
    shown = ", ".join(topics[:_MOST_LISTED]) + (", ..." if len(topics) > _MOST_LISTED else "")
    return f"{len(topics):,} topic{'' if len(topics) == 1 else 's'} ({shown}):"
