"""Which keys of a caller's field map does a file have?

A field map names, for records, the key that holds a field of an article: `body` is at
`content.text`.  A key that no record of a file has is a slip of the pen more often than not,
and would leave all bodies empty in silence: `MapUse` says so, with the key that was probably
meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from searcher.fields import FIELDS, FieldTable
from searcher.importing import InstalledOnly

__all__ = ["FieldMap", "MapUse", "UnusedKey", "check_field_map", "value_at"]

_MOST_KEYS = 500  # remembered of a file's records, to suggest one
_MOST_DEPTH = 3


def check_field_map(field_map: Mapping[str, str] | None, fields: FieldTable = FIELDS) -> None:
    """Refuse a map that no caller can have meant.

    Raises:
        TypeError: it is no mapping of texts to texts.
        ValueError: it names a field that articles do not have, or an empty key.
    """
    if field_map is None:
        return
    if not isinstance(field_map, Mapping):
        raise TypeError(f"field_map is a mapping of fields to keys, not {field_map!r}")
    for field, key in field_map.items():
        if not isinstance(field, str) or not isinstance(key, str):
            raise TypeError(f"field_map holds texts, not {field!r}: {key!r}")
        if field not in fields.mappable:
            raise ValueError(f"field_map has no field {field!r}, but {', '.join(fields.mappable)}")
        if not key:
            raise ValueError(f"field_map names no key for {field}")


class UnusedKey(NamedTuple):
    """A key of the map that no record of a file has; `suggestion` is the nearest one."""

    field: str
    key: str
    suggestion: str | None

    def __str__(self) -> str:
        near = f"; did you mean {self.suggestion}?" if self.suggestion else ""
        return f"no record has the key {self.key} (for {self.field}){near}"


class MapUse(NamedTuple):
    """What use the records of the file `path` made of a field map."""

    path: str
    unused: tuple[UnusedKey, ...]


class FieldMap(dict[str, str]):
    """A field map that remembers which of its keys were there."""

    def __init__(self, given: Mapping[str, str]) -> None:
        super().__init__(given)
        self._missing = dict(given)
        self._seen: dict[str, None] = {}
        self._records = 0

    def note(self, record: Mapping[str, object]) -> None:
        """Look at one record."""
        self._records += 1
        if not self._missing:
            return
        for field, key in list(self._missing.items()):
            if value_at(record, key) is not None:
                del self._missing[field]
        if self._missing and len(self._seen) < _MOST_KEYS:
            self._seen.update(dict.fromkeys(_keys(record)))

    def use(self, path: str) -> MapUse | None:
        """What was found in the file `path`; None when it had no records."""
        if not self._records:
            return None
        if not self._missing:
            return MapUse(path, ())
        with InstalledOnly():
            from difflib import get_close_matches

        seen = list(self._seen)[:_MOST_KEYS]
        return MapUse(
            path,
            tuple(
                UnusedKey(field, key, next(iter(get_close_matches(key, seen, n=1)), None))
                for field, key in self._missing.items()
            ),
        )


def value_at(record: object, path: str) -> object:
    """The value of a key, or of a dotted path of keys and positions; None without one."""
    if isinstance(record, Mapping) and path in record:
        return record[path]
    value = record
    for step in path.split("."):
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and len(step) < 10:
            value = value[int(step)] if int(step) < len(value) else None
        else:
            return None
    return value


def _keys(record: Mapping[str, object], prefix: str = "", depth: int = 1) -> Iterator[str]:
    for key, value in list(record.items())[:_MOST_KEYS]:
        if isinstance(key, str) and len(key) < 100:
            yield prefix + key
            if isinstance(value, Mapping) and depth < _MOST_DEPTH:
                yield from _keys(value, f"{prefix}{key}.", depth + 1)
