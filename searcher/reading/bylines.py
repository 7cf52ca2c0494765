"""Who wrote it, given the line under the headline?

A byline is written for eyes: "By JANE ROE and John Doe, Associated Press Writers".
`byline_names` takes off the lead ("By", "Von", "Par"), cuts at the joints ("and",
"und", ";", "/"), drops roles, places, agencies, addresses and handles, and returns
the names in order, each once.

Settled: an agency or outlet stands in as author only when no person does ("By
Reuters" gives "Reuters").  Names in capitals, the custom of wires before 1990, are
set in title case ("PETER McFARREN" gives "Peter McFarren", "O'BRIEN" "O'Brien"); short ones
without a first name (AP, DPA) stay.  After a comma a single word is a place, not a
second author ("Jane Roe, Cairo"), unless the whole line is "Roe, Jane".

Not done: telling an unknown organisation from a person, initials ("jr."), names
written without separators.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice

from searcher.reading.prose import clean_line

__all__ = ["byline_names", "is_agency", "is_role", "tidy_case"]

_AGENCY_NAMES = """
    reuters|ap|afp|dpa|upi|apa|ansa|efe|ddp|epd|kna|sid|pa|pa media|tass|itar-tass|xinhua|kyodo
    ap news|bloomberg|bloomberg news|associated press|agence france-presse|agence france presse
    press association|united press international|thomson reuters|reuters staff
    deutsche presse-agentur|dow jones newswires|cnn|bbc|bbc news|guardian staff|agencies|staff
    staff and agencies|wire services|wire reports|news agencies|staff reports|redaktion
    die redaktion|la redacción|la rédaction|redacción|redazione|redação|editorial team
    editorial staff|news desk|newsroom|canadian press|australian associated press|aap|ntb|tt
    ritzau|anp|belga|lusa|ats|keystone-sda|sda|pti|ians|ani|from news services
    press trust of india|online|web desk
