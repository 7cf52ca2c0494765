"""Which articles are about one event, now that a commit has these segments and groups?

`tell_stories` is called when the groups of a commit are on disk and before its manifest is
(`copies.py`).  It reads the lead of each text and writes which story each article is in
(`codec/stories.py`).  Nothing is taken over from the last commit: what comes out follows from the
texts alone, and each commit reads all of them.  So stories are kept only where somebody asked
for them.

The core, where it is, does the same (`native/src/copies/stories.rs`).
"""

from __future__ import annotations

import itertools
from array import array
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

from searcher.analysis import Analyzer
from searcher.codec.checksums import FileFacts
from searcher.codec.core import native_core
from searcher.codec.generations import groups_name
from searcher.codec.groups import NO_LEAD, StoredGroups
from searcher.codec.schema import MISSING_DATE, NO_DAY
from searcher.codec.segments import OpenSegment, open_segment
from searcher.codec.storage import DurableStorage
from searcher.codec.stories import write_stories
from searcher.copies.stories import StoryText, counts_of, stories_of

__all__ = ["MOST_AT_ONCE", "tell_stories"]

MOST_AT_ONCE = 5_000
"""Without the core so many texts at most, which takes half a minute, unless they are asked for."""


def tell_stories(
    storage: DurableStorage,
    analyzer: Analyzer,
    generation: int,
    segments: Sequence[Any],
    *,
    afresh: bool = False,
) -> FileFacts | None:
    """Write the stories of the commit `generation`, whose groups are on disk.

    Arguments:
        segments: those of the commit, in order.
        afresh: somebody asks for them now, however many texts there are.

    Returns what the manifest is to say of the file; None if there are too many texts.

    Raises:
        OSError, CorruptIndexError, IndexDamagedError: a file cannot be read or written.

    Cost: reads all texts.  With the core three tenths of a millisecond for each, without it
    some five.
    """
    with ExitStack() as stack:
        opened = []
        for segment in segments:
            opened.append(open_segment(storage, segment))
            stack.callback(opened[-1].close)
        counts = [one.count for one in opened]
        groups = StoredGroups(storage.read_whole(groups_name(generation)), counts)
        texts = _Texts(opened, groups)
        core = native_core()
        if core is None and len(texts.order) > MOST_AT_ONCE and not afresh:
            return None
        if core is None:
            found: Sequence[int] = stories_of([texts.story_text(n, analyzer) for n in texts.order])
        else:
            days = array("i", map(texts.day, texts.order)).tobytes()
            told = core.Texts(analyzer.forms_of_distinct)
            found = array("I", told.stories(days, texts.title_and_body, analyzer.stems_of_distinct))
        first_of = {
            lead: texts.order[first] for lead, first in zip(texts.order, found, strict=True)
        }
        firsts = array("I", (first_of.get(lead, NO_LEAD) for lead in groups.leads))
        return write_stories(storage, generation, firsts, counts)


class _Texts:
    """The leads of a commit; `order` has their numbers in the order of articles."""

    def __init__(self, opened: Sequence[OpenSegment], groups: StoredGroups) -> None:
        self._opened = opened
        self._places = [(one, n) for one in opened for n in range(one.count)]
        self._days = array("i", itertools.chain.from_iterable(one.days() for one in opened))
        instants_us = [us for one in opened for us in one.dates_us()]
        lengths = [length for one in opened for length in one.lengths()]
        leads = [number for number, lead in enumerate(groups.leads) if lead == number]

        def key(number: int) -> tuple[bool, int, int]:
            instant_us = instants_us[number]
            return instant_us == MISSING_DATE, instant_us, -lengths[number]

        leads.sort(key=key)
        self.order: list[int] = []
        for _, equal in itertools.groupby(leads, key):
            tied = list(equal)
            self.order += tied if len(tied) == 1 else sorted(tied, key=self._id)

    def _id(self, number: int) -> str:
        opened, document = self._places[number]
        return opened.id(document)

    def day(self, number: int) -> int:
        """The day of publication, `NO_DAY` if it is not known."""
        return self._days[number]

    def title_and_body(self, place: int) -> tuple[str, str]:
        """The words of the text at a place in the order.  Cost: decompresses it."""
        opened, document = self._places[self.order[place]]
        stored = opened.stored(document)
        return stored["title"], stored["body"]

    def story_text(self, number: int, analyzer: Analyzer) -> StoryText:
        """The text of a lead as `stories_of` takes it."""
        opened, document = self._places[number]
        stored = opened.stored(document)
        title, body = (analyzer.stems(analyzer.forms(stored[name])) for name in ("title", "body"))
        day = self._days[number]
        return StoryText(None if day == NO_DAY else day, counts_of(title, body))
