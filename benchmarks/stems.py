"""Which words share a stem that should, and which that should not?

Counts the pairs of `tests/analysis/stem_pairs.txt` that each version of the analysis rules has
right, odd and even lines of the file apart.  With an index it shows for each row of the table
of English stems how the groups of the row go together: articles with each, and how many
times more often than by chance one article holds both (Xu and Croft, 1998, use the like).
"""

from __future__ import annotations

import argparse
import itertools
from pathlib import Path

from searcher import Archive
from searcher.analysis import Analyzer
from searcher.analysis.english import ROWS

PAIRS = Path(__file__).parents[1] / "tests" / "analysis" / "stem_pairs.txt"
SECTIONS = ("together", "apart")


def read_pairs(path: Path) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """The pairs, by section and half."""
    pairs: dict[tuple[str, str], list[tuple[str, str]]] = {}
    section, number = "", 0
    for line in filter(None, path.read_text(encoding="ascii").splitlines()):
        if line in SECTIONS:
            section, number = line, 0
        elif not line.startswith("#"):
            number += 1
            half = "odd" if number % 2 else "even"
            for pair in line.split():
                first, _, second = pair.partition("/")
                pairs.setdefault((section, half), []).append((first, second))
    return pairs


def show_pairs() -> None:
    for (section, half), pairs in sorted(read_pairs(PAIRS).items()):
        for version in Analyzer.versions:
            stem = Analyzer("en", version=version).stem
            wrong = [
                f"{a}/{b}" for a, b in pairs if (stem(a) == stem(b)) != (section == "together")
            ]
            right = len(pairs) - len(wrong)
            some = " ".join(wrong[:6])
            print(f"{section:8} {half:4} rules {version}: {right} of {len(pairs)}  {some}")


def show_rows(index: str) -> None:
    with Archive.open(index) as archive:
        total = len(archive)

        def articles(query: str) -> int:
            return archive.search(query, limit=1).total

        for row in ROWS.strip().splitlines():
            groups = [f"({' OR '.join(group.split())})" for group in row.split("|")]
            for a, b in itertools.combinations(groups, 2):
                in_a, in_b = articles(a), articles(b)
                if in_a and in_b:
                    ratio = articles(f"{a} AND {b}") * total / (in_a * in_b)
                    print(f"{ratio:8.1f}  {in_a:>7,} {in_b:>7,}  {a} {b}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", help="show the rows of the table in this index of English")
    options = parser.parse_args()
    show_pairs()
    if options.index:
        show_rows(options.index)


if __name__ == "__main__":
    main()
