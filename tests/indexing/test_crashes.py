"""Is a commit there whole or not at all, wherever its process is killed?

`SEARCHER_KILLS` (default 6) sets how many places and moments are tried.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from searcher import Archive, Article
from searcher.indexing.merging import MERGE_FACTOR

# A commit that adds, replaces, removes and merges, and is killed before its n-th call
# that changes a file or makes a change last.
KILLED = """
import os, signal, sys
from searcher import Archive, Article

calls = 0
def count():
    global calls
    calls += 1
    if calls == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)

def hook(event, args):
    if event in ("os.rename", "os.remove", "os.truncate"):
        count()
    elif event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR):
        count()

fsync = os.fsync
def counted_fsync(descriptor):
    count()
    fsync(descriptor)

archive = Archive.open(sys.argv[1])
writer = archive.writer()
writer.add(Article("New", "the new story", id="new"))
writer.add(Article("One", "changed story", id="0-0"))
writer.remove("1-0")
os.fsync = counted_fsync
sys.addaudithook(hook)
writer.commit()
os.write(1, str(calls).encode())
os._exit(0)
"""
KILLS = int(os.environ.get("SEARCHER_KILLS", "6"))


def run_killed(index: Path, call: int) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-c", KILLED, str(index), str(call)]
    return subprocess.run(command, capture_output=True, timeout=60)


def contents(index: Path) -> dict[str, str]:
    with Archive.open(index) as archive:
        found = {id: archive.get(id).body for id in archive.ids("*")}
        assert archive.search("story").total == len(found) == len(archive)
        assert archive.check().sound
    return found


@pytest.fixture
def index(tmp_path: Path) -> Path:
    with Archive.create(tmp_path / "index") as archive:
        for i in range(MERGE_FACTOR - 1):
            with archive.writer() as writer:
                for j in range(4):
                    writer.add(Article("T", f"story {i} {j}", id=f"{i}-{j}"))
    return tmp_path / "index"


def test_a_process_killed_before_any_call_of_a_commit_leaves_the_old_or_the_new(
    index: Path, tmp_path: Path
) -> None:
    old = contents(index)
    new = {**old, "new": "the new story", "0-0": "changed story"}
    del new["1-0"]
    whole = Path(shutil.copytree(index, tmp_path / "whole"))
    calls = int(run_killed(whole, 0).stdout)
    assert contents(whole) == new
    seen = []
    some = random.Random(5).sample(range(1, calls), min(2 * KILLS, calls - 1))
    for call in sorted({1, *some, calls}):
        copy = Path(shutil.copytree(index, tmp_path / "copy"))
        assert run_killed(copy, call).returncode == -signal.SIGKILL
        found = contents(copy)
        assert found in (old, new), call
        seen.append(found == new)
        with Archive.open(copy) as archive, archive.writer() as writer:
            writer.add(Article("After", "story after", id="z"))
        assert contents(copy) == {**found, "z": "story after"}
        segments = {n.split(".")[0] for n in os.listdir(copy) if n.startswith("MAIN_") and "." in n}
        with Archive.open(copy) as archive:
            assert len(segments) == archive.stats().segments
        assert not [n for n in os.listdir(copy) if n.startswith("_MAIN_") and n[-4:] != ".toc"]
        shutil.rmtree(copy)
    assert seen == sorted(seen) and seen[-1] and not seen[0]


WRITE_AND_MERGE = """
import sys
from searcher import Archive, Article
archive = Archive.open(sys.argv[1])
for n in range(1000):
    with archive.writer() as writer:
        for i in range(20):
            writer.add(Article("T", f"batch{n} part{i} " * 50, id=f"{n}-{i}"))
        for i in range(10):
            writer.remove(f"{n - 1}-{i}")
    print(n, flush=True)
"""


def test_a_process_killed_at_any_time_among_merges_loses_no_acknowledged_commit(
    tmp_path: Path,
) -> None:
    noise = random.Random(11)
    for round_ in range(KILLS):
        path = tmp_path / f"index{round_}"
        Archive.create(path).close()
        child = subprocess.Popen(
            [sys.executable, "-c", WRITE_AND_MERGE, str(path)], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        last = noise.randrange(2 * MERGE_FACTOR)
        acknowledged = -1
        while acknowledged < last:
            acknowledged = int(child.stdout.readline())
        time.sleep(noise.random() * 0.04)
        child.kill()
        acknowledged = max([acknowledged, *map(int, child.stdout.read().split())])
        child.wait()
        child.stdout.close()
        with Archive.open(path) as archive:
            commits = archive.stats().generation
            assert acknowledged < commits <= acknowledged + 2
            assert len(archive) == 20 * commits - 10 * (commits - 1)
            assert archive.check().sound
            for n in range(commits):
                assert archive.search(f"batch{n}").total == (20 if n == commits - 1 else 10)
            with archive.writer() as writer:
                writer.add(Article("T", "afterwards", id="z"))
            assert archive.search("afterwards").total == 1
