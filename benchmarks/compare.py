"""How does Searcher do beside Tantivy, Lucene, Xapian, SQLite's FTS5 and stock Whoosh?

Indexes the same articles in every engine, asks every engine the same queries, and prints
times, ratios and which of the project's bars are met.  Each engine is set up as its
experts would (the files in `peers/` say how) and runs in a process of its own, where the
clock runs too; engines take turns in rounds.  An engine that this machine cannot have is
left out with a notice.

    compare.py                        the Reuters articles, everything
    compare.py ap88.tar.xz --seed 2   other articles, other queries
    compare.py --articles 5000 --rounds 2 --engines searcher tantivy
    compare.py --scaling              10, 30, 100 and 300 thousand articles
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path
from typing import Any

from peers import bars, corpora, installing, scaling, shell, tables
from peers.measuring import Plan, index, say, search
from peers.processes import EngineError
from peers.queries import draw
from peers.searcher_engine import text_of
from runs_store import keep

VARIANTS = ("natural", "one")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", nargs="?", type=Path, default=corpora.DEFAULT)
    parser.add_argument("--articles", type=int, help="only so many of them")
    parser.add_argument("--seed", type=int, default=1, help="for drawing queries")
    parser.add_argument("--queries", type=int, default=50, help="of each kind")
    parser.add_argument("--kinds", nargs="+", help="only these kinds of queries")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--slow-rounds", type=int, default=1, help="of indexing over a minute")
    parser.add_argument("--budget", type=float, default=1.5, help="seconds for one timing")
    parser.add_argument("--engines", nargs="+", default=installing.NAMES)
    parser.add_argument("--threads", nargs="+", type=int, default=[1, 2])
    parser.add_argument("--variants", nargs="+", default=VARIANTS, choices=VARIANTS)
    parser.add_argument("--work", type=Path, help="where corpora and indexes are put and kept")
    parser.add_argument("--reuse", action="store_true", help="search the indexes of the last run")
    parser.add_argument("--peers-python", help="a Python with tantivy, instead of .venv-peers")
    parser.add_argument("--no-shell", action="store_true", help="no cold start, no memory budget")
    parser.add_argument("--scaling", action="store_true", help="how figures grow with articles")
    parser.add_argument("--sizes", nargs="+", type=int, default=scaling.SIZES)
    parser.add_argument("--keep", action="store_true", help="write the figures under runs/")
    return parser.parse_args()


def started(options: argparse.Namespace) -> dict[str, list[str]]:
    """How each engine that can be had is started; a notice for the others."""
    commands = {}
    for name in options.engines:
        try:
            commands[name] = installing.command(name, options.peers_python)
        except installing.NotHere as reason:
            say(f"{name} is left out: {reason}")
    return commands


def describe(plan: Plan) -> dict[str, Any]:
    described = {}
    for engine in list(plan.commands):
        try:
            with plan.start(engine) as process:
                described[engine] = process.ask("describe")
        except (EngineError, OSError) as error:
            say(f"{engine} is left out: {error}")
            del plan.commands[engine]
    return described


def compare(options: argparse.Namespace, plan: Plan, queries: dict[str, Any]) -> dict[str, Any]:
    """Measure and print everything; returns what to keep."""
    text_bytes = corpora.text_bytes(plan.corpus)
    found: list[bars.Bar] = []
    figures: dict[str, Any] = {"text_bytes": text_bytes}
    if not options.reuse:
        say("indexing")
        rows = index(plan, tuple(options.threads))
        figures["indexing"] = rows
        print(tables.indexing(rows, text_bytes), "\n", sep="", flush=True)
        found += bars.of_indexing(rows)
    figures["search"] = {}
    for variant in options.variants:
        say(f"searching, {variant} segments")
        timings, opened = search(plan, variant, queries, options.budget)
        figures["search"][variant] = {
            "opened": opened,
            "timings": {
                kind: {
                    command: {engine: timing.figures() for engine, timing in engines.items()}
                    for command, engines in commands.items()
                }
                for kind, commands in timings.items()
            },
        }
        opened_text = ", ".join(f"{e} {o['segments']}" for e, o in opened.items())
        print(f"Segments ({variant}): {opened_text}")
        print("us a query, mean / median; ratios of means (geometric mean of ratios)\n")
        for command in dict.fromkeys(name for kind in timings.values() for name in kind):
            print(tables.search(timings, command), "\n", sep="")
        print(tables.totals(timings), "\n", sep="")
        print(tables.busy(timings), "\n", sep="", flush=True)
        found += bars.of_search(timings, variant)
    if not options.no_shell and tables.US in plan.commands:
        found += _at_the_shell(options, plan, queries, figures)
    if found:
        print(bars.show(found))
    figures["bars"] = [{**bar._asdict(), "met": bar.met} for bar in found]
    return figures


def _at_the_shell(
    options: argparse.Namespace, plan: Plan, queries: dict[str, Any], figures: dict[str, Any]
) -> list[bars.Bar]:
    say("at the shell")
    found = []
    if "tantivy" in plan.commands:
        phrase = '"' + " ".join(queries["phrase"][0]["words"]) + '"' if "phrase" in queries else "a"
        where = plan.index("natural", tables.US)
        python = plan.commands["tantivy"][0]
        figures["cold_start_s"] = shell.cold_start(where, phrase, python, 21)
        found.append(shell.cold_start_bar(figures["cold_start_s"]))
    if not options.reuse:
        figures["memory"] = shell.memory(plan.corpus, plan.work, (64, 256))
        found += shell.memory_bars(figures["memory"])
    return found


def main() -> None:
    options = arguments()
    work = options.work or Path(tempfile.gettempdir()) / "searcher-compare"
    work.mkdir(parents=True, exist_ok=True)
    say(f"working in {work}")
    corpus = corpora.prepared(options.corpus, options.articles, work)
    plan = Plan(started(options), corpus, work, options.rounds, options.slow_rounds)
    described = describe(plan)
    for engine, facts in described.items():
        print(f"{engine}: {facts['version']} ({facts['setup']})")
    queries = draw(corpus, options.queries, options.seed)
    if options.kinds:
        queries = {kind: queries[kind] for kind in options.kinds}
    print(", ".join(f"{len(found)} {kind}" for kind, found in queries.items()), "\n", flush=True)
    figures: dict[str, Any] = {
        "corpus": options.corpus.name,
        "articles": sum(1 for _ in corpora.load(corpus)),
        "seed": options.seed,
        "rounds": options.rounds,
        "load_before": os.getloadavg()[0],
        "engines": described,
        "queries": {kind: [text_of(query) for query in asked] for kind, asked in queries.items()},
    }
    if options.scaling:
        rows = scaling.measure(plan, corpus, tuple(options.sizes), queries, options.budget)
        print(scaling.show(rows))
        figures["scaling"] = rows
    else:
        figures |= compare(options, plan, queries)
    if options.keep:
        mode = "scaling" if options.scaling else "compare"
        print(keep(f"{mode}-{options.corpus.name.split('.')[0]}-{options.seed}", figures))


if __name__ == "__main__":
    main()
