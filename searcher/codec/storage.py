"""How do files reach the disk for good, and come back as what was written?

`DurableStorage` is what Whoosh's classes and ours read and write the files of one index
through.  To Whoosh's storage it adds three promises.

Durable: every file is fsynced when it is closed and the directory is fsynced after a
rename, so a commit that was acknowledged survives a power cut.  Stock Whoosh calls fsync
nowhere (whoosh-community issues 322 and 323).

Confined: everything goes through `Directory`, so no link leads outside.

Sealed: `seal` tells what the manifest says of the files of a commit.  From then on a file
of one of its segments is opened only if it is the one that was written: of that size, and
with that CRC-32, which is compared once, before its first byte is believed.  Files that
carry checksums of their own (`tail_checksum`) are compared by their end, which holds them.

Nothing is unpickled here or anywhere in Searcher: see `codec/manifest.py`.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Mapping
from typing import Any

from whoosh.filedb.filestore import FileStorage, ReadOnlyError
from whoosh.filedb.structfile import StructFile

from searcher.codec.checksums import FileFacts, checksum_of
from searcher.codec.damage import file_damaged
from searcher.codec.directory import Directory
from searcher.codec.forks import belongs_here

__all__ = ["TEMPORARY_PREFIX", "DurableStorage"]

TEMPORARY_PREFIX = "MAIN.tmp"


# A file that was compared: its name, device, inode, size, and times.
_Identity = tuple[str, int, int, int, int, int]


class DurableStorage(FileStorage):  # type: ignore[misc]  # Whoosh's class is untyped
    """The files of the index directory `path`, written durably and read safely.

    Arguments:
        verified: the files that were compared with their checksums before, to be shared
            by storages of one directory.

    Raises:
        OSError: there is no such directory, or it may not be read.
    """

    # Its files are read at positions, not mapped, and no other process writes them.
    supports_mmap = False
    supports_multiproc_writing = False

    def __init__(
        self, path: str, *, readonly: bool = False, verified: set[_Identity] | None = None
    ) -> None:
        super().__init__(path, supports_mmap=False, readonly=readonly)
        self.directory = Directory(path)
        self.checksums: Mapping[str, FileFacts] = {}
        self._sealed: frozenset[str] = frozenset()
        self._verified: set[_Identity] = set() if verified is None else verified
        self._being_written: list[Any] = []
        if not readonly:
            belongs_here(self)

    def forked(self) -> None:
        """In a child: what is in the buffers of open files is the parent's to write."""
        files, self._being_written = self._being_written, []
        for file in files:
            with contextlib.suppress(OSError, ValueError), open(os.devnull, "wb") as nowhere:
                os.dup2(nowhere.fileno(), file.fileno(), inheritable=False)

    def seal(self, checksums: Mapping[str, FileFacts]) -> None:
        """Believe of the segments that `checksums` names no files but these."""
        self.checksums = dict(checksums)
        self._sealed = frozenset(map(_segment_of, checksums))

    def _is_unknown(self, name: str) -> bool:
        """Whether `name` would be a file of a sealed segment that does not have it."""
        return name not in self.checksums and _segment_of(name) in self._sealed

    # -- writing

    def create_file(self, name: str, excl: bool = False, mode: str = "wb", **options: Any) -> Any:
        if self.readonly:
            raise ReadOnlyError
        options.setdefault("onclose", self._finish_file)
        file = StructFile(os.fdopen(self.directory.create(name), mode), name=name, **options)
        self._being_written.append(file)
        return file

    def _finish_file(self, file: Any) -> None:
        try:
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            with contextlib.suppress(OSError):
                file.file.close()
            raise
        finally:
            self._forget(file)

    def _forget(self, file: Any) -> None:
        self._being_written = [other for other in self._being_written if other is not file]

    def write_whole(self, name: str, data: bytes) -> None:
        """Make the file `name` of `data`, durably but for its name."""
        with self.create_file(name) as file:
            file.write(data)

    def publish(self, name: str, data: bytes) -> None:
        """Make the file `name` of `data` in one step and for good, or leave what there was."""
        temporary = f"{name}.tmp"
        self.write_whole(temporary, data)
        self.directory.replace(temporary, name)
        self.sync_directory()

    def temp_storage(self, name: str | None = None) -> Any:
        return _TemporaryFiles(self)

    def abandon(self) -> None:
        """Close the files that a failed commit left open; Whoosh does not."""
        files, self._being_written = self._being_written, []
        for file in files:
            file.is_closed = True
            with contextlib.suppress(OSError):  # the disk is full: that is why we are here
                file.file.close()

    def delete_file(self, name: str) -> None:
        if self.readonly:
            raise ReadOnlyError
        self.directory.unlink(name)

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        if self.readonly:
            raise ReadOnlyError
        if safe and self.directory.exists(newname):
            raise NameError(f"File {newname!r} exists")
        self.directory.replace(oldname, newname)
        self.sync_directory()

    def sync_directory(self) -> None:
        """Make the names of new files durable, where the platform can."""
        self.directory.sync()

    # -- reading

    def open_file(self, name: str, **options: Any) -> StructFile:
        """Open `name` for reading, compared with its checksum if one is known.

        Raises:
            IndexDamagedError: it is not what was written.
            OSError: it is missing, cannot be read, or is no regular file.
        """
        if self._is_unknown(name):
            raise FileNotFoundError(2, os.strerror(2), name)
        descriptor = self.directory.open(name)
        try:
            self._verify(name, descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        return StructFile(os.fdopen(descriptor, "rb"), name=name, **options)

    def _verify(self, name: str, descriptor: int) -> None:
        facts = self.checksums.get(name)
        if facts is None:
            return
        found = os.fstat(descriptor)
        identity = (
            *(name, found.st_dev, found.st_ino, found.st_size),
            *(found.st_mtime_ns, found.st_ctime_ns),
        )
        if identity in self._verified:
            return
        self._compare_size(name, found.st_size, facts)
        if checksum_of(name, descriptor, found.st_size) != facts.checksum:
            raise file_damaged(self.folder, name, "is not what was written")
        self._verified.add(identity)

    def _compare_size(self, name: str, size: int, facts: FileFacts) -> None:
        if size != facts.size:
            raise file_damaged(self.folder, name, f"has {size:,} bytes instead of {facts.size:,}")

    def compare_sizes(self) -> None:
        """Compare the sizes of all files that the manifest names, which costs a call each.

        Raises:
            FileNotFoundError: a file is gone (a newer commit removed it, or damage).
            IndexDamagedError: a file has another size.
            OSError: something else has its name.
        """
        for name, facts in self.checksums.items():
            self._compare_size(name, self.directory.size_of(name), facts)

    def compare(self, name: str) -> None:
        """Compare one file with its checksum now; errors are those of `open_file`."""
        descriptor = self.directory.open(name)
        try:
            self._verify(name, descriptor)
        finally:
            os.close(descriptor)

    def facts_of(self, name: str) -> FileFacts:
        """What a manifest is to say of the file `name`.  Cost: reads it."""
        descriptor = self.directory.open(name)
        try:
            size = os.fstat(descriptor).st_size
            return FileFacts(size, checksum_of(name, descriptor, size))
        finally:
            os.close(descriptor)

    def path_of(self, name: str) -> str:
        """The path of a file, for the native core, once it is known to be a regular one."""
        self.directory.size_of(name)
        return os.path.join(self.folder, name)

    def read_whole(self, name: str) -> bytes:
        """Return the content of the file `name`; errors are those of `open_file`."""
        file = self.open_file(name)
        with file:
            data: bytes = file.read()
        return data

    def list(self) -> list[str]:
        return self.directory.names()

    def file_exists(self, name: str) -> bool:
        if self._is_unknown(name):
            return False
        return name in self.checksums or self.directory.exists(name)

    def file_modified(self, name: str) -> float:
        return self.directory.status(name).st_mtime

    def file_length(self, name: str) -> int:
        return self.directory.size_of(name)

    def release(self) -> None:
        """Give back the descriptor of the directory.  May be called again.

        Not `close`, which Whoosh's readers call when each of them is closed.
        """
        self.directory.close()


class _TemporaryFiles:
    """What Whoosh asks of a storage for what is thrown away after use.

    A file loses its name as soon as it is made, so a dead process leaves nothing behind.
    """

    def __init__(self, storage: DurableStorage) -> None:
        self._storage = storage
        self._named: set[str] = set()

    def create_file(self, name: str, mode: str = "w+b", **options: Any) -> StructFile:
        directory = self._storage.directory
        place = f"{TEMPORARY_PREFIX}.{secrets.token_hex(8)}"
        file = StructFile(os.fdopen(directory.create(place), mode), name=name, **options)
        options.setdefault("onclose", self._storage._forget)
        file.onclose = options["onclose"]
        self._storage._being_written.append(file)
        with contextlib.suppress(PermissionError):  # Windows keeps the name of an open file
            directory.unlink(place)
        return file

    def delete_file(self, name: str) -> None: ...

    def destroy(self) -> None: ...


def _segment_of(name: str) -> str:
    return name.split(".", 1)[0]
