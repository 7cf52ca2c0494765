"""The sample corpus, held against the table in its README."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading import read

from .conftest import CORPUS

ROW = re.compile(r"^\| `([^`]+)` \| (.*?) \| (.*?) \| (.*?) \| (.*?) \|$", re.M)


def _rows() -> list[tuple[str, ...]]:
    page = CORPUS / "README.md"
    return [row.groups() for row in ROW.finditer(page.read_text("utf-8"))] if page.exists() else []


def _same(text: str) -> str:
    return text.replace("’", "'").replace("&lt;", "<").casefold()


def _article(key: str) -> Article:
    path, _, number = key.partition("#")
    articles = list(read(CORPUS / path))
    return articles[int(number) - 1 if number else 0]


@pytest.mark.parametrize("row", _rows(), ids=lambda row: row[0])
def test_an_article_is_what_the_table_says(row: tuple[str, ...]) -> None:
    key, date, outlet, title, byline = row
    article = _article(key)
    day = article.date.date() if isinstance(article.date, dt.datetime) else article.date
    assert str(day) == date if date != "(none)" else day is None
    if not title.startswith("("):
        assert _same(article.title) == _same(title)
    elif "begins:" in title:
        start = title.split("begins: ")[1].split(" …")[0]
        assert start in article.body
    names = [] if byline == "(none)" else byline.split("; ")
    assert list(map(_same, article.byline)) == list(map(_same, names))
    if not outlet.startswith("(") and "(" not in outlet:
        assert article.source == outlet


def test_furniture_of_pages_is_in_no_article() -> None:
    table = (CORPUS / "README.md").read_text("utf-8").split("## Words that must not be found")[1]
    cells = re.findall(r"^\| [^|]+ \| ([^|]+) \|$", table.split("\n## ")[0], re.M)
    words = [word for cell in cells[1:] for word in cell.split(", ")]
    assert "zeppelin" in words or not cells
    found = [
        (path.name, word)
        for path in sorted((CORPUS / "html").glob("*.html"))
        for article in read(path)
        for word in words
        if word.casefold() in f"{article.title} {article.body} {article.byline}".casefold()
    ]
    assert found == []


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("not-xz-despite-name.txt.xz", "binary data"),
        ("invalid-json.json", "not JSON"),
        ("json-without-article.json", "without an article"),
        ("empty.html", "empty file"),
        ("empty.txt", "empty file"),
        ("html-without-text.html", "no article text"),
        ("binary.txt", "binary data"),
        ("unclosed-reuters-record.sgm", "REUTERS"),
        ("trec-doc-without-text.sgm", "no text"),
        ("bad-front-matter.md", "not closed"),
        ("deep-json.json", "too deeply"),
        ("truncated-gzip.jsonl.gz", "truncated"),
        ("line-3-is-not-json.jsonl", "not JSON"),
    ],
)
def test_a_broken_file_says_what_is_wrong_with_it(corpus: Path, name: str, reason: str) -> None:
    with pytest.raises(ReadError, match=reason) as caught:
        list(read(corpus / "malformed" / name))
    assert caught.value.path.endswith(name)


def test_a_bad_line_costs_only_itself(corpus: Path) -> None:
    errors: list[ReadError] = []
    articles = list(read(corpus / "malformed/line-3-is-not-json.jsonl", on_error=errors.append))
    assert [article.record for article in articles] == [1, 2, 4, 5]
    assert [error.line for error in errors] == [3]


def test_a_truncated_file_gives_what_came_before_the_break(corpus: Path) -> None:
    errors: list[ReadError] = []
    articles = list(read(corpus / "malformed/truncated-gzip.jsonl.gz", on_error=errors.append))
    assert articles
    assert "truncated" in errors[-1].reason


def test_an_impossible_date_leaves_an_article_without_date(corpus: Path) -> None:
    (article,) = read(corpus / "malformed/impossible-date.jsonl")
    assert article.date is None
    assert article.date_text == "2019-02-31"


def test_lone_surrogates_do_not_reach_an_article(corpus: Path) -> None:
    (article,) = read(corpus / "malformed/lone-surrogates.json")
    article.title.encode()
    article.body.encode()


def test_terminal_sequences_do_not_reach_an_article(corpus: Path) -> None:
    (article,) = read(corpus / "malformed/escape-sequences.txt")
    assert "\x1b" not in article.title + article.body + "".join(article.byline)
    assert article.byline == ("Gwen Tasker",)
