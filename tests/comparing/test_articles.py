"""Which sentences, values, headlines and figures of an article changed?"""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given

from searcher import Article
from searcher.comparing.articles import compare_articles
from searcher.comparing.edits import edits_between
from searcher.comparing.sentences import changed_lines, sentences
from searcher.comparing.texts import compare_texts

from .test_texts import TEXTS

pytestmark = pytest.mark.same_without_core

OLD = Article(
    "Thirty hurt in fire",
    "The port is shut. About 30 ships wait. “Nobody knows,” he said.\n\nIt stays so.",
    byline=("Ada Okafor",),
    date=dt.date(2019, 4, 8),
)
NEW = Article(
    "Forty hurt in fire",
    "The port is shut. About 45 ships wait outside. “Nobody knows,” he said.\n\nNew. It stays so.",
    byline=("Ada Okafor", "Li Wei"),
    date=dt.date(2019, 4, 8),
)


def test_a_changed_sentence_is_shown_as_it_was_and_as_it_is() -> None:
    lines = list(changed_lines(compare_texts(OLD.body, NEW.body)))
    assert [(line.sign, line.text) for line in lines] == [
        (" ", "The port is shut."),
        ("-", "About 30 ships wait."),
        ("+", "About 45 ships wait outside."),
        (" ", "“Nobody knows,” he said."),
        ("+", "New."),
        (" ", "It stays so."),
    ]
    assert [line.text[a:b] for line in lines[1:2] for a, b in line.marks] == ["30"]
    assert [line.text[a:b] for line in lines[2:3] for a, b in line.marks] == ["45", " outside"]
    assert [line.opens_paragraph for line in lines] == [True, *[False] * 3, True, True]


@given(TEXTS, TEXTS)
def test_lines_hold_all_sentences_of_both_texts_in_order(a: str, b: str) -> None:
    diff = compare_texts(a, b)
    lines = list(changed_lines(diff))
    for text, sign in ((a, "-"), (b, "+")):
        shown = [line.text for line in lines if line.sign in (sign, " ")]
        whole = [text[one.start : one.end] for one in sentences(text)]
        # What stayed is shown as the first text has it; white space may be other in the second.
        assert ["".join(one.split()) for one in shown] == ["".join(one.split()) for one in whole]
    for line in lines:
        text = b if line.sign == "+" else a
        assert text[line.start :].startswith(line.text)
        assert all(0 <= start < end <= len(line.text) for start, end in line.marks)
    if a == b:
        assert {line.sign for line in lines} <= {" "}


@given(TEXTS)
def test_sentences_hold_all_but_blanks(text: str) -> None:
    found = sentences(text)
    assert "".join("".join(text[a:b].split()) for a, b, _ in found) == "".join(text.split())
    assert all(text[a:b] == text[a:b].strip() != "" for a, b, _ in found)


def test_values_that_are_others_are_told() -> None:
    diff = compare_articles(OLD, NEW)
    assert [tuple(value) for value in diff.values] == [
        ("byline", "Ada Okafor", "Ada Okafor, Li Wei")
    ]
    assert not diff.is_same and compare_articles(OLD, OLD).is_same


def test_json_has_what_it_takes_to_make_the_second_text() -> None:
    values = compare_articles(OLD, NEW).to_dict()
    assert list(values) == ["a", "b", "same", "values", "title", "body"]
    made = "".join(
        OLD.body[slice(*span["a"])] if span["kind"] == "same" else span["added"]
        for span in values["body"]
    )
    assert made == NEW.body
    changed = compare_articles(OLD, NEW).to_dict(changed=True)["body"]
    assert changed == [span for span in values["body"] if span["kind"] != "same"]


def test_headlines_and_figures_are_edits_and_other_words_are_none() -> None:
    edits = edits_between(OLD, NEW)
    assert [(e.kind, e.before, e.after) for e in edits] == [
        ("headline", "Thirty hurt in fire", "Forty hurt in fire"),
        ("figure", "30", "45"),
    ]
    figure = edits[1]
    assert (figure.was, figure.now) == ("About 30 ships wait.", "About 45 ships wait outside.")
    assert OLD.body[figure.a_start : figure.a_end] == "30"
    assert NEW.body[figure.b_start : figure.b_end] == "45"

    def kinds(a: str, b: str) -> list[str]:
        return [edit.kind for edit in edits_between(Article("t", a), Article("t", b))]

    assert kinds("Two men came.", "Three men came.") == ["figure"]
    assert kinds("It cost 1,000 in all.", "It cost 1000 in all.") == []
    assert kinds("Men came.", "Women came.") == []
    assert kinds("Men came.", "Men came. 30 of them.") == []
    assert kinds("He has 5 dogs.", "He has dogs.") == []
