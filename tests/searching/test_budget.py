"""Costly queries end, with the right answer or with an error that says what is too costly;
deadlines are kept, in every stage, by both executors."""

from __future__ import annotations

import contextlib
import math
import os
import pickle
import random
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from searcher import Archive, Article, Results
from searcher.analysis import Analyzer
from searcher.codec.core import find_core
from searcher.errors import DeadlineError, QueryError, SearcherError
from searcher.query import Pattern, Phrase, parse, simplify
from searcher.request import Request
from searcher.searching import budget as budgets
from searcher.searching.budget import Budget
from searcher.searching.occurrences import lonely_spans, near_spans, within_spans
from searcher.searching.plain import PlainExecutor
from searcher.searching.snapshot import Snapshot
from tests.query.hostile import hostile_query

pytestmark = pytest.mark.same_without_core

ARTICLES = 1200
HANG_GUARD_S = 240
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_TWO = [a + b for a in _LETTERS for b in _LETTERS]


def _articles() -> Iterator[Article]:
    chosen = random.Random(12)
    frequent = ["the", "of", "to", "and", "storm", "market", "said", "minister"]
    for i in range(ARTICLES):
        words = []
        for _ in range(chosen.randint(20, 120)):
            if chosen.random() < 0.5:
                words.append(chosen.choice(frequent))
            else:
                words.append("".join(chosen.choices(_LETTERS, k=chosen.randint(2, 5))))
            if chosen.random() < 0.08:
                words[-1] += "."
        yield Article(
            " ".join(words[:6]), " ".join(words), id=f"a{i}", path=f"news/{i % 7}/{i}.txt"
        )


