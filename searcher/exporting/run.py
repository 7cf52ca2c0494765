"""How do articles that were found get into a file?

`write_articles` puts a format, columns and a target together, counts, and says how it went.
It takes articles from wherever: it knows of no index.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from searcher.errors import ExportError
from searcher.exporting.columns import Column, Exported
from searcher.exporting.destination import ByteStream, check_target, open_output
from searcher.exporting.formats import Format, Options
from searcher.importing import InstalledOnly

__all__ = ["ExportReport", "check_export", "write_articles"]

_BETWEEN_REPORTS = 64


class ExportReport(NamedTuple):
    """What was exported.

    `articles` were written, of `total` that match `query`, which was understood as
    `understood`; `path` is None for a stream.  `texts` is how many different texts match, where
    one article a text, or a story, was asked for; else None; and `stories` how many stories, where
    one article a story was.
    """

    query: str
    understood: str
    format: str
    fields: tuple[str, ...]
    path: str | None
    total: int
    articles: int
    bytes: int
    took_ms: float
    texts: int | None = None
    stories: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON values; `stories` only where one article a story was asked for."""
        values = self._asdict()
        if self.stories is None:
            del values["stories"]
        return {**values, "fields": list(self.fields), "took_ms": round(self.took_ms, 3)}


def check_export(
    target: str | os.PathLike[str] | ByteStream, form: Format, *, force: bool
) -> str | ByteStream:
    """Refuse what cannot be written, before anything is searched for; the target, as
    `write_articles` takes it.

    Raises:
        ExportError: something is in the way, or a library is missing.
        TypeError: it is neither a path nor a stream of bytes.
    """
    form.check()
    if isinstance(target, str | os.PathLike):
        path = os.fspath(target)
        if not isinstance(path, str):
            path = os.fsdecode(path)
        check_target(path, force=force, is_folder=form.is_folder)
        return path
    if isinstance(target, io.TextIOBase):
        raise TypeError("articles are written to a stream of bytes: give its .buffer, or a path")
    if not callable(getattr(target, "write", None)):
        raise TypeError(f"a path, or a stream to write bytes to, not {target!r}")
    if form.is_folder:
        raise ExportError(f"format {form.name}", "is a folder, not a stream", hint="name a folder")
    return target


def write_articles(
    articles: Iterable[Exported],
    target: str | ByteStream,
    form: Format,
    columns: Sequence[Column],
    *,
    options: Options,
    force: bool = False,
    on_progress: Callable[[int], None] | None = None,
) -> tuple[int, int]:
    """Write `articles` to `target`, which `check_export` has passed; how many articles and
    bytes that were.

    Arguments:
        force: replace what is there.
        on_progress: is told now and then how many articles are written.

    Raises:
        ExportError: the file cannot be written, or something came in its way.
        OSError: what a stream raises.

    Cost: one article is held at a time, and some megabytes.
    """
    counted = _Counted(articles, on_progress)
    if form.is_folder:
        with InstalledOnly():
            from searcher.exporting.folder import open_folder

        assert isinstance(target, str)
        with open_folder(target, force=force) as folder:
            form.write(counted, columns, folder, options)
        return counted.number, folder.bytes
    with open_output(target, force=force) as output:
        form.write(counted, columns, output, options)
    return counted.number, output.bytes


class _Counted:
    """Articles, counted as they go by."""

    def __init__(
        self, articles: Iterable[Exported], on_progress: Callable[[int], None] | None
    ) -> None:
        self._articles = articles
        self._report = on_progress
        self.number = 0

    def __iter__(self) -> Iterator[Exported]:
        for article in self._articles:
            if self._report is not None and not self.number % _BETWEEN_REPORTS:
                self._report(self.number)
            yield article
            self.number += 1
