"""Does every read come from its own place, whole, whoever else reads?"""

from __future__ import annotations

import os
import threading
import zlib
from array import array
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh.filedb.filestore import FileStorage, RamStorage
from whoosh.filedb.structfile import StructFile
from whoosh.reading import CorruptIndexError

from searcher.codec.positioned import WHOLE_BYTES, PositionedFile, open_positioned

SIZES = (0, 1, 5000, WHOLE_BYTES, WHOLE_BYTES + 1, 3 * WHOLE_BYTES + 12_345)


@pytest.fixture(params=SIZES)
def written(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, bytes]]:
    data = Random(request.param).randbytes(request.param)
    (tmp_path / "file").write_bytes(data)
    yield tmp_path / "file", data


def opened(path: Path) -> PositionedFile:
    data = path.read_bytes()
    return PositionedFile(path.open("rb"), path.name, (len(data), zlib.crc32(data)))


def test_every_place_is_read_as_it_was_written(written: tuple[Path, bytes]) -> None:
    path, data = written
    random = Random("places")
    with opened(path) as file:
        assert file.size == len(data) and file.get(0, len(data)) == data
        for _ in range(500):
            start = random.randint(0, len(data))
            length = random.choice((0, 1, 4, 100, 16_384, 40_000, len(data)))
            length = min(length, len(data) - start)
            assert file.get(start, length) == data[start : start + length]


def test_a_read_past_the_end_or_before_the_beginning_is_an_error(
    written: tuple[Path, bytes],
) -> None:
    path, data = written
    with opened(path) as file:
        for start, length in ((len(data), 1), (0, len(data) + 1), (-1, 1), (0, -1), (1 << 70, 1)):
            with pytest.raises(CorruptIndexError, match="file"):
                file.get(start, length)
        with pytest.raises(CorruptIndexError):
            file.get_array(0, "I", 1 << 60)


def test_whoosh_finds_its_own_file_in_it(tmp_path: Path) -> None:
    numbers = array("I", [1, 70_000, 1 << 31])
    with StructFile((tmp_path / "file").open("wb")) as writer:
        writer.write_ushort(513)
        writer.write_string(b"truce")
        writer.write_array(numbers)
    with opened(tmp_path / "file") as file:
        assert file.read_ushort() == file.get_ushort(0) == 513
        assert file.read_string() == b"truce"
        assert file.get_array(file.tell(), "I", 3) == numbers == file.read_array("I", 3)
        file.seek(-4, os.SEEK_END)
        assert file.read_uint() == 1 << 31
        with pytest.raises(CorruptIndexError):
            file.read(1)
        with pytest.raises(CorruptIndexError, match="never loaded"):
            file.read_pickle()


def test_it_is_read_from_the_storages_of_whoosh(tmp_path: Path) -> None:
    for storage in (FileStorage(str(tmp_path)), RamStorage()):
        with storage.create_file("file") as writer:
            writer.write(b"a truce")
        with open_positioned(storage, "file") as file:
            assert file.get(2, 5) == b"truce"


def test_another_file_than_the_one_that_was_written_is_refused(written: tuple[Path, bytes]) -> None:
    path, data = written
    for expected in ((len(data) + 1, zlib.crc32(data)), (len(data), zlib.crc32(data) ^ 1)):
        if len(data) > WHOLE_BYTES and expected[0] == len(data):
            continue  # the storage compares it
        with pytest.raises(CorruptIndexError, match="file"):
            PositionedFile(path.open("rb"), path.name, expected)


@pytest.mark.parametrize("change", ["cut", "emptied", "written over", "one bit"])
def test_a_file_that_is_changed_while_open_is_an_error_or_no_matter(
    written: tuple[Path, bytes], change: str
) -> None:
    path, data = written
    with opened(path) as file:
        if data:
            file.get(0, 1)
        os.utime(path, (1, 1))  # so that the change surely has another time
        with path.open("r+b") as writer:
            match change:
                case "cut":
                    writer.truncate(len(data) // 2)
                case "emptied":
                    writer.truncate(0)
                case "written over":
                    writer.write(bytes(len(data)))
                case "one bit" if data:
                    writer.seek(len(data) - 1)
                    writer.write(bytes([data[-1] ^ 4]))
        refused = 0
        for start in range(0, len(data), 4000):
            try:
                found = file.get(start, min(4000, len(data) - start))
            except CorruptIndexError as error:
                assert "file" in str(error)
                refused += 1
            else:
                assert found == data[start : start + 4000]
        assert bool(refused) == (len(data) > WHOLE_BYTES)


def test_a_file_whose_times_alone_change_is_still_read(written: tuple[Path, bytes]) -> None:
    path, data = written
    with opened(path) as file:
        os.utime(path, (1, 1))
        assert file.get(0, len(data)) == data
        path.unlink()
        assert file.get(len(data) // 2, 1 if data else 0) == data[len(data) // 2 :][:1]


def test_a_file_that_was_not_compared_is_refused_when_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(WHOLE_BYTES + 1))
    with PositionedFile(path.open("rb"), "file") as file:
        os.utime(path, (1, 1))
        with pytest.raises(CorruptIndexError, match="changed while it was open"):
            file.get(0, 1)


def test_threads_do_not_disturb_each_other(written: tuple[Path, bytes]) -> None:
    path, data = written
    wrong: list[int] = []

    def read(file: PositionedFile, seed: int) -> None:
        random = Random(seed)
        for _ in range(2000):
            start = random.randint(0, len(data))
            length = random.randint(0, min(40_000, len(data) - start))
            if file.get(start, length) != data[start : start + length]:
                wrong.append(start)

    with opened(path) as file:
        threads = [threading.Thread(target=read, args=(file, seed)) for seed in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not wrong


@given(st.binary(max_size=60), st.integers(-5, 70), st.integers(-5, 70))
def test_what_is_got_is_as_long_as_was_asked(data: bytes, start: int, length: int) -> None:
    file = PositionedFile(data, "file")
    try:
        assert file.get(start, length) == data[start : start + length]
        assert start >= 0 and length >= 0 and start + length <= len(data)
    except CorruptIndexError:
        assert start < 0 or length < 0 or start + length > len(data)
