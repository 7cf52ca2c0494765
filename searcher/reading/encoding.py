"""Which text do these bytes spell, and in which character encoding?

The order of evidence:

1. a byte order mark;
2. NULs in every other byte, or one byte of every pair the same script's: UTF-16 without a
   mark;
3. bytes beyond ASCII that are valid UTF-8 throughout: UTF-8, whatever is declared,
   as other encodings hardly ever form valid UTF-8 by chance;
4. what the document declares: the `charset` given by the caller (HTTP), else `<meta
   charset>` in the first 1024 bytes, else an XML declaration; unless what it makes is noise
   and another encoding makes prose of it;
5. nothing beyond ASCII: ISO-2022-JP if its signs are there, else UTF-8;
6. nearly valid UTF-8 (a cut or a stray byte): UTF-8, with U+FFFD at the bad places;
7. the encoding whose reading is the likeliest prose (`charsets.py`), else, for letters that are
   mostly beyond ASCII, what charset-normalizer finds in a sample;
8. windows-1252, where the WHATWG Encoding Standard sends undeclared western text.

Labels are resolved as that standard does (https://encoding.spec.whatwg.org/#names-
and-labels): "iso-8859-1" and "ascii" mean windows-1252, "gb2312" means GBK, and only
labels of its table count, so that no page can choose "zlib" or "unicode_escape".

Text always comes out; only data that is no text at all is an error.
"""

from __future__ import annotations

import codecs
import re

from searcher.errors import ReadError
from searcher.importing import InstalledOnly
from searcher.reading.charsets import best_codec, overruled, repaired, wide_codec

__all__ = ["codec_for", "declared_charset", "decode", "is_binary"]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# Python codec -> labels of the WHATWG table (the common ones; "-" and "_" are alike).
_LABELS = {
    "utf-8": "utf-8 utf8 unicode-1-1-utf-8 utf-16 utf-16le utf-16be unicode ucs-2",
    "cp1252": "windows-1252 cp1252 iso-8859-1 iso8859-1 iso88591 latin1 l1 ascii us-ascii ansi",
    "iso8859-2": "iso-8859-2 iso8859-2 latin2 l2",
    "iso8859-3": "iso-8859-3 latin3",
    "iso8859-4": "iso-8859-4 latin4",
    "iso8859-5": "iso-8859-5 cyrillic",
    "iso8859-6": "iso-8859-6 arabic",
    "iso8859-7": "iso-8859-7 greek",
    "iso8859-8": "iso-8859-8 iso-8859-8-i hebrew",
    "cp1254": "windows-1254 cp1254 iso-8859-9 iso8859-9 latin5",
    "iso8859-10": "iso-8859-10 latin6",
    "iso8859-13": "iso-8859-13",
    "iso8859-14": "iso-8859-14",
    "iso8859-15": "iso-8859-15 iso8859-15 latin9 latin-9",
    "iso8859-16": "iso-8859-16",
    "koi8-r": "koi8-r koi8 koi",
    "koi8-u": "koi8-u koi8-ru",
    "mac-roman": "macintosh mac x-mac-roman",
    "mac-cyrillic": "x-mac-cyrillic",
    "cp866": "ibm866 cp866",
    "cp874": "windows-874 iso-8859-11 tis-620",
    "cp1250": "windows-1250 cp1250",
    "cp1251": "windows-1251 cp1251",
    "cp1253": "windows-1253 cp1253",
    "cp1255": "windows-1255 cp1255",
    "cp1256": "windows-1256 cp1256",
    "cp1257": "windows-1257 cp1257",
    "cp1258": "windows-1258 cp1258",
    "gb18030": "gb18030 gbk gb2312 x-gbk chinese",
    "big5hkscs": "big5 big5-hkscs x-x-big5 cn-big5",
    "euc_jp": "euc-jp x-euc-jp",
    "iso2022_jp": "iso-2022-jp",
    "cp932": "shift-jis shift_jis sjis x-sjis windows-31j ms-kanji",
    "cp949": "euc-kr ks-c-5601-1987 ksc5601 korean windows-949",
}
_CODECS = {
    label.replace("_", "-"): codec for codec, labels in _LABELS.items() for label in labels.split()
}
_NAMES = {codec: labels.split()[0] for codec, labels in _LABELS.items()}

_META = re.compile(rb"<meta[^>]{0,500}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.I)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_:.-]{2,40})", re.I)
_SHIFTED = re.compile(rb"\x1b\$[@B]|\x1b\([IJ]")  # ISO 2022-JP leaves ASCII and comes back
_HIGH = bytes(range(128, 256))
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\v\b\x1a\x1b")) + b"\x7f"
_SAMPLE = 1 << 16
_PREFIX = 1 << 20


def codec_for(label: str | None) -> str | None:
    """Return Python's codec for a declared label, or None if it is not a known one."""
    return _CODECS.get(label.strip().lower().replace("_", "-")) if label else None


def declared_charset(data: bytes) -> str | None:
    """Return the codec that an HTML or XML document declares in its first 1024 bytes."""
    head = data[:1024]
    found = _META.search(head) or _XML.search(head)
    return codec_for(found[1].decode("ascii")) if found else None


