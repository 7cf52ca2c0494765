"""Who is said to have said it, by the words around a passage?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.searching.attribution import attribution_of

pytestmark = pytest.mark.same_without_core

QUOTE = "the harbour will be closed for a week"


def speaker(text: str) -> str | None:
    """The speaker of `QUOTE` in a text."""
    start = text.index(QUOTE)
    found = attribution_of(text, start, start + len(QUOTE))
    if found is None:
        return None
    assert text[found.start : found.end] == found.sentence
    return f"{found.pronoun} = {found.speaker}" if found.pronoun else found.speaker


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"“Sadly {QUOTE},” Ada Okafor said.", "Ada Okafor"),
        (f"“Sadly {QUOTE},” said Ada Okafor, who runs it.", "Ada Okafor"),
        (f"``Sadly {QUOTE},'' Mrs. Okafor told reporters on Monday.", "Mrs. Okafor"),
        (
            f'"Sadly {QUOTE}," said Rep. John F. Kennedy of the port.',
            "Rep. John F. Kennedy of the port",
        ),
        (f"According to Ada Okafor, {QUOTE}.", "Ada Okafor"),
        (f"Okafor said {QUOTE}.", "Okafor"),
        (f"“Sadly {QUOTE},” the port’s chief, Ada Okafor, said.", "the port’s chief, Ada Okafor"),
        (f"“Sadly {QUOTE},” said its chief, Ada Okafor.", "its chief, Ada Okafor"),
        (f"“Sadly {QUOTE},” Ada Okafor, a sailor, said.", "Ada Okafor"),
        (f"“Sadly {QUOTE},” the ministry said in a statement.", "the ministry"),
        (f"“It is sad,” Li Wei said. “So {QUOTE}.”", "Li Wei"),
        (f"Li Wei said no. “Sadly {QUOTE},” he said.", "he = Li Wei"),
        (f"“Sadly {QUOTE},” he said.", "he"),
        (f"Boats left. Then {QUOTE}. It rained.", None),
        (f"“It is sad,” Li Wei said.\n\n{QUOTE}.", None),
    ],
)
def test_the_nearest_speaker_is_taken(text: str, expected: str | None) -> None:
    assert speaker(text) == expected


def test_words_of_the_quotation_itself_are_no_speaker() -> None:
    text = "“Then Bo Li said no,” Ada Okafor recalled."
    start, end = text.index("Then"), text.index(",”")
    found = attribution_of(text, start, end)
    assert found is not None and found.speaker == "Ada Okafor"


@given(st.text(max_size=200), st.integers(0, 200), st.integers(0, 200))
def test_any_text_is_looked_at_without_harm(text: str, start: int, length: int) -> None:
    text = f"{text} said he, Bo said. {text}"
    start = min(start, len(text))
    found = attribution_of(text, start, min(len(text), start + length))
    if found is not None:
        assert text[found.start : found.end] == found.sentence and found.speaker


def test_a_long_text_is_looked_at_around_the_passage_only() -> None:
    text = "said " * 200_000
    assert attribution_of(text, 500_000, 500_004) is None
    text = "“A, " * 200_000 + "said"
    attribution_of(text, 400_000, 400_010)
