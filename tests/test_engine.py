"""Do an index directory and an archive on a cluster answer by the same methods?"""

from __future__ import annotations

from pathlib import Path

from searcher import Archive, Article
from searcher.cluster.archive import ClusterArchive
from searcher.engine import Engine


def as_engines(directory: Archive, cluster: ClusterArchive) -> tuple[Engine, Engine]:
    """That this passes mypy is the test."""
    return directory, cluster


def titles(engine: Engine, query: str) -> list[str]:
    return [hit.title for hit in engine.search(query)]


def test_who_takes_an_engine_takes_an_index_directory(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "index") as archive:
        with archive.writer() as writer:
            writer.add(Article("Truce", "It holds."))
        assert titles(archive, "truce") == ["Truce"]


def test_every_method_of_an_engine_is_one_of_both() -> None:
    names = {name for name in vars(Engine) if not name.startswith("_")}
    assert all(hasattr(kind, name) for kind in (Archive, ClusterArchive) for name in names)
