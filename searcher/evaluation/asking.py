"""How is a topic asked, and which article has which name in judgements?

A topic is bare words: no sign of it is an operator, so `U.S./Soviet talks (1988)` asks for five
words.  Words are parted where the query language parts them, hyphens too.  With `syntax` its
text is a query.

Judgements name articles as their collection does.  That is the article's id where a reader
keeps it (TREC's DOCNO), or the value of a field: a URL, a field of the archive's own.  By
path, a judged name is the end of an article's path, with `#3` for the third record of a file,
so that judgements hold wherever the folder lies.

What it does not do: search.  It is handed what answers a query.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from searcher.errors import EvaluationError, QueryError
from searcher.evaluation.runs import Run
from searcher.evaluation.topics import Topic
from searcher.query import Group, Node, Word
from searcher.query.words import holds_word, pattern_spans, trim

if TYPE_CHECKING:
    from searcher.article import Article

__all__ = ["Names", "bare_words", "judged_names", "query_of", "run_of"]

_SIGNS = str.maketrans("*?", "  ")


def bare_words(text: str) -> Node | None:
    """The words of `text` as a keyword query; None if it has none."""
    text = text.translate(_SIGNS)
    words = []
    for start, end in pattern_spans(text, 0, len(text)):
        start, end = trim(text, start, end)
        if holds_word(text[start:end]):
            words.append(Word(text[start:end]))
    return Group(tuple(words)) if len(words) > 1 else next(iter(words), None)


def query_of(text: str, *, syntax: bool) -> str | Node | None:
    """What is asked for `text`; None if it has no words."""
    if syntax:
        return text if text.strip() else None
    return bare_words(text)


def run_of(
    topics: Iterable[Topic],
    rank: Callable[[str | Node], Sequence[tuple[str, float]]],
    names: Names,
    *,
    fields: Sequence[str] = (),
    syntax: bool = False,
) -> Run:
    """What is found for each topic.

    Arguments:
        rank: gives the ids of the articles that a query finds, best first, with scores.
        fields: the fields of a topic that are asked: see `Topic.text`.

    Raises:
        EvaluationError: a topic's query cannot be read or answered.
    """
    run: Run = {}
    for topic in topics:
        query = query_of(topic.text(fields)[0], syntax=syntax)
        try:
            hits = rank(query) if query is not None else ()
        except QueryError as error:
            hint = "without --syntax its words are asked" if syntax else "ask another field of it"
            raise EvaluationError("topic", topic.id, f"its query {error}", hint=hint) from error
        found: dict[str, float] = {}
        for id, score in hits:
            found.setdefault(names.of(id), score)
        run[topic.id] = list(found.items())
    return run


class Names:
    """What judgements call the articles of an archive.

    Arguments:
        field: the field that holds the name.
        ids: the ids of all articles.
        get: gives an article by its id; asked for every article if `field` is not `id`.
        judged: the names in judgements, which say how much of a path is one.

    Raises:
        EvaluationError: no article has such a field.
    """

    def __init__(
        self,
        field: str,
        *,
        ids: Sequence[str],
        get: Callable[[str], Article],
        judged: Iterable[str] = (),
    ) -> None:
        self.field = field
        self._by_id: dict[str, str] = {}
        self._known: dict[str, str] = {}
        self.repeated = 0
        if field == "id":
            self._known = dict.fromkeys(ids, "")
            return
        judged = frozenset(judged)
        for id in ids:
            candidates = list(_candidates(get(id), field))
            if not candidates:
                continue
            name = next((name for name in candidates if name in judged), candidates[0])
            self.repeated += name in self._known
            self._by_id[id] = name
            self._known.setdefault(name, id)
        if ids and not self._known:
            raise EvaluationError(
                "field", field, "no article has it", hint="id, url, path, or one of its own"
            )

    def of(self, id: str) -> str:
        """What judgements call the article `id`: its id if it has no other name."""
        return self._by_id.get(id, id)

    def __contains__(self, name: str) -> bool:
        return name in self._known


def _candidates(article: Article, field: str) -> Iterator[str]:
    """What judgements may call an article, the likeliest first."""
    if field != "path":
        value = getattr(article, field, None) if field in _ATTRIBUTES else None
        value = article.metadata.get(field) if value is None else value
        yield from [value] if isinstance(value, str) else value or ()
        return
    if not article.path:
        return
    parts = article.path.split("/")
    numbers = [f"#{article.record}"] if article.record else [""]
    numbers += ["", "#1"] if article.record in (None, 1) else []
    for start in range(len(parts)):
        for number in numbers:
            yield "/".join(parts[start:]) + number


_ATTRIBUTES = ("url", "title", "source", "section", "language", "status")


def judged_names(qrels: Mapping[str, Mapping[str, int]]) -> set[str]:
    """All names of articles in judgements."""
    return {name for grades in qrels.values() for name in grades}
