"""Which paragraphs does a piece of HTML from a feed, a CMS or an API hold?

Such a piece is the article already, without the page around it, so nothing is weighed:
blocks become paragraphs, and only what never is text of the article goes: captions,
buttons, forms, asides, and what is left of a link to the rest ("Continue reading...",
"The post ... appeared first on ...").  One pass over tags, as in markup.py, and no tree.

WordPress keeps text without `<p>`: blank lines part paragraphs there, and shortcodes
(`[gallery ids="1"]`, `[caption]...[/caption]`) are calls of plugins (`wordpress=True`).

Not done: pages with navigation around the text (html/).
"""

from __future__ import annotations

import re

from searcher.reading.markup import drop_dead_markup, unescape
from searcher.reading.prose import clean_line, paragraphs

__all__ = ["fragment_line", "fragment_paragraphs", "without_link_to_the_rest"]

_BLOCKS = frozenset(
    [
        "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "br", "hr",
        "blockquote", "section", "article", "tr", "table", "pre", "dd", "dt", "dl", "figure",
        "figcaption", "header", "footer", "main", "aside", "nav", "address", "center", "form",
        "button", "fieldset", "details", "summary", "caption", "body",
    ]
)  # fmt: skip
_CELLS = frozenset(["td", "th"])
_SKIPPED = frozenset(["figcaption", "button", "form", "nav", "aside"])
# Classes that WordPress, its own plugins and newsletter services give to what is no text.
_SKIPPED_CLASS = re.compile(
    r"\bclass\s*=\s*[\"']?[^\"'<>]{0,300}(?<![\w-])(?:wp-caption-text|image-caption|"
    r"button-wrapper|subscription-widget[\w-]*|sharedaddy|jp-relatedposts|feedflare|"
    r"screen-reader-text)(?![\w-])",
    re.I,
)
_TAG = re.compile(
    r"<(/?)([a-zA-Z][\w:.-]{0,60})((?:(?>[^<>\"']++|\"[^\"<]{0,20000}+\"|'[^'<]{0,20000}+'|[\"'])*+>"
    r"|[^<>]*+>))|<[!?][^<>]*+>"
)
_VOID = frozenset(["br", "hr", "img", "input", "wbr", "meta", "link", "source", "embed", "col"])
_CDATA = "<![CDATA["
_MOST_UNCLOSED = 4
_A_TAG = re.compile(r"</[a-z][a-z0-9]{0,20}\s*>|<(?:br|img|p|wbr)\b[^<>]*>", re.I)
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_BREAK = "\n\n"
_SHORTCODE = re.compile(r"\[(\[?)(/?)([a-zA-Z][\w-]{0,40})((?:[\s=][^\[\]<]{0,2000}+)?)/?\](\]?)")
# With what stands between their two ends: a caption, an address.
_WHOLE_CODES = "caption|wp_caption|gallery|embed|audio|video|playlist|soundcloud|youtube|sourcecode"
_WHOLE = re.compile(rf"\[({_WHOLE_CODES})\b[^\[\]]{{0,2000}}\]", re.I)
_KNOWN_CODES = frozenset([*_WHOLE_CODES.split("|"), "more", "nextpage", "contact-form", "toc"])

