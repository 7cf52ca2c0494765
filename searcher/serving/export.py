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
import queue
import threading
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
        output = _Pieces()
        writing = loop.run_in_executor(self._pool, _write, scan, form, columns, output)
        try:
            while (piece := await loop.run_in_executor(None, output.take)) is not None:
                yield piece
            await writing
        finally:
            output.give_up()

    def close(self) -> None:
        """Take no more."""
        self._pool.shutdown(wait=False, cancel_futures=True)


class _Pieces(BinaryOutput):
    """An output that is taken away by another thread, a piece at a time."""

    def __init__(self) -> None:
        super().__init__(self)
        self._queue: queue.Queue[bytes | None] = queue.Queue(_MOST_PIECES)
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
        """Hand on what is held, and that there is no more."""
        with contextlib.suppress(GoneError):
            self._put(None)

    def _put(self, piece: bytes | None) -> None:
        waited_s = 0.0
        while not self._is_unwanted.is_set() and waited_s < PATIENCE_S:
            try:
                self._queue.put(piece, timeout=0.5)
                return
            except queue.Full:
                waited_s += 0.5
        self._is_unwanted.set()
        raise GoneError()

    def take(self) -> bytes | None:
        """The next piece; None after the last."""
        while True:
            with contextlib.suppress(queue.Empty):
                return self._queue.get(timeout=0.5)
            if self._is_unwanted.is_set():
                return None

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
