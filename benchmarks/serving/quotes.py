"""Is every true quotation accepted, and no altered one?

Draws passages of 6 to 40 words from random articles of an index and checks each against the
article that it is from, typed again in other type and altered:

    retyped    capitals, curly marks as straight ones and the other way round, dashes of another
               kind, white space, compatible characters, marks around it, one or several of these
    altered    a word inside is dropped, added, changed, or "not" is put in

A retyped one must be exact or folded, and `body[start:end]` what the citation says; an altered
one must be neither.  An alteration that happens to make words that the article has (a word that
stood there twice) is drawn again: whether it does is found out by splitting both at blanks.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from runs_store import keep

from searcher import Archive, QuoteCheck
from tests.reference.quotations import KINDS, altered, is_right, passages, retyped


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--index", required=True, help="an index of news")
    parser.add_argument("--quotes", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true", help="print what went wrong")
    parser.add_argument("--keep", action="store_true", help="write the figures under runs/")
    options = parser.parse_args()
    random = Random(options.seed)
    times: dict[str, list[float]] = {}
    verdicts: dict[str, Counter[str]] = {}
    wrong: Counter[str] = Counter()
    with Archive.open(options.index) as archive:

        def check(kind: str, quote: str, id: str | None) -> QuoteCheck:
            started = time.thread_time()
            found = archive.verify_quote(quote, id=id)
            times.setdefault(kind, []).append((time.thread_time() - started) * 1000)
            verdicts.setdefault(kind, Counter())[found.verdict] += 1
            return found

        for number, passage in enumerate(passages(archive, options.quotes, random)):
            quote = retyped(passage.text, random)
            cases = [
                ("true, id given", quote, passage.id, True),
                ("true, any article", quote, None, True),
            ]
            quote = altered(passage, KINDS[number % len(KINDS)], random)
            cases += [
                ("altered, id given", quote, passage.id, False),
                ("altered, any article", quote, None, False),
            ]
            for kind, text, id, is_true in cases:
                found = check(kind, text, id)
                if is_true:
                    right = is_right(passage, found) if id else found.verdict in ("exact", "folded")
                else:
                    right = found.verdict not in ("exact", "folded")
                if not right:
                    wrong[kind] += 1
                    if options.show:
                        print(f"{kind}: {found.verdict} {text!r}\n    {passage.text!r}")
    figures: dict[str, object] = {
        "index": Path(options.index).name,
        "quotes": options.quotes,
        "seed": options.seed,
    }
    for kind, taken in times.items():
        taken.sort()
        p50, p99 = taken[len(taken) // 2], taken[int(len(taken) * 0.99)]
        spread = ", ".join(f"{v} {n}" for v, n in verdicts[kind].most_common())
        said = f"{kind:21} wrong {wrong[kind]}; p50 {p50:.1f} ms, p99 {p99:.1f}"
        print(f"{said}, slowest {taken[-1]:.1f}; {spread}")
        figures[kind] = {
            "wrong": wrong[kind],
            "p50 ms of processor": round(p50, 2),
            "p99 ms of processor": round(p99, 2),
            "slowest ms": round(taken[-1], 2),
            **verdicts[kind],
        }
    if options.keep:
        print(keep("serving-quotes", [figures]))


if __name__ == "__main__":
    main()
