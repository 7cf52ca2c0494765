"""Wire text: transmissions with their control characters, or what is left of them."""

from __future__ import annotations

import datetime as dt

from tests.reading.wire_samples import FIRST, SECOND, WRAPPED, read_all, read_one, transmission


def test_a_transmission_is_a_story() -> None:
    data = transmission(
        f"1ST LEAD\r\nHarbour opens\r\nBy Jane Roe, dpa =\r\n\n{WRAPPED}\ndpa wsz jln\r\n"
    )
    article = read_one(data, "wire.txt")
    assert article.title == "Harbour opens"
    assert article.body == f"Vessel (dpa) - {FIRST}\n\n{SECOND}"
    assert article.byline == ("Jane Roe",)
    assert article.date == dt.datetime(2013, 11, 13, 11, 37, tzinfo=dt.UTC)
    assert (article.source, article.section) == ("dpa", "International")
    assert article.metadata["edition"] == "1ST LEAD"
    assert article.metadata["slug"] == "Vessel-harbour"
    assert article.metadata["urgency"] == "4"


def test_a_notebook_is_not_for_publication() -> None:
    data = transmission(f"Harbour opens =\r\n\n{WRAPPED}\n# dpa NOTEBOOK\r\n\n- Call Ann\r\n")
    assert "Ann" not in read_one(data, "wire.txt").body


def test_a_transmission_that_lost_its_controls_is_read_by_its_lines() -> None:
    text = f"eca0062 4 i 211 dpa 061\n\n/vessel/harbour/\nHarbour opens =\n\n{WRAPPED}"
    article = read_one(text.replace("\r", ""), "wire.txt")
    assert (article.title, article.source) == ("Harbour opens", "dpa")
    assert article.body.endswith(SECOND)


def test_anpa_has_the_headline_in_front_of_indented_text() -> None:
    data = (
        "\x01a0105DOCK\x1f_ko-\r\nu s\x14\x12 BC-Harbour   09-12 0344\r\n\x02BC-Harbour\r\n"
        f"Sea: Harbour opens+\r\n     VESSEL, Dec. 9 - {FIRST}\r\n     {SECOND}\r\n==Dock\r\n"
        "\x03KWS-21:37-09-12-18\x04\r\n"
    )
    article = read_one(data.encode(), "wire.txt")
    assert article.title == "Sea: Harbour opens"
    assert article.body == f"VESSEL, Dec. 9 - {FIRST}\n\n{SECOND}"
    assert article.date == dt.datetime(2018, 12, 9, 21, 37, tzinfo=dt.UTC)
    assert article.source == "Dock"


def test_anpa_marks_the_lines_in_front_of_the_text() -> None:
    data = (
        "\x01a4321\r\nu a BC-Harbour    07-03 0345\r\n\x02^BC-Harbour,0345<\r\n^Harbour Opens<\r\n"
        f"^By JANE ROE<\r\n^Dock Press Writer<\r\n   VESSEL (DP) _ {FIRST}<\r\n   {SECOND}<\r\n"
        "\x03DP-NY-07-03-99 1234EDT\r\n"
    )
    article = read_one(data.encode(), "wire.txt")
    assert (article.title, article.byline) == ("Harbour Opens", ("Jane Roe",))
    assert article.body == f"VESSEL (DP) _ {FIRST}\n\n{SECOND}"
    assert article.date == dt.datetime.fromisoformat("1999-07-03T12:34:00-04:00")


def test_many_transmissions_in_a_file_are_many_articles() -> None:
    data = transmission(f"One =\r\n\n{WRAPPED}") + transmission(f"Two =\r\n\n{WRAPPED}")
    articles, _ = read_all(data, "wire.txt")
    assert [(a.title, a.record) for a in articles] == [("One", 1), ("Two", 2)]
