"""Where the tests of the readers find files to read."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "corpus"
SHARED = ROOT.parent / "shared" / "data"


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Return the sample corpus of the repository."""
    if not CORPUS.is_dir():
        pytest.skip("the sample corpus is not in this checkout")
    return CORPUS


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of real data that lies beside the repository, if it does."""
    if not SHARED.is_dir():
        pytest.skip("no real data beside the repository (../shared/data)")
    return SHARED
