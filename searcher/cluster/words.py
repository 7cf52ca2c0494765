"""Which words of the index does one word of a query ask for?

A word, `=word`, pattern or fuzzy word stands at one position.  The cluster is asked for it in
three ways: as a query of a field, as a source of intervals, and as a span.  All three find the
same words: a stem is a term that begins with `~`, a form one that does not, and a pattern or a
fuzzy word must fit forms only (`terms.py`).

Lucene finds a word within n slips only if it has more than n letters in common, so for words of
up to 2n letters every slip is also written as a pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from searcher.analysis import Analyzer
from searcher.analysis.patterns import fold_pattern
from searcher.analysis.tokens import tokenize
from searcher.cluster.terms import form_term, stem_term
from searcher.query import tree

__all__ = ["ALL", "NONE", "Dsl", "NeedsCheck", "Words", "any_of"]

Dsl = dict[str, Any]
"""A query, or a part of one, as OpenSearch takes it."""
ALL: Dsl = {"match_all": {}}
NONE: Dsl = {"match_none": {}}
# What the server expands a pattern to inside a proximity, unless its operator raised it.
MOST_EXPANSIONS = 1024
# Of more alternatives the words of a field are asked for together.
_MOST_CLAUSES = 64
_SIGNS = re.compile(r'[.?+*|(){}\[\]"\\#@&<>~^$-]')


class NeedsCheck(Exception):
    """No query says exactly this: what a wider one finds has to be looked at.

    `why` says what is in the way.
    """

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


class Words:
    """Single words of queries, for indexes whose terms are those of `analyzer`.

    Arguments:
        expands: whether patterns and fuzzy words may stand in proximity; the server refuses
            those that stand for too many words.
    """

    def __init__(self, analyzer: Analyzer, *, expands: bool = True) -> None:
        self._analyzer = analyzer
        self._expands = expands
        # By the words of a query, which are asked for several times.
        self._terms: dict[tree.Word | tree.Exact, str] = {}

    def parts(self, node: tree.Node) -> list[tree.Node]:
        """The single words that stand side by side in a word or phrase."""
        if isinstance(node, tree.Phrase):
            return [part for whole in node.parts for part in self.parts(whole)]
        if isinstance(node, tree.Word | tree.Exact):
            tokens = tokenize(node.text)
            return [node] if len(tokens) == 1 else [type(node)(token) for token in tokens]
        return [node]

    def term(self, word: tree.Word | tree.Exact) -> str:
        """The term that a word stands for."""
        if word not in self._terms:
            self._terms[word] = self._term(word)
        return self._terms[word]

    def _term(self, word: tree.Word | tree.Exact) -> str:
        form = self._analyzer.forms_of(tokenize(word.text))[0]
        if isinstance(word, tree.Exact):
            return form_term(form)
        return stem_term(self._analyzer.stem(form))

    def stem(self, word: tree.Word | tree.Exact) -> str:
        """The stem of a word, as it is typed or not."""
        return self._analyzer.stem(self._analyzer.forms_of(tokenize(word.text))[0])

    # ------------------------------------------------------------ the three ways

    def query(self, word: tree.Node, field: str) -> Dsl:
        """The articles that hold `word` in `field`."""
        if isinstance(word, tree.Word | tree.Exact):
            return {"term": {field: {"value": self.term(word)}}}
        if isinstance(word, tree.Pattern):
            kind, pattern = self._pattern(word)
            return _constant(kind, field, pattern) if kind else NONE
        assert isinstance(word, tree.Fuzzy)
        text = self._fuzzy_text(word)
        fuzzy = {"value": text, **_slips(word), "rewrite": "constant_score"}
        others = [_constant("wildcard", field, each) for each in self._short(text, word.edits)]
        return any_of([{"fuzzy": {field: fuzzy}}, *others])

    def expanded(self, word: tree.Node, field: str) -> Dsl:
        """`query` of a pattern or fuzzy word, made of all the terms that fit."""
        found: Dsl = _with_rewrite(self.query(word, field), "scoring_boolean")
        return found

    def interval(self, word: tree.Node) -> Dsl:
        """The positions of `word`, as intervals.

        Raises:
            NeedsCheck: it may stand for more words than the server looks for.
        """
        if isinstance(word, tree.Word | tree.Exact):
            return {"match": {"query": self.term(word)}}
        self._check_expands()
        if isinstance(word, tree.Pattern):
            kind, pattern = self._pattern(word)
            if not kind:  # it fits nothing, and neither does this
                return {"match": {"query": "|"}}
            return {kind: {"pattern": pattern, "max_expansions": MOST_EXPANSIONS}}
        assert isinstance(word, tree.Fuzzy)
        text = self._fuzzy_text(word)
        slips = _slips(word)
        sources: list[Dsl] = [{"fuzzy": {"term": text, **slips}}]
        sources += [{"wildcard": {"pattern": each}} for each in self._short(text, word.edits)]
        return sources[0] if len(sources) == 1 else {"any_of": {"intervals": sources}}

    def span(self, word: tree.Node, field: str) -> Dsl:
        """The positions of `word` in `field`, as spans.  Raises: as `interval`."""
        if isinstance(word, tree.Word | tree.Exact):
            return {"span_term": {field: self.term(word)}}
        self._check_expands()
        if isinstance(word, tree.Pattern):
            kind, pattern = self._pattern(word)
            if not kind:
                return {"span_term": {field: "|"}}
            return _span_multi(kind, field, {"value": pattern})
        assert isinstance(word, tree.Fuzzy)
        text = self._fuzzy_text(word)
        fuzzy = {"value": text, **_slips(word), "rewrite": "scoring_boolean"}
        spans = [_span_multi("fuzzy", field, {**fuzzy, "max_expansions": MOST_EXPANSIONS})]
        spans += [
            _span_multi("wildcard", field, {"value": each})
            for each in self._short(text, word.edits)
        ]
        return spans[0] if len(spans) == 1 else {"span_or": {"clauses": spans}}

    # ------------------------------------------------------------ patterns and slips

    def _check_expands(self) -> None:
        if not self._expands:
            raise NeedsCheck("a pattern that fits many words")

    def _pattern(self, word: tree.Pattern) -> tuple[str, str]:
        """How the server is asked for the forms that fit: the kind of query and its pattern;
        an empty kind if no form does."""
        folded = fold_pattern(word.text, self._analyzer.elided)
        if folded[:1] in ("~", "."):
            return "", ""
        if folded[:1] not in ("*", "?"):
            return "wildcard", folded.replace("\\", "\\\\")
        rest = "".join(
            {"*": ".*", "?": "."}.get(c) or _SIGNS.sub(r"\\\g<0>", c) for c in folded[1:]
        )
        if folded[0] == "?":
            return "regexp", "[^~.]" + rest
        return "regexp", f"([^~.].*)?{rest}" if rest else "[^~.].*|.0"

    def _fuzzy_text(self, word: tree.Fuzzy) -> str:
        text = "".join(self._analyzer.forms(word.text))
        if not text:
            raise NeedsCheck("a fuzzy word without letters")
        return form_term(text)

    def _short(self, text: str, edits: int) -> list[str]:
        """All slips of a word that is too short for Lucene's own way, as patterns."""
        if len(text) > 2 * edits:
            return []
        return sorted(set(_slipped(text, 0, edits, "")))


