"""Does the native core find the tokens, sentences and paragraphs that Python finds?

`searcher.analysis` is the definition; whatever differs from it is a fault of the core.
SEARCHER_FULL=1 reads every article of the real data beside the repository, and compares
the forms of an index of them too; that takes some minutes.
"""

from __future__ import annotations

import dataclasses
import itertools
import os
import random
import shutil
import sys
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path
from unicodedata import category

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searcher.analysis import Analyzer, sentence_words, tokens
from searcher.analysis.boundaries import boundaries
from searcher.analysis.tokens import token_spans
from searcher.archive import Archive
from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading import read, read_bytes
from searcher.searching.snapshot import Snapshot

native = pytest.importorskip(
    "searcher.codec._native", reason="the native extension is not built", exc_type=ImportError
)

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "corpus"
SHARED = ROOT.parent / "shared" / "data"

LISTS = [
    "TITLES",
    "NUMBERED",
    "TRAILING",
    "STATES",
    "COMPANIES",
    "COMPANY_WORDS",
    "DAYTIME",
    "TIMES",
    "GERMAN_MONTHS",
    "OPENERS",
    "SAYING",
    "DOMAINS",
]
LISTED = sorted({word for name in LISTS for word in getattr(sentence_words, name)})

# Characters and words between which the rules decide.
LETTERS = "aZéßıİǅª²½Ⅳʼ\u0345αΩΣЖё\u212aẞﬁ한ᄒＡ𝔸\U00010400"
MARKS = "\u0301\u0308\u20dd\u093f\u094d\u05b8\u0651\u0487\ufe0f\u3099\uff9e"
DIGITS = "019٣۵५\u0e51\U0001d7d8①"
OTHERS = "אعكनந北々〇あガｶーทລក\u17e1\u1000\U00020000\U0001b000"
SIGNS = ".,'’&-_!?…\"“”‘»)([]*–—。！？｡।॥۔؟።။"
SPACES = " \n\t\r\x0b\x1c\x85\u00a0\u2028\u2029\u3000\u200d\u00ad"
ODD = [
    "U.S",
    "a.m",
    "www",
    "eBay",
    "iPhone",
    "Yahoo",
    "said",
    "Иван",
    "ИВАН",
    "ΑΣ",
    "MR",
    "INC",
    "O\u212aLA",
    "MÄRZ",
    "Müller",
    "3",
    "12",
    "1234",
    "3.5",
    "R&D.A",
    "don't.x.y",
]
PUNCTUATION = [
    " ",
    " ",
    ". ",
    ".",
    '." ',
    "! ",
    '?" ',
    "… ",
    "... ",
    ", ",
    "\n",
    "\n\n",
    " (",
    "'s ",
]

SIGN = st.one_of(*map(st.sampled_from, (LETTERS, MARKS, DIGITS, OTHERS, SIGNS, SPACES)))
WORD = st.sampled_from(LISTED + ODD).flatmap(
    lambda word: st.sampled_from([word, word, word.upper(), word.lower(), word + "’s"])
)
NEWS = st.lists(st.tuples(WORD, st.sampled_from(PUNCTUATION)), max_size=25).map(
    lambda pairs: "".join(itertools.chain.from_iterable(pairs))
)
PIECES = st.lists(SIGN | WORD | st.sampled_from(PUNCTUATION) | st.characters(), max_size=40)
TEXT = st.text(max_size=80) | st.text(SIGN, max_size=120) | NEWS | PIECES.map("".join)


def check(text: str) -> None:
    spans = token_spans(text)
    assert native.token_spans(text) == spans
    assert native.boundaries(text) == boundaries(text, spans)


def check_article(article: Article) -> None:
    for text in (article.title, article.body, *article.byline):
        check(text)


@given(TEXT)
@example("")
@example("Acme Inc.\u2029The end")
@example("A.\u0301B U.N\u0301. He")
def test_random_text_has_the_same_tokens_and_boundaries(text: str) -> None:
    check(text)


@given(st.text(st.characters(max_codepoint=127), max_size=300))
def test_random_ascii_has_the_same_tokens_and_boundaries(text: str) -> None:
    check(text)


@given(st.lists(TEXT, max_size=4), st.integers(0, 130))
def test_the_place_of_a_text_in_a_longer_one_changes_nothing(parts: list[str], length: int) -> None:
    filling = "Filling, of plain words. "
    check((filling * 6)[:length].join(parts))


def test_characters_of_all_planes_are_of_the_same_kind() -> None:
    frame = "a{0}b 1{0}2 A.{0}.B U.{0} The {0}abc. {0} x. A{0}\n{0}\nb MR{0}. B{0}.C x.{0}A?” {0}"

    def is_asked(point: int) -> bool:
        # Other letters beyond the first scripts (mostly Han, Hangul) and what is not
        # assigned are alike: some will do.
        return point < 0x800 or point % 61 == 0 or category(chr(point)) not in ("Lo", "Cn", "Co")

    points = [*range(0xD800), *range(0xE000, sys.maxunicode + 1)]
    asked = [frame.format(chr(point)) for point in filter(is_asked, points)]
    for first in range(0, len(asked), 64):
        check("\n\n".join(asked[first : first + 64]))


@pytest.mark.parametrize("name", LISTS)
def test_every_word_of_a_list_counts_in_every_place(name: str) -> None:
    for word in sorted(getattr(sentence_words, name)):
        for form in (word, word.upper(), word.lower()):
            check(
                f"Then {form}. The {form} x, {form}. Roe {form}. {form}. 5 {form}. (B) {form}.A.\n"
                f"x.{form} Acme Inc. {form} 9 a.m. {form} 3. {form} J. {form}’s R. “A?” {form} B.\n"
                f'"A?" Ann {form} {form}. Roe said. Gone.{form} Gone.){form} {form}.The {form}.Then'
            )


