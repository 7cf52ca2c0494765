"""Are parameters read from a URL as everybody else reads them?"""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searcher.serving.parameters import given_in

pytestmark = pytest.mark.same_without_core


def as_pairs(found: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, values in found.items() for value in values]


@given(st.lists(st.tuples(st.text(max_size=9), st.text(max_size=20)), max_size=6))
def test_what_is_written_is_read_again(pairs: list[tuple[str, str]]) -> None:
    query = urlencode(pairs, errors="replace").encode()
    assert sorted(as_pairs(given_in(query))) == sorted(
        parse_qsl(query.decode(), keep_blank_values=True)
    )


@given(st.text(st.sampled_from("ab=&+%20Cf\xff;#"), max_size=30))
@example("q=a&&b&=c&%&%4&%zz=%E2%82")
@example("q=1&q=2&r=&q=3")
def test_whatever_stands_in_a_url_is_read_as_the_standard_library_does(query: str) -> None:
    found = given_in(query.encode("latin-1"))
    assert sorted(as_pairs(found)) == sorted(parse_qsl(query, keep_blank_values=True))
