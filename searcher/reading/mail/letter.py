"""What is the text of a mail in HTML?

A newsletter is one text from top to bottom, set in tables: nothing in it is a menu or another
article's headline, so it is not searched for its body as a page is.  Its blocks are taken in
order, and three things around them go:

- what is hidden (the words that a list of mails shows after the subject);
- at the top, what only links: "View in browser", "Subscribe"; and a beginning that says the
  same as what comes later;
- at the end, from where the reader is told how to leave, what address the sender has, and why
  the mail came.

`letter_of` also gives the address at which the mail can be read: the one that it declares, or
where "view in browser" leads.

The parser is lxml's, behind the guards of markup.py against depth.  Not done: style sheets,
so what only they hide stays.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from searcher.errors import ReadError
from searcher.reading.attributes import has_many_attributes
from searcher.reading.markup import drop_dead_markup, flatten
from searcher.reading.prose import clean_line

__all__ = ["Letter", "letter_of"]

_MAX_TAGS = 300_000
_MAX_DEPTH = 100
_BLOCKS = frozenset(
    [
        "p", "div", "br", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "dl", "dt", "dd",
        "table", "tr", "td", "th", "blockquote", "pre", "section", "article", "hr", "center",
        "header", "footer", "main", "aside", "figure", "figcaption", "address", "body",
    ]
)  # fmt: skip
_SKIPPED = frozenset(["head", "title", "style", "script", "noscript", "button", "select", "form"])
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|"
    r"(?:max-height|max-width|font-size)\s*:\s*0(?:px|em|pt|%)?\s*(?:;|!|$)",
    re.I,
)
_FILLER = re.compile(r"[\s\xa0\u034f\u200b-\u200f\u2007\u2060\ufeff\xad]+")
_IN_BROWSER = re.compile(
    r"\b(?:view|read|open|see|having trouble|trouble viewing|not displaying).{0,40}"
    r"\b(?:browser|online|web(?:site)?|images)\b|\bweb version\b|"
    r"\b(?:im browser|online.?version|webversion)\b|"
    r"\b(?:version en ligne|dans (?:le|votre) navigateur)\b|\b(?:en (?:el|tu|su) navegador)\b|"
    r"\bnel browser\b|\bno navegador\b|in (?:de|je|uw) browser|в браузере|在浏览器|ブラウザ",
    re.I,
)
_LEAVE = re.compile(
    r"unsubscrib|opt[ -]?out|manage (?:your )?(?:e-?mail |subscription )?"
    r"(?:preferences|subscriptions?)|"
    r"(?:update|change|edit) (?:your )?(?:e-?mail )?(?:preferences|settings|profile)|"
    r"e-?mail preferences|you(?:'|’)?(?: a)?re (?:receiving|getting|subscribed)|you received this|"
    r"this (?:e-?mail|message|newsletter) was sent|was this (?:e-?mail )?forwarded|"
    r"how you receive th|our mailing address|"
    r"privacy (?:policy|notice)|all rights reserved|abmelden|abbestell|abzubestellen|austragen|"
    r"désabonn|désinscri|ne plus recevoir|darse de baja|darte de baja|"
    r"cancelar (?:la |tu |su )?suscri|disiscri|annulla(?:re)? l.iscrizione|"
    r"uitschrijven|afmelden|afmeld|avregistrer|avprenumerera|"
    r"peruuta tilaus|wypisz|odhlásit|leiratkoz|отписа|取消订阅|退订|"
    r"配信停止|配信解除|구독 취소|수신거부",
    re.I,
)
_FURNITURE = re.compile(
    r"subscribe|forward|share|follow us|contact us|copyright|©|\(c\) ?\d{4}|spam folder|"
    r"address book|contacts list|add us|advertis|feedback|https?://|www\.|@\w+\.\w+|"
    r"\b(?:street|st\.|suite|ste\.|avenue|ave\.?|floor|box|road|blvd)\b|\b\d{5}(?:-\d{4})?\b|straße|"
    r"impressum|datenschutz|mentions légales|privacidad|powered by|sent by|sent to",
    re.I,
)
_TOP = re.compile(
    _IN_BROWSER.pattern + r"|\bforwarded (?:this|to you)|\b(?:subscribe|sign up|log in|read in app|"
    r"open in app|listen to (?:this|the)|weitergeleitet|hier anmelden|jetzt abonnieren|"
    r"s.abonner|suscr[ií]bete|iscriviti)\b",
    re.I,
)
_SENTENCE = re.compile(r"[.!?…。！？][\"”’'»)\]]*$")
_MOST_OF_TOP = 30  # blocks at the top that may be passed over
_LONG = 80
_SHORT_LINK = 40


@dataclass(slots=True)
class Letter:
    """The text of a mail, and what it says of itself."""

    paragraphs: list[str]
    title: str = ""
    url: str | None = None
    language: str | None = None
    letters: int = 0


@dataclass(slots=True)
class _Block:
    text: str = ""
    linked: int = 0
    links: list[str] = field(default_factory=list)

    @property
    def only_links(self) -> bool:
        letters = sum(map(str.isalnum, self.text))
        return letters == 0 or self.linked >= 0.9 * letters


def letter_of(page: str, name: str, subject: str = "") -> Letter:
    """Return the text of the HTML of a mail.

    Arguments:
        page: the HTML.
        name: of the file, for messages.
        subject: of the mail; where the text begins with it, it is not said again.

    Raises:
        ReadError: it has too many tags, or a tag too many attributes.
    """
    page, _ = drop_dead_markup(page)
    if page.count("<") > _MAX_TAGS:
        raise ReadError(name, f"a mail of more than {_MAX_TAGS:,} tags")
    if has_many_attributes(page):
        raise ReadError(name, "a mail with thousands of attributes in one tag")
    page = flatten(page.replace("\0", ""), _MAX_DEPTH)
    try:
        root = etree.fromstring(page.encode("utf-8", "replace"), _parser())
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        return Letter([])
    letter = Letter([], language=root.get("lang") or None)
    _declared(root, letter)
    blocks = _blocks(root)
    letter.letters = sum(sum(map(str.isalnum, block.text)) for block in blocks)
    in_browser = (link for b in blocks if _IN_BROWSER.search(b.text[:200]) for link in b.links)
    letter.url = letter.url or next(in_browser, None)
    letter.paragraphs = [block.text for block in _without_end(_without_top(blocks, subject))]
    return letter


def _parser() -> Any:
    # The page is text by now, whatever it declares.
    return etree.HTMLParser(
        recover=True, no_network=True, huge_tree=True, remove_comments=True, remove_pis=True,
        encoding="utf-8",
    )  # fmt: skip


def _declared(root: Any, letter: Letter) -> None:
    for element in root.iter("title", "meta", "link"):
        if element.tag == "title":
            letter.title = letter.title or clean_line(element.text or "")
        elif element.tag == "meta" and element.get("property") == "og:url":
            letter.url = _address(element.get("content")) or letter.url
        elif element.tag == "link" and (element.get("rel") or "").lower() == "canonical":
            letter.url = letter.url or _address(element.get("href"))


def _address(text: str | None) -> str | None:
    text = (text or "").strip()
    return text if re.match(r"https?://[^\s<>\"]{3,4000}\Z", text) else None


def _blocks(root: Any) -> list[_Block]:
    """What stands between the beginnings and ends of block elements, in order."""
    blocks: list[_Block] = []
    pieces: list[str] = []
    current = _Block()
    in_link = 0

    def flush() -> None:
        nonlocal current
        text = _FILLER.sub(" ", "".join(pieces)).strip()
        pieces.clear()
        current.text = clean_line(text)
        if any(map(str.isalnum, current.text)):
            blocks.append(current)
        current = _Block()

    def add(text: str | None) -> None:
        if text:
            pieces.append(text)
            if in_link:
                current.linked += sum(map(str.isalnum, text))

    stack: list[tuple[Any, bool]] = [(root, False)]
    while stack:
        element, is_end = stack.pop()
        tag = element.tag
        if is_end:
            in_link -= tag == "a"
            if tag in _BLOCKS:
                flush()
            add(element.tail)
            continue
        if not isinstance(tag, str) or tag in _SKIPPED or _is_hidden(element):
            if element is not root:
                add(element.tail)
            continue
        if tag in _BLOCKS:
            flush()
        in_link += tag == "a"
        if tag == "a" and (address := _address(element.get("href"))):
            current.links.append(address)
        add(element.text)
        stack.append((element, True))
        stack.extend((inner, False) for inner in reversed(element))
    flush()
    return blocks


def _is_hidden(element: Any) -> bool:
    style = element.get("style")
    if element.get("hidden") is not None:
        return True
    return bool(style) and _HIDDEN.search(style[:2000]) is not None and element.tag != "body"


def _without_top(blocks: list[_Block], subject: str) -> list[_Block]:
    at = 0
    for number, block in enumerate(blocks[:_MOST_OF_TOP]):
        is_short = len(block.text) < _LONG
        # A link that is longer may be the headline of what the letter tells of.
        is_furniture = (block.only_links and len(block.text) <= _SHORT_LINK) or (
            len(block.text) < 200 and _TOP.search(block.text) is not None
        )
        start = block.text.rstrip(". …")[:120]
        is_repeated = len(start) > 20 and any(
            later.text.startswith(start) for later in blocks[number + 1 : number + 12]
        )
        is_title = bool(subject) and _letters(block.text) == _letters(subject)
        if is_furniture or is_repeated or is_title:
            at = number + 1
        elif not is_short or _SENTENCE.search(block.text) or number - at > 2:
            break
    # Headings between what is passed over go only if there is a text below.
    return blocks[at:] if at < len(blocks) else blocks


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _without_end(blocks: list[_Block]) -> list[_Block]:
    end = len(blocks)
    is_footer = False
    for number in range(len(blocks) - 1, 0, -1):
        block = blocks[number]
        says_so = _LEAVE.search(block.text) is not None
        is_short = len(block.text) < _LONG and not _SENTENCE.search(block.text)
        if says_so and len(block.text) < 1_500:
            is_footer, end = True, number
        elif block.only_links or (len(block.text) < 400 and _FURNITURE.search(block.text)):
            end = number if is_footer else end
        elif not is_short:
            break
    return blocks[:end] if is_footer else blocks
