"""Exports of news databases: each article is found, and each of its fields."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading import read_bytes

from . import exports_samples as made
from .gold import share_right

BODY = [
    "EASTON -- The quarry at the edge of town will close in spring, its owner said on Monday, and "
    "forty people will lose their work.",
    "It had been open since 1871. Nobody knows yet what becomes of the pit.",
    "Most of the stone went into the harbour.",
]
FIRST, SECOND = "Quarry to close after 148 years", "Harbour wall holds: engineers relieved"
GMT_0920 = dt.datetime(2019, 7, 1, 9, 20, tzinfo=dt.UTC)


def all_of(data: bytes | str, name: str) -> tuple[list[Article], list[ReadError]]:
    errors: list[ReadError] = []
    raw = data.encode() if isinstance(data, str) else data
    return list(read_bytes(raw, name=name, on_error=errors.append)), errors


def check_bodies(articles: list[Article]) -> None:
    assert [article.title for article in articles] == [FIRST, SECOND]
    assert [article.body.split("\n\n") for article in articles] == [BODY, BODY[::-1]]


# Nexis until 2018


@pytest.mark.parametrize(
    ("labels", "count", "language"),
    [
        (made.ENGLISH, "{} of 2 DOCUMENTS", "en"),
        (made.GERMAN, "{} von 2 DOKUMENTEN", "de"),
        (made.SPANISH, "{} de 2 DOCUMENTOS", "es"),
        (made.GERMAN, "Dokument {} von 2", "de"),
    ],
)
def test_nexis_as_text_in_the_languages_of_its_interface(
    labels: tuple[str, ...], count: str, language: str
) -> None:
    cover = "\n\nDownload Request: Selected Items: 1-2\n\nTerms: (quarry)\n\n"
    text = cover + "".join(
        made.nexis_article(title, body, count=count.format(n), labels=labels)
        for n, (title, body) in enumerate([(FIRST, BODY), (SECOND, BODY[::-1])], 1)
    )
    articles, errors = all_of(text, "a.TXT")
    check_bodies(articles)
    assert not errors
    first = articles[0]
    assert (first.byline, first.source, first.section) == (
        ("Ida Quist",),
        "The Quarry Post",
        "Metro",
    )
    assert (first.date, first.language) == (dt.date(2002, 5, 2), language)
    assert first.metadata["page"] == "B4"
    assert [article.record for article in articles] == [1, 2]


def test_lines_wrapped_at_79_signs_become_paragraphs() -> None:
    wrapped = BODY[0].replace(" its owner", "\nits owner").replace(" forty", "\nforty")
    text = made.nexis_article(FIRST, [wrapped, BODY[1]], count="1 of 1 DOCUMENTS")
    articles, _ = all_of(text, "a.txt")
    assert articles[0].body == "\n\n".join(BODY[:2])


def test_the_older_order_of_nexis_with_copyright_first_and_labels_for_all() -> None:
    text = (
        "\n                  1 of 1 DOCUMENT\n\n              Copyright 1999 Quarry Ltd.\n"
        "                  The Quarry Post\n\n            July 1, 1999, Thursday, City Edition\n\n"
        f"SECTION: Metro; Pg. 4\n\nLENGTH: 320 words\n\nHEADLINE: {FIRST}\n\nBYLINE: BY IDA "
        f"QUIST\n\nDATELINE: EASTON\n\nBODY:\n{BODY[0]}\n\n{BODY[1]}\n\nLANGUAGE: ENGLISH\n\n"
        "LOAD-DATE: July 2, 1999\n"
    )
    text = text.replace("1 of 1 DOCUMENT\n", "1 of 1 DOCUMENTS\n")
    article = all_of(text, "a.txt")[0][0]
    assert (article.title, article.byline) == (FIRST, ("Ida Quist",))
    assert article.date == dt.date(1999, 7, 1)
    assert article.body == "\n\n".join(BODY[:2])
    assert article.metadata["edition"] == "City Edition"


def test_speakers_of_a_transcript_are_no_labels() -> None:
    talk = [
        "QUIST: What of the pit?",
        "ABEL: It fills with water.",
        "QUIST: And then?",
        "ABEL: Fish.",
    ]
    article = all_of(made.nexis_article(FIRST, talk, count="1 of 1 DOCUMENTS"), "a.txt")[0][0]
    assert article.body.split("\n\n") == talk


def test_names_and_pages_over_two_lines_and_who_reported_from_where() -> None:
    text = made.nexis_article(
        FIRST,
        BODY,
        count="1 of 1 DOCUMENTS",
        byline="Ida Quist and Tom\nAbel; Tom Abel reported from Easton.",
        section="FEATURES; ART; Pg. 12,\n13",
    )
    article = all_of(text, "a.txt")[0][0]
    assert article.byline == ("Ida Quist", "Tom Abel")
    assert (article.section, article.metadata["page"]) == ("FEATURES; ART", "12, 13")


def test_doubled_commas_and_an_edition_after_the_date() -> None:
    text = made.nexis_article(
        FIRST, BODY, count="1 of 1 DOCUMENTS", date="May 2, 2002, Thursday,, FINAL EDITION"
    )
    article = all_of(text, "a.txt")[0][0]
    assert article.date == dt.date(2002, 5, 2)
    assert article.metadata["edition"] == "FINAL EDITION"


def test_nexis_as_html_with_marked_hits() -> None:
    def part(*spans: str) -> str:
        inner = "".join(f'<SPAN CLASS="c2">{span}</SPAN>' for span in spans)
        return f'<BR><DIV CLASS="c0"><P CLASS="c6">{inner}</P>\n</DIV>\n'

    pages = [
        f'<A NAME="DOC_ID_0_{n}"></A><!-- Hide XML section from browser\n<DOC NUMBER={n}>\n<DOC'
        f"FULL> -->{part(f'{n} von 2 DOKUMENTEN')}{part('Quarry Zeitung')}"
        f"{part('1.', ' Juli 2019 Montag 9:50 PM GMT+1')}{part(title)}"
        f"{part('AUTOR: ', 'Quist, Ida')}"
        f"{part('LÄNGE: ', '320 Wörter')}{part('HIGHLIGHT:', '&nbsp;Vorspann; http://example.org/q')}"
        f"<DIV><P>{'</P><P>'.join(body)}</P></DIV>{part('UPDATE: ', '2. Juli 2019')}"
        f"{part('SPRACHE: ', 'GERMAN; DEUTSCH')}{part('Copyright 2019 Quarry')}"
        "<!-- Hide XML section from browser\n</DOCFULL>\n</DOC> -->"
        for n, (title, body) in enumerate([(FIRST, BODY), (SECOND, BODY[::-1])], 1)
    ]
    head = '<HTML><HEAD><META TOPIC="null" DOCUMENTS="3" UPDATED="now" /></HEAD><BODY>'
    articles, errors = all_of(head + "".join(pages), "a.html")
    check_bodies(articles)
    first = articles[0]
    assert first.byline == ("Ida Quist",)
    assert first.date == dt.datetime(2019, 7, 1, 20, 50, tzinfo=dt.UTC)
    assert (first.language, first.url) == ("de", "http://example.org/q")
    assert first.metadata["subtitle"] == "Vorspann"
    assert "2 articles were found" in errors[0].reason and "3" in errors[0].reason


def test_a_lost_article_is_an_error_of_the_file() -> None:
    text = made.nexis_article(FIRST, BODY, count="1 of 3 DOCUMENTS")
    text += made.nexis_article(SECOND, BODY[::-1], count="2 of 3 DOCUMENTS")
    articles, errors = all_of(text, "a.txt")
    check_bodies(articles)
    assert "says that it has 3" in errors[0].reason


# Nexis since 2018


@pytest.mark.parametrize("words", [made.UNI_ENGLISH, made.UNI_GERMAN, made.UNI_UNKNOWN])
@pytest.mark.parametrize("document", [made.docx, made.rtf])
def test_nexis_uni_in_documents_and_languages(
    words: tuple[str, ...], document: Callable[[list[str]], bytes]
) -> None:
    paragraphs = [
        *made.uni_article(FIRST, BODY, words=words),
        *made.uni_article(SECOND, BODY[::-1], words=words, date="2. Juli 2019 Dienstag"),
    ]
    if document is made.rtf:
        paragraphs = [line for text in paragraphs for line in text.split("\n")]
    articles, errors = all_of(document(paragraphs), "a.docx")
    check_bodies(articles)
    assert not errors
    assert articles[0].date == GMT_0920
    assert articles[1].date == dt.date(2019, 7, 2)
    assert articles[0].source == "The Quarry Post"
    if words is not made.UNI_UNKNOWN:
        assert articles[0].byline == ("Ida Quist", "Tom Abel")
        assert articles[0].section == "Metro"
    assert articles[0].metadata["subjects"] == ("QUARRIES", "STONE")


def test_the_cover_page_of_nexis_uni_is_no_article_and_its_number_is_checked() -> None:
    cover = [
        "Job Number: 7",
        "Documents (3)",
        f"1. {FIRST}",
        "Client/Matter: -None-",
        f"2. {SECOND}",
    ]
    body = made.uni_article(FIRST, BODY) + made.uni_article(SECOND, BODY[::-1])
    articles, errors = all_of(made.docx(cover + body), "a.DOCX")
    check_bodies(articles)
    assert "Documents (3)" in errors[0].reason


def test_nexis_uni_without_a_copyright() -> None:
    articles, _ = all_of(made.docx(made.uni_article(FIRST, BODY, has_rights=False)), "a.docx")
    assert articles[0].title == FIRST and articles[0].body == "\n\n".join(BODY)


def test_a_date_of_nexis_uni_is_not_the_headline_of_the_next_article() -> None:
    paragraphs = made.uni_article(FIRST, BODY)
    date = paragraphs.index("July 1, 2019 Monday 9:20 AM GMT")
    paragraphs[date + 1 : date + 1] = ["The Other Post", "July 2, 2019 Tuesday"]
    articles, _ = all_of(made.docx(paragraphs), "a.docx")
    assert [article.title for article in articles] == [FIRST]
    assert articles[0].date == GMT_0920


# Factiva


def test_factiva_html_whose_lines_have_no_names() -> None:
    facts = [
        "877 palabras", "1 julio 2019", "09:20", "Quarry Post", "QRRY", "Late Edition", "A12",
        "Inglés", "Copyright 2019 Quarry Ltd. All Rights Reserved.",
    ]  # fmt: skip
    page = made.factiva_html(
        [("en", [FIRST, *facts], BODY), ("zhcn", [SECOND, *facts], BODY[::-1])]
    )
    articles, errors = all_of(page, "a.html")
    check_bodies(articles)
    assert not errors
    first, second = articles
    assert first.date == GMT_0920
    assert (first.source, first.section, first.language) == ("Quarry Post", "Kultur", "en")
    assert second.language == "zh-CN"
    assert first.id == "QRRY000020190701ef710000a"
    assert first.metadata["edition"] == "Late Edition" and first.metadata["page"] == "A12"


@pytest.mark.parametrize("name", ["a.rtf", "a.docx", "a.txt", "wide.txt"])
def test_factiva_with_tags(name: str) -> None:
    articles_in = [(FIRST, BODY), (SECOND, BODY[::-1])]
    lines = made.factiva_tags(articles_in, gap="   " if name == "wide.txt" else "\t")
    lines += ["Search Summary", "Text\tquarry"]
    data = "\n".join(lines).encode()
    if name == "a.rtf":
        data = made.rtf(lines)
    elif name == "a.docx":
        data = made.docx(lines)
    articles, errors = all_of(data, name)
    check_bodies(articles)
    assert not errors
    first = articles[0]
    assert (first.byline, first.date, first.language) == (("Ida Quist",), GMT_0920, "en")
    assert (first.source, first.section) == ("Quarry Post", "Stadt")
    assert first.metadata["subjects"] == ("Political/General News", "Quarries")


def test_factiva_with_tags_in_the_cells_of_a_table() -> None:
    rows = [
        ("HD", FIRST), ("WC", "320 words"), ("PD", "1 July 2019"), ("SN", "Quarry Post"),
        ("LP", BODY[0]), ("TD", "\\par ".join(BODY[1:])),
        ("AN", "Document QRRY000020190701ef710000a"),
    ]  # fmt: skip
    cells = "".join(f"\\trowd {{\\b {tag}}}\\cell {text}\\cell\\row\n" for tag, text in rows)
    articles, _ = all_of(b"{\\rtf1\\ansi " + cells.encode() + b"}", "a.rtf")
    assert articles[0].title == FIRST and articles[0].body == "\n\n".join(BODY)


def test_factiva_documents_without_tags() -> None:
    lines = []
    for n, (title, body) in enumerate([(FIRST, BODY), (SECOND, BODY[::-1])]):
        lines += [
            "Metro", f"*{title}*", "By Ida Quist", "320 words", "1 July 2019", "Quarry Post",
            "QRRY", "A4", "English", "(c) 2019 Quarry Ltd. All rights reserved.", "", *body,
            "Quarry Ltd.",
            f"Document QRRY000020190701ef710000{n}",
        ]  # fmt: skip
    articles, _ = all_of(made.rtf(lines), "a.rtf")
    check_bodies(articles)
    assert articles[0].byline == ("Ida Quist",) and articles[0].section == "Metro"


def test_factiva_xml() -> None:
    text = "".join(f"<paragraph>{line}</paragraph>" for line in BODY[1:])
    page = (
        '<?xml version="1.0"?><PPSResponse><r xmlns="http://global.factiva.com/pps/2.0"><article>'
        f"<accessionNo>QRRY1</accessionNo><headline><paragraph><hlt>Quarry</hlt>{FIRST[6:]}"
        f"</paragraph></headline><leadParagraph><paragraph>{BODY[0]}</paragraph></leadParagraph>"
        f"<tailParagraphs>{text}</tailParagraphs><publicationDate><dateTime>2019-07-01T09:20:00Z"
        "</dateTime></publicationDate><sourceName>Quarry Post</sourceName><baseLanguage>EN"
        "</baseLanguage></article></r></PPSResponse>"
    )
    article = all_of(page, "a.xml")[0][0]
    assert (article.title, article.body, article.date) == (FIRST, "\n\n".join(BODY), GMT_0920)
    assert (article.id, article.language) == ("QRRY1", "en")


# Others


def test_europresse_since_2013() -> None:
    page = made.europresse(
        [
            (FIRST, "Politique, jeudi 14 mars 2019 842 mots, p. 16", "Quist, Ida", BODY),
            (SECOND, "News, Thursday, March 14, 2019, p. A1", "Ida Quist", BODY[::-1]),
        ]
    )
    articles, errors = all_of(page, "a.HTML")
    check_bodies(articles)
    assert not errors
    assert [(a.source, a.section, a.date, a.byline) for a in articles] == [
        ("Le Quarry", "Politique", dt.date(2019, 3, 14), ("Ida Quist",)),
        ("Le Quarry", "News", dt.date(2019, 3, 14), ("Ida Quist",)),
    ]
    assert articles[0].id == "news·20190701·LQ·0"
    assert articles[0].metadata["page"] == "16"


def test_europresse_with_sections_that_are_not_closed() -> None:
    page = made.europresse(
        [(FIRST, "lundi 1 juillet 2019", "", BODY), (SECOND, "2 juillet 2019", "", BODY[::-1])]
    )
    check_bodies(all_of(page.replace("</section>", "").replace("</div>", ""), "a.html")[0])


@pytest.mark.parametrize("labels", [made.PROQUEST_ENGLISH, made.PROQUEST_SPANISH])
def test_proquest_as_text_in_the_languages_of_its_interface(labels: dict[str, str]) -> None:
    text = made.proquest([(FIRST, BODY), (f"{SECOND}: [Foreign Desk]", BODY[::-1])], labels)
    articles, errors = all_of(text, "ProQuestDocuments.txt")
    check_bodies(articles)
    assert not errors
    first = articles[0]
    assert first.byline == ("Ida Quist", "Tom J Abel")
    assert (first.source, first.section, first.language) == ("Quarry Post", "Metro", "en")
    assert (first.date, first.url) == (dt.date(2019, 7, 1), "https://example.org/docview/101")


def test_proquest_without_a_text_keeps_the_abstract_and_says_so() -> None:
    labels = made.PROQUEST_ENGLISH
    text = made.proquest([(FIRST, ["Not available."])], labels)
    text = text.replace("Abstract: None available.", f"Abstract: {BODY[0]}")
    article = all_of(text, "a.txt")[0][0]
    assert article.body == BODY[0] and article.metadata["teaser"] == "yes"


@pytest.mark.parametrize("is_mail", [False, True])
def test_proquest_as_html_and_mail(is_mail: bool) -> None:
    parts = [
        f'<div><a name="DocID_MSTAR_{n}"></a><p style="font-weight:bold">{title}</p><p><strong>'
        f"Author:  </strong>Quist, Ida</p><p><strong>Publication info: </strong>Quarry Post ; East"
        f'on [Easton]01 Jul 2019: A.4.</p><p><strong>Full text: </strong><Text WordCount="9">html&'
        f"gt;<head><title></title></head><body><p>{'</p><p>'.join(body)}</p></body></html></Text></p>"
        f"<p><strong>Subject: </strong>Quarries</p><p><strong>Document URL: </strong>"
        f'<a href="https://example.org/{n}">https://example.org/{n}</a></p></div>'
        for n, (title, body) in enumerate([(FIRST, BODY), (SECOND, BODY[::-1])])
    ]
    page = f"<html><head><title>ProQuest Export</title></head><body>{''.join(parts)}</body></html>"
    if is_mail:
        page = (
            "From: <noreply@proquest.com>\nTo: <a@example.org>\nSubject: Your search\n"
            'MIME-Version: 1.0\nContent-Type: text/html; charset="UTF-8"\n\n' + page
        )
    articles, errors = all_of(page, "a.eml" if is_mail else "a.html")
    check_bodies(articles)
    assert not errors
    assert articles[0].byline == ("Ida Quist",)
    assert (articles[0].date, articles[0].url) == (dt.date(2019, 7, 1), "https://example.org/0")


def test_newsbank() -> None:
    articles, errors = all_of(made.newsbank([(FIRST, BODY), (SECOND, BODY[::-1])]), "a.txt")
    check_bodies(articles)
    assert not errors
    first = articles[0]
    assert first.byline == ("Ida Quist", "Tom Abel")
    assert (first.source, first.section) == ("Quarry Post, The", "Local News")
    assert (first.date, first.metadata["place"]) == (dt.date(2019, 7, 1), "Easton, MD")


@pytest.mark.parametrize("has_labels", [True, False])
def test_gale_with_and_without_labels(has_labels: bool) -> None:
    text = made.gale([(FIRST, BODY), (SECOND, BODY[::-1])], has_labels=has_labels)
    articles, errors = all_of(text, "a.txt")
    check_bodies(articles)
    assert not errors
    first = articles[0]
    assert (first.byline, first.source) == (("Ida Quist",), "Quarry Post")
    assert (first.date, first.id) == (dt.date(2019, 7, 1), "GALE|A700000000")


def test_gale_with_the_author_in_the_text() -> None:
    text = made.gale([(FIRST, BODY)]).replace("Author: Ida Quist\n", "")
    text = text.replace("Full Text: \n", "Full Text: \nByline: Ida Quist\n")
    article = all_of(text, "a.txt")[0][0]
    assert article.byline == ("Ida Quist",) and article.body == "\n\n".join(BODY)


def test_the_archive_of_a_japanese_newspaper() -> None:
    body = "　採石場が春に閉鎖される。<br>　社長が月曜日に発表した。"
    articles, errors = all_of(
        made.kikuzo([("採石場、閉鎖へ", body), ("港の壁は無事", body)]), "a.html"
    )
    assert not errors
    assert [article.title for article in articles] == ["採石場、閉鎖へ", "港の壁は無事"]
    first = articles[0]
    assert first.body == "採石場が春に閉鎖される。\n\n社長が月曜日に発表した。"
    assert (first.source, first.section, first.language) == ("朝日新聞", "経済", "ja")
    assert first.date == dt.date(2019, 7, 1)


# What is none, and hostile input


def test_a_page_of_headlines_is_refused_with_what_it_is() -> None:
    with pytest.raises(ReadError, match="page of Factiva without any article"):
        list(
            read_bytes(
                b"<html><title>Factiva</title><body><p>Headlines</p></body></html>", name="a.html"
            )
        )


SAMPLES = {
    "nexis.txt": made.nexis_article(FIRST, BODY, count="1 of 1 DOCUMENTS").encode(),
    "factiva.html": made.factiva_html(
        [("en", [FIRST, "9 words", "1 July 2019", "A", "AA"], BODY)]
    ).encode(),
    "tags.txt": "\n".join(made.factiva_tags([(FIRST, BODY)])).encode(),
    "europresse.html": made.europresse([(FIRST, "lundi 1 juillet 2019", "Ida", BODY)]).encode(),
    "proquest.txt": made.proquest([(FIRST, BODY)], made.PROQUEST_ENGLISH).encode(),
    "newsbank.txt": made.newsbank([(FIRST, BODY)]).encode(),
    "gale.txt": made.gale([(FIRST, BODY)]).encode(),
    "kikuzo.html": made.kikuzo([("採石場、閉鎖へ", "社長が月曜日に発表した。")]).encode(),
    "uni.rtf": made.rtf(made.uni_article(FIRST, BODY)),
    "uni.docx": made.docx(made.uni_article(FIRST, BODY)),
}


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_mutated_exports_give_articles_or_a_read_error(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(SAMPLES)))
    content = bytearray(SAMPLES[name])
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, max(0, len(content) - 1)))
        kind = data.draw(st.integers(0, 2))
        if kind == 0:
            del content[at : at + data.draw(st.integers(1, 200))]
        elif kind == 1:
            content[at:at] = content[at : at + 300]
        else:
            pieces = [b"<", b"{", b"}", b"\\", b"\0", b"\xff", b"\n\n", b"</div>", b": ", b"\\u9?"]
            content[at:at] = data.draw(st.sampled_from(pieces))
    errors: list[ReadError] = []
    try:
        for article in read_bytes(bytes(content), name=name, on_error=errors.append):
            assert article.title or article.body
    except ReadError as error:
        errors.append(error)
    assert all(error.reason for error in errors)


@pytest.mark.parametrize(
    "data",
    [
        b"<html><title>Factiva</title>" + b"<div class='article enArticle'>" * 3_000,
        b"<html><title>Factiva</title><div class='article enArticle'>" + b"<b>" * 100_000 + b"x",
        b"1 of 9 DOCUMENTS\n\n" * 3_000,
        b"1 of 1 DOCUMENTS\n\n" + b"A: b\n\n" * 5_000,
        b"_" * 60 + b"\n\nDocument 1 of 1\n\n" + b"Author: a\n\n" * 3_000,
        b"HD\ta\nPD\tb\nSN\tc\nLP\nTD\n" * 2_000,
        b"<html><title>\xe8\x81\x9e\xe8\x94\xb5</title>9\xe5\xad\x97"
        + b"<td>2019.01.01</td>" * 5_000,
        b"Gale Document Number: GALE|A12345678\nFull Text: x\n" * 2_000,
    ],
)
def test_hostile_exports_end_soon(data: bytes) -> None:
    errors: list[ReadError] = []
    try:
        for article in read_bytes(data, name="a.html", on_error=errors.append):
            assert len(article.body) <= len(data)
    except ReadError as error:
        errors.append(error)


def test_gold_values_of_exports(tmp_path: Path) -> None:
    formats = ("nexis", "factiva", "europresse", "proquest", "newsbank", "gale", "rtf")
    assert share_right(tmp_path, *formats) >= 0.99
