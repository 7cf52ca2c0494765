"""Is every file of an index what was written?

`check_index` reads all of it: the manifest against its own checksum, the table of
contents and the list of sources against theirs, the sizes of all files, each native
segment against the checksums it carries, and each plain segment, which carries none, by
decoding everything and comparing what is kept twice.  Opening an index checks only what
is cheap; native segments check each page as it is first read.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from searcher.codec.damage import damage_reported
from searcher.codec.segments import open_segment
from searcher.codec.storage import DurableStorage
from searcher.errors import IndexDamagedError
from searcher.indexing import manifest as manifests
from searcher.indexing.contents import contents_name, read_contents
from searcher.indexing.manifest import Manifest
from searcher.indexing.schema import make_schema
from searcher.indexing.sources import read_sources

__all__ = ["CheckReport", "FileCheck", "check_index"]

_SEPARATE_EXTENSION = ".nseg"  # a native segment is one file, a plain one many


@dataclass(frozen=True, slots=True)
class FileCheck:
    """One file, or the many files of a plain segment together; `error` is None if sound."""

    name: str
    size_bytes: int
    error: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The check as JSON values."""
        return {"name": self.name, "size_bytes": self.size_bytes, "error": self.error}


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a check found."""

    path: str
    generation: int
    files: tuple[FileCheck, ...]
    took_s: float

    @property
    def sound(self) -> bool:
        """Whether every file is what was written."""
        return not any(file.error for file in self.files)

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON values."""
        return {
            "path": self.path,
            "generation": self.generation,
            "sound": self.sound,
            "files": [file.to_dict() for file in self.files],
            "took_s": round(self.took_s, 3),
        }


def check_index(directory: str) -> CheckReport:
    """Check the newest commit in `directory`.  Cost: reads all of it once.

    Raises:
        IndexMissingError: there is no index.
        IndexStateError: there is a native segment, and the core is missing.
    """
    started = time.monotonic()
    checker = _Checker(directory)
    checker.run()
    return CheckReport(
        directory, checker.generation, tuple(checker.files), time.monotonic() - started
    )


class _Checker:
    def __init__(self, directory: str) -> None:
        self.directory = directory
        self.generation = manifests.latest_generation(directory)
        self.files: list[FileCheck] = []

    def run(self) -> None:
        directory, generation = self.directory, self.generation
        storage = DurableStorage(directory, readonly=True)
        manifest = Manifest(generation, "en")  # if there is no other

        def read_manifest() -> None:
            nonlocal manifest
            manifest = manifests.read_manifest(directory, generation)

        self._check(f"manifest-{generation}.json", read_manifest)
        sources = f"sources-{generation}.json"
        if manifest.sources is not None or os.path.exists(os.path.join(directory, sources)):
            self._check(sources, lambda: read_sources(directory, manifest))
        segments: list[Any] = []

        def read_segments() -> None:
            contents = read_contents(storage, manifest, make_schema(manifest.language))
            segments.extend(contents.segments)

        self._check(contents_name(generation), read_segments)
        whole: set[str] = set()
        for segment in segments:
            name = segment.segment_id()
            single = os.path.exists(os.path.join(directory, name + _SEPARATE_EXTENSION))
            label = name + (_SEPARATE_EXTENSION if single else ".*")
            if self._check(label, lambda s=segment: _verify(storage, s)):  # type: ignore[misc]
                whole.add(name)
        for name, size in manifest.files.items():
            if not name.endswith(_SEPARATE_EXTENSION) or name.split(".")[0] not in whole:
                self._check(name, lambda n=name, s=size: self._check_size(n, s))  # type: ignore[misc]

    def _check(self, name: str, work: Callable[[], object]) -> bool:
        """Do `work`, and note under `name` what it says."""
        error = None
        try:
            with damage_reported(self.directory):
                work()
        except IndexDamagedError as damage:
            error = damage.reason
        except FileNotFoundError as missing:
            error = f"{os.path.basename(str(missing.filename))} is missing"
        except OSError as failure:
            error = f"cannot be read: {failure.strerror or failure}"
        known = [file for file in self.files if file.name == name]
        if not known:
            self.files.append(FileCheck(name, self._size_of(name), error))
        elif error and not known[0].error:
            self.files[self.files.index(known[0])] = FileCheck(name, self._size_of(name), error)
        return error is None

    def _check_size(self, name: str, size: int) -> None:
        found = os.stat(os.path.join(self.directory, name)).st_size
        if found != size:
            raise IndexDamagedError(
                self.directory, f"{name} has {found:,} bytes in place of {size:,}"
            )

    def _size_of(self, name: str) -> int:
        names = [name]
        if name.endswith(".*"):
            names = [n for n in os.listdir(self.directory) if n.startswith(name[:-1])]
        paths = [os.path.join(self.directory, n) for n in names]
        return sum(os.path.getsize(path) for path in paths if os.path.exists(path))


def _verify(storage: DurableStorage, segment: Any) -> None:
    opened = open_segment(storage, segment)
    try:
        opened.verify()
    finally:
        opened.close()
