"""Which of a page's headlines is the article's, and what does its title say besides?

A page has up to five: the visible `<h1>`, JSON-LD's `headline`, Open Graph's title, that of
other meta tags, and `<title>`.  The visible one is found as the `<h1>` that agrees best with
the declared ones; the name of the site, often an `<h1>` too, is none: it leads home.  Where
JSON-LD declares the headline of one article, and it is more than the visible one cut short or
with the site's name joined on, it is taken as declared: it is the desk's, where `<h1>` and
`<title>` are often written for search engines.  The name of the site at the end is cut off.

Two headlines agree by the words that they have in common.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from itertools import islice

from searcher.reading.html.evidence import Evidence
from searcher.reading.html.linked_data import NodeObject, first_text
from searcher.reading.html.tree import Node, Page, attribute, text_of
from searcher.reading.html.words import STOP_HEADING
from searcher.reading.markup import strip_tags, unescape
from searcher.reading.prose import clean_line

__all__ = ["agreement", "headline_of", "same_words", "site_in_title", "words_of"]

_NO_LETTER = re.compile(r"[\W_]+")
# Between headline and site: a bar, a dash with blanks, and what papers without blanks use.
_SITE_TAIL = re.compile(
    r"\s+(?:[|·•»«]|[-–—]|::|//)\s+|\s*[｜丨ㅣ]\s*|\s*\|\s*|_(?=[^\x00-\x7f])|--"
)
_SECTION_TAIL = re.compile(r"\s*[-－]\s*[\u3040-\u9fff\uac00-\ud7af]{1,6}$")
# The title of the work, as libraries write it; Open Graph's is written to be shared.
_DUBLIN_CORE = ("dc:title", "dc.title", "dcterms.title", "dcterms:title", "dcterm:title")
_META_TITLES = (
    *_DUBLIN_CORE, "parsely-title", "sailthru.title", "citation_title",
    "weibo:article:title", "weibo:webpage:title", "headline", "article:title", "title",
)  # fmt: skip
_HOME = re.compile(r"(?:(?:https?:)?//[^/?#]+/?|/|\.{1,2}/)(?:index\.\w+)?$")
_LINK_MARK = re.compile(r"\s*[¶#§]$")


def headline_of(
    page: Page, metas: Mapping[str, str], article: NodeObject, sites: Iterable[str] = ()
) -> tuple[str, Evidence]:
    """Return the headline, and where it came from.

    Arguments:
        sites: names of the site, as far as they are known.
    """
    names = {same_words(name) for name in (*sites, metas.get("og:site_name", ""))} - {""}
    parts = _title_parts(page)
    if len(parts) > 1 and len(words_of(parts[-1])) < 5:
        tail = same_words(parts[-1])
        headings = (same_words(text_of(node)) for node in page.named("h1")[:5])
        # The headline with the site's name below it; of two parts both may be the headline's.
        whole = same_words(parts[0]) + tail if len(parts) > 2 else ""
        if not any(tail in text and text != whole for text in headings):
            names.add(tail)
    linked = clean_line(strip_tags(unescape(first_text(article.get("headline")))))
    linked = _without_site(linked, names)
    graph = clean_line(unescape(metas.get("og:title", "") or metas.get("twitter:title", "")))
    graph = _without_site(graph, names)
    titles = [part for part in parts if same_words(part) not in names] or parts
    title = max(titles, key=len, default="")
    title = _SECTION_TAIL.sub("", title) if len(title) > 12 else title
    other = next((clean_line(metas[name]) for name in _META_TITLES if metas.get(name)), "")
    core = next((clean_line(metas[name]) for name in _DUBLIN_CORE if metas.get(name)), "")
    if other and len(words_of(other)) > 2 and same_words(graph).startswith(same_words(other)):
        graph = other  # without the section and the site
    shown, sure = _shown(page, [linked, graph, *titles, other], names)
    shown = _without_site(shown, names)
    for text in (linked, graph, *titles, other):  # the site's name set below, in the same element
        rest = same_words(shown).removeprefix(same_words(text)) if len(words_of(text)) > 2 else ""
        shown = text if rest in names else shown
    if shown and sure >= 0.5:
        # A topic set above the headline often stands inside the same element.
        inner = next((t for t in (linked, graph) if t and _is_tail(t, shown)), "")
        shown = inner or shown
        if linked and _goes_before(linked, shown, graph, _whole_title(page)):
            return linked, Evidence("title", linked, "JSON-LD headline", 0.8)
        return shown, Evidence("title", shown, "h1", round(0.5 + 0.45 * sure, 2))
    # A lone headline of some words is one, even if nothing that is declared agrees with it.
    # One that is a link leads to another story.
    tops = [
        n
        for n in page.named("h1")
        if not STOP_HEADING.match(text_of(n)) and not _leads_home(n, page)
    ]
    linking = any(
        text_of(node) == text_of(top)
        for top in tops[:1]
        for node in page.inside(top)[1:9]
        if node.name == "a"
    )
    lone = shown if len(tops) == 1 and len(words_of(shown)) > 3 and not linking else ""
    for text, origin, confidence in (
        (lone, "h1", 0.6),
        (linked, "JSON-LD headline", 0.8),
        (_without_site(core, names), "meta dc:title", 0.7),
        (graph, "meta og:title", 0.7),
        (other, "meta title", 0.6),
        (_marked(page), "itemprop headline", 0.6),
        (title, "title element", 0.5),
        (shown, "h1", 0.3),
    ):
        if text:
            return text, Evidence("title", text, origin, confidence)
    return "", Evidence("title", "", "nothing", 0.0)


def _title_parts(page: Page) -> list[str]:
    return [part for part in _SITE_TAIL.split(_whole_title(page)) if part.strip()]


def _whole_title(page: Page) -> str:
    tag = page.first("title")
    return clean_line(text_of(tag)) if tag else ""


def _marked(page: Page) -> str:
    nodes = page.marked("headline")
    return clean_line(text_of(nodes[0])) if nodes else ""


def _shown(page: Page, given: list[str], sites: set[str]) -> tuple[str, float]:
    """Return the `<h1>` that agrees best with the declared headlines, and how well it does."""
    best, best_score = "", 0.0
    headings = page.named("h1")[:20]
    others = [words for text in given if (words := words_of(text))]
    for heading in headings:
        text = _LINK_MARK.sub("", clean_line(text_of(heading)))
        words = words_of(text)
        if not words or same_words(text) in sites or _leads_home(heading, page):
            continue
        score = max((agreement(words, other) for other in others), default=0.5)
        if score > best_score:
            best, best_score = text, score
    if not best and len(headings) == 1 and not _leads_home(headings[0], page):
        best = clean_line(text_of(headings[0]))
        if same_words(best) in sites:
            best = ""
    return best, best_score


def _leads_home(heading: Node, page: Page) -> bool:
    """Say whether a heading is a link to the front page, as the site's name is."""
    around = [*page.inside(heading)[1:9], *islice(heading.parents, 3)]
    return any(node.name == "a" and _HOME.match(attribute(node, "href")) for node in around)


