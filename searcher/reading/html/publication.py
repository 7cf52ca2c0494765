"""When was the article of a page published, and when changed?

Everything that names a day is a witness: JSON-LD, meta tags, microdata, `<time>`, the URL,
the lines that the page shows (date_lines.py), and last the data in its scripts.  Each has a
weight, by how often its kind was right on real pages; witnesses of the same day add up, and
the day with the greatest sum is taken.  So a declared date that nothing else on the page
bears out loses against a line under the headline and a URL that agree.

What tells of a change ("Updated", dateModified) stands for publication only where nothing
else does.  `04/08/2019` is April in one country and August in another: it is read as the
other witnesses have it, else as the language and the country of the address do.

A stamp in UTC and the day shown may be a day apart: within fourteen hours they are one.

Not done: relative dates, dates without a year.  A copyright year is no date.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from searcher.reading.dates import DateError, parse_date
from searcher.reading.html.blocks import TextBlock, stands_apart
from searcher.reading.html.date_lines import COMMENT, shown_dates
from searcher.reading.html.evidence import Evidence, sureness
from searcher.reading.html.linked_data import NodeObject, first_text
from searcher.reading.html.tree import Node, Page, attribute, classes, text_of
from searcher.reading.prose import clean_line

__all__ = ["Dates", "dates_of"]

Day = dt.datetime | dt.date

_PUBLISHED_METAS = {
    "article:published_time": 8.0, "og:published_time": 7.0, "og:article:published_time": 8.0,
    "article:published": 7.0, "datepublished": 7.0, "publishdate": 6.0, "publish-date": 6.0,
    "publish_date": 6.0, "published": 6.0, "publication_date": 6.0, "publication-date": 6.0,
    "parsely-pub-date": 8.0, "sailthru.date": 6.0, "dc.date.issued": 7.0, "dcterms.issued": 7.0,
    "dcterms.date": 5.0, "dc.date": 5.0, "dcterms.created": 6.0, "dc.date.created": 6.0,
    "dcterms.available": 5.0, "cxenseparse:recs:publishtime": 7.0,
    "cxenseparse:publishtime": 7.0, "article.published": 7.0,
    "citation_publication_date": 6.0, "citation_date": 5.0, "citation_online_date": 6.0,
    "ptime": 6.0, "dat": 4.0, "rbpubdate": 6.0, "displaydate": 6.0,
    "originalpublicationdate": 8.0, "og:pubdate": 6.0, "pubdate": 6.0, "pub_date": 6.0,
    "date": 4.5, "article_date_original": 8.0, "article:post_date": 7.0, "bt:pubdate": 6.0,
    "article:create_at": 6.0, "datecreated": 5.0, "created": 4.5, "creation_date": 4.5,
    "date.created": 5.0, "date_created": 5.0, "article.created": 6.0, "article-date": 6.0,
    "publish_time": 6.0, "publishtime": 6.0, "published_at": 6.0, "published_time": 6.0,
    "apub:time": 5.0, "_pubtime": 6.0, "weibo:article:create_at": 6.0, "og:release_date": 6.0,
    "firstpublished": 8.0, "article:date": 6.0, "vr:published_time": 6.0, "dateposted": 6.0,
    "news:publication_date": 7.0, "bytedance:published_time": 7.0, "mediator_published_time": 7.0,
    "release_date": 5.0, "timestamp": 4.0, "article_publish_time": 6.0, "issued": 5.0,
}  # fmt: skip
_UPDATED_METAS = {
    "article:modified_time": 2.5, "og:updated_time": 2.5, "article:modified": 2.5,
    "og:modified_time": 2.5, "last-modified": 1.0, "datemodified": 2.5, "lastmod": 1.5,
    "dc.date.modified": 2.5, "dcterms.modified": 2.5, "article:updated_time": 2.5,
    "article:updated": 2.5, "revised": 1.0, "cxenseparse:modifiedtime": 2.0,
    "bytedance:updated_time": 2.5, "updated_time": 2.0, "modified": 2.0, "moddate": 2.0,
    "last_modified": 1.0, "date.modified": 2.0, "weibo:article:update_at": 2.0,
    "utime": 2.0, "lastpublished": 2.0, "article_date_updated": 2.5,
}  # fmt: skip
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_URL_DAY = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?P<sep>[/_.-]?)(0[1-9]|1[0-2]|[1-9](?=[/_.-])|(?:"
    + "|".join(_MONTHS)
    + r")[a-z]*)(?P=sep)(0[1-9]|[12]\d|3[01]|[1-9](?=[/_.-]))(?!\d)",
    re.I,
)
_URL_MONTH = re.compile(r"/((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])(?=[/_.-])")
_SCRIPT_DATE = re.compile(
    r"(?:[\"']|&quot;)(?P<name>date_?published|published_?(?:at|date|on|time|utc)?|publish(?:ed)?_?(?:date|"
    r"time|at|ed|up)|publication_?(?:date|time)|pub_?(?:date|time)|first_?published(?:_?(?:at|"
    r"date))?|article_?date|display_?date|date_?created|creat(?:ed|ion)_?(?:at|date|on|time)|"
    r"post_?date|release_?date)(?:[\"']|&quot;)"
    r"\s*[:=]\s*(?:[\"']|&quot;)(?P<date>[^\"'<>&]{8,40})(?:[\"']|&quot;)",
    re.I,
)
_TIME_WORDS = re.compile(r"publi|creat|post|entry|article|date(?!-?(?:mod|upd))|pub", re.I)
_CHANGE_WORDS = re.compile(r"modif|updat|edit|revis|aktualis|changed", re.I)
_MONTH_FIRST = re.compile(r"^(?:en-us|en-ph|es-us|en)$", re.I)
_DAY_FIRST_SITES = re.compile(
    r"\.(?:uk|au|nz|ie|in|za|sg|my|ng|ke|pk|bd|lk|hk|eu|de|fr|it|es)(?:[:/]|$)", re.I
)
_EARLIEST = dt.date(1990, 1, 1)
_ENOUGH = 2.0  # what a day needs to be believed
_LITTLE = -1.0  # and to be given, as a guess, where nothing better is
_MOST_TIMES = 40


@dataclass(slots=True)
class Dates:
    """When an article was published and changed, and what says so."""

    published: Day | None = None
    text: str | None = None
    updated: Day | None = None
    evidence: list[Evidence] = field(default_factory=list)


@dataclass(slots=True)
class _Witness:
    value: Day
    weight: float
    origin: str
    text: str
    updated: bool = False
    shown: bool = False
    other: Day | None = None


def dates_of(
    page: Page,
    metas: Mapping[str, str],
    article: NodeObject,
    blocks: list[TextBlock],
    *,
    title: str,
    place: tuple[int, int, int],
    url: str | None,
    language: str | None,
) -> Dates:
    """Return the dates of a page's article.

    Arguments:
        blocks: the lines of the page.
        title: the headline.
        place: the numbers of the headline's line, and of the first and the last of the text.
        url: the address of the page.
    """
    day_first = _day_first(language, url)
    heading, first, last = place
    unread: list[str] = []
    witnesses = list(_declared(page, metas, article, url, blocks, place, day_first, unread))
    witnesses += [
        _Witness(d.value, d.weight, d.origin, d.text, d.updated, True, d.other)
        for d in shown_dates(page, blocks, title, heading=heading, first=first, last=last)
    ]
    if not any(w.weight >= 4.0 and not w.updated for w in witnesses):
        witnesses += _in_scripts(page)
    witnesses += _in_images(metas)
    in_url = _URL_MONTH.search(url) if url else None
    month = (int(in_url[1]), int(in_url[2])) if in_url else None
    latest = dt.date.today() + dt.timedelta(days=1)
    witnesses = [
        w
        for w in (_turned(w, witnesses, day_first, month) for w in witnesses)
        if _day(w.value) <= latest and (_day(w.value) >= _EARLIEST or not w.shown)
    ]
    dates = Dates()
    chosen = _settle(witnesses, month)
    if chosen is None:
        dates.text = unread[0][:200] if unread else None
        return dates
    best, total = chosen
    dates.published, dates.text = best.value, clean_line(best.text)[:200]
    dates.evidence.append(
        Evidence("date", best.value.isoformat(), best.origin, sureness(total, 3.0))
    )
    changed = _last_change(witnesses, best.value)
    if changed is not None:
        dates.updated = changed.value
        sure = sureness(changed.weight + 3.0, 3.0)
        dates.evidence.append(Evidence("updated", changed.value.isoformat(), changed.origin, sure))
    return dates


def _settle(
    witnesses: list[_Witness], month: tuple[int, int] | None
) -> tuple[_Witness, float] | None:
    """Return the witness that speaks best for the day with the greatest sum, and that sum."""
    best: tuple[_Witness, float] | None = None
    firsts = [w for w in witnesses if not w.updated]
    for pool in (firsts, witnesses):
        for witness in pool:
            total = witness.weight
            agreeing: dict[str, float] = {}
            for other in pool:
                if other is not witness and _one_day(witness.value, other.value):
                    kind = "line" if other.shown else other.origin
                    if kind != ("line" if witness.shown else witness.origin):
                        agreeing[kind] = max(agreeing.get(kind, 0.0), other.weight)
            total += sum(0.5 * weight for weight in agreeing.values() if weight > 0)
            if month is not None and witness.origin != "URL":
                day = _day(witness.value)
                same = (day.year, day.month) == month
                total += 1.5 if same else -2.0
            if best is None or total > best[1] + 0.01:
                best = witness, total
        if best is not None and best[1] >= _ENOUGH:
            break
    if best is None or best[1] < _LITTLE:
        # Comments begin on the day of a story, as a rule.
        comments = [w for w in firsts if w.origin == COMMENT]
        if len(comments) < 2:
            return None
        return min(comments, key=lambda w: _day(w.value)), _LITTLE
    return _most_exact(best[0], firsts), best[1]


def _most_exact(chosen: _Witness, witnesses: list[_Witness]) -> _Witness:
    """Return the trusted witness of the same day that knows the time best.

    A line of the page gives the clock of its readers and no offset; what is declared is an
    instant, with the seconds.
    """
    exact = [
        w
        for w in witnesses
        if isinstance(w.value, dt.datetime)
        and not w.updated
        and w.weight >= 2.0
        and _one_day(w.value, chosen.value)
        # A day that is shown and a stamp of the day before are one event, told apart by zones.
        and (w.value.date() == _day(chosen.value) or not w.shown)
    ]
    if isinstance(chosen.value, dt.datetime):
        exact = [chosen, *(w for w in exact if not w.shown and w.weight >= 4.0)]
    return max(exact, key=lambda w: (not w.shown, w.weight), default=chosen)


def _last_change(witnesses: list[_Witness], published: Day) -> _Witness | None:
    changes = [w for w in witnesses if w.updated and w.weight >= 1.0]
    best = max(changes, key=lambda w: w.weight, default=None)
    if best is None:
        return None
    if isinstance(best.value, dt.datetime) and isinstance(published, dt.datetime):
        return best if best.value > published else None
    return best if _day(best.value) > _day(published) else None


def _day(value: Day) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else value


def _one_day(a: Day, b: Day) -> bool:
    """Say whether two dates can be the same day, one being a stamp in another zone."""
    if _day(a) == _day(b):
        return True
    if isinstance(a, dt.datetime) == isinstance(b, dt.datetime):
        return (
            isinstance(a, dt.datetime)
            and isinstance(b, dt.datetime)
            and abs(a - b) <= dt.timedelta(hours=2)
        )
    stamp, day = (a, b) if isinstance(a, dt.datetime) else (b, a)
    assert isinstance(stamp, dt.datetime)
    if stamp.utcoffset() or stamp.time() == dt.time():  # a local time, or a day in disguise
        return False
    start = dt.datetime.combine(day, dt.time(), dt.UTC)
    # The zones of the world: from UTC-10 to UTC+13.
    return start - dt.timedelta(hours=13) <= stamp < start + dt.timedelta(hours=34)


def _turned(
    witness: _Witness,
    all_of_them: list[_Witness],
    day_first: bool,
    month: tuple[int, int] | None,
) -> _Witness:
    """Read an ambiguous date as the others have it, else as is the custom of the place."""
    if witness.other is None:
        return witness
    sure = [w for w in all_of_them if w.other is None]
    straight = sum(w.weight for w in sure if w.weight > 0 and _one_day(w.value, witness.value))
    turned = sum(w.weight for w in sure if w.weight > 0 and _one_day(w.value, witness.other))
    if month is not None:
        straight += (witness.value.year, witness.value.month) == month
        turned += (witness.other.year, witness.other.month) == month
    latest = dt.date.today() + dt.timedelta(days=1)
    late, other_late = _day(witness.value) > latest, _day(witness.other) > latest
    if straight == turned and (late or (not other_late and not day_first)):
        turned += 1
    if turned > straight:
        witness.value = witness.other
    return witness


def _day_first(language: str | None, url: str | None) -> bool:
    if url and _DAY_FIRST_SITES.search(url.partition("://")[2].partition("/")[0]):
        return True
    return not (language and _MONTH_FIRST.match(language)) if language else True


def _declared(
    page: Page,
    metas: Mapping[str, str],
    article: NodeObject,
    url: str | None,
    blocks: list[TextBlock],
    place: tuple[int, int, int],
    day_first: bool,
    unread: list[str],
) -> Iterator[_Witness]:
    heading, first, last = place
    sources: list[tuple[str, str, float, bool]] = [
        ("JSON-LD datePublished", first_text(article.get("datePublished")), 8.0, False),
        ("JSON-LD uploadDate", first_text(article.get("uploadDate")), 5.0, False),
        ("JSON-LD dateCreated", first_text(article.get("dateCreated")), 4.0, False),
        ("JSON-LD dateModified", first_text(article.get("dateModified")), 2.5, True),
    ]
    sources += [
        (f"meta {n}", metas[n], w, False) for n, w in _PUBLISHED_METAS.items() if n in metas
    ]
    sources += [(f"meta {n}", metas[n], w, True) for n, w in _UPDATED_METAS.items() if n in metas]
    for prop, weight, updated in (("datePublished", 7.0, False), ("dateModified", 2.0, True),
                                  ("dateCreated", 5.0, False)):  # fmt: skip
        tags = (node for node in page.marked(prop)[:20] if node.name != "meta")
        for number, node in enumerate(tags):
            text = attribute(node, "datetime") or attribute(node, "content") or text_of(node, 200)
            less = 0.5 * min(number, 4) + (4.0 if stands_apart(node) else 0.0)
            sources.append((f"itemprop {prop}", text, weight - less, updated))
    anchor = blocks[heading].element.at if heading >= 0 else -1
    start = blocks[first].element.at if first >= 0 else anchor
    end = blocks[last].element.at if last >= 0 else start
    for node in page.named("time")[:_MOST_TIMES]:
        text = attribute(node, "datetime") or attribute(node, "content")
        if text:
            weight, updated = _time_weight(node, anchor, start, end)
            sources.append(("time element", text, weight, updated))
    for origin, text, weight, updated in sources:
        text = clean_line(text)
        if not text:
            continue
        try:
            yield _Witness(parse_date(text, day_first=day_first), weight, origin, text, updated)
        except DateError:
            unread.append(text)
    found = _URL_DAY.search(url) if url else None
    if found and (day := _day_in(found)):
        yield _Witness(day, 6.5 if found["sep"] else 4.0, "URL", day.isoformat())


def _time_weight(node: Node, heading: int, first: int, last: int) -> tuple[float, bool]:
    """Weigh a `<time>` element by its names and its distance from the headline."""
    named = " ".join(
        (classes(node), attribute(node, "itemprop"), attribute(node.parent, "class"))
        if node.parent
        else (classes(node),)
    )
    updated = bool(_CHANGE_WORDS.search(named)) and not re.search("publi|pub-?date", named, re.I)
    weight = 2.5
    if "pubdate" in node.attrs or _TIME_WORDS.search(named):
        weight += 1.0
    if heading >= 0 or first >= 0:
        anchor = heading if heading >= 0 else first
        if anchor - 40 <= node.at <= max(first, anchor) + 5:
            weight += 2.5 if node.at > anchor else 2.0
        elif node.at > last:
            weight -= 1.5 if node.at < last + 60 else 2.5
        elif node.at < anchor:
            weight -= 1.5
        else:
            weight -= 0.5
    if stands_apart(node):
        weight -= 3.0
    return (min(weight, 2.5) if updated else weight), updated


def _in_scripts(page: Page) -> Iterator[_Witness]:
    """Dates in the data of scripts, by the names that publishing systems give them."""
    found: list[_Witness] = []
    for match in islice(_SCRIPT_DATE.finditer(page.markup), 40):
        try:
            value = parse_date(match["date"])
        except DateError:
            continue
        found.append(_Witness(value, 3.5, f"script data {match['name']}", match["date"]))
    # Of many days most are those of other stories.
    several = len({_day(w.value) for w in found}) > 2
    for number, witness in enumerate(found[:20]):
        witness.weight -= min(2.0, 0.3 * number) + (1.5 if several else 0.0)
        yield witness


def _in_images(metas: Mapping[str, str]) -> Iterator[_Witness]:
    """The day in the address of the picture that stands for the article."""
    for name in ("og:image", "twitter:image"):
        found = _URL_DAY.search(metas.get(name, ""))
        if found and found["sep"] and (day := _day_in(found)):
            yield _Witness(day, 1.5, f"address in meta {name}", day.isoformat())
            return


def _day_in(found: re.Match[str]) -> dt.date | None:
    month = found[3].lower()
    number = int(month) if month.isdigit() else 1 + _MONTHS.index(month[:3])
    try:
        return dt.date(int(found[1]), number, int(found[4]))
    except ValueError:
        return None
