"""Are scanned pages and issues read: ALTO, METS, folders of Chronicling America?"""

from __future__ import annotations

import contextlib
import datetime as dt
import gzip
import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searcher import Article, ReadError, read
from searcher.reading import read_bytes
from searcher.reading.ocr.place import place_of

from .gold import share_right

V3 = "http://www.loc.gov/standards/alto/ns-v3#"
CCS = "http://schema.ccs-gmbh.com/ALTO"


def string(word: str, key: str = "", extra: str = "") -> str:
    key = f' ID="{key}"' if key else ""
    return f'<String{key} CONTENT="{word}" WC="0.9" {extra}/>'


def line(text: str) -> str:
    return "<TextLine>" + "<SP/>".join(map(string, text.split())) + "</TextLine>"


def block(key: str, *lines: str) -> str:
    return f'<TextBlock ID="{key}">' + "".join(lines) + "</TextBlock>"


def alto(*blocks: str, namespace: str = V3, order: str = "", page: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><alto xmlns="{namespace}"><Layout>{order}'
        f'<Page ID="P1" PHYSICAL_IMG_NR="3" {page}>'
        '<TopMargin><TextBlock ID="TM"><TextLine><String CONTENT="RUNNING"/></TextLine></TextBlock>'
        f"</TopMargin><PrintSpace>{''.join(blocks)}</PrintSpace></Page></Layout></alto>"
    ).encode()


def one(data: bytes, name: str = "page.xml") -> Article:
    (article,) = read_bytes(data, name=name)
    return article


# Pages.


@pytest.mark.parametrize("namespace", [V3, CCS, "", V3.replace("v3", "v4")])
def test_a_page_is_an_article_under_any_namespace(namespace: str) -> None:
    page = alto(
        block("B1", line("The ferry was late"), line("again on Monday.")),
        block("B2", line("Nobody knew why.")),
        namespace=namespace,
    )
    article = one(page)
    assert article.body == "The ferry was late again on Monday.\n\nNobody knew why."
    assert article.title == "The ferry was late again on Monday."
    assert article.metadata == {"page": "3", "confidence": "0.90"}


def test_a_broken_word_stands_once_and_whole() -> None:
    first = (
        string("fer", extra='SUBS_TYPE="HypPart1" SUBS_CONTENT="ferryman"') + '<HYP CONTENT="-"/>'
    )
    second = string("ryman", extra='SUBS_TYPE="HypPart2" SUBS_CONTENT="ferryman"')
    page = alto(
        block("B1", f"<TextLine>{string('The')}<SP/>{first}</TextLine>"),
        block("B2", f"<TextLine>{second}<SP/>{string('slept.')}</TextLine>"),
    )
    assert one(page).body == "The ferryman\n\nslept."


@pytest.mark.parametrize(
    ("end", "start", "joined"),
    [
        ("fer-", "ries", "ferries"),
        ("fer¬", "Ries", "ferRies"),
        ("New-", "York", "New- York"),
        ("fer", "ries", "fer ries"),
    ],
)
def test_words_broken_without_a_mark_are_joined_where_they_go_on(
    end: str, start: str, joined: str
) -> None:
    assert one(alto(block("B", line(f"Two {end}"), line(f"{start} sailed")))).body == (
        f"Two {joined} sailed"
    )


def test_a_hyphen_of_its_own_is_dropped_before_small_letters() -> None:
    broken = f"<TextLine>{string('fer')}<HYP CONTENT='-'/></TextLine>"
    assert one(alto(block("B", broken, line("ries sailed")))).body == "ferries sailed"


def test_signs_of_east_asia_have_no_blanks_between_them() -> None:
    strings = "".join(map(string, "渡船延誤"))
    assert one(alto(block("B", f"<TextLine>{strings}</TextLine>"))).body == "渡船延誤"


def test_the_order_of_reading_goes_before_that_of_the_file() -> None:
    order = (
        '<ReadingOrder><OrderedGroup><ElementRef REF="B2"/><ElementRef REF="B1"/>'
        "</OrderedGroup></ReadingOrder>"
    )
    page = alto(block("B1", line("Second part")), block("B2", line("First part")), order=order)
    assert one(page).body == "First part\n\nSecond part"


