"""Do the spans make the second text of the first, and are they at words?"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.analysis.tokens import token_spans
from searcher.comparing.texts import TextDiff, compare_texts

pytestmark = pytest.mark.same_without_core

PIECES = st.sampled_from(
    [
        "The",
        "port",
        "closed",
        "3.5",
        "U.S.",
        "cease-fire",
        "“no”",
        "don't",
        " ",
        "\n\n",
        "\n",
        ", ",
        ". ",
        "日本",
        "語",
        "مرحبا",
        "é",
        "é",
        "😀",
        "*",
        "-",
        "\xa0",
        "ﬁre",
        "�",
    ]
)
TEXTS = st.one_of(st.lists(PIECES, max_size=30).map("".join), st.text(max_size=40))


def assert_exact(diff: TextDiff) -> None:
    assert diff.apply(diff.a) == diff.b
    at_a = at_b = 0
    for span in diff.spans:
        assert (span.a_start, span.b_start) == (at_a, at_b)
        at_a, at_b = span.a_end, span.b_end
        removed, added = diff.a[span.a_start : at_a], diff.b[span.b_start : at_b]
        assert removed or added
        assert (removed == added) == (span.kind == "same")
        blank = not removed.strip() and not added.strip()
        assert (span.kind == "spaced") == (span.kind != "same" and blank)
        assert (span.kind == "added") == (not removed and not blank)
        assert (span.kind == "removed") == (not added and not blank)
    assert (at_a, at_b) == (len(diff.a), len(diff.b))


def shown(a: str, b: str) -> list[tuple[str, str, str]]:
    diff = compare_texts(a, b)
    assert_exact(diff)
    return [
        (span.kind, a[span.a_start : span.a_end], b[span.b_start : span.b_end])
        for span in diff.changes
    ]


@given(TEXTS, TEXTS)
def test_applying_the_spans_to_the_one_text_gives_the_other(a: str, b: str) -> None:
    assert_exact(compare_texts(a, b))


@given(TEXTS, TEXTS, TEXTS)
def test_what_was_put_into_a_text_is_told_exactly(a: str, b: str, c: str) -> None:
    assert_exact(compare_texts(a + c, a + b + c))
    assert_exact(compare_texts(a + b + c, a + c))


@given(TEXTS, TEXTS)
def test_no_change_begins_or_ends_inside_a_word(a: str, b: str) -> None:
    diff = compare_texts(a, b)
    for text, ends in (
        (diff.a, [(span.a_start, span.a_end) for span in diff.changes]),
        (diff.b, [(span.b_start, span.b_end) for span in diff.changes]),
    ):
        inside = {i for start, end in token_spans(text) for i in range(start + 1, end)}
        for start, end in ends:
            assert start == end or not {start, end} & inside


def test_changes_are_told_by_word() -> None:
    assert shown("Old men sleep.", "Old dogs sleep.") == [("replaced", "men", "dogs")]
    assert shown("It rose 3.5 percent", "It rose 3.7 percent") == [("replaced", "3.5", "3.7")]
    assert shown("a truce, he said", "a truce he said") == [("removed", ",", "")]
    assert shown("日本語です", "日本人です") == [("replaced", "語", "人")]
    assert shown("He said no.", "He said “no”.") == [("added", "", "“"), ("added", "", "”")]


def test_what_was_put_in_begins_with_its_sentence() -> None:
    a = "The port is shut. The sea is calm."
    b = "The port is shut. The ships wait. The sea is calm."
    assert shown(a, b) == [("added", "", "The ships wait. ")]
    assert shown("One.\n\nTwo.", "One.\n\nOne.\n\nTwo.") == [("added", "", "One.\n\n")]


def test_lines_that_are_folded_elsewhere_are_no_change_of_words() -> None:
    kinds = {kind for kind, _, _ in shown("a b\nc d e", "a\nb c d\ne")}
    assert kinds == {"spaced"}
    assert shown("a  b", "a b") == [("spaced", " ", "")]


def test_texts_that_are_empty_or_the_same_are_no_exception() -> None:
    assert compare_texts("", "").spans == ()
    assert shown("", "new") == [("added", "", "new")]
    assert shown("old", "") == [("removed", "old", "")]
    assert compare_texts("same", "same").changes == ()
    with pytest.raises(ValueError, match="not the one"):
        compare_texts("a", "b").apply("c")


def test_a_long_text_costs_in_proportion() -> None:
    a = " ".join(f"word{i % 977} of{i % 1009}" for i in range(60_000))
    b = a.replace("word5 ", "other ").replace("of7 ", "")
    assert_exact(compare_texts(a, b))
    unspaced = "日本語新聞" * 20_000
    assert_exact(compare_texts(unspaced, unspaced[:40_000] + "中" + unspaced[40_002:]))


NEWSROOM = Path(__file__).parents[3] / "shared" / "data" / "newsroom"


def test_edited_articles_are_made_of_each_other() -> None:
    import json
    import lzma

    file = NEWSROOM / "edited.jsonl.xz"
    if not file.exists():
        pytest.skip(f"no edited articles beside the repository ({file})")
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        pairs = [json.loads(line) for line in lines][::8]
    for pair in pairs:
        a, b = (text["body"] if isinstance(text, dict) else text for text in (pair["a"], pair["b"]))
        assert_exact(compare_texts(a, b))