def test_word_lists_of_python_are_all_known_to_the_tests() -> None:
    named = {name for name in vars(sentence_words) if name.isupper()}
    assert named == set(LISTS)


@pytest.mark.parametrize(
    "unit", ["a.", "a'", "1,", ".", '?" ', "\n ", "U.S. ", "a\u0301.", "北\u0301"]
)
def test_long_and_awkward_text_is_read_alike(unit: str) -> None:
    for end in (" B", "x", "\n", "é"):
        check("a" + unit * 2_000 + end)


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(UnicodeEncodeError):
        native.token_spans("a\ud800b")


def test_threads_that_meet_new_characters_together_do_not_wait_for_each_other() -> None:
    # Pages of characters are read from Python, which one thread at a time may speak to.
    choose = random.Random(5)
    points = [*range(0xD800), *range(0xE000, sys.maxunicode + 1)]
    text = " ".join(chr(choose.choice(points)) for _ in range(20_000))
    found: list[object] = []
    threads = [
        threading.Thread(target=lambda: found.append(native.token_spans(text)), daemon=True)
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert found == [token_spans(text)] * 4


def test_the_articles_of_the_corpus_are_read_alike() -> None:
    if not CORPUS.is_dir():
        pytest.skip("the sample corpus is not in this checkout")
    folders = [path for path in sorted(CORPUS.iterdir()) if path.is_dir()]
    files = [
        path
        for folder in folders
        if folder.name != "malformed"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]
    count = 0
    for article in itertools.chain.from_iterable(map(read, files)):
        check_article(article)
        count += 1
    assert count > 50


def real_articles() -> Iterator[Article]:
    """Yield a few hundred articles of each collection of real data."""
    for path in sorted(SHARED.glob("*.jsonl.xz")):
        yield from itertools.islice(read(path), 400)
    for path in sorted((SHARED / "reuters21578").glob("*.sgm.gz"))[:1]:
        yield from itertools.islice(read(path), 400)
    for path in sorted(SHARED.glob("ap88.tar.xz")):
        with tarfile.open(path, "r|xz") as archive:
            for member in itertools.islice((m for m in archive if m.isfile()), 2):
                if file := archive.extractfile(member):
                    yield from read_bytes(file.read(), name=Path(member.name).name)
    for path in sorted((SHARED / "html").rglob("*.html"))[:60]:
        yield from read(path)


def test_real_articles_are_read_alike() -> None:
    if not SHARED.is_dir():
        pytest.skip("no real data beside the repository (../shared/data)")
    for article in real_articles():
        check_article(article)


def all_collections() -> Iterator[tuple[str, Iterator[Article]]]:
    """Every article of every file of real data that the readers take, by collection."""
    for path in sorted(SHARED.iterdir()):
        if path.is_dir():
            files = sorted(file for file in path.rglob("*") if file.is_file())
            yield path.name, itertools.chain.from_iterable(map(articles_of, files))
        elif path.suffix == ".xz":
            yield path.name, articles_of(path)


def articles_of(path: Path) -> Iterator[Article]:
    try:
        if ".tar" in path.suffixes:
            with tarfile.open(path, "r|*") as archive:
                for member in archive:
                    if file := archive.extractfile(member):
                        yield from read_bytes(file.read(), name=Path(member.name).name)
        else:
            yield from read(path)
    except ReadError:
        return  # a file that is no article: notes, topics, damaged samples


@pytest.mark.skipif(not os.environ.get("SEARCHER_FULL"), reason="takes minutes: SEARCHER_FULL=1")
def test_all_real_articles_are_read_alike(tmp_path: Path) -> None:
    if not SHARED.is_dir():
        pytest.skip("no real data beside the repository (../shared/data)")
    analyzer = Analyzer("en")
    counts = {}
    for name, articles in all_collections():
        surfaces: dict[str, set[str]] = {"title": set(), "body": set(), "byline": set()}
        count = tokens_read = 0
        index = tmp_path / name
        # Ids of our own: articles of one id would replace each other.
        with Archive.create(index) as archive, archive.writer() as writer:
            for article in articles:
                for field in surfaces:
                    texts = article.byline if field == "byline" else [getattr(article, field)]
                    for text in texts:
                        spans = token_spans(text)
                        assert native.token_spans(text) == spans, (name, article.id)
                        assert native.boundaries(text) == boundaries(text, spans), article.id
                        surfaces[field].update(text[start:end] for start, end in spans)
                        tokens_read += len(spans)
                writer.add(dataclasses.replace(article, id=f"{count}", url=None, path=None))
                count += 1
        snapshot = Snapshot(str(index))
        for field, found in surfaces.items():
            forms = set(analyzer.forms_of(found)) - {""}
            indexed = {form.decode() for form in snapshot.field_terms(field)}
            assert indexed == forms, (name, field)
        snapshot.close()
        shutil.rmtree(index)
        counts[name] = (count, tokens_read)
        print(f"{name}: {count:,} articles, {tokens_read:,} tokens alike", flush=True)
    assert sum(articles for articles, _ in counts.values()) > 200_000


def test_the_shapes_the_core_reads_are_still_those_of_the_tokens() -> None:
    # Private names that the core asks for.
    assert tokens._SHAPES[0x301] == tokens._MARK
    assert tokens._SHAPES[ord("北")] == tokens._UNSPACED
    assert tokens._SHAPES[ord("a")] == "a"
