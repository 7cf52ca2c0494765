"""Does the archive have these words, and who had them first?

A quotation is looked for in three steps, each only if the one before found nothing:

    phrase     all articles that have its words side by side: *verbatim*, or *folded* where
               capitals, accents or marks are others
    altered    articles that have its rarest runs of three words, or its rarest words, are
               aligned with it word by word (`passage_alignment.py`).  What the likest ones
               print is looked for as a phrase again, so that all articles that print it are
               known, the earliest too
    pieces     the longest runs of its words that these articles have

What finds the articles that are aligned is chosen so that it costs about the same whatever the
words are (`quoted_words.py`); a long quotation costs no more than its rarest parts, and to be
compared.  What it does not do: find what was translated, or said in other words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from searcher.analysis import Analyzer
from searcher.codec.schema import MISSING_DATE, article_of
from searcher.headline import is_first_sentence
from searcher.query import tree
from searcher.request import Request
from searcher.searching.attribution import attribution_of
from searcher.searching.budget import Budget
from searcher.searching.executor import Executor
from searcher.searching.passage_alignment import Aligned, align_passage, best_window
from searcher.searching.quotations import Appearance, Difference, Piece, Quotation, Verdict
from searcher.searching.quoted_words import PHRASE_WORDS, QuotedWords, any_of
from searcher.searching.snapshot import Snapshot
from searcher.searching.token_runs import StoredText, bounds, find_words, run_in, runs_in

__all__ = ["FoundArticles", "Passage", "Place", "Quoter", "fields_of"]

# Articles with all words that are put in order of date by hand, which is quicker.
_SORTED_HERE = 1_000
# Articles with the rarest stretch of a long quotation that are compared with it.
_COMPARED = 60
# Articles that may have most of it and are looked at.
_CANDIDATES = 40
# Candidates that are read: those whose best window holds this share of what tells, among it so
# many pairs of neighbours.
_READ = 6
_LEAST_WINDOW = 0.28
_WORTH_READING = 0.75
_NEIGHBOURS = 20
# A word that so large a share of the articles has tells nothing.
_COMMON = 0.1
# When most of a quotation is there: its share by weight, and by number of words, which is the
# less the more the words weigh that are there together.
_LEAST_WEIGHT = 0.5
_LEAST_SHARES = ((0.66, 14.0), (0.74, 9.0), (0.8, 0.0))
_FEWEST_WORDS = 4
_REMEMBERED = 40
_LONGEST_HEADLINE = 30
# When so much of it is there, nothing better is looked for; when no more, after a search that
# finds nearly all that have most of it, nothing is.
_SURE = 0.75
_HOPELESS = 0.5
# Passages that are looked for as phrases: the likest, and those nearly as like.
_PASSAGES = 6
_NEARLY = 0.05
# A piece has so many words at least, there are so many pieces, and they are looked for in the
# best so many candidates.
_PIECE_WORDS = 4
_PIECES = 5
_PIECE_ARTICLES = 2

Place = tuple[int, int]
"""A document, by segment and number."""


class FoundArticles(NamedTuple):
    """Documents in order of date, and how many there are; only the first may be listed."""

    total: int
    places: list[Place]


class Passage(NamedTuple):
    """Where a quotation stands in a text of an article."""

    place: Place
    field: Literal["title", "body"]
    text: StoredText
    aligned: Aligned


class Quoter:
    """Looks for one quotation in one snapshot.

    Raises (all methods): as `Executor.search`.
    """

    def __init__(
        self, quote: str, snapshot: Snapshot, executor: Executor, analyzer: Analyzer, budget: Budget
    ) -> None:
        """
        Raises:
            QueryError: there is no word in `quote`, or too much of it.
        """
        self._words = QuotedWords(quote, snapshot, analyzer)
        self._snapshot = snapshot
        self._executor = executor
        self._analyzer = analyzer
        self._budget = budget
        self._read: dict[tuple[Place, str], StoredText] = {}

    def quotation(self, limit: int | None) -> Quotation:
        """The answer, with at most `limit` appearances; how long it took is not in it."""
        found = self.with_all_words()
        if found.total:
            return self._as_printed(found, limit)
        passages, candidates = self.likest_passages()
        altered = [passage for passage in passages if self.is_altered(passage.aligned)]
        if altered:
            return self._altered(altered, limit)
        self._budget.enter("looking for pieces")
        pieces = self._pieces(candidates)
        if not pieces:
            return Quotation(self._words.text, "absent", 0, 0.0, ())
        return Quotation(self._words.text, "pieces", 0, 0.0, (), tuple(pieces))

    def with_all_words(self) -> FoundArticles:
        """The articles that have the words of the quotation side by side, by their forms."""
        self._budget.enter("looking for the quotation")
        found = self._phrase(0, len(self._words.tokens))
        if len(self._words.tokens) > PHRASE_WORDS:
            found = self._whole(found, self._words.forms)
        return found

    def likest_passages(self) -> tuple[list[Passage], list[Place]]:
        """The passages that have most of the quotation, the likest first, and the articles
        that were considered."""
        self._budget.enter("looking for altered words")
        candidates: list[Place] = []
        passages: list[Passage] = []
        for asked, finds_most in self._words.queries():
            more = [place for place in self._candidates(asked) if place not in candidates]
            candidates += more
            passages += self._passages(more)
            best = max((passage.aligned.share for passage in passages), default=0.0)
            if best >= _SURE or (finds_most and best < _HOPELESS):
                break
        passages.sort(key=lambda passage: -passage.aligned.share)
        return passages, candidates

    def likest_in(self, place: Place) -> Passage | None:
        """The passage of one article that has most of the quotation, if it has most of it.

        Cost: cuts the article into words, and compares a stretch of it.
        """
        counts = Counter(self._words.forms)
        number_of = {form: number for number, form in enumerate(counts)}
        weights = [self._words.weight(form) for form in counts]
        best: Passage | None = None
        for field, text in self._texts(place):
            self._budget.enter("comparing texts")
            places = [
                (position, number_of[form])
                for position, form in enumerate(text.forms)
                if form in number_of
            ]
            _, first, last = best_window(places, weights, [*counts.values()], self._words.width)
            aligned = places and self._align(
                text, last - self._words.width, first + self._words.width + 1
            )
            if aligned and (best is None or aligned.share > best.aligned.share):
                best = Passage(place, field, text, aligned)
        return best if best and self.is_altered(best.aligned) else None

    # ------------------------------------------------------------ side by side

    def _phrase(self, start: int, end: int) -> FoundArticles:
        """The articles that have the tokens `start` to `end` side by side; of more than
        `PHRASE_WORDS` those that have the rarest stretch of them."""
        start, end = self._words.rarest_stretch(start, end)
        if not all(map(self._words.frequency, range(start, end))):
            return FoundArticles(0, [])
        return self._holding(self._words.tokens[start:end])

    def _holding(self, tokens: Sequence[str]) -> FoundArticles:
        """The articles that have `tokens` side by side, the earliest first."""
        exact = tuple(map(tree.Exact, tokens))
        phrase = tree.Phrase(exact) if len(exact) > 1 else exact[0]
        request = Request(phrase, limit=_SORTED_HERE)
        ranking = self._executor.search(phrase, request, budget=self._budget)
        if ranking.total > _SORTED_HERE:
            request = Request(phrase, limit=None, sort="date")
            ranking = self._executor.search(phrase, request, budget=self._budget)
            return FoundArticles(
                ranking.total, [(match.segment, match.number) for match in ranking.matches]
            )
        return FoundArticles(
            ranking.total, self._by_date((match.segment, match.number) for match in ranking.matches)
        )

    def _by_date(self, places: Iterable[Place]) -> list[Place]:
        """Documents, the earliest first, those without a date last, and of one time by id."""
        segments = self._snapshot.segments

        def key(place: Place) -> tuple[bool, int, str]:
            date_us = segments[place[0]].dates_us()[place[1]]
            return date_us == MISSING_DATE, date_us, segments[place[0]].id(place[1])

        return sorted(places, key=key)

    def _whole(self, found: FoundArticles, forms: Sequence[str]) -> FoundArticles:
        """Of articles that have a stretch of `forms`, those that have all of them."""
        places = []
        for place in found.places[:_COMPARED]:
            self._budget.enter("comparing texts")
            if any(run_in(text.forms, forms) >= 0 for _, text in self._texts(place)):
                places.append(place)
        return FoundArticles(len(places), places)

    def _as_printed(self, found: FoundArticles, limit: int | None) -> Quotation:
        shown = found.places if limit is None else found.places[:limit]
        appearances: list[Appearance] = []
        for place in shown or found.places[:1]:
            self._budget.enter("reading articles", f"{len(appearances):,} of {len(shown):,}")
            appearances.append(self._printed(place, self._words.tokens, self._words.forms))
        verbatim = any(one.verdict == "verbatim" for one in appearances)
        # One that is only folded may be followed by one that is not.
        for place in found.places[len(appearances) : _COMPARED] if not verbatim else ():
            if self._printed(place, self._words.tokens, self._words.forms).verdict == "verbatim":
                verbatim = True
                break
        verdict: Verdict = "verbatim" if verbatim else "folded"
        return Quotation(
            self._words.text, verdict, found.total, 0.0, tuple(appearances if shown else ())
        )

    def _printed(self, place: Place, tokens: Sequence[str], forms: Sequence[str]) -> Appearance:
        """Where an article has `tokens` side by side: verbatim, if it has them so anywhere."""
        best: tuple[Verdict, Literal["title", "body"], int, int] | None = None
        wanted = self._words.bare if tokens is self._words.tokens else None
        stored = self._stored(place)
        for field in fields_of(stored["title"], stored["body"]):
            text = stored[field]
            # Mostly it stands there to the character, which needs no tokens.
            if wanted is not None and (at := find_words(text, wanted)) >= 0:
                best = ("verbatim", field, at, at + len(wanted))
                break
        if best is None:
            for field, text in self._texts(place):
                at = run_in(text.forms, forms)
                while at >= 0:
                    start, end = text.spans[at][0], text.spans[at + len(forms) - 1][1]
                    is_verbatim = wanted is not None and (
                        text.text[start:end].split() == wanted.split()
                    )
                    if best is None or is_verbatim:
                        best = ("verbatim" if is_verbatim else "folded", field, start, end)
                    at = -1 if is_verbatim else run_in(text.forms, forms, at + 1)
                if best is not None and best[0] == "verbatim":
                    break
        assert best is not None, "an article that the index says has the words"
        verdict, field, start, end = best
        return self._appearance(stored, verdict, field, start, end)

    # ------------------------------------------------------------ altered

    def _candidates(self, asked: tree.Node) -> list[Place]:
        """The articles that answer `asked` best."""
        request = Request(asked, limit=_CANDIDATES)
        ranking = self._executor.search(asked, request, count=False, budget=self._budget)
        return [(match.segment, match.number) for match in ranking.matches]

    def _passages(self, candidates: Sequence[Place]) -> list[Passage]:
        """How the candidates with the likest windows have the quotation, the likest first."""
        self._budget.enter("comparing passages", f"{len(candidates):,} articles")
        # Words that tell something, and neighbours: the order of words tells most.
        counts = Counter(self._words.forms)
        common = _COMMON * self._words.documents
        telling = [form for form in counts if 0 < self._words.frequencies[form] <= common]
        words = telling or [form for form in counts if self._words.frequencies[form]]
        if not words or not candidates:
            return []
        token_of = dict(zip(self._words.forms, self._words.tokens, strict=True))
        parts: list[tree.Node] = [tree.Exact(token_of[form]) for form in words]
        weights = [self._words.weight(form) for form in words]
        numbers = [counts[form] for form in words]
        neighbours = Counter(
            pair
            for pair in pairwise(self._words.forms)
            if all(map(self._words.frequencies.get, pair))
        )
        by_weight = sorted(neighbours, key=lambda pair: -sum(map(self._words.weight, pair)))
        for pair in by_weight[:_NEIGHBOURS]:
            parts.append(tree.Phrase(tuple(tree.Exact(token_of[form]) for form in pair)))
            weights.append(sum(map(self._words.weight, pair)) / 2)
            numbers.append(neighbours[pair])
        asked = any_of(parts)
        whole = sum(w * n for w, n in zip(weights, numbers, strict=True))
        windows = []
        # No headline has so many words.
        for field in _FIELDS if len(self._words.tokens) <= _LONGEST_HEADLINE else _FIELDS[1:]:
            positions = self._executor.positions(asked, field, candidates, budget=self._budget)
            for order, (place, found) in enumerate(zip(candidates, positions, strict=True)):
                places = sorted((first, word) for word, runs in found.items() for first, _ in runs)
                weight, first, last = best_window(places, weights, numbers, self._words.width)
                if weight >= _LEAST_WINDOW * whole:
                    windows.append((-weight, order, field, place, first, last))
        windows.sort()
        found_passages = []
        for weight, order, field, place, first, last in windows[:_READ]:
            if -weight < _WORTH_READING * -windows[0][0]:
                break
            self._budget.enter("comparing passages")
            stored = self._stored(place)
            if field not in fields_of(stored["title"], stored["body"]):
                continue
            text = self._text(place, field)
            aligned = self._align(text, last - self._words.width, first + self._words.width + 1)
            if aligned is not None:
                found_passages.append((-aligned.share, order, Passage(place, field, text, aligned)))
        return [passage for *_, passage in sorted(found_passages, key=lambda one: one[:2])]

    def is_altered(self, aligned: Aligned) -> bool:
        """Whether so much of it is there that it cannot be chance: the more common its words,
        the more of them."""
        words = len(self._words.forms)
        if aligned.weight < _LEAST_WEIGHT:
            return False
        if aligned.share * words < min(_FEWEST_WORDS, words) - 0.5:
            return False
        evidence = aligned.weight * sum(map(self._words.weight, self._words.forms))
        return any(aligned.share >= share for share, least in _LEAST_SHARES if evidence >= least)

    def _altered(self, passages: Sequence[Passage], limit: int | None) -> Quotation:
        """The answer for passages that have most of it, and whoever prints them too."""
        best = passages[0].aligned.share
        by_place: dict[Place, tuple[float, Callable[[], Appearance]]] = {}
        printed: dict[tuple[str, ...], Passage] = {}
        for passage in passages:
            if passage.aligned.share >= best - _NEARLY:
                first, last = passage.aligned.first, passage.aligned.last
                printed.setdefault(tuple(passage.text.forms[first : last + 1]), passage)
        total = 0
        for passage in list(printed.values())[:_PASSAGES]:
            first, last = passage.aligned.first, passage.aligned.last
            tokens = [passage.text.text[a:b] for a, b in passage.text.spans[first : last + 1]]
            # Of a long passage its beginning is looked for, and the rest compared.
            found = self._holding(tokens[:PHRASE_WORDS])
            if len(tokens) > PHRASE_WORDS:
                found = self._whole(found, passage.text.forms[first : last + 1])
            total += max(0, found.total - len(found.places))
            for place in (*found.places, passage.place):
                by_place.setdefault(place, (passage.aligned.share, self._reader(place, passage)))
        places = self._by_date(by_place)
        shown = places if limit is None else places[:limit]
        appearances: list[Appearance] = []
        for place in shown:
            self._budget.enter("reading articles", f"{len(appearances):,} of {len(shown):,}")
            appearances.append(by_place[place][1]())
        folded = all(not passage.aligned.changes for passage in passages[:1])
        return Quotation(
            self._words.text,
            "folded" if folded else "altered",
            total + len(places),
            0.0,
            tuple(appearances),
        )

    def _reader(self, place: Place, passage: Passage) -> Callable[[], Appearance]:
        """What makes the appearance of a passage in an article that prints it."""

        def read() -> Appearance:
            text, field, aligned = passage.text, passage.field, passage.aligned
            stored = self._stored(place)
            if place != passage.place:
                wanted = text.forms[aligned.first : aligned.last + 1]
                for other_field, other in self._texts(place):
                    at = run_in(other.forms, wanted[:PHRASE_WORDS])
                    if at >= 0:
                        found = self._align(other, at, at + len(wanted))
                        if found is not None:
                            text, field, aligned = other, other_field, found
                        break
            return self._altered_appearance(stored, field, text, aligned)

        return read

    def _altered_appearance(
        self,
        stored: dict[str, Any],
        field: Literal["title", "body"],
        text: StoredText,
        aligned: Aligned,
    ) -> Appearance:
        start, end = text.spans[aligned.first][0], text.spans[aligned.last][1]
        differences = []
        for i, k, j, m in aligned.changes:
            quote_start, quote_end = bounds(self._words.spans, i, k)
            printed_start, printed_end = bounds(text.spans, j, m)
            differences.append(
                Difference(
                    self._words.text[quote_start:quote_end],
                    text.text[printed_start:printed_end],
                    quote_start,
                    quote_end,
                    printed_start,
                    printed_end,
                )
            )
        verdict: Verdict = "altered" if differences else "folded"
        made = self._appearance(stored, verdict, field, start, end)
        return made._replace(likeness=min(1.0, aligned.share), differences=tuple(differences))

    # ------------------------------------------------------------ pieces

    def _pieces(self, candidates: Sequence[Place]) -> list[Piece]:
        """The longest runs of the quotation that candidates have, none overlapping."""
        longest = [0] * len(self._words.forms)  # of the runs that begin at a token, the longest one
        for place in candidates[:_PIECE_ARTICLES]:
            for _, text in self._texts(place):
                self._budget.enter("looking for pieces")
                for at, length in runs_in(text.forms, self._words.forms):
                    longest[at] = max(longest[at], length)
        pieces = []
        taken: list[tuple[int, int]] = []
        for length, at in sorted(((n, at) for at, n in enumerate(longest)), key=lambda x: -x[0]):
            if length < min(_PIECE_WORDS, len(self._words.forms)) or len(taken) >= _PIECES:
                break
            if any(at < end and at + length > start for start, end in taken):
                continue
            found = self._phrase(at, at + length)
            if not found.total:
                continue
            taken.append((at, at + length))
            tokens, forms = (
                self._words.tokens[at : at + length],
                self._words.forms[at : at + length],
            )
            first = self._first_with(found, tokens, forms)
            if first is None:
                continue
            start, end = bounds(self._words.spans, at, at + length)
            pieces.append(Piece(self._words.text[start:end], start, end, found.total, first))
        return sorted(pieces, key=lambda piece: piece.start)

    def _first_with(
        self, found: FoundArticles, tokens: Sequence[str], forms: Sequence[str]
    ) -> Appearance | None:
        for place in found.places[:_READ]:
            if len(tokens) <= PHRASE_WORDS or any(
                run_in(text.forms, forms) >= 0 for _, text in self._texts(place)
            ):
                return self._printed(place, tokens, forms)
        return None

    # ------------------------------------------------------------ articles

    def _stored(self, place: Place) -> dict[str, Any]:
        return self._snapshot.segments[place[0]].stored(place[1])

    def _align(self, text: StoredText, start: int, end: int) -> Aligned | None:
        """How the tokens `start` to `end` of a text have the quotation."""
        start = max(0, start)
        aligned = align_passage(self._words.forms, text.some_forms(start, end), self._words.weight)
        return None if aligned is None else aligned.moved(start)

    def _texts(self, place: Place) -> list[tuple[Literal["title", "body"], StoredText]]:
        stored = self._stored(place)
        fields = fields_of(stored["title"], stored["body"])
        return [(field, self._text(place, field)) for field in fields]

    def _text(self, place: Place, field: Literal["title", "body"]) -> StoredText:
        """A text of an article; the last few are remembered, since steps read the same ones."""
        key = (place, field)
        if key not in self._read:
            if len(self._read) >= _REMEMBERED:
                self._read.clear()
            self._read[key] = StoredText(self._stored(place)[field], self._analyzer)
        return self._read[key]

    def _appearance(
        self,
        stored: dict[str, Any],
        verdict: Verdict,
        field: Literal["title", "body"],
        start: int,
        end: int,
    ) -> Appearance:
        article = article_of(stored)
        text = stored[field]
        return Appearance(
            id=article.id,
            title=article.title,
            byline=article.byline,
            date=article.date,
            source=article.source,
            url=article.url,
            path=article.path,
            verdict=verdict,
            field=field,
            start=start,
            end=end,
            passage=text[start:end],
            likeness=1.0,
            differences=(),
            attribution=attribution_of(text, start, end) if field == "body" else None,
        )


_FIELDS: tuple[Literal["title"], Literal["body"]] = ("title", "body")


def fields_of(title: str, body: str) -> Sequence[Literal["title", "body"]]:
    """Where words of an article may be quoted from: not from what only stands for a headline,
    whose words stand in the text."""
    return _FIELDS[1:] if is_first_sentence(title, body) else _FIELDS
