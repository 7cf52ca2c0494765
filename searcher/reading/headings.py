"""Which of the lines above a text are its headline, byline, date and header?

Plain text begins in one of these ways, also one after another:

- header lines `Label: value` in any language (`header_labels.py`), a value indented or alone on
  the next line too.  A label that is not known counts where known ones stand beside it, and
  its value goes to the metadata (`Country: FI`);
- a masthead, `THE ESTMOUTH REVIEW, MAY 3, 1921`;
- a headline: a short line that a blank one, a byline or a date follows, or lines in capitals;
- under it names and dates, alone or together: `Tessa Dorn`, `Jan Nowak, 3 marca 2021`;
- as databases print one article: outlet, date, headline, then labels.

After the text labels may follow (`LANGUAGE: ENGLISH`), which `take_trailer` takes off.

Settled: what is unsure is text.  A name alone on a line is a byline only beside a date or
right under a headline that is no row of names itself.

Not done: bylines at the end of a text without a label.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field

from searcher.fields import FIELDS, FieldTable
from searcher.reading.byline_words import CAPITAL, ROLE_LEADS
from searcher.reading.bylines import PARTICLES, byline_names, is_agency, is_outlet, is_role
from searcher.reading.date_words import FILLERS, fold
from searcher.reading.dates import DateError, date_in, parse_date
from searcher.reading.east_asian_names import is_east_asian
from searcher.reading.field_keys import folded_key, language_code, web_address
from searcher.reading.header_labels import LabelLine, label_line, metadata_name

__all__ = ["MOST_LINES", "Heading", "is_byline", "read_heading", "take_trailer"]

_BY = re.compile(
    r"(?:by|von|par|por|di|door|av|af|текст|автор|oleh|γράφει\s+[οη]|γράφουν\s+οι|του|της|yazan|"
    r"írta|kirjoittanut|napsal[ai]?|oprac\.|scris de|كتب(?:ت)?|بقلم|מאת|"
    rf"{ROLE_LEADS})\s+\S",
    re.I,
)
_EAST_ASIAN_ROLE = re.compile("기자|특파원|记者|記者|特派員|撰文|作者")
_RULE = re.compile(r"[-=_*~#—–]{3,}")
_SENTENCE = re.compile(r"[.!?。！？…][\"”’»)]?$")
_SEPARATORS = re.compile(r"[,|·•–—/;]|\s-\s|\s{2,}|\t")
_MAX_TITLE = 200
_LONGEST_FURNITURE = 120
MOST_LINES = 40
_MOST_TRAILER = 30
_LONGEST_VALUE = 300


@dataclass(slots=True)
class Heading:
    """What the lines above the text say; `rest` are the lines of the text."""

    title: str = ""
    byline: list[str] = field(default_factory=list)
    date: dt.datetime | dt.date | None = None
    date_text: str | None = None
    updated: dt.datetime | dt.date | None = None
    source: str | None = None
    section: str | None = None
    language: str | None = None
    url: str | None = None
    metadata: dict[str, tuple[str, ...]] = field(default_factory=dict)
    rest: list[str] = field(default_factory=list)


def is_byline(line: str) -> bool:
    """Say whether a line under a headline is its byline: "By Jane Roe and John Doe"."""
    line = line.strip()
    if len(line) > 150:
        return False
    if is_east_asian(line):
        return len(line) < 50 and bool(_EAST_ASIAN_ROLE.search(line) and byline_names(line))
    if not _BY.match(line):
        return False
    if line.endswith((".", "!", "?", ":")) and not line.endswith((" Jr.", " Sr.")):
        return False
    words = line.split()[1:]
    capitals = sum(not word[:1].islower() for word in words)
    return len(words) <= 20 and capitals * 2 >= len(words)


def read_heading(lines: list[str], heading: Heading, fields: FieldTable = FIELDS) -> Heading:
    """Take the headline, byline, date and header lines off the top of `lines`."""
    _Reader(lines, heading, fields).read()
    return heading


def take_trailer(lines: list[str], heading: Heading) -> list[str]:
    """Take header lines off the end of `lines`, if there are any that are known."""
    found: list[LabelLine] = []
    at = len(lines)
    while at > max(0, len(lines) - _MOST_TRAILER):
        line = lines[at - 1].strip()
        label = label_line(line) if line else None
        if line and (label is None or not _is_trailing(label)):
            break
        if label is not None:
            found.append(label)
        at -= 1
    if at == 0 or not any(label.field for label in found):
        return lines
    for label in reversed(found):
        if not _take(label, label.value, heading):
            heading.metadata.setdefault(metadata_name(label.label), (label.value,))
    return lines[:at]


def _is_trailing(label: LabelLine) -> bool:
    if not label.value or len(label.value) > _LONGEST_VALUE or label.field in ("title", "body"):
        return False
    return label.label.isupper() or (label.field is not None and not _is_sentence(label.value))


def _is_sentence(text: str) -> bool:
    return bool(_SENTENCE.search(text)) and len(text.split()) > 6


class _Reader:
    """Reads a heading; each method takes what it knows at `at`, and says how many lines."""

    def __init__(self, lines: list[str], heading: Heading, fields: FieldTable) -> None:
        self.lines = lines
        self.heading = heading
        self.own_keys = {key: row.name for row in fields.metadata for key in row.keys}
        self.at = 0
        self.label_at: int | None = None  # of the last header line
        self.is_spaced = False  # a blank line stands between header lines
        self.title_at: int | None = None  # of a headline without a label
        self.first: list[str] = []  # of the text, from the line of its label
        self.has_ended = False

    def read(self) -> None:
        heading = self.heading
        while self.at < min(len(self.lines), MOST_LINES) and not self.has_ended:
            line = self.lines[self.at].strip()
            if not line or (_RULE.fullmatch(line) and self._has_begun()):
                self.at += 1
                continue
            taken = (
                self._label()
                or self._masthead(line)
                or self._furniture(line)
                or self._headline(line)
                or self._article_of_a_database(line)
            )
            if not taken:
                break
            self.at += taken
        heading.rest = self.first + self.lines[self.at :]
        self._title_of_other_labels()
        if heading.date is None:
            heading.date, heading.updated = heading.updated, None
        alone = heading.title and not heading.byline and heading.date is None
        if alone and self.label_at is None and not any(map(str.strip, heading.rest)):
            # One line alone is the text; the headline is made from it.
            heading.title, heading.rest = "", self.lines

    def _title_of_other_labels(self) -> None:
        """Use "Subject:" as a title; "Rubrik:" is one in Swedish, a section in German."""
        heading = self.heading
        if not heading.title and (subject := heading.metadata.get("subject")):
            heading.title = subject[0]
        if not heading.title and heading.section and len(heading.section.split()) > 2:
            heading.title, heading.section = heading.section, None
        if heading.title and heading.date is None and len(heading.title) <= _LONGEST_FURNITURE:
            found = date_in(heading.title) if _around_date(heading.title) else None
            if found is not None:
                heading.date, heading.date_text = found.value, heading.title

    def _has_begun(self) -> bool:
        heading = self.heading
        return bool(heading.title or heading.date or heading.byline or self.label_at is not None)

    def _line(self, at: int) -> str:
        return self.lines[at].strip() if 0 <= at < len(self.lines) else ""

    def _next(self, at: int) -> int:
        """The next line after `at` that is not blank, of the few that follow."""
        following = range(at + 1, min(at + 4, len(self.lines)))
        return next((n for n in following if self._line(n)), len(self.lines))

    def _label(self) -> int:
        """Take a header line, with the lines that its value goes on in."""
        found = label_line(self._line(self.at))
        if found is None:
            return 0
        if found.field == "body":
            return self._text_begins(found)
        value, taken = self._value(found)
        # A field of the archive's own goes before what the label usually means.
        is_own = self.own_keys.get(folded_key(found.label))
        if is_own or found.field is None or not _take(found, value, self.heading):
            if is_own is None and (
                found.field == "title" or not self._is_among_labels(found, value)
            ):
                return 0
            name = is_own or metadata_name(found.label)
            if not value or name in self.heading.metadata:
                return 0
            self.heading.metadata[name] = (value,)
        elif _is_sentence(value) and found.field != "title" and self.label_at is None:
            return 0
        if self.label_at is not None:
            self.is_spaced = not self._line(self.at - 1)
        self.label_at = self.at + taken - 1
        return taken

    def _value(self, found: LabelLine) -> tuple[str, int]:
        """The value of a header line, and how many lines it fills."""
        value, taken = found.value, 1
        if not value and found.field is not None:
            following = self._line(self.at + 1)
            if following and label_line(following) is None and len(following) <= _LONGEST_VALUE:
                return following, 2
        while value and self.at + taken < len(self.lines):
            line = self.lines[self.at + taken]
            if not line.startswith(("  ", "\t")) or not line.strip() or label_line(line.strip()):
                break
            value, taken = f"{value} {line.strip()}", taken + 1
        return value, taken

    def _text_begins(self, found: LabelLine) -> int:
        """Take the label of the text; "Текст: Иван Петров" names its author instead."""
        if not self._has_begun():
            return 0
        if found.value and _is_name(found.value):
            self.heading.byline.append(found.value)
            return 1
        self.first = [found.value] if found.value else []
        self.has_ended = True
        return 1

    def _is_among_labels(self, found: LabelLine, value: str) -> bool:
        """Say whether the line at `at`, whose label is not known, stands among header lines."""
        if not value or len(value) > _LONGEST_VALUE or _is_sentence(value):
            return False
        if self.label_at is not None:
            gap = self.at - self.label_at
            is_capital = found.label.isupper() and self._line(self.label_at)[:3].isupper()
            is_alike = is_capital or (self.is_spaced and len(value) <= 60)
            if gap == 1 or (gap == 2 and is_alike):
                return True
        following = self._line(self.at + 1)
        if self.title_at == self.at - 1:
            return not following or label_line(following) is not None
        if self.title_at is not None and self.title_at == self._before(self.at):
            return not following and len(value.split()) < 4 and not _SENTENCE.search(value)
        at = self.at + 1
        while (other := label_line(self._line(at))) is not None:
            if other.field is not None and other.field != "body":
                return True
            at += 1
        return False

    def _masthead(self, line: str) -> int:
        """Take a first line that has a date: alone, or after the name of the paper."""
        if self._has_begun() or len(line) > _LONGEST_FURNITURE:
            return 0
        following = self._line(self._next(self.at))
        if not following:
            return 0
        if _take_date(line, self.heading):
            return 1
        parts = _around_date(line)
        if parts is None or len(following) > 150 or _SENTENCE.search(following):
            return 0
        words = parts[0].split()
        if not words or len(words) > 8 or len(parts[1]) > 30:
            return 0
        if sum(not word[:1].islower() for word in words) * 2 < len(words):
            return 0
        self._take_parts(line, parts, outlet=True)
        return 1

    def _furniture(self, line: str) -> int:
        """Take names, a date, or both, that have a line of their own."""
        heading = self.heading
        if not self._has_begun() or len(line) > 150:
            return 0
        if not heading.byline and is_byline(line):
            heading.byline.append(line)
            found = date_in(line)
            if found is not None and heading.date is None:
                heading.date, heading.date_text = found.value, line[found.start : found.end].strip()
            return 1
        if len(line) > _LONGEST_FURNITURE:
            return 0
        if heading.date is None:
            if _take_date(line, heading):
                return 1
            parts = _around_date(line)
            if parts is not None and sum(len(part.split()) for part in parts) <= 10:
                self._take_parts(line, parts, outlet=False)
                return 1
        if heading.title and heading.source is None and _is_outlet(line):
            heading.source = line
            return 1
        if heading.title and not heading.byline and _is_name(line) and self._stands_as_byline():
            heading.byline.append(line)
            return 1
        return 0

    def _take_parts(self, line: str, parts: tuple[str, str], *, outlet: bool) -> None:
        """Take a date, and the names or the outlet beside it."""
        heading = self.heading
        found = date_in(line)
        if found is None:
            return
        heading.date, heading.date_text = found.value, line[found.start : found.end].strip()
        if outlet and not is_byline(parts[0]):
            heading.source = heading.source or parts[0].strip(" ,|·•–—-/;")
            return
        for part in re.split(_SEPARATORS, f"{parts[0]} | {parts[1]}"):
            part = part.strip(" ,:()-–—")
            if not part or fold(part)[0] in FILLERS:
                continue
            if _is_outlet(part):
                heading.source = heading.source or part
            elif is_byline(part) or _is_name(part):
                heading.byline.append(part)

    def _stands_as_byline(self) -> bool:
        """Say whether the name at `at` has a date beside it, or closes a headline's block."""
        heading = self.heading
        if heading.date is not None:
            return bool(self._line(self.at - 1)) or self.title_at == self._before(self.at)
        following = self._line(self._next(self.at))
        if len(following) <= _LONGEST_FURNITURE and date_in(following) is not None:
            return _is_date(following) or _around_date(following) is not None
        if self.title_at != self.at - 1 or self._line(self.at + 1):
            return False
        words = heading.title.split()
        return len(words) > 2 and any(word[:1].islower() and len(word) > 3 for word in words)

    def _before(self, at: int) -> int:
        return next((n for n in range(at - 1, -1, -1) if self._line(n)), -1)

    def _headline(self, line: str) -> int:
        """Take a headline without a label: one line, or several in capitals."""
        heading = self.heading
        if heading.title or len(line) > _MAX_TITLE or (line.endswith(".") and len(line) > 120):
            return 0
        if self._has_begun() and (_SENTENCE.search(line) or self._next(self.at) >= len(self.lines)):
            return 0
        line, taken = self._whole_headline(line)
        after = self._line(self.at + taken)
        if after and not self._is_furniture(self.at + taken):
            return 0
        heading.title = line
        self.title_at = self.at + taken - 1
        return taken

    def _whole_headline(self, line: str) -> tuple[str, int]:
        """A headline with the lines in capitals that it goes on in, and how many it fills."""
        taken = 1
        while line.isupper() and taken < 4:
            after = self._line(self.at + taken)
            if not after.isupper() or label_line(after) or self._is_dated(self.at + taken):
                break
            line, taken = f"{line} {after}", taken + 1
        return line, taken

    def _is_furniture(self, at: int) -> bool:
        """Say whether a line is what stands under a headline, not the text."""
        line = self._line(at)
        if is_byline(line) or _RULE.fullmatch(line) or self._is_dated(at):
            return True
        found = label_line(line)
        if found is not None and (found.field is not None or not self._line(at + 1)):
            return True
        if len(line) > _LONGEST_FURNITURE:
            return False
        return (_is_outlet(line) or _is_name(line)) and not self._line(at + 1)

    def _is_dated(self, at: int) -> bool:
        """Say whether a line is or has a date, or is a name above one that is."""
        line = self._line(at)
        if len(line) > _LONGEST_FURNITURE:
            return False
        if _is_date(line) or _around_date(line) is not None:
            return True
        following = self._line(at + 1)
        is_above = _is_date(following) or _around_date(following) is not None
        return is_above and (_is_outlet(line) or _is_name(line))

    def _article_of_a_database(self, line: str) -> int:
        """Take the headline where the first line was the outlet, and a date stood between."""
        heading = self.heading
        if self.title_at is None or heading.date is None or self.label_at is not None:
            return 0
        if heading.byline or heading.source or len(line) > _MAX_TITLE or _SENTENCE.search(line):
            return 0
        line, taken = self._whole_headline(line)
        last = self.at + taken - 1
        if is_outlet(heading.title) or (heading.title.isupper() and line.isupper()):
            if self._line(last + 1) or self._next(last) >= len(self.lines):
                return 0
        else:
            found = label_line(self._line(self._next(last)))
            if found is None or not (found.field or found.label.isupper()):
                return 0
        heading.source, heading.title = heading.title, line
        self.title_at = last
        return taken


