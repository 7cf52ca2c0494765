"""Which topics are in a file of TREC's?

In thirty years they had many shapes, and one loose reading takes them all:

    <top> <num> Number: 051 <dom> Domain: ... <title> Topic: ... <desc> Description: ... </top>
    <top> <num> 301 </num> <title> ... </title> <desc> ... </desc> </top>
    <topic number="1"> <query>...</query> <description>...</description> </topic>
    <topic> <identifier>C041</identifier> <EN-title>...</EN-title> ... </topic>

A tag ends the field before it, whether that is closed or not; marks inside a text (`<b>`) do
not.  What TREC writes before each text (`Topic:`, `Description:`) is taken off.  It is not read
as XML: most of these files are none, and what is (an `&` by itself, a tag that is not closed)
would be an error for nothing.

Source: the files at https://trec.nist.gov/data/topics_eng/ and the tracks' own.
"""

from __future__ import annotations

import re
from html import unescape

from searcher.errors import ReadError

__all__ = ["trec_topics"]

_TAG = re.compile(r"<(/?)([A-Za-z][\w.-]{0,40})((?:\s[^<>]*)?)>")
_NUMBER = re.compile(r"""(?:number|num|id|qid)\s*=\s*["']?\s*([^\s"'>]+)""", re.IGNORECASE)
_OPENERS = ("top", "topic")
_NUMBERS = ("num", "number", "identifier", "id", "qid", "topic-id", "topicid")
_INLINE = ("b", "i", "em", "strong", "p", "br", "br/", "u", "a", "sub", "sup", "span")
_LABELS = re.compile(
    r"(?:number|topic|title|description|narrative|domain|summary|nationality|time"
    r"|(?:concept|factor|definition)(?:\(s\)|s)?)\s*:\s*",
    re.IGNORECASE,
)
_LANGUAGE = re.compile(r"[a-z]{2}-(?=title$|desc$|narr$)")


def trec_topics(text: str, name: str) -> list[tuple[str, list[tuple[str, str]], int]]:
    """Each topic's number, its fields by their tags, and which it is in the file, from 1.

    Raises:
        ReadError: a topic has no number, or the last one is cut off.
    """
    text = _without_comments(text).replace("<![CDATA[", "").replace("]]>", "")
    reader = _Reader(name)
    for tag in _TAG.finditer(text):
        is_closing, word = bool(tag[1]), tag[2].lower()
        if word in _INLINE:
            continue
        reader.end_field(text, tag.start())
        if word in _OPENERS:
            reader.end_topic()
            if is_closing:
                reader.has_ends = True
            else:
                reader.begin_topic(tag[3])
        elif not is_closing:
            reader.begin_field(word, tag.end())
    if reader.is_open:
        reader.end_field(text, len(text))
        if reader.has_ends:
            place = len(reader.found) + 1
            reason = "cut off: the topic is not closed"
            raise ReadError(name, reason, record=place, hint="get the whole file")
        reader.end_topic()
    return reader.found


class _Reader:
    """The topics that were read, and the one that is being read."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.found: list[tuple[str, list[tuple[str, str]], int]] = []
        self.is_open = False
        self.has_ends = False
        self._number = ""
        self._fields: list[tuple[str, str]] = []
        self._field = ""
        self._start = 0

    def begin_topic(self, attributes: str) -> None:
        number = _NUMBER.search(attributes)
        self.is_open = True
        self._number = unescape(number[1]) if number else ""
        self._fields, self._field = [], ""

    def begin_field(self, word: str, start: int) -> None:
        if self.is_open:
            self._field, self._start = _LANGUAGE.sub("", word), start

    def end_field(self, text: str, end: int) -> None:
        field, self._field = self._field, ""
        if not field:
            return
        value = " ".join(unescape(_TAG.sub(" ", text[self._start : end])).split())
        label = _LABELS.match(value)
        value = value[label.end() :] if label else value
        if field in _NUMBERS:
            self._number = self._number or (value.split() or [""])[0]
        elif value:
            self._fields.append((field, value))

    def end_topic(self) -> None:
        if not self.is_open:
            return
        self.is_open = False
        place = len(self.found) + 1
        if not self._number:
            hint = "<num> Number: 51, or <topic number=...>"
            raise ReadError(self.name, "a topic without a number", record=place, hint=hint)
        self.found.append((self._number, self._fields, place))


def _without_comments(text: str) -> str:
    pieces: list[str] = []
    at = 0
    while (start := text.find("<!--", at)) >= 0:
        end = text.find("-->", start)
        if end < 0:
            break
        pieces.append(text[at:start])
        at = end + 3
    return "".join([*pieces, text[at:]])
