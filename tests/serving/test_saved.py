"""Are saved searches there after a restart, and is nothing else touched?"""

from __future__ import annotations

import json
import os
import stat
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from searcher import Archive, Article
from searcher.serving.problems import ProblemError
from searcher.serving.saved import MOST_SEARCHES, SavedSearch, SavedSearches
from tests.serving.conftest import serving


def search(name: str, query: str = "truce") -> SavedSearch:
    return SavedSearch(name=name, query=query)


def test_what_is_saved_is_there_in_a_file_of_its_owner(tmp_path: Path) -> None:
    saved = SavedSearches(tmp_path / "state")
    assert saved.all() == []
    saved.add(search("b"))
    saved.add(search("A"))
    saved.see("b", 17)
    again = SavedSearches(tmp_path / "state")
    assert [one.name for one in again.all()] == ["A", "b"]
    seen = again.get("b").seen
    assert seen is not None and seen.total == 17
    file = tmp_path / "state" / "saved.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700


def test_a_changed_query_has_been_seen_by_nobody(tmp_path: Path) -> None:
    saved = SavedSearches(tmp_path)
    saved.add(search("a"))
    saved.see("a", 3)
    kept, is_new = saved.put("a", search("b"))
    assert (kept.seen is not None, is_new) == (True, False)
    kept, _ = saved.put("b", search("b", "oil"))
    assert kept.seen is None


