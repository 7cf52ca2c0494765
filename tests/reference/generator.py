"""Which archives and queries find the mistakes?

Archives of a few dozen articles from so few words that everything collides: the
same word in titles, bodies and names, repeated, inflected, across the ends of
sentences, paragraphs and the first sixty words; dates, sources and lengths that
tie.  Their histories add, replace and remove, in several commits.  Queries are
trees of every kind of node over the same words.

Everything is drawn from a `random.Random`, so a seed names a case, and Hypothesis
can draw from its own.  `smaller` makes a failing tree simpler.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from random import Random
from typing import NamedTuple

from searcher.article import Article
from searcher.query import tree

__all__ = [
    "WORDS",
    "Change",
    "make_article",
    "make_copy",
    "make_history",
    "make_tree",
    "make_words",
    "smaller",
]

WORDS = (
    *("truce", "truces", "Truce", "humanitarian", "ceasefire", "cease-fire", "fire", "fired"),
    *("Tripoli", "Tripoli's", "tripolis", "election", "elections", "electoral", "elected"),
    *("the", "The", "to", "be", "a", "not", "who", "and"),
    *("O'Brien", "O’Brien", "obrien", "don't", "U.N.", "un", "UN", "AT&T", "at", "t"),
    *("1,000,000", "1000000", "3.5", "F-16", "16", "2019", "½", "²"),
    *("café", "cafe", "Café", "cafe\u0301", "Müller", "muller", "naïve", "ß", "ss", "İzmir"),
    *("haftar", "hifter", "haftr", "hfatar", "haft", "ab", "ba", "abc", "acb", "b"),
    *("北京", "東京", "京", "ทำ", "น้ำ", "हिन्दी", "محمد", "مُحَمَّد", "Ελλάδα", "ελλαδα"),
)
_SEPARATORS = (
    *[" "] * 14,
    ", ",
    "-",
    "\n",
    ". ",
    ". ",
    ".",
    "! ",
    "? ",
    "… ",
    "\n\n",
    ".\n\n",
    "。",
)
_NAMES = (
    "Ana O'Brien",
    "Li Tripoli",
    "Jo",
    "Tripoli Haftar",
    "Ana",
    "Ana Müller",
    "北京 Li",
    "...",
)
_UTC = dt.UTC
_DATES = (
    None,
    None,
    dt.date(2019, 4, 8),
    dt.date(2019, 4, 8),
    dt.date(2019, 4, 9),
    dt.date(2011, 2, 17),
    dt.date(1, 1, 1),
    dt.date(9999, 12, 31),
    dt.datetime(2019, 4, 8, tzinfo=_UTC),
    dt.datetime(2019, 4, 8, 23, 59, 59, 999_999, tzinfo=_UTC),
    dt.datetime(2019, 4, 9, 1, 30, tzinfo=dt.timezone(dt.timedelta(hours=2))),
    dt.datetime(2019, 4, 8, 22, 30, tzinfo=dt.timezone(dt.timedelta(hours=-5))),
    dt.datetime(1, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=9))),
    dt.datetime(9999, 12, 31, 20, 0, tzinfo=dt.timezone(dt.timedelta(hours=-9))),
    dt.datetime(2019, 4, 9, 23, 58, tzinfo=dt.timezone(dt.timedelta(hours=23, minutes=59))),
    dt.datetime(2019, 4, 7, 0, 1, tzinfo=dt.timezone(-dt.timedelta(hours=23, minutes=59))),
)
_INSTANTS = (
    dt.datetime(2019, 4, 8, tzinfo=_UTC),
    dt.datetime(2019, 4, 9, 1, 30, tzinfo=dt.timezone(dt.timedelta(hours=2))),
    dt.datetime(2019, 4, 8, 19, 29, 59, 999_999, tzinfo=dt.timezone(dt.timedelta(hours=-4))),
    dt.datetime(2011, 2, 17, tzinfo=_UTC),
)
_DAYS = tuple(
    dt.date(*day)
    for day in ((2019, 4, 7), (2019, 4, 8), (2019, 4, 9), (2011, 2, 17), (1, 1, 1), (9999, 12, 31))
)
_VALUES: dict[str, tuple[str | None, ...]] = {
    "source": (None, "Reuters", "REUTERS", "Le Temps", "Le  temps", "AP", "Ｒｅｕｔｅｒｓ"),
    "section": (None, None, "World", "world*", "Año", "Ano", "Straße", "strasse"),
    "language": (None, "en", "en-GB", "EN"),
    "url": (None, "https://a.example/x?id=1", "https://a.example/x?id=2", "http://b.example/"),
    "path": (None, "news/2019/a.html", "news/2011/b.html", "news"),
}
_ASKED_VALUES = {
    "source": ("reuters", "Reuters", "r*", "*e*s", "le temps", "LE TEMPS", "??", "*", "reuter"),
    "section": ("world", "world*", "World?", "año", "ano", "A?o", "STRASSE", "straße"),
    "language": ("en", "en*", "EN-gb", "e?"),
    "url": ("https://a.example/x?id=1", "*example*", "http*/", "*id=?"),
    "path": ("news/*", "*/2019/*", "news", "*.html", "NEWS/2019/A.HTML"),
}
_HAS = ("title", "body", "byline", "date", *_VALUES)
_OF_GROUPS = (
    *(tree.Is("lead"), tree.Is("copy")),
    *(tree.Has("copies"), tree.Has("versions")),
)
_FIELDS = ("title", "body", "lead", "hlead", "byline")
_IDS = "abcdefghijklmnopqrstuvwxyzABCé北"


class Change(NamedTuple):
    """One step of a history: an article that is added, or the id of one that goes."""

    article: Article | None
    id: str


# ---------------------------------------------------------------- archives


def make_words(random: Random) -> list[str]:
    """A vocabulary."""
    return random.sample(WORDS, random.randint(4, 16))


def make_text(random: Random, words: list[str], length: int) -> str:
    pieces: list[str] = []
    for _ in range(length):
        word = random.choice(words)
        if pieces and pieces[-1].strip() and random.random() < 0.6:
            word = word[0].upper() + word[1:]
        pieces += [word, random.choice(_SEPARATORS)]
    return "".join(pieces)


def make_article(random: Random, words: list[str], id: str) -> Article:
    length = random.choice(
        (
            0,
            random.randint(1, 8),
            random.randint(4, 25),
            random.randint(4, 40),
            random.randint(50, 75),
        )
    )
    names = random.choice((0, 0, 1, 2, 3))
    return Article(
        title=make_text(random, words, random.choice((0, 1, 2, 3, 5, 9))),
        body=make_text(random, words, length),
        byline=tuple(random.choice((*_NAMES, make_text(random, words, 2))) for _ in range(names)),
        date=random.choice(_DATES),
        id=id,
        source=random.choice(_VALUES["source"]),
        section=random.choice(_VALUES["section"]),
        language=random.choice(_VALUES["language"]),
        url=random.choice(_VALUES["url"]),
        path=random.choice(_VALUES["path"]),
    )


def make_copy(random: Random, words: list[str], copied: Article, id: str) -> Article:
    """An article with a text like that of `copied`."""
    text = copied.body
    if random.random() < 0.5:
        text += " " + make_text(random, words, random.randint(1, 30))
    return replace(copied, id=id, body=text, date=random.choice(_DATES), source=None)


def make_history(random: Random, words: list[str], commits: int) -> list[list[Change]]:
    """Changes by commit: mostly new articles, some replaced, repeated or removed."""
    ids = random.sample(_IDS, random.randint(3, len(_IDS)))
    history: list[list[Change]] = []
    known: dict[str, Article] = {}
    for _ in range(commits):
        changes = []
        for _ in range(random.choice((1, 2, 4, 8, 12))):
            id = random.choice(ids)
            if id in known and random.random() < 0.3:
                changes.append(Change(None, id))
            elif id in known and random.random() < 0.2:
                changes.append(Change(known[id], id))
            else:
                copied = random.choice([*known.values()]) if known else None
                if copied is None or random.random() < 0.7:
                    known[id] = make_article(random, words, id)
                else:
                    known[id] = make_copy(random, words, copied, id)
                changes.append(Change(known[id], id))
        history.append(changes)
    return history


# ---------------------------------------------------------------- queries


def make_tree(
    random: Random, words: list[str], depth: int = 4, ids: Sequence[str] = ()
) -> tree.Node:
    """A whole query, which may name groups of the articles `ids`."""
    return _Maker(random, words, ids).any(depth)


class _Maker:
    def __init__(self, random: Random, words: list[str], ids: Sequence[str]) -> None:
        self.random = random
        self.words = words
        self.ids = ids

    def several(self, make: Callable[[], tree.Node], most: int = 4) -> tuple[tree.Node, ...]:
        return tuple(make() for _ in range(self.random.randint(2, most)))

    # -- words

    def word(self) -> str:
        return self.random.choice(self.words if self.random.random() < 0.9 else WORDS)

    def token(self) -> str:
        """A word that is one token, for patterns and fuzzy words."""
        simple = [word for word in self.words if word.isalnum() and word.isascii()]
        return self.random.choice(simple or ["truce", "café"])

    def text_of_words(self) -> str:
        text = self.word()
        return f"{text}-{self.word()}" if self.random.random() < 0.15 else text

    def pattern(self) -> tree.Pattern:
        text = list(self.token())
        for _ in range(self.random.choice((1, 1, 2, 3))):
            at = self.random.randint(0, len(text))
            match self.random.randrange(4):
                case 0:
                    text[at:] = "*"
                case 1:
                    text[:at] = "*"
                case 2:
                    text[at : at + 1] = "?"
                case 3:
                    text[at : at + 2] = "*"
        return tree.Pattern("".join(text) if {"*", "?"} & set(text) else "".join(text) + "*")

    def fuzzy(self) -> tree.Fuzzy:
        text = list(self.token())
        if self.random.random() < 0.5:
            at = self.random.randint(1, len(text))
            text[at : at + 1] = self.random.choice(("", "a", text[at - 1], "xy"))
        return tree.Fuzzy("".join(text), self.random.choice((1, 2)))

    def bare(self) -> tree.Node:
        return self.random.choice((self.plain_word, self.plain_word, self.pattern, self.fuzzy))()

    def plain_word(self) -> tree.Word:
        return tree.Word(self.text_of_words())

    def exact(self) -> tree.Exact:
        return tree.Exact(self.text_of_words())

    def phrase(self) -> tree.Phrase:
        parts: list[tree.Exact | tree.Pattern | tree.AnyWord] = [
            self.random.choice((self.exact, self.exact, self.pattern, tree.AnyWord))()
            for _ in range(self.random.choice((1, 2, 2, 3, 4)))
        ]
        if self.random.random() < 0.9 and all(isinstance(p, tree.AnyWord) for p in parts):
            parts[0] = self.exact()
        return tree.Phrase(tuple(parts))

    # -- places

    def operand(self, depth: int) -> tree.Node:
        kinds = [self.bare, self.bare, self.exact, self.phrase]
        if depth > 0:
            kinds += [
                lambda: self.near(depth),
                lambda: self.near(depth),
                lambda: self.within(depth),
                lambda: self.not_near(depth),
                lambda: tree.Or(self.several(lambda: self.operand(depth - 1), 3)),
                lambda: tree.Group(self.several(self.bare, 3)),
            ]
        return self.random.choice(kinds)()

    def distance(self) -> int:
        return self.random.choice((1, 1, 2, 3, 5, 10, 60))

    def near(self, depth: int) -> tree.Near:
        left, right = self.operand(depth - 1), self.operand(depth - 1)
        return tree.Near(left, right, self.distance(), self.random.random() < 0.4)

    def within(self, depth: int) -> tree.Within:
        left, right = self.operand(depth - 1), self.operand(depth - 1)
        return tree.Within(left, right, self.random.choice(("sentence", "paragraph")))

    def not_near(self, depth: int) -> tree.NotNear:
        return tree.NotNear(self.operand(depth - 1), self.operand(depth - 1), self.distance())

    # -- whole queries

    def condition(self) -> tree.Node:
        random = self.random
        match random.randrange(8):
            case 0:
                first, last = sorted(random.choices(_DAYS, k=2))
                since, until = sorted(random.choices(_INSTANTS, k=2))
                return random.choice(
                    (
                        tree.DateRange(since, until),
                        tree.DateRange(since, None),
                        tree.DateRange(first, until),
                        tree.DateRange(since, last),
                        tree.DateRange(first, last),
                        tree.DateRange(first, None),
                        tree.DateRange(None, last),
                        tree.DateRange(last, last),
                    )
                )
            case 1:
                low, high = sorted(random.choices((0, 1, 3, 10, 11, 20, 40, 60, 61), k=2))
                return tree.LengthRange(*random.choice(((low, high), (low, None), (None, high))))
            case 2:
                return tree.Has(random.choice(_HAS))
            case 3:
                return tree.Everything()
            case 4:
                return random.choice(_OF_GROUPS)
            case 5 if self.ids:
                return tree.InGroup(random.choice(("copies", "versions")), random.choice(self.ids))
        name = random.choice(tuple(_ASKED_VALUES))
        return tree.Value(name, random.choice(_ASKED_VALUES[name]), random.random() < 0.3)

    def any(self, depth: int, *, in_field: bool = False) -> tree.Node:
        random = self.random

        def part() -> tree.Node:
            return self.any(depth - 1, in_field=in_field)

        def item() -> tree.Node:
            kind = random.randrange(10)
            if kind < 4:
                return self.bare()
            if kind == 4:
                return tree.Boost(self.bare(), random.choice((0.5, 2.0, 3.25)))
            if kind == 5:
                return tree.Excluded(part())
            if kind == 6:
                return tree.Required(part())
            return part()

        def field() -> tree.Node:
            return tree.Field(random.choice(_FIELDS), self.any(depth - 1, in_field=True))

        if depth <= 0 or random.random() < 0.15:
            if not in_field and random.random() < 0.25:
                return self.condition()
            return self.operand(0)
        kinds: list[Callable[[], tree.Node]] = [
            lambda: self.operand(depth),
            lambda: self.operand(depth),
            lambda: tree.And(self.several(part)),
            lambda: tree.Or(self.several(part)),
            lambda: tree.Group(self.several(item, 5)),
            lambda: tree.Group(self.several(item, 5)),
            lambda: tree.Not(part()),
            lambda: tree.AtLeast(random.choice((1, 2, 2, 3, 5)), self.operand(depth - 1)),
            lambda: tree.Boost(part(), random.choice((0.1, 0.5, 2.0, 3.0))),
        ]
        if not in_field:
            kinds += [field, field]
        return random.choice(kinds)()


# ---------------------------------------------------------------- simpler queries


def smaller(node: tree.Node) -> Iterator[tree.Node]:
    """Trees that are simpler than `node` by one step and still well formed."""
    match node:
        case tree.And(children) | tree.Or(children):
            yield from children
            for i, child in enumerate(children):
                if len(children) > 2:
                    yield type(node)(children[:i] + children[i + 1 :])
                for simpler in smaller(child):
                    yield type(node)((*children[:i], simpler, *children[i + 1 :]))
        case tree.Group(items):
            for i, item in enumerate(items):
                yield tree.Not(item.child) if isinstance(item, tree.Excluded) else item
                if len(items) > 2:
                    yield tree.Group(items[:i] + items[i + 1 :])
                for simpler in smaller(item):
                    yield tree.Group((*items[:i], simpler, *items[i + 1 :]))
        case tree.Near(left, right) | tree.Within(left, right) | tree.NotNear(left, right):
            yield from (left, right)
            yield from (node.replace(left=simpler) for simpler in smaller(left))
            yield from (node.replace(right=simpler) for simpler in smaller(right))
        case tree.Required(child) | tree.Excluded(child):
            yield from (node.replace(child=simpler) for simpler in smaller(child))
        case tree.Not(child) | tree.Boost(child) | tree.Field(_, child) | tree.AtLeast(_, child):
            yield child
            yield from (node.replace(child=simpler) for simpler in smaller(child))
        case tree.Phrase(parts) if len(parts) > 1:
            for i in range(len(parts)):
                yield tree.Phrase(parts[:i] + parts[i + 1 :])
