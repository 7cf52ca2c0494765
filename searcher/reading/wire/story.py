"""What have the stories of all wires in common?

A reader of a wire fills in a `Story`: texts as they stand, in order of preference.  `article`
makes an `Article` of it, by rules that hold for every wire:

- The headline is no slug as long as there is a headline; an alert of one paragraph is its own.
- Headline, subtitle and byline at the head of the body are repeats and go, and so do the
  editors' remark in front ("(Adds quotes)", kept as a note) and the sign-off behind ("hh/ph/ts").
- Authors are persons: an agency is a source, initials are a sign-off.
- `date` is when it was first published, `updated` when this version was.  A clock that agrees
  with the time of sending in all but its offset has the wrong offset.
- `status` is None if it may be published.  An embargo holds until its time has come, and is
  kept in the metadata, since that time may come after the reading.

A story without any text is none, unless it takes something back: a cancellation often has none.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from searcher.article import Article
from searcher.errors import ArticleError, ReadError
from searcher.reading.bylines import byline_names, is_agency
from searcher.reading.dates import DateError, parse_date
from searcher.reading.field_keys import language_code, web_address
from searcher.reading.prose import clean_line, first_sentence
from searcher.reading.source import Source
from searcher.reading.status import status_in_force
from searcher.reading.wire.tree import Block

__all__ = ["Story", "persons", "same_words", "when"]

Moment = dt.datetime | dt.date

_TAKEN_BACK = frozenset(["canceled", "withheld", "superseded"])
_SIGN_OFF = re.compile(r"[\w.-]{1,12}(?:\s?/\s?[\w.-]{1,12}(?:\s\w{1,2})?)+")
_END_MARK = re.compile(r"[\W_]*(?:ends?|endit|ende|schluss|fin|fine|more|mehr|30)[\W_]*", re.I)
_REMARK = re.compile(
    r"\((?:adds?|updates?|recasts?|corrects?|repeats?|refiles?|rewrites?|removes?|changes?|"
    r"clarifies|fixes|writes thr(?:u|ough)|edits?|moves?|new throughout|eds:|achtung|neu:|ergänzt)"
    r"\b.*\)",
    re.I | re.S,
)
_ORGANISATION = re.compile(
    r"\b(?:universit\w*|college|institut\w*|school|news\w*|media|agenc\w*|agentur|presse?|network|"
    r"solutions|inc|ltd|llc|gmbh|ag|corp\w*|company|group|exchange|bureau|radio|television|tv|"
    r"team|department|ministry|foundation|association|center|centre|sports?|service|publisher|"
    r"times|post|tribune|herald|daily)\b\.?",
    re.I,
)
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_CAPITAL = re.compile(r"(?:[dlo]['’]|['’]|al-|el-)?[A-Z\u00c0-\u00de\u0100-\u024f]", re.A)
_MOST_VALUES = 500
_HEAD = 4  # blocks of a body that may repeat what stands in the fields
_MIDNIGHTS = ("T00:00:00", " 00:00:00")  # of no place: a day, in a field made for times
_LONG = 80  # signs of a paragraph that nobody writes twice: a lead printed apart and in the text
_CLOCK_SLACK = dt.timedelta(hours=1)


def when(text: str) -> Moment | None:
    """The time or day that `text` is, or None; ISO 8601 also without its hyphens and colons."""
    text = text.strip()
    if not text or len(text) > 120:
        return None
    try:
        if len(text) > 10 and text[8:9] in "Tt":
            text = dt.datetime.fromisoformat(text).isoformat()
        return parse_date(text[:-9] if text.endswith(_MIDNIGHTS) else text)
    except (DateError, ValueError):
        return None


def same_words(text: str) -> str:
    """`text` without what differs between two prints of one line."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def persons(lines: Iterable[str]) -> tuple[str, ...]:
    """The people in bylines: no agencies, outlets, logins or initials."""
    return tuple(name for name in byline_names(lines) if _is_person(name))


