"""What does a search for hostile input begin with?

Samples of every format: the files of `corpus/`, the texts that stand in the tests of the
readers (any string of theirs that is long enough to be a file), and, where it lies beside the
repository, real files; and two archives of articles, which nothing else here holds.  Each
belongs to the family of readers that takes it: the folder of `searcher/reading/` in which its
format's module lies.

A seed is the number of a name, in one byte, and the content of the file.
"""

from __future__ import annotations

import ast
import io
import tarfile
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from searcher.errors import ReadError
from searcher.reading.formats import FORMATS, format_of
from searcher.reading.source import open_bytes

__all__ = ["NAMES", "families", "named", "seeds"]

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (ROOT / "corpus", ROOT.parent / "shared" / "data" / "formats")
NAMES = ("a", "a.xml", *(f"a{e}" for f in FORMATS for e in f.extensions), "a.txt.gz", "a.xml.gz")
# Their parsers run in processes of their own, a third of a second for each file.
_IN_CHILDREN = frozenset(["pdf.reader", "tables.columnar"])
_LEAST_TEXT = 30
_LARGEST = 12_000
_MOST_OF_A_FOLDER = 6
_MOST_OF_A_FORMAT = 80


def named(seed: bytes) -> tuple[str, bytes]:
    """The name and the content that a seed stands for."""
    return NAMES[seed[0] % len(NAMES)], seed[1:]


def families() -> dict[str, list[bytes]]:
    """Seeds by family of readers; some, the smallest, of each format and folder."""
    formats: defaultdict[str, defaultdict[str, set[bytes]]]
    formats = defaultdict(lambda: defaultdict(set))
    for folder, name, data in seeds():
        module = _module(name, data)
        if module and module not in _IN_CHILDREN:
            formats[module][folder].add(bytes([NAMES.index(name)]) + data)
    found: defaultdict[str, list[bytes]] = defaultdict(list)
    for module, folders in sorted(formats.items()):
        several = [
            seed
            for held in folders.values()
            for seed in sorted(held, key=lambda seed: (len(seed), seed))[:_MOST_OF_A_FOLDER]
        ]
        step = -(-len(several) // _MOST_OF_A_FORMAT)
        found[module.partition(".")[0]] += several[::step]
    return dict(found)


def seeds() -> Iterator[tuple[str, str, bytes]]:
    """Yield where each seed is from, its name and content."""
    for folder in FOLDERS:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and 0 < path.stat().st_size <= _LARGEST:
                yield str(path.parent), _name_like(path.name), path.read_bytes()
    yield from (("archives", name, data) for name, data in _archives())
    for path in sorted((ROOT / "tests" / "reading").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
                value = node.value
                data = value.encode("utf-8", "replace") if isinstance(value, str) else value
                if _LEAST_TEXT <= len(data) <= _LARGEST:
                    yield path.name, "a", data


def _archives() -> Iterator[tuple[str, bytes]]:
    members = {"a.txt": b"Harbour\n\nIt is open.\n", "b/c.json": b'{"title": "a", "body": "b"}'}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    yield "a.zip", packed.getvalue()
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    yield "a.tar", packed.getvalue()


def _name_like(name: str) -> str:
    """The longest of `NAMES` with the same extensions."""
    fitting = [n for n in NAMES if len(n) > 1 and name.lower().endswith(n[1:])]
    return max(fitting, key=len, default="a")


def _module(name: str, data: bytes) -> str | None:
    try:
        with open_bytes(data, name) as source:
            return format_of(source).module
    except ReadError:
        return None
