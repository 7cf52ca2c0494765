"""With what does every route work?

`Service` is one archive that is served: the archive, what the server was told, where searches
run, where saved searches are, how URLs are made.  A route finds it with `service_of(request)`:

    async def page(request: Request) -> Response:
        service = service_of(request)
        asked = SearchLink.read(request.query_params)
        results = await service.run(
            lambda left_s: service.archive.search(asked.q, timeout=left_s), request
        )
        return HTMLResponse(...)

An endpoint or page never searches in its own coroutine, which would hold up all others, and
never opens an archive or reads a setting of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from searcher.archive import Archive
from searcher.cluster.address import is_address
from searcher.serving.admission import Admission
from searcher.serving.caching import EntityTags
from searcher.serving.export import Exporter
from searcher.serving.links import Links
from searcher.serving.metrics import Metrics
from searcher.serving.saved import SavedSearches, state_beside
from searcher.serving.settings import Settings

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection, Request

__all__ = ["Service", "make_service", "service_of"]

_T = TypeVar("_T")


@dataclass(slots=True)
class Service:
    """An archive that is served; `saved` is None where nothing is saved."""

    archive: Archive
    settings: Settings
    admission: Admission
    exporter: Exporter
    saved: SavedSearches | None
    links: Links
    metrics: Metrics
    tags: EntityTags
    # What rooms beside this one keep here for themselves, by their name.
    rooms: dict[str, Any] = field(default_factory=dict)

    async def run(
        self,
        use: Callable[[float], _T],
        request: Request | None = None,
        *,
        is_brief: bool = False,
    ) -> _T:
        """What `use` gives, run in a thread: see `Admission.run`.

        Arguments:
            is_brief: it will hardly take long, and may be run twice.
        """
        at_once = is_brief and self.archive.is_at_hand
        return await self.admission.run(use, request, is_brief=is_brief, at_once=at_once)


def make_service(archive: Archive, settings: Settings) -> Service:
    """The service of `archive`."""
    saved = None
    if settings.saves:
        if settings.state is not None:
            saved = SavedSearches(settings.state)
        elif not is_address(archive.path):  # there is nothing beside an archive on a cluster
            # Beside the index lies what came with it: a link there may lead anywhere.
            saved = SavedSearches(state_beside(archive.path), follow=False)
    return Service(
        archive,
        settings,
        Admission(
            threads=settings.threads,
            most_waiting=settings.most_waiting,
            deadline_s=settings.deadline_s,
        ),
        Exporter(),
        saved,
        Links(settings.root_path),
        Metrics(),
        EntityTags(archive),
    )


def service_of(connection: HTTPConnection) -> Service:
    """The service that a request has come to."""
    service: Service = connection.app.state.service
    return service
