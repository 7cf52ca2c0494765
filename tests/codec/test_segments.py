"""Do a plain and a native segment of the same articles say the same?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from searcher import Archive, Article
from searcher.analysis import Analyzer
from searcher.codec.core import native_core
from searcher.codec.manifest import read_manifest
from searcher.codec.schema import NO_DAY, day_number
from searcher.codec.segment_records import segment_of
from searcher.codec.segments import OpenSegment, open_segment
from searcher.codec.storage import DurableStorage
from searcher.fields import FIELDS
from searcher.indexing.writer import IndexWriter
from tests.reference.generator import make_article, make_words

pytestmark = pytest.mark.skipif(native_core() is None, reason="needs the native core")

TEXT_FIELDS = ("title", "body", "byline")
VALUE_FIELDS = (
    "source", "section", "language", "url", "path", "name", "has", "file", "id", "date",
)  # fmt: skip
LANGUAGES = ("en", "de", "zxx")


def some_articles(seed: int) -> list[Article]:
    random = Random(f"segments {seed}")
    words = make_words(random)
    articles = [make_article(random, words, f"é{i}") for i in range(random.randint(1, 60))]
    nasty = "".join(map(chr, random.choices([*range(1, 0xD800), *range(0xE000, 0x11000)], k=400)))
    long = " ".join(random.choices(words, k=3000)) + ".\n\n" + nasty
    return [
        *articles,
        Article("", "", id="empty"),
        Article(nasty, nasty, (nasty, "Ana"), source=nasty, section="İ", url=nasty, id=nasty),
        Article("Long", long, tuple(random.choices(words, k=40)), path="a/b.txt", record=7),
        Article("Held", "", id="held", status="withheld", updated=dt.date(2020, 1, 1)),
    ]


@pytest.fixture(scope="module", params=range(6))
def opened(
    request: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, OpenSegment]]:
    """Both segments of the same articles, which no test changes."""
    tmp_path = tmp_path_factory.mktemp("segments")
    language = LANGUAGES[request.param % len(LANGUAGES)]
    segments = {}
    for name in ("plain", "native"):
        directory = tmp_path / name
        Archive.create(directory, language=language).close()
        with IndexWriter(str(directory), kind=name) as writer:
            for article in some_articles(request.param):
                writer.add(article)
        storage = DurableStorage(str(directory))
        (record,) = read_manifest(storage, 1).segments
        segments[name] = open_segment(storage, segment_of(record))
    yield segments
    for opened_segment in segments.values():
        opened_segment.close()


def ids_of(segment: OpenSegment) -> list[str]:
    return [segment.id(number) for number in range(segment.count)]


def test_documents_and_columns_are_alike(opened: dict[str, OpenSegment]) -> None:
    said = []
    for segment in opened.values():
        columns = (segment.dates_us(), segment.lengths(), segment.digests(), segment.days())
        norms = [segment.length_codes(field) for field in TEXT_FIELDS]
        said.append(
            {
                id: (
                    segment.stored(number),
                    segment.boundaries(number),
                    [column[number] for column in (*columns, *norms)],
                )
                for number, id in enumerate(ids_of(segment))
            }
        )
        assert all(len(column) == segment.count for column in (*columns, *norms))
        segment.verify()
    assert said[0] == said[1]
    for field in TEXT_FIELDS:
        assert len({segment.recorded_length(field) for segment in opened.values()}) == 1


@pytest.mark.parametrize("field", FIELDS.facets)
def test_the_values_of_documents_are_alike(field: str, opened: dict[str, OpenSegment]) -> None:
    said = []
    for segment in opened.values():
        ids, terms = ids_of(segment), list(segment.field_terms(field, b""))
        documents, ordinals = segment.ordinals(field)
        assert list(documents) == sorted(documents)
        pairs = zip(documents, ordinals, strict=True)
        said.append(sorted((ids[number], terms[ordinal]) for number, ordinal in pairs))
        listed = [(ids[n], term) for term in terms for n in segment.documents_of(field, term)]
        assert said[-1] == sorted(listed)
    assert said[0] == said[1] and said[0]


def test_a_day_is_that_of_the_list_of_days(opened: dict[str, OpenSegment]) -> None:
    for segment in opened.values():
        days = list(segment.days())
        for term in segment.field_terms("date", b""):
            for number in segment.documents_of("date", term):
                assert days[number] == day_number(term.decode())
                days[number] = NO_DAY
        assert set(days) == {NO_DAY}


def test_native_documents_are_numbered_newest_first_then_by_id(
    opened: dict[str, OpenSegment],
) -> None:
    segment = opened["native"]
    keys = [
        (-date if date > -(2**63) else 2**63, id.encode("utf-8"))
        for date, id in zip(segment.dates_us(), ids_of(segment), strict=True)
    ]
    assert keys == sorted(keys)


@pytest.mark.parametrize("field", [*TEXT_FIELDS, *VALUE_FIELDS])
def test_terms_and_postings_are_alike(field: str, opened: dict[str, OpenSegment]) -> None:
    plain, native = opened.values()
    terms = list(plain.field_terms(field, b""))
    assert list(native.field_terms(field, b"")) == terms
    names = [ids_of(segment) for segment in (plain, native)]
    for term in terms:
        said = []
        for segment, ids in zip((plain, native), names, strict=True):
            postings = segment.posting_list(field, term)
            assert postings is not None and list(postings.ids) == sorted(set(postings.ids))
            if field in VALUE_FIELDS:
                assert list(segment.documents_of(field, term)) == list(postings.ids)
            found = {}
            start = 0
            for number, frequency in zip(postings.ids, postings.frequencies, strict=True):
                end = start + frequency
                found[ids[number]] = (frequency, list(postings.positions[start:end]))
                start = end
            said.append(found)
        assert said[0] == said[1], term
    for term in terms[::7]:
        for prefix in (term[:1], term[: len(term) // 2], term, term + b"\0"):
            expected = [other for other in terms if other.startswith(prefix)]
            assert list(native.field_terms(field, prefix)) == expected
    for absent in (b"", b"\xff", b"zzzz", "ß".encode(), b"\xed\xa0\x80"):
        if absent not in terms:
            assert native.posting_list(field, absent) is None


def test_the_forms_of_stems_are_alike(opened: dict[str, OpenSegment]) -> None:
    plain, native = opened.values()
    forms = {form for field in TEXT_FIELDS for form in plain.field_terms(field, b"")}
    found = set()
    for language in LANGUAGES:
        for stem in Analyzer(language).stems(form.decode() for form in forms):
            key = stem.encode("utf-8")
            assert native.forms_of_stem(key) == plain.forms_of_stem(key), stem
            found.update(native.forms_of_stem(key))
    assert found == forms
