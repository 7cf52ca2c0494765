"""Which column of a table holds what?

The table of fields (`searcher/fields.py`) knows the names that records use.  Tables have more
to go by: a common beginning of all names (`post_title`, `post_date`), and a column of long
texts under a name that nobody foresaw (`speech`), which is the text when no other column is.
A caller's field map goes before all of it.

`ColumnPlan` is made once for a file, from its header and some of its rows, and turns each row
into a record with the usual keys beside its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os.path import commonprefix

from searcher.fields import FieldTable
from searcher.reading.field_keys import folded_key

__all__ = ["ColumnPlan", "known_fields", "plan_columns", "unique_names"]

# Keys of bodies that are as often only the teaser of one.
_TEASERS = frozenset(("description", "summary", "abstract", "lead", "excerpt", "dek"))
_PREFIX = re.compile(r"(?:post|article|news|story|item|entry|doc|document|page|text)(?=[a-z])")
_SHORTEST_TEXT = 120  # of the cells of a column that is taken for the text
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """What the columns `names` of a table are; `fields` are those that it has.

    `body` is the column of the text.  `added` are keys of the table of fields, and the columns
    whose values stand under them too.
    """

    names: tuple[str, ...]
    fields: frozenset[str]
    body: str | None = None
    added: tuple[tuple[str, str], ...] = ()

    @property
    def holds_articles(self) -> bool:
        """Whether rows can be articles: a text, or a title with a date or an address."""
        return "body" in self.fields or (
            "title" in self.fields and bool(self.fields & {"date", "url"})
        )

    def record(self, cells: Sequence[object]) -> dict[str, object]:
        """A row as a record: its columns by name, and by the usual keys where these differ."""
        found = dict(zip(self.names, cells, strict=False))
        for key, name in self.added:
            found[key] = found.get(name)
        return found


def unique_names(header: Sequence[object]) -> tuple[str, ...]:
    """Names for all columns of a header: blanks cut, the second `title` is `title_2`."""
    names: list[str] = []
    seen: dict[str, int] = {}
    for place, cell in enumerate(header, 1):
        name = str(cell).strip().strip("\ufeff").strip() or f"column_{place}"
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:
            name = f"{name}_{seen[name]}"
            seen[name] = seen.get(name, 0) + 1
        names.append(name)
    return tuple(names)


def known_fields(names: Sequence[str], fields: FieldTable) -> dict[str, str]:
    """The fields that columns are named for, and the surest column of each."""
    folded: dict[str, str] = {}
    for name in names:
        if len(name) <= _LONGEST_NAME:
            folded.setdefault(folded_key(name), name)
    found: dict[str, str] = {}
    for row in fields.rows:
        key = next((key for key in row.keys if key in folded), None)
        if row.mappable and key is not None:
            found[row.name] = folded[key]
    return found


def plan_columns(
    names: Sequence[str],
    sample: Sequence[Sequence[object]],
    fields: FieldTable,
    field_map: Mapping[str, str],
) -> ColumnPlan:
    """Say what the columns `names` hold; `sample` are some of the rows under them."""
    found = known_fields(names, fields)
    mapped = {
        field for field, key in field_map.items() if key in names or key.partition(".")[0] in names
    }
    added: dict[str, str] = {}
    for field, name in _prefixed(names, fields).items():
        if field not in found:
            found[field] = name
            key = next(iter(fields.by_name[field].keys))
            if key not in names:
                added[key] = name
    if "body" not in mapped and (text := _text_column(names, sample, found)) is not None:
        found["body"] = text
        # The first key of the table goes before all others.
        key = fields.by_name["body"].keys[0]
        if key not in names:
            added[key] = text
    body = field_map.get("body", found.get("body"))
    return ColumnPlan(tuple(names), frozenset(found) | mapped, body, tuple(added.items()))


def _prefixed(names: Sequence[str], fields: FieldTable) -> dict[str, str]:
    """The fields that columns are named for when a beginning common to them is cut."""
    folded = [folded_key(name) for name in names]
    # Letters are meant, not folders.
    lower = [name.lower() for name in names]
    common = commonprefix(lower) if len(names) > 1 else ""  # noqa: RUF071
    common = folded_key(common) if re.search(r"[_\s.-]\Z", common) else ""
    cut: dict[str, str] = {}
    for name, key in zip(names, folded, strict=True):
        short = key.removeprefix(common) if common else _PREFIX.sub("", key, count=1)
        if short and short != key:
            cut.setdefault(short, name)
    return {
        field: cut[column]
        for field, column in known_fields(tuple(cut), fields).items()
        if field != "id"
    }


def _text_column(
    names: Sequence[str], sample: Sequence[Sequence[object]], found: Mapping[str, str]
) -> str | None:
    """The column that holds the text, if none is named for it, or only one for teasers."""
    given = found.get("body")
    if given is not None and folded_key(given) not in _TEASERS:
        return None
    taken = set(found.values()) - {given}
    lengths = {
        name: _usual_length([row[place] for row in sample if place < len(row)])
        for place, name in enumerate(names)
        if name not in taken
    }
    longest = max(lengths, key=lambda name: lengths[name], default=None)
    if longest is None or longest == given or lengths[longest] < _SHORTEST_TEXT:
        return None
    return longest if given is None or lengths[longest] > 2 * lengths[given] else None


def _usual_length(cells: Sequence[object]) -> int:
    """The middle length of the texts among `cells`; 0 if they have no blanks between words."""
    texts = [cell for cell in cells if isinstance(cell, str) and cell.strip()]
    lengths = sorted(len(text) for text in texts if " " in text.strip() or not text.isascii())
    return lengths[len(lengths) // 2] if 2 * len(lengths) > len(texts) else 0
