"""Which parts has a message?

`parts_of` walks a message down its tree of parts, in order, and gives the leaves.  Parts are
places in the one message, not copies, and there is no recursion: a message of three thousand
levels ends at the twentieth, one of a million parts at the thousandth, and says so.

What real messages lack: the last boundary, any boundary (then what should be parts is one
text), a blank line after the head, a type.  Contents are decoded as far as they go.

Sources: RFC 2045, RFC 2046 (5.1).  Not done: `message/partial`, `message/external-body`,
uuencode, yEnc; signatures are not verified, and what is encrypted stays so.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from searcher.errors import ReadError
from searcher.reading.encoding import decode
from searcher.reading.mail.headers import Fields, from_base64, mail_codec, parameters_of

__all__ = ["MOST_DEEP", "MOST_PARTS", "Part", "parts_of"]

MOST_PARTS = 1_000
MOST_DEEP = 20
_MAX_HEAD = 1 << 20
_BLANK_LINES = re.compile(rb"[\r\n]*")
_PART_HEAD = re.compile(rb"content-(?:type|transfer-encoding|location|id|disposition):", re.I)
_HEAD_END = re.compile(rb"\r?\n\r{0,2}\n")


@dataclass(frozen=True, slots=True)
class Part:
    """A leaf of the tree: a text, an image, a file.

    Arguments:
        fields: of its own head; those of the message for one of a single part.
        media_type: in lower case, `text/plain` if none is given.
        path: the types of what it lies in, from the outermost.
        groups: numbers of the multiparts that it lies in, from the outermost.
    """

    fields: Fields
    media_type: str
    parameters: dict[str, str]
    path: tuple[str, ...]
    groups: tuple[int, ...]
    _data: bytes = field(repr=False)
    _start: int
    _end: int

    @property
    def name(self) -> str:
        """What the file is called; "" if it has no name."""
        disposition = parameters_of(self.fields.get("content-disposition"))
        name = disposition.get("filename") or self.parameters.get("name", "")
        return name.replace("\\", "/").rsplit("/", 1)[-1].strip()

    @property
    def is_attachment(self) -> bool:
        """Whether it goes along with the message rather than being what it says."""
        return self.fields.raw("content-disposition").strip().lower().startswith("attachment")

    def content(self) -> bytes:
        """Its bytes, without the encoding of the transport."""
        data = self._data[self._start : self._end]
        encoding = self.fields.raw("content-transfer-encoding").strip().strip("\"'").lower()
        if encoding == "quoted-printable":
            return binascii.a2b_qp(data)
        if encoding == "base64":
            return from_base64(data)
        return data

    def text(self, name: str) -> str:
        """Its text.

        Raises:
            ReadError: it is no text.
        """
        data = self.content()
        charset = self.parameters.get("charset")
        codec = mail_codec(charset)
        if codec is not None and codec in ("utf-7", "iso2022_jp", "iso2022_kr", "hz"):
            # They are ASCII on the outside, and nothing but the label says so.
            return data.decode(codec, "replace")
        return decode(data, name=name, charset=charset)[0]


@dataclass(slots=True)
class _Place:
    start: int
    end: int
    path: tuple[str, ...]
    groups: tuple[int, ...]
    default: str


def parts_of(data: bytes, name: str) -> Iterator[Part]:
    """Yield the leaves of a message, in order.

    Raises:
        ReadError: there are too many parts, or they lie too deep.
    """
    waiting = [_Place(0, len(data), (), (), "text/plain")]
    count = groups = 0
    while waiting:
        place = waiting.pop()
        count += 1
        if count > MOST_PARTS:
            raise ReadError(name, f"a mail of more than {MOST_PARTS:,} parts")
        fields, start = _head(data, place)
        content_type = fields.raw("content-type")
        media_type = content_type.partition(";")[0].strip().lower().strip("\"'")
        media_type = media_type if "/" in media_type else place.default
        parameters = parameters_of(content_type)
        boundary = parameters.get("boundary", "").rstrip()
        path = (*place.path, media_type)
        if media_type.startswith("multipart/") and boundary:
            if len(place.path) >= MOST_DEEP:
                raise ReadError(name, f"a mail of parts more than {MOST_DEEP} deep")
            groups += 1
            default = "message/rfc822" if media_type == "multipart/digest" else "text/plain"
            found = [
                _Place(begin, end, path, (*place.groups, groups), default)
                for begin, end in _between(data, boundary, start, place.end)
            ]
            waiting.extend(reversed(found))
            if found:
                continue
            only = _part_without_boundary(data, start, place, path, groups)
            if only is not None:
                waiting.append(only)
                continue
        yield Part(fields, media_type, parameters, place.path, place.groups, data, start, place.end)


def _part_without_boundary(
    data: bytes, start: int, place: _Place, path: tuple[str, ...], group: int
) -> _Place | None:
    """The part that stands where the lines between parts are lost, if its head shows it."""
    blank = _BLANK_LINES.match(data, start, place.end)
    begin = blank.end() if blank else start
    if _PART_HEAD.match(data, begin, place.end) is None:
        return None
    return _Place(begin, place.end, path, (*place.groups, group), "text/plain")


def _head(data: bytes, place: _Place) -> tuple[Fields, int]:
    """The fields of a part, and where its content begins."""
    start = place.start
    if data.startswith((b"\n", b"\r\n"), start, place.end):  # no head at all
        return Fields(b""), data.index(b"\n", start) + 1
    found = _HEAD_END.search(data, start, min(place.end, start + _MAX_HEAD))
    end = found.start() if found else min(place.end, start + _MAX_HEAD)
    return Fields(data[start:end]), found.end() if found else end


def _between(data: bytes, boundary: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where the parts between the lines of a boundary begin and end."""
    mark = b"--" + boundary.encode("latin-1", "replace")
    places: list[tuple[int, int]] = []
    begin = -1
    at = start
    while len(places) <= MOST_PARTS:
        at = data.find(mark, at, end)
        if at < 0:
            break
        after = at + len(mark)
        is_line = at == start or data[at - 1] == 10
        tail = data[after : after + 2]
        if not is_line or not (tail[:1] in (b"", b"\n", b"\r", b" ", b"\t") or tail == b"--"):
            at = after
            continue
        if begin >= 0:
            places.append((begin, _before_line_end(data, begin, at)))
        line_end = data.find(b"\n", after, end)
        begin = -1 if tail == b"--" or line_end < 0 else line_end + 1
        if begin < 0:
            break
        at = begin
    if begin >= 0:
        places.append((begin, end))
    return places


def _before_line_end(data: bytes, begin: int, at: int) -> int:
    at = at - 1 if at > begin and data[at - 1] == 10 else at
    return at - 1 if at > begin and data[at - 1] == 13 else at
