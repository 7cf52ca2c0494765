"""Dates as pages, wires and exports write them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.reading.dates import DateError, date_in, find_date, from_number, parse_date

UTC = dt.UTC


def at(*parts: int, minutes: int = 0) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.timezone(dt.timedelta(minutes=minutes)))  # type: ignore[arg-type,misc]


DAY = dt.date(2019, 4, 8)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2019-04-08", DAY),
        ("20190408", DAY),
        ("2019/04/08", DAY),
        ("2019.4.8", DAY),
        ("8.4.2019", DAY),
        ("08.04.2019", DAY),
        ("April 8, 2019", DAY),
        ("Apr. 8, 2019", DAY),
        ("8 April 2019", DAY),
        ("8th of April 2019", DAY),
        ("Monday, April 8th, 2019", DAY),
        ("Montag, 8. April 2019", DAY),
        ("lunes, 8 de abril de 2019", DAY),
        ("lundi 8 avril 2019", DAY),
        ("lunedì 8 aprile 2019", DAY),
        ("8 de abril de 2019", DAY),
        ("maandag 8 april 2019", DAY),
        ("2019年4月8日", DAY),
        ("2019-04-08T14:30:00Z", at(2019, 4, 8, 14, 30)),
        ("2019-04-08T14:30:00+02:00", at(2019, 4, 8, 14, 30, minutes=120)),
        ("2019-04-08 14:30:00 -0400", at(2019, 4, 8, 14, 30, minutes=-240)),
        ("2019-04-08T14:30:00.123Z", at(2019, 4, 8, 14, 30, 0, 123000)),
        ("2019-04-08 14:30", at(2019, 4, 8, 14, 30)),
        ("2019-04-08T14:30+0530", at(2019, 4, 8, 14, 30, minutes=330)),
        ("2019-04-08T24:00:00Z", at(2019, 4, 9)),
        ("2016-12-31T23:59:60Z", at(2016, 12, 31, 23, 59, 59)),
        ("Mon, 08 Apr 2019 14:30:00 +0000", at(2019, 4, 8, 14, 30)),
        ("Mon, 8 Apr 2019 14:30:00 EST", at(2019, 4, 8, 14, 30, minutes=-300)),
        ("Monday, 8 April 2019 14:30 BST", at(2019, 4, 8, 14, 30, minutes=60)),
        ("14:30 BST, 8 April 2019", at(2019, 4, 8, 14, 30, minutes=60)),
        ("April 8, 2019 at 2:30 p.m. ET", at(2019, 4, 8, 14, 30, minutes=-300)),
        ("8. April 2019, 14:30 Uhr", at(2019, 4, 8, 14, 30)),
        ("26-FEB-1987 15:01:01.79", at(1987, 2, 26, 15, 1, 1, 790000)),
        (" 9-APR-1987 00:01:57.39", at(1987, 4, 9, 0, 1, 57, 390000)),
        ("1554733800", at(2019, 4, 8, 14, 30)),
    ],
)
def test_a_date_is_read(text: str, value: dt.date) -> None:
    got = parse_date(text)
    assert got == value
    assert type(got) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        "2019-02-31",
        "31 February 2019",
        "2019-13-01",
        "2019-04-08T25:00:00Z",
        "8 April 19",
        "May",
        "yesterday",
        "",
        "0001-01-01T00:00:00Z",
        "04/08/2019",
        "12",
        "99999999",
        "8 April 2019 and more",
    ],
)
def test_what_is_no_date_or_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(DateError):
        parse_date(text)


def test_an_ambiguous_date_is_read_when_the_caller_knows_the_order() -> None:
    assert parse_date("04/08/2019", day_first=True) == dt.date(2019, 8, 4)
    assert parse_date("04/08/2019", day_first=False) == dt.date(2019, 4, 8)
    assert parse_date("25/08/2019") == dt.date(2019, 8, 25)


THIRD_OF_MARCH = """
    3 марта 2021 г. | 3 марта 2021 года | среда, 3 марта 2021 | 3-го марта 2021
    03 мар. 2021 | 3 березня 2021 р. | 3 березня 2021 року | 3 marca 2021 r.
    środa, 3 marca 2021 | 3 mar 2021 | 3. března 2021 | středa 3. března 2021
    2021. március 3. | 2021. március 3., szerda | 2021. 03. 03. | 3 mars 2021
    onsdag 3 mars 2021 | den 3 mars 2021 | 3. marts 2021 | onsdag den 3. marts 2021
    3. mars 2021 | 3. maaliskuuta 2021 | keskiviikkona 3. maaliskuuta 2021
    3.3.2021 | ke 3.3.2021 | 3 Mart 2021 Çarşamba | 03 Mart 2021
    Çarşamba, 3 Mart 2021 | 3 Μαρτίου 2021 | Τετάρτη, 3 Μαρτίου 2021 | 3 Μαρ 2021
    3 martie 2021 | miercuri, 3 martie 2021 | 2021年3月3日 | 2021年03月03日 星期三
    ２０２１年３月３日（水）
    二〇二一年三月三日 | 令和3年3月3日 | 民國110年3月3日
    2021년 3월 3일 | 2021년 3월 3일 수요일
    2021. 3. 3. | 2021.03.03. | 3 مارس 2021 | ٣ مارس ٢٠٢١
    الأربعاء 3 مارس/آذار 2021 | الأربعاء، ٣ آذار ٢٠٢١ | ۳ مارس ۲۰۲۱ | 3 במרץ 2021
    יום רביעי, 3 במרץ 2021 | ב-3 במרץ 2021 | 3 मार्च 2021 | बुधवार, ३ मार्च २०२१
    3 Maret 2021 | Rabu, 3 Maret 2021 | Rabu (3/3/2021) | ngày 3 tháng 3 năm 2021
    Thứ Tư, ngày 3 tháng 3 năm 2021 | Thứ tư, 3/3/2021 | 3 de março de 2021
    quarta-feira, 3 de março de 2021 | 3 de marzo del 2021
    miércoles 3 de marzo de 2021 | 3 มีนาคม 2564 | 3. ožujka 2021. | 3 март 2021
    Опубликовано 3 марта 2021 | Data publikacji: 3 marca 2021 | Publié le 03/03/2021
    March 3, 2021, Wednesday,, FINAL EDITION | March 3, 2021 Wednesday
    mercredi 3 mars 2021, p. 16 | 03 Mar 2021: AA.2.
    Wednesday, March 3, 2021, Late Edition - Final | 3 marca 2021, str. 5
    Published 3rd of March, 2021 | 2021 March 3 | 2021-Mar-03 | 03-MAR-2021
    発行日: 2021年3月3日 | 일자 2021.03.03
