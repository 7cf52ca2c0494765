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

import contextlib
import io
import os
import pickle
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile

__all__ = ["DurableStorage", "ForeignSegmentError", "UnsafePickleError"]

_TRUSTED = {
    ("searcher.codec.plain", "PlainCodec"),
    ("searcher.codec.plain", "PlainSegment"),
    ("searcher.codec.native_codec", "NativeCodec"),
    ("searcher.codec.native_codec", "NativeSegment"),
    ("builtins", "set"),
}


class UnsafePickleError(pickle.UnpicklingError):
    """A file of the index names a class that no segment list is made of."""


class ForeignSegmentError(UnsafePickleError):
    """A segment list names a segment of one of Whoosh's own codecs."""


class _TrustedUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _TRUSTED:
            if module.startswith("whoosh.codec.") and name.endswith("Segment"):
                raise ForeignSegmentError(f"{module}.{name}")
            raise UnsafePickleError(f"refused to load {module}.{name}")
        return super().find_class(module, name)


class TrustedStructFile(StructFile):  # type: ignore[misc]  # Whoosh's class is untyped
    """A Whoosh file that unpickles trusted classes only."""

    def read_pickle(self) -> Any:
        return _TrustedUnpickler(self.file).load()


class DurableStorage(FileStorage):  # type: ignore[misc]  # Whoosh's class is untyped
    """The files of one index directory, written durably and read safely.

    With `durable=False` files are not synced, for what is thrown away after use.
    """

    def __init__(self, path: str, *, readonly: bool = False, durable: bool = True) -> None:
        super().__init__(path, readonly=readonly)
        self._durable = durable
        self._being_written: list[Any] = []
        self._temporary: list[DurableStorage] = []

    def create_file(self, name: str, excl: bool = False, mode: str = "wb", **options: Any) -> Any:
        options.setdefault("onclose", self._finish_file)
        file = super().create_file(name, excl=excl, mode=mode, **options)
        self._being_written.append(file)
        return file

    def _finish_file(self, file: Any) -> None:
        if self._durable:
            file.flush()
            os.fsync(file.fileno())
        self._being_written = [other for other in self._being_written if other is not file]

    def temp_storage(self, name: str | None = None) -> DurableStorage:
        path = os.path.join(self.folder, name or "temporary.tmp")
        temporary = DurableStorage(path, durable=False)
        temporary.create()
        in_use = [storage for storage in self._temporary if storage._being_written]
        self._temporary = [*in_use, temporary]
        return temporary

    def abandon(self) -> None:
        """Close the files that a failed commit left open; Whoosh does not."""
        for temporary in self._temporary:
            temporary.abandon()
        self._temporary = []
        files, self._being_written = self._being_written, []
        for file in files:
            with contextlib.suppress(OSError):  # the disk is full: that is why we are here
                file.file.close()

    def open_file(self, name: str, **options: Any) -> TrustedStructFile:
        if name.endswith(".toc"):
            # Read whole: Whoosh leaves the file open when it cannot make sense of it.
            return TrustedStructFile(io.BytesIO(self.read_whole(name)), name=name, **options)
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
