"""Which text is in a file of Rich Text Format, and how is it set?

An own tokeniser over the bytes: control words, control symbols, groups, and text, in one
pass without backtracking.  What is not text is passed over by its destination (fonts,
colours, pictures, headers, whatever begins with `\\*`).  Characters come in three ways:
`\\'e9`, a byte in the code page of the font it is set in, of which two may make one sign of
Chinese; `\\u8217?`, a number of UTF-16 with a stand-in of `\\uc` characters that is skipped;
and plain text.

Bounds: groups deeper than 1,000 share the state of the last, two million braces are the
most, `\\bin` beyond the end is the end, numbers without end are cut.  Unclosed groups, unknown
code pages and half a `\\u` cost the characters that they are of.

Source: Rich Text Format Specification 1.9.1 (Microsoft, 2008).  Not done: lists' numbers,
footnotes, fields but for the text that they show.
"""

from __future__ import annotations

import codecs
import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading.office.blocks import MOST_RUNS, NO_MARKS, Block, Run
from searcher.reading.office.documents import read_blocks
from searcher.reading.source import Options, Source, open_bytes
from searcher.reading.text import read_source as read_articles_of_text

__all__ = ["blocks_of", "read_source"]

_TOKEN = re.compile(
    r"\\(?:([a-zA-Z]{1,32})(-?\d{1,32})? ?|'([0-9a-fA-F]{2})|([^a-zA-Z]))|([{}])|[\r\n]+"
    r"|([^\\{}\r\n]+)|(\\)",
    re.S,
)
_HALVES = re.compile("[\0\ud800-\udfff]")
_DEEPEST = 1000
_MOST_BRACES = 2_000_000
# Destinations that hold no text of the document.
_PASSED_OVER = frozenset(
    [
        "colortbl", "stylesheet", "info", "pict", "objdata", "header", "headerl", "headerr",
        "headerf", "footer", "footerl", "footerr", "footerf", "footnote", "annotation", "fldinst",
        "listtable", "listoverridetable", "revtbl", "rsidtbl", "themedata", "colorschememapping",
        "latentstyles", "datastore", "xmlnstbl", "filetbl", "generator", "bkmkstart", "bkmkend",
        "pntext", "pntxta", "pntxtb", "datafield", "sp", "shpinst", "nonshppict", "result",
        "comment", "xe", "tc", "formfield", "listtext", "atnid", "atnauthor", "private", "title",
        "author", "operator", "mmathpr", "wgrffmtfilter", "template", "falt", "panose", "fname",
    ]
)  # fmt: skip
# What begins with `\*` is passed over too, but for these, which hold text.
_STARRED_TEXT = frozenset(["shppict", "shptxt", "ud", "htmltag"])
_SIGNS = {
    "tab": "\t", "line": "\n", "lbr": "\n", "softline": "\n", "emdash": "—", "endash": "–",
    "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•",
    "emspace": " ", "enspace": " ", "qmspace": " ", "zwj": "", "zwnj": "", "nestcell": "\t",
    "cell": "\t",
}  # fmt: skip
_PARAGRAPH_ENDS = frozenset(["par", "row", "nestrow"])
_PAGE_ENDS = frozenset(["page", "sect", "pagebb"])
_SYMBOLS = {"~": "\u00a0", "_": "-", "-": "", "\n": None, "\r": None, "\t": "\t", "|": "", ":": ""}
_CHARSETS = {
    0: None, 1: None, 2: "cp1252", 77: "mac-roman", 128: "cp932", 129: "cp949", 130: "johab",
    134: "gbk", 136: "cp950", 161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255",
    178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250", 254: "cp437",
    255: "cp850",
}  # fmt: skip
_PAGES = {708: "iso8859-6", 936: "gbk", 10000: "mac-roman", 65001: "utf-8", 42: "cp1252"}
_DOUBLE = frozenset(["cp932", "cp949", "gbk", "cp950", "johab"])
_KINDS = {"mac": "mac-roman", "pc": "cp437", "pca": "cp850", "ansi": "cp1252"}


