"""Is each file taken for what it is, whatever it is called?"""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from searcher.errors import ReadError
from searcher.reading import LeftOut, read, recognise

PAGE = (
    b"<!DOCTYPE html><html><head><title>Ferry</title></head><body><article><h1>Ferry is late</h1>"
    b"<p>The ferry to the islands is late again, said the harbour master on Monday.</p></article>"
)
TEXT = b"Ferry is late\n\nThe ferry to the islands is late again, said the master.\n"
MAIL = (
    b"From: Ann Lee <ann@example.org>\nTo: desk@example.org\nSubject: Ferry\n"
    b"Date: Mon, 1 Mar 2021 10:00:00 +0000\nMIME-Version: 1.0\n\nThe ferry is late again.\n"
)

SAVED = (
    b"From: <Saved>\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n"
    b"--x\nContent-Type: text/html\n\n" + PAGE + b"\n--x--\n"
)
CAPTURED = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE
CRAWL = (
    b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.org/ferry\r\n"
    b"Content-Length: %d\r\n\r\n%s\r\n\r\n" % (len(CAPTURED), CAPTURED)
)


def zipped(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, TEXT)
    return packed.getvalue()


def tarred() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        info = tarfile.TarInfo("a.txt")
        info.size = len(TEXT)
        archive.addfile(info, io.BytesIO(TEXT))
    return packed.getvalue()


READ = [
    ("article.php?id=1", PAGE, "html"),
    ("story.aspx", PAGE, "html"),
    ("index.html?page=2", PAGE, "html"),
    ("index.html@page=2", PAGE, "html"),
    ("44619", PAGE, "html"),
    ("page.htm.1", PAGE, "html"),
    ("view.jsp", b"\r\n\r\n" + PAGE, "html"),
    ("story.cgi", b"<center><p>The ferry</p><p>is late</p><br></center>", "html"),
    ("old.shtml", PAGE, "html"),
    ("a.xml", b'<?xml version="1.0"?>' + PAGE, "html"),
    ("cnn.story", TEXT, "text"),
    ("44620", TEXT, "text"),
    ("U.S. ferry is late", TEXT, "text"),
    ("notes.txt", b"Paris, London and Rome\n\nBy Ann Lee, Paris\n\nThe ferry, said Ann.\n", "text"),
    ("list.txt", b"Results\n\nAlba 3, Berna 2\nCosta 1, Delta 0\nEsk 4, Forth 4\n", "text"),
    ("dump.txt", b"date 2019-04-08 The ferry is late. It was late on Monday.\n", "text"),
    ("heads.txt", b"Title: Ferry\nDate: 2021-03-01\nSource: Post\n\nThe ferry is late.\n", "text"),
    (
        "quote.txt",
        b"From: here to there; a voyage\n\nThe ferry is late again, it is said.\n",
        "text",
    ),
    ("a.xml", b"<?xml version='1.0'?><nitf><body><p>Text</p></body></nitf>", "nitf"),
    (
        "a.xml",
        b"<!DOCTYPE NewsML [<!ENTITY % n SYSTEM 'n.dtd'> %n;]><NewsML><NewsItem><NewsComponent>"
        b"<ContentItem><DataContent><p>The ferry is late.</p></DataContent></ContentItem>"
        b"</NewsComponent></NewsItem></NewsML>",
        "newsml",
    ),
    (
        "a",
        b"<!-- <nitf> --><g:newsItem xmlns:g='x'><g:contentSet><g:inlineXML><p>The ferry is late."
        b"</p></g:inlineXML></g:contentSet></g:newsItem>",
        "newsml-g2",
    ),
    ("a.json", b'{"uri": "x", "versioncreated": "2022-03-04", "body_text": "Late."}', "ninjs"),
    (
        "a.json",
        b'{"data": {"item": {"uri": "x", "versionCreated": "2022-03-04", "bodyXhtml": "Late."}}}',
        "ninjs",
    ),
    ("a.json", b'{"title": "Ferry", "body": "The ferry is late."}', "json"),
    ("a.txt", b"\x01eca062 4 i 211 dpa 061\r\n\nferry/\r\n\x02Ferry =\r\n\nLate.\r\n", "wire-text"),
    ("export.1", b'{"title": "a", "body": "b"}\n{"title": "a", "body": "b"}\n', "jsonl"),
    ("letter.eml", MAIL, "eml"),
    ("letter.txt", MAIL, "eml"),
    ("box", b"From ann@example.org Mon Mar  1 10:00:00 2021\n" + MAIL, "mbox"),
    ("page.mht", SAVED, "mhtml"),
    ("crawl", CRAWL, "warc"),
    ("pages.zip", zipped("a.txt"), "zip"),
    ("pages.txt", zipped("a.txt"), "zip"),
    ("all.tar", tarred(), "tar"),
    ("all.tar.gz", gzip.compress(tarred()), "tar"),
    ("table.txt", b'title,date,body\n"Ferry",2021-03-01,"The ferry, late"\n', "csv"),
    ("table", b"id\ttitle\ttext\n1\tFerry\tlate\n2\tHarbour\topen\n", "csv"),
    ("post.mdx", b"---\ntitle: Ferry\n---\nThe ferry is late.\n", "markdown"),
]
LEFT_OUT = [
    ("rows.txt", b"alpha;beta;gamma\n" + b"1;2;3\n" * 9, "csv"),
    ("a.xml", b"<?xml version='1.0'?><news xmlns='x'><html><p>Text</p></html></news>", "xml"),
    ("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", "image"),
    ("index.php", b"<?php\nrequire 'x.php';\n?><html><body><p>x</p></body></html>", "script"),
    ("index.asp", b"<%@ Language=VBScript %><html><p><%= title %></p></html>", "script"),
    ("app.js", b"var x = 1;\n", "script"),
    ("app", b"(function() { var x = 1; return x; })();\n", "script"),
    ("run", b"#!/bin/sh\necho hello\n", "script"),
    ("style.css", b"p { color: red }\n", "stylesheet"),
    ("style", b"/* of the site */\n.top { color: red; }\n.low { margin: 0 }\n", "stylesheet"),
    ("a.py", b"import os\n", "source code"),
    (
        "access.txt",
        b'1.2.3.4 - - [01/Mar/2021:10:00:00 +0000] "GET / HTTP/1.1" 200 12\n' * 20,
        "log",
    ),
    ("server.log", b"started\n", "log"),
    ("settings.yml", b"---\na: 1\n---\nb: 2\n", "configuration"),
    ("a.geojson", b'{"type": "FeatureCollection"}', "configuration"),
    ("letter.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "office"),
    ("a", b"\x89PNG\r\n\x1a\n" + bytes(50), "image"),
    ("photo.html", b"\xff\xd8\xff\xe0" + bytes(50), "image"),
    ("a.mp3", b"ID3\x03" + bytes(50), "audio"),
    ("a.mp4", b"\0\0\0\x20ftypisom" + bytes(50), "video"),
    ("a.woff2", b"wOF2" + bytes(50), "font"),
    ("a.pkl", b"\x80\x04\x95\x05\0\0\0\0\0\0\0K\x01.", "binary"),
    ("noise", bytes(range(256)) * 4, "binary"),
    ("nothing.txt", b"", "empty"),
]


@pytest.mark.parametrize(("name", "data", "format_name"), READ)
def test_what_holds_articles_is_read_whatever_its_name(
    tmp_path: Path, name: str, data: bytes, format_name: str
) -> None:
    (tmp_path / name).write_bytes(data)
    found = recognise(tmp_path / name)
    assert not isinstance(found, LeftOut), found
    assert found.name == format_name
    assert list(read(tmp_path / name))


@pytest.mark.parametrize(("name", "data", "kind"), LEFT_OUT)
def test_what_holds_none_is_named_and_refused(
    tmp_path: Path, name: str, data: bytes, kind: str
) -> None:
    (tmp_path / name).write_bytes(data)
    found = recognise(tmp_path / name)
    assert isinstance(found, LeftOut), found
    assert found.kind == kind and found.reason
    with pytest.raises(ReadError) as caught:
        list(read(tmp_path / name))
    assert caught.value.kind == kind
    assert str(caught.value).startswith(f"{tmp_path / name}: ")


def test_a_refusal_says_what_it_is_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(b"ID3\x03" + bytes(50))
    with pytest.raises(ReadError, match=r"a sound recording, which holds no articles.*give HTML"):
        list(read(tmp_path / "a.mp3"))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n", "calendar"),
        ("BEGIN:VCARD\nFN:Ada Okafor\nEND:VCARD\n", "contacts"),
        ("TY  - NEWS\nTI  - Flood at the quay\nER  - \n", "references"),
        ("%0 Newspaper Article\n%T Flood at the quay\n", "references"),
    ],
)
def test_records_of_other_programs_are_no_article(tmp_path: Path, text: str, kind: str) -> None:
    (tmp_path / "a.txt").write_text(text)
    found = recognise(tmp_path / "a.txt")
    assert isinstance(found, LeftOut) and found.kind == kind


