"""Does this article say these words, or any article?

A quotation is checked against the stored text itself, by what its typography leaves
(`quote_folding.py`), so that no word is dropped, added or changed without being noticed.  The
index only says where to look:

    1. the article that was asked about is read, and every place listed where it has the words;
    2. articles with the words side by side (`quoting.py`) are read too, the earliest first;
    3. where a newer version took the words out, older versions have them still;
    4. what nobody has is held against the likest passage, and the differences are told.

What it does not do: find words that an invisible character divides in articles that were not
asked about, since the index has them as two words.
"""

from __future__ import annotations

from itertools import islice
from typing import Any

from searcher.analysis import Analyzer
from searcher.analysis.tokens import token_spans
from searcher.codec.schema import article_of
from searcher.comparing.texts import compare_texts
from searcher.searching.budget import Budget
from searcher.searching.citations import cite
from searcher.searching.executor import Executor
from searcher.searching.quotations import Difference
from searcher.searching.quote_checks import NearestPassage, QuoteCheck, QuotePlace, QuoteVerdict
from searcher.searching.quote_folding import LAST_STOPS, FoldedText, bare_quote, fold_type
from searcher.searching.quoting import Passage, Place, Quoter, fields_of
from searcher.searching.snapshot import Snapshot

__all__ = ["QuoteChecker"]

# Articles that are read for one that has the words as they are typed, when the index says that
# they have them in some form.
_MOST_READ = 200
# Places that are listed of one article.
_MOST_PLACES = 20


class QuoteChecker:
    """Checks one quotation in one snapshot.

    Raises (all methods): as `Executor.search`.
    """

    def __init__(
        self, quote: str, snapshot: Snapshot, executor: Executor, analyzer: Analyzer, budget: Budget
    ) -> None:
        """
        Raises:
            QueryError: there is no word in `quote`, or too much of it.
        """
        self._quote = quote
        self._bare = bare_quote(quote)
        self._quoter = Quoter(self._bare, snapshot, executor, analyzer, budget)
        self._snapshot = snapshot
        self._budget = budget

    def check(self, id: str | None, limit: int | None) -> QuoteCheck:
        """The verdict, with the places of at most `limit` articles; how long it took is not
        in it.

        Raises:
            ArticleNotFoundError: there is no article `id`.
        """
        asked: Place | None = None
        own: list[QuotePlace] = []
        if id is not None:
            segment, number = self._snapshot.find(id)
            id = segment.id(number)
            asked = (self._snapshot.segments.index(segment), number)
            own = self._places_in(asked)
        wanted = None if limit is None else max(0, limit - bool(own))
        others, total = self.places_elsewhere(asked, wanted)
        nearest = None
        verdict: QuoteVerdict
        if own or (id is None and others):
            verdict = "exact" if any(one.verdict == "exact" for one in own or others) else "folded"
        else:
            nearest = self._nearest(asked, everywhere=not others)
            verdict = "elsewhere" if others else "altered" if nearest else "absent"
        return QuoteCheck(
            quote=self._quote,
            id=id,
            verdict=verdict,
            words=len(token_spans(self._bare)),
            total=total + bool(own),
            took_ms=0.0,
            places=(*(own if limit != 0 else ()), *(others if wanted != 0 else ())),
            nearest=nearest,
        )

    def places_elsewhere(
        self, besides: Place | None, limit: int | None, *, status: str | None = None
    ) -> tuple[list[QuotePlace], int]:
        """Where articles have the words, the earliest first, and how many articles do.

        Those that are not read, because enough are listed, are taken at the word of the index.

        Arguments:
            besides: an article that is passed over.
            limit: how many articles are listed, one at least if there is one.
            status: only articles with this status.
        """
        found = self._quoter.with_all_words()
        total = found.total
        listed = read = 0
        places: list[QuotePlace] = []
        for place in found.places:
            if place == besides:
                total -= 1
                continue
            if read >= _MOST_READ or (limit is not None and listed >= max(limit, 1)):
                break
            self._budget.enter("reading articles", f"{read:,} of {found.total:,}")
            read += 1
            if status is not None and self._stored(place).get("status") != status:
                total -= 1
            elif more := self._places_in(place):
                listed += 1
                places += more
            else:
                total -= 1
        return places, total

    def _places_in(self, place: Place) -> list[QuotePlace]:
        """Where an article has the words, in its headline and its text."""
        article = article_of(self._stored(place))
        return [
            QuotePlace(
                "exact" if text[start:end] == self._bare else "folded",
                cite(article, field, start, end, self._snapshot.generation),
            )
            for field in fields_of(article.title, article.body)
            for text in (article.title if field == "title" else article.body,)
            for start, end in islice(FoldedText(text).spans(self._bare), _MOST_PLACES)
        ]

    def _nearest(self, asked: Place | None, *, everywhere: bool) -> NearestPassage | None:
        """The passage that has most of the words: of the article that was asked about, or else
        of any if that is wanted."""
        likest = None if asked is None else self._quoter.likest_in(asked)
        if likest is None and everywhere:
            passages, _ = self._quoter.likest_passages()
            likest = next((one for one in passages if self._quoter.is_altered(one.aligned)), None)
        return None if likest is None else self._near(likest)

    def _near(self, passage: Passage) -> NearestPassage:
        spans = passage.text.spans
        start, end = spans[passage.aligned.first][0], spans[passage.aligned.last][1]
        article = article_of(self._stored(passage.place))
        # What stands at the end of the quotation behind its last word.
        bare, tail = self._bare, self._bare[token_spans(self._bare)[-1][1] :]
        if tail and passage.text.text.startswith(tail, end):
            end += len(tail)
        elif tail in LAST_STOPS:
            bare = bare[:-1]
        citation = cite(article, passage.field, start, end, self._snapshot.generation)
        at = self._quote.find(self._bare)
        differences = []
        for _, a, b, c, d in compare_texts(bare, citation.exact).changes:
            quoted, printed = bare[a:b], citation.exact[c:d]
            if fold_type(quoted) != fold_type(printed):
                places = (at + a, at + b, start + c, start + d)
                differences.append(Difference(quoted, printed, *places))
        likeness = min(1.0, passage.aligned.share)
        return NearestPassage(citation, likeness, tuple(differences))

    def _stored(self, place: Place) -> dict[str, Any]:
        return self._snapshot.segments[place[0]].stored(place[1])
