"""What can be asked of an archive, wherever it is?

`Engine` is the protocol that an index directory (`Archive`) and an archive on a cluster
(`ClusterArchive`) both obey: who takes one works with either.  mypy checks that they do
(tests/test_engine.py).  What is not here, such as copies or names, an archive on a cluster may
refuse by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Protocol

from searcher.fields import FieldTable
from searcher.query import Node
from searcher.request import Request
from searcher.scoring import Scoring

if TYPE_CHECKING:
    from searcher.article import Article
    from searcher.searching.explain import Explanation
    from searcher.searching.facets import Facets
    from searcher.searching.marks import Marks
    from searcher.searching.results import Results
    from searcher.searching.scan import Scan
    from searcher.searching.statistics import Statistics
    from searcher.searching.timeline import Timeline

__all__ = ["Engine"]


class Engine(Protocol):
    """An archive that answers.  The methods are those of `Archive`, which says what they do."""

    @property
    def language(self) -> str: ...

    @property
    def fields(self) -> FieldTable: ...

    def search(
        self,
        query: str | Node,
        *,
        limit: int | None = 10,
        offset: int = 0,
        sort: str = "score",
        timeout: float | None = None,
        recent: float | Literal["auto"] | None = None,
        expand: bool = False,
        weights: Scoring | Mapping[str, float] | None = None,
        group: Literal["none", "copies", "stories"] = "none",
        passages: bool = False,
    ) -> Results: ...

    def answer(self, request: Request) -> Results: ...

    def ids(
        self,
        query: str | Node,
        *,
        limit: int | None = None,
        offset: int = 0,
        sort: str = "score",
        timeout: float | None = None,
    ) -> list[str]: ...

    def scan_of(self, request: Request) -> Scan: ...

    def explain(self, query: str | Node, *, timeout: float | None = None) -> Explanation: ...

    def facets(
        self,
        query: str | Node,
        by: str | Sequence[str],
        *,
        limit: int | None = 10,
        sort: str = "count",
        timeout: float | None = None,
        share: bool = False,
    ) -> Facets: ...

    def timeline(
        self,
        *queries: str | Node,
        by: str = "month",
        split: str | None = None,
        limit: int | None = 10,
        whole: bool = False,
        timeout: float | None = None,
    ) -> Timeline: ...

    def get(self, id: str) -> Article: ...

    def versions(self, id: str) -> list[Article]: ...

    def marks(self, id: str, query: str | Node) -> Marks: ...

    def stats(self) -> Statistics: ...

    def close(self) -> None: ...

    def __len__(self) -> int: ...

    def __contains__(self, id: str) -> bool: ...

    def __enter__(self) -> Any: ...

    def __exit__(self, *_: object) -> None: ...
