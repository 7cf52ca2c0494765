"""How is a path opened that we did not just make?

Folders, archives and index directories come from other people: a name in them may be a
link, a FIFO that nobody writes to, a device, or a file that never ends.  Everything that
is opened by name goes through here, articles, ignore files and the files of an index
alike.

- Only regular files are opened.  Opening does not block, and the kind is looked at again
  on the open descriptor, so that a file which is swapped in between is not believed.
- In a directory of our own (`directory`, a descriptor of it) links are not followed and
  the name is a bare one, so that nothing outside is read, emptied or replaced.
- What is read whole has a bound.

What it does not do: unpack, decode, or turn `OSError` into an error of ours, which is the
business of the caller, who knows what the path stands for.
"""

from __future__ import annotations

import errno
import os
import stat

__all__ = ["check_regular", "is_bare_name", "open_regular", "read_bounded"]

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_BINARY = getattr(os, "O_BINARY", 0)
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_KINDS = (
    (stat.S_ISDIR, errno.EISDIR, "a folder, not a file"),
    (stat.S_ISFIFO, errno.EINVAL, "a FIFO, not a regular file"),
    (stat.S_ISLNK, errno.ELOOP, "a link, which is not followed here"),
)
_PIECE_BYTES = 1 << 20


def is_bare_name(name: str) -> bool:
    """Whether `name` names a file of one directory, and nothing outside it."""
    return bool(name) and name not in (".", "..") and not set(name) & {"/", "\\", "\0"}


def open_regular(path: str | os.PathLike[str], *, directory: int | None = None) -> int:
    """Open a regular file for reading; return the descriptor.

    Arguments:
        path: the file, a link to one included; with `directory` a bare name.
        directory: an open descriptor of the directory that `path` is a name in.  Links
            are not followed then.

    Raises:
        OSError: it is missing, unreadable, or not a regular file; `filename` is `path`.
        ValueError: `path` holds a NUL.
    """
    follow = directory is None
    if not follow and not is_bare_name(os.fspath(path)):
        raise OSError(errno.EINVAL, "not the name of a file of this directory", path)
    flags = _FLAGS | _BINARY | (0 if follow else _NO_FOLLOW)
    # On some systems a FIFO or device acts on being opened: look before.
    check_regular(os.stat(path, dir_fd=directory, follow_symlinks=follow), path)
    descriptor = os.open(path, flags, dir_fd=directory)
    try:
        check_regular(os.fstat(descriptor), path)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def check_regular(status: os.stat_result, path: str | os.PathLike[str]) -> None:
    """Raise the `OSError` that says what `path` is if it is no regular file."""
    if stat.S_ISREG(status.st_mode):
        return
    for is_kind, number, said in _KINDS:
        if is_kind(status.st_mode):
            raise OSError(number, said, path)
    raise OSError(errno.EINVAL, "not a regular file", path)


def read_bounded(
    path: str | os.PathLike[str], most_bytes: int, *, directory: int | None = None
) -> bytes:
    """Return the content of a regular file of at most `most_bytes`.

    Raises:
        OSError: as `open_regular`, or it is larger (`errno.EFBIG`).
    """
    descriptor = open_regular(path, directory=directory)
    pieces: list[bytes] = []
    left = most_bytes + 1
    try:
        # One that says that it is larger need not be read to know that.
        if os.fstat(descriptor).st_size > most_bytes:
            left = 0
        while left and (piece := os.read(descriptor, min(left, _PIECE_BYTES))):
            pieces.append(piece)
            left -= len(piece)
    finally:
        os.close(descriptor)
    if not left:
        raise OSError(errno.EFBIG, f"larger than {most_bytes:,} bytes", path)
    return b"".join(pieces)
