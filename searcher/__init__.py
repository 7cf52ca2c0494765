"""Searcher: a search engine for the news archive that you hold yourself.

    from searcher import Archive

    archive = Archive.open_or_create("index")
    archive.index("corpus/")
    for hit in archive.search('"humanitarian truce"'):
        print(hit.score, hit.title)

Names are imported when they are first used, so that a command pays only for what
it needs (PEP 562).
"""

# Nothing is imported here: `python -m searcher` runs this file before it can take the
# current folder off the path.  Type checkers take this name for typing's.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from searcher.archive import Archive
    from searcher.article import Article
    from searcher.errors import (
        ArticleError,
        ArticleNotFoundError,
        DeadlineError,
        FieldError,
        IndexDamagedError,
        IndexLockedError,
        IndexMissingError,
        IndexStateError,
        QueryError,
        ReadError,
        SearcherError,
        SelectionError,
    )
    from searcher.indexing.removing import Removal
    from searcher.indexing.report import Report
    from searcher.reading import read
    from searcher.request import Request
    from searcher.searching.explain import Explanation
    from searcher.searching.results import Hit, Results
    from searcher.searching.statistics import Statistics

__all__ = [
    "Archive",
    "Article",
    "ArticleError",
    "ArticleNotFoundError",
    "DeadlineError",
    "Explanation",
    "FieldError",
    "Hit",
    "IndexDamagedError",
    "IndexLockedError",
    "IndexMissingError",
    "IndexStateError",
    "QueryError",
    "ReadError",
    "Removal",
    "Report",
    "Request",
    "Results",
    "SearcherError",
    "SelectionError",
    "Statistics",
    "read",
]
__version__ = "0.1.0"

_HOMES = {
    "Archive": "searcher.archive",
    "Explanation": "searcher.searching.explain",
    "Hit": "searcher.searching.results",
    "Results": "searcher.searching.results",
    "Statistics": "searcher.searching.statistics",
    "Article": "searcher.article",
    "Removal": "searcher.indexing.removing",
    "Report": "searcher.indexing.report",
    "Request": "searcher.request",
    "read": "searcher.reading",
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'searcher' has no attribute {name!r}")
    from searcher.importing import InstalledOnly

    with InstalledOnly():
        from importlib import import_module

        return getattr(import_module(_HOMES.get(name, "searcher.errors")), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
