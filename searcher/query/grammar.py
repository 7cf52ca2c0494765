"""What tree is the text of a query?

A parser by hand, written from the binding rules of the language, tightest
first: `^ ~ =` and fields; `NOT + -`; proximity, left to right; side by side;
`AND`; `OR`.  One call reads one level of parentheses, in a loop over the three
loosest bindings, so the Python stack grows only with real nesting, and each
token is looked at a bounded number of times.

Whatever the text, the answer is a tree or a `QueryError` that knows the place.
What the parser does not do: it never asks an index, and it does not tidy
(`(a AND b) AND c` stays as typed); that is `rewrite.py`.
"""

from __future__ import annotations

from searcher.fields import FIELDS, FieldTable
from searcher.importing import InstalledOnly
from searcher.query.diagnostics import QueryText, shorten
from searcher.query.fields import MAX_LENGTH, MAX_NESTING
from searcher.query.lexer import Token, tokenize
from searcher.query.proximity import at_least, beside
from searcher.query.tree import (
    And,
    Boost,
    DateRange,
    Everything,
    Exact,
    Excluded,
    Field,
    Group,
    NameSet,
    Node,
    Not,
    Or,
    Pattern,
    Phrase,
    Required,
    Variants,
    Word,
    subtrees,
)
from searcher.query.words import needs_a_look

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from searcher.query.notes import Note

__all__ = ["parse", "parse_with_notes", "read_tree", "refuse_tall"]

_LEAVES = (Word, Exact, Pattern, Phrase, Variants, NameSet)  # a phrase has parts, and no height
_PROXIMITY = frozenset(("near", "pre", "sentence", "paragraph"))
_CLOSING = frozenset(("AND", "OR", ")", "end"))  # what ends a row of items


def parse(
    text: str,
    *,
    now: dt.datetime | Callable[[], dt.datetime] | None = None,
    today: dt.date | None = None,
    language: str = "en",
    fields: FieldTable = FIELDS,
) -> Node:
    """The tree of a query.

    Relative dates count from `today`, else from the day in UTC of `now`, which may be a
    clock to be read if there are any, else from the machine's clock.  Months may be named
    in English and in `language`, a BCP 47 code.  `fields` are those that can be named, as
    `Archive.fields` has them.  Raises `QueryError`, and nothing else, for
    a text that is no query.
    """
    return parse_with_notes(text, now=now, today=today, language=language, fields=fields)[0]


def parse_with_notes(
    text: str,
    *,
    now: dt.datetime | Callable[[], dt.datetime] | None = None,
    today: dt.date | None = None,
    language: str = "en",
    fields: FieldTable = FIELDS,
) -> tuple[Node, tuple[Note, ...]]:
    """The tree of a query, and notes on what was probably meant otherwise (`notes.py`).

    Arguments and errors are those of `parse`.
    """
    source = QueryText(text, language, fields)

    def day() -> dt.date:
        with InstalledOnly():
            from searcher.query.dates import clock_day

        return today if today is not None else clock_day(now() if callable(now) else now)

    tree, tokens = read_tree(source, day)
    if needs_a_look(source.plain):
        with InstalledOnly():
            from searcher.query.notes import add_notes  # most queries need none

        add_notes(source, tokens)
    return tree, tuple(source.notes)


def read_tree(source: QueryText, today: Callable[[], dt.date]) -> tuple[Node, list[Token]]:
    """The tree of a query and the tokens that it was read from."""
    text = source.typed
    if len(text) > MAX_LENGTH:
        raise source.error(
            f"the query is longer than {MAX_LENGTH:,} characters", MAX_LENGTH, len(text)
        )
    tokens = tokenize(source, today)
    # A word or a phrase and nothing else: half of all queries.
    if len(tokens) == 2 and tokens[0].kind == "words" and tokens[0].node is not None:
        return tokens[0].node, tokens
    if sum(isinstance(token.node, DateRange) for token in tokens) == 2:
        with InstalledOnly():
            from searcher.query.turned import turn_ends  # most queries have one range or none

        turn_ends(source, tokens, today)
    tree = _Parser(source, tokens).query()
    if len(tokens) > MAX_NESTING:  # each level takes a token of its own
        refuse_tall(tree, source)
    return tree, tokens


