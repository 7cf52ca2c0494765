"""Does the name or the path of a file match one of many globs, in bounded time?

`*` stands for any characters, slashes too, `?` for one, `[abc]` and `[!abc]` for one of a
set, as in `fnmatch`.  Patterns without any of these are looked up, not tried.  The others
are compiled so that what one `*` has taken is never tried again (`fnmatch.translate`), so
the time grows with the pattern and the name, and there is a bound on how much of them one
folder may have in force: a list of patterns is somebody else's file.
"""

from __future__ import annotations

import fnmatch
import posixpath
import re
from collections.abc import Iterable, Sequence

from searcher.errors import SearcherError

__all__ = ["Patterns", "TooManyPatternsError"]

_WILD = re.compile(r"[*?[]")
_MOST_WILD = 1_000
_MOST_WILD_CHARACTERS = 32_000


class TooManyPatternsError(SearcherError):
    """More globs than are tried on every name."""

    def __init__(self) -> None:
        super().__init__(
            f"more than {_MOST_WILD:,} patterns with * or ?, or {_MOST_WILD_CHARACTERS:,} "
            "characters of them, hold for one folder"
        )


class Patterns:
    """Globs of names, and of paths relative to one folder; parts of paths use `/`.

    Arguments:
        patterns: the globs; a trailing slash says nothing.
        folder: where patterns with a slash are relative to, as a relative path.

    Raises:
        TooManyPatternsError: there are more than may be tried on every name.
    """

    def __init__(self, patterns: Iterable[str] = (), folder: str = "") -> None:
        self._plain: set[str] = set()
        self._wild: tuple[re.Pattern[str], ...] = ()
        self._characters = 0
        self._add(patterns, folder)

    def __bool__(self) -> bool:
        return bool(self._plain or self._wild)

    def with_more(self, patterns: Sequence[str], folder: str) -> Patterns:
        """These and `patterns`, those with a slash being relative to `folder`."""
        more = Patterns()
        more._plain = set(self._plain)
        more._wild = self._wild
        more._characters = self._characters
        more._add(patterns, folder)
        return more

    def _add(self, patterns: Iterable[str], folder: str) -> None:
        wild = []
        for pattern in patterns:
            pattern = pattern.rstrip("/")
            if "/" in pattern:
                # A glob is joined as it is; the folder's own name may hold a `[`.
                escaped = re.sub(r"[*?[]", r"[\g<0>]", folder) if _WILD.search(pattern) else folder
                pattern = posixpath.normpath(posixpath.join(escaped, pattern.lstrip("/")))
            if not pattern:
                continue
            if _WILD.search(pattern):
                wild.append(pattern)
                self._characters += len(pattern)
            else:
                self._plain.add(pattern)
        if len(wild) + len(self._wild) > _MOST_WILD or self._characters > _MOST_WILD_CHARACTERS:
            raise TooManyPatternsError
        self._wild += tuple(re.compile(fnmatch.translate(pattern)) for pattern in wild)

    def match(self, name: str, relative: str) -> bool:
        """Whether a pattern is the file's name, or its path relative to the folder."""
        if name in self._plain or relative in self._plain:
            return True
        return any(pattern.match(name) or pattern.match(relative) for pattern in self._wild)
