"""No text, wherever it comes from, can command a terminal."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from searcher import Archive, Article
from searcher.cli.layout import columns, wrap
from searcher.cli.output import safe, to_json

from .helpers import BIDI, CONTROLS, assert_inert, quick, run

NASTY = f"begin{CONTROLS}{BIDI}truce"


@pytest.fixture(scope="module")
def nasty_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index whose articles hold every control character in every field."""
    path = tmp_path_factory.mktemp("nasty") / "index"
    with Archive.create(path) as archive, archive.writer() as writer:
        writer.add(
            Article(
                f"Title {NASTY}",
                f"Body {NASTY} with a word.\n\nNext {NASTY}",
                byline=(f"By {NASTY}",),
                source=f"Source {NASTY}",
                section=f"Section {NASTY}",
                language="en",
                url=f"https://example.org/{NASTY}",
                path=f"/tmp/{NASTY}",
                id=f"id{NASTY}",
                date_text=f"Date {NASTY}",
                encoding=f"Encoding {NASTY}",
            )
        )
        writer.add(Article("", f"No title, but {NASTY}", url=f"u{NASTY}", id=f"x{NASTY}"))
    return path


@pytest.mark.parametrize(
    "args",
    [
        ("query", "truce"),
        ("query", "truce", "--ids"),
        ("query", "truce", "--json"),
        ("show", "id", "x"),
        ("show", "id", "x", "--json"),
        ("show", f"id{NASTY}"),
        ("show", f"no{NASTY}"),
        ("stats",),
        ("stats", "--json"),
        ("check",),
        ("check", "--json"),
        ("query", f"zeppelin {NASTY}"),
        ("query", f"zeppelin {NASTY}", "--json"),
        ("query", f'"zeppelin{NASTY}'),
        ("query", f"tilte{NASTY}:x ("),
        ("query", "x", f"--op{NASTY}"),
        ("query", "x", "--sort", NASTY),
        (f"command{NASTY}",),
    ],
)
def test_control_characters_in_articles_and_arguments_come_out_as_text(
    nasty_index: Path, args: tuple[str, ...]
) -> None:
    named = args[0] in ("query", "show", "stats", "check")
    done = quick(*args, *(["--index", nasty_index] if named else []))
    assert done.code in (0, 1, 2) and done.out + done.err
    assert_inert(done.out, done.err)


def test_json_gives_control_characters_back_to_programs(nasty_index: Path) -> None:
    hit = quick("query", "truce", "--json", "--index", nasty_index).json["hits"][0]
    article = quick("show", hit["id"], "--json", "--index", nasty_index).json
    assert "\x1b" in article["title"] and "\x9b" in article["title"]
    assert "\u202e" in article["title"] and "\x7f" in article["title"]


@pytest.mark.parametrize("command", ["query", "show", "stats", "check", "index", "extract"])
def test_control_characters_in_file_names_come_out_as_text(tmp_path: Path, command: str) -> None:
    name = "a" + "".join(c for c in NASTY if c not in "/\0")
    folder = tmp_path / name
    folder.mkdir()
    (folder / f"{name}.json").write_text("{,,}")
    files = {"index": [folder], "extract": [folder / f"{name}.json"]}.get(command, [])
    words = ["x"] if command in ("query", "show") else []
    index = [] if command == "extract" else ["--index", tmp_path / f"no{name}"]
    done = quick(command, *words, *files, *index)
    assert done.code == 2 and "\\x1b" in done.err
    assert_inert(done.out, done.err)


def test_control_characters_in_readable_files_come_out_as_text(
    corpus: Path, tmp_path: Path
) -> None:
    file = tmp_path / "a\x1b[2J\x9b.jsonl"
    record = {"title": f"T {NASTY}", "body": f"B {NASTY}", "author": f"A {NASTY}", "date": NASTY}
    file.write_text(json.dumps(record) + "\n")
    for path in (file, corpus / "malformed" / "escape-sequences.txt"):
        for options in ([], ["--json"]):
            done = quick("extract", path, *options)
            assert done.code == 0
            assert_inert(done.out, done.err)
    index = tmp_path / "index"
    for args in (["index", file], ["query", "truce"], ["query", "truce", "--json"]):
        done = quick(*args, "--index", index)
        assert done.code == 0
        assert_inert(done.out, done.err)


@pytest.mark.skipif(os.name == "nt", reason="file names are bytes on POSIX")
def test_a_file_name_that_is_not_utf8_can_be_read_listed_and_shown(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path / "files")
    os.mkdir(folder)
    try:
        for name, text in ((b"caf\xe9.txt", b"Caf\xc3\xa9 shut\n\nNo coffee."), (b"\xff.txt", b"")):
            with open(os.path.join(folder, name), "wb") as file:
                file.write(text)
    except OSError:
        pytest.skip("this file system wants UTF-8 names")
    index = tmp_path / "index"
    done = run("index", folder, "--index", index)
    assert done.returncode == 0 and b"\\xff.txt: empty file" in done.stderr
    assert run("index", folder, "--index", index).returncode in (0, 2)
    for options in ([], ["--json"]):
        assert run("query", "coffee", "--index", index, *options).returncode == 0
        assert run("extract", os.path.join(folder, b"caf\xe9.txt"), *options).returncode == 0


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_that_lacks_a_character_gets_an_escape(index: Path, encoding: str) -> None:
    env = {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    shown = run("query", "Kovačević", "--index", index, env=env)
    assert shown.returncode == 0 and b"Kova\\u010devi\\u0107" in shown.stdout
    as_json = run("query", "Kovačević", "--index", index, "--json", env=env)
    assert "Kovačević" in json.loads(as_json.stdout)["query"]


def test_every_control_character_becomes_visible() -> None:
    for character in CONTROLS.replace("\n", "").replace("\t", "") + BIDI + "\ud800\udcff\u2028":
        shown = safe(character)
        assert shown.startswith("\\") and shown.isascii()
        assert json.loads(to_json(character)) == character
        assert to_json(character).isascii()
    assert safe("a\tb\r\nc\nd") == "a b\nc\nd"
    assert safe("سلام\u200f naïve 日本 😀") == "سلام\u200f naïve 日本 😀"
    assert safe("\udce9") == "\\xe9"


def test_text_is_wrapped_by_the_columns_it_takes() -> None:
    assert columns("naïve") == columns("nai\u0308ve") == 5
    assert columns("日本") == 4
    assert wrap("one two three", 7) == ["one two", "three"]
    assert wrap("日本 日本 日本", 9) == ["日本 日本", "日本"]
    assert wrap("**one** **two** three", 7) == ["**one** **two**", "three"]
    assert wrap("averyveryverylongword a", 5) == ["averyveryverylongword", "a"]
    assert wrap("one\ntwo  three", None) == ["one two three"]
    assert wrap("", 5) == [""]