def _goes_before(linked: str, shown: str, graph: str, title: str) -> bool:
    """Say whether what JSON-LD calls the headline is better than the visible one.

    It is where Open Graph has it too, and where the visible one is that of all other places,
    as in systems that show and announce one line made for search engines.  Where JSON-LD and
    `<title>` stand against the page and Open Graph, they are that line.
    """
    own, seen, announced = same_words(linked), same_words(shown), same_words(graph)
    if own == seen or own.startswith(seen):
        return False
    if own == announced:
        return True
    if own.endswith(seen):  # with a kicker before it
        return announced.startswith(own)
    if (
        not (announced and seen.startswith(announced))
        or not same_words(title).startswith(seen)
        or len(words_of(linked)) < 5
    ):
        return False
    common = set(words_of(linked)) & set(words_of(shown))
    return any(len(word) > 3 for word in common)


def _is_tail(text: str, whole: str) -> bool:
    tail, words = words_of(text), words_of(whole)
    return 2 < len(tail) < len(words) <= len(tail) + 6 and words[-len(tail) :] == tail


def _without_site(title: str, sites: set[str]) -> str:
    for _ in range(2):
        cuts = list(_SITE_TAIL.finditer(title))
        cut = cuts[-1] if cuts else None
        if cut is None or not cut.start():
            break
        tail = same_words(title[cut.end() :])
        if tail not in sites and tail.removesuffix("com") not in sites:
            break
        title = title[: cut.start()].rstrip()
    return title


def site_in_title(page: Page, headline: str) -> str | None:
    """Return "Site" of a `<title>` that reads "Headline | Site"."""
    tag = page.first("title")
    text = text_of(tag) if tag else ""
    parts = _SITE_TAIL.split(text)
    if len(parts) < 2 or not 0 < len(words_of(parts[-1])) < 6:
        return None
    said = agreement(words_of(parts[0]), words_of(headline)) > 0.5
    barred = text.rstrip().endswith(f"| {parts[-1].strip()}") and len(words_of(parts[0])) > 3
    return clean_line(parts[-1]) if said or barred else None


def same_words(text: str) -> str:
    """Return letters and digits of `text`, folded: equal for equal headlines."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return _NO_LETTER.sub("", text.casefold())


def words_of(text: str) -> list[str]:
    """Return the words of a headline, folded."""
    return re.findall(r"\w+", re.sub("['’‘`´]", "", text).casefold())


def agreement(a: list[str], b: list[str]) -> float:
    """Return the share of words that two headlines have in common (F1)."""
    common = len(set(a) & set(b))
    return 2 * common / (len(set(a)) + len(set(b))) if common else 0.0
