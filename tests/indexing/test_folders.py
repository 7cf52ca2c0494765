"""Does a walk find the files, whatever else a folder holds?"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from searcher import Archive, ReadError, Report
from searcher.codec.settings import Settings
from searcher.indexing.folders import Walk, walk
from searcher.indexing.patterns import Patterns, TooManyPatternsError
from searcher.indexing.saved_pages import page_stems, stem_of_parts


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    folder.mkdir()
    return folder


def story(path: Path, word: str = "quay") -> Path:
    path.write_text(f"Title: About {path.name}\n\nThe {word} story of {path} is told here.\n")
    return path


def walked(folder: Path, *, exclude: tuple[str, ...] | None = None) -> Walk:
    settings = {str(folder): Settings(exclude=exclude)}
    return walk([str(folder)], settings=settings, index_directory=str(folder.parent / "no index"))


def names(found: Walk) -> list[str]:
    return [os.path.basename(path) for path in found.files]


def kinds(found: Walk) -> dict[str, str]:
    return {os.path.basename(path): why.kind for path, why in found.left_out.items()}


def indexed(folder: Path, **options: object) -> Report:
    with Archive.open_or_create(folder.parent / "index") as archive:
        return archive.index(folder, **options)  # type: ignore[arg-type]


# ---------------------------------------------------------------- depth


def test_a_thousand_nested_folders_are_walked(folder: Path) -> None:
    place = folder
    for _ in range(1200):
        place /= "d"
        place.mkdir()
    story(place / "deep.txt")
    try:
        report = indexed(folder)
        assert (report.added, report.failed) == (1, [])
    finally:  # pytest cannot remove it
        subprocess.run(["rm", "-rf", str(folder)], check=True)


def test_a_path_too_long_to_be_opened_is_listed_and_stops_nothing(folder: Path) -> None:
    story(folder / "near.txt")
    script = (
        "import os, sys\nos.chdir(sys.argv[1])\n"
        "for _ in range(30):\n    os.mkdir('d' * 200)\n    os.chdir('d' * 200)\n"
        "open('far.txt', 'w').write('Title: Far\\n\\nFar away.\\n')\n"
    )
    subprocess.run([sys.executable, "-c", script, str(folder)], check=True)
    try:
        report = indexed(folder)
        assert report.added == 1
        assert ["too long" in error.reason for error in report.failed] == [True]
    finally:  # pytest cannot remove it
        subprocess.run(["rm", "-rf", str(folder)], check=True)


# ---------------------------------------------------------------- what is no file


def test_what_is_neither_file_nor_folder_is_left_out_by_kind(folder: Path) -> None:
    story(folder / "a.txt")
    os.mkfifo(folder / "pipe.txt")
    (folder / "loop").symlink_to(folder)
    (folder / "endless.txt").symlink_to("/dev/zero")
    (folder / "nowhere.txt").symlink_to(folder / "nothing")
    (folder / "linked.txt").symlink_to(folder / "a.txt")
    (folder / ".git").mkdir()
    with socket.socket(socket.AF_UNIX) as bound:
        place = os.getcwd()
        os.chdir(folder)  # the path of a socket has a hundred characters at most
        bound.bind("socket.txt")
        os.chdir(place)
        found = walked(folder)
    assert names(found) == ["a.txt", "linked.txt"]
    assert kinds(found) == {
        "pipe.txt": "FIFOs",
        "loop": "links to folders",
        "endless.txt": "devices",
        "nowhere.txt": "broken links",
        "socket.txt": "sockets",
        ".git": "hidden",
    }
    assert found.failed == {}


def test_a_folder_that_cannot_be_listed_keeps_its_articles(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir()
    story(closed / "a.txt")
    story(folder / "b.txt")
    assert indexed(folder).added == 2
    closed.rename(folder / "elsewhere")
    closed.symlink_to(closed)  # what is there cannot be looked at, even by root
    report = indexed(folder / "b.txt")
    assert report.removed == 0
    if os.geteuid() == 0:
        pytest.skip("root may list any folder")
    closed.unlink()
    (folder / "elsewhere").rename(closed)
    closed.chmod(0)
    try:
        report = indexed(folder)
    finally:
        closed.chmod(0o700)
    assert [error.path for error in report.failed] == [str(closed)]
    assert report.removed == 0


def test_files_come_in_the_order_of_names_folder_by_folder(folder: Path) -> None:
    for name in ("b/y.txt", "b/x.txt", "a.txt", "c.txt", "b.txt"):
        (folder / name).parent.mkdir(exist_ok=True)
        story(folder / name)
    found = [os.path.relpath(path, folder) for path in walked(folder).files]
    assert found == ["a.txt", "b/x.txt", "b/y.txt", "b.txt", "c.txt"]


def test_paths_that_overlap_count_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "b").mkdir()
    story(folder / "b" / "c.txt")
    monkeypatch.chdir(folder.parent)
    with Archive.create("index") as archive:
        report = archive.index("news", "./news/b", "news/b/../b/c.txt", folder)
        assert (report.files, report.added, report.repeated) == (1, 1, 0)


# ---------------------------------------------------------------- .searcherignore


@pytest.mark.parametrize("kind", ["folder", "fifo", "device", "large", "binary", "many"])
def test_a_list_of_patterns_that_cannot_be_read_is_told_and_stops_nothing(
    folder: Path, kind: str
) -> None:
    private = folder / "private"
    private.mkdir()
    story(private / "kept.txt")
    story(folder / "a.txt")
    indexed(folder)
    (private / "kept.txt").unlink()
    story(private / "new.txt")
    path = private / ".searcherignore"
    if kind == "folder":
        path.mkdir()
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "large":
        path.write_bytes(b"x\n" * 600_000)
    elif kind == "binary":
        path.write_bytes(b"\x7fELF\0\0new.txt\n")
    else:
        path.write_text("".join(f"*a{number}*\n" for number in range(2_000)))
    report = indexed(folder)
    assert [error.path for error in report.failed] == [str(path)]
    assert "as if it were not there" in str(report.failed[0])
    assert (report.added, report.removed) == (1, 1)
    path.rmdir() if kind == "folder" else path.unlink()
    path.write_text("new.txt\n")
    report = indexed(folder)
    assert (report.added, report.removed, report.failed) == (0, 1, [])


def test_a_pattern_made_to_be_slow_is_not(folder: Path) -> None:
    (folder / ".searcherignore").write_text("*a" * 100 + "b\n")
    for number in range(20):
        story(folder / f"{'a' * 240}{number}.txt")
    script = (
        "import sys; from searcher.indexing.folders import walk\n"
        "print(len(walk([sys.argv[1]], settings={}, index_directory='/none').files))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder)], capture_output=True, text=True, timeout=60
    )
    assert done.stdout.strip() == "20"


def test_patterns_are_names_or_paths_from_where_they_stand(folder: Path) -> None:
    for name in ("a.txt", "old/a.txt", "old/b.txt", "old/[x]/c.txt", "old/[x]/d.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        story(folder / name)
    (folder / ".searcherignore").write_text("# a remark\n/a.txt/\nold/b*\n")
    (folder / "old" / "[x]" / ".searcherignore").write_text("./c.t?t\n")
    assert [os.path.relpath(path, folder) for path in walked(folder).files] == ["old/[x]/d.txt"]


def test_ignored_files_are_ignored_when_the_folder_below_is_named(folder: Path) -> None:
    (folder / "old").mkdir()
    story(folder / "old" / "draft.txt")
    story(folder / "old" / "a.txt")
    (folder / ".searcherignore").write_text("old/draft*\n")
    assert indexed(folder).added == 1
    with Archive.open(folder.parent / "index") as archive:
        report = archive.index(folder / "old")
        assert (report.added, report.removed, report.left_out) == (0, 0, {"ignored": 1})


def test_there_is_a_bound_on_patterns_that_are_tried() -> None:
    assert Patterns(f"name{number}" for number in range(50_000)).match("name7", "x/name7")
    with pytest.raises(TooManyPatternsError):
        Patterns(f"*{number}" for number in range(5_000))
    with pytest.raises(TooManyPatternsError):
        Patterns(["*" * 100_000])


# ---------------------------------------------------------------- indexes and saved pages


def test_an_index_in_the_folder_is_left_out_and_the_second_run_settles(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    story(folder / "a.txt")
    monkeypatch.chdir(folder)
    for own, other in (("index", "other"), ("data.txt", "index")):
        Archive.open_or_create(other).close()
        with Archive.open_or_create(own) as archive:
            archive.index(".")
            generation = archive.stats().generation
            report = archive.index(".")
            assert (report.files, report.files_unchanged) == (1, 1)
            assert report.left_out["index directories"] >= 2
            assert archive.stats().generation == generation
            assert len(archive) == 1


def test_an_index_or_a_pipe_given_by_name_is_refused(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    with Archive.create(folder / "index") as archive:
        for name in ("index", "index/manifest-0.json", "pipe"):
            with pytest.raises(ReadError, match=r"index|FIFO"):
                archive.index(folder / name)
        assert len(archive) == 0


@pytest.mark.parametrize(
    "parts", ["Vote_files", "Vote-Dateien", "Vote_fichiers", "VOTE.files", "Vote_bestanden"]
)
def test_the_parts_of_a_saved_page_are_left_out(folder: Path, parts: str) -> None:
    (folder / parts).mkdir()
    (folder / parts / "frame.html").write_text("<p>Buy this boat now, it is cheap.")
    story(folder / "Vote.txt")
    assert sorted(names(walked(folder))) == ["Vote.txt", "frame.html"]
    (folder / "Vote.html").write_text("<h1>Vote</h1><p>The board has voted.")
    found = walked(folder)
    assert "frame.html" not in names(found)
    assert kinds(found) == {parts: "parts of saved pages"}
    # A shell names both when it is given `*`.
    with Archive.create(folder.parent / "index") as archive:
        for _ in range(2):
            report = archive.index(*folder.iterdir())
            assert report.left_out == {"parts of saved pages": 1}
            archive.index(folder)
            assert len(archive) == 2


def _frame(folder: Path, parts: str, *others: str) -> None:
    (folder / parts).mkdir()
    for name in ("frame.html", *others):
        (folder / parts / name).write_text("<p>Buy this boat now, it is cheap.")


@pytest.mark.parametrize(
    ("parts", "others", "page"),
    [
        ("Vote_files", ["style.css"], None),
        ("Vote-Dateien", ["jquery.js"], None),
        ("Vote_fichiers", ["saved_resource.html"], None),
        ("Vote_files", [], "<h1>Vote</h1><img src='./Vote_files/a.png'><p>The board has voted."),
        ("Big vote_files", [], "<img src='Big%20vote_files/a.png'><p>The board has voted."),
        ("renamed", ["saved_resource(1).html", "a.png", "b.png"], None),
        ("renamed", ["jquery.js.download", "a.png"], None),
    ],
)
def test_the_parts_of_a_page_that_was_renamed_are_left_out(
    folder: Path, parts: str, others: list[str], page: str | None
) -> None:
    _frame(folder, parts, *others)
    story(folder / "other.txt")
    if page is not None:
        (folder / "The ballot.html").write_text(page)
    found = walked(folder)
    assert "frame.html" not in names(found)
    assert kinds(found) == {parts: "parts of saved pages"}
    assert names(found)
    if parts != "renamed":
        with Archive.create(folder.parent / "index") as archive:
            report = archive.index(folder / parts, folder / "other.txt")
            assert report.left_out == {"parts of saved pages": 1}


@pytest.mark.parametrize(
    ("parts", "others"),
    [
        ("press_files", []),
        ("press_files", ["photo.jpg"]),
        ("site", ["style.css", "script.js"]),
        ("flat", ["saved_resource.html", "a.html", "b.html"]),
        ("downloads", ["report.pdf.download"]),
    ],
)
def test_folders_of_pages_are_read_whatever_their_names(
    folder: Path, parts: str, others: list[str]
) -> None:
    _frame(folder, parts, *others)
    (folder / "index.html").write_text("<h1>Vote</h1><p>The board has voted.")
    assert "frame.html" in names(walked(folder))


def test_parts_are_known_by_the_page_beside_them() -> None:
    pages = page_stems(["a.b.html", "Straße.HTM", "notes.txt"])
    assert stem_of_parts("a.b_files", pages) == "a.b"
    assert stem_of_parts("STRASSE-Dateien", pages) == "strasse"
    assert stem_of_parts("notes_files", pages) is None
    assert stem_of_parts("a.b_archive", pages) is None


def test_excluded_files_are_counted(folder: Path) -> None:
    for name in ("a.txt", "draft-1.txt", "old"):
        story(folder / name)
    found = walked(folder, exclude=("draft-*", "old"))
    assert names(found) == ["a.txt"]
    assert kinds(found) == {"draft-1.txt": "excluded", "old": "excluded"}
