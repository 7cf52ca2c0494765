"""Which of the project's bars are met?

A bar is a ratio in one run: a peer's time over Searcher's (at least so much), or
Searcher's size or time over a peer's (at most so much).  A bar over several kinds of
queries counts by its worst.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from typing import Any, NamedTuple

from peers.measuring import Timings, ratio
from peers.tables import US, grouped, table

TERM_KINDS = ("term frequent", "term medium", "term rare")
_SPEEDS = (  # kind, command, peer, at least
    ("term frequent", "top10", "tantivy", 3.0),
    ("term frequent", "top10", "lucene", 3.0),
    ("and", "top10", "tantivy", 1.3),
    ("and", "top10", "lucene", 1.1),
    ("or", "top10", "tantivy", 2.5),
    ("or", "top10", "lucene", 1.2),
    ("phrase", "top10", "tantivy", 1.8),
    ("phrase", "top10", "lucene", 1.8),
    ("or in dates", "top10", "tantivy", 3.0),
    ("or in dates", "top10", "lucene", 2.0),
)
_OF_EVERY_KIND = (  # commands, peer, at least
    (("top10_total",), "tantivy", 1.5),
    (("top10", "top10_total", "total", "top1000"), "fts5", 5.0),
    (("top10", "top10_total", "total", "top1000"), "xapian", 5.0),
    (("top10", "top10_total", "total", "top1000"), "whoosh", 100.0),
)


class Bar(NamedTuple):
    """One line: `value` has to be at least (or at most) `bar`."""

    work: str
    against: str
    value: float
    bar: float
    at_most: bool = False
    note: str = ""

    @property
    def met(self) -> bool:
        return self.value <= self.bar if self.at_most else self.value >= self.bar


def of_indexing(rows: list[dict[str, Any]]) -> Iterator[Bar]:
    """MB/s against Tantivy and Whoosh, round by round where both ran; size against Tantivy."""
    groups = grouped(rows)
    for threads in sorted({row["threads"] for row in rows}):
        ours = groups.get((US, threads), [])
        for peer, bar in (("tantivy", 3.0), ("whoosh", 40.0)):
            theirs = groups.get((peer, threads), [])
            pairs = zip(ours, theirs, strict=False)
            ratios = [b["wall_s"] / a["wall_s"] for a, b in pairs]
            if ratios:
                yield Bar(
                    f"indexing, {threads} thread{'s'[: threads > 1]}",
                    peer,
                    statistics.median(ratios),
                    bar,
                    note=f"{len(ratios)} rounds",
                )
    for what, name in (("natural segments", "bytes"), ("one segment", "merged_bytes")):
        sizes = {
            engine: [row[name] for row in rows if row["engine"] == engine and name in row]
            for engine in (US, "tantivy")
        }
        if all(sizes.values()):
            ours_size, their_size = (statistics.median(sizes[e]) for e in (US, "tantivy"))
            yield Bar(f"index size, {what}", "tantivy", ours_size / their_size, 0.8, at_most=True)


def of_search(timings: Timings, variant: str) -> Iterator[Bar]:
    for kind, command, peer, bar in _SPEEDS:
        found = timings.get(kind, {}).get(command, {})
        if US in found and peer in found:
            of_means, of_queries = ratio(found[US], found[peer])
            yield Bar(
                f"{kind}, {command}, {variant}", peer, of_means, bar, note=f"gmean {of_queries:.2f}"
            )
    for commands, peer, bar in _OF_EVERY_KIND:
        for command in commands:
            ratios = {
                kind: ratio(found[command][US], found[command][peer])[0]
                for kind, found in timings.items()
                if {US, peer} <= found.get(command, {}).keys()
            }
            if ratios:
                worst = min(ratios, key=ratios.__getitem__)
                met = sum(value >= bar for value in ratios.values())
                yield Bar(
                    f"every kind, {command}, {variant}",
                    peer,
                    ratios[worst],
                    bar,
                    note=f"worst of {len(ratios)}: {worst}; {met} met",
                )
    yield from _of_whole(timings, variant)


def _of_whole(timings: Timings, variant: str) -> Iterator[Bar]:
    """Everything a caller of `archive.search` pays, against the peer's search alone."""
    for command in ("top10_total", "top10"):
        pairs = [
            (found["whole"][US].a_round(), found[command]["tantivy"].a_round())
            for found in timings.values()
            if US in found.get("whole", {}) and "tantivy" in found.get(command, {})
        ]
        if pairs:
            ours, theirs = (statistics.fmean(column) for column in zip(*pairs, strict=True))
            yield Bar(
                f"whole archive.search, mean, {variant}",
                f"tantivy {command}",
                theirs / ours,
                1.0,
                note=f"{ours:.0f} us against {theirs:.0f} us",
            )


def show(bars: list[Bar]) -> str:
    return table(
        ("bar", "against", "is", "asked", "", "note"),
        (
            (
                bar.work,
                bar.against,
                f"{bar.value:.2f}",
                f"{'at most' if bar.at_most else 'at least'} {bar.bar:g}",
                "met" if bar.met else "MISSED",
                bar.note,
            )
            for bar in bars
        ),
    )
