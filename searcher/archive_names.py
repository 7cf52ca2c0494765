"""How does an archive spell a name, and which words do the names in a query stand for?

`ArchiveNames` is what `ArchiveReader` answers about names; the sets of them that were saved
are read here, and written by `Archive`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from searcher.errors import QueryError
from searcher.importing import InstalledOnly
from searcher.query import Node
from searcher.query.printing import text_of
from searcher.request import Request
from searcher.searching.budget import Budget

if TYPE_CHECKING:
    from searcher.query.notes import Note
    from searcher.searching.names import NameVariants
    from searcher.searching.view import View

__all__ = ["ArchiveNames"]

_T = TypeVar("_T")


class ArchiveNames:
    """What is said of names."""

    path: str

    def _view(self, use: Callable[[View], _T]) -> _T:
        raise NotImplementedError

    def _with_spellings(self, asked: Node, typed: str) -> tuple[Node, tuple[Note, ...]]:
        """`asked`, which was read from `typed`, with spellings for names, and which they are.

        Raises:
            QueryError: there is no such set, or no spelling is left, or there are too many
                names.
        """
        expanded, notes = self._looked_up(typed, lambda view: view.with_spellings(asked))
        return expanded, tuple(
            note._replace(text=typed[note.position : note.end]) if note.end else note
            for note in notes
        )

    def _with_whole_ids(self, asked: Node, typed: str) -> Node:
        """`asked`, which was read from `typed`, with whole ids of the articles whose groups it
        names.

        Raises:
            QueryError: there are no groups, or no article, or more than one, has an id.
        """
        with InstalledOnly():
            from searcher.searching.grouped import with_whole_ids

        return self._looked_up(typed, lambda view: with_whole_ids(view.snapshot, asked))

    def _looked_up(self, typed: str, use: Callable[[View], _T]) -> _T:
        """What `use` finds; its errors are those of the query `typed`."""
        try:
            return self._view(use)
        except QueryError as error:
            raise QueryError(
                error.reason,
                query=typed,
                position=error.position,
                end=error.end,
                expected=error.expected,
                suggestion=error.suggestion,
            ) from None

    def names(
        self,
        name: str,
        *,
        limit: int = 10,
        field: str | None = None,
        timeout: float | None = None,
    ) -> NameVariants:
        """The spellings that this archive has of a name: see `searching/names.py`.

        Arguments:
            name: one word, or up to four, in any script.
            limit: how many spellings to return besides the name itself.
            field: a text field to look in, such as "byline"; title and body by default.
            timeout: as for `search`.

        Raises:
            QueryError: that is no name.
            ValueError: there is no text field of that name, or limit is less than 0.
            DeadlineError, IndexDamagedError: as `search`.

        Cost: some tens of milliseconds.
        """
        with InstalledOnly():
            from searcher.query.fields import TEXT_FIELDS
            from searcher.searching.names import NameVariants

        if field is not None and field not in TEXT_FIELDS:
            raise ValueError(f"field is one of {', '.join(TEXT_FIELDS)}, not {field!r}")
        request = Request("*", limit=limit, timeout_s=timeout)
        budget = Budget(request.timeout_s)
        in_field = None if field is None else TEXT_FIELDS[field]

        def use(view: View) -> NameVariants:
            found = view.names(name, budget, limit, field=in_field)
            near = [spelling.form for spelling in found if spelling.is_near]
            return NameVariants(name, text_of(view.query_of(near)), found)

        return self._view(use)

    def taken_names(
        self, found: NameVariants, *, without: Sequence[str] = (), also: Sequence[str] = ()
    ) -> tuple[tuple[str, ...], str]:
        """The near spellings of `found` without some and with others, and the query that finds
        any of them.

        Raises:
            NameSetError: one of `without` is not among them, or none is left.
        """
        with InstalledOnly():
            from searcher.searching.names import taken_spellings

        def use(view: View) -> tuple[tuple[str, ...], str]:
            taken = taken_spellings(found, view.analyzer, without=without, also=also)
            return taken, text_of(view.query_of(taken))

        return self._view(use)

    def name_sets(self) -> dict[str, tuple[str, ...]]:
        """The saved sets of names: of each the spellings that `@name` stands for.

        Raises:
            IndexDamagedError: a file of one is not what was written.
        """
        with InstalledOnly():
            from searcher.codec.name_sets import read_name_sets

        return read_name_sets(self.path)
