"""What answers `saved`?

Searches that somebody saved: listed, added, replaced or renamed, removed.  Changing them takes a
token that may save, where there are tokens.  What cannot be asked is not saved.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec

from searcher.request import SORTS
from searcher.serving import answers
from searcher.serving.api.endpoint import Answer, Asked, Endpoint
from searcher.serving.links import COPIES
from searcher.serving.parameters import Parameter
from searcher.serving.problems import ProblemError
from searcher.serving.saved import NAME_RULE, Name, Query, SavedSearch, SavedSearches

__all__ = ["ENDPOINTS"]


def _one_of(choices: Sequence[str]) -> msgspec.Meta:
    return msgspec.Meta(
        pattern=f"^(?:{'|'.join(choices)})(?![\\s\\S])", description=f"is {', '.join(choices)}"
    )


_SORT = Annotated[str, _one_of(SORTS)]
_COPIES = Annotated[str, _one_of(COPIES)]
_NAME = Parameter("name", "What a saved search is called.", place="path", least=1, most=100)


class NewSearch(msgspec.Struct, forbid_unknown_fields=True):
    """A search to be saved."""

    name: Name
    query: Query
    sort: _SORT = "score"
    copies: _COPIES = "fold"


class ChangedSearch(msgspec.Struct, forbid_unknown_fields=True):
    """What a saved search becomes; `name` is a new one, if it gets one."""

    query: Query
    sort: _SORT = "score"
    copies: _COPIES = "fold"
    name: Name | None = None


class SavedList(msgspec.Struct):
    """All saved searches, by name."""

    searches: list[SavedSearch]


def _saved(asked: Asked) -> SavedSearches:
    saved = asked.service.saved
    if saved is None:
        raise ProblemError("not-found", "this server saves nothing")
    return saved


def _for_changes(asked: Asked) -> SavedSearches:
    if not asked.may_save:
        raise ProblemError("forbidden", "this token may read, and not save")
    return _saved(asked)


def _list(asked: Asked) -> Answer:
    return Answer(SavedList(_saved(asked).all()))


def _get(asked: Asked) -> Answer:
    return Answer(_saved(asked).get(asked["name"]))


def _post(asked: Asked) -> Answer:
    body = asked.body
    search = SavedSearch(name=body.name, query=body.query, sort=body.sort, copies=body.copies)
    saved = _for_changes(asked)
    answers.check_query(asked.service.archive, body.query, left_s=asked.left_s)
    kept = saved.add(search)
    return Answer(kept, 201, headers={"Location": _url(asked, kept)})


def _put(asked: Asked) -> Answer:
    body = asked.body
    try:
        search = msgspec.convert(
            {
                "name": asked["name"] if body.name is None else body.name,
                "query": body.query,
                "sort": body.sort,
                "copies": body.copies,
            },
            SavedSearch,
        )
    except msgspec.ValidationError:
        raise ProblemError("parameter", f"a name {NAME_RULE}", parameter="name") from None
    saved = _for_changes(asked)
    answers.check_query(asked.service.archive, body.query, left_s=asked.left_s)
    kept, is_new = saved.put(asked["name"], search)
    return Answer(kept, 201 if is_new else 200, headers={"Location": _url(asked, kept)})


def _delete(asked: Asked) -> Answer:
    _for_changes(asked).remove(asked["name"])
    return Answer(None, 204)


def _url(asked: Asked, search: SavedSearch) -> str:
    return asked.service.links.saved(search.name)


_READ = ("parameter", "busy", "fault")
_CHANGE = ("parameter", "forbidden", "conflict", "too-large", "busy", "fault")
_SAVE = ("query", *_CHANGE, "index")
ENDPOINTS = (
    Endpoint(
        "/saved", "list_saved", "All saved searches.", (), SavedList, _list, problems=_READ,
        is_cached=False,
    ),
    Endpoint(
        "/saved", "add_saved", "Save a search.", (), SavedSearch, _post, method="POST",
        body=NewSearch, problems=_SAVE, status=201,
    ),
    Endpoint(
        "/saved/{name}", "get_saved", "One saved search.", (_NAME,), SavedSearch, _get,
        problems=(*_READ, "not-found"), is_cached=False,
    ),
    Endpoint(
        "/saved/{name}", "put_saved", "Save a search under a name, in the place of what has it.",
        (_NAME,), SavedSearch, _put, method="PUT", body=ChangedSearch, problems=_SAVE,
    ),
    Endpoint(
        "/saved/{name}", "remove_saved", "Forget a saved search.", (_NAME,), None, _delete,
        method="DELETE", problems=(*_CHANGE, "not-found"), status=204,
    ),
)  # fmt: skip
