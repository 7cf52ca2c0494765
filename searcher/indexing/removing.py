"""How is something dropped from an index, whether or not it is still on the disk?

What is named is told apart by what the index holds, never by guessing: a path is one that
articles were read from, or a folder above such; an id is the id of an article, or the
beginning of one article's only, four characters at least.  Whatever is both, or neither,
is an error that says so, and then nothing at all is removed.

What is removed is forgotten, so it comes back when its file or folder is indexed again.
A copy of a removed file that is not removed itself keeps the articles, with their ids.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from searcher.article import Article, storable_path
from searcher.codec.schema import VERSION_MARK
from searcher.codec.settings import is_within, is_within_any
from searcher.errors import SelectionError
from searcher.indexing.changes import Changes

__all__ = ["Removal", "Selection", "remove", "select"]

_LEAST_BEGINNING = 4
_SHOWN = 5
_ADDED_AT_ONCE = 256


@dataclass(slots=True)
class Selection:
    """What is to be removed: articles by id, and whole files, folders and roots by path."""

    ids: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Removal:
    """What was removed: `ids` of articles, `files` that are forgotten.

    `moved` counts articles that stay because a copy of their file does.
    """

    ids: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    moved: int = 0
    dry_run: bool = False

    @property
    def removed(self) -> int:
        """The number of articles."""
        return len(self.ids)

    def to_dict(self) -> dict[str, Any]:
        """The removal as JSON values."""
        return {
            "removed": self.removed,
            "moved": self.moved,
            "ids": self.ids,
            "files": self.files,
            "dry_run": self.dry_run,
        }


def select(session: Changes, names: Iterable[str]) -> Selection:
    """Find what `names` mean in the index of `writer`.

    Raises:
        SelectionError: one is nothing that the index holds, or may be several things.
    """
    selection = Selection()
    for name in names:
        places = _places(session, name)
        ids = _ids(session, name)
        if places and ids:
            raise SelectionError(
                name,
                f"may be the path {places[0]} and the article {ids[0]}",
                hint=f"name the path as .{os.sep}{name}, or the article by its whole id",
            )
        if len(ids) > 1:
            shown = ", ".join(ids[:_SHOWN]) + (", ..." if len(ids) > _SHOWN else "")
            raise SelectionError(name, f"several ids begin so: {shown}", hint="give a whole id")
        if not places and not ids:
            raise SelectionError(
                name,
                "the index holds no file or folder of this path, and no article of this id",
                hint=_way_on(name),
                is_unknown=True,
            )
        selection.places.update(places)
        selection.ids.update(ids)
    return selection


def _way_on(name: str) -> str:
    """What to do about a name that means nothing: it may have been meant as a query."""
    seen = "see the paths and ids with: searcher query --json '*'"
    if not name.strip() or os.sep in name:
        return seen
    return f"for a query: searcher remove --query {shlex.quote(name)}; {seen}"


def _places(session: Changes, name: str) -> list[str]:
    """The paths that `name` may be, as the index knows them: whole, or given as it is."""
    if not name:
        return []
    known = session.sources
    found = []
    for place in dict.fromkeys((os.path.abspath(name), name)):
        is_known = any(is_within(path, place) for path in known.files)
        is_known = is_known or any(is_within(root, place) for root in known.roots)
        is_known = is_known or any(is_within(path, place) for path in known.left_out)
        if is_known or session.committed.files_within(place):
            found.append(place)
    return found


def _ids(session: Changes, name: str) -> list[str]:
    if session.article(name) is not None:
        return [name]
    if len(name) < _LEAST_BEGINNING:
        return []
    found = session.committed.ids_beginning(name)
    return [id for id in found if not any(id.startswith(other + VERSION_MARK) for other in found)]


def remove(session: Changes, selection: Selection, *, dry_run: bool = False) -> Removal:
    """Remove what `selection` says, and commit.

    Arguments:
        dry_run: change nothing, only say what would be removed.
    """
    report = Removal(dry_run=dry_run)
    sources = session.sources.copy()
    files = {path for path in sources.files if is_within_any(path, selection.places)}
    stored = {storable_path(path) for path in files}
    for place in selection.places:
        stored.update(session.committed.files_within(place))
    by_file = {path: session.committed.ids_of_file(path) for path in sorted(stored)}
    kept: set[str] = set()
    for path in sorted(files):
        source = sources.files.pop(path)
        copies = [other for other, copy in sources.files.items() if copy.copy_of == path]
        heir = next((other for other in sorted(copies) if other not in files), None)
        if heir is not None:
            ids = by_file[storable_path(path)]
            kept |= ids
            _inherit(session, ids, heir, dry_run=dry_run)
            name = source.name or path
            for other in copies:
                copy_of = "" if other == heir else heir
                sources.files[other] = replace(sources.files[other], copy_of=copy_of)
            sources.files[heir] = replace(
                sources.files[heir],
                articles=len(ids),
                name="" if name == heir else name,
                shadows=source.shadows,
            )
            continue
        for shadowed in source.shadows:
            if shadowed in sources.files:  # it is read again by the next run
                sources.files[shadowed] = replace(sources.files[shadowed], modified_ns=-1)
    paths_of = {storable_path(path): path for path in sources.files} if selection.ids else {}
    for id in selection.ids:
        file = paths_of.get(session.committed.file_of(id) or "")
        if file is not None:
            sources.files[file] = replace(sources.files[file], modified_ns=-1)
    ids = set(selection.ids).union(*by_file.values()) - (kept - selection.ids)
    report.ids, report.moved = sorted(ids), len(kept - selection.ids)
    report.files = sorted(files | (stored - {storable_path(path) for path in files}))
    for places in (sources.left_out, sources.roots):
        for path in [path for path in places if is_within_any(path, selection.places)]:
            del places[path]
    if not dry_run:
        for id in report.ids:
            session.remove(id)
        if sources != session.sources:
            session.set_sources(sources)
        session.commit()
    return report


def _inherit(session: Changes, ids: set[str], path: str, *, dry_run: bool) -> None:
    """Give articles the path of the copy that stays."""
    articles: list[Article] = []
    for id in sorted(ids) if not dry_run else ():
        article = session.article(id)
        if article is not None:
            articles.append(replace(article, path=path))
        if len(articles) >= _ADDED_AT_ONCE:
            session.add_articles(articles)
            articles = []
    if articles:
        session.add_articles(articles)