def _is_person(name: str) -> bool:
    if is_agency(name) or any(sign.isdigit() or sign in "/@_\\:" for sign in name):
        return False
    if _LATIN.search(name) is None:
        return sum(map(str.isalpha, name)) > 1
    parts = name.split()
    if is_agency(parts[0]) or is_agency(parts[-1]) or _ORGANISATION.search(name):
        return False
    if parts[0] == "The" or not _CAPITAL.match(parts[-1]):
        return False
    return sum(map(bool, map(_CAPITAL.match, parts))) > 1 and any(len(p) > 2 for p in parts)


@dataclass(slots=True)
class Story:
    """What an item of a wire says; lists are in order of preference."""

    titles: list[str] = field(default_factory=list)
    subtitles: list[str] = field(default_factory=list)
    slugs: list[str] = field(default_factory=list)
    body: list[Block] = field(default_factory=list)
    bylines: list[str] = field(default_factory=list)
    creators: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    sent: str = ""
    embargo: str = ""
    sources: list[str] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)
    id: str = ""
    status: str | None = None
    metadata: dict[str, dict[str, None]] = field(default_factory=dict)

    def note(self, name: str, *texts: str | None) -> None:
        """Keep texts under a name of the metadata, each once."""
        kept = self.metadata.setdefault(name, {})
        for text in texts:
            if len(kept) < _MOST_VALUES and (line := clean_line(text or "")):
                kept[line] = None

    def article(
        self, source: Source, *, record: int | None, encoding: str | None = None
    ) -> Article | None:
        """The article that this is, or None when it has no text.

        Raises:
            ReadError: it is longer than an article may be.
        """
        titles = [line for text in self.titles if (line := clean_line(text))]
        subtitles = [line for text in self.subtitles if (line := clean_line(text))]
        self.slugs += [line for line in subtitles if line.isupper()]  # EFE's, in their place
        subtitles = [line for line in subtitles if not line.isupper() and line not in titles]
        body = self._body(titles, subtitles)
        authors = persons(self.bylines) or persons(self._byline_in(body))
        authors = authors or persons(self.creators)
        outlets = {same_words(text) for text in self.sources}
        authors = tuple(name for name in authors if same_words(name) not in outlets)
        body = self._without_byline(body, authors)
        self.note("agency", *(name for name in byline_names(self.bylines) if is_agency(name)))
        published, date_text = self._first(self.published)
        status = self._status(published)
        if not body and not (status in _TAKEN_BACK and (titles or self.id)):
            return None
        updated, _ = self._first(self.updated)
        if published is None:
            published, date_text = self._first(self.updated)
        if updated is not None and published is not None and _later(published, updated):
            published, updated = updated, published  # clocks of two machines
        if updated == published:
            updated = None
        self.note("slug", *self.slugs)
        self.note("subtitle", *subtitles[:1])
        try:
            return Article(
                title=self._title(titles, body),
                body="\n\n".join(body),
                byline=authors,
                date=published,
                updated=updated,
                source=_first_line(self.sources),
                section=_first_line(sorted(self.sections, key=_is_code)),
                language=next((c for t in self.languages if (c := language_code(t))), None),
                url=next((u for t in self.urls if (u := web_address(t))), None),
                path=source.name,
                id=clean_line(self.id),
                status=status,
                record=record,
                date_text=date_text,
                encoding=encoding,
                metadata={name: tuple(texts) for name, texts in self.metadata.items() if texts},
            )
        except ArticleError as error:
            raise ReadError(source.name, str(error), record=record, hint="split it") from error

    def _title(self, titles: list[str], body: list[str]) -> str:
        if titles:
            return titles[0]
        news = body[:-1] if body[-1:] == list(self.metadata.get("signoff", ())) else body
        if len(news) == 1 and len(news[0]) <= 200:
            return news[0]
        return _first_line(self.slugs) or (first_sentence(body[0]) if body else "")

    def _body(self, titles: list[str], subtitles: list[str]) -> list[str]:
        """The paragraphs without repeats of the headline, remarks and sign-off."""
        lines = [block.text for block in self.body if any(map(str.isalnum, block.text))]
        repeated = {same_words(text) for text in titles}
        under = {same_words(text) for text in subtitles}
        kept: list[str] = []
        held: list[str] = []
        said: set[str] = set()
        for number, text in enumerate(lines):
            words = same_words(text) if number < _HEAD or len(text) > _LONG else ""
            if len(text) > _LONG and words in said:
                continue
            said.add(words)
            if number < _HEAD:
                if words in repeated:
                    continue
                if words in under:
                    held.append(text)
                    continue
                if _REMARK.fullmatch(text):
                    self.note("notes", text)
                    continue
            kept.append(text)
        while len(kept) > 1 and _END_MARK.fullmatch(kept[-1]):
            kept.pop()
        if len(kept) > 1 and len(kept[-1]) <= 40 and _is_sign_off(kept[-1]):
            self.note("signoff", kept[-1])
            if len(kept) > 2:  # an alert of one line stays as it was sent
                kept.pop()
        return kept or held

    def _byline_in(self, body: list[str]) -> list[str]:
        """A first line such as "By Jane Roe", where no field names an author."""
        return [text for text in body[:2] if len(text) < 100 and _LEAD.match(text)]

    def _without_byline(self, body: list[str], authors: tuple[str, ...]) -> list[str]:
        if not authors:
            return body
        given = {same_words(text) for text in self.bylines}
        kept = [
            text
            for text in body[:_HEAD]
            if same_words(text) not in given
            and not (len(text) < 100 and _LEAD.match(text) and persons([text]) == authors)
        ]
        return kept + body[_HEAD:] if kept or body[_HEAD:] else body

    def _status(self, published: Moment | None) -> str | None:
        until = when(self.embargo)
        if self.embargo.strip() and until is None and self.status is None:
            self.status = "embargoed"  # until somebody can read when it ends
        if until is None:
            return self.status
        status = status_in_force(self.status, until, now=dt.datetime.now(dt.UTC))
        if status == "embargoed" or (published is not None and _later(until, published)):
            self.note("embargoed", until.isoformat())
        return status

    def _first(self, texts: list[str]) -> tuple[Moment | None, str | None]:
        sent = when(self.sent)
        for text in texts:
            if (moment := when(text)) is not None:
                return _corrected(moment, sent), clean_line(text)[:200]
        left = next((line for text in texts if (line := clean_line(text))), None)
        return None, left[:200] if left else None


