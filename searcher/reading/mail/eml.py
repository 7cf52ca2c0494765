"""Which article is in a file that holds one message?

Apple Mail puts the length of the message before it and its own notes after it (`.emlx`); some
programs leave the line of a mailbox (`From ...`) at the top.  The rest is message.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from searcher.article import Article
from searcher.reading.mail.message import articles_of_message
from searcher.reading.source import Options, Source

__all__ = ["read_source"]

_APPLE = re.compile(rb"\s*(\d{1,10})\s*\n")
_MAILBOX_LINE = re.compile(rb"\s{0,4}>?From [^\n]{0,400}\n")


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the article of a message, or those that it carries."""
    data = source.read().removeprefix(b"\xef\xbb\xbf")
    found = _APPLE.match(data)
    if found is not None:
        data = data[found.end() : found.end() + int(found[1])]
    line = _MAILBOX_LINE.match(data)
    data = data[line.end() :] if line is not None else data
    yield from articles_of_message(data.lstrip(), source, options)
