"""Are the rows of tables read as articles: CSV, SQLite, Parquet, Arrow?"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import os
import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searcher import Article, ReadError, read
from searcher.fields import FIELDS
from searcher.reading import read_bytes
from searcher.reading.tables.columns import plan_columns, unique_names
from searcher.reading.tables.rows import Dialect, split_rows

from .gold import share_right

STORY = "The ferry to the island was late again on Monday, and nobody at the quay knew why."
NEXT = "A second boat will sail from spring on, the council said after a long evening."


def rows_of(text: str, delimiter: str = ",", *, escaped: bool = False) -> list[list[str]]:
    lines = io.StringIO(text, newline="").readlines()
    rows = split_rows(
        lines, Dialect(delimiter, escaped), longest=1 << 20, on_broken=lambda line, why: None
    )
    return [row.cells for row in rows]


def read_text(text: str | bytes, name: str = "news.csv", **more: Any) -> list[Article]:
    data = text.encode() if isinstance(text, str) else text
    return list(read_bytes(data, name=name, **more))


def refusal(data: str | bytes, name: str = "news.csv") -> ReadError:
    with pytest.raises(ReadError) as caught:
        read_text(data, name)
    return caught.value


def written(rows: Sequence[Sequence[str]], **how: Any) -> str:
    out = io.StringIO()
    csv.writer(out, **how).writerows(rows)
    return out.getvalue()


TABLE = [
    ["title", "author", "date", "url", "source", "lang", "text"],
    [
        "Ferry late",
        "Jane Roe",
        "2019-04-08 14:30",
        "https://bay.example/1",
        "Bay Post",
        "en",
        STORY,
    ],
    ["Second boat", "Jane Roe and Max Hill", "2019-04-09", "https://bay.example/2", "", "en", NEXT],
]


# Rows of text.


def test_rows_are_those_that_the_csv_module_reads() -> None:
    text = written([["a", 'b "c" d', "e\r\nf, g"], ["", "x,y", '"'], ["1", "2", ""]])
    assert rows_of(text) == list(csv.reader(io.StringIO(text, newline="")))


def test_lines_may_end_in_any_way() -> None:
    assert rows_of("a,b\r1,2\n3,4\r\n5,6") == [["a", "b"], ["1", "2"], ["3", "4"], ["5", "6"]]


def test_a_quote_within_a_cell_that_has_none_around_it_is_a_sign() -> None:
    assert rows_of('a,5" disk,b\nc,d,e\n') == [["a", '5" disk', "b"], ["c", "d", "e"]]


def test_a_quote_that_was_not_doubled_does_not_end_a_cell_in_the_middle() -> None:
    assert rows_of('"He said "yes" to it",b\n') == [['He said "yes" to it', "b"]]


def test_dumps_of_databases_put_a_backslash_before_quotes() -> None:
    assert rows_of('"a \\"b\\", c",d\n', escaped=True) == [['a "b", c', "d"]]


def test_a_quote_that_nothing_closes_costs_one_row() -> None:
    said: list[tuple[int, str]] = []
    lines = ["a,b\n", '"c,d\n', "e,f\n", "g,h\n"]
    rows = split_rows(
        lines, Dialect(","), longest=1000, on_broken=lambda line, why: said.append((line, why))
    )
    assert [row.cells for row in rows] == [["a", "b"], ["e", "f"], ["g", "h"]]
    assert said == [(2, "a quote that nothing closes")]


def test_a_quote_that_nothing_closes_ends_at_the_bound() -> None:
    lines = ["a,b\n", '"c,d\n', *["e,f\n"] * 1000, '"g","h"\n']
    rows = split_rows(lines, Dialect(","), longest=100, on_broken=lambda line, why: None)
    assert sum(1 for _ in rows) == 1002


@pytest.mark.parametrize("line", ['x,"y\n', '"\n', 'a,"b""\n', '"""\n'])
def test_quotes_without_end_take_time_in_proportion(line: str) -> None:
    lines = [line] * 20_000
    taken = 0

    def counted() -> Any:
        nonlocal taken
        for one in lines:
            taken += 1
            yield one

    for _ in split_rows(counted(), Dialect(","), longest=1 << 26, on_broken=lambda at, why: None):
        pass
    assert taken == len(lines)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.lists(st.text(alphabet='ab ,;"\n\r\té', max_size=12), min_size=2, max_size=4),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from(",;\t"),
)
def test_what_was_written_is_read_again(rows: list[list[str]], delimiter: str) -> None:
    text = written(rows, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    assert rows_of(text, delimiter) == rows


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet='ab,"\\\n\r', max_size=60), st.booleans())
def test_any_text_has_rows(text: str, escaped: bool) -> None:
    for cells in rows_of(text, escaped=escaped):
        assert cells


