"""What does the page of an article show?

Its text as it is stored, in numbered paragraphs, with what the query matched marked; the walk
from hit to hit and from article to article of the search; citations; who else had the text, and
what was changed in it.  Everything is there without a script: the hit that is meant is a
parameter of the URL.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from searcher.archive import Archive
from searcher.article import Article
from searcher.errors import QueryError
from searcher.exporting.citing import cite_article
from searcher.headline import is_first_sentence
from searcher.searching.copies import GroupedArticle
from searcher.serving import answers
from searcher.serving.links import ArticleLink, Links, SearchLink
from searcher.serving.pages.page import Page, Redirect, Timer
from searcher.serving.pages.search import PER_PAGE
from searcher.serving.pages.shown import Piece, count_odd, paragraphs_of, pieces_of

__all__ = ["article_page"]


_FORMS = (
    ("plain", "Plain"), ("markdown", "Markdown"), ("ris", "RIS"), ("bibtex", "BibTeX"),
    ("json", "CSL-JSON"),
)  # fmt: skip


class Citation(NamedTuple):
    """A citation: its form, what that is called, and its text."""

    form: str
    label: str
    text: str


class Paragraph(NamedTuple):
    """A paragraph: its number, where it begins in the stored body, and its pieces."""

    number: int
    start: int
    pieces: list[Piece]


class Walk(NamedTuple):
    """Where an article stands in its search, and the articles beside it."""

    place: int
    total: int
    before: ArticleLink | None
    after: ArticleLink | None
    results: SearchLink


class HitWalk(NamedTuple):
    """How many places are marked, which one is shown, and where the ones beside it are."""

    total: int
    now: int
    before: str
    after: str


class Version(NamedTuple):
    """An older text of the article: when it was made, and what became of it, as pieces that
    stay (""), were taken out ("-") or put in ("+")."""

    article: Article
    changes: list[tuple[str, str]]


def article_page(
    archive: Archive,
    link: ArticleLink,
    parameters: Mapping[str, str],
    *,
    links: Links,
    left_s: float | None = None,
    show_paths: bool = False,
) -> Page | Redirect:
    """The page of the article that `link` names.

    Arguments:
        parameters: what the URL says besides: `hit`, the place that is shown.
        left_s: seconds that all of it may take.
        show_paths: whether the file that the article was read from is named.

    Raises:
        ArticleNotFoundError: no article, or more than one, has the id.
        DeadlineError, IndexStateError: as `Archive.search`.
    """
    timer = Timer(left_s)
    article = archive.get(link.id)
    if article.id != link.id:
        return Redirect(link.changed(id=article.id).path, 308)
    context: dict[str, Any] = {
        "title": article.title or "(no headline)",
        "article": article,
        "begins": is_first_sentence(article.title, article.body),
        "link": link,
        "q": link.q,
        "path": article.path if show_paths else None,
        "citations": [
            Citation(form, label, cite_article(article, form).replace("\r\n", "\n").strip())
            for form, label in _FORMS
        ],
        "permalink": ArticleLink(article.id),
        "odd": count_odd(article.title) + count_odd(article.body),
        "walk": None,
        "hits": None,
        "failed": None,
        **_texts(archive, article),
    }
    title_marks: tuple[tuple[int, int], ...] = ()
    body_marks: tuple[tuple[int, int], ...] = ()
    if link.q.strip():
        try:
            marks = archive.marks(article.id, link.q)
            title_marks, body_marks = marks.title, marks.body
            context["walk"] = _walk(archive, link, timer)
        except QueryError as error:
            context["failed"] = error.reason
    context["title_pieces"] = pieces_of(article.title, title_marks)
    context["paragraphs"] = [
        Paragraph(number, start, pieces)
        for number, (start, pieces) in enumerate(
            paragraphs_of(article.body, body_marks, 1 + len(title_marks)), 1
        )
    ]
    if total := len(title_marks) + len(body_marks):
        context["hits"] = _hit_walk(link, links, total, parameters.get("hit", ""))
    return Page("article.html", context)


def _hit_walk(link: ArticleLink, links: Links, total: int, asked: str) -> HitWalk:
    is_number = asked.isascii() and asked.isdecimal() and len(asked) < 8
    now = min(max(int(asked), 1), total) if is_number else 0

    def to(number: int) -> str:
        number = (number - 1) % total + 1  # the first again after the last
        return f"{links.to(link.changed(fragment=''))}&hit={number}#hit-{number}"

    return HitWalk(total, now, to(now - 1 if now > 1 else total), to(now + 1))


def _walk(archive: Archive, link: ArticleLink, timer: Timer) -> Walk | None:
    """The neighbours of the article in its search; None if it does not stand where it is said
    to, since the archive has changed."""
    if link.place is None:
        return None
    first = max(link.place - 1, 1)
    results = answers.search(
        archive,
        link.q,
        limit=link.place + 2 - first,
        offset=first - 1,
        sort=link.sort,
        copies=link.copies,
        left_s=timer.left(),
    )
    ids = [hit.id for hit in results]
    at = link.place - first
    if at >= len(ids) or ids[at] != link.id:
        return None
    total = results.counts.texts if results.counts is not None else results.total
    beside = [
        link.changed(id=ids[at + step], place=link.place + step)
        if 0 <= at + step < len(ids)
        else None
        for step in (-1, 1)
    ]
    page = (link.place - 1) // PER_PAGE["list"] + 1
    back = SearchLink(link.q, sort=link.sort, copies=link.copies, page=page)
    return Walk(link.place, total, beside[0], beside[1], back)


def _texts(archive: Archive, article: Article) -> dict[str, Any]:
    """Who else has the text, and which texts the article had before."""
    copies: list[GroupedArticle] = []
    versions: list[GroupedArticle] = []
    if archive.has_groups:
        group = archive.copies(article.id)
        copies = [one for one in group.articles if one.id != article.id]
        versions = list(group.versions)
    earlier = archive.versions(article.id)
    changes = [
        Version(before, _changes(archive, before, after)) for before, after in pairwise(earlier)
    ]
    return {"copies": copies, "kin": versions, "versions": changes}


def _changes(archive: Archive, before: Article, after: Article) -> list[tuple[str, str]]:
    found = archive.diff(before, after)
    changed = []
    for text in (found.title, found.body):
        for span in text.changes:
            if removed := text.a[span.a_start : span.a_end].strip():
                changed.append(("-", removed))
            if added := text.b[span.b_start : span.b_end].strip():
                changed.append(("+", added))
    return changed
