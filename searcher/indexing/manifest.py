"""What does Searcher know of an index directory beyond what Whoosh keeps there?

Two JSON files for each generation, written before Whoosh's table of contents and
therefore complete whenever that is.  `sources-N.json` is the business of `sources.py`; here
is `manifest-N.json`: the format, the language, the version of the analysis rules, the name
and size of every file of the generation, so that a missing or cut file is found on opening
and named, and checksums (CRC-32) of the table of contents, of the list of sources, and of
itself.
"""

from __future__ import annotations

import json
import os
import re
import time
import zlib
from dataclasses import dataclass, field
from typing import Any

from searcher.analysis import Analyzer
from searcher.codec.damage import REBUILD
from searcher.codec.storage import DurableStorage
from searcher.errors import IndexDamagedError, IndexMissingError

__all__ = [
    "Manifest",
    "NewestGeneration",
    "as_json",
    "check",
    "check_sizes",
    "clean",
    "latest_generation",
    "parsed",
    "read_file",
    "read_manifest",
    "write_file",
]

FORMAT = 1
INDEX_NAME = "MAIN"  # Whoosh's default, so that whoosh.index.open_dir finds it
_TOC = re.compile(rf"^_{INDEX_NAME}_([0-9]+)\.toc$")
_OURS = re.compile(r"^(manifest|sources)-([0-9]+)\.json$")
_OWN_CHECKSUM = b',"crc":'
# No file system in use keeps the times of a directory coarser than FAT, to two seconds.
_TIMES_DIFFER_AFTER_S = 2.5
# The keys of a manifest from before there were checksums.
_KEYS = {"format", "generation", "language", "analysis", "files"}
_CHECKED_KEYS = _KEYS | {"contents", "sources", "crc"}


@dataclass(slots=True)
class Manifest:
    """The facts of one generation.

    `contents` and `sources` are the checksums of those files, None where none is known.
    """

    generation: int
    language: str
    analysis: str = Analyzer.version
    format: int = FORMAT
    files: dict[str, int] = field(default_factory=dict)
    contents: int | None = None
    sources: int | None = None

    def write(self, storage: DurableStorage) -> None:
        """Write it, its own checksum last."""
        data = as_json(
            {
                "format": self.format,
                "generation": self.generation,
                "language": self.language,
                "analysis": self.analysis,
                "files": self.files,
                "contents": self.contents,
                "sources": self.sources,
            }
        )[:-1]
        data += _OWN_CHECKSUM + b"%d}" % zlib.crc32(data)
        write_file(storage, f"manifest-{self.generation}.json", data)


def as_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode("ascii")


def write_file(storage: DurableStorage, name: str, data: bytes) -> None:
    file = storage.create_file(name)
    file.write(data)
    file.close()


def latest_generation(directory: str) -> int:
    """The newest generation in `directory`.

    Raises:
        IndexMissingError: there is no such directory, or no index in it.
    """
    try:
        names = _list_with_contents(directory)
    except FileNotFoundError:
        raise IndexMissingError(
            directory, "there is no index here", hint="make one with: searcher index PATH"
        ) from None
    except NotADirectoryError:
        raise IndexMissingError(
            directory, "is a file, not an index directory", hint="name another with --index"
        ) from None
    except OSError as error:
        raise IndexDamagedError(directory, f"cannot be listed: {error.strerror}") from error
    generations = [int(match[1]) for name in names if (match := _TOC.match(name))]
    if not generations:
        foreign = [name for name in names if not name.startswith(".")]
        if foreign:
            raise IndexDamagedError(
                directory,
                f"holds no index, but other files ({sorted(foreign)[0]}, ...)",
                hint="name an index directory with --index",
            )
        raise IndexMissingError(
            directory, "the index is empty", hint="fill it with: searcher index PATH"
        )
    return max(generations)


class NewestGeneration:
    """`latest_generation` of one directory for who asks again and again.

    A commit makes and removes names, and a directory's times move whenever one is made or
    removed (POSIX).  So it is listed only when its times are others than when it was last
    listed; on one processor the listing took a tenth of the time of a rare word's search.

    Times are coarse, so what is changed right after a listing may leave the same ones.  A
    listing is therefore trusted only if its times had been seen a while before it: what
    comes after it is later than they are by more than any file system's grain.  The clock
    for that is ours and never set back; only differences of the directory's clock matter,
    so it may be another machine's.  A network file system that keeps attributes for some
    seconds (NFS: 3 to 60) shows a commit of another machine that much later.
    """

    __slots__ = ("_directory", "_listed", "_seen")

    def __init__(self, directory: str) -> None:
        self._directory = directory
        # The marks of the directory that were seen last, and when they were first seen.
        self._seen: tuple[object, float] = (None, 0.0)
        # The marks that a trusted listing was made under, and the generation in it.
        self._listed: tuple[object, int] = (None, 0)

    def __call__(self) -> int:
        """The newest generation now.

        Raises:
            IndexMissingError, IndexDamagedError: as `latest_generation`.
        """
        # Each attribute is read and set as a whole, so threads need no lock: whatever they
        # set was true.
        marks = self._marks()
        listed, generation = self._listed
        if marks is not None and listed == marks:
            return generation
        now = time.monotonic()
        seen, since = self._seen
        if seen != marks:
            self._seen = marks, now
        generation = latest_generation(self._directory)
        if marks is not None and seen == marks and now - since > _TIMES_DIFFER_AFTER_S:
            self._listed = marks, generation
        return generation

    def _marks(self) -> tuple[int, ...] | None:
        """What differs between two states of the directory; None where nothing surely does."""
        if os.name != "posix":
            return None
        try:
            found = os.stat(self._directory)
        except OSError:
            return None  # the listing will say what is wrong
        # The second of the times cannot be set by a program that copies files with theirs.
        return found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_dev


