"""Documents of word processors: their text, in the order and the signs that it has."""

from __future__ import annotations

import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading import is_candidate, read_bytes
from searcher.reading.office import docx, rtf

from . import exports_samples as made

PLAIN = [
    "*Bakers rise before the town does*",
    "By Ida Quist",
    "July 1, 2019",
    "It was four.",
    "Bread.",
]
SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def article_of(data: bytes, name: str) -> Article:
    (article,) = read_bytes(data, name=name)
    return article


def text_of(data: bytes) -> str:
    return "\n".join(block.text for block in rtf.blocks_of(data, "a.rtf") if block.text)


def paragraph(inner: str) -> str:
    return f"<w:p>{inner}</w:p>"


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def word(body: str, **parts: bytes) -> bytes:
    document = f"<w:document {SPACE}><w:body>{body}</w:body></w:document>".encode()
    return made.packed({"word/document.xml": document, **parts})


@pytest.mark.parametrize(
    ("name", "data"), [("a.docx", made.docx(PLAIN)), ("a.rtf", made.rtf(PLAIN))]
)
def test_any_other_document_is_one_article(name: str, data: bytes) -> None:
    article = article_of(data, name)
    assert article.title == "Bakers rise before the town does"
    assert article.byline == ("Ida Quist",)
    assert str(article.date) == "2019-07-01"
    assert article.body == "It was four.\n\nBread."
    assert article.record is None


def test_a_document_is_known_by_its_content_whatever_it_is_called() -> None:
    assert article_of(made.docx(PLAIN), "a.txt").title == article_of(made.rtf(PLAIN), "a.doc").title


def test_databases_call_rtf_doc_and_a_walk_tries_it() -> None:
    assert is_candidate("export.DOC")
    article = article_of(b"A headline of text\n\nIts text, which is no RTF.\n", "a.doc")
    assert article.body == "Its text, which is no RTF."


# DOCX


def test_a_style_of_headings_makes_a_headline_of_any_length() -> None:
    title = "A headline " * 20 + "of many words"
    style = '<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>'
    article = article_of(word(paragraph(style + run(title)) + paragraph(run("Text."))), "a.docx")
    assert article.title == title and article.body == "Text."


def test_text_in_links_tables_and_boxes_is_read_and_deleted_text_is_not() -> None:
    box = (
        '<mc:AlternateContent xmlns:mc="m"><mc:Choice><w:txbxContent>'
        + paragraph(run("In a box."))
        + "</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>"
        + paragraph(run("In a box."))
        + "</w:txbxContent></mc:Fallback></mc:AlternateContent>"
    )
    body = (
        paragraph(run("One ") + f"<w:hyperlink>{run('link')}</w:hyperlink>" + run(" more."))
        + paragraph("<w:del><w:r><w:delText>Gone.</w:delText></w:r></w:del>" + run("Kept."))
        + f"<w:tbl><w:tr><w:tc>{paragraph(run('Cell.'))}</w:tc></w:tr></w:tbl>"
        + paragraph(f"<w:r>{box}</w:r>" + run("Around."))
        + paragraph("<w:r><w:rPr><w:vanish/></w:rPr><w:t>Hidden.</w:t></w:r>")
        + paragraph("<w:r><w:instrText>PAGE</w:instrText></w:r>" + run("After."))
    )
    blocks = docx.blocks_of(word(body), "a.docx")
    texts = [block.text for block in blocks if block.text]
    assert texts == ["One link more.", "Kept.", "Cell.", "In a box.", "Around.", "After."]


def test_the_part_of_the_text_may_have_another_name() -> None:
    relations = (
        '<Relationships><Relationship Id="r" Type="http://x/relationships/officeDocument" '
        'Target="word/document2.xml"/></Relationships>'
    )
    document = f"<w:document {SPACE}><w:body>{paragraph(run('Found.'))}</w:body></w:document>"
    data = made.packed({"_rels/.rels": relations.encode(), "word/document2.xml": document.encode()})
    assert [block.text for block in docx.blocks_of(data, "a.docx")] == ["Found."]


def test_a_bomb_is_refused() -> None:
    data = word(paragraph(run("0" * (40 << 20))))
    with pytest.raises(ReadError, match="unpacks to more than"):
        article_of(data, "a.docx")


