"""What is one commit made of, in a file that cannot run code?

`manifest-N.json` is the list of segments of generation N, with what must be known of each
(`segment_records.py`), and of every file of theirs the size and a CRC-32; the language,
the version of the analysis rules, the checksum of the list of sources (`sources.py`), and size and
checksum of the groups of copies (`groups.py`).
Its own checksum stands last.  It is written under another name, fsynced, and renamed: the
rename, with the fsync of the directory after it, is the commit, and everything that it
names is durable before.

It is read as what a stranger may have written: as a regular file of bounded size, as JSON
without anything that JSON readers are lenient about, and with every value of the type and
in the range that it must have.  Whoosh's table of contents, a pickle, is never read.
"""

from __future__ import annotations

import json
import os
import re
import zlib
from dataclasses import dataclass, field
from typing import Any, NoReturn

from searcher.analysis import Analyzer
from searcher.codec.checksums import FileFacts
from searcher.codec.damage import REBUILD, cannot_be_read, file_damaged
from searcher.codec.directory import Directory
from searcher.codec.generations import (
    contents_name,
    manifest_name,
    sources_name,
)
from searcher.codec.segment_records import SegmentRecord, integer, text
from searcher.codec.storage import DurableStorage
from searcher.copies.verification import Rules
from searcher.errors import IndexDamagedError, IndexMissingError, IndexStateError
from searcher.fields import FIELDS, FieldTable
from searcher.scoring import DEFAULT_SCORING, Scoring, parse_weights

__all__ = [
    "GROUPING_NONE",
    "GROUPING_OFF",
    "GROUPING_ON",
    "Manifest",
    "as_json",
    "check",
    "is_language",
    "parsed",
    "publish_manifest",
    "read_file",
    "read_manifest",
    "write_file",
]

