"""Bytes in many encodings, declared rightly, wrongly or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.errors import ReadError
from searcher.reading.encoding import codec_for, decode

WESTERN = "Café – „Straße“ naïve coöperation, £40 and 12 € for Señor Åse. " * 4
RUSSIAN = "Министр сообщил в понедельник, что переговоры продолжатся в среду утром. " * 6
JAPANESE = "日本政府は月曜日、新しい予算案を国会に提出したと発表した。市民は歓迎している。" * 6


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_decides(codec: str) -> None:
    assert decode(WESTERN.encode(codec), name="x")[0].strip("\ufeff") == WESTERN


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_known_by_its_nuls(codec: str) -> None:
    assert decode(WESTERN.encode(codec), name="x") == (WESTERN, codec)


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("windows-1252", WESTERN),
        ("iso-8859-1", WESTERN),
        ("windows-1251", RUSSIAN),
        ("koi8-r", RUSSIAN),
        ("shift_jis", JAPANESE),
        ("euc-jp", JAPANESE),
        ("iso-2022-jp", JAPANESE),
        ("utf-8", RUSSIAN),
    ],
)
@pytest.mark.parametrize("form", ['<meta charset="{}">', "<meta content='text/html; charset={}'>"])
def test_what_a_page_declares_is_obeyed(label: str, text: str, form: str) -> None:
    page = form.format(label) + text
    assert decode(page.encode(codec_for(label) or ""), name="x")[0] == page


@pytest.mark.parametrize("label", ["windows-1252", "shift_jis", "utf-16", "zlib", "unicode_escape"])
def test_valid_utf_8_is_utf_8_whatever_is_declared(label: str) -> None:
    page = f'<meta charset="{label}">{RUSSIAN}'
    assert decode(page.encode(), name="x") == (page, "utf-8")


def test_undeclared_western_text_is_windows_1252() -> None:
    assert decode(WESTERN.encode("cp1252"), name="x") == (WESTERN, "windows-1252")


def test_undeclared_cyrillic_is_recognised() -> None:
    assert decode(RUSSIAN.encode("cp1251"), name="x")[0] == RUSSIAN


def test_one_bad_byte_does_not_spoil_utf_8() -> None:
    text, name = decode(RUSSIAN.encode() + b"\xff" + WESTERN.encode(), name="x")
    assert name == "utf-8"
    assert text.count("\ufffd") == 1


def test_the_five_open_bytes_of_windows_1252_are_no_error() -> None:
    assert decode(b"caf\xe9 \x81\x8d", name="x")[1] == "windows-1252"


@pytest.mark.parametrize("label", ["zlib", "rot13", "idna", "utf-7", "nonsense", ""])
def test_only_labels_of_the_standard_count(label: str) -> None:
    assert codec_for(label) is None


@given(st.binary(max_size=400))
def test_any_bytes_give_text_or_a_read_error(data: bytes) -> None:
    try:
        text, name = decode(data, name="x")
    except ReadError as error:
        assert error.path == "x"
    else:
        assert isinstance(text, str)
        assert name
