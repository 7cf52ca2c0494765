"""Is there one table of fields?

A row that is added to it is a field everywhere, without another line: the package is
copied, the row put into the copy, and the copy asked.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import fields as attributes
from pathlib import Path
from typing import Any

import pytest

import searcher
from searcher import Archive, Article, FieldError, QueryError
from searcher.analysis import Analyzer
from searcher.codec.core import native_core
from searcher.codec.schema import make_schema
from searcher.fields import FIELDS, FIRST_OWN_NUMBER, MOST_OWN
from searcher.searching.results import Hit

ROW = '    Field("copyright", VALUE, 12, keys=("copyright", "copyrightnotice", "rights")),\n'
PAGE = """<html lang="en"><head><title>Harbour reopens</title>
<meta name="copyright" content="Bay Press"></head><body><article><h1>Harbour reopens</h1>
<p>The harbour of Westport reopened on Monday after the storm, and the first ferries left
for the islands at noon.</p><p>Fishermen had waited for three weeks.</p></article></body>
</html>"""
FILES = {
    "page.html": PAGE,
    "record.json": json.dumps(
        {"title": "Ferry late", "body": "The ferry was late again.", "rights": "North Wire"}
    ),
    "note.txt": "Title: Storm passes\nCopyright: Bay Press\n\nThe storm passed in the night.\n",
    "plain.txt": "Nothing said\n\nThis article says nothing of its rights.\n",
}
KINDS = ["off"] + ["require"] * (native_core() is not None)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package with one more row in its table of fields."""
    folder = tmp_path_factory.mktemp("package")
    source = Path(searcher.__file__).parent
    shutil.copytree(source, folder / "searcher", ignore=shutil.ignore_patterns("__pycache__"))
    table = folder / "searcher" / "fields.py"
    before = table.read_text()
    mark = "    # The next row of a value has the number 12.\n"
    assert before.count(mark) == 1
    table.write_text(before.replace(mark, mark + ROW))
    return folder


def ask(package: Path, kind: str, arguments: Sequence[str | Path]) -> str:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "searcher", *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(package), "SEARCHER_NATIVE": kind},
        capture_output=True,
        text=True,
        timeout=60,
        cwd=package,
    )
    assert done.returncode == 0, (arguments, done.stderr)
    return done.stdout


@pytest.mark.same_without_core
@pytest.mark.parametrize("kind", KINDS)
def test_a_row_in_the_table_is_a_field_everywhere(package: Path, kind: str, tmp_path: Path) -> None:
    folder, index = tmp_path / "files", tmp_path / "index"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text)

    def lines(*arguments: str | Path) -> list[str]:
        return ask(package, kind, arguments).splitlines()

    extracted = [
        json.loads(line) for line in lines("extract", *(folder / name for name in FILES), "--json")
    ]
    said = [article["metadata"].get("copyright") for article in extracted]
    assert said == ["Bay Press", "North Wire", "Bay Press", None]
    assert "copyright Bay Press" in lines("extract", folder / "page.html")

    lines("index", folder, "--index", index)

    def found(query: str) -> list[str]:
        answer = json.loads(ask(package, kind, ["query", query, "--index", index, "--json"]))
        assert answer["understood"] == query
        return sorted(hit["title"] for hit in answer["hits"])

    assert found('copyright:"bay press"') == ["Harbour reopens", "Storm passes"]
    assert found("has:copyright") == ["Ferry late", "Harbour reopens", "Storm passes"]
    assert found("copyright:north*") == ["Ferry late"]
    (hit,) = json.loads(ask(package, kind, ["query", "ferry late", "--index", index, "--json"]))[
        "hits"
    ][:1]
    assert hit["metadata"] == {"copyright": "North Wire"}
    assert "copyright North Wire" in lines("show", hit["id"], "--index", index)
    shown = json.loads(ask(package, kind, ["show", hit["id"], "--index", index, "--json"]))
    assert shown["metadata"] == {"copyright": "North Wire"}
    stats = json.loads(ask(package, kind, ["stats", "--index", index, "--json"]))
    assert stats["values"]["copyright"] == {"Bay Press": 2, "North Wire": 1}
    assert any(line.startswith("copyright") for line in lines("stats", "--index", index))


# ---------------------------------------------------------------- an archive's own fields


