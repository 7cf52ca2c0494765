"""Are edited articles of a real archive found again, and is nothing else taken for a copy?"""

from __future__ import annotations

import json
import lzma
from collections import Counter
from pathlib import Path

import pytest

from searcher.analysis import Analyzer
from searcher.copies.gathered import Gathered
from searcher.copies.grouping import Groups, regroup

pytestmark = pytest.mark.same_without_core

EDITED = Path(__file__).parents[3] / "shared" / "data" / "newsroom" / "edited.jsonl.xz"
# Beside those with a bar of their own; `footer_alone` may be either.
MUST_NOT = {"numbers", "wrapup", "takes", "template_brief", "empty"}


def test_edited_articles_are_found_and_others_are_not() -> None:
    if not EDITED.exists():
        pytest.skip(f"{EDITED.name} is not in {EDITED.parent}")
    forms = Analyzer("en").forms
    called: Counter[str] = Counter()
    all_of: Counter[str] = Counter()
    with lzma.open(EDITED) as file:
        rows = [json.loads(line) for line in file]
    for row in rows:
        holdings, groups = Gathered(), Groups()
        for side in "ab":
            holdings.add(side, forms(row[side]))
        regroup(holdings, groups, holdings.numbers())
        all_of[row["family"]] += 1
        called[row["family"]] += len(set(groups.leads.values())) == 1
    for family in MUST_NOT:
        assert called[family] <= 0.01 * all_of[family], family
    assert called["footer_only_brief"] <= 0.03 * all_of["footer_only_brief"]
    copies = set(all_of) - MUST_NOT - {"footer_only_brief", "footer_alone"}
    assert len(copies) == 17
    for family in copies:
        assert called[family] >= 0.95 * all_of[family], family
    assert sum(called[f] for f in copies) >= 0.99 * sum(all_of[f] for f in copies)
