"""What does a person see of a comparison?"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from peers.measuring import Timing, Timings, ratio

US = "searcher"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Columns of text, the first to the left, the others to the right."""
    lines = [list(map(str, head)), *(list(map(str, row)) for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    out = []
    for line in lines:
        cells = [line[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)]
        out.append("  ".join(cells).rstrip())
    out.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(out)


def time_text(us: float) -> str:
    return f"{us:,.1f}" if us < 1000 else f"{us:,.0f}"


def _median(rows: list[dict[str, Any]], name: str) -> float:
    return float(statistics.median(row[name] for row in rows if name in row))


def grouped(rows: list[dict[str, Any]]) -> dict[tuple[str, int], list[dict[str, Any]]]:
    """The rows of `measuring.index` by engine and number of threads."""
    groups: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[row["engine"], row["threads"]].append(row)
    return groups


def indexing(rows: list[dict[str, Any]], text_bytes: int) -> str:
    lines = []
    for (engine, threads), found in grouped(rows).items():
        wall, cpu = _median(found, "wall_s"), _median(found, "cpu_s")
        merged = [row for row in found if "merged_bytes" in row]
        lines.append(
            (
                engine,
                threads,
                len(found),
                f"{wall:.2f}",
                f"{cpu:.2f}",
                f"{text_bytes / 1e6 / wall:.1f}",
                f"{text_bytes / 1e6 / cpu:.1f}",
                f"{_median(found, 'bytes') / 1e6:.1f}",
                f"{_median(merged, 'merged_bytes') / 1e6:.1f}" if merged else "",
                f"{_median(found, 'grown_mb'):.0f}",
            )
        )
    lines.sort(key=lambda line: (line[1], float(line[3])))
    head = ("engine", "threads", "runs", "wall s", "CPU s", "MB/s", "MB/CPU s")
    return table((*head, "index MB", "merged MB", "grown MB"), lines)


def search(timings: Timings, command: str) -> str:
    """Mean and median µs over the queries, a row a kind, and Searcher's ratios."""
    kinds = [kind for kind in timings if command in timings[kind]]
    engines = list(dict.fromkeys(engine for kind in kinds for engine in timings[kind][command]))
    peers = [engine for engine in engines if engine != US] if US in engines else []
    head = [command, *engines, *(f"{peer}/us" for peer in peers)]
    lines = []
    for kind in kinds:
        found = timings[kind][command]
        line = [kind]
        for engine in engines:
            timing = found.get(engine)
            line.append(_cell(timing) if timing else "")
        for peer in peers:
            both = peer in found and US in found
            line.append("{:.2f} ({:.2f})".format(*ratio(found[US], found[peer])) if both else "")
        lines.append(line)
    return table(head, lines)


def _cell(timing: Timing) -> str:
    return f"{time_text(timing.a_round())} / {time_text(timing.a_round(statistics.median))}"


def totals(timings: Timings) -> str:
    """The median total of each kind in each engine: they should be near each other."""
    kinds = [kind for kind in timings if "total" in timings[kind]]
    engines = list(dict.fromkeys(engine for kind in kinds for engine in timings[kind]["total"]))
    lines = []
    for kind in kinds:
        found = timings[kind]["total"]
        count = min(len(timing.totals) for timing in found.values())
        line = [kind]
        for engine in engines:
            counted = [total or 0 for total in found[engine].totals[:count]]
            line.append(f"{statistics.median(counted):,.0f}")
        lines.append([*line, str(count)])
    return table(("median total", *engines, "queries"), lines)


def busy(timings: Timings) -> str:
    """Where wall and CPU time differ, something else used the machine."""
    cells: dict[str, list[float]] = defaultdict(list)
    for commands in timings.values():
        for engines in commands.values():
            for engine, timing in engines.items():
                cells[engine] += timing.cpu_of_wall
    return "CPU of wall while searching, median: " + ", ".join(
        f"{engine} {statistics.median(values):.2f}" for engine, values in cells.items()
    )
