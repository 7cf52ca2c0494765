"""Are groups on disk what the articles make of each other, whatever was done to the index?"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from random import Random

import pytest
from whoosh.reading import CorruptIndexError

from searcher import Archive, Article, IndexDamagedError
from searcher.analysis import Analyzer
from searcher.codec.core import find_core, native_core
from searcher.codec.generations import latest_generation
from searcher.codec.groups import NO_LEAD, StoredGroups, encode_groups, read_groups
from searcher.codec.manifest import Manifest, read_manifest
from searcher.codec.segment_records import segment_of
from searcher.codec.segments import open_segment
from searcher.codec.storage import DurableStorage
from searcher.codec.texts import TextTable, encode_texts
from searcher.copies.fingerprints import fingerprints
from searcher.copies.verification import Kind
from searcher.copies.words import is_correction, text_key
from searcher.indexing import copies, plain_copies
from searcher.indexing.check import check_index
from searcher.indexing.native_copies import NativeGrouping
from searcher.indexing.session import WriteSession
from searcher.indexing.writer import IndexWriter
from tests.copies.first_version import encode_first
from tests.copies.test_grouping import random_articles
from tests.copies.test_pairs import story

KINDS = ["plain", *(["native"] if native_core() is not None else [])]
EPOCH = dt.date(2001, 1, 1)
ANALYZER = Analyzer("en")


def article(id: str, words: list[str], day: int | None, **others: str) -> Article:
    date = None if day is None else EPOCH + dt.timedelta(days=day)
    return Article(title=others.pop("title", id), body=" ".join(words), date=date, id=id, **others)  # type: ignore[arg-type]


def state(index: Path) -> tuple[Manifest, StoredGroups | None, list[str], list[int]]:
    """The manifest, the groups, the id of each document, and those that are live."""
    storage = DurableStorage(str(index), readonly=True)
    manifest = read_manifest(storage, latest_generation(str(index)))
    storage.seal(manifest.files)
    ids: list[str] = []
    live = []
    for record in manifest.segments:
        opened = open_segment(storage, segment_of(record))
        live += [len(ids) + n for n in range(opened.count) if n not in record.deleted]
        ids += [opened.id(n) for n in range(opened.count)]
        opened.close()
    groups = read_groups(storage, manifest)
    storage.release()
    return manifest, groups, ids, live


def leads(index: Path) -> dict[str, str]:
    """The lead of each live article that is in a group, by ids."""
    _, groups, ids, live = state(index)
    assert groups is not None
    groups.verify()
    assert all(groups.leads[n] == NO_LEAD for n in range(len(ids)) if n not in live)
    return {ids[n]: ids[groups.leads[n]] for n in live if groups.leads[n] != NO_LEAD}


def links(index: Path) -> dict[str, list[tuple[str, object, object]]]:
    _, groups, ids, live = state(index)
    assert groups is not None
    for n in live:
        agreed = [link.agreement for link in groups.links_of(n) if link.kind == Kind.COPY]
        covers = [(found.same + found.near) / found.shorter for found in agreed if found]
        assert groups.cover_of(n) == (covers[0] if covers else 1.0)
    return {
        ids[n]: sorted((ids[lead], kind, agreed) for lead, kind, agreed in groups.links_of(n))
        for n in live
    }


def write(index: Path, articles: list[Article], kind: str) -> None:
    Archive.open_or_create(str(index))
    with WriteSession(str(index), kind=kind) as session:
        session.add_articles(articles)
        session.commit()


@pytest.mark.parametrize("kind", KINDS)
def test_copies_are_found_while_indexing(tmp_path: Path, kind: str) -> None:
    words = story(1)
    write(
        tmp_path,
        [
            article("late", words[:120], 3),
            article("first", words, 1),
            article("other", story(2), 1),
            article("empty", [], 1),
            article("withheld", words, 0, status="withheld"),
        ],
        kind,
    )
    assert leads(tmp_path) == {"late": "first", "first": "first", "other": "other"}
    assert check_index(str(tmp_path)).sound


@pytest.mark.parametrize("kind", KINDS)
def test_a_correction_is_a_version_even_with_the_same_words(tmp_path: Path, kind: str) -> None:
    words = story(1)
    corrected = article("b", words, 1, title="CORRECTED-Mayor resigns")
    write(tmp_path, [article("a", words, 1, title="Mayor resigns"), corrected], kind)
    assert leads(tmp_path) == {"a": "a", "b": "b"}
    assert [(lead, str(kind)) for lead, kind, _ in links(tmp_path)["b"]] == [("a", "version")]


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("kind", KINDS)
def test_groups_are_those_of_a_fresh_index_after_any_sequence(
    tmp_path: Path, kind: str, seed: int
) -> None:
    random = Random(seed)
    index, fresh = tmp_path / "index", tmp_path / "fresh"
    waiting = [article(*made) for made in random_articles(random, 60)]
    there: dict[str, Article] = {}
    Archive.create(str(index))
    for _ in range(8):
        with WriteSession(str(index), kind=kind) as session:
            for _ in range(random.randrange(1, 4)):
                batch = [waiting.pop() for _ in range(min(len(waiting), random.randrange(9)))]
                if there and random.random() < 0.6:  # an article that is another text now
                    id = random.choice(sorted(there))
                    batch.append(article(id, story(random.randrange(12), 44), 2))
                session.add_articles(batch)
                there.update((one.id, one) for one in batch)
                for id in [id for id in sorted(there) if random.random() < 0.1]:
                    session.remove(id)
                    del there[id]
                if random.random() < 0.2:
                    session.optimize()
                session.commit()
    write(fresh, [there[id] for id in sorted(there)], kind)
    if there:
        assert leads(index) == leads(fresh)
        visible = {id for id in links(fresh) if "~" not in id}
        assert {id: links(index)[id] for id in visible} == {id: links(fresh)[id] for id in visible}
    assert check_index(str(index)).sound


@pytest.mark.skipif(len(KINDS) < 2, reason="needs the core")
def test_plain_and_native_segments_give_the_same_groups_together(tmp_path: Path) -> None:
    made = [article(*one) for one in random_articles(Random(5), 60)]
    mixed, plain = tmp_path / "mixed", tmp_path / "plain"
    write(mixed, made[:30], "plain")
    write(mixed, made[30:], "native")
    write(plain, made, "plain")
    assert leads(mixed) == leads(plain) and links(mixed) == links(plain)


@pytest.mark.parametrize("kind", KINDS)
def test_merging_takes_fingerprints_over(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [article(*one) for one in random_articles(Random(6), 40)]
    write(tmp_path, made[:20], kind)
    write(tmp_path, made[20:], kind)
    before = leads(tmp_path)

    def refuse(*_: object) -> None:
        raise AssertionError("computed again")

    monkeypatch.setattr(plain_copies, "fingerprints", refuse)
    if kind == "native":  # the core makes nothing of plain segments, and takes nothing over
        monkeypatch.setattr(NativeGrouping, "_table_of", refuse)
    with WriteSession(str(tmp_path), kind=kind) as session:
        session.optimize()
    assert leads(tmp_path) == before
    assert len(state(tmp_path)[0].segments) == 1


@pytest.mark.skipif(len(KINDS) < 2, reason="needs the core")
def test_the_builder_and_merges_write_what_the_definition_says(tmp_path: Path) -> None:
    """In several commits, in one segment, and worked out of what is stored."""
    random = Random(8)
    made = [article(*one) for one in random_articles(random, 90)]
    made += [
        article("long", story(3, 12_000), 1),
        article("few", story(4)[:19], 1),
        article("none", [], 2),
        article("strange", ["L'île", "où", "1,000.5", "ferries—fluß", "Ǆ", "١٢", "don't"] * 9, 2),
        article("correcting", story(5), 3, title="\u00ab CORRECTED: a title"),
        article("uncorrecting", story(5), 3, title="Incorrect title"),
        article("held", story(6), 4, status="withheld"),
        article("correct", story(7), 4, title="correct"),
    ]
    random.shuffle(made)

    def check() -> bytes:
        manifest, _, ids, live = state(tmp_path)
        by_id = {one.id: one for one in made}
        place = 0
        for record in manifest.segments:
            data = (tmp_path / f"{record.name}.copies").read_bytes()
            table = TextTable(data, record.documents, "x")
            table.verify()
            for number, found in enumerate(table.fingerprints()):
                one = by_id[ids[place + number]]
                words = ANALYZER.forms(one.body) if one.status is None else []
                if place + number in live:
                    correction = is_correction(one.title)
                    assert table.keys[number] == text_key(words, correction=correction)
                    assert table.lengths[number] == len(words)
                    assert set(found) == fingerprints(words)
            place += record.documents
        return data

    for start in range(0, len(made), 30):
        write(tmp_path, made[start : start + 30], "native")
    check()
    with WriteSession(str(tmp_path), kind="native") as session:
        for id in ("few", "long"):
            session.remove(id)
        session.optimize()
    merged = check()
    archive = Archive.open(str(tmp_path))
    before = leads(tmp_path)
    archive.define_groups(False)
    archive.define_groups(True)
    assert check() == merged and leads(tmp_path) == before


def test_groups_may_be_left_out_and_made_later(tmp_path: Path) -> None:
    archive = Archive.create(str(tmp_path))
    archive.define_groups(False)
    words = story(1)
    with archive.writer() as writer:
        writer.add(article("a", words, 1))
        writer.add(article("b", words[:150], 1))
    assert state(tmp_path)[1] is None and not list(tmp_path.glob("*.copies"))
    archive.define_groups(True)
    assert leads(tmp_path) == {"a": "a", "b": "a"}
    archive.define_groups(False)
    assert state(tmp_path)[1] is None
    assert not list(tmp_path.glob("*.copies")) and not list(tmp_path.glob("groups-*"))
    assert archive.search("*").total == 2


def test_an_index_from_before_groups_opens_and_has_them_when_asked(tmp_path: Path) -> None:
    archive = Archive.create(str(tmp_path))
    with archive.writer() as writer:
        writer.add(article("a", story(1), 1))
    with WriteSession(str(tmp_path)) as session:  # as an older Searcher left it
        session._manifest.grouping, session._manifest.groups = "none", None
        session.add_articles([article("b", story(1), 2)])
        session.commit()
    assert state(tmp_path)[0].grouping == "none" and archive.search("*").total == 2
    with archive.writer() as writer:
        writer.add(article("c", story(1), 3))
    assert state(tmp_path)[1] is None
    archive.define_groups(True)
    assert set(leads(tmp_path).values()) == {"a"}


def test_too_many_articles_at_once_have_no_groups_until_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEARCHER_NATIVE", "off")  # the core has no such limit
    monkeypatch.setattr(copies, "MOST_AT_ONCE", 3)
    archive = Archive.create(str(tmp_path))
    with archive.writer() as writer:
        for number in range(4):
            writer.add(article(str(number), story(1), number))
    assert state(tmp_path)[0].grouping == "none"
    archive.define_groups(True)
    assert set(leads(tmp_path).values()) == {"0"}
    with archive.writer() as writer:
        writer.add(article("later", story(1)[:190], 1))
    assert set(leads(tmp_path).values()) == {"0"}


@pytest.mark.parametrize("pattern", ["*.copies", "groups-*.bin"])
def test_damage_is_found_and_mended_by_making_groups_again(tmp_path: Path, pattern: str) -> None:
    archive = Archive.create(str(tmp_path))
    with archive.writer() as writer:
        writer.add(article("a", story(1), 1))
    name = next(tmp_path.glob(pattern))
    data = bytearray(name.read_bytes())
    data[len(data) // 2] ^= 1
    name.write_bytes(data)
    report = check_index(str(tmp_path))
    assert [file.name for file in report.files if file.error] == [name.name]
    with pytest.raises(IndexDamagedError, match=name.name), archive.writer() as writer:
        writer.add(article("b", story(1), 2))
    archive.define_groups(True)
    assert check_index(str(tmp_path)).sound and leads(tmp_path) == {"a": "a"}


def test_the_writer_of_a_program_finds_copies_too(tmp_path: Path) -> None:
    Archive.create(str(tmp_path))
    with IndexWriter(str(tmp_path)) as writer:
        writer.add(article("a", story(1), 2))
        writer.commit()
        writer.add(article("b", story(1), 1))
        writer.commit()
        writer.remove("b")
    assert leads(tmp_path) == {"a": "a"}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_a_copy_is_a_setting_of_the_archive(tmp_path: Path, kind: str) -> None:
    whole, cut = story(1), [*story(1)[:100], *story(2)[:60]]
    given = [article("a", whole, 1), article("b", cut, 1), article("c", whole[:150], 9)]
    write(tmp_path, given, kind)
    archive = Archive.open(tmp_path)
    assert leads(tmp_path) == {"a": "a", "b": "b", "c": "c"}
    assert archive.stats().copies == {"cover": 0.8, "near_days": 3}
    archive.define_groups(True, cover=0.6)
    assert leads(tmp_path) == {"a": "a", "b": "a", "c": "c"}
    archive.define_groups(True, near_days=8)
    assert leads(tmp_path) == {"a": "a", "b": "a", "c": "a"}
    assert archive.stats().copies == {"cover": 0.6, "near_days": 8}
    # What comes later is judged by the same, and a rebuild keeps it.
    write(tmp_path, [article("d", cut, 2)], kind)
    assert leads(tmp_path) == {"a": "a", "b": "a", "c": "a", "d": "a"}
    archive.define_groups(False)
    archive.define_groups(True)
    assert leads(tmp_path) == {"a": "a", "b": "a", "c": "a", "d": "a"}
    # What is said while none are looked for is kept too.
    archive.define_groups(False)
    archive.define_groups(False, cover=0.8)
    archive.define_groups(True)
    assert archive.stats().copies == {"cover": 0.8, "near_days": 8}
    archive.define_groups(True, cover=0.8, near_days=3)
    assert leads(tmp_path) == {"a": "a", "b": "b", "c": "c", "d": "b"}


def test_rules_that_cannot_be_are_refused(tmp_path: Path) -> None:
    archive = Archive.create(tmp_path)
    for cover in (0.4, 1.1, 0.805, float("nan")):
        with pytest.raises(ValueError, match=r"cover is from \.5 to 1"):
            archive.define_groups(True, cover=cover)
    for days in (-1, 4000, True):
        with pytest.raises(ValueError, match="near_days is from 0 to 3,650"):
            archive.define_groups(True, near_days=days)
    assert archive.stats().copies == {"cover": 0.8, "near_days": 3}


# -- the files


@pytest.mark.parametrize("seed", range(20))
def test_a_table_gives_back_what_was_put_in(seed: int) -> None:
    random = Random(seed)
    count = random.choice((1, 2, 7, 300))
    keys = [random.getrandbits(64) for _ in range(count)]
    lengths = [random.randrange(5000) for _ in range(count)]
    few = [random.getrandbits(32) for _ in range(5)]
    numbers = [
        {random.choice((random.choice(few), random.getrandbits(32))) for _ in range(seed)}
        for _ in range(count)
    ]
    for encode in (encode_texts, encode_first):
        data = encode(keys, lengths, [list(one) for one in numbers])
        table = TextTable(data, count, "x.copies")
        table.verify()
        assert list(table.keys) == keys and list(table.lengths) == lengths
        assert [set(one) for one in table.fingerprints()] == numbers
        for number in {n for one in numbers for n in one} | {0, 2**32 - 1}:
            assert table.documents_of(number) == [i for i in range(count) if number in numbers[i]]
        for cut in (0, 10, len(data) // 2, len(data) - 1):
            with pytest.raises(Exception, match=r"x\.copies"):
                TextTable(data[:cut], count, "x.copies")


@pytest.mark.parametrize("seed", range(6))
def test_a_table_that_is_not_what_was_written_is_named_or_reads_as_something_sound(
    seed: int,
) -> None:
    random = Random(seed)
    numbers = [sorted(random.sample(range(2**32), 40)) for _ in range(60)]
    data = encode_texts([1] * 60, [9] * 60, numbers)
    head = 32 + 12 * 60
    for at in [*range(24, 32), *random.sample(range(head, len(data)), 150)]:
        broken = bytearray(data)
        broken[at] ^= 1 << random.randrange(8)
        for read in (TextTable.verify, TextTable.fingerprints):
            try:
                read(TextTable(bytes(broken), 60, "x.copies"))
            except CorruptIndexError as error:
                assert "x.copies" in str(error)  # most bits do not show


@pytest.mark.parametrize("bit", [0, 1, 15, 31])
def test_a_directory_that_does_not_ascend_is_named_by_whoever_reads(bit: int) -> None:
    random = Random(bit)
    numbers = [sorted(random.sample(range(2**32), 40)) for _ in range(60)]
    data = encode_texts([1] * 60, [9] * 60, numbers)
    start, entries = 32 + 12 * 60, len(TextTable(data, 60, "x.copies")._directory)
    for place in range(1, entries - 1):
        broken = bytearray(data)
        broken[start + 4 * place + bit // 8] ^= 1 << bit % 8
        read = TextTable(bytes(broken), 60, "x.copies")
        with pytest.raises(CorruptIndexError, match=r"x\.copies"):
            read.verify()
        try:  # the core goes from front to back, past the directory
            assert [list(held) for held in read.fingerprints()] == numbers
        except CorruptIndexError as error:
            assert "x.copies" in str(error)


def test_groups_of_other_segments_are_refused(tmp_path: Path) -> None:
    write(tmp_path, [article("a", story(1), 1), article("b", story(1)[:150], 1)], "plain")
    _, groups, _, _ = state(tmp_path)
    assert groups is not None
    data = encode_groups(groups.as_groups(), [2])
    assert StoredGroups(data, [2]).as_groups() == groups.as_groups()
    for counts in ([1, 1], [3], []):
        with pytest.raises(Exception, match="groups"):
            StoredGroups(data, counts)


@pytest.mark.skipif(find_core().module is None, reason="the native core is not built")
def test_copies_wait_for_the_last_commit_of_a_run_and_are_not_forgotten(tmp_path: Path) -> None:
    archive = Archive.create(str(tmp_path))
    session = archive._session()
    with session:
        session.add_articles([article("a", story(1), 1)])
        session.commit(more_to_come=True)
        session.add_articles([article("b", story(1)[:190], 1)])
        session.commit(more_to_come=True)
    assert state(tmp_path)[0].groups is None  # as after a kill between two commits
    assert archive.search("*", limit=None).total == 2
    with archive.writer():
        pass
    assert set(leads(tmp_path).values()) == {"a"}
    assert archive.check().sound
