"""Which of a page's blocks are the article?

The idea: good paragraphs (long, few links, outside furniture) give their weight to every
element around them; from the page's root one walks down as long as a single child
holds nearly all the weight, and where the weight divides is the article's container.
Text cut into sibling containers by advertisements thus stays together, which methods
that score single containers lose.  Inside the container, and only there, short lines
count too; what remains of furniture is dropped line by line, and both ends are trimmed.
Rows of teasers, a headline that is a link and a line or two, are other stories and go first.

Kin: readability's paragraph votes and Resiliparse's rules; thresholds were set on the
pages of the article-extraction-benchmark and fundus.
"""

from __future__ import annotations

import re
from itertools import chain, islice, pairwise

from searcher.reading.dates import date_in
from searcher.reading.html.blocks import TextBlock, class_words, is_hidden, is_marked_body
from searcher.reading.html.headline import same_words
from searcher.reading.html.tree import Node, attribute, classes, within
from searcher.reading.html.words import FURNITURE_LINE, NEVER_ARTICLE, STANDFIRST, STOP_HEADING
from searcher.reading.prose import clean_line

__all__ = ["article_blocks", "body_of", "place_of"]

_SHARE = 0.8
_MARKED_SHARE = 0.3
_ENOUGH = 1500.0  # weight of prose beside which no gallery or sidebar is the article
_BESIDE = re.compile(
    r"galler|slide(?:r|show)|carousel|side-?bar|\brail\b|latest|popular|trending", re.I
)
_LEAST_TEASERS = 4
_LONGEST_TEASER = 700.0  # weight of the text below its headline
_LEAST_BESIDE = 800.0  # weight of the text without the teasers
_LEAVES = frozenset(["p", "blockquote", "li", "pre", "tr"])
_WIDE = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
_SENTENCE = re.compile(r"[.!?…:;\"”“»’)]\W*$|[。！？」]\W*$")
# Values of microdata, and addresses.
_DATA = re.compile(r"(?:https?://\S+|[\d\s.,:/x×+-]{1,30}|\d{4}-\d\d-\d\dT\S+)$")
_SIGNED = re.compile(r"(?:by|von|vom|par|por|di|av|af|door|text|texte?|autor(?:in)?)\b[:\s]*", re.I)
_CAPTION = re.compile(
    r"\b(?:file|handout|undated|this) (?:\w+ ){0,4}(?:photo|picture|image)|\b(?:getty|picture "
    r"alliance|shutterstock|bildrechte|imago)\b|\b(?:photo|foto|bild|image|credit)s?\s*:|"
    r"\((?:AP|Reuters|AFP|EPA)\b[^)]{0,40}\)$",
    re.I,
)
_CREDITED = re.compile(
    r"\b(?:bildrechte|fotos?|photos?|bild(?:er)?|pictures?|image credit|grafik|quelle)"
    r"\s*:\s*[^.:]{2,60}$",
    re.I,
)
_TAGS = re.compile(r"(?:tags?|keywords|schlagw|mots[ -]cl|palavras|etiquetas|теги)\b", re.I)
_HEADING = re.compile(r"h[1-6]$")


def article_blocks(root: Node, every: list[TextBlock], title: str) -> list[TextBlock]:
    """Return those of a page's blocks that stand in the article's container."""
    headline = _headline_in(every, same_words(title))
    blocks = _without_teasers(_without_furniture(every), headline)
    container = _container(root, blocks, headline)
    inside = [b for b in blocks if within(b.element, container)]
    return _with_neighbours(every, blocks, inside, headline)


def _headline_in(every: list[TextBlock], key: str) -> TextBlock | None:
    """Return the heading that is the headline, or contains it, or is most of it."""
    if not key:
        return None
    close: TextBlock | None = None
    for block in every:
        if _HEADING.match(block.tag):
            own = same_words(block.text)
            if own == key:
                return block
            if close is None and len(own) > 15 and (key in own or own in key):
                close = block
    return close


