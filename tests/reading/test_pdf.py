"""Is the text of PDF documents read as it is on the page?"""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Sequence

import pytest

from searcher import Article, ReadError
from searcher.reading import read_bytes
from searcher.reading.pdf.columns import Piece, in_order
from searcher.reading.pdf.furniture import without_furniture
from searcher.reading.pdf.paragraphs import paragraphs_of

from .gold import share_right

pytest.importorskip("pypdfium2")

Text = tuple[float, float, float, str]
"""Left, bottom, size of type, words."""


def pdf(*pages: Sequence[Text], info: str = "", extra: str = "") -> bytes:
    """A document with these texts on its pages."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids "
        f"[{' '.join(f'{4 + 2 * n} 0 R' for n in range(len(pages)))}] >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, page in enumerate(pages):
        program = "\n".join(
            f"BT /F1 {size} Tf {left} {bottom} Td ({words}) Tj ET"
            for left, bottom, size, words in page
        )
        objects += [
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] "
            f"/Resources << /Font << /F1 3 0 R >> >> /Contents {5 + 2 * number} 0 R >>",
            f"<< /Length {len(program)} >>\nstream\n{program}\nendstream",
        ]
    objects.append(f"<< {info} >>")
    out = "%PDF-1.4\n"
    places = []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{one}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    out += (
        f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{table}trailer\n"
        f"<< /Size {len(places) + 1} /Root 1 0 R /Info {len(places)} 0 R {extra}>>\n"
        f"startxref\n{len(out)}\n%%EOF\n"
    )
    return out.encode("latin-1")


def one(data: bytes, name: str = "paper.pdf") -> Article:
    (article,) = read_bytes(data, name=name)
    return article


def lines(
    texts: Sequence[str], *, left: float = 50, top: float = 700, size: float = 10
) -> list[Text]:
    return [(left, top - 12 * n, size, text) for n, text in enumerate(texts)]


STORY = [
    "The ferry to the island was late again on Monday, and nobody at the",
    "quay could say why. A second boat will sail from spring on, said the",
    "council after a long evening, if somebody can be found to steer it.",
]


def test_the_largest_type_of_the_first_page_is_the_headline() -> None:
    head = [(50, 750, 24, "Ferry late again"), (50, 725, 10, "By Jane Roe")]
    article = one(pdf([*head, (50, 712, 10, "8 April 2019"), *lines(STORY, top=690)]))
    assert article.title == "Ferry late again"
    assert article.byline == ("Jane Roe",)
    assert article.date == dt.date(2019, 4, 8)
    assert article.body == " ".join(STORY)


def test_the_stated_title_is_taken_unless_it_names_a_file() -> None:
    made = "/CreationDate (D:20190408143000+02'00')"
    article = one(pdf(lines(STORY), info=f"/Title (Ferry late again) {made}"))
    assert article.title == "Ferry late again"
    assert article.metadata["created"] == "2019-04-08T14:30:00+02:00"
    assert article.date is None
    other = one(pdf(lines(STORY), info="/Title (Microsoft Word - ferry final.docx)"))
    assert other.title.startswith("The ferry to the island")


def test_words_broken_at_the_ends_of_lines_are_joined() -> None:
    broken = [
        STORY[0],
        "and the quay was full of islan-",
        "ders who had waited since the mor-",
        "ning.",
    ]
    assert "islanders who had waited since the morning." in one(pdf(lines(broken))).body


def test_columns_written_line_by_line_are_read_one_after_the_other() -> None:
    left = [f"left column line number {n} of ten" for n in range(10)]
    right = [f"right column line number {n} of ten" for n in range(10)]
    page: list[Text] = []
    for n in range(10):
        page += [(50, 700 - 12 * n, 10, left[n]), (320, 700 - 12 * n, 10, right[n])]
    body = one(pdf(page)).body
    assert body.index(left[9]) < body.index(right[0])


def test_tables_are_read_row_by_row() -> None:
    page: list[Text] = []
    for n in range(10):
        page += [(50, 700 - 12 * n, 10, f"Town {n}"), (320, 700 - 12 * n, 10, f"{n}.5")]
    assert "Town 3 3.5 Town 4 4.5" in one(pdf(page)).body


def test_running_heads_and_page_numbers_are_no_text() -> None:
    pages = [
        [(50, 780, 8, f"Bay Post, page {n}"), *lines([f"Part {word}: {line}" for line in STORY]),
         (300, 20, 8, str(n))]
        for n, word in enumerate(("one", "two", "three", "four"), 1)
    ]  # fmt: skip
    body = one(pdf(*pages)).body
    assert "Bay Post" not in body
    assert "Part four" in body
    assert not body.rstrip().endswith("4")


def test_paragraphs_begin_with_an_indent_or_a_gap() -> None:
    page = [*lines(STORY), (62, 664, 10, "An indented line begins another paragraph of it, which")]
    page += [(50, 652, 10, "goes on here."), (50, 620, 10, "A gap begins a third one.")]
    assert len(one(pdf(page)).body.split("\n\n")) == 3


def test_a_sentence_goes_on_from_page_to_page() -> None:
    body = one(pdf(lines(STORY[:2]), lines(STORY[2:]))).body
    assert body == " ".join(STORY)


def test_lines_that_are_numbered_lose_their_numbers() -> None:
    page = [(20, 700 - 12 * n, 10, str(n + 1)) for n in range(8)]
    assert one(pdf([*page, *lines(STORY)])).body == " ".join(STORY)


def test_a_document_without_text_is_refused() -> None:
    with pytest.raises(ReadError, match="without a text layer") as caught:
        one(pdf([]))
    assert caught.value.kind == "pdf"


def test_a_locked_document_is_refused() -> None:
    lock = (
        f"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <{'41' * 32}> /U <{'42' * 32}> >> "
        f"/ID [<{'43' * 16}> <{'43' * 16}>] "
    )
    with pytest.raises(ReadError, match="password"):
        one(pdf(lines(STORY), extra=lock))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_cut_document_is_read_or_refused(share: float) -> None:
    data = pdf(lines(STORY), lines(STORY))
    try:
        assert one(data[: int(len(data) * share)]).body
    except ReadError as error:
        assert "damaged" in str(error) or "text layer" in str(error)


def test_pages_that_are_their_own_parents_end() -> None:
    data = pdf(lines(STORY)).replace(b"/Kids [4 0 R]", b"/Kids [2 0 R]")
    with pytest.raises(ReadError):
        one(data)


def test_a_document_that_takes_too_long_is_ended() -> None:
    # A page of a program of a hundred million operators, packed.
    program = zlib.compress(b"q Q " * 60_000_000, 9)
    data = pdf(lines(STORY))
    start = data.index(b"5 0 obj")
    end = data.index(b"endobj", start)
    stream = b"5 0 obj\n<< /Filter /FlateDecode /Length %d >>\nstream\n" % len(program)
    data = data[:start] + stream + program + b"\nendstream\n" + data[end:]
    with pytest.raises(ReadError):
        one(data)


def test_without_pypdfium2_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("searcher.reading.pdf.reader.is_installed", lambda package: False)
    with pytest.raises(ReadError, match=r"searcher\[pdf\]") as caught:
        one(pdf(lines(STORY)))
    assert caught.value.kind == "pdf"


def test_a_document_in_memory_and_under_any_name_is_read() -> None:
    assert one(pdf(lines(STORY)), "download.php").body == " ".join(STORY)


# Layout alone.


def piece(text: str, left: float, bottom: float, width: float = 200, size: float = 10) -> Piece:
    return Piece(text, left, bottom, left + width, bottom + size, size)


def test_pieces_of_one_line_in_any_order_are_one_line() -> None:
    found = in_order([piece("of the town", 253, 700), piece("The ferry", 50, 700)])
    assert [one.text for one in found] == ["The ferry of the town"]


def test_a_headline_across_both_columns_parts_what_is_above_and_below() -> None:
    rows = []
    for n in range(16):
        if n == 8:
            rows.append(piece("A headline across the whole of the page", 50, 700 - 12 * n, 500))
            continue
        rows += [
            piece(f"left column line number {n}", 50, 700 - 12 * n),
            piece(f"right column line number {n}", 330, 700 - 12 * n),
        ]
    texts = [one.text for one in in_order(rows)]
    assert texts.index("right column line number 7") < texts.index("left column line number 9")
    assert texts.index("left column line number 7") < texts.index("right column line number 0")


def test_what_comes_again_in_the_middle_of_two_pages_is_text() -> None:
    page = [piece("The chorus again", 50, 400)]
    assert without_furniture([page, page], [800, 800]) == [page, page]


def test_soft_hyphens_and_ligatures_are_undone() -> None:
    pieces = [piece("the o\ufb03cer spoke of a confer\ufffe", 50, 700), piece("ence", 50, 688)]
    (paragraph,) = paragraphs_of([pieces])
    assert paragraph.text == "the officer spoke of a conference"


def test_hand_checked_documents_are_read_right(tmp_path_factory: pytest.TempPathFactory) -> None:
    assert share_right(tmp_path_factory.mktemp("gold"), "pdf") >= 0.99
