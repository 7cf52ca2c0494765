"""Who wrote it, given the line under the headline?

A byline is written for eyes: "By JANE ROE and John Doe, Associated Press Writers".
`byline_names` takes off the lead ("By", "Von", "Автор:"), cuts at the joints ("and",
"und", ";", "/"), drops roles, places, agencies, dates, addresses and handles, and returns
the names in order, each once.  The words are in `byline_words.py`; lines in Chinese, Japanese
and Korean go to `east_asian_names.py`.

Settled: an agency or outlet stands in as author only when no person does ("By
Reuters" gives "Reuters").  Names in capitals, the custom of wires before 1990, are
set in title case ("PETER McFARREN" gives "Peter McFarren", "O'BRIEN" "O'Brien"); short ones
without a first name (AP, DPA) stay.  After a comma a single word is a place, not a
second author ("Jane Roe, Cairo"), unless the whole line is "Roe, Jane", or "Roe, Jane; Doe,
John".  Initials of desks (`hh/ph/ts`) and addresses of outlets (`faktisk.no`) are no persons.

Not done: telling an unknown organisation from a person, initials ("jr."), names
written without separators.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice

from searcher.reading.byline_words import (
    AGENCIES,
    CAPITAL,
    FOREIGN_ROLES,
    JOINTS,
    LEADS,
    OUTLET_WORDS,
    PLACES,
    ROLE_LEADS,
    ROLES,
    SMALL_JOINTS,
)
from searcher.reading.dates import date_in
from searcher.reading.east_asian_names import east_asian_names, is_east_asian
from searcher.reading.prose import clean_line

__all__ = ["PARTICLES", "byline_names", "is_agency", "is_outlet", "is_role", "tidy_case"]

_LEAD = re.compile(
    r"^[\W_]*(?:(?:(?:words|story|text|report|article|analysis|opinion|commentary|review|written|"
    r"posted|"
    r"reported|published|interview|photos?|submitted|created|edited|compiled)(?:\s+and\s+\w+)?\s+)?"
    rf"(?:{LEADS})(?!\w)\s*:?\s*)(?=\S)",
    re.I,
)
_ROLE_LEAD = re.compile(rf"^(?i:{ROLE_LEADS})(?!\w)\s*:?\s*(?=[{CAPITAL}])")
_JOINT = re.compile(
    rf"\s*(?:[;|•·\n\t&+]|\s[-–—]\s|\s/\s|/(?=[^\W\d_])|\b(?:{JOINTS})\b"
    rf"|(?<=\s)(?:{SMALL_JOINTS})(?=\s))\s*",
    re.I,
)
# Initials of desks: "hh/ph/ts/hd", "YKN-CER".
_SIGN_OFFS = re.compile(r"[^\W\d_]{1,4}(?:\s?/\s?[^\W\d_]{1,4})+|[^\W\d_]{2,4}(?:-[^\W\d_]{2,4})+")
_SIGN_OFF = re.compile(r"[a-zà-ÿ]{2}|[b-df-hj-np-tv-xz]{3}")
_DOMAIN = re.compile(r"(?:www\.)?[\w-]+(?:\.[\w-]+)*\.(?:com|net|org|info|news|[a-z]{2})", re.I)
_JUNK = re.compile(
    r"\(?\S+@\S+\.\w+\)?|https?://\S+|www\.\S+|(?<!\w)@\w+|[<\[(][^<>()\[\]]*[>\])]|"
    r"\b(?:follow|folgen|twitter|e-?mail|powered|quelle|source|stand)\b.*|\b(?:updated|published|"
    r"posted|aktualisiert|veröffentlicht)\b.*|"
    r"\b\d{1,2}[:.]\d{2}.*|\b\d{4}\b.*|"
    # After the writer: who edited it, took the pictures, and where it was on the air.
    r"(?<=\w\s)(?:(?:edited|editing|edit|photos?|photograph\w*|illustrat\w+)\s+by\b|"
    r"(?:foto|photo|bild|grafik|sendung|video|kamera)s?\s*:).*",
    re.I,
)
_ROLE = re.compile(
    rf"\b(?:{ROLES}|(?:leiter|chef|ressort)\w*|\w+(?:korrespondent|redakteur|"
    rf"reporter)(?:in)?)\b",
    re.I,
)
_FOREIGN_ROLE = re.compile(rf"(?<!\w)(?:{FOREIGN_ROLES})(?!\w)", re.I)
_TAIL = re.compile(
    r"\s+(?:,\s*)?(?:of|for|from|at|für|pour|para|dell?a|vom?|aus|in|im|à|en|из|із|в|во|у|на|від|для|"
    r"z|ze|ve|od|från|fra|iz|din|dari|tại|από|στην|στο|من|في|से)\s+(?:the|der|die|"
    r"das|dem|le|la|el)?\s*"
    rf"[{CAPITAL}].*$"
)
_AP_WRITER = re.compile(
    r"\s+(?:the\s+)?(?:associated press|ap|upi|reuters?|afp|bloomberg|staff|special|political|"
    r"white house|"
    r"business|science|sports|senior|chief|national|foreign|medical|education|religion|food|"
    r"travel|military|"
    r"diplomatic|economics?|entertainment|television|music|film|art|culture|health|technology|"
    r"city|state)"
    rf"(?:\s+\w+)*?\s+(?:{ROLES})\b.*$",
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
_BODY_OF = re.compile(
    r"(?:organi[sz]ation|association|society|institute|cent(?:er|re)|council|committee|ministry|"
    r"department|office|university|bureau|foundation|federation|league|academy) (?:of|for) \w",
    re.I,
)
_OUTLET = re.compile(rf"\w\W+(?:{OUTLET_WORDS})\Z", re.I)
_SUFFIX = re.compile(r"^(?:jr|sr|ii|iii|iv|md|m\.d|ph\.?d|esq)\.?$", re.I)
_INITIALS = re.compile(r"(?:[A-ZÀ-Þ]\.?[\s-]{0,2}){1,4}")
_RANK = re.compile(r"^(?:dr|prof|mr|mrs|ms|sir|dame|herr|frau|hon|rev)\.?\s+(?=\S)", re.I)
_PREFIX = re.compile(r"^(MC|MAC(?=[A-Z]{4})|O['’]|D['’]|FITZ)([A-Z])(.*)$")
PARTICLES = frozenset(
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
    return name in AGENCIES or name.removeprefix("the ") in AGENCIES


def is_outlet(name: str) -> bool:
    """Say whether `name` ends as papers and stations are called: "Estmouth Review"."""
    return _OUTLET.search(name.strip()) is not None


def is_role(text: str) -> bool:
    """Say whether `text` tells what somebody does rather than who it is."""
    return _ROLE.search(text) is not None or _FOREIGN_ROLE.search(text) is not None


@lru_cache(maxsize=8192)
def _names(line: str) -> list[tuple[str, bool]]:
    line = clean_line(line.replace("\n", " ; "))
    if is_east_asian(line):
        return east_asian_names(line)
    line = _without_date(_KIND.sub("", line))
    line = _JUNK.sub(" ", line).strip()
    if line.strip(" ,;:|-").casefold() in ("by", "von", "par", "por", "di"):
        return []
    if _SIGN_OFFS.fullmatch(line) and (line.islower() or line.isupper()):
        return [(name, False) for name in re.split(r"\s?[/-]\s?", line) if is_agency(name)]
    found: list[tuple[str, bool]] = []
    parts = [part for part in _JOINT.split(_without_lead(line)) if part]
    turned = _are_turned(parts)
    for part in parts:
        found += _of_part(_without_lead(part), turned=turned)
    names = [name for name in found if name[0].casefold() not in PLACES]
    return names or found


def _without_date(line: str) -> str:
    found = date_in(line)
    return line if found is None else f"{line[: found.start]} ; {line[found.end :]}"


def _without_lead(line: str) -> str:
    previous = None
    while previous != line:
        previous, line = line, _LEAD.sub("", line.strip(' ,;:|-–—*_"“”«»„'))
        line = _ROLE_LEAD.sub("", line)
    return re.sub(r"\s+द्वारा$", "", line)


def _are_turned(parts: list[str]) -> bool:
    """Say whether all parts are "Last, First", and one of them evidently."""
    pairs = [[piece.strip() for piece in part.split(",")] for part in parts]
    if not pairs or any(len(pair) != 2 or not all(pair) for pair in pairs):
        return False
    if any(is_agency(piece) or is_role(piece) for pair in pairs for piece in pair):
        return False
    if any(piece.casefold() in PLACES for pair in pairs for piece in pair):
        return False
    return any(" " not in last for last, _ in pairs) and all(len(f.split()) < 4 for _, f in pairs)


def _of_part(part: str, *, turned: bool = False) -> list[tuple[str, bool]]:
    pieces = [
        piece.strip(' ,.:-–—"“”') if not piece.strip().endswith((" Jr.", " Sr.")) else piece.strip()
        for piece in part.split(",")
    ]
    pieces = [piece for piece in pieces if piece]
    if len(pieces) == 2 and (turned or _is_turned(*pieces)):
        pieces = [f"{pieces[1]} {pieces[0]}"]
    elif (
        len(pieces) == 2
        and " " not in pieces[0]
        and _INITIALS.fullmatch(pieces[1])
        and not (is_agency(pieces[0]) or is_agency(pieces[1]))
    ):
        pieces = [f"{pieces[1]} {pieces[0]}"]  # "Roe, J. M", as libraries write it
    found: list[tuple[str, bool]] = []
    before = ""  # the last name as it is written
    for piece in pieces:
        if found and _SUFFIX.match(piece):
            suffix = piece.rstrip(".")
            if suffix.lower() in ("jr", "sr", "ii", "iii", "iv"):
                dot = "." if suffix.lower() in ("jr", "sr") else ""
                found[-1] = (f"{found[-1][0]} {suffix}{dot}", True)
            continue
        if _SIGN_OFF.fullmatch(piece):
            continue
        if _BODY_OF.match(piece) and len(piece) < 60:
            found.append((piece, False))  # "Organization for Migration" is nobody for a paper
            continue
        if is_agency(piece) or _DOMAIN.fullmatch(piece):
            found.append((re.sub(r"^the\s+", "", piece, flags=re.I), False))
            continue
        writer = _WRITER_FOR.match(piece)
        if writer:
            found.append((_FULL_NAMES.get(writer[1].lower(), writer[1]), False))
            continue
        piece = _AP_WRITER.sub("", piece)
        bare = _without_role(_TAIL.sub("", _RANK.sub("", piece))).strip()
        if not bare or len(bare) > 60 or not any(map(str.isalpha, bare)):
            continue
        if is_agency(bare):
            found.append((re.sub(r"^the\s+", "", bare, flags=re.I), False))
        elif is_role(bare) or len(bare.split()) > 6:
            if not found and re.match(r"the\s", bare, re.I):
                found.append((bare, False))  # "By the Editor"
        elif is_outlet(bare):
            found.append((bare, False))
        elif not (found and _is_place(bare, before)):
            found.append((tidy_case(bare), True))
            before = bare
    return found


def _is_turned(first: str, second: str) -> bool:
    """Say whether two words alone are "Last, First"."""
    if " " in first or " " in second or _SUFFIX.match(second):
        return False
    return not is_agency(first) and not is_agency(second)


def _without_role(piece: str) -> str:
    """A name without what follows it, or stands before it, in small letters."""
    role = _FOREIGN_ROLE.search(piece)
    if role is None or not role[0][:1].islower():
        return piece
    before = piece[: role.start()].strip(" ,-–—")
    return before if len(before.split()) > 1 else piece


def _is_place(piece: str, before: str) -> bool:
    """Say whether what follows a name and a comma is a place or an outlet in capitals."""
    if " " not in piece or piece.casefold() in PLACES:
        return True
    return piece.isupper() and not before.isupper() and " " in before


def tidy_case(name: str) -> str:
    """Return a name written in capitals in title case; any other as it is."""
    words = name.split()
    core = [re.sub(r"^(?:Mc|Mac|De|La|Le|Van|von|van|de|la)(?=[A-Z])", "", word) for word in words]
    core = [word for word in core if word.lower() not in PARTICLES or word.isupper()]
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
    if word.lower() in PARTICLES and not first:
        return word.lower()
    prefix = _PREFIX.match(word)
    if prefix:
        return prefix[1].capitalize() + prefix[2] + prefix[3].lower()
    return word.capitalize()
