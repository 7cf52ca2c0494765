"""What may a program ask over HTTP?

`routes(service)` is the table of the API, `/api/v1`:

    endpoint.py    what an endpoint is, and how a request to it is answered
    searching.py   search, count, lines and explain
    counting.py    facets, timeline and stats
    articles.py    articles, where a query stands in them, and how they are cited
    quotes.py      whether an article says some words
    saving.py      saved searches
    taking.py      whole sets, taken away as a file
"""

from __future__ import annotations

from starlette.routing import BaseRoute

from searcher.serving.api import articles, counting, quotes, saving, searching, taking
from searcher.serving.api.endpoint import Endpoint
from searcher.serving.service import Service

__all__ = ["endpoints", "routes"]


def endpoints(service: Service) -> tuple[Endpoint, ...]:
    """All endpoints that `service` has."""
    found = [*searching.ENDPOINTS, *counting.ENDPOINTS, *articles.ENDPOINTS, *quotes.ENDPOINTS]
    if service.settings.exports:
        found += taking.ENDPOINTS
    if service.saved is not None:
        found += saving.ENDPOINTS
    return tuple(found)


def routes(service: Service) -> list[BaseRoute]:
    """The routes of the API."""
    return [endpoint.route() for endpoint in endpoints(service)]
