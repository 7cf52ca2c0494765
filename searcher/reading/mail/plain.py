"""What is the text of a mail without markup?

Lines are wrapped by the sender's program.  Text of `format=flowed` says where: a line that
ends with a blank goes on (RFC 3676).  Other text is joined as any hard-wrapped text is.

The signature after its mark, a line of two dashes and a blank, is no part of the text, nor is
what a list adds below a rule: how to leave it.
"""

from __future__ import annotations

import re

from searcher.reading.prose import paragraphs

__all__ = ["plain_paragraphs"]

_SIGNATURE = re.compile(r"\n-- ?\n")
_RULE = re.compile(r"\n[ \t]*[_=*~-]{10,}[ \t]*\n")
_LEAVE = re.compile(
    r"unsubscri|mailing list|mailman/listinfo|list-?archive|abbestellen|abmelden|désabonn|"
    r"desuscri|disiscri|uitschrijven|отписат|退订|配信停止",
    re.I,
)
_MOST_SIGNED = 1_500  # characters of a signature
_MOST_ADDED = 2_500


def plain_paragraphs(text: str, *, is_flowed: bool, joins: bool) -> list[str]:
    """Return the paragraphs of the text of a mail.

    Arguments:
        text: of the part.
        is_flowed: whether it says that it is `format=flowed`.
        joins: whether a line goes on in the next without its blank (`delsp=yes`).
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _without_end(text)
    # Some programs say so and wrap all the same.
    if is_flowed and " \n" in text:
        return [line for line in map(str.strip, _flowed(text, joins)) if line]
    return paragraphs(text)


def _without_end(text: str) -> str:
    for rule in list(_RULE.finditer(text, max(0, len(text) - _MOST_ADDED)))[:20]:
        if _LEAVE.search(text, rule.end()):
            text = text[: rule.start()]
            break
    marks = list(_SIGNATURE.finditer(text, max(0, len(text) - _MOST_SIGNED)))
    unsigned = text[: marks[-1].start()] if marks else text
    return unsigned if unsigned.strip() else text


def _flowed(text: str, joins: bool) -> list[str]:
    """Lines of `text` with those joined that go on."""
    out: list[str] = []
    pieces: list[str] = []
    quoted = ""
    for line in text.split("\n"):
        marks = line[: len(line) - len(line.lstrip(">"))]
        content = line[len(marks) :]
        content = content[1:] if content.startswith(" ") else content  # space-stuffed
        if pieces and marks != quoted:
            out.append("".join(pieces))
            pieces = []
        quoted = marks
        if content.endswith(" ") and content != "-- ":
            pieces.append(content[:-1] if joins else content)
            continue
        pieces.append(content)
        out.append("".join(pieces))
        pieces = []
    out.append("".join(pieces))
    return out
