"""Is a stranger's text shown, and does it do nothing?"""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.serving.pages.shown import (
    count_odd,
    is_web_address,
    paragraphs_of,
    pieces_of,
    shown,
)

pytestmark = pytest.mark.same_without_core

spans = st.lists(st.integers(0, 60), max_size=8, unique=True).map(
    lambda ends: list(zip(*[iter(sorted(ends))] * 2, strict=False))
)


@given(st.text())
def test_each_character_stays_one_so_that_offsets_stay(text: str) -> None:
    seen = shown(text)
    assert len(seen) == len(text)
    assert sum(a != b for a, b in zip(text, seen, strict=True)) == count_odd(text)


@given(st.text())
def test_nothing_is_left_that_reorders_or_that_no_document_may_hold(text: str) -> None:
    for character in shown(text):
        assert character in "\t\n\r" or unicodedata.category(character) not in ("Cc", "Cs")
        assert not 0x202A <= ord(character) <= 0x202E
        assert not 0xE0000 <= ord(character) <= 0xE007F


def test_what_scripts_need_stays() -> None:
    for text in ("می\u200cخواهم", "\u200eabc\u200f", "क्\u200dष", "\u2066abc\u2069", "👩\u200d🚀"):
        assert shown(text) == text


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)", "data:text/html,x", "http://a b", "https://", "//example.org", "",
        " https://a.example", "https://a.example/\n", 'https://a.example/"x', "ftp://a.example",
        "java\nscript:alert(1)", "http://a.example/\x00",
    ],
)  # fmt: skip
def test_only_addresses_of_the_web_are_links(address: str) -> None:
    assert not is_web_address(address)
    assert is_web_address("https://a.example/x?y=1#z")
    assert is_web_address("HTTP://A.EXAMPLE/")


@given(st.text(min_size=61), spans)
def test_pieces_make_up_the_text(text: str, marks: list[tuple[int, int]]) -> None:
    pieces = pieces_of(text, marks)
    assert "".join(piece.text for piece in pieces) == text
    assert [p.mark for p in pieces if p.mark] == list(range(1, len(marks) + 1))


@given(st.lists(st.text(alphabet="ab \n\t", max_size=30), min_size=3), spans)
def test_paragraphs_stand_where_they_say_and_hold_every_mark(
    texts: list[str], marks: list[tuple[int, int]]
) -> None:
    body = "\n\n".join(texts)
    marks = [(a, b) for a, b in marks if b <= len(body)]
    held = [""] * (len(marks) + 1)
    for start, pieces in paragraphs_of(body, marks, 1):
        text = "".join(piece.text for piece in pieces)
        assert text and body[start : start + len(text)] == text
        assert "\n\n" not in text
        for piece in pieces:
            if piece.mark:
                held[piece.mark] += piece.text
    for number, (start, end) in enumerate(marks, 1):
        assert "".join(held[number].split()) == "".join(body[start:end].split())
