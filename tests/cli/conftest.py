"""An index of the sample corpus, made once by the command line itself."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from .helpers import ROOT, quick, run


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The sample corpus of this repository."""
    if not (ROOT / "corpus").is_dir():
        pytest.skip("the sample corpus is not in this checkout")
    return ROOT / "corpus"


@pytest.fixture(scope="session")
def index(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the good files of the corpus; not to be written to."""
    directory = tmp_path_factory.mktemp("corpus") / "index"
    done = run("index", corpus, "--exclude", "malformed", "--index", directory)
    assert done.returncode == 0, done.stderr
    return directory


@pytest.fixture(scope="session")
def truce_id(index: Path) -> str:
    """The id of "Truce talks fail as Tripoli airport falls"."""
    return quick("query", 'title:"truce talks fail"', "--ids", "--index", index).out.strip()


@pytest.fixture
def own_index(index: Path, tmp_path: Path) -> Path:
    """A copy of `index` to be written to, or broken."""
    return Path(shutil.copytree(index, tmp_path / "index"))
