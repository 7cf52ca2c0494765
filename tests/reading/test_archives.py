"""Archives of files, and packed files: what is in them, and what is made to harm."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading import decompressors, detect, read, read_bytes, read_stream
from searcher.reading.compression import compression_of, unpack

from .gold import share_right

TEXT = b"Ferry is late\n\nThe ferry to the islands is late again, said the master on Monday.\n"
RECORDS = b'{"title": "One", "body": "Text of it."}\n{"title": "Two", "body": "More of it."}\n'


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return packed.getvalue()


def tarred(members: dict[str, bytes], form: int = tarfile.GNU_FORMAT) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=form) as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return packed.getvalue()


def read_all(data: bytes, name: str) -> tuple[list[Article], list[ReadError]]:
    errors: list[ReadError] = []
    articles = []
    try:
        for article in read_bytes(data, name=name, on_error=errors.append):
            articles.append(article)
    except ReadError as error:
        errors.append(error)
    return articles, errors


MEMBERS = {"a/one.txt": TEXT, "a/two.jsonl": RECORDS, "a/logo.png": b"\x89PNG\r\n\x1a\n" + bytes(9)}


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (zipped(MEMBERS), "a.zip"),
        (zipped(MEMBERS, zipfile.ZIP_STORED), "a"),
        (zipped(MEMBERS, zipfile.ZIP_BZIP2), "a.zip"),
        (zipped(MEMBERS, zipfile.ZIP_LZMA), "a.zip"),
        (gzip.compress(zipped(MEMBERS)), "a.zip.gz"),
        (tarred(MEMBERS), "a.tar"),
        (tarred(MEMBERS, tarfile.USTAR_FORMAT), "a"),
        (tarred(MEMBERS, tarfile.PAX_FORMAT), "a.tar"),
        (gzip.compress(tarred(MEMBERS)), "a.tgz"),
        (bz2.compress(tarred(MEMBERS)), "a.tbz2"),
        (lzma.compress(tarred(MEMBERS)), "a.tar.xz"),
    ],
)
def test_every_file_of_an_archive_is_read_by_its_content(data: bytes, name: str) -> None:
    articles, errors = read_all(data, name)
    assert [article.title for article in articles] == ["Ferry is late", "One", "Two"]
    assert [article.metadata["member"] for article in articles] == [
        "a/one.txt",
        "a/two.jsonl",
        "a/two.jsonl",
    ]
    assert [article.record for article in articles] == [1, 2, 3]
    assert {article.path for article in articles} == {name} and not errors


def test_an_archive_that_comes_out_of_a_pipe_is_read_too() -> None:
    for data in (zipped(MEMBERS), tarred(MEMBERS)):
        reader, writer = os.pipe()
        os.write(writer, data)
        os.close(writer)
        with open(reader, "rb") as stream:
            assert len(list(read_stream(stream, name="-"))) == 3


def test_a_bad_file_costs_only_itself_and_is_named() -> None:
    members = {
        "bad.jsonl": b'{"title": "x", "body": "y"}\n{broken\n',
        "b.json": b"{",
        "c.txt": TEXT,
    }
    articles, errors = read_all(zipped(members), "a.zip")
    assert [article.title for article in articles] == ["x", "Ferry is late"]
    assert "line 2: bad.jsonl: " in str(errors[0]) and "b.json: " in str(errors[1])


def test_names_are_only_names() -> None:
    members = {"/etc/one.txt": TEXT, "../../two.txt": TEXT, "__MACOSX/._a.txt": TEXT, ".x": TEXT}
    for data in (zipped(members), tarred(members)):
        articles, errors = read_all(data, "a")
        assert [a.metadata["member"] for a in articles] == ["/etc/one.txt", "../../two.txt"]
        assert not errors


def test_two_members_of_one_name_are_two_files() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", TEXT)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.txt", TEXT)
    assert len(read_all(packed.getvalue(), "a.zip")[0]) == 2


def test_an_archive_in_an_archive_is_read_and_no_deeper_one() -> None:
    inner = zipped({"a.txt": TEXT})
    (article,), errors = read_all(tarred({"in.zip": inner}), "a.tar")
    assert article.metadata["member"] == "in.zip/a.txt" and not errors
    articles, (error,) = read_all(zipped({"b.zip": zipped({"in.zip": inner})}), "a.zip")
    assert not articles and "an archive in an archive in an archive" in error.reason


def test_encrypted_and_unknown_members_are_refused_by_name() -> None:
    data = bytearray(zipped({"secret.txt": TEXT, "odd.txt": TEXT, "open.txt": TEXT}))
    entries = [at for at in range(len(data)) if data.startswith(b"PK\x01\x02", at)]
    data[entries[0] + 8] |= 1
    data[entries[1] + 10] = 98
    (article,), errors = read_all(bytes(data), "a.zip")
    assert article.metadata["member"] == "open.txt"
    assert "secret.txt: encrypted" in str(errors[0]) and "odd.txt: packed with ppmd" in str(
        errors[1]
    )


def test_a_damaged_member_is_refused_by_name() -> None:
    data = bytearray(zipped({"a.txt": TEXT, "b.txt": TEXT}, zipfile.ZIP_STORED))
    data[data.index(b"late again")] ^= 1
    articles, (error,) = read_all(bytes(data), "a.zip")
    assert [a.metadata["member"] for a in articles] == ["b.txt"]
    assert "a.txt: damaged in the archive" in error.reason


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA], ids=str
)
def test_a_bomb_in_an_archive_is_refused_by_name(method: int) -> None:
    data = zipped({"bomb.txt": b"word " * 2_500_000, "a.txt": TEXT}, method)
    (article,), (error,) = read_all(data, "a.zip")
    assert article.title == "Ferry is late"
    assert "bomb.txt: " in error.reason and "more than 200 times its size" in error.reason


def test_members_that_share_bytes_are_refused() -> None:
    data = bytearray(zipped({"a.txt": TEXT, "b.txt": TEXT}, zipfile.ZIP_STORED))
    second = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 4)
    data[second + 42 : second + 46] = (10).to_bytes(4, "little")
    _, (error,) = read_all(bytes(data), "a.zip")
    assert "share bytes" in error.reason


def test_a_directory_of_too_many_members_is_refused_before_it_is_read() -> None:
    entries = b"PK\x01\x02" * 200_000
    end = b"PK\x05\x06" + bytes(8) + len(entries).to_bytes(4, "little") + bytes(6)
    _, (error,) = read_all(b"PK\x03\x04" + entries + end, "a.zip")
    assert "more than 100,000 files" in error.reason


def test_an_archive_without_an_article_is_refused_with_what_is_in_it() -> None:
    image = b"\x89PNG\r\n\x1a\n" + bytes(9)
    for data in (zipped({"a.png": image, "b.css": b"p { color: red }"}), tarred({"a.png": image})):
        _, (error,) = read_all(data, "a")
        assert "without an article" in error.reason and "1 image" in error.reason


def test_a_cut_archive_keeps_what_came_before_its_end() -> None:
    data = tarred({"a.txt": TEXT, "b.txt": TEXT})
    articles, errors = read_all(data[: 1024 + 512 + 20], "a.tar")
    assert articles[0].metadata["member"] == "a.txt"
    assert "ends in the middle" in str(errors[0])
    _, (error,) = read_all(zipped({"a.txt": TEXT})[:-30], "a.zip")
    assert "cut off" in error.reason or "damaged" in error.reason


def test_links_devices_and_folders_of_a_tar_are_nothing_to_read() -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo("etc/passwd")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        folder = tarfile.TarInfo("folder")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        long = tarfile.TarInfo("long/" * 60 + "a.txt")
        long.size = len(TEXT)
        archive.addfile(long, io.BytesIO(TEXT))
    (article,), errors = read_all(packed.getvalue(), "a.tar")
    assert article.metadata["member"] == "long/" * 60 + "a.txt" and not errors
    only_links = packed.getvalue()[: 4 * 512] + bytes(1024)
    _, (error,) = read_all(only_links, "a.tar")
    assert "2 link" in error.reason and "2 device" in error.reason


def test_a_header_of_a_tar_that_claims_gigabytes_is_not_believed() -> None:
    claim = tarfile.TarInfo("name")
    claim.type, claim.size = tarfile.GNUTYPE_LONGNAME, 1 << 33
    data = tarred({"a.txt": TEXT})[:1024] + claim.tobuf(tarfile.GNU_FORMAT) + bytes(5000)
    articles, (error,) = read_all(data, "a.tar")
    assert len(articles) == 1 and "larger than 1 MiB" in error.reason


def test_a_member_without_a_name_is_read_as_the_others() -> None:
    data = zipped({"NAMELESS": TEXT, "b.txt": TEXT}).replace(b"NAMELESS", bytes(8))
    assert [article.metadata.get("member") for article in read_bytes(data, name="a.zip")] == [
        None,
        "b.txt",
    ]


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "xz": lzma.compress,
    "lzma": lambda data: lzma.compress(data, format=lzma.FORMAT_ALONE),
    "bzip2": lambda data: bz2.compress(data, 1),
    "zstd": lambda data: bytes(pytest.importorskip("zstandard").compress(data)),
    "lz4": lambda data: bytes(pytest.importorskip("lz4.frame").compress(data)),
}


@pytest.mark.parametrize("kind", PACKED)
def test_packed_files_are_known_by_their_first_bytes(tmp_path: Path, kind: str) -> None:
    data = PACKED[kind](TEXT)
    assert compression_of(data) == kind
    (tmp_path / "a.txt").write_bytes(data)
    assert detect(tmp_path / "a.txt").name == "text"
    assert [article.title for article in read(tmp_path / "a.txt")] == ["Ferry is late"]


@pytest.mark.parametrize("kind", PACKED)
def test_packed_files_that_break_off_keep_what_came_before(kind: str) -> None:
    lines = b"".join(b'{"title": "%d", "body": "%x"}\n' % (n, n**9) for n in range(20_000))
    packed = PACKED[kind](lines)
    articles, errors = read_all(packed[: len(packed) * 3 // 4], "a.jsonl")
    assert articles
    assert "ends in the middle" in str(errors[-1])


@pytest.mark.parametrize("kind", PACKED)
def test_packed_files_may_not_grow_without_end(kind: str) -> None:
    packed = PACKED[kind](b"word " * 2_500_000)
    _, (error,) = read_all(packed, "a.txt")
    assert "more than 200 times its size" in error.reason


@pytest.mark.parametrize("kind", ["gzip", "xz", "bzip2", "zstd", "lz4"])
def test_members_one_after_the_other_are_one_text(kind: str) -> None:
    pack = PACKED[kind]
    data = b"".join(pack(b"%d" % n) for n in range(300))
    stream = unpack(io.BytesIO(data), kind, "a", buffer_size=1 << 16)
    assert stream.read() == b"".join(b"%d" % n for n in range(300))


def test_frames_of_zstd_may_share_a_dictionary_at_the_start() -> None:
    zstandard = pytest.importorskip("zstandard")
    texts = [b"<p>The ferry number %d is late again</p>" % n * 9 for n in range(800)]
    words = zstandard.train_dictionary(1_500, texts)
    compressor = zstandard.ZstdCompressor(dict_data=words)
    for stored in (words.as_bytes(), zstandard.compress(words.as_bytes())):
        first = b"\x5d\x2a\x4d\x18" + len(stored).to_bytes(4, "little") + stored
        data = first + b"".join(map(compressor.compress, texts))
        stream = unpack(io.BytesIO(data), "zstd", "a", buffer_size=1 << 16)
        assert stream.read() == b"".join(texts)


def test_a_packing_without_its_library_is_refused_with_the_extra(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "zstandard", None)
    decompressors._module.cache_clear()
    _, (error,) = read_all(b"\x28\xb5\x2f\xfd" + bytes(40), "a.txt")
    assert "zstandard is not installed" in error.reason
    assert error.hint is not None and "searcher[archives]" in error.hint


SAMPLES = [zipped(MEMBERS), tarred(MEMBERS), zipped(MEMBERS, zipfile.ZIP_LZMA)]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_broken_archives_give_articles_or_errors(data: st.DataObject) -> None:
    sample = bytearray(data.draw(st.sampled_from(SAMPLES)))
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(sample) - 1))
        if data.draw(st.booleans()):
            sample[at] = data.draw(st.integers(0, 255))
        else:
            del sample[at : at + data.draw(st.integers(1, 80))]
        if not sample:
            return
    _, errors = read_all(bytes(sample), data.draw(st.sampled_from(["a.zip", "a.tar", "a"])))
    assert all(error.path and error.reason for error in errors)


def test_the_hand_checked_archives_are_read_right(tmp_path: Path) -> None:
    assert share_right(tmp_path, "packed") >= 0.6  # the rest is of the formats in them