"""
HALF_PAST_TWO = """
    20210303T143000Z | 20210303T1430 | 20210303T143000 | 2021-03-03T14:30:00
    2021. március 3. 14:30 | 3 марта 2021, 14:30 | 3 марта 2021 в 14:30
    14:30, 3 марта 2021 | 14:30 03.03.2021 | 3 березня 2021, 14:30
    3 marca 2021, godz. 14:30 | 3. března 2021 v 14:30 | 3 mars 2021 kl. 14.30
    3. marts 2021 kl. 14.30 | 3.3.2021 klo 14.30 | 3 Mart 2021 14:30
    03.03.2021 - 14:30 | 3 Μαρτίου 2021, 14:30 | 03/03/2021 στις 14:30
    3 martie 2021, ora 14:30 | 2021年3月3日 14:30 | 2021年3月3日 下午2:30 | 2021年3月3日下午2点30分
    2021年3月3日(水) 14時30分 | 2021年3月3日 午後2時30分 | 2021년 3월 3일 오후 2:30
    2021.03.03. 오후 2:30 | 입력 2021.03.03 14:30 | 3 مارس 2021 - 14:30
    3 मार्च 2021, 02:30 PM | lúc 14:30 ngày 3/3/2021 | Thứ tư, 3/3/2021, 14:30
    3 mars 2021 à 14h30 | 3 de março de 2021 às 14h30 | 03/03/2021 14h30
    3 March 2021  1430 | 3 March 2021 1430 hrs | Wed Mar 03 14:30:00 +0000 2021
    Wed Mar  3 14:30:00 UTC 2021 | Qua, 03 Mar 2021 14:30:00 +0000
    2021-03-03 14:30:00 (UTC) | March 3, 2021 2:30 PM
    March 3, 2021 Wednesday 2:30 PM GMT | 3 marzo 2021, ore 14.30
    3 de marzo de 2021 a las 14:30 horas | 3 mars 2021 kl 14:30