# CSV.


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_table_is_read_in_all_its_spellings(delimiter: str, encoding: str) -> None:
    rows = [[cell.replace("late", "spät – “so”") for cell in row] for row in TABLE]
    first, second = read_text(written(rows, delimiter=delimiter).encode(encoding))
    assert first.title == "Ferry spät – “so”"
    assert first.byline == ("Jane Roe",)
    assert first.date == dt.datetime(2019, 4, 8, 14, 30, tzinfo=dt.UTC)
    assert (first.source, first.language, first.record) == ("Bay Post", "en", 1)
    assert second.byline == ("Jane Roe", "Max Hill")
    assert (second.body, second.record, second.source) == (NEXT, 2, None)


def test_columns_may_be_named_in_other_languages() -> None:
    (article,) = read_text(
        f"Titel;Autor;Datum;Quelle;Text\nFähre;Eva Kern;8.4.2019;Blatt;{STORY}\n"
    )
    assert (article.title, article.byline, article.source) == ("Fähre", ("Eva Kern",), "Blatt")
    assert article.date == dt.date(2019, 4, 8)


def test_columns_may_have_one_beginning() -> None:
    (article,) = read_text(
        f"post_id,post_title,post_date,post_content\n1,Ferry,2019-04-08,{STORY}\n"
    )
    assert (article.title, article.body) == ("Ferry", STORY.replace(",", ",", 1))


def test_a_beginning_of_columns_may_have_several_words_and_names_need_be_no_paths() -> None:
    (article,) = read_text("wire feed title,wire feed body\nFerry delayed,The ferry is late.\n")
    assert (article.title, article.body) == ("Ferry delayed", "The ferry is late.")
    # os.path.commonpath raised here: found by tests/fuzz/reading.py.
    names = ("/title", "body", "\x00date")
    assert plan_columns(names, [], FIELDS, {}).names == names


def test_the_longest_column_is_the_text_where_none_is_named_for_it() -> None:
    table = [["no", "title", "date", "speech"]]
    table += [[str(n), f"Debate {n}", "1919-01-21", STORY * 3] for n in range(4)]
    articles = read_text(written(table))
    assert {article.body for article in articles} == {STORY * 3}


def test_a_field_map_names_columns() -> None:
    text = written([["kop", "wat", "wanneer"], ["Veer te laat", STORY, "2019-04-08"]])
    (article,) = read_text(text, field_map={"title": "kop", "body": "wat", "date": "wanneer"})
    assert (article.title, article.body) == ("Veer te laat", STORY)
    assert article.date == dt.date(2019, 4, 8)


def test_rows_above_the_names_are_passed_over() -> None:
    text = f"sep=;\nSearch for: ferry\n\ntitle;date;text\nFerry;2019-04-08;{STORY}\n"
    assert [article.title for article in read_text(text)] == ["Ferry"]


def test_the_order_of_day_and_month_is_seen_from_the_column() -> None:
    table = [["title", "date", "text"]]
    table += [["One", "04/08/2019", STORY], ["Two", "04/28/2019", STORY]]
    first, second = read_text(written(table))
    assert (first.date, second.date) == (dt.date(2019, 4, 8), dt.date(2019, 4, 28))
    assert first.date_text == "04/08/2019"


def test_lists_written_as_text_are_lists() -> None:
    table = [["title", "authors", "text"], ["Ferry", "['Jane Roe', \"Max O'Hara\"]", STORY]]
    (article,) = read_text(written(table))
    assert article.byline == ("Jane Roe", "Max O'Hara")


