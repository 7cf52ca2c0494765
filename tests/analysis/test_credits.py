"""Which agencies does an article credit, by which marks, and which are only spoken of?"""

from __future__ import annotations

import pytest

from searcher.agencies import AGENCIES, agency_of, agency_title
from searcher.analysis.credits import credits_of

TEXT = "The river rose.\n\n" + "Nobody was hurt, a warden said. " * 30


@pytest.mark.parametrize(
    ("head", "found"),
    [
        ("WASHINGTON (AP) _ The Senate", ["ap"]),
        ("LONDON, Feb 3 (Reuters) - Oil", ["reuters"]),
        ("(Bloomberg) -- Oil edged higher", ["bloomberg"]),
        ("Berlin (dpa/AFP) - Der Rhein", ["afp", "dpa"]),
        ("New Delhi, Feb 3 (PTI) The river", ["pti"]),
        ("(Adds comment)\n\nPARIS, May 3 (Reuters) - The Seine", ["reuters"]),
        ("By Ann Lee\n\nCHICAGO (Reuters) - The river", ["reuters"]),
        ("Berlin, dpa - Der Rhein", ["dpa"]),
        ("AP - The river", ["ap"]),
        ("Reuters: the river", ["reuters"]),
        # Who is only spoken of has no credit.
        ("He told Reuters that the river", []),
        ("The news agency (TASS) said the river", []),
        ("The Press Association said the river", []),
        ("VIENNA (Reuters) - Austria's press agency (APA) said", ["reuters"]),
        ("SCRANTON, PA - The river", []),
        ("Scranton (Pa.) - The river", []),
    ],
)
def test_datelines(head: str, found: list[str]) -> None:
    assert credits_of(f"{head} {TEXT}", (), None, ()) == found


@pytest.mark.parametrize(
    ("end", "found"),
    [
        ("\n\nReuter", ["reuters"]),
        ("\n REUTER\n", ["reuters"]),
        ("\n\n-- PTI", ["pti"]),
        ("\n\nSource: Xinhua", ["xinhua"]),
        ("\n\n(AFP, AP, Reuters)", ["afp", "ap", "reuters"]),
        ("\n\n(With inputs from PTI and ANI)", ["ani", "pti"]),
        ("\n\nCopyright 2019 The Associated Press. All rights reserved.", ["ap"]),
        ("\n\n©2020 Bloomberg L.P.", ["bloomberg"]),
        ("\n\nThe Associated Press contributed to this report.", ["ap"]),
        ("\n\nAdditional reporting by Reuters", ["reuters"]),
        (" It will rise. AFP", ["afp"]),
        (" That is what he told Reuters", []),
        (" A Reuters poll found the same.", []),
        ("\n\nThis is what dissidents and the agency MTI said.", []),
        ("\n\nFollow us at apnews.com", []),
    ],
)
def test_ends(end: str, found: list[str]) -> None:
    assert credits_of(TEXT + end, (), None, ()) == found


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Associated Press", ["ap"]),
        ("The Associated Press", ["ap"]),
        ("Jane Doe, Reuters", ["reuters"]),
        ("JOHN KING, Associated Press Writer", ["ap"]),
        ("AFP/Getty Images", ["afp"]),
        ("Jane Doe for Dow Jones Newswires", ["dow jones"]),
        ("A.P. Singh", []),
        ("AP Singh", []),
        ("Efe Kara", []),
        ("Bloomberg Businessweek", []),
    ],
)
def test_bylines(name: str, found: list[str]) -> None:
    assert credits_of(TEXT, (name,), None, ()) == found


def test_sources_and_credits() -> None:
    assert credits_of(TEXT, (), "associated press", ()) == ["ap"]
    assert credits_of(TEXT, (), "AP Daily", ()) == []
    assert credits_of(TEXT, (), None, ("Jane Doe/Reuters",)) == ["reuters"]
    assert credits_of("", (), "", ()) == []


def test_of_a_name_without_end_only_the_beginning_is_read() -> None:
    # To read all of it would take hours.
    endless = "AP x " * 400_000
    assert credits_of(endless, (endless,), None, (endless + "Reuters",)) == ["ap"]
    assert credits_of("", (f"Reuters, Ann Lee {endless}",), None, ()) == ["reuters"]
    assert credits_of("", (), None, ("x" * 1_000_000 + " AP",)) == []


def test_all_names_of_an_agency_are_one() -> None:
    for code, names in AGENCIES.items():
        assert agency_of(code) == code == code.lower()
        for name in names:
            assert agency_of(name) == agency_of(name.lower()) == code
            assert credits_of(f"LONDON ({name}) - {TEXT}", (), None, ()) == [code]
        assert agency_title(code) == names[0]
    assert agency_of("the gazette") is None
