"""Which articles are in a document of Nexis Uni, Lexis Advance or Lexis+?

DOCX and RTF, one article or up to five hundred.  Many have a cover page with their titles
and `Documents (N)`; then comes, for each article: headline, source, date and copyright, a
paragraph each; labels (`Section: Length: Byline:`), in paragraphs of their own or parted by
breaks of the line; the line `Body` and the text; the line `Classification`, labels again,
and `End of Document`.  All of these words are in the language of the interface, and those
of the labels changed in 2024.

So an article is found by its date: a paragraph that is a date, two after the headline, with
a copyright or a label below.  The text begins after the last short line that follows the
labels, and ends where the paragraphs from the end upwards are no longer labels.

The numbers on the cover are compared with what was found, and so is `End of Document`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from searcher.article import Article
from searcher.reading.exports.export_dates import is_date_line
from searcher.reading.exports.labels import LABEL, WORD_COUNT, field_of, is_known
from searcher.reading.exports.nexis_parts import COPYRIGHT, finish, take_section
from searcher.reading.exports.records import Count, Record, articles_of
from searcher.reading.office.blocks import Block, lines_of
from searcher.reading.source import Options, Source

__all__ = ["is_export", "read_blocks"]

_LISTED = re.compile(r"[^\W\d]{4,20}\s*[(（](\d{1,5})[)）]")
_END = re.compile(
    r"\W*(?:end of document|fin du document|fin del documento|ende des dokuments|dokumentende|"
    r"einde van (?:het )?document|fim do documento|fine (?:del )?documento|文档结尾|文檔結尾|"
    r"文件結尾|文書の終わり|문서의 끝)\W*",
    re.I,
)
_BODY = re.compile(
    r"\W*(?:body|text|textkörper|haupttext|hauptteil|corps(?: du document)?|cuerpo|corpo|"
    r"(?:volledige )?tekst|inhalt|正文|本文|본문)\W*",
    re.I,
)
_CLASSIFICATION = re.compile(
    r"\W*(?:classification|klassifi\w+|clasificación|classificação|classificazione|classificatie|"
    r"分类|分類|분류)\W*",
    re.I,
)
_ABSTRACT = re.compile(r"\W*(?:abstract|zusammenfassung|résumé|resumen|samenvatting)\W*", re.I)
_FULL_TEXT = re.compile(
    r"\W*(?:full text|volltext|texte intégral|texto completo|volledige tekst):?\W*", re.I
)
_NOTHING = re.compile(r"\W*(?:no headline in original|kein titel im original|sans titre)\W*", re.I)
_HEAD = 12
_SEARCHED = 6000


def is_export(blocks: Sequence[Block]) -> bool:
    """Whether the paragraphs of a document are such an export."""
    return bool(_starts_in(lines_of(blocks[:_SEARCHED])))


def read_blocks(
    blocks: Sequence[Block], source: Source, options: Options, *, encoding: str | None
) -> Iterator[Article]:
    """Yield the articles of an export."""
    lines = lines_of(blocks)
    starts = _starts_in(lines)
    said, where = _expected(lines, starts[0][0])
    ends = [*(start for start, _ in starts[1:]), len(lines)]
    records = (
        _record(lines[start:end], date_at - start)
        for (start, date_at), end in zip(starts, ends, strict=True)
    )
    counted = Count(source, said, where).check(records)
    yield from articles_of(counted, source, options, encoding, "Nexis")


def _starts_in(lines: list[Block]) -> list[tuple[int, int]]:
    """Where articles begin, and where the date of each is."""
    starts: list[tuple[int, int]] = []
    last = 0  # the first line that may be of the next article
    for at, line in enumerate(lines):
        if not is_date_line(line.line) or not _has_label_below(lines, at):
            continue
        # Above the date the source, and above that the headline, of one line or two.
        start = at - 2
        if start > last and _is_title_of_two(lines, start - 1):
            start -= 1
        if start < last or any(_is_no_head(above.line) for above in lines[start:at]):
            continue
        starts.append((start, at))
        last = at + 1
    return starts


def _is_no_head(line: str) -> bool:
    return COPYRIGHT.match(line) is not None or _END.fullmatch(line) is not None


def _has_label_below(lines: list[Block], at: int) -> bool:
    """Whether a date is followed by what only Nexis has: a copyright, or labels and a body."""
    below = [line.line for line in lines[at + 1 : at + 5]]
    if any(COPYRIGHT.match(line) for line in below[:3]):
        return True
    if not any(_BODY.fullmatch(line.line) for line in lines[at + 1 : at + _HEAD]):
        return False
    labels = [(found[1], line[found.end() :]) for line in below if (found := LABEL.match(line))]
    return any(is_known(label) or WORD_COUNT.fullmatch(value) for label, value in labels)


def _is_title_of_two(lines: list[Block], at: int) -> bool:
    """A headline and a second line of it, both set as headlines are."""
    first, second = lines[at], lines[at + 1]
    return any(first.is_all(mark) and second.is_all(mark) for mark in ("heading", "a"))


def _expected(lines: list[Block], first: int) -> tuple[int | None, str]:
    for line in lines[: min(first, 40)]:
        found = _LISTED.fullmatch(line.line)
        if found is not None:
            return int(found[1]), found[0]
    ended = sum(_END.fullmatch(line.line) is not None for line in lines)
    return (ended, "by the ends of documents") if ended else (None, "")


def _record(lines: list[Block], date_at: int) -> Record:
    record = Record()
    record.title = " ".join(line.line for line in lines[: date_at - 1])
    if _NOTHING.fullmatch(record.title):
        record.title = ""
    record.source = lines[date_at - 1].line
    record.take_date(lines[date_at].line)
    rest = lines[date_at + 1 :]
    start = _start_of_text(rest, record)
    end = _end_of_text(rest, start, record)
    _take_text(rest[start:end], record)
    finish(record)
    return record


def _start_of_text(lines: list[Block], record: Record) -> int:
    """Read what stands above the text; returns where that begins."""
    marker = next((n for n, line in enumerate(lines[:40]) if _BODY.fullmatch(line.line)), None)
    at = 0
    while at < len(lines) and at != marker:
        line = lines[at].line
        found = LABEL.match(line)
        if COPYRIGHT.match(line):
            record.keep("rights", line)
        elif found:
            if _take(record, found[1], line[found.end() :]) == "body":
                return at
        elif marker is None:
            # The line that stands for `Body`, in a language that is not in the list.
            return at + 1 if at and len(line) <= 30 and len(line.split()) <= 3 else at
        else:
            record.keep("subtitle" if at > 1 else "edition", line)
        at += 1
    return at + 1 if marker is not None else at


def _end_of_text(lines: list[Block], start: int, record: Record) -> int:
    """Read what stands below the text; returns where that ends."""
    marker = next(
        (
            n
            for n in range(len(lines) - 1, start - 1, -1)
            if _CLASSIFICATION.fullmatch(lines[n].line)
        ),
        None,
    )
    end = len(lines)
    while end > start and (_END.fullmatch(lines[end - 1].line)):
        end -= 1
    if marker is None:
        last = end
        while last > start and (LABEL.match(lines[last - 1].line) or _is_end(lines, last - 1)):
            last -= 1
        # Above the labels stands a line alone, as `Classification` does.
        has_labels = last < end
        if has_labels and last - 1 > start and len(lines[last - 1].line) <= 30:
            is_word = not lines[last - 1].line.endswith((".", "?", "!", '"', "”"))
            marker = last - 1 if is_word else last
        else:
            marker = last
    for line in lines[marker:end]:
        found = LABEL.match(line.line)
        if found:
            _take(record, found[1], line.line[found.end() :])
    return marker


def _is_end(lines: list[Block], at: int) -> bool:
    """Whether the last line of an article says in some language that it is."""
    return at == len(lines) - 1 and len(lines[at].line) <= 40 and not lines[at].line.endswith(".")


def _take_text(lines: list[Block], record: Record) -> None:
    full = next((n for n, line in enumerate(lines[:40]) if _FULL_TEXT.fullmatch(line.line)), None)
    for n, line in enumerate(lines):
        if n == full or (full is not None and n < full and _ABSTRACT.fullmatch(line.line)):
            continue
        if full is not None and n < full and _ABSTRACT.fullmatch(lines[0].line):
            record.keep("abstract", line.line)
        else:
            record.body.append(line.line)
    if not record.body:
        record.body = record.metadata.pop("abstract", [])


def _take(record: Record, label: str, value: str) -> str | None:
    if field_of(label, value) == "section":
        take_section(record, value)
        return "section"
    return record.take(label, value)
