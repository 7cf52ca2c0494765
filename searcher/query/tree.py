"""What did the person ask, as a tree?

Frozen nodes, one class for each thing that the query language can say, and
nothing of how it was typed or how it will be answered.  `str(node)` prints the
node in the query language with every binding made visible, and parsing that
text gives the same tree.  Trees belong to no engine: the plain executor, the
native one and any later one read these classes.

`start` and `end` are the span of the node in the query text; they do not take
part in comparison.

What may stand where (the parser keeps this, and a tree built by hand must):

* operands of Near, Within, NotNear, and the child of AtLeast: Word, Exact,
  Pattern, Fuzzy, Phrase, Variants, NameSet, Near, Within, NotNear, an Or of these, or a Group that
  holds only Word, Pattern and Fuzzy;
* inside a Field: anything but Field, Value, DateRange, LengthRange, Has, InGroup, Is
  and Everything;
* Required and Excluded: only as items of a Group, never one in the other;
* And, Or and Group have two parts or more; no tree is more than 100 levels high.
"""

from __future__ import annotations

from searcher.importing import InstalledOnly
from searcher.query.node import Frozen, NodeType, span_end

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

__all__ = [
    "GROUPS",
    "And",
    "AnyWord",
    "AtLeast",
    "Boost",
    "DateRange",
    "Everything",
    "Exact",
    "Excluded",
    "Field",
    "Fuzzy",
    "Group",
    "Has",
    "InGroup",
    "Is",
    "LengthRange",
    "NameSet",
    "Near",
    "Node",
    "Not",
    "NotNear",
    "Or",
    "Pattern",
    "Phrase",
    "Required",
    "Value",
    "Variants",
    "Within",
    "Word",
    "asks_for_groups",
    "asks_for_names",
    "kinds",
    "subtrees",
    "walk",
]


GROUPS = ("copies", "versions", "story")
"""The groups that articles may be in: `copies:ID`, and `has:copies`."""


class Node(Frozen, metaclass=NodeType):
    """Any part of a query."""

    start: int = span_end(default=-1, kw_only=True)
    end: int = span_end(default=-1, kw_only=True)

    def __str__(self) -> str:
        # Printing is its own file, and most programs that parse never print.
        with InstalledOnly():
            from searcher.query.printing import text_of

        return text_of(self)


# ---------------------------------------------------------------- leaves: words


class Word(Node):
    """`truce`: tokens with the stem of `text`.  `cease-fire`: these stems side by side."""

    text: str


class Exact(Node):
    """`=truce`: tokens with the form of `text` (side by side if `text` is several tokens)."""

    text: str


class Pattern(Node):
    """`militia*`, `wom?n`: tokens whose form fits; `*` any run, `?` one character."""

    text: str


class Fuzzy(Node):
    """`haftar~1`: tokens whose form is within `edits` (1 or 2) of the form of `text`."""

    text: str
    edits: int = 2


class Variants(Node):
    """`variants:haftar`: any spelling of a name that the archive holds, as it finds out when it
    is asked (`searching/expanding.py`); no executor meets it."""

    text: str


class NameSet(Node):
    """`@haftar`: the spellings that were saved by this name; no executor meets it either."""

    name: str


class AnyWord(Node):
    """A lone `*` inside a phrase: any one word."""


class Phrase(Node):
    """`"humanitarian truce"`: the parts side by side, each an Exact, Pattern or AnyWord."""

    parts: tuple[Exact | Pattern | AnyWord, ...]


# ---------------------------------------------------------------- combinations


class And(Node):
    """All of `children` (two or more)."""

    children: tuple[Node, ...]


class Or(Node):
    """Any of `children` (two or more)."""

    children: tuple[Node, ...]


class Not(Node):
    """Every article without `child`."""

    child: Node


class Required(Node):
    """`+a` in a keyword group."""

    child: Node


class Excluded(Node):
    """`-a` in a keyword group."""

    child: Node


class Group(Node):
    """Items side by side.  Word, Pattern and Fuzzy (boosted or not) are optional,
    Excluded is excluded, everything else is required."""

    items: tuple[Node, ...]


