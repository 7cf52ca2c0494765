"""Which articles does an export of Substack hold?

`posts.csv` says of each post what it is, `posts/ID.slug.html` has its text and nothing
else.  Whichever of the two is read, the other is looked at beside it, and the article is
the same one, by the number of the post.  A post without a text beside the list (a podcast,
a thread) has its subtitle, which is a teaser.

Beside a file means in its folder, or the folder above it: `posts.csv` of an archive is not
looked for on the disk.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterator, Mapping

from searcher.article import Article
from searcher.errors import ArticleError, ReadError
from searcher.importing import InstalledOnly
from searcher.opening import read_bounded
from searcher.reading.encoding import decode
from searcher.reading.field_keys import read_date
from searcher.reading.fragments import fragment_line, fragment_paragraphs
from searcher.reading.prose import first_sentence
from searcher.reading.source import MAX_ARTICLE, Options, Source

__all__ = ["read_post", "read_source"]

_MAX_LIST = 16 << 20
_POST = re.compile(r"(\d{4,12})(\.[\w-]{1,200})?\.html\Z")
Row = Mapping[str, str]


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the articles of a list of posts, or that of a post."""
    if os.path.basename(source.name).lower().endswith(".html"):
        yield from read_post(source, options)
        return
    text, encoding = decode(source.read(_MAX_LIST), name=source.name)
    number = 0
    for row in _rows(text, source.name):
        number += 1
        markup = None
        if options.depth == 0:
            markup = _text_beside(source.name, row.get("post_id", ""))
        try:
            yield _article(row, markup, source.name, number, encoding)
        except ArticleError as error:
            options.report(ReadError(source.name, str(error), record=number))
    if not number:
        raise ReadError(source.name, "a list of posts of Substack without a post")


def read_post(source: Source, options: Options) -> Iterator[Article]:
    """Yield the article of one post; without a list beside it, it is a page like any other."""
    row = _row_beside(source.name) if options.depth == 0 else None
    if row is None:
        with InstalledOnly():
            from searcher.reading import html as pages
        yield from pages.read_source(source, options)
        return
    markup, encoding = decode(source.read(), name=source.name)
    try:
        yield _article(row, markup, source.name, None, encoding)
    except ArticleError as error:
        raise ReadError(source.name, str(error), hint="split the article") from error


def _rows(text: str, name: str) -> Iterator[Row]:
    reader = csv.DictReader(io.StringIO(text.replace("\0", "")))
    try:
        for row in reader:
            yield {
                key: value or ""
                for key, value in row.items()
                if isinstance(key, str) and not isinstance(value, list)
            }
    except csv.Error as error:
        raise ReadError(name, f"a list of posts of Substack that breaks off: {error}") from error


def _row_beside(path: str) -> Row | None:
    """What `posts.csv` says of the post in the file `path`."""
    folder, base = os.path.split(path)
    for place in (os.path.join(folder, ".."), folder):
        try:
            data = read_bounded(os.path.join(place, "posts.csv"), _MAX_LIST)
            text, _ = decode(data, name="posts.csv")
            for row in _rows(text, "posts.csv"):
                if base in (f"{row.get('post_id')}.html",) or _number(base) == _number(
                    f"{row.get('post_id')}.html"
                ):
                    return row
        except (OSError, ValueError, ReadError):
            continue
    return None


def _number(base: str) -> str | None:
    found = _POST.match(base)
    return found[1] if found else None


def _text_beside(path: str, post: str) -> str | None:
    folder = os.path.dirname(path)
    if not _POST.match(f"{post}.html"):
        return None
    for place in (os.path.join(folder, "posts"), folder):
        try:
            data = read_bounded(os.path.join(place, f"{post}.html"), MAX_ARTICLE)
            return decode(data, name=post)[0]
        except (OSError, ValueError, ReadError):
            continue
    return None


def _article(row: Row, markup: str | None, name: str, number: int | None, encoding: str) -> Article:
    lines = fragment_paragraphs(markup or "")
    title = fragment_line(row.get("title", ""))
    subtitle = fragment_line(row.get("subtitle", ""))
    post = row.get("post_id", "")
    metadata: dict[str, str | tuple[str, ...]] = {
        "slug": post.partition(".")[2],
        "genre": row.get("type", ""),
        "audience": row.get("audience", ""),
    }
    if lines:
        metadata["subtitle"] = subtitle
    else:
        lines = [subtitle] if subtitle else []
        metadata["teaser"] = "yes"
    date, date_text = read_date(row.get("post_date") or row.get("email_sent_at"))
    published = row.get("is_published", "").strip().lower() in ("true", "1", "yes")
    key = post.partition(".")[0]
    return Article(
        title=title or (first_sentence(lines[0]) if lines else ""),
        body="\n\n".join(lines),
        date=date,
        path=name,
        id=f"substack:{key}" if key.isdigit() else "",
        record=number,
        date_text=date_text,
        encoding=encoding,
        status=None if published else "draft",
        metadata={key: value for key, value in metadata.items() if value},
    )
