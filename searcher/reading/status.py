"""May an article be published?

Agencies and editorial systems say so in a word of their own; there are four that matter to
an archive, and "usable" is not said at all.  The words are those of IPTC's `pubstatus` and
NITF's `management-status`, and of the common editorial systems.
"""

from __future__ import annotations

import datetime as dt

__all__ = ["status_in_force", "status_of"]

_WORDS = {
    "withheld": "withheld hold held onhold withhold stopped quarantined",
    "canceled": "canceled cancelled cancel kill killed retracted withdrawn recalled deleted "
    "trash trashed spiked unpublished expired removed annulled delete unusable "
    "takendown donotpublish donotuse",
    "embargoed": "embargoed embargo",
    "draft": "draft autodraft private pending future scheduled inprogress submitted routed "
    "corrected_draft review",
    "superseded": "superseded",
}
_STATUS = {word: status for status, words in _WORDS.items() for word in words.split()}


def status_of(text: str | None) -> str | None:
    """The status that `text` names; None for what may be published, and for other words.

    Prefixes of codes are passed over: `stat:withheld`, `http://cv.iptc.org/.../withheld`.
    """
    if not text:
        return None
    word = text.strip().lower().rstrip("/:#").replace("/", ":").rpartition(":")[2]
    return _STATUS.get(word.replace("-", "").replace("_", "").replace(" ", ""))


def status_in_force(
    status: str | None, until: dt.datetime | dt.date | None, *, now: dt.datetime
) -> str | None:
    """`status` at the instant `now`: an embargo that is over holds no more."""
    if status not in (None, "embargoed") or until is None:
        return status
    if not isinstance(until, dt.datetime):
        until = dt.datetime(until.year, until.month, until.day, tzinfo=dt.UTC)
    return "embargoed" if until > now else None
