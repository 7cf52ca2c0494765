"""How is an answer handed on to other programs?

`ArchiveExport` is what `ArchiveReader` has of that: all articles that match, written to a file
in one of the forms of `exporting/`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from searcher.fields import FieldTable
from searcher.importing import InstalledOnly
from searcher.query import Node
from searcher.request import Request
from searcher.scoring import Scoring

if TYPE_CHECKING:
    from searcher.exporting.destination import ByteStream
    from searcher.exporting.run import ExportReport
    from searcher.searching.scan import Scan

__all__ = ["ArchiveExport"]


class ArchiveExport:
    """What is handed on of an archive."""

    if TYPE_CHECKING:  # of `ArchiveReader`

        @property
        def fields(self) -> FieldTable: ...

        @property
        def has_groups(self) -> bool: ...

        @property
        def has_stories(self) -> bool: ...

        def scan_of(self, request: Request) -> Scan: ...

    def export(
        self,
        query: str | Node,
        target: str | os.PathLike[str] | ByteStream,
        *,
        format: str | None = None,
        fields: Sequence[str] | None = None,
        limit: int | None = None,
        offset: int = 0,
        sort: str = "score",
        force: bool = False,
        bom: bool = False,
        timeout: float | None = None,
        recent: float | Literal["auto"] | None = None,
        expand: bool = False,
        weights: Scoring | Mapping[str, float] | None = None,
        group: Literal["none", "copies", "stories"] = "none",
        on_progress: Callable[[int, int], None] | None = None,
    ) -> ExportReport:
        """Write all articles that match to a file, one after another, from one commit.

        Arguments:
            target: the path of a file, which is there when all of it is; of a folder, for
                `text-folder`; or a stream of bytes, which is not closed.
            format: "csv", "jsonl", "parquet", "arrow", "ris", "bibtex", "csl-json", "markdown",
                "html" or "text-folder"; what the name of the file says, if left out.
            fields: names of fields, in the order in which they are written; by default all in
                tables, and in the others those that belong there.  `credit` (the agencies that
                an article credits), `text_id` and `story_id` (the first articles of its text and
                of its story) are written where they are named only.
            limit, offset, sort, recent, expand, weights: as for `search`; all are written.
            group: "copies" for one article a text, the earliest that matches, with the field
                `copies`: how many others in the archive have the text; "stories" for one a
                story, its best text.
            force: replace the file if there is one.
            bom: begin CSV with the mark by which Excel knows that it is UTF-8.
            timeout: as for `search`, for finding the articles.
            on_progress: is told now and then how many are written, of how many.

        What may not be published is not exported unless the query asks for its `status:`.

        Raises:
            ExportError: the file is there, or cannot be written; there is no such format or
                field; a library is missing.  Nothing is left of what was begun.
            QueryError, DeadlineError, IndexDamagedError, ValueError, TypeError: as `search`.
            OSError: what a stream raises.

        Cost: that of `scan`; about a tenth of a millisecond an article.
        """
        with InstalledOnly():
            from searcher.exporting.columns import choose_columns
            from searcher.exporting.formats import Options, format_for
            from searcher.exporting.run import ExportReport, check_export, write_articles

        started = time.perf_counter()
        path = target if isinstance(target, str | os.PathLike) else None
        form = format_for(format, path)
        is_folded = group != "none"
        columns = choose_columns(
            fields,
            self.fields,
            usual=form.fields,
            with_copies=is_folded,
            knows_texts=self.has_groups,
            knows_stories=self.has_stories,
        )
        place = check_export(target, form, force=force)
        request = Request(
            query,
            limit=limit,
            offset=offset,
            sort=sort,
            timeout_s=timeout,
            recent=recent,
            expand=expand,
            weights=weights,
            group=group,
        )
        with self.scan_of(request) as scan:
            report = None
            if on_progress is not None:
                told, of = on_progress, len(scan)

                def report(done: int) -> None:
                    told(done, of)

            articles, size = write_articles(
                scan,
                place,
                form,
                columns,
                options=Options(bom=bom, title=request.text),
                force=force,
                on_progress=report,
            )
            return ExportReport(
                query=request.text,
                understood=scan.understood,
                format=form.name,
                fields=tuple(column.name for column in columns),
                path=place if isinstance(place, str) else None,
                total=scan.total,
                texts=scan.texts,
                stories=scan.stories,
                articles=articles,
                bytes=size,
                took_ms=(time.perf_counter() - started) * 1000,
            )
