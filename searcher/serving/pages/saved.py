"""Which searches were saved, and what do they find now?

A row each: what it is called, the query, how many articles it finds, and how many that is more
or fewer than when somebody last ran it.  Saving, running, renaming and removing are forms, so
that no link changes anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from searcher.archive import Archive
from searcher.errors import DeadlineError, QueryError
from searcher.serving import answers, dates
from searcher.serving.links import SearchLink
from searcher.serving.misfits import misfit
from searcher.serving.pages.failing import error_page
from searcher.serving.pages.page import Page, Redirect, Timer
from searcher.serving.problems import ProblemError
from searcher.serving.saved import NAME_RULE, SavedSearch, SavedSearches

__all__ = ["change_saved", "saved_page"]


class SavedRow(NamedTuple):
    """A saved search: how many articles it finds now, None if that was not counted, and how many
    more that is than when it was run last; what is wrong with it, if it cannot be read."""

    search: SavedSearch
    link: SearchLink
    articles: int | None
    more: int | None
    seen: str
    failed: str


def saved_page(
    archive: Archive, store: SavedSearches, *, left_s: float | None = None, may_save: bool = True
) -> Page:
    """The page of saved searches.

    Arguments:
        left_s: seconds that all of it may take; searches that are not reached have no count.
        may_save: whether whoever asks may change them.

    Raises:
        ProblemError: the file of saved searches cannot be used.
        IndexStateError: as `Archive.search`.

    Cost: a search for each, without hits.
    """
    timer = Timer(left_s)
    rows = [_row(archive, search, timer) for search in store.all()]
    return Page(
        "saved.html",
        {"title": "Saved searches", "here": "/saved", "rows": rows, "may_save": may_save},
    )


def _row(archive: Archive, search: SavedSearch, timer: Timer) -> SavedRow:
    articles: int | None = None
    failed = ""
    try:
        articles = archive.search(search.query, limit=0, timeout=timer.left()).total
    except QueryError as error:
        failed = error.reason
    except DeadlineError:
        failed = "there was no time to count them"
    more = None if articles is None or search.seen is None else articles - search.seen.total
    seen = "" if search.seen is None else dates.day(dates.read(search.seen.at))
    link = SearchLink(search.query, sort=search.sort, copies=search.copies)
    return SavedRow(search, link, articles, more, seen, failed)


def change_saved(
    archive: Archive,
    store: SavedSearches,
    form: Mapping[str, str],
    *,
    left_s: float | None = None,
) -> Redirect | Page:
    """Do what a form of the page asks for: `do` is save, run, rename or remove.  A query that
    cannot be read is shown, with what is wrong in it.

    Raises:
        ProblemError: that cannot be done; its text says why.
        DeadlineError: the search cannot be run in time.
    """
    name = form.get("name", "")
    do = form.get("do", "save")
    if do in ("save", "run"):
        search = _checked(name, form) if do == "save" else store.get(name)
        link = SearchLink(search.query, sort=search.sort, copies=search.copies)
        try:
            if do == "save":
                answers.check_query(archive, search.query, left_s=left_s)
                store.add(search)
            else:
                store.see(name, archive.search(search.query, limit=0, timeout=left_s).total)
                return Redirect(link.path)
        except QueryError as error:
            return error_page(error, link, {"link": link, "q": link.q, "title": link.q})
    elif do == "rename":
        old = store.get(name)
        given = {"q": old.query, "sort": old.sort, "copies": old.copies}
        store.put(name, _checked(form.get("to", ""), given))
    elif do == "remove":
        store.remove(name)
    else:
        raise ProblemError("parameter", "searches are saved, run, renamed and removed")
    return Redirect("/saved")


def _checked(name: str, form: Mapping[str, str]) -> SavedSearch:
    link = SearchLink.read(form)
    given = {"name": name.strip(), "query": link.q, "sort": link.sort, "copies": link.copies}
    try:
        return msgspec.convert(given, SavedSearch)
    except msgspec.ValidationError:
        wrong = misfit(given, SavedSearch)
        reason = wrong.reason if wrong.field == "query" else f"a name {NAME_RULE}"
        raise ProblemError("parameter", reason) from None
