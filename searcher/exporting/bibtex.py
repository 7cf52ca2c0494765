"""How are articles written for BibTeX and BibLaTeX?

An `@article` each, in UTF-8, with the paper as `journal` and the section as `chapter`, where
Zotero has them, and the day as `date`, which BibLaTeX reads, beside `year` and `month`, which
BibTeX does.  The headline stands between braces of its own, or styles would take its capitals.
The key is the family name of the first author and the year, for people, `_`, and the id.

What TeX would obey is written as what it stands for: `\\%`, `\\&`, `\\textbackslash{}`.  Braces
are `\\textbraceleft{}`, since BibTeX counts `\\{` as one that opens.  In addresses, which are set
by other rules, such characters are percent-encoded.  A name that is no person's stands between
braces, with `{and}` for the word that parts names.

Sources: Patashnik, "BibTeXing" (1988); the BibLaTeX manual; Zotero's table for newspaper articles.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from searcher.exporting.citation import (
    cited_title,
    name_parts,
    on_one_line,
    other_text,
    own_day,
    values_by_name,
)
from searcher.exporting.columns import Column, Exported
from searcher.exporting.destination import BinaryOutput
from searcher.exporting.formats import Options

__all__ = ["citation_key", "escaped", "write"]

_NAMES = {"source": "journal", "section": "chapter", "body": "abstract"}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ESCAPES = str.maketrans(
    {
        "\\": "\\textbackslash{}",
        "{": "\\textbraceleft{}",
        "}": "\\textbraceright{}",
        "~": "\\textasciitilde{}",
        "^": "\\textasciicircum{}",
        **{sign: f"\\{sign}" for sign in "%&$#_"},
    }
)
# What an address may not hold, or TeX would not read as it stands.
_NOT_IN_ADDRESS = re.compile(r"[^\x21-\x7e]|[\\{}^\"<>`|]")
_NOT_IN_KEY = re.compile(r"[^A-Za-z0-9.\-]")
_NO_LETTERS = re.compile(r"[^A-Za-z]")
_BLANK_LINES = re.compile(r"\s*\n\s*\n\s*")


def write(
    articles: Iterable[Exported],
    columns: Sequence[Column],
    output: BinaryOutput,
    options: Options,
) -> None:
    """Write an entry for each article."""
    for found in articles:
        lines = [f"@article{{{citation_key(found)},"]
        for name, (column, value) in values_by_name(columns, found).items():
            if name == "id":  # it is in the key
                continue
            if name == "title":
                text = f"{{{{{escaped(cited_title(found.article))}}}}}"
            elif name == "byline":
                text = f"{{{' and '.join(filter(None, map(_author, value)))}}}"
                name = "author"
            elif name == "url":
                text = f"{{{_address(value)}}}"
            elif name == "date":
                day = own_day(value)
                lines.append(f"  year = {{{day.year:04}}},")
                lines.append(f"  month = {_MONTHS[day.month - 1]},")
                text = f"{{{day.isoformat()}}}"
            elif name == "body":
                paragraphs = map(escaped, _BLANK_LINES.split(value))
                text = f"{{{f'{chr(10)}{chr(10)}'.join(paragraphs)}}}"
            elif column.kind == "text":
                text = f"{{{escaped(value)}}}"
            else:
                text = f"{{{escaped(other_text(column, value))}}}"
            lines.append(f"  {_NAMES.get(name, name)} = {text},")
        if len(lines) == 1:  # there are parsers that pass over an entry without a field
            lines.append("  title = {{}},")
        output.text("\n".join([*lines, "}", "", ""]))


def citation_key(found: Exported) -> str:
    """The key of an article: what stands after its first `_` is its id, in which `:2F` stands
    for a byte that keys cannot have."""
    article = found.article
    first = name_parts(article.byline[0]).family if article.byline else ""
    letters = _NO_LETTERS.sub("", unicodedata.normalize("NFKD", first)).lower()
    year = f"{article.date.year:04}" if article.date else ""
    return f"{letters[:30] or 'article'}{year}_{_NOT_IN_KEY.sub(_hexadecimal, article.id)}"


def _hexadecimal(match: re.Match[str]) -> str:
    return "".join(f":{byte:02X}" for byte in match[0].encode())


def escaped(text: str) -> str:
    """`text` on one line, with nothing that TeX obeys."""
    return on_one_line(text).translate(_ESCAPES)


def _author(name: str) -> str:
    parts = name_parts(on_one_line(name))
    if not parts.whole:
        return ""
    if not parts.given:
        whole = " ".join("{and}" if w.lower() == "and" else escaped(w) for w in name.split())
        return f"{{{whole}}}"
    return ", ".join(escaped(part) for part in (parts.family, parts.suffix, parts.given) if part)


def _address(url: str) -> str:
    return _NOT_IN_ADDRESS.sub(lambda match: quote(match[0], safe=""), on_one_line(url))
