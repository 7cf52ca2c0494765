"""Do searches follow the rules of text analysis that the index was made with?

Elided words and the stems of English, on both paths, and in an index of older rules.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from searcher import Archive, Article, IndexStateError
from searcher.codec.core import native_core

FRENCH = (
    ("sonde", "La sonde part pour l'univers lointain, dit l’agence. Qu'il parte!"),
    ("musee", "Le musée d’Orsay et L'Orangerie. Aujourd'hui, N'Djamena."),
    ("impot", "Un bureau d'imposition."),
)
KEPT = Path(__file__).parents[1] / "codec" / "kept" / "format-2"


@pytest.fixture(params=["native", "plain"])
def path(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each of the paths in turn."""
    if request.param == "plain":
        monkeypatch.setenv("SEARCHER_NATIVE", "off")
    elif native_core() is None:
        pytest.skip("the native core is not built, or off")
    return str(request.param)


@pytest.fixture
def french(path: str, tmp_path: Path) -> Iterator[Archive]:
    with Archive.create(tmp_path / "index", language="fr") as archive:
        with archive.writer() as writer:
            for id, body in FRENCH:
                writer.add(Article(id, body, id=id))
        yield archive


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("univers", ["sonde"]),
        ("l'univers", ["sonde"]),
        ("d’univers", ["sonde"]),
        ("=univers", ["sonde"]),
        ('"part pour l\'univers"', ["sonde"]),
        ('"part pour univers lointain"', ["sonde"]),
        ("l'univ*", ["sonde"]),
        ("L’?nivers", ["sonde"]),
        ("l'univres~", ["sonde"]),
        ("pour pre/1 univers", ["sonde"]),
        ("orsay w/2 orangerie", ["musee"]),
        ("ndjamena", ["musee"]),
        ("N’Djamena", ["musee"]),
        ("djamena", []),
        ("aujourd'hui", ["musee"]),
        ("hui", []),
        ("lunivers", []),
        ("imposition", ["impot"]),
    ],
)
def test_elided_words_do_not_count_in_french(french: Archive, query: str, ids: list[str]) -> None:
    assert french.ids(query) == ids


def test_what_is_elided_is_marked_with_its_word(french: Archive) -> None:
    (hit,) = french.search("univers agence").hits
    assert "**l'univers**" in hit.snippet and "**l’agence**" in hit.snippet
    marked = french.marks("sonde", "univers")
    assert [FRENCH[0][1][start:end] for start, end in marked.body] == ["l'univers"]


def test_an_elided_stop_word_does_not_rank(french: Archive) -> None:
    assert french.search("qu'il univers").understood == french.search("univers").understood


def test_english_keeps_its_names_whole_and_its_meanings_apart(path: str, tmp_path: Path) -> None:
    with Archive.create(tmp_path / "index") as archive:
        with archive.writer() as writer:
            writer.add(Article("a", "Mr d'Arcy said importing was important.", id="arcy"))
            writer.add(Article("b", "The United authorities of L'Aquila", id="united"))
            writer.add(Article("c", "Units; an author; even", id="unit"))
        assert archive.ids("darcy") == archive.ids("d’Arcy") == archive.ids("imports") == ["arcy"]
        assert archive.ids("arcy") == archive.ids("evening") == archive.ids("aquila") == []
        assert archive.ids("unite") == archive.ids("authority") == ["united"]
        assert archive.ids("unit") == archive.ids("authors") == ["unit"]


@pytest.mark.parametrize("kind", ["native", "plain"])
def test_an_index_keeps_the_rules_that_it_was_made_with(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind == "plain":
        monkeypatch.setenv("SEARCHER_NATIVE", "off")
    elif native_core() is None:
        pytest.skip("the native core is not built, or off")
    index = tmp_path / "index"
    _make_with_rules(index, "1")
    with Archive.open(index) as archive:
        assert archive.stats().analysis == "1"
        with archive.writer() as writer:
            writer.add(Article("b", "Qu'il importe l'univers.", id="new"))
        archive.optimize()
        assert sorted(archive.ids("lunivers")) == ["new", "old"]
        assert archive.ids("univers") == []
        assert archive.stats().analysis == "1" and archive.check().sound


def _make_with_rules(index: Path, version: str) -> None:
    with Archive.create(index, language="fr"):
        pass
    _rewrite(index, analysis=version)
    with Archive.open(index) as archive, archive.writer() as writer:
        writer.add(Article("a", "La sonde part pour l'univers.", id="old"))


def _rewrite(index: Path, **values: object) -> None:
    (path,) = index.glob("manifest-*.json")
    value = json.loads(path.read_text()) | values
    del value["crc"]
    data = json.dumps(value, separators=(",", ":")).encode()[:-1]
    path.write_bytes(data + b',"crc":%d}' % zlib.crc32(data))


def test_rules_that_are_not_known_are_told(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "index"):
        pass
    _rewrite(tmp_path / "index", analysis="99")
    with pytest.raises(IndexStateError, match=r"analysis rules 99, .* rules 1, 2.*newer Searcher"):
        Archive.open(tmp_path / "index")


def test_kept_indexes_are_of_the_first_rules() -> None:
    for kind in ("native", "plain"):
        (manifest,) = (KEPT / kind).glob("manifest-*.json")
        assert json.loads(manifest.read_text())["analysis"] == "1"
