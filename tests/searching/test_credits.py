"""Does `credit:` find what credits an agency, in both kinds of segment and after merges?"""

from __future__ import annotations

import json
import zlib
from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from searcher import Archive, Article, QueryError
from searcher.agencies import AGENCIES, agency_title
from searcher.analysis.credits import credits_of
from searcher.codec.core import native_core
from searcher.fields import FIELDS
from searcher.indexing.session import WriteSession
from searcher.query import parse

KINDS = ("plain", "native") if native_core() else ("plain",)
MARKS = (
    "",
    "LONDON, Feb 3 (Reuters) - ",
    "(Bloomberg) -- ",
    "Berlin (dpa/AFP) - ",
    "He told Reuters that ",
    "Praha (ČTK) - ",
)
ENDS = (
    "",
    "\n\nReuter",
    "\n\n(With inputs from PTI)",
    " a Reuters poll said",
    "\n\n©2020 Bloomberg L.P.",
)
NAMES = ("Ann Lee", "Jane Doe, Reuters", "AP Singh", "Associated Press")
SOURCES = (None, "Herald", "reuters", "The Associated Press", "AP Daily")


def random_articles(random: Random, count: int) -> list[Article]:
    return [
        Article(
            f"Flood {number}",
            random.choice(MARKS) + "the river rose " * random.randrange(200) + random.choice(ENDS),
            byline=tuple(random.sample(NAMES, random.randrange(3))),
            source=random.choice(SOURCES),
            id=f"a{number}",
            metadata=random.choice(({}, {"credit": "Ann Lee/EFE"}, {"agency": ("UPI", "Kyodo")})),
        )
        for number in range(count)
    ]


PIECES = (
    *(name for names in AGENCIES.values() for name in names),
    *(
        "(",
        ")",
        ") - ",
        ")- ",
        ") _ ",
        ")  - ",
        ")\u00a0- ",
        ") \u2014 ",
        " ",
        "\n",
        ", ",
        "/",
        ": ",
    ),
    *("the ", "x", "é", "1", ".", "_", "contributed", "copyright ", "LONDON, Feb 3 ", "-- "),
)


def pieced_articles(random: Random, count: int) -> list[Article]:
    """Articles in whose looked at places names and marks stand in any order, cut anywhere."""

    def pieces(most: int) -> str:
        return "".join(random.choices(PIECES, k=random.randrange(most)))

    return [
        Article(
            f"Flood {number}",
            random.choice(("", "LONDON (", "x" * random.randrange(180, 204)))
            + pieces(6)
            + random.choice(("", "the river rose. " * random.randrange(60)))
            + random.choice(("", pieces(6) + "y" * random.choice((0, random.randrange(380, 402))))),
            byline=(pieces(4),) if random.random() < 0.2 else (),
            source=random.choice((None, None, "Herald", "reuters")),
            id=f"a{number}",
        )
        for number in range(count)
    ]


@pytest.mark.skipif(native_core() is None, reason="the native core is not built")
@pytest.mark.parametrize("seed", range(4))
def test_the_core_credits_what_the_definition_does(tmp_path: Path, seed: int) -> None:
    made = pieced_articles(Random(seed), 3000)
    archive = Archive.create(tmp_path)
    with WriteSession(str(tmp_path), kind="native") as session:
        session.add_articles(made)
        session.commit()
    assert len(archive) == len(made)
    found: dict[str, set[str]] = {}
    for code in AGENCIES:
        for id in archive.ids(f'credit:"{code}"'):
            found.setdefault(id, set()).add(code)
    for one in made:
        assert found.get(one.id, set()) == set(credits_in(one)), one


def credits_in(one: Article) -> list[str]:
    held = [one.metadata.get(name, ()) for name in ("agency", "credit")]
    given = [t for texts in held for t in ((texts,) if isinstance(texts, str) else texts)]
    return credits_of(one.body, one.byline, one.source, given)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", KINDS)
