"""Is a file there whole or not at all, and is nothing else touched?"""

from __future__ import annotations

import errno
import gzip
import io
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher import Article, ExportError, read
from searcher.exporting.columns import choose_columns
from searcher.exporting.destination import BinaryOutput
from searcher.exporting.file_names import OURS, file_name
from searcher.exporting.folder import MARK
from searcher.exporting.formats import BY_NAME, FORMATS, Options, format_for
from searcher.exporting.run import check_export, write_articles

from .strategies import EMPTY, TRUCE, Found, articles, dates, several_articles, texts

pytestmark = pytest.mark.same_without_core

FOUND = [Found(1, 2.0, TRUCE), Found(2, 1.0, EMPTY)]


def export(target: Any, format: str = "csv", *, force: bool = False, found: Any = FOUND) -> int:
    form = BY_NAME[format]
    place = check_export(target, form, force=force)
    columns = choose_columns(None, usual=form.fields)
    return write_articles(found, place, form, columns, options=Options(), force=force)[0]


def breaking_off(error: BaseException) -> Iterator[Found]:
    yield FOUND[0]
    raise error


# ---------------------------------------------------------------- files


@pytest.mark.parametrize("form", [row.name for row in FORMATS])
def test_what_is_broken_off_leaves_nothing(tmp_path: Path, form: str) -> None:
    for error in (KeyboardInterrupt(), RuntimeError("in the middle")):
        with pytest.raises(type(error)):
            export(tmp_path / "a", form, found=breaking_off(error))
        assert list(tmp_path.iterdir()) == []


def test_what_is_broken_off_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("before")
    with pytest.raises(KeyboardInterrupt):
        export(path, force=True, found=breaking_off(KeyboardInterrupt()))
    assert path.read_text() == "before" and list(tmp_path.iterdir()) == [path]


def test_nothing_has_the_name_before_all_is_written(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    seen = []

    def watching() -> Iterator[Found]:
        for found in FOUND:
            seen.append((path.exists(), [p.name.endswith(".partial") for p in tmp_path.iterdir()]))
            yield found

    assert export(path, found=watching()) == 2
    assert seen == [(False, [True])] * 2 and list(tmp_path.iterdir()) == [path]


def test_a_file_that_is_there_is_kept_without_force(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("before")
    with pytest.raises(ExportError, match="is there already; name another") as raised:
        export(path)
    assert raised.value.target == str(path) and path.read_text() == "before"
    assert export(path, force=True) == 2
    assert path.read_text().startswith("id,title")


def test_a_file_that_came_meanwhile_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"

    def meanwhile() -> Iterator[Found]:
        yield FOUND[0]
        path.write_text("somebody else's")

    with pytest.raises(ExportError, match="is there already"):
        export(path, found=meanwhile())
    assert path.read_text() == "somebody else's" and list(tmp_path.iterdir()) == [path]


def test_without_hard_links_a_file_gets_its_name_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", no_links)
    assert export(tmp_path / "a.csv") == 2
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


@pytest.mark.parametrize("form", ["csv", "text-folder"])
@pytest.mark.parametrize("force", [False, True])
def test_links_fifos_and_devices_are_not_written_to(tmp_path: Path, form: str, force: bool) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").write_text("kept")
    (tmp_path / "to-file").symlink_to(kept / "file")
    (tmp_path / "to-folder").symlink_to(kept)
    (tmp_path / "to-nothing").symlink_to(tmp_path / "nothing")
    os.mkfifo(tmp_path / "fifo")
    names = ["to-file", "to-folder", "to-nothing", "fifo", "kept"]
    before = sorted(tmp_path.rglob("*"))
    for target in [*(tmp_path / name for name in names), Path(os.devnull)]:
        with pytest.raises(ExportError):
            export(target, form, force=force)
    assert sorted(tmp_path.rglob("*")) == before and (kept / "file").read_text() == "kept"


@pytest.mark.parametrize("name", ["", "no/a.csv", ".", "..", "a\0b"])
def test_a_name_that_cannot_be_one_is_an_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(ExportError):
        export(os.path.join(tmp_path, name))


def test_a_name_that_is_too_long_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="cannot be written"):
        export(tmp_path / ("x" * 300))
    assert export(tmp_path / ("é" * 120)) == 2
    assert len(list(tmp_path.iterdir())) == 1


def test_a_full_disk_is_an_error_that_names_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ExportError, match=r"a\.csv: cannot be written: No space left"):
        export(tmp_path / "a.csv")
    assert list(tmp_path.iterdir()) == []


