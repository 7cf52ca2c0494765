"""Where are saved searches?

In one file of JSON, `saved.json`, in a directory of the server's own: beside the index unless
somebody says where, since an index that came from a stranger should bring none, and one that is
made again should not lose them.  It is replaced whole, durably and in one step; one process at a
time changes it, the one that has the kernel's lock on `lock`, so several workers may.  Only its
owner may read it, for what a newsroom looks for is nobody else's business.

Of each search it is kept how many articles it found when it was last looked at, so that a page
can say what is new.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import time
from collections.abc import Callable, Iterator
from typing import Annotated, TypeVar

import msgspec

from searcher.codec.directory import Directory
from searcher.codec.kernel_locks import try_to_lock, unlock
from searcher.serving.problems import ProblemError
from searcher.typography import HIDDEN, SPELT_JOINER

__all__ = [
    "MOST_SEARCHES",
    "NAME_RULE",
    "Name",
    "Query",
    "SavedSearch",
    "SavedSearches",
    "Seen",
    "state_beside",
]

FILE_NAME, LOCK_NAME = "saved.json", "lock"
_IGNORE_NAME, _IGNORE = ".searcherignore", b"*\n"
MOST_SEARCHES = 1_000
_MOST_BYTES = 32 << 20
_WAIT_S = 2.0
_T = TypeVar("_T")

# Anything on one line but slashes, which part a path.  Python's `$` would allow one more line.
_KEPT = r"^[^\x00-\x1f\x7f/\\]*[^\s\x00-\x1f\x7f/\\][^\x00-\x1f\x7f/\\]*(?![\s\S])"
_KeptName = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=_KEPT)]
# Nor `.` and `..`, which browsers take out of a path, nor what would make two names look alike.
_NAME = (
    r"^(?!\s*(?![\s\S])|\.\.?(?![\s\S]))"
    rf"(?:{SPELT_JOINER}|[^/\\\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff{HIDDEN}])*(?![\s\S])"
)
NAME_RULE = (
    "is up to 100 characters on one line, without slashes and without characters that are "
    "invisible or turn the direction of text; not . or .."
)
Name = Annotated[
    str, msgspec.Meta(min_length=1, max_length=100, pattern=_NAME, description=NAME_RULE)
]
Query = Annotated[
    str,
    msgspec.Meta(
        min_length=1,
        max_length=10_000,
        pattern=r"\S",
        description="is up to 10,000 characters, and more than blanks",
    ),
]


class Seen(msgspec.Struct, frozen=True):
    """How many articles a search found when somebody looked at it last, and when that was."""

    total: int
    at: str


class SavedSearch(msgspec.Struct, frozen=True, kw_only=True):
    """A search that somebody saved."""

    name: _KeptName
    query: Query
    sort: str = "score"
    copies: str = "fold"
    saved_at: str = ""
    seen: Seen | None = None


class _File(msgspec.Struct):
    """All that is saved, as it stands in the file."""

    searches: list[SavedSearch] = msgspec.field(default_factory=list)
    version: int = 1


def state_beside(index: str) -> str:
    """The directory of what a server of the index in `index` saves, unless another is named."""
    return os.path.abspath(index) + ".served"


class SavedSearches:
    """The saved searches in the directory `path`, which is made when the first one is saved.

    Arguments:
        follow: whether `path` may be a link, as it may where somebody named it.

    Every method raises `ProblemError` where the directory or its file cannot be used; the text
    of that names no path.
    """

    def __init__(self, path: str | os.PathLike[str], *, follow: bool = True) -> None:
        self.path = os.fspath(path)
        self._follow = follow

    def all(self) -> list[SavedSearch]:
        """The searches, by name."""
        try:
            with Directory(self.path, follow=self._follow) as directory:
                return sorted(_read(directory).searches, key=lambda one: one.name.casefold())
        except FileNotFoundError:
            return []
        except OSError as error:
            raise _unusable(error) from error

    def get(self, name: str) -> SavedSearch:
        """The search `name`.

        Raises:
            ProblemError: there is none.
        """
        for search in self.all():
            if search.name == name:
                return search
        raise _no_such()

    def add(self, search: SavedSearch) -> SavedSearch:
        """Save a new search.

        Raises:
            ProblemError: its name is none, there is one of that name, or there are too many.
        """
        _check_name(search.name)

        def change(file: _File) -> SavedSearch:
            if any(one.name == search.name for one in file.searches):
                raise ProblemError("conflict", "a search of this name is saved; choose another")
            _check_room(file)
            file.searches.append(_dated(search))
            return file.searches[-1]

        return self._change(change)

    def put(self, name: str, search: SavedSearch) -> tuple[SavedSearch, bool]:
        """Save `search` in the place of the one called `name`, which gets its name; whether
        there was none.

        Raises:
            ProblemError: its name is none, another has it, or there are too many.
        """
        if search.name != name or not any(one.name == name for one in self.all()):
            _check_name(search.name)  # what was saved before there was this rule may stay

        def change(file: _File) -> tuple[SavedSearch, bool]:
            places = [place for place, one in enumerate(file.searches) if one.name == name]
            if search.name != name and any(one.name == search.name for one in file.searches):
                raise ProblemError("conflict", "a search of this name is saved; choose another")
            if not places:
                _check_room(file)
                file.searches.append(_dated(search))
                return file.searches[-1], True
            old = file.searches[places[0]]
            seen = old.seen if old.query == search.query else None
            kept = msgspec.structs.replace(search, saved_at=old.saved_at, seen=seen)
            file.searches[places[0]] = kept
            return kept, False

        return self._change(change)

    def see(self, name: str, total: int) -> None:
        """Note that somebody has looked at `name`, which found `total` articles.

        Raises:
            ProblemError: there is none.
        """

        def change(file: _File) -> None:
            for place, one in enumerate(file.searches):
                if one.name == name:
                    seen = Seen(total, _now())
                    file.searches[place] = msgspec.structs.replace(one, seen=seen)
                    return
            raise _no_such()

        self._change(change)

    def remove(self, name: str) -> None:
        """Forget the search `name`.

        Raises:
            ProblemError: there is none.
        """

        def change(file: _File) -> None:
            left = [one for one in file.searches if one.name != name]
            if len(left) == len(file.searches):
                raise _no_such()
            file.searches = left

        self._change(change)

    def _change(self, change: Callable[[_File], _T]) -> _T:
        try:
            with contextlib.suppress(FileExistsError):
                os.mkdir(self.path, 0o700)
            with Directory(self.path, follow=self._follow) as directory, _locked(directory):
                file = _read(directory)
                changed = change(file)
                if not directory.exists(_IGNORE_NAME):
                    _write(directory, _IGNORE_NAME, _IGNORE)
                data = msgspec.json.format(msgspec.json.encode(file), indent=1)
                _write(directory, FILE_NAME, data)
                return changed
        except OSError as error:
            raise _unusable(error) from error


@contextlib.contextmanager
def _locked(directory: Directory) -> Iterator[None]:
    descriptor = directory.open_or_create(LOCK_NAME)
    try:
        until = time.monotonic() + _WAIT_S
        while not try_to_lock(descriptor):
            if time.monotonic() >= until:
                raise ProblemError("busy", "another process saves; try again")
            time.sleep(0.02)
        try:
            yield
        finally:
            unlock(descriptor)
    finally:
        os.close(descriptor)


def _read(directory: Directory) -> _File:
    try:
        data = directory.read(FILE_NAME, _MOST_BYTES)
    except FileNotFoundError:
        return _File()
    try:
        file = msgspec.json.decode(data, type=_File)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise _damaged() from None
    if not all(search.seen is None or _is_instant(search.seen.at) for search in file.searches):
        raise _damaged()
    if file.version != 1:
        raise ProblemError("fault", "the file of saved searches is of a newer Searcher")
    return file


def _damaged() -> ProblemError:
    return ProblemError(
        "fault", "the file of saved searches is damaged; put back a copy, or remove it"
    )


def _is_instant(text: str) -> bool:
    try:
        dt.datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _write(directory: Directory, name: str, data: bytes) -> None:
    temporary = f"{name}.tmp"
    with os.fdopen(directory.create(temporary), "wb") as file:
        os.fchmod(file.fileno(), 0o600) if hasattr(os, "fchmod") else None
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    directory.replace(temporary, name)
    directory.sync()


def _check_name(name: str) -> None:
    try:
        msgspec.convert(name, Name)
    except msgspec.ValidationError:
        raise ProblemError("parameter", f"a name {NAME_RULE}", parameter="name") from None


def _check_room(file: _File) -> None:
    if len(file.searches) >= MOST_SEARCHES:
        raise ProblemError("conflict", f"{MOST_SEARCHES:,} searches are saved; remove one first")


def _dated(search: SavedSearch) -> SavedSearch:
    return msgspec.structs.replace(search, saved_at=_now(), seen=None)


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def _no_such() -> ProblemError:
    return ProblemError("not-found", "no search of this name is saved")


def _unusable(error: OSError) -> ProblemError:
    return ProblemError("fault", f"saved searches cannot be used: {error.strerror or 'I/O error'}")
