"""Which article is called so: by an id, as a file, or on standard input?"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from searcher.archive import Archive
from searcher.cli.output import one_line
from searcher.errors import ArticleNotFoundError, ReadError

if TYPE_CHECKING:
    from searcher.article import Article

__all__ = ["article_in_file", "article_named", "is_file"]


def is_file(name: str) -> bool:
    """Whether `name` is taken for a file, or standard input, and not for an id."""
    return name == "-" or os.path.lexists(name)


def article_named(archive: Archive, name: str, record: int | None = None) -> Article:
    """The article that is called `name`: a file, standard input, or an id.

    Raises:
        ReadError: the file holds no article, or several.
        ArticleNotFoundError: it is neither a file nor an id.
    """
    if is_file(name):
        return article_in_file(name, record)
    try:
        return archive.get(name)
    except ArticleNotFoundError as error:
        raise ArticleNotFoundError(
            name, f"{one_line(name)} is no file, and {error.args[0]}"
        ) from error


def article_in_file(name: str, record: int | None = None) -> Article:
    """The one article of a file or of standard input, or the one with that number.

    Raises:
        ReadError: it holds no article, or several.
    """
    from searcher.reading import read, read_stream

    found: list[Article] = []
    more = False
    articles = read_stream(sys.stdin.buffer, name="-") if name == "-" else read(name)
    for number, one in enumerate(articles, 1):
        if record is None or number == record:
            if found:
                more = True
                break
            found.append(one)
            if record is not None:
                break
    if more:
        raise ReadError(
            name, "holds several articles", hint="say which one: --record 1, or give an id"
        )
    if not found:
        hint = "give a file with an article" if record is None else "give a lower number"
        raise ReadError(name, "holds no such article", record=record, hint=hint)
    return found[0]
