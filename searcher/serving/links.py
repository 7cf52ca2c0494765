"""Which URL is which page?

The one place that makes and reads permalinks.  A link is a frozen value with a field for each
parameter; `path` writes it, leaving out what is usual, so that one page has one URL, and `read`
takes whatever a browser sends: parameters that nobody knows and values that make no sense are
passed over, as a page should open for whoever has an old link.  (The API refuses them instead:
`parameters.py`.)

`Links` knows under which path the server stands, behind a proxy too, and puts it before each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self
from urllib.parse import quote, quote_plus

from searcher.request import SORTS

__all__ = ["ArticleLink", "CompareLink", "Links", "SearchLink"]

VIEWS = ("list", "lines", "table")
COPIES = ("fold", "all")
PERIODS = ("year", "month", "week", "day")
LINE_SORTS = ("document", "left", "right", "date", "-date")
MOST_COMPARED = 5
_MOST_PAGES = 1_000_000
_QUOTED = {code: quote_plus(chr(code)) for code in range(128)}
_is_plain = re.compile(r"[A-Za-z0-9_.~-]*").fullmatch  # what stands in a URL as it is


class _Link:
    """What links have in common."""

    def changed(self, **fields: Any) -> Self:
        """The same link with other values."""
        return replace(self, **fields)  # type: ignore[type-var]


def _in_path(text: str) -> str:
    """`text` as one part of a path."""
    return text if _is_plain(text) else quote(text, safe="")


def _in_query(text: str) -> str:
    """`text` as a value of a query."""
    # Most are ids, numbers and names of ours, then queries in ASCII; a page has hundreds.
    if _is_plain(text):
        return text
    return text.translate(_QUOTED) if text.isascii() else quote_plus(text, errors="replace")


def _written(path: str, pairs: list[tuple[str, str]], fragment: str = "") -> str:
    query = "&".join([f"{name}={_in_query(value)}" for name, value in pairs])
    return path + (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")


def _one_of(value: str | None, known: tuple[str, ...]) -> str:
    return value if value in known else known[0]


def _number(value: str | None, usual: int) -> int:
    if value and value.isascii() and value.isdecimal() and len(value) < 8:
        return max(1, min(int(value), _MOST_PAGES))
    return usual


@dataclass(frozen=True, slots=True)
class SearchLink(_Link):
    """The page of a search.

    Arguments:
        q: the query as it was typed.
        sort: one of `request.SORTS`; of lines one of `LINE_SORTS`.
        page: from 1.
        view: one of `VIEWS`.
        copies: "fold" for one hit a text, "all" for one an article.
        by: the period of the timeline; "" for the one that fits.
        share: the timeline shows shares of all articles.
    """

    q: str = ""
    sort: str = "score"
    page: int = 1
    view: str = "list"
    copies: str = "fold"
    by: str = ""
    share: bool = False

    @classmethod
    def read(cls, parameters: Mapping[str, str]) -> SearchLink:
        """The link with these parameters."""
        view = _one_of(parameters.get("view"), VIEWS)
        sorts = LINE_SORTS if view == "lines" else SORTS
        by = parameters.get("by", "")
        return cls(
            q=parameters.get("q", ""),
            sort=_one_of(parameters.get("sort"), sorts),
            page=_number(parameters.get("page"), 1),
            view=view,
            copies=_one_of(parameters.get("copies"), COPIES),
            by=by if by in PERIODS else "",
            share=parameters.get("share") == "1",
        )

    @property
    def path(self) -> str:
        pairs = [("q", self.q)]
        usual_sort = LINE_SORTS[0] if self.view == "lines" else SORTS[0]
        pairs += [("sort", self.sort)] if self.sort not in (usual_sort, SORTS[0]) else []
        pairs += [("page", str(self.page))] if self.page > 1 else []
        pairs += [("view", self.view)] if self.view != VIEWS[0] else []
        pairs += [("copies", self.copies)] if self.copies != COPIES[0] else []
        pairs += [("by", self.by)] if self.by else []
        pairs += [("share", "1")] if self.share else []
        return _written("/search", pairs)


@dataclass(frozen=True, slots=True)
class ArticleLink(_Link):
    """The page of an article.

    Arguments:
        q: the query that it was found by, whose words are marked.
        place: the how many-th hit of that search it is, from 1; None if it is none.
        sort, copies: how that search was sorted and folded.
        fragment: what of it is shown: `p12`, `hit-3`, or `q=812-871` for characters.
    """

    id: str
    q: str = ""
    place: int | None = None
    sort: str = "score"
    copies: str = "fold"
    fragment: str = ""

    @classmethod
    def read(cls, id: str, parameters: Mapping[str, str]) -> ArticleLink:
        """The link to the article `id` with these parameters."""
        place = _number(parameters.get("place"), 0)
        return cls(
            id=id,
            q=parameters.get("q", ""),
            place=place or None,
            sort=_one_of(parameters.get("sort"), SORTS),
            copies=_one_of(parameters.get("copies"), COPIES),
        )

    @property
    def path(self) -> str:
        pairs = [("q", self.q)] if self.q else []
        pairs += [("place", str(self.place))] if self.place else []
        pairs += [("sort", self.sort)] if self.sort != SORTS[0] else []
        pairs += [("copies", self.copies)] if self.copies != COPIES[0] else []
        return _written(f"/article/{_in_path(self.id)}", pairs, self.fragment)


@dataclass(frozen=True, slots=True)
class CompareLink(_Link):
    """The page that compares `queries`, two to `MOST_COMPARED` of them, in periods `by`."""

    queries: tuple[str, ...] = ()
    by: str = ""

    @classmethod
    def read(cls, queries: list[str], parameters: Mapping[str, str]) -> CompareLink:
        """The link with these parameters; `queries` are all values of `q`."""
        by = parameters.get("by", "")
        asked = tuple(query for query in queries if query.strip())[:MOST_COMPARED]
        return cls(asked, by if by in PERIODS else "")

    @property
    def path(self) -> str:
        pairs = [("q", query) for query in self.queries]
        pairs += [("by", self.by)] if self.by else []
        return _written("/compare", pairs)


@dataclass(frozen=True, slots=True)
class Links:
    """URLs of one server, whose paths all begin with `root`: "", or `/archive` behind a proxy
    that says so.  `origin` goes before those that leave the browser, as in citations: "", or
    `https://archive.example`.
    """

    root: str = ""
    origin: str = ""

    def to(self, link: SearchLink | ArticleLink | CompareLink | str) -> str:
        """The URL of a page, or of a path of this server, from the root on."""
        return self.root + (link if isinstance(link, str) else link.path)

    def whole(self, link: SearchLink | ArticleLink | CompareLink | str) -> str:
        """The URL of a page as it may be passed on."""
        return self.origin + self.to(link)

    def article(self, id: str, **fields: Any) -> str:
        """The URL of the page of an article: see `ArticleLink`."""
        return self.to(ArticleLink(id, **fields))

    def articles_of(self, link: ArticleLink) -> Callable[[str], str]:
        """What makes the URL of any article of the same search."""
        start, rest = f"{self.root}/article/", link.changed(id="").path.partition("/article/")[2]
        return lambda id: f"{start}{_in_path(id)}{rest}"

    def search(self, q: str, **fields: Any) -> str:
        """The URL of the page of a search: see `SearchLink`."""
        return self.to(SearchLink(q, **fields))

    def saved(self, name: str) -> str:
        """The URL of the endpoint of a saved search."""
        return self.api(f"saved/{_in_path(name)}")

    def with_queries(self, link: SearchLink) -> Callable[[str], str]:
        """What makes the URL of the first page of a query, shown as `link` is.

        A page has a hundred of these, so what they share is written once.
        """
        path = link.changed(q="", page=1).path
        before, _, after = path.partition("q=")
        before = f"{self.root}{before}q="
        return lambda q: before + _in_query(q) + after

    def api(self, name: str, **parameters: Any) -> str:
        """The URL of an endpoint, with those parameters that are not None."""
        pairs = [(key, str(value)) for key, value in parameters.items() if value is not None]
        return self.root + _written(f"/api/v1/{name}", pairs)