"""
_AGENCIES = frozenset(name.strip() for name in re.split(r"[|\n]", _AGENCY_NAMES)) - {""}
_LEAD = re.compile(
    r"^[\W_]*(?:(?:(?:words|story|text|report|article|analysis|opinion|commentary|review|written|"
    r"posted|"
    r"reported|published|interview|photos?|submitted|created|edited|compiled)(?:\s+and\s+\w+)?\s+)?"
    r"(?:by|von|vom|par|por|durch|door|av|af|di|da|de|od|autor(?:in|en)?|auteurs?|author(?:s|"
    r"\(s\))?|"
    r"autore|autori|redaktion|reporter|foto|text|texto|texte|testo|tekst|ein\s+\w+\s+von|"
    r"(?:ein|eine|aus)\s+\w+\s+von|view all posts by|more (?:by|from)|"
    r"(?:zeige )?alle beiträge von|veröffentlicht von|geschrieben von|publié par|écrit par|"
    r"publicado por)\b"
    r"\s*:?\s*)(?=\S)",
    re.I,
)
_JOINT = re.compile(
    r"\s*(?:[;|•·\n\t&+]|\s[-–—]\s|\s/\s|/(?=[A-ZÀ-Þ])|\b(?:and|und|with|mit|avec)\b"
    r"|(?<=\s)(?:et|y|e|och|og|en|i)(?=\s))\s*",
    re.I,
)
_JUNK = re.compile(
    r"\(?\S+@\S+\.\w+\)?|https?://\S+|www\.\S+|(?<!\w)@\w+|[<\[(][^<>()\[\]]*[>\])]|"
    r"\b(?:follow|folgen|twitter|e-?mail|powered|quelle|source|stand)\b.*|\b(?:updated|published|"
    r"posted|aktualisiert|veröffentlicht)\b.*|"
    r"\b\d{1,2}[:.]\d{2}.*|\b\d{4}\b.*",
    re.I,
)
_ROLE_WORD = (
    r"writers?|correspondents?|editors?|reporters?|journalists?|columnists?|contributors?|"
    r"critics?|analysts?|"
    r"bureau|chief|producers?|photographers?|fellow|professor|director|author|staff|freelance|"
    r"presenter|"
    r"redakteur(?:in)?|redaktor(?:in)?|korrespondent(?:in)?|journalist(?:in|e)?|reporterin|"
    r"autor(?:in)?|"
    r"redacteur|rédact(?:eur|rice)|correspondant[e]?|envoyée?|redactor[a]?|periodista|corresponsal|"
    r"giornalista|redattore|inviato|redator[a]?|repórter|jornalista|editorin|chefredakteur(?:in)?|"
    r"newswires?|service|news|team|press|redaktion|rédaction|redacción|redazione|nachrichtenagentur"
)
_ROLE = re.compile(
    rf"\b(?:{_ROLE_WORD}|(?:leiter|chef|ressort)\w*|\w+(?:korrespondent|redakteur|"
    rf"reporter)(?:in)?)\b",
    re.I,
)
_TAIL = re.compile(
    r"\s+(?:,\s*)?(?:of|for|from|at|für|pour|para|dell?a|vom?|aus|in|im|à|en)\s+(?:the|der|die|"
    r"das|dem|le|la|el)?\s*"
    r"[A-ZÀ-Þ].*$"
)
_AP_WRITER = re.compile(
    r"\s+(?:the\s+)?(?:associated press|ap|upi|reuters?|afp|bloomberg|staff|special|political|"
    r"white house|"
    r"business|science|sports|senior|chief|national|foreign|medical|education|religion|food|"
    r"travel|military|"
    r"diplomatic|economics?|entertainment|television|music|film|art|culture|health|technology|"
    r"city|state)"
    rf"(?:\s+\w+)*?\s+(?:{_ROLE_WORD})\b.*$",
    re.I,
)
_KIND = re.compile(
    r"\s*-\s*(?:analysis|analsyis|interview|exclusive|insight|poll|column|factbox|special "
    r"report)\s*$"
    r"|^\s*(?:analysis|interview|exclusive|insight|poll)\s*[-:]\s*",
    re.I,
)
_WRITER_FOR = re.compile(
    r"^(?:the\s+)?(associated press|ap|upi|reuters|afp|bloomberg)\b.*\b(?:writers?|"
    r"correspondents?|editors?|staff|reporters?)$",
    re.I,
)
_FULL_NAMES = {"ap": "Associated Press", "associated press": "Associated Press"}
_SUFFIX = re.compile(r"^(?:jr|sr|ii|iii|iv|md|m\.d|ph\.?d|esq)\.?$", re.I)
_RANK = re.compile(r"^(?:dr|prof|mr|mrs|ms|sir|dame|herr|frau|hon|rev)\.?\s+(?=\S)", re.I)
_PLACE_NAMES = """
    new york|los angeles|san francisco|hong kong|new delhi|washington dc|tel aviv|new jersey
    north carolina|south africa|saudi arabia|united states|united kingdom|kuala lumpur
    buenos aires|rio de janeiro|são paulo|mexico city|las vegas|san diego|santa fe
    salt lake city|st. louis|st louis|frankfurt am main|addis ababa|phnom penh|abu dhabi
    cape town|new orleans|den haag|the hague|palo alto
