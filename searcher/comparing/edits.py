"""Which changes of an article matter most?

Its headline, and the figures in it: a number, in digits or in English words, that another
came for.  What was added or taken out with its sentence is no figure that changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from searcher.analysis.tokens import tokenize
from searcher.comparing.articles import compare_articles
from searcher.comparing.sentences import Sentence, sentences
from searcher.comparing.texts import DiffSpan, TextDiff

if TYPE_CHECKING:
    from searcher.article import Article

__all__ = ["Edit", "edits_between"]

_NUMBER_WORDS = frozenset(
    {"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"}
    | {"eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"}
    | {"nineteen", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"}
    | {"hundred", "hundreds", "thousand", "thousands", "million", "millions", "billion"}
    | {"billions", "trillion", "trillions", "dozen", "dozens", "half"}
)
# Words that a change may have and still be one of figures: what is longer was rewritten.
_MOST_WORDS = 12


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of the headline, or of a figure in `field` ("title" or "body").

    `before` and `after` stand at `a_start` to `a_end` of the older text and `b_start` to
    `b_end` of the newer one; `was` and `now` are the sentences, or headlines, around them.
    """

    kind: Literal["headline", "figure"]
    field: Literal["title", "body"]
    before: str
    after: str
    was: str
    now: str
    a_start: int
    a_end: int
    b_start: int
    b_end: int

    def to_dict(self) -> dict[str, Any]:
        """The edit as JSON values."""
        return {
            "kind": self.kind,
            "field": self.field,
            "before": self.before,
            "after": self.after,
            "was": self.was,
            "now": self.now,
            "a": [self.a_start, self.a_end],
            "b": [self.b_start, self.b_end],
        }


def edits_between(a: Article, b: Article) -> list[Edit]:
    """The edits from the version `a` of an article to the next, `b`, in the order of the text.

    Cost: that of comparing them, and where a figure changed of finding the sentences.
    """
    diff = compare_articles(a, b)
    found = []
    if any(span.kind != "spaced" for span in diff.title.changes):
        ends = (0, len(a.title), 0, len(b.title))
        found.append(Edit("headline", "title", a.title, b.title, a.title, b.title, *ends))
    figures = list(_figures(diff.body))
    if figures:
        old, new = sentences(a.body), sentences(b.body)
        for span in figures:
            found.append(
                Edit(
                    "figure",
                    "body",
                    a.body[span.a_start : span.a_end],
                    b.body[span.b_start : span.b_end],
                    _around(a.body, old, span.a_start, span.a_end),
                    _around(b.body, new, span.b_start, span.b_end),
                    span.a_start,
                    span.a_end,
                    span.b_start,
                    span.b_end,
                )
            )
    return found


def _figures(diff: TextDiff) -> Iterator[DiffSpan]:
    for span in diff.changes:
        if span.kind != "replaced":
            continue
        before = tokenize(diff.a[span.a_start : span.a_end])
        after = tokenize(diff.b[span.b_start : span.b_end])
        if len(before) > _MOST_WORDS or len(after) > _MOST_WORDS:
            continue
        old, new = list(filter(_is_figure, before)), list(filter(_is_figure, after))
        if old and new and list(map(_bare, old)) != list(map(_bare, new)):
            yield span


def _is_figure(token: str) -> bool:
    return any(map(str.isdigit, token)) or token.lower() in _NUMBER_WORDS


def _bare(figure: str) -> str:
    """A figure by its digits: 1,000 and 1000 are one, and so are Ten and ten."""
    return figure.replace(",", "").lower()


def _around(text: str, all_of_them: Sequence[Sentence], start: int, end: int) -> str:
    """The sentences that a run of characters lies in."""
    touched = [one for one in all_of_them if one.start < end and one.end > start]
    return text[touched[0].start : touched[-1].end] if touched else text[start:end]
