"""Which article does a Markdown file hold?

Front matter in YAML (between `---`, as Jekyll, Hugo and Pandoc have it), TOML (between
`+++`) or JSON (Hugo) gives the fields by the table of field_keys.py; the text below is
CommonMark, read by markdown-it-py and set as plain paragraphs: headings and link texts
stay, images, HTML tags and template calls (`{{< ... >}}`, `{% ... %}`) go.  A post of
Jekyll may have its date in the name of its file alone.

Without front matter the first level-one heading is the headline, and a byline or a
date right under it is read as such.

YAML is read with every scalar as text, so that `title: No` and `title: 1984` stay what
they are, no object is ever built, and merge keys (the usual bomb) have no meaning; what
aliases multiply is bounded where values are read (field_keys.py).  Front matter holds at most
64 KiB, a file at most `MAX_SIGNS` lines and signs of markup.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from searcher.article import Article
from searcher.errors import ArticleError, ReadError
from searcher.importing import InstalledOnly
from searcher.reading.dates import DateError, parse_date
from searcher.reading.encoding import decode
from searcher.reading.field_keys import article_of
from searcher.reading.markup import strip_tags
from searcher.reading.prose import clean_line
from searcher.reading.source import Options, Source
from searcher.reading.text import is_byline

__all__ = ["plain_paragraphs", "read_source"]

_FRONT = re.compile(r"\ufeff?(---|\+\+\+)[ \t]*\n")
_CLOSE = {
    "---": re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.M),
    "+++": re.compile(r"^\+\+\+[ \t]*$", re.M),
}
# What Jekyll puts before the name of a post, and Hugo's sites after its example.
_DATED = re.compile(r"(?<!\d)(\d{4})[-_](\d{2})[-_](\d{2})(?=[-_.]|\Z)")
_KEY = re.compile(r"\s*[\w-]+\s*[:=]")
# Calls of templates: of Hugo and Liquid; lists of attributes of kramdown on a line of their own.
# An address that one makes leaves its link a link.
_TEMPLATE = re.compile(
    r"(?P<link>(?<=\]\()\s*)?(?:\{\{[^{}]{0,2000}\}\}|\{%[^{}]{0,2000}%\})"
    r"|^\{:[^{}\n]{0,300}\}[ \t]*$",
    re.M,
)
# The parser spends up to 0.1 ms on each line and each sign of markup, and forty times that is
# the most that a reader may wait; a book has a tenth of it.
MAX_SIGNS = 100_000
_SIGNS = "\n*_[`<&|~!"
# The parser stops at these too, for a tenth of the time.
_STOPS = "{}$%+-:=@^>]"
_MAX_FRONT = 1 << 16
_MAX_NESTING = 60


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the one article of a Markdown file."""
    text, encoding = decode(source.read(), name=source.name)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    signs, stops = (sum(map(text.count, some)) for some in (_SIGNS, _STOPS))
    if signs + stops // 10 > MAX_SIGNS:
        raise ReadError(
            source.name,
            f"Markdown of more than {MAX_SIGNS:,} lines and signs",
            hint="split the file, or call it .txt",
        )
    fields, text = _front_matter(text, source.name)
    text = _TEMPLATE.sub(lambda call: " " if call["link"] is None else "#", text)
    lines, heading = plain_paragraphs(text)
    record: dict[str, object] = dict(fields)
    if not _has(record, "title", "headline"):
        if heading is not None:
            record["title"] = lines.pop(heading)
        _take_furniture(record, lines)
    elif heading == 0 and clean_line(str(record.get("title", ""))) == lines[0]:
        del lines[0]
    article = (
        article_of(
            record,
            name=source.name,
            number=None,
            field_map={},
            encoding=encoding,
            body="\n\n".join(lines),
            fields=options.fields,
        )
        if lines or record
        else None
    )
    if article is None:
        raise ReadError(source.name, "no text in this file")
    yield _dated(article, source.name)


def _dated(article: Article, name: str) -> Article:
    """An article without a date has that of its file's name, or its folder's (`2021-03-04-x/`)."""
    if article.date is not None:
        return article
    folder, base = os.path.split(name)
    stem = os.path.splitext(base)[0].lower()
    own = os.path.basename(folder) if stem in ("index", "_index") else base
    found = _DATED.search(own)
    if found is None:
        return article
    try:
        return replace(article, date=dt.date(*map(int, found.groups())), date_text=found[0])
    except (ValueError, ArticleError):
        return article


def _has(record: Mapping[str, object], *keys: str) -> bool:
    return any(str(key).lower() in keys and value for key, value in record.items())


