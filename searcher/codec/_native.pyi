"""What the native core offers to Python (`native/src/python/`)."""

from collections.abc import Callable, Sequence
from typing import Any

from searcher.article import Article

VERSION: str

# id, title, body, byline, date (ISO), date in microseconds since 1970, day in UTC
# (YYYYMMDD), source, section, language, url, path, record, date_text, encoding
Row = tuple[
    str,
    str,
    str,
    tuple[str, ...],
    str | None,
    int,
    str | None,
    str | None,
    str | None,
    str | None,
    str | None,
    str | None,
    int | None,
    str | None,
    str | None,
]

class DamagedError(Exception):
    """Bytes of a segment are not what was written; names the file and the section."""

class TooManyFormsError(Exception):
    """The patterns of a plan stand for too many forms.

    The number of the word at which they were too many, how many it stands for, and how many
    all to it do together.
    """

class SpentError(Exception):
    """A search was given up: it cost too much, or its time has passed.

    What was used up ("work", "memory", "time"), at which stage ("expanding", "weighing",
    "ranking", "showing"), at which part of the plan ("word", "clause", "value" or "", and its
    number), and how many steps of how many of the stage were done.  `Searcher.search`, `hits`
    and `positions` take the seconds that are left as their last argument, None for no deadline.
    """

class Segment:
    """One native segment, mapped into memory.  May be used from any thread.

    Every method raises `DamagedError` when the file was cut since it was opened.

    Arrays are returned as bytes, little-endian, of the width that is said.
    """

    def __init__(self, path: str) -> None: ...
    @property
    def doc_count(self) -> int: ...
    @property
    def field_length_totals(self) -> tuple[int, int, int]: ...
    def posting_list(self, field: str, form: bytes) -> tuple[bytes, bytes, bytes] | None:
        """ids, frequencies, positions (u32) of a form in title, body or byline."""
    def field_forms(self, field: str, prefix: bytes) -> list[bytes]: ...
    def forms_of_stem(self, stem: bytes) -> list[bytes]: ...
    def value_documents(self, field: int, value: bytes) -> bytes | None:
        """Document numbers (u32)."""
    def field_values(self, field: int, prefix: bytes) -> list[bytes]: ...
    def norms(self, field: str) -> bytes: ...
    def lengths(self) -> bytes:
        """u32"""
    def dates(self) -> bytes:
        """i64"""
    def digests(self) -> bytes:
        """u64"""
    def boundaries(self, number: int) -> list[int]:
        """For each sentence twice its start, plus one where a paragraph begins."""
    def hot(self, number: int) -> bytes: ...
    def cold(self, number: int) -> bytes: ...
    def verify(self) -> None: ...

class Prepared:
    """Some articles, taken over from Python and hashed."""

    def keys(self) -> list[tuple[str, int, str | None]]:
        """id, digest, path"""

class Builder:
    """Articles in memory, on the way to the segment file `path`."""

    def __init__(
        self,
        path: str,
        length_of_code: Sequence[int],
        threads: int = 1,
        flush_memory_bytes: int = ...,
    ) -> None: ...
    def prepare(self, articles: Sequence[Article | Row]) -> Prepared: ...
    def add(self, prepared: Prepared, keep: list[bool]) -> None: ...
    def remove(self, id: str) -> bool: ...
    @property
    def size_bytes(self) -> int: ...
    @property
    def document_count(self) -> int: ...
    def finish(
        self,
        fold: Callable[[list[str]], list[str]],
        stem: Callable[[list[str]], list[str]],
    ) -> dict[str, Any]:
        """documents, field_length_totals, file_bytes"""

def merge(
    path: str, sources: list[tuple[Segment, list[int]]], length_of_code: Sequence[int]
) -> dict[str, Any]:
    """documents, field_length_totals"""

def token_spans(text: str) -> list[tuple[int, int]]: ...
def boundaries(text: str) -> tuple[list[int], list[int]]: ...
def snippet(text: str, runs: list[tuple[int, int, int]], words: int) -> str:
    """`make_snippet`; of each run its first and last position, and its part of the query."""
