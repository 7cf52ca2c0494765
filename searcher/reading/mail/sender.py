"""Who wrote a mail, and for whom?

`From` has a name for display, and newsletters put there a person ("Jane Roe"), an outlet
("The Morning Post"), or both ("Jane Roe from The Morning Post").  Only a person is an author.

A name is a person's if it is two to four words that begin with capitals, none of which an
organisation has in its name (News, Team, Daily ...), and if it is not the name of the domain
(`crew@morningbrew.com`) - unless the mailbox is called after it (`jane@janeroe.example`).
What is no person is the outlet.  Without a name to display nobody is named.

Not done: telling a person from an outlet that is called like one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from searcher.reading.bylines import byline_names, is_agency, is_role
from searcher.reading.mail.headers import Fields

__all__ = ["Sender", "sender_of"]

_ADDRESS = re.compile(r"<([^<>]{1,320})>|([^\s<>\"(),;]{1,64}@[^\s<>\"(),;]{1,255})")
_COMMENT = re.compile(r"\(([^()]{1,200})\)")
# "Jane Roe from The Post", "Jane Roe at The Post", "Jane Roe | The Post", "Jane Roe, The Post".
_BOTH = re.compile(
    r"(.{3,60}?)(?:\s+(?:from|at|of|von|bei|de|via)\s+|\s*[|@/·•,]\s*|\s+[-–—]\s+)(.{2,80})", re.I
)
_ORGANISATION_WORDS = """
    the a an and of team news newsletter newsletters daily weekly monthly today times post tribune
    journal gazette herald chronicle observer guardian press media group inc ltd llc gmbh ag co corp
    company foundation institute university college school society association agency office
    ministry department council committee commission bureau service services support info digest
    update updates alert alerts briefing brief bulletin letter report reports review magazine
    radio tv network online blog podcast club community project lab labs center centre store shop
    editor editors editorial staff desk admin mail mailer mailing list notification notifications
    noreply no-reply newsroom research insights studio digital technologies software systems
    redaktion zeitung nachrichten verlag die der das verein stiftung le la les el los il gli
    journal nouvelles rédaction noticias periódico diario notizie giornale via bank
"""
_ORGANISATIONS = frozenset(_ORGANISATION_WORDS.split())
_WORD = re.compile(r"[^\W\d_][\w'’.-]*")
_PARTICLE_WORDS = "de da di del della der den van von zu bin al el la le du dos das y e"
_PARTICLES = frozenset(_PARTICLE_WORDS.split())


@dataclass(frozen=True, slots=True)
class Sender:
    """The author and the outlet of a mail; each may be missing."""

    byline: tuple[str, ...] = ()
    source: str | None = None
    address: str | None = None


def sender_of(fields: Fields) -> Sender:
    """Return who is behind the `From` of a message."""
    text = fields.get("from")[:1000]
    name, address = _parted(text)
    list_name = _list_name(fields)
    if not name:
        return Sender((), list_name, address)
    if _is_person(name, address):
        return Sender(byline_names(name) or (name,), list_name, address)
    found = _BOTH.fullmatch(name)
    if found is not None and _is_person(found[1], None):
        return Sender(byline_names(found[1]) or (found[1],), found[2].strip(), address)
    return Sender((), name, address)


def _parted(text: str) -> tuple[str, str | None]:
    """The name and the address in the first mailbox of a `From`."""
    found = _ADDRESS.search(text)
    address = (found[1] or found[2]).strip() if found else None
    before = text[: found.start()] if found else text
    if not before.strip(" \"'"):
        comment = _COMMENT.search(text)  # jane@roe.example (Jane Roe)
        before = comment[1] if comment else ""
    name = re.sub(r"\\(.)", r"\1", before).strip().strip("\"'<>,;").strip()
    if "@" in name and " " not in name:
        name = ""
    turned = re.fullmatch(r"([^\W\d_][\w'’-]{1,40}), ([^\W\d_][\w'’.-]{1,40}(?: [A-Z]\.?)?)", name)
    return (f"{turned[2]} {turned[1]}" if turned else name), address


def _is_person(name: str, address: str | None) -> bool:
    words = name.split()
    if not 2 <= len(words) <= 4 or len(name) > 60 or re.search(r"[@#|!?:;/\\\d&]", name):
        return False
    if is_agency(name) or is_role(name):
        return False
    for word in words:
        if word.casefold().strip(".,") in _ORGANISATIONS - _PARTICLES:
            return False
        if _WORD.fullmatch(word) is None:
            return False
        is_cased = word[0].isupper() or not word[0].islower()  # of scripts without cases too
        if not is_cased and word.casefold() not in _PARTICLES:
            return False
    if words[0].casefold() in ("the", "la", "le", "el", "die", "der", "das"):
        return False
    mailbox, _, domain = (address or "").casefold().partition("@")
    joined = "".join(filter(str.isalnum, name.casefold()))
    is_called_so = words[0].casefold() in mailbox or words[-1].casefold() in mailbox
    return is_called_so or joined not in "".join(filter(str.isalnum, domain))


def _list_name(fields: Fields) -> str | None:
    """The phrase before the identifier of a mailing list, if people can read it."""
    name = fields.get("list-id").partition("<")[0].strip().strip('"').strip()
    is_name = bool(name) and len(name) < 100 and re.search(r"[^\W\d_]{3}", name) is not None
    has_code = re.fullmatch(r"[0-9a-f_-]{12,}|\S*\d{5}\S*", name) is not None
    return name if is_name and not has_code and "@" not in name else None