def test_margins_are_read_only_where_nothing_else_is() -> None:
    assert one(alto()).body == "RUNNING"


def test_a_page_without_words_is_refused() -> None:
    empty = alto().replace(b'<String CONTENT="RUNNING"/>', b"<String/>")
    with pytest.raises(ReadError, match="without a word"):
        one(empty)


def test_deep_nesting_and_entities_end_in_an_error() -> None:
    deep = b"<alto>" + b"<ComposedBlock>" * 100_000
    bomb = b'<!DOCTYPE alto [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10 if n else b"&a;") for n in range(12)
    )
    for data in (deep, bomb + b"]><alto><String CONTENT='&a11;'/></alto>"):
        with pytest.raises(ReadError):
            one(data)


def test_a_page_larger_than_twenty_megabytes_is_refused() -> None:
    with pytest.raises(ReadError, match="20 MiB"):
        one(alto(block("B", line("word")), page='X="' + "x" * (21 << 20) + '"'))


# Folders.


@pytest.mark.parametrize(
    ("path", "date", "edition", "page"),
    [
        ("lccn/sn83030214/1909-01-02/ed-1/seq-3/ocr.xml", dt.date(1909, 1, 2), "1", "3"),
        ("batch/data/sn83030214/print/1909010202/0012.xml", dt.date(1909, 1, 2), "2", "12"),
        ("sn83030214/00175037652/1909010201/0012.xml.gz", dt.date(1909, 1, 2), "1", "12"),
    ],
)
def test_folders_say_which_page_it_is(path: str, date: dt.date, edition: str, page: str) -> None:
    found = place_of(path)
    assert found.date == date
    assert found.metadata == {"lccn": "sn83030214", "edition": edition, "page": page}


@pytest.mark.parametrize("path", ["a/1909-01-02/b.xml", "sn83030214/1909-13-02/ed-1/seq-3/ocr.txt"])
def test_other_folders_say_nothing(path: str) -> None:
    assert place_of(path).date is None


def folder_of_a_page(tmp_path: Path) -> Path:
    folder = tmp_path / "sn83030214" / "1909-01-02" / "ed-1" / "seq-3"
    folder.mkdir(parents=True)
    return folder


def test_a_page_as_text_is_read_where_it_is_alone(tmp_path: Path) -> None:
    folder = folder_of_a_page(tmp_path)
    (folder / "ocr.txt").write_text("BIG HARBOR\nThe con\u00ac\nference was held\n\nNext day.\n")
    (article,) = read(folder / "ocr.txt")
    assert article.body == "BIG HARBOR The conference was held\n\nNext day."
    assert article.date == dt.date(1909, 1, 2)
    (folder / "ocr.xml").write_bytes(alto(block("B", line("BIG HARBOR"))))
    with pytest.raises(ReadError, match="read instead"):
        list(read(folder / "ocr.txt"))
    (article,) = read(folder / "ocr.xml")
    assert (article.date, article.metadata["page"]) == (dt.date(1909, 1, 2), "3")


# Issues.


def mods(key: str, inner: str) -> str:
    return (
        f'<dmdSec ID="{key}"><mdWrap MDTYPE="MODS"><xmlData><mods:mods>{inner}</mods:mods>'
        "</xmlData></mdWrap></dmdSec>"
    )


ISSUE = mods(
    "ISSUE",
    "<mods:titleInfo><mods:title>Bay Post</mods:title></mods:titleInfo>"
    "<mods:originInfo><mods:dateIssued>02.01.1909</mods:dateIssued></mods:originInfo>"
    '<mods:language><mods:languageTerm type="code">eng</mods:languageTerm></mods:language>',
)
FIRST = mods(
    "ART1",
    "<mods:titleInfo><mods:nonSort>THE</mods:nonSort><mods:title>FERRY</mods:title>"
    "<mods:subTitle>Late again</mods:subTitle></mods:titleInfo>"
    '<mods:name><mods:namePart type="family">Roe</mods:namePart>'
    '<mods:namePart type="given">Jane</mods:namePart></mods:name>',
)


