"""How are the sentences and paragraphs of a body kept?

As one row of ascending numbers: for every sentence twice the position it begins at,
plus one where a paragraph begins too.  Stored like positions (`postings.py`).
"""

from __future__ import annotations

from collections.abc import Sequence

from whoosh.reading import CorruptIndexError

from searcher.codec.postings import BinaryPositions

__all__ = ["decode_boundaries", "encode_boundaries"]

_POSITIONS = BinaryPositions()
_NUMBER_BYTES = 4
_LAST_POSITION = (1 << 32) - 1


def encode_boundaries(sentence_starts: Sequence[int], paragraph_starts: Sequence[int]) -> bytes:
    """Encode where sentences and paragraphs begin; a paragraph begins with a sentence."""
    paragraphs = set(paragraph_starts)
    return _POSITIONS.encode([2 * start + (start in paragraphs) for start in sentence_starts])


def decode_boundaries(data: bytes) -> tuple[list[int], list[int]]:
    """Undo `encode_boundaries`: (sentence starts, paragraph starts).

    Raises:
        CorruptIndexError: `data` is no such row.
    """
    if len(data) % _NUMBER_BYTES:
        raise CorruptIndexError(f"boundaries are cut: {len(data):,} bytes")
    codes = _POSITIONS.decode_positions(data)
    starts = [code >> 1 for code in codes]
    if starts and (starts[-1] > _LAST_POSITION or len(set(starts)) < len(starts)):
        raise CorruptIndexError("boundaries do not ascend, or reach too far")
    return starts, [code >> 1 for code in codes if code & 1]
