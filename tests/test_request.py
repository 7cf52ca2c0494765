"""Does a request hold only what can be asked?"""

from __future__ import annotations

import copy
import math
import pickle
from pathlib import Path
from typing import Any

import pytest

from searcher import Archive, Article, QueryError, Request
from searcher.query import parse

REQUEST = Request("truce", limit=None, offset=3, sort="-date", timeout_s=2)


class Index:
    """A whole number that is no `int`, as those of numpy are."""

    def __index__(self) -> int:
        return 4


def test_a_request_says_how_a_query_is_answered_when_nothing_is_said() -> None:
    request = Request("truce")
    assert (request.query, request.limit, request.offset) == ("truce", 10, 0)
    assert (request.sort, request.timeout_s) == ("score", None)


def test_a_request_is_a_value_that_does_not_change() -> None:
    same = Request("truce", limit=None, offset=3, sort="-date", timeout_s=2.0)
    assert same == REQUEST and hash(same) == hash(REQUEST)
    assert Request("truce") != REQUEST != "truce"
    with pytest.raises(AttributeError, match=r"use replace\(limit="):
        REQUEST.limit = 5
    assert copy.copy(REQUEST) == copy.deepcopy(REQUEST) == pickle.loads(pickle.dumps(REQUEST))
    assert repr(REQUEST) == (
        "Request(query='truce', limit=None, offset=3, sort='-date', timeout_s=2.0, "
        "recent=None, expand=False, weights=None, group='none', passages=False)"
    )


def test_hits_are_folded_by_texts_or_not() -> None:
    assert Request("truce").group == "none"
    assert Request("truce", group="copies").replace(limit=3).group == "copies"
    assert Request("truce", group="stories").group == "stories"
    with pytest.raises(ValueError, match="group is one of none, copies, stories, not 'days'"):
        Request("truce", group="days")


def test_passages_are_wanted_or_not() -> None:
    assert not Request("truce").passages
    assert Request("truce", passages=True).replace(limit=3).passages
    with pytest.raises(TypeError, match="passages is True or False, not 1"):
        Request("truce", passages=1)  # type: ignore[arg-type]


def test_a_changed_request_is_checked_again() -> None:
    assert REQUEST.replace(offset=13) == Request(
        "truce", limit=None, offset=13, sort="-date", timeout_s=2
    )
    with pytest.raises(ValueError, match="offset is 0 or more, not -1"):
        REQUEST.replace(offset=-1)


def test_a_tree_is_said_in_the_query_language() -> None:
    assert Request(parse("a   AND b")).text == "a AND b"
    assert Request("a   AND b").text == "a   AND b", "text stays as it was typed"


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        ({"limit": -1}, ValueError, "limit is 0 or more, or None for all, not -1"),
        ({"limit": 2.5}, TypeError, "limit is 0 or more, or None for all, not 2.5"),
        ({"limit": "3"}, TypeError, "limit is 0 or more, or None for all, not '3'"),
        ({"offset": -1}, ValueError, "offset is 0 or more, not -1"),
        ({"offset": None}, TypeError, "offset is 0 or more, not None"),
        ({"sort": "newest"}, ValueError, "sort is one of score, date, -date, not 'newest'"),
        ({"sort": None}, ValueError, "sort is one of score, date, -date, not None"),
        *(
            ({"timeout_s": s}, ValueError, f"timeout is more than 0 seconds, .*not {s!r}")
            for s in (0, -1, -0.0, math.nan, -math.inf, -(10**400))
        ),
        ({"timeout_s": "soon"}, TypeError, "timeout is more than 0 seconds, .*not 'soon'"),
        ({"query": 7}, TypeError, "a query is a text or a tree of nodes, not 7"),
    ],
)
def test_what_cannot_be_asked_is_an_error_that_names_what_can(
    wrong: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        Request(**{"query": "truce", **wrong})


def test_numbers_of_other_kinds_are_taken_as_what_they_are() -> None:
    request = Request("truce", limit=Index(), offset=True, timeout_s=3)  # type: ignore[arg-type]
    assert (request.limit, request.offset, request.timeout_s) == (4, 1, 3.0)
    assert type(request.limit) is type(request.offset) is int
    for endless in (math.inf, 10**400):
        assert Request("truce", timeout_s=endless).timeout_s is None


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    archive = Archive.create(tmp_path / "index")
    with archive.writer() as writer:
        for number in range(4):
            writer.add(Article("Truce", "A truce." * (number + 1), id=f"t{number}"))
    return archive


def test_a_request_is_answered_as_the_search_with_its_values(archive: Archive) -> None:
    for query in ("the truce", parse("truce")):
        for options in ({}, {"limit": 2, "offset": 1, "sort": "date"}):
            answered = archive.answer(Request(query, **options))  # type: ignore[arg-type]
            searched = archive.search(query, **options)  # type: ignore[arg-type]
            assert answered.to_dict() | {"took_ms": 0} == searched.to_dict() | {"took_ms": 0}
            assert answered.hits


def test_every_way_of_asking_checks_before_it_reads_the_query(archive: Archive) -> None:
    for ask in (archive.search, archive.ids):
        for wrong in ({"limit": -1}, {"offset": -1}, {"sort": "x"}, {"timeout": 0}):
            with pytest.raises(ValueError, match=f"{next(iter(wrong))} is") as caught:
                ask("(truce", **wrong)
            assert not isinstance(caught.value, QueryError)
    for asking in (lambda q: archive.explain(q), lambda q: archive.marks("t1", q)):
        with pytest.raises(TypeError, match="a query is a text or a tree"):
            asking(7)