def decode(data: bytes, *, name: str, charset: str | None = None) -> tuple[str, str]:
    """Return the text of `data` and the name of its encoding.

    Arguments:
        data: the bytes of one document.
        name: the file, for messages.
        charset: what a protocol such as HTTP declared.

    Raises:
        ReadError: the bytes are no text.
    """
    for mark, codec in _BOMS:
        if data.startswith(mark):
            text = data[len(mark) :].decode(codec, "replace")
            _refuse_noise(text, name)
            return text, codec
    wide = _utf16_without_mark(data)
    if wide is None and is_binary(data):
        wide = wide_codec(data)
    if wide is not None:
        return data.decode(wide, "replace"), wide
    if is_binary(data):
        raise ReadError(name, "binary data, not text", hint="give text, HTML, Markdown or JSON")
    ascii_only = data.isascii()
    if ascii_only and _SHIFTED.search(data):
        shifted = _lenient(data, "iso2022_jp")
        if shifted is not None:
            return shifted, "iso-2022-jp"
    if not ascii_only:
        try:
            return repaired(data.decode("utf-8")), "utf-8"
        except UnicodeDecodeError:
            pass
    label = codec_for(charset) or declared_charset(data)
    if label is not None and label != "utf-8":
        better = None if ascii_only else overruled(data, label)
        declared = _lenient(data, better or label)
        label = better or label
        if declared is not None:
            return declared, _NAMES[label]
    if ascii_only:
        return data.decode("ascii"), "utf-8"
    nearly = _lenient(data, "utf-8")
    if nearly is not None:
        return nearly, "utf-8"
    likely = best_codec(data)
    prose = None if likely is None or likely == "cp1252" else _lenient(data, likely)
    if prose is not None and likely is not None:
        return prose, _NAMES[likely]
    high = len(data) - len(data.translate(None, _HIGH))
    letters = high + sum(map(str.isalpha, data[:_SAMPLE].decode("ascii", "ignore")))
    if likely is None and high > 20 and high > 0.3 * letters:
        guess = _guess(data)
        if guess is not None:
            return data.decode(guess, "replace"), guess
    return _windows_1252(data), "windows-1252"


def is_binary(data: bytes) -> bool:
    """Say whether `data` is no text in any encoding that uses ASCII."""
    sample = data[:_SAMPLE]
    if b"\0" in sample:
        return True
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return controls > 3 + len(sample) // 50


def _refuse_noise(text: str, name: str) -> None:
    sample = text[:_SAMPLE]
    noise = sum(c == "\0" or c == "\ufffd" for c in sample)
    if noise > 3 + len(sample) // 10:
        raise ReadError(name, "binary data, not text", hint="give text, HTML, Markdown or JSON")


def _utf16_without_mark(data: bytes) -> str | None:
    """Return the byte order if almost all NULs are on one side: Latin text in UTF-16."""
    sample = data[: 4096 & ~1]
    if len(sample) < 8 or b"\0" not in sample:
        return None
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > 0.4 * half and even < 0.02 * half:
        codec = "utf-16-le"
    elif even > 0.4 * half and odd < 0.02 * half:
        codec = "utf-16-be"
    else:
        return None
    text = sample.decode(codec, "replace")
    controls = sum((c < " " and c not in "\t\n\r\f") or c == "\ufffd" for c in text)
    return codec if controls <= len(text) // 50 else None


def _lenient(data: bytes, codec: str) -> str | None:
    """Decode; bear one bad place in a thousand signs; None when there are more."""
    with InstalledOnly():
        codecs.lookup(codec)  # those of East Asia load modules of their own
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        if codec == "cp1252":
            return _windows_1252(data)
    # What is wrong throughout is so at its start, and need not be decoded to the end.
    if data[:_PREFIX].decode(codec, "replace").count("\ufffd") > 2 + len(data) // 1000:
        return None
    text = data.decode(codec, "replace")
    bad = text.count("\ufffd")
    beyond = sum(c > "\x7f" for c in text[:_SAMPLE])
    return text if bad <= 1 + len(text) // 1000 and bad * 4 <= beyond else None


def _windows_1252(data: bytes) -> str:
    # The standard maps the five bytes that cp1252 leaves open to C1 controls.
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        table = {b: bytes([b]).decode("cp1252", "ignore") or chr(b) for b in range(0x80, 0xA0)}
        return data.decode("latin-1").translate(table)


def _guess(data: bytes) -> str | None:
    # Whole lines: a cut inside a double-byte sign would count against its encoding.
    sample = data[:_SAMPLE]
    cut = sample.rfind(b"\n")
    with InstalledOnly():  # it loads one codec after another
        import charset_normalizer

        match = charset_normalizer.from_bytes(sample[: cut if cut > 1000 else None]).best()
    if match is None or match.encoding in ("utf_7", "cp1252", "latin_1"):
        return None
    try:
        codecs.lookup(match.encoding)
    except LookupError:
        return None
    return str(match.encoding)
