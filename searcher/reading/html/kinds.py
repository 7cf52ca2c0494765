"""What is a page that is no article?

`no_article` names section fronts and error pages.  A front is a row of headlines that are
links, each with a line or two below it, on a page that declares no article and no day: its
words belong to many stories, and as one article it would answer for all of them.  An error
page says so in its title or headline, and little else.

A page that declares an article, a day or an author is one, whatever it looks like; of prose
that runs on for some paragraphs no front is made.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from searcher.reading.html.blocks import TextBlock
from searcher.reading.html.linked_data import NodeObject

__all__ = ["no_article"]

_ERROR = re.compile(
    r"^\W*(?:(?:error|fehler|erreur|http)?\W*(?:40[0134]|410|429|50[0234])\b(?!\s*(?:things|ways|"
    r"people|years|million|jobs|km|m\b)).{0,60}|"
    r"(?:page|seite|article|story|site|file|url)\s+(?:not|nicht|can ?not be|could not be|"
    r"no longer)\s+(?:found|gefunden|available|exists?).{0,40}|"
    r"(?:die )?seite (?:wurde )?nicht gefunden.{0,40}|"
    r"(?:the )?page (?:you(?:'|’)?re looking for|you requested|isn(?:'|’)t available|"
    r"does not exist).{0,60}|page (?:introuvable|non trouvée)|página no encontrada|"
    r"página não encontrada|"
    r"pagina (?:non trovata|niet gevonden)|strona nie (?:została )?znalezion\w+|"
    r"страница не найдена|ページが見つかりません.{0,20}|页面不存在|找不到(?:网页|页面)|"
    r"access (?:to this page )?(?:has been )?denied.{0,40}|forbidden|service unavailable|"
    r"just a moment\W*|attention required.{0,40}|are you a (?:robot|human)\W*|"
    r"(?:please )?verify(?:ing)? you are (?:a )?human.{0,40}|security check|"
    r"checking your browser.*|"
    r"bad gateway|too many requests|gateway time-?out|internal server error|"
    r"(?:website|site|server) (?:is )?(?:currently )?(?:unavailable|offline))\W*$",
    re.I,
)
_DECLARED = (
    "article:published_time", "article:author", "parsely-pub-date", "datepublished", "pubdate",
    "citation_title", "dc.date.issued", "author",
)  # fmt: skip
_LONGEST_ERROR = 900
_LONGEST_RUN = 500  # characters of prose without a headline between, in a front
_LEAST_HEADLINES = 4


def no_article(
    titles: list[str],
    metas: Mapping[str, str],
    article: NodeObject,
    blocks: list[TextBlock],
    inside: list[TextBlock],
    lines: list[str],
) -> str | None:
    """Return what a page is instead of an article, or None if it may be one.

    Arguments:
        titles: its headline and its title.
        metas: its meta tags, by name.
        article: what it declares of an article in JSON-LD.
        blocks: its lines.
        inside: those of the article, if it is one.
        lines: the paragraphs found.
    """
    if article or any(metas.get(name) for name in _DECLARED):
        return None
    if metas.get("og:type", "").lower() in ("article", "news", "newsarticle", "news.article"):
        return None
    length = sum(map(len, lines))
    if length < _LONGEST_ERROR:
        said = next((title for title in titles if _ERROR.match(title)), None)
        if said is not None:
            return f"an error page ({said.strip()[:60]!r}), no article"
    return "a section front, no article" if _is_front(blocks, inside) else None


def _is_front(blocks: list[TextBlock], inside: list[TextBlock]) -> bool:
    if not inside:
        return False
    held = {id(block) for block in inside}
    numbers = [n for n, block in enumerate(blocks) if id(block) in held]
    headlines, plain, run, longest = 0, 0, 0, 0
    for block in blocks[numbers[0] : numbers[-1] + 1]:
        heading = block.tag in ("h2", "h3", "h4", "h5") or block.text.count(" ") > 3
        if block.links > 0.8 and 12 <= len(block.text) <= 200 and heading:
            headlines += 1
            longest, run = max(longest, run), 0
        elif block.tag in ("h2", "h3", "h4", "h5") and block.links < 0.5:
            plain += 1
        elif id(block) in held and len(block.text) > 30:
            run += len(block.text)
    if headlines < max(_LEAST_HEADLINES, 2 * plain):
        return False
    return max(longest, run) < _LONGEST_RUN
