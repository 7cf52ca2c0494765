"""Who is said to have said it?

A guess from the sentence of a passage and the one after and before it: the nearest `X said`,
`said X` or `according to X`.  Where that is a pronoun, the nearest name before it that said
something stands for it.  English only, by the shape of sentences and a list of verbs; names are
what begins with capitals, with the titles and the words that describe them as they are printed.

It knows no grammar, and does not know whether X and Y are one person: what it gives is always
shown with the sentence that it was taken from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from searcher.comparing.sentences import Sentence, sentences
from searcher.searching.quotations import Attribution

__all__ = ["attribution_of"]

# What is looked at around a passage, in characters.
_AROUND = 1_500
_VERB = (
    r"(?:said|says|say|told|tells|added|adds|warned|warns|asked|asks|stated|states|declared|"
    r"declares|explained|explains|noted|notes|insisted|insists|argued|argues|claimed|claims|"
    r"wrote|writes|replied|recalled|announced|acknowledged|admitted|conceded|commented|observed|"
    r"predicted|quipped|testified|remarked|vowed|joked|stressed|complained|reported)"
)
_PRONOUNS = frozenset(["he", "she", "they", "it", "we", "i", "who", "which", "that", "this"])
_PERSON = frozenset(["he", "she", "they"])
_DETERMINERS = frozenset(["the", "a", "an", "one", "his", "her", "its", "their", "another"])
# The name after what describes somebody: `its chief executive, Rosalind Achebe-Thorne`.
_NAME = re.compile(r",\s*((?:[A-ZÀ-ÖØ-Þ][\w.'’-]*|de|van|von|bin|al|d[’']\w+)(?:\s+|(?=[,.;]|$)))+")
# What ends the words of a speaker behind the verb, and what stands before them otherwise.
_STOP = re.compile(
    r"[,;:.!?\"”“«»()\n]|``|''|\s-+\s|[–—]"
    r"|\s(?:in|on|at|after|during|when|while|as|by|that|who|which|following|before|with|from|"
    r"adding|citing|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|late|early|today|"
    r"yesterday|last|this|earlier|to|told|and|but|via|through|because|if|would|had|was|is|has|"
    r"here)\b"
)
_AFTER_VERB = re.compile(rf"\b{_VERB}\b\s+(?=[A-Zhsita])")
_BEFORE_VERB = re.compile(rf"\b(?:has |have |had |also |later |then |once )?{_VERB}\b")
_PASSIVE = re.compile(r"\b(?:was|were|is|are|be|been|being)\s+$")
_ACCORDING = re.compile(r"\b[Aa]ccording to\s+")
_CAPITAL = re.compile(r"[A-ZÀ-ÖØ-Þ]\w")
_LEADING = re.compile(
    r"^(?:(?:and|but|as|while|however|meanwhile|yet|so|when|because|although|though|where|then|"
    r"still|also|if|that|what|which|it was|for|in)\b[\s,]*)+",
    re.IGNORECASE,
)
_MOST_WORDS = 9
# Of a sentence with a name in several places, what is farther from the passage counts less.
_OTHER_SENTENCE = 400


def attribution_of(body: str, start: int, end: int) -> Attribution | None:
    """Who is said to have said what stands at `start` to `end` of a body; None if nobody is.

    Cost: finds the sentences of some three thousand characters.
    """
    first = max(0, start - _AROUND)
    first = body.find(" ", first) + 1 if first else 0
    text = body[first : end + _AROUND]
    at, until = start - first, end - first
    found = sentences(text)
    inside = [i for i, one in enumerate(found) if one.start < until and one.end > at]
    if not inside:
        return None
    best: tuple[int, str, Sentence] | None = None
    for i in range(max(0, inside[0] - 1), min(len(found), inside[-1] + 2)):
        sentence = found[i]
        # A sentence that opens a paragraph begins something else, and so does one behind that.
        if i > inside[-1] and sentence.opens_paragraph:
            continue
        if i < inside[0] and found[inside[0]].opens_paragraph:
            continue
        far = 0 if i in inside else _OTHER_SENTENCE
        for speaker, place in _speakers(text, sentence):
            if at <= place < until:
                continue  # part of what is quoted
            distance = far + (at - place if place < at else place - until)
            if best is None or distance < best[0]:
                best = (distance, speaker, sentence)
    if best is None:
        return None
    _, speaker, sentence = best
    pronoun = None
    if speaker.lower() in _PRONOUNS:
        pronoun = speaker
        named = _named_before(text, found, sentence) if speaker.lower() in _PERSON else None
        if named is None:
            speaker = pronoun
        else:
            speaker, sentence = named
    shown = text[sentence.start : sentence.end]
    return Attribution(
        speaker,
        pronoun if pronoun != speaker else None,
        shown,
        first + sentence.start,
        first + sentence.end,
    )


def _named_before(
    text: str, found: list[Sentence], before: Sentence
) -> tuple[str, Sentence] | None:
    """The nearest name before a sentence that said something, with its sentence: rather one
    alone than one with an article, which may be an office or an agency."""
    second = None
    for sentence in reversed([one for one in found if one.start < before.start]):
        for speaker, _ in reversed(list(_speakers(text, sentence))):
            first = speaker.split()[0].lower()
            if speaker.lower() in _PRONOUNS or not _CAPITAL.search(speaker):
                continue
            if first not in _DETERMINERS or "," in speaker:
                return speaker, sentence
            second = second or (speaker, sentence)
    return second


def _speakers(text: str, sentence: Sentence) -> Iterator[tuple[str, int]]:
    """Who says something in a sentence, and at which verb."""
    start, end, _ = sentence
    shown = text[start:end]
    for match in _ACCORDING.finditer(shown):
        if speaker := _head(shown[match.end() :]):
            yield speaker, start + match.start()
    for match in _BEFORE_VERB.finditer(shown):
        if _PASSIVE.search(shown, 0, match.start()):
            continue
        speaker = _tail(shown[: match.start()])
        if not speaker and (behind := _AFTER_VERB.match(shown, match.start())):
            speaker = _head(shown[behind.end() :])
        if speaker:
            yield speaker, start + match.start()


def _head(text: str) -> str:
    """The speaker that a text begins with."""
    stop = _STOP.search(text)
    words = (text[: stop.start()] if stop else text).split()
    # A stop after an initial or a title ends nothing: `Rep. Joe`, `John F. Kennedy`.
    while stop and stop[0] == "." and len(words) < _MOST_WORDS and _is_short(words):
        following = _STOP.search(text, stop.end())
        words = (text[: following.start()] if following else text).split()
        stop = following
    speaker = _checked(words)
    if stop and stop[0] == "," and words and words[0].lower() in _DETERMINERS:
        name = _NAME.match(text, stop.start())
        if name and len(name[0].split()) <= _MOST_WORDS:
            return speaker + re.sub(r"(?<=\w\w)\.$", "", name[0].rstrip())
    return speaker


def _is_short(words: list[str]) -> bool:
    return bool(words) and words[-1][:1].isupper() and len(words[-1].rstrip(".")) <= 4


def _tail(text: str) -> str:
    """The speaker that a text ends with, before a verb."""
    text = re.split(r"[\"”“»«]|''|``", text)[-1].strip()
    name = ""
    if text.endswith(","):
        # `Smith, the head of the board, said`: the name stands before what describes it.
        parts = [part for part in re.split(r",", text[:-1]) if part.strip()]
        if len(parts) < 2 or re.search(r"[\"”“»]|''|``", parts[-1]):
            return ""
        text = parts[-2]
        words = text.split()
        if words and words[0].lower() in _DETERMINERS and _NAME.fullmatch(f",{parts[-1].rstrip()}"):
            name = f",{parts[-1].rstrip()}"
    text = re.split(r"[,;:!?\"”“«»()]|``|''|\s-+\s|[–—]", text)[-1].strip()
    words = _LEADING.sub("", text).split()
    if len(words) > _MOST_WORDS:
        return ""
    speaker = _checked(words)
    return speaker + name if speaker else ""


def _checked(words: list[str]) -> str:
    """The words of a speaker, if they look like one."""
    if not words or len(words) > _MOST_WORDS:
        return ""
    speaker = " ".join(words)
    if len(words) == 1 and speaker.lower() in _PRONOUNS:
        return speaker
    if _CAPITAL.search(speaker):
        return speaker
    # A speaker without a name: `the ministry`, `a spokesman for the company`.
    return speaker if words[0].lower() in _DETERMINERS else ""
