"""What answers `articles`: one whole article, and where a query stands in it?"""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from searcher.exporting.citing import CITATION_FORMS, cite_article
from searcher.searching.citations import body_hash
from searcher.serving.answering import attached
from searcher.serving.api.endpoint import Answer, Asked, Endpoint
from searcher.serving.parameters import QUERY, Parameter
from searcher.serving.shapes import ArticleShape, OccurrencesShape, article_shape

__all__ = ["ENDPOINTS", "ID"]

ID = Parameter(
    "id", "The id of an article, or a beginning that only one id has.", place="path", least=1,
    most=200,
)  # fmt: skip


def _article(asked: Asked) -> Answer:
    article = asked.service.archive.get(asked["id"])
    links = asked.service.links
    if article.id != asked["id"]:
        location = links.api(f"articles/{quote(article.id, safe='')}")
        return Answer(None, 308, headers={"Location": location})
    shape = article_shape(article, links, show_paths=asked.service.settings.show_paths)
    return Answer(shape)


def _occurrences(asked: Asked) -> Answer:
    archive = asked.service.archive
    article = archive.get(asked["id"])
    if article.id != asked["id"]:
        there = f"articles/{quote(article.id, safe='')}/occurrences"
        location = asked.service.links.api(there, q=asked["q"])
        return Answer(None, 308, headers={"Location": location})
    marks = archive.marks(article.id, asked["q"])
    return Answer(
        OccurrencesShape(
            id=article.id,
            query=asked["q"],
            title=list(marks.title),
            body=list(marks.body),
            byline=[list(runs) for runs in marks.byline],
            body_sha256=body_hash(article),
        ),
        hits=len(marks.title) + len(marks.body),
    )


async def _citation(request: Request, asked: Asked) -> Response:
    """A citation, as a file of its form."""
    service, form = asked.service, CITATION_FORMS[asked["format"]]
    article = await service.run(lambda left_s: service.archive.get(asked["id"]), request)
    if article.id != asked["id"]:
        there = f"articles/{quote(article.id, safe='')}/citation"
        return RedirectResponse(service.links.api(there, format=form.name), 308)
    text = cite_article(article, form.name)
    name = None if form.name == "plain" else f"citation{form.extension}"
    return attached(text.encode("utf-8", "replace"), form.media_type, name)


_PROBLEMS = ("parameter", "not-found", "ambiguous-id", "busy", "deadline", "index")
# Ids may hold slashes, as those of many exports do: what follows an id is looked for first.
ENDPOINTS = (
    Endpoint(
        "/articles/{id}/occurrences",
        "occurrences",
        "Where in an article the words of a query stand, in characters of the stored text.",
        (ID, QUERY),
        OccurrencesShape,
        _occurrences,
        problems=("query", "too-large", *_PROBLEMS),
    ),
    Endpoint(
        "/articles/{id}/citation",
        "citation",
        "The citation of an article, in one of five forms.",
        (
            ID,
            Parameter("format", "The form.", usual="plain", choices=tuple(CITATION_FORMS)),
        ),
        str,
        respond=_citation,
        media_types=tuple(form.media_type for form in CITATION_FORMS.values()),
        problems=_PROBLEMS,
        is_cached=False,
    ),
    Endpoint(
        "/articles/{id}",
        "article",
        "A whole article, with the hash of its text.",
        (ID,),
        ArticleShape,
        _article,
        problems=_PROBLEMS,
    ),
)
