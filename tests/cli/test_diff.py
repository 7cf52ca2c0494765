"""`searcher diff`, `edits`, and `show --versions`."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from searcher import Archive

from .helpers import assert_inert, command, environment, quick, run

OLD = "Thirty hurt in ferry fire\n\nAbout 30 people were hurt. The ferry burned.\n\nIt sank.\n"
NEW = "Forty hurt in ferry fire\n\nAbout 45 people were hurt. The ferry burned.\n\nIt sank.\n"


@pytest.fixture
def revised(tmp_path: Path) -> tuple[Path, str]:
    """An index of an article with two versions, and its id."""
    folder, index = tmp_path / "news", tmp_path / "index"
    folder.mkdir()
    (folder / "other.txt").write_text("Ferry runs again\n\nThe ferry runs.\n")
    for text in (OLD, NEW):
        (folder / "fire.txt").write_text(text)
        assert quick("index", folder, "--index", index).code == 0
    return index, quick("query", "forty", "--ids", "--index", index).out.strip()


def test_two_files_are_compared_without_an_index(tmp_path: Path) -> None:
    a, b = tmp_path / "a.txt", tmp_path / "b.txt"
    a.write_text(OLD)
    b.write_text(NEW)
    done = quick("diff", a, b, "--index", tmp_path / "nowhere")
    assert done.code == 0 and done.err == ""
    assert done.out.splitlines()[2:] == [
        "- Thirty hurt in ferry fire",
        "+ Forty hurt in ferry fire",
        "",
        "- About 30 people were hurt.",
        "+ About 45 people were hurt.",
        "  The ferry burned.",
        "",
        "  It sank.",
    ]
    changed = quick("diff", a, b, "--changed", "--quiet").out.splitlines()
    assert changed[-1] == "  (2 sentences as before)"
    assert not any(line.startswith("  The") for line in changed)
    same = quick("diff", a, a)
    assert same.code == 1 and "the same" in same.err


def test_ids_beginnings_files_and_a_pipe_name_articles(revised: tuple[Path, str]) -> None:
    index, id = revised
    other = quick("query", "runs", "--ids", "--index", index).out.strip()
    done = quick("diff", id[:10], other, "--index", index, "--json")
    assert done.code == 0
    assert list(done.json) == ["a", "b", "same", "values", "title", "body"]
    assert (done.json["a"]["id"], done.json["b"]["id"]) == (id, other)
    piped = subprocess.run(
        command("diff", "-", id, "--index", index, "--quiet", "--changed"),
        input=OLD.encode(),
        capture_output=True,
        env=environment(),
        timeout=120,
    )
    assert piped.returncode == 0 and b"+ About 45 people" in piped.stdout


def test_json_makes_the_second_text_of_the_first(revised: tuple[Path, str]) -> None:
    index, id = revised
    with Archive.open(index) as archive:
        old, new = archive.versions(id)
        diff = archive.diff(old.id, id)
        assert diff.body.apply(old.body) == new.body and diff.title.apply(old.title) == new.title
    spans = quick("diff", old.id, id, "--index", index, "--json").json["body"]
    made = "".join(
        old.body[slice(*span["a"])] if span["kind"] == "same" else span["added"] for span in spans
    )
    assert made == new.body


def test_one_id_compares_the_versions_of_the_article(revised: tuple[Path, str]) -> None:
    index, id = revised
    done = quick("diff", id, "--index", index, "--changed")
    assert done.code == 0
    assert "version 1 -> version 2" in done.out and "- About 30 people" in done.out
    assert [one["b"]["id"] for one in quick("diff", id, "--index", index, "--json").json] == [id]
    other = quick("query", "runs", "--ids", "--index", index).out.strip()
    alone = quick("diff", other, "--index", index)
    assert alone.code == 1 and alone.out == "" and "one version" in alone.err
    shown = quick("show", id, "--versions", "--index", index)
    assert "2 versions" in shown.out and "+ Forty hurt in ferry fire" in shown.out


def test_what_cannot_be_compared_is_an_error(index: Path, tmp_path: Path) -> None:
    nowhere = run("diff", "nowhere", "neither", "--index", index)
    assert nowhere.returncode == 2 and b"is no file, and no article has the id" in nowhere.stderr
    assert quick("diff", "-", "-", "--index", index).code == 2
    file = tmp_path / "a.txt"
    file.write_text(OLD)
    assert quick("diff", file, "--index", index).code == 2
    assert quick("diff", "--index", index).code == 2


def test_what_articles_hold_cannot_steer_the_terminal(tmp_path: Path) -> None:
    a, b = tmp_path / "a.txt", tmp_path / "b.txt"
    a.write_text("T\n\nRed \x1b[31m text ** here. Stays \x07 so.\n")
    b.write_text("T\n\nBlue \x1b[32m text * here. Stays \x07 so. \u202eNew.\n")
    done = quick("diff", a, b)
    assert_inert(done.out, done.err)
    assert_inert(quick("diff", a, b, "--json").out)


def test_edits_lists_headlines_and_figures(revised: tuple[Path, str]) -> None:
    index, id = revised
    done = quick("edits", "ferry", "--index", index)
    assert done.code == 0
    assert "- Thirty hurt in ferry fire" in done.out and "figure: 30 -> 45" in done.out
    assert "1 article with changed headlines or figures, of 1 article with versions" in done.err
    assert "indexed again" not in done.err
    none = quick("edits", "nowhere", "--index", index)
    assert none.code == 1 and "where an article was indexed again with another" in none.err
    found = quick("edits", "ferry", "--index", index, "--json").json
    assert list(found) == ["query", "total", "with_versions", "articles"]
    (article,) = found["articles"]
    assert article["id"] == id and article["versions"] == 2
    (step,) = article["steps"]
    assert [edit["kind"] for edit in step["edits"]] == ["headline", "figure"]
    assert list(step["edits"][0]) == [
        *("kind", "field", "before", "after", "was", "now", "a", "b"),
    ]


def test_edits_finds_an_article_by_words_that_are_gone(revised: tuple[Path, str]) -> None:
    index, id = revised
    assert quick("query", "thirty", "--index", index).code == 1
    found = quick("edits", "thirty", "--index", index, "--json").json
    assert [article["id"] for article in found["articles"]] == [id]
    assert quick("edits", "runs", "--index", index).code == 1
    limited = quick("edits", "ferry", "--limit", "0", "--index", index, "--json")
    assert limited.code == 1 and limited.json["total"] == 1
    assert quick("edits", "title:", "--index", index).code == 2


def test_edits_of_what_was_taken_back_are_shown_to_who_asks(tmp_path: Path) -> None:
    from searcher import Article

    index = tmp_path / "index"
    with Archive.create(index) as archive:
        for body, status in (("About 30 hurt.", None), ("About 45 hurt.", "withheld")):
            with archive.writer() as writer:
                writer.add(Article("Fire", body, id="one", status=status))
        assert archive.edits("fire").total == 0
        assert [one.id for one in archive.edits("fire status:withheld")] == ["one"]
