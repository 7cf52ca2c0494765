"""Is each new article reported exactly once, whatever happens in whatever order?

SEARCHER_ALERT_SEQUENCES is the number of random sequences (4 by default), SEARCHER_ALERT_SEED
the first of them.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

SEQUENCES = os.environ.get("SEARCHER_ALERT_SEQUENCES", "4")
SEED = os.environ.get("SEARCHER_ALERT_SEED", "1")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_each_new_article_is_delivered_exactly_once() -> None:
    command = [sys.executable, "-m", "tests.alerting.sequences"]
    done = subprocess.run(
        [*command, "--sequences", SEQUENCES, "--seed", SEED], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.startswith(f"{SEQUENCES} sequences, ")
