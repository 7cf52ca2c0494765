"""Does what is freed go back to the system?"""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

GROW_AND_FREE = """
import re, sys, threading
from pathlib import Path
from searcher.serving.memory import give_back_what_is_freed

assert give_back_what_is_freed()

def own_kb():
    return int(re.search(r"RssAnon:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])

kept = []

def search():
    large = []
    for _ in range(30):
        large.append(b"x" * 1_000_000)
        kept.append(b"x" * 2_000)  # above it in the heap

def crowd():
    threads = [threading.Thread(target=search) for _ in range(8)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()

before = own_kb()
for _ in range(4):
    crowd()
print(own_kb() - before)
"""


@pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="another library of C has other heaps"
)
def test_rounds_of_large_searches_leave_a_process_as_small_as_it_was() -> None:
    done = subprocess.run(
        [sys.executable, "-c", GROW_AND_FREE], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 8_000, "one search held 30,000 kB, a round 240,000"
