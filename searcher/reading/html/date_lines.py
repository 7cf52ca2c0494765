"""Which dates does a page show, and which of them looks like the day of publication?

A page that declares no date still shows one: under its headline, in a byline, before the
first sentence ("BERLIN, 8 April 2019"), below the text ("Stand: 8.4.2019").  It shows others
too: of events, of other stories, of comments, of the copyright.  Each is weighed by what
stands before it ("Published", "Updated", "Veröffentlicht am"), by the names of the elements
around it, by its distance from the headline, and by how the line is built: a line that is a
date and little else is a stamp, a date amid a sentence is a matter of the story.

Dates that many elements of one kind carry are those of a list of other stories.

Not done: relative ones ("3 hours ago"), dates without a year.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from searcher.reading.dates import FoundDate, date_in
from searcher.reading.html.blocks import TextBlock
from searcher.reading.html.headline import same_words
from searcher.reading.html.tree import Node, Page, classes, text_of

__all__ = ["COMMENT", "ShownDate", "shown_dates"]

COMMENT = "stamp of a comment"
_YEAR = re.compile(
    r"(?:19|20)\d\d|[٠-٩]{4}|[۰-۹]{4}|[०-९]{4}|[〇一二三四五六七八九]{4}年|\d[年/]|\d\.\s?\d{1,2}\.\s?\d\d"
)
_SHORT_YEAR = re.compile(r"(?<![\d.:/])(\d{1,2})([./])\s?(\d{1,2})\2\s?([0-4]\d)(?![\d.:/%€])")
# Elements that touch leave no blank: "8 April 2019Updated", "20195:30pm", "Monday8 April".
_TOUCHING = re.compile(r"(?<=(?:19|20)\d\d)(?=[^\W\d_]|\d{1,2}:\d\d)|(?<=[a-zß-ÿ])(?=\d{1,2}[. ])")
_LONGEST_LINE = 2_000
_LONGEST_STAMP = 200
_LEAD = 100  # of a longer line, in which only its beginning may be one
_MOST_LINES = 150

_PUBLISHED = re.compile(
    r"publi(?:shed|cation|cada|cado|sh(?:ing)? date|é|ée|cato|cata|cerad|sert|ceret|cat)\b|"
    r"pubblicat|gepubliceerd|geplaatst|veröff\w*|veröffentlich\w*|erschien\w*|ersch\.|erstellt|"
    r"eingestellt|"
    r"online seit|posted|created|first (?:published|posted)|released?\b|issued|filed\b|added\b|"
    r"date\b|datum\b|data\b|fecha\b|ngày|opublik\w*|dodan\w*|data publikacji|"
    r"опубликован\w*|дата|udgivet|oprettet|lagt ut|julkaistu|yayın\w*|eklenme|giriş|"
    r"megjelen\w*|publikov\w*|vydáno|zveřejn\w*|objavljen\w*|"
    r"发布|發布|发表|發表|刊登|时间|時間|日期|公開|掲載|配信|投稿|입력|등록|게시|승인|"
    r"mis en ligne|posté|écrit|publi\.|δημοσ\w*|تاريخ|نشر|प्रकाशित",
    re.I,
)
_UPDATED = re.compile(
    r"updat\w*|modifi\w*|revis(?:ed|ion)|last (?:change|edit)\w*|changed|edited|amended|"
    r"aktualis\w*|akt\.|letzte änderung|zuletzt|geändert|bearbeitet|überarbeitet|"
    r"mis(?:e)? à jour|màj|actuali\w*|atuali\w*|aggiornat\w*|bijgewerkt|gewijzigd|"
    r"zaktuali\w*|aktuali\w*|обновлен\w*|изменен\w*|oppdatert|opdateret|uppdaterad|päivitetty|"
    r"güncel\w*|son güncelleme|更新|修正|修改|수정|최종|ενημερ\w*|frissít\w*|cập nhật",
    re.I,
)
_STATUS_OF = re.compile(r"\bstand\b", re.I)  # "Stand: 8.4.2019", German for "as of"
_EVENT = re.compile(
    r"\b(?:event|when|wann|termin|beginn|begins?|starts?|einlass|bis|until|till|from|ab|"
    r"deadline|due|findet|statt|frist|expires?|ends?|anmeld\w*|geboren|born|died|gestorben|"
    r"since|seit|sendung|sendetermin|broadcast|aired?|on air|joined|"
    r"member|registered|mitglied|copyright|all rights|version|"
    r"accessed|retrieved|abgerufen|crawled|archiv\w*|next|nächste\w*|uhr bis|to)\b|[©†*]\s*$",
    re.I,
)
_DATE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:date|datum|fecha|data|datetime|dateline|publi\w*|pub|pubdate|posted|time|"
    r"timestamp|stamp|zeit|datezeile|created|update\w*)(?=$|[\s_\d-])|date$|Date|time(?:stamp)?$",
)
_META_CLASS = re.compile(
    r"(?:^|[\s_-])(?:by-?line|meta|info|author|autor|details?|credit|source|kicker|sub-?head\w*|"
    r"article-?head\w*|entry-?head\w*|post-?head\w*|headline|headerline)(?=$|[\s_-])",
    re.I,
)
_EVENT_CLASS = re.compile(
    r"event|termin|kalender|calendar|veranstalt|agenda|countdown|datepicker|archive|birth|"
    r"weather|wetter|clock|today|current-?date|fahrplan|match|fixture",
    re.I,
)
_OTHER_CLASS = re.compile(
    r"comment|kommentar|related|recommend|teaser|sidebar|side-?bar|widget|footer|copyright|"
    r"latest|popular|most-?|recent|newsletter|trending|ticker|list|reply|replies|user|"
    r"member|carousel|slider|more-?|next|prev|promo|card|aside|feed|tweet|ranking",
    re.I,
)
_COMMENT_CLASS = re.compile(r"comment|kommentar|disqus|repl(?:y|ies)", re.I)
_RANGE_AFTER = re.compile(r"^\s*(?:[-–—]|to|bis|until|and|und)\s*(?:\w+,?\s+)?\d", re.I)
_RANGE_BEFORE = re.compile(r"\d\.?\s*(?:[-–—]|to|bis|until)\s*$", re.I)
_BAR = re.compile(r"\s[|•·]\s|[|•·]")
_CLOCK = re.compile(r"[\s,|–-]{1,5}(?:um\s|at\s|à\s|kl\.?\s)?\d{1,2}[:.h]\d\d\b")
_LEFT_OVER = re.compile(r"[\W\d_]+")


@dataclass(frozen=True, slots=True)
class ShownDate:
    """A date that a page shows: its value, weight, and the line that it stands in."""

    value: dt.datetime | dt.date
    other: dt.datetime | dt.date | None  # with day and month changed places, if both can be
    weight: float
    updated: bool
    text: str
    origin: str


def shown_dates(
    page: Page, blocks: list[TextBlock], title: str, *, heading: int, first: int, last: int
) -> list[ShownDate]:
    """Return the dates in the lines of a page, each with its weight.

    Arguments:
        blocks: the lines of the page.
        title: the headline.
        heading: the number of the headline's line; -1 if there is none.
        first: the number of the first line of the text; -1 if there is none.
        last: and of the last one.
    """
    lines = [
        (number, block)
        for number, block in enumerate(blocks)
        if len(block.text) <= _LONGEST_LINE and _YEAR.search(block.text)
    ]
    if len(lines) > _MOST_LINES:  # the nearest to the headline
        middle = max(heading, 0)
        lines = sorted(sorted(lines, key=lambda line: abs(line[0] - middle))[:_MOST_LINES])
    kinds: Counter[tuple[str, str]] = Counter(
        (block.element.name, classes(block.element)) for _, block in lines
    )
    found: list[ShownDate] = []
    key = same_words(title) if len(title) > 12 else ""
    # Elsewhere, too, the headline may stand above its date: in a list of the latest.
    twins = {
        n
        for n, b in enumerate(blocks)
        if key and abs(len(b.text) - len(title)) < 8 and key == same_words(b.text)
    }
    for number, block in lines:
        place, origin = _place(number, heading, first, last)
        if place < 2.0 and key:
            if len(block.text) < len(title) + 100 and key in same_words(block.text):
                place, origin = 4.0, "line with the headline"
            elif number - 1 in twins or number - 2 in twins:
                place, origin = 3.0, "line under the headline in a list"
        repeated = kinds[block.element.name, classes(block.element)]
        if repeated > 3 and not origin.startswith("line"):
            place -= 2.0
        text = _TOUCHING.sub(" ", block.text)
        for date, other in _dates_in(text):
            shape, updated = _shape(text, date, block, in_text=first <= number <= last)
            if number == first:
                shape = max(shape, _dateline(text, date))
            weight = place + shape + _names(page, block, text[date.start : date.end])
            if weight < -2.0 and _is_comment(block):
                origin = COMMENT
            found.append(ShownDate(date.value, other, weight, updated, text[:200], origin))
    return found


def _dates_in(text: str) -> Iterator[tuple[FoundDate, dt.datetime | dt.date | None]]:
    """Yield the dates of a line, each with its other reading if day and month can change."""
    # A line of several is rarely a stamp; the first few say enough.
    line = text if len(text) <= _LONGEST_STAMP else text[:_LEAD]
    for _ in range(6):
        found = date_in(line, day_first=True)
        if found is None or found.end <= found.start:
            break
        other = date_in(line, day_first=False)
        yield found, other.value if other and other.value != found.value else None
        # Something that neither joins the words at both sides nor is looked at again.
        line = line[: found.start] + "|" * (found.end - found.start) + line[found.end :]
    for short in _SHORT_YEAR.finditer(line):
        year = 2000 + int(short[4])
        first, second = int(short[1]), int(short[3])
        readings = [(second, first)] if short[2] == "." else [(second, first), (first, second)]
        days = [read for month, day in readings if (read := _day_of(year, month, day))]
        if days:
            other_day = days[1] if len(days) > 1 and days[1] != days[0] else None
            yield FoundDate(days[0], *short.span()), other_day


def _day_of(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _place(number: int, heading: int, first: int, last: int) -> tuple[float, str]:
    """Weigh where a line stands."""
    if heading < 0:
        heading = max(0, first - 1)
    if first < 0:
        first = last = heading + 8
    if heading <= number <= max(first, heading + 1) or heading < number <= heading + 6:
        # Between the headline and the text.
        return max(2.0, 4.0 - 0.2 * (number - heading)), "line under the headline"
    if heading - 6 <= number < heading:
        return 3.0 - 0.25 * (heading - number), "line above the headline"
    if number < heading:
        return 0.0, "far above the headline"
    if number <= last:
        return -0.5 - min(1.5, 0.1 * (number - first)), "in the text"
    if number <= last + 6:
        return 1.5 - 0.2 * (number - last), "line below the text"
    return -1.5, "far below the text"


def _shape(text: str, date: FoundDate, block: TextBlock, *, in_text: bool) -> tuple[float, bool]:
    """Weigh the line around a date; say whether it is one of a change."""
    weight, updated = 0.0, False
    before = text[max(0, date.start - 40) : date.start]
    near = before[-28:]
    published, changed = _last(_PUBLISHED, near), _last(_UPDATED, near)
    if changed >= 0 and changed >= published:
        updated = True
        weight += 1.0
    elif published >= 0:
        weight += 2.5
    elif _STATUS_OF.search(near):
        weight += 2.0
    event = _EVENT.search(before[-20:])
    if event or _RANGE_AFTER.match(text[date.end :]) or _RANGE_BEFORE.search(before):
        weight -= 2.5
    exact = isinstance(date.value, dt.datetime) or bool(_CLOCK.match(text[date.end :]))
    weight += exact
    # Between bars stand several things: "Mo 8.4.19 | 14:07 | By Jane Roe".
    head, tail = _BAR.split(text[: date.start])[-1], _BAR.split(text[date.end :])[0]
    rest = f"{head} {tail}"
    words = len(_LEFT_OVER.sub(" ", rest).split())
    labelled = published >= 0 and not updated
    if labelled and words <= 3:
        weight += 3.5  # "Published: 8 April 2019" is hardly ever said of anything else
    elif words <= 3:
        weight += 2.0
    elif words <= 4 or labelled or exact:
        weight += 0.5
    elif words <= 12:
        weight -= 1.0  # a caption, or another story's headline
    elif len(text) > 160:
        weight -= 2.5
    if in_text and words > 12:
        weight -= 1.0
    if block.links > 0.7 and words > 3:
        weight -= 2.0
    return weight, updated


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((found.start() for found in pattern.finditer(text)), default=-1)


def _dateline(text: str, date: FoundDate) -> float:
    """Weigh a date that opens the text: "BERLIN, 8 April 2019 - ", "(8.4.2019) "."""
    lead = text[: date.start]
    if date.start > 40 or re.search(r"[.!?]\s", lead):
        return -10.0
    after = text[date.end : date.end + 30]
    if re.match(r"\s*(?:\([^)]*\)\s*)?[-–—:/|)]", after):
        return 1.5
    return -10.0


def _names(page: Page, block: TextBlock, date: str) -> float:
    """Weigh the names of the elements around a date."""
    weight = 0.0
    element = block.element
    if block.text:
        for node in page.inside(element)[1:40]:
            named = classes(node)
            if (node.name == "time" or _DATE_CLASS.search(named)) and date in text_of(node, 300):
                weight += 2.0
                break
    around = [element, *_few(element, 4)]
    for distance, node in enumerate(around):
        named = classes(node)
        if not named:
            continue
        share = 1.0 if distance < 2 else 0.5
        if _EVENT_CLASS.search(named):
            weight -= 3.0 * share
        if weight < 2.0 and distance < 3 and _DATE_CLASS.search(named):
            weight += 2.0 * share
        elif distance < 3 and _META_CLASS.search(named):
            weight += 0.7 * share
        if _OTHER_CLASS.search(named):
            weight -= 1.5 * share
    if element.name == "time":
        weight += 1.0
    if any(box.name in ("footer", "aside") for box in block.boxes):
        weight -= 2.0
    return weight


def _is_comment(block: TextBlock) -> bool:
    around = (block.element, *_few(block.element, 8))
    return any(_COMMENT_CLASS.search(classes(node)) for node in around)


def _few(node: Node, most: int) -> Iterator[Node]:
    for number, parent in enumerate(node.parents):
        if number >= most:
            return
        yield parent
