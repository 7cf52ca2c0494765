"""What is asked of an archive?

`Request` is a query with all that goes with it: how many hits, from which on, in which
order, how long it may take.  It is checked once, when it is made, so that whoever takes
one (`Archive.answer`, the executors, a server) need not ask again.

What comes is to be a field here and not another parameter of every function between the
front door and the executors.
Facets and timelines return no hits: what they are counted by is an `Axis`
(`searching/axes.py`), beside a request that has the query and the time.

It says nothing of the index: what the query means there (`Archive` leaves out its stop
words) is handed to the executors beside the request.
"""

from __future__ import annotations

from searcher.query.node import Frozen
from searcher.query.tree import Node
from searcher.scoring import DEFAULT_SCORING, Scoring

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Literal

__all__ = ["AUTO", "GROUPS", "SORTS", "Request"]

AUTO = "auto"
GROUPS = ("none", "copies", "stories")
SORTS = ("score", "date", "-date")
# A minute and a thousand years: beyond them nothing changes.
_SHORTEST_HALF_LIFE_DAYS = 1 / 1440
_LONGEST_HALF_LIFE_DAYS = 365_250.0
_QUERIES = (str, Node)  # a union would be made for every request


class Request(Frozen):
    """A query, and how it is to be answered.

    Arguments:
        query: text in the query language, or a tree.
        limit: hits to return, 0 or more; None returns all.
        offset: how many of the best hits to leave out, 0 or more.
        sort: "score" (best first, then newest), "date" (oldest first) or "-date" (newest
            first); articles without a date come last.
        timeout_s: seconds, more than 0, after which the query is given up; None and
            infinity for as long as it takes, which is bounded by what a query may cost.
        recent: how much recent articles go before older ones: a half-life in days, more than
            0, `AUTO` to let the dates of the best hits say, None for not at all.
        expand: whether the words that the best answers share are added to the query.
        weights: constants of the ranking other than the archive's, by their names in
            `scoring.WEIGHTS` (k1, b, title, body, byline, closeness, distance), or all of
            them as a `Scoring`.
        group: "copies" for one hit a text, "stories" for one a story, "none" for one an article.
        passages: whether hits have what their snippets show as it is stored, with its place.

    Raises:
        ValueError: a value is not one of these.
        TypeError: a value is of another kind.
    """

    # Not a dataclass: a search for a rare word takes some tens of microseconds in all, and
    # this takes half of one, a frozen dataclass twice as long and a millisecond to define.
    query: str | Node
    limit: int | None
    offset: int
    sort: str
    timeout_s: float | None
    recent: float | Literal["auto"] | None
    expand: bool
    weights: Scoring | tuple[tuple[str, float], ...] | None
    group: str
    passages: bool

    __slots__ = (
        "expand",
        "group",
        "limit",
        "offset",
        "passages",
        "query",
        "recent",
        "sort",
        "timeout_s",
        "weights",
    )
    __match_args__ = (
        "query", "limit", "offset", "sort", "timeout_s", "recent", "expand", "weights",
        "group", "passages",
    )  # fmt: skip

    def __init__(
        self,
        query: str | Node,
        *,
        limit: int | None = 10,
        offset: int = 0,
        sort: str = "score",
        timeout_s: float | None = None,
        recent: float | Literal["auto"] | None = None,
        expand: bool = False,
        weights: Scoring | Mapping[str, float] | None = None,
        group: str = "none",
        passages: bool = False,
    ) -> None:
        if not isinstance(query, _QUERIES):
            raise TypeError(f"a query is a text or a tree of nodes, not {query!r}")
        if limit is not None and (type(limit) is not int or limit < 0):
            limit = _whole_number(limit, "limit is 0 or more, or None for all")
        if type(offset) is not int or offset < 0:
            offset = _whole_number(offset, "offset is 0 or more")
        if sort not in SORTS:
            raise ValueError(f"sort is one of {', '.join(SORTS)}, not {sort!r}")
        if timeout_s is not None:
            timeout_s = _duration_s(timeout_s)
        if recent is not None and recent != AUTO:
            recent = _half_life_days(recent)
        if expand is not True and expand is not False:
            raise TypeError(f"expand is True or False, not {expand!r}")
        if group not in GROUPS:
            raise ValueError(f"group is one of {', '.join(GROUPS)}, not {group!r}")
        if passages is not True and passages is not False:
            raise TypeError(f"passages is True or False, not {passages!r}")
        changed: Scoring | tuple[tuple[str, float], ...] | None = None
        if weights is not None:
            changed = weights if isinstance(weights, Scoring) else _checked_weights(weights)
        _put_query(self, query)
        _put_limit(self, limit)
        _put_offset(self, offset)
        _put_sort(self, sort)
        _put_timeout_s(self, timeout_s)
        _put_recent(self, recent)
        _put_expand(self, expand)
        _put_weights(self, changed)
        _put_group(self, group)
        _put_passages(self, passages)

    def scoring(self, usual: Scoring) -> Scoring:
        """The constants to rank with, where those of the archive are the `usual` ones."""
        if self.weights is None:
            return usual
        if isinstance(self.weights, Scoring):
            return self.weights
        return usual.with_weights(dict(self.weights))

    @property
    def text(self) -> str:
        """The query in the query language."""
        return self.query if isinstance(self.query, str) else str(self.query)


# The slots' own setters pass by `__setattr__`, which refuses.
(
    _put_query,
    _put_limit,
    _put_offset,
    _put_sort,
    _put_timeout_s,
    _put_recent,
    _put_expand,
    _put_weights,
    _put_group,
    _put_passages,
) = (getattr(Request, name).__set__ for name in Request.__match_args__)


def _whole_number(value: Any, allowed: str) -> int:
    """A number that is no plain `int`, as one."""
    try:
        number = int(value.__index__())
    except AttributeError:
        raise TypeError(f"{allowed}, not {value!r}") from None
    if number < 0:
        raise ValueError(f"{allowed}, not {value!r}")
    return number


def _checked_weights(weights: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    """The names and values of weights, of a mapping or as `Request.replace` hands them over."""
    values = dict(weights)
    DEFAULT_SCORING.with_weights(values)
    return tuple(values.items())


def _duration_s(value: Any) -> float | None:
    """Seconds; None if they never pass."""
    allowed = "timeout is more than 0 seconds, or None for no limit"
    try:
        seconds = float(value.__float__())
    except AttributeError:
        raise TypeError(f"{allowed}, not {value!r}") from None
    except OverflowError:
        seconds = float("inf" if value > 0 else "-inf")
    if not seconds > 0:
        raise ValueError(f"{allowed}, not {value!r}")
    return None if seconds == float("inf") else seconds


def _half_life_days(value: Any) -> float:
    allowed = "recent is a half-life of more than 0 days, 'auto', or None"
    if isinstance(value, str):
        raise ValueError(f"{allowed}, not {value!r}")
    try:
        days = float(value.__float__())
    except AttributeError:
        raise TypeError(f"{allowed}, not {value!r}") from None
    except OverflowError:
        days = 0.0
    if not _SHORTEST_HALF_LIFE_DAYS <= days <= _LONGEST_HALF_LIFE_DAYS:
        raise ValueError(
            f"{allowed}, from {_SHORTEST_HALF_LIFE_DAYS:g} to {_LONGEST_HALF_LIFE_DAYS:g}, "
            f"not {value!r}"
        )
    return days
