"""Segments that are cut, replaced or no files while an archive is open: an error or the right
answer, never a signal.

Each case is a process of its own, since what went wrong before ended the process.
"""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from searcher import Archive, Article
from searcher.codec.core import find_core
from searcher.errors import IndexDamagedError

pytestmark = pytest.mark.skipif(
    find_core().module is None or sys.platform == "win32", reason="needs the native core"
)

ARTICLES = 1500
HANG_GUARD_S = 120

# What an opened archive is asked after its segment was cut; `expected` are the answers before.
ASKED = """
import json, os, sys, threading
from searcher import Archive
from searcher.errors import IndexDamagedError

def ask(archive):
    yield "search", lambda: [h.snippet for h in archive.search("harbour", limit=50)]
    yield "phrase", lambda: archive.search('"pilots w* strike"', limit=50).total
    yield "near", lambda: archive.search("harbour w/20 strike w/s pilots").total
    yield "ids", lambda: archive.ids("number1* OR path:*7*")
    yield "explain", lambda: archive.explain("harbour strike").total
    yield "get", lambda: archive.get("article-77").body
    yield "facets", lambda: archive.facets("harbour", "source,byline,month").facets
    yield "timeline", lambda: archive.timeline("harbour", by="day").periods
    yield "first", lambda: archive.first("harbour", by="source").values
    yield "stats", lambda: archive.stats().words

def outcome(call):
    try:
        return call()
    except IndexDamagedError:
        return "damaged"

path, segment, cut = sys.argv[1], sys.argv[2], int(sys.argv[3])
with Archive.open(path) as archive:
    expected = {name: outcome(call) for name, call in ask(archive)}
archive = Archive.open(path)
if "warm" in sys.argv:
    for name, call in ask(archive):
        call()
else:
    archive.search("zebra")
"""
JUDGED = """
wrong = {}
for name, call in ask(archive):
    found = outcome(call)
    if found not in (expected[name], "damaged"):
        wrong[name] = found
assert not wrong, wrong
print("well")
"""
CUT = "os.truncate(segment, cut)\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cut") / "index"
    with Archive.create(path) as archive, archive.writer() as writer:
        for i in range(ARTICLES):
            body = (
                f"The harbour of number{i} was closed today. Pilots will strike again, "
                f"said speaker{i * 7919 % 997}, before the harbour opens.\n\n"
                f"Another paragraph tells of cargo{i % 13} and of a strike by pilots."
            )
            writer.add(Article(f"Harbour {i}", body, id=f"article-{i}", path=f"a/{i}.txt"))
    return path


