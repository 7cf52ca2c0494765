"""Where do sentences and paragraphs begin?

Paragraphs are parted by a blank line.  A sentence ends at `.`, `!`, `?` or an
ellipsis, with the quotes and brackets that close after it, when white space
follows; and at the full stops of scripts that write none (。 । ؟).  Then the
neighbours are asked, in this order:

1. A next word in small letters goes on: `"Why?" he asked`, `e.g. oil`.
2. `!` and `?` end the sentence, except where a quotation is followed by who said
   it: `"Why?" Smith asked`.
3. A number or letter that opens its sentence is a label: `2. Turn left`, `Q. Why?`
4. After an abbreviation it depends on its kind.  Titles (`Gen.`) always go on.
   Those that need a number (`No.`, `Jan.`) end unless one follows; companies
   (`Inc.`), states after a comma (`, Ind.`) and `a.m.` end unless a word follows
   that goes with them.  The others (`U.S.`, `Jr.`, initials) end only before a
   word that begins sentences and names nothing, such as `The` or `He`.
5. Every other stop ends the sentence.

Pages whose paragraphs were glued together are common in archives, so a stop
without white space ends a sentence too, if what stands on both sides looks like
it: `was closed.The airport`.

These are rules and word lists in the classical manner (Grefenstette and
Tapanainen 1994), made for English wire copy and forgiving to other languages.
Nothing is learned from the text as Punkt does, no grammar is known, and a line
break without a blank line is a space.

Only the surroundings of punctuation are looked at and positions are found by
bisection, so the cost is that of a search for the punctuation.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cache

from searcher.analysis import sentence_words as words

__all__ = ["boundaries"]

Spans = list[tuple[int, int]]

# Full stops after which no space is written, or that mean nothing else.
_UNSPACED_STOPS = "。！？｡।॥۔؟።။"

# A quotation's speaker is looked for in this many words:
# `EPA Administrator Lee M. Thomas said`.
_SPEAKER = 7


def boundaries(text: str, spans: Spans) -> tuple[list[int], list[int]]:
    """Return the positions of the tokens that open sentences and paragraphs.

    `spans` are the tokens of `text`.  Both lists ascend; the first of each is 0
    when there is any token, and what opens a paragraph opens a sentence.
    """
    if not spans:
        return [], []
    paragraphs = _paragraph_starts(text, spans)
    sentences = set(paragraphs)
    following = 0
    for stop in _stops().finditer(text):
        following = bisect_left(spans, (stop.start(),), following)
        if following == len(spans):
            break
        if following not in sentences and _ends_sentence(text, spans, stop, following, sentences):
            sentences.add(following)
    return sorted(sentences), paragraphs


def _paragraph_starts(text: str, spans: Spans) -> list[int]:
    found = [0]
    for match in _blank_lines().finditer(text):
        position = bisect_left(spans, (match.end(),), found[-1])
        if position == len(spans):
            break
        if position > found[-1]:
            found.append(position)
    return found


@cache
def _blank_lines() -> re.Pattern[str]:
    return re.compile(r"\n[^\S\n]*\n|\u2029")


@cache
def _stops() -> re.Pattern[str]:
    """Return what finds stops with all that closes after them.

    Those of spaced scripts only before white space or, as glued, a capital.  One
    class begins it all, which the regular expression engine searches quickly; a run
    of stops is tried from its first alone, or long ones would cost their square.
    """
    return re.compile(
        rf"[.!?…{_UNSPACED_STOPS}](?<![.!?…][.!?…])(?:(?<=[{_UNSPACED_STOPS}])"
        r"""|[.!?…]*+["'’”»)\]*]*+(?=\s|["“‘(]?[A-Z]))"""
    )


def _ends_sentence(
    text: str, spans: Spans, stop: re.Match[str], following: int, sentences: set[int]
) -> bool:
    """Tell whether `stop` ends a sentence, so that the token at `following` opens one."""
    mark = stop[0]
    if mark in _UNSPACED_STOPS:
        return True
    start, end = spans[following]
    next_word = text[start:end]
    if next_word[0].islower() and not next_word[1:2].isupper():  # eBay, iPhone
        return False
    start, end = spans[following - 1]
    word = text[start:end]
    if not text[stop.end()].isspace():
        closed = text[stop.start() - 1] == ")" or len(mark) > 1
        return end <= stop.start() and _looks_glued(word, next_word, closed)
    if "!" in mark or "?" in mark:
        if word == "Yahoo" and mark == "!":
            return _opens(text, spans, following)
        return mark[-1] not in "\"'’”»" or not _names_speaker(text, spans, following)
    if end != stop.start() or mark.startswith(".."):
        return True
    if following - 1 in sentences and (len(word) == 1 or (word.isdigit() and len(word) <= 3)):
        return False
    return _ends_after_word(text, spans, following)


def _looks_glued(word: str, next_word: str, closed: bool) -> bool:
    """Tell whether a stop between two words lacks its space: `closed.The`, not `Amazon.Com`.

    `closed` says that a bracket or quotation ended there too.
    """
    number = word[0].isdigit()
    if (
        word == "www"
        or next_word in words.DOMAINS
        or _is_abbreviation(word)
        or ("." in word and not number)
    ):
        return False
    if closed or number:
        return next_word[1:2].islower() or next_word in words.OPENERS
    if word.islower():
        return len(word) > 1
    if len(next_word) > 1 and next_word in words.OPENERS:
        return True
    name = len(word) > 3 and word[1:].islower()
    initials = len(word) > 1 and word.isupper()
    return (name or initials) and len(next_word) > 2 and next_word[1:].islower()


def _is_abbreviation(word: str) -> bool:
    lists = (words.TITLES, words.TRAILING, words.NUMBERED, words.STATES)
    return any(word in listed for listed in lists)


def _ends_after_word(text: str, spans: Spans, following: int) -> bool:
    """Tell whether a full stop right after the word before `following` ends a sentence."""
    start, end = spans[following - 1]
    word = text[start:end]
    next_start, next_end = spans[following]
    next_word = text[next_start:next_end]
    number_follows = next_word[0].isdigit()
    if word.isupper() and len(word) > 1 and "." not in word:
        word = word.capitalize()  # MR. SMITH
    if word.isdigit():
        return next_word not in words.GERMAN_MONTHS
    if word in words.TITLES:
        return False
    if word in words.NUMBERED:
        return not number_follows
    if word in words.COMPANIES:
        goes_on = next_word in words.COMPANY_WORDS or next_word in words.TIMES
        return not (goes_on or number_follows or _set_apart(text, end, next_start))
    if word in words.DAYTIME:
        zone = next_word in words.TIMES or (next_word.isupper() and len(next_word) > 1)
        return not (zone or number_follows)
    if word in words.STATES and text[start - 2 : start] == ", ":
        return not (number_follows or _set_apart(text, end, next_start))
    acronym = "." in word and word[0].isalpha()
    initial = len(word) == 1 and word.isupper()
    if acronym or initial or word in words.TRAILING or word in words.STATES:
        return _opens(text, spans, following)
    return True


def _set_apart(text: str, start: int, end: int) -> bool:
    """Tell whether a bracket or dash stands between: `Inc. (ACME.N)`, `D.C. -- The`."""
    between = text[start:end]
    return any(sign in between for sign in "([-–—_")


def _opens(text: str, spans: Spans, position: int) -> bool:
    """Tell whether the token at `position` is a word that begins sentences."""
    start, end = spans[position]
    word = text[start:end]
    if len(word) == 1 and text[end : end + 1] == ".":  # an initial: Jr. A. Smith
        return False
    return word.replace("’", "'").partition("'")[0] in words.OPENERS  # They're


def _names_speaker(text: str, spans: Spans, following: int) -> bool:
    """Tell whether the words from `following` on are who said the quotation before."""
    if _opens(text, spans, following):
        return False
    for position in range(following, min(following + _SPEAKER, len(spans))):
        start, end = spans[position]
        word = text[start:end]
        if word in words.SAYING:
            return position > following
        if text[end : end + 1] in ".!?" and len(word) > 1 and word not in words.TITLES:
            return False
    return False
