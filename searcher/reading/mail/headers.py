"""What does a field of a mail's head say?

Fields are ASCII, folded, with other letters as encoded words (RFC 2047), or raw in whatever
encoding the sender's program had.  `Fields` unfolds and decodes them; a value is cut at
64 KiB before it is decoded, since each encoded word costs a call.

Neighbouring words of one encoding are joined before they are decoded: senders cut characters
of several bytes in two.

`instant_of` reads the dates of RFC 5322 with its obsolete forms, years of two digits and
names of zones.  A date that is none gives None: `Pn, 29 paX 2007` stays in `date_text`.

Sources: RFC 5322 (2.2.3, 3.3, 4.3), RFC 2047, RFC 2231 (parameters).
"""

from __future__ import annotations

import binascii
import datetime as dt
import re
from collections.abc import Iterator

from searcher.reading.dates import DateError, parse_date
from searcher.reading.encoding import codec_for

__all__ = ["Fields", "from_base64", "instant_of", "mail_codec", "parameters_of"]

_MAX_VALUE = 1 << 16
_MOST_FIELDS = 5_000
_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:(.*)\Z", re.S)
_WORD = re.compile(
    r"=\?([A-Za-z0-9_:.()-]{1,40})(?:\*[A-Za-z0-9-]{0,20})?\?([bBqQ])\?([^?\n]{0,2000})\?="
)
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_BASE64 = bytes(set(range(256)) - set(_BASE64))
_ESCAPE = re.compile(rb"=([0-9A-Fa-f]{2})")
_PARAMETER = re.compile(
    r";\s*([\w.*'%-]{1,60})\s*=\s*(?:\"((?:[^\"\\]|\\.){0,4000})\"|([^;\s]{0,4000}))"
)
# Encodings that mail has and the web has given up.
_OLD_CODECS = {
    "utf-7": "utf-7", "unicode-1-1-utf-7": "utf-7", "iso-2022-kr": "iso2022_kr",
    "hz-gb-2312": "hz", "iso-2022-jp-2": "iso2022_jp_2", "cp850": "cp850", "cp437": "cp437",
    "ks-c-5601": "cp949", "cp949": "cp949", "cp932": "cp932", "cp936": "gb18030",
}  # fmt: skip
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, start=1)}
_INSTANT = re.compile(
    r"(?:[A-Za-z]{2,9}\.?,?\s+)?(\d{1,2})[\s-]+([A-Za-z]{3})[a-z]*\.?,?[\s-]+(\d{2,4}),?\s+"
    r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:\.\d{1,6})?\s*"
    r"(?:(?:GMT|UTC)?([+-])\s?(\d{2}):?(\d{2})|([A-Za-z]{1,5}))?"
)
# RFC 5322, 4.3: of the names only these are defined, and none of them changes in summer.
_ZONES = {
    "edt": -4, "est": -5, "cdt": -5, "cst": -6, "mdt": -6, "mst": -7, "pdt": -7, "pst": -8,
    "bst": 1, "cet": 1, "met": 1, "cest": 2, "mest": 2, "mesz": 2, "eet": 2, "jst": 9,
}  # fmt: skip


class Fields:
    """The fields of a head, by name in lower case."""

    def __init__(self, head: bytes) -> None:
        self._raw: list[tuple[str, bytes]] = []
        self._charset: str | None = None
        for line in _unfolded(head):
            found = _FIELD.match(line)
            if found is not None:
                name = found[1].decode("ascii").lower()
                self._raw.append((name, found[2].strip()[:_MAX_VALUE]))
            if len(self._raw) >= _MOST_FIELDS:
                break

    def __contains__(self, name: str) -> bool:
        return any(name == key for key, _ in self._raw)

    def all(self, name: str) -> list[str]:
        """The values of every field of a name, decoded."""
        return [self._decoded(value) for key, value in self._raw if key == name]

    def get(self, name: str) -> str:
        """The value of the first field of a name, decoded; "" if there is none."""
        return next(iter(self.all(name)), "")

    def raw(self, name: str) -> str:
        """The value as it stands, for fields that have no encoded words: types, addresses."""
        value = next((value for key, value in self._raw if key == name), b"")
        return value.decode("latin-1")

    def assume(self, charset: str | None) -> None:
        """Take raw bytes that are no UTF-8 to be in the encoding of the body."""
        self._charset = mail_codec(charset)

    def _decoded(self, value: bytes) -> str:
        try:
            text = value.decode("utf-8")
        except UnicodeDecodeError:
            text = value.decode(self._charset or "cp1252", "replace")
        return " ".join(_without_words(text).split()) if "=?" in text else " ".join(text.split())