"""


def forms(table: str) -> list[str]:
    return [form.strip() for line in table.splitlines() for form in line.split("|") if form.strip()]


@pytest.mark.parametrize("text", forms(THIRD_OF_MARCH))
def test_a_day_is_read_in_the_language_and_order_of_its_paper(text: str) -> None:
    assert parse_date(text) == dt.date(2021, 3, 3)


@pytest.mark.parametrize("text", forms(HALF_PAST_TWO))
def test_a_time_is_read_in_the_words_of_its_paper(text: str) -> None:
    assert parse_date(text) == at(2021, 3, 3, 14, 30)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("20020225T143000-0500", at(2002, 2, 25, 14, 30, minutes=-300)),
        ("27. Februar 2012 Montag 9:50 PM GMT+1", at(2012, 2, 27, 21, 50, minutes=60)),
        ("July 1, 2019 Monday 9:20 AM GMT", at(2019, 7, 1, 9, 20)),
        ("Seg, 24 Set 2018 19:42:40 -0300", at(2018, 9, 24, 19, 42, 40, minutes=-180)),
        ("Tue, 21 Aug 2012 10:33:00 EST", at(2012, 8, 21, 10, 33, minutes=-300)),
        ("Rabu, 03 Mar 2021 14:30 WIB", at(2021, 3, 3, 14, 30, minutes=420)),
        ("March 3, 2021 14:30 IST", at(2021, 3, 3, 14, 30, minutes=330)),
        ("3 марта 2021, 14:30 (мск)", at(2021, 3, 3, 14, 30, minutes=180)),
        (
            "Sat Sep 26 2026 19:12:36 GMT-0800 (Pacific Standard Time)",
            at(2026, 9, 26, 19, 12, 36, minutes=-480),
        ),
        ("2 p.m. ET, March 3, 2021", at(2021, 3, 3, 14, 0, minutes=-300)),
        ("21 January 2014  1405", at(2014, 1, 21, 14, 5)),
        ("2018 年 10 月 7 日 17:04", at(2018, 10, 7, 17, 4)),
        ("平成31年4月8日", DAY),
        ("令和元年五月一日", dt.date(2019, 5, 1)),
        ("1 كانون الثاني 2021", dt.date(2021, 1, 1)),
        ("12 листопада 2020", dt.date(2020, 11, 12)),
        ("5. syyskuuta 2020", dt.date(2020, 9, 5)),
        ("7 สิงหาคม 2563", dt.date(2020, 8, 7)),
        ("jeudi 5 octobre 2013, p. 16", dt.date(2013, 10, 5)),
        ("08 May 2010: AA.2.", dt.date(2010, 5, 8)),
        ("May 2, 2002, Thursday,, FINAL EDITION", dt.date(2002, 5, 2)),
        ("01.08.1821", dt.date(1821, 8, 1)),
    ],
)
def test_the_dates_of_databases_and_mail_are_read(text: str, value: dt.date) -> None:
    got = parse_date(text)
    assert got == value
    assert type(got) is type(value)


def test_the_weekday_and_the_language_tell_the_day_from_the_month() -> None:
    assert parse_date("Saturday, 03/04/2021") == dt.date(2021, 4, 3)
    assert parse_date("Thursday, 03/04/2021") == dt.date(2021, 3, 4)
    assert parse_date("Publié le 04/03/2021 à 14h30") == at(2021, 3, 4, 14, 30)
    with pytest.raises(DateError):
        parse_date("Tuesday, 03/04/2021")


@pytest.mark.parametrize("text", ["0000-00-00 00:00:00", "Pn, 29 paX 2007", "March 3, 3609"])
def test_what_archives_write_for_no_date_is_none(text: str) -> None:
    with pytest.raises(DateError):
        parse_date(text)


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("Jan Nowak, 3 marca 2021", "3 marca 2021"),
        ("THE ESTMOUTH REVIEW, MAY 3, 1921", "MAY 3, 1921"),
        ("홍길동 기자 = 2021년 3월 3일", "2021년 3월 3일"),
        ("Ąžuolas, ３ mars ２０２１!", "３ mars ２０２１"),
    ],
)
def test_a_date_is_cut_out_of_its_line(line: str, part: str) -> None:
    found = date_in(line)
    assert found is not None
    assert line[found.start : found.end].strip() == part


def test_a_line_of_numbers_and_months_is_read_in_no_time() -> None:
    for text in ("1 " * 200, "3 march " * 50, "1/1/" * 100, "1月" * 200, "10:10 " * 60 + "2021"):
        assert find_date(text) is None


def test_a_date_is_found_in_a_line() -> None:
    assert find_date("Published on 8 April 2019 by the desk") == DAY
    assert find_date("Nothing of the kind") is None


def test_numbers_are_seconds_milliseconds_or_days() -> None:
    assert from_number(1554733800) == from_number(1554733800000) == at(2019, 4, 8, 14, 30)
    assert from_number(20190408) == DAY
    for bad in (float("nan"), float("inf"), 1e300, -1e18):
        with pytest.raises(DateError):
            from_number(bad)


@given(st.text(max_size=60))
def test_any_text_gives_a_date_or_a_date_error(text: str) -> None:
    try:
        value = parse_date(text)
    except DateError:
        return
    assert not isinstance(value, dt.datetime) or value.utcoffset() is not None


@given(st.datetimes(dt.datetime(1400, 1, 1), dt.datetime(2199, 12, 31), timezones=st.just(UTC)))
def test_iso_dates_come_back(value: dt.datetime) -> None:
    assert parse_date(value.isoformat()) == value