def _with_neighbours(
    every: list[TextBlock],
    blocks: list[TextBlock],
    inside: list[TextBlock],
    headline: TextBlock | None,
) -> list[TextBlock]:
    """Add the prose beside the container that is of one piece with what it holds.

    Where a paywall or an advertisement cuts a text, the greater part has a box of its own, and
    the first paragraphs stand before it: under the headline, or with the classes of the others.
    What stands above the headline is not of the article.
    """
    if not inside:
        return inside
    order = {id(block): number for number, block in enumerate(every)}
    top = order[id(headline)] if headline is not None else -1
    if top >= 0:
        below = [b for b in inside if order[id(b)] > top]
        above = [b for b in inside if order[id(b)] < top and _weight(b)]
        if below and not any(b.tag == "p" for b in above) and any(map(_weight, below)):
            inside = below
        else:
            top = -1
    kinds = {(b.tag, attribute(b.element, "class")) for b in inside if _weight(b) > 80}
    kinds = {kind for kind in kinds if kind[1]}
    start, end = order[id(inside[0])], order[id(inside[-1])]
    held = {id(b) for b in inside}
    chain = {tag.at for tag in inside[0].element.parents}
    article = next((tag for tag in inside[0].element.parents if tag.name == "article"), None)
    found: list[TextBlock] = []
    for block in blocks:
        number = order[id(block)]
        if id(block) in held:
            found.append(block)
        elif (
            _weight(block) >= 60
            and block.links < 0.3
            and not NEVER_ARTICLE.search(classes(block.element))
        ):
            same = (block.tag, attribute(block.element, "class")) in kinds
            own = article is None or within(block.element, article)
            if number > end:
                if same and own and number < end + 25:
                    found.append(block)
            elif number < start and block.tag in ("p", "div") and start - number < 30:
                ended = _SENTENCE.search(block.text[-4:]) and not _CAPTION.search(block.text)
                beside = any(tag.at in chain for tag in islice(block.element.parents, 3))
                new = not any(block.text == other.text for other in found)
                if own and ended and new and (same or (beside and 0 <= top < number)):
                    found.append(block)
    return found


def body_of(
    every: list[TextBlock],
    inside: list[TextBlock],
    title: str,
    names: tuple[str, ...],
    summary: str = "",
) -> list[str]:
    """Return the paragraphs of the article.

    Arguments:
        every: the blocks of the page.
        inside: those in the article's container.
        title: the headline, which is not repeated.
        names: the authors, whose bare names are not text.
        summary: the description that the page declares; shown under the headline, it is text.
    """
    lines = _trim(inside, title, names)
    standfirst = _standfirst(every, inside, same_words(title), same_words(summary))
    if standfirst and lines and same_words(standfirst) not in same_words(lines[0]):
        lines.insert(0, standfirst)
    return lines


def place_of(every: list[TextBlock], inside: list[TextBlock], title: str) -> tuple[int, int, int]:
    """Return the numbers of the lines where the headline is, and where the text starts and ends.

    A number is -1 where there is none.
    """
    text = [b for b in inside if _weight(b) > 60] or [b for b in inside if _weight(b) > 0]
    numbers = {id(block): number for number, block in enumerate(every)}
    first = numbers[id(text[0])] if text else -1
    last = numbers[id(text[-1])] if text else -1
    key = same_words(title)
    same = [
        n
        for n, b in enumerate(every)
        if key
        and len(b.text) < 400
        and (own := same_words(b.text))
        and (
            own == key or (_HEADING.match(b.tag) and (key in own or (len(own) > 20 and own in key)))
        )
    ]
    before = [n for n in same if n <= first] if first >= 0 else same
    headings = [n for n in before if _HEADING.match(every[n].tag)]
    tops = [n for n, b in enumerate(every) if b.tag == "h1" and (first < 0 or n <= first)]
    heading = next((found[-1] for found in (headings, before, tops) if found), -1)
    return heading, first, last


def _standfirst(
    every: list[TextBlock], inside: list[TextBlock], headline: str, summary: str
) -> str:
    """Return the paragraph between the headline and the text that sums the article up."""
    if not inside or not headline:
        return ""
    end = next((n for n, block in enumerate(every) if block is inside[0]), 0)
    start = next((n for n in range(end - 1, -1, -1) if same_words(every[n].text) == headline), None)
    if start is None:
        return ""
    for block in every[start + 1 : end]:
        if not 40 <= _length(block.text) <= 700 or block.links > 0.3:
            continue
        near = [block.element, *list(block.element.parents)[:2]]
        if any(STANDFIRST.search(class_words(tag)) for tag in near):
            return clean_line(block.text)
        key = same_words(block.text)
        if summary and (key.startswith(summary[:50]) or summary.startswith(key[:50])):
            return clean_line(block.text)
    return ""


