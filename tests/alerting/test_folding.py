"""Does an alert tell each new text once, with its copies, and each new article once?"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from xml.etree import ElementTree

import pytest

from searcher import Archive, Article, Ringing
from tests.copies.test_pairs import story
from tests.indexing.test_copies import article

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.create(tmp_path / "index") as made:
        yield made


def put(archive: Archive, *articles: Article) -> None:
    with archive.writer() as writer:
        for one in articles:
            writer.add(one)


def wire(id: str, day: int = 1, words: int = 200, seed: int = 1, **others: str) -> Article:
    return article(id, ["truce", *story(seed)[:words]], day, **others)


def run(archive: Archive) -> list[Ringing]:
    return archive.alerts.run().ringings


def ids(ringing: Ringing) -> tuple[dict[str, list[str]], list[str]]:
    """The copies of each hit, and the late copies."""
    hits = {hit.id: [c.id for c in hit.copies.articles] for hit in ringing.hits if hit.copies}
    return hits, [copy.id for copy in ringing.late_copies]


def test_copies_that_arrive_together_are_one_text(archive: Archive) -> None:
    archive.alerts.add("truce", "truce")
    put(archive, wire("late", 3, 150), wire("first", 1), wire("cut", 2, 150), wire("own", seed=2))
    (ringing,) = run(archive)
    assert ids(ringing) == ({"first": ["cut", "late"], "own": []}, [])
    assert ringing.articles == 4 and run(archive) == []


def test_a_copy_of_what_was_told_is_a_late_copy_and_told_once(archive: Archive) -> None:
    archive.alerts.add("truce", "truce")
    put(archive, wire("first", 2))
    assert ids(run(archive)[0]) == ({"first": []}, [])
    put(archive, wire("earlier", 1), wire("own", seed=2))
    assert ids(run(archive)[0]) == ({"own": []}, ["earlier"])
    put(archive, wire("later", 3))
    assert ids(run(archive)[0]) == ({}, ["later"])
    assert run(archive) == []


def test_a_copy_of_what_was_there_before_the_alert_is_a_late_copy(archive: Archive) -> None:
    put(archive, wire("old"))
    archive.alerts.add("truce", "truce")
    put(archive, wire("new", 2))
    assert ids(run(archive)[0]) == ({}, ["new"])


def test_a_text_is_new_to_an_alert_that_was_never_told_of_it(archive: Archive) -> None:
    archive.alerts.add("ours", "truce", sources=["Post"])
    put(archive, wire("theirs", source="Wire"))
    assert run(archive) == []
    put(archive, wire("ours", 2, source="Post"))
    assert ids(run(archive)[0]) == ({"ours": []}, [])


def test_each_article_by_itself_where_that_is_asked(archive: Archive) -> None:
    archive.alerts.add("truce", "truce", group="none")
    put(archive, wire("a"), wire("b", 2))
    (ringing,) = run(archive)
    assert {hit.id for hit in ringing.hits} == {"a", "b"} and ringing.late_copies == ()
    assert all(hit.copies is None for hit in ringing.hits)


def test_an_archive_without_groups_tells_each_article(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "index") as made:
        made.define_groups(False)
        made.alerts.add("truce", "truce")
        put(made, wire("a"), wire("b", 2))
        assert {hit.id for hit in run(made)[0].hits} == {"a", "b"}


def test_texts_that_do_not_fit_a_delivery_are_told_with_late_copies(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("searcher.alerting.alerts.MOST_IN_A_DELIVERY", 3)
    archive.alerts.add("truce", "truce")
    put(archive, *(wire(f"a{n}", n % 3) for n in range(7)))
    told = [ids(ringing) for ringing in run(archive)]
    assert [sum(map(len, hits.values())) + len(hits) + len(late) for hits, late in told] == [
        3,
        3,
        1,
    ]
    assert sum(len(hits) for hits, _ in told) == 1  # the text is a hit once
    everything = [id for hits, late in told for id in (*hits, *chain(*hits.values()), *late)]
    assert sorted(everything) == [f"a{n}" for n in range(7)]


def test_a_delivery_that_is_tried_again_is_not_late_for_what_came_since(
    archive: Archive, tmp_path: Path
) -> None:
    code = (
        "import os, sys; data = sys.stdin.read(); there = os.path.exists(sys.argv[1] + '.ok')\n"
        "if there: open(sys.argv[1], 'a').write(data)\n"
        "sys.exit(not there)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "told")]
    archive.alerts.add("truce", "truce", form="command", command=command)
    put(archive, wire("first", 2))
    assert archive.alerts.run().failures
    put(archive, wire("second", 1))
    (tmp_path / "told.ok").touch()
    archive.alerts.run()
    first, second = map(json.loads, (tmp_path / "told").read_text().splitlines())
    assert [hit["id"] for hit in first["hits"]] == ["first"] and first["late_copies"] == []
    assert second["hits"] == [] and second["late_copies"][0]["id"] == "second"


def test_copies_are_named_in_every_form(archive: Archive, tmp_path: Path) -> None:
    for name, form, to in (
        ("text", "text", f"{tmp_path}/told.txt"),
        ("feed", "atom", f"{tmp_path}/told.atom"),
        ("letters", "eml", f"{tmp_path}/letters/"),
    ):
        archive.alerts.add(name, "truce", to=to, form=form)
    put(archive, wire("first"), wire("copy", 2, source="The Post"))
    archive.alerts.run()
    put(archive, wire("late", 3, source="Herald"))
    archive.alerts.run()
    text = (tmp_path / "told.txt").read_text()
    assert "text: 1 new text, 2 articles for truce" in text
    assert "   also: copy · The Post · 2001-01-03 · copy" in text
    assert text.endswith(
        "Copies of texts that were there before:\n   late · Herald · 2001-01-04 · late\n\n"
    )
    feed = ElementTree.parse(tmp_path / "told.atom").getroot()
    contents = [entry.findtext(f"{ATOM}content") or "" for entry in feed.iter(f"{ATOM}entry")]
    assert contents[0].startswith("A copy of a text that was there before.\nlate · Herald")
    assert "also: copy · The Post" in contents[1] and len(contents) == 2
    letters = sorted((tmp_path / "letters").iterdir())
    assert b"Subject: letters: 1 late copy" in letters[1].read_bytes()


def test_a_feed_keeps_nothing_of_a_delivery_that_came_to_nothing(
    archive: Archive, tmp_path: Path
) -> None:
    place, away = tmp_path / "feeds", tmp_path / "away"
    place.mkdir()
    archive.alerts.add("feed", "truce", to=place / "told.atom", form="atom")
    put(archive, wire("old", seed=2))
    archive.alerts.run()
    place.rename(away)
    put(archive, wire("first"), wire("copy", 2))
    assert archive.alerts.run().failures  # `copy` was to be named beside `first`
    away.rename(place)
    with archive.writer() as writer:
        writer.remove("first")
    archive.alerts.run()
    feed = ElementTree.parse(place / "told.atom").getroot()
    contents = [entry.findtext(f"{ATOM}content") or "" for entry in feed.iter(f"{ATOM}entry")]
    titles = [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]
    assert titles == ["copy", "old"] and not any("also:" in content for content in contents)