def test_what_says_nothing_is_nothing() -> None:
    table = [["title", "author", "date", "text"], ["Ferry", "NaN", "NULL", STORY]]
    (article,) = read_text(written(table))
    assert (article.byline, article.date, article.date_text) == ((), None, None)


def test_a_row_that_is_no_article_costs_only_itself() -> None:
    errors: list[ReadError] = []
    text = written(TABLE[:2]) + "only one cell\n" + written(TABLE[2:])
    articles = read_text(text, on_error=errors.append)
    assert [article.record for article in articles] == [*[1, 2, 3][:1], 3]
    assert [error.record for error in errors] == [2]


def test_a_row_with_too_many_cells_is_said() -> None:
    errors: list[ReadError] = []
    text = (
        "text,title,date\n"
        + f"{STORY.replace(',', '')},Ferry,2019,4,8\n"
        + "Late.,Two,2019-01-01\n"
    )
    assert [article.title for article in read_text(text, on_error=errors.append)] == ["Two"]
    assert "5 cells under 3 names" in str(errors[0])


def test_a_text_that_was_not_quoted_keeps_its_commas() -> None:
    (article,) = read_text(f"title,date,text\nFerry,2019-04-08,{STORY}\n")
    assert article.body == STORY


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_stray_nuls_are_passed_over(encoding: str) -> None:
    table = written([*TABLE[:2], ["Sp\0ät", "", "", "", "", "", "The ferry,\0 so “late”."]])
    _, article = read_text(table.encode(encoding).replace(b"so ", b"so\xff "))
    assert article.title == "Spät"
    assert re.fullmatch("The ferry, so[ÿ\ufffd] “late”[.]", article.body)


def test_a_table_without_names_is_refused() -> None:
    error = refusal(written([["3", STORY, "2019-04-08"], ["4", NEXT, "2019-04-09"]]))
    assert "without a row of names" in str(error)
    assert error.kind == "csv"


def test_a_table_of_something_else_is_refused_with_its_columns() -> None:
    error = refusal("station,depth,oxygen\nA,10,7.1\nB,20,6.4\n")
    assert "station, depth, oxygen" in str(error)


def test_a_table_is_known_by_its_first_row_whatever_it_is_called() -> None:
    for name in ("export.txt", "export", "download.dat"):
        assert len(read_text(written(TABLE, delimiter="\t"), name)) == 2, name


def test_prose_with_commas_is_no_table() -> None:
    text = (
        "Title, author and text, he said, are three things.\nNobody, of course, objected, then.\n"
    )
    (article,) = read_text(text, "note.txt")
    assert "three things" in article.body


def test_the_bound_of_the_csv_module_is_not_touched() -> None:
    before = csv.field_size_limit()
    table = [["title", "text"], ["Long", "word " * 100_000]]
    (article,) = read_text(written(table))
    assert len(article.body) > before
    assert csv.field_size_limit() == before


def test_ten_thousand_columns_and_no_more() -> None:
    names = ",".join(["title", "text", *(f"c{n}" for n in range(9_998))])
    assert len(read_text(f"{names}\nFerry,{STORY.replace(',', '')}\n")) == 1
    assert "10,000" in str(refusal(f"{names},more\nFerry,late\n"))


def test_names_that_come_twice_are_two_columns() -> None:
    assert unique_names(["a", "a", "", "a"]) == ("a", "a_2", "column_3", "a_3")


def test_no_column_is_taken_for_a_text_that_is_short() -> None:
    plan = plan_columns(("id", "title", "note"), [("1", "A", "short")], FIELDS, {})
    assert not plan.holds_articles


# SQLite.


def database(path: Path, *statements: str) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.executescript(statement)
        connection.commit()
    return path


ARTICLES = (
    "create table articles(id integer primary key, headline, author, published_at, url, content);"
    f"insert into articles values(1, 'Ferry late', 'Jane Roe', '2019-04-08', 'https://b.example/1',"
    f" '{STORY}'), (2, 'Second boat', 'Max Hill', 1554768000, 'https://b.example/2', '{NEXT}');"
)


