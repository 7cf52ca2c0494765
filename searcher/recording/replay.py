"""What differs when a search is asked again, and why?

The query is asked anew, with the settings and the clock of its record.  If what comes is not
what came then, there is a cause, and the causes are looked for one by one: another version,
other rules of text analysis, another setting of the archive, articles that have come, gone,
changed or been withheld.  What is left when none of them is found is said too.

What cannot be told is whether an article that has come into the best was in the archive before:
records keep the best, not the archive.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from searcher.recording.record import SearchRecord
from searcher.recording.taking import digest_of
from searcher.searching.snapshot import Snapshot

__all__ = ["ArticleDifference", "Replay", "ReplayDifference", "compare"]


@dataclass(frozen=True, slots=True)
class ReplayDifference:
    """Something that is not what it was: `kind` says what, `before` and `now` how."""

    kind: str
    before: str
    now: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.now} now, {self.before} then"


@dataclass(frozen=True, slots=True)
class ArticleDifference:
    """An article that was among the best and is not, or the other way round, or has changed.

    `kind` is "gone" (from the archive), "withheld" (it may not be published now), "changed"
    (it says something else), "unmatched" (it is the same and answers no more), "lower" (it is
    not among the best any more), or "come" (it is among them now).  Ranks count from 1.
    """

    kind: str
    id: str
    title: str
    rank_before: int | None
    rank_now: int | None


@dataclass(frozen=True, slots=True)
class Replay:
    """A record, the same search `now`, and what differs between them.

    `differences` are of versions, settings, the archive and the counts, `articles` of the best.
    """

    record: SearchRecord
    now: SearchRecord
    differences: tuple[ReplayDifference, ...]
    articles: tuple[ArticleDifference, ...]

    @property
    def is_same(self) -> bool:
        """Whether the same articles answer, the best of them in the same order."""
        before, now = self.record, self.now
        return (
            [hit.id for hit in before.hits] == [hit.id for hit in now.hits]
            and (before.total, before.matching_all) == (now.total, now.matching_all)
            and before.matched == now.matched
            and not any(article.kind == "changed" for article in self.articles)
        )

    @property
    def is_unexplained(self) -> bool:
        """Whether it is not the same, and nothing that was looked at differs."""
        causes = [each for each in self.differences if each.kind not in _RESULTS]
        return not self.is_same and not causes

    def to_dict(self) -> dict[str, Any]:
        """The replay as JSON values."""
        return {
            "query": self.record.query,
            "at": self.record.at.isoformat(timespec="seconds"),
            "same": self.is_same,
            "unexplained": self.is_unexplained,
            "total": {"before": self.record.total, "now": self.now.total},
            "differences": [
                {"kind": each.kind, "before": each.before, "now": each.now}
                for each in self.differences
            ],
            "articles": [
                {
                    "kind": each.kind,
                    "id": each.id,
                    "title": each.title,
                    "rank_before": each.rank_before,
                    "rank_now": each.rank_now,
                }
                for each in self.articles
            ],
            "now": self.now.to_dict(),
        }


# What came out, and not why.
_RESULTS = ("articles that match", "articles that hold all words", "read as", "order")


def compare(record: SearchRecord, now: SearchRecord, snapshot: Snapshot, all_: Snapshot) -> Replay:
    """What differs between `record` and the same search `now`.

    Arguments:
        snapshot: the commit that was asked now.
        all_: one that hides nothing.
    """
    return Replay(
        record,
        now,
        tuple(_differences(record, now)),
        tuple(_articles(record, now, snapshot, all_)),
    )


def _differences(record: SearchRecord, now: SearchRecord) -> Iterator[ReplayDifference]:
    pairs = [
        ("articles that match", record.total, now.total),
        ("articles that hold all words", record.matching_all, now.matching_all),
        ("read as", record.understood, now.understood),
        ("articles in the archive", record.archive.articles, now.archive.articles),
        ("language of the archive", record.archive.language, now.archive.language),
        ("rules of text analysis", record.archive.rules, now.archive.rules),
        *(
            (f"version of {name}", record.versions.get(name, "none"), now.versions.get(name))
            for name in now.versions
        ),
        *(
            (f"constant {name}", record.constants.get(name, "none"), value)
            for name, value in now.constants.items()
        ),
    ]
    for kind, before, after in pairs:
        if before != after:
            yield ReplayDifference(kind, _shown(before), _shown(after))
    commits = [(each.archive.generation, each.archive.checksum) for each in (record, now)]
    if commits[0] != commits[1]:
        same_number = commits[0][0] == commits[1][0]
        said = [f"{number:,}" + (f" ({crc:08x})" if same_number else "") for number, crc in commits]
        yield ReplayDifference("commit of the archive", *said)
    ids = [[hit.id for hit in each.hits] for each in (record, now)]
    if ids[0] != ids[1] and sorted(ids[0]) == sorted(ids[1]):
        yield ReplayDifference("order", "another", "the same articles in another order")


def _shown(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _articles(
    record: SearchRecord, now: SearchRecord, snapshot: Snapshot, all_: Snapshot
) -> Iterator[ArticleDifference]:
    ranks = {hit.id: rank for rank, hit in enumerate(now.hits, 1)}
    for rank, hit in enumerate(record.hits, 1):
        digest = digest_of(snapshot, hit.id)
        if digest is None:
            kind = "gone" if digest_of(all_, hit.id) is None else "withheld"
        elif digest != hit.digest:
            kind = "changed"
        elif hit.id in ranks:
            continue
        else:
            kind = "unmatched" if now.total <= len(now.hits) else "lower"
        yield ArticleDifference(kind, hit.id, hit.title, rank, ranks.get(hit.id))
    before = {hit.id for hit in record.hits}
    for rank, hit in enumerate(now.hits, 1):
        if hit.id not in before:
            yield ArticleDifference("come", hit.id, hit.title, None, rank)
