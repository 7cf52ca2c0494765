"""Which page does a mail from ProQuest hold?

ProQuest sends documents as mails with one part of HTML, or of text.  The mail itself is no
article: its subject is the name of a search, its date that of the export.
"""

from __future__ import annotations

from email.message import Message

from searcher.errors import ReadError
from searcher.importing import InstalledOnly
from searcher.reading.encoding import decode

__all__ = ["page_of_mail"]

_MOST_PARTS = 100


def page_of_mail(data: bytes, name: str) -> tuple[str, str]:
    """The text of the first part with an export in it, and its encoding.

    Raises:
        ReadError: no part of the mail is one.
    """
    with InstalledOnly():
        from email import message_from_bytes

    message = message_from_bytes(data)
    parts: list[Message] = []
    stack: list[Message] = [message]
    while stack and len(parts) < _MOST_PARTS:
        part = stack.pop()
        inner = part.get_payload()
        if isinstance(inner, list):
            stack += [one for one in reversed(inner) if isinstance(one, Message)]
        elif part.get_content_type() in ("text/html", "text/plain"):
            parts.append(part)
    parts.sort(key=lambda part: part.get_content_type())  # HTML first
    for part in parts:
        payload = part.get_payload(decode=True)
        if not isinstance(payload, bytes) or not payload:
            continue
        charset = part.get_param("charset")
        text, encoding = decode(
            payload, name=name, charset=charset if isinstance(charset, str) else None
        )
        if "DocID_" in text or "proquest" in text.lower():
            return text, encoding
    raise ReadError(name, "a mail from ProQuest without any article", kind="proquest")
