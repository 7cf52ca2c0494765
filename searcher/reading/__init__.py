"""Given bytes, which articles?

`read` finds out how a file is packed, written and encoded, and yields its articles
one by one; `read_bytes` and `read_stream` do the same for bytes in memory and pipes.
`FORMATS` (formats.py) is the one table of formats.

    path ── source.py (regular file?) and compression.py with decompressors.py (packed?)
         ── formats.py with head.py and sniff.py (which format?), recognition.py (or what else?)
         ── html/, json/, feeds/, cms/, sgml/, wire/, exports/, office/, tables/, ocr/, pdf/,
            text.py (with header_labels.py and headings.py), markdown.py; web_archives/,
            archives/, mail/ with nesting.py and deferred.py (files inside files); beside.py
            (files beside files), child.py (readers that may crash); with xml.py, encoding.py
            (and charsets.py),
            dates.py (and date_words.py), bylines.py (and byline_words.py, east_asian_names.py),
            addresses.py, languages.py, status.py, field_keys.py, metadata_keys.py, field_map.py,
            weight.py, attributes.py, boilerplate.py, explaining.py, prose.py, markup.py,
            fragments.py ──▶ Article

Importing this package costs next to nothing: a format's module, and whatever parser
it needs, is imported when the first file of that format is read.

Not done here: walking folders (`is_candidate` says which files a walk should try),
fetching, and anything to do with an index.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, BinaryIO

from searcher.errors import ReadError
from searcher.fields import FIELDS, FieldTable
from searcher.reading.compression import SUFFIXES
from searcher.reading.field_map import FieldMap, MapUse, UnusedKey, check_field_map
from searcher.reading.formats import (
    BY_CONTENT,
    BY_EXTENSION,
    FORMATS,
    Format,
    format_of,
    recognise_head,
)
from searcher.reading.head import Head
from searcher.reading.recognition import LeftOut, extension_of
from searcher.reading.source import (
    TOO_MUCH_MEMORY,
    Options,
    Source,
    open_bytes,
    open_file,
    open_stream,
)

if TYPE_CHECKING:
    from searcher.article import Article

__all__ = [
    "FORMATS",
    "Format",
    "LeftOut",
    "MapUse",
    "UnusedKey",
    "detect",
    "is_candidate",
    "read",
    "read_bytes",
    "read_stream",
    "recognise",
]


MOST_BROKEN = 100_000  # records, after which a file with fewer good ones is given up
MAX_LISTED = 1_000  # records of one file whose errors are listed one by one


def read(
    path: str | os.PathLike[str],
    *,
    field_map: Mapping[str, str] | None = None,
    values: Sequence[str] = (),
    on_error: Callable[[ReadError], None] | None = None,
    on_map_use: Callable[[MapUse], None] | None = None,
    on_left_out: Callable[[str, LeftOut], None] | None = None,
    defer: bool = False,
) -> Iterator[Article]:
    """Yield the articles of one file, in order.

    Arguments:
        path: a regular file, plain or packed with gzip, xz, bzip2, lzma, zstd or lz4.
        field_map: for JSON, the key (dotted for nested ones) that holds a field of an
            article: `{"title": "hed", "body": "content.text"}`.
        values: names of value fields that the archive has besides the usual ones; they are
            read from the keys of their names, or from where `field_map` says.
        on_error: gets the error of each record that cannot be read, after which
            reading goes on; without it the first such error is raised.
        on_map_use: at the end of a file of records, gets the keys of `field_map` that none
            of them had.
        on_left_out: gets the name of each member of an archive that is in no format that is
            read, and what it is.
        defer: pages in crawls and archives come as `deferred.Deferred` parts in place of
            their articles, for whoever reads them in other processes.

    Raises:
        ReadError: on the first step, the file cannot be opened, or holds no article.
        TypeError, ValueError: `field_map` is no map of fields of articles to keys.
        FieldError: one of `values` is no name for a field.
    """
    fields = FIELDS.with_values(*values)
    check_field_map(field_map, fields)
    with open_file(path) as source:
        yield from _read(source, field_map, fields, on_error, on_map_use, on_left_out, defer)


def read_bytes(
    data: bytes,
    *,
    name: str,
    field_map: Mapping[str, str] | None = None,
    values: Sequence[str] = (),
    on_error: Callable[[ReadError], None] | None = None,
) -> Iterator[Article]:
    """Yield the articles in `data`, the contents of a file called `name`; see `read`."""
    fields = FIELDS.with_values(*values)
    check_field_map(field_map, fields)
    with open_bytes(data, name) as source:
        yield from _read(source, field_map, fields, on_error)


def read_stream(
    stream: BinaryIO,
    *,
    name: str,
    field_map: Mapping[str, str] | None = None,
    values: Sequence[str] = (),
    on_error: Callable[[ReadError], None] | None = None,
    on_map_use: Callable[[MapUse], None] | None = None,
) -> Iterator[Article]:
    """Yield the articles that come out of `stream`, such as a pipe; see `read`.

    The stream is read to its end, in pieces where its format allows, and not closed.
    """
    fields = FIELDS.with_values(*values)
    check_field_map(field_map, fields)
    with open_stream(stream, name) as source:
        yield from _read(source, field_map, fields, on_error, on_map_use)


def _read(
    source: Source,
    field_map: Mapping[str, str] | None,
    fields: FieldTable,
    on_error: Callable[[ReadError], None] | None,
    on_map_use: Callable[[MapUse], None] | None = None,
    on_left_out: Callable[[str, LeftOut], None] | None = None,
    defer: bool = False,
) -> Iterator[Article]:
    watched = FieldMap(field_map or {})
    listed = None if on_error is None else _Listed(source.name, on_error)
    options = Options(watched, listed, fields, on_left_out, defer=defer)
    try:
        articles = format_of(source).read(source, options)
        if listed is None:
            yield from articles
            return
        for article in articles:
            listed.good += 1
            yield article
    except OSError as error:  # the disk, in the middle of the file
        raise ReadError(source.name, error.strerror or str(error)) from error
    except MemoryError as error:
        raise ReadError(source.name, TOO_MUCH_MEMORY, hint="split the file") from error
    except RecursionError as error:
        raise ReadError(source.name, "nested too deeply to be read", hint="split it") from error
    finally:
        if listed is not None:
            listed.finish()
        if on_map_use is not None and watched and (use := watched.use(source.name)) is not None:
            on_map_use(use)


class _Listed:
    """Hands on the errors of one file's records: the first thousand, and how many more.

    A file of a million broken lines is one complaint, not a gigabyte of them.
    """

    def __init__(self, name: str, on_error: Callable[[ReadError], None]) -> None:
        self._name = name
        self._on_error = on_error
        self._count = 0
        self.good = 0

    def __call__(self, error: ReadError) -> None:
        self._count += 1
        if self._count > MOST_BROKEN and self._count > self.good:
            raise ReadError(
                self._name,
                f"more than {MOST_BROKEN:,} records cannot be read, and so the rest is not tried",
                hint="is it in this format at all?",
            )
        if self._count <= MAX_LISTED:
            # Without what it was raised from, which holds the record and all that was read.
            error.__cause__ = error.__context__ = None
            self._on_error(error.with_traceback(None))

    def finish(self) -> None:
        """Say how many were not handed on."""
        if self._count > MAX_LISTED:
            reason = f"{self._count - MAX_LISTED:,} more records that cannot be read"
            self._on_error(ReadError(self._name, reason, hint="is it in this format at all?"))


def detect(path: str | os.PathLike[str]) -> Format:
    """Return the format of a file, by its head.

    Raises:
        ReadError: it cannot be opened, or is in a format that has no reader.
    """
    with open_file(path) as source:
        return format_of(source)


def recognise(path: str | os.PathLike[str]) -> Format | LeftOut:
    """Say by its head, then its name, which format a file is in, or why it is left out.

    The file is opened and at most 32 KiB of it are read (more if it is packed).

    Raises:
        ReadError: it cannot be opened or unpacked, or is not a regular file.
    """
    try:
        with open_file(path) as source:
            return recognise_head(Head(source.head, source.name))
    except ReadError as error:
        if error.kind is None:
            raise
        return LeftOut(error.kind, "empty")


def is_candidate(path: str | os.PathLike[str]) -> bool:
    """Say, by its name alone, whether a walk over a folder should try this file.

    Known extensions and names without one are candidates, hidden files are not.  Of all
    others `recognise` says what they are.
    """
    name = os.path.basename(os.fspath(path))
    if name.startswith("."):
        return False
    extension = extension_of(name, SUFFIXES)
    return extension == "" or extension in BY_EXTENSION or extension in BY_CONTENT
