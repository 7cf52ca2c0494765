"""Is each new article reported exactly once, whatever happens in whatever order?

    python -m tests.alerting.sequences --sequences 200

plays random sequences of what happens to an archive: articles come, change, go and come back,
are withheld and released, segments are merged, the index is made again from nothing, alerts are
run, two at once too, and killed before any of their calls that change a file.  At the end each
article that was there when a run came to its end must be in the deliveries of every alert
exactly once, no other more than once, and none that was there before the alert.  Many of
them have the same text, so most alerts, which fold copies, tell some as hits and others beside
them.

It is a program of its own because it forks: a fork of pytest is no fork of a program.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import uuid
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from searcher import Archive, Article, IndexWriter

_WRITES = os.O_WRONLY | os.O_RDWR
TOLD = """
import json, os, sys
ringing = json.load(sys.stdin)
with open(sys.argv[1], "a") as told:
    hits, late = ringing["hits"], ringing["late_copies"]
    ids = [hit["id"] for hit in [*hits, *late, *(c for h in hits for c in h["copies"]["articles"])]]
    told.write(json.dumps([ringing["run"], ids]) + "\\n")
"""


class Sequence:
    """One random sequence in `folder`; `play` raises `AssertionError` where it goes wrong."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.random = random.Random(seed)
        self.folder = folder
        self.index = folder / "index"
        self.articles: dict[str, Article] = {}
        self.gone: dict[str, Article] = {}
        self.before: set[str] = set()
        # Those that were there, and could be published, when a run came to its end.
        self.told: set[str] = set()
        self.kills = 0
        self.log: list[str] = []
        self.now = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)

    def play(self, steps: int) -> None:
        Archive.create(self.index).close()
        self.come()
        self.before = self.public()
        with Archive.open(self.index) as archive:
            alerts = archive.alerts
            alerts.add("folder", "alpha", to=f"{self.folder}/folder/", form="json")
            alerts.add("file", "alpha", to=self.folder / "file.jsonl", form="json")
            alerts.add("each", "alpha", to=self.folder / "each.jsonl", form="json", group="none")
            alerts.add("feed", "alpha", to=self.folder / "feed.atom", form="atom")
            program = [sys.executable, "-c", TOLD, str(self.folder / "program.jsonl")]
            if self.random.random() < 0.3:  # a process each time
                alerts.add("program", "alpha", command=program, form="command")
            alerts.add("broken", "alpha", to=self.folder / "nowhere.txt")
            os.mkdir(self.folder / "nowhere.txt")
        happenings: list[tuple[Callable[[], None], int]] = [
            (self.come, 6),
            (self.change, 3),
            (self.go, 2),
            (self.come_back, 2),
            (self.withhold, 1),
            (self.merge, 1),
            (self.rebuild, 1),
            (self.run, 3),
            (self.run_one, 1),
            (self.killed, 6),
            (self.two_at_once, 1),
        ]
        kinds, weights = zip(*happenings, strict=True)
        for happening in self.random.choices(kinds, weights, k=steps):
            self.log.append(happening.__name__)
            happening()
        self.run()
        self.check()

    # -- what happens

    def article(self, id: str, title: str, status: str | None = None) -> Article:
        """An article that says it is newer than all before: what was taken back stays so else."""
        self.now += dt.timedelta(minutes=1)
        text = self.random.choice(("The story.", "Another story.", f"Told at {self.now}."))
        return Article(title, text, id=id, status=status, updated=self.now)

    def write(self, change: Callable[[IndexWriter], object]) -> None:
        with Archive.open(self.index) as archive, archive.writer(threads=1) as writer:
            change(writer)

    def come(self) -> None:
        def add(writer: IndexWriter) -> None:
            for _ in range(self.random.randint(1, 4)):
                id = f"{self.random.getrandbits(64):016x}"
                if self.random.random() < 0.2:
                    id = f"article {id}"
                status = "withheld" if self.random.random() < 0.15 else None
                self.articles[id] = self.article(id, f"Alpha {id}", status)
                writer.add(self.articles[id])

        self.write(add)

    def change(self) -> None:
        def add(writer: IndexWriter) -> None:
            for id in self.random.sample(sorted(self.articles), min(3, len(self.articles))):
                text = f"Alpha {self.random.random()}"
                self.articles[id] = self.article(id, text)  # which may be published now
                writer.add(self.articles[id])

        self.write(add)

    def go(self) -> None:
        def remove(writer: IndexWriter) -> None:
            for id in self.random.sample(sorted(self.articles), min(2, len(self.articles))):
                self.gone[id] = self.articles.pop(id)
                writer.remove(id)

        self.write(remove)

    def come_back(self) -> None:
        def add(writer: IndexWriter) -> None:
            for id in self.random.sample(sorted(self.gone), min(2, len(self.gone))):
                self.articles[id] = self.gone.pop(id)
                writer.add(self.articles[id])

        self.write(add)

    def withhold(self) -> None:
        def add(writer: IndexWriter) -> None:
            for id in self.random.sample(sorted(self.articles), min(2, len(self.articles))):
                self.articles[id] = self.article(id, f"Alpha {id}", "withheld")
                writer.add(self.articles[id])

        self.write(add)

    def merge(self) -> None:
        with Archive.open(self.index) as archive:
            archive.optimize()

    def rebuild(self) -> None:
        shutil.rmtree(self.index)
        Archive.create(self.index).close()
        articles = list(self.articles.values())
        half = self.random.randint(0, len(articles))
        self.write(lambda writer: [writer.add(article) for article in articles[:half]])
        if self.random.random() < 0.5:  # while half of it is there
            self.killed()
        self.write(lambda writer: [writer.add(article) for article in articles[half:]])

    def run(self) -> None:
        with Archive.open(self.index) as archive:
            report = archive.alerts.run()
        assert {failure.alert for failure in report.failures} <= {"broken"}, report.failures
        self.told |= self.public()

    def run_one(self) -> None:
        with Archive.open(self.index) as archive:
            archive.alerts.run(self.random.choice(["folder", "file", "each", "feed"]))

    def killed(self) -> None:
        call = self.random.randint(1, 60)
        code = in_child(lambda: run_killed(self.index, call))
        assert code in (0, -signal.SIGKILL), code
        self.kills += code != 0

    def two_at_once(self) -> None:
        children = [start(lambda: run_killed(self.index, 10**9)) for _ in range(2)]
        assert [end(child) for child in children] == [0, 0]
        self.told |= self.public()

    def public(self) -> set[str]:
        return {id for id, article in self.articles.items() if article.status is None}

    # -- what was delivered

    def check(self) -> None:
        files = sorted((self.folder / "folder").glob("*.json"))
        found = {
            "folder": [id for path in files for id in ids_of(json.loads(path.read_text()))],
            "file": [id for line in self.lines("file") for id in ids_of(line)],
            "each": [hit["id"] for line in self.lines("each") for hit in line["hits"]],
        }
        feed = self.folder / "feed.atom"
        told = feed.read_text() if feed.exists() else ""
        named = {entry_id("feed", id): id for id in (*self.articles, *self.gone)}
        ids = re.findall("urn:uuid:[^<]+", told)[1:]
        found["feed"] = [named[id] for id in ids] + re.findall(
            "(?m)^also: .* · (.+?)(?:</content>)?$", told
        )
        program: dict[str, list[str]] = dict(
            self.lines("program")
        )  # a run that came twice counts once
        if program:
            found["program"] = [id for ids in program.values() for id in ids]
        for alert, ids in found.items():
            counts = Counter(ids)
            again = {id for id, count in counts.items() if count > 1}
            assert not again, (alert, "twice", again)
            assert not counts.keys() & self.before, (alert, "was there before")
            missing = self.told - self.before - counts.keys()
            assert not missing, (alert, "missing", missing)
        left = [path.name for path in (self.folder / "folder").iterdir() if path.suffix == ".part"]
        assert len(left) <= 1, left

    def lines(self, name: str) -> list[Any]:
        path = self.folder / f"{name}.jsonl"
        return [json.loads(line) for line in path.open()] if path.exists() else []


