"""What is measured, and how?

Names are those of ir-measures (MacAvaney, Macdonald and Ounis, "Streamlining Evaluation with
ir-measures", 2022): `AP`, `nDCG@10`, `P(rel=2)@5`.  The usual ones are computed here, by the
definitions of trec_eval, and a test holds them against it:

    P@k        relevant articles among the first k, by k
    R@k        relevant articles among the first k, by all relevant ones
    AP, AP@k   the mean, over all relevant articles, of P at the rank of each that was found
    nDCG, @k   grades of what was found, each by log2(rank + 1), by the most there could be
               (Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR
               techniques", 2002)
    RR, RR@k   1 by the rank of the first relevant article
    Success@k  1 if a relevant article is among the first k
    Judged@k   judged articles among the first k, by those found

All others are those of the package ir-measures, where it is installed (the extra
`evaluate`).  A value is one topic's; means are over topics.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from searcher.errors import EvaluationError
from searcher.evaluation.qrels import Qrels, relevant
from searcher.evaluation.runs import Run
from searcher.importing import InstalledOnly

__all__ = ["DEFAULT_MEASURES", "Measure", "parse_measure", "values_of"]

DEFAULT_MEASURES = ("AP", "nDCG@10", "P@10", "R@1000")

_OWN = re.compile(r"([A-Za-z]+)(?:\(rel=(\d{1,9})\))?(?:@(\d{1,9}))?")
_NAMES = {
    "ap": "AP", "map": "AP", "ndcg": "nDCG", "p": "P", "precision": "P", "r": "R",
    "recall": "R", "rr": "RR", "mrr": "RR", "success": "Success", "judged": "Judged",
}  # fmt: skip
_NEED_DEPTH = ("P", "R", "Success", "Judged")


@dataclass(frozen=True, slots=True)
class Measure:
    """What is measured: `name` as it is printed, and for those of ours the rest.

    `kind` is what stands before the parameters, `depth` how many hits are looked at (None
    for all), `level` the least grade that is relevant; `foreign` is a measure of ir-measures.
    """

    name: str
    kind: str = ""
    depth: int | None = None
    level: int = 1
    foreign: Any = None


def parse_measure(name: str) -> Measure:
    """The measure called `name`.

    Raises:
        EvaluationError: there is none, or it is one of ir-measures, which is not installed.
    """
    match = _OWN.fullmatch(name.strip())
    kind = _NAMES.get(match[1].lower()) if match else None
    if match is None or kind is None or (match[2] and kind in ("nDCG", "Judged")):
        return _foreign(name.strip())
    level, depth = int(match[2] or 1), int(match[3]) if match[3] else None
    if depth is None and kind in _NEED_DEPTH:
        raise EvaluationError("measure", name, "it needs a depth", hint=f"such as {kind}@10")
    if depth == 0 or level == 0:
        raise EvaluationError("measure", name, "depth and grade are 1 or more")
    shown = kind + (f"(rel={level})" if level > 1 else "") + (f"@{depth}" if depth else "")
    return Measure(shown, kind, depth, level)


def values_of(
    measures: Sequence[Measure], qrels: Qrels, run: Run, topics: Sequence[str]
) -> dict[str, dict[str, float]]:
    """Each measure's value for each of `topics`; 0 where nothing was found.

    Arguments:
        topics: topics that `qrels` has.
    """
    values: dict[str, dict[str, float]] = {}
    for measure in measures:
        if measure.foreign is not None:
            values[measure.name] = _foreign_values(measure, qrels, run, topics)
            continue
        compute = _COMPUTED[measure.kind]
        values[measure.name] = {
            topic: compute([name for name, _ in run.get(topic, ())], qrels[topic], measure)
            for topic in topics
        }
    return values


# ---------------------------------------------------------------- computed here


def _relevance(ranked: Sequence[str], grades: Mapping[str, int], measure: Measure) -> list[bool]:
    return [grades.get(name, 0) >= measure.level for name in ranked[: measure.depth]]


def _average_precision(ranked: list[str], grades: dict[str, int], measure: Measure) -> float:
    found, total = 0, 0.0
    for rank, is_relevant in enumerate(_relevance(ranked, grades, measure), 1):
        if is_relevant:
            found += 1
            total += found / rank
    return total / (relevant(grades, measure.level) or 1)


def _precision(ranked: list[str], grades: dict[str, int], measure: Measure) -> float:
    return sum(_relevance(ranked, grades, measure)) / (measure.depth or 1)


def _recall(ranked: list[str], grades: dict[str, int], measure: Measure) -> float:
    return sum(_relevance(ranked, grades, measure)) / (relevant(grades, measure.level) or 1)


def _reciprocal_rank(ranked: list[str], grades: dict[str, int], measure: Measure) -> float:
    relevance = _relevance(ranked, grades, measure)
    return 1 / (relevance.index(True) + 1) if True in relevance else 0.0


def _success(ranked: list[str], grades: dict[str, int], measure: Measure) -> float:
    return float(any(_relevance(ranked, grades, measure)))


def _judged(ranked: list[str], grades: dict[str, int], measure: Measure) -> float:
    first = ranked[: measure.depth]
    return sum(name in grades for name in first) / (len(first) or 1)


def _normalised_gain(ranked: list[str], grades: dict[str, int], measure: Measure) -> float:
    best = _gain(sorted(grades.values(), reverse=True)[: measure.depth])
    return _gain([grades.get(name, 0) for name in ranked[: measure.depth]]) / (best or 1.0)


def _gain(grades: Sequence[int]) -> float:
    return sum(max(grade, 0) / math.log2(rank + 1) for rank, grade in enumerate(grades, 1))


_COMPUTED: dict[str, Callable[[list[str], dict[str, int], Measure], float]] = {
    "AP": _average_precision,
    "Judged": _judged,
    "P": _precision,
    "R": _recall,
    "RR": _reciprocal_rank,
    "Success": _success,
    "nDCG": _normalised_gain,
}


# ---------------------------------------------------------------- ir-measures


def _foreign(name: str) -> Measure:
    try:
        with InstalledOnly():
            import ir_measures
    except ImportError as error:
        raise EvaluationError(
            "measure",
            name,
            f"without the package ir-measures there are {', '.join(_COMPUTED)}",
            hint="pip install 'searcher[evaluate]'",
        ) from error
    try:
        found = ir_measures.parse_measure(name)
    except (NameError, SyntaxError, ValueError, TypeError, AttributeError, KeyError) as error:
        reason = "ir-measures has none of this name"
        hint = "https://ir-measur.es/en/latest/measures.html lists them"
        raise EvaluationError("measure", name, reason, hint=hint) from error
    measure = Measure(str(found), foreign=found)
    # Some are known by name, and computed by nothing that is installed.
    _foreign_values(measure, {"1": {"a": 1}}, {"1": [("a", 1.0)]}, ["1"])
    return measure


def _foreign_values(
    measure: Measure, qrels: Qrels, run: Run, topics: Sequence[str]
) -> dict[str, float]:
    with InstalledOnly():
        import ir_measures

    judged = {topic: qrels[topic] for topic in topics}
    # Scores that fall by rank: it orders equal ones by name.
    found = {
        topic: {name: float(-rank) for rank, (name, _) in enumerate(run.get(topic, ()))}
        for topic in topics
    }
    values = dict.fromkeys(topics, 0.0)
    try:
        for metric in ir_measures.iter_calc([measure.foreign], judged, found):
            if metric.query_id in values and not math.isnan(metric.value):
                values[metric.query_id] = float(metric.value)
    except (ValueError, RuntimeError, NotImplementedError, AssertionError) as error:
        reason = f"ir-measures cannot compute it: {error}"
        raise EvaluationError("measure", measure.name, reason) from error
    return values
