"""Is a manifest that a stranger wrote an error of ours, whatever it says?

Every manifest here has the checksum that fits it, as a stranger would see to.  Whatever
is asked of such an index ends in an answer or in a `SearcherError` that names it, and
nothing outside its directory is read or changed.
"""

from __future__ import annotations

import copy
import json
import resource
import shutil
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from searcher import Archive, Article, IndexDamagedError, SearcherError
from searcher.codec.core import find_core

KINDS = ["off"] if find_core().module is None else ["auto", "off"]


def make_index(path: Path, secret: str = "truce") -> Path:
    with Archive.create(path) as archive:
        for i in range(2):
            with archive.writer() as writer:
                writer.add(Article("Truce", f"A {secret} held {i}.", ("Jo",), id=f"a{i}"))
                writer.add(Article("Twice", f"Version {i}.", id="twice"))
    return path


@pytest.fixture(scope="module", params=KINDS)
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEARCHER_NATIVE", request.param)
        return make_index(tmp_path_factory.mktemp("hostile") / "index")


def sealed(value: dict[str, Any]) -> bytes:
    """`value` as the bytes of a manifest, with the checksum that fits it."""
    data = json.dumps({k: v for k, v in value.items() if k != "crc"}, separators=(",", ":"))[:-1]
    return data.encode() + b',"crc":%d}' % zlib.crc32(data.encode())


def manifest_of(index: Path) -> Path:
    (path,) = index.glob("manifest-*.json")
    return path


def use(index: Path) -> None:
    """Ask everything of the index; only errors of ours may come, and they name it."""
    for ask in ASKED:
        try:
            ask(index)
        except SearcherError as error:
            assert str(index) in str(error), error
            assert "delete the" not in str(error)


def add(index: Path) -> None:
    with Archive(str(index)).writer() as writer:
        writer.add(Article("New", "Brand new.", id="new"))


ASKED: list[Callable[[Path], object]] = [
    lambda index: Archive.open(index).search("truce").to_dict(),
    lambda index: Archive.open(index).ids("held OR version", sort="date"),
    lambda index: Archive.open(index).get("a1"),
    lambda index: Archive.open(index).stats().to_dict(),
    lambda index: Archive(str(index)).check().to_dict(),
    lambda index: Archive.create(index),
    add,
    lambda index: Archive.open_or_create(index).optimize(),
]

JUNK: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(-(2**70), 2**70), st.floats(),
    st.text(max_size=8), st.sampled_from(["../x", "MAIN_a/../b", "MAIN_", "/etc/passwd", "\0"]),
    st.sampled_from([-1, 2**31, 2**32, 2**53, 2**64, 10**400]),
    st.recursive(st.integers(), lambda inner: st.lists(inner, max_size=3)),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=3),
)  # fmt: skip


def places_in(value: Any) -> list[list[Any]]:
    found: list[list[Any]] = [[]]
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items:
        found.append([key])
        if isinstance(inner, dict | list):
            found += [[key, *rest] for rest in places_in(inner)[1:]]
    return found


