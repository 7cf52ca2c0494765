"""What did people judge?

Judgements (TREC's "qrels") are a line for each pair of topic and article:

    topic 0 article grade      TREC's four columns; the second is not used
    topic article grade        as the Cranfield collection and BEIR have them

A grade is a whole number: 1 and more is relevant, the more the better; 0 and less is not.
Columns are parted by blanks, or by tabs where names of articles may hold blanks.
"""

from __future__ import annotations

import os
import re

from searcher.errors import ReadError
from searcher.evaluation.files import columns_of, numbered_lines, read_text, same_topic

__all__ = ["Qrels", "parse_qrels", "qrels_line", "read_qrels", "relevant"]

# The grade of each judged article, topic by topic.
Qrels = dict[str, dict[str, int]]

_GRADE = re.compile(r"[-+]?\d{1,9}")
_HEADERS = ("query-id", "query_id", "qid", "topic", "topic_id")


def read_qrels(path: str | os.PathLike[str]) -> Qrels:
    """The judgements of a file.

    Raises:
        ReadError: it cannot be read, a line is none, or a pair has two grades.
    """
    return parse_qrels(read_text(path), os.fspath(path))


def parse_qrels(text: str, name: str) -> Qrels:
    """The judgements that `text` holds, the content of a file called `name`.

    Raises:
        ReadError: as `read_qrels`.
    """
    qrels: Qrels = {}
    lines: dict[tuple[str, str], int] = {}
    for number, line in numbered_lines(text):
        columns = columns_of(line)
        if number == 1 and columns[0].lower() in _HEADERS and not _GRADE.fullmatch(columns[-1]):
            continue
        if len(columns) not in (3, 4) or not all(columns):
            reason = f"no judgement: {len(columns)} columns"
            raise ReadError(name, reason, line=number, hint="topic 0 article grade")
        topic, article, grade = same_topic(columns[0]), columns[-2], columns[-1]
        if not _GRADE.fullmatch(grade):
            reason = f"the grade {grade[:40]!r} is no whole number"
            raise ReadError(name, reason, line=number, hint="topic 0 article grade")
        before = qrels.setdefault(topic, {}).setdefault(article, int(grade))
        first = lines.setdefault((topic, article), number)
        if before != int(grade):
            reason = f"topic {topic} and {article} have the grade {before} in line {first}"
            raise ReadError(name, reason, line=number, hint="leave one of the two")
    if not qrels:
        raise ReadError(name, "no judgements in it", hint="topic 0 article grade")
    return qrels


def relevant(grades: dict[str, int], level: int = 1) -> int:
    """How many of the judged articles have the grade `level` or more."""
    return sum(grade >= level for grade in grades.values())


def qrels_line(topic: str, article: str, grade: int) -> str:
    """One judgement as a line, its end included."""
    mark = "\t" if any(character.isspace() for character in topic + article) else " "
    return mark.join((topic, "0", article, str(grade))) + "\n"