def _slipped(word: str, at: int, left: int, before: str) -> Iterator[str]:
    """Patterns of what `word` is after up to `left` slips from `at` on; the first letter stays."""
    if at == len(word):
        yield before
    if left and at:
        yield from _slipped(word, at, left - 1, before + "?")
    if at == len(word):
        return
    yield from _slipped(word, at + 1, left, before + word[at])
    if left and at:
        yield from _slipped(word, at + 1, left - 1, before)
        yield from _slipped(word, at + 1, left - 1, before + "?")
        if at + 1 < len(word):
            yield from _slipped(word, at + 2, left - 1, before + word[at + 1] + word[at])


def _slips(word: tree.Fuzzy) -> Dsl:
    return {"fuzziness": word.edits, "prefix_length": 1, "transpositions": True}


def _constant(kind: str, field: str, pattern: str) -> Dsl:
    return {kind: {field: {"value": pattern, "rewrite": "constant_score"}}}


def _with_rewrite(query: Any, way: str) -> Any:
    """`query` with another way to make one query of many terms."""
    if isinstance(query, list):
        return [_with_rewrite(part, way) for part in query]
    if not isinstance(query, dict):
        return query
    return {k: way if k == "rewrite" else _with_rewrite(v, way) for k, v in query.items()}


def _span_multi(kind: str, field: str, asked: Dsl) -> Dsl:
    return {"span_multi": {"match": {kind: {field: asked}}}}


def any_of(queries: list[Dsl]) -> Dsl:
    """The query that finds what any of `queries` does."""
    wanted = [part for query in queries for part in _alternatives(query) if part != NONE]
    if not wanted:
        return NONE
    if ALL in wanted:
        return ALL
    if len(wanted) > _MOST_CLAUSES:
        wanted = _together(wanted)
    if len(wanted) == 1:
        return wanted[0]
    return {"bool": {"should": wanted, "minimum_should_match": 1}}


def _together(queries: list[Dsl]) -> list[Dsl]:
    """The same with the words of each field in one query: the server takes 1,024 at most, and
    any number of words in one."""
    terms: dict[str, list[str]] = {}
    others = []
    for query in queries:
        if "term" in query:
            ((field, asked),) = query["term"].items()
            terms.setdefault(field, []).append(asked["value"] if isinstance(asked, dict) else asked)
        else:
            others.append(query)
    return [*({"terms": {field: values}} for field, values in terms.items()), *others]


def _alternatives(query: Dsl) -> list[Dsl]:
    """The queries that `query` is any of: nests are costly to the server."""
    inside = query.get("bool")
    if inside is not None and inside.keys() == {"should", "minimum_should_match"}:
        found: list[Dsl] = inside["should"]
        return found
    return [query]
