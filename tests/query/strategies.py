"""Trees to test with: every kind of node, in every nesting that a query can say.

`trees()` draws whole trees, `operands()` what may stand beside `w/5`, and
`texts()` strings that look like queries and often are none.  All take the words
to draw from, so that tests over an index can use words that it holds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from hypothesis import strategies as st

from searcher.query import (
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
from searcher.query.tree import GROUPS

WORDS = (
    "truce",
    "Tripoli",
    "cease-fire",
    "O'Brien",
    "AT&T",
    "U.N.",
    "F-16",
    "1,000,000",
    "3.5",
    "10:30",
    "café",
    "北京",
    "लीबिया",
    "and",
    "or",
    "not",
    "the",
    "to",
    "be",
    "w5",
    "title",
    "date",
    "atleast",
    "a",
    "who",
    "a=b",
    "and/or",
)

FIELDS = ("title", "body", "lead", "hlead", "byline")

_VALUES = (
    ("reuters", False),
    ("reut*", False),
    ("New York Times", True),
    ("what?", True),
    ('The "Daily" *', True),
    ('"', True),
    ("https://example.com/a_(b)?q=1&r=^~2", False),
    ("C:\\news\\", True),
    ("AND", False),
    ("-", False),
    (">5..6", False),
)

_HAS = ("title", "body", "byline", "date", "source", "section", "language", "url", "path")

_IDS = ("3f2a", "a b", "(a", "é^2", "https://a.example/?q=(b)", 'a"b', "-", "tag:a,2019:~b*")


def patterns(words: Sequence[str] = WORDS) -> st.SearchStrategy[Pattern]:
    """A word of one token with `*` or `?` in it."""
    simple = [word for word in words if word.isalnum() and len(word) > 1] or ["truce"]

    def cut(word: str, at: int, sign: str) -> Pattern:
        at %= len(word) + 1
        text = word[:at] + sign + (word[at:] if sign == "*" else word[at + 1 :])
        return Pattern(text if any(map(str.isalnum, text)) else f"{word}{sign}")

    return st.builds(cut, st.sampled_from(simple), st.integers(0, 20), st.sampled_from(("*", "?")))


def bare_words(words: Sequence[str] = WORDS) -> st.SearchStrategy[Node]:
    """What is optional in a keyword group."""
    simple = [word for word in words if word.isalnum()] or ["truce"]
    return st.one_of(
        st.sampled_from(words).map(Word),
        patterns(words),
        st.builds(Fuzzy, st.sampled_from(simple), st.sampled_from((1, 2))),
    )


def phrases(words: Sequence[str] = WORDS) -> st.SearchStrategy[Phrase]:
    exact = st.sampled_from([*words, "AND", "NOT", "f(x)y", "a~1"]).map(Exact)
    part = st.one_of(exact, exact, patterns(words), st.just(AnyWord()))
    return (
        st.lists(part, min_size=1, max_size=4)
        .filter(lambda parts: any(not isinstance(part, AnyWord) for part in parts))
        .map(lambda parts: Phrase(tuple(parts)))
    )


def names(words: Sequence[str] = WORDS) -> st.SearchStrategy[Node]:
    """Spellings of a name, which only an archive can look up."""
    lettered = [word for word in words if any(map(str.isalpha, word))]
    return st.one_of(
        st.sampled_from([*lettered, "khalifa haftar", 'a "b" c']).map(Variants),
        st.sampled_from(("haftar", "a-1", "0_b")).map(NameSet),
    )


def _several(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[tuple[Node, ...]]:
    return st.lists(parts, min_size=2, max_size=4).map(tuple)


def operands(words: Sequence[str] = WORDS, max_leaves: int = 6) -> st.SearchStrategy[Node]:
    """What has places in a text: the operands of proximity and `atleast`."""
    bare = bare_words(words)
    leaves = st.one_of(
        bare, bare, phrases(words), st.sampled_from(words).map(Exact), _several(bare).map(Group)
    )

    def extend(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        distances = st.integers(1, 9)
        return st.one_of(
            _several(parts).map(Or),
            st.builds(Near, parts, parts, distances, st.booleans()),
            st.builds(Within, parts, parts, st.sampled_from(("sentence", "paragraph"))),
            st.builds(NotNear, parts, parts, distances),
        )

    return st.recursive(leaves, extend, max_leaves=max_leaves)


def _combined(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Everything that joins any parts, whatever they are."""
    factors = st.sampled_from((0.001, 0.5, 1.0, 2.0, 12.25, 1000.0))
    item = st.one_of(parts, parts, parts.map(Required), parts.map(Excluded))
    return st.one_of(
        _several(parts).map(And),
        _several(parts).map(Or),
        parts.map(Not),
        _several(item).map(Group),
        st.builds(Boost, parts, factors),
    )


def _words_and_places(words: Sequence[str], max_leaves: int) -> st.SearchStrategy[Node]:
    places = operands(words, max_leaves)
    return st.one_of(bare_words(words), places, st.builds(AtLeast, st.integers(1, 4), places))


def text_trees(words: Sequence[str] = WORDS, max_leaves: int = 6) -> st.SearchStrategy[Node]:
    """What may stand inside a field."""
    return st.recursive(_words_and_places(words, 4), _combined, max_leaves=max_leaves)