def _take(found: LabelLine, value: str, heading: Heading) -> bool:
    """Take the value of a header line whose label is known; False if its field has one."""
    match found.field:
        case None | "body":
            return False
        case "byline":
            if value:
                heading.byline.append(value)
        case "date":
            if not _take_date(value, heading) and heading.date is None:
                found_in = date_in(value)
                heading.date = found_in and found_in.value
                heading.date_text = heading.date_text or value or None
        case "updated":
            dated = date_in(value)
            if heading.updated is not None or dated is None:
                return False
            heading.updated = dated.value
        case "url":
            address = web_address(value.split()[0]) if value else None
            if address is None or heading.url is not None:
                return False
            heading.url = address
        case "language":
            code = language_code(value)
            if code is None or heading.language is not None:
                return False
            heading.language = code
        case "title" | "source" | "section":
            if getattr(heading, found.field):
                return False
            setattr(heading, found.field, value)
        case _:
            if found.field in heading.metadata or not value:
                return False
            values = re.split(r"\s*[;,،、]\s*", value) if found.field == "keywords" else [value]
            heading.metadata[found.field] = tuple(filter(None, values))
    return True


def _take_date(text: str, heading: Heading) -> bool:
    if heading.date is not None:
        return False
    try:
        heading.date = parse_date(text)
    except DateError:
        return False
    heading.date_text = text
    return True


