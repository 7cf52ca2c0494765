"""Do queries over real newswire equal a reading of every article?

Each query stands beside a predicate in plain Python that reads one article.  The
articles are other people's and not part of this project: without them the tests are
skipped.  By default a few thousand articles are read; SEARCHER_FULL=1 reads all of
Reuters-21578 and of AP 1988.
"""

from __future__ import annotations

import datetime as dt
import os
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from searcher import Archive, Article, read
from searcher.analysis import Analyzer

DATA = Path(__file__).parents[3] / "shared" / "data"
FULL = bool(os.environ.get("SEARCHER_FULL"))
analyzer = Analyzer("en")


class Reading:
    """One article as the predicates read it."""

    def __init__(self, article: Article) -> None:
        self.article = article
        self.fields = [analyzer.forms(article.title), analyzer.forms(article.body)]
        self.stems = [[analyzer.stem(form) for form in forms] for forms in self.fields]
        self.body_words = len(self.fields[1])

    def word(self, text: str) -> bool:
        return any(analyzer.stem(text) in stems for stems in self.stems)

    def exact(self, form: str) -> bool:
        return any(form in forms for forms in self.fields)

    def phrase(self, text: str) -> bool:
        words = text.split()
        return any(
            forms[i : i + len(words)] == words for forms in self.fields for i in range(len(forms))
        )

    def near(self, a: str, b: str, distance: int, *, ordered: bool = False) -> bool:
        for stems in self.stems:
            left = [i for i, s in enumerate(stems) if s == analyzer.stem(a)]
            right = [i for i, s in enumerate(stems) if s == analyzer.stem(b)]
            gaps = [j - i if ordered else abs(j - i) for i in left for j in right]
            if any(0 < gap <= distance for gap in gaps):
                return True
        return False

    def pairs(
        self, left: Callable[[list[str], int], int], right: Callable[[str], bool], distance: int
    ) -> bool:
        """Whether a run that `left` finds (its length in words, 0: none) has a form that
        `right` accepts at most `distance` words after its last word."""
        for forms in self.fields:
            for i in range(len(forms)):
                size = left(forms, i)
                end = i + size
                if size and any(map(right, forms[end : end + distance])):
                    return True
        return False

    def in_march_1987(self) -> bool:
        day = self.day()
        return day is not None and (day.year, day.month) == (1987, 3)

    def count(self, text: str) -> int:
        return sum(stems.count(analyzer.stem(text)) for stems in self.stems)

    def day(self) -> dt.date | None:
        date = self.article.date
        return date.astimezone(dt.UTC).date() if isinstance(date, dt.datetime) else date

    def byline(self, form: str) -> bool:
        return any(form in analyzer.forms(name) for name in self.article.byline)


Predicate = Callable[[Reading], bool]

COMMON: dict[str, Predicate] = {
    "oil": lambda r: r.word("oil"),
    "=price": lambda r: r.exact("price"),
    '"crude oil"': lambda r: r.phrase("crude oil"),
    '"the price of oil"': lambda r: r.phrase("the price of oil"),
    "oil AND price": lambda r: r.word("oil") and r.word("price"),
    "strike OR union": lambda r: r.word("strike") or r.word("union"),
    "bank NOT w/5 central": lambda r: any(
        s == analyzer.stem("bank")
        and analyzer.stem("central") not in stems[max(0, i - 5) : i] + stems[i + 1 : i + 6]
        for stems in r.stems
        for i, s in enumerate(stems)
    ),
    "oil w/5 price": lambda r: r.near("oil", "price", 5),
    "interest pre/2 rate": lambda r: r.near("interest", "rate", 2, ordered=True),
    "atleast3(bank)": lambda r: r.count("bank") >= 3,
    "title:bank": lambda r: analyzer.stem("bank") in r.stems[0],
    "lead:president": lambda r: analyzer.stem("president") in r.stems[1][:60],
    "govern*": lambda r: any(f.startswith("govern") for forms in r.fields for f in forms),
    "*ization": lambda r: any(f.endswith("ization") for forms in r.fields for f in forms),
    "U.S. AND japan": lambda r: r.word("us") and r.word("japan"),
    "+trade -japan": lambda r: r.word("trade") and not r.word("japan"),
    "gold silver": lambda r: r.word("gold") or r.word("silver"),
    '"gold" mine': lambda r: r.exact("gold"),
    "length:>500 tax": lambda r: r.body_words > 500 and r.word("tax"),
    "NOT has:byline AND dollar": lambda r: not r.article.byline and r.word("dollar"),
}


