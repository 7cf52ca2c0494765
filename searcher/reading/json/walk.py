"""Where in a JSON document are the records?

An object is one article, a list many, nested as deep as it likes.  An object that is no
article itself is a wrapper: of lists under the usual names (`articles`, `docs`, `items`,
`results`, a JSON-LD `@graph`), else of anything below it that looks like articles, by
whatever name (`{"2021": [...], "2022": [...]}`, `{"id1": {...}, "id2": {...}}`).

What a wrapper says of all its records (the paper, the day, the language) is handed on with
them.  A list under a usual name, or with an article in it, is a list of articles: what
there is no article is an error; elsewhere (`facets`, `paging`) it is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from searcher.fields import FIELDS
from searcher.reading.field_keys import SUMMARIES, folded_key
from searcher.reading.field_map import value_at
from searcher.reading.json.services import context_of, is_known

__all__ = ["Record", "is_article_alone", "looks_like_article", "records_in", "shelled"]

Object = Mapping[str, object]

_WRAPPERS = (
    "articles", "docs", "documents", "items", "data", "results", "hits", "stories", "news",
    "posts", "entries", "records", "response", "@graph", "full articles", "objects", "edges",
    "value", "values", "list", "rows", "feed", "channel", "item", "newsitems", "children",
    "bookmarks", "content", "result", "output", "query", "pages", "export", "nodes",
)  # fmt: skip
_MAY_BE_ANYTHING = frozenset(["content", "children", "value", "values", "rows", "list"])
# The record is one level down: Elasticsearch and Algolia, GraphQL, JSON:API.
_SHELLS = (
    "_source", "node", "attributes", "article", "post", "story", "document", "doc", "item",
    "data", "record", "fields",
)  # fmt: skip
_TITLES = frozenset([*FIELDS.by_name["title"].keys, "headlines"]) - {"name"}
_TEXTS = frozenset(
    [*FIELDS.by_name["body"].keys, "html", "lexical", "mobiledoc", "contentelements"]
) - SUMMARIES  # fmt: skip
_SIGNS = frozenset(
    [*SUMMARIES, *FIELDS.by_name["date"].keys, *FIELDS.by_name["byline"].keys, "weburl"]
)
_MAX_DEPTH = 60
_MOST_KEYS = 10_000
_ARTICLE_TYPES = frozenset(
    ["article", "newsarticle", "reportagenewsarticle", "analysisnewsarticle", "blogposting",
     "opinionnewsarticle", "reviewnewsarticle", "liveblogposting", "report", "socialmediaposting",
     "backgroundnewsarticle", "askpublicnewsarticle", "advertisercontentarticle", "techarticle",
     "scholarlyarticle", "satiricalarticle"]
)  # fmt: skip


class Record(NamedTuple):
    """Something in a document that may be an article.

    `context` is what its wrapper says of it; `alone` that it is the whole document.
    """

    value: object
    context: Object
    alone: bool = False


def records_in(document: object, field_map: Mapping[str, str] | None = None) -> Iterator[Record]:
    """Yield the records of a document, in order.

    Arguments:
        document: as JSON has it.
        field_map: article field to key: what has the caller's headline or text is a record,
            whatever its other keys look like.
    """
    walk = _Walk(field_map or {})
    if isinstance(document, list):
        yield from walk.in_list(document, {}, 0, certain=True)
    elif isinstance(document, Mapping):
        yield from walk.in_object(document, {}, 0, certain=True)


class _Walk:
    def __init__(self, field_map: Mapping[str, str]) -> None:
        self._mapped = [key for field, key in field_map.items() if field in ("title", "body")]
        self._text = field_map.get("body", "")

    def _is_mapped(self, value: object) -> bool:
        return any(value_at(value, key) not in (None, "") for key in self._mapped)

    def _is_record(self, value: Object) -> bool:
        """Whether an object is the caller's record itself, and no wrapper of such."""
        if self._text and value_at(value, self._text) not in (None, ""):
            return True
        lists = (within for within in value.values() if isinstance(within, list))
        return self._is_mapped(value) and not any(
            self._is_mapped(one) for within in lists for one in within[:20]
        )

    def _shelled(self, value: object) -> object:
        return value if self._is_mapped(value) else shelled(value)

    def _looks(self, value: object) -> bool:
        return self._is_mapped(value) or looks_like_article(value)

    def in_list(
        self, values: list[object], context: Object, depth: int, *, certain: bool
    ) -> Iterator[Record]:
        if depth > _MAX_DEPTH:
            return
        graph = _articles_of_graph(values)
        if graph is not None:
            values, certain = graph, True
        if not certain:
            certain = any(self._looks(self._shelled(value)) for value in values[:100])
        for value in values:
            if isinstance(value, list):
                yield from self.in_list(value, context, depth + 1, certain=certain)
            elif not isinstance(value, Mapping):
                if certain:
                    yield Record(value, context)
            elif self._looks(inner := self._shelled(value)):
                yield Record(inner, context)
            else:
                found = False
                for record in self.in_object(value, context, depth + 1, certain=False):
                    found = True
                    yield record
                if certain and not found:
                    yield Record(inner, context)

    def in_object(
        self, value: Object, context: Object, depth: int, *, certain: bool
    ) -> Iterator[Record]:
        """Yield the records below an object, or the object itself if it is the article."""
        if depth > _MAX_DEPTH:
            return
        is_article = _is_article(value)
        inner = value if is_article else self._shelled(value)
        if depth and not any(isinstance(within, list | Mapping) for within in value.values()):
            if self._looks(inner):
                yield Record(inner, context)
            return
        is_article = is_article or _is_article(inner)
        is_record = self._mapped and isinstance(inner, Mapping) and self._is_record(inner)
        if is_record or (is_article and not _wraps_articles(value)):
            yield Record(inner, context, alone=depth == 0)
            return
        own = context_of(value, context)
        found = False
        for key in _WRAPPERS:
            within = value.get(key)
            if isinstance(within, list) and any(
                isinstance(one, Mapping | list) for one in within[:1000]
            ):
                usual = certain and key not in _MAY_BE_ANYTHING
                for record in self.in_list(within, own, depth + 1, certain=usual):
                    found = True
                    yield record
            elif isinstance(within, Mapping):
                for record in self.in_object(within, own, depth + 1, certain=certain and depth < 3):
                    found = True
                    yield record._replace(alone=False)
            if found:
                return
        for within in value.values():
            if isinstance(within, list):
                for record in self.in_list(within, own, depth + 1, certain=False):
                    found = True
                    yield record
            elif isinstance(within, Mapping):
                for record in self.in_object(within, own, depth + 1, certain=False):
                    found = True
                    yield record._replace(alone=False)
        if not found and (depth == 0 or self._looks(inner)):
            yield Record(inner, context, alone=depth == 0)


