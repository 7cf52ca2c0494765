"""Which fields of an article are written, in which order, and of what kind is each?

A `Column` is one field as the writers see it: its name, its kind, and how its value is got
from an article.  The names are those of `searcher/fields.py` and of the archive's own value
fields; `rank` and `score` are what the search says of the article, `copies` how many others have
its text, where the answer was folded by texts; `metadata` is whatever else is known of it that
has no column of its own.  Three more are written where they are named only: `credit`, the agencies
that the article credits, and `text_id` and `story_id`, the first articles of its text and of its
story, by which a table of all articles can be grouped elsewhere.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

from searcher.errors import ExportError
from searcher.fields import DERIVED, FIELDS, FieldTable
from searcher.importing import InstalledOnly

if TYPE_CHECKING:
    from searcher.article import Article

__all__ = [
    "CITED",
    "Column",
    "Exported",
    "Kind",
    "as_values",
    "choose_columns",
    "column_names",
    "json_value",
]

Kind = Literal["text", "texts", "date", "whole", "number", "metadata"]
"""One text or none, several, a day or instant, a whole number, a number, named values."""

RANK, SCORE, METADATA, COPIES = "rank", "score", "metadata", "copies"
CREDIT, TEXT_ID, STORY_ID = "credit", "text_id", "story_id"
_NAMED_ONLY = (CREDIT, TEXT_ID, STORY_ID)
_KINDS: dict[str, Kind] = {
    "byline": "texts", "date": "date", "updated": "date", "record": "whole",
}  # fmt: skip
CITED = ("title", "byline", "date", "source", "section", "language", "url", "id")
"""The fields that a citation has."""


class Exported(Protocol):
    """An article that was found, as `archive.scan` gives it."""

    @property
    def rank(self) -> int: ...
    @property
    def score(self) -> float: ...
    @property
    def article(self) -> Article: ...


class Column(NamedTuple):
    """One field: `value` gets it from an article that was found."""

    name: str
    kind: Kind
    value: Callable[[Exported], Any]


def column_names(table: FieldTable = FIELDS, *, with_copies: bool = False) -> tuple[str, ...]:
    """The names that there are for fields, in the order in which all are written.

    Arguments:
        with_copies: whether the answer was folded by texts.
    """
    usual = [row.name for row in table.rows if row.attribute and row.name != "body"]
    folded = (COPIES,) if with_copies else ()
    named = [name for name in _NAMED_ONLY if name not in table.own]
    return (RANK, SCORE, *usual, *table.own, METADATA, *named, *folded, "body")


def choose_columns(
    names: Sequence[str] | None,
    table: FieldTable = FIELDS,
    *,
    usual: Sequence[str] | None = None,
    with_copies: bool = False,
    knows_texts: bool = False,
    knows_stories: bool = False,
) -> tuple[Column, ...]:
    """The columns called `names`, in that order.

    Arguments:
        names: None for the `usual` ones; where those are None too, all but rank and score and
            those that are written where they are named only.
        with_copies: whether the answer was folded by texts, so that there is the number of
            copies; it is one of the usual ones then, before the text.
        knows_texts: whether copies of articles were looked for, so that there is `text_id`.
        knows_stories: whether stories were, so that there is `story_id`.

    Raises:
        ExportError: there is no field of that name, it is named twice, or none is named.
    """
    known = column_names(table, with_copies=with_copies)
    if names is None:
        left_out = {RANK, SCORE, *(name for name in _NAMED_ONLY if name not in table.own)}
        names = usual or [name for name in known if name not in left_out]
        if with_copies and COPIES not in names:
            end = len(names) - (names[-1] == "body")
            names = [*names[:end], COPIES, *names[end:]]
    elif COPIES in names and not with_copies:
        raise ExportError(
            f"field {COPIES!r}",
            "copies are counted where each text is written once",
            hint="write --group copies (group='copies') too",
        )
    if isinstance(names, str):
        raise ExportError("fields", "expected names, got one text", hint="give a list of names")
    if not names:
        raise ExportError("fields", "none is named", hint=f"there are {', '.join(known)}")
    for place, name in enumerate(names):
        if name not in known:
            raise ExportError(f"field {name!r}", "there is none", hint=_advice(name, known, table))
        if name in names[:place]:
            raise ExportError(f"field {name!r}", "is named twice", hint="name it once")
        if name not in table.own:
            _check_known(name, knows_texts=knows_texts, knows_stories=knows_stories)
    return tuple(_column(name, table) for name in names)


def _check_known(name: str, *, knows_texts: bool, knows_stories: bool) -> None:
    if name == TEXT_ID and not knows_texts:
        what, hint = "copies of articles were not looked for", "searcher groups --rebuild"
    elif name == STORY_ID and not knows_stories:
        what, hint = "stories were not looked for", "searcher groups --stories"
    else:
        return
    raise ExportError(f"field {name!r}", what, hint=f"run: {hint}")


def _advice(name: object, known: Sequence[str], table: FieldTable) -> str:
    with InstalledOnly():
        from difflib import get_close_matches

    row = table.by_name.get(str(name))
    if row is not None and row.kind == DERIVED:
        return "it is made of other fields, and only searched"
    near = get_close_matches(str(name).lower(), known, 1)
    return f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"


def _column(name: str, table: FieldTable) -> Column:
    if name == RANK:
        return Column(name, "whole", attrgetter("rank"))
    if name == SCORE:
        return Column(name, "number", attrgetter("score"))
    if name == COPIES:
        return Column(name, "whole", attrgetter("copies"))
    if name in table.own:
        return Column(name, "texts", lambda found: as_values(found.article.metadata.get(name)))
    if name == CREDIT:
        return Column(name, "texts", attrgetter(name))
    if name in (TEXT_ID, STORY_ID):
        return Column(name, "text", attrgetter(name))
    if name == METADATA:
        own = frozenset(table.own)
        return Column(name, "metadata", lambda found: _without(found.article.metadata, own))
    return Column(name, _KINDS.get(name, "text"), attrgetter(f"article.{name}"))


def as_values(value: str | tuple[str, ...] | None) -> tuple[str, ...]:
    """One text, several or none, as several."""
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else value


def _without(metadata: Mapping[str, Any], names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    return {name: as_values(value) for name, value in metadata.items() if name not in names}


def json_value(kind: Kind, value: Any) -> Any:
    """`value` of a column of that kind, as JSON has it: dates as in ISO 8601, one value of
    metadata as a text and several as a list."""
    if value is None:
        return None
    if kind == "texts":
        return list(value)
    if kind == "date":
        assert isinstance(value, dt.date)
        return value.isoformat()
    if kind == "metadata":
        return {name: v[0] if len(v) == 1 else list(v) for name, v in value.items()}
    return value
