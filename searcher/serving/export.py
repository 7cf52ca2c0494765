"""How does a whole set of articles get to a client while it is written?

A thread goes through the articles of one commit (`archive.scan`) and writes them in the form
that was asked for, with the writers that `searcher export` has; what it has written is handed
over in pieces, a few at a time, so that a set of any size takes some hundred kilobytes here.  The
thread waits for the client, and gives up when that takes nothing for a minute or has gone away.

NDJSON ends with a line that says so, `{"end": true, "rows": N}`: a file without one was cut.  Of
the others a cut is seen by the connection, which ends without its last chunk.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple

from searcher.archive import Archive
from searcher.exporting.columns import Column, choose_columns
from searcher.exporting.destination import BinaryOutput
from searcher.exporting.formats import BY_NAME, Format, Options
from searcher.exporting.jsonl import to_json
from searcher.request import Request
from searcher.searching.scan import Scan, ScannedArticle
from searcher.serving.problems import GoneError

__all__ = ["EXPORT_FORMATS", "PATIENCE_S", "ExportFormat", "Exporter", "columns_of", "scan_for"]

_PIECE_BYTES = 64 << 10
_FIRST_PIECE_BYTES = 2 << 10
_MOST_PIECES = 8
PATIENCE_S = 60.0
# What tells of this machine.
_PATHS = ("path", "record")


class ExportFormat(NamedTuple):
    """A format that sets are taken away in: what writes it, and as which file."""

    format: Format
    media_type: str
    file_name: str


EXPORT_FORMATS: dict[str, ExportFormat] = {
    "ndjson": ExportFormat(BY_NAME["jsonl"], "application/x-ndjson", "articles.ndjson"),
    "csv": ExportFormat(BY_NAME["csv"], "text/csv; charset=utf-8", "articles.csv"),
    "ris": ExportFormat(BY_NAME["ris"], "application/x-research-info-systems", "articles.ris"),
    "bibtex": ExportFormat(
        BY_NAME["bibtex"], "application/x-bibtex; charset=utf-8", "articles.bib"
    ),
}


def columns_of(
    archive: Archive, form: ExportFormat, fields: Sequence[str] | None, *, show_paths: bool
) -> tuple[Column, ...]:
    """The columns that are written: `fields`, or the usual ones of the form.

    Raises:
        ExportError: there is no such field, or it may not be shown.
    """
    choose = partial(
        choose_columns,
        table=archive.fields,
        knows_texts=archive.has_groups,
        knows_stories=archive.has_stories,
    )
    columns = choose(fields, usual=form.format.fields)
    if show_paths:
        return columns
    shown = [column.name for column in columns if column.name not in _PATHS]
    if fields is not None and len(shown) < len(columns):
        choose([*shown, "path (--show-paths)"])  # says that there is none
    return choose(shown)


class Exporter:
    """Threads that write sets of articles, `most` at a time."""

    def __init__(self, most: int = 2) -> None:
        self.most = most
        self.running = 0  # whoever has a place
        self._pool = ThreadPoolExecutor(most, thread_name_prefix="export")

    def take_place(self) -> bool:
        """Take one of the places, to be given back by `leave_place`; whether there was one."""
        if self.running >= self.most:
            return False
        self.running += 1
        return True

    def leave_place(self) -> None:
        """Give a place back."""
        self.running -= 1

    async def pieces(
        self, scan: Scan, form: ExportFormat, columns: Sequence[Column]
    ) -> AsyncGenerator[bytes, None]:
        """What is written of the articles of `scan`, which is closed at the end.

        Raises:
            Whatever writing raises, after what was written before.
        """
        loop = asyncio.get_running_loop()
        output = _Pieces(loop)
        writing = loop.run_in_executor(self._pool, _write, scan, form, columns, output)
        try:
            while piece := await output.take():
                yield piece
            await writing
        finally:
            output.give_up()

    def close(self) -> None:
        """Take no more."""
        self._pool.shutdown(wait=False, cancel_futures=True)


class _Pieces(BinaryOutput):
    """An output that an event loop takes away, all that is there at a time.

    The loop is woken by the thread that writes: a third one that waits for pieces would have to
    get Python's lock for each from that thread, which has work all the time.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(self)
        self._loop = loop
        self._there: deque[bytes] = deque()
        self._has_more = asyncio.Event()
        self._is_complete = False
        self._room = threading.Semaphore(_MOST_PIECES)
        self._is_unwanted = threading.Event()
        self._parts: list[bytes] = []
        self._size = 0
        self._enough = _FIRST_PIECE_BYTES

    def write(self, data: bytes) -> int:
        """Write all of `data`.  Raises `GoneError` if nobody takes it."""
        self._parts.append(bytes(data))
        self._size += len(data)
        self.bytes += len(data)
        if self._size >= self._enough:
            self.flush()
            self._enough = _PIECE_BYTES
        return len(data)

    def flush(self) -> None:
        """Hand on what is held."""
        piece = b"".join(self._parts)
        self._parts.clear()
        self._size = 0
        if piece:
            self._put(piece)

    def end(self) -> None:
        """Say that there is no more."""
        self._is_complete = True
        self._wake()

    def _put(self, piece: bytes) -> None:
        waited_s = 0.0
        while not self._is_unwanted.is_set() and waited_s < PATIENCE_S:
            if self._room.acquire(timeout=0.5):
                self._there.append(piece)
                self._wake()
                return
            waited_s += 0.5
        self._is_unwanted.set()
        raise GoneError()

    def _wake(self) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is over
            self._loop.call_soon_threadsafe(self._has_more.set)

    async def take(self) -> bytes:
        """What was written since; nothing at the end."""
        while not self._there and not self._is_complete:
            self._has_more.clear()
            if not self._there and not self._is_complete:
                await self._has_more.wait()
        pieces = []
        while self._there:
            pieces.append(self._there.popleft())
            self._room.release()
        return b"".join(pieces)

    def give_up(self) -> None:
        """Tell the writer that nobody takes any more."""
        self._is_unwanted.set()


def _write(scan: Scan, form: ExportFormat, columns: Sequence[Column], output: _Pieces) -> None:
    rows = 0

    def counted() -> Iterator[ScannedArticle]:
        nonlocal rows
        for found in scan:
            rows += 1
            yield found

    try:
        with scan:
            form.format.write(counted(), columns, output, Options())
            if form.format.name == "jsonl":
                output.text(to_json({"end": True, "rows": rows}) + "\n")
            output.flush()
    except GoneError:
        pass
    finally:
        output.end()


def scan_for(archive: Archive, q: str, sort: str) -> Callable[[float], Scan]:
    """What finds the articles of `q`, in a thread.  Raises: as `Archive.scan`."""
    return lambda left_s: archive.scan_of(Request(q, limit=None, sort=sort, timeout_s=left_s))
