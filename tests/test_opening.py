"""Is what others put under a name opened only if it is a file, and read only as far as it may?"""

from __future__ import annotations

import errno
import resource
from pathlib import Path

import pytest

from searcher.opening import read_bounded

pytestmark = pytest.mark.same_without_core


def test_a_file_is_read_up_to_its_bound_and_one_byte_more_is_too_large(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x" * 10)
    assert read_bounded(file, 10) == b"x" * 10
    with pytest.raises(OSError) as caught:
        read_bounded(file, 9)
    assert caught.value.errno == errno.EFBIG


def test_a_huge_file_without_blocks_costs_no_memory(tmp_path: Path) -> None:
    file = tmp_path / "sparse"
    with file.open("wb") as made:
        made.truncate(4 << 30)
    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(OSError) as caught:
        read_bounded(file, 1 << 30)
    assert caught.value.errno == errno.EFBIG
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb < 100_000


@pytest.mark.skipif(not Path("/proc/cpuinfo").exists(), reason="needs /proc")
def test_what_says_nothing_of_its_size_is_bounded_all_the_same() -> None:
    with pytest.raises(OSError) as caught:
        read_bounded("/proc/cpuinfo", 5)
    assert caught.value.errno == errno.EFBIG
