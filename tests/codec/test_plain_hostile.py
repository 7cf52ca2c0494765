"""What can someone do who makes a plain segment by hand, with right checksums?

Whatever the bytes are, readers answer or say `CorruptIndexError`, in bounded memory and
time.  Parts are tried alone first, with bytes that were written and then changed, and with
lies that a program would have to tell; then whole indexes whose manifest fits their
changed files.
"""

from __future__ import annotations

import io
import json
import os
import struct
import tracemalloc
import zlib
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from whoosh import columns
from whoosh.codec.whoosh3 import W3TermInfo
from whoosh.filedb.structfile import StructFile
from whoosh.reading import CorruptIndexError

from searcher import Archive, SearcherError
from searcher.codec import plain_tables
from searcher.codec.boundaries import decode_boundaries, encode_boundaries
from searcher.codec.deflated import MOST_TIMES, deflated, inflated
from searcher.codec.generations import latest_generation
from searcher.codec.manifest import publish_manifest, read_manifest
from searcher.codec.plain_columns import STORED_COLUMN, BytesReader, checked_stored
from searcher.codec.plain_tables import TableReader, TableWriter
from searcher.codec.positioned import PositionedFile
from searcher.codec.postings import (
    BLOCK_POSTINGS,
    DEFLATED,
    HEADER,
    LAST,
    MAGIC,
    PlainPostingsWriter,
    read_posting_list,
    unsigned_array,
)
from searcher.codec.storage import DurableStorage
from tests.codec.damage_cases import ASKED, make_index

CHANGES = int(os.environ.get("SEARCHER_HOSTILE", "60"))


class Kept(io.BytesIO):
    """A file in memory whose bytes can be had after it is closed."""

    def close(self) -> None:
        self.data = self.getvalue()


def written(write: Callable[[StructFile], object]) -> bytes:
    kept = Kept()
    file = StructFile(kept)
    file.is_real = False
    write(file)
    kept.close()
    return kept.data


@st.composite
def changed(draw: st.DrawFn, data: bytes) -> bytes:
    """`data` with some bytes replaced, taken out, or put in."""
    changes = bytearray(data)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, max(0, len(changes) - 1)))
        end = start + draw(st.sampled_from((0, 1, 2, 4, 8, 24)))
        changes[start:end] = draw(st.binary(max_size=8))
    return bytes(changes)


# ---------------------------------------------------------------- posting lists


def a_list(count: int, most: int) -> bytes:
    random = Random(f"{count} {most}")
    frequencies = unsigned_array(random.randint(1, most) for _ in range(count))
    ids, number = unsigned_array(), -1
    for _ in range(count):
        number += random.choice((1, 1, 2, 300))
        ids.append(number)
    positions = unsigned_array(random.randint(0, 90) for _ in range(sum(frequencies)))
    return written(
        lambda file: PlainPostingsWriter(file).write_list(
            ids, frequencies, positions, (), W3TermInfo()
        )
    )


LISTS = [a_list(1, 1), a_list(5, 3), a_list(300, 1), a_list(BLOCK_POSTINGS + 40, 4)]
COUNT = 400_000


@given(st.sampled_from(LISTS).flatmap(changed))
def test_a_changed_posting_list_is_refused_or_is_one(data: bytes) -> None:
    try:
        found = read_posting_list(data, count=COUNT)
    except CorruptIndexError:
        return
    ids = list(found.ids)
    assert ids and ids == sorted(set(ids)) and ids[0] >= 0 and ids[-1] < COUNT
    assert len(found.frequencies) == len(ids) and min(found.frequencies) > 0
    assert len(found.positions) in (0, sum(found.frequencies))
    assert len(found.positions) <= MOST_TIMES * len(data)


def block(
    columns: bytes,
    *,
    last: int = 0,
    count: int = 1,
    flags: int = LAST,
    widths: tuple[int, int, int] = (1, 0, 0),
) -> bytes:
    return HEADER.pack(last, count, len(columns), 1.0, 0, 0, flags, *widths) + columns


