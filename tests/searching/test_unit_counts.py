"""Are texts and stories counted as brute force counts them, and do their sums hold?"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from searcher import Archive, Article, IndexStateError
from searcher.indexing.session import WriteSession
from tests.indexing.test_copies import KINDS, leads
from tests.indexing.test_stories import firsts, random_articles
from tests.reference.counting import period_of


def order(one: Article) -> tuple[bool, dt.date, int, str]:
    day = one.date
    assert not isinstance(day, dt.datetime)
    return day is None, day or dt.date.min, -len(one.body.split()), one.id


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", KINDS)
def test_texts_and_stories_are_counted_as_by_brute_force(
    tmp_path: Path, kind: str, seed: int
) -> None:
    random = Random(seed)
    sources = (None, "Wire", "Herald", "Gazette")
    made = [replace(one, source=random.choice(sources)) for one in random_articles(random, 80)]
    archive = Archive.create(str(tmp_path))
    for part in (made[:50], made[50:]):
        with WriteSession(str(tmp_path), kind=kind) as session:
            session.add_articles(part)
            session.commit()
    archive.define_stories(True)
    by_id = {one.id: one for one in made}
    lead_of, first_of = leads(tmp_path), firsts(tmp_path)
    for unit, unit_of in (("texts", lead_of), ("stories", first_of)):
        for query in (
            "*",
            *(f"w{random.randrange(60)} OR w{random.randrange(60)}" for _ in range(5)),
        ):
            shown: dict[str, Article] = {}
            for one in sorted((by_id[id] for id in archive.ids(query)), key=order):
                shown.setdefault(unit_of.get(one.id, one.id), one)
            facets = archive.facets(query, by=["source", "day"], limit=None, count=unit)
            assert facets.unit == unit and facets.total == len(shown)
            counted = Counter(one.source for one in shown.values() if one.source)
            assert {row.value: row.articles for row in facets.of("source").rows} == counted
            assert facets.of("source").without == len(shown) - counted.total()
            shares = archive.facets(query, by="source", limit=None, count=unit, share=True)
            sourced = Counter(s for _, s in {(unit_of.get(o.id, o.id), o.source) for o in made})
            (facet,) = shares.facets
            assert {row.value: (row.articles, row.archive) for row in facet.rows} == {
                source: (n, sourced[source]) for source, n in counted.items()
            }
            assert facet.archive_without == sourced[None]
            assert all(0 < (row.share or 0) <= 1 for row in facet.rows)
            timeline = archive.timeline(query, by="day", whole=True, count=unit)
            days = Counter(period_of(one.date, "day") for one in shown.values() if one.date)
            found = {p.label: p.articles for p in timeline.periods if p.articles}
            assert found == days and timeline.total == len(shown)
            assert days.total() + timeline.series[0].undated == len(shown)
            there = {(unit_of.get(one.id, one.id), one.date) for one in made if one.date}
            archived = Counter(date.isoformat() for _, date in there if date)
            assert {p.label: p.archive for p in timeline.periods if p.archive} == archived
            assert all(p.share is None or p.share <= 1 for p in timeline.periods)
            split = archive.timeline(query, by="day", split="source", limit=None, count=unit)
            pairs = Counter((one.source, one.date) for one in shown.values())
            assert {
                (series.value, period.first): period.articles
                for series in split.series
                for period in series.periods
                if period.articles
            } == {pair: n for pair, n in pairs.items() if pair[1]}
        counts = archive.search("*", group="copies").counts
        assert counts is not None
        assert archive.facets("*", by="source", count=unit).total == getattr(counts, unit)


def test_what_is_not_known_is_not_counted(tmp_path: Path) -> None:
    archive = Archive.create(str(tmp_path))
    with archive.writer() as writer:
        writer.add(Article("Flood", "Wend is flooded.", id="a"))
    assert archive.facets("*", by="source", count="texts").total == 1
    with pytest.raises(IndexStateError, match="groups --stories"):
        archive.timeline("*", count="stories")
    archive.define_groups(False)
    with pytest.raises(IndexStateError, match="groups --rebuild"):
        archive.facets("*", by="source", count="texts")
    for ask in (archive.facets, archive.timeline):
        with pytest.raises(ValueError, match="count is one of articles, texts, stories"):
            ask("*", by="day", count="words")
