"""Which text has a file of topics, judgements or hits, and how is one written?

They come from other people, so they are opened as articles are (`searcher.opening`, through
the readers' `open_file`): regular files only, packed or not, with a bound.  Numbers of topics
are written `1` in one file and `001` in another of the same collection, so numbers lose their
zeros in front.

What is written is there whole or not at all: under another name, synced, renamed.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator

from searcher.errors import ReadError
from searcher.reading.encoding import decode
from searcher.reading.source import open_file

__all__ = ["MOST_BYTES", "columns_of", "numbered_lines", "read_text", "same_topic", "write_whole"]

MOST_BYTES = 256 << 20
_LINE_END = re.compile(r"\r\n|\r|\n")


def read_text(path: str | os.PathLike[str]) -> str:
    """The text of a file of at most 256 MiB, packed or not.

    Raises:
        ReadError: it is missing, no regular file, empty, larger, or no text.
    """
    with open_file(path) as source:
        text, _ = decode(source.read(MOST_BYTES), name=source.name)
        if "\0" in text:
            raise ReadError(source.name, "binary data, not text")
        return text


def numbered_lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines of `text` that hold something, with their numbers from 1."""
    # Not `splitlines`, which parts lines at characters that may stand in a query.
    for number, line in enumerate(_LINE_END.split(text.removeprefix("\ufeff")), 1):
        if line.strip():
            yield number, line


def columns_of(line: str) -> list[str]:
    """The columns of a line: parted by tabs if there are two or more, else by blanks."""
    if line.count("\t") >= 2:
        return [column.strip() for column in line.split("\t")]
    return line.split()


def same_topic(id: str) -> str:
    """`id` as topics and judgements are matched by: `1` for `001`."""
    return (id.lstrip("0") or "0") if id.isascii() and id.isdigit() else id


def write_whole(path: str | os.PathLike[str], text: str) -> None:
    """Write `text` to the file `path`, or leave what is there.

    Raises:
        OSError: it cannot be written.
    """
    target = os.path.abspath(path)
    folder = os.path.dirname(target)
    descriptor, part = tempfile.mkstemp(dir=folder, prefix=".part-")
    try:
        with open(descriptor, "w", encoding="utf-8", errors="surrogateescape") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        os.chmod(part, 0o666 & ~_umask())
        os.replace(part, target)
    except BaseException:
        os.unlink(part)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
