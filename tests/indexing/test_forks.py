"""Does a session of changes belong to the process that began it, whatever is forked?

Each test runs a script in a process of its own, because a fork of pytest is no fork of a
program.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from searcher import Archive, Article, IndexLockedError

pytestmark = [
    pytest.mark.same_without_core,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork"),
]

BEGINNING = """
import gc, os, signal, sys, time
from searcher import Archive, Article, IndexLockedError, IndexStateError, SearcherError

archive = Archive.open(sys.argv[1])
writer = archive.writer(threads=2)
for i in range(200):
    writer.add(Article("Parent", f"story of the parent {i}", id=f"p{i}"))

def refused(work, *arguments):
    try:
        work(*arguments)
    except IndexStateError as error:
        assert sys.argv[1] in str(error), error
        return not isinstance(error, IndexLockedError)
    return False

def in_child(work):
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        except SystemExit as end:
            code = end.code
        finally:
            sys.stdout.flush()
            if code != 99:
                os._exit(code)
        # 99: the interpreter ends as that of a program does.
        sys.exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

def is_locked():
    try:
        archive.writer().close()
    except IndexLockedError:
        return True
    return False
"""


@pytest.fixture(params=["auto", "off"])
def index(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SEARCHER_NATIVE", request.param)
    with Archive.create(tmp_path / "index") as archive, archive.writer() as writer:
        writer.add(Article("Before", "a story from before", id="before"))
    return tmp_path / "index"


def run(index: Path, script: str) -> None:
    command = [sys.executable, "-c", BEGINNING + textwrap.dedent(script), str(index)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr + done.stdout
    with Archive.open(index) as archive:
        assert archive.search('"story of the parent"').total == 200
        assert archive.check().sound
        with archive.writer() as writer:
            writer.add(Article("After", "afterwards", id="z"))


def test_a_child_that_ends_unlocks_nothing_and_removes_nothing(index: Path) -> None:
    run(
        index,
        """
        for ending in (lambda: sys.exit(99), lambda: None, gc.collect, writer.close):
            assert in_child(ending) == 0
            assert is_locked()
        writer.add(Article("Last", "story", id="last"))
        writer.commit()
        assert len(archive) == 202
        writer.close()
        """,
    )


def test_a_childs_copy_of_a_session_refuses_everything(index: Path) -> None:
    run(
        index,
        """
        def child():
            assert refused(writer.add, Article("Child", "no", id="c"))
            for work in (writer.commit, writer.optimize):
                assert refused(work)
            assert refused(writer.remove, "before")
            session = writer._session
            assert refused(lambda: session.committed.ids_of_file("x"))
            assert refused(session.article, "x")
            assert refused(session.set_sources, {})
            try:
                with writer:
                    pass
            except IndexStateError:
                pass
            else:
                raise AssertionError
            assert is_locked()
            assert archive.search("before").total == 1
        assert in_child(child) == 0
        assert is_locked()
        writer.commit()
        writer.close()
        """,
    )


def test_a_child_may_write_when_its_parent_is_done(index: Path) -> None:
    run(
        index,
        """
        read, write = os.pipe()
        looked, look = os.pipe()
        child = os.fork()
        if child == 0:
            assert is_locked()
            os.write(look, b"x")
            os.read(read, 1)
            with archive.writer() as own:
                own.add(Article("Child", "story of the child", id="c"))
            os._exit(0)
        os.close(look)
        os.read(looked, 1)  # the child has looked, or is gone
        writer.commit()
        writer.close()
        os.write(write, b"x")
        assert os.waitpid(child, 0)[1] == 0
        assert archive.search("child").total == 1
        """,
    )


def test_the_lock_of_a_dead_parent_is_free_although_its_children_live(index: Path) -> None:
    script = BEGINNING + textwrap.dedent(
        """
        child = os.fork()
        if child == 0:
            time.sleep(60)
            os._exit(0)
        print(child, flush=True)
        time.sleep(60)
        """
    )
    command = [sys.executable, "-c", script, str(index)]
    parent = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    try:
        with pytest.raises(IndexLockedError) as caught:
            Archive.open(index).writer()
        assert caught.value.holder == parent.pid
        parent.kill()
        parent.wait()
        deadline = time.monotonic() + 10
        while True:
            try:
                with Archive.open(index).writer() as writer:
                    writer.add(Article("After", "afterwards", id="z"))
                break
            except IndexLockedError:
                assert time.monotonic() < deadline
                time.sleep(0.05)
    finally:
        parent.stdout.close()
        os.kill(child, signal.SIGKILL)
    assert Archive.open(index).ids("afterwards") == ["z"]


def test_an_archive_that_was_opened_before_forks_answers_in_all_of_them(index: Path) -> None:
    run(
        index,
        """
        writer.commit()
        expected = archive.ids("story 7 OR parent", limit=20)
        children = []
        for _ in range(4):
            child = os.fork()
            if child == 0:
                for _ in range(50):
                    if archive.ids("story 7 OR parent", limit=20) != expected:
                        os._exit(1)
                    archive.get("p7")
                os._exit(0)
            children.append(child)
        for _ in range(50):
            assert archive.ids("story 7 OR parent", limit=20) == expected
        assert [os.waitpid(child, 0)[1] for child in children] == [0] * 4
        writer.close()
        """,
    )
