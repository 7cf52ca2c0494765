"""What is asked of an archive, topic by topic?

Files of topics come in these shapes, and the content says which:

    TREC     `<top>` or `<topic>`, as SGML or XML: see `trec.py`
    SMART    `.I 1`, then `.W` and the words, as the Cranfield collection has it
    JSONL    an object on a line: {"id": "1", "query": "..."}; "qid", "_id", "topic" ... and
             "title", "text", "question" will do as well
    TSV      id, tab, query; with more columns if the first line names them, and begins with
             `id`, `topic` or the like

Each topic has an id and named fields, of which `title`, `desc` and `narr` are what TREC has:
a few words, a sentence, and what counts as an answer.  What other files call `query`,
`description` or `narrative` has these names here.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from searcher.errors import ReadError
from searcher.evaluation.files import numbered_lines, read_text, same_topic
from searcher.evaluation.trec import trec_topics

__all__ = ["Topic", "numbered_by_position", "parse_topics", "read_topics"]

_IDS = ("id", "topic_id", "topic", "qid", "query_id", "query-id", "_id", "number", "num")
_NAMES = {
    "query": "title", "text": "title", "question": "title", "keywords": "title",
    "description": "desc", "narrative": "narr", "domain": "dom", "concepts": "con",
    "summary": "smry",
}  # fmt: skip
_ASKED = ("title", "desc", "narr")
_TREC = re.compile(r"<top(?:ic)?[\s>]", re.IGNORECASE)
_SMART = re.compile(r"\s*\.I\s+\S")
_SMART_PART = re.compile(r"\.[A-Z]\s*")


@dataclass(frozen=True, slots=True)
class Topic:
    """What somebody wants to know.

    `id` is what judgements call it, `fields` the texts by name, each on one line.
    """

    id: str
    fields: Mapping[str, str]

    def text(self, names: Sequence[str] = ()) -> tuple[str, tuple[str, ...]]:
        """The fields `names` in a row, and which of them there are.

        Without names, the first that there is of title, desc, narr and the others.
        """
        found = tuple(name for name in names if self.fields.get(name))
        if not names:
            order = (*_ASKED, *self.fields)
            found = tuple(name for name in order if self.fields.get(name))[:1]
        return " ".join(self.fields[name] for name in found), found


def read_topics(path: str | os.PathLike[str], *, by_position: bool = False) -> tuple[Topic, ...]:
    """The topics of a file, in its order.

    Arguments:
        by_position: number them 1, 2, ... as they stand, whatever they are called: the
            judgements of the Cranfield collection count so.

    Raises:
        ReadError: it cannot be read, a topic has no id or no text, or two have one id.
    """
    topics = parse_topics(read_text(path), os.fspath(path))
    return numbered_by_position(topics) if by_position else topics


def numbered_by_position(topics: Iterable[Topic]) -> tuple[Topic, ...]:
    """The topics, called 1, 2, ... as they stand."""
    return tuple(Topic(str(place), topic.fields) for place, topic in enumerate(topics, 1))


def parse_topics(text: str, name: str) -> tuple[Topic, ...]:
    """The topics that `text` holds, the content of a file called `name`.

    Raises:
        ReadError: as `read_topics`.
    """
    found: Iterable[_Found]
    is_line = True
    if _TREC.search(text):
        found, is_line = trec_topics(text, name), False
    elif _SMART.match(text):
        found = _smart(text)
    elif text.lstrip()[:1] == "{":
        found = _json_lines(text, name)
    else:
        found = _tab_separated(text, name)
    topics: dict[str, Topic] = {}
    for id, texts, number in found:
        fields, known = _named(texts), same_topic(id)
        reason = f"topic {id} has no text" if not fields else ""
        reason = f"a second topic is called {id}" if known in topics else reason
        if reason:
            line, record = (number, None) if is_line else (None, number)
            raise ReadError(name, reason, line=line, record=record)
        topics[known] = Topic(known, fields)
    if not topics:
        raise ReadError(name, "no topics in it", hint="TREC, SMART, JSON Lines or id TAB query")
    return tuple(topics.values())


_Found = tuple[str, list[tuple[str, str]], int]  # an id, texts by name, and where


def _named(texts: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The texts by the names that they have here; the first of a name counts."""
    found: dict[str, str] = {}
    for name, text in texts:
        if text := " ".join(text.split()):
            found.setdefault(name, text)
    fields = {name: text for name, text in found.items() if name not in _NAMES}
    for name, text in found.items():
        known = _NAMES.get(name, name)
        # A `question` beside a `query` keeps its name.
        fields.setdefault(name if known in fields else known, text)
    return fields


def _tab_separated(text: str, name: str) -> Iterator[_Found]:
    header = ["id", "title"]
    for number, line in numbered_lines(text):
        row = line.split("\t")
        if number == 1 and len(row) > 1 and row[0].strip().lower() in _IDS:
            header = [column.strip().lower() for column in row]
            continue
        if len(row) < 2 or not row[0].strip():
            hint = "id TAB query; also TREC, SMART and JSON Lines"
            raise ReadError(name, "no topic: an id and a tab are missing", line=number, hint=hint)
        if len(row) > len(header):
            hint = "let the first line name them: id, query, description"
            reason = f"{len(row)} columns where {len(header)} were expected"
            raise ReadError(name, reason, line=number, hint=hint)
        yield row[0].strip(), list(zip(header[1:], row[1:], strict=False)), number


def _json_lines(text: str, name: str) -> Iterator[_Found]:
    for number, line in numbered_lines(text):
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            reason = getattr(error, "msg", "nested too deeply, or too long a number")
            raise ReadError(name, f"not JSON: {reason}", line=number) from error
        if not isinstance(value, dict):
            hint = '{"id": "1", "query": "..."}'
            raise ReadError(name, "not an object of JSON", line=number, hint=hint)
        id = next((value[key] for key in _IDS if isinstance(value.get(key), str | int)), None)
        if id is None or not str(id).strip():
            raise ReadError(name, "a topic without an id", line=number, hint='give it an "id"')
        texts = [(key.lower(), text) for key, text in value.items() if isinstance(text, str)]
        yield str(id).strip(), [pair for pair in texts if pair[0] not in _IDS], number


def _smart(text: str) -> Iterator[_Found]:
    id, start = "", 0
    parts: dict[str, list[str]] = {}
    part: list[str] = []
    for number, line in numbered_lines(text):
        if line.startswith(".I") and line[2:].strip():
            if id:
                yield id, _smart_texts(parts), start
            id, start, parts, part = line[2:].strip(), number, {}, []
        elif _SMART_PART.fullmatch(line):
            part = parts.setdefault(line[1].lower(), [])
        else:
            part.append(line)
    yield id, _smart_texts(parts), start


def _smart_texts(parts: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    return [("title" if key == "w" else key, " ".join(lines)) for key, lines in parts.items()]
