"""Are sets of names durable, and read as what a stranger may have written?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from searcher import Archive, IndexDamagedError, IndexStateError, NameSetError
from searcher.codec.name_sets import MOST_SPELLINGS, read_name_sets, save_name_set


@pytest.fixture
def index(tmp_path: Path) -> Path:
    Archive.create(tmp_path / "index").close()
    return tmp_path / "index"


def test_a_set_is_read_back_whatever_it_holds(index: Path) -> None:
    spellings = ("haftar", "Халифа Хафтар", "o'brien", 'a "quoted" one')
    save_name_set(str(index), "a_b-1", spellings)
    assert read_name_sets(str(index)) == {"a_b-1": spellings}
    assert read_name_sets(str(index), "a_b-1", "none") == {"a_b-1": spellings}
    assert not [name for name in os.listdir(index) if name.endswith(".tmp")]


@pytest.mark.parametrize("spellings", [(), ("",), ("--",), ("a\nb",), ("x",) * 101, ("x" * 101,)])
def test_what_is_no_set_is_not_saved(index: Path, spellings: tuple[str, ...]) -> None:
    assert len(spellings) <= MOST_SPELLINGS + 1
    with pytest.raises(NameSetError):
        save_name_set(str(index), "a", spellings)
    assert read_name_sets(str(index)) == {}


def _link(path: Path) -> None:
    (path.parent / "elsewhere.json").write_text('{"format":1,"spellings":["a"]}')
    path.symlink_to("elsewhere.json")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b'{"format":1,"spellings":["haf'),
        lambda path: path.write_bytes(b'{"format":2,"spellings":["haftar"]}'),
        lambda path: path.write_bytes(b'{"format":1,"spellings":[]}'),
        lambda path: path.write_bytes(b'{"format":1,"spellings":[1]}'),
        lambda path: path.write_bytes(b'{"format":1,"spellings":["a","b"],"spellings":[]}'),
        lambda path: path.write_bytes(json.dumps({"format": 1, "spellings": ["a" * 200]}).encode()),
        lambda path: path.write_bytes(b"[" * 60_000),
        lambda path: path.write_bytes(b" " * 100_000),
        lambda path: path.mkdir(),
        os.mkfifo,
        _link,
    ],
)
def test_a_file_that_is_none_of_ours_is_an_error_and_never_waits(
    index: Path, spoil: Callable[[Path], object]
) -> None:
    spoil(index / "names-a.json")
    with pytest.raises((IndexDamagedError, IndexStateError)):
        read_name_sets(str(index), "a")
    with Archive.open(index) as archive:
        assert archive.search("*").total == 0  # other queries do not mind
        assert [file.name for file in archive.check().files if file.error] == ["names-a.json"]


def test_two_who_save_at_once_leave_one_whole_set(index: Path) -> None:
    script = (
        "import sys; from searcher.codec.name_sets import save_name_set\n"
        "for _ in range(20): save_name_set(sys.argv[1], 'a', [sys.argv[2]] * 50)"
    )
    savers = [
        subprocess.Popen([sys.executable, "-c", script, str(index), word])
        for word in ("one", "two")
    ]
    assert [saver.wait(120) for saver in savers] == [0, 0]
    assert set(read_name_sets(str(index))["a"]) in ({"one"}, {"two"})
    assert not [name for name in os.listdir(index) if name.endswith(".tmp")]
