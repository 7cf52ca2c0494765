"""XML of strangers: what is streamed, what is mended, and what is refused."""

from __future__ import annotations

import pytest

from searcher.errors import ReadError
from searcher.reading.source import open_bytes
from searcher.reading.xml import iter_xml, parse_xml, text_in


def streamed(data: bytes, *tags: str) -> list[str]:
    with open_bytes(data, "a.xml") as source:
        return [text_in(element) for element in iter_xml(source, tags or ("item",))]


def test_elements_are_streamed_across_pieces() -> None:
    items = b"".join(b"<item><p>text %d</p></item>" % number for number in range(20_000))
    found = streamed(b"<all>" + items + b"</all>")
    assert (len(found), found[0], found[-1]) == (20_000, "text 0", "text 19999")


def test_what_a_broken_off_file_has_of_an_element_is_read() -> None:
    assert streamed(b"<all><item>one</item><item><p>two th") == ["one", "two th"]


def test_a_text_longer_than_the_parser_takes_is_refused_not_lost() -> None:
    long = b"<all><item>one</item><item>" + b"word " * 2_200_000 + b"</item></all>"
    with pytest.raises(ReadError, match="beyond what is read"):
        streamed(long)
    with pytest.raises(ReadError, match="beyond what is read"):
        parse_xml(long, "a.xml")


def test_nesting_deeper_than_the_parser_takes_is_refused_not_lost() -> None:
    deep = b"<all><item>" + b"<p>" * 300 + b"x" + b"</p>" * 300 + b"</item></all>"
    with pytest.raises(ReadError, match="beyond what is read"):
        streamed(deep)
    with pytest.raises(ReadError, match="beyond what is read"):
        parse_xml(deep, "a.xml")


def test_a_second_document_behind_the_first_is_said_not_lost() -> None:
    with pytest.raises(ReadError, match="more behind the end"):
        streamed(b"<all><item>one</item></all>\n<?xml version='1.0'?><all><item>two</item></all>")


@pytest.mark.parametrize("declared", ["UTF-8", "ISO-8859-1", None])
@pytest.mark.parametrize("actual", ["utf-8", "cp1252"])
def test_an_encoding_that_is_declared_wrongly_is_mended(declared: str | None, actual: str) -> None:
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    data = f"{head}<all><item>Caf\u00e9 \u201cquoted\u201d</item></all>".encode(actual)
    assert streamed(data) == ["Caf\u00e9 \u201cquoted\u201d"]
    assert text_in(parse_xml(data, "a.xml")) == "Caf\u00e9 \u201cquoted\u201d"


def test_utf_16_is_streamed_whole() -> None:
    text = "<all>" + "<item>\u00e9t\u00e9 &amp; \u0107wir</item>" * 20_000 + "</all>"
    found = streamed(text.encode("utf-16"))
    assert (len(found), set(found)) == (20_000, {"\u00e9t\u00e9 & \u0107wir"})


def test_entities_of_html_and_controls_are_mended() -> None:
    data = b"<all><item>a&nbsp;b&eacute;\x01c &unknown; d</item></all>"
    assert streamed(data) == ["a b\u00e9 c d"]
    assert text_in(parse_xml(data, "a.xml")) == "a b\u00e9 c d"