def _length(text: str) -> int:
    """Return the length of text in letters of an alphabet; a Han sign counts for three."""
    return len(text) if text.isascii() else len(text) + 2 * len(_WIDE.findall(text))


def _weight(block: TextBlock) -> float:
    length = _length(block.text)
    if block.links > 0.5 or length < 40:
        return 0.0
    if block.tag in ("li", "tr", "dd", "dt"):
        return 0.5 * length * (1 - block.links) if length > 80 else 0.0
    if _HEADING.match(block.tag):
        return 0.0
    weight = length * (1 - block.links)
    if not _SENTENCE.search(block.text[-4:]):
        weight *= 0.5
    return weight


def _without_furniture(blocks: list[TextBlock]) -> list[TextBlock]:
    """Drop blocks in furniture, but take a box that holds most of the prose for no furniture.

    Some themes call the frame around everything "content-sidebar-wrap" or "has-video".
    """
    weights = [_weight(block) for block in blocks]
    wrong: set[int] = set()
    for _ in range(6):
        free = 0.0
        boxed: dict[int, float] = {}
        tags: dict[int, Node] = {}
        for block, weight in zip(blocks, weights, strict=True):
            held = [box for box in block.boxes if box.at not in wrong]
            if not held:
                free += weight
            else:
                boxed[held[0].at] = boxed.get(held[0].at, 0.0) + weight
                tags[held[0].at] = held[0]
        heavy = {
            box
            for box, weight in boxed.items()
            if weight > max(free * (2 if is_hidden(tags[box]) else 1), 400.0)
            and not NEVER_ARTICLE.search(class_words(tags[box]))
        }
        if free > _ENOUGH:
            heavy -= {box for box in heavy if _stands_beside(tags[box])}
        if not heavy:
            break
        wrong |= heavy
    return [b for b in blocks if all(box.at in wrong for box in b.boxes)]


def _without_teasers(blocks: list[TextBlock], headline: TextBlock | None) -> list[TextBlock]:
    """Drop rows of teasers: items of a headline that is a link, and a line or two below it."""
    rows: dict[int, dict[int, Node]] = {}
    for block in blocks:
        if block.links < 0.8 or block is headline or not 20 <= _length(block.text) <= 250:
            continue
        near = [block.element, *islice(block.element.parents, 10)]
        if any(_HEADING.match(tag.name) for tag in near[:4]):
            for inner, outer in pairwise(near):
                rows.setdefault(outer.at, {})[inner.at] = inner
    items = {
        item.at: item
        for row in rows.values()
        if len(row) >= _LEAST_TEASERS
        for item in row.values()
    }
    if not items:
        return blocks
    said: dict[int, list[float]] = {}
    homes: list[int] = []
    for block in blocks:  # its item is the innermost around it
        around = chain((block.element,), block.element.parents)
        home = next((tag.at for tag in around if tag.at in items), -1)
        homes.append(home)
        if weight := _weight(block):
            said.setdefault(home, []).append(weight)
    teasers = {
        at
        for at, item in items.items()
        if len(said.get(at, ())) < 2
        and sum(said.get(at, ())) < _LONGEST_TEASER
        and not (headline is not None and within(headline.element, item))
    }
    rest = sum(sum(weights) for home, weights in said.items() if home not in teasers)
    if len(teasers) < _LEAST_TEASERS or rest < _LEAST_BESIDE:
        return blocks
    return [block for block, home in zip(blocks, homes, strict=True) if home not in teasers]


def _stands_beside(box: Node) -> bool:
    return box.name in ("aside", "footer") or _BESIDE.search(class_words(box)) is not None


def _container(root: Node, blocks: list[TextBlock], headline: TextBlock | None) -> Node:
    held: dict[int, float] = {}
    children: dict[int, dict[int, Node]] = {}
    marked: dict[str, list[Node]] = {}
    articles: list[Node] = []
    for block in blocks:
        weight = _weight(block)
        if not weight:
            continue
        element = block.element
        held[element.at] = held.get(element.at, 0.0) + weight
        while element is not root and element.parent is not None:
            parent = element.parent
            if parent.at not in children:
                if is_marked_body(parent):
                    marked.setdefault(classes(parent), []).append(parent)
                if parent.name == "article":
                    articles.append(parent)
            children.setdefault(parent.at, {})[element.at] = element
            held[parent.at] = held.get(parent.at, 0.0) + weight
            element = parent
    here = root
    total = held.get(root.at, 0.0)
    if len(articles) > 1:
        own = None
        if headline is not None:
            own = next((t for t in headline.element.parents if t.name == "article"), None)
        if own is not None and held.get(own.at, 0.0) > max(400.0, 0.1 * total):
            here, total = own, held[own.at]
    groups = []
    for same in marked.values():
        tags = [tag for tag in same if here is root or within(tag, here)]
        if tags:
            groups.append((sum(held[tag.at] for tag in tags), tags))
    if groups:
        weight, tags = max(groups, key=lambda group: group[0])
        if weight > _MARKED_SHARE * total:
            here = _common_parent(tags)
    while below := children.get(here.at):
        best = max(below.values(), key=lambda tag: held[tag.at])
        if best.name in _LEAVES or held[best.at] < _SHARE * held[here.at]:
            break
        here = best
    return here


