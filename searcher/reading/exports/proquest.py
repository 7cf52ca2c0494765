"""Which articles are in an export of ProQuest?

Text, HTML and the mails that ProQuest sends have the same labels (`Author: Publication
info: Full text: Subject: ... Document URL:`) in the language of the interface.  In text,
documents are parted by lines of underscores and begin with `Document N of M`; a label
follows a blank line, and the headline stands above the first.  In HTML, each document
begins at an anchor `DocID_...`, labels are `strong`, and the text may be a whole document
of HTML of its own inside a `text` element.

Names are written "Last, First; Last, First".  Entries without a full text are kept with
their abstract, and say so (`teaser`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from searcher.article import Article
from searcher.reading.encoding import decode
from searcher.reading.exports.html_blocks import blocks_in
from searcher.reading.exports.labels import LABEL, field_of, is_known
from searcher.reading.exports.proquest_mail import page_of_mail
from searcher.reading.exports.records import Count, Record, articles_of
from searcher.reading.office.blocks import Block, lines_of
from searcher.reading.prose import paragraphs
from searcher.reading.source import Options, Source

__all__ = ["is_export", "read_blocks", "read_source"]

_RULE = re.compile(r"^[^\S\n]*_{20,}[^\S\n]*$", re.M)
_NUMBERED = re.compile(r"\s*[^\W\d_]{4,14}\s+(\d{1,6})\s+[^\W\d_]{1,4}\s+(\d{1,6})\s*")
_ANCHOR = re.compile(r"<a\b[^<>]{0,100}\bname\s*=\s*[\"']?DocID_", re.I)
_BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")
_NONE = re.compile(
    r"(?:none available|not available|nicht verfügbar|non disponible|no disponible|"
    r"keine angabe|aucun|ninguno|full text not available.{0,80})\.?",
    re.I | re.S,
)
_INFO = re.compile(
    r"([^;\[\]]{2,200}?)\s*(?:[;\[].*?)?\]?\s*[.;]?\s*(\d{1,2} [^\W\d_]{3,12}\.? \d{4})\b"
    r"(?:\s*:\s*([\w.,\s-]{1,40}?)\.?\s*$)?",
    re.S,
)
_LONGEST_INFO = 600
_EDITION = re.compile(r",\s*([^,;]{0,60}\bedition\b[^;]{0,60})$", re.I)
_DESK = re.compile(r"\s*:?\s*\[([^\[\]]{2,80})\]\s*$")
_LINK = re.compile(r"https?://[^\s<>\"]{4,2000}")
_BROKEN = re.compile(r"(?<=\d) (?=\d)")
_CREDIT = re.compile(r"\s*(?:Credit|Autor|Crédito?)\s*:\s*(.{2,200})", re.I)
_MARKUP = re.compile(r"(?:html|body|head)?>")
_PASSED_OVER = (".document_view_image", ".document_view_caption", "head", ".sr-only")


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the articles of an export in text, HTML or a mail."""
    data = source.read()
    text, encoding = decode(data, name=source.name)
    start = text.lstrip("\ufeff \r\n\t")[:2000]
    if not start.startswith(("<", "_")) and re.match(r"[\w-]{1,60}:[ \t]", start):
        text, encoding = page_of_mail(data, source.name)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _ANCHOR.search(text) or text.lstrip("\ufeff \n").startswith("<"):
        yield from articles_of(_in_html(text, source.name), source, options, encoding, "ProQuest")
    else:
        yield from _of_text(text, source, options, encoding)


def is_export(blocks: Sequence[Block]) -> bool:
    """Whether the paragraphs of a document are such an export."""
    lines = [block.line for block in blocks[:400]]
    names = [found[1] for line in lines if (found := LABEL.match(line))]
    fields = {field_of(name, "") for name in names}
    return {"body", "identifier"} <= fields and any("proquest" in line.lower() for line in lines)


def read_blocks(
    blocks: Sequence[Block], source: Source, options: Options, *, encoding: str | None
) -> Iterator[Article]:
    """Yield the articles of an export that came as a document."""
    text = "\n\n".join(block.text for block in blocks if block.text)
    yield from _of_text(text, source, options, encoding)


def _of_text(
    text: str, source: Source, options: Options, encoding: str | None
) -> Iterator[Article]:
    pieces = [piece for piece in _RULE.split(text) if piece.strip()]
    numbers = [number for piece in pieces if (number := _number_of(piece))]
    said = int(numbers[-1][2]) - int(numbers[0][1]) + 1 if numbers else None
    where = " ".join(numbers[-1][0].split()) if numbers else ""
    records = (record for record in map(_in_text, pieces) if record is not None)
    counted = Count(source, said, where).check(records)
    yield from articles_of(counted, source, options, encoding, "ProQuest")


def _number_of(piece: str) -> re.Match[str] | None:
    lines = (line for line in piece.split("\n", 12) if line.strip())
    return _NUMBERED.fullmatch(next(lines, ""))


def _in_text(piece: str) -> Record | None:
    """The article of one document; None for what is none, such as the page of contacts."""
    chunks = [chunk for chunk in _BLANK_LINES.split(piece.strip("\n")) if chunk.strip()]
    if chunks and _NUMBERED.fullmatch(chunks[0]):
        chunks.pop(0)
    labels = [LABEL.match(chunk.lstrip()) for chunk in chunks]
    fields = [found is not None and is_known(found[1]) for found in labels]
    if sum(fields) < 3:
        return None
    ends = _ends_of_texts(chunks, fields, [found is not None for found in labels])
    record = Record(inverted=True)
    first = fields.index(True)
    record.title = " ".join(" ".join(chunks[:first]).split())
    at = first
    while at < len(chunks):
        found, chunk = labels[at], chunks[at].lstrip()
        at += 1
        if found is None:
            _take_line(record, chunk)
            continue
        value = chunk[found.end() :]
        if field_of(found[1], value) != "body":
            _take(record, found[1], value)
            continue
        end = ends[at]
        text = "\n\n".join([value, *chunks[at:end]])
        if not _NONE.fullmatch(text.strip()):
            record.body = paragraphs(text)
        at = end
    return _finished(record)


