"""What shall become of each file that was found?

Most are as they were when they were read, and nothing is done.  Each of the others is
looked at when it is its turn: it is left out, read, known to be a copy of another file, or
known to be one that had another name.  Of files that are gone it is said here too which
those are; nothing is ever said of files in places that could not be looked at.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from searcher.codec.settings import field_map_for, is_within_any, map_mark
from searcher.codec.sources import LeftOutFile, SourceFile, Sources
from searcher.errors import ReadError
from searcher.indexing.folders import FoundFile, Walk
from searcher.indexing.twins import Twins, digest_of
from searcher.reading import FORMATS, Format, LeftOut, recognise
from searcher.reading.compression import SUFFIXES
from searcher.reading.formats import BY_NAME, READERS
from searcher.reading.recognition import extension_of

__all__ = ["Plan", "Planner"]

_EXTENSIONS = frozenset(extension for known in FORMATS for extension in known.extensions)
# What no text is, so that a file with the name of one must have come to harm.
_NO_TEXT = frozenset(
    (
        "archive", "audio", "binary", "database", "empty", "font", "image", "office", "pdf",
        "program", "video",
    )
)  # fmt: skip


@dataclass(slots=True)
class Plan:
    """How one file is taken in.

    Arguments:
        is_many: whether it may hold many articles.
        is_page: whether it is a web page.
        has_pages: whether it holds pages that are read each by itself.
        name: the path that ids are made from, where it is not the file's own.
        copy_of: the file with the same bytes whose articles these are.
        moved_from: the name that it had when it was read.
    """

    file: FoundFile
    digest: str = ""
    format: str = ""
    is_many: bool = False
    has_pages: bool = False
    is_page: bool = False
    mapped: str = ""
    field_map: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    copy_of: str = ""
    moved_from: str = ""

    def source(self, articles: int) -> SourceFile:
        """What is kept of the file once it is taken in."""
        return SourceFile(
            self.file.size,
            self.file.modified_ns,
            articles,
            self.digest,
            self.format,
            self.mapped,
            self.name,
            self.copy_of,
        )


class Planner:
    """What is to be done, from what is known (`sources`) and what is there (`found`).

    Arguments:
        roots: the paths that were named, those that are gone too.
        own_fields: the archive's own, which readers look for.
        prune: files that are gone from elsewhere are gone as well.
        force: nothing counts as unchanged.
        on_piece: called for each megabyte that is hashed; it may raise.

    `is_forced` is `force`, `changed` holds the files to look at, in order, of which `reread`
    come last, because what they hold may be nowhere else once the others are taken in; `gone`
    those that were read and are not there any more, `left_out` the files that were left out
    before and are as they were.
    """

    def __init__(
        self,
        sources: Sources,
        found: Walk,
        roots: frozenset[str],
        *,
        own_fields: Sequence[str] = (),
        prune: bool = False,
        force: bool = False,
        on_piece: Callable[[], None] = lambda: None,
    ) -> None:
        self._sources = sources
        self._files = sources.files
        self._found = found
        self._roots = roots
        self._own_fields = "".join(f" {name}" for name in own_fields)
        self.is_forced = force
        self._on_piece = on_piece
        self._digests: dict[str, str] = {}
        self._plans: dict[str, Plan] = {}
        self._claimed: set[str] = set()
        self._names = {source.name for source in self._files.values() if source.name}
        self.retried = 0
        self.left_out: dict[str, LeftOutFile] = {}
        self.gone = {path for path in self._files if self._is_gone(path, prune=prune)}
        self.changed = self._choose()
        self._twins = Twins(self._files, self._state, self.digest)

    def _is_gone(self, path: str, *, prune: bool) -> bool:
        if path in self._found.files or self._found.is_unknown(path):
            return False
        return is_within_any(path, self._roots) or (prune and not os.path.lexists(path))

    def _choose(self) -> dict[str, FoundFile]:
        shadowed = {other for path in self.gone for other in self._files[path].shadows}
        changed: dict[str, FoundFile] = {}
        for path, file in self._found.files.items():
            if self._is_left_out_as_before(file):
                self.left_out[path] = self._sources.left_out[path]
            elif self.is_forced or path in shadowed or not self._is_unchanged(file):
                changed[path] = file
        for path, source in self._files.items():
            # What was a copy of a file that has changed may be none now.
            first = source.copy_of
            is_unsure = bool(first) and (first in changed or first not in self._files)
            if is_unsure and path in self._found.files:
                changed[path] = self._found.files[path]
        for path in list(changed):
            # What it replaced of others may be in them alone now.
            known = self._files.get(path)
            shadowed.update(known.shadows if known is not None else ())
        self.reread = shadowed & self._found.files.keys()
        for path in self.reread:
            changed[path] = self._found.files[path]
        order = {path: number for number, path in enumerate(self._found.files)}
        return dict(sorted(changed.items(), key=lambda item: (item[0] in shadowed, order[item[0]])))

    def _is_left_out_as_before(self, file: FoundFile) -> bool:
        known = self._sources.left_out.get(file.path)
        if known is None or self.is_forced or self._sources.reader != READERS:
            return False
        is_same = (known.size, known.modified_ns) == (file.size, file.modified_ns)
        return is_same and file.path not in self._roots

    def _is_unchanged(self, file: FoundFile) -> bool:
        source = self._files.get(file.path)
        if source is None or (source.size, source.modified_ns) != (file.size, file.modified_ns):
            return False
        if source.failures:
            self.retried += 1
            return False
        known = _format_of(source)
        # What another reader made of it, or one that looked for other fields, is read again.
        if known is None or source.format != self._reader_mark(known):
            return False
        return not known.has_keys or source.mapped == self._mark(file.path)

    def _reader_mark(self, known: Format) -> str:
        return f"{known.name}@{known.version}{self._own_fields}"

    def _mark(self, path: str) -> str:
        return map_mark(field_map_for(self._sources.roots, path))

    def _state(self, path: str) -> str:
        if path in self.gone:
            return "gone"
        if path in self.changed:
            return "changed"
        is_there = path in self._found.files or self._found.is_unknown(path)
        return "there" if is_there or os.path.lexists(path) else "gone"

    def digest(self, path: str) -> str:
        """The hash of a file as it is now; taken once."""
        if path not in self._digests:
            self._digests[path] = digest_of(path, self._on_piece)
        return self._digests[path]

    # -- one file

    def plan(self, file: FoundFile) -> Plan | LeftOut:
        """Decide what becomes of one of `changed`.  Cost: reads the file once."""
        plan = Plan(file)
        try:
            found = recognise(file.path)
        except ReadError:
            found = None  # whoever reads it says what is wrong
        if isinstance(found, LeftOut):
            is_text_by_name = extension_of(file.path, SUFFIXES) in _EXTENSIONS
            if not (is_text_by_name and found.kind in _NO_TEXT):
                return found
            found = None
        own = self._files.get(file.path)
        plan.field_map = field_map_for(self._sources.roots, file.path)
        if found is not None:
            plan.format, plan.is_many = self._reader_mark(found), found.many
            plan.has_pages, plan.is_page = found.has_pages, found.name == "html"
            plan.mapped = map_mark(plan.field_map) if found.has_keys else ""
            plan.digest = self.digest(file.path)
        is_itself = own is not None and not own.copy_of
        plan.name = own.name if own is not None and is_itself else self._free_name(file.path)
        if plan.digest and not (own and is_itself and own.digest == plan.digest):
            self._compare(plan)
        if not plan.copy_of:
            self._plans[file.path] = plan
            self._twins.add(file.path, file.size, plan.digest)
            if plan.name:
                self._names.add(plan.name)
        return plan

    def _free_name(self, path: str) -> str:
        """A name that makes other ids than those of a file which was once at `path`."""
        name, number = path, 2
        while name in self._names:
            name, number = f"{path}#{number}", number + 1
        return "" if name == path else name

    def _compare(self, plan: Plan) -> None:
        twin = self._twins.find(plan.file.path, plan.file.size, plan.digest)
        if twin is None:
            return
        source = self._files.get(twin.path)
        is_alike = self._kind(twin.path, source) == (plan.format, plan.mapped)
        is_whole = source is None or not source.failures
        if not twin.is_gone:
            if is_alike and is_whole:
                plan.copy_of, plan.name = twin.path, ""
            return
        assert source is not None
        plan.name = source.name or twin.path
        if plan.name == plan.file.path:
            plan.name = ""
        if is_alike and is_whole:
            plan.moved_from = twin.path
        self._claim(twin.path)

    def _kind(self, path: str, source: SourceFile | None) -> tuple[str, str]:
        plan = self._plans.get(path)
        if plan is not None:
            return plan.format, plan.mapped
        assert source is not None
        known = _format_of(source)
        is_mapped = known is not None and known.has_keys and path in self._found.files
        return source.format, self._mark(path) if is_mapped else source.mapped

    def _claim(self, path: str) -> None:
        self._claimed.add(path)
        self._twins.forget(path, self._files[path])

    # -- what is gone

    def inherited(self) -> Iterator[Plan]:
        """Plans for copies of files that are gone: the first of them is the file now.

        To be asked when all of `changed` are planned.
        """
        copies: defaultdict[str, list[str]] = defaultdict(list)
        for path, source in self._files.items():
            if source.copy_of and path not in self.gone and path not in self.changed:
                copies[source.copy_of].append(path)
        for first in sorted(self.gone & copies.keys() - self._claimed):
            source, path = self._files[first], copies[first][0]
            copy = self._files[path]
            file = FoundFile(path, copy.size, copy.modified_ns)
            name = source.name or first
            self._claim(first)
            yield Plan(
                file, source.digest, source.format, mapped=source.mapped,
                name="" if name == path else name, moved_from=first,
            )  # fmt: skip


def _format_of(source: SourceFile) -> Format | None:
    """The format that a file was read in; None for one that is not there any more."""
    return BY_NAME.get(source.format.partition("@")[0])
