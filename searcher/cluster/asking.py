"""How is a search put to a cluster, within the time that a query has?

`Asking` sends searches through the transport, each with the time that is left, and always to
one set of copies (`preference`), so that pages fit each other.  What is longer than a page is
walked from a point in time, which is closed again.  What the cluster refuses because of the
query is an error of the query.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Generator, Sequence
from typing import Any, cast

from searcher.article import Article
from searcher.cluster.memory import Stored
from searcher.cluster.transport import Transport, check_whole
from searcher.cluster.words import Dsl
from searcher.codec.schema import article_of
from searcher.errors import ClusterError, QueryError
from searcher.searching.budget import Budget
from searcher.searching.hits import date_of

__all__ = ["MOST_CANDIDATES", "Asking", "TooManyWordsError", "article_in", "stored_in"]

MOST_CANDIDATES = 20_000
"""More articles than these are not looked at one by one."""
PAGE = 1_000
_MOST_IN_A_PAGE = 10_000
_KEEP_ALIVE = "2m"
_KEEP_ALIVE_FOR_LONG = "15m"
# Terms in a query as Lucene writes it: `body:price (body:prise)^0.8`.
_TERM = re.compile(r"(\w+):([^\s()^]+)")
_ASKED = re.compile(r"[*?/\[\]\\]|~\d$")
_TOO_MANY_WORDS = (
    *("too many terms", "too many clauses", "too_many_clauses", "maxclausecount"),
    "too many disjunctions",
)
_OF_THE_QUERY = ("too complex", "nested depth", "max_nested", "determinize", "too_complex")


class TooManyWordsError(QueryError):
    """A pattern stands for more words than the cluster looks for in a proximity."""


class Asking:
    """Asks the index of one archive; may be used from several threads."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self._preference = uuid.uuid4().hex

    def search(self, body: Dsl, budget: Budget, *, stage: str = "searching") -> dict[str, Any]:
        """Send a search.

        Raises:
            ClusterError: no answer, or a part of one.
            QueryError: the cluster refuses the query.
            DeadlineError: the time has passed.
        """
        params = {"preference": self._preference}
        with _Deadline(budget, stage) as left_s:
            return self.transport.search(body, params=params, timeout_s=left_s)

    def search_several(self, bodies: Sequence[Dsl], budget: Budget) -> list[dict[str, Any]]:
        """Send several searches in one request.  Raises: as `search`."""
        if not bodies:
            return []
        if len(bodies) == 1:
            return [self.search(bodies[0], budget)]
        head = json.dumps({"preference": self._preference, "allow_partial_search_results": False})
        lines = [line for body in bodies for line in (head, json.dumps(body))]
        data = ("\n".join(lines) + "\n").encode("utf-8", "replace")
        path = f"/{self.transport.index}/_msearch"
        with _Deadline(budget, "searching") as left_s:
            answer = self.transport.read("POST", path, cast(Any, data), timeout_s=left_s)
            found: list[dict[str, Any]] = answer.body["responses"]
            for one in found:
                if "error" in one or check_whole(one) is not None:
                    reason = str(one.get("error") or check_whole(one))
                    address = str(self.transport.address)
                    said = self.transport.shown(reason)
                    raise ClusterError(address, said, kind="shards", host=answer.host)
            return found

    def terms_of(self, query: Dsl, field: str, budget: Budget) -> list[str] | None:
        """The terms of `field` that `query` is made of on all shards, if it is made of terms only.

        None if they are more than the cluster takes, or cannot be told.
        """
        path = f"/{self.transport.index}/_validate/query"
        params = {"rewrite": "true", "all_shards": "true"}
        with _Deadline(budget, "looking for the words that the query stands for") as left_s:
            answer = self.transport.read(
                "POST", path, {"query": query}, params=params, timeout_s=left_s
            )
        found: dict[str, None] = {}
        if check_whole(answer.body) is not None or not answer.body.get("valid"):
            return None
        for shard in answer.body["explanations"]:
            if "explanation" not in shard:
                return None
            for name, term in _TERM.findall(shard["explanation"]):
                if "~~" in term:  # the beginning of a long one
                    return None
                # What fits nothing comes back as it was asked.
                if name == field and not _ASKED.search(term):
                    found[term] = None
        return list(found)

    def first(
        self, query: Dsl, sort: list[Dsl], count: int, budget: Budget, **more: Any
    ) -> dict[str, Any]:
        """The first `count` articles in order, up to 10,000; `more` is put into the search."""
        body = {"query": query, "sort": sort, "size": count, "_source": False, **more}
        return self.search(body, budget)

    def walk(
        self,
        query: Dsl,
        sort: list[Dsl],
        budget: Budget,
        *,
        source: bool = False,
        page: int = PAGE,
        most: int | None = None,
        on_total: Callable[[int], None] | None = None,
        index: str | None = None,
        preference: str | None = None,
    ) -> Generator[dict[str, Any], None, None]:
        """All articles that match, or the first `most`, in order, of one point in time.

        Arguments:
            on_total: is told how many match, before the first of them comes; the time of
                `budget` is for that one then, and not for those that are read later.
            index: another name than that of the archive.
            preference: which shards are asked, as `_shards:0`; all if left out.

        Raises: as `search`.
        """
        # Between two pages somebody may write a thousand articles to a slow disk or reader.
        keep_alive = _KEEP_ALIVE if on_total is None else _KEEP_ALIVE_FOR_LONG
        opened = f"/{index or self.transport.index}/_search/point_in_time"
        params = {
            "keep_alive": keep_alive,
            "allow_partial_pit_creation": "false",
            "preference": preference or self._preference,
        }
        with _Deadline(budget, "searching") as left_s:
            answer = self.transport.read("POST", opened, params=params, timeout_s=left_s)
        pit: str = answer.body["pit_id"]
        try:
            self.transport.check_whole(answer.body)
            after: list[Any] | None = None
            seen = 0
            while most is None or seen < most:
                size = page if most is None else min(page, most - seen)
                body: Dsl = {
                    "query": query,
                    "sort": sort,
                    "size": size,
                    "track_total_hits": on_total is not None and after is None,
                    "_source": ["article"] if source else False,
                    "pit": {"id": pit, "keep_alive": keep_alive},
                }
                if after is not None:
                    body["search_after"] = after
                with _Deadline(budget, "reading what matches", f"{seen:,} articles") as left_s:
                    found = self.transport.search(body, index="", timeout_s=left_s)
                pit = found.get("pit_id", pit)
                hits = found["hits"]["hits"]
                if on_total is not None and after is None:
                    on_total(found["hits"]["total"]["value"])
                    budget = Budget()
                seen += len(hits)
                yield from hits
                if len(hits) < size:
                    return
                after = hits[-1]["sort"]
        finally:
            self._close(pit)

    def _close(self, pit: str) -> None:
        try:
            body = {"pit_id": [pit]}
            self.transport.write("DELETE", "/_search/point_in_time", body, accept=(404,))
        except ClusterError:  # it ends by itself
            pass

    def candidates(self, query: Dsl, budget: Budget) -> list[Stored]:
        """The articles that match, as they are stored, to be looked at here.

        Raises:
            QueryError: they are more than 20,000.
        """
        count = {"query": query, "size": 0, "track_total_hits": MOST_CANDIDATES + 1}
        total = self.search(count, budget)["hits"]["total"]["value"]
        if total > MOST_CANDIDATES:
            found = self.search({**count, "track_total_hits": True}, budget)
            many = found["hits"]["total"]["value"]
            raise QueryError(
                f"on a cluster {many:,} articles have to be looked at one by one for this query,"
                f" and at most {MOST_CANDIDATES:,} are",
                suggestion="narrow it with a date, such as since:2019-04, or another condition",
            )
        order = [{"id": "asc"}]
        return [stored_in(hit) for hit in self.walk(query, order, budget, source=True)]


