"""What answers `export`: all articles that match, taken away as a file?"""

from __future__ import annotations

from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from searcher.request import SORTS
from searcher.serving.api.endpoint import Asked, Endpoint
from searcher.serving.export import EXPORT_FORMATS, columns_of, scan_for
from searcher.serving.parameters import QUERY, Parameter
from searcher.serving.problems import ProblemError
from searcher.serving.visits import visit_of

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
    if exporter.running >= exporter.most:
        raise ProblemError(
            "busy",
            f"{exporter.most} exports run already; ask again when one has ended",
            headers={"Retry-After": "10"},
        )
    fields = None if asked["fields"] is None else asked["fields"].split(",")
    columns = columns_of(service.archive, form, fields, show_paths=service.settings.show_paths)
    scan = await service.run(scan_for(service.archive, asked["q"], asked["sort"]), request)
    if (visit := visit_of(request.scope)) is not None:
        visit.hits = scan.total
    pieces: AsyncIterator[bytes] = exporter.pieces(scan, form, columns)
    headers = {
        "Content-Disposition": f'attachment; filename="{form.file_name}"',
        "X-Total-Count": str(len(scan)),
    }
    return StreamingResponse(pieces, headers=headers, media_type=form.media_type)


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