def _mixed(ends: tuple[dt.date, dt.datetime]) -> DateRange:
    """A range from a day to an instant or from an instant to a day, with room between them."""
    day, instant = ends
    if day < instant.date() - dt.timedelta(days=min(2, instant.toordinal() - 1)):
        return DateRange(day, instant)
    return DateRange(instant, dt.date.max)


def values() -> st.SearchStrategy[Node]:
    """Dates, lengths, values, `has:` and `*`."""
    days = st.one_of(
        st.dates(),
        st.dates(dt.date(2011, 1, 1), dt.date(2019, 12, 31)),
        st.sampled_from((dt.date(2019, 4, 1), dt.date(2019, 4, 30), dt.date(2019, 12, 31))),
    )
    offsets = st.timedeltas(
        dt.timedelta(hours=-23, minutes=-59), dt.timedelta(hours=23, minutes=59)
    )
    instants = st.datetimes(timezones=offsets.map(dt.timezone))
    numbers = st.integers(0, 2000)
    names = st.sampled_from(("source", "section", "language", "url", "path"))
    return st.one_of(
        st.tuples(days, days).map(lambda pair: DateRange(min(pair), max(pair))),
        days.map(lambda day: DateRange(day, None)),
        days.map(lambda day: DateRange(None, day)),
        st.tuples(instants, instants).map(lambda pair: DateRange(min(pair), max(pair))),
        instants.map(lambda instant: DateRange(instant, None)),
        instants.map(lambda instant: DateRange(None, instant)),
        st.tuples(days, instants).map(_mixed),
        days.map(lambda day: DateRange(day.replace(month=1, day=1), day.replace(month=12, day=31))),
        st.tuples(numbers, numbers).map(lambda pair: LengthRange(min(pair), max(pair))),
        numbers.map(lambda number: LengthRange(number, None)),
        numbers.map(lambda number: LengthRange(None, number)),
        st.builds(lambda name, pair: Value(name, *pair), names, st.sampled_from(_VALUES)),
        st.sampled_from(_HAS).map(Has),
        st.just(Everything()),
    )


def groups() -> st.SearchStrategy[Node]:
    """Groups of articles, which only an archive can look up."""
    return st.one_of(
        st.builds(InGroup, st.sampled_from(GROUPS), st.sampled_from(_IDS)),
        st.sampled_from((Is("lead"), Is("copy"), *map(Has, GROUPS))),
    )


def trees(
    words: Sequence[str] = WORDS,
    fields: Sequence[str] = FIELDS,
    max_leaves: int = 10,
    others: Sequence[st.SearchStrategy[Node]] = (),
) -> st.SearchStrategy[Node]:
    """Any tree that a query can mean, some leaves being of `others`."""
    leaves = st.one_of(
        _words_and_places(words, 4),
        st.builds(Field, st.sampled_from(fields), text_trees(words)),
        values(),
        *others,
    )
    return st.recursive(leaves, _combined, max_leaves=max_leaves)


# ---------------------------------------------------------------- texts

_PIECES = (
    *WORDS,
    *"\"()*?~^=+-:!.,/ '&<>|\\\u201c\u201d\u2019\u2013\u2026\u00a0\t\n\0\ud800",
    "AND",
    "OR",
    "NOT",
    " w/5 ",
    " NOT w/5 ",
    " pre/2 ",
    " w/s ",
    " w/p ",
    " w/x ",
    "near5",
    "atleast3(",
    "variants:",
    "copies:",
    "is:",
    "name:",
    "~~",
    "@a",
    "title:",
    "hl:",
    "tilte:",
    "source:",
    "has:",
    "date:",
    "since:",
    "until:",
    "length:",
    "http://",
    "2019-04-08",
    "2019-04-08T10:30",
    "-05:00",
    "2019-13",
    "March",
    '"4 March 2021"',
    "headline(",
    "hd=",
    "[2006 TO 2007]",
    " NEAR ",
    " /5 ",
    " && ",
    "--limit",
    "politic!",
    "{a b}",
    "..",
    ">=",
    '"last week"',
    '"last 30 days"',
    "~1",
    "^2",
    "^1.5",
    "\u0301",
    "\N{SUPERSCRIPT TWO}",
    "\N{ARABIC-INDIC DIGIT FIVE}",
    "99999999999999999999",
)


def texts() -> st.SearchStrategy[str]:
    """Strings of any kind, most of them made of pieces of the language."""
    pieces = st.lists(st.sampled_from(_PIECES), max_size=25)
    spaced = pieces.map(" ".join)
    return st.one_of(st.text(max_size=60), pieces.map("".join), spaced)


_SMALL_TREES = trees(max_leaves=6)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A valid query with a few characters taken out, put in or doubled."""
    characters = list(str(draw(_SMALL_TREES)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(characters)))
        change = draw(st.sampled_from(("insert", "delete", "double", "cut")))
        if change == "insert":
            characters.insert(at, draw(st.sampled_from(_PIECES)))
        elif change == "delete":
            del characters[at : at + 1]
        elif change == "double":
            characters[at:at] = characters[at : at + draw(st.integers(1, 6))]
        else:
            del characters[at:]
    return "".join(characters)