def stored_in(hit: dict[str, Any]) -> Stored:
    """The article that a hit has in its `_source`, as it is stored.

    Raises:
        ClusterError: it is none: somebody else has written it there.
    """
    source = hit.get("_source")
    stored = source.get("article") if isinstance(source, dict) else None
    if not isinstance(stored, dict) or not _is_article(stored):
        raise ClusterError(
            str(hit.get("_index")),
            f"the document {hit.get('_id')} is no article",
            kind="answer",
            hint="remove what others have written to the index",
        )
    return stored


def _is_article(stored: dict[str, Any]) -> bool:
    """Whether `stored` has what is read of all articles, in the form that it should have."""
    if not all(isinstance(stored.get(name), str) for name in ("id", "title", "body")):
        return False
    byline = stored.get("byline", [])
    if not isinstance(byline, list) or not all(isinstance(name, str) for name in byline):
        return False
    try:
        date_of(stored.get("date"))
        date_of(stored.get("updated"))
    except (TypeError, ValueError):
        return False
    return True


def article_in(hit: dict[str, Any]) -> Article:
    """The article that a hit has in its `_source`."""
    return article_of(dict(stored_in(hit)))


class _Deadline:
    """The seconds that are left for one request, None for as long as the transport waits; errors
    in it are those of the query where it is to blame."""

    def __init__(self, budget: Budget, stage: str, done: str = "") -> None:
        self._budget = budget
        budget.enter(stage, done)

    def __enter__(self) -> float | None:
        left_s = self._budget.remaining_s
        return None if left_s is None else max(left_s, 0.05)

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if not isinstance(error, ClusterError):
            return
        if error.kind == "timeout":
            self._budget.check()  # it may be ours that has passed
        said = error.reason.lower()
        if any(words in said for words in _TOO_MANY_WORDS):
            raise TooManyWordsError(
                "its patterns stand for more words than the cluster looks for",
                suggestion="make the patterns longer, or ask for fewer at once",
            ) from None
        if any(words in said for words in _OF_THE_QUERY):
            raise QueryError(
                "the query is too large for the cluster", suggestion="ask for less at once"
            ) from None
