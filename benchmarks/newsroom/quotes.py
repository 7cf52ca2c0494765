"""Are quotations found, verbatim and altered, and foreign ones not?

Draws passages of 8 to 40 words from the sentences of random articles of an index, alters each
in six ways and one, and asks for all of them; then for as many passages of another archive.  A
passage counts as found if the answer shows an article that has it, where it has it.  The
earliest article that has it is found beside by reading all articles.

    typography   other marks of quotation and dashes, hyphens as blanks, capitals
    replaced     a tenth to a fifth of the words are others
    left out     a tenth to a fifth of the words are not there
    put in       a tenth to a fifth of the words are more
    swapped      a tenth to a fifth of the words change places with their neighbours
    misspelt     a fifth of the words have a letter that is another, more or less
    elided       a quarter of the words, in the middle, is "..."
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from random import Random
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from runs_store import keep

import searcher
from searcher import Archive, Article
from searcher.analysis import Analyzer
from searcher.comparing.sentences import sentences
from searcher.searching.snapshot import Snapshot

SHORTEST, LONGEST = 8, 40
_SEED_WORDS = 6


class Passage(NamedTuple):
    """What was drawn, and from where."""

    id: str
    start: int
    end: int
    text: str


def drawn(article: Article, random: Random) -> Passage | None:
    """A passage of an article: from the beginning of a sentence on."""
    body = article.body
    found = sentences(body)
    if not found:
        return None
    start = random.choice(found).start
    spans = Analyzer("en").spans(body[start : start + 1_000])
    words = random.randint(SHORTEST, LONGEST)
    if len(spans) <= words:
        return None
    end = start + spans[words - 1][1]
    start += spans[0][0]
    return Passage(article.id, start, end, body[start:end])


def typography(words: list[str], random: Random, others: list[str]) -> str:
    text = " ".join(words).replace('"', "”").replace("'", "’").replace("-", " ")
    return f"“{text.upper() if random.random() < 0.3 else text.capitalize()}”"


def some(words: list[str], random: Random) -> set[int]:
    """The places of a tenth to a fifth of the words, one at least."""
    share = random.uniform(0.1, 0.2)
    return set(random.sample(range(len(words)), max(1, round(share * len(words)))))


def replaced(words: list[str], random: Random, others: list[str]) -> str:
    chosen = some(words, random)
    return " ".join(random.choice(others) if i in chosen else w for i, w in enumerate(words))


def left_out(words: list[str], random: Random, others: list[str]) -> str:
    chosen = some(words, random)
    return " ".join(w for i, w in enumerate(words) if i not in chosen)


def put_in(words: list[str], random: Random, others: list[str]) -> str:
    chosen = some(words, random)
    return " ".join(
        f"{random.choice(others)} {w}" if i in chosen else w for i, w in enumerate(words)
    )


def swapped(words: list[str], random: Random, others: list[str]) -> str:
    words = list(words)
    for i in sorted(some(words, random)):
        if i + 1 < len(words):
            words[i], words[i + 1] = words[i + 1], words[i]
    return " ".join(words)


def misspelt(words: list[str], random: Random, others: list[str]) -> str:
    words = list(words)
    for i in random.sample(range(len(words)), max(1, len(words) // 5)):
        word = words[i]
        at = random.randrange(len(word))
        letter = random.choice("abcdefghijklmnopqrstuvwxyz")
        words[i] = word[:at] + random.choice(("", letter, letter + word[at])) + word[at + 1 :]
    return " ".join(filter(None, words))


def elided(words: list[str], random: Random, others: list[str]) -> str:
    length = max(2, len(words) // 4)
    at = random.randint(2, max(2, len(words) - length - 2))
    return " ".join([*words[:at], "...", *words[at + length :]])


WAYS: dict[str, Callable[[list[str], Random, list[str]], str]] = {
    "typography": typography,
    "replaced": replaced,
    "left out": left_out,
    "put in": put_in,
    "swapped": swapped,
    "misspelt": misspelt,
    "elided": elided,
}


def earliest(index: str, passages: list[Passage]) -> dict[str, set[str]]:
    """For each passage the ids of the earliest articles that have its words, by reading all."""
    analyzer = Analyzer("en")
    wanted: defaultdict[tuple[str, ...], list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
    for passage in passages:
        forms = tuple(analyzer.forms(passage.text))
        wanted[forms[:_SEED_WORDS]].append((passage.text, forms))
    holders: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    snapshot = Snapshot(index)
    for segment in snapshot.segments:
        dates = segment.dates_us()
        for number in segment.live:
            stored = segment.stored(number)
            for text in (stored["title"], stored["body"]):
                forms = tuple(analyzer.forms(text))
                seeds = zip(*(forms[i:] for i in range(_SEED_WORDS)), strict=False)
                for at, seed in enumerate(seeds):
                    for quote, words in wanted.get(seed, ()):
                        if forms[at : at + len(words)] == words:
                            holders[quote].append((dates[number], stored["id"]))
    snapshot.close()
    return {
        quote: {id for date, id in found if date == min(found)[0]}
        for quote, found in holders.items()
    }


def articles(archive: Archive, random: Random) -> Iterator[Article]:
    ids = archive.ids("*")
    while True:
        yield archive.get(random.choice(ids))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--index", required=True, help="an index of English news")
    parser.add_argument("--foreign", required=True, help="an index of other news")
    parser.add_argument("--quotes", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-first", action="store_true", help="do not read all articles")
    parser.add_argument("--show", action="store_true", help="print what was missed")
    parser.add_argument("--keep", action="store_true", help="write the figures under runs/")
    options = parser.parse_args()
    random = Random(options.seed)
    figures: dict[str, float | int | None] = {}

    with Archive.open(options.index) as archive:
        found = (drawn(article, random) for article in articles(archive, random))
        passages = list(islice(filter(None, found), options.quotes))
        others = [word for passage in passages for word in passage.text.split()]
        first = {} if options.no_first else earliest(options.index, passages)
        times: defaultdict[str, list[float]] = defaultdict(list)

        def ask(kind: str, text: str) -> searcher.Quotation:
            started = time.thread_time()
            answer = archive.quote(text)
            times[kind].append((time.thread_time() - started) * 1000)
            return answer

        def is_there(passage: Passage, one: searcher.Appearance) -> bool:
            """Whether an article has the passage where it is said to have it."""
            body = archive.get(one.id).body
            at = passage.start if one.id == passage.id else body.find(passage.text)
            return at >= 0 and one.start < at + len(passage.text) and one.end > at

        for kind in ("verbatim", *WAYS):
            hits = firsts = 0
            verdicts: Counter[str] = Counter()
            for passage in passages:
                text = passage.text
                if kind != "verbatim":
                    text = WAYS[kind](text.split(), random, others)
                answer = ask(kind, text)
                verdicts[answer.verdict] += 1
                holding = first.get(passage.text, set())
                there = [one for one in answer if is_there(passage, one)]
                is_hit = bool(there) and (kind != "verbatim" or answer.verdict == "verbatim")
                hits += is_hit
                firsts += answer.first is not None and answer.first.id in holding
                if options.show and not is_hit:
                    print(f"{kind}: {answer.verdict} {text!r}\n    {passage.text!r}")
            figures[kind] = hits / len(passages)
            spread = ", ".join(f"{v} {n}" for v, n in verdicts.most_common())
            said = f"{kind:11} found {hits / len(passages):.4f}"
            if not options.no_first:
                figures[f"{kind}, first"] = firsts / len(passages)
                said += f", the earliest article first {firsts / len(passages):.4f}"
            print(f"{said}; {statistics.mean(times[kind]):.1f} ms; {spread}", flush=True)

        with Archive.open(options.foreign) as foreign:
            found = (drawn(article, random) for article in articles(foreign, random))
            strangers = list(islice(filter(None, found), options.quotes))
        really = {} if options.no_first else earliest(options.index, strangers)
        called = 0
        verdicts = Counter()
        for passage in strangers:
            answer = ask("foreign", passage.text)
            verdicts[answer.verdict] += 1
            is_called = answer.verdict in ("verbatim", "folded", "altered")
            called += is_called and passage.text not in really
            if options.show and is_called:
                print(f"foreign: {answer.verdict} {passage.text!r}\n    {answer[0].passage!r}")
        figures["foreign, called here"] = called / len(strangers)
        figures["foreign, really here"] = len(really)
        said = f"foreign     called here {called / len(strangers):.4f}"
        print(f"{said}; {statistics.mean(times['foreign']):.1f} ms; {dict(verdicts)}")

    for kind, taken in times.items():
        figures[f"{kind}, mean ms"] = round(statistics.mean(taken), 2)
        figures[f"{kind}, slowest ms"] = round(max(taken), 1)
    whole = [ms for taken in times.values() for ms in taken]
    print(f"{statistics.mean(whole):.1f} ms of processor a quotation, slowest {max(whole):.1f}")
    if options.keep:
        asked = {"index": Path(options.index).name, "quotes": options.quotes, "seed": options.seed}
        print(keep("quotes", [{**asked, **figures}]))


if __name__ == "__main__":
    main()
