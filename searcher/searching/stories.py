"""Which texts are about the event of an article, and which words tie them together?

Stories are found while indexing (`copies/stories.py`, `codec/stories.py`).  A story is shown by
its texts in order of publication, each by its lead, with the number of its copies.

**The words that tie it** are the stems that half of its texts have (two at least) and that are
rare in the archive: those with the largest sum, over the texts, of what a word weighs there by
the formula of stories, as they are mostly written in these texts.  Stop words and what has
digits are left out.  Of a long story the first `_MOST_READ` texts are read for it.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any, NamedTuple

from searcher.analysis import Analyzer
from searcher.article import Article
from searcher.codec.groups import NO_LEAD
from searcher.codec.schema import article_of
from searcher.copies.stories import counts_of, weights_of
from searcher.searching.budget import Budget
from searcher.searching.copies import known_groups, known_stories, order_of, place_of
from searcher.searching.executor import Executor
from searcher.searching.snapshot import Snapshot

__all__ = ["Story", "StoryArticle", "find_story"]

_MOST_READ = 100
_WORDS = 8
_WORDS_OF_A_TEXT = 5
_SHORTEST = 2


class StoryArticle(NamedTuple):
    """A text of a story, by the earliest article that has it; `copies` more have it.  `words` are
    those of the words that tie the story which it has, the weightiest first."""

    id: str
    title: str
    source: str | None
    date: dt.datetime | dt.date | None
    url: str | None
    path: str | None
    copies: int
    words: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The text as JSON values."""
        values = self._asdict()
        values["date"] = self.date.isoformat() if self.date else None
        values["words"] = list(self.words)
        return values


@dataclass(frozen=True, slots=True)
class Story:
    """A story: the article that was asked about, the words that tie its texts, and these in
    order of publication."""

    id: str
    words: tuple[str, ...]
    texts: tuple[StoryArticle, ...]

    @property
    def article_count(self) -> int:
        """How many articles have one of the texts."""
        return sum(1 + text.copies for text in self.texts)

    def to_dict(self) -> dict[str, Any]:
        """The story as JSON values."""
        return {
            "id": self.id,
            "words": list(self.words),
            "articles": self.article_count,
            "texts": [text.to_dict() for text in self.texts],
        }


def find_story(
    id: str, snapshot: Snapshot, executor: Executor, analyzer: Analyzer, budget: Budget
) -> Story:
    """The story of the article `id`; a beginning that only one id has will do.

    Raises:
        ArticleNotFoundError: there is none, or more than one.
        IndexStateError: stories were not looked for.
        DeadlineError: the time of `budget` has passed.

    Cost: reads its texts, some milliseconds each for the first hundred.
    """
    groups, stories = known_groups(snapshot), known_stories(snapshot)
    view, document = snapshot.find(id)
    asked = view.id(document)
    number = groups.bases[snapshot.segments.index(view)] + document
    leads = [number]
    if groups.leads[number] != NO_LEAD:
        own = stories.firsts[number]
        found = (n for n, first in enumerate(stories.firsts) if first == own)
        leads = [n for n in found if groups.leads[n] == n]
        leads.sort(key=lambda n: order_of(snapshot, *place_of(groups, n)))
    articles: list[Article] = []
    for n in leads:
        budget.enter("reading the texts of the story", f"{len(articles):,} of {len(leads):,}")
        segment, within = place_of(groups, n)
        articles.append(article_of(snapshot.segments[segment].stored(within)))
    texts = [_Words(article, analyzer) for article in articles[:_MOST_READ]]
    stems = _tying_stems(texts, executor, snapshot, analyzer)
    forms: Counter[str] = Counter()
    for text in texts:
        forms.update(text.forms)
    written: dict[str, str] = {}
    for form in sorted(forms, key=lambda form: (-forms[form], form)):
        written.setdefault(analyzer.stem(form), form)
    members = tuple(
        StoryArticle(
            *(article.id, article.title, article.source, article.date),
            *(article.url, article.path),
            copies=len(groups.members_of(n)) - 1,
            words=tuple(
                written[stem]
                for stem in stems
                if place < len(texts) and stem in texts[place].counts
            )[:_WORDS_OF_A_TEXT],
        )
        for place, (n, article) in enumerate(zip(leads, articles, strict=True))
    )
    return Story(asked, tuple(written[stem] for stem in stems), members)


class _Words:
    """The forms of a text, and how often each stem counts in it."""

    def __init__(self, article: Article, analyzer: Analyzer) -> None:
        title, body = analyzer.forms(article.title), analyzer.forms(article.body)
        self.forms = [*title, *body]
        self.counts = counts_of(analyzer.stems(title), analyzer.stems(body))


def _tying_stems(
    texts: list[_Words], executor: Executor, snapshot: Snapshot, analyzer: Analyzer
) -> list[str]:
    if len(texts) < 2:
        return []
    holders: Counter[str] = Counter()
    for text in texts:
        holders.update(text.counts.keys())
    stems = sorted({stem for text in texts for stem in text.counts})
    frequencies = dict(zip(stems, executor.stem_frequencies(stems), strict=True))
    # A stem that only a title has may be in more texts than articles were counted.
    known = {stem: max(frequencies[stem], 1) for stem in stems}
    weights: Counter[str] = Counter()
    for text in texts:
        units = weights_of(text.counts, known, max(snapshot.document_count, 1))
        weights.update({stem: unit for stem, unit in units.items() if unit > 0})
    stop_stems = set(analyzer.stems(analyzer.stop_words))
    telling = [
        stem
        for stem in stems
        if holders[stem] >= max(2, len(texts) / 2)
        and weights[stem] > 0
        and len(stem) >= _SHORTEST
        and stem not in stop_stems
        and not any(map(str.isdigit, stem))
    ]
    return sorted(telling, key=lambda stem: (-weights[stem], stem))[:_WORDS]
