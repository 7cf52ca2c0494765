"""What did the server send?

`response` parts the head of an HTTP message from its body, and takes off the body what was
put on for the way: the chunks of `Transfer-Encoding`, and the packing of `Content-Encoding`.

Crawlers took either off at times and left the header, so the body has the last word: what
does not look like chunks is none, what does not begin like gzip is no gzip.  Lengths of
chunks may be wrong; then the rest stands as it is.

Bounds: a body holds 64 MiB unpacked, and is no more than 200 times its packed size.  What
breaks in the middle is kept up to there, and `problem` says so.

Sources: RFC 9110 (8.4), RFC 9112 (4, 7.1).
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from typing import BinaryIO, cast

from searcher.errors import ReadError
from searcher.reading.compression import Unpacked, compression_of
from searcher.reading.encoding import is_binary
from searcher.reading.source import MAX_ARTICLE

__all__ = ["Response", "charset_of", "media_type_of", "response"]

_STATUS = re.compile(rb"\s{0,4}(?:HTTP\w?|ICY)(?:/\d(?:\.\d)?)?[ \t]+(\d{3})\b")
_HEAD_END = re.compile(rb"\n\r{0,2}\n")
_MAX_HEAD = 1 << 18
_CHUNK = re.compile(rb"\s{0,4}([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]{0,400})?\r?\n")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.+-]{2,40})", re.I)
_PACKINGS = {
    "gzip": "gzip", "x-gzip": "gzip", "deflate": "deflate", "br": "br", "zstd": "zstd",
}  # fmt: skip
_MOST_PACKINGS = 3


@dataclass(slots=True)
class Response:
    """An answer of a server: status, header fields in lower case, the body as it was meant."""

    status: int
    headers: dict[str, str]
    body: bytes = field(repr=False)
    problem: str | None = None


def response(block: bytes, name: str) -> Response | None:
    """Return what is in an HTTP message; None if it is none.

    Raises:
        ReadError: the body cannot be unpacked, or is too large when it is.
    """
    found = _STATUS.match(block)
    if found is None:
        return None
    line_end = block.find(b"\n", found.end(), _MAX_HEAD) + 1 or len(block)
    # Some servers sent no header at all, others one line end too few.
    end = _HEAD_END.search(block, line_end - 1, _MAX_HEAD)
    head, body = (block[line_end : end.start()], block[end.end() :]) if end else (b"", b"")
    if end is None:
        head = block[line_end:_MAX_HEAD]
    answer = Response(int(found[1]), _fields(head), body)
    if answer.status == 200:
        _take_off(answer, name)
    return answer


def media_type_of(content_type: str) -> str:
    """The type in a `Content-Type`, in lower case without parameters."""
    return content_type.partition(";")[0].strip().lower()


def charset_of(content_type: str) -> str | None:
    """The label of the encoding in a `Content-Type`."""
    found = _CHARSET.search(content_type)
    return found[1] if found else None


def _fields(head: bytes) -> dict[str, str]:
    fields: dict[str, str] = {}
    last = ""
    for line in head.decode("latin-1").splitlines():
        if line[:1] in (" ", "\t") and last:
            fields[last] += " " + line.strip()
            continue
        name, colon, value = line.partition(":")
        last = name.strip().lower() if colon else ""
        if last:
            value = value.strip()
            fields[last] = f"{fields[last]}, {value}" if last in fields else value
    return fields


def _take_off(answer: Response, name: str) -> None:
    if "chunked" in answer.headers.get("transfer-encoding", "").lower():
        answer.body = _without_chunks(answer.body)
    packings = answer.headers.get("content-encoding", "").lower().split(",")
    known = [_PACKINGS[word.strip()] for word in packings if word.strip() in _PACKINGS]
    if len(known) > _MOST_PACKINGS:
        raise ReadError(name, f"packed {len(known)} times over")
    for kind in reversed(known):
        if kind in ("gzip", "zstd") and compression_of(answer.body) != kind:
            continue  # it was taken off already
        answer.body, problem = _unpacked(answer.body, kind, name)
        answer.problem = answer.problem or problem


def _without_chunks(body: bytes) -> bytes:
    parts: list[bytes] = []
    at = 0
    while True:
        found = _CHUNK.match(body, at)
        if found is None:
            # What was no chunk from the start was taken off; after that, lengths are wrong.
            if at < len(body):
                parts.append(body[at:])
            break
        size = int(found[1], 16)
        end = found.end() + size
        if not parts and size and body[end : end + 1] not in (b"\r", b"\n", b""):
            return body  # a number on a line of its own
        if not size:
            break
        parts.append(body[found.end() : end])
        at = end
        if at >= len(body):
            break
    return b"".join(parts)


def _unpacked(body: bytes, kind: str, name: str) -> tuple[bytes, str | None]:
    """The body unpacked, and what was wrong with it."""
    if not body:
        return body, None
    parts: list[bytes] = []
    size = 0
    problem: str | None = None
    stream = Unpacked(cast(BinaryIO, io.BytesIO(body)), kind, name)
    try:
        while piece := stream.read(1 << 18):
            parts.append(piece)
            size += len(piece)
            if size > MAX_ARTICLE:
                stream.is_bomb = True
                raise ReadError(name, f"larger than {MAX_ARTICLE >> 20} MiB when unpacked")
    except ReadError as error:
        # Deflate and br have no mark: text under such a header was unpacked already.
        if not size and kind in ("deflate", "br") and not is_binary(body):
            return body, None
        if not size or stream.is_bomb:
            raise
        problem = error.reason
    return b"".join(parts), problem
