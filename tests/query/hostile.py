"""Queries of up to 10,000 characters that are made to cost as much as they can.

Each is made of a seed alone, by a grammar that likes what is costly: frequent words, short
patterns, wide distances, nesting, and the same again.
"""

from __future__ import annotations

from random import Random

__all__ = ["MOST_CHARACTERS", "hostile_query"]

MOST_CHARACTERS = 10_000
_FREQUENT = ["the", "of", "to", "and", "a", "in", "storm", "market", "said"]
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def hostile_query(seed: int) -> str:
    """The query of a seed; not each can be understood."""
    maker = _Maker(Random(seed))
    separator = maker.random.choice([" ", " OR ", " AND ", " w/50 ", " NOT "])
    pieces: list[str] = []
    length = 0
    goal = maker.random.choice([60, 600, MOST_CHARACTERS])
    repeated = maker.random.random() < 0.15
    while True:
        piece = pieces[0] if repeated and pieces else maker.node(maker.random.randint(0, 4))
        length += len(piece) + len(separator)
        if length > goal:
            break
        pieces.append(piece)
    return separator.join(pieces or [maker.word()])[:MOST_CHARACTERS]


class _Maker:
    def __init__(self, random: Random) -> None:
        self.random = random

    def word(self) -> str:
        random = self.random
        short = "".join(random.choices(_LETTERS, k=random.randint(1, 2)))
        return random.choice(
            [
                random.choice(_FREQUENT),
                short,
                f"={short}",
                f"{short}*",
                f"*{short}*",
                f"{short}?*",
                f"*{'*'.join(short)}*{random.choice(_LETTERS)}*",
                f"{random.choice(_FREQUENT)}{short}~",
                f"{short}{short}{short}~1",
            ]
        )

    def phrase(self) -> str:
        parts = [self.random.choice([self.word().strip("=~1"), "*", "the"]) for _ in range(6)]
        return '"the ' + " ".join(parts * self.random.choice([1, 1, 9])) + ' of"'

    def node(self, depth: int) -> str:
        random = self.random
        if depth == 0:
            return random.choice([self.word, self.word, self.phrase, self.condition])()
        left, right = self.operand(depth - 1), self.operand(depth - 1)
        n = random.choice([1, 5, 50, 9999])
        return random.choice(
            [
                f"({left} w/{n} {right})",
                f"({left} pre/{n} {right})",
                f"({left} NOT w/{n} {right})",
                f"({left} w/s {right})",
                f"({left} w/p {right})",
                f"({left} OR {right})",
                f"({left} AND {right})",
                f"NOT ({left} {right})",
                f"atleast{n}({left})",
                f"title:({left} {right})",
                f"lead:({left})^3",
            ]
        )

    def operand(self, depth: int) -> str:
        random = self.random
        if depth <= 0:
            return random.choice([self.word, self.phrase])()
        left, right = self.operand(depth - 1), self.operand(depth - 2)
        n = random.choice([2, 50, 9999])
        return random.choice([f"({left} w/{n} {right})", f"({left} OR {right})", left])

    def condition(self) -> str:
        a, b = self.random.choices(_LETTERS, k=2)
        return self.random.choice(
            [f"path:*{a}*{b}*", "length:>1", "date:1990..2030", f"source:{a}*", "has:byline"]
        )