def test_the_table_of_articles_is_found(tmp_path: Path) -> None:
    path = database(
        tmp_path / "news.db",
        "create table log(at, message); insert into log values(1, 'started');",
        ARTICLES,
        "create view latest as select * from articles;",
    )
    first, second = read(path)
    assert (first.title, first.body, first.byline) == ("Ferry late", STORY, ("Jane Roe",))
    assert second.date == dt.datetime(2019, 4, 9, tzinfo=dt.UTC)
    assert [first.record, second.record] == [1, 2]


def test_tables_with_the_same_columns_are_all_read(tmp_path: Path) -> None:
    make = (
        "create table news_{0}(title, body, date);"
        "insert into news_{0} values('T{0}', '{1}', '{0}');"
    )
    path = database(tmp_path / "n.sqlite", *(make.format(year, STORY) for year in (2019, 2020)))
    assert [(a.title, a.record) for a in read(path)] == [("T2019", 1), ("T2020", 2)]


def test_keys_into_other_tables_become_names(tmp_path: Path) -> None:
    path = database(
        tmp_path / "n.db",
        "create table people(id integer primary key, name);"
        "insert into people values(7, 'Jane Roe');",
        "create table sources(id integer primary key, name);"
        "insert into sources values(3, 'Bay Post');",
        "create table news(title, body, author integer references people(id), source_id integer);"
        f"insert into news values('Ferry', '{STORY}', 7, 3);",
    )
    (article,) = read(path)
    assert (article.byline, article.source) == (("Jane Roe",), "Bay Post")


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_database_in_memory_is_read_too(tmp_path: Path, pack: Any) -> None:
    path = database(tmp_path / "n.db", "pragma journal_mode=wal;", ARTICLES)
    assert len(read_text(pack(path.read_bytes()), "n.db")) == 2


def test_reading_a_database_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = database(tmp_path / "a b?#.db", ARTICLES)
    before = path.read_bytes()
    assert len(list(read(path))) == 2
    assert os.listdir(tmp_path) == [path.name]
    assert path.read_bytes() == before


def test_changes_in_the_log_beside_a_database_are_said_to_be_missing(tmp_path: Path) -> None:
    path = tmp_path / "n.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("pragma journal_mode=wal;" + ARTICLES)
        connection.execute("pragma wal_checkpoint(truncate)")
        connection.execute("insert into articles(headline, content) values('New', 'Not read.')")
        connection.commit()
        errors: list[ReadError] = []
        assert len(list(read(path, on_error=errors.append))) == 2
    assert "-wal" in str(errors[0])


def test_nothing_in_a_database_is_run(tmp_path: Path) -> None:
    path = database(
        tmp_path / "n.db",
        "create table t(title, body as (hex(zeroblob(50000000))), date);"
        "insert into t(title, date) values('T', '2019');",
        "create view articles as with recursive n(title, body) as "
        "(select 1, 2 union all select title + 1, body from n) select * from n;",
        "create virtual table posts using fts5(title, body);"
        f"insert into posts values('Hidden', '{STORY}');",
    )
    error = refusal(path.read_bytes(), "n.db")
    assert "without a table of articles" in str(error)
    assert error.kind == "database"


def test_a_damaged_page_costs_what_is_on_it(tmp_path: Path) -> None:
    path = database(
        tmp_path / "n.db",
        "create table news(title, body);"
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 2000) "
        f"insert into news select 'Title ' || i, '{STORY * 3}' from n;",
    )
    data = bytearray(path.read_bytes())
    data[40 * 4096 : 42 * 4096] = b"\xff" * 8192
    path.write_bytes(data)
    errors: list[ReadError] = []
    articles = list(read(path, on_error=errors.append))
    assert 1900 < len(articles) < 2000
    assert errors and "malformed" in str(errors[0])


def test_a_row_that_is_too_large_costs_itself(tmp_path: Path) -> None:
    path = database(
        tmp_path / "n.db",
        "create table news(title, body);"
        "insert into news values('Large', zeroblob(68000000));"
        f"insert into news values('Ferry', '{STORY}'), ('Second', '{NEXT}');",
    )
    errors: list[ReadError] = []
    assert [a.title for a in read(path, on_error=errors.append)] == ["Ferry", "Second"]
    assert "too big" in str(errors[0])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(16, 12_000), st.integers(0, 255)), min_size=1, max_size=12))