def _take_furniture(record: dict[str, object], lines: list[str]) -> None:
    """Move a byline and a date from the top of the text into the record."""
    for _ in range(2):
        if not lines:
            return
        if "byline" not in record and is_byline(lines[0]):
            record["byline"] = lines.pop(0)
            continue
        if _has(record, "date") or len(lines[0]) > 80:
            return
        try:
            parse_date(lines[0])
        except DateError:
            return
        record["date"] = lines.pop(0)


def _front_matter(text: str, name: str) -> tuple[Mapping[str, object], str]:
    """Return the fields before the text, and the text."""
    found = _FRONT.match(text)
    if found is None:
        return _json(text)
    close = _CLOSE[found[1]].search(text, found.end(), found.end() + _MAX_FRONT)
    if close is None:
        if _KEY.match(text, found.end()):
            raise ReadError(
                name, "front matter is not closed", line=1, hint=f"end it with {found[1]}"
            )
        return {}, text  # a rule across the page
    block, rest = text[found.end() : close.start()], text[close.end() :]
    if not block.strip():
        return {}, rest
    fields = _toml(block, name) if found[1] == "+++" else _yaml(block, name)
    if fields is None:
        return {}, text
    return fields, rest


def _json(text: str) -> tuple[Mapping[str, object], str]:
    """Front matter that is an object of JSON, as Hugo may have it, and the text."""
    if not re.match(r"\ufeff?\{\s*\"", text):
        return {}, text
    with InstalledOnly():
        import json

    start = text.index("{")
    try:
        fields, end = json.JSONDecoder().raw_decode(text[start : start + _MAX_FRONT])
    except (ValueError, RecursionError):
        return {}, text
    return (fields, text[start + end :]) if isinstance(fields, dict) else ({}, text)


def _toml(block: str, name: str) -> Mapping[str, object]:
    with InstalledOnly():
        import tomllib

    if any(line.partition("=")[0].count(".") > _MAX_NESTING for line in block.split("\n")):
        raise ReadError(name, "front matter nested too deeply", line=1)
    try:
        fields = tomllib.loads(block)
    except (ValueError, RecursionError) as error:  # numbers of more digits than Python reads
        raise ReadError(name, f"front matter is not TOML: {error}", line=1) from error
    return {
        key: value if isinstance(value, list | dict) else str(value)
        for key, value in fields.items()
    }


def _yaml(block: str, name: str) -> Mapping[str, object] | None:
    with InstalledOnly():
        import yaml

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    depth = max(block.count("["), block.count("{"))
    if (depth > _MAX_NESTING and _nesting(block) > _MAX_NESTING) or "- " * _MAX_NESTING in block:
        raise ReadError(name, "front matter nested too deeply", line=1)
    try:
        fields = yaml.load(block, Loader=loader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or "it cannot be parsed"
        line = mark.line + 2 if mark is not None else 1
        raise ReadError(name, f"front matter is not YAML: {reason}", line=line) from error
    return fields if isinstance(fields, dict) else None


def _nesting(block: str) -> int:
    level = deepest = 0
    for sign in re.findall(r"[\[\]{}]", block):
        level += 1 if sign in "[{" else -1
        deepest = max(deepest, level)
    return deepest


def plain_paragraphs(text: str) -> tuple[list[str], int | None]:
    """Return the paragraphs of Markdown, and which of them is the level-one heading."""
    with InstalledOnly():
        from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    lines: list[str] = []
    heading: int | None = None
    level = ""
    row: list[str] | None = None
    for token in parser.parse(text):
        if token.type == "heading_open":
            level = token.tag
        elif token.type == "tr_open":
            row = []
        elif token.type == "tr_close":
            lines.append(" | ".join(row or []))
            row = None
        elif token.type == "inline":
            line = clean_line(_inline(token.children or []))
            if row is not None:
                row.append(line)
            elif line:
                if level == "h1" and heading is None:
                    heading = len(lines)
                lines.append(line)
            level = ""
        elif token.type in ("code_block", "fence"):
            lines.append(clean_line(token.content))
        elif token.type == "html_block":
            lines += [
                line
                for part in strip_tags(token.content).split("\n\n")
                if (line := clean_line(part))
            ]
    if any(not line for line in lines):
        lines = [line for line in lines if line]
    return lines, heading


def _inline(children: list) -> str:  # type: ignore[type-arg]
    parts: list[str] = []
    for token in children:
        if token.type in ("text", "code_inline"):
            parts.append(token.content)
        elif token.type in ("softbreak", "hardbreak") or token.content.lower().startswith("<br"):
            parts.append(" ")
    return "".join(parts)