def _list_with_contents(directory: str) -> list[str]:
    """List `directory`, again if the listing fell between a commit's new and old contents."""
    names = os.listdir(directory)
    for _ in range(20):
        if any(map(_TOC.match, names)) or not any(map(_OURS.match, names)):
            break
        names = os.listdir(directory)
    return names


def read_manifest(directory: str, generation: int) -> Manifest:
    """Read the manifest of `generation`, or the newest before it.

    Stock Whoosh commits without a manifest; then the older one's language holds and
    its list of files does not.

    Raises:
        IndexDamagedError: there is none, or it cannot be read.
        FileNotFoundError: a newer commit replaced it just now.
    """
    matches = [match for name in os.listdir(directory) if (match := _OURS.match(name))]
    numbers = [int(match[2]) for match in matches if match[1] == "manifest"]
    found = [number for number in numbers if number <= generation]
    if numbers and not found:  # a newer commit has cleaned up meanwhile
        raise FileNotFoundError(2, "replaced by a newer commit", f"manifest-{generation}.json")
    if not found:
        raise IndexDamagedError(
            directory,
            "is a Whoosh index that Searcher did not make",
            hint="name another directory with --index",
        )
    newest = max(found)
    name = f"manifest-{newest}.json"
    value = _checked_manifest(directory, name)
    try:
        if value["generation"] != newest:
            raise ValueError(f"it is of generation {value['generation']}")
        manifest = Manifest(
            generation=generation,
            language=str(value["language"]),
            analysis=str(value["analysis"]),
            format=int(value["format"]),
        )
        if newest == generation:
            manifest.files = {str(k): int(v) for k, v in value["files"].items()}
            manifest.contents = _optional_int(value.get("contents"))
            manifest.sources = _optional_int(value.get("sources"))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise IndexDamagedError(directory, f"{name} is damaged: {error!r}", hint=REBUILD) from error
    if manifest.format != FORMAT:
        raise IndexDamagedError(
            directory,
            f"the index has format {manifest.format}, this Searcher reads format {FORMAT}",
            hint=REBUILD,
        )
    return manifest


def _checked_manifest(directory: str, name: str) -> dict[str, Any]:
    data = read_file(directory, name)
    value = parsed(directory, name, data)
    keys = set(value) if isinstance(value, dict) else set()
    checked, found, _ = data.rpartition(_OWN_CHECKSUM)
    if keys != (_CHECKED_KEYS if found else _KEYS) or (
        found and value["crc"] != zlib.crc32(checked)
    ):
        raise IndexDamagedError(directory, f"{name} is damaged", hint=REBUILD)
    whole: dict[str, Any] = value
    return whole


def _optional_int(value: Any) -> int | None:
    return None if value is None else int(value)


def check_sizes(directory: str, manifest: Manifest) -> None:
    """Compare the files with the manifest.

    Raises:
        FileNotFoundError: a file is gone (a newer commit removed it, or damage).
        IndexDamagedError: a file has another size.
    """
    for name, size in manifest.files.items():
        found = os.stat(os.path.join(directory, name)).st_size
        if found != size:
            raise IndexDamagedError(
                directory, f"{name} has {found:,} bytes in place of {size:,}", hint=REBUILD
            )


def check(directory: str, name: str, data: bytes, checksum: int | None) -> None:
    """Compare `data`, the content of `name`, with its checksum if one is known.

    Raises:
        IndexDamagedError: it is other data.
    """
    if checksum is not None and zlib.crc32(data) != checksum:
        raise IndexDamagedError(directory, f"{name} is damaged", hint=REBUILD)


def read_file(directory: str, name: str) -> bytes:
    with open(os.path.join(directory, name), "rb") as file:
        return file.read()


def parsed(directory: str, name: str, data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise IndexDamagedError(directory, f"{name} is damaged: {error}", hint=REBUILD) from error


def clean(storage: DurableStorage, generation: int) -> None:
    """Remove the manifests of other generations, and what dead writers left behind."""
    for name in storage.list():
        match = _OURS.match(name)
        stale = match is not None and int(match[2]) != generation
        # Whoosh's own clean-up never removes the temporary names of its contents file.
        stale = stale or re.match(rf"^_{INDEX_NAME}_[0-9]+\.toc\.", name) is not None
        if stale:
            try:
                storage.delete_file(name)
            except OSError:
                continue  # a reader on Windows has it open; the next commit removes it
