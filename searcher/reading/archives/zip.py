"""Which articles are in the files of a zip archive?

Each member is read as if it lay in a folder, in whatever format its content shows.  What is
encrypted, damaged or grows too far is refused by its name, and the others are read.
"""

from __future__ import annotations

from collections.abc import Iterator

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading.archives.members import EMPTY, MOST_DEEP, Tally, why_passed_over
from searcher.reading.archives.zip_file import Zip
from searcher.reading.nesting import Nested
from searcher.reading.source import Options, Source

__all__ = ["read_source"]


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the articles of the files in a zip archive."""
    if options.depth > MOST_DEEP:
        raise ReadError(source.name, "an archive in an archive in an archive", hint="unpack it")
    archive = Zip(source)
    tally = Tally(source.name, options, "a ZIP archive")
    nested = Nested(source, tally.options)
    for member in archive:
        tally.members += 1
        name = member.filename
        passed_over = why_passed_over(name) or (None if member.file_size else EMPTY)
        if passed_over is not None:
            tally.leave_out(name, passed_over)
            continue
        try:
            stream = archive.open(member)
        except ReadError as error:
            tally.refuse(name, error.reason, error.hint)
            continue
        yield from nested.read_stream(stream, name)
    tally.finish(nested.articles)
