"""How are records of searches kept in a file?

A line of JSON each, which is only ever appended to: in one write that is synced, so that two
programs at once mix nothing, and a line that a crash has cut spoils no other.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
from collections.abc import Iterator

from searcher.errors import ReadError
from searcher.opening import check_regular, open_regular
from searcher.recording.record import SearchRecord

__all__ = ["append_record", "read_records"]

_MOST_LINE_BYTES = 1 << 20
_APPEND = os.O_RDWR | os.O_CREAT | os.O_APPEND
_FLAGS = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def append_record(path: str | os.PathLike[str], record: SearchRecord) -> None:
    """Put `record` at the end of the file `path`, which is made if it is not there.

    Raises:
        OSError: it cannot be written, or is no regular file.
    """
    with contextlib.suppress(FileNotFoundError):  # on some systems a FIFO acts on being opened
        check_regular(os.stat(path), path)
    descriptor = os.open(path, _APPEND | _FLAGS, 0o666)
    try:
        status = os.fstat(descriptor)
        check_regular(status, path)
        data = json.dumps(record.to_dict(), ensure_ascii=True).encode("ascii") + b"\n"
        if status.st_size:
            os.lseek(descriptor, -1, os.SEEK_END)
            if os.read(descriptor, 1) != b"\n":  # a crash has cut the last one
                data = b"\n" + data
        if os.write(descriptor, data) != len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), os.fspath(path))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_records(path: str | os.PathLike[str]) -> Iterator[SearchRecord | ReadError]:
    """The records in the file `path`, in order; for a line that is none, what is wrong.

    Raises:
        ReadError: the file cannot be read, or a line has no end.
    """
    name = os.fspath(path)
    try:
        file = os.fdopen(open_regular(path), "rb")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ReadError(name, reason, hint="name a file that query --record has made") from error
    with file:
        for number, line in enumerate(iter(lambda: file.readline(_MOST_LINE_BYTES), b""), 1):
            if len(line) == _MOST_LINE_BYTES:
                raise ReadError(name, "a line without an end", line=number)
            if not line.strip():
                continue
            try:
                yield SearchRecord.from_dict(json.loads(line.decode("utf-8")))
            except (ValueError, RecursionError) as error:
                yield ReadError(name, f"no record of a search: {error}", line=number)
