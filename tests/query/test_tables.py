"""Is the page of the query language true?  Every query in its tables is read and run here."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from searcher import Archive, Article
from searcher.query import (
    AtLeast,
    Boost,
    DateRange,
    Everything,
    Exact,
    Excluded,
    Field,
    Fuzzy,
    Group,
    Has,
    InGroup,
    Is,
    LengthRange,
    NameSet,
    Near,
    Node,
    Not,
    NotNear,
    Or,
    Pattern,
    Phrase,
    Required,
    Value,
    Variants,
    Within,
    Word,
    parse,
    parse_with_notes,
    walk,
)
from searcher.query.tree import And

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "query-language.md"
NOW = dt.datetime(2019, 4, 10, 12, tzinfo=dt.UTC)  # the page says so
AS_TYPED = "as typed"
OF_OTHER_TOOLS = "Words of other tools"

# Words print back as they were typed, and so would an operator that is read as a word: the
# tables say less than this.
WORDS = (Word, Exact, Phrase, Pattern, Fuzzy, Everything)
KINDS: dict[str, tuple[type[Node], ...]] = {
    "Words": WORDS,
    "Names": (Variants, NameSet),
    "Operators": (And, Or, Not, Near, Within, NotNear, AtLeast, Boost),
    "Agencies": (Value,),
    "Copies": (InGroup, Is, Has),
    "Fields and values": (Field, Value, Has, LengthRange, Not),
    "Dates": (DateRange,),
    OF_OTHER_TOOLS: (Word, Group),
}


def rows() -> Iterator[tuple[str, list[str]]]:
    """The heading and the cells of each row of each table, the first two rows left out."""
    for section in re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.M)[1:]:
        heading = section.partition("\n")[0]
        lines = [line for line in section.splitlines() if line.startswith("|")]
        for line in lines[2:]:
            yield heading, re.split(r"(?<!\\)\|", line)[1:-1]


def queries(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell.replace(r"\|", "|"))


def examples() -> Iterator[tuple[str, str, str]]:
    """The heading, the query and what the last column says of it."""
    for heading, cells in rows():
        typed = queries(cells[0])
        expected = typed if cells[-1].strip() == AS_TYPED else queries(cells[-1])
        assert len(typed) == len(expected), f"not one for each: {cells}"
        for query, answer in zip(typed, expected, strict=True):
            yield heading, query, answer


EXAMPLES = list(examples())
OURS = [example for example in EXAMPLES if example[0] != OF_OTHER_TOOLS]
FOREIGN = [example[1:] for example in EXAMPLES if example[0] == OF_OTHER_TOOLS]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with Archive.create(tmp_path_factory.mktemp("tables") / "index") as archive:
        archive.index(ROOT / "corpus" / "text", ROOT / "corpus" / "reuters", workers=0)
        with archive.writer() as writer:
            writer.add(Article("Opec meets", "Opec met.", id="3f2a9c"))
        archive.define_stories(True)
        archive.save_names("haftar", ["haftar", "hifter"])
        yield archive


def test_every_table_is_known() -> None:
    assert {heading for heading, _ in rows()} == set(KINDS)


@pytest.mark.parametrize(("heading", "query", "read_as"), OURS)
def test_an_example_is_read_as_the_page_says(heading: str, query: str, read_as: str) -> None:
    tree, notes = parse_with_notes(query, now=NOW)
    assert str(tree) == read_as
    assert parse(read_as, now=NOW) == tree
    assert isinstance(tree, KINDS[heading])
    assert not notes


@pytest.mark.parametrize(("query", "meant"), FOREIGN)
def test_a_query_of_another_tool_is_read_as_words_and_noted(query: str, meant: str) -> None:
    tree, (note,) = parse_with_notes(query, now=NOW)
    assert isinstance(tree, KINDS[OF_OTHER_TOOLS])
    assert {type(node) for node in walk(tree)} <= {Word, Group, Required, Excluded, Not}
    assert parse(str(tree), now=NOW) == tree
    assert note.suggestion == meant
    assert not parse_with_notes(meant, now=NOW)[1]


@pytest.mark.parametrize("query", [query for _, query, _ in EXAMPLES])
def test_an_example_can_be_searched_for(archive: Archive, query: str) -> None:
    results = archive.search(query)
    assert len(results) == min(results.total, 10)