def _is_date(text: str) -> bool:
    try:
        parse_date(text)
    except DateError:
        return False
    return True


def _around_date(line: str) -> tuple[str, str] | None:
    """What stands before and after a date in a line, if signs part it from the date."""
    found = date_in(line)
    if found is None:
        return None
    before, after = line[: found.start], line[found.end :].lstrip(" ")
    if before and not re.search(r"(?:[,|·•–—/;:(]\s?|\s-\s|\s{2})$", before):
        return None
    before = before.rstrip(" ")
    if after and not re.match(r"[,|·•–—/;:)]|-\s", after):
        return None
    if _SENTENCE.search(before) or len(after) > 60 or _is_sentence(after):
        return None
    return before, after


def _is_name(text: str) -> bool:
    """Say whether a short line is one or more names of persons and nothing else."""
    if len(text) > 80 or any(map(str.isdigit, text)) or re.search(r"[.!?:;]$|[\"“”?!]", text):
        return False
    names = byline_names(text)
    if not names or any(is_agency(name) or is_role(name) for name in names):
        return False
    if is_east_asian(text):
        return all(2 <= len(name.replace(" ", "")) <= 6 for name in names) and len(text) <= 20
    for name in names:
        words = name.split()
        if not 2 <= len(words) <= 5:
            return False
        if not all(_begins_name(word) or word in PARTICLES for word in words):
            return False
    return len(text.split()) <= 4 * len(names) + 4


def _is_outlet(text: str) -> bool:
    return len(text.split()) < 8 and (is_agency(text) or is_outlet(text))


def _begins_name(word: str) -> bool:
    return re.match(rf"(?:[dDlL]['’])?[\"“(]?[{CAPITAL}]", word) is not None