"""
_PLACES = frozenset(name.strip() for name in re.split(r"[|\n]", _PLACE_NAMES))
_PREFIX = re.compile(r"^(MC|MAC(?=[A-Z]{4})|O['’]|D['’]|FITZ)([A-Z])(.*)$")
_PARTICLES = frozenset(
    [
        "de", "la", "le", "van", "von", "der", "den", "del", "di", "da", "dos", "das", "du", "el",
        "al", "bin", "ibn", "ter", "ten", "zu", "zur", "y", "e",
    ]
)  # fmt: skip
_MAX_NAMES = 40
_MAX_LINES = 2_000


def byline_names(text: str | Iterable[str]) -> tuple[str, ...]:
    """Return the names in a byline, or in the parts of one, in order."""
    lines = [text] if isinstance(text, str) else text
    people: dict[str, str] = {}
    others: dict[str, str] = {}
    for line in islice(lines, _MAX_LINES):
        if len(line) > 600:
            continue
        if len(people) >= _MAX_NAMES:
            break
        for name, is_person in _names(line):
            (people if is_person else others).setdefault(name.casefold(), name)
    return tuple((people or others).values())[:_MAX_NAMES]


def is_agency(name: str) -> bool:
    """Say whether `name` is a known agency or a desk, not a person."""
    name = name.casefold().strip(" .")
    return name in _AGENCIES or name.removeprefix("the ") in _AGENCIES


def is_role(text: str) -> bool:
    """Say whether `text` tells what somebody does rather than who it is."""
    return _ROLE.search(text) is not None


@lru_cache(maxsize=8192)
def _names(line: str) -> list[tuple[str, bool]]:
    line = clean_line(line.replace("\n", " ; "))
    line = _KIND.sub("", line)
    line = _JUNK.sub(" ", line)
    if line.strip(" ,;:|-").casefold() in ("by", "von", "par", "por", "di"):
        return []
    previous = None
    while previous != line:
        previous, line = line, _LEAD.sub("", line.strip(' ,;:|-–—*_"“”'))
    found: list[tuple[str, bool]] = []
    for part in _JOINT.split(line):
        found += _of_part(_LEAD.sub("", part.strip(' ,;:|-–—*_"“”')))
    return found


def _of_part(part: str) -> list[tuple[str, bool]]:
    pieces = [
        piece.strip(' ,.:-–—"“”') if not piece.strip().endswith((" Jr.", " Sr.")) else piece.strip()
        for piece in part.split(",")
    ]
    pieces = [piece for piece in pieces if piece]
    if (
        len(pieces) == 2
        and all(" " not in piece for piece in pieces)
        and not (is_agency(pieces[1]) or is_agency(pieces[0]) or _SUFFIX.match(pieces[1]))
    ):
        pieces = [f"{pieces[1]} {pieces[0]}"]
    found: list[tuple[str, bool]] = []
    for piece in pieces:
        if found and _SUFFIX.match(piece):
            suffix = piece.rstrip(".")
            if suffix.lower() in ("jr", "sr", "ii", "iii", "iv"):
                dot = "." if suffix.lower() in ("jr", "sr") else ""
                found[-1] = (f"{found[-1][0]} {suffix}{dot}", True)
            continue
        if is_agency(piece):
            found.append((re.sub(r"^the\s+", "", piece, flags=re.I), False))
            continue
        writer = _WRITER_FOR.match(piece)
        if writer:
            found.append((_FULL_NAMES.get(writer[1].lower(), writer[1]), False))
            continue
        piece = _AP_WRITER.sub("", piece)
        bare = _TAIL.sub("", _RANK.sub("", piece)).strip()
        if not bare or len(bare) > 60 or not any(map(str.isalpha, bare)):
            continue
        if is_agency(bare):
            found.append((re.sub(r"^the\s+", "", bare, flags=re.I), False))
        elif is_role(bare) or len(bare.split()) > 6:
            if not found and re.match(r"the\s", bare, re.I):
                found.append((bare, False))  # "By the Editor"
        elif not (found and _is_place(bare, found[-1][0])):
            found.append((tidy_case(bare), True))
    return found


def _is_place(piece: str, before: str) -> bool:
    """Say whether what follows a name and a comma is a place or an outlet in capitals."""
    if " " not in piece or piece.casefold() in _PLACES:
        return True
    return piece.isupper() and not before.isupper() and " " in before


def tidy_case(name: str) -> str:
    """Return a name written in capitals in title case; any other as it is."""
    words = name.split()
    core = [re.sub(r"^(?:Mc|Mac|De|La|Le|Van|von|van|de|la)(?=[A-Z])", "", word) for word in words]
    core = [word for word in core if word.lower() not in _PARTICLES or word.isupper()]
    if len(words) < 2 or not core or any(not word.isupper() for word in core):
        return name
    if not any(len(re.sub(r"\W", "", word)) > 2 for word in core):
        return name
    return " ".join(_title(word, first=n == 0) for n, word in enumerate(words))


def _title(word: str, *, first: bool) -> str:
    if not word.isupper():
        inner = re.match(r"^(Mc|Mac|De|La|Le|Van)([A-Z]+)$", word)
        return inner[1] + inner[2].capitalize() if inner else word
    if "." in word or word in ("II", "III", "IV", "JD", "JJ", "AJ", "CJ", "TJ", "DJ", "PJ", "RJ"):
        return word if word not in ("JR.", "SR.") else word.capitalize()
    if "-" in word:
        return "-".join(_title(part, first=True) for part in word.split("-"))
    if word.lower() in _PARTICLES and not first:
        return word.lower()
    prefix = _PREFIX.match(word)
    if prefix:
        return prefix[1].capitalize() + prefix[2] + prefix[3].lower()
    return word.capitalize()