BOMB = zlib.compress(bytes(50_000_000), 9)
HOSTILE_LISTS = {
    "no documents": block(b"", count=0),
    "more documents than a block has": block(bytes([1] * 600), last=600, count=600),
    "billions of documents": block(b"\1", last=1, count=0xFFFFFFFF),
    "a width that is none": block(bytes(3), widths=(3, 0, 0)),
    "no width": block(b"", widths=(0, 0, 0)),
    "frequencies of a width that is none": block(bytes(9), widths=(1, 8, 0)),
    "positions of a width that is none": block(bytes(9), widths=(1, 0, 8)),
    "documents that do not ascend": block(bytes([5, 0]), last=5, count=2),
    "a second block that goes on with the same": block(b"\5", last=5, flags=0)
    + block(b"\0", last=5),
    "documents that descend by passing 2 ** 32": block(b"\5", last=5, flags=0)
    + block(struct.pack("<I", 0xFFFFFFFF), last=4, widths=(4, 0, 0)),
    "a document that there is not": block(struct.pack("<I", COUNT), last=COUNT, widths=(4, 0, 0)),
    "another last document": block(b"\5", last=6),
    "a term held 0 times": block(bytes([1, 0]), last=1, widths=(1, 1, 0)),
    "a term held four billion times": block(
        b"\1" + struct.pack("<I", 0xFFFFFFFF) + b"\1", last=1, widths=(1, 4, 1)
    ),
    "positions that are missing": block(b"\1", last=1, widths=(1, 0, 1)),
    "positions that are too many": block(bytes([1, 1, 1]), last=1, widths=(1, 0, 1)),
    "a bomb": block(BOMB, last=1, flags=LAST | DEFLATED, widths=(1, 4, 1)),
    "deflated, and cut": block(
        zlib.compress(bytes(range(200)))[:-3], last=1, flags=LAST | DEFLATED, widths=(1, 0, 4)
    ),
    "not deflated": block(b"\1\2\3", last=1, flags=LAST | DEFLATED),
    "no end": block(b"\1", last=1, flags=0),
    "something behind its end": block(b"\1", last=1) + b"\0",
    "a size that is more than there is": block(b"\1", last=1)[:-1],
}


@pytest.mark.parametrize("lie", HOSTILE_LISTS)
def test_a_posting_list_that_lies_is_refused(lie: str) -> None:
    with bounded_memory(), pytest.raises(CorruptIndexError):
        read_posting_list(MAGIC + HOSTILE_LISTS[lie], count=COUNT)


