"""Does a hostile file cost no more than its size?

Each is read by a process of its own, under a clock that only a hang or a square would reach.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

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
