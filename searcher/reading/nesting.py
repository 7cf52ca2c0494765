"""Which articles are in a file inside a file?

A member of an archive, a page in a crawl, a part of a mail: each is a file of its own, in
any format.  `Nested` reads them as if they lay in a folder, but for what an article says of
where it comes from: its `path` is the outer file, which is what a run knows and removes, its
`record` counts over all of it, and `metadata["member"]` says which member it was.

What is wrong with a member costs that member.  What is in no format that is read, an image
or a style sheet, is no error: `Options.on_left_out` is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading import recognition
from searcher.reading.deferred import Deferred, Placed, in_place_of_article, placed
from searcher.reading.formats import BY_NAME, recognise_head
from searcher.reading.head import Head
from searcher.reading.recognition import LeftOut
from searcher.reading.source import Options, Source, open_bytes

__all__ = ["MOST_NESTED", "DeferredPage", "Nested"]

MOST_NESTED = 3
"""An archive of crawls of pages is three deep; a file that is deeper is made to be."""


class Nested:
    """Reads what is inside of `source`, one member after the other."""

    def __init__(self, source: Source, options: Options) -> None:
        self._name = source.name
        self._options = options
        self._inner = replace(options, depth=options.depth + 1)
        self.articles = 0
        """How many numbers were given: to pages, and to articles of other members."""

    def read(self, data: bytes, member: str, *, url: str | None = None) -> Iterator[Article]:
        """Yield the articles of a member, and report what is wrong with it.

        Arguments:
            data: the member's bytes, packed or not.
            member: what it is called.
            url: where it was published, for articles that do not say.
        """
        if not data:
            yield from self._articles(None, ReadError(member, "empty file"), member, url)
            return
        try:
            source = open_bytes(data, member)
        except ReadError as error:
            self._report(error, member)
            return
        with source:
            yield from self._articles(source, None, member, url)

    def read_stream(
        self, stream: BinaryIO, member: str, *, url: str | None = None
    ) -> Iterator[Article]:
        """As `read`, of a member too large for memory; `stream` is closed."""
        try:
            source = Source(member, stream)
        except ReadError as error:
            self._report(error, member)
            return
        with source:
            yield from self._articles(source, None, member, url)

    def _articles(
        self, source: Source | None, error: ReadError | None, member: str, url: str | None
    ) -> Iterator[Article]:
        if source is None:
            if error is not None:
                self._report(error, member)
            return
        if self._options.depth >= MOST_NESTED:
            reason = f"files inside files more than {MOST_NESTED} deep"
            self._report(ReadError(member, reason, hint="unpack it"), member)
            return
        found = recognise_head(Head(source.head, member))
        if isinstance(found, LeftOut):
            self._leave_out(found, member)
            return
        options = replace(self._inner, on_error=lambda error: self._report(error, member))
        try:
            if found.name == "html":
                # A page has its number whether it holds an article or not, so that others
                # have theirs whoever reads it.
                self.articles += 1
                page = DeferredPage(self._name, source.read(), member, url, self.articles)
                if self._options.defer:
                    yield in_place_of_article(page)
                else:
                    yield from page.read(self._options)
                return
            for article in found.read(source, options):
                self.articles += 1
                if isinstance(article, Deferred):
                    part = Placed(article, self._name, self.articles, member, url)
                    yield in_place_of_article(part)
                else:
                    yield placed(article, self._name, self.articles, member, url)
        except ReadError as error:
            self._report(error, member)
        except RecursionError:
            self._report(ReadError(member, "nested too deeply to be read"), member)

    def _report(self, error: ReadError, member: str) -> None:
        self._options.report(_of_member(error, self._name, member))

    def _leave_out(self, found: LeftOut, member: str) -> None:
        if self._options.on_left_out is not None:
            self._options.on_left_out(member, found)
        elif self._options.on_error is None and found.kind == "empty":
            raise recognition.refusal(f"{self._name}: {member}", found)


@dataclass(frozen=True, slots=True)
class DeferredPage:
    """A web page inside of the file `path`."""

    path: str
    data: bytes
    member: str
    url: str | None
    number: int

    @property
    def size_bytes(self) -> int:
        return len(self.data)

    @property
    def label(self) -> str:
        return self.member

    def read(self, options: Options) -> Iterator[Article]:
        """Yield the article of the page, and report what is wrong with it."""
        inner = replace(options, depth=options.depth + 1, defer=False)
        try:
            with open_bytes(self.data, self.member) as source:
                for article in BY_NAME["html"].read(source, inner):
                    yield placed(article, self.path, self.number, self.member, self.url)
        except ReadError as error:
            options.report(_of_member(error, self.path, self.member))
        except RecursionError:
            deep = ReadError(self.member, "nested too deeply to be read")
            options.report(_of_member(deep, self.path, self.member))


def _of_member(error: ReadError, path: str, member: str) -> ReadError:
    where = f"{member}, record {error.record}" if error.record is not None else member
    return ReadError(path, f"{where}: {error.reason}", line=error.line, hint=error.hint)