# ---------------------------------------------------------------- streams


def test_a_stream_is_written_to_and_left_open(tmp_path: Path) -> None:
    stream = io.BytesIO()
    export(stream, "jsonl")
    assert not stream.closed and stream.getvalue().count(b"\n") == 2
    with gzip.open(tmp_path / "a.gz", "wb") as packed:
        export(packed, "jsonl")
    assert gzip.decompress((tmp_path / "a.gz").read_bytes()) == stream.getvalue()


class Slow(io.RawIOBase):
    """Takes three bytes at a time, as a raw stream may."""

    def __init__(self, takes: int | None = 3) -> None:
        self.data = b""
        self.takes = takes

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int | None:
        if self.takes is None:
            return None
        self.data += bytes(data[: self.takes])
        return len(data[: self.takes])


def test_a_raw_stream_gets_all_of_it() -> None:
    slow, whole = Slow(), io.BytesIO()
    export(slow, "jsonl")
    export(whole, "jsonl")
    assert slow.data == whole.getvalue()
    for takes in (0, None):
        with pytest.raises(BlockingIOError):
            export(Slow(takes), "jsonl")


def test_what_a_stream_raises_comes_through() -> None:
    class Broken:
        def write(self, data: bytes) -> int:
            raise BrokenPipeError(errno.EPIPE, "nobody reads")

    with pytest.raises(BrokenPipeError):
        export(Broken())


@pytest.mark.parametrize("target", [io.StringIO(), 7, None, object()])
def test_what_takes_no_bytes_is_refused_before_anything_is_done(target: Any) -> None:
    with pytest.raises(TypeError):
        export(target)


def test_a_folder_cannot_be_a_stream() -> None:
    with pytest.raises(ExportError, match="is a folder, not a stream"):
        export(io.BytesIO(), "text-folder")


def test_an_output_counts_and_hands_on_in_large_pieces() -> None:
    calls: list[int] = []

    class Counting:
        def write(self, data: bytes) -> None:
            calls.append(len(data))

    output = BinaryOutput(Counting())
    for _ in range(3000):
        output.write(b"x" * 1000)
    output.flush()
    assert sum(calls) == output.bytes == output.tell() == 3_000_000 and len(calls) <= 3


# ---------------------------------------------------------------- formats


def test_the_name_of_a_file_says_the_format() -> None:
    assert format_for(None, "a/b.CSV").name == "csv"
    assert format_for(None, Path("a.bib")).name == "bibtex"
    assert format_for("ris", "a.csv").name == "ris"
    with pytest.raises(ExportError, match=r"a\.txt: its name does not say"):
        format_for(None, "a.txt")
    with pytest.raises(ExportError, match="name one: csv, jsonl"):
        format_for(None, None)
    with pytest.raises(ExportError, match="there are csv"):
        format_for("docx", None)


def test_no_two_formats_have_one_name_or_extension() -> None:
    extensions = [extension for row in FORMATS for extension in row.extensions]
    assert len(set(extensions)) == len(extensions) and len(BY_NAME) == len(FORMATS)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["titel"], "did you mean title"),
        (["zzz"], "there are rank, score, id, title"),
        (["has"], "only searched"),
        (["title", "title"], "is named twice"),
        ([], "none is named"),
        ("title", "give a list"),
    ],
)
def test_a_field_that_is_none_is_an_error(names: Any, said: str) -> None:
    with pytest.raises(ExportError, match=said):
        choose_columns(names)


# ---------------------------------------------------------------- folders


def contents(folder: Path) -> list[str]:
    return [path.read_text() for path in sorted(folder.iterdir()) if path.name != MARK]


