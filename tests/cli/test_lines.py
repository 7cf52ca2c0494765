"""`searcher lines`."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from searcher.cli.layout import columns

from .helpers import assert_inert, quick

KEYS = [
    *("id", "title", "date", "source", "url", "path", "field", "start", "end"),
    *("left", "match", "right"),
]


def test_places_stand_one_below_the_other(index: Path) -> None:
    done = quick("lines", "truce", "--index", index, "--sort", "right", "--limit", "8")
    assert done.code == 0
    lines = done.out.splitlines()
    assert len(lines) == 8 and {line.lower().rindex("truce", 0, 70) for line in lines} == {61}
    assert "places in" in done.err and "of which 8 are shown" in done.err
    assert quick("lines", "truce", "--index", index, "--quiet").err == ""
    nothing = quick("lines", "zymurgy", "--index", index)
    assert (nothing.code, nothing.out) == (1, "") and nothing.err.startswith("nothing found")


def test_json_and_csv_have_the_same_lines(index: Path) -> None:
    asked = ("lines", '"humanitarian truce"', "--index", index, "--words", "3")
    done = quick(*asked, "--json")
    assert done.err == ""
    assert list(done.json) == ["query", "understood", "total", "articles", "took_ms", "lines"]
    assert [list(line) for line in done.json["lines"]] == [KEYS] * done.json["total"]
    rows = list(csv.DictReader(io.StringIO(quick(*asked, "--csv").out)))
    for row, line in zip(rows, done.json["lines"], strict=True):
        assert row["match"].lower() == line["match"].lower() == "humanitarian truce"
        assert (row["id"], row["start"]) == (line["id"], str(line["start"]))
    assert quick(*asked, "--csv", "--json").code == 2
    assert quick("lines", "truce", "--sort", "size", "--index", index).code == 2


def test_words_left_out_and_all_lines(index: Path) -> None:
    every = quick("lines", "truce", "--all", "--index", index, "--json").json
    assert len(every["lines"]) == every["total"]
    fewer = quick("lines", "truce", "-libya", "--all", "--index", index, "--json").json
    assert 0 < fewer["total"] < every["total"]


def test_wide_characters_and_right_to_left_keep_their_columns(tmp_path: Path) -> None:
    folder, index = tmp_path / "news", tmp_path / "index"
    folder.mkdir()
    bodies = {
        "cjk": "東京の港で truce と発表した。",
        "arabic": "قال الوزير إن truce في الميناء.",
        "latin": "They signed a truce there.",
        "hostile": "Red \x1b[31m and \u202e back \x07 truce\there \x9b now.",
    }
    for name, body in bodies.items():
        (folder / f"{name}.txt").write_text(f"Headline {name}\n\n{body}\n")
    assert quick("index", folder, "--index", index).code == 0
    done = quick("lines", "truce", "--index", index)
    isolated = re.compile("\u2067([^\u2067\u2069\n]*)\u2069\u200e\n")
    assert_inert(isolated.sub(r"\1\n", done.out), done.err)
    assert {columns(line[: line.index("truce")]) for line in done.out.splitlines()} == {
        columns(done.out.splitlines()[0].partition("truce")[0])
    }
    for line in done.out.splitlines():
        assert ("\u200e" in line) == ("الوزير" in line)


def test_a_line_goes_in_the_direction_of_its_script(tmp_path: Path) -> None:
    """What is before the place stands on its right in Arabic: one isolate, in the order of the
    text, each line as wide as the longest; with words of the other script in it too."""
    from searcher import Archive
    from tests.serving.browser.scripts import make_scripts_index

    make_scripts_index(tmp_path / "index")
    done = quick("lines", "النفط", "--index", tmp_path / "index")
    with Archive.open(tmp_path / "index") as archive:
        lines = archive.lines("النفط").lines
    isolates = []
    for shown, line in zip(done.out.splitlines(), lines, strict=True):
        left, match, right = (
            " ".join(text.split()) for text in (line.left, line.match, line.right)
        )
        found = re.fullmatch("[^\u2067]*\u2067([^\u2069]*)\u2069\u200e", shown)
        if line.id.startswith("english"):
            assert found is None and "\u200e" in shown
            continue
        assert found is not None
        isolates.append(found[1])
        assert [piece.strip() for piece in found[1].split("\u200f")] == [left, match, right]
    assert len({columns(text.replace("\u200f", "")) for text in isolates}) == 1
    assert len({columns(text.partition("\u200f")[0]) for text in isolates}) == 1
