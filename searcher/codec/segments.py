"""What can be read of one segment, however it lies on disk?

`OpenSegment` is the one interface to the segments of an index that Searcher's own
readers use: the plain executor, the writer's look-ups, statistics and `check`.
`open_segment` opens a segment in the format that it was written in.  What Whoosh asks
of a codec is another interface, beside it in `plain.py` and `native_codec.py`.

Document numbers are the segment's own.  Broken bytes raise whatever the readers below
raise; `damage.py` turns that into one error.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from whoosh.reading import CorruptIndexError

from searcher.codec.native_codec import NativeSegment
from searcher.codec.plain import PlainSegment
from searcher.codec.postings import PostingList
from searcher.codec.storage import DurableStorage
from searcher.importing import InstalledOnly

if TYPE_CHECKING:
    from searcher.codec._native import Segment

__all__ = ["Frequencies", "OpenSegment", "open_segment"]


Frequencies = tuple[int, int, int]
"""How many documents have a form in the title, in the body, in the byline."""


class OpenSegment(Protocol):
    """One segment, opened for reading."""

    @property
    def count(self) -> int:
        """The documents, deleted ones too."""

    @property
    def core(self) -> Segment | None:
        """The segment as the native core has it; None if it is not a native one."""

    def recorded_length(self, field: str) -> int:
        """The words of a text field in all documents, as the field norms record them."""

    # -- terms

    def posting_list(self, field: str, term: bytes) -> PostingList | None:
        """The postings of a term of any field; None if no document holds it."""

    def documents_of(self, field: str, value: bytes) -> Sequence[int]:
        """The documents whose value field `field` holds `value`, ascending."""

    def field_terms(self, field: str, prefix: bytes) -> Iterable[bytes]:
        """The terms of a field that begin with `prefix`, in byte order."""

    def forms_of_stem(self, stem: bytes) -> list[bytes]:
        """The forms that have this stem, in byte order."""

    def form_frequencies(self, form: bytes) -> Frequencies:
        """How many documents hold a form in title, body and byline, deleted ones too."""

    def near_forms(self, form: str, edits: int) -> list[tuple[bytes, Frequencies]]:
        """The forms at most `edits` slips from `form` (`distance.within_edits`), in byte
        order, each with its frequencies."""

    # -- columns

    def length_codes(self, field: str) -> bytes:
        """The field norms of all documents: a byte each, 0 where the field is empty."""

    def dates_us(self) -> Sequence[int]:
        """The instants of all documents, -2**63 where there is none."""

    def lengths(self) -> Sequence[int]:
        """The exact numbers of words in the bodies of all documents."""

    def digests(self) -> Sequence[int]:
        """64 bits of a hash of each article."""

    def days(self) -> Sequence[int]:
        """The articles' own days, counted from 1970; `NO_DAY` where there is none."""

    def ordinals(self, field: str) -> tuple[Sequence[int], Sequence[int]]:
        """For a field that articles are counted by, pairs of a document and the place of one
        of its values among `field_terms(field, b"")`, ascending."""

    # -- documents

    def boundaries(self, number: int) -> tuple[list[int], list[int]]:
        """Where the sentences and the paragraphs of a body begin."""

    def id(self, number: int) -> str:
        """The identity of a document."""

    def stored(self, number: int) -> dict[str, Any]:
        """All that is stored of a document (`codec/schema.py`)."""

    def verify(self) -> None:
        """Read every byte, compare what can be compared, and raise if it does not fit."""

    def close(self) -> None: ...


def open_segment(storage: DurableStorage, segment: Any) -> OpenSegment:
    """Open `segment`, one of a Whoosh table of contents.

    Raises:
        IndexStateError: it is native, and the core is missing or turned off.
        CorruptIndexError: another codec wrote it.
    """
    if isinstance(segment, NativeSegment):
        return segment.open(storage)
    if isinstance(segment, PlainSegment):
        with InstalledOnly():
            from searcher.codec.plain_segment import PlainOpenSegment

        return PlainOpenSegment(storage, segment)
    raise CorruptIndexError(f"a segment was written by {type(segment.codec()).__name__}")
