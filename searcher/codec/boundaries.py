"""How are the sentences and paragraphs of a body kept?

As one row of ascending numbers: for every sentence twice the position it begins at,
plus one where a paragraph begins too.  Stored like positions (`postings.py`).
"""

from __future__ import annotations

from collections.abc import Sequence

from searcher.codec.postings import BinaryPositions

__all__ = ["decode_boundaries", "encode_boundaries"]

_POSITIONS = BinaryPositions()


def encode_boundaries(sentence_starts: Sequence[int], paragraph_starts: Sequence[int]) -> bytes:
    """Encode where sentences and paragraphs begin; a paragraph begins with a sentence."""
    paragraphs = set(paragraph_starts)
    return _POSITIONS.encode([2 * start + (start in paragraphs) for start in sentence_starts])


def decode_boundaries(data: bytes) -> tuple[list[int], list[int]]:
    """Undo `encode_boundaries`: (sentence starts, paragraph starts)."""
    codes = _POSITIONS.decode_positions(data)
    return [code >> 1 for code in codes], [code >> 1 for code in codes if code & 1]