def test_entities_are_not_resolved() -> None:
    document = (
        '<!DOCTYPE a [<!ENTITY b "BANG"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
        f"<w:document {SPACE}><w:body>{paragraph(run('x &b; &c; y'))}</w:body></w:document>"
    )
    data = made.packed({"word/document.xml": document.encode()})
    text = "".join(block.text for block in docx.blocks_of(data, "a.docx"))
    assert "root:" not in text and "BANG" not in text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (made.docx(PLAIN)[:-40], "damaged"),
        (made.packed({"word/other.xml": b"<a/>"}), "no DOCX document in it"),
        (word(""), "without text"),
        (word(f"{'<w:x>' * 5000}{paragraph(run('deep'))}"), "DOCX"),
    ],
)
def test_documents_that_cannot_be_read_say_why(data: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        article_of(data, "a.docx")


def test_an_encrypted_document_is_refused() -> None:
    data = bytearray(made.docx(PLAIN))
    at = data.rfind(b"PK\x01\x02")
    data[at + 8] |= 1
    data[6] |= 1
    with pytest.raises(ReadError, match="encrypted"):
        article_of(bytes(data), "a.docx")


# RTF


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        (rb"caf\'e9", "café"),
        (rb"\ansicpg1251 \'cf\'f0\'e8\'e2\'e5\'f2", "Привет"),
        (rb"{\fonttbl{\f0\fcharset134 S;}}\f0\'d6\'d0\'ce\'c4", "中文"),
        (rb"{\fonttbl{\f0\fcharset128 M;}}\f0\'93\'fa\'96{", "日本"[:1]),
        (rb"{\fonttbl{\f0\fcharset136 M;}}\f0\'a4\'40", "一"),
        (rb"{\fonttbl{\f0\fcharset136 M;}}\f0\'a4@", "一"),
        (rb"\u8222?quoted\u8220?", "„quoted“"),
        (rb"\uc2\u233\'c3\'a9t\u233xxy", "étéy"),
        (rb"\uc0\u233 t", "ét"),
        (rb"\u-10179?\u-8704?", "\U0001f600"),
        (rb"a\~b\_c\-d", "a b-cd"),
        (rb"\lquote a\rquote \emdash \bullet", "‘a’—•"),
        (rb"one\par two\line three", "one\ntwo\nthree"),
        (rb"{\*\generator Word;}{\info{\title T}}{\header H}{\pict 0a0b}text", "text"),
        (rb'{\field{\*\fldinst HYPERLINK "http://a"}{\fldrslt link}}', "link"),
        (rb"{\v hidden}shown{\deleted gone}", "shown"),
        (rb"\\ \{ \}", "\\ { }"),
        (rb"{\upr{plain}{\*\ud{\u233?}}}", "plainé"),
        (rb"\trowd a\cell b\cell\row c", "a\tb\nc"),
        (rb"a\bin3 {{{b", "ab"),
    ],
)
def test_characters_of_rtf(inner: bytes, text: str) -> None:
    assert text_of(b"{\\rtf1\\ansi " + inner + b"}").startswith(text)


@pytest.mark.parametrize(
    "inner",
    [
        b"\\u999999999999999999 ok", b"\\ansicpg99999 ok", b"\\bin99999999 ok", b"\\'4 ok", b"\\u",
        b"\\uc999999999 ok", b"\\f-1 ok", b"{" * 2000 + b"ok", b"}" * 2000 + b"ok", b"\\'zz ok",
        b"\\u55357 ok", b"{\\pict " + b"ff" * 50_000 + b"} ok", b"\\" + b"a" * 5000 + b" ok",
        b"{\\b a}" * 20_000, b"\\'81" * 20_000,
    ],
)  # fmt: skip
def test_broken_rtf_costs_only_what_is_broken(inner: bytes) -> None:
    text = text_of(b"{\\rtf1\\ansi before " + inner + b"}")
    assert text.startswith("before")


def test_deep_groups_are_read_in_linear_time() -> None:
    data = b"{\\rtf1 " + b"{" * 200_000 + b"deep" + b"}" * 200_000 + b" after}"
    assert text_of(data) == "deep after"


def test_more_braces_than_any_document_has_are_refused() -> None:
    with pytest.raises(ReadError, match="braces"):
        rtf.blocks_of(b"{\\rtf1 " + b"{" * 2_000_001, "a.rtf")


@given(st.binary(max_size=400))
def test_any_bytes_after_the_head_of_rtf(data: bytes) -> None:
    for block in rtf.blocks_of(b"{\\rtf1\\ansi " + data, "a.rtf"):
        block.text.encode()


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                b"{",
                b"}",
                b"\\u233?",
                b"\\'e9",
                b"\\par ",
                b"text",
                b"\\*",
                b"\\uc3",
                b"{\\fonttbl",
                b"\\f7",
                b"\\b",
                b"\\v",
                b"\\plain",
                b"\\fldrslt",
                b"\\bin2",
                b"\\",
                b"\\fcharset128 ",
            ]
        ),
        max_size=60,
    )
)
def test_any_words_of_rtf(words: list[bytes]) -> None:  # fmt: skip
    for block in rtf.blocks_of(b"{\\rtf1 " + b"".join(words), "a.rtf"):
        block.text.encode()


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_document_part_in_a_docx(data: bytes) -> None:
    packed = made.packed({"word/document.xml": data})
    try:
        docx.blocks_of(packed, "a.docx")
    except ReadError as error:
        assert error.path == "a.docx"


@settings(deadline=None)
@given(st.integers(0, 500), st.binary(min_size=1, max_size=4))
def test_a_damaged_docx_gives_paragraphs_or_a_read_error(at: int, data: bytes) -> None:
    packed = bytearray(made.docx(PLAIN))
    packed[at : at + len(data)] = data
    try:
        docx.blocks_of(bytes(packed), "a.docx")
    except ReadError as error:
        assert error.path == "a.docx"
    except zipfile.BadZipFile:
        pytest.fail("only ReadError comes out")
