"""What is there to be kept of a search, as one commit of an archive answers it?"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import platform
from importlib.metadata import PackageNotFoundError, version

from searcher import __version__
from searcher.codec.core import find_core
from searcher.codec.schema import NO_DAY
from searcher.query import Node
from searcher.query.printing import text_of
from searcher.recording.record import MOST_HITS, RecordedArchive, RecordedHit, SearchRecord
from searcher.request import Request
from searcher.scoring import WEIGHTS, Scoring
from searcher.searching.budget import Budget
from searcher.searching.snapshot import Snapshot
from searcher.searching.view import View

__all__ = ["digest_of", "take"]

# Of more articles that match, a hash of all their ids takes too long.
_MOST_MATCHED = 10_000
_EPOCH = dt.date(1970, 1, 1)


def take(
    view: View, request: Request, asked: Node, budget: Budget, *, at: dt.datetime, note: str
) -> SearchRecord:
    """The record of `request`, whose query is `asked`, as `view` answers it at the time `at`.

    Raises:
        QueryError, DeadlineError: as a search.

    Cost: two searches, and to read the ids of up to 10,000 articles that match.
    """
    best = request.replace(limit=MOST_HITS, offset=0)
    understood, found, _ = view.hits(asked, best, budget)
    matched = None
    if found.total <= _MOST_MATCHED:
        ids = view.ids(asked, request.replace(limit=None, offset=0), budget)
        joined = "\n".join(sorted(ids)).encode("utf-8")
        matched = hashlib.blake2b(joined, digest_size=16).hexdigest()
    snapshot = view.snapshot
    return SearchRecord(
        at=at,
        query=request.text,
        understood=text_of(understood),
        options={
            "sort": request.sort,
            "limit": request.limit,
            "offset": request.offset,
            "recent": request.recent,
            "expand": request.expand,
            "weights": _weights_of(request),
            "group": request.group,
        },
        constants=_constants(view.scoring_of(request)),
        total=found.total,
        matching_all=found.matching_all,
        hits=tuple(
            RecordedHit(
                hit.id,
                hit.score,
                digest_of(snapshot, hit.id) or "",
                hit.title[:300],
                hit.date.isoformat() if hit.date else None,
            )
            for hit in found.hits
        ),
        matched=matched,
        archive=_archive_of(snapshot),
        versions=_versions(),
        note=note,
    )


def digest_of(snapshot: Snapshot, id: str) -> str | None:
    """A hash of all that the article `id` says; None if it is not there."""
    key = id.encode("utf-8", "replace")
    for segment in snapshot.segments:
        postings = segment.postings("id", key)
        for number in postings.ids if postings is not None else ():
            if number not in segment.deleted:
                return f"{segment.digests()[number] & (1 << 64) - 1:016x}"
    return None


def _constants(scoring: Scoring) -> dict[str, float]:
    return {name: getattr(scoring, attribute) for name, attribute in WEIGHTS.items()}


def _weights_of(request: Request) -> dict[str, float] | None:
    if isinstance(request.weights, Scoring):
        return _constants(request.weights)
    return None if request.weights is None else dict(request.weights)


def _archive_of(snapshot: Snapshot) -> RecordedArchive:
    manifest = snapshot.manifest
    days = [
        day
        for segment in snapshot.segments
        for day in set(segment.days())  # a few thousand, of however many articles
        if day > NO_DAY
    ]
    return RecordedArchive(
        path=os.path.abspath(snapshot.directory),
        generation=snapshot.generation,
        checksum=manifest.checksum,
        articles=snapshot.live_count,
        language=manifest.language,
        rules=manifest.analysis,
        first=_day(min(days)) if days else None,
        last=_day(max(days)) if days else None,
    )


def _day(number: int) -> str:
    ordinal = max(1, min(_EPOCH.toordinal() + number, dt.date.max.toordinal()))
    return dt.date.fromordinal(ordinal).isoformat()


def _versions() -> dict[str, str]:
    core = find_core()
    found = {
        "searcher": __version__,
        "core": core.module.VERSION if core.module else "none",
        "python": platform.python_version(),
    }
    for name in ("whoosh3", "PyStemmer"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # it stands on the path without its papers
            found[name] = "unknown"
    return found
