"""Addresses that only say how a reader came, and those that choose a page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.reading.addresses import canonical_address
from searcher.reading.field_keys import web_address

PAGE = "https://example.org/news/quay?id=7"


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/news/quay?id=7&utm_source=feed&utm_medium=rss",
        "https://example.org/news/quay?utm_campaign=a%20b&id=7&fbclid=IwAR0x",
        "HTTPS://Example.ORG:443/news/quay?id=7",
        "https://example.org/news/quay?id=7&ref=homepage",
        "https://example.org/news/quay?id=7&amp;utm_source=x",
        "https://example.org/news/quay?id=7#xtor=RSS-1",
        "https://example.org/news/quay?id=7#:~:text=quay",
        "https://example.org/news/quay?id=7&CMP=share_btn_tw&at_medium=email&smid=tw-share",
    ],
)
def test_what_only_tracks_readers_is_left_out(address: str) -> None:
    assert canonical_address(address) == PAGE
    assert web_address(address) == PAGE


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/?p=12",
        "https://example.org/article.php?id=1&page=2&ref=12",
        "https://example.org/News/Quay?cid=3&source=print",
        "https://example.org/#!/news/1",
        "https://example.org/live#block-2",
        "https://example.org/a;x=1?b=c&b=d",
        "http://user@example.org/",
        "no address",
        "",
    ],
)
def test_what_may_choose_a_page_stays(address: str) -> None:
    assert canonical_address(address) == address


def test_a_question_mark_with_nothing_after_it_goes() -> None:
    assert canonical_address("https://example.org/a?utm_source=x") == "https://example.org/a"
    assert canonical_address("https://example.org/a?") == "https://example.org/a"


@given(st.text(max_size=200))
def test_any_text_has_one_canonical_form(text: str) -> None:
    once = canonical_address(text)
    assert canonical_address(once) == once