@pytest.fixture(params=KINDS)
def kind(request: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("SEARCHER_NATIVE", request.param)
    monkeypatch.setattr("searcher.codec.core._found", None)
    return str(request.param)


def article(id: str, **metadata: str | tuple[str, ...]) -> Article:
    return Article(f"Title {id}", "The ferry was late.", id=id, metadata=metadata)


ARTICLES = [
    article("a", country="FR", party=("Greens", "Left")),
    article("b", country="be"),
    article("c", slug="late-ferry"),
]


def test_fields_of_an_archives_own_are_searched_shown_and_counted(
    kind: str, tmp_path: Path
) -> None:
    with Archive.create(tmp_path / "index", values=["country", "party"]) as archive:
        with archive.writer() as writer:
            for one in ARTICLES:
                writer.add(one)
        assert archive.ids("country:fr") == ["a"]
        assert sorted(archive.ids("has:country")) == ["a", "b"]
        assert archive.ids("party:left") == archive.ids("party:gre*") == ["a"]
        assert archive.ids("country:fr AND party:right") == []
        assert archive.get("a") == ARTICLES[0]
        hit = archive.search("country:fr").hits[0]
        assert hit.metadata == {"country": "FR", "party": ("Greens", "Left")}
        assert hit.to_dict()["metadata"] == {"country": "FR", "party": ["Greens", "Left"]}
        assert archive.search("slug").total == 0
        assert archive.search("ferry").hits[2].metadata == {"slug": "late-ferry"}
        assert archive.stats().values["party"] == {"Greens": 1, "Left": 1}
        with pytest.raises(QueryError, match=r"no field slug.*party"):
            archive.search("slug:late")
        assert archive.check().sound


def test_a_field_that_is_defined_later_finds_what_was_there(kind: str, tmp_path: Path) -> None:
    with Archive.create(tmp_path / "index", values=["party"]) as archive:
        with archive.writer() as writer:
            for one in ARTICLES[:2]:
                writer.add(one)
        with archive.writer() as writer:
            writer.add(ARTICLES[2])
        with pytest.raises(QueryError, match="no field country"):
            archive.ids("country:fr")
        other = Archive.open(tmp_path / "index")
        archive.define_values("country", "party")
        assert archive.fields.own == ("party", "country")
        assert sorted(archive.ids("has:country")) == ["a", "b"]
        assert archive.ids("party:greens") == ["a"] and len(archive) == 3
        # One that was open before learns of it too.
        assert other.ids("country:be") == ["b"]
        archive.optimize()
        assert archive.ids("country:be") == ["b"] and archive.check().sound
        assert [archive.get(one.id) for one in ARTICLES] == ARTICLES


def test_an_index_keeps_its_own_fields_through_either_kind_of_segment(tmp_path: Path) -> None:
    """A plain segment that is merged into native ones takes its values along."""
    if native_core() is None:
        pytest.skip("the native core is not built, or off")
    script = (
        "import sys; from searcher import Archive, Article\n"
        "archive = Archive.open_or_create(sys.argv[1], values=['country'])\n"
        "with archive.writer() as writer:\n"
        "    writer.add(Article('T', 'text', id=sys.argv[2], metadata={'country': sys.argv[3]}))\n"
        "archive.optimize()\n"
        "print(sorted(archive.ids('has:country')), archive.ids('country:' + sys.argv[3]))\n"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", script, str(tmp_path / "index"), id, country],
            env={**os.environ, "SEARCHER_NATIVE": native},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout.strip()
        for native, id, country in [("off", "a", "fr"), ("require", "b", "be")]
    ]
    assert said == ["['a'] ['a']", "['a', 'b'] ['b']"]


@pytest.mark.parametrize(
    "names",
    [
        *(["Country"], ["title"], ["has"], ["a", "a"], [""], ["a-b"], ["x" * 41], ["headline"]),
        [f"f{number}" for number in range(MOST_OWN + 1)],
    ],
)
def test_names_that_no_field_can_have_are_refused(names: list[str], tmp_path: Path) -> None:
    with pytest.raises(FieldError):
        FIELDS.with_values(*names)
    with pytest.raises(FieldError):
        Archive.create(tmp_path / "index", values=names)
    assert not (tmp_path / "index").exists()


# ---------------------------------------------------------------- the table itself


def test_numbers_are_given_once() -> None:
    for is_text in (True, False):
        rows = [row for row in FIELDS.rows if (row.kind == "text") is is_text and row.number >= 0]
        numbers = [row.number for row in rows]
        assert len(set(numbers)) == len(numbers) and max(numbers) < FIRST_OWN_NUMBER


def test_articles_hits_and_the_schema_have_what_the_table_says() -> None:
    named = [row.name for row in FIELDS.rows if row.attribute]
    assert {*named, "metadata"} == {row.name for row in attributes(Article)}
    shown = set(named) - {"body", "record", "date_text", "encoding"}
    found = {"score", "snippet", "passages", "copies", "story"}
    assert set(Hit._fields) == {*shown, "metadata", *found}
    assert {row.name for row in FIELDS.rows} <= set(make_schema(Analyzer("en")).names())


def test_an_article_as_json_loses_nothing() -> None:
    everything = {
        row.name: "x" for row in FIELDS.rows if row.attribute and row.kind in ("value", "stored")
    }
    given = {**everything, "record": 3, "updated": dt.date(2019, 4, 8)}
    made = Article("T", "B", ("A", "B"), id="i", **given)  # type: ignore[arg-type]
    values = made.to_dict()
    assert set(values) == {*(row.name for row in FIELDS.rows if row.attribute), "metadata"}
    assert all(values[name] for name in values if name not in ("metadata", "date"))
