"""Is a headline told from a first sentence that stands for one?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.headline import clean_line, first_sentence, is_first_sentence

pytestmark = pytest.mark.same_without_core

BODY = "VIENNA - Mr. Berg met the ministers. They spoke of oil.\n\nNobody else came."


@pytest.mark.parametrize(
    ("title", "body", "is_made"),
    [
        ("VIENNA - Mr. Berg met the ministers.", BODY, True),
        ("Nobody else came.", BODY, True),
        ("VIENNA - Mr. Berg met…", BODY, True),
        ("VIENNA - Mr. Berg", BODY, False),
        ("Ministers meet in Vienna", BODY, False),
        ("VIENNA - Mr.", BODY, False),
        ("They spoke of oil.", BODY, False),  # a sentence, and not the first
        ("Ministers meet", "Ministers meet\n\nThey met at noon.", False),  # the text repeats it
        ("Ministers meet", "", False),
        ("", BODY, False),
        ("Will they meet?", "They will not.", False),
    ],
)
def test_a_headline_is_told_from_a_first_sentence(title: str, body: str, is_made: bool) -> None:
    assert is_first_sentence(title, body) == is_made


@given(st.text(alphabet="ab .!?…\n\t\u00adZ。", max_size=600), st.sampled_from([200, 400]))
def test_whatever_a_reader_makes_of_a_text_is_known_again(text: str, limit: int) -> None:
    made = first_sentence(text, limit)
    line = clean_line(text)
    if made and (made != line or made[-1] in ".!?。"):
        assert is_first_sentence(made, line)
