"""Does a hostile file cost no more than its size?

Each is read by a process of its own, under a clock that only a hang or a square would reach.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from searcher.errors import ReadError
from searcher.reading.mail.mbox import _messages
from searcher.reading.source import open_file
from searcher.reading.tables.rows import Dialect, split_rows

N = 100_000
CODE = (
    "import sys\n"
    "from searcher import ReadError, read\n"
    "errors = []\n"
    "try:\n"
    "    articles = list(read(sys.argv[1], on_error=errors.append))\n"
    "except ReadError as error:\n"
    "    articles = []\n"
    "    errors.append(error)\n"
    "print(len(articles), len(errors))\n"
)


def page(
    head: str, body: str = "<p>The ferry to the islands is late again, it is said.</p>"
) -> str:
    return f"<html><head><title>Ferry</title>{head}</head><body>{body}</body></html>"


def linked(text: str) -> str:
    return page(f"<script type='application/ld+json'>{text}</script>")


def aliases() -> str:
    names = "abcdefghij"
    lines = [
        f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]" for before, name in pairwise(names)
    ]
    return "\n".join(["---", f"a: &a [{','.join('x' * 9)}]", *lines, "author: *j", "---", "Text."])


def attributes() -> str:
    return " ".join(f"a{n}='x'" for n in range(200_000))


HOSTILE: dict[str, Callable[[], str | bytes]] = {
    "aliases.md": aliases,
    "dotted.md": lambda: "+++\n" + ".".join("a" * 20_000) + " = 1\n+++\nText.\n",
    "digits.md": lambda: "+++\na = " + "9" * 60_000 + "\n+++\nText.\n",
    "paragraphs.md": lambda: "a\n\n" * 300_000,
    "emphasis.md": lambda: "**word** " * 300_000,
    "metas.html": lambda: page("<meta name=x content=y>" * N),
    "authors.html": lambda: page("<meta name=author content='Ann Lee'>" * N),
    "graph.html": lambda: linked(json.dumps([{"@type": "Article", "@id": "#"}] * 50_000)),
    "blanks.html": lambda: linked("," + " " * 500_000 + "x"),
    "class.html": lambda: page("", "<p class='" + "x " * 5_000_000 + "'>Hello there.</p>"),
    "comments.html": lambda: "<!-- " + "--> <!-- " * 3000 + "<p>Text is here.</p>",
    "less.html": lambda: "<html><body><p>Hello " + "<" * 10_000_000,
    "stops.txt": lambda: "." * 5_000_000,
    "abbreviations.txt": lambda: "Mr. " * 1_000_000,
    "quotes.json": lambda: json.dumps({"title": "T", "body": "<p>a</p><a" + "'" * 200_000}),
    "doubles.json": lambda: json.dumps(
        {"title": "T", "body": "<p>a</p>" + ("<a " + '"x' * 2000) * 300}
    ),
    "authors.json": lambda: json.dumps(
        {"title": "T", "body": "text", "authors": [f"Ann Lee {n}" for n in range(300_000)]}
    ),
    "broken.jsonl": lambda: '{"title": "a", "body": "b"}\n' * 2 + "x\n" * 1_000_000,
    "empties.json": lambda: "[" + ",".join(["{}"] * 1_000_000) + "]",
    "attributes.nitf": lambda: (
        f"<nitf {attributes()}><body><body.content><p>Late.</p></body.content></body></nitf>"
    ),
    "attributes.eml": lambda: (
        "From: a@b.example\nSubject: Ferry\nContent-Type: text/html\n\n"
        f"<html><body {attributes()}><p>The ferry is late.</p></body></html>"
    ),
    "fields.sgm": lambda: "<REUTERS NEWID='1'><TEXT>" + "<TITLE>" * 200_000 + "</TEXT></REUTERS>",
    "texts.sgm": lambda: "<REUTERS NEWID='1'>" + "<TEXT " * 200_000 + "</REUTERS>",
    "members.txt.gz": lambda: gzip.compress(b"") * 300_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_in_articles_or_an_error(tmp_path: Path, name: str) -> None:
    data = HOSTILE[name]()
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(path)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    articles, errors = map(int, done.stdout.split())
    assert articles or errors


def test_the_errors_of_a_file_are_listed_up_to_a_thousand_and_then_counted(tmp_path: Path) -> None:
    from searcher.reading import read

    (tmp_path / "a.jsonl").write_text('{"title": "a", "body": "b"}\n' * 2 + "x\n" * 5_000)
    errors: list[Exception] = []
    assert len(list(read(tmp_path / "a.jsonl", on_error=errors.append))) == 2
    assert len(errors) == 1001 and "4,000 more records" in str(errors[-1])


# Little in a file, much in memory: a record that a parser would blow up.
BLOWN_UP: dict[str, Callable[[], bytes]] = {
    "lists.jsonl": lambda: (
        b'{"title": "a", "body": "b"}\n{"title": "a", "body": "b", "x": ['
        + b"[]," * 5_000_000
        + b"1]}\n"
    ),
    "maps.json": lambda: b'[{"title": "a", "body": "b"},' + b"{}," * 8_000_000 + b"{}]",
    "maps.ninjs": lambda: (
        b'{"uri": "a", "versioncreated": "2020-01-01T10:00:00Z", "headline": "a", "subject": ['
        + b"{}," * 8_000_000
        + b"{}]}"
    ),
    "elements.nitf": lambda: b"<nitf><body><body.content>" + b"<a/>" * 2_200_000,
    "streamed.xml": lambda: b"<newsMessage><itemSet><newsItem>" + b"<a/>" * 2_200_000,
    "feed.rss": lambda: (
        b"<rss version='2.0'><channel><item><title>a</title><description>"
        + b"<a/>" * 2_200_000
        + b"</description></item></channel></rss>"
    ),
}


@pytest.mark.parametrize("name", BLOWN_UP)
def test_a_record_that_would_take_all_memory_is_refused_before_it_is_parsed(
    tmp_path: Path, name: str
) -> None:
    from searcher.reading import read

    path = tmp_path / name
    path.write_bytes(BLOWN_UP[name]())
    errors: list[ReadError] = []
    try:
        list(read(path, on_error=errors.append))
    except ReadError as error:
        errors.append(error)
    assert any("takes too much memory to read" in error.reason for error in errors)


def test_a_quote_that_nothing_closes_holds_no_more_lines_than_the_bound() -> None:
    taken = 0

    def lines() -> Iterator[str]:
        nonlocal taken
        yield '"\n'
        for _ in range(99_999):
            taken += 1
            yield "ab\n"

    broken: list[int] = []
    rows = split_rows(
        lines(), Dialect(","), longest=1 << 20, on_broken=lambda line, why: broken.append(taken)
    )
    assert sum(1 for _ in rows) == 99_999
    assert broken[0] < (1 << 20) // 100


def test_a_mail_of_short_lines_takes_a_few_times_its_size(tmp_path: Path) -> None:
    path = tmp_path / "a.mbox"
    head = "From a@b.example Mon Jan  1 10:00:00 2018\nFrom: a@b.example\nSubject: Ferry\n\n"
    path.write_text(head + "ab\n" * 1_000_000)
    tracemalloc.start()
    try:
        with open_file(path) as source:
            (message,) = _messages(source)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert message is not None and len(message) > 3_000_000
    assert peak < 6 * len(message)
