"""Opening: which files are read at all, packed or not, and by which reader."""

from __future__ import annotations

import gzip
import lzma
import os
import subprocess
import sys
from pathlib import Path

import pytest

from searcher.errors import ReadError
from searcher.reading import FORMATS, detect, is_candidate, read, read_bytes

LINE = (
    b'{"title": "Swans return", "body": "The swans came back on Monday.", "date": "2018-03-06"}\n'
)
PAGE = (
    b"<!DOCTYPE html><html><body><h1>Swans return</h1>"
    + b"<p>"
    + b"The swans came back. " * 20
    + b"</p>"
)


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress, lambda data: data])
def test_packed_files_are_read_like_plain_ones(tmp_path: Path, pack) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "swans.data"
    path.write_bytes(pack(LINE * 3))
    assert [article.record for article in read(path)] == [1, 2, 3]


def test_members_one_after_another_are_one_file() -> None:
    data = gzip.compress(LINE) + gzip.compress(LINE) + b"\0" * 512
    assert len(list(read_bytes(data, name="x.jsonl.gz"))) == 2


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress])
def test_a_bomb_is_refused_early(pack) -> None:  # type: ignore[no-untyped-def]
    data = pack(b" " * 80_000_000)
    with pytest.raises(ReadError, match="200 times"):
        list(read_bytes(data, name="bomb.txt"))


def test_a_packed_file_in_a_packed_file_is_refused() -> None:
    with pytest.raises(ReadError, match="inside compressed"):
        list(read_bytes(gzip.compress(gzip.compress(LINE)), name="x.gz"))


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress])
def test_damaged_packing_is_a_read_error(pack) -> None:  # type: ignore[no-untyped-def]
    data = bytearray(pack(LINE * 200))
    data[len(data) // 2] ^= 0xFF
    with pytest.raises(ReadError):
        list(read_bytes(bytes(data), name="x.jsonl.gz"))


def test_what_is_no_regular_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="folder"):
        list(read(tmp_path))
    with pytest.raises(ReadError, match="no such file"):
        list(read(tmp_path / "missing"))
    with pytest.raises(ReadError, match="no such file"):
        list(read("a\0b"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs on this system")
def test_a_fifo_and_a_device_do_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    for path in (tmp_path / "pipe.txt", Path("/dev/zero")):
        with pytest.raises(ReadError, match="regular"):
            list(read(path))


@pytest.mark.skipif(sys.platform == "win32", reason="names are Unicode there")
def test_a_name_that_is_not_utf_8_is_read(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/caf\xe9.jsonl"
    try:
        with open(path, "wb") as file:
            file.write(LINE)
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    (article,) = read(os.fsdecode(path))
    assert article.path is not None
    article.path.encode()


def test_a_symbolic_link_to_a_file_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real.jsonl").write_bytes(LINE)
    (tmp_path / "link.jsonl").symlink_to(tmp_path / "real.jsonl")
    assert len(list(read(tmp_path / "link.jsonl"))) == 1


@pytest.mark.parametrize(
    ("data", "name", "format_name"),
    [
        (PAGE, "swans.txt", "html"),
        (b"<!-- saved -->\n<html>", "swans", "html"),
        (LINE * 2, "swans.txt", "jsonl"),
        (b'{\n "title": "x"\n}', "swans", "json"),
        (b'[{"title": "x"}]', "swans.txt", "json"),
        (b"[Reuters] The swans came back.", "swans", "text"),
        (b"---\ntitle: Swans\n---\nText", "swans.txt", "markdown"),
        (b"# Swans\n\nText", "swans.md", "markdown"),
        (b"<DOC>\n<DOCNO> AP880610-0001 </DOCNO>", "AP880610", "trec"),
        (b'<!DOCTYPE lewis SYSTEM "lewis.dtd">\n<REUTERS NEWID="1">', "reut2-000.sgm", "reuters"),
        (b"Swans\n\nThe swans came back.", "swans", "text"),
    ],
)
def test_content_decides_before_the_name(
    tmp_path: Path, data: bytes, name: str, format_name: str
) -> None:
    (tmp_path / name).write_bytes(data)
    assert detect(tmp_path / name).name == format_name


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"PK\x03\x04....", b"\x89PNG\r\n\x1a\n"])
def test_foreign_formats_are_named(data: bytes) -> None:
    with pytest.raises(ReadError, match=r"PDF|ZIP|image"):
        list(read_bytes(data, name="file"))


@pytest.mark.parametrize(
    "name", ["a.html", "a.jsonl.xz", "reut2-000.sgm.gz", "mx121101.xz", "AP880610", "a.MD", "a.txt"]
)
def test_a_walk_tries_known_and_missing_extensions(name: str) -> None:
    assert is_candidate(name)


@pytest.mark.parametrize("name", ["a.png", "a.css", "a.js", "a.mp3", ".DS_Store", "a.7z", "a.py"])
def test_a_walk_passes_over_other_files(name: str) -> None:
    assert not is_candidate(name)


def test_importing_the_package_loads_no_parser() -> None:
    code = (
        "import sys, searcher.reading; "
        "bad = {'bs4', 'lxml', 'yaml', 'markdown_it', 'charset_normalizer', 'zlib', 'lzma'} & "
        "set(sys.modules); "
        "sys.exit(', '.join(bad - set(sys.builtin_module_names)) or 0)"
    )
    root = Path(__file__).resolve().parents[2]
    result = subprocess.run(
        [sys.executable, "-S", "-c", code], cwd=root, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr


def test_every_format_has_its_module() -> None:
    import importlib

    for format_ in FORMATS:
        module = importlib.import_module(f"searcher.reading.{format_.module}")
        assert callable(module.read_source)
