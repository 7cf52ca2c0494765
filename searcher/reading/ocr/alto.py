"""What stands on a scanned page, as ALTO has it?

`read_page` takes the words of a page in reading order: blocks as they stand in the file, or in
the order that `ReadingOrder` (ALTO 4.3) gives; what stands in the margins (running heads, page
numbers) only if nothing stands in the print space.  Names are compared without namespace, for
versions 1 to 4 and the producers of the format (CCS) have one each.

A page alone is one article, for nothing in it says where articles begin.  If a METS file beside
it describes the issue and all its pages are there, the articles are read from that, and the page
by itself is left out.

Not used: positions, fonts, alternatives of words and signs.

Source: ALTO 2.1 and 4.3 (Library of Congress); issues 9, 16 and 30 of alto-tools (halves of
words).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading.beside import folder_of
from searcher.reading.field_keys import language_code
from searcher.reading.ocr.issue import issue_of_page
from searcher.reading.ocr.place import place_of
from searcher.reading.ocr.words import FIRST_HALF, SECOND_HALF, Page, Word, paragraphs_of, title_in
from searcher.reading.source import Options, Source
from searcher.reading.xml import Element, attribute, descendants, local, parse_xml

__all__ = ["LARGEST_PAGE", "read_page", "read_source"]

LARGEST_PAGE = 20 << 20
_MARGINS = frozenset(("TopMargin", "BottomMargin", "LeftMargin", "RightMargin"))
_BLOCKS = frozenset(("TextBlock", "ComposedBlock"))
_HALVES = {"hyppart1": FIRST_HALF, "hyppart2": SECOND_HALF}


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the article that a page is."""
    page = read_page(source)
    lines = paragraphs_of(page.words)
    if not lines:
        raise ReadError(source.name, "a scanned page (ALTO) without a word on it", kind="ocr")
    folder = folder_of(source) if not options.depth else None
    if folder is not None and (issue := issue_of_page(folder, source.name)) is not None:
        raise ReadError(
            source.name,
            f"a page of the issue that {issue} describes, whose articles are read from there",
            kind="page of an issue",
        )
    place = place_of(source.name)
    metadata = dict(place.metadata)
    if page.number and "page" not in metadata:
        metadata["page"] = page.number
    if page.confidence is not None:
        metadata["confidence"] = f"{page.confidence:.2f}"
    yield Article(
        title=title_in(lines),
        body="\n\n".join(lines),
        date=place.date,
        date_text=place.date_text,
        language=language_code(page.language),
        path=source.name,
        metadata=metadata,
    )


def read_page(source: Source, *, first_block: int = 0) -> Page:
    """The words of a page, whose blocks are numbered from `first_block`.

    Raises:
        ReadError: it is larger than 20 MB, no XML, or none of ALTO.
    """
    root = parse_xml(source.read(LARGEST_PAGE), source.name)
    if local(root).lower() != "alto":
        raise ReadError(source.name, f"no page of ALTO, but <{local(root)[:40]}>")
    page = Page()
    reader = _Reader(page, first_block)
    for element in descendants(root, "Page"):
        page.number = page.number or attribute(element, "PRINTED_IMG_NR") or None
        page.number = page.number or attribute(element, "PHYSICAL_IMG_NR") or None
        page.language = page.language or attribute(element, "LANG") or None
        page.confidence = page.confidence or _share(attribute(element, "PC"))
        reader.take(element)
    if not page.words:  # fragments have no page
        reader.take(root)
    if page.confidence is None:
        page.confidence = reader.confidence
    if page.language is None and reader.languages:
        page.language = reader.languages.most_common(1)[0][0]
    _reorder(page, root)
    return page


class _Reader:
    """Takes the words below elements, in the order of the file."""

    def __init__(self, page: Page, first_block: int) -> None:
        self._page = page
        self._line = first_block
        self._block = first_block
        self._scores: list[float] = []
        self.languages: Counter[str] = Counter()

    @property
    def confidence(self) -> float | None:
        """The middle of what the words say."""
        return sum(self._scores) / len(self._scores) if self._scores else None

    def take(self, top: Element) -> None:
        """Take all words below `top`, but those in the margins if there are others."""
        before = len(self._page.words)
        for skipped in (True, False):
            self._walk(top, skip_margins=skipped)
            if len(self._page.words) > before:
                return

    def _walk(self, top: Element, *, skip_margins: bool) -> None:
        page = self._page
        # By hand: recursion would be as deep as the file says.
        stack: list[tuple[Element, int]] = [(top, -1)]
        while stack:
            element, start = stack.pop()
            name = local(element)
            if start >= 0:
                key = attribute(element, "ID")
                if key and len(page.words) > start:
                    page.spans.setdefault(key, (start, len(page.words)))
                continue
            if skip_margins and name in _MARGINS:
                continue
            stack.append((element, len(page.words)))
            if name == "String":
                self._take_word(element)
            elif name == "HYP" and page.words and page.words[-1].line == self._line:
                page.words[-1] = replace(page.words[-1], hyphen=True)
            else:
                if name == "TextLine":
                    self._line += 1
                elif name in _BLOCKS:
                    self._block += 1
                    self._line += 1
                    language = attribute(element, "LANG") or attribute(element, "language")
                    self.languages.update([language] if language else [])
                # Glyphs and alternatives are inside of words, and not looked at.
                stack.extend((inner, -1) for inner in reversed(element))

    def _take_word(self, element: Element) -> None:
        text = attribute(element, "CONTENT")
        if not text:
            return
        whole = attribute(element, "SUBS_CONTENT")
        half = _HALVES.get(attribute(element, "SUBS_TYPE").lower(), 0)
        self._page.words.append(Word(text, self._line, self._block, whole, half))
        score = _share(attribute(element, "WC"))
        if score is not None:
            self._scores.append(score)


def _reorder(page: Page, root: Element) -> None:
    """Put the words in the order that the file gives besides that of its elements."""
    order = next(descendants(root, "ReadingOrder"), None)
    if order is None:
        return
    references = [attribute(one, "REF") for one in descendants(order, "ElementRef")]
    spans = [page.spans[key] for key in references if key in page.spans]
    places = list(dict.fromkeys(place for span in spans for place in range(*span)))
    places += sorted(set(range(len(page.words))) - set(places))
    page.words = [page.words[place] for place in places]
    moved = {old: new for new, old in enumerate(places)}
    for key, (start, end) in page.spans.items():
        new = [moved[place] for place in range(start, end)]
        page.spans[key] = (min(new), max(new) + 1)


def _share(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value <= 1 else None
