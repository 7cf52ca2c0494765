"""Which article is a page of a newspaper as plain text, in a folder that says which page it is?

Chronicling America has each page as `ocr.txt`, lines as they stand on the page, and as
`ocr.xml` (ALTO) beside it.  Where both are there, the page is read from that; from the text
where it is alone.  Words broken at the ends of lines are joined.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading.beside import folder_of, path_beside
from searcher.reading.encoding import decode
from searcher.reading.ocr.place import place_of
from searcher.reading.ocr.words import Word, paragraphs_of, title_in
from searcher.reading.source import Options, Source

__all__ = ["read_source"]


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the article that a page is."""
    folder = folder_of(source) if not options.depth else None
    if folder is not None and path_beside(folder, "ocr.xml") is not None:
        raise ReadError(
            source.name,
            f"the page that {os.path.join(folder, 'ocr.xml')} is, which is read instead",
            kind="page of an issue",
        )
    text, encoding = decode(source.read(), name=source.name)
    words: list[Word] = []
    block = 0
    for number, line in enumerate(text.splitlines()):
        if not line.strip():
            block += 1
        words += [Word(word, number, block) for word in line.split()]
    lines = paragraphs_of(words)
    if not lines:
        raise ReadError(source.name, "a scanned page without a word on it", kind="ocr")
    place = place_of(source.name)
    yield Article(
        title=title_in(lines),
        body="\n\n".join(lines),
        date=place.date,
        date_text=place.date_text,
        path=source.name,
        encoding=encoding,
        metadata=place.metadata,
    )
