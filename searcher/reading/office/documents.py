"""Which articles are in the paragraphs of a document?

Most documents of word processors that hold news are exports of a database, of up to five
hundred articles; the readers of those are asked first, by the marks that they leave.  Any
other document is one article, read as plain text is: header lines, headline, byline, date,
then the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from searcher.article import Article
from searcher.importing import InstalledOnly
from searcher.reading.office.blocks import Block
from searcher.reading.source import Options, Source
from searcher.reading.text import read_text

__all__ = ["read_blocks"]


def read_blocks(
    blocks: Sequence[Block], source: Source, options: Options, *, kind: str
) -> Iterator[Article]:
    """Yield the articles of a document that has text.

    Arguments:
        blocks: its paragraphs.
        source: the file, for its name.
        options: of the caller.
        kind: of document, for messages.
    """
    with InstalledOnly():
        from searcher.reading.exports import factiva_tags, factiva_text, nexis, nexis_uni

    readers = (nexis_uni, factiva_tags, factiva_text, nexis)
    reader = next((found for found in readers if found.is_export(blocks)), None)
    if reader is not None:
        yield from reader.read_blocks(blocks, source, options, encoding=None)
        return
    text = "\n\n".join(block.text for block in blocks if block.text)
    article = read_text(text, name=source.name, encoding=None, fields=options.fields)
    first = next(block for block in blocks if block.text)
    if first.is_all("heading") and len(first.line) <= 300 and article.body.startswith(first.line):
        body = article.body[len(first.line) :].lstrip()
        article = replace(article, title=first.line, body=body) if body else article
    yield article
