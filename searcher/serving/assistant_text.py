"""How does text of an article reach an assistant?

As quoted material and nothing else: without what no eye sees, bounded, and with its number
said.  Which sentence of an article is cited for a query is decided here too: the one that has
most of it, since a whole sentence can be quoted and a window of words cannot.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple, Protocol
from urllib.parse import quote

from searcher.article import Article
from searcher.comparing.sentences import sentences
from searcher.headline import is_first_sentence
from searcher.searching.citations import Citation, cite
from searcher.serving.assistant_shapes import AssistantCitation
from searcher.serving.links import ArticleLink, Links
from searcher.serving.shapes import date_precision
from searcher.typography import without_hidden

__all__ = [
    "Addresses",
    "Paragraph",
    "Resources",
    "WebPages",
    "best_sentence",
    "citation_shape",
    "cited",
    "paragraph_spans",
    "shown_line",
    "shown_names",
    "shown_title",
    "shown_url",
]

Span = tuple[int, int]

_LONGEST_TITLE = 500
_LONGEST_VALUE = 200
_MOST_NAMES = 20
_LONGEST_URL = 2_000
# Of words that are cited; of a window that a sentence is looked for in.
_LONGEST_PASSAGE = 600
_WINDOW = 300
_AROUND = 1_500
_PARAGRAPHS = re.compile(r"\n[ \t\r]*(?:\n[ \t\r]*)+")
_WEB_ADDRESS = re.compile(r"https?://[^\s\x00-\x20\x7f-\x9f\\\"<>]+", re.I)


class Addresses(Protocol):
    """Where a person, or the assistant, finds what is cited."""

    def article(self, id: str, span: Span | None = None) -> str:
        """The address of an article, or of characters of its body."""


class Resources:
    """Addresses within MCP, where no page is served."""

    def article(self, id: str, span: Span | None = None) -> str:
        return f"searcher://article/{quote(id, safe='')}"


class WebPages:
    """Addresses of pages of a server."""

    def __init__(self, links: Links) -> None:
        self._links = links

    def article(self, id: str, span: Span | None = None) -> str:
        fragment = "" if span is None else f"q={span[0]}-{span[1]}"
        return self._links.whole(ArticleLink(id, fragment=fragment))


# ------------------------------------------------------------ text that is shown


def shown_line(text: str | None, most: int = _LONGEST_VALUE) -> str | None:
    """A short text on one line, cut after `most` characters."""
    if text is None:
        return None
    line = " ".join(without_hidden(text[: 4 * most])[0].split())
    return line if len(line) <= most else line[: most - 1] + "…"


def shown_names(names: Sequence[str]) -> list[str]:
    """The names of a byline, as many as anybody reads."""
    return [line for name in names[:_MOST_NAMES] if (line := shown_line(name))]


def shown_title(article: Article) -> tuple[str, str | None]:
    """The headline, empty if none was printed, and then the first sentence in its place."""
    shown = shown_line(article.title, _LONGEST_TITLE) or ""
    if is_first_sentence(article.title, article.body):
        return "", shown
    return shown, None


def shown_url(article: Article) -> str | None:
    """The address that an article gives, if it is one of the web."""
    url = article.url
    return url if url and len(url) <= _LONGEST_URL and _WEB_ADDRESS.fullmatch(url) else None


# ------------------------------------------------------------ citations


def cited(
    article: Article,
    field: Literal["title", "body"],
    span: Span,
    generation: int,
    addresses: Addresses,
) -> AssistantCitation:
    """The citation of characters of an article."""
    return citation_shape(cite(article, field, *span, generation), article, addresses)


def citation_shape(citation: Citation, article: Article, addresses: Addresses) -> AssistantCitation:
    """`citation`, which is of `article`, as it is answered."""
    exact, hidden = without_hidden(citation.exact)
    span = (citation.start, citation.end) if citation.field == "body" else None
    title, begins = shown_title(article)
    return AssistantCitation(
        id=citation.id,
        title=title,
        begins=begins,
        byline=shown_names(article.byline),
        date=article.date.isoformat() if article.date else None,
        date_precision=date_precision(article.date),
        source=shown_line(article.source),
        url=shown_url(article),
        permalink=addresses.article(citation.id, span),
        field=citation.field,
        exact=exact,
        prefix=without_hidden(citation.prefix)[0],
        suffix=without_hidden(citation.suffix)[0],
        start=citation.start,
        end=citation.end,
        hidden_characters=hidden,
        body_sha256=citation.body_sha256,
        generation=citation.generation,
    )


def best_sentence(body: str, marks: Sequence[Span]) -> Span:
    """The sentence, or the neighbouring ones, that holds most of what a query matched; the
    first sentence where it matched nothing in the body.

    Cost: finds the sentences of some three thousand characters.
    """
    first, last = _densest(body, marks) if marks else (0, 0)
    before = body.rfind("\n\n", max(0, first - _AROUND), first)
    behind = body.find("\n\n", last, last + _AROUND)
    start = before + 2 if before >= 0 else _word_start(body, max(0, first - _AROUND), first)
    end = behind if behind >= 0 else _word_end(body, min(len(body), last + _AROUND), last)
    found = [
        (start + one.start, start + one.end)
        for one in sentences(body[start:end])
        if start + one.start < max(last, first + 1) and start + one.end > first
    ]
    if not found:
        return (0, _word_end(body, min(len(body), _LONGEST_PASSAGE), 0))
    start, end = found[0][0], found[-1][1]
    if end - start > _LONGEST_PASSAGE:  # what stands around the marks of it
        room = max(0, _LONGEST_PASSAGE - (last - first)) // 2
        start = _word_start(body, max(start, first - room), first)
        end = _word_end(body, min(end, max(last, start) + room), last)
        end = min(end, start + 2 * _LONGEST_PASSAGE)
    return start, end


def _densest(body: str, marks: Sequence[Span]) -> Span:
    """The stretch of at most `_WINDOW` characters with most different words that matched."""
    best: tuple[int, int] = (0, 0)
    chosen = marks[0]
    inside: dict[str, int] = {}
    left = 0
    words = [body[a : min(b, a + 100)].casefold() for a, b in marks]
    for right, (_, end) in enumerate(marks):
        inside[words[right]] = inside.get(words[right], 0) + 1
        while left < right and end - marks[left][0] > _WINDOW:
            inside[words[left]] -= 1
            if not inside[words[left]]:
                del inside[words[left]]
            left += 1
        score = (len(inside), sum(inside.values()))
        if score > best:
            best, chosen = score, (marks[left][0], end)
    return chosen


def _word_start(body: str, place: int, most: int) -> int:
    """The first place from `place` on that is not inside of a word, `most` at last."""
    while 0 < place < most and not body[place - 1].isspace():
        place += 1
    return place


def _word_end(body: str, place: int, least: int) -> int:
    """The last place up to `place` that is not inside of a word; `place` if there is none."""
    end = place
    while least < end < len(body) and not body[end].isspace():
        end -= 1
    return len(body[:end].rstrip()) if end > least else place


# ------------------------------------------------------------ paragraphs


class Paragraph(NamedTuple):
    """A paragraph of a body, counted from 1."""

    number: int
    start: int
    end: int


def paragraph_spans(body: str) -> Iterator[Paragraph]:
    """The paragraphs of a body, without the blank lines between them."""
    start = 0
    number = 1
    for gap in (*_PARAGRAPHS.finditer(body), None):
        end = len(body) if gap is None else gap.start()
        if body[start:end].strip():
            yield Paragraph(number, start, end)
            number += 1
        start = end if gap is None else gap.end()
