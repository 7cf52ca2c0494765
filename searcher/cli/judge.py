"""`searcher judge`: which of the best articles answer our own queries?"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

import click

from searcher.archive import Archive
from searcher.cli.article import print_article
from searcher.cli.formats import print_hit
from searcher.cli.options import (
    index_option,
    quiet_option,
    recent_option,
    seconds_option,
    weights_option,
)
from searcher.cli.output import Styled, one_line, stderr, stdout
from searcher.errors import EvaluationError, QueryError
from searcher.evaluation.asking import Names, judged_names, query_of
from searcher.evaluation.judging import Candidate, JudgementFile, Session, TopicFile, pooled
from searcher.evaluation.topics import Topic, read_topics
from searcher.query import Node
from searcher.request import Request
from searcher.searching.results import Hit

__all__ = ["command"]

_KEYS = "0 1 2 3 grade it, s skip, u undo, o whole text, q quit"
_MOST_LINE = 1 << 16
_FILE_NAME = re.compile(r"\S*(?:/\S*|\.(?:tsv|txt|jsonl|xml|qry))")


@click.command(
    short_help="Grade the best articles for your own queries.",
    epilog="Example: searcher judge --qrels qrels.txt 'port strike' 'humanitarian truce'",
)
@click.argument("asked", metavar="TOPICS|QUERY...", nargs=-1, required=True)
@index_option
@click.option(
    "--qrels",
    metavar="FILE",
    required=True,
    help="Where judgements are kept; those that it holds are not asked again.",
)
@click.option(
    "--topics",
    "topic_file",
    metavar="FILE",
    help="Where queries are kept, lines of id, tab, query.  [default: QRELS.topics.tsv]",
)
@click.option(
    "--pool",
    "depth",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    metavar="N",
    help="Judge the best N articles of each query.",
)
@click.option("--shuffle", is_flag=True, help="Show them in an order that hides their ranks.")
@click.option(
    "--topic-field",
    "topic_fields",
    metavar="NAME",
    multiple=True,
    help="Ask this field of a topic: title, desc, narr. May be repeated.",
)
@click.option("--syntax", is_flag=True, help="Topics are queries; by default they are bare words.")
@click.option(
    "--id-field",
    metavar="NAME",
    default="id",
    show_default=True,
    help="The field by which judgements name articles.",
)
@seconds_option("Give the search for a topic up after S seconds.")
@recent_option
@partial(weights_option, multiple=True)
@quiet_option
def command(
    *,
    asked: tuple[str, ...],
    index: str,
    qrels: str,
    topic_file: str | None,
    depth: int,
    shuffle: bool,
    topic_fields: tuple[str, ...],
    syntax: bool,
    id_field: str,
    timeout: float | None,
    recent: float | Literal["auto"] | None,
    weights: tuple[dict[str, float], ...],
    quiet: bool,
) -> int:
    """Show the best articles for each topic or query, and keep a grade for each.

    One key is enough: 0 for an article that is of no use, 1 to 3 for one that is, the more the
    better; s skips it, u goes back, o prints it whole, q quits. Each grade is on the disk
    before the next article is shown, and the next session goes on where this one ended. Where
    keys come from a pipe, each is a line.

    With several --weights the best articles of each ranking are judged, so that the judgements
    favour none of them.

    One argument that is a file holds topics, as for evaluate. Everything else is a QUERY each;
    they are kept as topics, so that `searcher evaluate TOPICS QRELS` measures the ranking.

    Exit codes: 0 done, 1 nothing was to be judged, 2 an error.
    """
    judgements = JudgementFile(qrels)
    if len(asked) == 1 and (os.path.exists(asked[0]) or _FILE_NAME.fullmatch(asked[0])):
        topic_file = asked[0]
        topics: Sequence[Topic] = read_topics(topic_file)
    else:
        topic_file = topic_file or f"{qrels}.topics.tsv"
        kept = TopicFile(topic_file)
        topics = [kept.topic_of(query) for query in asked if query.strip()]
    with Archive.open(index) as archive:
        names = Names(
            id_field, ids=archive.ids("*"), get=archive.get, judged=judged_names(judgements.qrels)
        )
        ranked: dict[str, Any] = {"timeout_s": timeout, "recent": recent}
        settings = [{**ranked, "weights": each} for each in weights or (None,)]
        pool = _Pool(archive, depth, topic_fields, syntax=syntax, settings=settings)
        session = Session(topics, pool.ids, names.of, judgements, shuffle=shuffle)
        was_any = session.current is not None
        _Sitting(session, archive, pool).run()
        if not quiet:
            left = "" if session.current else "; nothing is left"
            said = f"{session.graded:,} graded, {session.skipped:,} skipped{left}"
            stderr().line(said if was_any else "nothing to judge")
            stderr().line(
                one_line(f"to measure the ranking: searcher evaluate {topic_file} {qrels}")
            )
    return 0 if was_any else 1


@dataclass
class _Pool:
    """The articles to be judged, with what is shown of them.

    `settings` are the ways to rank that are pooled: what `Request` takes beside the query.
    """

    archive: Archive
    depth: int
    fields: Sequence[str]
    syntax: bool = field(kw_only=True)
    settings: Sequence[dict[str, Any]] = field(kw_only=True)
    hits: dict[str, Hit] = field(default_factory=dict)

    def ids(self, topic: Topic) -> list[str]:
        query = self.query(topic)
        if query is None:
            return []
        rankings = []
        for setting in self.settings:
            try:
                found = self.archive.answer(Request(query, limit=self.depth, **setting)).hits
            except QueryError as error:
                raise EvaluationError("topic", topic.id, f"its query {error}") from error
            # Hits of topics before are kept, for going back.
            self.hits |= {f"{topic.id}\t{hit.id}": hit for hit in found}
            rankings.append([hit.id for hit in found])
        return pooled(rankings, self.depth)

    def query(self, topic: Topic) -> str | Node | None:
        return query_of(topic.text(self.fields)[0], syntax=self.syntax)

    def hit(self, candidate: Candidate) -> Hit:
        return self.hits[f"{candidate.topic.id}\t{candidate.id}"]


@dataclass
class _Sitting:
    """Somebody at the keys."""

    session: Session
    archive: Archive
    pool: _Pool

    def run(self) -> None:
        """Show and take keys until nothing is left, or somebody quits."""
        said = stdout()
        topic = None
        if self.session.current is not None:
            said.line(Styled(_KEYS, "dim"))
        while (candidate := self.session.current) is not None:
            if candidate.topic is not topic:
                topic = candidate.topic
                self._print_topic(topic)
            said.line(Styled(f"{candidate.place} of {candidate.places}", "dim"))
            print_hit(said, candidate.place, self.pool.hit(candidate))
            if not self._take_keys(candidate):
                return

    def _take_keys(self, candidate: Candidate) -> bool:
        """Act on keys until another article is to be shown; False for the end."""
        while (key := _key()) not in ("q", ""):
            if key in "0123":
                self.session.grade(int(key))
                stdout().line(Styled(f"graded {key}", "dim"))
                return True
            if key == "s":
                self.session.skip()
                return True
            if key == "u":
                if self.session.undo():
                    return True
                stdout().line("there is nothing to undo")
            elif key == "o":
                self._print_whole(candidate)
            else:
                stdout().line(_KEYS)
        return False

    def _print_topic(self, topic: Topic) -> None:
        said = stdout()
        said.line()
        said.line(Styled(one_line(f"topic {topic.id}: {topic.text(self.pool.fields)[0]}"), "bold"))
        for name in ("desc", "narr"):
            if text := topic.fields.get(name):
                said.line(Styled(one_line(text), "dim"))
        said.line()

    def _print_whole(self, candidate: Candidate) -> None:
        query = self.pool.query(candidate.topic)
        marks = self.archive.marks(candidate.id, query) if query is not None else None
        print_article(self.archive.get(candidate.id), parted=True, marks=marks)
        stdout().line()


def _key() -> str:
    """The next key, small; "" when there are no more."""
    sys.stdout.flush()
    if sys.stdin.isatty():
        try:
            key = click.getchar()
        except EOFError:
            return ""
        return "?" if not key.strip() else key.lower()[:1]
    while line := sys.stdin.readline(_MOST_LINE):
        if key := line.strip()[:1].lower():
            return key
    return ""
