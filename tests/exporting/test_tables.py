"""Is a table what its articles are, and does a spreadsheet compute nothing of it?"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher import Article
from searcher.exporting.columns import choose_columns, json_value
from searcher.exporting.csv import defused, join_values, split_values, undefused
from searcher.exporting.jsonl import to_json
from searcher.fields import FIELDS

from .strategies import EMPTY, NOON, TRUCE, Found, exported, several_articles, texts

pytestmark = pytest.mark.same_without_core

TABLE = FIELDS.with_values("country")
DANGEROUS = tuple("=+-@＝＋－＠\t\r\n")


def as_json(article: Article) -> dict[str, Any]:
    """What all columns hold of an article, got another way than the writers do."""
    values = article.to_dict()
    metadata = dict(values.pop("metadata"))
    body = values.pop("body")
    country = metadata.pop("country", [])
    values["country"] = [country] if isinstance(country, str) else country
    return {**values, "metadata": metadata, "body": body}


def rows_of(data: bytes) -> list[dict[str, str]]:
    before = csv.field_size_limit(1 << 30)  # of the whole process
    try:
        rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        return [{name: undefused(text) for name, text in row.items()} for row in rows]
    finally:
        csv.field_size_limit(before)


def from_row(row: dict[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = dict(row)
    for name, text in row.items():
        if name in ("byline", "country"):
            values[name] = list(split_values(text))
        elif name == "metadata":
            values[name] = json.loads(text) if text else {}
        elif name == "record":
            values[name] = int(text) if text else None
        elif not text and name not in ("id", "title", "body"):
            values[name] = None
    return values


def without_controls(value: Any) -> Any:
    """`value` as CSV has room for it: metadata are JSON there, which spells controls out."""
    if isinstance(value, str):
        return "".join(
            "\ufffd" if unicodedata.category(c) == "Cc" and c not in "\t\r\n" else c for c in value
        )
    return [without_controls(one) for one in value] if isinstance(value, list) else value


@given(several_articles)
def test_csv_holds_all_that_the_articles_are(articles: list[Article]) -> None:
    rows = rows_of(exported(articles, "csv", table=TABLE))
    assert [from_row(row) for row in rows] == [
        {name: without_controls(value) for name, value in as_json(article).items()}
        for article in articles
    ]


@pytest.mark.parametrize("control", ["\0", "\x1b", "\x07", "\x0b", "\x7f", "\x85", "\x9b"])
def test_csv_holds_nothing_that_a_terminal_obeys(control: str) -> None:
    odd = Article(f"x{control}=1", f"a{control}[2Jb\tc\n\nd", id="o")
    text = exported([odd], "csv", fields=["title", "body"]).decode()
    assert text == 'title,body\r\nx�=1,"a�[2Jb\tc\n\nd"\r\n'


@given(several_articles)
def test_json_lines_hold_all_that_the_articles_are(articles: list[Article]) -> None:
    data = exported(articles, "jsonl", table=TABLE).decode()
    lines = data.splitlines()  # at every character that any program ends a line at
    assert len(lines) == len(articles) and data.count("\n") == len(lines)
    values = [json.loads(line) for line in lines]
    assert values == [as_json(article) for article in articles]
    assert lines == [to_json(value) for value in values]


@given(several_articles)
def test_no_cell_of_csv_begins_a_formula(articles: list[Article]) -> None:
    data = exported(articles, "csv", table=TABLE).decode()
    for row in csv.reader(io.StringIO(data, newline="")):
        for text in row:
            # What a spreadsheet may pass over before it looks for a sign.
            shown = re.sub(r"^[\s\x00-\x20\x7f-\xa0\u200b-\u200f\u202a-\u202e\ufeff]+", "", text)
            assert not shown.startswith(DANGEROUS) and not text.startswith(DANGEROUS)


@given(st.one_of(texts, st.text()))
def test_to_undefuse_gives_what_was_defused(text: str) -> None:
    assert undefused(defused(text)) == text
    assert defused(text) in (text, f"'{text}")


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@a", " =1", "\u200b=1", "''=1", "\tx", "\rx"]
)
def test_what_a_spreadsheet_computes_gets_an_apostrophe(text: str) -> None:
    assert defused(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "'No deal', he says", "a=b", "'", "1-2", "–5", "“=1”"])
def test_what_a_spreadsheet_shows_stays_as_it_is(text: str) -> None:
    assert defused(text) == text


@given(st.lists(texts.map(str.strip).filter(bool)))
def test_values_in_one_cell_can_be_parted_again(values: list[str]) -> None:
    assert split_values(join_values(values)) == tuple(values)


def test_pandas_reads_the_table(tmp_path: Any) -> None:
    pandas = pytest.importorskip("pandas")
    odd = Article('=A1 "x", y;\r\nz', "\0\x1b first\n\n\u2028second", id="o")
    path = tmp_path / "a.csv"
    path.write_bytes(exported([TRUCE, EMPTY, odd], "csv", table=TABLE, bom=True))
    frame = pandas.read_csv(path, dtype=str, keep_default_na=False)
    rows = [
        {name: undefused(text) for name, text in row.items()} for row in frame.to_dict("records")
    ]
    assert [from_row(row) for row in rows] == [
        {name: without_controls(value) for name, value in as_json(article).items()}
        for article in (TRUCE, EMPTY, odd)
    ]


def test_csv_begins_with_the_mark_of_utf8_only_if_it_is_asked_for() -> None:
    assert exported([TRUCE], "csv", bom=True)[:5] == b"\xef\xbb\xbfid"
    assert exported([TRUCE], "csv")[:3] == b"id,"


def test_without_articles_csv_has_its_first_row_and_json_lines_nothing() -> None:
    assert exported([], "csv", fields=["title", "date"]) == b"title,date\r\n"
    assert exported([], "jsonl") == b""


def test_fields_come_in_the_order_in_which_they_are_named() -> None:
    line = exported([TRUCE], "jsonl", fields=["rank", "date", "country", "score"], table=TABLE)
    assert line.decode() == (
        '{"rank": 1, "date": "2019-04-08T12:30:00+02:00", "country": ["FI", "SE"], "score": 1.0}\n'
    )


def test_a_field_of_ten_megabytes_is_written_whole() -> None:
    long = Article("=" * 100, "' " * 5_000_000 + "=", id="l")
    for form in ("csv", "jsonl"):
        data = exported([long], form, fields=["title", "body"])
        row = rows_of(data)[0] if form == "csv" else json.loads(data)
        assert row == {"title": long.title, "body": long.body}


def test_metadata_are_what_has_no_column() -> None:
    (own, metadata) = choose_columns(["country", "metadata"], TABLE)
    found = Found(1, 1.0, TRUCE)
    assert own.value(found) == ("FI", "SE") and metadata.value(found) == {"page": ("A1",)}
    (all_metadata,) = choose_columns(["metadata"], FIELDS)
    assert set(all_metadata.value(found)) == {"country", "page"}
    assert json_value("date", NOON) == "2019-04-08T12:30:00+02:00"
