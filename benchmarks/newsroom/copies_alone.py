"""How fast are the copies of articles found that are there already, beside gaoya?

Grouping alone, on one core, in CPU seconds: an index that was made without groups is given them,
so its stored bodies are read, cut into words, fingerprinted, compared and grouped.  In turn with
it gaoya finds pairs of the same bodies, which it is handed in memory: words of five, MinHash and
bands in Rust throughout, with parameters of its documentation for similarities from .5 and from
.8; first all are inserted, then each is asked for those like it.  It does not look at the words
of what it finds, and stores nothing.  So figures of two machines can be compared by their ratio.

    python benchmarks/newsroom/copies_alone.py ARTICLES [--rounds 3] [--keep]
        [--peers-python .venv-peers/bin/python]

ARTICLES is what Searcher reads.  gaoya is in that Python (`pip install gaoya`).
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

BANDS = {".5": (0.5, 42, 3), ".8": (0.8, 25, 5)}
"""Similarity, bands and hashes a band."""


def by_searcher(index: str) -> dict[str, float]:
    """Give the index groups."""
    from searcher import Archive

    with Archive.open(index) as archive:
        articles = len(archive)
        before, started = peak_mib(), time.process_time()
        archive.define_groups(True)
        seconds = time.process_time() - started
        counts = archive.search("*", group="copies", limit=1).counts
    assert counts is not None
    texts = float(counts.texts)
    return {
        "articles a s": articles / seconds,
        "cpu s": seconds,
        "MiB more": peak_mib() - before,
        "texts": texts,
    }


def by_gaoya(bodies: str, name: str) -> dict[str, float]:
    """Find the pairs of these bodies."""
    from gaoya.minhash import MinHashStringIndex

    with open(bodies, encoding="utf-8") as lines:
        texts = [json.loads(line) for line in lines]
    before, started = peak_mib(), time.process_time()
    similarity, bands, hashes = BANDS[name]
    index = MinHashStringIndex(
        32, similarity, bands, hashes, None, "word", True, (5, 5), "smallvec"
    )
    for number, text in enumerate(texts):
        index.insert_document(number, text)
    inserted = time.process_time()
    pairs = sum(len(index.query(text)) - 1 for text in texts)
    seconds = time.process_time() - started
    return {
        "articles a s": len(texts) / seconds,
        "cpu s": seconds,
        "inserted a s": len(texts) / (inserted - started),
        "MiB more": peak_mib() - before,
        "pairs": pairs / 2,
    }


def peak_mib() -> float:
    """The most that this process held, pages of files that it looked at included.

    What `getrusage` says is at first the parent's.
    """
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def prepare(path: str, folder: Path) -> None:
    """An index without groups, and the bodies of its articles as JSON, one a line."""
    import searcher
    from searcher import Archive

    with Archive.create(str(folder / "index")) as archive:
        archive.define_groups(False)
        archive.index(path)
    with open(folder / "bodies.jsonl", "w", encoding="utf-8") as file:
        for article in searcher.read(path):
            file.write(json.dumps(article.body) + "\n")


def child(python: str, *options: str) -> dict[str, float]:
    command = [python, __file__, "--child", *options]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def compared(folder: Path, rounds: int, peers: str) -> dict[str, Any]:
    """The quickest of each, all in turn."""
    best: dict[str, dict[str, float]] = {}
    for number in range(rounds):
        bodies = str(folder / "bodies.jsonl")
        turns = [("searcher", [sys.executable, "searcher", str(folder / f"run-{number}")])]
        turns += [(f"gaoya {name}", [peers, "gaoya", bodies, name]) for name in BANDS]
        shutil.copytree(folder / "index", folder / f"run-{number}")
        for name, (python, *options) in turns:
            found = child(python, *options)
            print(name, {key: round(value, 2) for key, value in found.items()}, flush=True)
            if name not in best or found["cpu s"] < best[name]["cpu s"]:
                best[name] = found
        shutil.rmtree(folder / f"run-{number}")
    own = best["searcher"]["cpu s"]
    figures: dict[str, Any] = {
        name: {key: round(value, 2) for key, value in found.items()} for name, found in best.items()
    }
    figures["times as fast"] = {
        name: round(found["cpu s"] / own, 2) for name, found in best.items() if name != "searcher"
    }
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("path", nargs="?")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="keep index and bodies here")
    parser.add_argument("--peers-python", default=".venv-peers/bin/python")
    parser.add_argument("--keep", action="store_true", help="write the figures under runs/")
    parser.add_argument("--child", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        what, *rest = options.child
        print(json.dumps(by_gaoya(*rest) if what == "gaoya" else by_searcher(*rest)))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        if not (folder / "index").exists():
            folder.mkdir(exist_ok=True)
            prepare(options.path, folder)
        figures = compared(folder, options.rounds, options.peers_python)
    print(json.dumps(figures, indent=1))
    if options.keep:
        sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
        from runs_store import keep

        name = Path(options.path).name.split(".")[0]
        print("kept in", keep(f"newsroom-copies-alone-{name}", figures))


if __name__ == "__main__":
    main()