_REST = re.compile(
    r"(?:^|(?<=\s)|(?<=[.!?…\])>]))[\[(]?\s*(?:continue reading|keep reading|"
    r"read (?:more|on|full|the rest|the full)|full story|more\s*(?=\.{2,3}|…|»|→|>|\)|\])|"
    r"view article|weiterlesen|mehr lesen|(?:den )?(?:ganzen |vollständigen )?artikel lesen|"
    r"lire la suite|lire l['’]article|en savoir plus|seguir leyendo|leer más|sigue leyendo|"
    r"continua a leggere|leggi (?:tutto|di più|anche)|lees (?:meer|verder)|leia mais|"
    r"continue lendo|continuar lendo|läs mer|les mer|læs mere|lue lisää|czytaj (?:więcej|dalej)|"
    r"читать (?:далее|дальше|полностью)|devamını oku|続きを読む|阅读全文|閱讀全文|더 ?보기)"
    r"(?:[^.!?\n]{0,120}?)\s*(?:\.{1,3}|…|»|>+|→|&raquo;)?\s*[\])]?\s*(?:»|→)?\s*\Z",
    re.I,
)
_FIRST_ON = re.compile(
    r"(?:the (?:post|article)\b.{1,400}"
    r"\b(?:appeared first on|first appeared on|was first published)\b"
    r"|(?:der (?:beitrag|artikel)|das)\b.{1,400}\berschien zuerst (?:auf|bei|in)\b"
    r"|l['’]article\b.{1,400}\best apparu en premier sur\b"
    r"|la entrada\b.{1,400}\b(?:se publicó primero en|aparece primero en|apareció primero en)\b"
    r"|l['’]articolo\b.{1,400}\b(?:proviene da|sembra essere il primo su)\b"
    r"|o post\b.{1,400}\bapareceu primeiro em\b"
    r"|het bericht\b.{1,400}\bverscheen eerst op\b).{0,200}\Z",
    re.I,
)
# One of these is in any of them, which is found out faster than that none is there.
_FIRST_WORDS = (
    "appeared", "first published", "zuerst", "apparu", "publicó", "aparec", "apareció",
    "proviene", "primo su", "primeiro", "eerst",
)  # fmt: skip
_REST_WORDS = (
    "read", "more", "story", "article", "lesen", "suite", "savoir", "leyendo", "leer", "legg",
    "lees", "leia", "lendo", "läs mer", "les mer", "læs mere", "lisää", "czytaj", "читать",
    "devam", "続き", "阅读", "閱讀", "보기",
)  # fmt: skip
_RELATED = re.compile(
    r"(?:related|read more|see also|also read|read also|more on this|lesen sie auch|mehr zum thema|"
    r"lire aussi|à lire aussi|lea también|lee también|leggi anche|leia também|lees ook|les også|"
    r"läs också|читайте также)\s*:\s*\S.{0,250}\Z",
    re.I,
)
_CUT = re.compile(
    r"\s*(?:…|\.\.\.)?\s*\[\s*(?:\+?\s*\d+\s*(?:more\s+)?char(?:acter)?s|…|\.\.\.)\s*\]\s*\Z", re.I
)
_ELLIPSIS = re.compile(r"(?<=\w)[ ,]*(?:\.\.\.|…)\s*\Z")


def fragment_paragraphs(text: str, *, wordpress: bool = False) -> list[str]:
    """Return the paragraphs of a field that holds HTML, or plain text.

    Arguments:
        text: the field, its own character references resolved once (as XML and JSON do).
        wordpress: blank lines part paragraphs, and shortcodes are dropped.
    """
    if wordpress:
        text = _without_shortcodes(text)
    if "<" not in text:
        return paragraphs(unescape(text))
    if _CDATA in text:  # a section inside a section: its signs are text
        text = text.replace(_CDATA, "&lt;![CDATA[")
    text, _ = drop_dead_markup(text.replace("\r\n", "\n").replace("\r", "\n"))
    for kept in (False, True):
        found = _paragraphs(text, wordpress, keep=kept)
        if found:
            return [line for line in found if not _RELATED.match(line)] or found
    return []


def fragment_line(text: str) -> str:
    """Return a field that is one line, such as a headline, without its markup."""
    if "<" in text and _A_TAG.search(text):
        text = " ".join(fragment_paragraphs(text))
    return clean_line(unescape(text))


def _breaks_off(text: str) -> bool:
    # The end alone first: the pattern is tried at every letter of the text.
    return text.rstrip().endswith(("...", "…")) and _ELLIPSIS.search(text) is not None


def without_link_to_the_rest(lines: list[str]) -> tuple[list[str], bool]:
    """Return `lines` without "Continue reading..." at their end, and whether text is missing.

    A notice of where a post was first published goes too, and says nothing of missing text.
    """
    lines = list(lines)
    cut = False
    for _ in range(4):
        if not lines:
            break
        last = lines[-1]
        tail = last[-700:]
        words = tail.lower()
        if any(map(words.__contains__, _FIRST_WORDS)) and (found := _FIRST_ON.search(tail)):
            tail = tail[: found.start()]
        elif tail.rstrip().endswith("]") and (found := _CUT.search(tail)):
            tail, cut = tail[: found.start()] + "…", True
        elif (
            any(map(words[-200:].__contains__, _REST_WORDS))
            and (found := _REST.search(tail[-200:]))
            and _is_link(tail[-200:], found)
        ):
            tail, cut = tail[: len(tail[:-200]) + found.start()], True
        else:
            cut = cut or (len(lines) < 6 and _breaks_off(tail))
            break
        last = (last[:-700] + tail).rstrip()
        if last.strip(" …[]()."):
            lines[-1] = last
        else:
            lines.pop()
    return lines, cut


