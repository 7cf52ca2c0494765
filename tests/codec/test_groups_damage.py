"""Is every wrong byte in the files of copies, groups and stories an error, or no matter?

Files are changed, cut, swapped and replaced by those of another index, as they lie there and
under checksums that fit.  Whatever is then asked, read or written, is answered as before or ends
in an error of ours; what is not what was written is named.
"""

from __future__ import annotations

import json
import shutil
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from searcher import Archive, IndexDamagedError, SearcherError
from searcher.codec.core import find_core
from searcher.codec.generations import latest_generation
from searcher.codec.manifest import read_manifest
from searcher.codec.storage import DurableStorage
from searcher.indexing.check import check_index
from tests.codec.damage_cases import CUTS, FLIPS, is_found
from tests.codec.test_hostile_manifests import manifest_of, sealed
from tests.copies.test_pairs import story
from tests.indexing.test_copies import article, leads
from tests.indexing.test_stories import firsts

KINDS = ["off"] if find_core().module is None else ["auto", "off"]
PATTERNS = ("*.copies", "groups-*.bin", "stories-*.bin")


def make_index(path: Path, seed: str) -> Path:
    """An index of three segments with copies among them, versions and stories."""
    random = Random(seed)
    with Archive.create(path) as archive:
        archive.define_stories(True)
        for part in range(3):
            with archive.writer() as writer:
                for number in range(12):
                    words = story(random.randrange(8), 60)
                    words = words[: random.choice((25, 45, 60))] + story(random.randrange(8), 30)
                    writer.add(article(f"{part}-{number}", words, random.randrange(5)))
                if part:
                    writer.remove(f"{part - 1}-3")
    return path


