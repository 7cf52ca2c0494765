"""Given bytes, which articles?

`read` finds out how a file is packed, written and encoded, and yields its articles
one by one; `read_bytes` does the same for bytes in memory.  `FORMATS` is the one table
of formats: to add a format, write a module with a `read_source(source, options)`
generator and add a row (and, if its content shows what it is, a sniffer).

    path ── source.py (regular file?) and compression.py (packed?)
         ── sniff.py (which format?) and recognition.py (or what else?)
         ── html/, json/, sgml/, text.py, markdown.py
            with encoding.py, dates.py (and date_words.py), bylines.py (and byline_words.py,
            east_asian_names.py), field_keys.py, addresses.py, field_map.py, prose.py, markup.py ──▶ Article

Importing this package costs next to nothing: a format's module, and whatever parser
it needs, is imported when the first file of that format is read.

Not done here: walking folders (`is_candidate` says which files a walk should try),
fetching, and anything to do with an index.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from searcher.errors import ReadError
from searcher.fields import FIELDS, FieldTable
from searcher.importing import InstalledOnly
from searcher.reading import recognition, sniff
from searcher.reading.compression import SUFFIXES
from searcher.reading.encoding import decode, is_binary
from searcher.reading.field_map import FieldMap, MapUse, UnusedKey, check_field_map
from searcher.reading.recognition import LeftOut, extension_of
from searcher.reading.source import Options, Source, open_bytes, open_file

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
    "recognise",
]


@dataclass(frozen=True, slots=True)
class Format:
    """One row of the table of formats.

    `sniff` looks at the head of a file, or is None when content cannot tell; `module`
    holds `read_source(source, options)`; `many` says that a file may hold many articles.
    """

    name: str
    extensions: tuple[str, ...]
    sniff: Callable[[bytes], bool] | None
    module: str
    many: bool

    def read(self, source: Source, options: Options) -> Iterator[Article]:
        """Yield the articles of `source`."""
        with InstalledOnly():
            module = importlib.import_module(f"searcher.reading.{self.module}")
        articles: Iterator[Article] = module.read_source(source, options)
        return articles


# Content is asked in this order, so the more particular formats come first.
FORMATS: tuple[Format, ...] = (
    Format("reuters", (".sgm",), sniff.is_reuters, "sgml.reuters", many=True),
    Format("trec", (".sgml", ".trec"), sniff.is_trec, "sgml.trec", many=True),
    Format("html", (".html", ".htm", ".xhtml", ".shtml"), sniff.is_html, "html", many=False),
    Format("jsonl", (".jsonl", ".ndjson", ".jl"), sniff.is_json_lines, "json.lines", many=True),
    Format("json", (".json",), sniff.is_json, "json.articles", many=True),
    Format(
        "markdown", (".md", ".markdown", ".mdown"), sniff.is_front_matter, "markdown", many=False
    ),
    Format("text", (".txt", ".text"), None, "text", many=False),
)
MOST_BROKEN = 100_000  # records, after which a file with fewer good ones is given up
MAX_LISTED = 1_000  # records of one file whose errors are listed one by one
_BY_NAME = {format_.name: format_ for format_ in FORMATS}
_BY_EXTENSION = {extension: format_ for format_ in FORMATS for extension in format_.extensions}


def read(
    path: str | os.PathLike[str],
    *,
    field_map: Mapping[str, str] | None = None,
    values: Sequence[str] = (),
    on_error: Callable[[ReadError], None] | None = None,
    on_map_use: Callable[[MapUse], None] | None = None,
) -> Iterator[Article]:
    """Yield the articles of one file, in order.

    Arguments:
        path: a regular file, plain or packed with gzip or xz.
        field_map: for JSON, the key (dotted for nested ones) that holds a field of an
            article: `{"title": "hed", "body": "content.text"}`.
        values: names of value fields that the archive has besides the usual ones; they are
            read from the keys of their names, or from where `field_map` says.
        on_error: gets the error of each record that cannot be read, after which
            reading goes on; without it the first such error is raised.
        on_map_use: at the end of a file of records, gets the keys of `field_map` that none
            of them had.

    Raises:
        ReadError: on the first step, the file cannot be opened, or holds no article.
        TypeError, ValueError: `field_map` is no map of fields of articles to keys.
        FieldError: one of `values` is no name for a field.
    """
    fields = FIELDS.with_values(*values)
    check_field_map(field_map, fields)
    with open_file(path) as source:
        yield from _read(source, field_map, fields, on_error, on_map_use)


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


def _read(
    source: Source,
    field_map: Mapping[str, str] | None,
    fields: FieldTable,
    on_error: Callable[[ReadError], None] | None,
    on_map_use: Callable[[MapUse], None] | None = None,
) -> Iterator[Article]:
    watched = FieldMap(field_map or {})
    listed = None if on_error is None else _Listed(source.name, on_error)
    options = Options(watched, listed, fields)
    try:
        articles = _format_of(source).read(source, options)
        if listed is None:
            yield from articles
            return
        for article in articles:
            listed.good += 1
            yield article
    except OSError as error:  # the disk, in the middle of the file
        raise ReadError(source.name, error.strerror or str(error)) from error
    except MemoryError as error:
        raise _too_much_memory(source.name) from error
    except RecursionError as error:
        raise ReadError(source.name, "nested too deeply to be read", hint="split it") from error
    finally:
        if listed is not None:
            listed.finish()
        if on_map_use is not None and watched and (use := watched.use(source.name)) is not None:
            on_map_use(use)


def _too_much_memory(name: str) -> ReadError:
    return ReadError(name, "takes more memory than there is", hint="split the file")


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
        return _format_of(source)


def recognise(path: str | os.PathLike[str]) -> Format | LeftOut:
    """Say by its head, then its name, which format a file is in, or why it is left out.

    The file is opened and at most 32 KiB of it are read (more if it is packed).

    Raises:
        ReadError: it cannot be opened or unpacked, or is not a regular file.
    """
    try:
        with open_file(path) as source:
            return _recognise(source)
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
    return extension == "" or extension in _BY_EXTENSION


def _format_of(source: Source) -> Format:
    found = _recognise(source)
    if isinstance(found, LeftOut):
        raise recognition.refusal(source.name, found)
    return found


def _recognise(source: Source) -> Format | LeftOut:
    raw = source.head
    extension = extension_of(source.name, SUFFIXES)
    shown = recognition.magic(raw, extension)
    if shown is not None:
        return shown
    head = sniff.plain_head(raw)
    named = _BY_EXTENSION.get(extension)
    foreign_name = recognition.named(extension)
    sniffed = next((f for f in FORMATS if f.sniff is not None and f.sniff(head)), None)
    if sniffed is not None and sniffed.name == "html" and named is not sniffed:
        foreign = recognition.server_code(head, extension) or recognition.foreign_markup(head)
        return foreign or sniffed
    if sniffed is not None:
        # JSON and front matter look alike whatever they say: settings, maps, notebooks.
        many = sniffed.name in ("reuters", "trec", "html")
        return sniffed if many or named is not None or foreign_name is None else foreign_name
    if named is not None and named.name != "text":
        return recognition.foreign_markup(head) or named if named.name == "html" else named
    # The rest is text, or nothing that is read.
    foreign = recognition.server_code(head, extension) or recognition.foreign_markup(head)
    if foreign is None and named is None and recognition.looks_like_a_page(head, extension):
        return _BY_NAME["html"]
    foreign = foreign or (recognition.foreign_text(_text_of(raw, source.name), extension))
    if foreign is None and named is None:
        if sniff.is_markup(head):
            return LeftOut("xml", "markup of an unknown kind")
        foreign = foreign_name
    return foreign or _BY_NAME["text"]


def _text_of(raw: bytes, name: str) -> str | None:
    """The head as text good enough to see its shape, or None when it is binary."""
    if b"\0" not in raw and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None if is_binary(raw) else raw.decode("utf-8", "replace")
    try:
        return decode(raw, name=name)[0]
    except ReadError:
        return None