@pytest.fixture
def index(made: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "index"
    copy.mkdir()
    for file in made.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    return copy


def segment_of(index: Path) -> Path:
    (segment,) = index.glob("*.nseg")
    return segment


def run(index: Path, cut: int, *steps: str, arguments: tuple[str, ...] = ()) -> None:
    """Run `steps` in a process of their own, and see that it ends well."""
    program = ASKED + "".join(map(textwrap.dedent, steps))
    command = [sys.executable, "-c", program, str(index), str(segment_of(index)), str(cut)]
    done = subprocess.run(
        [*command, *arguments], capture_output=True, text=True, timeout=HANG_GUARD_S, check=False
    )
    assert done.returncode == 0, (done.returncode, done.stderr[-2000:])
    assert done.stdout.endswith("well\n")


def lengths(size: int) -> list[int]:
    pages = [0, 1, 4096, 4096 + 100, 16384, size // 2, size // 2 // 4096 * 4096]
    return [*pages, size - 4096, size - 41, size - 1]


@pytest.mark.parametrize("warm", ["warm", "cold"])
@pytest.mark.parametrize("which", range(10))
def test_a_segment_that_is_cut_while_it_is_open_is_damaged(
    index: Path, which: int, warm: str
) -> None:
    cut = lengths(segment_of(index).stat().st_size)[which]
    run(index, cut, CUT, JUDGED, arguments=(warm,))


def test_nothing_is_answered_from_a_segment_that_was_cut(index: Path) -> None:
    archive = Archive.open(index)
    assert archive.search("harbour").total == ARTICLES
    segment = segment_of(index)
    os.truncate(segment, segment.stat().st_size - 1)
    with pytest.raises(IndexDamagedError, match=segment.name):
        archive.search("harbour")
    with pytest.raises(IndexDamagedError):
        archive.get("article-77")


def test_a_cut_segment_is_damaged_with_faulthandler_before_and_after(index: Path) -> None:
    run(index, 4096, "import faulthandler; faulthandler.enable()\n", CUT, JUDGED)


def test_a_signal_that_is_not_ours_still_ends_the_process(index: Path) -> None:
    elsewhere = """
    import faulthandler, mmap, tempfile
    faulthandler.enable()
    archive.search("harbour")
    with tempfile.TemporaryFile() as file:
        file.truncate(8192)
        other = mmap.mmap(file.fileno(), 8192)
        file.truncate(0)
        other[5000]
    """
    program = ASKED + textwrap.dedent(elsewhere)
    command = [sys.executable, "-c", program, str(index), str(segment_of(index)), "0"]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=HANG_GUARD_S, check=False
    )
    assert done.returncode == -7
    assert "Bus error" in done.stderr


def test_a_cut_segment_is_damaged_in_a_fork_and_in_threads(index: Path) -> None:
    forked = """
    child = os.fork()
    if child == 0:
        os.truncate(segment, cut)
        damaged = outcome(lambda: archive.search("harbour").total)
        os._exit(0 if damaged in ("damaged", expected) else 1)
    assert os.waitpid(child, 0)[1] == 0
    failed = []
    def search():
        for name, call in ask(archive):
            if outcome(call) not in (expected[name], "damaged"):
                failed.append(name)
    threads = [threading.Thread(target=search) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed, failed
    """
    run(index, 8192, forked, JUDGED)


def test_a_merge_of_a_cut_segment_is_damaged_and_commits_nothing(index: Path) -> None:
    merging = """
    from searcher import Article
    writer = archive.writer().__enter__()
    writer.add(Article("New", "Quite new.", id="new"))
    os.truncate(segment, cut)
    try:
        writer.optimize()
    except IndexDamagedError:
        print("damaged")
    else:
        raise AssertionError("a cut segment was merged")
    """
    run(index, segment_of(index).stat().st_size // 2, merging, "print('well')\n")


def test_a_segment_that_is_replaced_by_renaming_is_answered_from_the_old_one(index: Path) -> None:
    archive = Archive.open(index)
    archive.search("zebra")
    segment = segment_of(index)
    other = index / "other"
    other.write_bytes(b"junk")
    other.replace(segment)
    assert archive.search("harbour").total == ARTICLES


@pytest.mark.parametrize("kind", ["pipe", "link", "directory"])
def test_what_is_no_file_is_no_segment(index: Path, tmp_path: Path, kind: str) -> None:
    core = find_core().module
    assert core is not None
    segment = segment_of(index)
    real = tmp_path / "real.nseg"
    segment.rename(real)
    if kind == "pipe":
        os.mkfifo(segment)
    elif kind == "link":
        segment.symlink_to(real)
    else:
        segment.mkdir()
    with pytest.raises((core.DamagedError, OSError), match=segment.name):
        core.Segment(str(segment))
    with pytest.raises(IndexDamagedError):
        Archive.open(index).search("harbour")


def test_a_new_segment_is_not_written_through_a_link(tmp_path: Path) -> None:
    core = find_core().module
    assert core is not None
    outside = tmp_path / "outside"
    link = tmp_path / "new.nseg"
    link.symlink_to(outside)
    with pytest.raises(FileExistsError):
        core.Builder(str(link), [0] * 256, (1.6, 0.3, 2.0, 1.0, 1.0))
    assert not outside.exists()
