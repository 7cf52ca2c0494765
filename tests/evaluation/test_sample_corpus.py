"""Is the ranking as good on the sample corpus as it was?

The figures are pinned to four digits, so that no change of the ranking goes unnoticed. When it
was meant: `python -m tests.evaluation.test_sample_corpus` prints the line that is right now.
Better figures here are no evidence, 56 articles are few; that is what `benchmarks/quality` has.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pytest

from searcher import Archive
from searcher.codec.core import find_core

pytestmark = pytest.mark.same_without_core

CORPUS = Path(__file__).parents[2] / "corpus"
PINNED = {"AP": 0.9105, "nDCG@10": 0.9357}


def figures(folder: Path) -> tuple[dict[str, float], tuple[str, ...]]:
    with Archive.create(folder / "index") as archive:
        archive.index(CORPUS, workers=0)
        done = archive.evaluate(
            CORPUS / "topics.tsv",
            CORPUS / "qrels.txt",
            measures=list(PINNED),
            syntax=True,
            id_field="path",
        )
    assert len(done.topics) == 19
    return {name: round(mean, 4) for name, mean in done.means.items()}, done.remarks


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the sample corpus is not in this checkout")
@pytest.mark.parametrize("native", ["auto", "off"])
def test_the_figures_are_the_pinned_ones(
    native: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if native == "auto" and find_core().module is None:
        pytest.skip("the native core is not here")
    monkeypatch.setenv("SEARCHER_NATIVE", native)
    assert figures(tmp_path) == (PINNED, ())


if __name__ == "__main__":
    os.environ.setdefault("SEARCHER_NATIVE", "off")
    with tempfile.TemporaryDirectory() as folder:
        sys.stdout.write(f"PINNED = {figures(Path(folder))[0]}\n")
