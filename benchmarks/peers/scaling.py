"""How do time and memory grow with the number of articles?

The corpus is repeated with new ids and dates until there are enough.  Indexing should
grow in proportion to the articles; queries for the best ten, which leave out what cannot
be among them, by less.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from peers import corpora
from peers.measuring import Plan, Timings, index, search
from peers.tables import US, table, time_text

SIZES = (10_000, 30_000, 100_000, 300_000)


def measure(
    plan: Plan, source: Path, sizes: tuple[int, ...], queries: dict[str, Any], budget_s: float
) -> list[dict[str, Any]]:
    """One row for each engine and size."""
    rows = []
    for size in sizes:
        corpus = plan.work / f"corpus-scaling-{size}.jsonl"
        if not corpus.exists():
            corpora.repeated(source, size, corpus)
        here = Plan(plan.commands, corpus, plan.work / "scaling", plan.rounds, plan.slow_rounds)
        here.work.mkdir(exist_ok=True)
        indexed = index(here, (1,), merge=False)
        timings, opened = search(here, "natural", queries, budget_s)
        for engine in opened:
            runs = [row for row in indexed if row["engine"] == engine]
            median = sorted(runs, key=lambda row: row["wall_s"])[len(runs) // 2]
            rows.append(
                {
                    "articles": size,
                    "engine": engine,
                    "text_mb": corpora.text_bytes(corpus) / 1e6,
                    "segments": opened[engine]["segments"],
                    **{name: median[name] for name in ("wall_s", "cpu_s", "grown_mb", "bytes")},
                    "top10_us": _means(timings, "top10", engine),
                    "top10_total_us": _means(timings, "top10_total", engine),
                }
            )
        corpus.unlink()
    return rows


def _means(timings: Timings, command: str, engine: str) -> dict[str, float]:
    return {
        kind: found[command][engine].a_round()
        for kind, found in timings.items()
        if engine in found.get(command, {})
    }


def show(rows: list[dict[str, Any]]) -> str:
    """One page: indexing, then the mean of each kind, a column a size."""
    parts = [
        table(
            ("indexing", "articles", "MB", "wall s", "CPU s", "MB/s", "grown MB", "index MB"),
            (
                (
                    row["engine"],
                    f"{row['articles']:,}",
                    f"{row['text_mb']:.0f}",
                    f"{row['wall_s']:.2f}",
                    f"{row['cpu_s']:.2f}",
                    f"{row['text_mb'] / row['wall_s']:.1f}",
                    f"{row['grown_mb']:.0f}",
                    f"{row['bytes'] / 1e6:.1f}",
                )
                for row in sorted(rows, key=lambda row: (row["engine"] != US, row["engine"]))
            ),
        )
    ]
    sizes = list(dict.fromkeys(row["articles"] for row in rows))
    for engine in dict.fromkeys(row["engine"] for row in rows):
        of_size = {row["articles"]: row for row in rows if row["engine"] == engine}
        for command in ("top10_us", "top10_total_us"):
            kinds = list(of_size[sizes[0]][command])
            lines = []
            for kind in kinds:
                means = [of_size[size][command].get(kind, 0.0) for size in sizes]
                growth = means[-1] / means[0] if means[0] else 0.0
                lines.append((kind, *map(time_text, means), f"{growth:.1f}"))
            head = (f"{engine} {command}", *(f"{size:,}" for size in sizes), "last/first")
            parts.append(table(head, lines))
    return "\n\n".join(parts)
