"""What `searcher extract` makes of files, without an index."""

from __future__ import annotations

import gzip
import json
import subprocess
import time
from pathlib import Path

from .helpers import ARTICLE_KEYS, command, environment, quick, run


def test_extract_json_is_an_object_a_line_of_the_agreed_shape(corpus: Path) -> None:
    one = quick("extract", corpus / "html" / "river-wend-flood.html", "--json")
    assert one.code == 0 and one.out.count("\n") == 1
    assert list(one.json) == ARTICLE_KEYS
    many = quick("extract", corpus / "jsonl" / "meridian.jsonl", "--json")
    articles = [json.loads(line) for line in many.out.splitlines()]
    assert [article["record"] for article in articles] == [1, 2, 3, 4, 5, 6]
    assert all(list(article) == ARTICLE_KEYS for article in articles)


def test_extract_prints_articles_without_an_index(corpus: Path, tmp_path: Path) -> None:
    file = corpus / "markdown" / "flood-wall-explainer.md"
    done = run("extract", file, cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith(b"Explainer: why the Wend flood wall failed")
    assert list(tmp_path.iterdir()) == []


def test_extract_reads_a_pipe(corpus: Path, tmp_path: Path) -> None:
    page = corpus / "html" / "river-wend-flood.html"
    with subprocess.Popen(
        command("extract", "--json", "-"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(),
    ) as reader:
        assert reader.stdin is not None and reader.stdout is not None
        for piece in (page.read_bytes()[:700], page.read_bytes()[700:]):
            reader.stdin.write(piece)  # a pipe gives what has come, not what was asked for
            reader.stdin.flush()
            time.sleep(0.1)
        reader.stdin.close()
        output = reader.stdout.read()
    piped, given = json.loads(output), quick("extract", page, "--json").json
    assert piped["path"] == "-"
    assert (piped["title"], piped["body"]) == (given["title"], given["body"])
    assert run("extract", "-", cwd=tmp_path).returncode == 2


def test_extract_fails_when_nothing_was_read(tmp_path: Path, corpus: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.touch()
    assert quick("extract", empty).code == 2
    assert quick("extract", tmp_path).code == 2
    assert quick("extract", tmp_path / "nowhere").code == 2
    mixed = quick("extract", empty, corpus / "text" / "port-strike-ends.txt")
    assert mixed.code == 0 and "empty.txt" in mixed.err


def test_extract_reads_packed_files(tmp_path: Path) -> None:
    file = tmp_path / "a.txt.gz"
    file.write_bytes(gzip.compress(b"Ferry sunk\n\nIt went down.\n"))
    assert quick("extract", file, "--json").json["title"] == "Ferry sunk"


def test_extract_tells_of_a_key_that_no_record_has(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"hed": "Ferry", "lede": "It is late."}\n' * 2)
    done = quick("extract", tmp_path / "a.jsonl", "--map", "title=hed", "--map", "body=ledee")
    assert "no record has the key ledee (for body); did you mean lede?" in done.err
    done = quick("extract", tmp_path / "a.jsonl", "--map", "title=hed", "--map", "body=lede")
    assert (done.code, done.err) == (0, "")


def test_extract_explains_where_each_field_comes_from(tmp_path: Path) -> None:
    page = (
        '<html lang="en"><head><meta property="article:published_time" '
        'content="2020-03-01T12:00:00+01:00"></head><body><article><h1>Ferry runs aground</h1>'
        f"<p>{'The ferry ran aground off the harbour at noon. ' * 10}</p></article></body></html>"
    )
    (tmp_path / "a.html").write_text(page)
    (tmp_path / "b.json").write_text(
        '{"headline": "T", "body": "Text.", "published": "1 May 2020"}'
    )
    told = quick("extract", tmp_path / "a.html", tmp_path / "b.json", "--explain", "--json")
    first, second = [
        {found["field"]: found for found in article["evidence"]}
        for article in map(json.loads, told.out.splitlines())
    ]
    assert "published_time" in first["date"]["origin"] and first["title"]["origin"] == "h1"
    assert all(0 < found["confidence"] <= 1 for found in first.values())
    assert "json" in second["title"]["origin"] and "1 May 2020" in second["date"]["origin"]
    text = quick("extract", tmp_path / "a.html", "--explain").out
    assert "(meta article:published_time)" in text