def test_a_folder_holds_a_file_for_each_article(tmp_path: Path) -> None:
    assert export(tmp_path / "out", "text-folder") == 2
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "000001-2019-04-08-truce-holds.txt",
        "000002-undated.txt",
        MARK,
    ]
    assert contents(tmp_path / "out")[0] == (
        "Title: Truce holds\nByline: Ada van der Berg; Reuters Staff; Martin King Jr.\n"
        "Date: 2019-04-08T12:30:00+02:00\nSource: Meridian Wire\nSection: World\n"
        f"URL: {TRUCE.url}\nID: t1\n\n{TRUCE.body}\n"
    )


def test_searcher_reads_the_files_as_articles_again(tmp_path: Path) -> None:
    export(tmp_path / "out", "text-folder")
    (article,) = read(tmp_path / "out" / "000001-2019-04-08-truce-holds.txt")
    for name in ("title", "date", "source", "section", "url"):
        assert getattr(article, name) == getattr(TRUCE, name), name
    assert article.byline == ("Ada van der Berg", "Martin King Jr.")  # a staff is no author there
    assert article.body.split() == TRUCE.body.split()


@given(several_articles)
def test_the_text_of_every_article_is_in_its_file(
    tmp_path_factory: pytest.TempPathFactory, articles: list[Article]
) -> None:
    folder = tmp_path_factory.mktemp("texts") / "out"
    found = (Found(n, 1.0, article) for n, article in enumerate(articles, 1))
    assert export(folder, "text-folder", found=found) == len(articles)
    paths = sorted(path for path in folder.iterdir() if path.name != MARK)
    assert len(paths) == len(articles)
    for path, article in zip(paths, articles, strict=True):
        head, _, body = path.read_bytes().decode("utf-8").partition("\n\n")
        assert body == (f"{article.body}\n" if article.body else "")
        labels = [line.partition(":")[0] for line in head.split("\n")]
        assert len(labels) == len(set(labels))  # no line of them is an article's


@given(st.integers(1, 10**7), dates, st.one_of(texts, st.text(), st.just("CON"), st.just("../x")))
def test_no_title_makes_a_name_that_leads_elsewhere(number: int, day: Any, title: str) -> None:
    name = file_name(number, day, title)
    assert OURS.fullmatch(name) and re.fullmatch(r"[\w\-]+\.txt", name)
    assert len(os.fsencode(name)) <= 160 and name.isprintable()


def test_titles_that_are_equal_have_files_of_their_own(tmp_path: Path) -> None:
    same = [
        Found(n, 1.0, Article(title, str(n), id=str(n)))
        for n, title in enumerate(
            ("Truce", "TRUCE", "truce", "tru ce", "CON", "con.", "x" * 5000), 1
        )
    ]
    assert export(tmp_path / "out", "text-folder", found=same) == 7
    names = [path.name.casefold() for path in (tmp_path / "out").iterdir()]
    assert len(set(names)) == 8


def test_a_folder_of_somebody_elses_is_never_touched(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    for force in (False, True):
        with pytest.raises(ExportError, match=r"is not empty: it holds 'notes\.txt'"):
            export(folder, "text-folder", force=force)
    (folder / "notes.txt").rename(folder / "000001-mine.txt")
    with pytest.raises(ExportError, match="files that no export wrote"):
        export(folder, "text-folder", force=True)
    assert [path.read_text() for path in folder.iterdir()] == ["mine"]
    assert list(tmp_path.iterdir()) == [folder]


def test_a_folder_of_an_export_before_is_replaced_with_force(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()  # an empty one may be there
    export(folder, "text-folder")
    with pytest.raises(ExportError, match="is there already"):
        export(folder, "text-folder")
    assert export(folder, "text-folder", force=True, found=FOUND[1:]) == 1
    assert [path.name for path in folder.iterdir() if path.name != MARK] == ["000001-undated.txt"]
    (folder / "000002-link.txt").symlink_to(tmp_path)
    with pytest.raises(ExportError, match="is not empty"):
        export(folder, "text-folder", force=True)
    assert list(tmp_path.iterdir()) == [folder]


@given(articles)
def test_every_format_writes_any_article(article: Article) -> None:
    for row in FORMATS:
        if not row.is_folder:
            assert export(io.BytesIO(), row.name, found=[Found(1, 1.0, article)]) == 1
