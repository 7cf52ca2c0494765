"""What the native core offers to Python (`native/src/python/`).

`make lint` compares this page with the core that is built (`mypy.stubtest`).
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypedDict, final

from searcher.article import Article

__all__ = [
    "VERSION",
    "Builder",
    "Concordance",
    "DamagedError",
    "Groups",
    "KnownWords",
    "Match",
    "Plan",
    "Prepared",
    "Recency",
    "Searcher",
    "Segment",
    "SpentError",
    "Texts",
    "TooManyFormsError",
    "ask_whether_to_go_on",
    "boundaries",
    "merge",
    "pack_texts",
    "snippet",
    "token_spans",
    "unpack_fingerprints",
    "verify_groups",
]

VERSION: str

# Types that are only here begin with an underscore: the core itself has no such names.

# id, title, body, byline, date (ISO), date in microseconds since 1970, day in UTC
# (YYYYMMDD), record, metadata; then each value field that is an attribute of an article,
# date_text, encoding and updated_text.
_Row = tuple[
    str,
    str,
    str,
    tuple[str, ...],
    str | None,
    int,
    str | None,
    int | None,
    Mapping[str, str | tuple[str, ...]],
    *tuple[str | None, ...],
]

# The values of a `Hit` in their order.
_HitRow = tuple[Any, ...]
# Segment, number, score, and the number of the text's lead through all segments.
_FoldedRow = tuple[int, int, float, int]
# How many others have the text, and the first of them: the number through all segments, and id,
# title, source, date, url and path.
_Day = dt.datetime | dt.date | None
_ShortRow = tuple[str, str, str | None, _Day, str | None, str | None]
_CopiesRow = tuple[int, list[tuple[int, _ShortRow]]]

# words, clauses, root, leaves, whether there are keyword groups: see `searching/native.py`.
# Clauses and root nest, each node a tuple that begins with the number of its kind.
_PlanTuple = tuple[
    list[tuple[int, bytes, int]],
    list[tuple[tuple[Any, ...], int]],
    tuple[Any, ...],
    list[tuple[int, float]],
    list[tuple[float, int, int, list[tuple[int, list[float]]]]],
    bool,
]

_Span = tuple[int, int]

# What an occurrence is worth: `Scoring.as_tuple`.
_Scoring = tuple[float, float, float, float, float]

class _Merged(TypedDict):
    documents: int
    # words of all titles, bodies and bylines
    field_length_totals: tuple[int, int, int]
    # what copies are found by, the file beside the segment, if it was asked for
    texts: bytes | None

class _Finished(_Merged):
    file_bytes: int

class DamagedError(Exception):
    """Bytes of a segment are not what was written; names the file and the section."""

class TooManyFormsError(Exception):
    """The patterns of a plan stand for too many forms.

    The number of the word at which they were too many, how many it stands for, and how many
    all to it do together.
    """

    args: tuple[int, int, int]

class SpentError(Exception):
    """A search was given up: it cost too much, or its time has passed.

    What was used up ("work", "memory", "time"), at which stage ("expanding", "weighing",
    "ranking", "showing"), at which part of the plan ("word", "clause", "value" or "", and its
    number), and how many steps of how many of the stage were done.
    """

    args: tuple[
        Literal["work", "memory", "time"],
        Literal["expanding", "weighing", "ranking", "showing"],
        Literal["word", "clause", "value", ""],
        int,
        tuple[int, int],
    ]

@final
class Segment:
    """One native segment, mapped into memory.  May be used from any thread.

    Every method raises `DamagedError` when the file was cut since it was opened.

    Arrays are returned as bytes, little-endian, of the width that is said.
    """

    def __new__(cls, path: str) -> Segment: ...
    @property
    def doc_count(self) -> int: ...
    @property
    def field_length_totals(self) -> tuple[int, int, int]: ...
    def posting_list(self, field: str, form: bytes) -> tuple[bytes, bytes, bytes] | None:
        """ids, frequencies, positions (u32) of a form in title, body or byline."""
    def field_forms(self, field: str, prefix: bytes) -> list[bytes]: ...
    def forms_of_stem(self, stem: bytes) -> list[bytes]: ...
    def form_frequencies(self, form: bytes) -> tuple[int, int, int]:
        """Documents that hold a form in title, body and byline."""
    def near_forms(self, form: str, edits: int) -> list[tuple[bytes, tuple[int, int, int]]]:
        """Forms that begin alike and are at most `edits` slips away, in byte order."""
    def value_documents(self, field: int, value: bytes) -> bytes | None:
        """Document numbers (u32)."""
    def field_values(self, field: int, prefix: bytes) -> list[bytes]: ...
    def norms(self, field: str) -> bytes: ...
    def lengths(self) -> bytes:
        """u32"""
    def dates(self) -> bytes:
        """i64"""
    def days(self) -> bytes: ...
    def ordinals(self, field: int) -> tuple[bytes, bytes] | None: ...
    def digests(self) -> bytes:
        """u64"""
    def boundaries(self, number: int) -> list[int]:
        """For each sentence twice its start, plus one where a paragraph begins."""
    def hot(self, number: int) -> bytes: ...
    def cold(self, number: int) -> bytes: ...
    def verify(self) -> None: ...

@final
class Prepared:
    """Some articles, taken over from Python and hashed."""

    def keys(self) -> list[tuple[str, int, str | None]]:
        """id, digest, path"""

@final
class Builder:
    """Articles in memory, on the way to the segment file `path`."""

    def __new__(
        cls,
        path: str,
        length_of_code: Sequence[int],
        scoring: _Scoring,
        threads: int = 1,
        flush_memory_bytes: int = ...,
        budget_bytes: int = 0,
        value_fields: Sequence[tuple[str, int, bool]] = ...,
        facets: Sequence[int] = ...,
        with_texts: bool = False,
        with_credits: bool = False,
    ) -> Builder:
        """Of each value field its name, its number, and whether articles have it as an
        attribute; the numbers of the fields that articles are counted by."""
    def prepare(self, articles: Sequence[Article | _Row]) -> Prepared: ...
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
    ) -> _Finished: ...

@final
class Plan:
    """What is asked, as the core reads it."""

    def __new__(cls, plan: _PlanTuple) -> Plan: ...

@final
class Recency:
    """What the age of an article leaves of its score."""

    def __new__(cls, reference_us: int, factors: Sequence[float]) -> Recency:
        """By whole days before `reference_us`, factors from more than 0 to 1; the last one is
        that of all that are older."""

@final
class Match:
    """An article that matches; equal to the `Match` of the plain executor that says the same."""

    @property
    def segment(self) -> int: ...
    @property
    def number(self) -> int: ...
    @property
    def score(self) -> float: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Groups:
    """The text, and perhaps the story, of each document of a snapshot."""

    def __new__(cls, counts: Sequence[int], leads: bytes, firsts: bytes | None) -> Groups:
        """Of segments with so many documents; `leads` and `firsts` as the files of groups and
        stories have them, in the bytes of arrays of 32 bits."""

@final
class Searcher:
    """The segments of one snapshot, ready to be searched.  May be used from any thread.

    Every method raises `TooManyFormsError` or `SpentError` when it is given up, and
    `DamagedError`.  `timeout_s` are the seconds that are left, None for no deadline.
    """

    def __new__(
        cls,
        segments: Sequence[tuple[Segment, list[int]]],
        length_of_code: Sequence[int],
        count_words: Callable[[bool, bytes], list[int]],
        scoring: _Scoring,
    ) -> Searcher:
        """Of each segment its deleted documents; `count_words` takes whether the words of the
        byline or of the title are asked for, and the stored article."""
    def search(
        self,
        plan: Plan,
        limit: int | None,
        sort: str,
        count: bool,
        timeout_s: float | None,
        recency: Recency | None = None,
    ) -> tuple[int, int, list[Match]]:
        """How many match, how many match all optional words, and the first of them."""
    def hits(
        self,
        plan: Plan,
        limit: int | None,
        offset: int,
        sort: str,
        words: int,
        timeout_s: float | None,
        recency: Recency | None = None,
        stretches: bool = False,
    ) -> tuple[int, int, list[_HitRow]]:
        """The same, with what is shown of each; with `stretches` last where the snippet was
        taken from: where it begins, its text, and the runs in it that match."""
    def folded(
        self,
        plan: Plan,
        groups: Groups,
        by: str,
        limit: int | None,
        offset: int,
        sort: str,
        timeout_s: float | None,
        recency: Recency | None = None,
    ) -> tuple[int, int, int, int | None, list[_FoldedRow]]:
        """How many match, how many match all optional words, how many texts and stories they
        are, and the first texts, or stories: `by` is "texts" or "stories"."""
    def folded_hits(
        self,
        plan: Plan,
        groups: Groups,
        by: str,
        limit: int | None,
        offset: int,
        sort: str,
        listed: int,
        words: int,
        timeout_s: float | None,
        recency: Recency | None = None,
        stretches: bool = False,
    ) -> tuple[int, int, int, int | None, list[_FoldedRow], list[_HitRow], list[_CopiesRow]]:
        """The same, with what `hits` shows of each, and its copies, so many of them listed."""
    def positions(
        self,
        plan: Plan,
        field: int,
        documents: Sequence[tuple[int, int]],
        timeout_s: float | None,
    ) -> list[dict[int, list[_Span]]]:
        """Of each document (segment and number) the spans of each scored leaf in a field
        (0 title, 1 body, 2 byline)."""
    def words(
        self,
        documents: Sequence[tuple[int, int]],
        weights: Sequence[float],
        norms: Sequence[float],
        weighing: tuple[float, float, int],
        stems: Callable[[list[str]], list[int]],
        timeout_s: float | None,
    ) -> list[tuple[int, str, int, float]]:
        """The stems of some documents, weighed together: see `word_weights.py`.

        `weighing` is k1, the weight of a title, and how many of the documents have to have a
        stem."""
    def tally(
        self,
        plan: Plan,
        axes: Sequence[int | str],
        limit: int | None,
        order: str,
        timeout_s: float | None,
        once: tuple[Groups, str] | None = None,
    ) -> tuple[int, list[tuple[int, int, int, list[tuple[bytes | int, int]]]]]:
        """How many match, and along each axis (a field's number, or a period) how many have no
        value, how many values there are, what they add up to, and the first rows; of each of the
        "texts" or "stories" of `once` only the earliest article that matches."""
    def tally_two(
        self,
        plan: Plan,
        period: str,
        field: int,
        timeout_s: float | None,
        once: tuple[Groups, str] | None = None,
    ) -> list[tuple[int | None, bytes | None, int]]:
        """How many that match are of each period (its first day) and have each value."""
    def extremes(
        self, plan: Plan, field: int | None, timeout_s: float | None
    ) -> list[tuple[bytes | None, int, int, tuple[int, int] | None, tuple[int, int] | None]]:
        """Of each value how many match, how many of them have no date, and the places of the
        earliest and the latest; of those without a value last."""
    def stem_frequencies(self, stems: Sequence[bytes]) -> list[int]:
        """How many documents hold each stem, in title or in body, whichever is more."""

def merge(
    path: str,
    sources: Sequence[tuple[Segment, list[int]]],
    length_of_code: Sequence[int],
    scoring: _Scoring,
    facets: Sequence[int],
    texts: Sequence[bytes] | None = None,
) -> _Merged:
    """`texts` are the files beside all sources that say what copies are found by."""

def token_spans(text: str) -> list[tuple[int, int]]: ...
def boundaries(text: str) -> tuple[list[int], list[int]]: ...
def ask_whether_to_go_on(question: Callable[[], object] | None) -> None:
    """Call `question` now and then while a query of this thread runs; what it raises ends it."""

def snippet(text: str, runs: list[tuple[int, int, int]], words: int) -> str:
    """`make_snippet`; of each run its first and last position, and its part of the query."""

# The file beside a segment, the segment if it is native, its deleted documents, the instants
# (i64), the days (i32) and the digests (u64) of all.
_SegmentRow = tuple[bytes, Segment | None, list[int], bytes, bytes, bytes]

_Counts = tuple[int, int, int, int, int, int, int, int, int]

@final
class Texts:
    """Which articles have the same text: what `searcher/copies/` says, by the core."""

    def __new__(cls, fold: Callable[[list[str]], Sequence[str]]) -> Texts: ...
    def facts(self, text: str, correction: bool) -> tuple[int, int, bytes]: ...
    def compare(self, a: Sequence[str], b: Sequence[str], key_a: int, key_b: int) -> _Counts: ...
    def table_of(
        self, segment: Segment, deleted: list[int], mark: Callable[[int], bool | None]
    ) -> bytes:
        """The file beside a segment; `mark` says whether a document is a correction, or None if
        it has a status."""
    def group(
        self,
        side: Sequence[_SegmentRow],
        body: Callable[[int], str],
        id: Callable[[int], str],
        *,
        before: tuple[Sequence[_SegmentRow], Callable[[int], str], bytes, bytes] | None = None,
        cover_percent: int,
        near_days: int,
    ) -> tuple[bytes, bytes]:
        """The leads of all documents (u32) and the links, as a file of groups has them.

        `before` are the segments of the last commit, what gives texts there, its leads and
        its links."""
    def stories(
        self,
        days: bytes,
        text: Callable[[int], tuple[str, str]],
        stems: Callable[[list[str]], list[str]],
    ) -> bytes: ...

def pack_texts(keys: bytes, lengths: bytes, starts: bytes, fingerprints: bytes) -> bytes: ...
def unpack_fingerprints(data: bytes, documents: int) -> tuple[bytes, bytes]: ...
def verify_groups(leads: bytes, links: bytes) -> None: ...

@final
class KnownWords:
    """Words that were met in texts, with their forms and stems; kept for the texts to come.

    May be used from any thread.  `fold` makes forms of tokens, `stem` stems of forms."""

    def __new__(
        cls,
        fold: Callable[[list[str]], Sequence[str]],
        stem: Callable[[list[str]], Sequence[str]],
    ) -> KnownWords: ...
    def read(
        self,
        titles: Sequence[str],
        bodies: Sequence[str],
        bylines: Sequence[Sequence[str]],
        gap: int,
    ) -> Concordance:
        """Read some articles; the names of a byline begin at multiples of `gap`."""

# A field, the forms of a word, and those of a second one that is to be near.
_Part = tuple[str, Sequence[bytes], Sequence[bytes] | None]

@final
class Concordance:
    """Where words stand in some articles: see `searcher/cluster/concordance.py`.

    May be used from any thread."""

    def lengths(self, field: str) -> bytes:
        """How many words the field of each article has (u32)."""
    def posting_list(self, field: str, form: bytes) -> tuple[bytes, bytes, bytes] | None:
        """ids, frequencies, positions (u32) of a form in title, body or byline."""
    def field_forms(self, field: str, prefix: bytes) -> list[bytes]: ...
    def forms_of_stem(self, stem: bytes) -> list[bytes]: ...
    def pairs(
        self, field: str, left: Sequence[bytes], right: Sequence[bytes], distance: int
    ) -> dict[int, int]:
        """Of each article in whose field one of `left` and one of `right` stand so near: how many
        pairs of places that are."""
    def strengths(
        self,
        leaves: Sequence[tuple[Sequence[_Part], int, bool]],
        lengths: Sequence[int],
        average: float,
        scoring: _Scoring,
    ) -> list[list[tuple[int, float]]]:
        """Of each leaf (its parts, how far apart two words may stand, and whether a pair counts no
        more often than either) the articles in which it occurs, and its strength there; `average`
        is the mean recorded length of bodies, `lengths` the recorded ones of these."""
    def fitting_forms(self, field: str, pattern: str) -> list[bytes]:
        """The forms in a field that fit a folded pattern, in byte order."""
    def near_forms(self, field: str, form: str, edits: int) -> list[bytes]:
        """Those that begin as `form` and are at most so many slips from it, in byte order."""
