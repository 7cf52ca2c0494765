"""Which pages are read before all others, to learn what their outlets repeat?

Some of the pages of a run, spread over the list of its files, and of each crawl or archive of
pages the first ones of every outlet: crawls mix outlets, and are too large to be unpacked twice,
so only their beginning is looked at.  These pages are read twice.

Not done: pages under a name that does not say so (`article.php`); those of a crawl's later part.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import urlsplit

from searcher.errors import ReadError
from searcher.indexing.workers import SampleOfPartsTask, SampleTask
from searcher.reading import read
from searcher.reading.compression import SUFFIXES
from searcher.reading.deferred import Deferred, Placed
from searcher.reading.formats import FORMATS

__all__ = ["samples"]

# A tenth of many pages, most of a few.
_PAGES = (".html", ".htm", ".xhtml", ".shtml", ".html.gz", ".htm.gz")
_LEAST_PAGES = 8
_SAMPLE_PAGES = 24
_MOST_SAMPLE_PAGES = 300
_SAMPLES_AT_ONCE = 8
_HOLDERS = tuple(
    extension + suffix
    for format_ in FORMATS
    if format_.has_pages
    for extension in format_.extensions
    for suffix in ("", *SUFFIXES)
)
_MOST_CRAWLS = 100
# Of one crawl or archive: how far it is looked into, and what is held of it.
_MOST_PARTS = 4_000
_MOST_LOOKED_AT_BYTES = 128 << 20
_MOST_HELD_BYTES = 32 << 20
_FIRST_PARTS = 20  # where none of them is a page, there are none


def samples(
    paths: Iterable[str], check: Callable[[], None]
) -> Iterator[SampleTask | SampleOfPartsTask]:
    """Yield the tasks that read samples of the pages in the files of a run.

    Arguments:
        check: called now and then; it may raise to end the run.
    """
    pages: list[str] = []
    holders: list[str] = []
    for path in paths:
        name = path.lower()
        if name.endswith(_PAGES):
            pages.append(path)
        elif name.endswith(_HOLDERS):
            holders.append(path)
    if len(pages) >= _LEAST_PAGES:
        count = min(len(pages), max(_SAMPLE_PAGES, len(pages) // 10), _MOST_SAMPLE_PAGES)
        chosen = [pages[number * len(pages) // count] for number in range(count)]
        for start in range(0, count, _SAMPLES_AT_ONCE):
            check()
            yield SampleTask(chosen[start : start + _SAMPLES_AT_ONCE])
    step = max(1, len(holders) // _MOST_CRAWLS)
    for path in holders[::step]:
        parts = _first_of_each_outlet(path, check)
        for start in range(0, len(parts), _SAMPLES_AT_ONCE):
            check()
            yield SampleOfPartsTask(list(parts[start : start + _SAMPLES_AT_ONCE]))


def _first_of_each_outlet(path: str, check: Callable[[], None]) -> list[Deferred]:
    """The first pages of each outlet that has several at the beginning of the file `path`."""
    found: defaultdict[str, list[Deferred]] = defaultdict(list)
    seen = held = 0
    try:
        parts = read(path, defer=True, on_error=_forget, on_left_out=_forget)
        for number, part in enumerate(parts):
            if number % _FIRST_PARTS == 0:
                check()
            if isinstance(part, Deferred):
                seen += part.size_bytes
                pages = found[_outlet_of(part)]
                if len(pages) < _SAMPLE_PAGES and held < _MOST_HELD_BYTES:
                    pages.append(part)
                    held += part.size_bytes
            if number >= _MOST_PARTS or seen > _MOST_LOOKED_AT_BYTES:
                break
            if number >= _FIRST_PARTS and not found:
                break
    except ReadError:
        pass  # it is said where the file is read
    several = [pages for pages in found.values() if len(pages) >= _LEAST_PAGES]
    several.sort(key=len, reverse=True)
    return [page for pages in several for page in pages][:_MOST_SAMPLE_PAGES]


def _outlet_of(part: Deferred) -> str:
    """The host that a page is from; "" for all that say nothing of it."""
    url = part.url or (part.inner.url if isinstance(part, Placed) else None)
    try:
        return (urlsplit(url).hostname or "") if url else ""
    except ValueError:
        return ""


def _forget(*_: object) -> None:
    """What is wrong with a file is told where it is read for good."""