_LEAD = re.compile(r"(?:by|von|par|por|di|door|av|af)\s+[\w'’]", re.I)


def _is_sign_off(text: str) -> bool:
    if _SIGN_OFF.fullmatch(text) is None or any(map(str.isdigit, text)):
        return False
    return all(len(part.strip(" .")) <= 6 for part in re.split("[/-]", text))


def _first_line(texts: list[str]) -> str | None:
    return next((line for text in texts if (line := clean_line(text))), None)


def _is_code(text: str) -> bool:
    """Whether it is a letter, which is a section only for want of a name."""
    return len(text.strip()) < 2 and text.isascii()


def _later(first: Moment, second: Moment) -> bool:
    if isinstance(first, dt.datetime) and isinstance(second, dt.datetime):
        return first > second
    return False


def _corrected(moment: Moment, sent: Moment | None) -> Moment:
    """`moment` with the offset of the sending, if both show one time and two offsets."""
    if not isinstance(moment, dt.datetime) or not isinstance(sent, dt.datetime):
        return moment
    apart = abs(moment.replace(tzinfo=None) - sent.replace(tzinfo=None))
    if apart < _CLOCK_SLACK and abs(moment - sent) > 2 * _CLOCK_SLACK:
        return moment.replace(tzinfo=sent.tzinfo)
    return moment
