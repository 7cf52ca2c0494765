"""Does a query end when nobody wants its answer any more?"""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from searcher import Archive, Article
from searcher.codec.core import find_core
from searcher.errors import DeadlineError, QueryError
from searcher.searching.interruption import UnwantedError, interrupted_by


@pytest.mark.parametrize("native", ["auto", "off"])
def test_a_query_that_runs_for_long_asks_and_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, native: str
) -> None:
    if native == "auto" and find_core().module is None:
        pytest.skip("needs the native core")
    monkeypatch.setenv("SEARCHER_NATIVE", native)
    number = 8_000 if native == "auto" else 300
    words = " ".join(f"w{n % 97} m{n % 89}" for n in range(200))
    with Archive.create(tmp_path / "index") as archive:
        with archive.writer() as writer:
            for n in range(number):
                writer.add(Article(f"{n}", words, id=f"{n:06}"))
        asked: list[int] = []

        def unwanted() -> None:
            asked.append(threading.get_ident())
            raise UnwantedError

        with pytest.raises(UnwantedError), interrupted_by(unwanted):
            archive.search("(m* w/50 w*) (w* w/50 m*) (m1* w/40 w*)")
        assert asked == [threading.get_ident()]
        # Afterwards nobody is asked, and others never were.
        assert archive.search("w1").total == number
        assert asked == [threading.get_ident()]


def test_who_wants_the_answer_gets_it(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "index") as archive:
        with archive.writer() as writer:
            writer.add(Article("Oil", "oil"))
        with interrupted_by(lambda: None):
            assert archive.search("oil").total == 1


def test_who_gives_up_leaves_the_index_open_for_the_next(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "index") as archive:
        with archive.writer() as writer:
            writer.add(Article("Oil", "oil"))

        def read(raised: Exception) -> None:
            def use(view: object) -> None:
                raise raised

            with pytest.raises(type(raised)):
                archive._views.read(use)

        archive.search("oil")
        (view,) = archive._views._idle
        read(UnwantedError())
        read(DeadlineError(1.0, "looking"))
        read(QueryError("too costly", position=0))
        assert archive._views._idle == [view]
        read(ZeroDivisionError())
        assert archive._views._idle == [], "who knows what that has left behind"
