"""What holds for all tests: none fails because the machine is busy, none writes into your home.

Hypothesis gives each example 200 ms by default; how long one takes depends on what else
runs, and on which parser it is the first to load.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator

import pytest
from hypothesis import settings

settings.register_profile("without a clock", deadline=None)
settings.load_profile("without a clock")

# What pytest makes of the files of tests is kept for the next process and the next run, whatever
# the environment says: that is half of the time before the first test. The processes that tests
# start do as the environment says.
sys.dont_write_bytecode = False


def pytest_collection() -> None:
    """Thousands of tests are made and none let go: none is looked through for garbage."""
    gc.disable()


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def state_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The key that seals alerts is not yours."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield
