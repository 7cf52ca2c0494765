"""Which articles are in an export of Nexis, as it was until 2018?

Text and HTML have one layout.  Each article begins with `N of M DOCUMENTS` or `Dokument N
von M`, in the language of the interface; then come the source, the date and the headline,
each in the middle of its line, then labels in capitals (`BYLINE: SECTION: LENGTH:`), the
text, and labels again (`LOAD-DATE: LANGUAGE: GRAPHIC:`), and a copyright.  Before 2004 or so
the copyright stood first and headline and text had labels too (`HEADLINE: BODY:`).

A label is capitals and a colon at the start of a paragraph.  Speakers of a transcript look
the same, so an unknown label counts only where it stands once.  The text is what stands
between the last label above it and the first below.

How many articles there should be say the numbers themselves, the request on the cover page
(`Selected Items: 1-49`) and the head of the HTML (`DOCUMENTS="49"`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading.encoding import decode
from searcher.reading.exports.export_dates import is_date_line
from searcher.reading.exports.html_blocks import blocks_in
from searcher.reading.exports.labels import LABEL, WORD_COUNT, field_of, is_known
from searcher.reading.exports.nexis_parts import COPYRIGHT, finish, take_section
from searcher.reading.exports.records import Count, Record, articles_of
from searcher.reading.office.blocks import Block, Run, split_before
from searcher.reading.prose import paragraphs
from searcher.reading.source import Options, Source

__all__ = ["COUNT_LINE", "is_export", "read_blocks", "read_source"]

COUNT_LINE = re.compile(
    r"\s*(?:(?:Dokument|Document|Documento|Documenten?)\s+)?(\d{1,6})\s+"
    r"(?:of|von|de|sur|di|van|av|af|z|из|/|out of)\s+(\d{1,6})"
    r"(?:\s+[^\W\d_a-zß-ÿ]{5,14}|(?<=\d))\s*"
)
"""`3 of 49 DOCUMENTS`, `3 von 49 DOKUMENTEN`, `Dokument 3 von 49`."""
_DOCUMENT = re.compile(r"<DOC\s+NUMBER\s*=\s*\"?\d", re.I)
_ITEMS = re.compile(
    r"\b(?:Items|Documents|Dokumente|Titel|Elemente|Éléments|Artículos)\b[^:\n]{0,20}:\s*(\d{1,6})\s*-\s*(\d{1,6})"
)
_META = re.compile(r"<META\b[^>]{0,200}\bDOCUMENTS\s*=\s*\"?(\d{1,6})", re.I)
_BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")
_HEADER_LINES = 10
_BELOW = frozenset(
    ["language", "load_date", "publication_type", "document_type", "graphic", "subjects"]
)
_LONGEST_VALUE = 240


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the articles of an export in text or HTML."""
    text, encoding = decode(source.read(), name=source.name)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    blocks: list[Block] = []
    said = None
    if _looks_like_markup(text):
        said = _META.search(text[:20_000])
        starts = [found.start() for found in _DOCUMENT.finditer(text)]
        # Cut inside the comment that the number stands in, at its beginning.
        cuts = [0, *(max(0, text.rfind("<!--", 0, at)) for at in starts), len(text)]
        for start, end in pairwise(cuts):
            blocks += blocks_in(text[start:end], source.name)
    else:
        blocks = _chunks(text)
    if not any(map(_count_in, blocks)):
        raise ReadError(source.name, "an export of Nexis without any article", kind="nexis")
    number = int(said[1]) if said else None
    yield from _read(blocks, source, options, encoding, number)


def is_export(blocks: Sequence[Block]) -> bool:
    """Whether the paragraphs of a document are such an export."""
    return any(map(_count_in, blocks[:200]))


def read_blocks(
    blocks: Sequence[Block], source: Source, options: Options, *, encoding: str | None
) -> Iterator[Article]:
    """Yield the articles of an export that came as a document."""
    yield from _read([block for block in blocks if block.text], source, options, encoding, None)


def _count_in(block: Block) -> re.Match[str] | None:
    """The numbers of an article, if a paragraph is the line that begins it."""
    line = block.line
    if not line[-1:].isalnum() or len(line) > 60:
        return None
    found = COUNT_LINE.fullmatch(line)
    # Two numbers alone are a score.
    return found if found and any(map(str.isupper, line)) else None


def _looks_like_markup(text: str) -> bool:
    return text.lstrip("\ufeff \n")[:1] == "<" or "<DOCFULL>" in text[:40_000]


def _chunks(text: str) -> list[Block]:
    """The paragraphs of the text, each with its line breaks; labels are their own."""
    chunks = []
    for chunk in _BLANK_LINES.split(text.replace("\f", "\n\n")):
        if chunk.strip():
            chunks.append(Block([Run(chunk)]))
    return chunks


def _read(
    blocks: list[Block], source: Source, options: Options, encoding: str | None, said: int | None
) -> Iterator[Article]:
    groups = split_before(blocks, lambda block: _count_in(block) is not None)
    cover: list[Block] = []
    if groups and not _count_in(groups[0][0]):
        cover = groups.pop(0)
    records = Count(source, *_expected(groups, cover, said)).check(map(_record, groups))
    yield from articles_of(records, source, options, encoding, "Nexis")


