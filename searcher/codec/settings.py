"""Which settings hold for which folder?

An archive keeps what it was told about a folder or file (`--map`, `--exclude`), so that
the next run needs no options.  Each PATH that was indexed is a root with settings of its
own; what a root does not say, the root around it does.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

__all__ = [
    "Settings",
    "exclusions_for",
    "field_map_for",
    "follows_links",
    "is_within",
    "is_within_any",
    "map_mark",
    "most_bytes_for",
    "with_given",
]


@dataclass(frozen=True, slots=True)
class Settings:
    """What was said of one root; None where nothing was.

    `field_map` holds for JSON the key of each field that was named, `exclude` the globs of
    what is left out, relative to the root, `max_file_mb` the size from which on files are left
    out (0 for none), and `follow_links` whether links to folders are followed.
    """

    field_map: Mapping[str, str] | None = None
    exclude: tuple[str, ...] | None = None
    max_file_mb: int | None = None
    follow_links: bool | None = None

    def to_dict(self) -> dict[str, Any]:
        """The settings as JSON values."""
        field_map = None if self.field_map is None else dict(self.field_map)
        values: dict[str, Any] = {
            "field_map": field_map,
            "exclude": None if self.exclude is None else list(self.exclude),
        }
        for name in ("max_file_mb", "follow_links"):
            if (value := getattr(self, name)) is not None:
                values[name] = value
        return values


def is_within(path: str, root: str) -> bool:
    """Whether `path` is `root` or below it, by their names."""
    return path == root or path.startswith(root.rstrip(os.sep) + os.sep)


def is_within_any(path: str, roots: Container[str]) -> bool:
    """Whether `path` is one of `roots` or below one.  Cost: one look-up for each folder."""
    place = path
    while place not in roots:
        parent = os.path.dirname(place)
        if parent == place:
            return False
        place = parent
    return True


def with_given(
    settings: Mapping[str, Settings],
    root: str,
    field_map: Mapping[str, str] | None,
    exclude: Sequence[str] | None,
    max_file_mb: int | None = None,
    follow_links: bool | None = None,
) -> Settings:
    """What `root` says when these options, None where not given, are given for it."""
    found = settings.get(root, Settings())
    if field_map is not None:
        found = replace(found, field_map=dict(sorted(field_map.items())))
    if exclude is not None:
        found = replace(found, exclude=tuple(exclude))
    if max_file_mb is not None:
        found = replace(found, max_file_mb=max_file_mb)
    if follow_links is not None:
        found = replace(found, follow_links=follow_links)
    return found


def most_bytes_for(settings: Mapping[str, Settings], path: str) -> int | None:
    """The size that the file `path` may have; None for any."""
    limit_mb = _nearest(settings, path, "max_file_mb")
    return limit_mb * 1_000_000 if limit_mb else None


def follows_links(settings: Mapping[str, Settings], path: str) -> bool:
    """Whether a link to a folder at `path` is followed."""
    return bool(_nearest(settings, path, "follow_links"))


def _nearest(settings: Mapping[str, Settings], path: str, name: str) -> Any:
    """What is said for `path`, by itself or by the nearest root around it."""
    place = path
    while True:
        found = settings.get(place)
        if found is not None and getattr(found, name) is not None:
            return getattr(found, name)
        parent = os.path.dirname(place)
        if parent == place:
            return None
        place = parent


def field_map_for(settings: Mapping[str, Settings], path: str) -> Mapping[str, str]:
    """The keys of fields that hold for the file `path`."""
    place = path
    while True:
        found = settings.get(place)
        if found is not None and found.field_map is not None:
            return found.field_map
        parent = os.path.dirname(place)
        if parent == place:
            return {}
        place = parent


def exclusions_for(settings: Mapping[str, Settings], path: str) -> tuple[str, tuple[str, ...]]:
    """The globs that hold for `path`, and the root that they are relative to."""
    place = path
    while True:
        found = settings.get(place)
        if found is not None and found.exclude is not None:
            return place, found.exclude
        parent = os.path.dirname(place)
        if parent == place:
            return path, ()
        place = parent


def map_mark(field_map: Mapping[str, str]) -> str:
    """A short mark that differs for different maps; empty for none."""
    if not field_map:
        return ""
    data = json.dumps(sorted(field_map.items())).encode()
    return hashlib.blake2b(data, digest_size=4).hexdigest()
