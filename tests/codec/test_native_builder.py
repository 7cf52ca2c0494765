"""Does a native segment hold what Python makes of the articles?

`searcher.indexing.inversion.invert` is the definition: every posting, position, norm,
length, boundary, value, digest and stored field of a segment is compared with it, in
segments that were built and in segments that were merged.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import tempfile
from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from whoosh.util.numeric import byte_to_length, length_to_byte

import searcher.fields
from searcher.analysis import Analyzer
from searcher.article import Article
from searcher.codec.boundaries import decode_boundaries
from searcher.codec.schema import MISSING_DATE, instant_us, own_day
from searcher.indexing.inversion import InvertedBatch, invert
from searcher.indexing.native_building import facet_numbers, rows_of, value_fields
from searcher.scoring import DEFAULT_SCORING

native = pytest.importorskip(
    "searcher.codec._native", reason="the native extension is not built", exc_type=ImportError
)

ANALYZER = Analyzer("en")
LENGTH_OF_CODE = [int(byte_to_length(code)) for code in range(256)]
TEXT_FIELDS = searcher.fields.FIELDS.texts
FIELDS = searcher.fields.FIELDS.with_values("country", "party")
VALUES = value_fields(FIELDS)
FACETS = facet_numbers(FIELDS)
SCORING = DEFAULT_SCORING.as_tuple()

# ---------------------------------------------------------------- what Python makes of them


def in_order(articles: Iterable[Article]) -> list[Article]:
    """The articles in tie order, of those with one id the last."""
    live = {article.id: article for article in articles}
    by_id = sorted(live.values(), key=lambda article: article.id.encode())
    return sorted(by_id, key=lambda article: instant_us(article.date), reverse=True)


def expected(articles: Sequence[Article]) -> dict[str, Any]:
    batch = invert(articles, ANALYZER, FIELDS)
    return {
        "postings": {
            (field, form.encode()): (list(ids), list(tfs), absolute(tfs, deltas))
            for field in TEXT_FIELDS
            for form, (ids, tfs, deltas) in batch.terms.get(field, {}).items()
        },
        "values": {
            (field, value.encode()): list(ids)
            for field in FIELDS.term_numbers
            for value, (ids, _, _) in batch.terms.get(field, {}).items()
        },
        "stems": stems(batch),
        "norms": {field: norms(batch, field) for field in TEXT_FIELDS},
        "lengths": [document.lengths["body"] for document in batch.documents],
        "dates": [document.date_us for document in batch.documents],
        "digests": [document.digest for document in batch.documents],
        "days": [days_since_1970(article) for article in articles],
        "ordinals": {field: ordinals(batch, field) for field in FIELDS.facets},
        "boundaries": [decode_boundaries(document.boundaries) for document in batch.documents],
        "stored": [document.stored for document in batch.documents],
        "totals": tuple(
            sum(LENGTH_OF_CODE[code] for code in norms(batch, field)) for field in TEXT_FIELDS
        ),
    }


def days_since_1970(article: Article) -> int:
    if article.date is None:
        return -(2**31)
    return own_day(article.date).toordinal() - dt.date(1970, 1, 1).toordinal()


def ordinals(batch: InvertedBatch, field: str) -> list[tuple[int, int]]:
    values = sorted(batch.terms.get(field, {}).items(), key=lambda item: item[0].encode())
    return sorted(
        (number, place) for place, (_, (ids, _, _)) in enumerate(values) for number in ids
    )


def absolute(frequencies: Iterable[int], deltas: Sequence[int]) -> list[int]:
    positions: list[int] = []
    start = 0
    for frequency in frequencies:
        positions += accumulate(deltas[start : start + frequency])
        start += frequency
    return positions


def norms(batch: InvertedBatch, field: str) -> list[int]:
    lengths = (document.lengths[field] for document in batch.documents)
    return [length_to_byte(length) if length else 0 for length in lengths]


def stems(batch: InvertedBatch) -> dict[bytes, list[bytes]]:
    found: defaultdict[bytes, set[bytes]] = defaultdict(set)
    for field in TEXT_FIELDS:
        for form in batch.terms.get(field, {}):
            found[ANALYZER.stem(form).encode()].add(form.encode())
    return {stem: sorted(forms) for stem, forms in found.items()}


# ---------------------------------------------------------------- what the segment holds


def held(segment: Any) -> dict[str, Any]:
    count = range(segment.doc_count)
    forms = [(field, form) for field in TEXT_FIELDS for form in segment.field_forms(field, b"")]
    values = [
        (field, value)
        for field, number in FIELDS.term_numbers.items()
        for value in segment.field_values(number, b"")
    ]
    all_stems = {ANALYZER.stem(form.decode()).encode() for _, form in forms}
    return {
        "postings": {
            (field, form): tuple(numbers("I", part) for part in segment.posting_list(field, form))
            for field, form in forms
        },
        "values": {
            (field, value): numbers("I", segment.value_documents(FIELDS.term_numbers[field], value))
            for field, value in values
        },
        "stems": {stem: segment.forms_of_stem(stem) for stem in all_stems},
        "norms": {field: list(segment.norms(field)) for field in TEXT_FIELDS},
        "lengths": numbers("I", segment.lengths()),
        "dates": numbers("q", segment.dates()),
        "digests": numbers("Q", segment.digests()),
        "days": numbers("i", segment.days()),
        "ordinals": {
            field: list(zip(*(numbers("I", part) for part in columns), strict=True))
            for field in FIELDS.facets
            if (columns := segment.ordinals(FIELDS.term_numbers[field])) is not None
        },
        "boundaries": [
            ([code >> 1 for code in codes], [code >> 1 for code in codes if code & 1])
            for codes in map(segment.boundaries, count)
        ],
        "stored": [stored(segment, number) for number in count],
        "totals": segment.field_length_totals,
    }


def numbers(typecode: str, data: bytes) -> list[int]:
    values: array[int] = array(typecode)
    values.frombytes(data)
    return values.tolist()


def stored(segment: Any, number: int) -> bytes:
    """The stored JSON with the body in its place."""
    fields = json.loads(segment.hot(number))
    body = segment.cold(number).decode()
    whole = {"id": fields["id"], "title": fields["title"], "body": body, **fields}
    # What was written is compact already, so that writing it again changes nothing.
    assert segment.hot(number) == compact(fields)
    return compact(whole)


def compact(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


# ---------------------------------------------------------------- building


def forms(tokens: list[str]) -> list[str]:
    return [ANALYZER.forms_of([token])[0] for token in tokens]


def new_path(directory: str) -> str:
    with tempfile.NamedTemporaryFile(dir=directory, suffix=".nseg") as file:
        return file.name


def new_builder(path: str, threads: int = 1, memory_bytes: int = 1 << 20) -> Any:
    return native.Builder(
        path,
        LENGTH_OF_CODE,
        SCORING,
        threads,
        memory_bytes,
        value_fields=VALUES,
        facets=FACETS,
        with_credits=True,
    )


def row(article: Article) -> tuple[Any, ...]:
    (made,) = rows_of([article])
    return made


def build(
    directory: str,
    articles: Sequence[Article],
    *,
    threads: int = 1,
    memory_bytes: int = 1 << 20,
    batch: int = 3,
    as_rows: bool = False,
) -> Any:
    path = new_path(directory)
    builder = new_builder(path, threads, memory_bytes)
    for start in range(0, len(articles), batch):
        some = articles[start : start + batch]
        prepared = builder.prepare(list(map(row, some)) if as_rows else some)
        builder.add(prepared, [True] * len(some))
    summary = builder.finish(forms, ANALYZER.stems)
    segment = native.Segment(path)
    segment.verify()
    assert summary["documents"] == segment.doc_count
    assert summary["field_length_totals"] == segment.field_length_totals
    assert summary["file_bytes"] == os.path.getsize(path)
    return segment


WORDS = [
    "truce",
    "truces",
    "Truce",
    "fire",
    "Fire's",
    "cease-fire",
    "the",
    "The",
    "U.N.",
    "O'Brien",
    "AT&T",
    "1,000",
    "3.5",
    "São",
    "Müller",
    "Ärger",
    "straße",
    "Ἀθῆναι",
    "北京",
    "ที่นี่",
    "서울",
    "said",
    "says",
    "say.",
    "\n\n",
    "“Quoted”",
    "Mr.",
    "Smith",
    "½",
    "É́té",
]
texts = st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join) | st.text(max_size=60)
values = st.sampled_from(
    ["", "Reuters", "  the  Times ", "Le Temps", "Año", "ŁÓDŹ\u2014x"]
) | st.text(max_size=12)
dates = (
    st.none()
    | st.dates()
    | st.sampled_from([dt.date(2019, 4, 8), dt.datetime(2019, 4, 8, tzinfo=dt.UTC)])
    | st.datetimes(
        timezones=st.builds(
            dt.timezone,
            st.timedeltas(dt.timedelta(hours=-23), dt.timedelta(hours=23)),
        )
    )
)
an_article = st.builds(
    Article,
    title=texts,
    body=texts,
    byline=st.lists(values, max_size=3).map(tuple),
    date=dates,
    source=st.none() | values,
    section=st.none() | values,
    language=st.none() | st.sampled_from(["en", "EN", "pt-BR"]),
    url=st.none() | st.sampled_from(["http://a.example/1", "http://a.example/É"]),
    path=st.none() | st.sampled_from(["/a/b", "/A/b", "C:\\x\ty"]),
    id=st.sampled_from(["", "a", "b", "c", "d", "é"]),
    record=st.none() | st.integers(0, 10**20),
    date_text=st.none() | values,
    encoding=st.none() | st.just("utf-8"),
    metadata=st.dictionaries(
        st.sampled_from(["country", "party", "slug", 'a "key"', "é"]),
        values | st.lists(values, max_size=3),
        max_size=3,
    ),
)
some_articles = st.lists(an_article, min_size=1, max_size=12)

# ---------------------------------------------------------------- tests


@settings(deadline=None, max_examples=150)
@given(some_articles, st.sampled_from([1, 2]), st.sampled_from([0, 1 << 20]), st.booleans())
@example([Article("", "")], 1, 1 << 20, False)
def test_a_segment_holds_what_python_makes_of_the_articles(
    articles: list[Article], threads: int, memory_bytes: int, as_rows: bool
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        segment = build(
            directory, articles, threads=threads, memory_bytes=memory_bytes, as_rows=as_rows
        )
        assert held(segment) == expected(in_order(articles))


@settings(deadline=None, max_examples=100)
@given(st.data(), st.lists(some_articles, min_size=2, max_size=4))
def test_a_merged_segment_holds_the_live_articles_of_all(
    data: st.DataObject, groups: list[list[Article]]
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        sources: list[tuple[Any, list[int]]] = []
        live: list[Article] = []
        seen: set[str] = set()
        for articles in groups:
            segment = build(directory, articles)
            ordered = in_order(articles)
            drawn = data.draw(st.sets(st.sampled_from(range(len(ordered)))))
            # An id is alive in one segment at most.
            deleted = drawn | {i for i, article in enumerate(ordered) if article.id in seen}
            staying = [article for i, article in enumerate(ordered) if i not in deleted]
            seen.update(article.id for article in staying)
            live += staying
            sources.append((segment, sorted(deleted)))
        path = new_path(directory)
        if not live:
            with pytest.raises(ValueError, match="no document"):
                native.merge(path, sources, LENGTH_OF_CODE, SCORING, FACETS)
            return
        summary = native.merge(path, sources, LENGTH_OF_CODE, SCORING, FACETS)
        segment = native.Segment(path)
        segment.verify()
        assert summary["documents"] == len(live)
        found, wanted = held(segment), expected(in_order(live))
        assert found == wanted
        assert summary["field_length_totals"] == wanted["totals"]
        again = build(directory, live)
        assert held(again) == found


def test_many_articles_in_threads_are_all_there(tmp_path: Path) -> None:
    """Enough of them that threads start, blocks fill and lists have several blocks."""
    articles = [
        Article(
            title=f"{WORDS[i % 7]} number {i}",
            body=" ".join(WORDS[(i * j) % (3 + j % 20)] for j in range(i % 150)),
            byline=(f"Name {i % 10}", "Ann O'Brien")[: i % 3],
            date=dt.date(2000 + i % 20, 1, 1 + i % 28) if i % 11 else None,
            source=("Reuters", "AP", None)[i % 3],
            id=f"id{i % 1900}",
        )
        for i in range(2000)
    ]
    wanted = expected(in_order(articles))
    for threads, memory_bytes in ((1, 1 << 20), (2, 1 << 18), (3, 0)):
        segment = build(
            str(tmp_path), articles, threads=threads, memory_bytes=memory_bytes, batch=64
        )
        assert held(segment) == wanted


def test_two_runs_with_threads_give_the_same_bytes(tmp_path: Path) -> None:
    articles = [Article(f"t{i}", "some words " * (i % 40), id=str(i)) for i in range(3000)]
    written = set()
    for run, threads in enumerate((1, 2, 2, 3)):
        path = tmp_path / str(run)
        builder = new_builder(str(path), threads)
        for start in range(0, len(articles), 100):
            some = articles[start : start + 100]
            builder.add(builder.prepare(some), [True] * 100)
        builder.finish(forms, ANALYZER.stems)
        written.add(path.read_bytes())
    assert len(written) == 1


def test_keys_are_ids_digests_and_paths(tmp_path: Path) -> None:
    articles = [Article("t", "b", path="/Á/b", id="x"), Article("t", "b", id="y")]
    builder = new_builder(str(tmp_path / "s"))
    batch = invert(articles, ANALYZER, FIELDS)
    wanted = [(d.id, d.digest, d.path) for d in batch.documents]
    assert builder.prepare(articles).keys() == wanted
    assert builder.prepare(map(row, articles)).keys() == wanted


def test_removed_superseded_and_unmarked_articles_are_not_written(tmp_path: Path) -> None:
    old, new = Article("old", "one two", id="a"), Article("new", "three", id="a")
    other, third = Article("other", "four", id="b"), Article("third", "five", id="c")
    builder = new_builder(str(tmp_path / "s"))
    builder.add(builder.prepare([old, other]), [True, True])
    builder.add(builder.prepare([new, third, third]), [True, True, False])
    assert builder.document_count == 3
    assert builder.remove("b")
    assert not builder.remove("b")
    assert not builder.remove("nobody")
    assert builder.document_count == 2
    builder.finish(forms, ANALYZER.stems)
    segment = native.Segment(str(tmp_path / "s"))
    assert held(segment) == expected([new, third])


def test_memory_grows_with_what_is_added(tmp_path: Path) -> None:
    for threads in (1, 2):
        builder = new_builder(str(tmp_path / str(threads)), threads)
        empty = builder.size_bytes
        for i in range(40):
            articles = [
                Article("t", " ".join(f"w{i}x{j}y{k}" for k in range(50)), id=f"{i}-{j}")
                for j in range(50)
            ]
            builder.add(builder.prepare(articles), [True] * 50)
        assert builder.size_bytes > empty + 40 * 50 * 50 * 8


class Moment(dt.datetime):
    """A date that writes itself in its own way."""

    def isoformat(self, sep: str = "T", timespec: str = "auto") -> str:
        return "at " + super().isoformat(sep, timespec)


def test_a_date_of_another_class_is_asked_for_its_own_way(tmp_path: Path) -> None:
    date = Moment(2019, 4, 8, 23, tzinfo=dt.timezone(-dt.timedelta(hours=4)))
    articles = [Article("t", "b", date=date, id="a"), Article("t", "b", id="b")]
    segment = build(str(tmp_path), articles)
    wanted = expected(in_order(articles))
    assert held(segment) == wanted
    assert wanted["dates"][1] == MISSING_DATE
    assert b"at 2019-04-08T23:00:00-04:00" in segment.hot(0)


def test_what_no_article_can_hold_is_refused(tmp_path: Path) -> None:
    builder = new_builder(str(tmp_path / "s"))
    good = row(Article("t", "b", id="a"))
    for place, wrong in [(0, None), (1, 5), (3, (1,)), (3, None), (9, b"x"), (7, "x"), (8, 5)]:
        with pytest.raises(TypeError):
            builder.prepare([(*good[:place], wrong, *good[place + 1 :])])
    with pytest.raises(UnicodeEncodeError):
        builder.prepare([(good[0], "\ud800", *good[2:])])
    with pytest.raises(AttributeError):
        builder.prepare([object()])
    with pytest.raises(ValueError, match="one mark an article"):
        builder.add(builder.prepare([good]), [])
    with pytest.raises(ValueError, match="256"):
        native.Builder(str(tmp_path / "t"), [1, 2], SCORING)
    assert not (tmp_path / "t").exists()


def test_an_error_of_the_analysis_is_passed_on_and_leaves_no_file(tmp_path: Path) -> None:
    def failing(words: list[str]) -> list[str]:
        raise ZeroDivisionError

    builder = new_builder(str(tmp_path / "s"))
    builder.add(builder.prepare([Article("t", "b")]), [True])
    with pytest.raises(ZeroDivisionError):
        builder.finish(forms, failing)
    assert not (tmp_path / "s").exists()
    with pytest.raises(ValueError, match="finished or has failed"):
        builder.finish(forms, ANALYZER.stems)


def test_a_builder_without_articles_writes_nothing(tmp_path: Path) -> None:
    builder = new_builder(str(tmp_path / "s"))
    with pytest.raises(ValueError, match="no document"):
        builder.finish(forms, ANALYZER.stems)
    assert not (tmp_path / "s").exists()


def test_a_file_that_exists_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "s").write_text("mine")
    with pytest.raises(FileExistsError):
        new_builder(str(tmp_path / "s"))
    assert (tmp_path / "s").read_text() == "mine"


def test_a_name_longer_than_the_gap_is_cut(tmp_path: Path) -> None:
    article = Article("t", "b", byline=("a " * 20_010, "b"), id="x")
    segment = build(str(tmp_path), [article])
    cut = replace(article, byline=("a " * 20_000, "b"))
    postings = expected([cut])["postings"]
    for field, form in postings:
        found = tuple(numbers("I", part) for part in segment.posting_list(field, form))
        assert found == postings[field, form]