class Made:
    """One index of the articles of each kind, made when it is first asked for, and what it
    answered to the costly queries: each is asked once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._archives: dict[str, Archive] = {}
        self._outcomes: dict[tuple[str, str], Results | QueryError] = {}

    def archive(self, kind: str) -> Archive:
        """The archive of a kind, with SEARCHER_NATIVE as it is for it."""
        if kind not in self._archives:
            made = self._archives[kind] = Archive.create(self._folder / kind)
            with made.writer() as writer:
                for article in _articles():
                    writer.add(article)
        return self._archives[kind]

    def outcome(self, kind: str, name: str) -> Results | QueryError:
        """What a costly query came to."""
        if (kind, name) not in self._outcomes:
            try:
                found: Results | QueryError = self.archive(kind).search(COSTLY[name], limit=5)
            except QueryError as error:
                found = error
            self._outcomes[kind, name] = found
        return self._outcomes[kind, name]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return Made(tmp_path_factory.mktemp("costly"))


@contextlib.contextmanager
def _path(kind: str) -> Iterator[None]:
    """Within, what is asked goes by the executor of a kind."""
    if kind == "native" and find_core().module is None:
        pytest.skip("needs the native core")
    with pytest.MonkeyPatch.context() as patch:
        if kind == "plain":
            patch.setenv("SEARCHER_NATIVE", "off")
        yield


@pytest.fixture(params=["native", "plain"])
def kind(request: pytest.FixtureRequest) -> Iterator[str]:
    with _path(request.param):
        yield request.param


@pytest.fixture
def archive(made: Made, kind: str) -> Archive:
    return made.archive(kind)


def _joined(separator: str, items: list[str], most: int = 10_000) -> str:
    text = items[0]
    for item in items[1:]:
        if len(text) + len(separator) + len(item) > most:
            break
        text += separator + item
    return text


COSTLY = {
    "a phrase of patterns": '"' + " ".join(["s*"] * 200) + '"',
    "patterns without a beginning": _joined(" OR ", [f"*{two}*" for two in _TWO[:100]]),
    "all of those": _joined(" ", [f"*{two}*" for two in _TWO]),
    "patterns near each other": "m* w/50 s*",
    "every letter": _joined(" OR ", [f"{letter}*" for letter in _LETTERS]),
    "pairs of pairs": "(the w/50 of) w/50 (to w/50 and)",
    "pairs anywhere": "(the w/9999 of) w/9999 (to w/9999 and)",
    "very often": "atleast9999(the)",
    "fuzzy words": _joined(" ", [f"mark{two}~" for two in _TWO]),
    "many words": _joined(" OR ", _TWO),
    "a phrase of the frequent": '"' + _joined(" ", ["the * of"] * 2000, 9_990) + '"',
    "a phrase of any words": '"the ' + " ".join(["*"] * 2000) + ' of"',
    "sentences of sentences": "((the w/s of) w/s and) w/p to",
    "not near": _joined(" OR ", [f"(the NOT w/9999 {two})" for two in _TWO]),
    "many stars": _joined(" ", [f"*a*b*c*d*{two}*" for two in _TWO]),
    "values": _joined(" OR ", [f"path:*{a}*{b}*" for a in _LETTERS for b in "0123456789"]),
    "the same again": _joined(" OR ", ["(the w/50 of)"] * 1000),
    "nearly the same": _joined(" OR ", [f"(the w/50 of)^1.{i}" for i in range(1000)]),
    "phrases": _joined(" OR ", [f'"the {two}*"' for two in _TWO]),
}


@pytest.mark.parametrize("name", COSTLY)
def test_a_costly_query_is_answered_or_refused(made: Made, kind: str, name: str) -> None:
    found = made.outcome(kind, name)
    if isinstance(found, QueryError):
        assert found.suggestion
        assert 0 <= found.position < len(COSTLY[name])
        assert found.end <= len(COSTLY[name])
    else:
        assert len(found) == min(5, found.total)


@pytest.mark.parametrize("name", COSTLY)
def test_every_stage_of_a_costly_query_keeps_a_deadline(archive: Archive, name: str) -> None:
    for timeout in (1e-9, 0.02):
        for ask in (archive.search, archive.ids, archive.explain):
            try:
                ask(COSTLY[name], timeout=timeout)
            except DeadlineError as error:
                assert error.timeout_s == timeout
                assert error.stage
                assert "timeout" in str(error)
            except QueryError:
                pass
            else:
                assert timeout > 1e-6, "nothing is done in no time"


def test_both_executors_give_the_same_answer_where_both_give_one(made: Made) -> None:
    answers = []
    for kind in ("native", "plain"):
        with _path(kind):
            found = {name: made.outcome(kind, name) for name in COSTLY}
        answers.append(
            {
                name: (results.total, [(hit.id, hit.score) for hit in results])
                for name, results in found.items()
                if not isinstance(results, QueryError)
            }
        )
    first, second = answers
    both = first.keys() & second.keys()
    assert len(both) >= 10
    assert {name: first[name] for name in both} == {name: second[name] for name in both}


def test_the_cap_on_forms_is_one_for_the_whole_query(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = _joined(" OR ", [f"*{two}*" for two in _TWO])
    monkeypatch.setattr(budgets, "FORMS", 5_000)  # the core's own is not to be patched
    plain = Budget()
    with pytest.raises(QueryError, match="together"):
        for i in range(10):
            plain.count_forms(i, _pattern("a*", 5), 600)
    with pytest.raises(QueryError, match="fits 6,000 different words, more than 5,000") as caught:
        Budget().count_forms("key", _pattern("a*", 5), 6_000)
    assert (caught.value.position, caught.value.end) == (5, 7)
    again = Budget()
    for _ in range(20):
        again.count_forms("the same word", _pattern("a*", 5), 600)
    assert len(many) > 4_000


def _pattern(text: str, start: int) -> Pattern:
    return Pattern(text, start=start, end=start + len(text))


def test_work_is_counted_and_not_timed() -> None:
    for _ in range(2):
        budget = Budget()
        budget.work_on(_pattern("s*", 3))
        for _ in range(budgets.UNITS // 1_000_000):
            budget.charge(1_000_000)
        with pytest.raises(QueryError, match="takes too long") as caught:
            budget.charge(1_000_000)
        assert caught.value.position == 3


def test_what_is_held_is_counted_until_it_is_released() -> None:
    budget = Budget()
    budget.hold(budgets.NUMBERS)
    budget.release(budgets.NUMBERS)
    budget.hold(budgets.NUMBERS)
    with pytest.raises(QueryError, match="memory"):
        budget.hold(1)


def test_a_larger_archive_has_a_larger_budget() -> None:
    budget = Budget()
    budget.allow_for(budgets.DOCUMENTS * 3)
    budget.charge(budgets.UNITS * 3)
    with pytest.raises(QueryError):
        budget.charge(1_000_000)


def test_what_is_held_briefly_is_released_together() -> None:
    budget = Budget()
    budget.hold(5)
    budget.hold_briefly(3)
    budget.hold_briefly(4)
    budget.release_brief()
    assert budget.numbers == 5
    budget.release_brief()
    assert budget.numbers == 5


_SPANS = [(i, i) for i in range(0, 1_500, 3)]
_BETWEEN = [(i, i) for i in range(1, 1_500, 3)]


def test_pairs_are_counted_before_they_take_time_or_memory() -> None:
    for within in (False, True):
        budget = Budget()
        if within:
            found = within_spans(_SPANS, _BETWEEN, lambda position: 0, budget)
        else:
            found = near_spans(_SPANS, _BETWEEN, 9_999, budget)
        assert len(found) > len(_SPANS) ** 2 // 2
        assert budget.units > 5 * len(found)
        assert budget.numbers > 10 * len(found)
        budget.release_brief()
        assert budget.numbers == 0


def test_looking_for_runs_that_are_alone_is_counted() -> None:
    budget = Budget()
    assert len(lonely_spans(_SPANS, [], 5, budget)) == len(_SPANS)
    assert budget.units >= 5 * len(_SPANS)


def _plain_search(path: Path, query: str) -> Budget:
    budget = Budget()
    snapshot = Snapshot(str(path))
    try:
        PlainExecutor(snapshot, Analyzer("en")).search(
            simplify(parse(query)), Request(query), budget=budget
        )
    except QueryError:
        pass
    finally:
        snapshot.close()
    return budget


def test_a_long_phrase_is_not_read_again_for_each_article(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed = 0
    plain_hash = Phrase.__hash__

    def counted(self: Phrase) -> int:
        nonlocal hashed
        hashed += 1
        return plain_hash(self)

    monkeypatch.setattr(Phrase, "__hash__", counted)
    budget = _plain_search(Path(archive.path), '"' + " ".join(["s*"] * 200) + '"')
    assert budget.units > 10_000
    assert hashed < ARTICLES // 10


def test_stored_texts_and_dictionaries_are_dear(archive: Archive) -> None:
    path = Path(archive.path)
    with_any = _plain_search(path, 'title:"* the"')
    without = _plain_search(path, 'title:"the"')
    assert with_any.units > without.units + 1_000 * (ARTICLES // 4), "each title is read"
    one = _plain_search(path, "*ab*").units
    ten = _plain_search(path, " OR ".join(f"*{two}*" for two in _TWO[:10])).units
    assert ten > 5 * one, "each pattern is compared with each word"
    near, far = (_plain_search(path, f"{word}~2").units for word in ("abcd", "a" * 40))
    assert near > 3 * far, "words as long are compared letter by letter"


def test_sets_of_many_parts_are_joined_one_by_one(archive: Archive) -> None:
    held = []

    class Watched(Budget):
        def hold(self, numbers: int) -> None:
            super().hold(numbers)
            held.append(self.numbers)

    def most_held(query: str) -> int:
        held.clear()
        snapshot = Snapshot(archive.path)
        executor = PlainExecutor(snapshot, Analyzer("en"))
        executor.search(simplify(parse(query)), Request(query), budget=Watched())
        snapshot.close()
        return max(held)

    few, many = (" OR ".join(f"NOT q{two}q" for two in _TWO[:n]) for n in (3, 60))
    assert most_held(many) == most_held(few) > ARTICLES


@pytest.mark.parametrize("timeout", [0, -1, -0.0, math.nan, -math.inf])
def test_a_time_that_is_none_is_a_value_error(archive: Archive, timeout: float) -> None:
    for ask in (archive.search, archive.ids, archive.explain):
        with pytest.raises(ValueError, match="timeout"):
            ask("storm", timeout=timeout)


@pytest.mark.parametrize("timeout", [math.inf, 1e300, 10**9, 60, None])
def test_a_long_time_is_enough(archive: Archive, timeout: float | None) -> None:
    assert archive.search("storm", timeout=timeout).total > 0
    assert archive.ids("storm", timeout=timeout)
    assert archive.explain("storm", timeout=timeout).total > 0


def test_a_deadline_that_has_passed_holds_while_hits_are_shown(archive: Archive) -> None:
    with pytest.raises(DeadlineError):
        archive.search("storm", limit=None, timeout=1e-9)
    assert archive.search("storm", limit=None).total > 0, "and the archive answers the next"


def test_the_error_of_a_deadline_says_what_was_done_and_can_be_pickled() -> None:
    error = DeadlineError(2.5, "looking for articles", "1 of 3 segments of the index")
    copy = pickle.loads(pickle.dumps(error))
    assert (copy.timeout_s, copy.stage, copy.done) == (error.timeout_s, error.stage, error.done)
    assert isinstance(error, SearcherError)
    assert "2.5 s" in str(error)
    assert "1 of 3 segments" in str(copy)


HOSTILE = """
import resource, sys
from searcher import Archive
from searcher.errors import SearcherError
from tests.query.hostile import hostile_query

