"""What is counted of a server, for whoever watches over it?

Requests and seconds by route and status, searches that run and wait, what was refused and why,
deadlines, the commit and the articles that are served, and the memory of the process, in the text
form of Prometheus.  Labels are routes, numbers and kinds of problems: no query, no name of a
person, no address is ever in one.

Several workers count together where Prometheus's own files are set up for that (`running.py`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from searcher.errors import SearcherError

if TYPE_CHECKING:
    from searcher.serving.service import Service

__all__ = ["MULTIPROCESS", "Metrics"]

MULTIPROCESS = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """The numbers of one process."""

    def __init__(self) -> None:
        if os.environ.get(MULTIPROCESS):  # it is looked at once, when the library is imported
            values.ValueClass = values.get_value_class()  # type: ignore[no-untyped-call]
        self._of: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._registry = CollectorRegistry()
        registry = self._registry
        self._requests = Counter(
            "searcher_requests",
            "Requests that were answered.",
            ("route", "method", "status"),
            registry=registry,
        )
        self._seconds = Histogram(
            "searcher_request_seconds",
            "How long they took, waiting included.",
            ("route",),
            buckets=_SECONDS,
            registry=registry,
        )
        self._refused = Counter(
            "searcher_refused",
            "Requests that were refused, by the kind of problem.",
            ("reason",),
            registry=registry,
        )
        self._deadlines = Counter(
            "searcher_deadlines", "Searches that were given up in time.", registry=registry
        )

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count an answer."""
        key = (route, method, status)
        counters = self._of.get(key)
        if counters is None:  # to look them up by their labels takes longer than to count
            counted = self._requests.labels(*key)
            counters = self._of[key] = (counted, self._seconds.labels(route))
        counters[0].inc()
        counters[1].observe(seconds)

    def refused(self, reason: str) -> None:
        """Count a request that was refused."""
        self._refused.labels(reason).inc()
        if reason == "deadline":
            self._deadlines.inc()

    def text(self, service: Service) -> bytes:
        """All numbers, as Prometheus reads them.  Cost: to read the newest commit."""
        registry = CollectorRegistry()
        registry.register(_Now(service))
        if os.environ.get(MULTIPROCESS):
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
            return generate_latest(registry)
        return generate_latest(self._registry) + generate_latest(registry)


class _Now:
    """What is so at this moment."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def collect(self) -> Iterator[Metric]:
        """The numbers."""
        admission = self._service.admission
        yield _gauge("searches_running", "Searches that run.", admission.running)
        yield _gauge("searches_slow", "Those that have run for long.", admission.slow)
        yield _gauge("searches_waiting", "Requests that wait for a place.", admission.waiting)
        yield _gauge("exports_running", "Sets that are taken away.", self._service.exporter.running)
        try:
            generation, _ = self._service.archive.commit
            articles = len(self._service.archive)
        except SearcherError:
            yield _gauge("index_readable", "Whether the index can be read.", 0)
        else:
            yield _gauge("index_readable", "Whether the index can be read.", 1)
            yield _gauge("generation", "The number of the newest commit.", generation)
            yield _gauge("articles", "Articles that are served.", articles)
        for name, (field, said) in _MEMORY.items():
            if (size := _memory_bytes(field)) is not None:
                yield _gauge(name, said, size)


def _gauge(name: str, said: str, value: float) -> Metric:
    return GaugeMetricFamily(f"searcher_{name}", said, value=value)


# What Linux says of a process.  Pages of the index belong to the system, and are counted as
# resident once for each search that has them mapped; what grows when something leaks is private.
_MEMORY = {
    "resident_memory_bytes": ("VmRSS", "Memory of this process, mapped pages of the index too."),
    "private_memory_bytes": ("RssAnon", "Memory of this process alone."),
}


def _memory_bytes(field: str) -> int | None:
    """A figure of this process; None where the system does not say."""
    try:
        with open("/proc/self/status", encoding="ascii", errors="replace") as file:
            for line in file:
                if line.startswith(f"{field}:"):
                    return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    return None
