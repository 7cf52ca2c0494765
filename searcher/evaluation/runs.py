"""What was found, in the form that other tools read too?

A run of TREC has a line for each hit: `topic Q0 article rank score tag`.  Tools order it by
score and leave the rank alone, equal scores by name, and `trec_eval` keeps scores in single
precision.  So that they see the order that we had, a score that is not below the one before
it is written as the next lower number of that precision.  A run that is read is ordered by
score, and by rank where scores are equal.
"""

from __future__ import annotations

import math
import os
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence

from searcher.errors import ReadError
from searcher.evaluation.files import (
    columns_of,
    numbered_lines,
    read_text,
    same_topic,
    write_whole,
)

__all__ = ["Run", "parse_run", "read_run", "run_lines", "write_run"]

# The articles found for each topic, best first, with their scores.
Run = dict[str, list[tuple[str, float]]]

_SMALLEST = 2.0**-149  # above 0, in single precision
_HINT = "topic Q0 article rank score tag"


def read_run(path: str | os.PathLike[str]) -> Run:
    """The run in a file.

    Raises:
        ReadError: it cannot be read, a line is no hit, or an article is found twice.
    """
    return parse_run(read_text(path), os.fspath(path))


def parse_run(text: str, name: str) -> Run:
    """The run that `text` holds, the content of a file called `name`.

    Raises:
        ReadError: as `read_run`.
    """
    hits: dict[str, dict[str, tuple[float, int]]] = {}
    for number, line in numbered_lines(text):
        columns = columns_of(line)
        if len(columns) not in (5, 6) or not all(columns[:5]):
            reason = f"no hit of a run: {len(columns)} columns"
            raise ReadError(name, reason, line=number, hint=_HINT)
        topic, article = same_topic(columns[0]), columns[2]
        try:
            rank, score = int(columns[3][:20]), float(columns[4])
        except ValueError as error:
            reason = "its rank or its score is no number"
            raise ReadError(name, reason, line=number, hint=_HINT) from error
        if math.isnan(score):
            raise ReadError(name, "its score is no number", line=number, hint=_HINT)
        found = hits.setdefault(topic, {})
        if article in found:
            raise ReadError(name, f"topic {topic} finds {article} a second time", line=number)
        found[article] = (score, rank)
    if not hits:
        raise ReadError(name, "no hits in it", hint=_HINT)
    run: Run = {}
    for topic, found in hits.items():
        best = sorted(found, key=lambda article: (-found[article][0], found[article][1]))
        run[topic] = [(article, found[article][0]) for article in best]
    return run


def run_lines(run: Mapping[str, Sequence[tuple[str, float]]], tag: str) -> Iterator[str]:
    """The lines of a run called `tag`, their ends included."""
    for topic, hits in run.items():
        scores = list(_falling(score for _, score in hits))
        if scores and scores[-1] == -math.inf:  # there is no room below the last ones
            scores = [-float(rank) for rank in range(1, len(hits) + 1)]
        for rank, ((article, _), score) in enumerate(zip(hits, scores, strict=True), 1):
            row = (topic, "Q0", article, str(rank), f"{score:.9g}", tag)
            mark = "\t" if any(character.isspace() for character in topic + article) else " "
            yield mark.join(row) + "\n"


def write_run(
    path: str | os.PathLike[str], run: Mapping[str, Sequence[tuple[str, float]]], *, tag: str
) -> None:
    """Write a run, whole or not at all.

    Arguments:
        tag: what the run is called, in the last column; one word.

    Raises:
        OSError: it cannot be written.
        ValueError: `tag` is not one word.
    """
    if len(tag.split()) != 1 or tag != tag.strip():
        raise ValueError(f"the tag of a run is one word, not {tag!r}")
    write_whole(path, "".join(run_lines(run, tag)))


def _falling(scores: Iterable[float]) -> Iterator[float]:
    """The scores in single precision, each below the one before it."""
    last = math.inf
    for score in scores:
        single = _single(score)
        last = single if single < last else _next_lower(last)
        yield last


def _single(value: float) -> float:
    try:
        found: float = struct.unpack("<f", struct.pack("<f", value))[0]
    except OverflowError:
        return math.copysign(3.4028234663852886e38, value)
    return min(max(found, -3.4028234663852886e38), 3.4028234663852886e38)


def _next_lower(value: float) -> float:
    """The next number of single precision below `value`."""
    if value == -math.inf:
        return value
    if value == 0.0:
        return -_SMALLEST
    bits = struct.unpack("<I", struct.pack("<f", value))[0]
    lower: float = struct.unpack("<f", struct.pack("<I", bits + (1 if value < 0 else -1)))[0]
    return lower
