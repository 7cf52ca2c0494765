"""Which text is in a document of Word, and how is it set?

A `.docx` is a zip archive of XML; the text is in the part that `_rels/.rels` calls the
office document.  It is streamed, paragraph by paragraph, and freed as it is read.  Text in
boxes is a paragraph of its own; deleted text, field codes and the second rendering that
`mc:Fallback` holds for old programs are not read.

Bounds, since an archive may claim anything: the part of the text may have 64 MiB and be
200 times what it is packed in; encrypted archives are refused.

Source: ECMA-376 (Office Open XML), part 1, chapters 11 and 17.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Any

from lxml import etree

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading.office.blocks import MOST_RUNS, NO_MARKS, Block, Run
from searcher.reading.office.documents import read_blocks
from searcher.reading.source import Options, Source

__all__ = ["blocks_of", "read_source"]

_LARGEST = 64 << 20
_SMALLEST_SUSPECT = 1 << 20
_HIGHEST_RATIO = 200
_MAIN = re.compile(rb"<Relationship\b[^>]{0,2000}/officeDocument\"[^>]{0,2000}>")
_TARGET = re.compile(rb"\bTarget=\"/?([^\"]{1,500})\"")
_HEADING = re.compile(r"heading|title|titel|titre|überschrift|título", re.I)
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError)


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the articles of a document in DOCX."""
    blocks = blocks_of(source.read(), source.name)
    if not any(run.text.strip() for block in blocks for run in block.runs):
        raise ReadError(source.name, "a DOCX document without text", kind="docx without text")
    yield from read_blocks(blocks, source, options, kind="DOCX")


def blocks_of(data: bytes, name: str) -> list[Block]:
    """The paragraphs of a document.

    Raises:
        ReadError: it is encrypted, damaged, or claims to be larger than it may be.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            part = _main_part(archive, name)
            with archive.open(part) as stream:
                return _Reader(_Bounded(stream, part, name), name).read()
    except RuntimeError as error:  # a password
        raise ReadError(name, f"an encrypted DOCX document: {error}") from error
    except _BROKEN as error:
        raise ReadError(name, f"a damaged DOCX document: {error}") from error


def _main_part(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    path = "word/document.xml"
    try:
        with archive.open("_rels/.rels") as stream:
            relations = stream.read(1 << 16)
        found = _MAIN.search(relations)
        target = _TARGET.search(found[0]) if found else None
        if target is not None:
            path = target[1].decode("utf-8", "replace")
    except KeyError:
        pass
    try:
        part = archive.getinfo(path)
    except KeyError:
        raise ReadError(name, "a zip archive, and no DOCX document in it") from None
    if part.flag_bits & 1:
        raise ReadError(name, "an encrypted DOCX document", hint="save it without a password")
    return part


class _Bounded:
    """A stream that ends with an error when more comes than is allowed."""

    def __init__(self, stream: IO[bytes], part: zipfile.ZipInfo, name: str) -> None:
        self._stream = stream
        self._name = name
        self._read = 0
        ratio = max(part.compress_size, 1) * _HIGHEST_RATIO
        self._limit = min(_LARGEST, max(ratio, _SMALLEST_SUSPECT))

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(min(size, 1 << 18) if size > 0 else 1 << 18)
        self._read += len(data)
        if self._read > self._limit:
            raise ReadError(
                self._name,
                f"a DOCX document that unpacks to more than {self._limit >> 20} MiB",
                hint="it may be a bomb",
            )
        return data


class _Reader:
    def __init__(self, stream: _Bounded, name: str) -> None:
        self._stream = stream
        self._name = name
        self._blocks: list[Block] = []
        self._open: list[Block] = []
        self._links = 0
        self._fallbacks = 0
        self._page = False
        self._count = 0

    def read(self) -> list[Block]:
        events: Any = etree.iterparse(
            self._stream, events=("start", "end"), resolve_entities=False, no_network=True,
            load_dtd=False, recover=True,
        )  # fmt: skip
        try:
            for event, element in events:
                tag = element.tag
                if not isinstance(tag, str):
                    continue
                name = tag.rpartition("}")[2]
                if event == "start":
                    self._start(name)
                else:
                    self._end(name, element)
        except etree.XMLSyntaxError as error:
            raise ReadError(self._name, f"a damaged DOCX document: {error.msg}") from error
        for entry in events.error_log:
            if "depth" in entry.message or "huge" in entry.message:
                reason = f"a DOCX document beyond what is read: {entry.message.strip()[:120]}"
                raise ReadError(self._name, reason)
        return self._blocks

    def _start(self, name: str) -> None:
        if name == "p":
            self._open.append(Block())
        elif name == "hyperlink":
            self._links += 1
        elif name == "Fallback":
            self._fallbacks += 1

    def _end(self, name: str, element: Any) -> None:
        if name == "r":
            if self._open and not self._fallbacks:
                self._run(element)
            if not self._fallbacks:
                element.clear(keep_tail=False)
        elif name == "p" and self._open:
            self._paragraph(element)
        elif name == "hyperlink":
            self._links = max(0, self._links - 1)
        elif name == "Fallback":
            self._fallbacks = max(0, self._fallbacks - 1)
            element.clear()
        elif name in ("tbl", "sectPr"):
            if name == "sectPr":
                self._page = True
            else:
                element.clear()

    def _paragraph(self, element: Any) -> None:
        block = self._open.pop()
        if self._fallbacks:
            return
        block.page = block.page or self._page
        self._page = False
        for inner in element:
            if _local(inner) != "pPr":
                continue
            for setting in inner:
                name = _local(setting)
                value = _value(setting)
                is_heading = name == "pStyle" and _HEADING.search(value) is not None
                if is_heading or (name == "outlineLvl" and value in "012345678"):
                    block.runs = [Run(r.text, r.marks | {"heading"}) for r in block.runs]
                elif name == "sectPr":
                    self._page = True
                elif name == "pageBreakBefore" and value not in ("0", "false"):
                    block.page = True
        if block.runs:
            self._blocks.append(block)
            self._count += len(block.runs)
            if self._count > MOST_RUNS:
                reason = f"a DOCX document of more than {MOST_RUNS:,} pieces of text"
                raise ReadError(self._name, reason, hint="split it")
        elif block.page:
            self._page = True
        element.clear(keep_tail=False)
        parent = element.getparent()
        if parent is not None and _local(parent) in ("body", "tc", "txbxContent"):
            while element.getprevious() is not None:
                del parent[0]

    def _run(self, element: Any) -> None:
        block = self._open[-1]
        marks = frozenset({"a"}) if self._links else NO_MARKS
        pieces: list[str] = []
        for inner in element:
            name = _local(inner)
            if name == "t":
                pieces.append(inner.text or "")
            elif name == "rPr":
                marks |= _marks(inner)
                if any(_local(setting) == "vanish" for setting in inner):
                    return
            elif name in ("br", "cr"):
                kind = _value(inner)
                if kind == "page" and not any(run.text.strip() for run in block.runs):
                    block.page = True
                pieces.append("\n")
            elif name == "tab":
                pieces.append("\t")
            elif name == "noBreakHyphen":
                pieces.append("-")
        if pieces:
            block.runs.append(Run("".join(pieces), marks))


def _value(element: Any) -> str:
    """The first attribute, which is the only one as Word writes it."""
    return next((str(element.get(key)) for key in element.keys()[:1]), "")


def _marks(properties: Any) -> frozenset[str]:
    for setting in properties:
        if _local(setting) == "b":
            value = _value(setting)
            return NO_MARKS if value in ("0", "false", "off") else frozenset({"b"})
    return NO_MARKS


def _local(element: Any) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