def _expected(
    groups: list[list[Block]], cover: list[Block], said: int | None
) -> tuple[int | None, str]:
    """How many articles the file should have, and what says so."""
    if said is not None:
        return said, "in its head"
    request = _ITEMS.search("\n".join(block.text for block in cover[:20]))
    if request is not None and int(request[2]) >= int(request[1]):
        return int(request[2]) - int(request[1]) + 1, request[0].strip()
    counts = [found for group in groups if (found := _count_in(group[0]))]
    first, last, total = int(counts[0][1]), int(counts[-1][1]), int(counts[-1][2])
    line = " ".join(counts[-1][0].split())
    if first == 1 and last <= total:
        return total, line
    return max(1, last - first + 1), line


def _label_of(block: Block) -> tuple[str, str] | None:
    """The label in capitals that a paragraph begins with, and what follows it."""
    text = block.text
    found = LABEL.match(text)
    if found is None or any(map(str.islower, found[1])) or len(found[1]) < 3:
        return None
    return found[1], text[found.end() :]


def _record(blocks: list[Block]) -> Record:
    record = Record()
    blocks = blocks[1:]
    labels = [_label_of(block) for block in blocks]
    often = Counter(found[0] for found in labels if found)
    at = _take_header(blocks, labels, record)
    start = at
    while start < len(blocks) and (found := labels[start]) and _is_field(found, often):
        label, value = found
        start += 1
        if _take(record, label, value) == "body":
            if value:
                record.body += paragraphs(value)
            break
    end = _end_of_text(blocks, labels, often, start)
    for block in blocks[start:end]:
        record.body += paragraphs(block.text)
    last = ""
    for block, found in zip(blocks[end:], labels[end:], strict=True):
        if found:
            last, value = found
            _take(record, last, value)
        elif COPYRIGHT.match(block.line):
            record.keep("rights", block.line)
        elif last:
            _take(record, last, block.text)
    finish(record)
    return record


def _take_header(blocks: list[Block], labels: list[tuple[str, str] | None], record: Record) -> int:
    """Read source, date and headline; returns where the labels begin."""
    first_label = next((n for n, found in enumerate(labels) if found), len(blocks))
    head = min(first_label, _HEADER_LINES)
    date_at = next((n for n in range(head) if is_date_line(blocks[n].text.split("\n", 1)[0])), None)
    if date_at is None:
        # No line is a date: the first is the source, the last before the labels the headline.
        lines = [block for block in blocks[:first_label] if not COPYRIGHT.match(block.line)]
        if first_label <= _HEADER_LINES:
            record.source = lines[0].line if lines else ""
            record.title = lines[-1].line if len(lines) > 1 else ""
            return first_label
        return 0
    line, _, rest = blocks[date_at].text.partition("\n")
    record.take_date(line)
    record.keep("edition", _edition(line))
    record.keep("notes", rest)
    for block in blocks[:date_at]:
        if COPYRIGHT.match(block.line):
            record.keep("rights", block.line)
        else:
            record.source = block.line
    titles = blocks[date_at + 1 : first_label]
    if first_label > date_at + 6:
        titles = titles[:1]  # no labels at all, so that the text follows
        first_label = date_at + 2
    if titles:
        record.title = titles[0].line
        for block in titles[1:]:
            record.keep("subtitle", block.line)
    return first_label


def _edition(line: str) -> str:
    """What follows the weekday of a date: "FINAL EDITION"."""
    parts = [part.strip() for part in re.split(r"\s*,+\s*", line)]
    return parts[-1] if len(parts) > 3 and not any(map(str.isdigit, parts[-1])) else ""


def _is_field(found: tuple[str, str], often: Counter[str]) -> bool:
    label, value = found
    if is_known(label):
        return True
    return often[label] == 1 and len(value) <= _LONGEST_VALUE and not value.endswith((".", "?"))


def _end_of_text(
    blocks: list[Block],
    labels: list[tuple[str, str] | None],
    often: Counter[str],
    start: int,
) -> int:
    """Where the labels below the text begin."""
    end = len(blocks)
    while end > start:
        found = labels[end - 1]
        is_below = found is not None and (is_known(found[0]) or often[found[0]] == 1)
        if not is_below and not COPYRIGHT.match(blocks[end - 1].line):
            break
        end -= 1
    # A label may have a paragraph more, and then what stands above it is below the text too.
    after = sum(map(bool, labels[start + 1 :]))
    for n in range(start + 1, end):
        found = labels[n]
        if found is None:
            continue
        is_below = is_known(found[0]) and field_of(*found) in _BELOW
        if is_below and after * 2 >= len(blocks) - n:
            return n
        after -= 1
    return end


def _take(record: Record, label: str, value: str) -> str | None:
    name = field_of(label, value)
    if name == "section":
        take_section(record, value)
        return name
    if name == "length" and WORD_COUNT.match(value):
        record.keep("length", value)
        return name
    return record.take(label, value)