def ids_of(ringing: Any) -> list[str]:
    """All articles that a delivery tells."""
    hits = ringing["hits"]
    copies = [copy for hit in hits for copy in hit["copies"]["articles"]]
    return [article["id"] for article in (*hits, *copies, *ringing["late_copies"])]


def entry_id(alert: str, article: str) -> str:
    name = "\0".join(("searcher:article", alert, article))
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}"


def run_killed(index: Path, call: int) -> None:
    """Run all alerts, and be killed before the call number `call` that changes a file or makes
    a change last; a write is done by half then."""
    calls = 0

    def count() -> None:
        nonlocal calls
        calls += 1
        if calls == call:
            os.kill(os.getpid(), signal.SIGKILL)

    def hook(event: str, args: tuple[object, ...]) -> None:
        writes = isinstance(args[2], int) and args[2] & _WRITES if event == "open" else False
        if writes or event in ("os.rename", "os.remove", "os.truncate"):
            count()

    fsync, write = os.fsync, os.write

    def counted_fsync(descriptor: int) -> None:
        count()
        fsync(descriptor)

    def counted_write(descriptor: int, data: bytes) -> int:
        if calls + 1 == call:
            write(descriptor, bytes(data)[: len(data) // 2])
        count()
        return write(descriptor, data)

    with Archive.open(index) as archive:
        os.fsync, os.write = counted_fsync, counted_write  # type: ignore[assignment]
        sys.addaudithook(hook)
        archive.alerts.run()


def start(work: Callable[[], None]) -> int:
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        except BaseException:
            import traceback

            traceback.print_exc()
        os._exit(code)
    return child


def end(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def in_child(work: Callable[[], None]) -> int:
    return end(start(work))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sequences", type=int, default=200)
    parser.add_argument("--steps", type=int, default=25)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    kills = delivered = 0
    for seed in range(given.seed, given.seed + given.sequences):
        with tempfile.TemporaryDirectory() as folder:
            sequence = Sequence(Path(folder), seed)
            try:
                sequence.play(given.steps)
            except BaseException:
                sys.stderr.write(f"seed {seed}: {' '.join(sequence.log)}\n")
                raise
            kills += sequence.kills
            delivered += len(sequence.told - sequence.before)
    sys.stdout.write(
        f"{given.sequences} sequences, {kills} kills, {delivered} articles, each once\n"
    )


if __name__ == "__main__":
    main()
