"""How are the files of one directory read and written, and none elsewhere?

An index may have been packed, sent or cloned by anyone, so any name in its directory may
be a link to a file of yours, a FIFO, or a device.  `Directory` is the directory itself, a
descriptor, and all it does is relative to that: names are bare, links are not followed,
and a new file is one that was not there before.  So nothing outside is read, emptied or
replaced, and a directory that is moved meanwhile stays the same one.

Where the platform has no descriptors of directories (Windows) paths are used; kinds are
looked at there as well, but a name that is swapped at that very moment is believed.

What it does not do: turn `OSError` into an error of ours (`damage.py` does), or say what
a file must hold.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat

from searcher.opening import check_regular, is_bare_name, open_regular, read_bounded

__all__ = ["Directory"]

_CLOSE_ON_EXEC = getattr(os, "O_CLOEXEC", 0)
_BINARY = getattr(os, "O_BINARY", 0)
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_NO_WAITING = getattr(os, "O_NONBLOCK", 0)
_OPEN_DIRECTORY = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | _NO_WAITING | _CLOSE_ON_EXEC
_PERMISSIONS = 0o666  # less what the user's mask takes away, as for every file


def _has_descriptors() -> bool:
    # By name, because whoever watches calls puts functions of his own in their place.
    found = {function.__name__ for function in os.supports_dir_fd}
    needed = {"open", "stat", "unlink", "rename", "rmdir"}
    return hasattr(os, "O_DIRECTORY") and needed <= found


class Directory:
    """The directory `path`, opened; close it when done.

    Arguments:
        follow: whether `path` may be a link to a directory.

    Raises:
        OSError: it is missing, no directory, or may not be read.
    """

    def __init__(self, path: str | os.PathLike[str], *, follow: bool = True) -> None:
        self.path = os.fspath(path)
        self._descriptor: int | None = None
        if not follow and stat.S_ISLNK(os.lstat(self.path).st_mode):
            raise OSError(errno.ELOOP, "a link, which is not followed here", self.path)
        if _has_descriptors():
            self._descriptor = os.open(self.path, _OPEN_DIRECTORY | (0 if follow else _NO_FOLLOW))
        elif not stat.S_ISDIR(os.stat(self.path).st_mode):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), self.path)

    def _place(self, name: str) -> str:
        if not is_bare_name(name):
            raise OSError(errno.EINVAL, "not the name of a file of this directory", name)
        return name if self._descriptor is not None else os.path.join(self.path, name)

    # -- looking

    def names(self) -> list[str]:
        """The names in it.

        Through a descriptor of its own: two that were duplicated from one share their
        place in the list, so that threads would take each other's names.
        """
        if self._descriptor is None:
            return os.listdir(self.path)
        descriptor = os.open(".", _OPEN_DIRECTORY, dir_fd=self._descriptor)
        try:
            return os.listdir(descriptor)
        finally:
            os.close(descriptor)

    def status(self, name: str) -> os.stat_result:
        """What `name` itself is; a link is a link."""
        return os.stat(self._place(name), dir_fd=self._descriptor, follow_symlinks=False)

    def identity(self) -> tuple[int, int]:
        """What tells this directory from any other: its device and inode."""
        status = os.stat(self.path) if self._descriptor is None else os.fstat(self._descriptor)
        return status.st_dev, status.st_ino

    def size_of(self, name: str) -> int:
        """The bytes of a regular file."""
        status = self.status(name)
        check_regular(status, name)
        return status.st_size

    def exists(self, name: str) -> bool:
        """Whether there is anything of this name, a link that leads nowhere too."""
        try:
            self.status(name)
        except FileNotFoundError:
            return False
        return True

    # -- reading

    def open(self, name: str) -> int:
        """Open a regular file for reading; return the descriptor."""
        if self._descriptor is not None:
            return open_regular(name, directory=self._descriptor)
        check_regular(self.status(name), name)
        return open_regular(self._place(name))

    def read(self, name: str, most_bytes: int) -> bytes:
        """The content of a regular file; `OSError` with EFBIG if it is larger."""
        if self._descriptor is not None:
            return read_bounded(name, most_bytes, directory=self._descriptor)
        check_regular(self.status(name), name)
        return read_bounded(self._place(name), most_bytes)

    # -- changing

    def create(self, name: str) -> int:
        """Make a new file and open it for reading and writing; return the descriptor.

        What a dead writer, or anyone, left under that name goes first; it is never opened.
        """
        place = self._place(name)
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | _NO_FOLLOW | _CLOSE_ON_EXEC | _BINARY
        with contextlib.suppress(FileNotFoundError):
            os.unlink(place, dir_fd=self._descriptor)
        return os.open(place, flags, _PERMISSIONS, dir_fd=self._descriptor)

    def open_or_create(self, name: str, *, append: bool = False) -> int:
        """Open a regular file for reading and writing as it is, made if it is not there.

        Arguments:
            append: write at its end only, wherever that is when it is written.

        Raises:
            OSError: something else has that name, or the file has another name as well,
                which may lie outside.
        """
        place = self._place(name)
        with contextlib.suppress(FileNotFoundError):
            check_regular(self.status(name), name)
        flags = os.O_RDWR | os.O_CREAT | _NO_FOLLOW | _NO_WAITING | _CLOSE_ON_EXEC | _BINARY
        flags |= os.O_APPEND if append else 0
        descriptor = os.open(place, flags, _PERMISSIONS, dir_fd=self._descriptor)
        try:
            found = os.fstat(descriptor)
            check_regular(found, name)
            if found.st_nlink > 1:
                raise OSError(errno.EMLINK, "has another name, which may lie elsewhere", name)
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor

    def unlink(self, name: str) -> None:
        """Remove a name: of a file, or of a link, not of what that leads to."""
        os.unlink(self._place(name), dir_fd=self._descriptor)

    def replace(self, old: str, new: str) -> None:
        """Give the file `old` the name `new`; what had that name is gone."""
        source, target = self._place(old), self._place(new)
        if self._descriptor is None:
            os.replace(source, target)
        else:  # `os.replace` by its other name, which says that it takes descriptors
            os.rename(source, target, src_dir_fd=self._descriptor, dst_dir_fd=self._descriptor)

    def name_anew(self, old: str, new: str) -> None:
        """Give the file `old` the name `new`, unless something has that already; `old` may
        stay as a second name."""
        source, target = self._place(old), self._place(new)
        try:
            os.link(source, target, src_dir_fd=self._descriptor, dst_dir_fd=self._descriptor)
        except FileExistsError:
            return
        except OSError:  # a file system without second names
            if not self.exists(new):
                self.replace(old, new)

    def sync(self) -> None:
        """Make new and removed names durable, where the platform can."""
        if self._descriptor is not None:
            os.fsync(self._descriptor)

    def remove_folder(self, name: str) -> None:
        """Remove a folder of files in it; a link of that name is removed, not followed."""
        if not stat.S_ISDIR(self.status(name).st_mode):
            self.unlink(name)
            return
        place = self._place(name)
        if self._descriptor is not None:
            folder = os.open(place, _OPEN_DIRECTORY | _NO_FOLLOW, dir_fd=self._descriptor)
            try:
                for inner in os.listdir(folder):
                    os.unlink(inner, dir_fd=folder)
            finally:
                os.close(folder)
        else:
            for inner in os.listdir(place):
                os.unlink(os.path.join(place, inner))
        os.rmdir(place, dir_fd=self._descriptor)

    def close(self) -> None:
        """Give the descriptor back.  May be called again."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            with contextlib.suppress(OSError):  # closed it is, whatever that says
                os.close(descriptor)

    def __enter__(self) -> Directory:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_descriptor", None) is not None:
            self.close()
