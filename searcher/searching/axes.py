"""By what can articles be counted?

By each field that has a column of its values, as the table of fields says (`fields.py`), the
archive's own among them, and by the day, week, month or year of publication.  An `Axis` is
one of these.  `byline` is counted by whole names: the table has them as `name`, beside the
field whose single words are searched.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from searcher.fields import FieldTable
from searcher.searching.periods import PERIODS

__all__ = ["Axis", "axes_of", "axis_names"]

_NAMES_OF = {"byline": "name"}
_CALLED = {column: name for name, column in _NAMES_OF.items()}


class Axis(NamedTuple):
    """What articles are counted by.

    `name` is what it is called in answers; `column` the field whose values count, or None
    where `name` is a period of time.
    """

    name: str
    column: str | None

    @property
    def has_names(self) -> bool:
        """Whether its values are names of people."""
        return self.column in _CALLED


def axis_names(fields: FieldTable) -> tuple[str, ...]:
    """All that articles with these fields can be counted by."""
    return (*(_CALLED.get(column, column) for column in fields.facets), *PERIODS)


def axes_of(
    by: str | Sequence[str], fields: FieldTable, *, among: Sequence[str] | None = None
) -> tuple[Axis, ...]:
    """The axes that are named, each once, in their order.

    Arguments:
        by: names, or one text with commas between them.
        among: the names that are allowed; all that `fields` has if left out.

    Raises:
        ValueError: articles cannot be counted by one of them, or none is named.
    """
    allowed = axis_names(fields) if among is None else tuple(among)
    given = by.split(",") if isinstance(by, str) else by
    names = list(dict.fromkeys(name.strip().lower() for name in given if name.strip()))
    names = list(dict.fromkeys(_CALLED.get(name, name) for name in names))
    for name in names:
        if name not in allowed:
            raise ValueError(f"by is of {', '.join(allowed)}, not {name!r}")
    if not names:
        raise ValueError(f"by names one or more of {', '.join(allowed)}")
    return tuple(
        Axis(name, None if name in PERIODS else _NAMES_OF.get(name, name)) for name in names
    )
