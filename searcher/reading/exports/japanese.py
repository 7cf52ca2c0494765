"""Which articles are in a list of an archive of a Japanese newspaper, saved as HTML?

Kikuzo (Asahi), Yomidasu (Yomiuri) and others show their hits with the text, up to a hundred
on a page.  Each begins with a row of a table: number, day, edition (morning, evening), page
and its name, number of characters, and in some the headline; else that is the next line.
The text follows, between buttons.

So a row is told by its cells: one is a day and one a number of characters (`152字`,
`01215文字`).  A paragraph of text is long or holds a full stop; a line in a link, a form or
the cell of a head is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading.encoding import decode
from searcher.reading.exports.export_dates import date_in
from searcher.reading.exports.html_blocks import blocks_in
from searcher.reading.exports.records import Record, articles_of
from searcher.reading.office.blocks import Block, lines_of
from searcher.reading.source import Options, Source

__all__ = ["read_source"]

_DAY = re.compile(r"(?:1[89]|20)\d{2}\s*(?:年|[./-])\s*\d{1,2}\s*(?:月|[./-])\s*\d{1,2}\s*日?")
_LENGTH = re.compile(r"\d{0,6}\s*文?字")
_PAGE = re.compile(r"\d{1,3}\s*頁?")
_COLUMNS = re.compile(r"\d{1,2}\s*段")
_EDITION = re.compile(r".{0,6}[朝夕]刊.{0,6}")
_WIDEST_ROW = 12
_SOURCES = (
    (re.compile(r"聞蔵|朝日新聞"), "朝日新聞"),
    (re.compile(r"ヨミダス|読売新聞|Yomiuri", re.I), "読売新聞"),
    (re.compile(r"毎索|毎日新聞"), "毎日新聞"),
    (re.compile(r"産経新聞"), "産経新聞"),
    (re.compile(r"日経テレコン|日本経済新聞"), "日本経済新聞"),
    (re.compile(r"中日新聞"), "中日新聞"),
)
_PASSED_OVER = ("a", "form-button", "button", "option", "label", "h1", "h2")
_SHORTEST_TEXT = 30


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the articles of a saved list, in order."""
    text, encoding = decode(source.read(), name=source.name)
    yield from articles_of(_records(text, source.name), source, options, encoding, "an archive")


def _records(text: str, name: str) -> Iterator[Record | ReadError]:
    blocks = blocks_in(text, name)
    newspaper = _newspaper(text)
    rows = _rows(blocks)
    if not rows:
        reason = "a page of a newspaper's archive without the text of any article"
        raise ReadError(name, reason, kind="japanese-archive")
    for number, (start, end) in enumerate(rows):
        after = rows[number + 1][0] if number + 1 < len(rows) else len(blocks)
        record = Record(source=newspaper, language="ja")
        _take_row([block.line for block in blocks[start:end]], record)
        _take_text(blocks[end:after], record)
        yield record


def _newspaper(text: str) -> str:
    places = [
        (found.start(), name) for sign, name in _SOURCES if (found := sign.search(text)) is not None
    ]
    return min(places)[1] if places else ""


def _rows(blocks: list[Block]) -> list[tuple[int, int]]:
    """Where the rows of the articles are: between the cells of a table, one of them a day."""
    rows: list[tuple[int, int]] = []
    at = 0
    while at < len(blocks):
        block = blocks[at]
        if not (_is_cell(block) and _DAY.fullmatch(block.line)):
            at += 1
            continue
        start = at
        while start > 0 and at - start < 2 and _is_cell(blocks[start - 1]):
            if not re.fullmatch(r"\d{1,6}", blocks[start - 1].line):
                break
            start -= 1
        end = at + 1
        while end < len(blocks) and end - start < _WIDEST_ROW and _is_cell(blocks[end]):
            if _DAY.fullmatch(blocks[end].line):
                break
            end += 1
            if _COLUMNS.fullmatch(blocks[end - 1].line):
                break
        cells = [cell.line for cell in blocks[start:end]]
        length = next((n for n, cell in enumerate(cells) if _LENGTH.fullmatch(cell)), None)
        if length is not None:
            # The row ends with the number of characters, or that of columns.
            has_columns = length + 1 < len(cells) and _COLUMNS.fullmatch(cells[length + 1])
            rows.append((start, start + length + (2 if has_columns else 1)))
            end = rows[-1][1]
        at = end
    return rows


def _is_cell(block: Block) -> bool:
    return block.has("td") or block.has("th")


def _take_row(cells: list[str], record: Record) -> None:
    rest: list[str] = []
    for n, cell in enumerate(cells):
        if not n and cell.isdigit():
            continue  # the number of the hit
        if _DAY.fullmatch(cell):
            record.date, record.date_text = date_in(cell), cell
        elif _LENGTH.fullmatch(cell):
            record.keep("length", cell)
        elif _COLUMNS.fullmatch(cell):
            record.keep("columns", cell)
        elif _EDITION.fullmatch(cell) and "edition" not in record.metadata:
            record.keep("edition", cell)
        elif _PAGE.fullmatch(cell):
            record.keep("page", cell.rstrip("頁").lstrip("0") or cell)
        else:
            rest.append(cell)
    # In a row with a headline that stands before the name of the page, and is longer.
    if len(rest) > 1 or (rest and len(rest[0]) > 8):
        record.title = max(rest, key=len)
        rest.remove(record.title)
    record.section = rest[0] if rest else ""


def _take_text(blocks: list[Block], record: Record) -> None:
    for line in lines_of(blocks):
        text = line.line.strip("　 ")
        if not text or _is_passed_over(line):
            continue
        is_text = "。" in text or len(text) >= _SHORTEST_TEXT or bool(record.body)
        if not record.title:
            record.title = text
        elif is_text and text != record.title:
            record.body.append(text)


def _is_passed_over(line: Block) -> bool:
    return line.has("th") or any(line.is_all(mark) for mark in _PASSED_OVER)
