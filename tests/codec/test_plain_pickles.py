"""Is a plain index opened, searched, checked and merged without one pickle?"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.codec.damage_cases import QUERIES, make_index

# Whoosh binds `load` and `loads` when it is imported, so they are taken away before.
USED = """
import pickle, sys

def refuse(*_, **__):
    raise SystemExit("a pickle was loaded")

def hook(event, args):
    if event == "pickle.find_class":
        refuse()

pickle.load = pickle.loads = refuse
sys.addaudithook(hook)

from searcher import Archive, Article

directory, *queries = sys.argv[1:]
with Archive.open(directory) as archive:
    for query in queries:
        archive.search(query)
    archive.get("known")
    archive.stats()
    assert archive.check().sound
    with archive.writer() as writer:
        writer.add(Article("Oil", "No words of it.", id="b"))
        writer.remove("0-7")
        writer.optimize()
    assert archive.check().sound
    print(archive.search("oil").total > 0)
"""


def test_no_pickle_is_loaded_whatever_is_done_with_a_plain_index(tmp_path: Path) -> None:
    make_index(tmp_path / "index", "plain")
    done = subprocess.run(
        [sys.executable, "-c", USED, str(tmp_path / "index"), *QUERIES],
        env={**os.environ, "SEARCHER_NATIVE": "off"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stdout == "True\n", done.stderr
    assert len(list((tmp_path / "index").glob("MAIN_*.trm"))) == 1