def parameters_of(value: str) -> dict[str, str]:
    """The parameters of a `Content-Type` or `Content-Disposition`, by name in lower case."""
    parameters: dict[str, str] = {}
    for found in _PARAMETER.finditer(value[:_MAX_VALUE]):
        name = found[1].lower()
        text = re.sub(r"\\(.)", r"\1", found[2]) if found[2] is not None else found[3]
        base, star, _ = name.partition("*")
        if star and name.endswith("*"):
            text = _extended(text)
        parameters[base] = parameters.get(base, "") + text if star else text
        if len(parameters) > 50:
            break
    return parameters


def mail_codec(charset: str | None) -> str | None:
    """Python's codec for an encoding that a mail names; None if it is not a known one."""
    if not charset:
        return None
    label = charset.strip().strip("\"'").lower().replace("_", "-")
    return codec_for(label) or _OLD_CODECS.get(label)


def instant_of(text: str) -> dt.datetime | dt.date | None:
    """The instant that a `Date` names; None if it names none."""
    text = re.sub(r"\([^()]{0,100}\)", " ", text[:300]).strip()
    found = _INSTANT.match(text)
    if found is None:
        try:
            return parse_date(text)
        except DateError:
            return None
    day, month, year, hour, minute, second = found.groups()[:6]
    number = _MONTHS.get(month.lower())
    if number is None:
        return None
    try:
        return dt.datetime(
            _year(int(year)), number, int(day), int(hour), int(minute),
            min(59, int(second or 0)), tzinfo=_zone(found),
        )  # fmt: skip
    except ValueError:
        return None


def _year(year: int) -> int:
    if year < 100:
        return year + (2000 if year < 50 else 1900)
    year = year + 1900 if year < 1000 else year
    if not 1969 < year < 2200:
        raise ValueError("no year of a mail")
    return year


def _zone(found: re.Match[str]) -> dt.timezone:
    if found[7]:
        offset = dt.timedelta(hours=int(found[8]), minutes=int(found[9]))
        return dt.timezone(-offset if found[7] == "-" else offset)
    return dt.timezone(dt.timedelta(hours=_ZONES.get((found[10] or "").lower(), 0)))


def _unfolded(head: bytes) -> Iterator[bytes]:
    pieces: list[bytes] = []
    for line in head.split(b"\n"):
        if line[:1] in (b" ", b"\t") and pieces:
            pieces.append(line)
            continue
        if pieces:
            yield b"".join(pieces)
        pieces = [line]
    if pieces:
        yield b"".join(pieces)


def _without_words(text: str) -> str:
    """`text` with its encoded words decoded."""
    out: list[str] = []
    held, codec, at = b"", "", 0
    for found in _WORD.finditer(text):
        between = text[at : found.start()]
        data = _bytes_of(found[2], found[3])
        word_codec = mail_codec(found[1]) or "utf-8"
        is_next = at > 0 and not between.strip()
        if not is_next or word_codec != codec:
            out.append(held.decode(codec or "utf-8", "replace"))
            held = b""
            out.append("" if is_next else between)
        held, codec, at = held + data, word_codec, found.end()
    out.append(held.decode(codec or "utf-8", "replace"))
    out.append(text[at:])
    return "".join(out)


def _bytes_of(form: str, text: str) -> bytes:
    data = text.encode("latin-1", "replace")
    if form in "qQ":
        return _ESCAPE.sub(lambda m: bytes([int(m[1], 16)]), data.replace(b"_", b" "))
    return from_base64(data)


def from_base64(data: bytes) -> bytes:
    """What can be decoded; noise in between is passed over."""
    clean = data.translate(None, _NOT_BASE64)
    clean = clean[:-1] if len(clean) % 4 == 1 else clean
    try:
        return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))
    except binascii.Error:
        return b""


def _extended(text: str) -> str:
    charset, quote, rest = text.partition("'")
    _, quote2, encoded = rest.partition("'")
    value = encoded if quote and quote2 else text
    data = re.sub(
        rb"%([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), value.encode("utf-8", "replace")
    )
    return data.decode(mail_codec(charset) or "utf-8", "replace")