FORMAT = 3
GROUPING_ON, GROUPING_OFF, GROUPING_NONE = "on", "off", "none"
_KEYS = {
    "format", "generation", "language", "analysis", "values", "segments", "files", "sources",
    "crc",
}  # fmt: skip
_LATER_KEYS = {"weights", "groups", "stories", "copies"}
# Of the first format, before it had checksums.
_OLDEST_KEYS = {"format", "generation", "language", "analysis", "files"}
_OWN_CHECKSUM = b',"crc":'
_LANGUAGE = re.compile(r"[a-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
_FILE = re.compile(r"[A-Za-z0-9_.]{1,200}")
# Ten million articles, half of them deleted, in a thousand files take two megabytes.
_MOST_BYTES = 16 << 20
_MOST_LIST_BYTES = 1 << 30
# Containers cost a reader fifty bytes for two, so a manifest of brackets is refused unread.
_MOST_CONTAINERS = 100_000
_MOST_SIZE = 1 << 53
_MOST_CHECKSUM = (1 << 32) - 1
# Of each document there are an instant, a digest and a length, whatever it says; so a
# manifest cannot make a reader hold more than a few times what lies on the disk.
_LEAST_DOCUMENT_BYTES = 16


@dataclass(slots=True)
class Manifest:
    """The facts of one generation.

    `values` are the names of the archive's own value fields, in the order of their numbers;
    `weights` are the constants of the ranking that are not the usual ones, by their names in
    `scoring.WEIGHTS`; `sources` is the checksum of the list of sources, None where there is no
    list; `checksum` that of the manifest itself, once it is written or read.

    `grouping` says whether copies are looked for: `GROUPING_ON`; `GROUPING_OFF`, because somebody
    wanted it so; or `GROUPING_NONE`, because they never were, or were too many.  `groups` are the
    facts of the file, None if there is none.  `keeps_stories` says whether stories are looked for
    among the groups of each commit, and `stories` are the facts of that file.  `rules` are the
    cover in percent and the days within which texts are copies (`copies/verification.py`), None
    for the usual ones.
    """

    generation: int
    language: str
    analysis: str
    segments: tuple[SegmentRecord, ...] = ()
    files: dict[str, FileFacts] = field(default_factory=dict)
    sources: int | None = None
    values: tuple[str, ...] = ()
    weights: tuple[tuple[str, float], ...] = ()
    grouping: str = "none"
    groups: FileFacts | None = None
    keeps_stories: bool = False
    stories: FileFacts | None = None
    rules: tuple[int, int] | None = None
    checksum: int = 0

    @property
    def analyzer(self) -> Analyzer:
        """What makes terms here: by the rules that the index was made with."""
        return Analyzer(self.language, version=self.analysis)

    @property
    def fields(self) -> FieldTable:
        """The fields that articles have here."""
        table = FIELDS.with_values(*self.values)
        return table.without_credits() if self.analysis in Analyzer.before_credits else table

    @property
    def scoring(self) -> Scoring:
        """The constants that are ranked with here, if nothing else is asked for."""
        return DEFAULT_SCORING.with_weights(dict(self.weights))

    @property
    def _weights_text(self) -> str:
        """As people write them: a manifest has whole numbers only, of which all bits are clear."""
        return ",".join(f"{name}={value!r}" for name, value in self.weights)

    @property
    def _groups_value(self) -> dict[str, Any]:
        if self.groups is not None:
            return {"groups": list(self.groups)}
        return {} if self.grouping == GROUPING_NONE else {"groups": self.grouping}

    @property
    def _rules_value(self) -> dict[str, Any]:
        return {} if self.rules is None else {"copies": list(self.rules)}

    @property
    def _stories_value(self) -> dict[str, Any]:
        if not self.keeps_stories:
            return {}
        return {"stories": GROUPING_ON if self.stories is None else list(self.stories)}

    def to_bytes(self) -> bytes:
        """The file, its own checksum last; `checksum` is set to that."""
        data = as_json(
            {
                "format": FORMAT,
                "generation": self.generation,
                "language": self.language,
                "analysis": self.analysis,
                "values": list(self.values),
                **({"weights": self._weights_text} if self.weights else {}),
                **self._groups_value,
                **self._stories_value,
                **self._rules_value,
                "segments": [segment.to_json() for segment in self.segments],
                "files": {name: list(facts) for name, facts in sorted(self.files.items())},
                "sources": self.sources,
            }
        )[:-1]
        self.checksum = zlib.crc32(data)
        return data + _OWN_CHECKSUM + b"%d}" % self.checksum


def is_language(code: str) -> bool:
    """Whether `code` is written as a language code is: en, de, pt-BR."""
    return _LANGUAGE.fullmatch(code) is not None


def publish_manifest(storage: DurableStorage, manifest: Manifest) -> None:
    """Make `manifest` the index: when this returns, the commit is durable.

    Raises:
        IndexStateError: it would be larger than one that is read back.
        OSError: it cannot be written.
    """
    data = manifest.to_bytes()
    if len(data) > _MOST_BYTES:
        raise IndexStateError(
            str(storage.folder),
            f"the list of segments would take {len(data):,} bytes of {_MOST_BYTES:,}",
            hint="run: searcher optimize",
        )
    storage.publish(manifest_name(manifest.generation), data)


def read_manifest(storage: DurableStorage, generation: int) -> Manifest:
    """Read the manifest of `generation`.

    Raises:
        IndexDamagedError: it is not what was written.
        IndexStateError: it cannot be read, or another version of Searcher wrote it.
        IndexMissingError: an older Searcher began it and committed nothing.
        FileNotFoundError: a newer commit replaced it just now, or it is gone.
    """
    directory, name = str(storage.folder), manifest_name(generation)
    try:
        data = storage.directory.read(name, _MOST_BYTES)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise cannot_be_read(directory, error) from error
    if data.count(b"{") + data.count(b"[") > _MOST_CONTAINERS:
        raise file_damaged(directory, name)
    value = parsed(directory, name, data)
    try:
        found = _format_of(value, data)
        if found != FORMAT:
            raise _other_format(storage, generation, found)
        manifest = _manifest_of(value)
        if manifest.analysis not in Analyzer.versions:
            raise _other_analysis(storage, manifest.analysis)
        if manifest.generation != generation:
            raise ValueError(f"it is of generation {manifest.generation}")
    except ValueError as error:
        raise file_damaged(directory, name, f"is damaged: {error}") from error
    return manifest


def _format_of(value: Any, data: bytes) -> int:
    """The format that the manifest says it has, once its checksum is known to fit."""
    if type(value) is not dict or "format" not in value:
        raise ValueError("it is not whole")
    checked, found, _ = data.rpartition(_OWN_CHECKSUM)
    if found and integer(value.get("crc"), _MOST_CHECKSUM) != zlib.crc32(checked):
        raise ValueError("its checksum does not fit")
    if not found and set(value) != _OLDEST_KEYS:
        raise ValueError("it has no checksum")
    return integer(value["format"], _MOST_SIZE)


def _manifest_of(value: dict[str, Any]) -> Manifest:
    if set(value) - _LATER_KEYS != _KEYS:
        raise ValueError("it is not whole")
    if type(value["segments"]) is not list or type(value["files"]) is not dict:
        raise ValueError("segments or files are missing")
    if type(value["values"]) is not list:
        raise ValueError("the archive's own fields are missing")
    weights = parse_weights(text(value["weights"])) if "weights" in value else {}
    sources = value["sources"]
    grouping, groups = _grouping_of(value.get("groups", GROUPING_NONE))
    manifest = Manifest(
        generation=integer(value["generation"], _MOST_SIZE),
        language=text(value["language"]),
        analysis=text(value["analysis"]),
        segments=tuple(map(SegmentRecord.from_json, value["segments"])),
        files={name: _facts_of(facts) for name, facts in value["files"].items()},
        sources=None if sources is None else integer(sources, _MOST_CHECKSUM),
        values=tuple(map(text, value["values"])),
        weights=tuple(weights.items()),
        grouping=grouping,
        groups=groups,
        keeps_stories="stories" in value,
        stories=_stories_of(value.get("stories", GROUPING_ON)),
        rules=_rules_of(value["copies"]) if "copies" in value else None,
        checksum=value["crc"],
    )
    manifest.fields  # noqa: B018  # raises if they cannot be
    if not is_language(manifest.language):
        raise ValueError(f"{manifest.language[:40]!r} is not a language")
    _check_files(manifest)
    return manifest


def _grouping_of(value: Any) -> tuple[str, FileFacts | None]:
    if type(value) is list:
        return GROUPING_ON, _facts_of(value)
    if value not in (GROUPING_ON, GROUPING_OFF, GROUPING_NONE):
        raise ValueError("the groups of copies are not described as such")
    return value, None


def _stories_of(value: Any) -> FileFacts | None:
    if value == GROUPING_ON:
        return None
    return _facts_of(value)


def _rules_of(value: Any) -> tuple[int, int]:
    if type(value) is not list or len(value) != 2:
        raise ValueError("the rules of copies are not described as such")
    rules = integer(value[0], 100), integer(value[1], _MOST_SIZE)
    Rules.kept(rules)
    return rules


def _facts_of(value: Any) -> FileFacts:
    if type(value) is not list or len(value) != 2:
        raise ValueError("a file is not described as one")
    return FileFacts(integer(value[0], _MOST_SIZE), integer(value[1], _MOST_CHECKSUM))


def _check_files(manifest: Manifest) -> None:
    bytes_of = {segment.name: 0 for segment in manifest.segments}
    if len(bytes_of) != len(manifest.segments):
        raise ValueError("two segments have one name")
    for name, facts in manifest.files.items():
        segment, dot, _ = name.partition(".")
        if not _FILE.fullmatch(name) or not dot or segment not in bytes_of:
            raise ValueError(f"{name[:80]!r} is not the name of a file of a segment")
        bytes_of[segment] += facts.size
    for record in manifest.segments:
        if record.kind == "native" and record.file_name not in manifest.files:
            raise ValueError(f"the file of {record.name} is not named")
        if record.documents * _LEAST_DOCUMENT_BYTES > bytes_of[record.name]:
            raise ValueError(f"{record.name} cannot hold {record.documents} documents")


def _other_format(storage: DurableStorage, generation: int, found: int) -> IndexStateError:
    directory = str(storage.folder)
    if found > FORMAT:
        return IndexStateError(
            directory,
            f"was made by a newer Searcher (format {found}, this one reads {FORMAT})",
            hint="use that one, or index the articles again into a new directory: "
            "searcher index PATH --index NEW",
        )
    names = storage.list()
    if generation == 0 and contents_name(0) not in names:
        return IndexMissingError(
            directory,
            "an older Searcher began an index, and committed nothing",
            hint="fill it with: searcher index PATH",
        )
    return IndexStateError(
        directory,
        f"was made by an older Searcher (format {found}, this one reads {FORMAT})",
        hint="index the articles again into a new directory: searcher index "
        f"{_folder_of_sources(storage, generation) or 'PATH'} --index NEW",
    )


def _other_analysis(storage: DurableStorage, found: str) -> IndexStateError:
    return IndexStateError(
        str(storage.folder),
        f"was made with analysis rules {found[:40]}, "
        f"this Searcher has rules {', '.join(Analyzer.versions)}",
        hint="use a newer Searcher, or index the articles again into a new directory: "
        "searcher index PATH --index NEW",
    )


def _folder_of_sources(storage: DurableStorage, generation: int) -> str | None:
    """The folder that all articles of an old index came from, if it can be told."""
    directory, name = str(storage.folder), sources_name(generation)
    try:
        value = parsed(directory, name, storage.directory.read(name, _MOST_LIST_BYTES))
        folder = os.path.commonpath([os.path.dirname(path) for path in value])
    except (OSError, IndexDamagedError, ValueError, TypeError):
        return None  # the message does without it
    return folder if folder and folder.isprintable() else None


# ---------------------------------------------------------------- for any file of JSON


def as_json(value: Any) -> bytes:
    """`value` as JSON in ASCII, without spaces."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode("ascii")


def write_file(storage: DurableStorage, name: str, data: bytes) -> None:
    """Write the file `name`, which nothing names yet, and fsync it."""
    storage.write_whole(name, data)


def read_file(directory: str, name: str, *, most_bytes: int = _MOST_LIST_BYTES) -> bytes:
    """The content of the regular file `name` in `directory`.

    Raises:
        FileNotFoundError: it is not there.
        IndexStateError: it cannot be read, or is no regular file of at most that size.
    """
    try:
        with Directory(directory) as opened:
            return opened.read(name, most_bytes)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise cannot_be_read(directory, error) from error


def check(directory: str, name: str, data: bytes, checksum: int | None) -> None:
    """Compare `data`, the content of `name`, with its checksum if one is known.

    Raises:
        IndexDamagedError: it is other data.
    """
    if checksum is not None and zlib.crc32(data) != checksum:
        raise file_damaged(directory, name)


def parsed(directory: str, name: str, data: bytes) -> Any:
    """The JSON value that `data`, the content of `name`, is.

    Raises:
        IndexDamagedError: it is not JSON as `as_json` writes it: a key comes twice, a
            number is not whole, or values lie too deep in one another.
    """
    try:
        return json.loads(
            data.decode("ascii"),
            object_pairs_hook=_without_repeats,
            parse_float=_refuse,
            parse_constant=_refuse,
        )
    except (ValueError, RecursionError) as error:
        raise IndexDamagedError(directory, f"{name} is damaged: {error}", hint=REBUILD) from error


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key comes twice")
    return found


def _refuse(number: str) -> NoReturn:
    raise ValueError(f"{number[:40]} is not a whole number")
