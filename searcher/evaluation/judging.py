"""What is to be judged next, and where are judgements kept?

A session shows the best articles of each topic (a pool of several rankings, if there are
several: Sparck Jones and van Rijsbergen, "Report on the need for and provision of an 'ideal'
information retrieval test collection", 1975) and takes a grade for each.  What was judged
before is not asked again, so a session goes on where the last one ended; what was skipped
comes again next time.

Each grade is a line that is appended to the file and synced, so a process that is killed has
lost the key that was pressed, at most, and two people may judge into one file.  Taking back is
cutting that line off again, which is refused if somebody has written behind it.
"""

from __future__ import annotations

import errno
import os
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from searcher.errors import EvaluationError, ReadError
from searcher.evaluation.files import numbered_lines, read_text
from searcher.evaluation.qrels import Qrels, parse_qrels, qrels_line
from searcher.evaluation.topics import Topic, parse_topics
from searcher.opening import check_regular

__all__ = ["Candidate", "JudgementFile", "Session", "TopicFile", "pooled"]


class _Lines:
    """A text file of lines, to which lines are appended, each durable before the next."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = os.fspath(path)
        self.text = ""
        if os.path.lexists(self.path) and (not os.path.isfile(path) or os.path.getsize(path)):
            self.text = read_text(path)

    def append(self, line: str) -> int:
        """Add a line; return the size of the file with it."""
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_NONBLOCK", 0)
        descriptor = os.open(self.path, flags | getattr(os, "O_CLOEXEC", 0), 0o666)
        try:
            check_regular(os.fstat(descriptor), self.path)
            size = os.fstat(descriptor).st_size
            if size and os.pread(descriptor, 1, size - 1) != b"\n":
                line = "\n" + line
            data = line.encode("utf-8", "surrogateescape")
            if os.write(descriptor, data) != len(data):
                raise OSError(errno.ENOSPC, "no room for the whole line", self.path)
            os.fsync(descriptor)
            return os.fstat(descriptor).st_size
        finally:
            os.close(descriptor)

    def cut_off(self, line: str, size: int) -> None:
        """Take back `line`, which ended the file when it had `size` bytes.

        Raises:
            EvaluationError: it does not end it any more.
        """
        data = line.encode("utf-8", "surrogateescape")
        with open(self.path, "r+b") as file:
            check_regular(os.fstat(file.fileno()), self.path)
            file.seek(max(0, size - len(data)))
            if file.read() != data:
                raise EvaluationError(
                    "file", self.path, "somebody else has written to it", hint="edit it by hand"
                )
            file.truncate(size - len(data))
            os.fsync(file.fileno())


class JudgementFile:
    """Judgements in a file that grows as they are made.

    `qrels` are those that it holds.  It need not be there before the first one.

    Raises:
        ReadError: there is a file, and it holds no judgements.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._lines = _Lines(path)
        text = self._lines.text
        self.qrels: Qrels = parse_qrels(text, self._lines.path) if text.strip() else {}
        self._sizes: dict[tuple[str, str], int] = {}

    def put(self, topic: str, article: str, grade: int) -> None:
        """Keep a judgement.

        Raises:
            EvaluationError: the article's name cannot stand in such a file.
            OSError: it cannot be written.
        """
        if set(article) & set("\t\r\n"):
            raise EvaluationError("article", repr(article), "its name cannot stand on a line")
        size = self._lines.append(qrels_line(topic, article, grade))
        self._sizes[topic, article] = size
        self.qrels.setdefault(topic, {})[article] = grade

    def take_back(self, topic: str, article: str) -> None:
        """Forget the judgement that was kept last.

        Raises:
            EvaluationError: it is not the last in the file.
        """
        grade = self.qrels[topic][article]
        size = self._sizes[topic, article]
        self._lines.cut_off(qrels_line(topic, article, grade), size)
        del self.qrels[topic][article], self._sizes[topic, article]


