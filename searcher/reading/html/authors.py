"""Who wrote the article of a page?

Candidates are taken in the order of trust: JSON-LD, meta tags, microdata and `rel=author`
beside the text, then lines that look like a byline near the headline or below the text.
The first that names a person is taken; if a visible byline names the same people and more,
that one.  An outlet, a desk or an agency stands in only where a page declares it and nobody else;
the agencies beside people are kept apart.

Where nothing is declared a visible line has to look like a byline all through: it starts
with "By" or its like, or its element is called so, it names people of two words or more,
and it stands where bylines stand.  Names further off belong to other stories.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, islice

from searcher.reading.bylines import byline_names, is_agency, is_role
from searcher.reading.dates import date_in
from searcher.reading.html.blocks import TextBlock, stands_apart
from searcher.reading.html.evidence import Evidence
from searcher.reading.html.headline import same_words
from searcher.reading.html.linked_data import NodeObject, first_text, referred
from searcher.reading.html.tree import Node, Page, attribute, classes, text_of
from searcher.reading.html.words import CAMEL, WHOLE
from searcher.reading.markup import unescape
from searcher.reading.prose import clean_line

__all__ = ["Authors", "authors_of"]

# Dublin Core's names who made the text; a plain `author` is often the account that put it up.
_AUTHOR_METAS = (
    "dc.creator", "dcterms.creator", "dc:creator", "dcterm:creator", "dc.creator.author",
    "author", "article:author", "parsely-author", "sailthru.author", "byl", "citation_author",
    "article:author_name", "cxenseparse:author", "articleauthor", "og:author",
    "og:article:author", "authors", "article.author", "vr:author", "rbauthors", "creator",
    "dable:author", "mediator_author", "byline", "writer", "news_author", "twitter:data1",
)  # fmt: skip
_LABELLED = {"twitter:data1": "twitter:label1"}
_AUTHOR_LABEL = re.compile(r"by|author|autor|von|par|por|written|forfatter|auteur|作者|автор", re.I)
_BYLINE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:by(?=\s|$)|by-?line|author|autor|auteur|writer|reporter|redakteur|firma|"
    r"verfasser|journalist|contributor|post-?by|posted-?by|signature|skribent)",
    re.I,
)
_NOT_NAME_CLASS = re.compile(
    r"bio|desc|avatar|image|photo|social|follow|share|date|time|box|related|comment|about|img|"
    r"role|title|job|mail|more|link-?list|count|wrapper-?all",
    re.I,
)
_INNER_LEAD = re.compile(
    r"(?:(?<=\s)|(?<=^)|(?<=[|,.]))(?:[Bb]y|[Vv]on|[Pp]ar|[Pp]or|[Dd]oor|[Aa]v|[Aa]f|BY|VON)\s+"
    r"(?=[A-ZÀ-ÞЀ-Я])"
)
_LINE_LEAD = re.compile(
    r"^(?:\W{0,3})(?:(?:[Ww]ritten|[Rr]eported|[Pp]osted|[Ss]tory|[Tt]ext|[Ww]ords|[Pp]ublished|"
    r"[Rr]eport(?:ing)?|Ein \w+|Eine \w+)\s+)?(?:[Bb]y|BY|[Vv]on|VON|[Pp]ar|PAR|[Pp]or|POR|[Dd]i|"
    r"[Dd]oor|[Aa]v|[Aa]f|[Tt]ekst|[Tt]exte?|[Aa]ut(?:o|eu)r(?:in|en)?(?:[/*:]-?[Aa]?[Aa]?utor|[/*:]in)?|[Aa]uthors?|[Aa]utore|"
    r"[Rr]eporter|[Pp]rzez|Автор|Текст|Yazan|Oleh|Penulis)\s*:?\s+(?=[A-ZÀ-ÞЀ-Я])"
    r"|^(?:记者|記者|作者)\s*[:：/|丨]?\s*(?=\S)|^(?:文|撰文|取材・文|기자)\s*[:：/|丨]\s*(?=\S)"
    r"|^[가-힣]{2,4}\s*기자"
)
_CAPITAL = r"A-ZÀ-ÞĀ-ɏЀ-ЯḀ-ỿ"
_FULL_NAME = re.compile(
    rf"(?:[{_CAPITAL}][\w.'’-]*|d[ei']|van|von|der|den|la|le|al-\w+|bin|ter)(?:\s|"
    rf"$).*\s?\S*[{_CAPITAL}]\S*$|[\u3400-\u9fff\uac00-\ud7af\u3040-\u30ff]{{2,}}"
)
_NO_NAME = re.compile(
    r"\b(?:advertis|cookie|newsletter|share|comment|read|view|print|subscribe|login|sign|search|"
    r"menu|home|news|sport|video|photo|getty|images|picture alliance|copyright|rights|minutes?|"
    r"submitted|posted|published|updated|category|tags?|follow|bild|foto|mehr|alle|artikel|"
    r"archiv|kontakt|january|february|march|april|june|july|august|september|october|"
    r"november|december)\b|\d",
    re.I,
)
_BARS = re.compile(r"\s*[|•·]\s*")
_TWO_WORDS = re.compile(
    rf"[{_CAPITAL}][\w.'’-]+(?:\s(?:[a-z]{{1,3}}\s)?[{_CAPITAL}][\w.'’-]+){{1,2}}"
)
_AUTHOR_LABEL_ONLY = re.compile(r"\W*(?:aut(?:o|eu)r|author|autore|автор|作者|記者|记者)", re.I)
_AT_RIGHT = re.compile(r"text-align\s*:\s*right", re.I)
_SITE = re.compile(
    r"\.(?:com|net|org|de|fr|co|uk|at|ch|it|es|eu|info|news|pl|ru|cz|nl|tr)$|^https?:|/", re.I
)
_APART = re.compile(
    r"comment|related|recommend|sidebar|footer|teaser|latest|popular|repl(?:y|ies)|tweet|"
    r"carousel|most-?read",
    re.I,
)
_IN_BRACKETS = re.compile(r"\s*\([^()]*\)")
_MOST_PEOPLE_SHOWN = 6
_WITH = re.compile(r"\s*[,/&]\s*|\s(?:et|und|and|y|e|avec|mit|with|con|com)\s")
_LINKED = "link rel=author"
_UNDER = "byline under the headline"
_LONE = "the only byline of the page"


@dataclass(slots=True)
class Authors:
    """Who wrote an article, the agencies beside them, and what says so."""

    names: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    evidence: list[Evidence] = field(default_factory=list)


def authors_of(
    page: Page,
    metas: Mapping[str, str],
    article: NodeObject,
    nodes: list[NodeObject],
    blocks: list[TextBlock],
    *,
    place: tuple[int, int, int],
    sites: Iterable[str] = (),
) -> Authors:
    """Return the authors of a page's article.

    Arguments:
        blocks: the lines of the page.
        place: the numbers of the headline's line, and of the first and the last of the text.
        sites: names of the outlet, as far as they are known.
    """
    named = [*sites, *_houses(article, nodes)]
    bare = [_IN_BRACKETS.sub("", name) for name in named]  # "The Herald (www.herald.example)"
    outlets = {same_words(name) for name in (*named, *bare)} - {""}
    found = Authors()
    chosen: Candidate | None = None
    fallback: Candidate | None = None
    agencies: list[str] = []
    shown = list(_shown(page, blocks, place))
    candidates = chain(_declared(page, metas, article, nodes, blocks, place), shown, _lone(page))
    for names, origin, sure in candidates:
        # A page that names its outlet as the author has said all: what stands elsewhere is
        # somebody else, who took the pictures or wrote another story.
        if origin == _LONE and (chosen or fallback):
            break
        others = [n for n in names if same_words(n) in outlets or _SITE.search(n) or is_agency(n)]
        agencies += [n for n in others if is_agency(n)]
        people = tuple(n for n in names if n not in others)
        if people and chosen is None:
            chosen = people, origin, sure
        if names and fallback is None:
            fallback = names, origin, sure * 0.5
    if chosen is not None:
        chosen = _for_an_account(chosen, shown, outlets)
        chosen = _completed(chosen, [_beside(page, blocks, place), *shown], outlets)
    else:
        fallback = _instead(fallback, first_text(referred(article.get("author"), nodes)))
    best = chosen or fallback
    if best is None:
        return found
    found.names = best[0]
    found.agencies = tuple(dict.fromkeys(a for a in agencies if a not in best[0]))
    found.evidence.append(Evidence("byline", "; ".join(best[0]), best[1], round(best[2], 2)))
    return found


def _for_an_account(chosen: Candidate, shown: list[Candidate], outlets: set[str]) -> Candidate:
    """Take the visible byline instead of a declared name of one word, if it has a whole name.

    Such a name is that of an account, of the desk's or of whoever put the page up.
    """
    if len(chosen[0]) > 1 or " " in chosen[0][0] or not chosen[0][0].isascii():
        return chosen
    for names, origin, _ in shown:
        people = [n for n in names if same_words(n) not in outlets and not is_agency(n)]
        if origin == _UNDER and any(" " in name for name in people):
            return tuple(people), origin, 0.7
    return chosen


def _completed(chosen: Candidate, shown: list[Candidate], outlets: set[str]) -> Candidate:
    """Take the visible byline instead, if it has all of the chosen names and further people."""
    own = {same_words(name) for name in chosen[0]}
    for names, origin, _ in shown:
        people = [n for n in names if same_words(n) not in outlets and not is_agency(n)]
        keys = {same_words(name) for name in people}
        if own < keys and len(keys) <= len(own) + 3 and origin in (_LINKED, _UNDER):
            return tuple(people), f"{chosen[1]} and {origin}", chosen[2]
    return chosen


def _houses(article: NodeObject, nodes: list[NodeObject]) -> list[str]:
    """The authors in JSON-LD that are organizations."""
    value = article.get("author")
    found = [referred(item, nodes) for item in (value if isinstance(value, list) else [value])[:40]]
    return [
        clean_line(unescape(first_text(item)))
        for item in found
        if isinstance(item, Mapping) and "Organization" in str(item.get("@type"))
    ]


def _instead(fallback: Candidate | None, declared: str) -> Candidate | None:
    """Return who stands in for a person: an agency, the outlet, or a desk.

    Arguments:
        fallback: the first names found, if any.
        declared: the author in JSON-LD as it is written.
    """
    declared = clean_line(unescape(declared))
    if fallback is None:  # "Sports desk of the Herald"
        words = declared.split()
        telling = any(word[:1].isupper() and not is_role(word) for word in words)
        if telling and 2 <= len(words) <= 6 and len(declared) <= 60 and not _SITE.search(declared):
            return (declared,), "JSON-LD author", 0.3
        return None
    if any(is_agency(name) for name in fallback[0]):
        return fallback
    both = [name for part in _WITH.split(declared) for name in byline_names(part)]
    if set(fallback[0]) < set(both) and any(map(is_agency, both)):  # "Le Monde avec AFP"
        return tuple(both), fallback[1], fallback[2]
    return fallback


Candidate = tuple[tuple[str, ...], str, float]


def _declared(
    page: Page,
    metas: Mapping[str, str],
    article: NodeObject,
    nodes: list[NodeObject],
    blocks: list[TextBlock],
    place: tuple[int, int, int],
) -> Iterator[Candidate]:
    yield _linked_authors(article, nodes), "JSON-LD author", 0.9
    for name in _AUTHOR_METAS:
        text = metas.get(name, "")
        label = _LABELLED.get(name)
        if label and not _AUTHOR_LABEL.search(metas.get(label, "")):
            continue
        if text and not text.startswith("http") and "facebook.com" not in text:
            yield byline_names(unescape(text)), f"meta {name}", 0.8
    marked = page.marked("author")[:20]
    near = [n for n in marked if not stands_apart(n)][:10]
    if not near and len({text_of(n, 200) for n in marked}) == 1:
        near = marked[:1]  # below the text, in the article's own footer
    yield byline_names([_author_text(page, tag) for tag in near]), "itemprop author", 0.8
    start, end = _reach(blocks, place)
    linked = [
        text_of(n)
        for n in page.named("a")
        if "author" in attribute(n, "rel").split() and start <= n.at <= end + 60
    ]
    yield byline_names(linked[:10]), _LINKED, 0.8


def _reach(blocks: list[TextBlock], place: tuple[int, int, int]) -> tuple[int, int]:
    """Return the numbers of the elements between which the headline and the text stand."""
    heading, first, last = place
    tops = [blocks[n].element.at for n in (heading, first) if n >= 0]
    start = min(tops, default=0)
    return max(0, start - 40), blocks[last].element.at if last >= 0 else start + 400


def _beside(page: Page, blocks: list[TextBlock], place: tuple[int, int, int]) -> Candidate:
    """Return the names linked as authors between headline and text."""
    heading, first, _ = place
    names: tuple[str, ...] = ()
    if 0 <= heading < first:
        start, end = blocks[heading].element.at, blocks[first].element.at
        links = (n for n in page.nodes[start:end] if n.name == "a")
        found = [text_of(n) for n in links if "author" in attribute(n, "rel").split()]
        names = byline_names(found[:10])
    return names, _LINKED, 0.8


def _shown(page: Page, blocks: list[TextBlock], place: tuple[int, int, int]) -> Iterator[Candidate]:
    """Yield the names in visible bylines, the nearest to the headline first."""
    heading, first, last = place
    if heading < 0 and first < 0:
        return
    top = blocks[heading].element.at if heading >= 0 else max(0, blocks[first].element.at - 60)
    text = blocks[first].element.at if first >= 0 else top + 200
    near = [*page.nodes[top : max(text + 3, top + 60)], *page.nodes[max(0, top - 30) : top]]
    first_h1 = page.first("h1")
    if first_h1 is not None and first_h1.at != top:
        near += page.nodes[first_h1.at : first_h1.at + 60]
    for names in _signed(near):
        yield names, _UNDER, 0.7
    numbers = range(max(0, (heading if heading >= 0 else first) - 3), max(first, heading + 6) + 1)
    for number in [*numbers, *range(last + 1, last + 13)]:
        if not 0 <= number < len(blocks):
            continue
        line = blocks[number].text
        if number in numbers and (names := _beside_a_date(line)):
            yield names, "name beside a date under the headline", 0.6
        lead = _LINE_LEAD.match(line)
        if lead and number > last + 3 and not _AUTHOR_LABEL_ONLY.match(line):
            continue  # "By ..." that far below begins another story
        if lead and len(line) < 160 and not _is_apart(blocks[number].element):
            names = _people_in(line)
            if names:
                under = number <= max(first, heading + 6)
                yield names, "line that starts as a byline", 0.6 if under else 0.5
    if names := _signature(blocks, last):
        yield names, "name below the text", 0.5


def _signature(blocks: list[TextBlock], last: int) -> tuple[str, ...]:
    """Return the name that stands alone below the text, at the right."""
    for block in blocks[max(0, last) : last + 4]:
        if len(block.text) < 50 and _AT_RIGHT.search(attribute(block.element, "style")):
            name = block.text.strip(" -–—.")
            if _TWO_WORDS.fullmatch(name) and _is_name(name):
                return byline_names(name)
    return ()


def _lone(page: Page) -> Iterator[Candidate]:
    """Yield the names of the byline of a page that has one only, wherever it stands."""
    yield (), _LONE, 0.0  # where all is known by now, this is as far as it goes
    anywhere = set(islice(_signed(page.nodes), 20))
    if len(anywhere) == 1:
        yield anywhere.pop(), _LONE, 0.5


def _signed(nodes: Iterable[Node]) -> Iterator[tuple[str, ...]]:
    """Yield the people in elements that are called bylines."""
    for node in nodes:
        named = classes(node)
        if not named or not _names_byline(named):
            continue
        line = text_of(node, 400)
        if 2 < len(line) < 200 and not _is_apart(node):
            names = _people_in(line)
            if names:
                yield names


@lru_cache(maxsize=8192)
def _names_byline(named: str) -> bool:
    named = CAMEL.sub("-", named)
    return bool(_BYLINE_CLASS.search(named)) and not _NOT_NAME_CLASS.search(named)


def _is_apart(node: Node) -> bool:
    for parent in (node, *islice(node.parents, 8)):
        if parent.name in WHOLE:
            return False
        if parent.name in ("footer", "aside", "nav") or _APART.search(classes(parent)):
            return True
    return False


def _beside_a_date(line: str) -> tuple[str, ...]:
    """Return the names of a line like "Jane Roe | 8 April 2019 | 14:30"."""
    parts = [part.strip() for part in _BARS.split(line)] if len(line) < 160 else []
    if len(parts) < 2 or not any(date_in(part) for part in parts):
        return ()
    names = [part for part in parts if _TWO_WORDS.fullmatch(part) and _is_name(part)]
    return byline_names(names) if len(names) == 1 else ()


def _people_in(line: str) -> tuple[str, ...]:
    lead = _INNER_LEAD.search(line) if len(line.split()) > 4 else None
    names = byline_names(line[lead.start() :] if lead else line)
    people = tuple(n for n in names if is_agency(n) or _is_name(n))
    return people if len(people) <= _MOST_PEOPLE_SHOWN else ()


def _is_name(name: str) -> bool:
    if not _FULL_NAME.match(name) or _NO_NAME.search(name) or is_role(name):
        return False
    return len(name.split()) <= 5


def _author_text(page: Page, tag: Node) -> str:
    inner = next((n for n in page.inside(tag)[:60] if attribute(n, "itemprop") == "name"), None)
    if inner is not None:
        return attribute(inner, "content") or text_of(inner)
    return attribute(tag, "content") or text_of(tag)


def _linked_authors(article: NodeObject, nodes: list[NodeObject]) -> tuple[str, ...]:
    value = article.get("author") or article.get("creator")
    values = value if isinstance(value, list) else [value]
    names: list[str] = []
    for item in values[:40]:
        item = referred(item, nodes)
        name = item.get("name") if isinstance(item, Mapping) else item
        for text in name if isinstance(name, list) else [name]:
            if isinstance(text, str) and text.strip() and not text.startswith("http"):
                names.append(clean_line(unescape(text)))
    return byline_names(names)
