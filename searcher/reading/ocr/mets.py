"""Which articles are in an issue that METS describes?

The logical structure of an issue has a division for each article, with a description (MODS) and
the areas of pages that its text stands in: blocks of ALTO, or the first and last word.  Some
producers put the areas into the article, others link it to divisions of the physical structure
(`structLink`).  Pages are files of their own, beside the description; they are opened by
relative names that stay within its folder (`reading/beside.py`).

The headline is the title of the description, else the label, else what is marked as heading;
date, newspaper and language are those of the issue where the article has none.  What is marked
as heading is not text again; captions, pictures and advertisements are none.

What stands on pages that are not there is missing, and that is said.  An issue without
articles, or without any of its pages, is refused, and its pages are read by themselves.

Source: METS 1.12, the ENMAP profile (Europeana Newspapers), CCS docWorks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading.beside import folder_of
from searcher.reading.bylines import byline_names
from searcher.reading.ocr.alto import read_page
from searcher.reading.ocr.issue import LARGEST_ISSUE, page_beside
from searcher.reading.ocr.mods import Description, description_in
from searcher.reading.ocr.words import Page, Word, paragraphs_of, title_in
from searcher.reading.prose import clean_line
from searcher.reading.source import Options, Source, open_file
from searcher.reading.xml import Element, attribute, children, descendants, local, parse_xml

__all__ = ["read_source"]

_KIND = "mets"
_HEADINGS = frozenset(("heading", "headline", "title", "subtitle", "overline", "heading_text"))
_NO_TEXT = frozenset(
    ("illustration", "image", "picture", "caption", "advertisement", "advert", "graphic")
)
_AUTHORS = frozenset(("author", "byline"))
_UNTITLED = frozenset(("untitled", "[untitled]"))
_MOST_ARTICLES = 100_000
_MOST_AREAS = 100_000  # of one article
_MOST_KEPT = 32  # pages in memory
_BLOCKS_A_PAGE = 1_000_000


@dataclass(frozen=True, slots=True)
class _Area:
    """A piece of a page; `role` is what the divisions around it call it."""

    file: str
    begin: str
    end: str
    role: str


@dataclass(slots=True)
class _Division:
    """An article: its element, what is said of it and of all around it, the section's label."""

    element: Element
    described: list[Description]
    section: str | None