class TopicFile:
    """Queries as topics, in a file of id, tab, query that grows with them.

    Raises:
        ReadError: there is a file, and it holds no such topics.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._lines = _Lines(path)
        text = self._lines.text
        for number, line in numbered_lines(text):
            if line.count("\t") != 1:
                hint = "queries are kept as lines of id, tab, query; name another file"
                raise ReadError(self._lines.path, "not such a line", line=number, hint=hint)
        self.topics = list(parse_topics(text, self._lines.path)) if text.strip() else []

    def topic_of(self, query: str) -> Topic:
        """The topic that asks `query`: one that is there, or a new one, which is kept."""
        query = " ".join(query.split())
        for topic in self.topics:
            if topic.text()[0] == query:
                return topic
        numbers = [int(topic.id) for topic in self.topics if topic.id.isdecimal()]
        topic = Topic(str(max(numbers, default=0) + 1), {"title": query})
        self._lines.append(f"{topic.id}\t{query}\n")
        self.topics.append(topic)
        return topic


def pooled(rankings: Iterable[Sequence[str]], depth: int) -> list[str]:
    """The first `depth` of each ranking, each once, the best ranks first."""
    found: dict[str, None] = {}
    first = [ranking[:depth] for ranking in rankings]
    for rank in range(max(map(len, first), default=0)):
        found |= dict.fromkeys(ranking[rank] for ranking in first if rank < len(ranking))
    return list(found)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article to be judged for a topic: its id, and the name that judgements have for it.

    `place` of `places` is where it stands in what the topic asks for, from 1.
    """

    topic: Topic
    id: str
    name: str
    place: int
    places: int


class Session:
    """One sitting of judging.

    Arguments:
        topics: what is asked, in order.
        pool: gives the ids to be judged for a topic.
        name: gives the name of an article in judgements.
        judgements: where they are kept.
        shuffle: show them in an order that says nothing of their ranks; always the same.
    """

    def __init__(
        self,
        topics: Sequence[Topic],
        pool: Callable[[Topic], Sequence[str]],
        name: Callable[[str], str],
        judgements: JudgementFile,
        *,
        shuffle: bool = False,
    ) -> None:
        self._topics = list(topics)
        self._pool, self._name, self._judgements = pool, name, judgements
        self._shuffle = shuffle
        self._next_topic = 0
        self._waiting: list[Candidate] = []
        self._done: list[tuple[Candidate, bool]] = []
        self.graded = 0
        self.skipped = 0

    @property
    def current(self) -> Candidate | None:
        """What is to be judged now; None if nothing is left.  Cost: a search for a new topic."""
        while not self._waiting and self._next_topic < len(self._topics):
            self._waiting = self._candidates(self._topics[self._next_topic])
            self._next_topic += 1
        return self._waiting[0] if self._waiting else None

    def _candidates(self, topic: Topic) -> list[Candidate]:
        ids = list(self._pool(topic))
        if self._shuffle:
            random.Random(topic.id).shuffle(ids)
        judged = self._judgements.qrels.get(topic.id, {})
        named = {self._name(id): id for id in reversed(ids)}  # the best of those with one name
        left = [(name, id) for id in ids if named[name := self._name(id)] == id]
        return [
            Candidate(topic, id, name, place, len(left))
            for place, (name, id) in enumerate(left, 1)
            if name not in judged
        ]

    def grade(self, grade: int) -> None:
        """Judge the current article.

        Raises:
            OSError, EvaluationError: it cannot be kept, and is still to be judged.
        """
        candidate = self._now()
        self._judgements.put(candidate.topic.id, candidate.name, grade)
        self._done.append((self._waiting.pop(0), True))
        self.graded += 1

    def skip(self) -> None:
        """Leave the current article for another time."""
        self._done.append((self._now(), False))
        del self._waiting[0]
        self.skipped += 1

    def _now(self) -> Candidate:
        candidate = self.current
        if candidate is None:
            raise ValueError("nothing is left to be judged")
        return candidate

    def undo(self) -> bool:
        """Go back to the article before, and forget its grade; False if there was none.

        Raises:
            EvaluationError: somebody else has written to the file meanwhile.
        """
        if not self._done:
            return False
        candidate, was_graded = self._done[-1]
        if was_graded:
            self._judgements.take_back(candidate.topic.id, candidate.name)
        self._done.pop()
        self._waiting.insert(0, candidate)
        self.graded -= was_graded
        self.skipped -= not was_graded
        return True
