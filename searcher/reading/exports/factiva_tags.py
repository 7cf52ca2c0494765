"""Which articles are in an export of Factiva whose fields have tags?

The layout "Full Article plus Indexing", as RTF, text, or a table in HTML: two to four
capitals (`HD BY WC PD SN LA LP TD`), the same in every interface, then a tab or blanks, and
the value; the text is the lead paragraph `LP` and what follows in `TD`.  `AN` is the last
field of each article; after the last one comes a summary of the search.

A line belongs to the field above it if it begins with no tag.  What looks like a tag, such
as `US` at the start of a line of text, is one only where a tab or two blanks follow and it
is in Factiva's list, or where it stands alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from searcher.article import Article
from searcher.reading.encoding import decode
from searcher.reading.exports.factiva_text import ACCESSION
from searcher.reading.exports.records import Record, articles_of
from searcher.reading.office.blocks import Block, lines_of
from searcher.reading.prose import paragraphs
from searcher.reading.source import Options, Source

__all__ = ["is_export", "read_blocks", "read_source", "record_of"]

_TAGS = (
    "SE HD BY CR WC PD ET SN SC ED PG VOL LA CY LP TD CT RF CO IN NS RE IPC IPD PUB AN CX CLM "
    "NGC GC ART DLN HLP DE TKR PN RST CAT"
)
_TAG = re.compile(
    rf"({'|'.join(_TAGS.split())})(?:[ ]?\t\s*|\s{{2,}}|[^\S\n]*$|\u00a0\s*)(.*)", re.S
)
_LONE = frozenset(["LP", "TD"])
_METADATA = {
    "PG": "page", "ED": "edition", "VOL": "volume", "SC": "source_code", "CY": "rights",
    "CR": "credit", "WC": "length", "CT": "contact", "PUB": "publisher", "RF": "notes",
    "CLM": "column", "CX": "notes", "ART": "captions", "NGC": "source_group",
}  # fmt: skip
_CODED = {"NS": "subjects", "RE": "places", "CO": "companies", "IN": "industries"}
_CODE = re.compile(r"\s*[\w/-]{1,12}\s*:\s*")


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the articles of an export in text."""
    text, encoding = decode(source.read(), name=source.name)
    lines = map(str.strip, re.split(r"\r\n?|[\n\f]", text))
    yield from articles_of(_records(lines), source, options, encoding, "Factiva")


def is_export(blocks: Sequence[Block]) -> bool:
    """Whether the paragraphs of a document are such an export."""
    tags = {found[1] for block in blocks[:300] if (found := _TAG.match(block.text))}
    return "HD" in tags and len(tags & {"SN", "PD", "WC", "LP", "TD", "SC"}) >= 3


def read_blocks(
    blocks: Sequence[Block], source: Source, options: Options, *, encoding: str | None
) -> Iterator[Article]:
    """Yield the articles of an export that came as a document."""
    lines = (block.text for block in lines_of(blocks))
    yield from articles_of(_records(lines), source, options, encoding, "Factiva")


def _records(lines: Iterable[str]) -> Iterator[Record]:
    fields: list[tuple[str, list[str]]] = []
    is_ended = False
    for line in lines:
        found = _TAG.match(line)
        if found is not None:
            tag = found[1]
            if tag in ("SE", "HD") and is_ended:
                yield record_of(fields)
                fields, is_ended = [], False
            is_ended = is_ended or tag == "AN"
            fields.append((tag, [found[2]] if found[2].strip() else []))
        elif fields and fields[-1][0] != "AN":
            fields[-1][1].append(line)
    if any(name in ("AN", "LP", "TD") for name, _ in fields):
        yield record_of(fields)


def record_of(fields: Iterable[tuple[str, list[str]]]) -> Record:
    """The article of these tags and the lines of each."""
    record = Record()
    time = ""
    dates: list[str] = []
    for tag, lines in fields:
        value = " ".join(" ".join(lines).split())
        if tag in _LONE:
            record.body += [line for text in _texts(lines) for line in paragraphs(text)]
        elif not value:
            continue
        elif tag == "HD":
            record.title = record.title or value
        elif tag == "BY":
            record.byline.append(value)
        elif tag == "PD":
            dates.append(value)
        elif tag == "ET":
            time = value
        elif tag == "SN":
            record.source = record.source or value
        elif tag == "SE":
            record.section = record.section or value
        elif tag == "LA":
            record.language = record.language or value
        elif tag == "AN":
            found = ACCESSION.fullmatch(value)
            record.identifier = found[1] if found else value.rpartition(" ")[2]
        elif tag in _CODED:
            for part in value.split("|"):
                record.keep(_CODED[tag], _CODE.sub("", part, count=1))
        else:
            record.keep(_METADATA.get(tag, f"factiva_{tag.lower()}"), value)
    if dates:
        record.take_date(dates[0], time=time)
    return record


def _texts(lines: list[str]) -> Iterator[str]:
    """The lines of a text in pieces that `paragraphs` may join: wrapped ones are one piece."""
    if any(not line.strip() for line in lines):
        yield "\n".join(lines)
    else:
        yield from lines
