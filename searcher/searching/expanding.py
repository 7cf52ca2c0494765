"""Which words do `variants:haftar` and `@haftar` stand for here?

Each becomes an OR of the spellings that this archive holds (`names.py`) or that were saved
(`codec/name_sets.py`): words that anybody could have typed, so that what is understood can be
read, changed and asked again, and a note that names them.  In a keyword group `-=hafter` takes
that spelling out of the names beside it; a word that is none of theirs is excluded as ever.

A spelling is written as a bare word where that finds the same (no other word of the archive has
its stem), and as `=word` where it does not: `=morales` is not `moral`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from searcher.analysis import Analyzer
from searcher.errors import QueryError
from searcher.query import tree
from searcher.query.diagnostics import nearest
from searcher.query.notes import Note
from searcher.searching.names import Spelling

__all__ = ["MOST_NAMES", "NameExpander", "spellings_query"]

MOST_NAMES = 16
"""How many different names one query may ask for."""

_Find = Callable[[str, str | None], Sequence[Spelling]]
_Sets = Callable[..., Mapping[str, Sequence[str]]]


def spellings_query(
    spellings: Sequence[str], analyzer: Analyzer, forms_of_stem: Callable[[str], list[bytes]]
) -> tree.Node:
    """The query that finds any of `spellings`."""
    nodes = list(dict.fromkeys(_node(s, analyzer, forms_of_stem) for s in spellings))
    if len(nodes) > 1:
        return tree.Or(tuple(nodes))
    only = nodes[0]
    # A bare word is optional in a group, and a name is not.
    return tree.Exact(only.text) if isinstance(only, tree.Word) else only


def _node(
    spelling: str, analyzer: Analyzer, forms_of_stem: Callable[[str], list[bytes]]
) -> tree.Node:
    forms = analyzer.forms(spelling)
    if len(forms) > 1:
        return tree.Phrase(tuple(map(tree.Exact, forms)))
    form = forms[0] if forms else spelling
    same_stem = forms_of_stem(analyzer.stem(form))
    if same_stem in ([], [form.encode("utf-8", "surrogatepass")]):
        return tree.Word(form)
    return tree.Exact(form)


class NameExpander:
    """Puts spellings in the place of names, in one query.

    Arguments:
        find: the near spellings of a name in a text field, the name itself first.
        sets: the saved sets of these names, or all.
        text: the query as it was typed, for notes and errors.
    """

    def __init__(
        self,
        find: _Find,
        sets: _Sets,
        analyzer: Analyzer,
        forms_of_stem: Callable[[str], list[bytes]],
    ) -> None:
        self._find = find
        self._sets = sets
        self._analyzer = analyzer
        self._forms_of_stem = forms_of_stem
        self.notes: list[Note] = []

    def expand(self, asked: tree.Node) -> tree.Node:
        """`asked` with spellings for names.

        Raises:
            QueryError: there is no such set, or no spelling is left, or there are too many
                names.
        """
        names = {part for part in tree.walk(asked) if isinstance(part, tree.Variants)}
        if len(names) > MOST_NAMES:
            raise QueryError(
                f"the query asks for the spellings of {len(names)} names, more than {MOST_NAMES}",
                suggestion="save sets of names, and write @haftar",
            )
        return self._expanded(asked, None, frozenset())

    def _expanded(
        self, node: tree.Node, field: str | None, without: frozenset[tuple[str, ...]]
    ) -> tree.Node:
        expand = self._expanded
        match node:
            case tree.Variants() | tree.NameSet():
                return self._spelt(node, field, without)
            case tree.Group():
                return self._group(node, field, without)
            case tree.And(children) | tree.Or(children):
                return node.replace(children=tuple(expand(c, field, without) for c in children))
            case tree.Near(left, right) | tree.Within(left, right) | tree.NotNear(left, right):
                return node.replace(
                    left=expand(left, field, without), right=expand(right, field, without)
                )
            case tree.Field(name, child):
                return node.replace(child=expand(child, name, without))
            case (
                tree.Not(child)
                | tree.Required(child)
                | tree.Excluded(child)
                | tree.Boost(child)
                | tree.AtLeast(_, child)
            ):
                return node.replace(child=expand(child, field, without))
        return node

    def _group(
        self, group: tree.Group, field: str | None, without: frozenset[tuple[str, ...]]
    ) -> tree.Node:
        """A group in which `-=word` takes spellings out of the names beside it."""
        excluded = {
            item: tuple(self._analyzer.forms(_exact_text(item)))
            for item in group.items
            if _exact_text(item)
        }
        held = {
            forms
            for item in group.items
            if not isinstance(item, tree.Excluded)
            for forms in self._forms_in(item, field)
        }
        taken = {item for item, forms in excluded.items() if forms in held}
        without = without | {excluded[item] for item in taken}
        items = tuple(
            item
            if isinstance(item, tree.Excluded) and item in excluded
            else self._expanded(item, field, without)
            for item in group.items
            if item not in taken
        )
        if len(items) > 1:
            return group.replace(items=items)
        only = items[0]
        if isinstance(only, tree.Excluded):
            return tree.Not(only.child, start=only.start, end=only.end)
        return only.child if isinstance(only, tree.Required) else only

    def _forms_in(self, item: tree.Node, field: str | None) -> set[tuple[str, ...]]:
        """The forms of the names in an item of a group."""
        found: set[tuple[str, ...]] = set()
        waiting = [(item, field)]
        while waiting:
            node, inside = waiting.pop()
            if isinstance(node, tree.Variants | tree.NameSet):
                found |= {tuple(self._analyzer.forms(s)) for s, _ in self._held(node, inside)}
            inside = node.name if isinstance(node, tree.Field) else inside
            waiting += [(child, inside) for child in tree.subtrees(node)]
        return found

    def _held(
        self, node: tree.Variants | tree.NameSet, field: str | None
    ) -> list[tuple[str, int | None]]:
        """The spellings that `node` stands for, with their articles if they are known."""
        if isinstance(node, tree.Variants):
            try:
                found = self._find(node.text, field)
            except QueryError as error:
                raise _at(node, error.reason, error.suggestion) from None
            return [(spelling.form, spelling.articles) for spelling in found]
        sets = self._sets(node.name)
        if node.name not in sets:
            raise self._unknown(node)
        return [(spelling, None) for spelling in sets[node.name]]

    def _unknown(self, node: tree.NameSet) -> QueryError:
        known = sorted(self._sets())
        near = nearest(node.name, known)
        if near:
            suggestion = f"did you mean @{near}?"
        else:
            suggestion = f"to look for the word, write {node.name} without the @"
        return QueryError(
            f"no set of names is called {node.name}",
            position=max(node.start, 0),
            end=node.end if node.end > 0 else None,
            expected=None if near or not known else f"one of {', '.join(known[:20])}",
            suggestion=suggestion,
        )

    def _spelt(
        self,
        node: tree.Variants | tree.NameSet,
        field: str | None,
        without: frozenset[tuple[str, ...]],
    ) -> tree.Node:
        held = self._held(node, field)
        kept = [(s, n) for s, n in held if tuple(self._analyzer.forms(s)) not in without]
        if not kept:
            raise _at(node, f"no spelling of {node} is left", "take fewer of them out")
        self.notes.append(_note(node, kept))
        spelt = spellings_query([s for s, _ in kept], self._analyzer, self._forms_of_stem)
        return spelt.replace(start=node.start, end=node.end)


def _exact_text(item: tree.Node) -> str:
    """The word of `-=hafter`, or those of `-"khalifa hafter"`; empty for anything else."""
    if not isinstance(item, tree.Excluded):
        return ""
    match item.child:
        case tree.Exact(text):
            return text
        case tree.Phrase(parts) if all(isinstance(part, tree.Exact) for part in parts):
            return " ".join(part.text for part in parts if isinstance(part, tree.Exact))
    return ""


def _at(node: tree.Node, reason: str, suggestion: str | None) -> QueryError:
    end = node.end if node.end > 0 else None
    return QueryError(reason, position=max(node.start, 0), end=end, suggestion=suggestion)


def _note(node: tree.Variants | tree.NameSet, held: list[tuple[str, int | None]]) -> Note:
    said = ", ".join(s if n is None else f"{s} ({n:,})" for s, n in held)
    if len(held) > 1:
        last = held[-1][0]
        leave_out = f'-"{last}"' if " " in last else f"-={last}"
        message = f"{node} stands for {said}; {leave_out} leaves one out"
    else:
        message = f"{node} stands for {said} only"
        if isinstance(node, tree.Variants):
            message += "; searcher names shows spellings further off"
    return Note(max(node.start, 0), max(node.end, 0), str(node), message, None)
