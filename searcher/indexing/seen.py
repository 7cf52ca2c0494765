"""Which articles has a run seen, in a few bytes each?

A run over a file of a million records must know of each identity whether it came before, and
in which file.  A set of a million strings takes 130 MB, a dict of them more; `SeenIds` keeps
64 bits of each, which takes 12 to 24 MB with a small number beside it.

The 64 bits are Python's own hash of the string: keyed anew in each process, so that nobody
can make identities that meet; that any two of a million do has a chance of one in forty
million.  Open addressing with linear probing (Knuth 6.4, algorithm L).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable

__all__ = ["SeenIds"]

_EMPTY, _GONE = 0, 1  # of no identity
_LEAST = 1 << 10
_BITS = (1 << 64) - 1


class SeenIds:
    """A set of identities, each with a number from 0 to 4 billion."""

    def __init__(self) -> None:
        self._clear(_LEAST)

    def __len__(self) -> int:
        return self._count

    def __contains__(self, id: str) -> bool:
        return self._keys[self._place(_key(id))] > _GONE

    def add(self, id: str, number: int = 0) -> None:
        """Add `id`, or change its number."""
        self._put(_key(id), number)
        if self._used * 3 > len(self._keys) * 2:
            self._grow()

    def update(self, ids: Iterable[str]) -> None:
        """Add all of `ids`."""
        for id in ids:
            self.add(id)

    def number(self, id: str) -> int | None:
        """The number of `id`; None if it is not there."""
        place = self._place(_key(id))
        return self._numbers[place] if self._keys[place] > _GONE else None

    def discard(self, id: str) -> None:
        """Take `id` out, if it is there."""
        place = self._place(_key(id))
        if self._keys[place] > _GONE:
            self._keys[place] = _GONE
            self._count -= 1

    def _place(self, key: int) -> int:
        """Where `key` is, or the empty place at which it would be looked for last."""
        keys, mask = self._keys, self._mask
        place = key & mask
        while (found := keys[place]) != key and found != _EMPTY:
            place = (place + 1) & mask
        return place

    def _put(self, key: int, number: int) -> None:
        place = self._place(key)
        if self._keys[place] == _EMPTY:
            self._keys[place] = key
            self._count += 1
            self._used += 1
        self._numbers[place] = number

    def _grow(self) -> None:
        keys, numbers = self._keys, self._numbers
        self._clear(len(keys) * (2 if self._count * 3 > len(keys) else 1))
        for key, number in zip(keys, numbers, strict=True):
            if key > _GONE:
                self._put(key, number)

    def _clear(self, places: int) -> None:
        self._keys = array("Q", bytes(8 * places))
        self._numbers = array("I", bytes(4 * places))
        self._mask = places - 1
        self._count = 0
        self._used = 0  # with those that are gone


def _key(id: str) -> int:
    key = hash(id) & _BITS
    return key if key > _GONE else key + 2