def _articles_of_graph(values: list[object]) -> list[object] | None:
    """Of things of schema.org in a list, those that are articles, if any is."""
    typed = [value for value in values[:1000] if isinstance(value, Mapping) and "@type" in value]
    if not typed:
        return None
    articles = [value for value in typed if _types(value) & _ARTICLE_TYPES]
    return list(articles) or None


def _types(value: Object) -> set[str]:
    said = value.get("@type")
    names = said if isinstance(said, list) else [said]
    return {name.rpartition("/")[2].lower() for name in names if isinstance(name, str)}


def shelled(value: object) -> object:
    """Return a record without the object that wraps it alone; what both say counts."""
    for _ in range(3):
        if not isinstance(value, Mapping) or _is_article(value):
            return value
        for key in _SHELLS:
            inner = value.get(key)
            if isinstance(inner, Mapping) and looks_like_article(inner):
                outer = {k: v for k, v in value.items() if isinstance(v, str | int | float)}
                value = {**outer, **inner}
                break
        else:
            return value
    return value


def looks_like_article(value: object) -> bool:
    """Whether a record has a headline, and a text, a date or an author beside it."""
    if not isinstance(value, Mapping) or not value:
        return False
    if is_known(value):
        return True
    roles = _roles(tuple(value)) if len(value) <= _MOST_KEYS else _NO_ROLES
    signed = any(value[key] for key in roles.signs)
    if not any(value[key] for key in roles.titles):
        least = 0 if any(value[key] for key in roles.names) else 100
        return signed and _text_length(value, roles) > least
    return signed or _text_length(value, roles) > 0


def is_article_alone(value: Object) -> bool:
    """Whether an object is an article, and no wrapper of others; what lines mostly are."""
    return _is_article(value) and not _wraps_articles(value)


def _is_article(value: object) -> bool:
    """Whether a record has a headline and a text of its own."""
    if not isinstance(value, Mapping):
        return False
    if is_known(value):
        return True
    roles = _roles(tuple(value)) if len(value) <= _MOST_KEYS else _NO_ROLES
    headed = any(value[key] for key in (*roles.titles, *roles.names))
    return headed and _text_length(value, roles) > 0


class _Roles(NamedTuple):
    """What the keys of a record may be."""

    titles: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()


_NO_ROLES = _Roles()


@lru_cache(maxsize=1024)
def _roles(keys: tuple[str, ...]) -> _Roles:
    folded = [(key, folded_key(key)) for key in keys if isinstance(key, str)]
    return _Roles(
        tuple(key for key, name in folded if name in _TITLES),
        tuple(key for key, name in folded if name == "name"),
        tuple(key for key, name in folded if name in _TEXTS),
        tuple(key for key, name in folded if name in _SIGNS),
    )


def _text_length(value: Object, roles: _Roles) -> int:
    """How long the text of a record is; lists of records (`content: [...]`) are none."""
    return max((_length(value[key]) for key in roles.texts), default=0)


def _length(inner: object) -> int:
    if isinstance(inner, str):
        return len(inner)
    if isinstance(inner, list):
        return sum(_length(one) for one in inner[:50] if not looks_like_article(one))
    if isinstance(inner, Mapping) and not looks_like_article(inner):
        return max((len(one) for one in inner.values() if isinstance(one, str)), default=0)
    return 0


def _wraps_articles(value: Object) -> bool:
    """Whether an object has a list of articles under a name that says so."""
    return any(
        isinstance(within := value.get(key), list)
        and sum(map(looks_like_article, within[:20])) * 2 > len(within[:20])
        for key in ("articles", "items", "entries", "posts", "stories", "docs", "full articles")
    )
