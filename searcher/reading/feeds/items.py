"""Which article is one record of a feed, in whatever of the formats?

RSS and Atom name the same things differently, and feeds mix them (`dc:creator` in Atom,
`atom:updated` in RSS), so one table of names, the surest first, serves both.  The formats
differ in what stands for a record and its channel (rss.py, atom.py).

Most feeds hold teasers.  An article whose text is a summary only, or ends in "Continue
reading...", says so (`metadata["teaser"]`), so that it never passes for the whole.

Sources: RSS 0.90 to 2.0.11, RFC 4287, the modules `content` and `dc` of RSS 1.0.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from urllib.parse import urljoin

from lxml import etree

from searcher.article import Article
from searcher.errors import ArticleError, ReadError
from searcher.reading.bylines import byline_names
from searcher.reading.feeds.cut import children_of, markup_in, name_of, text_in
from searcher.reading.field_keys import language_code, read_date, web_address
from searcher.reading.fragments import fragment_line, fragment_paragraphs, without_link_to_the_rest
from searcher.reading.prose import clean_line, first_sentence

__all__ = ["Channel", "article_of_record", "authors_in", "channel_of", "texts_of"]

Elements = dict[str, list[etree._Element]]

_XML = "{http://www.w3.org/XML/1998/namespace}"
_BODIES = ("content:encoded", "content", "xhtml:body", "body", "fulltext", "full-text")
_SUMMARIES = ("description", "summary", "abstract", "dc:description", "dcterms:abstract",
              "itunes:summary", "media:description", "subtitle", "itunes:subtitle")  # fmt: skip
_DATES = ("pubdate", "published", "issued", "dcterms:issued", "dc:date", "dcterms:created",
          "created", "date", "dcterms:date")  # fmt: skip
_UPDATES = ("updated", "modified", "dcterms:modified", "lastbuilddate")
_AUTHORS = ("dc:creator", "author", "creator", "dcterms:creator", "itunes:author", "media:credit",
            "managingeditor")  # fmt: skip
_MAIL = re.compile(r"\(?\s*(?:mailto:)?[\w.+-]{1,80}@[\w.-]{1,120}\.\w{2,20}(?:\?\S*)?\s*\)?")
_NAME_IN_BRACKETS = re.compile(r"\(([^()@]{2,200})\)")
# RFC 822 puts it in English, feeds in their own language; the day says it anyway.
_WEEKDAY = re.compile(r"\s*[^\W\d_]{2,14}\.?,?\s+(?=\d{1,2}[\s-])")
# A feed's author is often its outlet.
_OUTLET = re.compile(
    r"\b(?:online|news\w*|redaktion|redaction|rédaction|redacción|redazione|redactie|team|staff|"
    r"media|magazine|magazin|editors?|press|blog|webmaster|admin\w*)\Z|\.\w{2,6}\Z",
    re.I,
)
_WHOLE_SUMMARY = 200  # words: a summary that is longer, in paragraphs, is a text
_MOST_NAMES = 200
_MOST_TERMS = 100
_LONGEST_ID = 2_000


@dataclass(slots=True)
class Channel:
    """What a feed says of all its records."""

    title: str | None = None
    language: str | None = None
    base: str | None = None
    byline: tuple[str, ...] = ()
    metadata: dict[str, str | tuple[str, ...]] = field(default_factory=dict)


def channel_of(root: etree._Element | None, base: str | None, language: str | None) -> Channel:
    """Read what stands around the records."""
    channel = Channel(base=base, language=language_code(language))
    if root is None:
        return channel
    element = _channel_element(root)
    found = children_of(element)
    channel.title = _line(found, "title", "dc:title") or None
    said = _line(found, "language", "dc:language")
    channel.language = language_code(said) or channel.language
    if rights := _line(found, "copyright", "rights", "dc:rights"):
        channel.metadata["rights"] = rights[:500]
    if not channel.base:
        channel.base = _link_of(found, None)
    if name_of(element) == "atom:feed":
        names = authors_in(found, ("author",))
        channel.byline = tuple(name for name in names if not _OUTLET.search(name))
    return channel


def _channel_element(root: etree._Element) -> etree._Element:
    """`channel`, or `feed`, or whatever holds a title instead of them."""
    named: dict[str, etree._Element] = {}
    for depth, element in _shallow(root):
        named.setdefault(name_of(element).rpartition(":")[2], element)
        if depth > 1 and "title" in (name_of(one) for one in element):
            named.setdefault("", element)
    for name in ("channel", "feed", ""):
        if name in named:
            return named[name]
    return root[0] if len(root) else root


def _shallow(root: etree._Element) -> list[tuple[int, etree._Element]]:
    found: list[tuple[int, etree._Element]] = []
    for one in list(root)[:50]:
        found.append((1, one))
        found += [(2, inner) for inner in list(one)[:50]]
    return found


def texts_of(found: Elements, *names: str) -> tuple[str, ...]:
    """The texts of all elements of the names, each once, on one line."""
    lines = (
        fragment_line(text_in(one) or one.get("term") or one.get("label") or one.get("text") or "")
        for name in names
        for one in found.get(name, ())[:_MOST_TERMS]
    )
    # The kinds of Blogger and the like are addresses.
    return tuple(dict.fromkeys(line[:200] for line in lines if line and "://" not in line))


def _line(found: Elements, *names: str) -> str:
    for name in names:
        for one in found.get(name, ()):
            line = fragment_line(markup_in(one))
            if line:
                return line
    return ""


def article_of_record(
    element: etree._Element,
    channel: Channel,
    *,
    name: str,
    number: int,
    encoding: str,
    status: str | None = None,
) -> Article | None:
    """Return the article of one record, or None when it has neither headline nor text.

    Raises:
        ReadError: it is longer than an article may be.
    """
    found = children_of(element)
    base = urljoin(channel.base or "", element.get(f"{_XML}base") or "") or None
    title = _line(found, "title", "dc:title", "media:title", "itunes:title")
    lines, whole = _body(found)
    if lines and title and clean_line(lines[0]).casefold() == title.casefold() and len(lines) > 1:
        del lines[0]
    if not title and not lines:
        return None
    metadata: dict[str, str | tuple[str, ...]] = dict(channel.metadata)
    if not whole:
        metadata["teaser"] = "yes"
    taken_over = found.get("source", [])
    origin = _line(children_of(taken_over[0]), "title") if taken_over else ""
    source = origin or (fragment_line(taken_over[0].text or "") if taken_over else "")
    terms = texts_of(found, "category", "dc:subject")
    if terms:
        metadata["keywords"] = terms
    if keywords := texts_of(found, "media:keywords", "itunes:keywords", "keywords"):
        metadata.setdefault("keywords", keywords)
    if rights := _line(found, "rights", "dc:rights", "copyright"):
        metadata["rights"] = rights[:500]
    if place := _line(found, "dc:coverage", "location"):
        metadata["dateline"] = place[:200]
    date, text = _date(found, _DATES)
    updated, updated_text = _date(found, _UPDATES)
    if date is None and updated is not None:
        date, text = updated, updated_text  # Atom asks for `updated` alone
    identifier = _line(found, "guid", "id", "dc:identifier")[:_LONGEST_ID]
    url = _link_of(found, base)
    byline = authors_in(found, _AUTHORS)
    if not byline and taken_over:
        byline = authors_in(children_of(taken_over[0]), ("author",))
    try:
        return Article(
            title=title or first_sentence(lines[0]),
            body="\n\n".join(lines),
            byline=byline or channel.byline,
            date=date,
            source=source or channel.title,
            section=terms[0] if terms else None,
            language=language_code(element.get(f"{_XML}lang") or _line(found, "dc:language"))
            or channel.language,
            url=url,
            path=name,
            # An entry and the page that it leads to are one article, by their address.
            id="" if url or not _is_global(identifier) else identifier,
            record=number,
            date_text=text,
            encoding=encoding,
            updated=updated if updated != date else None,
            status=status,
            metadata=metadata,
        )
    except ArticleError as error:
        raise ReadError(name, str(error), record=number, hint="split the article") from error


def _is_global(identifier: str) -> bool:
    """Whether an identifier is one in the world, not "1" or "news-17" of one feed."""
    return ":" in identifier and " " not in identifier and len(identifier) > 8


def _body(found: Elements) -> tuple[list[str], bool]:
    """The paragraphs, and whether they are the whole text."""
    for names, is_text in ((_BODIES, True), (_SUMMARIES, False)):
        best: list[str] = []
        for name in names:
            for one in found.get(name, ()):
                lines = _paragraphs(one)
                if sum(map(len, lines)) > sum(map(len, best)):
                    best = lines
            if best:
                break
        if best:
            lines, cut = without_link_to_the_rest(best)
            words = sum(line.count(" ") + 1 for line in lines)
            long = words >= _WHOLE_SUMMARY and len(lines) > 2
            return lines, not cut and (is_text or long)
    return [], False


def _paragraphs(element: etree._Element) -> list[str]:
    kind = (element.get("type") or "").lower()
    if (
        kind
        and not kind.startswith(("text", "html", "xhtml"))
        and "xml" not in kind
        and "html" not in kind
    ):
        return []  # a picture, in base64
    if kind in ("text", "text/plain") and not len(element):
        text = element.text or ""
        # Announced as plain, and full of tags all the same, more often than a text on tags.
        return fragment_paragraphs(text if "</" in text else text.replace("<", "&lt;"))
    return fragment_paragraphs(markup_in(element))


def _date(
    found: Elements, names: tuple[str, ...]
) -> tuple[dt.datetime | dt.date | None, str | None]:
    first: str | None = None
    for name in names:
        for one in found.get(name, ()):
            said = text_in(one)
            date, text = read_date(_WEEKDAY.sub("", said))
            text = said[:200] if text is not None else None
            first = first or text
            if date is not None:
                return date, text
    return None, first


def authors_in(found: Elements, names: tuple[str, ...]) -> tuple[str, ...]:
    """The names of authors: text, or an element with a `name`; addresses of mail are none."""
    for name in names:
        lines: list[str] = []
        for one in found.get(name, ())[:_MOST_NAMES]:
            parts = children_of(one)
            inner = parts.get("name") or parts.get("rdf:description") or []
            text = "\n".join(text_in(part) for part in inner) if inner else text_in(one)
            lines.append(_person(fragment_line(text)))
        if names_found := byline_names(line for line in lines if line):
            return names_found
    return ()


def _person(text: str) -> str:
    """`jane@example.org (Jane Roe)` and `Jane Roe <jane@example.org>` name Jane Roe."""
    if "@" not in text:
        return text
    in_brackets = _NAME_IN_BRACKETS.search(text)
    if in_brackets:
        return in_brackets[1]
    return _MAIL.sub(" ", text).strip(" <>()[],;:\"'")


def _link_of(found: Elements, base: str | None) -> str | None:
    """The address of the article itself, made absolute."""
    candidates: list[tuple[str, bool]] = []
    for name in ("feedburner:origlink", "link", "guid", "id", "blogger:filename"):
        ranked: list[tuple[int, str]] = []
        for one in found.get(name, ()):
            if (
                name == "guid"
                and (one.get("ispermalink") or one.get("isPermaLink") or "").lower() == "false"
            ):
                continue
            href = one.get("href")
            if href is not None:
                rel = (one.get("rel") or "alternate").lower()
                kind = (one.get("type") or "text/html").lower()
                if rel.rpartition("/")[2] != "alternate":
                    continue
                own = one.get(f"{_XML}base")
                href = urljoin(own, href) if own else href
                ranked.append((0 if "html" in kind else 1, href.strip()))
            elif text := text_in(one):
                ranked.append((0, text))
        is_link = name == "link"
        candidates += [(href, is_link) for _, href in sorted(ranked, key=lambda pair: pair[0])]
    for href, is_link in candidates:
        if address := web_address(href):
            return address
        if base and not re.match(r"[a-z][a-z0-9+.-]{0,30}:", href, re.I) and " " not in href:
            try:
                joined = web_address(urljoin(base, href))
            except ValueError:
                continue
            if joined and (is_link or "/" in href):
                return joined
    return None