def _is_link(tail: str, found: re.Match[str]) -> bool:
    """Whether "more ..." at the end is a link to the rest, and not the end of a sentence."""
    words = found[0].split()
    if len(words) > 12:
        return False
    alone = not tail[: found.start()].strip() or tail[: found.start()].rstrip().endswith(
        (".", "!", "?", "…", "]", ")", '"', "”", "’", "»", "。")
    )
    return alone


def _paragraphs(text: str, wordpress: bool, *, keep: bool) -> list[str]:
    """One pass over the tags; `keep` takes what is skipped otherwise."""
    unclosed: set[str] = set()
    for _ in range(_MOST_UNCLOSED):
        pieces, open_name = _pass(text, wordpress, unclosed, keep)
        if open_name is None:
            break
        unclosed.add(open_name)  # its end is missing: it would swallow the rest
    else:
        pieces, _ = _pass(text, wordpress, unclosed, keep=True)
    whole = "".join(pieces)
    blocks = whole.split(_BREAK) if _BREAK in whole else [whole]
    return [line for block in blocks if (line := clean_line(unescape(block)))]


def _pass(
    text: str, wordpress: bool, unclosed: set[str], keep: bool
) -> tuple[list[str], str | None]:
    pieces: list[str] = []
    has_blocks = False
    raw: list[tuple[str, bool]] = []  # text, and whether it is preformatted
    at = 0
    skipping, level, preformatted = "", 0, 0
    for tag in _TAG.finditer(text):
        if not skipping and tag.start() > at:
            raw.append((text[at : tag.start()], preformatted > 0))
        at = tag.end()
        name = (tag[2] or "").lower().rpartition(":")[2]
        closing = bool(tag[1])
        if skipping:
            if name == skipping and not tag[0].endswith("/>"):
                level += -1 if closing else 1
                if not level:
                    skipping = ""
            continue
        if not name:
            continue
        if name == "pre":
            preformatted = max(0, preformatted + (-1 if closing else 1))
        if not keep and not closing and name not in unclosed and name not in _VOID:
            odd = name in _SKIPPED or (len(tag[0]) > 8 and _SKIPPED_CLASS.search(tag[0][:2000]))
            if odd and not tag[0].endswith("/>"):
                skipping, level = name, 1
                raw.append((_BREAK, True))
                continue
        if name in _BLOCKS:
            has_blocks = True
            raw.append((_BREAK, True))
        elif name in _CELLS:
            raw.append((" ", True))
    if skipping:
        return [], skipping
    if at < len(text):
        raw.append((text[at:], preformatted > 0))
    if not has_blocks:
        whole = "".join(piece for piece, _ in raw)
        return [_BREAK.join(paragraphs(whole))], None
    for piece, is_kept in raw:
        if is_kept:
            pieces.append(piece if piece in (_BREAK, " ") else piece.replace(_BREAK, "\n"))
        elif wordpress and "\n" in piece:
            pieces.append(
                _BREAK.join(" ".join(part.split("\n")) for part in _BLANK_LINE.split(piece))
            )
        else:
            pieces.append(piece.replace("\n", " "))
    return pieces, None


def _without_shortcodes(text: str) -> str:
    if "[" not in text:
        return text
    lower = text.lower()
    missing: set[str] = set()
    parts: list[str] = []
    at = 0
    while found := _WHOLE.search(text, at):
        name = found[1].lower()
        close = (
            -1
            if name in missing or found[0].endswith("/]")
            else lower.find(f"[/{name}]", found.end())
        )
        if close < 0:
            missing.add(name)
            parts.append(text[at : found.end()])
            at = found.end()
            continue
        parts.append(text[at : found.start()])
        at = close + len(name) + 3
    text = "".join(parts) + text[at:]
    closed = {found[3].lower() for found in _SHORTCODE.finditer(text) if found[2]}

    def drop(found: re.Match[str]) -> str:
        if found[1] and found[5]:  # [[code]] shows [code]
            return found[0][1:-1]
        name, values = found[3].lower(), found[4]
        is_code = found[2] or name in closed or name in _KNOWN_CODES or "=" in values
        return "" if is_code else found[0]

    return _SHORTCODE.sub(drop, text)
