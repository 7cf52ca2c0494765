"""Are stories on disk what the texts make of each other, whatever was done to the index?"""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from searcher import Archive, Article, IndexDamagedError
from searcher.analysis import Analyzer
from searcher.codec.core import find_core
from searcher.codec.generations import latest_generation, stories_name
from searcher.codec.groups import NO_LEAD
from searcher.codec.storage import DurableStorage
from searcher.codec.stories import StoredStories, read_stories
from searcher.copies.stories import StoryText, counts_of, stories_of
from searcher.indexing import stories
from searcher.indexing.check import check_index
from searcher.indexing.session import WriteSession
from searcher.indexing.writer import IndexWriter
from tests.copies.test_pairs import story
from tests.indexing.test_copies import KINDS, article, leads, state


def firsts(index: Path) -> dict[str, str]:
    """The first text of the story of each live article that is in a group, by ids."""
    manifest, groups, ids, live = state(index)
    assert groups is not None
    storage = DurableStorage(str(index), readonly=True)
    told = read_stories(storage, manifest)
    storage.release()
    assert told is not None
    told.verify(groups)
    return {ids[n]: ids[told.firsts[n]] for n in live if told.firsts[n] != NO_LEAD}


def random_articles(random: Random, count: int) -> list[Article]:
    """Articles of a few events and texts; some copied, some undated, some empty."""
    made: list[Article] = []
    for number in range(count):
        event = random.randrange(6)
        words = [f"w{event * 9 + random.randrange(20)}" for _ in range(random.choice((0, 25, 60)))]
        if made and random.random() < 0.3:
            words = random.choice(made).body.split()
        day = None if random.random() < 0.1 else random.randrange(random.choice((3, 12)))
        made.append(article(f"{random.randrange(10**6)}-{number}", words, day))
    return made


def by_definition(articles: list[Article], lead_of: dict[str, str]) -> dict[str, str]:
    """What the definition makes of the leads."""
    analyzer = Analyzer("en")
    texts = [one for one in articles if lead_of.get(one.id) == one.id]

    def order(one: Article) -> tuple[bool, object, int, str]:
        return one.date is None, one.date or "", -len(one.body.split()), one.id

    dated = sorted((t for t in texts if t.date), key=order)
    undated = sorted((t for t in texts if not t.date), key=lambda t: (-len(t.body.split()), t.id))
    texts = [*dated, *undated]
    found = stories_of(
        [
            StoryText(
                one.date.toordinal() if one.date else None,
                counts_of(
                    analyzer.stems(analyzer.forms(one.title)),
                    analyzer.stems(analyzer.forms(one.body)),
                ),
            )
            for one in texts
        ]
    )
    first_of = {text.id: texts[first].id for text, first in zip(texts, found, strict=True)}
    return {id: first_of[lead] for id, lead in lead_of.items()}


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("kind", KINDS)
def test_stories_are_those_of_the_definition_after_any_sequence(
    tmp_path: Path, kind: str, seed: int
) -> None:
    random = Random(seed)
    waiting = random_articles(random, 60)
    there: dict[str, Article] = {}
    archive = Archive.create(str(tmp_path))
    archive.define_stories(True)
    for _ in range(7):
        with WriteSession(str(tmp_path), kind=kind) as session:
            for _ in range(random.randrange(1, 3)):
                batch = [waiting.pop() for _ in range(min(len(waiting), random.randrange(12)))]
                if there and random.random() < 0.5:  # an article that is another text now
                    id = random.choice(sorted(there))
                    batch.append(article(id, story(random.randrange(6), 30), 2))
                session.add_articles(batch)
                there.update((one.id, one) for one in batch)
                for id in [id for id in sorted(there) if random.random() < 0.1]:
                    session.remove(id)
                    del there[id]
                if random.random() < 0.2:
                    session.optimize()
                session.commit()
        assert firsts(tmp_path) == by_definition(list(there.values()), leads(tmp_path))
    assert check_index(str(tmp_path)).sound


def filled(tmp_path: Path, *, kind: str = "plain") -> Archive:
    archive = Archive.create(str(tmp_path))
    with WriteSession(str(tmp_path), kind=kind) as session:
        session.add_articles(random_articles(Random(3), 40))
        session.commit()
    return archive


