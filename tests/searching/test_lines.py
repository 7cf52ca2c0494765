"""Are all places told, in order, as the text has them?"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from random import Random

import pytest

from searcher import Archive, Article, QueryError
from searcher.analysis import Analyzer
from searcher.codec.core import native_core

WORDS = ("truce", "port", "harbour", "the", "a", "Truces", "fire", "cease-fire", "said.", "U.N.")


@pytest.fixture(params=["native", "plain"])
def archive(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Archive:
    if request.param == "plain":
        monkeypatch.setenv("SEARCHER_NATIVE", "off")
    elif native_core() is None:
        pytest.skip("the native core is not built, or off")
    archive = Archive.create(tmp_path / "index")
    with archive.writer() as writer:
        for article in articles():
            writer.add(article)
    return archive


def articles() -> list[Article]:
    random = Random(5)
    made = []
    for number in range(60):
        words = random.choices(WORDS, k=random.randrange(1, 60))
        date = dt.date(2020, 1, random.randrange(1, 28)) if number % 7 else None
        title = " ".join(random.choices(WORDS, k=3))
        made.append(Article(title, " ".join(words), id=f"n{number:02}", date=date))
    return made


def places(form: str, *more: str) -> set[tuple[str, str, int, int]]:
    """Where forms stand side by side, by reading the articles."""
    analyzer = Analyzer("en")
    wanted = [form, *more]
    found = set()
    for article in articles():
        for field, text in (("title", article.title), ("body", article.body)):
            forms, spans = analyzer.forms(text), analyzer.spans(text)
            for at in range(len(forms) - len(wanted) + 1):
                if forms[at : at + len(wanted)] == wanted:
                    found.add((article.id, field, spans[at][0], spans[at + len(wanted) - 1][1]))
    return found


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("=truce", places("truce")),
        ('"the port"', places("the", "port")),
        ("cease-fire", places("cease", "fire")),
        ("=truce OR =port", places("truce") | places("port")),
        ("=un -fire", None),
    ],
)
def test_every_place_is_a_line_with_its_offsets(
    archive: Archive, query: str, expected: set[tuple[str, str, int, int]] | None
) -> None:
    found = archive.lines(query, limit=None)
    told = [(line.id, line.field, line.start, line.end) for line in found]
    assert len(set(told)) == len(told) == found.total
    if expected is not None:
        assert set(told) == expected
    assert found.articles == len({line.id for line in found})
    for line in found:
        article = archive.get(line.id)
        text = getattr(article, line.field)
        assert text[line.start : line.end] == line.match
        assert text[max(0, line.start - 40) : line.start] == line.left
        assert text[line.end : line.end + 40] == line.right
        assert (line.title, line.date) == (article.title, article.date)


@pytest.mark.parametrize("side", ["left", "right"])
def test_lines_are_sorted_by_their_neighbours(archive: Archive, side: str) -> None:
    analyzer = Analyzer("en")
    found = archive.lines("=truce", limit=None, sort=side, width=6, unit="words")

    def neighbours(text: str) -> list[str]:
        forms = analyzer.forms(text)
        return forms[::-1] if side == "left" else forms

    keys = [neighbours(getattr(line, side)) for line in found]
    assert keys == sorted(keys)
    assert {line[:6] for line in found} == {
        line[:6] for line in archive.lines("=truce", limit=None)
    }


@pytest.mark.parametrize("sort", ["document", "left", "right", "date", "-date"])
def test_a_limit_gives_the_first_lines_and_the_whole_total(archive: Archive, sort: str) -> None:
    whole = archive.lines("truce port", limit=None, sort=sort)
    for offset, limit in ((0, 5), (3, 10), (0, 0), (10_000, 5)):
        some = archive.lines("truce port", limit=limit, offset=offset, sort=sort)
        assert (some.total, some.articles) == (whole.total, whole.articles)
        assert list(some) == list(whole)[offset : offset + limit]


def test_dates_ascend_and_what_has_none_comes_last(archive: Archive) -> None:
    for sort, is_backwards in (("date", False), ("-date", True)):
        dates = [line.date for line in archive.lines("truce", limit=None, sort=sort)]
        known = [date for date in dates if date is not None]
        assert known == sorted(known, reverse=is_backwards)
        assert dates[: len(known)] == known


def test_both_sides_of_a_proximity_are_one_place(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "index") as archive:
        with archive.writer() as writer:
            body = "A truce at the port. Nothing. Far from here the port had no say in any truce."
            writer.add(Article("One", body, id="one"))
        assert [line.match for line in archive.lines("truce w/3 port")] == ["truce at the port"]
        matches = [line.match for line in archive.lines("port w/7 truce")]
        assert matches == ["truce at the port", "port had no say in any truce"]


def test_width_is_in_characters_or_words(archive: Archive) -> None:
    for line in archive.lines("port", width=2, unit="words", limit=None):
        assert len(Analyzer("en").forms(line.left)) <= 2
    assert {line.left + line.right for line in archive.lines("port", width=0)} == {""}
    for wrong in ({"sort": "size"}, {"unit": "pages"}, {"width": -1}, {"limit": -1}):
        with pytest.raises(ValueError):
            archive.lines("port", **wrong)
    with pytest.raises(QueryError):
        archive.lines('"port')
    assert archive.lines("zymurgy").total == 0
    assert archive.lines("*").total == 0


def test_both_paths_tell_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if native_core() is None:
        pytest.skip("the native core is not built, or off")
    path = tmp_path / "index"
    with Archive.create(path) as archive, archive.writer() as writer:
        for article in articles():
            writer.add(article)
    from searcher.query import parse
    from searcher.request import Request
    from searcher.searching.budget import Budget
    from searcher.searching.executor import Executor
    from searcher.searching.lines import LINE_SORTS, find_lines
    from searcher.searching.native import NativeExecutor
    from searcher.searching.plain import PlainExecutor
    from searcher.searching.snapshot import Snapshot

    snapshot, analyzer = Snapshot(str(path)), Analyzer("en")
    executors: list[Executor] = [
        NativeExecutor(snapshot, analyzer),
        PlainExecutor(snapshot, analyzer),
    ]
    for query in (
        "truce port",
        '"the *"',
        "port w/4 fire",
        "truc* -said",
        "title:port",
        "un w/s a",
    ):
        tree = parse(query)
        for sort in LINE_SORTS:
            answers = [
                find_lines(
                    tree,
                    Request(tree, limit=20),
                    snapshot,
                    executor,
                    analyzer,
                    Budget(),
                    sort=sort,
                    width=20,
                    unit="characters",
                )
                for executor in executors
            ]
            assert answers[0] == answers[1], (query, sort)
    snapshot.close()
