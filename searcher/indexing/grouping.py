"""Which groups and stories has the commit at hand, and what is its manifest to say of them?

Copies are looked for at each commit (`copies.py`) unless somebody does not want it, stories
(`stories.py`) where somebody does.  Where another commit follows soon the core leaves both to
that one, because it groups all articles at once quicker than again and again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from searcher.analysis import Analyzer
from searcher.codec.checksums import FileFacts
from searcher.codec.core import native_core
from searcher.codec.manifest import GROUPING_OFF, GROUPING_ON, Manifest
from searcher.codec.storage import DurableStorage
from searcher.copies.verification import Rules
from searcher.indexing.copies import Grouper
from searcher.indexing.stories import tell_stories

__all__ = ["CommitGrouping", "CommitGroups"]


class CommitGroups(NamedTuple):
    """What a manifest says of groups and stories (`codec/manifest.py`)."""

    grouping: str
    groups: FileFacts | None = None
    keeps_stories: bool = False
    stories: FileFacts | None = None
    rules: tuple[int, int] | None = None


class CommitGrouping:
    """Makes the groups of the commits of one session."""

    def __init__(self) -> None:
        self._groups_wanted: bool | None = None
        self._stories_wanted: bool | None = None
        self._rules_wanted: Rules | None = None

    @contextmanager
    def wanting(
        self,
        *,
        groups: bool | None = None,
        stories: bool | None = None,
        rules: Rules | None = None,
    ) -> Iterator[None]:
        """What somebody wants from the next commit on; None leaves it as it was.  Other `rules`
        need groups anew."""
        self._groups_wanted, self._stories_wanted, self._rules_wanted = groups, stories, rules
        try:
            yield
        finally:
            self._groups_wanted = self._stories_wanted = self._rules_wanted = None

    def goes_on(self, now: Manifest) -> bool:
        """Whether copies are looked for as before, and not for the first time or anew."""
        return now.grouping == GROUPING_ON and self._groups_wanted is None

    def owes(self, now: Manifest) -> bool:
        """Whether copies or stories were left to a commit that never came."""
        is_on = now.grouping == GROUPING_ON and bool(now.segments)
        return is_on and (now.groups is None or (now.keeps_stories and now.stories is None))

    def make(
        self,
        storage: DurableStorage,
        analyzer: Analyzer,
        before: Manifest,
        generation: int,
        segments: Sequence[Any],
        *,
        more_to_come: bool,
    ) -> CommitGroups:
        """Find the copies among the articles of `segments`, and the stories.

        Raises:
            OSError, CorruptIndexError, IndexDamagedError: a file cannot be read or written.
        """
        rules = Rules.kept(before.rules) if self._rules_wanted is None else self._rules_wanted
        kept = None if rules == Rules() else (rules.cover_percent, rules.near_days)
        if self._groups_wanted is False:
            return CommitGroups(GROUPING_OFF, rules=kept)
        keeps = before.keeps_stories if self._stories_wanted is None else self._stories_wanted
        afresh = self._groups_wanted is True
        is_asked = afresh or self._stories_wanted is not None
        is_on = before.grouping == GROUPING_ON and not is_asked
        if is_on and more_to_come and native_core() is not None:
            return CommitGroups(GROUPING_ON, None, keeps, rules=kept)
        grouper = Grouper(storage, analyzer, rules)
        grouping, groups = grouper.group(before, generation, segments, afresh=afresh)
        stories = None
        if keeps and groups is not None:
            asked = self._stories_wanted is True
            stories = tell_stories(storage, analyzer, generation, segments, afresh=asked)
        return CommitGroups(grouping, groups, keeps, stories, kept)