@pytest.mark.parametrize("kind", KINDS)
def test_stories_are_there_where_somebody_asked_and_kept_from_then_on(
    tmp_path: Path, kind: str
) -> None:
    archive = filled(tmp_path, kind=kind)
    assert archive.has_groups and not archive.has_stories
    assert not list(tmp_path.glob("stories-*"))
    archive.define_stories(True)
    before = firsts(tmp_path)
    with IndexWriter(str(tmp_path)) as writer:
        writer.add(article("new", story(9), 1))
    assert archive.has_stories and set(firsts(tmp_path)) == {*before, "new"}
    assert [path.name for path in tmp_path.glob("stories-*")] == [
        stories_name(latest_generation(str(tmp_path)))
    ]
    archive.define_stories(False)
    assert not archive.has_stories and archive.has_groups
    assert not list(tmp_path.glob("stories-*"))
    with IndexWriter(str(tmp_path)) as writer:
        writer.add(article("newer", story(9), 1))
    assert not archive.has_stories


def test_stories_bring_copies_with_them_and_go_with_them(tmp_path: Path) -> None:
    archive = filled(tmp_path)
    archive.define_groups(False)
    archive.define_stories(True)
    assert archive.has_groups and archive.has_stories
    archive.define_groups(True)
    assert archive.has_stories
    archive.define_groups(False)
    assert not archive.has_groups and not archive.has_stories
    archive.define_groups(True)
    assert not archive.has_stories


def test_very_many_texts_without_the_core_have_no_stories_until_they_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEARCHER_NATIVE", "off")
    find_core()
    monkeypatch.setattr(stories, "MOST_AT_ONCE", 10)
    archive = filled(tmp_path)
    archive.define_stories(True)
    assert archive.has_stories
    with IndexWriter(str(tmp_path)) as writer:
        writer.add(article("new", story(9), 1))
    assert not archive.has_stories and archive.has_groups
    archive.define_stories(True)
    assert archive.has_stories


def test_a_damaged_file_is_named_and_nothing_else_fails(tmp_path: Path) -> None:
    archive = filled(tmp_path)
    archive.define_stories(True)
    name = stories_name(latest_generation(str(tmp_path)))
    file = tmp_path / name
    whole = file.read_bytes()
    for spoilt in (whole[:-1], whole[:20], b"", whole[:-2] + b"\xff\xff", whole + b"\0"):
        file.write_bytes(spoilt)
        with pytest.raises(IndexDamagedError, match=name):
            Archive.open(str(tmp_path)).search("*", group="stories")
        assert Archive.open(str(tmp_path)).search("*").total == 40
        damaged = [one.name for one in check_index(str(tmp_path)).files if one.error]
        assert damaged == [name]
    file.unlink()
    assert [one.name for one in check_index(str(tmp_path)).files if one.error] == [name]
    # The next commit makes it anew, of the articles.
    with IndexWriter(str(tmp_path)) as writer:
        writer.add(article("new", story(9), 1))
    assert check_index(str(tmp_path)).sound


def test_a_file_that_says_what_cannot_be_is_refused(tmp_path: Path) -> None:
    archive = filled(tmp_path)
    archive.define_stories(True)
    manifest, groups, _, _ = state(tmp_path)
    assert groups is not None
    counts = [record.documents for record in manifest.segments]
    data = (tmp_path / stories_name(manifest.generation)).read_bytes()
    sound = StoredStories(data, counts)
    sound.verify(groups)
    for wrong in (0, 1, len(sound.firsts), NO_LEAD - 1, NO_LEAD):
        spoilt = StoredStories(data, counts)
        changed = 0
        for number in range(len(spoilt.firsts)):
            if spoilt.firsts[number] != wrong and groups.leads[number] != number:
                spoilt.firsts[number], changed = wrong, changed + 1
                break
        if changed:
            with pytest.raises(Exception, match="stories"):
                spoilt.verify(groups)
    for other in ([*counts, 1], counts[:-1], [sum(counts) + 1]):
        with pytest.raises(Exception, match="stories"):
            StoredStories(data, other)
