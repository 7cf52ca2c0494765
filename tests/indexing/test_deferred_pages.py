"""Pages of a large crawl or archive are read by the workers, with the same outcome."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from searcher import Archive, Article, read
from searcher.analysis import Analyzer
from searcher.fields import FIELDS
from searcher.indexing import run
from searcher.indexing.segment_kinds import segment_kind
from searcher.indexing.workers import ArticlesTask, perform
from searcher.reading.deferred import Deferred
from searcher.reading.source import Options


def page(number: int) -> bytes:
    text = "".join(
        f"<p>Sentence {part} of report {number} tells what the council of harbour {number} has "
        f"decided about the quay, the ferry and the old crane.</p>"
        for part in range(8)
    )
    head = f"<title>Report {number} from the quay</title>"
    return (
        f"<html><head>{head}</head><body><article><h1>Report {number} from the quay</h1>{text}"
        "</article></body></html>"
    ).encode()


def warc(pages: int) -> bytes:
    records = []
    for number in range(pages):
        body = page(number)
        http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body
        records.append(
            b"WARC/1.0\r\nWARC-Type: response\r\n"
            + f"WARC-Target-URI: https://example.org/{number}\r\n".encode()
            + b"WARC-Date: 2020-01-01T00:00:00Z\r\n"
            + b"Content-Type: application/http; msgtype=response\r\n"
            + f"Content-Length: {len(http)}\r\n\r\n".encode()
            + http
            + b"\r\n\r\n"
        )
    return b"".join(records)


def archive_of(pages: int) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for number in range(pages):
            file.writestr(f"pages/{number}.html", page(number))
        file.writestr("pages/logo.png", b"\x89PNG\r\n\x1a\n" + bytes(100))
        file.writestr("pages/front.html", b"<html><body><p>x</p></body></html>")
        file.writestr("crawl.warc", warc(3))
    return packed.getvalue()


@pytest.mark.parametrize("name", ["crawl.warc", "pages.zip"])
def test_a_deferred_page_gives_the_article_that_reading_at_once_does(
    name: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(warc(5) if name.endswith("warc") else archive_of(5))
    errors: list[str] = []
    at_once = list(read(path, on_error=lambda error: errors.append(str(error))))
    later: list[Article] = []
    told: list[str] = []
    options = Options(on_error=lambda error: told.append(str(error)))
    for item in read(path, on_error=lambda error: told.append(str(error)), defer=True):
        assert isinstance(item, Deferred)
        later += item.read(options)
    assert later == at_once and told == errors
    assert len(at_once) == (5 if name.endswith("warc") else 8)


@pytest.mark.parametrize("name", ["crawl.warc", "pages.zip"])
def test_an_index_of_a_crawl_is_the_same_with_and_without_workers(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "_LARGE_FILE_BYTES", 1000)
    monkeypatch.setattr(run, "_TASK_BYTES", 5000)
    path = tmp_path / name
    path.write_bytes(warc(30) if name.endswith("warc") else archive_of(30))
    found = []
    for workers in (0, 2):
        with Archive.create(tmp_path / f"index-{workers}") as archive:
            report = archive.index(path, workers=workers)
            ids = archive.ids("*", sort="date")
            found.append((ids, [str(error) for error in report.failed], report.left_out))
            assert report.added == (30 if name.endswith("warc") else 33)
            assert archive.index(path, workers=workers).added == 0
    assert found[0] == found[1]
    if name.endswith("zip"):
        assert found[0][2] == {"image": 1} and len(found[0][1]) == 1


@dataclass(frozen=True)
class Heavy:
    """A page that no memory is enough for."""

    path: str = "crawl.warc"
    url: str | None = None
    size_bytes: int = 1
    label: str = "record 7"

    def read(self, options: Options) -> Iterator[Article]:
        raise MemoryError
        yield


def test_a_page_that_takes_all_memory_costs_itself() -> None:
    articles: list[Article | Deferred] = [
        Article("T", "Before.", id="1"),
        Heavy(),
        Article("T", "After.", id="2"),
    ]
    kind, analyzer = segment_kind("plain"), Analyzer("en")
    outcome = perform(ArticlesTask(articles), kind, analyzer, FIELDS)
    assert [key.id for key in outcome.payload.keys] == ["1", "2"]
    ((error,),) = outcome.failures
    assert str(error) == "crawl.warc: record 7: takes too much memory to read"