def mets(divisions: str, *, hrefs: Sequence[str] = ("0001.xml",), extra: str = "") -> bytes:
    files = "".join(
        f'<file ID="F{n}"><FLocat xlink:href="{href}"/></file>' for n, href in enumerate(hrefs, 1)
    )
    pages = "".join(
        f'<div TYPE="page" ORDERLABEL="{n}"><fptr FILEID="F{n}"/></div>'
        for n in range(1, len(hrefs) + 1)
    )
    return (
        '<mets xmlns="http://www.loc.gov/METS/" xmlns:mods="http://www.loc.gov/mods/v3" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink">{ISSUE}{FIRST}'
        f"<fileSec><fileGrp>{files}</fileGrp></fileSec>"
        f'<structMap TYPE="PHYSICAL">{pages}{extra}</structMap>'
        f'<structMap TYPE="LOGICAL"><div TYPE="ISSUE" DMDID="ISSUE">{divisions}</div></structMap>'
        "</mets>"
    ).encode()


def area(begin: str, kind: str = "TEXT", *, end: str = "", file: str = "F1") -> str:
    end = f' END="{end}"' if end else ""
    return (
        f'<div TYPE="{kind}"><fptr><area FILEID="{file}" BETYPE="IDREF" BEGIN="{begin}"{end}/>'
        "</fptr></div>"
    )


def article_division(*areas: str, key: str = "A1", described: str = "ART1", label: str = "") -> str:
    return (
        f'<div TYPE="ARTICLE" ID="{key}" DMDID="{described}" LABEL="{label}">{"".join(areas)}</div>'
    )


PAGE = alto(
    block("H", line("THE FERRY")),
    block("B1", line("It was late.")),
    block("C", line("Photo: the quay")),
    block("B2", line("Second story begins here.")),
)


def test_articles_of_an_issue_are_parts_of_its_pages(tmp_path: Path) -> None:
    first = article_division(area("H", "HEADING"), area("B1"), area("C", "CAPTION"))
    second = article_division(area("B2"), described="", label="Second", key="A2")
    (tmp_path / "issue-mets.xml").write_bytes(
        mets(f'<div TYPE="SECTION" LABEL="Harbour">{first}</div>{second}')
    )
    (tmp_path / "0001.xml").write_bytes(PAGE)
    one, two = read(tmp_path / "issue-mets.xml")
    assert (one.title, one.body, one.byline) == ("THE FERRY", "It was late.", ("Jane Roe",))
    assert (one.date, one.source, one.language) == (dt.date(1909, 1, 2), "Bay Post", "en")
    assert (one.section, one.record) == ("Harbour", 1)
    assert (one.metadata["subtitle"], one.metadata["page"]) == ("Late again", "1")
    assert (two.title, two.body, two.section) == ("Second", "Second story begins here.", None)


def test_articles_may_be_linked_to_areas(tmp_path: Path) -> None:
    words = "".join(
        f"{string(w, f'w{n}')}<SP/>" for n, w in enumerate(["Not", "this.", "It", "is", "late."])
    )
    (tmp_path / "0001.xml").write_bytes(alto(block("B1", f"<TextLine>{words}</TextLine>")))
    division = '<div TYPE="ARTICLE" ID="A1" DMDID="ART1"/>'
    data = mets(division, extra=f'<div ID="pa1" TYPE="pagearea">{area("w2", end="w4")}</div>')
    links = (
        b'<structLink><smLinkGrp><smLocatorLink xlink:href="#A1" xlink:label="a"/>'
        b'<smLocatorLink xlink:href="#pa1" xlink:label="p"/>'
        b'<smArcLink xlink:from="a" xlink:to="p"/></smLinkGrp></structLink></mets>'
    )
    (tmp_path / "mets.xml").write_bytes(data.replace(b"</mets>", links))
    (article,) = read(tmp_path / "mets.xml")
    assert (article.title, article.body) == ("THE FERRY", "It is late.")


def test_a_word_broken_from_page_to_page_is_whole(tmp_path: Path) -> None:
    half = string("fer", extra='SUBS_TYPE="HypPart1" SUBS_CONTENT="ferry"')
    rest = string("ry", extra='SUBS_TYPE="HypPart2" SUBS_CONTENT="ferry"')
    (tmp_path / "0001.xml").write_bytes(alto(block("B", f"<TextLine>{half}</TextLine>")))
    (tmp_path / "0002.xml.gz").write_bytes(
        gzip.compress(alto(block("B", f"<TextLine>{rest}<SP/>{string('came.')}</TextLine>")))
    )
    division = article_division(area("B"), area("B", file="F2"))
    (tmp_path / "mets.xml").write_bytes(mets(division, hrefs=["./0001.xml", "file://./0002.xml"]))
    (article,) = read(tmp_path / "mets.xml")
    assert article.body == "ferry\n\ncame."
    assert article.metadata["page"] == "1, 2"


