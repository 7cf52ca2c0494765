"""Is exactly what was named dropped from an index, and nothing by accident?"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from searcher import Archive, Article, SelectionError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    (folder / "old").mkdir(parents=True)
    for name, word in (("a", "alpha"), ("b", "bravo"), ("old/c", "charlie"), ("old/d", "delta")):
        story(folder / f"{name}.txt", word)
    return folder


@pytest.fixture
def archive(tmp_path: Path, folder: Path) -> Archive:
    archive = Archive.create(tmp_path / "index")
    archive.index(folder)
    return archive


def story(path: Path, word: str) -> None:
    path.write_text(f"Title: About {word}\nSource: Quay Post\n\nThe {word} story is told here.\n")


def words(archive: Archive) -> list[str]:
    return sorted(hit.title.split()[-1] for hit in archive.search("*", limit=None))


def test_a_folder_that_is_gone_can_be_dropped(archive: Archive, folder: Path) -> None:
    shutil.rmtree(folder)
    removal = archive.remove(folder)
    assert (removal.removed, len(removal.files), len(archive)) == (4, 4, 0)
    stats = archive.stats()
    assert (stats.files, stats.settings) == (0, {})


def test_a_file_or_a_folder_below_is_dropped_alone(archive: Archive, folder: Path) -> None:
    assert archive.remove(folder / "a.txt").removed == 1
    assert words(archive) == ["bravo", "charlie", "delta"]
    assert archive.remove(folder / "old").removed == 2
    assert words(archive) == ["bravo"]


def test_paths_may_be_relative(
    archive: Archive, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    assert archive.remove(os.path.join("old", "c.txt")).removed == 1
    assert archive.remove(".").removed == 3


def test_what_is_dropped_comes_back_when_it_is_indexed_again(
    archive: Archive, folder: Path
) -> None:
    archive.remove(folder / "old")
    id = archive.search("alpha").hits[0].id
    archive.remove(id)
    report = archive.index(folder)
    assert (report.added, report.files_unchanged, len(archive)) == (3, 1, 4)
    assert archive.search("alpha").hits[0].id == id


def test_an_article_is_dropped_by_its_id_or_the_beginning_of_it(archive: Archive) -> None:
    first, second = (archive.search(word).hits[0].id for word in ("alpha", "bravo"))
    assert archive.remove(first, second[:6]).ids == sorted([first, second])
    assert words(archive) == ["charlie", "delta"]


def test_a_dry_run_drops_nothing(archive: Archive, folder: Path) -> None:
    generation = archive.stats().generation
    removal = archive.remove(folder, dry_run=True)
    assert (removal.removed, removal.dry_run, len(archive)) == (4, True, 4)
    assert archive.stats().generation == generation


@pytest.mark.parametrize("name", ["nowhere", "", "new", "alpha", "*", "a", "/"])
def test_what_the_index_does_not_hold_is_an_error_and_nothing_goes(
    archive: Archive, folder: Path, name: str
) -> None:
    if name == "/":
        name = str(folder) + "x"
    with pytest.raises(SelectionError, match="no file or folder"):
        archive.remove(folder / "a.txt", name)
    assert len(archive) == 4


def test_what_is_a_path_and_an_id_is_an_error(
    archive: Archive, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with archive.writer() as writer:
        writer.add(Article("Twin", "the twin", id="old"))
    monkeypatch.chdir(folder)
    with pytest.raises(SelectionError, match=r"may be the path .* and the article old"):
        archive.remove("old")
    assert archive.remove("./old").removed == 2
    assert archive.remove("old").ids == ["old"]


def test_a_beginning_that_several_ids_have_is_an_error(archive: Archive) -> None:
    with archive.writer() as writer:
        writer.add(Article("One", "one", id="wire-1"))
        writer.add(Article("Two", "two", id="wire-2"))
    with pytest.raises(SelectionError, match="wire-1, wire-2"):
        archive.remove("wire-")
    assert archive.remove("wire-1").ids == ["wire-1"]


def test_what_a_query_finds_is_dropped_but_not_everything(archive: Archive) -> None:
    assert archive.remove(query="title:(alpha OR charlie)").removed == 2
    assert archive.remove(query="zulu").removed == 0
    for query in ("*", 'source:"quay post"', "NOT zulu"):
        with pytest.raises(SelectionError, match="all 2 articles"):
            archive.remove(query=query)
    assert archive.remove(query="*", everything=True).removed == 2
    assert len(archive) == 0


def test_articles_that_a_program_added_are_dropped_by_their_path(archive: Archive) -> None:
    with archive.writer() as writer:
        writer.add(Article("Own", "own text", path="scans/1.txt"))
        writer.add(Article("Own", "own text", path="scans2/1.txt"))
    assert archive.remove("scans").files == ["scans/1.txt"]
    assert len(archive) == 5


def test_a_name_that_is_not_utf8_is_dropped(archive: Archive, folder: Path) -> None:
    path = os.fsdecode(os.fsencode(folder) + b"/caf\xe9.txt")
    Path(path).write_text("Title: Odd\n\nA name in latin-1.\n")
    archive.index(folder)
    assert archive.remove(path).removed == 1
    assert len(archive) == 4


def test_a_copy_that_stays_keeps_the_article(archive: Archive, folder: Path) -> None:
    shutil.copy(folder / "a.txt", folder / "old" / "copy.txt")
    archive.index(folder)
    id = archive.search("alpha").hits[0].id
    removal = archive.remove(folder / "a.txt")
    assert (removal.removed, removal.moved) == (0, 1)
    hit = archive.search("alpha").hits[0]
    assert (hit.id, hit.path) == (id, str(folder / "old" / "copy.txt"))
    (folder / "a.txt").unlink()
    assert archive.index(folder).files_unchanged == 4
    assert archive.remove(folder).removed == 4


def test_a_query_that_finds_all_and_the_hidden_besides_finds_all(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "index") as archive:
        with archive.writer() as writer:
            for number in range(3):
                writer.add(Article("T", "Text.", id=f"u{number}"))
            for number in range(2):
                writer.add(Article("T", "Text.", id=f"h{number}", status="withheld"))
        with pytest.raises(SelectionError, match="finds all"):
            archive.remove(query="* OR has:status")
        # The hidden alone are not all, however many they are.
        assert archive.remove(query="has:status").removed == 2
        assert len(archive) == 3
