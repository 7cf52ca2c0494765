"""Crawls: the pages of WARC, ARC and WACZ, as servers sent them and as crawlers kept them."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading import detect, read_bytes
from searcher.reading.web_archives.http import response

from .gold import share_right

SENTENCE = "The ferry to the outer islands was late again on Monday, the harbour master said. "


def page(title: str = "Ferry is late", charset: str = "") -> str:
    meta = f"<meta charset={charset}>" if charset else ""
    return (
        f"<html><head>{meta}<title>{title}</title></head><body><article><h1>{title}</h1>"
        f"<p>{SENTENCE * 3}</p><p>{SENTENCE * 2}</p></article></body></html>"
    )


def answer(
    body: bytes, *fields: str, status: str = "200 OK", content_type: str = "text/html"
) -> bytes:
    head = [f"HTTP/1.1 {status}", f"Content-Type: {content_type}", *fields]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def record(
    block: bytes,
    *,
    kind: str = "response",
    url: str = "https://post.example/ferry",
    content_type: str = "application/http; msgtype=response",
    length: object = None,
    version: str = "1.0",
) -> bytes:
    fields = [
        f"WARC/{version}",
        f"WARC-Type: {kind}",
        f"WARC-Target-URI: {url}",
        "WARC-Date: 2021-03-01T10:00:00Z",
        f"Content-Type: {content_type}",
        f"Content-Length: {len(block) if length is None else length}",
    ]
    return "\r\n".join(fields).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def whole(title: str = "Ferry is late", number: int = 1) -> bytes:
    return record(answer(page(title).encode()), url=f"https://post.example/{number}")


def read_all(data: bytes, name: str = "a.warc") -> tuple[list[Article], list[ReadError]]:
    errors: list[ReadError] = []
    articles = []
    try:
        for article in read_bytes(data, name=name, on_error=errors.append):
            articles.append(article)
    except ReadError as error:
        errors.append(error)
    return articles, errors


@pytest.mark.parametrize("version", ["0.17", "0.18", "1.0", "1.1"])
def test_a_page_is_an_article_with_its_address_and_when_it_was_captured(version: str) -> None:
    info = record(b"software: x\r\n", kind="warcinfo", version=version)
    request = record(b"GET / HTTP/1.1\r\n\r\n", kind="request", version=version)
    data = info + request + record(answer(page().encode()), version=version)
    (article,), errors = read_all(data)
    assert not errors
    assert (article.title, article.url) == ("Ferry is late", "https://post.example/ferry")
    assert (article.record, article.path, article.date) == (3, "a.warc", None)
    assert article.metadata["crawled"] == "2021-03-01T10:00:00Z"


@pytest.mark.parametrize(
    "pack",
    [
        lambda records: b"".join(map(gzip.compress, records)),
        lambda records: gzip.compress(b"".join(records)),
        lambda records: b"".join(map(pytest.importorskip("lz4.frame").compress, records)),
        lambda records: b"".join(records),
    ],
)
def test_records_are_packed_one_by_one_or_all_together(
    pack: Callable[[list[bytes]], bytes],
) -> None:
    data = pack([whole(number=n) for n in range(5)])
    articles, errors = read_all(data)
    assert len(articles) == 5 and not errors


@pytest.mark.parametrize("kind", ["revisit", "request", "metadata", "continuation"])
def test_other_records_are_no_pages(kind: str) -> None:
    articles, errors = read_all(whole() + record(answer(page("Again").encode()), kind=kind))
    assert [article.title for article in articles] == ["Ferry is late"] and not errors


def test_resources_and_conversions_are_read_by_their_own_type() -> None:
    text = f"Ferry is late\n\n{SENTENCE}\n".encode()
    data = record(page().encode(), kind="resource", content_type="text/html") + record(
        text, kind="conversion", content_type="text/plain", url="https://post.example/2"
    )
    articles, errors = read_all(data)
    assert [article.title for article in articles] == ["Ferry is late"] * 2 and not errors
    assert articles[1].body == SENTENCE.strip()


@pytest.mark.parametrize(
    "block",
    [
        answer(page().encode(), status="404 Not Found"),
        answer(page().encode(), status="301"),
        answer(b'{"a": 1}', content_type="application/json"),
        answer(b'{"a": 1}'),
        answer(b"\x89PNG\r\n\x1a\n" + bytes(60)),
        answer(b"<rss version='2.0'><channel></channel></rss>"),
        answer(b""),
    ],
)
def test_a_crawl_without_a_page_is_refused_with_what_is_in_it(block: bytes) -> None:
    articles, (error,) = read_all(record(block))
    assert not articles and error.kind == "web archive"
    assert "1 record (1 " in error.reason


@pytest.mark.parametrize(
    "url", ["https://a.example/robots.txt", "metadata://wget/log.txt", "dns:a"]
)
def test_what_is_text_for_machines_is_no_article(url: str) -> None:
    block = answer(SENTENCE.encode(), content_type="text/plain")
    articles, errors = read_all(whole() + record(block, url=url))
    assert len(articles) == 1 and not errors


def test_addresses_as_crawlers_write_them() -> None:
    data = record(answer(page().encode()), url="<https://a.example/x>") + record(
        answer(page().encode()), url="https://a.example/a b"
    )
    articles, _ = read_all(data)
    assert [a.url for a in articles] == ["https://a.example/x", "https://a.example/a%20b"]


def test_the_encoding_of_http_goes_before_that_of_the_page() -> None:
    title = "Prom do Łodzi znów się spóźnia, mówią żeglarze"
    block = answer(
        page(title, charset="windows-1252").encode("iso8859-2"),
        content_type="text/html; charset=ISO-8859-2",
    )
    (article,), _ = read_all(record(block))
    assert (article.title, article.encoding) == (title, "iso-8859-2")


def chunked(data: bytes, size: int = 100) -> bytes:
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in pieces) + b"0\r\n\r\n"


PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "deflate, bare": lambda data: zlib.compress(data)[2:-4],
    "br": lambda data: bytes(pytest.importorskip("brotli").compress(data)),
    "zstd": lambda data: bytes(pytest.importorskip("zstandard").compress(data)),
}


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("is_chunked", [False, True])
@pytest.mark.parametrize("taken_off", [False, True])
def test_what_was_put_on_for_the_way_is_taken_off(
    packing: str, is_chunked: bool, taken_off: bool
) -> None:
    body = page().encode()
    fields = [f"Content-Encoding: {packing.partition(',')[0]}"]
    sent = body if taken_off else PACKINGS[packing](body)
    if is_chunked:
        fields.append("Transfer-Encoding: chunked")
        sent = sent if taken_off else chunked(sent)
    found = response(answer(sent, *fields), "a")
    assert found is not None and found.body == body and found.problem is None


def test_wrong_chunks_are_read_as_far_as_they_go() -> None:
    body = page().encode()
    sent = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body) + 40, body)
    found = response(answer(sent, "Transfer-Encoding: chunked"), "a")
    assert found is not None and found.body.startswith(body)
    not_chunks = b"1f\r\n" + body
    found = response(answer(not_chunks, "Transfer-Encoding: chunked"), "a")
    assert found is not None and found.body == not_chunks


@pytest.mark.parametrize("packing", ["gzip", "deflate", "br", "zstd"])
def test_a_bomb_costs_only_its_record(packing: str) -> None:
    bomb = PACKINGS[packing](b"<p>" + b"word " * 2_500_000)
    articles, (error,) = read_all(
        whole() + record(answer(bomb, f"Content-Encoding: {packing}")) + whole(number=2)
    )
    assert len(articles) == 2
    assert error.record == 2 and "more than 200 times its size" in error.reason


@pytest.mark.parametrize("length", ["-5", "abc", "", "9" * 5000])
def test_a_length_that_is_none_costs_only_its_record(length: str) -> None:
    data = whole() + record(answer(b"x"), length=length) + whole(number=3)
    articles, errors = read_all(data)
    assert [article.record for article in articles] == [1, 3]
    assert errors[0].record == 2 and "without a length" in errors[0].reason


@pytest.mark.parametrize("length", [2_000, 900_000_000])
def test_a_length_that_goes_into_the_next_record_loses_none_of_those(length: int) -> None:
    data = record(answer(page().encode()), length=length) + whole(number=2) + whole(number=3)
    articles, errors = read_all(data)
    assert {article.url for article in articles} >= {
        "https://post.example/2",
        "https://post.example/3",
    }
    assert errors[0].record == 1


def test_a_record_beyond_the_limit_is_refused_by_its_number_and_the_rest_read() -> None:
    large = record(answer(b"<html><p>" + b"word " * (13 << 20)))
    articles, (error,) = read_all(whole() + large + whole(number=3))
    assert [article.record for article in articles] == [1, 3]
    assert (error.record, error.reason) == (2, "larger than 64 MiB")
    # What is no page may be as large as it likes.
    video = record(answer(bytes(65 << 20), content_type="video/mp4"))
    articles, errors = read_all(video + whole(number=2))
    assert len(articles) == 1 and not errors


def test_bytes_between_records_are_passed_over_and_counted() -> None:
    articles, (error,) = read_all(whole() + b"no record\r\n" * 3 + whole(number=2))
    assert len(articles) == 2 and "33 bytes that belong to no record" in error.reason


def test_after_a_damaged_member_the_next_is_read() -> None:
    members = [gzip.compress(whole(number=n)) for n in range(8)]
    members[3] = members[3][:60] + bytes(40) + members[3][100:]
    articles, errors = read_all(b"".join(members[:6]) + b"stray bytes" + b"".join(members[6:]))
    assert len(articles) == 7 and errors
    assert all(error.path == "a.warc" for error in errors)


def test_a_file_that_is_cut_off_keeps_what_came_before() -> None:
    data = gzip.compress(whole()) + gzip.compress(whole(number=2))[:-30]
    articles, errors = read_all(data)
    assert articles[0].url == "https://post.example/1"
    assert any("ends in the middle" in error.reason for error in errors)


def test_a_status_line_may_lack_its_words_and_lines_may_end_oddly() -> None:
    block = b"HTTP/1.0 200\nContent-Type: text/html\n\n" + page().encode()
    head = b"WARC/1.0\r\r\nWARC-Type: response\r\r\nWARC-Target-URI: https://a.example/1\r\r\n"
    (article,), _ = read_all(head + b"Content-Length: %d\r\r\n\r\r\n" % len(block) + block)
    assert article.title == "Ferry is late"


def arc(*blocks: bytes, version: int = 1) -> bytes:
    more = b"" if version == 1 else b" 200 sum - 0 a.arc"
    first = b"%d 0 crawl\nURL IP-address Archive-date Content-type Archive-length\n" % version
    data = b"filedesc://a.arc 0.0.0.0 20140216050221 text/plain%s %d\n%s\n" % (
        more, len(first), first,
    )  # fmt: skip
    for number, block in enumerate(blocks):
        data += b"https://a.example/%d 1 192.0.2.1 20140216050221 text/html%s %d\n%s\n" % (
            number, more, len(block), block,
        )  # fmt: skip
    return data


@pytest.mark.parametrize("version", [1, 2])
def test_arc_files_have_pages_too(version: int) -> None:
    data = arc(answer(page().encode()), answer(page().encode()), version=version)
    articles, errors = read_all(gzip.compress(data), "a.arc.gz")
    assert [article.url for article in articles] == [
        "https://a.example/0%201",
        "https://a.example/1%201",
    ]
    assert articles[0].metadata["crawled"] == "2014-02-16T05:02:21Z" and not errors


def test_a_broken_line_of_an_arc_file_costs_one_record() -> None:
    data = arc(answer(page().encode()))
    wrong = b"https://a.example/x 192.0.2.1 20140216050221 text/html -1\n"
    articles, errors = read_all(data + wrong + data[data.index(b"https://a.example/0") :], "a.arc")
    assert len(articles) == 2 and errors[0].record == 3


def wacz(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/"), data)
    return packed.getvalue()


def test_a_wacz_is_read_by_its_crawls_and_not_by_its_list_of_pages() -> None:
    pages = json.dumps({"url": "https://post.example/1", "title": "Another title"}).encode()
    data = wacz(
        **{
            "archive__data.warc.gz": gzip.compress(whole()) + gzip.compress(whole(number=2)),
            "pages__pages.jsonl": pages,
            "datapackage.json": b"{}",
        }
    )
    articles, errors = read_all(data, "a.wacz")
    assert [article.title for article in articles] == ["Ferry is late"] * 2 and not errors
    assert articles[1].metadata["member"] == "archive/data.warc.gz"
    _, (error,) = read_all(wacz(**{"datapackage.json": b"{}"}), "a.wacz")
    assert "a web archive (WACZ) without an article" in error.reason


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (whole(), "warc"),
        (gzip.compress(whole()), "warc"),
        (arc(answer(b"x")), "arc"),
        (wacz(**{"archive__a.warc": whole()}), "wacz"),
    ],
)
def test_crawls_are_known_by_their_content(tmp_path: Path, data: bytes, name: str) -> None:
    (tmp_path / "file.txt").write_bytes(data)
    assert detect(tmp_path / "file.txt").name == name


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc")
def test_a_long_crawl_is_read_in_constant_memory(tmp_path: Path) -> None:
    member = gzip.compress(record(answer(bytes(3000), content_type="image/png")))
    path = tmp_path / "long.warc.gz"
    path.write_bytes(member * 8_000 + gzip.compress(whole()))
    code = (
        "import sys\nfrom searcher.reading import read\n"
        "articles = list(read(sys.argv[1]))\n"
        "peak = open('/proc/self/status').read().split('VmHWM:')[1].split()[0]\n"
        "print(articles[0].record, peak)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    number, kibibytes = map(int, done.stdout.split())
    assert number == 8_001 and kibibytes < 90 << 10


SAMPLES = [whole() + whole(number=2), arc(answer(page().encode())), chunked(whole())]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_broken_crawls_give_articles_or_errors(data: st.DataObject) -> None:
    sample = bytearray(data.draw(st.sampled_from(SAMPLES)))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(sample) - 1))
        if data.draw(st.booleans()):
            sample[at] = data.draw(st.integers(0, 255))
        else:
            del sample[at : at + data.draw(st.integers(1, 300))]
        if not sample:
            return
    packed = gzip.compress(bytes(sample)) if data.draw(st.booleans()) else bytes(sample)
    _, errors = read_all(packed, data.draw(st.sampled_from(["a.warc", "a.arc", "a"])))
    assert all(error.path and error.reason for error in errors)


@given(st.binary(max_size=400))
def test_any_bytes_are_a_response_or_none(data: bytes) -> None:
    for head in (b"HTTP/1.1 200\r\n", b"HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n", b""):
        assert response(head + data, "a") is None or head


def test_the_hand_checked_crawls_are_read_right(tmp_path: Path) -> None:
    assert share_right(tmp_path, "warc", "wacz") >= 0.8  # the rest is what pages say