@dataclass(slots=True)
class _Issue:
    name: str
    folder: str | None
    files: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)  # of pages, by their files
    described: dict[str, Description] = field(default_factory=dict)
    divisions: dict[str, Element] = field(default_factory=dict)
    links: dict[str, list[str]] = field(default_factory=dict)
    pages: dict[str, Page | None] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    opened: int = 0


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the articles of an issue."""
    root = parse_xml(source.read(LARGEST_ISSUE), source.name, limit=LARGEST_ISSUE)
    issue = _Issue(source.name, folder_of(source) if not options.depth else None)
    _survey(root, issue)
    articles = list(islice(_articles_in(root, issue), _MOST_ARTICLES))
    if not articles:
        raise ReadError(
            source.name,
            "the description of an issue (METS) that names no articles",
            hint="its pages are read by themselves",
            kind=_KIND,
        )
    found, empty = 0, 0
    for number, division in enumerate(articles, 1):
        article = _article(division, number, issue, options)
        if article is None:
            empty += 1
        else:
            found += 1
            yield article
    if issue.missing and not found:
        raise ReadError(
            source.name,
            f"the description of an issue (METS) whose pages are not beside it: "
            f"{', '.join(issue.missing[:3])}{' ...' if len(issue.missing) > 3 else ''}",
            hint="put its pages (ALTO) there",
            kind=_KIND,
        )
    if not found:
        raise ReadError(source.name, "the description of an issue without any text", kind=_KIND)
    for page in issue.missing:
        options.report(ReadError(source.name, f"its page {page} is not there, nor what is on it"))
    if empty:
        options.report(ReadError(source.name, f"{empty:,} articles without any text"))


def _survey(root: Element, issue: _Issue) -> None:
    """Note what is where: files, descriptions, divisions and their links."""
    for section in descendants(root, "dmdSec"):
        issue.described[attribute(section, "ID")] = description_in(section)
    for file in descendants(root, "file"):
        for place in children(file, "FLocat"):
            href = attribute(place, "href")
            if href.lower().endswith((".xml", ".alto")):
                issue.files.setdefault(attribute(file, "ID"), href)
    for division in descendants(root, "div"):
        issue.divisions.setdefault(attribute(division, "ID"), division)
        label = attribute(division, "ORDERLABEL") or attribute(division, "ORDER")
        if label and attribute(division, "TYPE").lower().endswith("page"):
            for pointer in descendants(division, "fptr", "area"):
                key = attribute(pointer, "FILEID")
                if key in issue.files:
                    issue.labels.setdefault(key, label)
    for group in descendants(root, "smLinkGrp"):
        names = {
            attribute(one, "label"): attribute(one, "href").lstrip("#")
            for one in children(group, "smLocatorLink")
        }
        for arc in children(group, "smArcLink"):
            start, end = names.get(attribute(arc, "from")), names.get(attribute(arc, "to"))
            if start and end:
                issue.links.setdefault(start, []).append(end)
    for link in descendants(root, "smLink"):
        start = attribute(link, "from").lstrip("#")
        issue.links.setdefault(start, []).append(attribute(link, "to").lstrip("#"))


def _articles_in(root: Element, issue: _Issue) -> Iterator[_Division]:
    """The outermost divisions that are articles, in the order of the logical structure."""
    maps = list(descendants(root, "structMap"))
    logical = [one for one in maps if attribute(one, "TYPE").lower() == "logical"]
    for structure in logical or maps:
        stack: list[tuple[Element, list[Description], str | None]] = [(structure, [], None)]
        while stack:
            element, described, section = stack.pop()
            if local(element) == "div":
                keys = attribute(element, "DMDID").split()
                own = [issue.described[key] for key in keys if key in issue.described]
                described = own + described
                kind = attribute(element, "TYPE").lower()
                if "article" in kind:
                    yield _Division(element, described, section)
                    continue
                if "section" in kind and kind != "title_section":
                    section = attribute(element, "LABEL") or (own[0].title if own else section)
            stack.extend((inner, described, section) for inner in reversed(element))


def _areas_of(division: Element, issue: _Issue) -> list[_Area]:
    """The areas of an article: those inside of it, then those that it is linked to."""
    found: list[_Area] = []
    linked = [issue.divisions[key] for key in _linked(division, issue) if key in issue.divisions]
    for top in (division, *linked):
        stack: list[tuple[Element, str]] = [(top, "")]
        while stack and len(found) < _MOST_AREAS:
            element, role = stack.pop()
            name = local(element)
            if name == "div" and element is not top:
                kind = attribute(element, "TYPE").lower()
                role = next(
                    (word for word in (kind, role) if word in _HEADINGS | _NO_TEXT | _AUTHORS), role
                )
            if name in ("area", "fptr"):
                key = attribute(element, "FILEID")
                if key in issue.files:
                    begin, end = attribute(element, "BEGIN"), attribute(element, "END")
                    found.append(_Area(key, begin, end, role))
            stack.extend((inner, role) for inner in reversed(element))
    # Where parts of pages are named, whole pages say only where these are.
    return [area for area in found if area.begin] or found


def _linked(division: Element, issue: _Issue) -> Iterator[str]:
    for element in descendants(division, "div"):
        yield from issue.links.get(attribute(element, "ID"), ())


def _article(division: _Division, number: int, issue: _Issue, options: Options) -> Article | None:
    text: list[Word] = []
    heading: list[Word] = []
    author: list[Word] = []
    labels: dict[str, None] = {}
    for area in _areas_of(division.element, issue):
        page = _page(area.file, issue, options)
        if page is None or area.role in _NO_TEXT:
            continue
        start, end = page.part(area.begin, area.end) if area.begin else (0, len(page.words))
        into = heading if area.role in _HEADINGS else author if area.role in _AUTHORS else text
        into += page.words[start:end]
        if start < end and area.file in issue.labels:
            labels[issue.labels[area.file]] = None
    lines, headings = paragraphs_of(text), paragraphs_of(heading)
    if not lines:
        lines = headings
    if not lines:
        return None
    described = division.described
    own = _own(division, issue)
    label = clean_line(attribute(division.element, "LABEL"))
    title = own.title or ("" if label.casefold() in _UNTITLED else label)
    if len(lines) > 1 and _letters(lines[0]) == _letters(title):
        lines = lines[1:]  # the headline, where nothing marks it as one
    around = [one for one in described if one is not own]
    metadata = {key: value for one in reversed(described) for key, value in one.metadata.items()}
    if own.subtitle:
        metadata["subtitle"] = own.subtitle
    if labels:
        metadata["page"] = ", ".join(labels)
    dated = next((one for one in described if one.date is not None), None)
    newspapers = (one.newspaper or one.title for one in around)
    return Article(
        title=title or clean_line(" ".join(headings)) or title_in(lines),
        body="\n\n".join(lines),
        byline=own.byline or byline_names(paragraphs_of(author)),
        date=dated.date if dated else None,
        date_text=dated.date_text if dated else None,
        source=next((name for name in newspapers if name), None),
        section=division.section,
        language=next((one.language for one in described if one.language), None),
        url=own.url,
        path=issue.name,
        record=number,
        metadata=metadata,
    )


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _own(division: _Division, issue: _Issue) -> Description:
    """What is said of the article itself."""
    keys = attribute(division.element, "DMDID").split()
    found = [issue.described[key] for key in keys if key in issue.described]
    return next((one for one in found if one.title), found[0] if found else Description())


def _page(key: str, issue: _Issue, options: Options) -> Page | None:
    """The page of a file; None if it is not there, which is noted, or cannot be read."""
    if key in issue.pages:
        return issue.pages[key]
    page: Page | None = None
    path = page_beside(issue.folder, issue.files[key]) if issue.folder is not None else None
    if path is None:
        issue.missing.append(issue.files[key])
    else:
        issue.opened += 1
        try:
            with open_file(path) as source:
                page = read_page(source, first_block=issue.opened * _BLOCKS_A_PAGE)
        except ReadError as error:
            reason = f"its page {issue.files[key]}: {error.reason}"
            options.report(ReadError(issue.name, reason))
    while sum(kept is not None for kept in issue.pages.values()) >= _MOST_KEPT:
        oldest = next(name for name, kept in issue.pages.items() if kept is not None)
        del issue.pages[oldest]
    issue.pages[key] = page
    return page
