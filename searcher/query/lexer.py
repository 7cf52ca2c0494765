"""Into which tokens does the text of a query fall?

One pass from left to right that never looks back: each character is seen a
bounded number of times, so the time is linear in the length.  Words, phrases
and values become nodes here already, since their meaning is in their spelling;
operators, parentheses, fields, signs and weights become tokens that
`grammar.py` puts together.

Punctuation that stands alone (`...`, `!`, `-`) is nothing: a search box should
not stumble over it.  A word that would read as an operator if it were not for
the punctuation around it (`AND,`) is an error rather than a guess.
"""

from __future__ import annotations

import re
from functools import cache

from searcher.importing import InstalledOnly
from searcher.query.diagnostics import QueryText, nearest, shorten
from searcher.query.fields import GROUP_FIELDS, MAX_DISTANCE, NAME_FIELDS, TEXT_FIELDS
from searcher.query.phrases import phrase_parts
from searcher.query.tree import AnyWord, Everything, Exact, Fuzzy, Node, Pattern, Phrase, Word
from searcher.query.words import (
    OPERATORS,
    counts,
    fused_proximity,
    holds_word,
    is_field,
    is_plain_word,
    is_special,
    one_token,
    proximity_head,
    small_number,
    trim,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

__all__ = ["Token", "tokenize"]

_DATES = frozenset(("date", "since", "until"))
_OTHER_FIELDS = _DATES | {"has", "length"}
_COMPARISONS = frozenset((">=", "<=", ">", "<", "="))
_LOOSE_PUNCTUATION = ".,;:!"
_UNITS = {"s": "sentence", "p": "paragraph"}
_MAX_FACTOR = 1000
_LONGEST_DATE = 60  # up to where a date may open a quote


@cache
def _chunk() -> re.Pattern[str]:
    """Return what matches up to a space, a quote or a parenthesis."""
    return re.compile(r'[^ "()]*')


class Token:
    """A piece of a query: `kind` is one of

    `(` `)` `AND` `OR` `NOT` `+` `-`; `words` and `value` (`node` is set); `field`
    (`text` is its name); `boost` (`number` is the factor); `atleast` (`number` is
    the count); `near` `pre` (`number` is the distance), `sentence`, `paragraph`;
    `end`, once, at the end of the text.
    """

    __slots__ = ("end", "kind", "node", "number", "start", "text")

    def __init__(
        self,
        kind: str,
        start: int,
        end: int,
        node: Node | None = None,
        text: str = "",
        number: float = 0,
    ) -> None:
        self.kind = kind
        self.start = start
        self.end = end
        self.text = text
        self.node = node
        self.number = number


def tokenize(source: QueryText, today: Callable[[], dt.date]) -> list[Token]:
    """The tokens of a query, closed by one of kind `end`."""
    lexer = _Lexer(source, today)
    text, length, tokens = lexer.text, lexer.length, lexer.tokens
    at = 0
    while at < length:
        space = text.find(" ", at)
        end = space if space >= 0 else length
        piece = text[at:end]
        if is_plain_word(piece):  # most of most queries; `step` gives the same
            tokens.append(Token("words", at, end, Word(piece, start=at, end=end)))
            lexer.holder = None
            at = end + 1
        elif end == at:
            at += 1
        elif piece in OPERATORS and lexer.holder is None:
            tokens.append(Token(piece, at, end))
            at = end + 1
        elif '"' in piece or "(" in piece or ")" in piece:
            at = lexer.step(at)
        else:
            lexer.chunk_end = end
            at = lexer.special(at, end)
    tokens.append(Token("end", length, length))
    return tokens


def _near_operator(head: str, tail: str) -> str | None:
    """What `w/10s`, `w/sent` and `w/para` are of elsewhere, as advice."""
    number = tail[: len(tail) - len(tail.lstrip("0123456789"))]
    unit = {"s": "s", "p": "p"}.get(tail[len(number) :][:1].lower())
    if small_number(number):
        rest = f" or w/{unit}" if unit else ""
        return f"did you mean {head}/{number}{rest}?"
    return f"did you mean w/{unit}?" if unit and tail[:3].lower() in ("sen", "par") else None


class _Lexer:
    def __init__(self, source: QueryText, today: Callable[[], dt.date]) -> None:
        self.source = source
        self.today = today
        self.text = source.plain
        self.length = len(self.text)
        self.tokens: list[Token] = []
        # A sign or field that the next characters belong to.
        self.holder: Token | None = None
        self.chunk_end = 0

    def add(
        self,
        kind: str,
        start: int,
        end: int,
        *,
        text: str = "",
        node: Node | None = None,
        number: float = 0,
    ) -> Token:
        token = Token(kind, start, end, node, text, number)
        self.tokens.append(token)
        self.holder = token if kind in ("+", "-", "field") else None
        return token

    def step(self, at: int) -> int:
        """Read what starts at `at` and is no space; the position after it."""
        character = self.text[at]
        if character not in '()"':
            return self.chunk(at)
        if character == '"':
            return self.phrase(at)
        self.add(character, at, at + 1)
        return at + 1 if character == "(" else self.after_closing(at, at + 1)

    # ------------------------------------------------------------ quotes

    def closing_quote(self, at: int, after: int) -> int:
        close = self.text.find('"', after)
        if close < 0:
            raise self.source.error(
                f"the quote at {at} is not closed", at, suggestion="add a quote at its end"
            )
        return close

    def phrase(self, at: int) -> int:
        close = self.closing_quote(at, at + 1)
        parts = phrase_parts(self.text, at + 1, close)
        if not parts or (type(parts[0]) is AnyWord and set(map(type, parts)) == {AnyWord}):
            raise self.source.error(
                "the quotes hold no word", at, close + 1, expected="a word between the quotes"
            )
        node = Phrase(tuple(parts), start=at, end=close + 1)
        self.add("words", at, close + 1, node=node)
        return self.after_closing(at, close + 1)

    def after_closing(self, start: int, at: int) -> int:
        """Read a weight that follows a quote or a parenthesis at once."""
        if at >= self.length or self.text[at] not in "^~":
            return at
        end = self.find_chunk_end(at)
        if self.text[at] == "~":
            raise self.source.error(
                "~ goes after one word only",
                at,
                end,
                suggestion="write w/5 to look for words near each other",
            )
        self.boost(at, end)
        return end

    def boost(self, caret: int, end: int) -> None:
        """The weight text[caret:end], which starts with `^`."""
        spelt = self.text[caret + 1 : end].rstrip(_LOOSE_PUNCTUATION)
        halves = spelt.split(".", 1)
        number = 0.0
        # Twelve digits at most, so that the number prints as it was typed.
        if all(not half or (small_number(half) is not None and len(half) <= 12) for half in halves):
            number = float("0" + spelt)
        if not 0 < number <= _MAX_FACTOR:
            raise self.source.error(
                "^ takes a weight",
                caret,
                max(end, caret + 1),
                expected=f"a number above 0 and up to {_MAX_FACTOR}, as in truce^2 or truce^1.5",
            )
        self.add("boost", caret, end, number=number)

    # ------------------------------------------------------------ chunks

    def find_chunk_end(self, at: int) -> int:
        """Where the run of characters at `at` ends; remembered, for runs cut by fields."""
        if at >= self.chunk_end:
            found = _chunk().match(self.text, at)
            self.chunk_end = found.end() if found else at
        return self.chunk_end

    def chunk(self, at: int) -> int:
        end = self.find_chunk_end(at)
        text = self.text[at:end]
        if is_plain_word(text):
            self.tokens.append(Token("words", at, end, Word(text, start=at, end=end)))
            self.holder = None
            return end
        if text in OPERATORS and self.holder is None:
            self.add(text, at, end)
            return end
        return self.special(at, end)

    def special(self, at: int, end: int) -> int:
        """Read the chunk text[at:end], or its beginning, which is no plain word."""
        if self.text[at] in "+-" and self.is_sign(at):
            if self.holder is not None:
                sign, name = self.text[at], self.holder.text
                raise self.source.error(
                    f"a {sign} goes before the field",
                    at,
                    suggestion=f"write {sign}{name}:{shorten(self.text[at + 1 : end])}",
                )
            self.add(self.text[at], at, at + 1)
            return at + 1
        if self.text[at] in "~@" and (past := self.names(at, at)) is not None:
            return past
        colon = self.text.find(":", at, end)
        if colon > at and self.text[at:colon].isalpha():
            past = self.field(at, colon, end)
            if past is not None:
                return past
        if self.operator(at, end):
            return end
        return self.word(at, end)

    def is_sign(self, at: int) -> bool:
        """Whether the + or - at `at` is a sign: it starts an item and touches it."""
        if self.holder is None:
            if at > 0 and self.text[at - 1] not in " (":
                return False
        elif self.holder.kind != "field":
            return False
        return at + 1 < self.length and self.text[at + 1] not in " )+-"

    # ------------------------------------------------------------ fields

    def field(self, at: int, colon: int, end: int) -> int | None:
        """Read `name:` and a value; None when this is a word with a colon."""
        typed = self.text[at:colon]
        name = typed.lower()
        after = self.text[colon + 1] if colon + 1 < self.length else " "
        known = (
            name in TEXT_FIELDS or name in self.source.fields.conditions or name in _OTHER_FIELDS
        )
        if not known and (name not in GROUP_FIELDS or after in " )"):
            if name in NAME_FIELDS and (past := self.names(at, colon + 1)) is not None:
                return past
            rest = self.text[colon + 1 : end]
            if after not in '"(' and not holds_word(rest) and "*" not in rest:
                return None
            raise self.source.unknown_field(typed, at, colon)
        if after in " )":
            raise self.source.missing(
                colon + 1,
                after=f"{typed}:",
                suggestion=f"write {typed}: and what to look for without a space between",
            )
        if name in TEXT_FIELDS:
            self.add("field", at, colon + 1, text=TEXT_FIELDS[name])
            return colon + 1
        return self.value(name, at, colon + 1)

    def value(self, name: str, at: int, begin: int) -> int:
        with InstalledOnly():
            from searcher.query.values import read_value  # with dates; many queries have none

        in_quotes = self.text[begin] == '"'
        if name in _DATES and '"' in self.text[begin : begin + _LONGEST_DATE]:
            end, text = self.quoted_dates(begin)
            in_quotes = self.text[end - 1] == '"'
        elif in_quotes:
            end = self.quoted_value_end(begin)
            text = self.text[begin + 1 : end - 1].replace('""', '"')
        elif self.text[begin] == "(":
            raise self.source.error(
                f"{name}: takes one value",
                begin,
                suggestion=f"write {name}:a OR {name}:b for either of two",
            )
        else:
            end = self.bare_value_end(begin)
            text = self.text[begin:end]
        node = read_value(name, text, in_quotes, (at, end), self.source, self.today)
        self.add("value", at, end, node=node)
        return self.after_closing(at, end) if in_quotes else end

    def quoted_value_end(self, at: int) -> int:
        """After the closing quote; a doubled quote inside stands for one."""
        close = self.closing_quote(at, at + 1)
        while self.text[close + 1 : close + 2] == '"':
            close = self.closing_quote(at, close + 2)
        return close + 1

    def quoted_dates(self, begin: int) -> tuple[int, str]:
        """The end and the text of dates that may be in quotes, each end of a range by itself:
        `"March 2021".."May 2021"`."""
        at, text = begin, ""
        while True:
            if self.text[at : at + 1] == '"':
                close = self.closing_quote(at, at + 1)
                text += self.text[at + 1 : close]
                at = close + 1
                if not self.text.startswith("..", at):
                    return at, text
            stop = self.bare_value_end(at)
            text += self.text[at:stop]
            at = stop
            goes_on = text.endswith("..") or text in _COMPARISONS
            if not (goes_on and self.text[at : at + 1] == '"'):
                return at, text

    def bare_value_end(self, at: int) -> int:
        """After a value without quotes; parentheses that pair belong to it, as in some URLs."""
        stops = [stop for stop in map(self.text.find, ' "', (at, at)) if stop >= 0]
        end = min(stops, default=self.length)
        if "(" not in (value := self.text[at:end]) and ")" not in value:
            return end
        depth = 0
        end = at
        while end < self.length and self.text[end] not in ' "':
            depth += (self.text[end] == "(") - (self.text[end] == ")")
            if depth < 0:
                break
            end += 1
        return end

    # ------------------------------------------------------------ names

    def names(self, at: int, begin: int) -> int | None:
        """Read `variants:haftar`, `name:haftar~`, `~~haftar` or `@haftar`, which starts at `at`,
        its name or sign at `begin`; None when it is nothing of the kind."""
        with InstalledOnly():
            from searcher.query.names import read_names  # most queries have none

        found = read_names(self.source, at, begin)
        if found is None:
            return None
        self.add("words", at, found.end, node=found)
        return self.after_closing(at, found.end)

    # ------------------------------------------------------------ operators

    def operator(self, at: int, end: int) -> bool:
        """Add the operator text[at:end]; False if it is not one."""
        text = self.text[at:end]
        if text in OPERATORS:
            if self.holder is not None:
                raise self.source.missing(
                    at, after=self.holding(), suggestion=f'to look for the word, write "{text}"'
                )
            self.add(text, at, end)
            return True
        if text[0] in "aA" and counts(text):
            self.atleast(text, at, end)
            return True
        if end - at == 7 and text.lower() == "atleast" and self.text[end : end + 1] == "(":
            raise self.source.error(
                "atleast takes a number", at, end, suggestion="write atleast3(...)"
            )
        head = proximity_head(text)
        if head is None or self.holder is not None:
            return False
        self.proximity(text, head, at, end)
        return True

    def holding(self) -> str:
        assert self.holder is not None
        return self.text[self.holder.start : self.holder.end]

    def atleast(self, text: str, at: int, end: int) -> None:
        number = small_number(text[7:])
        opening = end
        while opening < self.length and self.text[opening] == " ":
            opening += 1
        if self.text[opening : opening + 1] != "(":
            raise self.source.error(
                f"{shorten(text)} takes a parenthesis",
                at,
                end,
                suggestion=f"write {shorten(text)}(...), or the word in quotes",
            )
        if not number:
            raise self.source.error(
                "atleast takes a number", at, end, expected=f"a number from 1 to {MAX_DISTANCE}"
            )
        self.add("atleast", at, end, number=number)

    def proximity(self, text: str, head: str, at: int, end: int) -> None:
        tail = text[len(head) + 1 :]
        unit = _UNITS.get(tail.lower())
        if head == "w" and unit:
            self.add(unit, at, end)
            return
        number = small_number(tail)
        if number is None:
            raise self.source.error(
                f"no operator {shorten(text)}",
                at,
                end,
                expected="w/5, w/s, w/p or pre/5",
                suggestion=_near_operator(head, tail) or "put it in quotes to look for it as words",
            )
        if number == 0:
            raise self.source.error(
                f"{head}/ takes a distance", at, end, expected=f"a number from 1 to {MAX_DISTANCE}"
            )
        self.add("pre" if head in ("pre", "adj") else "near", at, end, number=number)

    # ------------------------------------------------------------ words

    def word(self, at: int, end: int) -> int:
        """Read the word, pattern or fuzzy word text[at:end] with what hangs on it."""
        text = self.text
        exact = text[at] == "="
        begin = at + exact
        if exact and begin == end and text[begin : begin + 1] == '"':
            return begin  # words in quotes are exact already
        while begin < end and not (text[begin].isalnum() or text[begin] in "*?^"):
            begin += 1
        mark = begin
        while mark < end and text[mark] not in "^~":
            mark += 1
        first, last = trim(text, begin, mark, "*?")
        spelt = text[first:last]
        if not holds_word(spelt):
            self.wordless(at, begin, mark, end, exact)
            return end
        node = self.word_node(first, last, exact)
        if mark < end and text[mark] == "~":
            node, mark = self.fuzzy(node, mark, end)
        elif exact and is_field(spelt):
            colon = spelt.index(":")
            raise self.source.error(
                "= goes after the field",
                at,
                end,
                suggestion=f"write {shorten(spelt[:colon])}:={shorten(spelt[colon + 1 :])}",
            )
        elif is_special(spelt) and not exact:
            raise self.looks_special(spelt, at, end)
        if exact:
            node = node.replace(start=at)
        self.add("words", node.start, node.end, node=node)
        if mark < end and text[mark] == "^":
            self.boost(mark, end)
        return end

    def wordless(self, at: int, begin: int, mark: int, end: int, exact: bool) -> None:
        """There is no letter or digit in text[at:end] before its ^ or ~ at `mark`."""
        if holds_word(self.text[mark:end]):
            stars = self.text[begin:mark]
            if stars and not stars.strip("*") and self.text[mark] == "^" and not exact:
                self.add("value", begin, mark, node=Everything(start=begin, end=mark))
                self.boost(mark, end)
                return
            raise self.source.error(
                f"{self.text[mark]} has no word right before it",
                at,
                end,
                suggestion="write truce^2 or haftar~1 without a space",
            )
        stars = self.text[begin:end].rstrip(_LOOSE_PUNCTUATION)
        if stars and not stars.strip("*") and not exact:
            self.add("value", begin, end, node=Everything(start=begin, end=end))
        elif self.holder is not None:
            # A sign before mere punctuation is punctuation too.
            if self.holder.kind == "field":
                raise self.source.missing(at, after=self.holding())
            self.tokens.pop()
            self.holder = None

    def word_node(self, first: int, last: int, exact: bool) -> Node:
        spelt = self.text[first:last]
        if "*" in spelt or "?" in spelt:
            parts = phrase_parts(self.text, first, last)
            only = parts[0]
            if len(parts) == 1 and isinstance(only, Pattern) and not exact:
                return only
            # Several tokens side by side, or a pattern held to what was typed.
            return Phrase(tuple(parts), start=first, end=last)
        if exact:
            return Exact(spelt, start=first, end=last)
        return Word(spelt, start=first, end=last)

    def fuzzy(self, node: Node, tilde: int, end: int) -> tuple[Node, int]:
        stop = self.text.find("^", tilde, end)
        if stop < 0:
            stop = end
        if not isinstance(node, Word) or not one_token(node.text):
            raise self.source.error(
                "~ goes after one plain word",
                node.start,
                stop,
                suggestion="write haftar~ or haftar~1, without = and without * or ?",
            )
        edits = self.text[tilde + 1 : stop].rstrip(_LOOSE_PUNCTUATION)
        if edits not in ("", "1", "2"):
            raise self.source.error(
                f"~ takes 1 or 2 edits, not {shorten(edits)}",
                tilde,
                stop,
                expected="nothing, 1 or 2 after ~",
            )
        fuzzy = Fuzzy(node.text, int(edits or "2"), start=node.start, end=stop)
        return fuzzy, stop

    def looks_special(self, spelt: str, at: int, end: int) -> Exception:
        """The complaint that a word looks like an operator but is not one where it stands."""
        fused = fused_proximity(spelt)
        if fused is not None:
            return self.source.error(
                f"no operator {shorten(spelt)}",
                at,
                end,
                expected="w/5, w/s, w/p or pre/5",
                suggestion=f"did you mean {fused[0]}/{fused[1]}?",
            )
        near = nearest(spelt.lower(), ("w/5", "w/s", "w/p", "and", "or", "not"))
        return self.source.error(
            f"{shorten(spelt)} looks like an operator{' or a field' if ':' in spelt else ''}",
            at,
            end,
            suggestion=(
                "write it in quotes to look for it as a word"
                if near is None or spelt in OPERATORS
                else f"write {near} between two words, or put it in quotes"
            ),
        )
