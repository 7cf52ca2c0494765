"""Reuters-21578 and TREC: every article, its date and its byline."""

from __future__ import annotations

import datetime as dt
import itertools
import tarfile
import tracemalloc
from pathlib import Path

import pytest

from searcher.errors import ReadError
from searcher.reading import read, read_bytes

DOC = (
    b"<DOC>\n<DOCNO> AP880610-0001 </DOCNO>\n<HEAD>Swans</HEAD>\n<BYLINE>By JANE ROE</BYLINE>\n"
    b"<TEXT>\n   They came.\n</TEXT>\n</DOC>\n"
)


def test_all_of_reuters_21578_is_read(shared: Path) -> None:
    files = sorted((shared / "reuters21578").glob("*.sgm.gz"))
    if len(files) != 22:
        pytest.skip("the 22 files of Reuters-21578 are not beside the repository")
    articles = list(itertools.chain.from_iterable(map(read, files)))
    assert len(articles) == 21_578
    # One has the hour 605: its day is kept.
    assert sum(isinstance(article.date, dt.datetime) for article in articles) == 21_577
    assert all(article.date for article in articles)
    assert sum(bool(article.byline) for article in articles) == 875
    assert sum(not article.title for article in articles) == 1
    assert len({article.id for article in articles}) == 21_578
    first = articles[0]
    assert first.title == "BAHIA COCOA REVIEW"
    assert first.body.startswith(
        "SALVADOR, Feb 26 - Showers continued throughout the week in the Bahia"
    )
    assert "Reuter" not in first.body[-20:]
    assert not any(c in article.body for article in articles for c in "\x02\x03\x05")


def test_days_of_ap_1988_are_read(shared: Path) -> None:
    path = shared / "ap88.tar.xz"
    if not path.exists():
        pytest.skip("AP 1988 is not beside the repository")
    counts = {}
    with tarfile.open(path, "r|xz") as archive:
        for member in itertools.islice((m for m in archive if m.isfile()), 3):
            file = archive.extractfile(member)
            assert file is not None
            data = file.read()
            articles = list(read_bytes(data, name=Path(member.name).name))
            counts[member.name] = len(articles)
            assert len(articles) == data.count(b"<DOC>")
            day = dt.datetime.strptime(Path(member.name).name, "AP%y%m%d").date()
            assert {article.date for article in articles} == {day}
            assert {article.source for article in articles} == {"Associated Press"}
            signed = sum(b"By " in doc and b"<BYLINE>By" in doc for doc in data.split(b"</DOC>"))
            assert sum(bool(article.byline) for article in articles) >= 0.97 * signed
    assert len(counts) == 3


def test_the_seed_article_is_read(shared: Path) -> None:
    files = sorted((shared / "seed").glob("*.txt")) if (shared / "seed").is_dir() else []
    if not files:
        pytest.skip("the seed article is not beside the repository")
    (article,) = read(files[0])
    assert article.date == dt.date(2019, 4, 8)
    assert article.title.startswith("Clashes between a renegade eastern commander’s forces")
    assert article.body.startswith("A member of Libyan National Army")
    assert article.body.count("\n\n") == 10


def test_lines_of_a_wire_are_read(shared: Path) -> None:
    path = shared / "reuters-2006-2013.jsonl.xz"
    if not path.exists():
        pytest.skip("the Reuters newswire is not beside the repository")
    articles = list(itertools.islice(read(path), 500))
    assert len(articles) == 500
    assert all(article.title and article.body and article.date for article in articles)
    assert articles[1].byline == ("Eric Auchard", "Paul Thomasch")
    assert len({article.id for article in articles}) == 500


def test_an_unclosed_record_costs_only_itself() -> None:
    data = DOC + DOC.replace(b"</DOC>\n", b"") + DOC
    errors: list[ReadError] = []
    articles = list(read_bytes(data, name="AP", on_error=errors.append))
    assert [article.record for article in articles] == [1, 3]
    assert [error.record for error in errors] == [2]


@pytest.mark.parametrize("size", [1, 7, 100, 4096])
def test_records_are_found_wherever_the_pieces_are_cut(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("searcher.reading.sgml.tagged._PIECE", size)
    articles = list(read_bytes(DOC * 20, name="AP"))
    assert [article.record for article in articles] == list(range(1, 21))
    assert {article.body for article in articles} == {"They came."}


def test_records_stream_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "AP880610"
    path.write_bytes(DOC.replace(b"They came.", b"They came again. " * 100) * 8_000)
    tracemalloc.start()
    seen = sum(1 for _ in read(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert seen == 8_000
    assert peak < 8_000_000 < path.stat().st_size


RCV1 = """<?xml version="1.0" encoding="iso-8859-1" ?>
<newsitem itemid="2286" id="root" date="1996-08-20" xml:lang="en">
<title>NORWAY: Quay to be mended.</title>
<headline>Quay to be mended.</headline>
<byline>Tessa Dorn</byline>
<dateline>ESTMOUTH 1996-08-20</dateline>
<text><p>The quay will be mended.</p><p>It is old.</p></text>
<copyright>(c) 1996</copyright>
<metadata><codes class="bip:topics:1.0"><code code="GPOL"/><code code="E21"/></codes>
<dc element="dc.source" value="Quay News"/></metadata>
</newsitem>
"""


def test_an_item_of_rcv1_is_an_article_with_its_codes() -> None:
    (article,) = read_bytes(RCV1.encode(), name="2286newsML.xml")
    assert (article.title, article.byline) == ("Quay to be mended.", ("Tessa Dorn",))
    assert (str(article.date), article.language) == ("1996-08-20", "en")
    assert (article.source, article.body) == ("Quay News", "The quay will be mended.\n\nIt is old.")
    assert article.metadata["topics"] == ("GPOL", "E21")
    assert article.metadata["dateline"] == "ESTMOUTH 1996-08-20"