archive = Archive.open(sys.argv[1])
archive.search("storm")
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
limit = used + 600 * 2**20
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
answered = refused = 0
for seed in range(int(sys.argv[2]), int(sys.argv[3])):
    query = hostile_query(seed)
    assert len(query) <= 10_000
    try:
        results = archive.search(query, limit=3, timeout=20 if seed % 2 else None)
        assert len(results) == min(3, results.total)
        answered += 1
    except SearcherError as error:
        refused += 1
assert answered > 5, (answered, refused)
print("well", answered, refused)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_hostile_queries_end_in_an_answer_or_in_an_error(archive: Archive) -> None:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(HOSTILE), archive.path, "0", "40"],
        capture_output=True,
        text=True,
        timeout=HANG_GUARD_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.startswith("well")


def test_a_hostile_query_is_the_same_for_the_same_seed() -> None:
    assert hostile_query(3) == hostile_query(3) != hostile_query(4)


INTERRUPTED = """
import sys
from searcher import Archive
archive = Archive.open(sys.argv[1])
archive.search("storm")
try:
    print("ready", flush=True)
    while True:
        try:
            archive.search("(the w/50 of) w/50 (to w/50 and)")
        except ValueError:
            pass
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="sends signals")
def test_a_costly_query_can_be_interrupted(archive: Archive) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(INTERRUPTED), archive.path],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        os.kill(process.pid, signal.SIGINT)
        process.wait(HANG_GUARD_S)
        assert "interrupted" in process.stdout.read()


def test_the_shell_gives_a_query_up_with_exit_2(archive: Archive) -> None:
    def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "searcher", "query", "--index", archive.path]
        return subprocess.run(
            [*command, *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=HANG_GUARD_S,
            check=False,
        )

    late = run("--timeout", "0.000000001", "storm")
    assert (late.returncode, late.stdout) == (2, "")
    assert "no answer within" in late.stderr
    assert "Traceback" not in late.stderr
    assert run("--timeout", "60", "storm").returncode == 0
    assert run("--timeout", "60", "--explain", "storm").returncode == 0
    for wrong in ("0", "-1", "nan", "soon"):
        assert run("--timeout", wrong, "storm").returncode == 2
    file = run("--timeout", "0.000000001", "-f", "-", stdin="storm\nmarket\n")
    assert file.returncode == 2
    assert file.stdout.count("no answer within") == 2
