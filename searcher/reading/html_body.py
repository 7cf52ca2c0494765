"""Which of a page's blocks are the article?

The idea: good paragraphs (long, few links, outside furniture) give their weight to every
element around them; from the page's root one walks down as long as a single child
holds nearly all the weight, and where the weight divides is the article's container.
Text cut into sibling containers by advertisements thus stays together, which methods
that score single containers lose.  Inside the container, and only there, short lines
count too; what remains of furniture is dropped line by line, and both ends are trimmed.

Kin: readability's paragraph votes and Resiliparse's rules; thresholds were set on the
pages of the article-extraction-benchmark and fundus.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from searcher.reading.html_blocks import Block, blocks_of
from searcher.reading.html_tree import attribute, classes
from searcher.reading.prose import clean_line

if TYPE_CHECKING:
    from bs4 import Tag

__all__ = ["body_of", "same_words"]

_SHARE = 0.8
_WIDE = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
_SENTENCE = re.compile(r"[.!?…:;\"”“»’)]\W*$|[。！？」]\W*$")
_PROSE_TAGS = frozenset("p blockquote div section article td pre dd main body center span".split())
_HEADING = re.compile(r"h[1-6]$")
_FURNITURE_LINE = re.compile(
    r"^(?:advertisement|advertising|anzeige|werbung|publicité|publicidad|pubblicità|sponsored(?: content)?|reklame|annonse|"
    r"story continues below.*|article continues (?:below|after).*|continue reading.*|scroll (?:down )?to continue.*|"
    r"(?:also )?(?:read|see|watch|listen)(?: (?:more|also|next|this|it))?\s*(?:[:>|»-].*|)|lesen sie (?:auch|mehr|hier).*|mehr zum thema.*|"
    r"mehr dazu.*|zum thema.*|lire aussi.*|à lire aussi.*|lea también.*|lee también.*|le[ií]a (?:também|mais).*|leggi anche.*|"
    r"les også.*|läs (?:också|även|mer).*|lees ook.*|czytaj (?:też|także|więcej).*|read more.*|more:.*|related(?: (?:articles?|stories|content|topics|links))?:?.*"
    r"|recommended(?: for you| stories)?:?|most (?:read|popular).*|trending(?: now)?:?|you (?:may|might) (?:also )?(?:like|be interested).*|"
    r"share (?:this|on|via).*|share|teilen|tweet|follow (?:us|me|him|her|@).*|like us on.*|sign up (?:for|to|here).*|subscribe(?: (?:to|now|here|for)).*|"
    r"subscribe|newsletter.*|get (?:our|the) .{0,40}newsletter.*|join (?:our|the) .{0,60}|comments?(?: \(\d+\))?|leave a (?:comment|reply).*|"
    r"view (?:all )?comments.*|\d+ comments?|(?:photo|image|picture|foto|bild|photograph|video)(?:graf)?(?:s|o)?(?: (?:by|credit|source|von))?\s*:.*|"
    r"©.*|copyright .*|all rights reserved.*|\(?c\) ?\d{4}.*|tags?:.*|topics?:.*|filed under.*|categor(?:y|ies):.*|posted (?:in|by|on).*|"
    r"print(?: this)?(?: (?:article|page))?|email(?: this)?|enlarge(?: this)?(?: image)?|click (?:here|to).{0,60}|loading.*|"
    r"(?:this )?(?:article|story) (?:was|has been) (?:originally |first )?(?:published|amended|updated|corrected).{0,160}|"
    r"our standards:.*|the thomson reuters trust principles.*|reporting by .*|(?:additional )?reporting (?:and writing )?by .*;.*editing by .*|"
    r"order reprints.*|contact (?:us|the author).*|(?:last )?updated?:? .{0,60}|published:? .{0,60}|photo\b.{0,20}|back to top|"
    r"download (?:the|our) .{0,40}app.*|please (?:enable|log ?in|sign|subscribe).{0,100}|in this article|toggle caption|"
    r"(?:by )?(?:clicking|signing up|subscribing).{0,300}|hide caption|\d+ (?:min|minutes?|min\.)(?: read)?|play(?: video)?|video|watch:.*|pause|mute)$",
    re.I,
)
_STOP_HEADING = re.compile(
    r"^(?:related.*|more (?:from|on|stories|news|in|like).*|most (?:read|popular|viewed).*|comments?.*|read (?:more|next|also)\b.*|recommended.*|"
    r"trending.*|(?:you )?(?:may|might) (?:also )?like.*|about the authors?|share.*|latest.*|popular.*|"
    r"mehr (?:zum|aus|von).*|kommentare.*|lesen sie.*|auch interessant.*|das könnte.*|weitere (?:artikel|meldungen|nachrichten).*|"
    r"sur le même.*|à lire.*|commentaires?.*|newsletter.*|sign up.*|leave a (?:reply|comment).*|references|see also|external links|notes|"
    r"top stories|also (?:on|in) .*|next (?:article|story).*|editor[’']?s picks.*|what to read next.*|advertisement)$",
    re.I,
)


def same_words(text: str) -> str:
    """Return letters and digits of `text`, folded: equal for equal headlines."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in text if c.isalnum())