def _common_parent(tags: list[Node]) -> Node:
    """Return the innermost element around all `tags`; a lone one is its own."""
    if len(tags) == 1:
        return tags[0]
    path = [tags[0], *tags[0].parents]
    for tag in tags[1:]:
        around = {tag.at, *(parent.at for parent in tag.parents)}
        path = [element for element in path if element.at in around]
    return path[0] if path else tags[0]


def _trim(blocks: list[TextBlock], title: str, names: tuple[str, ...]) -> list[str]:
    headline = same_words(title)
    writers = {same_words(name) for name in names} | {same_words("".join(names))}
    lines: list[tuple[str, TextBlock]] = []
    lists = _lists_of_prose(blocks)
    for block in blocks:
        line = clean_line(block.text)
        length = _length(line)
        if not any(map(str.isalnum, line)):
            continue
        if block.links > 0.6 and (length < 200 or block.links > 0.9):
            parent = block.element.parent
            if block.tag != "li" or parent is None or parent.at not in lists:
                continue
        if length < 200 and (FURNITURE_LINE.match(line) or _DATA.match(line)):
            continue
        if _TAGS.match(line) and line.count(",") > 2 and not _SENTENCE.search(line[-4:]):
            continue
        if length < 300 and _CREDITED.search(line):
            continue
        if length < 80 and not lines and _is_stamp(line):
            continue
        key = same_words(line)
        signed = length < 100 and (key in writers or _is_signature(line, writers))
        if (key == headline or signed) and (len(lines) < 12 or length < 60):
            continue
        if _HEADING.match(block.tag) and STOP_HEADING.match(line):
            if _rest_is_thin(blocks, block):
                break
            continue
        lines.append((line, block))
    # The article starts with its first sentence and ends with its last one.
    first = next((n for n, (_, b) in enumerate(lines) if _weight(b) > 0 or _is_sentence(b)), 0)
    last = next((n for n in range(len(lines) - 1, -1, -1) if _is_text(lines[n][1])), len(lines) - 1)
    return [line for line, _ in lines[first : last + 1]]


def _lists_of_prose(blocks: list[TextBlock]) -> set[int]:
    """Return the lists whose items are mostly text: a link among them is one of them."""
    said: dict[int, float] = {}
    for block in blocks:
        if block.tag == "li" and block.element.parent is not None:
            text = len(block.text) * (1 - 2 * block.links)
            at = block.element.parent.at
            said[at] = said.get(at, 0.0) + text
    return {at for at, text in said.items() if text > 0}


def _is_signature(line: str, writers: set[str]) -> bool:
    lead = _SIGNED.match(line)
    return lead is not None and same_words(line[lead.end() :]) in writers


def _is_stamp(line: str) -> bool:
    """Say whether a line is a date and nothing else."""
    found = date_in(line)
    return found is not None and len(same_words(line)) - (found.end - found.start) < 12


def _is_text(block: TextBlock) -> bool:
    if block.tag in ("li", "tr", "dd"):
        return block.links < 0.3 and _length(block.text) > 15
    return _weight(block) > 0


def _is_sentence(block: TextBlock) -> bool:
    """Say whether a heading is the first paragraph, set large."""
    text = block.text
    return (
        _HEADING.match(block.tag) is not None
        and _length(text) > 100
        and block.links < 0.3
        and _SENTENCE.search(text[-4:]) is not None
    )


def _rest_is_thin(blocks: list[TextBlock], at: TextBlock) -> bool:
    index = next(n for n, block in enumerate(blocks) if block is at)
    before = sum(map(_weight, blocks[:index]))
    after = sum(map(_weight, blocks[index + 1 :]))
    return after < 0.35 * before