@contextmanager
def bounded_memory() -> Iterator[None]:
    """Within, no more than 10 MB are taken at once."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def test_what_repeats_itself_too_much_is_not_deflated() -> None:
    one_word = unsigned_array([1]) * 1_000_000
    data = written(
        lambda file: PlainPostingsWriter(file).write_list(
            unsigned_array([7]), unsigned_array([len(one_word)]), one_word, (), W3TermInfo()
        )
    )
    assert len(data) > 1_000_000
    assert list(read_posting_list(data).positions) == list(range(1, 1_000_001))


@given(st.binary(max_size=3000), st.integers(1, 40))
def test_what_is_deflated_comes_back(piece: bytes, times: int) -> None:
    packed = deflated(piece * times, 1)
    assert packed is None or inflated(packed) == piece * times


# ---------------------------------------------------------------- dictionaries


def a_table(count: int) -> bytes:
    random = Random(f"table {count}")
    pairs = {random.randbytes(random.randint(1, 9)): random.randbytes(30) for _ in range(count)}

    def write(file: StructFile) -> None:
        table = TableWriter(file)
        table.extras["fieldmap"] = {"body": 0}
        table.add_all(sorted(pairs.items()))
        table.close()

    return written(write)


TABLES = [a_table(0), a_table(1), a_table(40)]


@given(st.sampled_from(TABLES).flatmap(changed), st.binary(max_size=4))
def test_a_changed_dictionary_is_refused_or_answers(data: bytes, wanted: bytes) -> None:
    try:
        table = TableReader(PositionedFile(data, "file"))
        keys = list(table.keys())
        assert keys == sorted(set(keys))
        for key in [*keys, wanted]:
            value = table.get(key)
            assert value is None or value in data
            assert all(found >= key for found in table.keys_from(key))
            near = table.closest_key(key)
            assert near is None or near in data
        list(table.items()), list(table.items_from(wanted))
    except CorruptIndexError as error:
        assert "file" in str(error)


@pytest.mark.parametrize("probes", [0, 1, 64])
def test_a_key_is_found_by_hash_or_by_search(monkeypatch: pytest.MonkeyPatch, probes: int) -> None:
    monkeypatch.setattr(plain_tables, "_MOST_PROBES", probes)
    table = TableReader(PositionedFile(a_table(900), "file"))
    items = dict(table.items())
    assert len(items) > 500
    assert {key: table.get(key) for key in items} == items
    assert [table.get(key + b"x") for key in items] == [items.get(key + b"x") for key in items]


def with_extras(extras: bytes, *, length: int | None = None) -> bytes:
    """An empty dictionary that describes itself as `extras`."""
    directory = struct.pack("!qi", 13, 0) * 256
    said = struct.pack("!I", len(extras) if length is None else length) + extras
    return b"SRT1\1" + bytes(8) + directory + said + struct.pack("!i", len(said))


DEEP = b"[" * 100_000 + b"]" * 100_000
EXTRAS = {
    "no JSON": b"{",
    "deep": b'{"fieldmap":' + DEEP[:60_000] + b"}",
    "no object": b"[]",
    "not ASCII": '{"indextype":"H","indexlen":0,"é":0}'.encode(),
    "a type that is none": b'{"indextype":"Z","indexlen":0}',
    "a type that is no text": b'{"indextype":7,"indexlen":0}',
    "a type that is a list": b'{"indextype":[],"indexlen":0}',
    "no length": b'{"indextype":"H"}',
    "a length that is a truth": b'{"indextype":"H","indexlen":false}',
    "a length that is no whole number": b'{"indextype":"H","indexlen":0.0}',
    "a length below 0": b'{"indextype":"H","indexlen":-1}',
    "a huge length": b'{"indextype":"H","indexlen":' + b"9" * 5000 + b"}",
    "a pickle": b"\x80\x04}q\0.",
}


@pytest.mark.parametrize("lie", EXTRAS)
def test_a_dictionary_that_lies_of_itself_is_refused(lie: str) -> None:
    assert not list(
        TableReader(PositionedFile(with_extras(b'{"indextype":"H","indexlen":0}'), "file")).keys()
    )
    with bounded_memory(), pytest.raises(CorruptIndexError, match="file"):
        TableReader(PositionedFile(with_extras(EXTRAS[lie]), "file"))


@pytest.mark.parametrize("length", [0xFFFFFFFF, 1 << 17, 31])
def test_a_description_of_another_length_is_refused(length: int) -> None:
    data = with_extras(b'{"indextype":"H","indexlen":0}', length=length)
    with pytest.raises(CorruptIndexError):
        TableReader(PositionedFile(data, "file"))


# ---------------------------------------------------------------- columns and stored fields


def a_column(rows: list[bytes], *, cutoff: int = 2**15) -> bytes:
    def write(file: StructFile) -> None:
        writer = columns.VarBytesColumn(write_offsets_cutoff=cutoff).writer(file)
        for number, row in enumerate(rows):
            writer.add(number, row)
        writer.finish(len(rows))

    return written(write)


ROWS = [b"one", b"", b"three" * 60, b"4"]
COLUMNS = [a_column(ROWS), a_column(ROWS, cutoff=0), a_column([b"x" * 70_000] * 4)]


def test_rows_come_back_with_and_without_offsets() -> None:
    for data in COLUMNS[:2]:
        assert list(BytesReader(PositionedFile(data, "file"), len(ROWS))) == ROWS


@given(st.sampled_from(COLUMNS[:2]).flatmap(changed), st.sampled_from((0, 3, 4, 5, 1 << 40)))
def test_a_changed_column_is_refused_or_has_rows(data: bytes, count: int) -> None:
    try:
        reader = BytesReader(PositionedFile(data, "file"), count)
        assert len(reader) == count
        for row in reader:
            assert row in data
    except (CorruptIndexError, OverflowError):
        return


def a_stored_row(data: bytes) -> Any:
    return STORED_COLUMN.reader(PositionedFile(a_column([data]), "file"), 0, 0, 1)[0]


STORED = {
    "a bomb": BOMB,
    "a bomb of text": zlib.compress(b'{"title": "' + b" " * 50_000_000 + b'"}', 9),
    "no JSON": zlib.compress(b"{"),
    "deep": zlib.compress(b'{"a": ' + DEEP + b"}", 0),
    "deep and not deflated": b'{"a": ' + DEEP + b"}",
    "a huge number": b'{"record": ' + b"9" * 100_000 + b"}",
    "half of a pair": b'{"title": "\\ud800"}',
    "not UTF-8": b'{"title": "\xff"}',
    "cut": zlib.compress(b'{"title": "Truce"}')[:-1],
    "something behind it": zlib.compress(b'{"title": "Truce"}') + b"x",
}


@pytest.mark.parametrize("lie", STORED)
def test_a_stored_article_that_lies_is_refused(lie: str) -> None:
    with bounded_memory(), pytest.raises(CorruptIndexError):
        a_stored_row(STORED[lie])


def test_an_article_that_repeats_one_word_is_stored_all_the_same() -> None:
    def write(file: StructFile) -> None:
        writer = STORED_COLUMN.writer(file)
        writer.add(0, {"title": "Oil", "body": "oil " * 100_000})
        writer.add(1, json.dumps({"title": "é\x01"}, ensure_ascii=False).encode())
        writer.finish(2)

    reader = STORED_COLUMN.reader(PositionedFile(written(write), "file"), 0, 0, 2)
    assert list(reader) == [{"title": "Oil", "body": "oil " * 100_000}, {"title": "é\x01"}]


@pytest.mark.parametrize(
    "fields",
    [
        None, [], "text", 7, {"title": 7}, {"title": None}, {"body": ["a"]}, {"byline": [7]},
        {"byline": {"a": "b"}}, {"record": "7"}, {"record": True}, {"record": 1.5},
        {"date": "tomorrow"}, {"date": "2019-99-99"}, {"date": "2019-04-08T10:00"},
        {"date": 20190408}, {"unknown": "x"}, {"url": {}}, {"id": 1},
    ],
)  # fmt: skip
def test_stored_fields_of_wrong_types_are_refused(fields: Any) -> None:
    with pytest.raises(CorruptIndexError):
        checked_stored(fields, 0)


# ---------------------------------------------------------------- boundaries


STARTS = encode_boundaries([0, 7, 20, 400], [0, 20])


@given(st.one_of(changed(STARTS), st.binary(max_size=40)))
@example(struct.pack("<II", 4, 0))
@example(struct.pack("<II", 4, 1))
@example(struct.pack("<5I", *[0xFFFFFFFF] * 5))
def test_changed_boundaries_are_refused_or_ascend(data: bytes) -> None:
    try:
        sentences, paragraphs = decode_boundaries(data)
    except CorruptIndexError:
        return
    assert sentences == sorted(set(sentences)) and set(paragraphs) <= set(sentences)
    assert all(0 <= start < 1 << 32 for start in sentences)


# ---------------------------------------------------------------- whole indexes


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hostile") / "index"
    make_index(path, "plain")
    return path


def seal(index: Path) -> None:
    """Make the manifest fit the files, as a stranger who makes an index would."""
    storage = DurableStorage(str(index))
    manifest = read_manifest(storage, latest_generation(str(index)))
    manifest.files = {name: storage.facts_of(name) for name in manifest.files}
    publish_manifest(storage, manifest)
    storage.release()


def checked(index: Path) -> bool:
    return Archive(str(index)).check().sound


def lied(data: bytes, random: Random) -> bytes:
    """`data` with one number in it changed; the ends, which tell of the rest, most often."""
    changes = bytearray(data)
    place = random.randrange(len(data))
    if random.random() < 0.5:
        place = max(0, len(data) - 1 - random.randrange(64))
    size = random.choice((1, 2, 4, 4, 8))
    number = random.choice((0, 1, 127, 128, 255, 1 << 15, len(data), (1 << 31) - 1, 1 << 31, -1))
    order: Any = random.choice(("big", "little"))
    changes[place : place + size] = (number % (1 << 8 * size)).to_bytes(size, order)
    if random.random() < 0.3:
        return bytes(changes)
    return bytes(changes[: len(data)])


def test_an_index_made_by_a_stranger_is_answered_or_refused(index: Path) -> None:
    random = Random("strangers")
    files = sorted(index.glob("MAIN_*.*"))
    outcomes = set()
    for number in range(CHANGES):
        path = files[number % len(files)]
        data = path.read_bytes()
        path.write_bytes(lied(data, random))
        seal(index)
        for ask in [*ASKED, checked]:
            try:
                ask(index)
                outcomes.add("answered")
            except SearcherError as error:
                assert str(index) in str(error)
                outcomes.add("refused")
            except BaseException as error:
                error.add_note(f"change {number} of {path.name}")
                raise
        path.write_bytes(data)
    seal(index)
    assert checked(index) and outcomes == {"answered", "refused"}


def test_columns_with_too_few_rows_are_refused(index: Path) -> None:
    for extension, width in (
        *(("_body_len", 1), ("_title_len", 1), ("date", 8), ("length", 4), ("digest", 8)),
    ):
        path = sorted(index.glob(f"MAIN_*.{extension}.col"))[0]
        data = path.read_bytes()
        for rows in (data[:-width], data + bytes(width), b"", data * 2):
            path.write_bytes(rows)
            seal(index)
            report = Archive(str(index)).check()
            assert any(path.name in (file.error or "") for file in report.files)
        path.write_bytes(data)
    seal(index)


def test_a_column_of_numbers_has_a_row_for_every_document(index: Path) -> None:
    counts = {
        path.name.split(".")[0]: len(path.read_bytes()) // 4
        for path in index.glob("MAIN_*.length.col")
    }
    for path in index.glob("MAIN_*.date.col"):
        dates = array("q", path.read_bytes())
        assert len(dates) == counts[path.name.split(".")[0]]
