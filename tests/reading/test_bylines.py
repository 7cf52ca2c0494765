"""Bylines as papers and wires print them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.reading.bylines import byline_names, tidy_case


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Jane Roe", ["Jane Roe"]),
        ("By  Eric Auchard  and  Paul Thomasch", ["Eric Auchard", "Paul Thomasch"]),
        ("By JANE ROE and JOHN DOE", ["Jane Roe", "John Doe"]),
        ("By Jane Roe, John Doe and Max Muster", ["Jane Roe", "John Doe", "Max Muster"]),
        ("Von Max Muster und Erika Muster", ["Max Muster", "Erika Muster"]),
        ("Par Aurélie Pérusset et Jean Dupont", ["Aurélie Pérusset", "Jean Dupont"]),
        ("Por Ana García y Luis Díaz", ["Ana García", "Luis Díaz"]),
        ("By PETER McFARREN", ["Peter McFarren"]),
        ("By SEAN O'BRIEN", ["Sean O'Brien"]),
        ("By JEAN-LUC PICARD", ["Jean-Luc Picard"]),
        ("By H. JOSEF HEBERT", ["H. Josef Hebert"]),
        ("By Jane Roe, Associated Press Writer", ["Jane Roe"]),
        ("By Jane Roe, Reuters", ["Jane Roe"]),
        ("By Jane Roe, Cairo", ["Jane Roe"]),
        ("By Jane Roe, New York", ["Jane Roe"]),
        ("By Jane Roe of The Times", ["Jane Roe"]),
        ("By Jane Roe jane.roe@example.org @janeroe", ["Jane Roe"]),
        ("By Jane Roe - Analysis", ["Jane Roe"]),
        ("By John Doe, Jr.", ["John Doe Jr."]),
        ("Roe, Jane", ["Jane Roe"]),
        ("By Reuters", ["Reuters"]),
        ("By The Associated Press", ["Associated Press"]),
        ("By Jane Roe; John Doe", ["Jane Roe", "John Doe"]),
        ("By Jane Roe and Jane Roe", ["Jane Roe"]),
        ("By the Editor", ["the Editor"]),
        ("Joana d'Almeida", ["Joana d'Almeida"]),
        ("By", []),
        ("", []),
    ],
)
def test_a_byline_gives_its_names(byline: str, names: list[str]) -> None:
    assert list(byline_names(byline)) == names


def test_the_parts_of_a_byline_are_read_together() -> None:
    parts = ["By GEORGE GEDDA", "Associated Press Writer"]
    assert byline_names(parts) == ("George Gedda",)


def test_an_agency_is_left_out_when_a_person_is_named() -> None:
    assert byline_names(["Jane Roe", "dpa"]) == ("Jane Roe",)
    assert byline_names(["dpa"]) == ("dpa",)


@pytest.mark.parametrize(
    "name", ["Jane Roe", "AP", "JD Vance", "Ludwig van Beethoven", "bell hooks"]
)
def test_names_that_are_not_in_capitals_stay(name: str) -> None:
    assert tidy_case(name) == name


@given(st.text(max_size=300))
def test_any_text_gives_clean_names(text: str) -> None:
    for name in byline_names(text):
        assert name.strip()
        assert "\n" not in name
