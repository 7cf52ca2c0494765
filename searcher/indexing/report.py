"""What did a run over files do?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from searcher.errors import ReadError

__all__ = ["WANTED_KINDS", "ArticleChange", "LeftOutPath", "Progress", "Report", "UnusedMapKey"]


class ArticleChange(StrEnum):
    """What became of one article.

    `MOVED` has another file now; `REPEATED` was there already, from a copy of the file or
    another file; `OUTDATED` is an older text of one that another file has.
    """

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REMOVED = "removed"
    REPEATED = "repeated"
    MOVED = "moved"
    OUTDATED = "outdated"


# Left out because somebody said so, or because it is never anything else than that.
WANTED_KINDS = frozenset(
    ("excluded", "ignored", "hidden", "index directories", "parts of saved pages")
)
_MOST_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class LeftOutPath:
    """One file or folder that was not read, although it lies where files are read."""

    path: str
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class UnusedMapKey:
    """A key of a field map that no record had, in any of `files` files that were read.

    `path` is one of them, `suggestion` the nearest key that its records have, if any is near.
    """

    path: str
    field: str
    key: str
    suggestion: str | None
    files: int

    def __str__(self) -> str:
        more = f" and {self.files - 1:,} more" if self.files > 1 else ""
        near = f"; did you mean {self.suggestion}?" if self.suggestion else ""
        said = f"no record has the key {self.key} (--map {self.field}={self.key})"
        return f"{self.path}{more}: {said}{near}"


@dataclass(slots=True)
class Report:
    """What a run did: numbers of articles, and of files; `failed` has its reasons.

    `changes` counts articles by what became of them, and `added`, `updated` and so on are
    its numbers.  `left_out_files` are all files
    and folders that were not read; a folder that is left out counts as one.  `unused_keys`
    are those of field maps that no record of the run had.  `boilerplate_blocks` is how much
    of what outlets repeat was taken off, from `boilerplate_articles`.  A member of an archive
    that is left out stands behind the archive's name and `!`.
    """

    changes: Counter[ArticleChange] = field(default_factory=Counter)
    failed: list[ReadError] = field(default_factory=list)
    left_out_files: list[LeftOutPath] = field(default_factory=list)
    unused_keys: list[UnusedMapKey] = field(default_factory=list)
    files: int = 0
    files_unchanged: int = 0
    files_retried: int = 0
    without_text: int = 0
    boilerplate_blocks: int = 0
    boilerplate_articles: int = 0
    bytes_read: int = 0
    took_s: float = 0.0
    dry_run: bool = False

    @property
    def added(self) -> int:
        """Articles that the index did not hold."""
        return self.changes[ArticleChange.ADDED]

    @property
    def updated(self) -> int:
        """Articles that say something else now."""
        return self.changes[ArticleChange.UPDATED]

    @property
    def unchanged(self) -> int:
        """Articles that were read again and say the same."""
        return self.changes[ArticleChange.UNCHANGED]

    @property
    def removed(self) -> int:
        """Articles whose files are gone, or hold them no more."""
        return self.changes[ArticleChange.REMOVED]

    @property
    def repeated(self) -> int:
        """Articles that were there already, from a copy of the file or another file."""
        return self.changes[ArticleChange.REPEATED] + self.changes[ArticleChange.OUTDATED]

    @property
    def moved(self) -> int:
        """Articles of files that have another name now."""
        return self.changes[ArticleChange.MOVED]

    @property
    def left_out(self) -> dict[str, int]:
        """How many were left out, by kind."""
        counts: dict[str, int] = {}
        for found in sorted(self.left_out_files, key=lambda found: found.kind):
            counts[found.kind] = counts.get(found.kind, 0) + 1
        return counts

    @property
    def left_out_examples(self) -> dict[str, list[str]]:
        """The paths of some that were left out, by kind."""
        paths: dict[str, list[str]] = {kind: [] for kind in self.left_out}
        for found in self.left_out_files:
            if len(paths[found.kind]) < _MOST_EXAMPLES:
                paths[found.kind].append(found.path)
        return paths

    @property
    def has_unread(self) -> bool:
        """Whether anything was left out that nobody asked to leave out."""
        return any(found.kind not in WANTED_KINDS for found in self.left_out_files)

    @property
    def has_read(self) -> bool:
        """Whether the index holds anything of the files now, or held it and was changed."""
        return self.changes.total() > 0 or self.files_unchanged > 0

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON values."""
        return {
            "added": self.added,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "removed": self.removed,
            "repeated": self.repeated,
            "failed": [
                {"path": e.path, "record": e.record, "line": e.line, "reason": e.reason}
                for e in self.failed
            ],
            "files": self.files,
            "files_unchanged": self.files_unchanged,
            "bytes_read": self.bytes_read,
            "took_s": round(self.took_s, 3),
            "dry_run": self.dry_run,
            "moved": self.moved,
            "without_text": self.without_text,
            "boilerplate_blocks": self.boilerplate_blocks,
            "boilerplate_articles": self.boilerplate_articles,
            "files_retried": self.files_retried,
            "left_out": self.left_out,
            "left_out_files": [
                {"path": found.path, "kind": found.kind, "reason": found.reason}
                for found in self.left_out_files
            ],
            "unused_keys": [
                {
                    "path": found.path,
                    "field": found.field,
                    "key": found.key,
                    "suggestion": found.suggestion,
                    "files": found.files,
                }
                for found in self.unused_keys
            ],
        }


@dataclass(slots=True)
class Progress:
    """How far a run has come: bytes of files, out of how many, and articles."""

    bytes_done: int
    bytes_total: int
    articles: int
    path: str
