"""Is every file of an index what was written?

`check_index` reads all of it: the manifest against its own checksum, the list of sources
against its, the groups of copies and the stories against theirs, the table of contents that
is kept for stock Whoosh against its own, and every file of a segment against the manifest.
Native segments carry a checksum of each page besides, and everything in a plain one is decoded, and
what it keeps twice compared.
Opening an index checks only what is cheap; files are compared as they are first used.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from whoosh.reading import CorruptIndexError

from searcher.codec.contents import check_contents
from searcher.codec.damage import cannot_be_read, damage_reported
from searcher.codec.generations import (
    contents_name,
    groups_name,
    latest_generation,
    manifest_name,
    sources_name,
    stories_name,
)
from searcher.codec.groups import read_groups
from searcher.codec.manifest import Manifest, read_manifest
from searcher.codec.name_sets import read_name_sets, set_files
from searcher.codec.segment_records import segment_of
from searcher.codec.segments import open_segment
from searcher.codec.sources import read_sources
from searcher.codec.storage import DurableStorage
from searcher.codec.stories import read_stories
from searcher.codec.texts import TextTable, texts_name
from searcher.errors import IndexDamagedError

__all__ = ["CheckReport", "FileCheck", "check_index"]


@dataclass(frozen=True, slots=True)
class FileCheck:
    """One file, or what the files of a plain segment say together; `error` is None if sound."""

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
        IndexStateError: it cannot be listed, or there is a native segment, and the core is
            missing.
    """
    started = time.monotonic()
    generation = latest_generation(directory)
    try:
        storage = DurableStorage(directory, readonly=True)
    except OSError as error:
        raise cannot_be_read(directory, error) from error
    try:
        checker = _Checker(storage, generation)
        checker.run()
    finally:
        storage.release()
    return CheckReport(directory, generation, tuple(checker.files), time.monotonic() - started)


class _Checker:
    def __init__(self, storage: DurableStorage, generation: int) -> None:
        self.directory = str(storage.folder)
        self.storage = storage
        self.generation = generation
        self.files: list[FileCheck] = []

    def run(self) -> None:
        directory, storage, generation = self.directory, self.storage, self.generation
        manifest: Manifest | None = None

        def read() -> None:
            nonlocal manifest
            manifest = read_manifest(storage, generation)

        self._check(manifest_name(generation), read)
        if manifest is None:
            return  # the other files cannot be told from any
        found: Manifest = manifest
        storage.seal(found.files)
        if found.sources is not None or storage.directory.exists(sources_name(generation)):
            self._check(sources_name(generation), lambda: read_sources(directory, found))
        if storage.directory.exists(contents_name(generation)):
            self._check(contents_name(generation), lambda: check_contents(directory, found))
        for file, name in set_files(storage.list()).items():
            self._check(file, lambda n=name: read_name_sets(directory, n))  # type: ignore[misc]
        damaged: set[str] = set()
        for name in found.files:
            if not self._check(name, lambda n=name: storage.compare(n)):  # type: ignore[misc]
                damaged.add(name.split(".")[0])
        for record in found.segments:
            if record.name not in damaged:
                segment = segment_of(record, found.values)
                self._check(record.file_name, lambda s=segment: _verify(storage, s))  # type: ignore[misc]
            texts = texts_name(record.name)
            if texts in found.files and record.name not in damaged:
                self._check(texts, lambda n=texts, r=record: _verify_texts(storage, n, r.documents))  # type: ignore[misc]
        if found.groups is not None:
            self._check(groups_name(generation), lambda: _verify_groups(storage, found))
        if found.stories is not None:
            self._check(stories_name(generation), lambda: _verify_stories(storage, found))

    def _check(self, name: str, work: Callable[[], object]) -> bool:
        """Do `work`, and note under `name` what it says."""
        error = None
        try:
            with damage_reported(self.directory):
                work()
        except IndexDamagedError as damage:
            error = damage.reason
        except FileNotFoundError as missing:
            error = f"{os.path.basename(os.fsdecode(missing.filename or name))} is missing"
        except OSError as failure:
            error = f"cannot be read: {failure.strerror or failure}"
        known = [i for i, file in enumerate(self.files) if file.name == name]
        checked = FileCheck(name, self._size_of(name), error)
        if not known:
            self.files.append(checked)
        elif error:
            self.files[known[0]] = checked
        return error is None

    def _size_of(self, name: str) -> int:
        """The bytes of a file; of a segment as a whole none, whose files are listed."""
        try:
            return self.storage.directory.size_of(name)
        except OSError:
            return 0


def _verify_texts(storage: DurableStorage, name: str, documents: int) -> None:
    TextTable(storage.read_whole(name), documents, name).verify()


def _verify_groups(storage: DurableStorage, manifest: Manifest) -> None:
    groups = read_groups(storage, manifest)
    if groups is not None:
        groups.verify()


def _verify_stories(storage: DurableStorage, manifest: Manifest) -> None:
    stories, groups = read_stories(storage, manifest), read_groups(storage, manifest)
    if stories is not None:
        if groups is None:
            raise CorruptIndexError("stories without groups")
        stories.verify(groups)


def _verify(storage: DurableStorage, segment: Any) -> None:
    opened = open_segment(storage, segment)
    try:
        opened.verify()
    finally:
        opened.close()
