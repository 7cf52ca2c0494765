"""How do files reach the disk for good, and come back without running code?

`DurableStorage` is Whoosh's file storage with two promises added.

Durable: every file is fsynced when it is closed and the directory is fsynced
after a rename, so a commit that was acknowledged survives a power cut.  Stock
Whoosh calls fsync nowhere (whoosh-community issues 322 and 323).

Safe: Whoosh keeps its segment list and the tables of its term dictionary as
pickles, and a pickle is a program.  Files opened here unpickle only the few
classes a segment list is made of; anything else is an error.  The rest of what
Whoosh pickles (schema, postings, stored fields) is never read: see `plain.py`.
"""

from __future__ import annotations

import os
import pickle
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile

__all__ = ["DurableStorage", "UnsafePickleError"]

_TRUSTED = {
    ("searcher.codec.plain", "PlainCodec"),
    ("searcher.codec.plain", "PlainSegment"),
    ("builtins", "set"),
}


class UnsafePickleError(pickle.UnpicklingError):
    """A file of the index names a class that no segment list is made of."""


class _TrustedUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _TRUSTED:
            raise UnsafePickleError(f"refused to load {module}.{name}")
        return super().find_class(module, name)


class TrustedStructFile(StructFile):
    """A Whoosh file that unpickles trusted classes only."""

    def read_pickle(self) -> Any:
        return _TrustedUnpickler(self.file).load()


def _fsync_on_close(file: StructFile) -> None:
    file.flush()
    os.fsync(file.fileno())


class DurableStorage(FileStorage):  # type: ignore[misc]  # Whoosh's class is untyped
    """The files of one index directory, written durably and read safely."""

    def create_file(self, name: str, excl: bool = False, mode: str = "wb", **options: Any) -> Any:
        options.setdefault("onclose", _fsync_on_close)
        return super().create_file(name, excl=excl, mode=mode, **options)

    def open_file(self, name: str, **options: Any) -> TrustedStructFile:
        return TrustedStructFile(open(self._fpath(name), "rb"), name=name, **options)

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        super().rename_file(oldname, newname, safe=safe)
        self.sync_directory()

    def read_whole(self, name: str) -> bytes:
        """Return the content of the file `name`."""
        with open(self._fpath(name), "rb") as file:
            return file.read()

    def sync_directory(self) -> None:
        """Make the names of new files durable, where the platform can."""
        if os.name == "nt":  # Windows has no handle to a directory to sync
            return
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