def test_pages_of_a_whole_issue_are_not_read_again_by_themselves(tmp_path: Path) -> None:
    (tmp_path / "alto").mkdir()
    page = tmp_path / "alto" / "0001.xml"
    page.write_bytes(PAGE)
    issue = tmp_path / "issue_METS.xml"
    issue.write_bytes(mets(article_division(area("B1")), hrefs=["alto/0001.xml"]))
    assert len(list(read(issue))) == 1
    with pytest.raises(ReadError, match=r"issue_METS\.xml") as caught:
        list(read(page))
    assert caught.value.kind is not None
    issue.write_bytes(mets(article_division(area("B1")), hrefs=["alto/0001.xml", "alto/2.xml"]))
    assert len(list(read(page))) == 1


def test_pages_may_have_been_put_beside_the_description(tmp_path: Path) -> None:
    (tmp_path / "0001.xml").write_bytes(PAGE)
    issue = tmp_path / "mets.xml"
    issue.write_bytes(mets(article_division(area("B1")), hrefs=["file://./ALTO/0001.xml"]))
    assert [article.body for article in read(issue)] == ["It was late."]


def test_what_stands_on_missing_pages_is_said_to_be_missing(tmp_path: Path) -> None:
    (tmp_path / "0001.xml").write_bytes(PAGE)
    division = article_division(area("B1")) + article_division(area("B1", file="F2"), key="A2")
    (tmp_path / "mets.xml").write_bytes(mets(division, hrefs=["0001.xml", "0002.xml"]))
    errors: list[ReadError] = []
    assert len(list(read(tmp_path / "mets.xml", on_error=errors.append))) == 1
    assert ["0002.xml" in str(errors[0]), "1 articles without" in str(errors[1])] == [True, True]


def test_an_issue_without_pages_or_articles_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mets.xml"
    path.write_bytes(mets(article_division(area("B1"))))
    with pytest.raises(ReadError, match=r"not beside it: 0001\.xml"):
        list(read(path))
    path.write_bytes(mets(""))
    with pytest.raises(ReadError, match="names no articles"):
        list(read(path))


@pytest.mark.parametrize(
    "href",
    [
        "../secret.xml", "/etc/secret.xml", "a/../../secret.xml", "file:///etc/secret.xml",
        "http://x.example/secret.xml", "linked.xml", "folder/secret.xml", "pipe.xml",
    ],
)  # fmt: skip
def test_pages_are_opened_in_the_folder_of_the_issue_only(tmp_path: Path, href: str) -> None:
    folder = tmp_path / "issue"
    folder.mkdir()
    (tmp_path / "secret.xml").write_bytes(PAGE)
    (folder / "linked.xml").symlink_to(tmp_path / "secret.xml")
    (folder / "folder").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe.xml")
    (folder / "mets.xml").write_bytes(mets(article_division(area("B1")), hrefs=[href]))
    with pytest.raises(ReadError, match="not beside it"):
        list(read(folder / "mets.xml"))


def test_an_issue_inside_another_file_opens_no_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from searcher.reading.ocr import mets as reader
    from searcher.reading.source import Options, open_bytes

    (tmp_path / "0001.xml").write_bytes(PAGE)
    (tmp_path / "mets.xml").write_bytes(b"another")
    monkeypatch.chdir(tmp_path)
    with (
        open_bytes(mets(article_division(area("B1"))), "mets.xml") as source,
        pytest.raises(ReadError, match="not beside it"),
    ):
        list(reader.read_source(source, Options(depth=1)))


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_pages_with_wrong_bytes_give_articles_or_an_error(data: st.DataObject) -> None:
    content = bytearray(PAGE)
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(ReadError):
        assert all(isinstance(a, Article) for a in read_bytes(bytes(content), name="p.xml"))


def test_hand_checked_pages_are_read_right(tmp_path: Path) -> None:
    assert share_right(tmp_path, "alto") >= 0.99
