"""A range that ends before it begins is read the other way round, and a note says so."""

from __future__ import annotations

import datetime as dt

import pytest

from searcher.query import parse, parse_with_notes

pytestmark = pytest.mark.same_without_core

TODAY = dt.date(2019, 4, 8)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("date:2007..2006", "date:2006..2007"),
        ("date:2019-04-02..2019-04-01", "date:2019-04-01..2019-04-02"),
        ("date:2007-06..2006", "date:2006..2007-06"),
        ('date:"May 2021".."March 2021"', 'date:"March 2021..May 2021"'),
        ('date:"May 2021..2020"', 'date:"2020..May 2021"'),
        (
            "date:2016-01-09T14:00Z..2016-01-09T13:00Z",
            "date:2016-01-09T13:00Z..2016-01-09T14:00Z",
        ),
        (
            "date:2016-01-09T14:00..2016-01-09T13:00",
            "date:2016-01-09T13:00..2016-01-09T14:00",
        ),
        ("date:2016-01-09..2016-01-08T00:00Z", "date:2016-01-08T00:00Z..2016-01-09"),
        ("date:2016-01-09T00:00Z..2016-01-07", "date:2016-01-07..2016-01-09T00:00Z"),
        ("date:today..2019", None),
        ("date:today..2018", "date:2018..today"),
        ("length:1000..500", "length:500..1000"),
        ("oil length:1..0 gas", "oil length:0..1 gas"),
        ("oil date:2007..2006 (gas OR coal)", "oil date:2006..2007 (gas OR coal)"),
        ("oil date:2007..2006 date:2009..2008", "oil date:2006..2007 date:2008..2009"),
        ("NOT date:2007..2006", "NOT date:2006..2007"),
        ("since:2007 until:2006", "since:2006 until:2007"),
        ("until:2006 oil since:2007", "until:2007 oil since:2006"),
        ("oil AND (Since:2007) AND until:2006-03", "oil AND (Since:2006-03) AND until:2007"),
        ('since:"May 2021" until:"March 2021"', 'since:"March 2021" until:"May 2021"'),
        ('since:"May 2021" until:2020', 'since:2020 until:"May 2021"'),
        ("date:>=2007 date:<=2006", "date:>=2006 date:<=2007"),
        ("date:>2007 date:<2006", None),
        (
            "since:2016-01-09T14:00Z until:2016-01-09T13:00Z",
            "since:2016-01-09T13:00Z until:2016-01-09T14:00Z",
        ),
        ("since:2006 until:2007", None),
        ("since:2007 until:2007-03", None),
        ("since:2007 OR until:2006", None),
        ("oil NOT since:2007 until:2006", None),
        ("oil -since:2007 until:2006", None),
        ("since:2007 since:2006", None),
        ("since:2007 date:2006", None),
    ],
)
def test_turned_ranges_mean_the_range(typed: str, meant: str | None) -> None:
    found, notes = parse_with_notes(typed, today=TODAY)
    turned = [note for note in notes if "ends before it begins" in note.message]
    if meant is None:
        assert turned == []
        return
    assert str(found) == str(parse(meant, today=TODAY))
    assert turned
    for note in turned:
        assert typed[note.position : note.end] == note.text
        assert note.suggestion is not None
        parse(note.suggestion, today=TODAY)
    if len(turned) == 1:
        assert parse(turned[0].suggestion or "", today=TODAY) == parse(meant, today=TODAY)
        assert all(part in turned[0].message for part in (turned[0].text, "was read as"))


def test_a_note_on_an_offset_is_made_once() -> None:
    notes = parse_with_notes("date:2016-01-09T14:00..2016-01-09T13:00")[1]
    assert sum("names no offset" in note.message for note in notes) == 2
    assert len(notes) == 3


def test_days_that_overlap_somewhere_are_left_as_typed() -> None:
    # The day ends in the west after the instant; articles may be from both.
    assert parse_with_notes("date:2016-01-09T12:00Z..2016-01-09")[1] == ()


@pytest.mark.parametrize(
    "query",
    [
        "date:>2007 date:<2006",
        "truce date:2007.. AND date:..2006",
        "date:2007.. AND (truce date:..2006)",
        "since:2007 AND (truce until:2006)",
    ],
)
def test_what_is_not_turned_is_printed_so_that_it_is_not_turned_either(query: str) -> None:
    tree, notes = parse_with_notes(query)
    assert not notes
    assert parse_with_notes(str(tree)) == (tree, ())
