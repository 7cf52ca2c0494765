"""Are saved searches there after a restart, and is nothing else touched?"""

from __future__ import annotations

import json
import os
import stat
import threading
from pathlib import Path

import pytest

from searcher.serving.problems import ProblemError
from searcher.serving.saved import MOST_SEARCHES, SavedSearch, SavedSearches


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


def test_there_is_a_bound_on_how_many(tmp_path: Path) -> None:
    searches = [{"name": f"{n}", "query": "a"} for n in range(MOST_SEARCHES)]
    (tmp_path / "saved.json").write_text(json.dumps({"searches": searches}))
    with pytest.raises(ProblemError, match="remove one first"):
        SavedSearches(tmp_path).add(search("a"))
