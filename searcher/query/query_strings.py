"""What does a query string of Lucene's family mean: Lucene, Elasticsearch, OpenSearch, Solr?

Media Cloud's is one too, with fields of its own.  Words side by side are alternatives; `AND`
makes both of its neighbours required and `NOT` or `-` excludes the next, clause by clause and
from left to right, as Lucene's own parser does (`a OR b AND c` needs b and c, and a only ranks).
Here that is a keyword group, `AND` or `OR`, whichever says the same.

The text is read in one pass with a stack of Python's own for parentheses, so the time is linear
in the length.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from searcher.query.diagnostics import shorten
from searcher.query.fields import MAX_NESTING
from searcher.query.foreign_terms import Speaker
from searcher.query.rewrite import is_optional
from searcher.query.tree import (
    And,
    Boost,
    Everything,
    Excluded,
    Fuzzy,
    Group,
    Has,
    Node,
    Not,
    Or,
    Phrase,
    Required,
    Word,
)
from searcher.query.words import one_token, small_number

__all__ = ["read_query_string"]

_FIELDS = {
    **dict.fromkeys(
        ("title", "headline", "headlines", "hed", "heading", "article_title", "name"), "title"
    ),
    **dict.fromkeys(
        ("body", "text", "content", "fulltext", "full_text", "article_text", "text_content",
         "body_text", "article", "description", "_all", "all_text"), "body"
    ),
    **dict.fromkeys(("lead", "lede", "summary", "abstract"), "lead"),
    **dict.fromkeys(
        ("byline", "author", "authors", "creator", "byline.name", "author.name"), "byline"
    ),
    **dict.fromkeys(
        ("source", "publisher", "publication", "outlet", "media_name", "source.name", "newspaper",
         "publication_name", "source_name"), "source"
    ),
    **dict.fromkeys(("section", "category", "desk", "section_name"), "section"),
    **dict.fromkeys(("language", "lang", "article_language"), "language"),
    **dict.fromkeys(("url", "link", "original_url"), "url"),
    **dict.fromkeys(("domain", "canonical_domain", "site", "host"), "domain"),
    **dict.fromkeys(
        ("date", "published", "publish_date", "publish_day", "publication_date", "published_at",
         "publishedat", "pub_date", "pubdate", "pubdate_date", "datepublished", "date_published",
         "created", "created_at", "timestamp", "@timestamp", "firstcreated"), "date"
    ),
    **dict.fromkeys(("length", "word_count", "wordcount", "words"), "length"),
}  # fmt: skip
_TEXT = frozenset(("title", "body", "lead", "byline"))
_ENDS_WORD = frozenset(' ()"^~[]{}')
_SIGNS = {"&&": "AND", "||": "OR", "!": "NOT"}


class _Clause(NamedTuple):
    """`occur` is `+`, `-` or empty; `node` is None for what could not be said."""

    occur: str
    node: Node | None
    start: int
    end: int


def read_query_string(speaker: Speaker) -> Node | None:
    """The tree of the query of `speaker`; None if nothing of it can be said.

    Raises:
        QueryError: a quote, bracket or parenthesis is not closed, an operand is missing, or it
            nests too deep.
    """
    return _Reader(speaker).query()


class _Reader:
    def __init__(self, speaker: Speaker) -> None:
        self.speaker = speaker
        self.source = speaker.source
        self.text = speaker.source.plain
        self.at = 0
        self.depth = 0

    def query(self) -> Node | None:
        found = self._level(None)
        if self.at < len(self.text):
            raise self.source.error(
                "this parenthesis was not opened", self.at, suggestion="leave it out"
            )
        return found

    # ------------------------------------------------------------ clauses

    def _level(self, field: str | None) -> Node | None:
        """All clauses up to a closing parenthesis or the end."""
        clauses: list[_Clause] = []
        begin = self.at
        joined = ""  # the operator before the clause that comes
        has_or = False
        while True:
            self._blanks()
            if self.at >= len(self.text) or self.text[self.at] == ")":
                break
            operator = self._operator()
            if operator in ("AND", "OR"):
                if joined or not clauses:
                    raise self.source.missing(self.at)
                joined = operator
                has_or = has_or or operator == "OR"
                continue
            occur = ""
            while operator == "NOT":
                occur = "" if occur == "-" else "-"
                self._blanks()
                operator = self._operator()
            if operator:
                raise self.source.missing(self.at)
            character = self.text[self.at : self.at + 1]
            if character in ("+", "-") and self.text[self.at + 1 : self.at + 2].strip(" )"):
                occur = character if not occur else ("" if character == "-" else "-")
                self.at += 1
            if joined == "AND":
                if clauses[-1].occur == "":
                    clauses[-1] = clauses[-1]._replace(occur="+")
                occur = occur or "+"
            joined = ""
            place = self.at
            node = self._clause(field)
            if self.at == place:
                raise self.source.missing(self.at)
            clauses.append(_Clause(occur, node, place, self.at))
        if joined or not clauses:
            raise self.source.missing(max(self.at, begin))
        return self._said(clauses, has_or)

    def _said(self, clauses: list[_Clause], has_or: bool) -> Node | None:
        required = [c.node for c in clauses if c.occur == "+" and c.node is not None]
        excluded = [c.node for c in clauses if c.occur == "-" and c.node is not None]
        optional = [c.node for c in clauses if not c.occur and c.node is not None]
        if required:
            ranks = [node for node in optional if is_optional(node)]
            for clause in clauses:
                if not clause.occur and clause.node is not None and not is_optional(clause.node):
                    self.speaker.lose(
                        clause.start,
                        clause.end,
                        "it only raises the score there, and the articles are the same; here it "
                        "would be needed",
                    )
            if has_or:
                self.speaker.notes.append(
                    "OR beside AND, without parentheses, is read as Lucene reads it: what AND "
                    "joins is needed, and the rest only ranks"
                )
            if ranks:
                items: list[Node] = [Required(node) for node in required]
                return Group((*items, *ranks, *map(Excluded, excluded)))
            return _all([*required, *map(Not, excluded)])
        if not optional:
            if excluded:
                self.speaker.notes.append("without a word that is wanted, Lucene finds nothing")
            return _all([*map(Not, excluded)])
        node = optional[0]
        if len(optional) > 1:
            bare = not has_or and all(map(is_optional, optional))
            node = Group(tuple(optional)) if bare else Or(tuple(optional))
        return _all([node, *map(Not, excluded)])

    def _blanks(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    def _operator(self) -> str:
        """The operator at this place, which is passed over; empty if there is none."""
        for sign in ("AND", "OR", "NOT", "&&", "||"):
            if self.text.startswith(sign, self.at):
                end = self.at + len(sign)
                after = self.text[end : end + 1]
                if sign in _SIGNS or after in ("", " ", "(", '"', ")"):
                    self.at = end
                    return _SIGNS.get(sign, sign)
        if self.text[self.at : self.at + 1] == "!" and self.text[self.at + 1 : self.at + 2].strip():
            self.at += 1
            return "NOT"
        return ""

    # ------------------------------------------------------------ one clause

    def _clause(self, field: str | None) -> Node | None:
        start = self.at
        name = self._field_name()
        if name is not None:
            return self._in_named(name, start)
        node = self._item(start, inner=field)
        return node

    def _field_name(self) -> str | None:
        found = re.compile(r"[A-Za-z_@][\w.@-]{0,60}:(?!//)").match(self.text, self.at)
        if found is None:
            return None
        after = self.text[found.end() : found.end() + 1]
        if not after.strip(" )"):
            raise self.source.missing(found.end(), after=found[0])
        self.at = found.end()
        return found[0][:-1]

    def _in_named(self, name: str, start: int) -> Node | None:
        lower = name.lower()
        if lower == "_exists_":
            return self._exists(start)
        own = self.source.fields.conditions
        meant = _FIELDS.get(lower) or (lower if lower in own else None)
        if meant in _TEXT:
            self.depth += 1
            if self.depth > MAX_NESTING:
                raise self.source.error("this nests too deep", start, self.at)
            node = self._item(self.at, inner=meant)
            self.depth -= 1
            if node is None:
                return None
            boost, node = (node.factor, node.child) if isinstance(node, Boost) else (None, node)
            inside = self.speaker.in_field(meant, node, (start, self.at))
            return inside if boost is None or inside is None else Boost(inside, boost)
        first, raw = self.at, self._raw()
        span = (start, self.at)
        self._suffix(None, start)  # a weight on a condition changes nothing that is found
        if meant is None:
            self.speaker.lose(*span, f"there is no field {shorten(name)} here")
            return None
        return self._condition(meant, raw, first, span)

    def _exists(self, start: int) -> Node | None:
        raw = self._raw()
        meant = _FIELDS.get(raw.lower(), raw.lower())
        node = self.speaker.parse(f"has:{meant}")
        if not isinstance(node, Has):
            self.speaker.lose(start, self.at, f"there is no field {shorten(raw)} here")
            return None
        return node

    def _raw(self) -> str:
        """The text of a value as it stands: up to its end, whatever it is."""
        opening = self.text[self.at : self.at + 1]
        closers = {'"': '"', "(": ")", "[": "]}", "{": "]}"}
        begin = self.at
        if opening in closers:
            end = begin + 1
            while end < len(self.text) and self.text[end] not in closers[opening]:
                end += 2 if self.text[end] == "\\" else 1
            if end >= len(self.text):
                raise self._not_closed(opening, begin)
            self.at = end + 1
        else:
            end = begin
            while end < len(self.text) and self.text[end] not in ' ()"':
                end += 2 if self.text[end] == "\\" else 1
            self.at = min(end, len(self.text))
        return self.text[begin : self.at]

    def _not_closed(self, opening: str, begin: int) -> Exception:
        what = {'"': "quote", "(": "parenthesis", "/": "expression"}.get(opening, "bracket")
        return self.source.error(
            f"the {what} at {begin} is not closed", begin, suggestion=f"close the {what}"
        )

    def _condition(self, meant: str, raw: str, first: int, span: tuple[int, int]) -> Node | None:
        """A condition on a value field, a date or a length."""
        if raw[:1] in "[{":
            return self._range(meant, raw, span)
        if raw.startswith("("):
            if meant in ("date", "length") or re.search(r"\b(?:AND|NOT)\b|[+!]|&&", raw):
                self.speaker.lose(*span, f"values of {meant} can be joined with OR only")
                return None
            quoted_parts = re.findall(r'"([^"]*)"|([^\s"()|]+)', raw[1:-1])
            values = [a or b for a, b in quoted_parts if (a or b) != "OR"]
        else:
            values = [raw[1:-1] if raw.startswith('"') else raw]
        values = [value.replace("\\", "") for value in values]
        if meant == "date":
            found = re.fullmatch(r"(>=|<=|>|<)?(.*)", values[0], re.S)
            assert found is not None
            return self._date(found[1] or "=", found[2], span)
        if meant == "length":
            return self.speaker.length(values[0], span)
        if meant == "domain":
            nodes = [self.speaker.values("url", [f"*{v.strip('*')}*"], span) for v in values]
            held = [node for node in nodes if node is not None]
            return Or(tuple(held)) if len(held) > 1 else held[0] if held else None
        return self.speaker.values(meant, values, span)

    def _date(self, sign: str, value: str, span: tuple[int, int]) -> Node | None:
        value = value.removesuffix("||/d").removesuffix("||/M").removesuffix("||/y")
        ago = re.fullmatch(r"now(?:-(\d{1,4})d)?(?:/d)?", value)
        if ago is not None:
            if not ago[1]:
                return self.speaker.date(sign, "today", span)
            days = self.speaker.parse(f'date:"last {int(ago[1]) + 1} days"')
            first = getattr(days, "first", None)
            value = "" if first is None else first.isoformat()
        return self.speaker.date(sign, value.replace("\\", ""), span)

    def _range(self, meant: str, raw: str, span: tuple[int, int]) -> Node | None:
        found = re.fullmatch(r"\s*(.*?)\s+TO\s+(.*?)\s*", raw[1:-1], re.S)
        if found is None or meant not in ("date", "length"):
            what = "a range of dates or lengths only" if found else "no range [a TO b]"
            self.speaker.lose(*span, f"that is {what}" if not found else f"there is {what} here")
            return None
        ends = [
            (">" if raw[0] == "{" else ">=", found[1].strip('"')),
            ("<" if raw[-1] == "}" else "<=", found[2].strip('"')),
        ]
        nodes: list[Node] = []
        for sign, value in ends:
            if value != "*":
                node = (
                    self._date(sign, value, span)
                    if meant == "date"
                    else self.speaker.length(f"{sign}{value}", span)
                )
                if node is None:
                    return None
                nodes.append(node)
        return _all(nodes) if nodes else Has("date") if meant == "date" else None

    # ------------------------------------------------------------ words, phrases, groups

    def _item(self, start: int, inner: str | None) -> Node | None:
        character = self.text[self.at : self.at + 1]
        if character == "(":
            node = self._group(inner)
        elif character == '"':
            node = self._phrase()
        elif character in "[{":
            self._raw()
            self.speaker.lose(start, self.at, "a range without a field")
            node = None
        elif character == "/":
            node = self._expression(start)
        elif self.text.startswith("*:*", self.at):
            self.at += 3
            node = Everything()
        else:
            return self._word(start)
        return self._suffix(node, start)

    def _group(self, inner: str | None) -> Node | None:
        opening = self.at
        self.at += 1
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise self.source.error("this nests too deep", opening, opening + 1)
        node = self._level(inner)
        if self.at >= len(self.text):
            raise self._not_closed("(", opening)
        self.at += 1
        self.depth -= 1
        return node

    def _phrase(self) -> Node | None:
        start = self.at
        raw = self._raw()
        words = re.sub(r"\\(.)", r"\1", raw[1:-1]).split()
        slop = re.compile(r"~(\d{1,5})").match(self.text, self.at)
        node = self.speaker.phrase(words, start, self.at) if words else None
        if not words:
            self.speaker.lose(start, self.at, "the quotes hold no word")
        if slop is None:
            return node
        self.at = slop.end()
        number = small_number(slop[1])
        if not isinstance(node, Phrase) or len(node.parts) < 2 or not number:
            return node
        near: Node = node.parts[0]
        for part in node.parts[1:]:
            near = self.speaker.near(near, part, "near", number + 1, (start, self.at))
        self.speaker.change(
            start, self.at, f"said as w/{number + 1} between neighbours, in either order"
        )
        return near

    def _expression(self, start: int) -> Node | None:
        end = self.at + 1
        while end < len(self.text) and self.text[end] != "/":
            end += 2 if self.text[end] == "\\" else 1
        if end >= len(self.text):
            raise self._not_closed("/", start)
        self.at = end + 1
        self.speaker.lose(start, self.at, "regular expressions cannot be asked for; * and ? can")
        return None

    def _word(self, start: int) -> Node | None:
        spelt: list[str] = []
        begin = self.at
        while self.at < len(self.text):
            character = self.text[self.at]
            if character == "\\" and self.at + 1 < len(self.text):
                spelt.append(self.text[self.at + 1])
                self.at += 2
                continue
            if character in _ENDS_WORD or character.isspace():
                break
            spelt.append(character)
            self.at += 1
        word = "".join(spelt)
        if self.at == begin and self.text[self.at : self.at + 1] in "^~]}":
            self.at += 1
            self.speaker.lose(begin, self.at, "this stands alone")
            return None
        if word and not word.strip("*"):
            node: Node | None = Everything()
        else:
            node = self.speaker.term(word.strip("+"), begin, self.at)
        return self._suffix(node, start)

    def _suffix(self, node: Node | None, start: int) -> Node | None:
        """What hangs on a part: `~1`, `^2`."""
        if self.text[self.at : self.at + 1] == "~":
            found = re.compile(r"~(\d*\.?\d{0,6})").match(self.text, self.at)
            assert found is not None
            place, self.at = self.at, found.end()
            if isinstance(node, Word) and one_token(node.text):
                edits = 1 if found[1] == "1" else 2
                node = Fuzzy(node.text, edits)
                if found[1] not in ("", "1", "2"):
                    self.speaker.change(place, self.at, "said as at most two slips")
                self.speaker.notes.append("~ keeps the first letter here")
            elif node is not None:
                self.speaker.lose(place, self.at, "~ goes after one plain word here")
        if self.text[self.at : self.at + 1] == "^":
            found = re.compile(r"\^(\d{0,4}(?:\.\d{1,6})?)").match(self.text, self.at)
            assert found is not None
            place, self.at = self.at, found.end()
            factor = float(found[1] or 0)
            if node is not None and 0 < factor <= 1000:
                if factor != 1:
                    node = Boost(node, factor)
            elif node is not None:
                self.speaker.lose(place, self.at, "a weight is above 0 and up to 1000 here")
        return node


def _all(nodes: list[Node]) -> Node | None:
    if len(nodes) > 1:
        return And(tuple(nodes))
    return nodes[0] if nodes else None
