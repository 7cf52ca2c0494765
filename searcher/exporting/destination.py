"""Where do exported articles go, and what is there if it is broken off?

A file is written under another name beside it, `.NAME.xxxxxxxx.partial`, and gets its own when
all of it is there and synced: whoever finds a file under its name finds all of it.  What has
the name already is kept unless it is to be replaced; that nothing came there meanwhile is seen
to by the kernel (`link` does not replace).  If anything goes wrong the partial file is removed;
only a process that is killed leaves it.  Links, FIFOs and devices are not written to.

A stream is the caller's: it is written to, flushed, and not closed.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import secrets
import stat
from collections.abc import Iterator
from typing import Any, BinaryIO, Protocol

from searcher.errors import ExportError

__all__ = ["BinaryOutput", "ByteStream", "check_target", "open_output", "partial_name", "written"]

_BUFFER_BYTES = 1 << 20
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL
_FLAGS = _NEW | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_BINARY = getattr(os, "O_BINARY", 0)
_LONGEST_NAME_BYTES = 200  # of 255, so that there is room for what is put around it
# What `link` says where there are no links.
_NO_LINKS = (errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP, errno.EMLINK, errno.EACCES)


class ByteStream(Protocol):
    """What articles can be written to: `write` takes bytes and says how many it took, or None
    for all."""

    def write(self, data: bytes, /) -> int | None: ...


class BinaryOutput:
    """A stream, buffered and counted; writers need no more of it than this."""

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self._pieces: list[bytes] = []
        self._held = 0
        self.bytes = 0
        self.closed = False  # as pyarrow asks

    def write(self, data: bytes) -> int:
        """Write all of `data`."""
        self._pieces.append(bytes(data))
        size = len(data)
        self._held += size
        self.bytes += size
        if self._held >= _BUFFER_BYTES:
            self._drain()
        return size

    def text(self, text: str) -> None:
        """Write `text` in UTF-8."""
        self.write(text.encode("utf-8"))

    def tell(self) -> int:
        """How much was written."""
        return self.bytes

    def flush(self) -> None:
        """Hand on what is held."""
        self._drain()
        flush = getattr(self._stream, "flush", None)
        if flush is not None:
            flush()

    def _drain(self) -> None:
        data = b"".join(self._pieces)
        self._pieces.clear()
        self._held = 0
        while data:  # a raw stream may take less than it is given
            taken = self._stream.write(data)
            if taken is None and not isinstance(self._stream, io.RawIOBase):
                break
            if not taken:
                raise BlockingIOError(errno.EAGAIN, "the stream takes no more")
            data = data[taken:]


def check_target(path: str, *, force: bool, is_folder: bool = False) -> None:
    """Refuse early what `open_output` would refuse at the end.

    Raises:
        ExportError: something is in the way.
    """
    parent = os.path.dirname(path) or os.curdir
    name = os.path.basename(path)
    if not name or name in (os.curdir, os.pardir) or "\0" in path:
        raise ExportError(path or "''", "is no name for a file", hint="name a new file")
    if not os.path.isdir(parent):
        raise ExportError(path, f"there is no folder {parent}", hint="make it first")
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return
    except OSError as error:
        raise written(path, error) from error
    if stat.S_ISLNK(found.st_mode):
        raise ExportError(path, "is a link, which is not written to", hint="name what it leads to")
    if is_folder:
        return
    if stat.S_ISDIR(found.st_mode):
        raise ExportError(path, "is a folder", hint="name a file in it")
    if not stat.S_ISREG(found.st_mode):
        raise ExportError(
            path, "is no regular file", hint="write to standard output (-) and lead that there"
        )
    if not force:
        raise _in_the_way(path)


def _in_the_way(path: str) -> ExportError:
    return ExportError(path, "is there already", hint="name another, or replace it with --force")


def written(path: str, error: OSError) -> ExportError:
    """The error for a file that could not be written."""
    return ExportError(path, f"cannot be written: {error.strerror or error}")


def partial_name(path: str) -> str:
    """Another name beside `path`, for what is not whole yet."""
    parent, name = os.path.split(path)
    kept = os.fsencode(name)[:_LONGEST_NAME_BYTES].decode("utf-8", "ignore")
    return os.path.join(parent, f".{kept}.{secrets.token_hex(4)}.partial")


@contextlib.contextmanager
def open_output(target: str | ByteStream, *, force: bool) -> Iterator[BinaryOutput]:
    """Open the file or stream `target`; what is written is there when the block has ended well.

    Arguments:
        force: a file that is there already is replaced.

    Raises:
        ExportError: the file is in the way, or cannot be written.
        OSError: what the stream raises.
    """
    if not isinstance(target, str):
        output = BinaryOutput(target)
        yield output
        output.flush()
        return
    check_target(target, force=force)
    partial = partial_name(target)
    try:  # from here on: Ctrl-C may come as soon as there is a file
        with _opened(partial, target) as file:
            output = BinaryOutput(_Named(file, target))
            yield output
            output.flush()
            _step(target, os.fsync, file.fileno())
        _publish(partial, target, force=force)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(partial)
        raise


def _opened(partial: str, path: str) -> BinaryIO:
    try:
        return os.fdopen(os.open(partial, _FLAGS | _BINARY, 0o666), "wb", buffering=0)
    except OSError as error:
        raise written(path, error) from error


class _Named:
    """A file whose errors name what was to be written, not its other name."""

    def __init__(self, file: BinaryIO, path: str) -> None:
        self._file = file
        self._path = path

    def write(self, data: bytes) -> int:
        try:
            return self._file.write(data)
        except OSError as error:
            raise written(self._path, error) from error


def _step(path: str, act: Any, *arguments: Any) -> None:
    try:
        act(*arguments)
    except OSError as error:
        raise written(path, error) from error


def _publish(partial: str, path: str, *, force: bool) -> None:
    """Give what is whole its name."""
    if force:
        check_target(path, force=True)  # no link came there meanwhile
        _step(path, os.replace, partial, path)
    else:
        try:
            os.link(partial, path, follow_symlinks=False)
        except FileExistsError:
            raise _in_the_way(path) from None
        except (OSError, NotImplementedError) as error:
            if isinstance(error, OSError) and error.errno not in _NO_LINKS:
                raise written(path, error) from error
            check_target(path, force=False)
            _step(path, os.rename, partial, path)
        else:
            os.unlink(partial)
    sync_folder(os.path.dirname(path) or os.curdir)


def sync_folder(folder: str) -> None:
    """Make new names in `folder` durable, where the platform can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
