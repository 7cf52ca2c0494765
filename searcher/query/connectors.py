"""What does a query of terms and connectors mean, as Nexis and Factiva read it?

By their manuals: words side by side are a phrase; in Nexis `OR` binds tightest, then `w/5` and
its kin (smaller distances first), `w/s`, `w/p`, `AND`, `AND NOT`; in Factiva proximity, `not`,
`and`, `or`, and what a field or `atleast5` is about reaches over phrases and proximity.  `w/5`
keeps the order in Factiva and not in Nexis.  Operators may be in any case.

Operands and operators of one level of parentheses are put together with a stack (Dijkstra's
shunting yard), so the time is linear in the length.
"""

from __future__ import annotations

import re

from searcher.query.connector_operators import Operator, Token, operator_at, tokens_of
from searcher.query.diagnostics import shorten
from searcher.query.fields import FOREIGN_CODES, FOREIGN_SEGMENTS, MAX_NESTING
from searcher.query.foreign_terms import Speaker
from searcher.query.tree import (
    And,
    Exact,
    Near,
    Node,
    Not,
    NotNear,
    Or,
    Pattern,
    Phrase,
    Within,
    Word,
)
from searcher.query.words import small_number

__all__ = ["read_connectors"]

_VALUES = frozenset(("source", "section", "language", "url"))
_COMPARISONS = {
    **dict.fromkeys(("geq", "gte", ">=", "=>", "since", "from"), ">="),
    **dict.fromkeys(("leq", "lte", "<=", "=<", "until", "to"), "<="),
    **dict.fromkeys(("aft", "after", "gtr", ">"), ">"),
    **dict.fromkeys(("bef", "before", "lss", "<"), "<"),
    **dict.fromkeys(("=", "==", "is", "eq", "on"), "="),
}  # fmt: skip
_CONDITIONS = frozenset(("date", "pubdate", "wc", "length"))
_SIGNED = frozenset((">", "<", ">=", "<=", "=", "geq", "leq", "gtr", "lss"))
_COUNT = re.compile(r"(?i)(?:atleast|atl)(\d{1,4})")
_CODE = re.compile(r"(?i)([a-z]{2,9})(=|>=|<=|>|<)(.*)", re.S)


class _Joined:
    """Parts of an AND or OR while it grows."""

    def __init__(self, kind: str, parts: list[Node]) -> None:
        self.kind = kind
        self.parts = parts


_Part = Node | _Joined


def read_connectors(speaker: Speaker) -> Node | None:
    """The tree of the query of `speaker`; None if nothing of it can be said.

    Raises:
        QueryError: a quote or parenthesis is not closed, an operand is missing, or it nests too
            deep.
    """
    return _Reader(speaker).query()