def test_several_may_save_at_the_same_time(tmp_path: Path) -> None:
    def add(number: int) -> None:
        for n in range(5):
            SavedSearches(tmp_path).add(search(f"{number}-{n}"))

    threads = [threading.Thread(target=add, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(SavedSearches(tmp_path).all()) == 20


def test_what_is_no_file_of_ours_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("mine")
    for name in ("saved.json", "lock"):
        state = tmp_path / f"state-{name}"
        state.mkdir()
        (state / name).symlink_to(target)
        with pytest.raises(ProblemError, match="cannot be used"):
            SavedSearches(state).add(search("a"))
        os.unlink(state / name)
        os.mkfifo(state / name)
        with pytest.raises(ProblemError, match="cannot be used"):
            SavedSearches(state).add(search("a"))
    assert target.read_text() == "mine"
    state = tmp_path / "state-tmp"
    SavedSearches(state).add(search("a"))
    (state / "saved.json.tmp").symlink_to(target)
    SavedSearches(state).add(search("b"))
    assert target.read_text() == "mine"


@pytest.mark.parametrize(
    "data",
    [
        "", "{", "[]", '{"searches": [{}]}', '{"version": 2}', "[" * 100_000, "\x00",
        '{"searches": [{"name": "a", "query": "b", "seen": {"total": 1, "at": "zzz"}}]}',
        '{"searches": [{"name": "a", "query": "b", "seen": {"total": 1, "at": "2026-13-01"}}]}',
    ],
)  # fmt: skip
def test_a_damaged_file_is_said_and_not_replaced(tmp_path: Path, data: str) -> None:
    (tmp_path / "saved.json").write_text(data)
    for use in (SavedSearches(tmp_path).all, lambda: SavedSearches(tmp_path).add(search("a"))):
        with pytest.raises(ProblemError, match=r"damaged|newer") as raised:
            use()
        assert str(tmp_path) not in str(raised.value)
    assert (tmp_path / "saved.json").read_text() == data


ODD_NAMES = (
    ".", "..", "", " ", "a/b", "a\\b", "a\nb", "a\n", "a\x1b", "a\x85", "a\u2028", "\ud800",
    "x" * 101, "a\u200bb", "a\u200cb", "a\u202eb", "a\u2066b", "a\u200fb", "\ufeffa", "a\U000e0041",
    "a\xad",
)  # fmt: skip


@pytest.mark.parametrize("name", ODD_NAMES, ids=ascii)
def test_a_name_that_cannot_be_typed_or_told_apart_is_refused(tmp_path: Path, name: str) -> None:
    saved = SavedSearches(tmp_path)
    saved.add(search("a"))
    for use in (
        lambda: saved.add(search(name)),
        lambda: saved.put(name, search(name)),
        lambda: saved.put("a", search(name)),
    ):
        with pytest.raises(ProblemError, match="a name is up to 100 characters") as raised:
            use()
        assert raised.value.problem.parameter == "name"
    assert [one.name for one in saved.all()] == ["a"]


@pytest.mark.parametrize(
    "name", ["...", ".a", "a b", "é", "停戦", "می\u200cخواهم", "Öl & Gas: 1–2"]
)
def test_any_other_name_is_one(tmp_path: Path, name: str) -> None:
    SavedSearches(tmp_path).add(search(name))
    assert SavedSearches(tmp_path).get(name).name == name


def test_a_search_that_has_an_odd_name_already_can_be_changed_and_renamed(tmp_path: Path) -> None:
    kept = {"searches": [{"name": "a\u202eb", "query": "truce"}]}
    (tmp_path / "saved.json").write_text(json.dumps(kept))
    saved = SavedSearches(tmp_path)
    assert saved.put("a\u202eb", search("a\u202eb", "oil"))[0].query == "oil"
    saved.put("a\u202eb", search("ab"))
    assert [one.name for one in saved.all()] == ["ab"]


SAVED_BODIES = (
    ({"name": "..", "query": "a"}, "name", "name is up to 100 characters on one line"),
    ({"name": "x" * 101, "query": "a"}, "name", "name is up to 100 characters on one line"),
    ({"name": 7, "query": "a"}, "name", "name is up to 100 characters on one line"),
    ({"name": "a", "query": " "}, "query", "query is up to 10,000 characters, and more than bl"),
    ({"name": "a", "query": None}, "query", "query is up to 10,000 characters, and more than bl"),
    ({"name": "a", "query": "a", "sort": "best"}, "sort", "sort is score, date"),
    ({"name": "a"}, "query", "query is needed"),
    (
        {"name": "a", "query": "a", "sorted": 1},
        "sorted",
        "there is no field 'sorted'; there are: n",
    ),
    (["a"], "body", "it is not an object; its fields are: name, query, sort, copies"),
)


def test_a_body_that_is_refused_is_told_why_in_words(sample_index: Path, tmp_path: Path) -> None:
    with serving(sample_index, state=str(tmp_path / "state")) as served, served.client() as client:
        for body, field, said in SAVED_BODIES:
            answer = client.post("/api/v1/saved", json=body)
            assert answer.status_code == 400
            assert answer.json()["parameter"] == field
            assert answer.json()["detail"].startswith(f"the body: {said}")
        answer = client.put("/api/v1/saved/a", json={"query": "a", "name": "a\u202e"})
        assert answer.json()["detail"].startswith("the body: name is up to 100 characters")
        answer = client.put("/api/v1/saved/a%E2%80%AE", json={"query": "a"})
        assert answer.json()["detail"].startswith("a name is up to 100 characters")
        for id, detail in (
            ("", "the body: id is a text of 1 to 200 characters or null"),
            (1.5, "the body: id is a text of 1 to 200 characters or null"),
        ):
            answer = client.post("/api/v1/quotes/verify", json={"quote": "truce", "id": id})
            assert answer.json()["detail"] == detail
        answer = client.post("/api/v1/quotes/verify", json={"quote": "?!"})
        assert answer.json()["detail"].startswith("the body: quote holds a word")
        for name, q, said in (("..", "a", "up to 100 characters"), ("a", " ", "more than blanks")):
            answer = client.post(
                "/saved", data={"name": name, "q": q}, headers={"Accept": "text/html"}
            )
            assert answer.status_code == 400 and said in answer.text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "it is empty"),
        (b'{"name": "a"', "it is not JSON"),
        (b'{"name": }', "it is not JSON, from byte 9 on"),
        (b'{"name": "\xff", "query": "a"}', "it is not UTF-8, from byte 10 on"),
        (b"[" * 100_000, "it is nested too deeply"),
    ],
)
def test_what_is_no_json_is_called_that(
    sample_index: Path, tmp_path: Path, data: bytes, said: str
) -> None:
    with serving(sample_index, state=str(tmp_path / "state")) as served, served.client() as client:
        kind = {"Content-Type": "application/json"}
        answer = client.post("/api/v1/saved", content=data, headers=kind)
        assert (answer.status_code, answer.json()["detail"]) == (400, f"the body: {said}")