@dataclass(slots=True)
class _State:
    """What holds for a group and what is in it."""

    destination: str = ""
    marks: frozenset[str] = NO_MARKS
    font: int | None = None
    stand_ins: int = 1
    is_hidden: bool = False


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the articles of a document in RTF, or of text that is only called so."""
    data = source.read()
    if b"{\\rtf" not in data[:100].lower():
        yield from read_articles_of_text(open_bytes(data, source.name), options)
        return
    blocks = blocks_of(data, source.name)
    if not any(run.text.strip() for block in blocks for run in block.runs):
        raise ReadError(source.name, "an RTF document without text", kind="rtf without text")
    yield from read_blocks(blocks, source, options, kind="RTF")


def blocks_of(data: bytes, name: str) -> list[Block]:
    """The paragraphs of a document that have text.

    Raises:
        ReadError: there are more than a million pieces of them, or two million braces.
    """
    return _Reader(data, name).read()


class _Reader:
    def __init__(self, data: bytes, name: str) -> None:
        self._name = name
        self._count = 0
        self._braces = 0
        text = data.decode("latin-1")
        if not data.isascii():
            # Against the standard, and met: UTF-8 as it is.
            with contextlib.suppress(UnicodeDecodeError):
                text = data.decode("utf-8")
        self._text = text
        self._codec = "cp1252"
        self._font_codecs: dict[int, str] = {}
        self._default_font: int | None = None
        self._table_font = 0
        self._stack: list[_State] = []
        self._too_deep = 0
        self._state = _State()
        self._is_starred = False
        self._to_skip = 0
        self._pending = b""
        self._blocks: list[Block] = []
        self._runs: list[Run] = []
        self._pieces: list[str] = []
        self._page = False

    def read(self) -> list[Block]:
        at, text = 0, self._text
        while at < len(text):
            for token in _TOKEN.finditer(text, at):
                word, number, byte, symbol, brace, plain, _ = token.groups()
                at = token.end()
                if plain is not None:
                    self._plain(plain)
                elif word is not None:
                    if word == "bin":
                        at += min(_number(number), len(text))
                        break
                    self._word(word.lower() if word.isupper() else word, number)
                elif byte is not None:
                    self._byte(int(byte, 16))
                elif brace is not None:
                    self._brace(brace)
                elif symbol is not None:
                    self._symbol(symbol)
            else:
                break
        self._end_paragraph()
        return [_whole(block) for block in self._blocks]

    # Groups

    def _brace(self, brace: str) -> None:
        self._flush()
        self._to_skip = 0
        self._is_starred = False
        self._braces += 1
        if self._braces > _MOST_BRACES:
            reason = f"an RTF document of more than {_MOST_BRACES:,} braces"
            raise ReadError(self._name, reason, hint="split it")
        if brace == "{":
            if len(self._stack) >= _DEEPEST:
                self._too_deep += 1
                return
            state = self._state
            self._stack.append(state)
            self._state = _State(
                state.destination, state.marks, state.font, state.stand_ins, state.is_hidden
            )
        elif self._too_deep:
            self._too_deep -= 1
        elif self._stack:
            self._state = self._stack.pop()

    @property
    def _is_text(self) -> bool:
        return not self._state.destination and not self._state.is_hidden

    # Control words

    def _word(self, word: str, number: str | None) -> None:
        state = self._state
        if self._is_starred:
            self._is_starred = False
            if word == "fldinst" or word not in _STARRED_TEXT:
                state.destination = state.destination or word
                return
        if word == "u":
            self._unicode(_number(number, signed=True))
            return
        if self._to_skip and word not in _PASSED_OVER:
            self._to_skip -= 1  # a word stands in for one character
            if word not in _PARAGRAPH_ENDS:
                return
        if word in _PASSED_OVER or word == "fonttbl":
            state.destination = state.destination or word
        elif state.destination == "fonttbl":
            self._font_word(word, number)
        elif word == "uc":
            state.stand_ins = min(_number(number), 100)
        elif word == "f":
            self._decode_pending()
            state.font = _number(number)
        elif word == "ansicpg":
            self._codec = _code_page(_number(number))
        elif word in _KINDS:
            self._codec = _KINDS[word]
        elif word == "deff":
            self._default_font = _number(number)
        elif word == "fldrslt" or word == "field":
            self._flush()
            if word == "fldrslt":
                state.destination = "" if state.destination == "fldinst" else state.destination
                state.marks |= {"a"}
        elif self._is_text or word in ("v", "plain", "deleted"):
            self._text_word(word, number)

    def _text_word(self, word: str, number: str | None) -> None:
        state = self._state
        if word in _SIGNS:
            self._add(_SIGNS[word])
        elif word in _PARAGRAPH_ENDS:
            self._end_paragraph()
        elif word in _PAGE_ENDS:
            if word != "pagebb":
                self._end_paragraph()
            self._page = True
        elif word == "b":
            self._mark("b", number != "0")
        elif word == "outlinelevel":
            self._mark("heading", 0 <= _number(number) < 9)
        elif word in ("v", "deleted"):
            self._flush()
            state.is_hidden = number != "0"
        elif word == "plain":
            self._mark("b", False)
            state.is_hidden = False
        elif word == "pard":
            self._mark("heading", False)

    def _font_word(self, word: str, number: str | None) -> None:
        if word == "f":
            self._table_font = _number(number)
        elif word == "fcharset":
            codec = _CHARSETS.get(_number(number))
            if codec is not None:
                self._font_codecs[self._table_font] = codec
        elif word == "cpg":
            self._font_codecs[self._table_font] = _code_page(_number(number))

    def _symbol(self, symbol: str) -> None:
        if symbol == "*":
            self._is_starred = True
            return
        if symbol in "\\{}":
            self._plain(symbol)
        elif symbol in "\r\n":
            if self._is_text:
                self._end_paragraph()
        elif self._to_skip:
            self._to_skip -= 1
        elif self._is_text:
            self._add(_SYMBOLS.get(symbol) or "")

    # Characters

    def _plain(self, text: str) -> None:
        if self._to_skip:
            skipped = min(self._to_skip, len(text))
            self._to_skip -= skipped
            text = text[skipped:]
        if not text or not self._is_text:
            return
        if self._pending and self._is_double(self._pending) and text[0].isascii():
            # The second byte of a sign of two may be a letter.
            self._pending += text[0].encode("ascii")
            text = text[1:]
            self._decode_pending()
        if text:
            if text.isascii():
                self._add(text)
            elif all(ord(sign) < 256 for sign in text):
                self._decode_pending()
                self._add(text.encode("latin-1").decode(self._codec_now(), "replace"))
            else:
                self._add(text)

    def _byte(self, byte: int) -> None:
        if self._to_skip:
            self._to_skip -= 1
        elif self._is_text:
            self._pending += bytes((byte,))
            if len(self._pending) >= 4096:
                self._decode_pending()

    def _unicode(self, number: int) -> None:
        self._to_skip = self._state.stand_ins
        if not self._is_text:
            return
        if number < 0:
            number += 0x10000
        self._add(chr(number) if 0 <= number < 0x110000 else "\ufffd")

    def _is_double(self, data: bytes) -> bool:
        """Whether the last byte of `data` is the first of two."""
        codec = self._codec_now()
        if codec not in _DOUBLE:
            return False
        at = 0
        while at < len(data):
            byte = data[at]
            is_kana = codec == "cp932" and 0xA0 <= byte <= 0xDF
            at += 2 if byte > 0x80 and not is_kana else 1
        return at > len(data)

    def _codec_now(self) -> str:
        font = self._state.font if self._state.font is not None else self._default_font
        return self._codec if font is None else self._font_codecs.get(font, self._codec)

    def _decode_pending(self) -> None:
        if self._pending:
            data, self._pending = self._pending, b""
            self._pieces.append(data.decode(self._codec_now(), "replace"))

    # Runs and blocks

    def _mark(self, mark: str, is_on: bool) -> None:
        self._flush()
        marks = self._state.marks
        self._state.marks = marks | {mark} if is_on else marks - {mark}

    def _add(self, text: str) -> None:
        self._decode_pending()
        self._pieces.append(text)

    def _flush(self) -> None:
        self._decode_pending()
        if self._pieces:
            text = "".join(self._pieces)
            self._pieces.clear()
            if not text:
                return
            marks = self._state.marks
            if self._runs and self._runs[-1].marks == marks and len(self._runs[-1].text) < 4096:
                text = self._runs.pop().text + text
            else:
                self._count += 1
            self._runs.append(Run(text, marks))
            if self._count > MOST_RUNS:
                reason = f"an RTF document of more than {MOST_RUNS:,} pieces of text"
                raise ReadError(self._name, reason, hint="split it")

    def _end_paragraph(self) -> None:
        self._flush()
        if self._runs:
            self._blocks.append(Block(self._runs, self._page))
            self._runs, self._page = [], False


def _whole(block: Block) -> Block:
    """`block` with halves of UTF-16 put together, and no NULs."""
    text = "".join(run.text for run in block.runs)
    if _HALVES.search(text) is not None:
        block.runs = [Run(_paired(run.text).replace("\0", ""), run.marks) for run in block.runs]
    return block


def _paired(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _number(digits: str | None, *, signed: bool = False) -> int:
    if not digits:
        return 0
    value = int(digits[:11])
    return value if signed else max(0, value)


def _code_page(number: int) -> str:
    name = _PAGES.get(number, f"cp{number}")
    try:
        return codecs.lookup(name).name
    except (LookupError, ValueError):
        return "cp1252"