class Boost(Node):
    """`a^2`: the score of `child` times `factor`."""

    child: Node
    factor: float


# ---------------------------------------------------------------- positions


class Near(Node):
    """`left w/5 right`, or `left pre/5 right` when `ordered`."""

    left: Node
    right: Node
    distance: int
    ordered: bool = False


class Within(Node):
    """`left w/s right`, `left w/p right`: both in one `unit`, "sentence" or "paragraph"."""

    left: Node
    right: Node
    unit: str


class NotNear(Node):
    """`left NOT w/5 right`: a `left` with no `right` within `distance` words."""

    left: Node
    right: Node
    distance: int


class AtLeast(Node):
    """`atleast3(a)`: at least `count` occurrences, title and body counted together."""

    count: int
    child: Node


# ---------------------------------------------------------------- fields and values


class Field(Node):
    """`title:a`.  `name` is one of title, body, lead, hlead, byline."""

    name: str
    child: Node


class Value(Node):
    """`source:reuters`: the value of `name` (source, section, language, url, path)
    equals `text`, case folded; `*` and `?` are patterns unless `quoted`."""

    name: str
    text: str
    quoted: bool = False


class DateRange(Node):
    """Published on `first` or later and on `last` or earlier, both included; None leaves
    that end open.  An end is a day, compared with the article's own day (that of its date
    at its own offset), or an aware datetime, compared with its instant."""

    first: dt.date | None
    last: dt.date | None


class LengthRange(Node):
    """`length:500..1000`: words in the body, both ends included; None leaves an end open."""

    low: int | None
    high: int | None


class Has(Node):
    """`has:byline`: the article has a `name` at all; `has:copies`: others have its text,
    `has:versions`: its text was revised, `has:story`: others are about its event."""

    name: str


class InGroup(Node):
    """`copies:ID`, `versions:ID`, `story:ID`: the articles in that group of the article whose id
    is `id`, or the only one that begins so; only an archive can say which they are."""

    kind: str
    id: str


class Is(Node):
    """`is:lead`: the first article of its text, or the only one; `is:copy`: any other."""

    name: str


class Everything(Node):
    """`*`: every article."""


# ---------------------------------------------------------------- going through a tree

_LEAVES = frozenset((Word, Exact, Pattern))
_NAMES = frozenset((Variants, NameSet))
_OF_GROUPS = frozenset((InGroup, Is))


def subtrees(node: Node) -> tuple[Node, ...]:
    """The nodes directly under `node`, in the order of the text."""
    if type(node) in _LEAVES:  # most nodes: a query is gone through often
        return ()
    match node:
        case And(children) | Or(children) | Group(children):
            return children
        case Near(left, right) | Within(left, right) | NotNear(left, right):
            return (left, right)
        case Not(child) | Required(child) | Excluded(child) | Boost(child):
            return (child,)
        case AtLeast(_, child) | Field(_, child):
            return (child,)
        case Phrase(parts):
            return parts
    return ()


def walk(node: Node) -> Iterator[Node]:
    """`node` and everything under it, each before its parts."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        if parts := subtrees(node):
            waiting.extend(reversed(parts))


def kinds(node: Node) -> set[type[Node]]:
    """The types of `node` and of everything under it; each search asks for them some times."""
    found: set[type[Node]] = set()
    waiting = [node]
    for part in waiting:  # it grows as it is gone through
        kind = type(part)
        found.add(kind)
        if kind not in _LEAVES:
            waiting += subtrees(part)
    return found


def asks_for_names(node: Node) -> bool:
    """Whether spellings of names are to be looked for in `node` (`Variants`, `NameSet`)."""
    return not _NAMES.isdisjoint(kinds(node))


def asks_for_groups(node: Node) -> bool:
    """Whether `node` names groups of articles (`InGroup`, `Is`, `has:copies`)."""
    found = kinds(node)
    return not _OF_GROUPS.isdisjoint(found) or (
        Has in found and any(isinstance(part, Has) and part.name in GROUPS for part in walk(node))
    )
