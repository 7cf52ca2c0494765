"""Is what a view meets said as an error of the index that it reads?"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from searcher import Archive, IndexDamagedError
from searcher.searching.periods import day_at
from searcher.searching.pool import ViewPool


def test_a_value_that_nobody_wrote_is_damage_of_that_index(tmp_path: Path) -> None:
    Archive.create(tmp_path / "index").close()
    pool = ViewPool(str(tmp_path / "index"), now=lambda: dt.datetime.now(dt.UTC))
    with pytest.raises(IndexDamagedError, match="no calendar") as caught:
        pool.read(lambda view: day_at(-(2**31)))
    assert str(tmp_path / "index") in str(caught.value)
    pool.close()
