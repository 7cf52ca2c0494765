"""Where did a field come from, and how sure is it?

Readers of pages weigh what stands in several places.  What they settle on they write down
as `Evidence`: the field, the value as text, its origin in words ("JSON-LD datePublished",
"line under the headline"), and a confidence from 0 to 1, which orders origins by how often
they were right on real pages.  It is no probability.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["Evidence", "sureness"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a field has its value."""

    field: str
    value: str
    origin: str
    confidence: float


def sureness(score: float, even: float, width: float = 2.0) -> float:
    """Turn a sum of weights into a confidence: 0.5 at `even`, near 1 some widths above."""
    return round(1 / (1 + math.exp(-max(-30.0, min(30.0, (score - even) / width)))), 2)