def refuse_tall(tree: Node, source: QueryText) -> None:
    """Trees are walked by recursion later on, so they must not be too tall.

    Parentheses are not the only way up: `a w/5 b w/5 c ...` leans to the left.
    """
    level: list[Node] = [tree]
    for _ in range(MAX_NESTING + 1):
        level = [part for node in level if not isinstance(node, _LEAVES) for part in subtrees(node)]
        if not level:
            return
    raise _too_deep(source, level[0].start, level[0].end)


def _too_deep(source: QueryText, start: int, end: int) -> Exception:
    return source.error(
        f"the query is nested deeper than {MAX_NESTING} levels", max(start, 0), max(end, 1)
    )


class _Parser:
    def __init__(self, source: QueryText, tokens: list[Token]) -> None:
        self.source = source
        self.tokens = tokens
        self.at = 0
        self.depth = 0
        self.field: str | None = None

    @property
    def here(self) -> Token:
        return self.tokens[self.at]

    @property
    def reached(self) -> int:
        """The end of the last token read."""
        return self.tokens[self.at - 1].end

    def query(self) -> Node:
        if self.here.kind == "end":
            blank = not self.source.plain.strip()
            raise self.source.error(
                "the query is empty" if blank else "the query holds no word",
                0,
                max(1, len(self.source.typed)),
                expected="words to look for, or * for every article",
            )
        tree = self.level()
        if self.here.kind == ")":
            raise self.source.error(
                f"nothing is open for the parenthesis at {self.here.start}",
                self.here.start,
                suggestion="remove it, or add ( before",
            )
        return tree

    # ------------------------------------------------------------ OR, AND, side by side

    def level(self) -> Node:
        """All up to the closing parenthesis or the end."""
        disjuncts: list[Node] = []
        conjuncts: list[Node] = []
        items: list[Node] = []
        tokens = self.tokens
        or_start = and_start = start = tokens[self.at].start
        while True:
            token = tokens[self.at]
            if token.kind == "words":
                # Whether nothing can hang on the word: the short way for rows of words.
                after = tokens[self.at + 1].kind
                if after in _CLOSING or (after == "words" and self.stands_alone()):
                    assert token.node is not None
                    items.append(token.node)
                    self.at += 1
                    continue
            if token.kind not in _CLOSING:
                items.append(self.near())
                continue
            if not items:
                raise self.missing(token)
            end = tokens[self.at - 1].end
            conjuncts.append(_group(items, start, end))
            items = []
            kind = token.kind
            if kind != "AND":
                disjuncts.append(_joined(And, conjuncts, and_start, end))
                conjuncts = []
                if kind != "OR":
                    return _joined(Or, disjuncts, or_start, end)
            self.at += 1
            start = tokens[self.at].start
            if kind == "OR":
                and_start = start

    def stands_alone(self) -> bool:
        """Whether the next word is one, and not the `not` of `a not w/5 b`."""
        return self.tokens[self.at + 2].kind not in _PROXIMITY

    def missing(self, token: Token) -> Exception:
        """The complaint that `token` stands where an operand should."""
        before = self.tokens[self.at - 1] if self.at else None
        if token.kind == ")" and before is not None and before.kind == "(":
            return self.source.error(
                "an operand is missing: the parentheses are empty", before.start, token.end
            )
        suggestion = None
        for near in (before, token):
            if near is not None and near.kind in ("AND", "OR", "NOT"):
                suggestion = f'to look for the word, write "{near.kind}"'
                break
        return self.source.missing(token.start, suggestion=suggestion)

    # ------------------------------------------------------------ proximity

    def near(self) -> Node:
        """Operands with proximity operators between them, left to right."""
        tokens = self.tokens
        start = tokens[self.at].start
        left = self.operand()
        while True:
            operator, negated = tokens[self.at], False
            if operator.kind not in _PROXIMITY:
                if not self.negates_proximity():
                    return left
                operator, negated = tokens[self.at + 1], True
            if negated and operator.kind != "near":
                raise self.source.error(
                    "NOT goes with w/5 only",
                    self.here.start,
                    operator.end,
                    expected="a NOT w/5 b",
                )
            self.at += 1 + negated
            right = self.operand()
            left = beside(
                left,
                right,
                operator.kind,
                int(operator.number),
                negated,
                (start, self.reached),
                self.source,
            )

    def negates_proximity(self) -> bool:
        """Whether here is the NOT of `a NOT w/5 b`, which like w/5 may be in any case."""
        token = self.here
        if token.kind == "end" or self.tokens[self.at + 1].kind not in _PROXIMITY:
            return False
        if token.kind == "NOT":
            return True
        return isinstance(token.node, Word) and token.node.text.lower() == "not"

    # ------------------------------------------------------------ NOT + -, fields, weights

    def operand(self) -> Node:
        """One unit with all that binds tighter than proximity."""
        token = self.tokens[self.at]
        if token.kind == "words" and self.tokens[self.at + 1].kind != "boost":  # most of them
            assert token.node is not None
            self.at += 1
            return token.node
        prefixes: list[Token] = []
        outer_field = self.field
        while (token := self.here).kind in ("NOT", "+", "-", "field"):
            if len(prefixes) >= MAX_NESTING:
                raise _too_deep(self.source, token.start, token.end)
            if token.kind == "field":
                self.enter_field(token)
            prefixes.append(token)
            self.at += 1
        start = self.here.start
        node = self.unit()
        if self.here.kind == "boost":
            factor = self.here.number
            self.at += 1
            node = Boost(node, factor, start=start, end=self.reached)
        self.field = outer_field
        return self.prefixed(node, prefixes) if prefixes else node

    def enter_field(self, token: Token) -> None:
        if self.field not in (None, token.text):
            raise self.source.error(
                f"{token.text}: cannot stand inside {self.field}:",
                token.start,
                token.end,
                suggestion="write title:a AND body:b for words in two fields",
            )
        self.field = token.text

    def prefixed(self, node: Node, prefixes: list[Token]) -> Node:
        end = self.reached
        in_field = self.field is not None
        fields = [token for token in prefixes if token.kind == "field"]
        for token in reversed(prefixes):
            match token.kind:
                case "NOT":
                    node = Not(_unsigned(node), start=token.start, end=end)
                case "+":
                    node = Required(_unsigned(node), start=token.start, end=end)
                case "-":
                    node = Excluded(_unsigned(node), start=token.start, end=end)
                case _ if token is fields[0] and not in_field:
                    node = Field(token.text, node, start=token.start, end=end)
        return node

    def unit(self) -> Node:
        token = self.here
        match token.kind:
            case "words" | "value":
                assert token.node is not None
                if token.kind == "value" and self.field is not None:
                    raise self.value_in_field(token)
                self.at += 1
                return token.node
            case "(" | "atleast":
                return self.parenthesis(token)
        raise self.missing(token)

    def parenthesis(self, first: Token) -> Node:
        """`(a)` or `atleast3(a)`, which starts with `first`."""
        counted = first.kind == "atleast"
        self.at += counted  # the tokenizer has seen the parenthesis after it
        opening = self.here
        self.at += 1
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise _too_deep(self.source, opening.start, opening.end)
        node = self.level()
        if self.here.kind == "end":
            raise self.source.error(
                f"the parenthesis at {opening.start} is not closed",
                opening.start,
                suggestion="add ) where it ends",
            )
        self.at += 1
        self.depth -= 1
        if counted:
            span = (first.start, self.reached)
            return at_least(int(first.number), node, span, self.source)
        return node

    def value_in_field(self, token: Token) -> Exception:
        name = self.field
        if isinstance(token.node, Everything):
            return self.source.error(
                f"* cannot stand inside {name}:",
                token.start,
                token.end,
                suggestion="write has:title for every article with a title",
            )
        typed = shorten(self.source.plain[token.start : token.end])
        return self.source.error(
            f"{typed} cannot stand inside {name}:",
            token.start,
            token.end,
            suggestion=f"write {name}:(...) AND {typed}",
        )


# ---------------------------------------------------------------- putting together


def _group(items: list[Node], start: int, end: int) -> Node:
    if len(items) > 1:
        return Group(tuple(items), start=start, end=end)
    only = items[0]
    # A sign compares with the other items of a group; without any, it is NOT or nothing.
    return only if type(only) is Word else _unsigned(only)


def _joined(kind: type[And | Or], parts: list[Node], start: int, end: int) -> Node:
    return kind(tuple(parts), start=start, end=end) if len(parts) > 1 else parts[0]


def _unsigned(node: Node) -> Node:
    if isinstance(node, Required):
        return node.child
    if isinstance(node, Excluded):
        return Not(node.child, start=node.start, end=node.end)
    return node
