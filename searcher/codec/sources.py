"""Which files were read into an index, as what, and which were not?

`sources-N.json` holds for each generation the files that were read, with their sizes and
times, so that `sync.py` skips the unchanged; what was left out or could not be read; and
the roots with their settings.  Its checksum stands in the manifest.
"""

from __future__ import annotations

import os
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from searcher.codec.damage import REBUILD
from searcher.codec.manifest import Manifest, as_json, check, parsed, read_file, write_file
from searcher.codec.settings import Settings
from searcher.codec.storage import DurableStorage
from searcher.errors import IndexDamagedError
from searcher.reading.boilerplate import Boilerplate

__all__ = [
    "LeftOutFile",
    "SourceFile",
    "Sources",
    "read_sources",
    "sources_of",
    "values_of",
    "write_sources",
]

_ROW = (int, int, int, str, str, str, str, str, list, list)


@dataclass(slots=True)
class SourceFile:
    """One file as it was when it was read.

    Arguments:
        articles: how many were read from it.
        digest: a hash of its bytes, in hexadecimal; empty if it was not taken.
        format: the name of its format, and the version of the reader that read it.
        mapped: the mark of the field map that it was read with (`settings.map_mark`).
        name: the path that ids of its articles are made from; empty for its own.  A file
            that moved keeps the one that it had.
        copy_of: the file with the same bytes whose articles are these; they are there once.
        shadows: other files that hold an article which this file, read later, has
            replaced; they are read again when this one goes.
        failures: what could not be read, the first few.
    """

    size: int
    modified_ns: int
    articles: int = 0
    digest: str = ""
    format: str = ""
    mapped: str = ""
    name: str = ""
    copy_of: str = ""
    shadows: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()

    def to_row(self) -> list[Any]:
        """The values as JSON, without the last ones that are empty."""
        row: list[Any] = [
            self.size, self.modified_ns, self.articles, self.digest, self.format, self.mapped,
            self.name, self.copy_of, list(self.shadows), list(self.failures),
        ]  # fmt: skip
        while row and not row[-1]:
            row.pop()
        return row


@dataclass(frozen=True, slots=True)
class LeftOutFile:
    """A file or folder that was not read: its kind, why, and what it was like then."""

    kind: str
    reason: str
    size: int = 0
    modified_ns: int = 0


@dataclass(slots=True)
class Sources:
    """All that a generation knows of files, by absolute path.

    `reader` names the readers that left files out: others may read them.
    `boilerplate` is what pages of one outlet were found to repeat.
    """

    files: dict[str, SourceFile] = field(default_factory=dict)
    left_out: dict[str, LeftOutFile] = field(default_factory=dict)
    roots: dict[str, Settings] = field(default_factory=dict)
    reader: str = ""
    boilerplate: Boilerplate = field(default_factory=Boilerplate)

    def copy(self) -> Sources:
        """The same, to be changed without changing this."""
        return Sources(
            dict(self.files),
            dict(self.left_out),
            dict(self.roots),
            self.reader,
            self.boilerplate,
        )

    def left_out_by_kind(self) -> dict[str, int]:
        """How many were left out, by kind, most first."""
        return dict(Counter(found.kind for found in self.left_out.values()).most_common())


def write_sources(storage: DurableStorage, generation: int, sources: Sources) -> int:
    """Write `sources` for `generation`; return the checksum for the manifest."""
    data = as_json(values_of(sources))
    write_file(storage, f"sources-{generation}.json", data)
    return zlib.crc32(data)


def values_of(sources: Sources) -> dict[str, Any]:
    """`sources` as JSON values; `sources_of` is the way back."""
    return {
        "files": {path: source.to_row() for path, source in sources.files.items()},
        "left_out": {
            path: [found.kind, found.reason, found.size, found.modified_ns]
            for path, found in sources.left_out.items()
        },
        "roots": {root: settings.to_dict() for root, settings in sources.roots.items()},
        "reader": sources.reader,
        **({"boilerplate": sources.boilerplate.to_dict()} if sources.boilerplate else {}),
    }


def sources_of(value: Mapping[str, Any]) -> Sources:
    """The `Sources` that `values_of` made values of.

    Raises:
        KeyError, TypeError, ValueError, IndexError, AttributeError: they are not such values.
    """
    return Sources(
        files={path: _source_of(row) for path, row in value["files"].items()},
        left_out={path: _left_out_of(row) for path, row in value["left_out"].items()},
        roots={root: _settings_of(found) for root, found in value["roots"].items()},
        reader=_typed(value["reader"], str),
        boilerplate=(
            Boilerplate.from_dict(value["boilerplate"]) if "boilerplate" in value else Boilerplate()
        ),
    )


def read_sources(directory: str, manifest: Manifest) -> Sources:
    """What is known of files in the generation of `manifest`; nothing if none were read.

    Raises:
        IndexDamagedError: the list cannot be read.
        FileNotFoundError: it is gone (a newer commit removed it, or damage).
    """
    name = f"sources-{manifest.generation}.json"
    if manifest.sources is None and not os.path.exists(os.path.join(directory, name)):
        return Sources()
    data = read_file(directory, name)
    check(directory, name, data, manifest.sources)
    value = parsed(directory, name, data)
    try:
        return sources_of(value)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise IndexDamagedError(directory, f"{name} is damaged: {error!r}", hint=REBUILD) from error


def _typed(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise ValueError(f"{value!r:.40} instead of {kind.__name__}")
    return value


def _texts(values: Any) -> tuple[str, ...]:
    return tuple(_typed(value, str) for value in _typed(values, list))


def _source_of(row: Any) -> SourceFile:
    if len(_typed(row, list)) > len(_ROW):
        raise ValueError("a file is described by more than is known")
    values: list[Any] = [_typed(value, kind) for value, kind in zip(row, _ROW, strict=False)]
    values += [kind() for kind in _ROW[len(values) :]]
    source = SourceFile(*values)
    source.shadows, source.failures = _texts(source.shadows), _texts(source.failures)
    return source


def _left_out_of(row: Any) -> LeftOutFile:
    kind, reason, size, modified_ns = row
    return LeftOutFile(
        _typed(kind, str), _typed(reason, str), _typed(size, int), _typed(modified_ns, int)
    )


def _settings_of(found: Mapping[str, Any]) -> Settings:
    field_map, exclude = found["field_map"], found["exclude"]
    if field_map is not None:
        field_map = {key: _typed(value, str) for key, value in _typed(field_map, dict).items()}
    limit_mb, follow = found.get("max_file_mb"), found.get("follow_links")
    return Settings(
        field_map,
        None if exclude is None else _texts(exclude),
        None if limit_mb is None else _typed(limit_mb, int),
        None if follow is None else _typed(follow, bool),
    )
