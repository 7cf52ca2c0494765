"""Does an archive hand on what it finds: all of it, in order, from one commit?"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from searcher import Archive, Article, DeadlineError, ExportError, IndexDamagedError, QueryError
from searcher.codec.core import find_core

CORE = pytest.mark.skipif(find_core().module is None, reason="the native core is not built")


@pytest.fixture(scope="module", params=["off", pytest.param("require", marks=CORE)])
def made(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Path]:
    """Three segments of forty articles that match `truce`, and some that may not be published;
    made once by each path, and copied by who asks it."""
    path = tmp_path_factory.mktemp("made") / "index"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEARCHER_NATIVE", request.param)
        make(path)
    return request.param, path


@pytest.fixture
def archive(
    made: tuple[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Archive]:
    native, path = made
    monkeypatch.setenv("SEARCHER_NATIVE", native)
    shutil.copytree(path, tmp_path / "index")
    with Archive.open(tmp_path / "index") as archive:
        yield archive


def make(path: Path) -> None:
    with Archive.create(path, values=("country",)) as archive:
        for segment in range(3):
            with archive.writer() as writer:
                for number in range(segment, 120, 3):
                    writer.add(article(number))
        with archive.writer() as writer:
            for status in ("withheld", "embargoed", "superseded"):
                writer.add(Article("A truce", "hidden", id=status, status=status))
            writer.add(Article("A truce", "to go", id="gone"))
        with archive.writer() as writer:
            writer.remove("gone")


def article(number: int) -> Article:
    day = dt.date(2019, 1, 1) + dt.timedelta(days=number * 7 % 50)
    words = "truce " * (number % 5 + 1) + "harbour " * (number % 3)
    return Article(
        f"Number {number}",
        f"{words}\n\nText of {number}.",
        ("Ada Okafor",),
        day if number % 10 else None,
        id=f"a{number:03}",
        metadata={"country": ("FI", "SE")} if number % 2 else {},
    )


def lines(archive: Archive, query: str, **options: Any) -> list[dict[str, Any]]:
    stream = io.BytesIO()
    archive.export(query, stream, format="jsonl", **options)
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize("sort", ["score", "date", "-date"])
@pytest.mark.parametrize("query", ["truce", "truce harbour", "*", "has:date", "text NOT harbour"])
def test_an_export_has_the_articles_of_a_search_in_its_order(
    archive: Archive, sort: str, query: str
) -> None:
    hits = archive.search(query, limit=None, sort=sort)
    rows = lines(archive, query, sort=sort, fields=["id", "score", "rank", "title"])
    assert [(row["id"], row["score"]) for row in rows] == [(hit.id, hit.score) for hit in hits]
    assert [row["rank"] for row in rows] == list(range(1, len(hits) + 1))
    some = lines(archive, query, sort=sort, fields=["id"], limit=7, offset=5)
    assert [row["id"] for row in some] == [hit.id for hit in hits.hits[5:12]]


def test_a_scan_gives_whole_articles(archive: Archive) -> None:
    with archive.scan("truce", sort="date") as scan:
        assert len(scan) == scan.total == 120 and scan.understood == "truce"
        found = list(scan)
        assert list(scan) == []
    assert [each.rank for each in found] == list(range(1, 121))
    for each in found:
        assert each.article == archive.get(each.article.id) and each.score > 0
    ids = [each.article.id for each in found]
    assert ids == archive.ids("truce", sort="date")


def test_a_scan_that_was_closed_gives_nothing_more(archive: Archive) -> None:
    scan = archive.scan("truce")
    next(scan)
    scan.close()
    scan.close()
    assert list(scan) == []


def test_what_may_not_be_published_is_not_exported_unless_the_query_asks(archive: Archive) -> None:
    hidden = {"withheld", "embargoed", "superseded"}
    assert not hidden & {row["id"] for row in lines(archive, "*")}
    assert not hidden & {row["id"] for row in lines(archive, "title:truce OR hidden")}
    assert {row["id"] for row in lines(archive, "status:*")} == hidden
    assert {row["id"] for row in lines(archive, "status:withheld")} == {"withheld"}


def test_an_export_is_from_one_commit_whatever_is_indexed_meanwhile(archive: Archive) -> None:
    before = {hit.id for hit in archive.search("truce", limit=None)}
    changes = 0

    def change(done: int, total: int) -> None:
        nonlocal changes
        assert total == 120
        if changes < 2:
            changes += 1
            with archive.writer() as writer:
                writer.add(Article("New", "truce", id=f"new{changes}"))
                for number in range(0, 120, 2):
                    writer.remove(f"a{number:03}")
                writer.add(Article("Changed", "truce", id="a001"))
            archive.optimize()  # whose commit removes all files of the one before

    rows = lines(archive, "truce", on_progress=change)
    assert changes == 2
    assert {row["id"] for row in rows} == before
    assert {row["title"] for row in rows if row["id"] == "a001"} == {"Number 1"}
    assert len(lines(archive, "truce")) == 62


def test_two_scans_at_a_time_do_not_disturb_one_another(archive: Archive) -> None:
    first, second = archive.scan("truce"), archive.scan("truce", sort="date")
    mixed = [(next(first), next(second)) for _ in range(120)]
    assert [a.article.id for a, _ in mixed] == archive.ids("truce")
    assert [b.article.id for _, b in mixed] == archive.ids("truce", sort="date")


def test_the_report_says_what_was_written(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "truce.csv"
    report = archive.export("truce since:2019-01-10", path, fields=["id", "country"], limit=3)
    assert report.articles == 3 < report.total and report.path == str(path)
    assert (report.format, report.fields) == ("csv", ("id", "country"))
    assert report.bytes == path.stat().st_size and report.took_ms > 0
    assert list(report.to_dict()) == [
        *("query", "understood", "format", "fields", "path", "total", "articles", "bytes"),
        *("took_ms", "texts"),
    ]
    assert report.texts is None
    rows = list(csv.reader(io.StringIO(path.read_text(), newline="")))
    assert rows[0] == ["id", "country"] and {row[1] for row in rows[1:]} <= {"", "FI; SE"}


def test_nothing_found_is_an_empty_file(archive: Archive, tmp_path: Path) -> None:
    report = archive.export("zeppelin", tmp_path / "a.csv")
    assert (report.total, report.articles) == (0, 0)
    assert (tmp_path / "a.csv").read_text().startswith("id,title")


@pytest.mark.parametrize(
    ("query", "options", "error"),
    [
        ("tilte:x", {}, QueryError),
        ("truce", {"timeout": 1e-9}, DeadlineError),
        ("truce", {"limit": -1}, ValueError),
        ("truce", {"sort": "size"}, ValueError),
        ("truce", {"fields": ["nix"]}, ExportError),
        ("truce", {"format": "nix"}, ExportError),
    ],
)
def test_what_cannot_be_asked_leaves_no_file(
    archive: Archive, tmp_path: Path, query: str, options: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        archive.export(query, tmp_path / "a.csv", **options)
    assert [path.name for path in tmp_path.iterdir()] == ["index"]


@CORE  # a plain segment is held in memory once it was read, and answers from there
def test_damage_that_is_met_on_the_way_leaves_no_file(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "index") as archive:
        with archive.writer() as writer:
            for number in range(300):
                writer.add(Article(f"{number}", "truce " + os.urandom(2000).hex(), id=str(number)))
        with archive.scan("truce") as scan:
            next(scan)
            for path in (tmp_path / "index").glob("MAIN_*"):
                if path.stat().st_size > 100_000:
                    os.truncate(path, path.stat().st_size // 3)
            with pytest.raises(IndexDamagedError):
                list(scan)
        with pytest.raises(IndexDamagedError):
            archive.export("truce", tmp_path / "a.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["index"]


KILLED = """
import sys, time
from searcher import Archive
def slowly(done, total):
    print("writing", flush=True)
    time.sleep(60)
