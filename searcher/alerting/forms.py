"""As what is a delivery written: text, JSON, Atom or a letter?

Headlines, names and addresses come from articles, which anybody wrote.  So in text no control
character stands as itself, in Atom nothing that XML does not know, and the lines of a letter's
head are made of words only, so that no headline adds a header.  A snippet is marked with `**`
where the query stands, in JSON and text; in Atom and letters the marks are left out.

Sources: RFC 4287 (Atom), RFC 5322 and 2047 (letters, by Python's own `email`).
"""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid
from collections.abc import Iterable, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from searcher.alerting.ringing import Ringing
from searcher.importing import InstalledOnly
from searcher.searching.results import Hit
from searcher.searching.snippets import MARK
from searcher.typography import visible

__all__ = ["MOST_ENTRIES", "as_atom", "as_json", "as_letter", "as_text", "entries_of"]

MOST_ENTRIES = 500
"""So many articles stand in a feed; older ones leave it."""
_LONGEST_TITLE = 300
_LONGEST_SUBJECT = 150
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WEB = re.compile(r"https?://[^\s<>\"{}|\\^`\x00-\x1f]+", re.IGNORECASE)


def as_text(ringing: Ringing) -> bytes:
    """For people: each article with its headline, facts, snippet and place."""
    count = len(ringing.hits)
    lines = [
        f"{ringing.alert}: {count:,} new {'article' if count == 1 else 'articles'} for "
        f"{_line(ringing.query)} ({ringing.at:%Y-%m-%d %H:%M} UTC, {ringing.run})",
        "",
    ]
    for number, hit in enumerate(ringing.hits, 1):
        lines.append(f"{number}. {_line(hit.title) or '(no headline)'}")
        for line in (_facts(hit), _line(hit.snippet), _line(hit.url or hit.path or ""), hit.id):
            if line:
                lines.append(f"   {_line(line)}")
        lines.append("")
    return "\n".join([*lines, ""]).encode("utf-8", "backslashreplace")


def as_json(ringing: Ringing) -> bytes:
    """For programs: all that there is to say, as one object on a line."""
    return json.dumps(ringing.to_dict(), ensure_ascii=True).encode("ascii") + b"\n"


# ---------------------------------------------------------------- letters


def as_letter(ringing: Ringing) -> bytes:
    """As a file of mail (EML): one letter for one delivery, to be sent on by other means."""
    with InstalledOnly():
        from email.message import EmailMessage
        from email.policy import SMTP
    with InstalledOnly():
        from email.utils import format_datetime

    letter = EmailMessage(policy=SMTP.clone(max_line_length=78))
    letter["From"] = "Searcher <searcher@localhost>"
    letter["To"] = "undisclosed-recipients:;"
    letter["Date"] = format_datetime(ringing.at)
    letter["Message-ID"] = f"<{_uuid('run', ringing.run, ringing.at.isoformat())}@searcher>"
    letter["Subject"] = _subject(ringing)
    letter["X-Searcher-Alert"] = ringing.alert
    letter["X-Searcher-Run"] = ringing.run
    text = as_text(ringing).decode("utf-8").replace(MARK, "")
    letter.set_content(text, cte="quoted-printable")
    return letter.as_bytes()


def _subject(ringing: Ringing) -> str:
    first, more = ringing.hits[0], len(ringing.hits) - 1
    title = _cut(_words(first.title) or "an article without a headline", _LONGEST_SUBJECT)
    return f"{ringing.alert}: {title}" + (f" and {more:,} more" if more else "")


# ---------------------------------------------------------------- feeds


def entries_of(ringing: Ringing) -> list[dict[str, str]]:
    """The articles as entries of a feed, which it keeps to make the next one from."""
    return [
        {
            "id": f"urn:uuid:{_uuid('article', ringing.alert, hit.id)}",
            "title": _cut(_xml(_words(hit.title)), _LONGEST_TITLE) or "(no headline)",
            "updated": f"{ringing.at:%Y-%m-%dT%H:%M:%SZ}",
            "published": _instant(hit.date),
            "author": _xml(", ".join(map(_words, hit.byline))),
            "link": hit.url if hit.url and _WEB.fullmatch(hit.url) else "",
            "content": _xml("\n".join(filter(None, (_facts(hit), hit.snippet.replace(MARK, ""))))),
        }
        for hit in ringing.hits
    ]


def as_atom(name: str, query: str, entries: Sequence[dict[str, str]]) -> bytes:
    """A feed of `entries`, the newest first, as `entries_of` makes them."""
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f"  <title>{escape(_xml(name))}</title>",
        f"  <subtitle>{escape(_xml(_words(query)))}</subtitle>",
        f"  <id>urn:uuid:{_uuid('feed', name)}</id>",
        f"  <updated>{max((e['updated'] for e in entries), default=_EPOCH)}</updated>",
        "  <author><name>Searcher</name></author>",
        "  <generator>Searcher</generator>",
    ]
    for entry in entries:
        lines += _entry(entry)
    return "\n".join([*lines, "</feed>", ""]).encode("utf-8")


_EPOCH = "1970-01-01T00:00:00Z"


def _entry(entry: dict[str, str]) -> Iterable[str]:
    yield "  <entry>"
    yield f"    <title>{escape(entry['title'])}</title>"
    yield f"    <id>{escape(entry['id'])}</id>"
    yield f"    <updated>{escape(entry['updated'])}</updated>"
    if entry["published"]:
        yield f"    <published>{escape(entry['published'])}</published>"
    if entry["author"]:
        yield f"    <author><name>{escape(entry['author'])}</name></author>"
    if entry["link"]:
        yield f'    <link rel="alternate" href={quoteattr(entry["link"])}/>'
    # Not a summary: an entry without a link must have content (RFC 4287, 4.1.2).
    yield f'    <content type="text">{escape(entry["content"])}</content>'
    yield "  </entry>"


def _instant(date: dt.date | None) -> str:
    """A date as Atom has them; nothing where only the day is known, which it cannot say."""
    if not isinstance(date, dt.datetime):
        return ""
    try:
        return f"{date.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}" if date.year >= 1000 else ""
    except OverflowError:
        return ""


# ---------------------------------------------------------------- text from anybody


def _facts(hit: Hit) -> str:
    date = hit.date.isoformat()[:10] if hit.date else None
    facts = (hit.source, date, ", ".join(hit.byline))
    return " · ".join(_words(fact) for fact in facts if fact)


def _words(text: str) -> str:
    """`text` on one line, with single spaces."""
    return " ".join(text.split())


def _line(text: str) -> str:
    """`text` on one line of visible characters."""
    return visible(_words(text))


def _xml(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _uuid(*parts: Any) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, "searcher:" + "\0".join(parts))
