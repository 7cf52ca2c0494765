"""Does an explanation count right and find the part that fails?"""

from __future__ import annotations

from pathlib import Path

import pytest

from searcher import Archive, Article


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    archive = Archive.create(tmp_path / "index")
    with archive.writer() as writer:
        writer.add(Article("Truces", "A truce held in Tripoli.", id="1", source="Wire"))
        writer.add(Article("Talks", "Truce talks. The airport of Tripoli opened.", id="2"))
        writer.add(Article("Old truce", "An old version.", id="3"))
    with archive.writer() as writer:
        writer.remove("3")
    return archive


def test_forms_are_counted_in_live_articles_most_frequent_first(archive: Archive) -> None:
    part = archive.explain("truce").parts[0]
    assert (part.articles, part.forms, part.form_count) == (2, (("truce", 2), ("truces", 1)), 2)
    assert part.fields == ("title", "body")


def test_fields_and_composites_are_explained_with_their_words(archive: Archive) -> None:
    parts = archive.explain("title:(talks w/3 truce) source:wire").parts
    assert [(p.text, p.fields, p.articles) for p in parts] == [
        ("talks w/3 truce", ("title",), 0),
        ("talks", ("title",), 1),
        ("truce", ("title",), 1),
        ("source:wire", (), 1),
    ]


@pytest.mark.parametrize(
    ("query", "failing"),
    [
        ("truce", None),
        ("truce AND zebra", "zebra"),
        ('"truce zebra" tripoli', "=zebra"),
        ('"tripoli truce"', '"tripoli truce"'),
        ("truce AND date:1950", "date:1950"),
        ("zebra OR lion", "zebra OR lion"),
        ("title:(truce AND zebra)", "title:zebra"),
        ("truce AND (talks AND (airport AND held))", "airport AND held"),
        ("atleast5(truce)", "atleast5(truce)"),
        ("truce w/2 airport", "truce w/2 airport"),
        ("tripoli NOT w/9 (the OR in)", "tripoli NOT w/9 (the OR in)"),
    ],
)
def test_the_smallest_failing_part_is_named(
    archive: Archive, query: str, failing: str | None
) -> None:
    found = archive.explain(query)
    assert found.failing == failing
    assert (found.total == 0) == (failing is not None)


def test_a_word_that_occurs_nowhere_gets_the_nearest_words(archive: Archive) -> None:
    assert archive.explain("trucce").parts[0].suggestions == ("truce", "truces")
    assert archive.explain("tripolli").parts[0].suggestions == ("tripoli",)
    assert archive.explain("xyz").parts[0].suggestions == ()