def _ends_of_texts(chunks: list[str], fields: list[bool], labels: list[bool]) -> list[int]:
    """For each paragraph, where the labels below a text that begins there begin.

    That is the first label that is known, if most of what follows it are labels.
    """
    ends = [len(chunks)] * (len(chunks) + 1)
    after = 0
    for n in range(len(chunks) - 1, -1, -1):
        after += labels[n]
        ends[n] = ends[n + 1]
        if fields[n] and after * 10 >= 6 * (len(chunks) - n):
            ends[n] = n
        elif ends[n] == n + 1 and labels[n] and _is_value(chunks[n]):
            ends[n] = n  # labels that nobody knows may stand above the first that is known
    return ends


def _is_value(chunk: str) -> bool:
    return "\n" not in chunk.strip() and not chunk.rstrip().endswith((".", "?", "!", '"', "”"))


def _in_html(text: str, name: str) -> Iterator[Record]:
    starts = [found.start() for found in _ANCHOR.finditer(text)] or [0]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        for blocks in _documents(blocks_in(text[start:end], name)):
            record = _of_lines(blocks)
            if record is not None:
                yield record


def _documents(blocks: list[Block]) -> Iterator[list[Block]]:
    """The paragraphs of each document, where anchors do not part them.

    Below the text of one, the label of an author begins the next; its headline is above.
    """
    start, has_text = 0, False
    for n, block in enumerate(blocks):
        label = _label_of(block)
        name = field_of(label, "") if label else None
        has_text = has_text or name == "body"
        if has_text and name in ("byline", "publication_info") and n - 1 > start:
            yield blocks[start : n - 1]
            start, has_text = n - 1, False
    yield blocks[start:]


def _label_of(block: Block) -> str:
    """The label that a paragraph begins with, in bold type and with a colon."""
    first = next((run for run in block.runs if run.text.strip()), None)
    if first is None or "b" not in first.marks:
        return ""
    label = first.text.strip()
    return label[:-1].strip() if label.endswith((":", "：")) and len(label) < 60 else ""


def _of_lines(blocks: list[Block]) -> Record | None:
    record = Record(inverted=True)
    is_text = False
    labels = 0
    for block in blocks:
        if any(block.has(mark) for mark in _PASSED_OVER):
            continue
        label = "" if block.has("text") else _label_of(block)
        line = block.line
        if label:
            labels += 1
            value = line[len(label) :].lstrip(" :：")
            is_text = field_of(label, value) == "body"
            if is_text and value and not _NONE.fullmatch(value):
                record.body.append(value)
            elif not is_text:
                _take(record, label, value)
        elif is_text or block.has("text"):
            if block.has(".illustration_content"):
                record.keep("captions", line)
            elif not _MARKUP.fullmatch(line) and not (block.is_all("b") and line == "Illustration"):
                record.body += (part.line for part in lines_of([block]))
        elif not record.title and not labels:
            record.title = line
        else:
            _take_line(record, line)
    return _finished(record) if labels >= 3 else None


def _take(record: Record, label: str, value: str) -> None:
    value = value.strip()
    if _NONE.fullmatch(value):
        return
    name = field_of(label, value)
    if name == "publication_info":
        _take_info(record, value)
    elif name == "source":
        source = value.split(";")[0].strip()
        edition = _EDITION.search(source)
        if edition is not None:
            record.keep("edition", edition[1])
            source = source[: edition.start()]
        record.source = (record.metadata.pop("_source", [""])[0] and source) or source
    elif name == "date":
        record.date = None
        record.take_date(value)
        if record.date is None:
            record.take_date(_BROKEN.sub("", value))  # "Jan 11, 2 009"
    elif name == "title":
        record.title = value if not record.title or value.startswith(record.title) else record.title
    elif name == "url":
        found = _LINK.search(value)
        record.url = found[0] if found else record.url
    elif name != "links":
        record.take(label, value)


def _take_info(record: Record, value: str) -> None:
    """Read "Northfield Courier ; Northfield [Northfield]09 Mar 2021: A.3."."""
    found = _INFO.match(" ".join(value.split())[:_LONGEST_INFO])
    if found is None:
        return
    if not record.source:
        record.source = _EDITION.sub("", found[1]).strip(" ,")
    record.take_date(found[2])
    record.keep("page", (found[3] or "").strip(" ."))


def _take_line(record: Record, line: str) -> None:
    """Read a line without label: an address, or the citation below the headline."""
    found = _LINK.search(line)
    if found is not None:
        record.url = record.url or found[0]
        return
    if record.date is None and "[" in line:
        cited = re.search(r"\]\.?\s*(\d{1,2} [^\W\d_]{3,12}\.? \d{4})", line)
        if cited is not None:
            record.take_date(cited[1])


def _finished(record: Record) -> Record:
    desk = _DESK.search(record.title)
    if desk is not None and desk.start() > 0:
        record.title = record.title[: desk.start()]
        record.section = record.section or desk[1]
    credit = _CREDIT.fullmatch(record.body[-1]) if len(record.body) > 1 else None
    if credit is not None:
        record.body.pop()
        record.keep("credit", credit[1])
        record.byline = record.byline or [credit[1]]
    if not record.body and (abstract := record.metadata.get("abstract")):
        record.body = list(abstract)
        record.keep("teaser", "yes")
    return record