def test_rules_for_crawlers_are_no_article(tmp_path: Path) -> None:
    rules = tmp_path / "robots.txt"
    rules.write_text("# all\nUser-agent: *\nDisallow: /x\n\nSitemap: https://example.org/s.xml\n")
    found = recognise(rules)
    assert isinstance(found, LeftOut) and found.reason == "rules for crawlers"
    rules.write_text("User-agent: *\n\nThe file that crawlers ask for first is thirty years old.\n")
    assert not isinstance(recognise(rules), LeftOut)


def test_the_sample_corpus_and_its_prose_are_read() -> None:
    corpus = Path(__file__).resolve().parents[2] / "corpus"
    if not corpus.is_dir():
        pytest.skip("the sample corpus is not in this checkout")
    for path in sorted(corpus.rglob("*.*")):
        if path.is_file() and "malformed" not in path.parts and path.suffix != ".tsv":
            assert not isinstance(recognise(path), LeftOut), path


def test_a_map_says_which_of_its_keys_no_record_had(tmp_path: Path) -> None:
    from searcher.reading import MapUse

    (tmp_path / "a.jsonl").write_text('{"hed": "A", "content": {"text": "x y"}}\n' * 2)
    uses: list[MapUse] = []
    field_map = {"title": "hed", "body": "content.txt"}
    errors: list[ReadError] = []
    file = tmp_path / "a.jsonl"
    list(read(file, field_map=field_map, on_map_use=uses.append, on_error=errors.append))
    assert len(errors) == 2  # neither has a text
    ((_, ((field, key, suggestion),)),) = uses
    assert (field, key, suggestion) == ("body", "content.txt", "content.text")
