"""How are all the articles that match gone through, one after another?

A `Scan` is the answer to a query as long as it may be: where each article lies and what it
scores, in order, in 16 bytes; the articles themselves are read as they are asked for, and not
kept.  It belongs to one commit, whose files it has open, so that it is the same whatever is
indexed or removed while it runs.

While the articles are ranked each of them takes some hundred bytes more.  What it does not
do: snippets, which are for people who look at ten of them.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple

from searcher.importing import InstalledOnly

if TYPE_CHECKING:
    from searcher.article import Article
    from searcher.query import Node
    from searcher.request import Request
    from searcher.searching.budget import Budget
    from searcher.searching.copies import GroupIds
    from searcher.searching.executor import Executor, Match
    from searcher.searching.recency import Recency
    from searcher.searching.snapshot import Snapshot

__all__ = ["Places", "Scan", "ScannedArticle", "ScannedText", "find_places"]


class ScannedArticle(NamedTuple):
    """One article of a scan: the how many-th it is, from 1, and what it scores."""

    rank: int
    score: float
    article: Article

    @property
    def credit(self) -> tuple[str, ...]:
        """The agencies that the article credits.  Cost: reads its text for them."""
        with InstalledOnly():
            from searcher.agencies import agency_title
            from searcher.codec.schema import agencies_of

        return tuple(map(agency_title, agencies_of(self.article)))


class PlacedArticle(ScannedArticle):
    """One article of a scan of an archive of files, which says while the scan is open what it
    belongs to."""

    snapshot: Snapshot
    place: tuple[int, int]

    @property
    def text_id(self) -> str:
        """The id of the lead of its text: its own, if it is a copy of none.

        Raises:
            IndexStateError: copies were not looked for.
        """
        return self._group_ids().text_id_of(*self.place)

    @property
    def story_id(self) -> str:
        """The id of the first article of its story: its own, if it is of none.

        Raises:
            IndexStateError: stories were not looked for.
        """
        return self._group_ids().story_id_of(*self.place)

    def _group_ids(self) -> GroupIds:
        with InstalledOnly():
            from searcher.searching.copies import GroupIds

        return GroupIds(self.snapshot)


class ScannedText(PlacedArticle):
    """One text of a scan that was folded by texts; `copies` others in the archive have it."""

    copies: int = 0


class Places:
    """Where the articles lie that match, and what they score, in order.

    Arguments:
        copies: how many others have the text of each; None where nobody asked.
        texts: how many different texts match, where `copies` are known.
        stories: how many stories, where each is gone through once.
    """

    def __init__(
        self,
        matches: Sequence[Match],
        *,
        copies: Sequence[int] | None = None,
        texts: int | None = None,
        stories: int | None = None,
    ) -> None:
        self.stories = stories
        self.copies = None if copies is None else array("I", copies)
        self.texts = texts
        # Lists, which an array takes in a third of the time that a generator needs.
        self.segments = array("I", [match.segment for match in matches])
        self.numbers = array("I", [match.number for match in matches])
        self.scores = array("d", [match.score for match in matches])

    def __len__(self) -> int:
        return len(self.numbers)

    def article_at(self, snapshot: Snapshot, place: int) -> ScannedArticle:
        """The article at a place, read."""
        segment, number = self.segments[place], self.numbers[place]
        article = snapshot.segments[segment].article(number)
        kind = PlacedArticle if self.copies is None else ScannedText
        found = kind(place + 1, self.scores[place], article)
        found.snapshot, found.place = snapshot, (segment, number)
        if isinstance(found, ScannedText) and self.copies is not None:
            found.copies = self.copies[place]
        return found

    def open_all(self, snapshot: Snapshot) -> None:
        """Have the texts of every segment open in which one of them lies.

        Raises:
            FileNotFoundError: a newer commit has removed one.
        """
        for segment in set(self.segments):
            number = self.numbers[self.segments.index(segment)]
            snapshot.segments[segment].stored(number)


def find_places(
    snapshot: Snapshot,
    executor: Executor,
    understood: Node,
    request: Request,
    recency: Recency | None,
    budget: Budget,
) -> tuple[int, Places]:
    """How many articles match, and where those of `request` lie, which are open then: one of
    each text with the group "copies", one of each story with "stories".

    Raises:
        QueryError, DeadlineError: as `Executor.search`.
        IndexStateError: copies, or stories, are asked for, and were not looked for.
    """
    if request.group == "none":
        ranking = executor.search(understood, request, budget=budget, recency=recency)
        total, places = ranking.total, Places(ranking.matches)
    else:
        with InstalledOnly():
            from searcher.searching.copies import Folding

        folding = Folding(snapshot)
        folded = executor.folded(understood, request, budget=budget, recency=recency)
        shown, copies = [one.match for one in folded.texts], folding.copy_counts(folded.texts)
        counts = folded.counts
        stories = counts.stories if request.group == "stories" else None
        places = Places(shown, copies=copies, texts=counts.texts, stories=stories)
        total = folded.total
    places.open_all(snapshot)
    for segment in snapshot.segments:
        segment.forget_postings()
    return total, places


class Scan(Iterator[ScannedArticle]):
    """The articles that match, one after another; for one thread.

        It closes itself at its end; close it before that, or use it as a context manager.
    `total` articles match, of which `len(scan)` are gone through; `query` is what was asked,
        and `understood` how that was read.  `texts` is how many different texts they are, where
        it goes through one article a text or a story; else None.  `stories` is how many stories,
        where it goes through one article a story.

        Raises, where it goes on:
            IndexDamagedError: the bytes are not what was written.
    """

    def __init__(
        self,
        length: int,
        article_at: Callable[[int], ScannedArticle],
        end: Callable[[], None],
        *,
        query: str,
        understood: str,
        total: int,
        texts: int | None = None,
        stories: int | None = None,
    ) -> None:
        self.stories = stories
        self.query = query
        self.understood = understood
        self.total = total
        self.texts = texts
        self._length = length
        self._article_at = article_at
        self._end = end
        self._next = 0
        self._is_open = True

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Scan:
        return self

    def __next__(self) -> ScannedArticle:
        place = self._next
        if not self._is_open or place >= self._length:
            self.close()
            raise StopIteration
        self._next = place + 1
        return self._article_at(place)

    def close(self) -> None:
        """End it, and close the files.  May be called again."""
        if self._is_open:
            self._is_open = False
            self._end()

    def __enter__(self) -> Scan:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_is_open", False):
            self.close()
