"""Which stories are in the text of a wire?

IPTC 7901 and ANPA 1312 frame a story by control characters, made for teleprinters:

    SOH  service and number, priority, category, words, source     one or two header lines
         keywords, ending in a slash                               (IPTC 7901)
    STX  headlines, byline                                         up to a line ending in "="
         the text, hard-wrapped
    ETX  day and time, zone, month, year

Stored files have often lost the characters and kept the lines, or hold many transmissions one
after the other; each is an article.  Lines of the headline that only say what kind of
transmission it is ("1ST LEAD", "EXTRA") are kept as `edition`.  ANPA has no line ending in "=";
there the headline is the line before the indented text, and a "+" ends it.

The text ends before the notebook that dpa appends, which is not for publication.  Two-digit
years are of the hundred years up to next year.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading.bylines import is_role
from searcher.reading.encoding import decode
from searcher.reading.prose import paragraphs
from searcher.reading.source import Options, Source
from searcher.reading.wire.story import Story
from searcher.reading.wire.tree import Block

__all__ = ["read_source"]

_HEADER = re.compile(
    r"(?P<service>[a-z]{1,4})(?P<number>\d{3,5})\s+(?P<urgency>[1-9])\s+(?P<category>[a-z]{1,3})\s+"
    r"(?P<words>\d{1,5})\s*(?P<rest>.{0,80})",
    re.I,
)
_ANPA_KEYS = re.compile(
    r"(?P<urgency>[a-z])\s+(?P<category>[a-z]).{0,6}?\s(?P<slug>\S.{0,80}?)\s+"
    r"(?P<month>\d{2})-(?P<day>\d{2})(?:-\d{2})?\s+\d{3,5}",
    re.I,
)
_IPTC_TIME = re.compile(
    r"(?P<day>\d{2})(?P<hour>\d{2})(?P<minute>\d{2})\s*(?P<zone>[A-Z]{1,5})?\s+"
    r"(?P<month>[^\W\d_]{3,9})\.?\s+(?P<year>\d{2,4})\b",
    re.I,
)
_ANPA_TIME = re.compile(
    r"\b[A-Z]{2,4}-[A-Z]{2}-(?P<month>\d{2})-(?P<day>\d{2})-(?P<year>\d{2})\s+"
    r"(?P<hour>\d{2})(?P<minute>\d{2})\s*(?P<zone>[A-Z]{2,4})?"
)
_CLOCK_FIRST = re.compile(
    r"(?P<hour>\d{2}):(?P<minute>\d{2})-(?P<day>\d{2})-(?P<month>\d{2})-(?P<year>\d{2})"
)
_NOTEBOOK = re.compile(r"\n#+ *(?:\S{1,20} )?(?:notebook|notizblock)\b", re.I)
# Lines of a headline that say what is sent, not what happened.
_TAG = re.compile(
    r"\W*(?:(?:\d(?:st|nd|rd|th)|first|second|third|new)\s+(?:lead|net|ld|take|add|writethru)|"
    r"achtung|situation|correction|korrektur|zusammenfassung|eilmeldung|eil|extra|urgent|flash|"
    r"update(?: \d)?|lead|refile|advisory|corr)\W*",
    re.I,
)
_SHOUTED = re.compile(r"[A-Z\d ().-]{2,14}")
_BYLINE = re.compile(r"(?:by|von|par|por|di)\s+\w", re.I)
_CREDIT = re.compile(r"\n\s*==\s*(\w{2,20})\Z")
_SIGN_OFF = re.compile(r"(?:[a-z]{2,4}[ /]){1,6}[a-z]{2,4}|\(\w{2,8}/\w{2,8}\)")
_CATEGORIES = {
    "a": "National", "d": "Lifestyle", "e": "Entertainment", "f": "Finance", "i": "International",
    "p": "Politics", "s": "Sports", "t": "Travel", "w": "Washington", "sp": "Sport",
    "wi": "Wirtschaft", "pl": "Politik", "ku": "Kultur", "vm": "Vermischtes", "ec": "Economy",
}  # fmt: skip
_NEAR = 200  # signs of a header line, of what is behind the text
_HEADLINES = 12  # lines that may stand before the text
# The three frames become controls that text may hold; all other controls go.
_SOH, _STX, _ETX = "\x1a", "\b", "\x1b"
_FRAMES = bytes.maketrans(b"\x01\x02\x03", b"\x1a\x08\x1b")
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\x01\x02\x03")) + b"\x7f"


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the stories of a file of wire text.

    Raises:
        ReadError: it is no text, or there is no story in it.
    """
    data = source.read().translate(None, _CONTROLS).translate(_FRAMES)
    text, encoding = decode(data, name=source.name)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    parts = [part for part in text.split(_SOH) if part.strip(" \n" + _STX + _ETX)]
    found = False
    for number, part in enumerate(parts, 1):
        record = number if len(parts) > 1 else None
        try:
            article = _story_of(part).article(source, record=record, encoding=encoding)
            if article is None:
                raise ReadError(source.name, "a transmission without text", record=number)
        except ReadError as error:
            options.report(error)
            continue
        found = True
        yield article
    if not found:
        raise ReadError(source.name, "wire text without a story", hint="nothing to read")


