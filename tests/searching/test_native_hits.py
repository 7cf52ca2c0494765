"""Does the native core show of an article what Python shows?

`snippets.make_snippet` and `results.make_hit` are the definitions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searcher.analysis.tokens import token_spans
from searcher.archive import Archive
from searcher.article import Article
from searcher.codec.core import native_core
from searcher.query import Node, parse
from searcher.reading import read
from searcher.request import SORTS, Request
from searcher.searching.hits import make_hit
from searcher.searching.snippets import SNIPPET_WORDS, make_snippet
from searcher.searching.view import View

core = native_core()
if core is None:
    pytest.skip("the native core is not here", allow_module_level=True)
snippet = core.snippet

CORPUS = Path(__file__).resolve().parents[2] / "corpus"

Runs = Mapping[int, Sequence[tuple[int, int]]]

# What words, white space and marks are made of, in ASCII and beyond it.
PIECES = [
    *("truce", "a", "O'Brien", "U.N.", "3.5", "1,000", "AT&T", "cease-fire", "snake_case", "é.ü."),
    *("北京", "ที่นี่", "e\u0301", "\u0301", "½", "ﷺ", "𝟘", "İ", "ß", "\U0001f600"),
    *(" ", "  ", "\n\n", "\t", "\u00a0", "\u2003", "\u2028", "\u200b", "\x1c", "\x85", "\u3000"),
    *("*", "**", "***", ".", "...", "!?", "”", "…", "—", "_", ")", "\u0000"),
]


def same(text: str, matches: Runs, words: int = SNIPPET_WORDS) -> None:
    runs = [(a, b, part) for part, found in matches.items() for a, b in found]
    expected = make_snippet(text, token_spans(text), matches, words=words)
    assert snippet(text, runs, words) == expected


def random_matches(random: Random, count: int) -> dict[int, list[tuple[int, int]]]:
    """Runs of up to four positions, of some parts of a query."""
    matches: dict[int, list[tuple[int, int]]] = {}
    for _ in range(random.choice((0, 1, 2, 3, 5, 12))):
        first = random.randrange(max(count, 1))
        last = min(first + random.choice((0, 0, 0, 1, 3)), max(count - 1, 0))
        matches.setdefault(random.randrange(4), []).append((first, last))
    return matches


@given(st.lists(st.sampled_from(PIECES), max_size=60), st.integers(0, 2**32), st.integers(9, 20))
@example(["truce", "*", "a"], 0, 9)
def test_snippets_of_odd_texts(pieces: list[str], seed: int, words: int) -> None:
    text = "".join(pieces)
    same(text, random_matches(Random(seed), len(token_spans(text))), words)


@given(st.text(max_size=200), st.integers(0, 2**32))
def test_snippets_of_any_text(text: str, seed: int) -> None:
    same(text, random_matches(Random(seed), len(token_spans(text))), 10)


def test_snippets_of_long_random_texts() -> None:
    random = Random(1)
    for _ in range(2000):
        plain = [random.choice(PIECES) if random.random() < 0.1 else "word" for _ in range(900)]
        text = random.choice((" ", " ", "  \n", "* *")).join(plain[: random.randrange(900)])
        same(text, random_matches(random, len(token_spans(text))))


def test_every_character_of_the_lower_planes_ends_or_parts_words_as_in_python() -> None:
    for start in range(0, 0x20000, 16):
        signs = [chr(point) for point in range(start, start + 16) if not 0xD800 <= point < 0xE000]
        for sign in signs:
            same(f"a{sign} b {sign}{sign}c{sign}d* {sign}", {0: [(0, 1)], 1: [(2, 2)]}, 9)


def articles() -> list[Article]:
    found = []
    for path in sorted(CORPUS.rglob("*")):
        if path.is_file() and "malformed" not in path.parts and path.suffix != ".tsv":
            found += list(read(path))
    return found


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    archive = Archive.create(tmp_path_factory.mktemp("hits") / "index")
    whole = articles()
    for part in range(3):
        with archive.writer() as writer:
            for article in whole[part::3]:
                writer.add(article)
            writer.add(
                Article(
                    '"Quoted"\n\\ title \u001f é',
                    f"{part} \u00a0**stars** oil\n\noil, truce _x",
                    byline=("A \\ B", 'C "D"'),
                    url=f"http://example.org/{part}",
                )
            )
    return archive


QUERIES = [
    *("oil", "the", "truce libya", '"humanitarian truce"', "oil w/5 price*", "a* OR b*", "haftar~"),
    *("title:oil", "byline:okafor", "truce NOT w/3 libya", "oil w/s prices", "*", "length:>20"),
    *("+libya -benghazi", "atleast2(oil)", '"* truce"', "stars OR x", "lead:oil", "oil^2 truce"),
    "zyzzyva",
]


@pytest.mark.parametrize("query", QUERIES)
def test_hits_are_those_of_search_as_python_makes_them(archive: Archive, query: str) -> None:
    def compare(view: View) -> None:
        snapshot, executor, analyzer = view.snapshot, view.executor, view.analyzer
        asked: Node = parse(query)
        assert len(snapshot.segments) > 1
        for sort in SORTS:
            for limit, offset in ((10, 0), (3, 2), (None, 0), (0, 0), (5, 10_000)):
                parts = (asked, snapshot, executor, analyzer)
                request = Request(asked, limit=limit, offset=offset, sort=sort, passages=True)
                ranking = executor.search(asked, request)
                hits = [make_hit(m, *parts, passages=True) for m in ranking.matches]
                found = executor.hits(asked, request)
                assert list(found.hits) == hits
                without = executor.hits(asked, request.replace(passages=False))
                assert list(without.hits) == [hit._replace(passages=()) for hit in hits]
                assert (found.total, found.matching_all) == (ranking.total, ranking.matching_all)

    archive._views.read(compare)


def test_an_instant_a_day_and_no_date_come_back_as_they_were(archive: Archive) -> None:
    dates = {hit.id: hit.date for hit in archive.search("*", limit=None)}
    whole = {article.id: article.date for article in articles()}
    assert {type(date) for date in whole.values()} == {type(date) for date in dates.values()}
    assert all(dates[id] == date for id, date in whole.items())


def test_dates_of_all_spellings_come_back_as_python_reads_them(tmp_path: Path) -> None:
    zones = [dt.timezone(dt.timedelta(minutes=m)) for m in (0, 60, -300, 345, -719, 1439)]
    zones.append(dt.timezone(dt.timedelta(hours=1, seconds=7)))
    dates: list[dt.date | None] = [None, dt.date(1, 1, 1), dt.date(9999, 12, 31)]
    for zone in zones:
        for micros in (0, 250_000):
            dates.append(dt.datetime(2012, 2, 29, 23, 59, 58, micros, tzinfo=zone))
    archive = Archive.create(tmp_path / "index")
    with archive.writer() as writer:
        for number, date in enumerate(dates):
            writer.add(Article("a", "b", date=date, id=f"{number:04}"))
    hits = sorted(archive.search("*", limit=None))
    assert [repr(hit.date) for hit in hits] == [repr(date) for date in dates]


def test_snippets_from_anywhere_in_long_articles(tmp_path: Path) -> None:
    # Bodies of many stretches of the store, cut anywhere, whose dictionary is trained.
    random = Random(2)
    archive = Archive.create(tmp_path / "index")
    with archive.writer() as writer:
        for number in range(300):
            words = [
                random.choice(PIECES) if random.random() < 0.2 else f"word{random.randrange(50)}"
                for _ in range(random.choice((5, 300, 900, 3000)))
            ]
            for place in random.sample(range(len(words)), 2):
                words[place] = f"rare{number % 40}"
            text = random.choice((" ", " ", "\u2003", "—")).join(words)
            writer.add(Article(f"{number}", text, id=f"{number:04}"))

    def compare(view: View) -> None:
        snapshot, executor, analyzer = view.snapshot, view.executor, view.analyzer
        for query in ("truce", "word7 word8", *(f"rare{number}" for number in range(40))):
            asked: Node = parse(query)
            request = Request(asked, passages=True)
            ranking = executor.search(asked, request)
            assert ranking.matches
            parts = (asked, snapshot, executor, analyzer)
            hits = [make_hit(m, *parts, passages=True) for m in ranking.matches]
            assert list(executor.hits(asked, request).hits) == hits
            for hit in hits:
                body = view.article(hit.id).body
                (passage,) = hit.passages
                assert body[passage.start : passage.end] == passage.text

    archive._views.read(compare)
