"""Are Parquet and Arrow files, and tables in memory, what the articles are?"""

from __future__ import annotations

import datetime as dt
import errno
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from searcher import Archive, Article, ExportError
from searcher.exporting import columnar
from searcher.exporting.columns import choose_columns
from searcher.exporting.formats import BY_NAME, Options
from searcher.exporting.run import check_export, write_articles
from searcher.fields import FIELDS

from .strategies import EMPTY, NOON, TRUCE, Found, exported, several_articles
from .test_tables import TABLE, as_json

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def rows_of(data: bytes, form: str) -> Any:
    pyarrow = pytest.importorskip("pyarrow")
    if form == "parquet":
        from pyarrow import parquet

        return parquet.read_table(io.BytesIO(data))
    return pyarrow.ipc.open_file(data).read_all()


def as_article(row: dict[str, Any]) -> dict[str, Any]:
    """A row, as `as_json` has an article."""
    values = dict(row)
    for name in ("date", "updated"):
        values.pop(f"{name}_day")
        values[name] = values.pop(f"{name}_iso")
    values["metadata"] = {
        name: texts[0] if len(texts) == 1 else texts for name, texts in row["metadata"]
    }
    return values


@given(articles=several_articles)
def test_files_of_columns_hold_all_that_the_articles_are(articles: list[Article]) -> None:
    for form in ("parquet", "arrow"):
        check_columns(form, articles)


def check_columns(form: str, articles: list[Article]) -> None:
    table = rows_of(exported(articles, form, table=TABLE), form)
    # Years before 1 in UTC are no Python datetimes, so instants are looked at as numbers.
    instants = table.column("date").cast("int64").to_pylist()
    rows = table.drop_columns(["date", "updated"]).to_pylist()
    assert [as_article({**row, "date": None, "updated": None}) for row in rows] == [
        as_json(article) for article in articles
    ]
    for row, us, article in zip(rows, instants, articles, strict=True):
        day = article.date.date() if isinstance(article.date, dt.datetime) else article.date
        assert row["date_day"] == day
        if isinstance(article.date, dt.datetime) and 1 < article.date.year < 9999:
            assert us == (article.date - EPOCH) // dt.timedelta(microseconds=1)
        elif day is not None and not isinstance(article.date, dt.datetime):
            assert us == (day - EPOCH.date()).days * 86_400_000_000
        assert (us is None) == (article.date is None)


@pytest.mark.parametrize("form", ["parquet", "arrow"])
def test_columns_have_types(form: str) -> None:
    table = rows_of(exported([TRUCE], form, table=TABLE), form)
    types = {field.name: str(field.type) for field in table.schema}
    assert types["title"] == types["date_iso"] == "string"
    assert types["byline"] == types["country"] in ("list<element: string>", "list<item: string>")
    assert types["date"] == "timestamp[us, tz=UTC]" and types["date_day"] == "date32[day]"
    assert types["record"] == "int64" and types["metadata"].startswith("map<string, list<")
    row = table.to_pylist()[0]
    assert row["date"] == NOON and row["date_day"] == NOON.date()


@pytest.mark.parametrize("form", ["parquet", "arrow"])
def test_without_articles_there_are_columns_all_the_same(form: str) -> None:
    table = rows_of(exported([], form, fields=["title", "score"]), form)
    assert table.num_rows == 0 and table.column_names == ["title", "score"]


@pytest.mark.parametrize("form", ["parquet", "arrow"])
def test_rows_are_written_in_parts(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    monkeypatch.setattr(columnar, "_MOST_ROWS", 100)
    monkeypatch.setattr(columnar, "_MOST_CHARACTERS", 10_000)
    many = [Article(str(n), "x" * (9000 if n % 50 == 0 else 1), id=str(n)) for n in range(1050)]
    data = exported(many, form)
    if form == "parquet":
        from pyarrow import parquet

        parts = parquet.ParquetFile(io.BytesIO(data)).num_row_groups
    else:
        parts = pyarrow.ipc.open_file(data).num_record_batches
    assert 11 <= parts <= 25
    assert rows_of(data, form).column("title").to_pylist() == [a.title for a in many]


@pytest.mark.parametrize("form", ["parquet", "arrow"])
def test_what_is_broken_off_leaves_nothing_and_raises_what_it_was(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pyarrow")
    monkeypatch.setattr(columnar, "_MOST_ROWS", 1)

    def breaking_off() -> Iterator[Found]:
        yield Found(1, 1.0, TRUCE)
        raise KeyboardInterrupt

    row = BY_NAME[form]
    with pytest.raises(KeyboardInterrupt):
        write_articles(
            breaking_off(), str(tmp_path / "a"), row, choose_columns(None), options=Options()
        )
    assert list(tmp_path.iterdir()) == []

    class Full:
        def write(self, data: bytes) -> int:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(OSError, match="No space left"):
        long = Article("a", os.urandom(2_000_000).hex(), id="1")
        write_articles(
            [Found(1, 1.0, long)] * 3, Full(), row, choose_columns(None), options=Options()
        )


def test_a_library_that_is_missing_is_named_with_the_next_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ExportError, match=r"pip install 'searcher\[parquet\]'"):
        check_export(str(tmp_path / "a.parquet"), BY_NAME["parquet"], force=False)
    with Archive.create(tmp_path / "index") as archive:
        results = archive.search("*")
        with pytest.raises(ExportError, match=r"pip install 'searcher\[parquet\]'"):
            results.to_arrow()
        with pytest.raises(ExportError, match=r"pip install 'searcher\[pandas\]'"):
            results.to_pandas()


# ---------------------------------------------------------------- results


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.create(tmp_path / "index") as archive:
        with archive.writer() as writer:
            writer.add(TRUCE)
            writer.add(EMPTY)
            writer.add(Article("Truce", "first", date=dt.date(1, 1, 1), id="old"))
        yield archive


def test_results_are_a_table_of_arrow(archive: Archive) -> None:
    pytest.importorskip("pyarrow")
    results = archive.search("*", sort="date")
    table = results.to_arrow()
    assert table.column("id").to_pylist() == [hit.id for hit in results]
    assert table.column("score").to_pylist() == [hit.score for hit in results]
    assert table.column("rank").to_pylist() == [1, 2, 3]
    assert table.column("snippet").to_pylist() == [hit.snippet for hit in results]
    assert table.column("date_iso").to_pylist() == ["0001-01-01", NOON.isoformat(), None]
    assert archive.search("zeppelin").to_arrow().num_rows == 0


def test_results_are_a_data_frame(archive: Archive) -> None:
    pandas = pytest.importorskip("pandas")
    results = archive.search("*", sort="date")
    frame = results.to_pandas()
    assert list(frame["id"]) == [hit.id for hit in results]
    assert list(frame["byline"])[1] == list(TRUCE.byline)
    assert str(frame["date"].dtype) == "datetime64[us, UTC]"
    assert frame["date"].dt.year.to_list()[:2] == [1, 2019] and pandas.isna(frame["date"][2])
    assert frame["date"][1] == NOON and frame["metadata"][1]["country"] == ["FI", "SE"]
    empty = archive.search("zeppelin").to_pandas()
    assert list(empty.columns) == list(frame.columns) and len(empty) == 0


def test_the_columns_of_both_are_the_same(archive: Archive) -> None:
    pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    results = archive.search("*")
    assert list(results.to_pandas().columns) == results.to_arrow().column_names
    assert set(FIELDS.by_name) >= {"id", "title"}