def test_what_cannot_be_asked_is_not_saved(sample_index: Path, tmp_path: Path) -> None:
    """By whom ever: the same problem, at the same place, as that of a search."""
    with serving(sample_index, state=str(tmp_path / "state")) as served, served.client() as client:
        client.post("/api/v1/saved", json={"name": "kept", "query": "truce"})
        for q in ("tilte:truce", "truce AND (", '"', "date:2031-02-30", "name:@nobody"):
            asked = client.get("/api/v1/search", params={"q": q}).json()
            assert asked["type"] == "urn:searcher:problem:query", q
            for answer in (
                client.post("/api/v1/saved", json={"name": "a", "query": q}),
                client.put("/api/v1/saved/a", json={"query": q}),
                client.put("/api/v1/saved/kept", json={"query": q}),
            ):
                assert answer.status_code == 400
                assert {**answer.json(), "instance": ""} == {**asked, "instance": ""}
            page = client.post(
                "/saved", data={"name": "a", "q": q}, headers={"Accept": "text/html"}
            )
            assert page.status_code == 400 and "<u>" in page.text, q
        (only,) = client.get("/api/v1/saved").json()["searches"]
        assert (only["name"], only["query"]) == ("kept", "truce")


def test_a_link_beside_the_index_is_not_written_through(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with Archive.create(tmp_path / "index") as archive, archive.writer() as writer:
        writer.add(Article("A truce", "It holds.", id="a"))
    (tmp_path / "index.served").symlink_to(elsewhere)
    with serving(tmp_path / "index") as served, served.client() as client:
        answer = client.post("/api/v1/saved", json={"name": "a", "query": "a"})
        assert answer.status_code == 500 and "link" in answer.json()["detail"]
        assert client.get("/api/v1/saved").status_code == 500
    assert not list(elsewhere.iterdir())
    # Where somebody named it, as systemd does, it may be one.
    named = serving(tmp_path / "index", state=str(tmp_path / "index.served"))
    with named as served, served.client() as client:
        answer = client.post("/api/v1/saved", json={"name": "a", "query": "a"})
        assert answer.status_code == 201
    assert (elsewhere / "saved.json").exists()


def test_there_is_a_bound_on_how_many(tmp_path: Path) -> None:
    searches = [{"name": f"{n}", "query": "a"} for n in range(MOST_SEARCHES)]
    (tmp_path / "saved.json").write_text(json.dumps({"searches": searches}))
    with pytest.raises(ProblemError, match="remove one first"):
        SavedSearches(tmp_path).add(search("a"))


def test_beside_an_archive_on_a_cluster_there_is_no_place_for_saved_searches(
    tmp_path: Path,
) -> None:
    from searcher.serving.service import make_service
    from searcher.serving.settings import Settings

    far: Any = SimpleNamespace(path="opensearch://localhost:9200/news")
    assert make_service(far, Settings()).saved is None
    named = make_service(far, Settings(state=tmp_path / "state")).saved
    assert named is not None and named.path == str(tmp_path / "state")
    near: Any = SimpleNamespace(path=str(tmp_path / "index"))
    beside = make_service(near, Settings()).saved
    assert beside is not None and beside.path == str(tmp_path / "index.served")