@settings(
    max_examples=150, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(data=st.data())
def test_a_manifest_with_anything_in_it_is_an_error_of_ours(
    whole: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    index = Path(shutil.copytree(whole, tmp_path_factory.mktemp("copy") / "index"))
    path = manifest_of(index)
    value = copy.deepcopy(json.loads(path.read_bytes()))
    for _ in range(data.draw(st.integers(1, 2))):
        place = data.draw(st.sampled_from(places_in(value)[1:]))
        inner: Any = value
        for key in place[:-1]:
            inner = inner[key]
        match data.draw(st.sampled_from(["replace", "remove", "nudge", "repeat"])):
            case "remove":
                del inner[place[-1]]
            case "nudge" if type(inner[place[-1]]) is int:
                inner[place[-1]] += data.draw(st.sampled_from([-1, 1, 7, 1000]))
            case "repeat" if isinstance(inner, list):
                inner.append(copy.deepcopy(inner[place[-1]]))
            case _:
                inner[place[-1]] = data.draw(JUNK)
        if not places_in(value)[1:]:
            break
    path.write_bytes(sealed(value))
    use(index)
    shutil.rmtree(index.parent)


HOSTILE: dict[str, Callable[[dict[str, Any]], bytes]] = {
    "deep": lambda value: b"[" * 99_000,
    "deeper": lambda value: b'{"a":' * 1_000_000,
    "brackets": lambda value: b'{"a":[' + b"[]," * 5_000_000 + b"[]]}",
    "twice": lambda value: sealed(value).replace(b'"format":3', b'"format":3,"format":3'),
    "not a number": lambda value: sealed(value).replace(b'"sources":', b'"sources":NaN,"x":'),
    "digits": lambda value: b'{"format":' + b"9" * 100_000 + b"}",
    "not JSON": lambda value: b"\x80\x05cposix\nsystem\n.",
    "empty": lambda value: b"",
    "UTF-16": lambda value: sealed(value).decode().encode("utf-16"),
    "true for 1": lambda value: sealed({**value, "format": True}),
    "rules of no copies": lambda value: sealed({**value, "copies": [0, 3]}),
    "rules of centuries": lambda value: sealed({**value, "copies": [80, 1 << 50]}),
    "zeros": lambda value: bytes(50_000_000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_manifest_is_damage_and_takes_no_memory(
    name: str, whole: Path, tmp_path: Path
) -> None:
    index = Path(shutil.copytree(whole, tmp_path / "index"))
    path = manifest_of(index)
    path.write_bytes(HOSTILE[name](json.loads(path.read_bytes())))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    use(index)
    with pytest.raises(IndexDamagedError, match=path.name):
        Archive.open(index)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000  # KB


@pytest.mark.parametrize("name", ["../other/MAIN_x", "/MAIN_x", "MAIN_x/..", "MAIN_X", "", "MAIN_"])
def test_a_segment_of_another_directory_is_refused(name: str, whole: Path, tmp_path: Path) -> None:
    index = Path(shutil.copytree(whole, tmp_path / "index"))
    other = make_index(tmp_path / "other", "secret")
    path = manifest_of(index)
    value = json.loads(path.read_bytes())
    theirs = json.loads(manifest_of(other).read_bytes())
    if "MAIN_x" in name:
        name = name.replace("MAIN_x", theirs["segments"][0]["name"])
    old = theirs["segments"][0]["name"]
    value["segments"] = [{**theirs["segments"][0], "name": name}]
    value["files"] = {n.replace(old, name): f for n, f in theirs["files"].items() if old in n}
    path.write_bytes(sealed(value))
    for ask in (Archive.open, add, lambda index: Archive.open(index).optimize()):
        with pytest.raises(IndexDamagedError, match=path.name):
            ask(index)
    assert not Archive(str(index)).check().sound
    assert Archive.open(other).search("secret").total == 2


def test_a_strangers_index_changes_nothing_of_ones_own(whole: Path, tmp_path: Path) -> None:
    own = make_index(tmp_path / "own")
    with Archive.open(own) as archive, archive.writer() as writer:
        for i in range(9):
            writer.add(Article("More", f"And more {i}.", id=f"m{i}"))
    with Archive.open(own) as archive, archive.writer() as writer:
        writer.remove("m0")
    before = Archive.open(own).ids("*")
    stranger = Path(shutil.copytree(own, tmp_path / "stranger"))
    path = manifest_of(stranger)
    value = json.loads(path.read_bytes())
    for segment in value["segments"]:
        segment["deleted"] = ""
    path.write_bytes(sealed(value))
    assert len(Archive.open(stranger)) > len(before)
    assert Archive.open(own).ids("*") == before and "m0" not in Archive.open(own)


@pytest.mark.parametrize("how", ["swapped", "older"])
def test_files_that_fit_themselves_but_not_the_commit_are_found(
    whole: Path, tmp_path: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEARCHER_NATIVE", "auto" if any(whole.glob("*.nseg")) else "off")
    other = make_index(tmp_path / "other", "truth") if how == "swapped" else whole
    index = Path(shutil.copytree(whole, tmp_path / "index"))
    value = json.loads(manifest_of(index).read_bytes())
    mine, theirs = value["segments"][0]["name"], value["segments"][1]["name"]
    if how == "swapped":
        theirs = json.loads(manifest_of(other).read_bytes())["segments"][0]["name"]
    changed = []
    for path in index.glob(f"{mine}.*"):
        found = other / path.name.replace(mine, theirs)
        if found.exists() and found.read_bytes() != path.read_bytes():
            path.write_bytes(found.read_bytes())
            changed.append(path.name)
    assert changed
    use(index)
    report = Archive(str(index)).check()
    assert {file.name for file in report.files if file.error} == set(changed)
    with pytest.raises(IndexDamagedError):
        Archive.open(index).search("held OR version OR truce")