def test_credits_are_found_as_by_brute_force(tmp_path: Path, kind: str, seed: int) -> None:
    random = Random(seed)
    made = {one.id: one for one in random_articles(random, 120)}
    archive = Archive.create(tmp_path)
    articles = list(made.values())
    for start in range(0, 120, 40):
        with WriteSession(str(tmp_path), kind=kind) as session:
            session.add_articles(articles[start : start + 40])
            session.commit()
    changed = replace(made["a1"], body="BEIJING (Xinhua) - The river rose.", byline=(), source=None)
    with WriteSession(str(tmp_path), kind=kind) as session:
        session.add_articles([changed])
        session.remove("a2")
        session.commit()
    made["a1"] = changed
    del made["a2"]
    for _ in range(2):
        counted: Counter[str] = Counter()
        for one in made.values():
            counted.update(credits_in(one))
        for code in AGENCIES:
            asked = f'credit:"{code}"'
            assert set(archive.ids(asked)) == {
                one.id for one in made.values() if code in credits_in(one)
            }, code
        wire = {one.id for one in made.values() if credits_in(one)}
        assert set(archive.ids("is:wire")) == wire
        assert set(archive.ids("NOT is:wire")) == set(made) - wire
        assert set(archive.ids("credit:r* OR credit:upi")) == {
            one.id
            for one in made.values()
            if any(code[0] == "r" or code == "upi" for code in credits_in(one))
        }
        facet = archive.facets("*", "credit", limit=None).of("credit")
        assert {row.value: row.articles for row in facet.rows} == {
            agency_title(code): n for code, n in counted.items()
        }
        assert facet.without == len(made) - len(wire)
        archive.optimize()


def test_what_was_understood_reads_back_the_same(tmp_path: Path) -> None:
    archive = Archive.create(tmp_path)
    with archive.writer() as writer:
        writer.add(Article("Flood", "WEND (AP) - The river rose.", id="a"))
    for typed, understood in (
        ("is:wire", "credit:*"),
        ("credit:ap", "credit:ap"),
        ('credit:"Associated Press"', "credit:ap"),
        ('credit:"Dow Jones Newswires"', 'credit:"dow jones"'),
    ):
        found = archive.search(typed)
        assert found.understood == understood and parse(understood) == parse(typed)
        assert found.total == ("dow" not in understood)
    for typed, told in (("credit:reutres", "credit:reuters"), ("is:wier", "is:wire")):
        with pytest.raises(QueryError) as caught:
            archive.search(typed)
        assert caught.value.suggestion == f"did you mean {told}?"
    with pytest.raises(QueryError, match="no agency gazette"):
        archive.search("credit:gazette")


def aged(path: Path) -> None:
    """Say that an index was made by the rules before."""
    (manifest,) = path.glob("manifest-*.json")
    value = json.loads(manifest.read_bytes())
    assert value.pop("crc") and value["analysis"] == "3"
    data = json.dumps({**value, "analysis": "2"}, separators=(",", ":")).encode()[:-1]
    manifest.write_bytes(data + b',"crc":%d}' % zlib.crc32(data))


@pytest.mark.parametrize("kind", KINDS)
def test_an_archive_from_before_says_that_it_does_not_know(tmp_path: Path, kind: str) -> None:
    made = Archive.create(tmp_path, values=["country"])
    made.close()
    aged(tmp_path)
    for id in "ab":
        with WriteSession(str(tmp_path), kind=kind) as session:
            session.add_articles([Article("Flood", "WEND (AP) - The river rose.", id=id)])
            session.commit()
    archive = Archive.open(tmp_path)
    for typed in ("is:wire", "river credit:ap"):
        with pytest.raises(QueryError, match="made before it was kept which agencies") as caught:
            archive.search(typed)
        assert (
            caught.value.suggestion is not None
            and "index PATH --index NEW" in caught.value.suggestion
        )
    with pytest.raises(ValueError, match="not 'credit'"):
        archive.facets("*", "credit")
    assert archive.fields == FIELDS.with_values("country").without_credits()
    archive.optimize()
    assert archive.ids("river") == ["a", "b"]
    assert [one.credit for one in archive.copies("a").articles] == ["AP", "AP"]
