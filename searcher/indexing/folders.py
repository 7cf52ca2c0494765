"""Which files are there?

`walk` lists the regular files at and below some paths, and says of everything else that
it met why it is not among them.  Folders are other people's: they may be nested without
end, vanish meanwhile, hold pipes and devices, or pattern files that hold no patterns.  What
cannot be looked at is *unknown*, and `sync.py` leaves the articles of unknown places as
they are.

The walk keeps its own stack, so depth costs nothing.  Links to folders are not followed,
so there are no loops; a link to a regular file is that file.  A folder is listed through a
descriptor that was opened without following a link.

Not decided here: whether a file can be read as articles, which its content tells.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from searcher.codec.settings import (
    Settings,
    exclusions_for,
    follows_links,
    is_within,
    is_within_any,
    most_bytes_for,
)
from searcher.errors import ReadError
from searcher.indexing.patterns import Patterns, TooManyPatternsError
from searcher.indexing.saved_pages import are_parts, page_stems, stem_of_parts
from searcher.opening import check_regular, read_bounded
from searcher.reading import LeftOut

__all__ = ["IGNORE_FILE", "FoundFile", "Walk", "check_path", "walk"]

IGNORE_FILE = ".searcherignore"
_MOST_IGNORE_BYTES = 1_000_000
_LISTING = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_LISTS_DESCRIPTORS = os.scandir in os.supports_fd and hasattr(os, "O_NOFOLLOW")
_OWN_MANIFEST = re.compile(r"manifest-[0-9]+\.json")
_OWN_FILE = re.compile(r"(?:manifest|sources)-[0-9]+\.json|_?MAIN_.+")
_AS_WITHOUT = "its folder is read as if it were not there; mend it and run again"
_SPECIAL_KINDS = (
    (stat.S_ISFIFO, "FIFOs", "a FIFO, not a file"),
    (stat.S_ISSOCK, "sockets", "a socket, not a file"),
    (stat.S_ISCHR, "devices", "a device, not a file"),
    (stat.S_ISBLK, "devices", "a device, not a file"),
)


@dataclass(slots=True)
class FoundFile:
    """A regular file."""

    path: str
    size: int
    modified_ns: int


@dataclass(slots=True)
class Walk:
    """What was found: files in the order of names, folder by folder."""

    files: dict[str, FoundFile] = field(default_factory=dict)
    left_out: dict[str, LeftOut] = field(default_factory=dict)
    failed: dict[str, ReadError] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)

    def is_unknown(self, path: str) -> bool:
        """Whether `path` is in a place that could not be looked at."""
        return is_within_any(path, self.unknown)


def check_path(path: str, index_directory: str) -> None:
    """See that `path`, which somebody named, is a folder or file to read.

    Raises:
        FileNotFoundError: there is nothing there.
        ReadError: it is something else, or cannot be looked at.
    """
    try:
        status = os.stat(path)
        if not stat.S_ISDIR(status.st_mode):
            check_regular(status, path)
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ReadError(path, reason, hint="check the path") from error
    is_folder = stat.S_ISDIR(status.st_mode)
    if is_folder and (_is_same(path, index_directory) or _is_index(_names(path))):
        raise ReadError(path, "a Searcher index, not a folder of articles", hint="name another")
    folder, name = os.path.split(os.path.abspath(path))
    if not is_folder and _OWN_FILE.fullmatch(name) and _is_index(_names(folder)):
        raise ReadError(path, "a file of a Searcher index, not of articles", hint="name another")


def walk(
    roots: Sequence[str],
    *,
    settings: Mapping[str, Settings],
    index_directory: str,
    on_folder: Callable[[], None] = lambda: None,
) -> Walk:
    """List the files at and below `roots`, absolute paths that `check_path` let pass.

    Arguments:
        settings: those of every root that is known, by its path.
        index_directory: the index that is written, to be left out under any name.
        on_folder: called before each folder is listed; it may raise.

    Cost: one system call for each file, and three for each folder.
    """
    walker = _Walker(settings, index_directory, on_folder)
    for root in roots:
        walker.take(root)
    found = walker.found
    for root in roots:  # one that the walk of another left out, and that was named itself
        if root in found.files or root in walker.listed:
            found.left_out.pop(root, None)
    return found


@dataclass(slots=True)
class _Folder:
    """A folder on the way down, and what is left out in it."""

    path: str
    root: str
    excluded: Patterns
    ignored: Patterns
    ignored_root: str
    is_named: bool = False


@dataclass(slots=True)
class _Entry:
    name: str
    status: os.stat_result | None = None
    is_link: bool = False
    error: OSError | None = None


class _Walker:
    def __init__(
        self, settings: Mapping[str, Settings], index_directory: str, on_folder: Callable[[], None]
    ) -> None:
        self.found = Walk()
        self.listed: set[str] = set()
        # By device and number, since a link gives a folder another name.
        self._seen: set[tuple[int, int]] = set()
        self._settings = settings
        self._on_folder = on_folder
        try:
            status = os.stat(index_directory)
            self._index = status.st_dev, status.st_ino
        except OSError:
            self._index = -1, -1

    def take(self, root: str) -> None:
        """Walk one path that was named."""
        try:
            status = os.stat(root)
            folder = self._around(root)
        except (OSError, TooManyPatternsError) as error:
            self._fail(root, error)
            return
        name = os.path.basename(root)
        if self._is_left_out(folder, name, root, is_named=True):
            return
        if stat.S_ISDIR(status.st_mode):
            if stem_of_parts(name, _stems_beside(root)) is not None:
                self._leave_out_parts(root)
                return
            self._seen.add((status.st_dev, status.st_ino))
            self._walk(folder)
        else:
            self._add(root, status)

    def _around(self, root: str) -> _Folder:
        """What holds for `root` by itself and by known roots around it."""
        excluded_root, patterns = exclusions_for(self._settings, root)
        around = [root]
        outermost = root
        while (parent := os.path.dirname(around[-1])) != around[-1]:
            around.append(parent)
            if parent in self._settings:
                outermost = parent
        folder = _Folder(root, excluded_root, Patterns(patterns), Patterns(), outermost)
        for place in reversed(around[1 : around.index(outermost) + 1]):
            folder.path = place
            is_listed = os.path.lexists(os.path.join(place, IGNORE_FILE))
            if is_listed:
                self._read_ignored(folder)
        folder.path, folder.is_named = root, True
        return folder

    def _walk(self, folder: _Folder) -> None:
        stack = [self._contents(folder)]
        while stack:
            below = next(stack[-1], None)
            if below is None:
                stack.pop()
            else:
                stack.append(self._contents(below))

    def _contents(self, folder: _Folder) -> Iterator[_Folder]:
        """Take what is in `folder`, yielding each folder where it is its turn."""
        self._on_folder()
        if folder.path in self.listed:
            return
        try:
            entries = _list(folder.path, is_named=folder.is_named)
        except OSError as error:
            self._fail(folder.path, error)
            return
        names = [entry.name for entry in entries]
        if _is_index(names):
            reason = "a Searcher index"
            self.found.left_out[folder.path] = LeftOut("index directories", reason)
            return
        if are_parts(folder.path, names):
            self._leave_out_parts(folder.path)
            return
        self.listed.add(folder.path)
        if IGNORE_FILE in names:
            self._read_ignored(folder)
        pages = page_stems(names)
        for entry in entries:
            path = os.path.join(folder.path, entry.name)
            if self._is_left_out(folder, entry.name, path):
                continue
            below = self._entry(folder, entry, path, pages)
            if below is not None:
                yield below

    def _entry(self, folder: _Folder, entry: _Entry, path: str, pages: set[str]) -> _Folder | None:
        status = entry.status
        if status is None:
            if entry.is_link and entry.error and entry.error.errno in (errno.ENOENT, errno.ELOOP):
                self.found.left_out[path] = LeftOut("broken links", "a link that leads nowhere")
            else:
                self._fail(path, entry.error or OSError(errno.EIO, "cannot be read"))
        elif stat.S_ISREG(status.st_mode):
            self._add(path, status)
        elif not stat.S_ISDIR(status.st_mode):
            self.found.left_out[path] = _special(status.st_mode)
        elif entry.is_link and not follows_links(self._settings, path):
            reason = "a link to a folder, which is not followed"
            self.found.left_out[path] = LeftOut("links to folders", reason)
        elif (status.st_dev, status.st_ino) == self._index:
            self.found.left_out[path] = LeftOut("index directories", "the index itself")
        elif entry.is_link and (status.st_dev, status.st_ino) in self._seen:
            reason = "a link to a folder that is read already"
            self.found.left_out[path] = LeftOut("links to folders", reason)
        elif stem_of_parts(entry.name, pages) is not None:
            self._leave_out_parts(path)
        else:
            below = self._below(folder, path)
            if below is not None:
                below.is_named = entry.is_link
                self._seen.add((status.st_dev, status.st_ino))
            return below
        return None

    def _below(self, folder: _Folder, path: str) -> _Folder | None:
        below = _Folder(path, folder.root, folder.excluded, folder.ignored, folder.ignored_root)
        own = self._settings.get(path)
        if own is not None and own.exclude is not None:
            try:
                below.root, below.excluded = path, Patterns(own.exclude)
            except TooManyPatternsError as error:
                self._fail(path, error)
                return None
        return below

    def _is_left_out(
        self, folder: _Folder, name: str, path: str, *, is_named: bool = False
    ) -> bool:
        own = self._settings.get(path)
        if own is None and not is_named and name.startswith("."):
            if name != IGNORE_FILE:
                reason = "its name begins with a dot"
                self.found.left_out[path] = LeftOut("hidden", reason)
            return True
        # A root with exclusions of its own is not asked for those around it.
        is_asked = (own is None or own.exclude is None) and bool(folder.excluded)
        if is_asked and folder.excluded.match(name, _relative(path, folder.root)):
            self.found.left_out[path] = LeftOut("excluded", "--exclude names it")
            return True
        if folder.ignored and folder.ignored.match(name, _relative(path, folder.ignored_root)):
            self.found.left_out[path] = LeftOut("ignored", f"{IGNORE_FILE} names it")
            return True
        return False

    def _read_ignored(self, folder: _Folder) -> None:
        """Add what the list in `folder` says."""
        path = os.path.join(folder.path, IGNORE_FILE)
        try:
            data = read_bounded(path, _MOST_IGNORE_BYTES)
            if b"\0" in data:
                raise OSError(errno.EINVAL, "not a list of patterns: it holds a NUL", path)
            lines = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
            patterns = [line for line in map(str.strip, lines.splitlines()) if line]
            folder.ignored = folder.ignored.with_more(
                [line for line in patterns if not line.startswith("#")],
                _relative(folder.path, folder.ignored_root),
            )
        except (OSError, TooManyPatternsError) as error:
            self._fail(path, error, hint=_AS_WITHOUT)

    def _add(self, path: str, status: os.stat_result) -> None:
        most_bytes = most_bytes_for(self._settings, path)
        if most_bytes is not None and status.st_size > most_bytes:
            reason = f"larger than {most_bytes // 1_000_000:,} MB, which --max-file-mb says"
            self.found.left_out[path] = LeftOut("large files", reason)
            return
        self.found.files[path] = FoundFile(path, status.st_size, status.st_mtime_ns)

    def _leave_out_parts(self, path: str) -> None:
        reason = "a folder of a page that a browser saved"
        self.found.left_out[path] = LeftOut("parts of saved pages", reason)

    def _fail(self, path: str, error: Exception, hint: str | None = None) -> None:
        reason = getattr(error, "strerror", None) or str(error)
        self.found.failed[path] = ReadError(path, reason, hint=hint)
        self.found.unknown.add(path)


def _relative(path: str, root: str) -> str:
    """`path` as seen from `root`, with slashes; both are absolute and normal."""
    if not is_within(path, root):
        return os.path.basename(path)
    relative = path[len(root) :].lstrip(os.sep)
    return relative if os.sep == "/" else relative.replace(os.sep, "/")


def _list(folder: str, *, is_named: bool) -> list[_Entry]:
    """What is in `folder`, by name; a link is followed only where it was named.

    Everything is looked at while the folder is open, because that is where names are.
    """
    if not _LISTS_DESCRIPTORS:
        with os.scandir(folder) as listing:
            return sorted(map(_entry_of, listing), key=_name_of)
    descriptor = os.open(folder, _LISTING | (0 if is_named else os.O_NOFOLLOW))
    try:
        with os.scandir(descriptor) as listing:
            return sorted(map(_entry_of, listing), key=_name_of)
    finally:
        os.close(descriptor)


def _name_of(entry: _Entry) -> str:
    return entry.name


def _entry_of(found: os.DirEntry[str]) -> _Entry:
    entry = _Entry(found.name)
    try:
        entry.is_link = found.is_symlink()
        entry.status = found.stat()
    except OSError as error:
        entry.error = error
    return entry


def _special(mode: int) -> LeftOut:
    for is_kind, kind, reason in _SPECIAL_KINDS:
        if is_kind(mode):
            return LeftOut(kind, reason)
    return LeftOut("special files", "not a regular file")


def _is_index(names: Iterable[str]) -> bool:
    """Whether a folder with these names is an index directory of ours."""
    names = list(names)
    return any(map(_OWN_MANIFEST.fullmatch, names)) and any(
        name.startswith(("MAIN_", "_MAIN_")) for name in names
    )


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []  # the walk lists it again, and says what is wrong


def _is_same(path: str, other: str) -> bool:
    try:
        return os.path.samefile(path, other)
    except OSError:
        return False


def _stems_beside(root: str) -> set[str]:
    return page_stems(_names(os.path.dirname(root)))
