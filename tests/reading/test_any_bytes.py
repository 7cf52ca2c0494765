"""Whatever the bytes, readers give articles or a ReadError, and nothing else."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading import read_bytes

from .conftest import CORPUS

NAMES = ["a.html", "a.txt", "a.md", "a.json", "a.jsonl", "a.sgm", "a.sgml", "a", "a.gz"]
SAMPLES = sorted(
    path
    for folder in ("html", "text", "markdown", "json", "jsonl", "reuters", "trec", "malformed")
    for path in (CORPUS / folder).glob("*")
    if path.is_file()
)


def check(data: bytes, name: str) -> None:
    errors: list[ReadError] = []
    try:
        for article in read_bytes(data, name=name, on_error=errors.append):
            assert isinstance(article, Article)
            article.body.encode()
    except ReadError as error:
        errors.append(error)
    assert all(error.path == name and error.reason for error in errors)


@settings(deadline=None)  # the first of each kind loads its parser
@given(st.binary(max_size=2000), st.sampled_from(NAMES))
def test_random_bytes(data: bytes, name: str) -> None:
    check(data, name)


@given(st.text(max_size=1000), st.sampled_from(NAMES), st.sampled_from(["utf-8", "utf-16"]))
def test_random_text(text: str, name: str, codec: str) -> None:
    check(text.encode(codec, "surrogatepass"), name)


@given(st.binary(max_size=500))
def test_random_bytes_packed(data: bytes) -> None:
    check(gzip.compress(data), "a.txt.gz")
    check(b"\x1f\x8b\x08" + data, "a.gz")
    check(b"\xfd7zXZ\x00" + data, "a.xz")


@pytest.mark.skipif(not SAMPLES, reason="the sample corpus is not in this checkout")
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_mutated_samples(data: st.DataObject) -> None:
    path: Path = data.draw(st.sampled_from(SAMPLES))
    content = bytearray(path.read_bytes()[:20_000])
    for _ in range(data.draw(st.integers(1, 8))):
        if not content:
            break
        at = data.draw(st.integers(0, len(content) - 1))
        kind = data.draw(st.integers(0, 3))
        if kind == 0:
            content[at] = data.draw(st.integers(0, 255))
        elif kind == 1:
            del content[at : at + data.draw(st.integers(1, 200))]
        elif kind == 2:
            content[at:at] = content[at : at + 300]
        else:
            content[at:at] = data.draw(
                st.sampled_from([b"<", b"\0", b"\xff", b"\n\n", b'"', b"</DOC>", b"---\n"])
            )
    check(bytes(content), path.name)
