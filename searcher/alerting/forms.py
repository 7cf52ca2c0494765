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
from searcher.searching.results import CopyOf, Hit
from searcher.searching.snippets import MARK
from searcher.typography import visible

__all__ = [
    "LATE_COPIES",
    "MOST_ENTRIES",
    "as_atom",
    "as_json",
    "as_letter",
    "as_text",
    "counted_news",
    "entries_of",
    "named",
]

MOST_ENTRIES = 500
"""So many articles stand in a feed; older ones leave it."""
LATE_COPIES = "Copies of texts that were there before:"
_LONGEST_TITLE = 300
_LONGEST_SUBJECT = 150
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WEB = re.compile(r"https?://[^\s<>\"{}|\\^`\x00-\x1f]+", re.IGNORECASE)


def as_text(ringing: Ringing) -> bytes:
    """For people: each article with its headline, facts, snippet and place."""
    lines = [
        f"{ringing.alert}: {counted_news(ringing)} for "
        f"{_line(ringing.query)} ({ringing.at:%Y-%m-%d %H:%M} UTC, {ringing.run})",
        "",
    ]
    for number, hit in enumerate(ringing.hits, 1):
        lines.append(f"{number}. {_line(hit.title) or '(no headline)'}")
        for line in (_facts(hit), _line(hit.snippet), _line(hit.url or hit.path or ""), hit.id):
            if line:
                lines.append(f"   {_line(line)}")
        if hit.copies is not None:
            lines += [f"   also: {_line(named(copy))}" for copy in hit.copies.articles]
        lines.append("")
    if ringing.late_copies:
        lines += [LATE_COPIES, *(f"   {_line(named(copy))}" for copy in ringing.late_copies), ""]
    return "\n".join([*lines, ""]).encode("utf-8", "backslashreplace")


def counted_news(ringing: Ringing) -> str:
    """What is told, counted: `2 new texts, 5 articles`."""
    texts, articles = len(ringing.hits), ringing.articles
    of_articles = "1 new article" if articles == 1 else f"{articles:,} new articles"
    if texts == articles:
        return of_articles
    if not texts:
        return "1 late copy" if articles == 1 else f"{articles:,} late copies"
    return f"{texts:,} new {'text' if texts == 1 else 'texts'}, {articles:,} articles"


def named(copy: CopyOf) -> str:
    """An article with a text that is shown elsewhere, on one line."""
    date = copy.date.isoformat()[:10] if copy.date else None
    said = (copy.title or "(no headline)", copy.source, date, copy.url or copy.path, copy.id)
    return " · ".join(_words(one) for one in said if one)


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
    if not ringing.hits:
        return f"{ringing.alert}: {counted_news(ringing)}"
    first, more = ringing.hits[0], len(ringing.hits) - 1
    title = _cut(_words(first.title) or "an article without a headline", _LONGEST_SUBJECT)
    return f"{ringing.alert}: {title}" + (f" and {more:,} more" if more else "")


# ---------------------------------------------------------------- feeds


def entries_of(ringing: Ringing) -> list[dict[str, str]]:
    """The texts as entries of a feed, which it keeps to make the next one from; late copies have
    entries of their own, which say so.  Each names its run."""
    hits = []
    for hit in ringing.hits:
        also = [] if hit.copies is None else [f"also: {named(c)}" for c in hit.copies.articles]
        content = (_facts(hit), hit.snippet.replace(MARK, ""), *also)
        hits.append(_entry_of(ringing, hit, ", ".join(map(_words, hit.byline)), content))
    return hits + [
        _entry_of(ringing, copy, "", ("A copy of a text that was there before.", named(copy)))
        for copy in ringing.late_copies
    ]


def _entry_of(
    ringing: Ringing, article: Hit | CopyOf, author: str, content: Iterable[str]
) -> dict[str, str]:
    url = article.url
    return {
        "id": f"urn:uuid:{_uuid('article', ringing.alert, article.id)}",
        "run": ringing.run,
        "title": _cut(_xml(_words(article.title)), _LONGEST_TITLE) or "(no headline)",
        "updated": f"{ringing.at:%Y-%m-%dT%H:%M:%SZ}",
        "published": _instant(article.date),
        "author": _xml(author),
        "link": url if url and _WEB.fullmatch(url) else "",
        "content": _xml("\n".join(filter(None, content))),
    }


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