Archive.open(sys.argv[1]).export("truce", sys.argv[2], on_progress=slowly)
"""


def test_an_export_that_is_killed_leaves_no_file_of_that_name(
    archive: Archive, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, archive.path, str(path)], stdout=subprocess.PIPE
    )
    assert process.stdout is not None and process.stdout.readline() == b"writing\n"
    process.kill()
    process.wait()
    process.stdout.close()
    assert not path.exists()
    archive.export("truce", path)  # and what it left is in nobody's way
    assert path.exists()


def test_memory_does_not_grow_with_what_is_exported(tmp_path: Path) -> None:
    script = (
        "import sys, tracemalloc\n"
        "from searcher import Archive\n"
        "archive = Archive.open(sys.argv[1])\n"
        "archive.export('*', sys.argv[2] + '0.jsonl', limit=10)\n"
        "tracemalloc.start()\n"
        "archive.export('*', sys.argv[2] + '1.jsonl')\n"
        "print(tracemalloc.get_traced_memory()[1])\n"
    )
    with Archive.create(tmp_path / "index") as archive, archive.writer() as writer:
        for number in range(3000):
            writer.add(Article(f"{number}", f"truce {number} " + "word " * 2000, id=str(number)))
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "index"), str(tmp_path / "a")],
        capture_output=True,
        check=True,
    )
    assert (tmp_path / "a1.jsonl").stat().st_size > 30_000_000
    assert int(done.stdout) < 8_000_000