class _Reader:
    def __init__(self, speaker: Speaker) -> None:
        self.speaker = speaker
        self.source = speaker.source
        self.is_factiva = speaker.dialect == "factiva"
        self.tokens = tokens_of(self.source, is_factiva=self.is_factiva)
        self.at = 0
        self.depth = 0

    def _peek(self, ahead: int = 0) -> Token | None:
        place = self.at + ahead
        return self.tokens[place] if place < len(self.tokens) else None

    def _word(self, ahead: int = 0) -> str:
        """The word that comes, in small letters; empty if it is none."""
        token = self._peek(ahead)
        return token.text.lower() if token is not None and token.kind == "word" else ""

    # ------------------------------------------------------------ levels

    def query(self) -> Node | None:
        found = self._level(inner=False)
        token = self._peek()
        if token is not None:
            raise self.source.error(
                "this parenthesis was not opened", token.start, token.end, suggestion="leave it out"
            )
        return found

    def _level(self, *, inner: bool) -> Node | None:
        """All up to a closing parenthesis or the end."""
        return _finished(self._sequence(loosest=9)) if inner or self.tokens else self._nothing()

    def _nothing(self) -> Node | None:
        raise self.source.missing(0)

    def _sequence(self, loosest: int) -> _Part | None:
        """Operands and operators that bind at least as tightly as `loosest`.

        A value of None stands for what could not be said.
        """
        operands: list[_Part | None] = []
        waiting: list[Operator] = []
        while True:
            leading = self._operator()
            if leading is not None and leading.kind == "not" and not leading.negated:
                self._take(leading)
                operand = self._operand(leading)
                operands.append(None if operand is None else Not(_whole(operand)))
            else:
                operands.append(self._operand(leading))
            operator = self._next_operator()
            if operator is None or operator.rank[0] > loosest:
                break
            while waiting and waiting[-1].rank <= operator.rank:
                self._apply(operands, waiting.pop())
            waiting.append(operator)
            self._take(operator)
        while waiting:
            self._apply(operands, waiting.pop())
        return operands[0]

    def _take(self, operator: Operator) -> None:
        """Pass over the tokens of an operator; an implied one has none."""
        while (token := self._peek()) is not None and token.start < operator.end:
            self.at += 1

    def _next_operator(self) -> Operator | None:
        """The operator that comes, or the one that is implied between two operands."""
        token = self._peek()
        if token is None or token.kind == ")":
            return None
        found = self._operator()
        if found is not None:
            return found
        # Phrases are read as one operand, so this is beside a parenthesis, a field or the like.
        return Operator("beside", (1, 1), 1, False, token.start, token.start)

    def _apply(self, operands: list[_Part | None], operator: Operator) -> None:
        right, left = operands.pop(), operands.pop()
        if left is None or right is None:
            negates = operator.kind == "not" or operator.negated
            if left is None and right is not None and negates:
                right = Not(_whole(right)) if operator.kind == "not" else None
            operands.append(right if left is None else left)
        elif operator.kind in ("and", "or"):
            operands.append(_joined(operator.kind, left, right))
        elif operator.kind == "not":
            operands.append(_joined("and", left, Not(_whole(right))))
        else:
            operands.append(self._near(operator, _whole(left), _whole(right)))

    def _near(self, operator: Operator, left: Node, right: Node) -> Node:
        span = (operator.start, max(operator.end, operator.start + 1))
        kind = operator.kind
        if kind == "beside":
            if not (_has_place(left) and _has_place(right)):
                self.speaker.notes.append("conditions side by side were joined with AND")
                return And((left, right))
            kind = "pre"
        if kind == "segment":
            self.speaker.change(*span, "said with AND: here it is the whole article")
            return And((left, Not(right) if operator.negated else right))
        if operator.negated and kind != "near":
            self.speaker.change(*span, "only NOT w/5 can be said: taken out by the whole article")
            return And((left, Not(right)))
        return self.speaker.near(left, right, kind, operator.number, span, negated=operator.negated)

    def _operator(self) -> Operator | None:
        return operator_at(self.tokens, self.at, self.source, is_factiva=self.is_factiva)

    # ------------------------------------------------------------ operands

    def _operand(self, operator: Operator | None) -> _Part | None:
        """One operand; `operator` is what stands where it should, if anything."""
        token = self._peek()
        if token is None or token.kind == ")" or (operator is not None and self._operator()):
            place = len(self.source.plain) if token is None else token.start
            raise self.source.missing(place)
        if token.kind == "(":
            return self._parenthesis()
        if token.kind == "word":
            for read in (self._count, self._dates, self._segment, self._code):
                start = self.at
                found = read(token)
                if self.at > start:
                    return found
        return self._phrase()

    def _parenthesis(self) -> Node | None:
        opening = self._peek()
        assert opening is not None
        self.at += 1
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise self.source.error("this nests too deep", opening.start, opening.end)
        found = self._level(inner=True)
        closing = self._peek()
        if closing is None:
            raise self.source.error(
                f"the parenthesis at {opening.start} is not closed",
                opening.start,
                suggestion="add ) where it ends",
            )
        self.at += 1
        self.depth -= 1
        return found

    def _phrase(self) -> Node | None:
        """Words side by side, which these tools read as a phrase."""
        first = self.at
        words: list[str] = []
        while (token := self._peek()) is not None and token.kind in ("word", "quote"):
            if self.at > first and (self._operator() is not None or self._begins_other(token)):
                break
            words += self._spelt(token)
            self.at += 1
            if self._word().startswith("/f") and self.is_factiva:
                break
        start, end = self.tokens[first].start, self.tokens[self.at - 1].end
        is_quote = self.tokens[first].kind == "quote"
        node: Node | None
        if len(words) == 1 and not is_quote:
            node = self.speaker.term(words[0], start, end)
        elif words:
            node = self.speaker.phrase(words, start, end)
        else:
            node = None
        return self._early(node)

    def _early(self, node: Node | None) -> Node | None:
        """`toyota/F50/`: within the first 50 words."""
        token = self._peek()
        found = re.fullmatch(r"(?i)/f(\d{1,4})/", token.text) if token and self.is_factiva else None
        if token is None or found is None:
            return node
        self.at += 1
        if node is None:
            return None
        if found[1] != "60":
            self.speaker.change(token.start, token.end, "said as lead:, the first 60 words")
        return self.speaker.in_field("lead", node, (token.start, token.end))

    def _begins_other(self, token: Token) -> bool:
        """Whether `token` begins a field, a date or a count."""
        if token.kind != "word":
            return False
        after = self._peek(1)
        if _COUNT.fullmatch(token.text):
            return True
        if token.text.lower() in _CONDITIONS and self._word(1) in _COMPARISONS:
            return True
        if after is not None and after.kind == "(" and self._segment_name(token, after) is not None:
            return True
        return self._code_name(token) is not None

    def _spelt(self, token: Token) -> list[str]:
        """The words of a token as they are written here."""
        if token.kind == "quote":
            return [self._pattern(word, token) for word in token.text.split()]
        return [self._pattern(token.text, token)]

    def _pattern(self, word: str, token: Token) -> str:
        """A word with its truncation: `politic!`, `wom*n`, `engineer$3`."""
        if self.is_factiva:
            if word == "%":
                return "*"
            found = re.fullmatch(r"(.*[^\W_])\$(\d?)", word)
            if found is not None:
                if found[2]:
                    self.speaker.change(
                        token.start,
                        token.end,
                        f"{found[1]}* has any ending, not up to {found[2]} letters",
                    )
                return f"{found[1]}*"
            return word
        word = re.sub(r"!+(?=[,.;:]?$)", "*", word)
        if "*" in word.rstrip("*"):  # inside it stands for one letter
            body = word.rstrip("*")
            word = body.replace("*", "?") + word[len(body) :]
        return word.replace("!", "")

    # ------------------------------------------------------------ counts, fields

    def _count(self, token: Token) -> Node | None:
        """`ATLEAST5(oil)`, `atleast5 oil`."""
        found = _COUNT.fullmatch(token.text)
        after = self._peek(1)
        if found is None or after is None or after.kind == ")":
            return None
        count = small_number(found[1]) or 1
        self.at += 1
        node = self._of_field()
        return (
            None if node is None else self.speaker.at_least(count, node, (token.start, token.end))
        )

    def _of_field(self) -> Node | None:
        """What a field or a count is about."""
        token = self._peek()
        if token is not None and token.kind == "(" and not self.is_factiva:
            return self._parenthesis()
        self.depth += 1
        if self.depth > MAX_NESTING and token is not None:
            raise self.source.error("this nests too deep", token.start, token.end)
        found = _finished(self._sequence(loosest=1 if self.is_factiva else -1))
        self.depth -= 1
        return found

    def _segment_name(self, token: Token, opening: Token) -> str | None:
        """The field that `headline(` means here, empty if there is none; None for a word."""
        name = token.text.lower().replace("-", "_")
        glued = opening.start == token.end
        if name in FOREIGN_SEGMENTS and (glued or token.text.isupper()):
            return FOREIGN_SEGMENTS[name]
        if glued and re.fullmatch(r"[A-Za-z][\w-]+", token.text):
            return ""
        return None

    def _segment(self, token: Token) -> Node | None:
        """`HEADLINE(oil)`."""
        opening = self._peek(1)
        if opening is None or opening.kind != "(" or self.is_factiva:
            return None
        field = self._segment_name(token, opening)
        if field is None:
            return None
        self.at += 1
        if field == "=":
            return self._as_typed(token)
        if field and field not in _VALUES and field not in ("date", "length"):
            node = self._parenthesis()
            return None if node is None else self.speaker.in_field(field, node, _span(token))
        return self._value_segment(token, field)

    def _as_typed(self, token: Token) -> Node | None:
        """`ALLCAPS(aids)`, `PLURAL(arms)`: the word as typed."""
        node = self._parenthesis()
        if token.text.lower() not in ("plural", "singular"):
            self.speaker.change(*_span(token), "capitals make no difference here")
        return Exact(node.text) if isinstance(node, Word) else node

    def _value_segment(self, token: Token, field: str) -> Node | None:
        """A segment whose parenthesis holds values, dates or a number."""
        opening = self._peek()
        assert opening is not None
        first = self.at + 1
        self._skip()
        inside = self.tokens[first : self.at - 1]
        span = (token.start, self.tokens[self.at - 1].end)
        if not field:
            self.speaker.lose(*span, f"there is no field {shorten(token.text.lower())} here")
            return None
        if field == "date":
            return self._conditions(inside, span)
        words = [t.text for t in inside if t.kind in ("word", "quote")]
        if field == "length":
            spelt = "".join(_COMPARISONS.get(word.lower(), word) for word in words)
            return self.speaker.length(spelt, span)
        return self._some_values(field, inside, span)

    def _some_values(self, field: str, inside: list[Token], span: tuple[int, int]) -> Node | None:
        values: list[list[str]] = [[]]
        for token in inside:
            if token.kind == "word" and token.text.lower() == "or":
                values.append([])
            elif token.kind == "word" and token.text.lower() in ("and", "not"):
                self.speaker.lose(*span, f"values of {field}: can be joined with OR only")
                return None
            elif token.kind in ("word", "quote"):
                values[-1].append(token.text.replace("!", "*"))
        found = [" ".join(words) for words in values if words]
        return self.speaker.values(field, found, span, contains=field in ("source", "section"))

    def _skip(self) -> None:
        """Pass over a parenthesis and all that is in it."""
        depth = 0
        opening = self._peek()
        while (token := self._peek()) is not None:
            self.at += 1
            depth += (token.kind == "(") - (token.kind == ")")
            if not depth:
                return
        assert opening is not None
        raise self.source.error(
            f"the parenthesis at {opening.start} is not closed",
            opening.start,
            suggestion="add ) where it ends",
        )

    def _code_name(self, token: Token) -> re.Match[str] | None:
        if not self.is_factiva:
            return None
        found = _CODE.fullmatch(token.text)
        if found is not None and (found[2] == "=" or found[1].lower() in ("wc", "length")):
            return found
        return None

    def _code(self, token: Token) -> Node | None:
        """`hd=oil`, `rst=(a or b)`, `wc>500`."""
        if token.text.lower() in ("wc", "length", "words") and self._word(1) in _SIGNED:
            return self._spaced_length(token)
        found = self._code_name(token)
        if found is None:
            return None
        name, sign, rest = found[1].lower(), found[2], found[3]
        self.at += 1
        after = self._peek()
        begin = token.end - len(rest)
        if rest:
            # What follows the sign is read as if it stood by itself.
            self.at -= 1
            self.tokens[self.at] = Token("word", rest, begin, token.end)
        elif after is None or after.kind == ")":
            raise self.source.missing(token.end)
        if name in ("wc", "length"):
            number = self._peek()
            assert number is not None
            self.at += 1
            return self.speaker.length(
                f"{sign}{number.text}".lstrip("="), (token.start, number.end)
            )
        field = FOREIGN_CODES.get(name, "")
        if field in _VALUES or field == "date" or not field or name in ("rst", "sc"):
            return self._code_value(token, name, field)
        node = self._of_field()
        return None if node is None else self.speaker.in_field(field, node, _span(token))

    def _spaced_length(self, token: Token) -> Node | None:
        """`wc > 500`, `length > 500`."""
        number = self._peek(2)
        if number is None:
            raise self.source.missing(len(self.source.plain))
        sign = _COMPARISONS[self._word(1)]
        self.at += 3
        return self.speaker.length(f"{sign}{number.text}".lstrip("="), (token.start, number.end))

    def _code_value(self, token: Token, name: str, field: str) -> Node | None:
        """The value of a code: one word or quote, or a parenthesis."""
        first = self.at
        value = self._peek()
        assert value is not None
        if value.kind == "(":
            self._skip()
            inside = self.tokens[first + 1 : self.at - 1]
        else:
            self.at += 1
            inside = [value]
        span = (token.start, self.tokens[self.at - 1].end)
        if not field or name in ("rst", "sc"):
            what = "sources" if name in ("rst", "sc", "sn") else name
            self.speaker.lose(*span, f"the codes of Factiva for {what} are in no article")
            return None
        if field == "date":
            return self._conditions(inside, span)
        return self._some_values(field, inside, span)

    # ------------------------------------------------------------ dates

    def _dates(self, token: Token) -> Node | None:
        """`date geq 2019`, `date from 20190101 to 20191231`."""
        if token.text.lower() not in ("date", "pubdate"):
            fused = re.fullmatch(r"(?i)date(>=|<=|=>|=<|=|>|<)(\S+)", token.text)
            if fused is None:
                return None
            self.at += 1
            return self.speaker.date(_COMPARISONS[fused[1]], fused[2], _span(token))
        if self._word(1) not in _COMPARISONS:
            return None
        self.at += 1
        first = self.at
        while (part := self._peek()) is not None and part.kind != ")":
            if part.kind == "(":
                self._skip()
                continue
            word = self._word()
            if word in ("or", "not") or (word == "and" and self._word(1) not in _COMPARISONS):
                break
            if self.at > first + 5 and word not in _COMPARISONS and word != "and":
                break
            self.at += 1
        span = (token.start, self.tokens[self.at - 1].end)
        return self._conditions(self.tokens[first : self.at], span)

    def _conditions(self, inside: list[Token], span: tuple[int, int]) -> Node | None:
        """Conditions on dates, of which all hold."""
        found: list[Node] = []
        sign, value = "=", list[str]()
        words = [t.text for t in inside if t.kind in ("word", "quote")]
        for word in [*words, "and"]:
            lower = word.lower()
            fused = re.fullmatch(r"(>=|<=|=>|=<|=|>|<)(\S+)", word)
            if lower == "and" or lower in _COMPARISONS or fused is not None:
                if value:
                    node = self._condition(sign, " ".join(value), span)
                    if node is not None:
                        found.append(node)
                    value = []
                sign = _COMPARISONS.get(fused[1] if fused else lower, "=")
                if fused is not None:
                    value = [fused[2]]
            else:
                value.append(word)
        if len(found) > 1:
            return And(tuple(found))
        if not found and not words:
            self.speaker.lose(*span, "there is no date in it")
        return found[0] if found else None

    def _condition(self, sign: str, value: str, span: tuple[int, int]) -> Node | None:
        days = re.fullmatch(r"-(\d{1,4})", value)
        if days is not None:
            return self.speaker.date("=", f"last {days[1]} days", span)
        return self.speaker.date(sign, value, span)


def _span(token: Token) -> tuple[int, int]:
    return token.start, token.end


def _has_place(node: Node) -> bool:
    return isinstance(node, Word | Exact | Pattern | Phrase | Near | Within | NotNear | Or)


def _joined(kind: str, left: _Part, right: _Part) -> _Joined:
    parts = right.parts if isinstance(right, _Joined) and right.kind == kind else [_whole(right)]
    if isinstance(left, _Joined) and left.kind == kind:
        left.parts.extend(parts)
        return left
    return _Joined(kind, [_whole(left), *parts])


def _whole(part: _Part) -> Node:
    if isinstance(part, _Joined):
        return And(tuple(part.parts)) if part.kind == "and" else Or(tuple(part.parts))
    return part


def _finished(part: _Part | None) -> Node | None:
    return None if part is None else _whole(part)
