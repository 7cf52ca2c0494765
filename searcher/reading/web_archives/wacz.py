"""Which articles are in a WACZ?

A WACZ is a zip with crawls in `archive/`, an index of them, and a list of pages.  The crawls
have all that is needed, and are read as what they are.

Source: https://specs.webrecorder.net/wacz/1.1.1/.
"""

from __future__ import annotations

from collections.abc import Iterator

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading.archives.members import Tally
from searcher.reading.archives.zip_file import Zip
from searcher.reading.nesting import Nested
from searcher.reading.source import Options, Source

__all__ = ["read_source"]

_CRAWLS = (".warc", ".warc.gz", ".warc.zst", ".warc.lz4", ".arc", ".arc.gz", ".wacz")


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the articles of the crawls in a WACZ."""
    archive = Zip(source)
    tally = Tally(source.name, options, "a web archive (WACZ)")
    nested = Nested(source, tally.options)
    for member in archive:
        if not member.filename.lower().endswith(_CRAWLS):
            continue
        tally.members += 1
        try:
            stream = archive.open(member)
        except ReadError as error:
            tally.refuse(member.filename, error.reason, error.hint)
            continue
        yield from nested.read_stream(stream, member.filename)
    tally.finish(nested.articles)
