"""How do articles become posting lists?

`invert` turns a batch of articles into sorted-by-nothing, compact arrays: for
each field and term the documents that hold it, how often and where.  It runs in
worker processes; a batch is what travels back.  `Inversion` collects batches in
memory until they are written as one segment, shifting document numbers as it
goes.  This is inversion in memory with a flush at a budget (Heinz and Zobel,
"Efficient single-pass index construction", 2003), which replaces Whoosh's pool
of one tuple for each posting.
"""

from __future__ import annotations

import hashlib
import json
from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import compress

from searcher.analysis import Analyzer
from searcher.article import Article
from searcher.codec.boundaries import encode_boundaries
from searcher.codec.schema import NAME_GAP, article_of, instant_us, stored_of, values_of
from searcher.fields import FIELDS, FieldTable

__all__ = ["Columns", "Document", "Inversion", "InvertedBatch", "invert"]

# ids, frequencies, positions (deltas, each document's run starting from 0)
Columns = tuple["array[int]", "array[int]", "array[int]"]
# What one new term costs beyond its postings: three arrays, a key and dictionary slots
# here, and a row in Whoosh's hash table when it is written.
_TERM_BYTES = 700
_DOCUMENT_BYTES = 600
_NUMBER_BYTES = 5  # four, and what arrays hold in reserve


@dataclass(slots=True)
class Document:
    """What the per-document files keep of one article."""

    id: str
    path: str | None
    digest: int
    stored: bytes
    date_us: int
    lengths: dict[str, int]
    boundaries: bytes


@dataclass(slots=True)
class InvertedBatch:
    """Inverted articles; document numbers count from 0 within the batch."""

    documents: list[Document] = field(default_factory=list)
    terms: dict[str, dict[str, Columns]] = field(default_factory=dict)
    text_bytes: int = 0
    without_text: int = 0

    @property
    def keys(self) -> list[Document]:
        """What there is to know of each article, in order."""
        return self.documents

    def article(self, number: int) -> Article:
        """One of them, as it was handed over."""
        return article_of(json.loads(self.documents[number].stored))


def _columns() -> Columns:
    return array("I"), array("I"), array("I")


def invert(
    articles: Iterable[Article], analyzer: Analyzer, fields: FieldTable = FIELDS
) -> InvertedBatch:
    """Invert `articles`.  Cost: about a microsecond for each word, on one core."""
    batch = InvertedBatch()
    terms: dict[str, defaultdict[str, Columns]] = defaultdict(lambda: defaultdict(_columns))
    for number, article in enumerate(articles):
        analyzed = analyzer.analyze(article.body)
        title = analyzer.forms(article.title)
        byline = [analyzer.forms(name) for name in article.byline]
        _add_text(terms["title"], number, _positions(title))
        _add_text(terms["body"], number, _positions(analyzed.forms))
        _add_text(terms["byline"], number, _name_positions(byline))
        for name, values in values_of(article, fields).items():
            field_terms = terms[name]
            for value in values:
                ids, frequencies, _ = field_terms[value]
                ids.append(number)
                frequencies.append(1)
        stored = json.dumps(stored_of(article), ensure_ascii=False, separators=(",", ":")).encode()
        batch.documents.append(
            Document(
                id=article.id,
                path=article.path,
                digest=int.from_bytes(hashlib.blake2b(stored, digest_size=8).digest(), "big"),
                stored=stored,
                date_us=instant_us(article.date),
                lengths={
                    "title": len(title),
                    "body": len(analyzed.forms),
                    "byline": sum(map(len, byline)),
                },
                boundaries=encode_boundaries(analyzed.sentence_starts, analyzed.paragraph_starts),
            )
        )
        batch.text_bytes += len(stored)
        batch.without_text += not article.body
    batch.terms = {name: dict(field_terms) for name, field_terms in terms.items()}
    return batch


def _positions(forms: list[str]) -> dict[str, list[int]]:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for position, form in enumerate(forms):
        found[form].append(position)
    return found


def _name_positions(names: list[list[str]]) -> dict[str, list[int]]:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for number, forms in enumerate(names):
        for position, form in enumerate(forms, number * NAME_GAP):
            found[form].append(position)
    return found


def _add_text(
    terms: defaultdict[str, Columns], number: int, positions_of: Mapping[str, list[int]]
) -> None:
    for form, found in positions_of.items():
        ids, frequencies, positions = terms[form]
        ids.append(number)
        frequencies.append(len(found))
        previous = 0
        for position in found:
            positions.append(position - previous)
            previous = position


class Inversion:
    """Batches collected in memory, on the way to one segment (`building.SegmentBuilder`)."""

    def __init__(self) -> None:
        self.documents: list[Document] = []
        self.terms: dict[str, dict[str, Columns]] = {}
        self.number_of: dict[str, int] = {}
        self.superseded: set[int] = set()
        self.size_bytes = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing was added."""
        return not self.documents

    def add_new(self, payload: InvertedBatch) -> bool:
        """Articles go through `receive` and `add`."""
        return False

    def receive(self, payload: InvertedBatch) -> InvertedBatch:
        """A batch comes from the workers as it is."""
        return payload

    def discard(self) -> None:
        """Nothing is left behind: it was all in memory."""

    def add(self, batch: InvertedBatch, keep: list[bool]) -> None:
        """Add the documents of `batch` that `keep` marks.  A later one with the same
        id supersedes an earlier one."""
        base = len(self.documents)
        kept = list(compress(range(len(keep)), keep))
        new_number = dict(zip(kept, range(base, base + len(kept)), strict=True))
        for old, number in new_number.items():
            document = batch.documents[old]
            if (earlier := self.number_of.get(document.id)) is not None:
                self.superseded.add(earlier)
            self.number_of[document.id] = number
            self.documents.append(document)
            self.size_bytes += len(document.stored) + len(document.boundaries) + _DOCUMENT_BYTES
        whole = len(kept) == len(keep)
        for name, batch_terms in batch.terms.items():
            terms = self.terms.setdefault(name, {})
            for term, columns in batch_terms.items():
                if not whole:
                    columns = _select(columns, keep)
                ids, frequencies, positions = columns
                if not ids:
                    continue
                shifted = [new_number[i] for i in ids] if not whole else [i + base for i in ids]
                mine = terms.get(term)
                if mine is None:
                    mine = terms[term] = _columns()
                    self.size_bytes += _TERM_BYTES
                mine[0].extend(shifted)
                mine[1].extend(frequencies)
                mine[2].extend(positions)
                self.size_bytes += _NUMBER_BYTES * (2 * len(ids) + len(positions))

    def remove(self, id: str) -> bool:
        """Forget the document `id`; False if it is not here."""
        number = self.number_of.pop(id, None)
        if number is None:
            return False
        self.superseded.add(number)
        return True


def _select(columns: Columns, keep: list[bool]) -> Columns:
    ids, frequencies, positions = columns
    selected = _columns()
    start = 0
    for i, frequency in zip(ids, frequencies, strict=True):
        end = start + frequency if positions else 0
        if keep[i]:
            selected[0].append(i)
            selected[1].append(frequency)
            selected[2].extend(positions[start:end])
        start = end
    return selected
