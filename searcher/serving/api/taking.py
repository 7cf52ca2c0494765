"""What answers `export`: all articles that match, taken away as a file?"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse

from searcher.exporting.columns import Column
from searcher.request import SORTS
from searcher.searching.scan import Scan
from searcher.serving.api.endpoint import Asked, Endpoint
from searcher.serving.export import (
    EXPORT_FORMATS,
    PATIENCE_S,
    Exporter,
    ExportFormat,
    columns_of,
    scan_for,
)
from searcher.serving.parameters import QUERY, Parameter
from searcher.serving.problems import ProblemError
from searcher.serving.visits import visit_of

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope, Send

__all__ = ["ENDPOINTS"]


async def _export(request: Request, asked: Asked) -> Response:
    """The articles, streamed while they are read, all of one commit.

    Raises:
        ProblemError: too many are taken away already.
        ExportError: there is no such field.
    """
    service = asked.service
    form = EXPORT_FORMATS[asked["format"]]
    exporter = service.exporter
    fields = None if asked["fields"] is None else asked["fields"].split(",")
    columns = columns_of(service.archive, form, fields, show_paths=service.settings.show_paths)
    if not exporter.take_place():
        raise ProblemError(
            "busy",
            f"{exporter.most} exports run already; ask again when one has ended",
            headers={"Retry-After": "10"},
        )
    try:
        scan = await service.run(scan_for(service.archive, asked["q"], asked["sort"]), request)
    except BaseException:
        exporter.leave_place()
        raise
    if (visit := visit_of(request.scope)) is not None:
        visit.hits = scan.total
    headers = {
        "Content-Disposition": f'attachment; filename="{form.file_name}"',
        "X-Total-Count": str(len(scan)),
    }
    return _Taken(exporter, scan, form, columns, headers)


class _Taken(StreamingResponse):
    """A set that is taken away; its place is given back when it has been, or when nobody has
    taken a piece for so long that nobody seems to be there."""

    def __init__(
        self,
        exporter: Exporter,
        scan: Scan,
        form: ExportFormat,
        columns: Sequence[Column],
        headers: Mapping[str, str],
    ) -> None:
        super().__init__(self._piece_by_piece(), headers=headers, media_type=form.media_type)
        self._exporter = exporter
        self._scan = scan
        self._pieces = exporter.pieces(scan, form, columns)
        self._has_begun = False

    async def _piece_by_piece(self) -> AsyncGenerator[bytes, None]:
        self._has_begun = True
        async for piece in self._pieces:
            yield piece

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_in_time(message: Message) -> None:
            async with asyncio.timeout(PATIENCE_S):
                await send(message)

        try:
            await super().__call__(scope, receive, send_in_time)
        except (ClientDisconnect, TimeoutError):
            pass  # the answer is not complete, so the server cuts the connection
        finally:
            self._exporter.leave_place()
            await self._pieces.aclose()
            if not self._has_begun:  # else the thread that writes closes it
                self._scan.close()


ENDPOINTS = (
    Endpoint(
        "/export",
        "export",
        "All articles that match, as a file, from one commit; the last line of NDJSON says "
        "how many there are.",
        (
            QUERY,
            Parameter(
                "format", "The form of the file.", usual="ndjson", choices=tuple(EXPORT_FORMATS)
            ),
            Parameter("fields", "Names of fields, with commas between them.", least=1),
            Parameter("sort", "In which order.", usual="date", choices=SORTS),
        ),
        str,
        respond=_export,
        media_types=tuple(form.media_type for form in EXPORT_FORMATS.values()),
        problems=("query", "parameter", "too-large", "busy", "deadline", "index"),
        is_cached=False,
    ),
)
