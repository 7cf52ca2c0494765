"""Does an index of every format that was ever released open still?

The folders under `kept/` were made by the Searcher of their time (`kept/make.py`) and are
never made again.
"""

from __future__ import annotations

import json
import shutil
import zlib
from pathlib import Path

import pytest

from searcher import Archive, Article, IndexDamagedError, IndexStateError
from searcher.codec.core import native_core

KEPT = Path(__file__).parent / "kept"
INDEXES = sorted(KEPT.glob("format-*/*"))
ANSWERS = {
    "captain": {0, 1, 2, 4, 5, 6, 7, 8, 10, 11},
    '"the sound"': {0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11},
    "fog": {9},
    "byline:lund AND byline:ek": {2, 5, 8, 11},
    "source:sound*": {0, 2, 4, 6, 8, 10},
    "has:date": {1, 5, 7, 11},
    "date:2019-04-13": {5},
    "country:dk": {5},
    "has:country": {5},
    "section:harbour since:2019-04-10": {5, 7, 11},
    "calm w/s sea": {0, 1, 2, 4, 5, 6, 7, 8, 10, 11},
}


@pytest.fixture(params=INDEXES, ids=lambda path: f"{path.parent.name}-{path.name}")
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of one of them."""
    if request.param.name == "native" and native_core() is None:
        pytest.skip("the native core is not built, or off")
    return shutil.copytree(request.param, tmp_path / "index")


def test_there_is_one_of_each_kind() -> None:
    assert {path.name for path in INDEXES} == {"native", "plain"}


def test_it_answers_as_it_did(kept: Path) -> None:
    with Archive.open(kept) as archive:
        assert len(archive) == 11 and archive.fields.own == ("country",)
        for query, numbers in ANSWERS.items():
            assert set(archive.ids(query)) == {f"kept-{number}" for number in numbers}, query
        article = archive.get("kept-5")
        assert article.metadata == {"country": ("SE", "DK")} and article.byline[1] == "Bo Ek"
        assert str(article.date) == "2019-04-13 01:00:00+03:00"
        assert archive.stats().values["country"] == {"DK": 1, "SE": 1}
        assert archive.check().sound


def test_it_is_written_on(kept: Path) -> None:
    with Archive.open(kept) as archive:
        with archive.writer() as writer:
            writer.add(Article("A bridge", "A bridge over the sound.", id="new"))
            writer.remove("kept-0")
        archive.optimize()
        assert set(archive.ids("sound")) >= {"new", "kept-9"} and len(archive) == 11
        assert archive.ids("country:se") == ["kept-5"] and archive.check().sound


def test_a_manifest_of_an_older_format_says_that_the_index_is_to_be_made_anew(kept: Path) -> None:
    (path,) = kept.glob("manifest-*.json")
    value = json.loads(path.read_text()) | {"format": 1}
    del value["crc"]
    data = json.dumps(value, separators=(",", ":")).encode()[:-1]
    path.write_bytes(data + b',"crc":%d}' % zlib.crc32(data))
    with pytest.raises(IndexStateError, match=r"older Searcher \(format 1.*searcher index PATH"):
        Archive.open(kept)


@pytest.mark.skipif(native_core() is None, reason="the native core is not built, or off")
def test_a_segment_file_of_an_older_format_is_told(tmp_path: Path) -> None:
    index = shutil.copytree(KEPT / "format-2" / "native", tmp_path / "index")
    path = sorted(index.glob("*.nseg"))[0]
    data = bytearray(path.read_bytes())
    assert data[8:12] == (2).to_bytes(4, "little")
    data[8:12] = (1).to_bytes(4, "little")
    path.write_bytes(data)
    with pytest.raises(IndexDamagedError, match="version 1 of the format"):
        Archive.open(index).ids("sound")