def body_of(root: Tag, title: str, names: tuple[str, ...], expected: str = "") -> list[str]:
    """Return the paragraphs of the article under `root`.

    Arguments:
        root: the page's body element.
        title: the headline, which is not repeated.
        names: the authors, whose bare names are not text.
        expected: the text that the page declares (JSON-LD), to check against.
    """
    blocks = _without_boxes(blocks_of(root))
    weights = [_weight(block) for block in blocks]
    container = _container(root, blocks, weights)
    inside = [b for b in blocks if b.element is container or _within(b.element, container)]
    return _trim([b for b in inside], title, names)


def _length(text: str) -> int:
    """Return the length of text in letters of an alphabet; a Han sign counts for three."""
    return len(text) if text.isascii() else len(text) + 2 * len(_WIDE.findall(text))


def _weight(block: Block) -> float:
    length = _length(block.text)
    if block.links > 0.5 or length < 40:
        return 0.0
    if block.tag == "li" or block.tag in ("td", "th", "dd", "dt"):
        return 0.5 * length * (1 - block.links) if length > 80 else 0.0
    if _HEADING.match(block.tag):
        return 0.0
    weight = length * (1 - block.links)
    if not _SENTENCE.search(block.text[-4:]):
        weight *= 0.5
    return weight


def _without_boxes(blocks: list[Block]) -> list[Block]:
    """Drop blocks in furniture, unless one such box holds most of the page's prose."""
    free = sum(_weight(b) for b in blocks if b.box is None)
    boxed: dict[int, float] = {}
    for block in blocks:
        if block.box is not None:
            boxed[id(block.box)] = boxed.get(id(block.box), 0.0) + _weight(block)
    wrong = {box for box, weight in boxed.items() if weight > free and weight > 400}
    if not wrong:
        return [b for b in blocks if b.box is None]
    kept = []
    for block in blocks:
        if block.box is None:
            kept.append(block)
        elif id(block.box) in wrong:
            kept.append(block)
    return kept


def _within(element: Tag, container: Tag) -> bool:
    return any(parent is container for parent in element.parents)


def _container(root: Tag, blocks: list[Block], weights: list[float]) -> Tag:
    held: dict[int, float] = {}
    children: dict[int, dict[int, Tag]] = {}
    for block, weight in zip(blocks, weights, strict=True):
        if not weight:
            continue
        element = block.element
        held[id(element)] = held.get(id(element), 0.0) + weight
        while element is not root and element.parent is not None:
            parent = element.parent
            children.setdefault(id(parent), {})[id(element)] = element
            held[id(parent)] = held.get(id(parent), 0.0) + weight
            element = parent
    here = root
    while True:
        below = children.get(id(here))
        if not below:
            return here
        best = max(below.values(), key=lambda tag: held[id(tag)])
        if best.name in ("p", "blockquote", "li", "pre") or held[id(best)] < _SHARE * held[id(here)]:
            return here
        here = best


def _trim(blocks: list[Block], title: str, names: tuple[str, ...]) -> list[str]:
    headline = same_words(title)
    writers = {same_words(name) for name in names}
    lines: list[tuple[str, Block]] = []
    for block in blocks:
        line = clean_line(block.text)
        length = _length(line)
        if not any(map(str.isalnum, line)):
            continue
        if block.links > 0.6 and (length < 200 or block.links > 0.9):
            continue
        if length < 200 and _FURNITURE_LINE.match(line):
            continue
        key = same_words(line)
        if key == headline or key in writers or (key.startswith("by") and key[2:] in writers):
            if len(lines) < 12 or length < 60:
                continue
        if _HEADING.match(block.tag) and _STOP_HEADING.match(line):
            if _rest_is_thin(blocks, block):
                break
            continue
        lines.append((line, block))
    # The article starts with its first sentence and ends with its last one.
    first = next((n for n, (line, b) in enumerate(lines) if _weight(b) > 0), 0)
    last = next((n for n in range(len(lines) - 1, -1, -1) if _weight(lines[n][1]) > 0), len(lines) - 1)
    return [line for line, _ in lines[first : last + 1]]


def _rest_is_thin(blocks: list[Block], at: Block) -> bool:
    index = next(n for n, block in enumerate(blocks) if block is at)
    before = sum(map(_weight, blocks[:index]))
    after = sum(map(_weight, blocks[index + 1 :]))
    return after < 0.35 * before
