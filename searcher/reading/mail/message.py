"""Which article is a message?

The text is the best that the message offers: of alternatives the HTML if it says as much as
the plain text, all pieces of text of a mixture, one after the other.  Attachments are no part
of it, nor are messages that were forwarded whole.

A message may instead carry what a database exported: a list of articles as its HTML, or as a
file that goes along.  What shows itself as such is read as what it is.

The identity is the Message-ID without its brackets, which are none of it (RFC 5322, 3.6.4).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading.formats import FORMATS
from searcher.reading.head import Head
from searcher.reading.mail.form import with_answers
from searcher.reading.mail.headers import Fields, instant_of
from searcher.reading.mail.letter import Letter, letter_of
from searcher.reading.mail.parts import Part, parts_of
from searcher.reading.mail.plain import plain_paragraphs
from searcher.reading.mail.sender import sender_of
from searcher.reading.nesting import Nested
from searcher.reading.prose import first_sentence, shorten
from searcher.reading.source import HEAD_SIZE, Options, Source

__all__ = ["article_of_message", "articles_of_message"]

_MAX_TITLE = 400
_HEAD_END = re.compile(rb"\n\r{0,2}\n")
_PREFIX = re.compile(r"^\s*((?:re|aw|fwd?|wg|sv|tr)\s*:\s*)*\[([^\[\]]{2,60})\]\s*(?=\S)", re.I)
_URL = re.compile(r"<?\s*(https?://[^\s<>,\"]{3,4000})")
_LINK = re.compile(r"https?://\S+")
_EXPORTS = "exports."  # modules of the formats of databases
_LEAST_EXPORT = 200
_ENCRYPTED = frozenset(
    ["multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"]
)


def articles_of_message(
    data: bytes, source: Source, options: Options, *, nested: Nested | None = None
) -> Iterator[Article]:
    """Yield the article of a message, or the articles of the export that it carries.

    Raises:
        ReadError: there is neither.
    """
    head_end = _HEAD_END.search(data, 0, 1 << 20)
    fields = Fields(data[: head_end.start() if head_end else 1 << 20])
    parts = list(parts_of(data, source.name))
    nested = nested or Nested(source, options)
    has_export = False
    for part in parts:
        export = _export_in(part)
        if export is not None:
            has_export = True
            yield from nested.read(export, part.name or _default_name(part))
    if not has_export:
        yield with_answers(article_of_message(fields, parts, source.name), options)


def article_of_message(fields: Fields, parts: list[Part], name: str) -> Article:
    """Return the article that a message is.

    Raises:
        ReadError: there is no text in it.
    """
    texts = [part for part in parts if _is_text(part)]
    if texts:
        fields.assume(texts[0].parameters.get("charset"))
    body, letter = _body(texts, name, fields.get("subject"))
    if not body:
        raise ReadError(name, _why_empty(parts), hint="save what goes along with it")
    sender = sender_of(fields)
    subject = fields.get("subject")
    title = _title(subject, fields) or letter.title or first_sentence(body[0], 200)
    date_text = fields.get("date")
    date = instant_of(date_text) if date_text else _received(fields)
    url = next(iter(_URL.findall(fields.raw("archived-at"))), None) or letter.url
    return Article(
        title=shorten(title, _MAX_TITLE),
        body="\n\n".join(body),
        byline=sender.byline,
        date=date,
        source=sender.source,
        language=fields.get("content-language").split(",")[0].strip() or letter.language,
        url=url,
        path=name,
        id=fields.raw("message-id").strip().strip("<>").strip()[:1000],
        date_text=date_text or None,
        metadata=_metadata(fields, sender.address),
    )


def _body(texts: list[Part], name: str, subject: str) -> tuple[list[str], Letter]:
    """The paragraphs of a message, and the HTML that they came from."""
    best = Letter([])
    lines: list[str] = []
    at = 0
    while at < len(texts):
        group = [texts[at]]
        # Alternatives stand one after the other in one group.
        while at + len(group) < len(texts) and _are_alternatives(group[0], texts[at + len(group)]):
            group.append(texts[at + len(group)])
        at += len(group)
        plain: list[str] = []
        letter = Letter([])
        for part in group:
            if part.media_type == "text/html":
                letter = letter if letter.paragraphs else letter_of(part.text(name), name, subject)
            elif not plain:
                plain = plain_paragraphs(
                    part.text(name),
                    is_flowed=part.parameters.get("format", "").lower() == "flowed",
                    joins=part.parameters.get("delsp", "").lower() == "yes",
                )
        said = sum(sum(map(str.isalnum, _LINK.sub("", line))) for line in plain)
        if letter.paragraphs and letter.letters >= 0.8 * said:
            lines += letter.paragraphs
        else:
            lines += plain
        best = best if best.paragraphs else letter
    return lines, best


def _is_text(part: Part) -> bool:
    is_text = part.media_type in ("text/html", "text/plain", "text/enriched")
    return (
        is_text
        and not part.is_attachment
        and not any(kind.startswith("message/") for kind in part.path)
    )


def _are_alternatives(one: Part, other: Part) -> bool:
    for depth, (left, right) in enumerate(zip(one.groups, other.groups, strict=False)):
        if left != right:
            return False
        if one.path[depth] == "multipart/alternative":
            return True
    return False


def _export_in(part: Part) -> bytes | None:
    """The content of a part if a database made it."""
    is_named = bool(part.name) or part.is_attachment
    if not is_named and part.media_type not in ("text/html", "text/plain"):
        return None
    if part.media_type.startswith(("image/", "audio/", "video/", "multipart/", "message/")):
        return None
    data = part.content()
    if len(data) < _LEAST_EXPORT:
        return None
    head = Head(data[:HEAD_SIZE], part.name or _default_name(part))
    exports = (row for row in FORMATS if row.module.startswith(_EXPORTS))
    return data if any(row.sniff is not None and row.sniff(head) for row in exports) else None


def _default_name(part: Part) -> str:
    return "message.html" if part.media_type == "text/html" else "message.txt"


def _title(subject: str, fields: Fields) -> str:
    """The subject without the name of the list that a server put before it."""
    found = _PREFIX.match(subject)
    if found is None or not (
        "list-id" in fields or "list-post" in fields or "x-mailing-list" in fields
    ):
        return subject
    replies = found[1] or ""
    return replies + subject[found.end() :]


def _received(fields: Fields) -> dt.datetime | dt.date | None:
    """When the last server on the way had it."""
    for value in fields.all("received")[:1]:
        return instant_of(value.rpartition(";")[2])
    return None


def _metadata(fields: Fields, address: str | None) -> dict[str, str]:
    found = {
        "email": address or "",
        "list": fields.get("list-id"),
        "list_archive": next(iter(_URL.findall(fields.raw("list-archive"))), ""),
        "keywords": fields.get("keywords"),
        "in_reply_to": fields.raw("in-reply-to").strip().strip("<>"),
    }
    return {name: value[:1000] for name, value in found.items() if value}


def _why_empty(parts: list[Part]) -> str:
    if any(kind in _ENCRYPTED for part in parts for kind in (*part.path, part.media_type)):
        return "a mail that is encrypted"
    kinds = sorted({part.media_type for part in parts})[:5]
    return f"a mail without text of its own (it has {', '.join(kinds)})"
