"""How is a query that cannot be read explained?

Every complaint names the place, what is wrong there, and where possible what to
type instead.  Names that nearly match are found by the slips that part them
(`distance.py`).

`render` draws the query and underlines the place, one column per character; a
terminal that shows some characters two columns wide will see it shifted.
"""

from __future__ import annotations

from searcher.errors import QueryError
from searcher.fields import FIELDS, FieldTable
from searcher.importing import InstalledOnly
from searcher.query.fields import (
    FOREIGN_CODES,
    FOREIGN_SEGMENTS,
    SYNONYMS,
    TEXT_FIELDS,
    field_names,
)
from searcher.typography import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from searcher.query.notes import Note

__all__ = ["QueryText", "nearest", "nearest_field", "render", "shorten"]

OPERAND = "a word, a quoted phrase or a parenthesis"


class QueryText:
    """The text of a query, as typed and with plain typography; makes its errors.

    `language` is that of the archive, in which months may be named too, and `fields` are
    those that its articles have.
    """

    __slots__ = ("fields", "language", "notes", "plain", "typed")

    def __init__(self, typed: str, language: str = "en", fields: FieldTable = FIELDS) -> None:
        self.typed = typed
        self.plain = plain(typed)
        self.language = language
        self.fields = fields
        # What was read otherwise than some would expect (`notes.py`).
        self.notes: list[Note] = []

    def error(
        self,
        reason: str,
        start: int,
        end: int | None = None,
        *,
        expected: str | None = None,
        suggestion: str | None = None,
    ) -> QueryError:
        return QueryError(
            reason,
            query=self.typed,
            position=start,
            end=end,
            expected=expected,
            suggestion=suggestion,
        )

    def missing(self, at: int, *, after: str = "", suggestion: str | None = None) -> QueryError:
        """There should be an operand at `at`."""
        where = f" after {shorten(after)}" if after else ""
        return self.error(
            f"an operand is missing{where}", at, expected=OPERAND, suggestion=suggestion
        )

    def unknown_field(self, name: str, start: int, end: int) -> QueryError:
        lower = name.lower()
        suggestion = None
        expected = None
        if lower in ("http", "https"):
            stop = self.plain.find(" ", start)
            address = self.plain[start : stop if stop >= 0 else None].replace('"', "")
            suggestion = f'write url:"{shorten(address)}" to look for an address'
        elif lower == "credit":
            return self.error(
                "this archive was made before it was kept which agencies articles credit",
                start,
                end,
                suggestion="index the articles again into a new directory: "
                "searcher index PATH --index NEW",
            )
        elif lower == "in" and (field := self._field_named(end + 1)) is not None:
            suggestion = f"write {field}: right before the word, as in {field}:truce"
        elif (known := nearest_field(lower, self.fields)) is not None:
            suggestion = f"did you mean {known}?"
        else:
            expected = f"one of {', '.join(field_names(self.fields))}"
            suggestion = "put words with a colon in quotes"
        return self.error(
            f"no field {shorten(name)}", start, end, expected=expected, suggestion=suggestion
        )

    def _field_named(self, at: int) -> str | None:
        """The text field that is named at `at`, as in `in:title`."""
        name = self.plain[at : at + 20].split(" ", 1)[0].lower()
        return name if name in TEXT_FIELDS else None


def shorten(text: str, limit: int = 40) -> str:
    """`text`, or its beginning when it is too long for a message."""
    return text if len(text) <= limit else text[: limit - 3] + "..."


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that `name` is most likely a slip for, if any is close enough."""
    if len(name) > 20:
        return None
    with InstalledOnly():
        from searcher.distance import edit_distance

    # A third of the letters may be wrong: more would suggest what nobody meant.
    best, allowed = None, max(1, len(name) // 3)
    for candidate in known:
        distance = edit_distance(name, candidate)
        if distance < allowed or (distance == allowed and best is None):
            best, allowed = candidate, distance
    return best


def nearest_field(name: str, fields: FieldTable = FIELDS) -> str | None:
    """The field that `name` stands for elsewhere, or is a slip for."""
    return (
        SYNONYMS.get(name)
        or FOREIGN_CODES.get(name)
        or FOREIGN_SEGMENTS.get(name, "").strip("=")
        or nearest(name, field_names(fields))
    )


def render(error: QueryError, width: int = 79) -> str:
    """The query, its wrong part underlined, and the reason, as lines of plain text."""
    said = str(error).removeprefix(f"at {error.position}: ")
    if not error.query:
        return said
    # One character stays one column, so line ends and tabs become spaces.
    line = "".join(c if c.isprintable() else " " for c in error.query)
    start = min(max(error.position, 0), len(line))
    end = max(start + 1, min(error.end, len(line)))
    shift = 0
    if len(line) > width:
        shift = max(0, min(start - width // 3, len(line) - width + 6))
        stop = shift + width - 6
        line = ("..." if shift else "") + line[shift:stop] + ("..." if stop < len(line) else "")
        end = max(start + 1, min(end, stop))
        shift -= 3 if shift else 0
    return f"{line}\n{' ' * (start - shift)}{'^' * (end - start)}\n{said}"
