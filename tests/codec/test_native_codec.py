"""Does stock Whoosh work on a native index, and does Searcher on what Whoosh makes of it?

The same articles are indexed on both paths, and stock Whoosh must answer alike.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from whoosh import fields, query, sorting
from whoosh import index as whoosh_index

from searcher import Archive, Article, IndexDamagedError, IndexStateError
from searcher.codec.core import native_core
from searcher.codec.native_codec import NativeCodec, NativeSegment
from searcher.codec.plain import PlainSegment
from searcher.indexing.writer import IndexWriter
from searcher.request import Request
from searcher.searching.plain import PlainExecutor
from searcher.searching.snapshot import Snapshot
from tests.reference.generator import make_article, make_words

pytestmark = pytest.mark.skipif(native_core() is None, reason="needs the native core")


def make_index(directory: Path, path: str, articles: list[Article]) -> Path:
    """An index of three segments, with an article replaced and one removed."""
    Archive.create(directory).close()
    for start in range(0, len(articles), 20):
        with IndexWriter(str(directory), kind=path) as writer:
            for article in articles[start : start + 20]:
                writer.add(article)
    with IndexWriter(str(directory), kind=path) as writer:
        writer.add(Article("Truce again", "The truce held again.", id=articles[0].id))
        assert writer.remove(articles[1].id)
    return directory


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    random = Random("native codec")
    words = make_words(random)
    articles = [make_article(random, words, f"a{i}") for i in range(50)]
    body = "The humanitarian truce was called. Nobody called it a truce.\n\nTruces fail."
    noon = dt.datetime(2019, 4, 8, 12, tzinfo=dt.UTC)
    return [*articles, Article("Truce", body, ("Ada Okafor",), noon, "Wire", id="t")]


@pytest.fixture(scope="module")
def indexes(articles: list[Article], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("indexes")
    return {name: make_index(folder / name, name, articles) for name in ("plain", "native")}


@pytest.fixture
def own_index(articles: list[Article], tmp_path: Path) -> Path:
    return make_index(tmp_path / "index", "native", articles)


def test_the_index_is_a_native_one(indexes: dict[str, Path]) -> None:
    segments = whoosh_index.open_dir(str(indexes["native"]))._segments()
    assert len(segments) > 1
    assert all(isinstance(segment, NativeSegment) for segment in segments)
    assert Archive.open(indexes["native"]).stats().executor == "native"


def both(indexes: dict[str, Path], ask: Callable[[Any], Any]) -> None:
    """`ask` a stock searcher of each index, and compare."""
    answers = []
    for path in indexes.values():
        with whoosh_index.open_dir(str(path)).searcher() as searcher:
            answers.append(ask(searcher))
    assert answers[0] == answers[1]
    assert answers[0]


QUERIES = [
    query.Term("body", "truce"),
    query.Term("title", "truce"),
    query.Term("source", "wire"),
    query.Term("has", "date"),
    query.Term("id", "t"),
    query.And([query.Term("body", "truce"), query.Term("body", "called")]),
    query.Or([query.Term("body", "truce"), query.Term("title", "fire")]),
    query.Not(query.Term("body", "truce")),
    query.Phrase("body", ["humanitarian", "truce"]),
    query.Prefix("body", "tru"),
    query.Wildcard("body", "t*e"),
    query.FuzzyTerm("body", "truse"),
    query.TermRange("date", "20190101", "20191231"),
    query.Every(),
    query.Every("date"),
]


@pytest.mark.parametrize("asked", QUERIES, ids=str)
def test_stock_queries_find_and_score_alike(asked: Any, indexes: dict[str, Path]) -> None:
    def ask(searcher: Any) -> dict[str, float]:
        return {hit["id"]: round(hit.score, 9) for hit in searcher.search(asked, limit=None)}

    both(indexes, ask)


@pytest.mark.parametrize("limit", [1, 3, 10])
def test_stock_searches_that_skip_blocks_score_alike(limit: int, indexes: dict[str, Path]) -> None:
    asked = query.Or([query.Term("body", "truce"), query.Term("body", "the")])
    both(
        indexes,
        lambda searcher: [round(hit.score, 9) for hit in searcher.search(asked, limit=limit)],
    )


def test_stored_fields_are_the_article(indexes: dict[str, Path]) -> None:
    both(indexes, lambda s: sorted(map(repr, map(sorted_items, s.documents()))))


def sorted_items(fields: dict[str, Any]) -> list[tuple[str, Any]]:
    return sorted(fields.items())


@pytest.mark.parametrize("column", ["date", "length", "id"])
@pytest.mark.parametrize("is_reversed", [False, True])
def test_results_sort_by_a_column(column: str, is_reversed: bool, indexes: dict[str, Path]) -> None:
    keys = [sorting.FieldFacet(column, reverse=is_reversed)]
    if column != "id":
        keys.append(sorting.FieldFacet("id"))
    elif is_reversed:
        pytest.skip("Whoosh reverses columns of numbers only")

    def ask(searcher: Any) -> list[str]:
        found = searcher.search(query.Every(), limit=None, sortedby=keys)
        return [hit["id"] for hit in found]

    both(indexes, ask)


@pytest.mark.parametrize("field", ["date", "length", "source", "has"])
def test_facets_group_by_a_column_or_a_field(field: str, indexes: dict[str, Path]) -> None:
    def ask(searcher: Any) -> dict[str, list[str]]:
        facet = sorting.FieldFacet(field, allow_overlap=field == "has")
        found = searcher.search(query.Every(), limit=None, groupedby=facet)
        ids = {number: searcher.stored_fields(number)["id"] for number in found.docs()}
        return {
            str(name): sorted(ids[number] for number in numbers)
            for name, numbers in found.groups().items()
        }

    both(indexes, ask)


def test_terms_and_their_statistics_are_alike(indexes: dict[str, Path]) -> None:
    def ask(searcher: Any) -> list[Any]:
        reader = searcher.reader()
        terms = [(*term, info.weight(), info.doc_frequency()) for term, info in reader]
        lengths = [
            (info.min_length(), info.max_length(), info.max_weight())
            for term, info in reader
            if term[0] in ("title", "body", "byline")
        ]
        names = sorted(set(reader.indexed_field_names()))
        sizes = [(name, reader.field_length(name)) for name in ("title", "body", "byline")]
        return [terms, lengths, names, sizes, list(reader.lexicon("body"))]

    both(indexes, ask)


def test_positions_are_alike(indexes: dict[str, Path]) -> None:
    def ask(searcher: Any) -> dict[str, Any]:
        found = {}
        for reader, _ in searcher.reader().leaf_readers():
            for term in ("truce", "the", "fire"):
                if ("body", term) in reader:
                    matcher = reader.postings("body", term)
                    while matcher.is_active():
                        id = reader.stored_fields(matcher.id())["id"]
                        found[f"{id} {term}"] = matcher.value_as("positions")
                        matcher.next()
        return found

    both(indexes, ask)


DOCUMENT = {"id": "w", "title": "Whoosh", "body": "written by whoosh", "byline": ["Ana Li", "Jo"]}
WRITES: dict[str, Callable[[Any], object]] = {
    "add": lambda writer: writer.add_document(**DOCUMENT, date="2019-05-01", source="Wire"),
    "update": lambda writer: writer.update_document(**{**DOCUMENT, "id": "t"}),
    "delete": lambda writer: writer.delete_by_term("id", "t"),
    "delete by query": lambda writer: writer.delete_by_query(query.Term("body", "humanitarian")),
}


@pytest.mark.parametrize("options", [{"merge": False}, {}, {"optimize": True}], ids=str)
@pytest.mark.parametrize("name", WRITES)
def test_what_the_stock_writer_writes_is_for_stock_searchers(
    name: str, options: dict[str, bool], own_index: Path
) -> None:
    with Archive.open(own_index) as archive:
        # Stock searchers know of no status, and see the older versions too.
        hidden = set(archive.ids("has:status"))
        before = set(archive.ids("*")) | hidden
        found_ids = archive.ids('"humanitarian"') + archive.ids('"humanitarian" has:status')
        removed = set(found_ids) if "query" in name else {"t"}
    writer = whoosh_index.open_dir(str(own_index)).writer(codec=NativeCodec())
    WRITES[name](writer)
    writer.commit(**options)
    expected = {"add": before | {"w"}, "update": before}.get(name, before - removed)
    with whoosh_index.open_dir(str(own_index)).searcher() as searcher:
        assert {fields["id"] for fields in searcher.all_stored_fields()} == expected
        found = {hit["id"] for hit in searcher.search(query.Term("body", "whoosh"), limit=None)}
        assert bool(found) == (name in ("add", "update"))


@pytest.mark.parametrize("codec", [NativeCodec(), None], ids=["ours", "default"])
def test_an_index_that_the_stock_writer_changed_is_refused_with_what_to_do(
    own_index: Path, codec: Any
) -> None:
    with Archive.open(own_index) as opened_before:
        assert opened_before.search("truce").total
        writer = whoosh_index.open_dir(str(own_index)).writer(**{"codec": codec} if codec else {})
        writer.add_document(id="w", title="Whoosh", body="written by whoosh")
        writer.commit(merge=False)
        names = sorted(path.name for path in own_index.iterdir())
        for use in (
            lambda: Archive.open(own_index),
            lambda: check(own_index),
            lambda: IndexWriter(str(own_index)),
            lambda: opened_before.search("truce"),
        ):
            with pytest.raises(IndexStateError, match="a writer of Whoosh's own") as caught:
                use()
            assert not isinstance(caught.value, IndexDamagedError)
            assert str(own_index) in str(caught.value)
            assert "into a new directory" in str(caught.value)
    assert sorted(path.name for path in own_index.iterdir()) == names
    with whoosh_index.open_dir(str(own_index)).searcher() as searcher:
        assert searcher.document(id="w") and searcher.document(id="t")


def test_a_session_that_the_stock_writer_came_between_writes_nothing(own_index: Path) -> None:
    with Archive.open(own_index) as archive:
        writer = archive.writer()
        writer.add(Article("New", "A new one.", id="n"))
        (own_index / "MAIN_WRITELOCK").unlink()  # whoever does that has no lock any more
        stock = whoosh_index.open_dir(str(own_index)).writer(codec=NativeCodec())
        stock.delete_by_term("id", "t")
        stock.commit(merge=False)
        names = sorted(path.name for path in own_index.iterdir())
        with pytest.raises(IndexStateError, match="a writer of Whoosh's own"):
            writer.commit()
        assert [name for name in names if not (own_index / name).exists()] == []
        writer.close()


@pytest.mark.parametrize(
    "date", [dt.date(2019, 5, 1), dt.datetime(2019, 5, 1, 3, tzinfo=dt.UTC), "2019-05-01T03:00Z"]
)
def test_the_stock_writer_takes_dates_as_articles_have_them(date: Any, own_index: Path) -> None:
    writer = whoosh_index.open_dir(str(own_index)).writer(codec=NativeCodec())
    with pytest.raises(ValueError, match="not a day"):
        writer.add_document(id="v", title="T", body="B", date="May the first")
    writer.add_document(id="w", title="T", body="B", date=date)
    writer.commit()
    with whoosh_index.open_dir(str(own_index)).searcher() as searcher:
        assert [hit["id"] for hit in searcher.search(query.Term("date", "20190501"))] == ["w"]


def test_fields_from_elsewhere_are_refused_and_leave_the_index_as_it_was(own_index: Path) -> None:
    writer = whoosh_index.open_dir(str(own_index)).writer(codec=NativeCodec())
    writer.add_field("extra", fields.TEXT(stored=True))
    with pytest.raises(ValueError, match="no postings of the format Positions"):
        writer.add_document(id="w", title="T", body="B", extra="more")
    writer.cancel()
    with Archive.open(own_index) as archive:
        assert "t" in archive and "w" not in archive


def test_stock_whoosh_highlights_suggests_and_finds_more_of_the_like(
    indexes: dict[str, Path],
) -> None:
    def ask(searcher: Any) -> list[Any]:
        (hit,) = searcher.search(query.Term("id", "t"))
        by_body = searcher.search(query.Term("body", "humanitarian"))
        return [
            hit.highlights("body"),
            [found.highlights("body") for found in by_body if found["id"] == "t"],
            sorted(found["id"] for found in hit.more_like_this("body")),
            searcher.suggest("body", "humanitarain"),
            searcher.reader().first_id("id", "t") >= 0,
        ]

    both(indexes, ask)
    with whoosh_index.open_dir(str(indexes["native"])).searcher() as searcher:
        hits = searcher.search(query.Term("body", "humanitarian"), limit=None)
        (marked,) = [hit.highlights("body") for hit in hits if hit["id"] == "t"]
        assert marked.startswith('The <b class="match term0">humanitarian</b> truce')


def test_the_stock_writer_merges_native_segments_into_a_plain_one(own_index: Path) -> None:
    def answers() -> list[Any]:
        with whoosh_index.open_dir(str(own_index)).searcher() as searcher:
            return [
                sorted(hit["id"] for hit in searcher.search(asked, limit=None)) for asked in QUERIES
            ]

    before = answers()
    whoosh_index.open_dir(str(own_index)).writer(codec=NativeCodec()).commit(optimize=True)
    (segment,) = whoosh_index.open_dir(str(own_index))._segments()
    assert type(segment) is PlainSegment
    assert answers() == before


def test_the_plain_executor_answers_alike_on_both(indexes: dict[str, Path]) -> None:
    from searcher.analysis import Analyzer
    from searcher.query import parse

    texts = (
        "truce called", '"humanitarian truce"', "truce w/s called", "tru*", "fire~", "since:2019",
        "has:date AND NOT truce", "length:1..20", "byline:okafor", "source:wire", "atleast2(truce)",
    )  # fmt: skip
    found = []
    for path in indexes.values():
        snapshot = Snapshot(str(path))
        executor = PlainExecutor(snapshot, Analyzer("en"))
        rankings = [executor.search(parse(text), Request(text, limit=None)) for text in texts]
        found.append(
            [
                [(snapshot.segments[m.segment].id(m.number), m.score) for m in ranking.matches]
                for ranking in rankings
            ]
        )
        snapshot.close()
    assert found[0] == found[1]
    assert sum(map(len, found[0])) > 50


# ---------------------------------------------------------------- kinds that meet


def test_an_archive_that_was_begun_without_the_core_becomes_native(
    articles: list[Article], tmp_path: Path
) -> None:
    index = make_index(tmp_path / "index", "plain", articles)
    with Archive.open(index) as archive:
        before = {id: archive.get(id) for id in archive.ids("*")}
        assert archive.stats().executor.startswith("plain (")
        for i in range(16):
            with archive.writer() as writer:
                writer.add(Article("More", f"More of it {i}.", id=f"m{i}"))
        assert archive.stats().executor == "native"
        after = {id: archive.get(id) for id in archive.ids("*") if not id.startswith("m")}
    assert after == before


def test_a_native_index_without_the_core_says_what_to_do(
    own_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEARCHER_NATIVE", "off")
    for use in (Archive.open, lambda path: IndexWriter(str(path)), check):
        with pytest.raises(IndexStateError, match="native core") as caught:
            use(own_index)
        assert not isinstance(caught.value, IndexDamagedError)
        assert "make setup" in str(caught.value)


def check(path: Path) -> None:
    Archive(str(path)).check()
