"""Can a search be asked again, and is it said why it differs?"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from searcher import Archive, Article, ReadError, Replay, SearchRecord
from searcher.recording.files import append_record, read_records
from searcher.recording.methods import methods_sheet

NOW = dt.datetime(2026, 11, 29, 12, 0, 5, 678, tzinfo=dt.UTC)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.create(tmp_path / "index", now=lambda: NOW) as made:
        put(made, *(f"Truce {letter}" for letter in "abcd"), date=dt.date(2026, 11, 28))
        put(made, "War")
        yield made


def put(archive: Archive, *titles: str, **values: object) -> None:
    with archive.writer() as writer:
        for title in titles:
            writer.add(Article(title, "Story.", **{"id": title, **values}))  # type: ignore[arg-type]


def recorded(archive: Archive, query: str = "truce", **options: Any) -> SearchRecord:
    return archive.recorded(query, **options)[1]


def changes(replay: Replay) -> list[tuple[str, str]]:
    return [(article.kind, article.id) for article in replay.articles]


def kinds(replay: Replay) -> list[str]:
    return [difference.kind for difference in replay.differences]


# ---------------------------------------------------------------- the record


def test_a_record_says_what_was_asked_of_what_and_what_came(archive: Archive) -> None:
    results, record = archive.recorded("truce", limit=2, weights={"title": 3}, note="Page 1")
    assert [hit.id for hit in results] == [hit.id for hit in record.hits[:2]]
    assert (record.total, record.matching_all, len(record.hits)) == (4, 4, 4)
    assert record.at == NOW.replace(microsecond=0) and record.note == "Page 1"
    assert record.options == {
        "sort": "score", "limit": 2, "offset": 0, "recent": None, "expand": False,
        "weights": {"title": 3}, "group": "none",
    }  # fmt: skip
    assert record.constants["title"] == 3 and record.constants["k1"] == 1.6
    assert (record.archive.articles, record.archive.generation) == (5, archive.stats().generation)
    assert (record.archive.first, record.archive.last) == ("2026-11-28", "2026-11-28")
    assert set(record.versions) == {"searcher", "core", "python", "whoosh3", "PyStemmer"}


def test_a_record_comes_back_from_its_json_as_it_was(archive: Archive) -> None:
    for options in ({}, {"recent": "auto"}, {"recent": 2.5}, {"sort": "-date", "expand": True}):
        record = recorded(archive, **options)
        assert SearchRecord.from_dict(json.loads(json.dumps(record.to_dict()))) == record


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(st.sampled_from(["at", "query", "options", "hits", "archive", "constants", "total"]), values)
def test_whatever_stands_in_a_record_is_refused_with_a_reason(name: str, value: object) -> None:
    sound = {
        "record": 1, "at": NOW.isoformat(), "query": "a", "understood": "a", "note": "",
        "options": {"sort": "score", "limit": 1, "offset": 0, "recent": None, "expand": False,
                    "weights": None, "group": "none"},
        "constants": {}, "total": 0, "matching_all": 0, "matched": None, "versions": {},
        "hits": [],
        "archive": {"path": "", "generation": 0, "checksum": 0, "articles": 0, "language": "en",
                    "rules": "2", "first": None, "last": None},
    }  # fmt: skip
    SearchRecord.from_dict(sound)
    with contextlib.suppress(ValueError):  # and nothing else
        SearchRecord.from_dict({**sound, name: value})


# ---------------------------------------------------------------- again


def test_what_has_not_changed_is_the_same(archive: Archive) -> None:
    replay = archive.replay(recorded(archive))
    assert replay.is_same and not replay.differences and not replay.articles
    assert not replay.is_unexplained


def test_articles_that_went_changed_and_came_are_named(archive: Archive) -> None:
    record = recorded(archive)
    archive.remove("Truce a")
    put(archive, "Truce broken", id="Truce b")
    put(archive, "War", id="Truce c")
    put(archive, "Truce d", status="withheld")
    put(archive, "Truce e")
    replay = archive.replay(record)
    assert not replay.is_same and not replay.is_unexplained
    assert sorted(changes(replay)) == [
        ("changed", "Truce b"),
        ("changed", "Truce c"),
        ("come", "Truce e"),
        ("gone", "Truce a"),
        ("withheld", "Truce d"),
    ]
    assert {"articles that match", "commit of the archive"} <= set(kinds(replay))


def test_an_optimized_archive_answers_the_same(archive: Archive) -> None:
    record = recorded(archive)
    archive.optimize()
    replay = archive.replay(record)
    assert replay.is_same and kinds(replay) == ["commit of the archive"]


def test_another_setting_of_the_archive_is_named(archive: Archive) -> None:
    record = recorded(archive)
    archive.define_weights({"title": 5})
    assert "constant title" in kinds(archive.replay(record))


def test_another_version_and_other_rules_are_named(archive: Archive) -> None:
    values = recorded(archive).to_dict()
    values["versions"]["searcher"] = "0.0.1"
    values["archive"]["rules"] = "1"
    replay = archive.replay(SearchRecord.from_dict(values))
    assert set(kinds(replay)) == {"version of searcher", "rules of text analysis"}
    assert replay.is_same


def test_what_differs_without_a_cause_is_said_to(archive: Archive) -> None:
    values = recorded(archive).to_dict()
    values["hits"][0]["id"] = "Truce z"
    replay = archive.replay(SearchRecord.from_dict(values))
    assert not replay.is_same and replay.is_unexplained


def test_relative_dates_mean_what_they_meant(archive: Archive, tmp_path: Path) -> None:
    record = recorded(archive, "truce date:yesterday")
    assert record.total == 4 and "2026-11-28" in record.understood
    with Archive.open(tmp_path / "index", now=lambda: NOW + dt.timedelta(days=300)) as later:
        assert later.replay(record).is_same


def test_articles_beyond_the_best_count_too(archive: Archive) -> None:
    put(archive, *(f"Oil {number}" for number in range(150)), date=dt.date(2026, 1, 1))
    record = recorded(archive, "oil", sort="date")
    assert len(record.hits) == 100 and record.total == 150
    best = {hit.id for hit in record.hits}
    outside = next(id for id in (f"Oil {number}" for number in range(150)) if id not in best)
    archive.remove(outside)
    put(archive, "Oil again", date=dt.date(2027, 1, 1))
    replay = archive.replay(record)
    assert replay.now.total == 150 and not replay.articles
    assert not replay.is_same, "the hash of all ids differs"


# ---------------------------------------------------------------- files


def test_records_are_appended_and_read_in_order(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "searches.jsonl"
    for query in ("truce", "war"):
        append_record(path, recorded(archive, query))
    assert [one.query for one in read_records(path) if isinstance(one, SearchRecord)] == [
        "truce",
        "war",
    ]


def test_a_line_that_a_crash_cut_spoils_no_other(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "searches.jsonl"
    append_record(path, recorded(archive))
    path.write_bytes(path.read_bytes()[:-30])
    append_record(path, recorded(archive, "war"))
    first, second = read_records(path)
    assert isinstance(first, ReadError) and first.line == 1
    assert isinstance(second, SearchRecord) and second.query == "war"


def test_what_is_no_file_of_records_is_said(tmp_path: Path, archive: Archive) -> None:
    with pytest.raises(ReadError):
        list(read_records(tmp_path / "nothing"))
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ReadError, match="FIFO"):
        list(read_records(tmp_path / "pipe"))
    with pytest.raises(OSError, match="FIFO"):
        append_record(tmp_path / "pipe", recorded(archive))
    (tmp_path / "endless").write_bytes(b"x" * (2 << 20))
    with pytest.raises(ReadError, match="without an end"):
        list(read_records(tmp_path / "endless"))
    (tmp_path / "other").write_text('[1]\n{"record": 9}\n{"record": 1}\n' + "[" * 100_000)
    assert all(isinstance(one, ReadError) for one in read_records(tmp_path / "other"))


# ---------------------------------------------------------------- the sheet


def test_the_sheet_has_what_a_reader_needs(archive: Archive) -> None:
    record = recorded(archive, note="Page 1")
    put(archive, "Truce e")
    sheet = methods_sheet([archive.replay(record)])
    for said in ("Note: Page 1", "5 articles", "of 2026-11-28 to", "articles that match | 4 |",
                 "k1 1.6", "searcher 0.1.0", "it differs", "come: Truce e"):  # fmt: skip
        assert said in sheet, said


@given(st.text(alphabet="ab<>&*_`[]()!#|\\~\n-+=1. ", max_size=40))
def test_no_sign_of_a_query_is_markup(text: str) -> None:
    value = {
        "record": 1, "at": NOW.isoformat(), "query": text, "understood": text, "note": text,
        "options": {"sort": "score", "limit": 1, "offset": 0, "recent": None, "expand": False,
                    "weights": None, "group": "none"},
        "constants": {}, "total": 0, "matching_all": 0, "matched": None, "versions": {},
        "hits": [],
        "archive": {"path": "", "generation": 0, "checksum": 0, "articles": 0, "language": "en",
                    "rules": "2", "first": None, "last": None},
    }  # fmt: skip
    record = SearchRecord.from_dict(value)
    sheet = methods_sheet([Replay(record, record, (), ())])
    tokens = MarkdownIt("commonmark").enable("table").parse(sheet)
    shown = [token for token in tokens if token.type == "inline"]
    found = {child.type for token in shown for child in token.children or ()}
    assert found <= {"text", "text_special", "code_inline", "softbreak"}
    assert sum(token.type == "heading_open" for token in tokens) == 2
    assert sum(token.type == "tr_open" for token in tokens) == 10
