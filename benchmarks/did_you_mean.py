"""Is a misspelt word mended, and a rightly spelt one left alone?

Draws words of headlines from an index, makes one random slip in each (a letter put in, left
out, replaced, or two swapped), asks for it, and counts how often the right word is
suggested; then asks for words as they are, rare ones included, and counts suggestions.
A slip that makes another word of the archive cannot be told; those are counted apart.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import Counter
from pathlib import Path
from random import Random

from runs_store import keep

from searcher import Archive
from searcher.searching.snapshot import Snapshot

LETTERS = "abcdefghijklmnopqrstuvwxyz"
KINDS = ("put in", "left out", "replaced", "swapped")


def slip(word: str, kind: str, random: Random) -> str:
    """`word` with one slip, never the same."""
    while True:
        at = random.randrange(len(word))
        letter = random.choice(LETTERS)
        if kind == "put in":
            made = word[:at] + letter + word[at:]
        elif kind == "left out":
            made = word[:at] + word[at + 1 :]
        elif kind == "replaced":
            made = word[:at] + letter + word[at + 1 :]
        else:
            at = random.randrange(len(word) - 1)
            made = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        if made != word:
            return made


def words_of(index: str, shortest: int) -> dict[str, int]:
    """The words of headlines, with how many have them."""
    snapshot = Snapshot(index)
    terms = (term.decode() for term in snapshot.field_terms("title"))
    words = [w for w in terms if len(w) >= shortest and w.isascii() and w.isalpha()]
    frequencies = snapshot.form_frequencies(*words)
    found = {word: title for word, (title, _, _) in zip(words, frequencies, strict=True)}
    snapshot.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", required=True, help="an index of English news")
    parser.add_argument("--words", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shortest", type=int, default=4, help="letters of the shortest word")
    parser.add_argument(
        "--distinct", action="store_true", help="rare words are drawn as often as frequent ones"
    )
    parser.add_argument(
        "--no-words", action="store_true", help="draw again where a slip makes another word"
    )
    parser.add_argument("--show", action="store_true", help="print what was not mended")
    parser.add_argument("--keep", action="store_true", help="write the figures under runs/")
    options = parser.parse_args()
    random = Random(options.seed)
    words = words_of(options.index, options.shortest)
    weights = None if options.distinct else list(words.values())
    drawn = random.choices(list(words), weights, k=options.words)
    outcomes: Counter[tuple[str, str]] = Counter()
    times = []
    with Archive.open(options.index) as archive:
        for word in drawn:
            kind = random.choice(KINDS)
            typed = slip(word, kind, random)
            if options.no_words:
                while archive.search(typed, limit=0).total:
                    word, kind = random.choices(list(words), weights)[0], random.choice(KINDS)
                    typed = slip(word, kind, random)
            started = time.perf_counter()
            results = archive.search(typed, limit=1)
            times.append((time.perf_counter() - started) * 1000)
            if results.suggestions:
                outcome = "right" if results.suggestions[0].suggestion == word else "wrong"
            else:
                outcome = "is a word" if results.total else "silent"
            outcomes[kind, outcome] += 1
            if options.show and outcome != "right":
                meant = [each.suggestion for each in results.suggestions]
                print(f"{outcome:10} {kind:9} {word} {words[word]} {typed} {meant} {results.total}")
        rare = random.choices(list(words), k=options.words)
        doubted = [word for word in rare if archive.search(word, limit=1).suggestions]
    total = Counter[str]()
    for (_, outcome), number in outcomes.items():
        total[outcome] += number
    for kind in KINDS:
        print(kind.ljust(10), {o: n for (k, o), n in sorted(outcomes.items()) if k == kind})
    right = total["right"] / options.words
    told = total["right"] / (options.words - total["is a word"])
    print(f"right {right:.1%} of all, {told:.1%} of those that are no words themselves; {total}")
    print(f"{len(doubted)} of {options.words} rightly spelt words doubted {doubted[:9]}")
    print(f"median {statistics.median(times):.2f} ms, worst {max(times):.1f} ms a query")
    if options.keep:
        figures = {"right": right, "right_of_no_words": told, "doubted": len(doubted)}
        asked = {**vars(options), "index": Path(options.index).name}
        print(keep("did-you-mean", [{**asked, **figures, "outcomes": dict(total)}]))


if __name__ == "__main__":
    main()
