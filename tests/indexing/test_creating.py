"""Can an index be made whatever is left of an earlier try, and only there?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from searcher import Archive, Article, IndexDamagedError, IndexMissingError, IndexStateError

LEFT_OVERS = (
    *("MAIN_WRITELOCK", "manifest-0.json.tmp", "_MAIN_0.toc.tmp", "MAIN.tmp.0a1b", ".gitignore"),
)


def write(path: Path, id: str) -> None:
    with Archive.open_or_create(path) as archive, archive.writer() as writer:
        writer.add(Article("Truce", "A truce held.", id=id))


def test_what_a_dead_process_began_is_taken_over_and_tidied(tmp_path: Path) -> None:
    for name in LEFT_OVERS:
        (tmp_path / name).write_text("{")
    with pytest.raises(IndexMissingError, match="begun, and nothing committed"):
        Archive.open(tmp_path)
    write(tmp_path, "a")
    left = {n for n in os.listdir(tmp_path) if not n.startswith((".", "MAIN_"))}
    assert left == {"manifest-1.json", "sources-1.json", "groups-1.bin", "_MAIN_1.toc"}


def test_what_an_older_searcher_began_is_taken_over(tmp_path: Path) -> None:
    old = {"format": 1, "generation": 0, "language": "en", "analysis": "1", "files": {}}
    (tmp_path / "manifest-0.json").write_text(json.dumps(old))
    with pytest.raises(IndexMissingError, match="committed nothing"):
        Archive.open(tmp_path)
    write(tmp_path, "a")
    assert Archive.open(tmp_path).search("truce").total == 1


@pytest.mark.parametrize("name", ["thesis.doc", "manifest.json", "MAIN_x.nseg", "sources-3.json"])
def test_any_other_file_is_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("years of work")
    (tmp_path / "manifest-0.json.tmp").write_text("{")
    before = sorted(os.listdir(tmp_path))
    for make in (Archive.create, Archive.open_or_create):
        with pytest.raises(IndexStateError) as caught:
            make(tmp_path)
        assert str(tmp_path) in str(caught.value)
    assert sorted(os.listdir(tmp_path)) == before
    assert (tmp_path / name).read_text() == "years of work"


def test_an_index_is_not_made_over_another(tmp_path: Path) -> None:
    write(tmp_path, "a")
    with pytest.raises(IndexStateError, match="already holds files of an index"):
        Archive.create(tmp_path)
    assert len(Archive.open(tmp_path)) == 1


def test_an_index_without_its_manifest_is_damaged_and_not_made_anew(tmp_path: Path) -> None:
    write(tmp_path, "a")
    (tmp_path / "manifest-1.json").unlink()
    names = sorted(os.listdir(tmp_path))
    for use in (Archive.open, Archive.open_or_create, Archive.create):
        with pytest.raises(IndexStateError):
            use(tmp_path)
    with pytest.raises(IndexDamagedError, match="its manifest was removed"):
        Archive.open(tmp_path)
    assert sorted(os.listdir(tmp_path)) == names


MAKE = """
import sys, time
from searcher import Archive, Article, IndexLockedError
for i in range(200):
    try:
        with Archive.open_or_create(sys.argv[1]) as archive, archive.writer() as writer:
            writer.add(Article("Truce", "A truce held.", id=sys.argv[2]))
        break
    except IndexLockedError:
        time.sleep(0.02)
"""


def test_processes_that_make_one_index_at_once_make_one(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "index"
    children = [
        subprocess.Popen([sys.executable, "-c", MAKE, str(path), str(i)], stderr=subprocess.PIPE)
        for i in range(4)
    ]
    errors = [child.communicate(timeout=120)[1] for child in children]
    assert errors == [b""] * 4
    assert sorted(Archive.open(path).ids("truce")) == ["0", "1", "2", "3"]


def test_a_session_that_lost_its_lock_loses_nothing_of_another(tmp_path: Path) -> None:
    write(tmp_path, "before")
    with Archive.open(tmp_path) as archive:
        late = archive.writer()
        late.add(Article("Late", "late", id="late"))
        (tmp_path / "MAIN_WRITELOCK").unlink()
        write(tmp_path, "other")
        with pytest.raises(IndexStateError, match="changed by another writer") as caught:
            late.commit()
        assert str(tmp_path) in str(caught.value)
        late.close()
        assert sorted(archive.ids("*")) == ["before", "other"]
        assert archive.check().sound
        write(tmp_path, "after")
        assert sorted(archive.ids("*")) == ["after", "before", "other"]
