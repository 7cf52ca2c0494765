"""How is a tree said in the query language?

Each node prints itself so that reading it back gives an equal tree, with a
parenthesis around every part that binds other parts, so that nobody has to know
which operator is tighter.  Dates come out as the days they were read to mean:
`date:"last week"` is printed as what it was on the day of the query.

Texts that no query could have put bare into a tree (a Word that looks like an
operator) are printed in quotes: the nearest that the language can say.
"""

from __future__ import annotations

from searcher.importing import InstalledOnly
from searcher.query.tree import (
    And,
    AnyWord,
    AtLeast,
    Boost,
    DateRange,
    Everything,
    Exact,
    Excluded,
    Field,
    Fuzzy,
    Group,
    Has,
    InGroup,
    Is,
    LengthRange,
    NameSet,
    Near,
    Node,
    Not,
    NotNear,
    Or,
    Pattern,
    Phrase,
    Required,
    Value,
    Variants,
    Within,
    Word,
)
from searcher.query.words import is_field, is_plain_word, is_special, trim
from searcher.typography import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

__all__ = ["text_of"]

_UNITS = {"sentence": "s", "paragraph": "p"}
_OPERATORS = frozenset((And, Or, Not, Group, Near, Within, NotNear))
_NOT_BARE = frozenset(' "()^~*?')
_NOT_IN_IDS = frozenset(' "()')


def text_of(node: Node) -> str:
    """`node` in the query language."""
    # The most frequent ones first: the patterns below are tried in turn.
    if isinstance(node, Word):
        return word(node)
    if isinstance(node, Phrase):
        return quoted(" ".join(["*" if isinstance(p, AnyWord) else p.text for p in node.parts]))
    if isinstance(node, And):
        return " AND ".join(apart(node.children, list(map(negatable, node.children))))
    if isinstance(node, Or):
        return " OR ".join(map(negatable, node.children))
    if isinstance(node, Near):
        operator = "pre" if node.ordered else "w"
        return f"{unit(node.left)} {operator}/{node.distance} {unit(node.right)}"
    if isinstance(node, Field):
        return f"{node.name}:{unit(node.child)}"
    if isinstance(node, DateRange):
        return dates(node.first, node.last)
    match node:
        case Exact(text):
            return f"={text}" if reads_bare(text) and not is_field(text) else quoted(text)
        case Pattern(text):
            return text
        case Fuzzy(text, edits):
            return f"{text}~{edits}"
        case AnyWord() | Everything():
            return "*"
        case Variants(text):
            return f"variants:{text if reads_bare(text) else quoted(text)}"
        case NameSet(name):
            return f"@{name}"
        case Not(child):
            return f"NOT {unit(child)}"
        case Group(items):
            return " ".join(apart(items, list(map(item, items))))
        case Required() | Excluded():
            return item(node)
        case Boost(child, factor):
            # A weight right after a field would weigh what is in the field.
            glued = isinstance(
                child, Field | Boost | Value | DateRange | LengthRange | Has | InGroup | Is
            )
            inner = f"({text_of(child)})" if glued else unit(child)
            return f"{inner}^{decimal(factor)}"
        case Within(left, right, name):
            return f"{unit(left)} w/{_UNITS[name]} {unit(right)}"
        case NotNear(left, right, distance):
            return f"{unit(left)} NOT w/{distance} {unit(right)}"
        case AtLeast(count, child):
            return f"atleast{count}({text_of(child)})"
    return value(node)


def apart(nodes: Sequence[Node], texts: list[str]) -> list[str]:
    """`texts` of `nodes` side by side, where a beginning behind an end is not read as a range
    that was typed the wrong way round (`turned.py`): as `date:2008..` it is by itself.
    """
    dates = [node for node in nodes if isinstance(node, DateRange)]
    firsts = [node.first for node in dates if node.first is not None and node.last is None]
    lasts = [node.last for node in dates if node.last is not None and node.first is None]
    if not firsts or not lasts:
        return texts
    with InstalledOnly():
        from searcher.query.dates import ends_before

    if not any(ends_before(first, last) for first in firsts for last in lasts):
        return texts
    return [
        text.replace("since:", "date:") + ".."
        if text.startswith("since:")
        else text.replace("until:", "date:..")
        if text.startswith("until:")
        else text
        for text in texts
    ]


def word(node: Word) -> str:
    text = node.text
    if is_plain_word(text) or (reads_bare(text) and not is_special(text)):
        return text
    return quoted(text)


def value(node: Node) -> str:
    match node:
        case Value(name, text, in_quotes):
            in_quotes = in_quotes or any(c in ' "' for c in plain(text))
            return f"{name}:{quoted(text) if in_quotes else text}"
        case LengthRange(low, high):
            if low == high:
                return f"length:{low}"
            if high is None:
                return f"length:>={low}"
            return f"length:<={high}" if low is None else f"length:{low}..{high}"
        case Has(name):
            return f"has:{name}"
        case InGroup(kind, id):
            return f"{kind}:{quoted(id) if any(c in _NOT_IN_IDS for c in plain(id)) else id}"
        case Is(name):
            return f"is:{name}"
    raise TypeError(f"{type(node).__name__} is not part of the query language")


def unit(node: Node) -> str:
    """`node` so that it can stand beside any operator."""
    if isinstance(node, Word):
        return word(node)
    if type(node) in _OPERATORS:
        return f"({text_of(node)})"
    match node:
        case Required(child):
            return unit(child)
        case Excluded(child):
            return f"(NOT {unit(child)})"
    return text_of(node)


def negatable(node: Node) -> str:
    """A part of AND or OR: `NOT a` needs no parenthesis there."""
    return text_of(node) if isinstance(node, Not) else unit(node)


def item(node: Node) -> str:
    """An item of a group, with its sign."""
    match node:
        case Required(child):
            return f"+{unit(child)}"
        case Excluded(child):
            return f"-{unit(child)}"
    return unit(node)


def reads_bare(text: str) -> bool:
    """Whether `text` is read as one word when it is typed without quotes."""
    return trim(text, 0, len(text)) == (0, len(text)) and _NOT_BARE.isdisjoint(plain(text))


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def decimal(number: float) -> str:
    """`number` without an exponent, exactly: 2, 1.5, 0.0000001."""
    spelt = repr(float(number))
    if "e" in spelt:
        with InstalledOnly():
            from decimal import Decimal  # only for the very small

        spelt = format(Decimal(spelt), "f")
    return spelt.removesuffix(".0")


def dates(first: dt.date | None, last: dt.date | None) -> str:
    if first is None:
        return f"until:{last.isoformat()}" if last is not None else "has:date"
    if last is None:
        return f"since:{first.isoformat()}"
    if first == last:
        return f"date:{first.isoformat()}"
    instants = hasattr(first, "hour") or hasattr(last, "hour")
    if not instants and first.year == last.year and first.day == 1:
        if (first.month, last.month, last.day) == (1, 12, 31):
            return f"date:{first.year:04}"
        if first.month == last.month and is_month_end(last):
            return f"date:{first.year:04}-{first.month:02}"
    return f"date:{first.isoformat()}..{last.isoformat()}"


def is_month_end(day: dt.date) -> bool:
    try:
        day.replace(day=day.day + 1)
    except ValueError:
        return True
    return False
