"""The day of a page: what is declared, what is shown, and what only looks like it."""

from __future__ import annotations

import datetime as dt

import pytest

from searcher.reading.html import read_html

TITLE = "Swans return to the canal after years away"
STORY = "".join(
    f"<p>Sentence {n} of a story about swans, told at some length, so that it counts as text.</p>"
    for n in range(8)
)
DAY = dt.date(2019, 4, 8)


def day_of(
    *, head: str = "", above: str = "", under: str = "", text: str = STORY, below: str = "",
    lang: str = "en-GB", url: str | None = None,
) -> dt.date | None:  # fmt: skip
    page = (
        f'<html lang="{lang}"><head><title>{TITLE}</title>{head}</head><body>{above}'
        f"<h1>{TITLE}</h1>{under}<div>{text}</div>{below}</body></html>"
    )
    date = read_html(page.encode(), url).date
    return date.date() if isinstance(date, dt.datetime) else date


def linked(**values: str) -> str:
    pairs = ",".join(f'"{name}":"{value}"' for name, value in values.items())
    return f'<script type="application/ld+json">{{"@type":"NewsArticle",{pairs}}}</script>'


@pytest.mark.parametrize(
    "line",
    [
        "<p>8 April 2019</p>",
        "<div><span>Monday, 8 April 2019</span> | <span>Jane Roe</span></div>",
        "<p>Published: April 8, 2019 at 2:30 pm</p>",
        "<p>Veröffentlicht am 8. April 2019 um 14:30 Uhr</p>",
        "<p>Stand: 08.04.2019</p>",
        "<p>08.04.19 | Lokales</p>",
        "<p>Publié le 8 avril 2019 à 14h30, mis à jour le 9 avril 2019</p>",
        "<p>Опубликовано 8 апреля 2019, 14:30</p>",
        "<p>Opublikowano: 8 kwietnia 2019</p>",
        "<p>2019年4月8日 14:30</p>",
        "<p>٨ أبريل ٢٠١٩</p>",
        "<p>8 Nisan 2019, Pazartesi | Ayşe Kaya</p>",
        "<p>ngày 8 tháng 4 năm 2019</p>",
        "<p>입력 2019.04.08 14:30</p>",
        "<p><span>Updated 10 April 2019</span><br><span>First published 8 April 2019</span></p>",
    ],
)
def test_a_line_under_the_headline_gives_the_day(line: str) -> None:
    assert day_of(under=line) == DAY


def test_a_line_below_the_text_or_before_its_first_sentence_gives_the_day() -> None:
    assert day_of(below="<p>(Veröffentlicht: 8.4.2019)</p>", lang="de") == DAY
    assert (
        day_of(text=f"<p>BERLIN, 8 April 2019 - Swans have come back, more than before.</p>{STORY}")
        == DAY
    )


@pytest.mark.parametrize(
    "line",
    [
        "<p>The next meeting is on 12 May 2019, when the council will vote on the swans.</p>",
        '<div class="event-date">12 May 2019</div>',
        "<p>© 2003-2019 The Gazette, since 12 May 2003</p>",
        '<ul class="comments"><li><b>joe</b><span>12 May 2019 at 3:17 pm</span></li></ul>',
        '<div class="related">' + "<p><a href='/x'>Other story</a> <span>12 May 2019</span></p>" * 5
        + "</div>",
    ],
)  # fmt: skip
def test_other_days_of_a_page_are_not_the_articles(line: str) -> None:
    stamp = '<p class="date">8 April 2019</p>'
    assert day_of(under=stamp, below=line) == DAY
    assert day_of(above=line, under=stamp) == DAY
    assert day_of(under=stamp, text=STORY + line + STORY) == DAY


def test_the_first_publication_goes_before_the_change() -> None:
    head = linked(dateModified="2019-04-10T08:00:00Z", datePublished="2019-04-08T10:00:00Z")
    assert day_of(head=head) == DAY
    head = (
        '<meta itemprop="datePublished" content="2019-05-08T10:00:00Z">'
        '<meta property="article:modified_time" content="2019-05-08T10:00:00Z">'
        '<meta property="article:published_time" content="2019-04-08T10:00:00Z">'
    )
    assert day_of(head=head) == DAY


def test_a_declared_day_that_nothing_bears_out_loses_against_line_and_address() -> None:
    url = "https://gazette.example/2019/04/08/swans"
    head = linked(datePublished="2021-01-01T00:00:00Z")
    assert day_of(head=head, under="<p>8 April 2019, 10:00</p>", url=url) == DAY


@pytest.mark.parametrize(
    ("url", "lang", "month"),
    [
        ("https://gazette.example.uk/a", "en", 4),
        ("https://gazette.example/a", "en-US", 8),
        ("https://gazette.example/2019/04/08/a", "en-US", 4),
        ("https://gazette.example/2019/08/a", "fr", 8),
    ],
)
def test_day_and_month_are_told_apart_by_language_country_and_address(
    url: str, lang: str, month: int
) -> None:
    day = dt.date(2019, 4, 8) if month == 4 else dt.date(2019, 8, 4)
    assert day_of(under="<p>08/04/2019</p>", url=url, lang=lang) == day


def test_a_stamp_near_midnight_and_the_day_shown_are_one() -> None:
    head = linked(datePublished="2019-04-09T01:30:00Z")
    page = f"<html><head>{head}</head><body><h1>{TITLE}</h1><p>April 8, 2019</p>{STORY}</body>"
    date = read_html(page.encode()).date
    assert date == dt.datetime(2019, 4, 9, 1, 30, tzinfo=dt.UTC)


def test_broken_linked_data_still_gives_its_plain_values() -> None:
    broken = '{"@type":"NewsArticle","headline":"A "bad" quote","datePublished":"2019-04-08"'
    assert day_of(head=f'<script type="application/ld+json">{broken}</script>') == DAY


def test_no_day_is_invented() -> None:
    assert day_of(below="<footer>© 2019 The Gazette</footer>") is None
    assert day_of(text=STORY + "<p>In 1999 there were no swans at all in the canal.</p>") is None
