"""Are the spellings of a name found, in the archive's own words, and only names?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from searcher import Archive, Article, NameSetError, QueryError
from searcher.codec.core import native_core
from searcher.searching.name_costs import FAR, beginnings, skeleton, units_of, unlikeness

SPOKEN = {
    "Haftar": 9, "Hifter": 4, "Heftar": 2, "Hafter": 1, "Khaftar": 1, "Хафтар": 2, "حفتر": 2,
    "Gaddafi": 5, "Qadhafi": 3, "Kadafi": 2, "Gadhafi": 2, "Mohammed": 3, "Muhammad": 2,
    "Mohamed": 1, "Morales": 2, "Müller": 2, "Mueller": 1, "Okafor": 3,
}  # fmt: skip


@pytest.fixture(params=["native", "plain"])
def archive(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Archive]:
    """Articles that name people, on each of the paths, in two segments."""
    if request.param == "plain":
        monkeypatch.setenv("SEARCHER_NATIVE", "off")
    elif native_core() is None:
        pytest.skip("the native core is not built, or off")
    with Archive.create(tmp_path / "index") as archive:
        number = 0
        for half in (0, 1):
            with archive.writer() as writer:
                for name, count in SPOKEN.items():
                    for _ in range(count // 2 + (count % 2 if half else 0)):
                        number += 1
                        body = f"In Tripoli {name} spoke after the hefty wind, a moral heater."
                        writer.add(
                            Article(f"Talks {number}", body, ("Ada Okafor",), id=f"a{number}")
                        )
        with archive.writer() as writer:
            writer.add(
                Article("Two", "There Khalifa Haftar and K. Hifter and Khalifa Hifter met.", id="x")
            )
        yield archive


def forms(archive: Archive, name: str) -> list[str]:
    return [spelling.form for spelling in archive.names(name).spellings]


def test_spellings_are_those_of_the_archive_with_exact_counts(archive: Archive) -> None:
    found = archive.names("haftar")
    assert found.spellings[0].form == "haftar" and found.query.startswith("haftar OR ")
    counts = {spelling.spelling: spelling.articles for spelling in found.spellings}
    assert counts["Haftar"] == 10 and counts["Hifter"] == 5 and counts["Heftar"] == 2
    assert {"Hafter", "Khaftar", "Хафтар", "حفتر"} <= set(counts)
    for spelling in found.spellings:
        assert archive.search(f"={spelling.form}").total == spelling.articles
        assert archive.search(f"={spelling.form}").understood


def test_words_that_are_written_small_are_no_names(archive: Archive) -> None:
    assert not {"after", "hefty", "heater"} & set(forms(archive, "haftar"))
    assert "heater" not in forms(archive, "heatre")


def test_an_archive_without_capitals_has_names_too(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "small") as archive:
        with archive.writer() as writer:
            for name in ("haftar", "hifter", "heftar"):
                writer.add(Article("talks", f"in tripoli {name} spoke", id=name))
        assert forms(archive, "haftar") == ["haftar", "heftar", "hifter"]


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("gaddafi", {"qadhafi", "kadafi", "gadhafi"}),
        ("qaddafi", {"gaddafi", "qadhafi"}),
        ("mohammed", {"muhammad", "mohamed"}),
        ("müller", {"mueller"}),
        ("хафтар", {"haftar", "khaftar"}),
        ("حفتر", {"haftar", "hifter", "хафтар"}),
    ],
)
def test_other_vowels_consonants_and_scripts_are_found(
    archive: Archive, name: str, others: set[str]
) -> None:
    assert others <= set(forms(archive, name))


def test_a_query_says_what_it_took_and_can_be_asked_again(archive: Archive) -> None:
    results = archive.search("variants:haftar", limit=None)
    assert results.understood.startswith("haftar OR ")
    assert {"hifter", "heftar", "hafter"} <= set(results.understood.split(" OR "))
    again = archive.search(results.understood, limit=None)
    assert [hit.id for hit in again] == [hit.id for hit in results]
    (note,) = results.notes
    assert (note.position, note.end, note.text) == (0, 15, "variants:haftar")
    assert "haftar (10)" in note.message and "hifter (5)" in note.message
    for query in ("name:haftar~", "~~haftar"):
        assert archive.search(query).understood == results.understood
        assert archive.search(query).notes[0].text == query
    assert not again.notes


def test_a_spelling_can_be_taken_out(archive: Archive) -> None:
    whole = archive.search("variants:haftar").understood.split(" OR ")
    less = archive.search("variants:haftar -=Hifter")
    assert less.understood.split(" OR ") == [word for word in whole if word != "hifter"]
    assert "x" in archive.ids("variants:haftar -=hifter")  # it has Haftar too
    other = archive.search("variants:haftar -=wind")
    assert other.understood.endswith("-=wind") and archive.ids(other.understood) == ["x"]
    left = " ".join(f"-={word}" for word in whole)
    with pytest.raises(QueryError, match="no spelling of variants:haftar is left"):
        archive.search(f"variants:haftar {left}")


def test_names_stand_wherever_a_word_can(archive: Archive) -> None:
    one = archive.search("variants:gaddafi").understood
    assert archive.search("variants:gaddafi w/2 tripoli").understood == f"({one}) w/2 tripoli"
    assert archive.search("oil OR title:variants:talks").total > 0
    assert (
        archive.search("NOT variants:haftar").total
        == len(archive) - archive.search("variants:haftar").total
    )
    assert archive.search("byline:variants:okafur").understood == "byline:(okafur OR okafor)"
    assert "(gaddafi OR" in archive.explain("oil variants:gaddafi").understood


def test_a_name_has_its_inflections_only_where_they_are_itself(archive: Archive) -> None:
    assert archive.search("morales").total > 2  # as every word: moral too
    results = archive.search("variants:morales")
    assert results.understood == "=morales" and results.total == 2


def test_a_name_that_the_archive_has_not_is_asked_all_the_same(archive: Archive) -> None:
    results = archive.search("variants:zzyzx")
    assert (results.understood, results.total) == ("=zzyzx", 0)
    assert "only" in results.notes[0].message
    assert archive.names("zzyzx").spellings[0].articles == 0


def test_a_name_of_several_words_is_a_phrase(archive: Archive) -> None:
    found = archive.names("Khalifa Haftar")
    counts = {spelling.form: spelling.articles for spelling in found.spellings}
    assert counts == {"khalifa haftar": 1, "khalifa hifter": 1, "k hifter": 1}
    results = archive.search('variants:"khalifa haftar"')
    assert '"khalifa haftar" OR "khalifa hifter"' in results.understood and results.total == 1
    less = archive.search('variants:"khalifa haftar" -"khalifa hifter"')
    assert '"khalifa hifter"' not in less.understood
    with pytest.raises(QueryError, match="1 to 4 words"):
        archive.names("one two three four five")
    with pytest.raises(QueryError, match="letters"):
        archive.names("2019")


def test_removed_articles_and_limits_count(archive: Archive) -> None:
    archive.remove(query="=hifter")
    assert "hifter" not in forms(archive, "haftar")
    assert len(archive.names("haftar", limit=2).spellings) == 3
    assert len(archive.names("haftar", limit=0).spellings) == 1
    with pytest.raises(ValueError, match="field"):
        archive.names("haftar", field="source")


def test_sets_are_saved_used_and_removed(archive: Archive) -> None:
    archive.save_names("Haftar", ["haftar", "khalifa hifter"])
    assert archive.name_sets() == {"haftar": ("haftar", "khalifa hifter")}
    results = archive.search("@haftar")
    assert results.understood == 'haftar OR "khalifa hifter"' and results.notes
    assert archive.search("@HAFTAR -=haftar").understood == '"khalifa hifter"'
    with archive.writer() as writer:
        writer.add(Article("New", "Haftar.", id="new"))
    archive.optimize()
    assert "new" in archive.ids("@haftar")
    with Archive.open(archive.path) as other:
        other.save_names("haftar", ["hifter"])
    assert archive.search("@haftar").understood == "=hifter"
    with pytest.raises(QueryError, match="did you mean @haftar") as caught:
        archive.search("oil @haftr")
    assert (caught.value.position, caught.value.end) == (4, 10)
    archive.remove_names("haftar")
    with pytest.raises(QueryError, match="no set of names"):
        archive.search("@haftar")
    with pytest.raises(NameSetError):
        archive.remove_names("haftar")


def test_a_query_names_only_so_many_names(archive: Archive) -> None:
    with pytest.raises(QueryError, match="17 names"):
        archive.search(" OR ".join(f"variants:name{letter}" for letter in "abcdefghijklmnopq"))
    assert archive.search("variants:haftar " * 20).total


# ---------------------------------------------------------------- costs


def cost(a: str, b: str) -> float:
    return unlikeness(units_of(a), units_of(b))


def test_what_is_nearer_costs_less() -> None:
    assert cost("haftar", "haftar") == 0
    assert cost("haftar", "heftar") < cost("haftar", "hartar")
    assert cost("gaddafi", "qaddafi") < cost("gaddafi", "saddafi")
    assert cost("schmidt", "shmidt") < cost("schmidt", "smidt")
    assert cost("haftar", "putin") == FAR


def test_costs_are_those_of_the_cheapest_way_and_the_same_in_both_directions() -> None:
    random = Random(7)
    for _ in range(2_000):
        a = "".join(random.choice("aehkqgcfst") for _ in range(random.randrange(1, 7)))
        b = "".join(random.choice("aehkqgcfst") for _ in range(random.randrange(1, 7)))
        there, back = unlikeness(a, b, 99.0), unlikeness(b, a, 99.0)
        assert there == pytest.approx(back)
        assert unlikeness(a, a) == 0 and (there > 0) == (a != b)
        assert unlikeness(a, b, 5.0) == min(there, 5.0)


def test_names_begin_with_letters_of_the_same_sound() -> None:
    assert {"g", "q"} <= set(beginnings("g")) and "k" in beginnings("q")
    assert beginnings("m") == "m"
    assert skeleton(units_of("haftar\nhifter")) == "ftr\nftr"
    assert skeleton(units_of("mohammed")) == skeleton(units_of("mehmet"))