def _story_of(part: str) -> Story:
    story = Story()
    head, framed, rest = part.partition(_STX)
    if not framed:
        head, rest = _header_lines(part)
    text, _, trailer = rest.replace(_STX, "\n").replace("<\n", "\n").partition(_ETX)
    _add_header(story, head)
    ends = trailer if trailer.strip() else text[-_NEAR:]
    story.published.append(_time_in(ends[:_NEAR]))
    text = "\n" + text
    if (notebook := _NOTEBOOK.search(text)) is not None:
        text = text[: notebook.start()]
    lines = text.split("\n")
    start = _text_starts(lines)
    _add_headlines(story, [line.strip() for line in lines[:start] if line.strip()])
    told = "\n".join(lines[start:]).rstrip()
    if (credit := _CREDIT.search(told[-_NEAR:])) is not None:
        story.sources.append(credit[1])
        told = told[: -len(credit[0])]
    found = paragraphs(told.replace("\\/", "/"))
    if len(found) > 1 and _SIGN_OFF.fullmatch(found[-1]):
        story.note("signoff", found.pop())
    story.body = [Block(paragraph, "p") for paragraph in found]
    return story


def _header_lines(part: str) -> tuple[str, str]:
    """Part what has no frames after its header and the line of keywords."""
    lines = part.lstrip().split("\n")
    count = 1
    while count < min(len(lines), 4):
        line = lines[count].strip()
        if line and not (line.startswith("/") or line.endswith("/")):
            break
        count += 1
    return "\n".join(lines[:count]), "\n".join(lines[count:])


def _add_header(story: Story, head: str) -> None:
    lines = [line.strip()[:_NEAR] for line in head.split("\n") if line.strip(" " + _ETX)]
    for number, line in enumerate(lines[:6]):
        if (found := _HEADER.search(line)) is not None:
            story.note("urgency", found["urgency"])
            story.note("service", found["service"])
            story.note("category", found["category"])
            story.sections.append(_CATEGORIES.get(found["category"].casefold(), found["category"]))
            names = [word for word in found["rest"].split() if not word.isdigit()]
            story.sources += names[-1:]
        elif (found := _ANPA_KEYS.search(line)) is not None:
            story.note("category", found["category"])
            story.sections.append(_CATEGORIES.get(found["category"].casefold(), ""))
            story.slugs.append(found["slug"])
        elif number and len(line) < 120:
            story.slugs.append(line.strip("/ "))
            story.note("keywords", *line.split("/"))


def _text_starts(lines: list[str]) -> int:
    """The number of the first line after the headlines."""
    seen = 0
    indented = 0
    for number, line in enumerate(lines):
        if line.startswith("^"):  # AP's mark of a line in front of the text
            indented = 0
            seen += 1
            if not lines[number + 1 : number + 2] or not lines[number + 1].startswith("^"):
                return number + 1
            continue
        if not line.strip():
            if seen and indented == 0:
                indented = number
            continue
        seen += 1
        if seen > _HEADLINES:
            break
        if line.rstrip().endswith(("=", "+")):
            return number + 1
        if line.startswith(("   ", "\t")) and seen > 1 and not indented:
            indented = number
    return indented


def _add_headlines(story: Story, lines: list[str]) -> None:
    kept: list[str] = []
    for line in (line.lstrip("^").rstrip("=+< ") for line in lines):
        if story.bylines and is_role(line):
            continue
        if _BYLINE.match(line) and len(line) < 100:
            story.bylines.append(line)
        elif line in story.slugs or not line:
            continue
        elif _SHOUTED.fullmatch(line) or _TAG.fullmatch(line):
            story.note("edition", line.strip("() "))
        else:
            kept.append(line)
    if not kept:
        return
    title = kept.pop()
    while kept and len(kept[-1]) >= 50 and kept[-1][-1] not in ".:!?":
        title = f"{kept.pop()} {title}"
    story.titles.append(title)
    story.note("kicker", *kept)


def _time_in(text: str) -> str:
    """The time of transmission as ISO 8601 or a date in words; empty if there is none."""
    found = _IPTC_TIME.search(text)
    if found is not None:
        year = _full_year(found["year"])
        clock = f"{found['hour']}:{found['minute']} {found['zone'] or ''}"
        return f"{found['day']} {found['month']} {year} {clock}".strip()
    found = _ANPA_TIME.search(text)
    if found is not None:
        day = f"{_full_year(found['year'])}-{found['month']}-{found['day']}"
        return f"{day} {found['hour']}:{found['minute']} {found['zone'] or ''}".strip()
    found = _CLOCK_FIRST.search(text)
    if found is not None:
        day = f"{_full_year(found['year'])}-{found['month']}-{found['day']}"
        return f"{day} {found['hour']}:{found['minute']}"
    return ""


def _full_year(text: str) -> int:
    year = int(text)
    if year >= 100:
        return year
    this = dt.datetime.now(dt.UTC).year
    year += this - this % 100
    return year - 100 if year > this + 1 else year
