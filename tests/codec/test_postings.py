"""Do posting lists come back as they were written, and is damage noticed?"""

from __future__ import annotations

import io
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh.codec.whoosh3 import W3TermInfo
from whoosh.filedb.structfile import StructFile
from whoosh.reading import CorruptIndexError

from searcher.codec.postings import (
    BLOCK_POSTINGS,
    BinaryPositions,
    PlainLeafMatcher,
    PlainPostingsWriter,
    read_posting_list,
    unsigned_array,
)

deltas = st.integers(0, 70_000)
documents = st.lists(
    st.tuples(st.integers(1, 70_000), st.lists(deltas, min_size=1, max_size=5)),
    min_size=1,
    max_size=40,
)


def write(postings: list[tuple[int, list[int]]], *, positions: bool = True) -> tuple[bytes, Any]:
    ids = unsigned_array(accumulate(gap for gap, _ in postings))
    frequencies = unsigned_array(len(run) for _, run in postings)
    runs = unsigned_array(p for _, run in postings for p in run) if positions else unsigned_array()
    file = StructFile(io.BytesIO())
    info = PlainPostingsWriter(file).write_list(ids, frequencies, runs, (), W3TermInfo())
    return file.file.getvalue(), info


@given(documents)
def test_what_was_written_is_read(postings: list[tuple[int, list[int]]]) -> None:
    data, _ = write(postings)
    found = read_posting_list(data)
    assert list(found.ids) == list(accumulate(gap for gap, _ in postings))
    assert list(found.frequencies) == [len(run) for _, run in postings]
    assert list(found.positions) == [p for _, run in postings for p in accumulate(run)]
    raw = read_posting_list(data, absolute=False)
    assert list(raw.positions) == [p for _, run in postings for p in run]


@pytest.mark.parametrize(
    "count", [1, 2, BLOCK_POSTINGS - 1, BLOCK_POSTINGS, BLOCK_POSTINGS + 1, 3 * BLOCK_POSTINGS]
)
def test_lists_around_the_size_of_a_block_are_whole(count: int) -> None:
    postings = [(1 + i % 3, [i % 7] * (1 + i % 4)) for i in range(count)]
    data, info = write(postings)
    found = read_posting_list(data)
    assert list(found.ids) == list(accumulate(gap for gap, _ in postings))
    assert info.doc_frequency() == count


def test_the_first_document_may_have_the_number_0() -> None:
    data, _ = write([(0, [3]), (5, [1])])
    assert list(read_posting_list(data).ids) == [0, 5]


def test_a_field_without_positions_has_none() -> None:
    data, _ = write([(1, [0]), (4, [0])], positions=False)
    found = read_posting_list(data)
    assert list(found.ids) == [1, 5]
    assert list(found.positions) == []


@given(documents)
def test_whooshs_matcher_reads_the_same_postings(postings: list[tuple[int, list[int]]]) -> None:
    data, _ = write(postings)
    file = StructFile(io.BytesIO(data))
    matcher = PlainLeafMatcher(file, 0, len(data), BinaryPositions())
    seen = []
    while matcher.is_active():
        seen.append((matcher.id(), matcher.weight(), matcher.value_as("positions")))
        matcher.next()
    ids = accumulate(gap for gap, _ in postings)
    assert seen == [
        (i, float(len(run)), list(accumulate(run)))
        for i, (_, run) in zip(ids, postings, strict=True)
    ]


def test_whooshs_matcher_skips_over_blocks() -> None:
    postings = [(2, [1])] * (4 * BLOCK_POSTINGS)
    data, _ = write(postings)
    matcher = PlainLeafMatcher(StructFile(io.BytesIO(data)), 0, len(data), BinaryPositions())
    matcher.skip_to(2 * 3 * BLOCK_POSTINGS + 1)
    assert matcher.id() == 2 * 3 * BLOCK_POSTINGS + 2
    matcher.reset()
    assert matcher.id() == 2


@given(documents, st.data())
def test_a_cut_list_is_an_error(postings: list[tuple[int, list[int]]], data: st.DataObject) -> None:
    written, _ = write(postings)
    length = data.draw(st.integers(0, len(written) - 1))
    with pytest.raises(CorruptIndexError):
        read_posting_list(written[:length])


@given(st.binary(max_size=200))
def test_random_bytes_are_an_error(junk: bytes) -> None:
    with pytest.raises(CorruptIndexError):
        read_posting_list(b"SRP1" + junk)