def test_a_database_with_wrong_bytes_gives_articles_or_an_error(
    changes: list[tuple[int, int]],
) -> None:
    with TemporaryDirectory() as folder:
        path = database(Path(folder) / "n.db", ARTICLES)
        content = bytearray(path.read_bytes())
        for place, value in changes:
            content[place % len(content)] = value
        path.write_bytes(content)
        with suppress(ReadError):
            assert all(isinstance(one, Article) for one in read(path, on_error=lambda error: None))


# Parquet and Arrow.


def columns() -> dict[str, list[Any]]:
    zone = dt.timezone(dt.timedelta(hours=2))
    return {
        "headline": ["Ferry late", "Second boat", None],
        "authors": [["Jane Roe", "Max Hill"], [], None],
        "published": [dt.datetime(2019, 4, 8, 14, 30, tzinfo=zone), None, None],
        "maintext": [STORY, NEXT, None],
        "embedding": [[0.5, 0.25], [0.5, 0.5], [0.0, 1.0]],
        "meta": [{"source": "Bay Post"}, None, None],
    }


def columnar(path: Path, kind: str) -> Path:
    pa = pytest.importorskip("pyarrow")
    feather = pytest.importorskip("pyarrow.feather")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = pa.table(columns())
    if kind == "parquet":
        parquet.write_table(table, path, row_group_size=1)
    elif kind == "feather":
        feather.write_feather(table, path, compression="zstd")
    elif kind == "stream":
        with pa.ipc.new_stream(path, table.schema) as writer:
            writer.write_table(table)
    else:
        with pa.ipc.new_file(path, table.schema) as writer:
            writer.write_table(table)
    return path


@pytest.mark.parametrize("kind", ["parquet", "feather", "stream", "file"])
def test_files_of_columns_are_read(tmp_path: Path, kind: str) -> None:
    errors: list[ReadError] = []
    path = columnar(tmp_path / "news.data", kind)
    first, second = read(path, on_error=errors.append, field_map={"source": "meta.source"})
    assert (first.title, first.byline, first.source) == (
        "Ferry late",
        ("Jane Roe", "Max Hill"),
        "Bay Post",
    )
    assert first.date is not None and first.date.isoformat() == "2019-04-08T14:30:00+02:00"
    assert (second.body, second.record) == (NEXT, 2)
    assert [error.record for error in errors] == [3]


def test_a_packed_file_of_columns_is_read(tmp_path: Path) -> None:
    path = columnar(tmp_path / "news.parquet", "parquet")
    packed = gzip.compress(path.read_bytes())
    assert len(read_text(packed, "news.parquet.gz", on_error=lambda error: None)) == 2


@pytest.mark.parametrize("kind", ["parquet", "feather", "stream"])
def test_a_cut_file_of_columns_is_an_error(tmp_path: Path, kind: str) -> None:
    data = columnar(tmp_path / "news.data", kind).read_bytes()
    assert "damaged" in str(refusal(data[: len(data) // 4], "news.data"))


def test_wrong_bytes_in_columns_end_in_the_child(tmp_path: Path) -> None:
    data = bytearray(columnar(tmp_path / "news.arrow", "file").read_bytes())
    for place in range(400, len(data) - 400, 97):
        data[place] ^= 0xFF
    with suppress(ReadError):
        read_text(bytes(data), "news.arrow", on_error=lambda error: None)


def test_without_pyarrow_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = columnar(tmp_path / "news.parquet", "parquet")
    monkeypatch.setattr("searcher.reading.tables.columnar.is_installed", lambda package: False)
    error = refusal(path.read_bytes(), "news.parquet")
    assert "searcher[parquet]" in str(error) and error.kind == "database"


def test_hand_checked_tables_are_read_right(tmp_path: Path) -> None:
    assert share_right(tmp_path, "csv", "sqlite", "parquet") >= 0.99
