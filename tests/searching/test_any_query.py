"""Does any string at all get an answer or a `QueryError`, and nothing else?

Random strings and spoilt copies of good queries, up to 10,000 characters and beyond.
SEARCHER_FUZZ sets how many (600 by default).
"""

from __future__ import annotations

import os
import random
import string
from pathlib import Path

import pytest

from searcher import Archive, Article, QueryError
from searcher.cli.query import EXAMPLES

COUNT = int(os.environ.get("SEARCHER_FUZZ", "600"))
PIECES = [
    *(query for query, _ in EXAMPLES),
    *("AND", "OR", "NOT", "(", ")", '"', "“", "w/5", "pre/2", "w/s", "NOT w/3", "atleast2(", "*"),
    *("title:", "date:", "date:2019..", "has:", "length:>", "source:", "^2", "~", "~1", "=", "+"),
    *("-", "?", "a*b*c", "café", "北京", "U.N.", "O'Brien", "1,000,000", "\x00", "\x1b[2J", "😀"),
    *("\ud800", "\u202e", "ﷺ", "ทำ", "½", "İ", "\u0301", "'", ":", "..", "\n", "\t", "\u00a0"),
]
ALPHABET = string.printable + "“”–—…éßİ北\u0301\u0e33\ud83d"


def random_text(rng: random.Random) -> str:
    kind = rng.randrange(4)
    size = rng.choice((3, 20, 200, 2000)) if rng.random() < 0.98 else 10_500
    if kind == 0:
        return "".join(rng.choices(ALPHABET, k=size))
    if kind == 1:
        return "".join(chr(rng.randrange(0x11_0000)) for _ in range(min(size, 300)))
    text = rng.choice(("", " ")).join(rng.choices(PIECES, k=max(1, size // 8)))
    if kind == 3:  # spoil a few characters
        for _ in range(rng.randrange(1, 6)):
            at = rng.randrange(len(text) + 1)
            text = text[:at] + rng.choice(("", rng.choice(ALPHABET))) + text[at + 1 :]
    return text


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    archive = Archive.create(Path(tmp_path_factory.mktemp("any")) / "index")
    with archive.writer() as writer:
        writer.add(Article("Truce urged in Libya", "Tripoli's airport closed. A truce.\n\nOil."))
        writer.add(Article("Café", "O'Brien of AT&T; 1,000,000 ballots. 北京 ทำ ½.", ("Ada O.",)))
    return archive


@pytest.mark.parametrize("seed", range(6))
def test_any_string_is_answered_or_refused(seed: int, archive: Archive) -> None:
    rng = random.Random(seed)
    answered = 0
    for _ in range(COUNT // 6):
        text = random_text(rng)
        try:
            results = archive.search(text, limit=2)
        except QueryError as error:
            assert 0 <= error.position <= len(text)
            continue
        answered += 1
        assert archive.ids(results.understood) == archive.ids(text)
    assert answered


@pytest.mark.parametrize(
    "text",
    ["source:\ud800", "source:\ud800*", 'url:"a\ud800"', "path:?\udfff", "\ud800~1"],
)
def test_a_lone_surrogate_matches_nothing_or_is_refused(text: str, archive: Archive) -> None:
    try:
        assert archive.search(text).total == 0
    except QueryError as error:
        assert 0 <= error.position <= len(text)