@pytest.fixture(scope="module", params=KINDS)
def whole(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEARCHER_NATIVE", request.param)
        yield make_index(tmp_path_factory.mktemp("groups") / "index", "one")


@pytest.fixture(scope="module")
def other(whole: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another index of as many articles."""
    return make_index(tmp_path_factory.mktemp("groups") / "other", "two")


@pytest.fixture
def index(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "index"))


def folded(index: Path) -> Any:
    with Archive.open(index) as archive:
        found = archive.search("*", limit=None, group="copies")
        marks = ("is:copy", "has:copies", "has:versions", "copies:0-1", "has:story", "story:0-1")
        return found.counts, [hit.id for hit in found], [sorted(archive.ids(m)) for m in marks]


def of_one(index: Path) -> Any:
    with Archive.open(index) as archive:
        return archive.copies("0-1"), archive.story("0-1")


def committed(index: Path) -> Any:
    """Groups and stories after a commit to a copy of the index."""
    changed = Path(shutil.copytree(index, index.with_name("changed")))
    try:
        before = latest_generation(str(changed))
        try:
            with Archive.open(changed) as archive, archive.writer() as writer:
                writer.add(article("new", story(3, 60)[:50], 2))
                writer.remove("0-5")
        except SearcherError as error:
            assert latest_generation(str(changed)) == before
            raise type(error)(str(index), str(error)) from None
        return leads(changed), firsts(changed)
    finally:
        shutil.rmtree(changed)


def merged(index: Path) -> Any:
    changed = Path(shutil.copytree(index, index.with_name("changed")))
    try:
        with Archive.open(changed) as archive:
            archive.optimize()
        return leads(changed), firsts(changed)
    except SearcherError as error:
        raise type(error)(str(index), str(error)) from None
    finally:
        shutil.rmtree(changed)


def checked(index: Path) -> Any:
    return check_index(str(index)).to_dict()


ASKED: tuple[Callable[[Path], Any], ...] = (folded, of_one, committed, merged)


def files_of(index: Path) -> list[Path]:
    return [path for pattern in PATTERNS for path in sorted(index.glob(pattern))]


@pytest.fixture(scope="module")
def expected(whole: Path) -> list[Any]:
    assert len(files_of(whole)) >= 3
    return [ask(whole) for ask in ASKED]


def use(index: Path, expected: list[Any], name: str) -> set[str]:
    """Ask everything of an index whose file `name` is not what was written."""
    seen = set()
    for ask, answer in zip(ASKED, expected, strict=True):
        try:
            found = ask(index)
        except IndexDamagedError as error:
            assert name in str(error), error
            seen.add("refused")
        else:
            assert found == answer, ask.__name__
            seen.add("answered")
    assert is_found(index, name)
    return seen


def test_a_changed_or_cut_file_is_refused_by_name_or_not_needed(
    index: Path, expected: list[Any]
) -> None:
    random = Random("bytes")
    files = files_of(index)
    for number in range(max(FLIPS // 4, 2 * len(files))):
        path = files[number % len(files)]
        data = path.read_bytes()
        flipped = bytearray(data)
        flipped[random.randrange(len(data))] ^= 1 << random.randrange(8)
        cut = data[: random.choice((0, len(data) - 1, random.randrange(len(data))))]
        path.write_bytes(random.choice((flipped, cut, data + b"\0", bytes(len(data)))))
        seen = use(index, expected, path.name)
        assert "refused" in seen
        path.write_bytes(data)
    assert [ask(index) for ask in ASKED] == expected


def test_swapped_foreign_and_missing_files_are_refused_by_name(
    index: Path, other: Path, expected: list[Any]
) -> None:
    tables = sorted(index.glob("*.copies"))
    for path in files_of(index):
        data = path.read_bytes()
        foreign = [one for one in files_of(other) if one.suffix == path.suffix]
        swapped = [one for one in tables if one != path and path.suffix == ".copies"]
        for one in [*foreign[:2], *swapped[:1]]:
            if one.read_bytes() == data:
                continue
            path.write_bytes(one.read_bytes())
            assert "refused" in use(index, expected, path.name)
        path.unlink()
        assert "refused" in use(index, expected, path.name)
        path.write_bytes(data)
    assert [ask(index) for ask in ASKED] == expected


# -- under checksums that fit


def seal(index: Path) -> None:
    """Make the manifest fit the files, as a stranger who makes an index would."""
    path = manifest_of(index)
    storage = DurableStorage(str(index), readonly=True)
    manifest = read_manifest(storage, latest_generation(str(index)))
    value = manifest_value(path)
    facts = {one.name: storage.facts_of(one.name) for one in files_of(index)}
    for kind in ("groups", "stories"):
        (name,) = (name for name in facts if name.startswith(kind))
        value[kind] = list(facts.pop(name))
    for name, found in facts.items():
        assert name in manifest.files
        value["files"][name] = list(found)
    path.write_bytes(sealed(value))
    storage.release()


def manifest_value(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_bytes())
    return found


def test_what_a_stranger_wrote_ends_in_an_answer_or_an_error_of_ours(index: Path) -> None:
    random = Random("stranger")
    files = files_of(index)
    outcomes = set()
    for number in range(max(CUTS // 2, 3 * len(files))):
        path = files[number % len(files)]
        data = path.read_bytes()
        changed = bytearray(data)
        for _ in range(random.choice((1, 1, 8))):
            # The head, which says how much there is, as often as all else.
            place = random.randrange(random.choice((32, len(data) - 4)))
            what = random.choice((0, 1, 2**31, 2**32 - 1, random.getrandbits(32)))
            changed[place : place + 4] = struct.pack("<I", what)
        path.write_bytes(changed[: len(data)])
        seal(index)
        for ask in (*ASKED, checked):
            try:
                ask(index)
                outcomes.add("answered")
            except SearcherError as error:
                assert str(index) in str(error)
                outcomes.add("refused")
            except AssertionError:
                raise
            except BaseException as error:
                error.add_note(f"change {number} of {path.name}")
                raise
        path.write_bytes(data)
    seal(index)
    assert check_index(str(index)).sound and outcomes == {"answered", "refused"}


def test_groups_by_older_rules_are_read_and_made_anew_by_the_next_commit(
    index: Path, expected: list[Any]
) -> None:
    (path,) = index.glob("groups-*.bin")
    data = bytearray(path.read_bytes())
    segments, documents, _ = struct.unpack_from("<III", data, 12)
    leads_at = 24 + 4 * segments
    found = struct.unpack_from(f"<{documents}I", data, leads_at)
    alone = [n if lead != 2**32 - 1 else lead for n, lead in enumerate(found)]
    struct.pack_into(f"<{documents}I", data, leads_at, *alone)
    struct.pack_into("<I", data, 8, 1)
    path.write_bytes(data)
    seal(index)
    with Archive.open(index) as archive:
        assert archive.search("is:copy").total == 0
    assert committed(index) == expected[ASKED.index(committed)]


@pytest.mark.parametrize(
    ("place", "form", "value"),
    [
        (0, "<8s", b"SRCHTEXS"),
        (8, "<I", 7),
        (12, "<I", 2**32 - 1),
        (16, "<Q", 2**64 - 1),
        (16, "<Q", 2**61),
        (16, "<Q", 0),
        (24, "<B", 255),
        (24, "<B", 0),
        (25, "<B", 0),
        (25, "<B", 255),
    ],
)
def test_a_head_that_lies_of_its_table_is_refused_by_name(
    index: Path, place: int, form: str, value: Any
) -> None:
    path = sorted(index.glob("*.copies"))[0]
    data = bytearray(path.read_bytes())
    struct.pack_into(form, data, place, value)
    path.write_bytes(data)
    seal(index)
    for ask in (committed, merged):
        with pytest.raises(IndexDamagedError, match=path.name):
            ask(index)


def test_leads_that_do_not_lead_and_links_of_nothing_are_refused_by_name(index: Path) -> None:
    (path,) = index.glob("groups-*.bin")
    data = path.read_bytes()
    segments, documents, links = struct.unpack_from("<III", data, 12)
    leads_at = 24 + 4 * segments
    links_at = leads_at + 4 * documents
    assert links
    found = struct.unpack_from(f"<{documents}I", data, leads_at)
    (copy, *_) = (n for n, lead in enumerate(found) if lead not in (n, 2**32 - 1))
    changes = [
        (leads_at, 2**32 - 2), (leads_at, documents), (leads_at + 4 * copy + 4, copy),
        (links_at, documents), (links_at + 4, 2**32 - 1), (links_at + 8, 9),
    ]  # fmt: skip
    for place, value in changes:
        changed = bytearray(data)
        struct.pack_into("<I", changed, place, value)
        path.write_bytes(changed)
        seal(index)
        assert is_found(index, path.name)
        with pytest.raises(IndexDamagedError, match=path.name):
            committed(index)
