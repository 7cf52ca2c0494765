"""What do the folders say that a page of a newspaper lies in?

Collections of newspapers name folders by what every page of theirs has: Chronicling America's
`sn83030214/1909-01-02/ed-1/seq-3/ocr.xml` holds the number of the title at the Library of
Congress, the day, the edition and the page; its batches `sn83030214/print/1909010201/0012.xml`
the same, with the edition behind the day.

Source: the API and the batches of Chronicling America (Library of Congress).
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field

__all__ = ["Place", "place_of"]

_TITLE = r"(?P<lccn>[a-z]{0,3}\d{8,10})"
_PATHS = (
    re.compile(
        rf"(?:\A|/){_TITLE}/(?P<date>\d{{4}}-\d\d-\d\d)/ed-(?P<edition>\d{{1,3}})"
        rf"/seq-(?P<page>\d{{1,4}})(?:/|\Z)"
    ),
    re.compile(
        rf"(?:\A|/){_TITLE}/(?:print/)?(?:\w{{1,20}}/)?(?P<date>(?:1[5-9]|20)\d{{6}})"
        rf"(?P<edition>\d\d)/(?P<page>\d{{1,5}})(?:\.xml(?:\.[gx]z)?|/|\Z)"
    ),
)


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of a page by where it lies."""

    date: dt.date | None = None
    date_text: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)


def place_of(path: str) -> Place:
    """What the folders of `path` say; nothing where they have other names."""
    for pattern in _PATHS:
        found = pattern.search(path.replace("\\", "/"))
        if found is None:
            continue
        digits = found["date"].replace("-", "")
        try:
            date = dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        except ValueError:
            continue
        metadata = {
            "lccn": found["lccn"],
            "edition": str(int(found["edition"])),
            "page": str(int(found["page"])),
        }
        return Place(date, found["date"], metadata)
    return Place()
