"""Which of the new articles have the same text, and which have one that was there before?

An alert tells each new text once, by the earliest of the new articles that have it, and names the
others beside it.  A new article with the text of an older one that answers too is a late copy: its
text was told when that one came, or was there before the alert.  So it is named at the end, and no
news.  Each new article is in a delivery once: as a hit, as a copy of one, or as a late copy.

What is a copy of what is known from indexing (`searching/copies.py`), and only of articles that
answer the query anything is said here.  Where copies were not looked for each article is a hit.
Nothing is kept of what was told: what the archive holds says it, so a group that is another one
since the last run takes no article away and repeats none.
"""

from __future__ import annotations

from collections.abc import Sequence

from searcher.alerting.fresh import Answers
from searcher.codec.schema import instant_us
from searcher.searching.copies import Folding
from searcher.searching.results import Copies, CopyOf, Hit
from searcher.searching.view import View

__all__ = ["told"]


def told(
    view: View, found: Answers, keys: Sequence[int], *, folds: bool
) -> tuple[list[Hit], list[CopyOf]]:
    """The articles `keys` of `found` as hits, the newest first, and those that are late copies.

    Arguments:
        folds: whether each text is told once.

    Raises:
        IndexDamagedError: what is known of copies is damaged.

    Cost: analyses each hit.
    """
    matches = [found.matches[key] for key in keys]
    if not folds or view.snapshot.groups is None:
        return _newest_first(found.hits(view, matches)), []
    # What is told next time is no older text yet.
    folding = Folding(view.snapshot)
    known = folding.texts_of(found.others).keys()
    hits: list[Hit] = []
    late: list[CopyOf] = []
    for lead, members in folding.texts_of(matches).items():
        articles = folding.named(members)
        if lead in known:
            late += [copy for _, copy in articles]
            continue
        (shown, _), *others = articles
        (hit,) = found.hits(view, [shown])
        hits.append(hit._replace(copies=Copies(len(others), tuple(copy for _, copy in others))))
    return _newest_first(hits), late


def _newest_first(hits: list[Hit]) -> list[Hit]:
    return sorted(hits, key=lambda hit: (-instant_us(hit.date), hit.id))
