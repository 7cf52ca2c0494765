"""Which article is in what a crawler captured?

A capture is a page, an image, a style sheet, a redirection: only pages and plain text that
were found (status 200) can be articles.  What a server calls a page is looked at before it
is believed: data in JSON, feeds and images come under that name.

`Captures` reads one after the other.  Each costs only itself: what is wrong with it is
reported with the number of its record.  The rest is counted, so that a crawl without any
page can be refused with what is in it.

The encoding that HTTP declares goes before the one that the page declares (HTML, "Determining
the character encoding"), so such a page is handed on in UTF-8 with a mark.

`crawled` in the metadata is when it was captured.  That is no date of the article.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from searcher.article import Article, article_id
from searcher.errors import ReadError
from searcher.reading.deferred import in_place_of_article
from searcher.reading.encoding import codec_for, decode
from searcher.reading.formats import BY_NAME, recognise_head
from searcher.reading.head import Head
from searcher.reading.html import read_html
from searcher.reading.recognition import LeftOut
from searcher.reading.sniff import is_html
from searcher.reading.source import HEAD_SIZE, Options
from searcher.reading.text import read_text
from searcher.reading.web_archives.http import charset_of, media_type_of, response

__all__ = ["Capture", "Captures", "DeferredCapture", "may_be_page"]

_PAGES = frozenset(["text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml"])
# Servers that do not know say one of these, or nothing.
_UNKNOWN = frozenset(
    ["", "application/octet-stream", "application/unknown", "unk", "unknown", "no-type", "text"]
)
# What every site has for machines, and is plain text; and addresses of what the crawler wrote
# itself: its log, its settings, the text of a page that is there as a page too.
_FOR_MACHINES = re.compile(
    r"(?:metadata|dns|urn|whois|filedesc|screenshot|[a-z]+view):|[a-z]+://[^/]+/(?:robots\.txt|humans\.txt|(?:app-)?ads\.txt|sellers\.json|llms(?:-full)?\.txt|"
    r"\.well-known/|favicon\.ico)",
    re.I,
)
_SAFE_URL = re.compile(r"[^\x00-\x20<>\"]{1,8000}")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d(?:T[0-9:.]{5,18}(?:Z|[+-]\d\d:?\d\d))?")
_UTF8_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Capture:
    """What a record holds.

    Arguments:
        number: of the record, from 1.
        url: where it was found.
        date: when it was captured, as the file says.
        content_type: what the record says of its block, for one without an HTTP message.
        block: the HTTP message, or the document itself.
    """

    number: int
    url: str
    date: str
    content_type: str
    block: bytes = field(repr=False)


def may_be_page(content_type: str, url: str) -> bool:
    """Whether a page, or text, could come under this type from this address."""
    media_type = media_type_of(content_type)
    is_known = media_type in _PAGES or media_type in _UNKNOWN or media_type == "text/plain"
    return is_known and _FOR_MACHINES.match(url) is None


class Captures:
    """Reads the captures of the file `name`, and keeps count of what was no article."""

    def __init__(self, name: str, options: Options, what: str) -> None:
        self._name = name
        self._options = options
        self._what = what
        self._articles = 0
        self._errors = 0
        self.others: Counter[str] = Counter()
        """What else there was, by what it is."""

    def read(self, capture: Capture) -> Iterator[Article]:
        """Yield the article of a capture, if it is one."""
        if self._options.defer:
            self._articles += 1
            yield in_place_of_article(DeferredCapture(self._name, capture))
            return
        try:
            article = self._article(capture)
        except ReadError as error:
            self.report(error, capture.number)
            return
        except RecursionError:
            self.report(ReadError(self._name, "nested too deeply to be read"), capture.number)
            return
        if article is not None:
            self._articles += 1
            yield article

    def report(self, error: ReadError, number: int | None) -> None:
        """Hand on what is wrong with a record."""
        self._errors += 1
        self._options.report(
            ReadError(self._name, error.reason, record=number, hint=error.hint, kind=error.kind)
        )

    def finish(self, records: int) -> None:
        """Refuse a crawl in which nothing was an article, and say what was there."""
        if self._articles or self._errors:
            return
        seen = ", ".join(f"{count:,} {what}" for what, count in self.others.most_common(5))
        raise ReadError(
            self._name,
            f"{self._what} without a page that was found: {records:,} "
            + ("record" if records == 1 else "records")
            + (f" ({seen})" if seen else ""),
            hint="is this the part of the crawl that has the pages?",
            kind="web archive",
        )

    def _article(self, capture: Capture) -> Article | None:
        block, content_type = capture.block, capture.content_type
        answer = response(block, self._name)
        if answer is not None:
            if answer.status != 200:
                self.others[f"with status {answer.status}"] += 1
                return None
            block, content_type = answer.body, answer.headers.get("content-type", "")
            if answer.problem is not None:
                self.report(ReadError(self._name, answer.problem), capture.number)
        elif media_type_of(content_type) == "application/http":
            self.others["without an HTTP head"] += 1
            return None
        if not may_be_page(content_type, capture.url):
            self.others[media_type_of(content_type) or "of unknown type"] += 1
            return None
        if not block.strip():
            self.others["empty"] += 1
            return None
        return self._of_text(block, content_type, capture)

    def _of_text(self, block: bytes, content_type: str, capture: Capture) -> Article | None:
        charset = charset_of(content_type)
        media_type = media_type_of(content_type)
        name = "page.html" if media_type in _PAGES else "page.txt" if media_type else "page"
        head = Head(block[:HEAD_SIZE], name)
        # A page is read as one, whatever service's export it looks like besides.
        found = BY_NAME["html"] if is_html(head.plain) else recognise_head(head)
        if isinstance(found, LeftOut) or found.name not in ("html", "text"):
            self.others[found.reason if isinstance(found, LeftOut) else f"in {found.name}"] += 1
            return None
        url = clean_url(capture.url)
        if found.name == "text":
            text, encoding = decode(block, name=self._name, charset=charset)
            article = read_text(
                text, name=self._name, encoding=encoding, fields=self._options.fields
            )
            return self._placed(article, url, encoding, capture)
        declared: str | None = None
        # Valid UTF-8 is UTF-8 whatever is declared, and the reader of pages finds that out.
        if codec_for(charset) not in (None, "utf-8"):
            text, declared = decode(block, name=self._name, charset=charset)
            block = _UTF8_MARK + text.encode("utf-8", "replace")
        article = read_html(block, url, fields=self._options.fields)
        return self._placed(article, url, declared or article.encoding, capture)

    def _placed(
        self, article: Article, url: str | None, encoding: str | None, capture: Capture
    ) -> Article:
        is_derived = article.id == article_id(article)
        crawled = {"crawled": capture.date} if _INSTANT.fullmatch(capture.date) else {}
        return replace(
            article,
            url=article.url or url,
            path=self._name,
            record=capture.number,
            encoding=encoding,
            id="" if is_derived else article.id,
            metadata={**article.metadata, **crawled},
        )


@dataclass(frozen=True, slots=True)
class DeferredCapture:
    """A capture in the file `path`, to be read later."""

    path: str
    capture: Capture

    @property
    def url(self) -> str | None:
        return clean_url(self.capture.url)

    @property
    def size_bytes(self) -> int:
        return len(self.capture.block)

    @property
    def label(self) -> str:
        return f"record {self.capture.number}"

    def read(self, options: Options) -> Iterator[Article]:
        """Yield its article, if it is one."""
        yield from Captures(self.path, replace(options, defer=False), "").read(self.capture)


def clean_url(text: str) -> str | None:
    """An address as crawlers write it, `<...>` at times and with blanks, as one word."""
    text = text.strip().strip("<>").strip().replace(" ", "%20")
    return text if _SAFE_URL.fullmatch(text) and "://" in text else None