def one_slip(a: str, b: str) -> bool:
    """Whether one inserted, deleted, replaced or swapped character makes b of a."""
    if a[:1] != b[:1]:
        return False
    splits = [(a[:i], a[i:]) for i in range(len(a) + 1)]
    letters = set(b)
    made = {a}
    made |= {x + y[1:] for x, y in splits if y}
    made |= {x + y[1] + y[0] + y[2:] for x, y in splits if len(y) > 1}
    made |= {x + c + y for x, y in splits for c in letters}
    made |= {x + c + y[1:] for x, y in splits if y for c in letters}
    return b in made


def is_oil(forms: list[str], i: int) -> int:
    return int(analyzer.stem(forms[i]) == "oil")


def is_price(form: str) -> bool:
    return form.startswith("price")


REUTERS: dict[str, Predicate] = {
    "opec date:1987-03": lambda r: r.word("opec") and r.in_march_1987(),
    "oil w/5 price*": lambda r: (
        r.pairs(is_oil, is_price, 5)
        or r.pairs(lambda forms, i: int(is_price(forms[i])), lambda f: analyzer.stem(f) == "oil", 5)
    ),
    '"crude oil" pre/3 barrel': lambda r: r.pairs(
        lambda forms, i: 2 * (forms[i : i + 2] == ["crude", "oil"]),
        lambda form: analyzer.stem(form) == "barrel",
        3,
    ),
    "atleast5(opec)": lambda r: r.count("opec") >= 5,
    'title:(fed OR "federal reserve") date:1987-03': lambda r: (
        r.in_march_1987()
        and (
            analyzer.stem("fed") in r.stems[0]
            or any(r.fields[0][i : i + 2] == ["federal", "reserve"] for i in range(60))
        )
    ),
    "dlr~1 NOT w/3 yen": lambda r: any(
        one_slip("dlr", form) and "yen" not in stems[max(0, i - 3) : i] + stems[i + 1 : i + 4]
        for forms, stems in zip(r.fields, r.stems, strict=True)
        for i, form in enumerate(forms)
    ),
    "has:byline": lambda r: bool(r.article.byline),
}
# In Reuters-21578, by both readings; within 4 words there are 15.
FINDS_NOTHING = ('"crude oil" pre/3 barrel',)
AP: dict[str, Predicate] = {
    "dukakis since:1988-11-08 until:1988-11-09": lambda r: (
        r.word("dukakis")
        and (day := r.day()) is not None
        and dt.date(1988, 11, 8) <= day <= dt.date(1988, 11, 9)
    ),
    "byline:david": lambda r: r.byline("david"),
}


def reuters_files() -> list[Path]:
    files = sorted((DATA / "reuters21578").glob("*.sgm.gz"))
    if not files:
        pytest.skip(f"the Reuters-21578 files are not in {DATA}")
    return files if FULL else files[:3]


def ap_files(folder: Path) -> list[Path]:
    archive = DATA / "ap88.tar.xz"
    if not archive.exists():
        pytest.skip(f"ap88.tar.xz is not in {DATA}")

    def members(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
        for number, member in enumerate(tar):
            if not FULL and number > 12:
                return
            yield member

    with tarfile.open(archive) as tar:
        tar.extractall(folder, members=members(tar), filter="data")
    return sorted(path for path in folder.rglob("AP*") if path.is_file())


def compare(archive: Archive, files: list[Path], predicates: dict[str, Predicate]) -> int:
    expected: dict[str, set[str]] = {query: set() for query in predicates}
    count = 0
    for file in files:
        for article in read(file):
            count += 1
            reading = Reading(article)
            for query, predicate in predicates.items():
                if predicate(reading):
                    expected[query].add(article.id)
    for query, ids in expected.items():
        assert set(archive.ids(query)) == ids, query
        assert archive.search(query).total == len(ids), query
        assert ids or query in FINDS_NOTHING, f"{query} finds nothing: choose another"
    return count


def test_queries_on_reuters_equal_a_reading_of_every_article(tmp_path: Path) -> None:
    files = reuters_files()
    archive = Archive.create(tmp_path / "index")
    report = archive.index(*files)
    assert report.failed == []
    assert compare(archive, files, COMMON | REUTERS) == len(archive)
    if FULL:
        assert len(archive) == 21_578
        assert archive.search("has:date").total == 21_578
        assert archive.search("has:byline").total == 875


def test_queries_on_ap_equal_a_reading_of_every_article(tmp_path: Path) -> None:
    files = ap_files(tmp_path / "ap88")
    predicates = COMMON | (AP if FULL else {"byline:david": AP["byline:david"]})
    archive = Archive.create(tmp_path / "index")
    report = archive.index(*files)
    assert report.failed == []
    assert compare(archive, files, predicates) == len(archive)
    if FULL:
        assert len(archive) == 79_923
