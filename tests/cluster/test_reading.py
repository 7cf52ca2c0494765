"""Does a real cluster answer as an index directory with the same articles?"""

from __future__ import annotations

import itertools
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from searcher import (
    Archive,
    Article,
    ArticleNotFoundError,
    ClusterError,
    DeadlineError,
    QueryError,
    read,
)
from searcher.cluster import asking, searching
from searcher.cluster.archive import ClusterArchive
from searcher.indexing.versions import as_version
from searcher.query import Node
from searcher.request import Request
from searcher.searching.snapshot import Snapshot
from tests.cluster.loading import load
from tests.cluster.nodes import Nodes
from tests.reference.generator import make_article, make_tree, make_words
from tests.reference.real_queries import RealQueries
from tests.searching.test_contract_cases import ARTICLES, CASES

FULL = bool(os.environ.get("SEARCHER_FULL"))
REUTERS = Path(__file__).parents[3] / "shared" / "data" / "reuters21578"
# Articles, queries over them, random archives and trees over each.
SIZES = (5_000, 2_000, 50, 100) if FULL else (400, 60, 2, 40)


def in_directory(path: Path, articles: list[Article]) -> Archive:
    archive = Archive.create(path)
    with archive.writer() as writer:
        for article in articles:
            writer.add(article)
    return archive


@pytest.fixture(scope="module")
def both(
    one_node: Nodes, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Archive, ClusterArchive]]:
    """The articles of the contract, in an index directory and on a cluster of two shards."""
    path = tmp_path_factory.mktemp("contract") / "index"
    with (
        in_directory(path, list(ARTICLES)) as directory,
        load(one_node.url("contract"), ARTICLES, shards=2) as cluster,
    ):
        yield directory, cluster


Both = tuple[Archive, ClusterArchive]


@pytest.mark.parametrize("case", CASES, ids=[text for text, _, _ in CASES])
def test_a_case_of_the_contract_has_the_same_hits(both: Both, case: tuple[str, Node, str]) -> None:
    directory, cluster = both
    text, node, ids = case
    for query in (text, node):
        found, expected = cluster.search(query), directory.search(query)
        assert sorted(hit.id for hit in found) == ids.split()
        assert [hit.to_dict() for hit in found] == [hit.to_dict() for hit in expected]
        assert (found.total, found.matching_all) == (expected.total, expected.matching_all)
        assert found.understood == expected.understood
        assert cluster.ids(query) == directory.ids(query)


def test_counts_and_marks_are_the_same(both: Both) -> None:
    directory, cluster = both
    by = ["source", "byline", "year", "month", "week", "day"]
    found, expected = cluster.facets("*", by), directory.facets("*", by)
    assert found.facets == expected.facets
    shares = cluster.facets("truce", by, share=True)
    assert shares.facets == directory.facets("truce", by, share=True).facets
    timelines = [
        archive.timeline("tripoli", "libya OR niger", by="year", split="source").to_dict()
        for archive in both
    ]
    for timeline in timelines:
        timeline["took_ms"] = 0
    assert timelines[0] == timelines[1]
    assert cluster.marks("1", "truce") == directory.marks("1", "truce")
    for query in ("truce", "tripoli w/5 truce", "tru* OR =tripoli", "body:truce"):
        marked = [archive.title_marks(query, archive.search(query).hits) for archive in both]
        assert marked[0] == marked[1], query
    assert cluster.search("nowhere").nothing == directory.search("nowhere").nothing


def test_agencies_that_articles_credit_are_found(one_node: Nodes, tmp_path: Path) -> None:
    articles = [
        Article("Flood", "WEND (Reuters) - The river rose.", id="a"),
        Article("Flood", "The river rose.\n\n-- PTI", byline=("Jane Doe, AFP",), id="b"),
        Article("Flood", "The river rose, a warden told Reuters.", id="c"),
    ]
    with (
        in_directory(tmp_path, articles) as directory,
        load(one_node.url("credits"), articles) as cluster,
    ):
        for query in ("credit:reuters", "credit:PTI", "is:wire", "NOT is:wire", "credit:r*"):
            assert set(cluster.ids(query)) == set(directory.ids(query)) != set(), query
        facets = [one.facets("*", "credit", share=True).facets for one in (directory, cluster)]
        assert facets[0] == facets[1]
        assert {row.value for row in facets[0][0].rows} == {"Reuters", "PTI", "AFP"}


def test_one_article_is_found_by_its_id_and_by_its_beginning(one_node: Nodes) -> None:
    older = as_version(Article("Old", "The first text.", id="abc1"))
    articles = [Article("New", "text", id="abc1"), older, Article("Other", "text", id="abd2")]
    with load(one_node.url("ids"), articles) as cluster:
        assert cluster.get("abc1").title == "New"
        assert cluster.get("abc").title == "New"  # versions have ids that begin with its own
        assert [text.title for text in cluster.versions("abc1")] == ["Old", "New"]
        assert "abc1" in cluster and "nothing" not in cluster
        assert cluster.ids("text") == ["abc1", "abd2"]  # the version is not shown
        assert cluster.ids("status:superseded") == [older.id]
        assert len(cluster) == 2
        assert cluster.stats().hidden == {"superseded": 1}
        with pytest.raises(ArticleNotFoundError, match="several ids"):
            cluster.get("ab")
        with pytest.raises(ArticleNotFoundError, match="no article"):
            cluster.get("xyz")


def test_embargoes_end_and_own_fields_are_found(one_node: Nodes, tmp_path: Path) -> None:
    articles = [
        Article("A", "text", id="a", metadata={"embargoed": "2001-01-01"}, status="embargoed"),
        Article("B", "text", id="b", metadata={"embargoed": "2999-01-01"}, status="embargoed"),
        Article("C", "text", id="c", metadata={"country": ("FR", "de")}),
    ]
    with (
        load(one_node.url("own"), articles, values=("country",)) as cluster,
        Archive.create(tmp_path / "index", values=("country",)) as directory,
    ):
        with directory.writer() as writer:
            for article in articles:
                writer.add(article)
        for query in ("text", "country:fr", "has:country", "status:embargoed", "country:*e"):
            assert cluster.ids(query) == directory.ids(query), query
        assert cluster.facets("*", "country").facets == directory.facets("*", "country").facets
        assert cluster.fields == directory.fields


@pytest.mark.parametrize(("nodes", "shards"), [("one_node", 1), ("three_nodes", 3)])
def test_random_trees_over_random_archives_find_the_same(
    request: pytest.FixtureRequest, tmp_path: Path, nodes: str, shards: int
) -> None:
    _, _, archives, trees = SIZES
    running: Nodes = request.getfixturevalue(nodes)
    for seed in range(archives):
        random = Random(f"cluster {seed} {shards}")
        words = make_words(random)
        articles = [make_article(random, words, f"a{i}") for i in range(50)]
        with (
            in_directory(tmp_path / f"{seed}", articles) as directory,
            load(running.url("random"), articles, shards=shards) as cluster,
        ):
            for _ in range(trees):
                node = make_tree(random, words)
                try:
                    expected = directory.ids(node)
                except QueryError:
                    continue
                try:
                    found = cluster.ids(node)
                except QueryError as error:
                    assert "not kept on a cluster" in error.reason, str(node)
                    continue
                assert sorted(found) == sorted(expected), str(node)


def reuters() -> list[Article]:
    files = sorted(REUTERS.glob("reut2-*.sgm.gz"))
    if not files:
        pytest.skip("no real data beside the repository (../shared/data/reuters21578)")
    articles = itertools.chain.from_iterable(map(read, files))
    return list({article.id: article for article in itertools.islice(articles, SIZES[0])}.values())


class Asked(NamedTuple):
    """A real query, and what an index directory answers: ids by date, and by score."""

    kind: str
    text: str
    by_date: list[str]
    by_score: list[str]


class Real(NamedTuple):
    """Real articles, in an index directory, and queries that were asked of it."""

    articles: list[Article]
    directory: Archive
    asked: list[Asked]


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    articles = reuters()
    with in_directory(tmp_path_factory.mktemp("real") / "index", articles) as directory:
        snapshot = Snapshot(directory.path)
        asked = [
            Asked(kind, text, directory.ids(text, sort="date"), directory.ids(text))
            for kind, text, _ in RealQueries(snapshot, Random("cluster")).draw(SIZES[1])
        ]
        snapshot.close()
        yield Real(articles, directory, asked)


@pytest.mark.parametrize("shards", [1, 3])
def test_real_queries_find_the_same_in_the_same_order(
    one_node: Nodes, real: Real, shards: int
) -> None:
    overlap: dict[str, list[float]] = {}
    first: Counter[bool] = Counter()
    with load(one_node.url("reuters"), real.articles, shards=shards) as cluster:
        for kind, text, by_date, by_score in real.asked:
            # By date, so that not all that match are scored to be counted.
            assert cluster.ids(text, sort="date") == by_date, text
            found = cluster.search(text)
            best = [hit.id for hit in found]
            assert (found.total, len(best)) == (len(by_date), min(len(by_date), 10)), text
            if kind in ("word", "exact word", "all of", "any of"):
                assert best == by_score[:10], text
            if best:
                shared = len({*best} & {*by_score[:10]})
                overlap.setdefault(kind, []).append(shared / len(best))
                first[best[0] == by_score[0]] += 1
        facets = ["month", "section", "byline"]
        for query in ("oil", "oil w/5 price", "(oil w/5 price) w/s crude"):
            facet, wanted = cluster.facets(query, facets), real.directory.facets(query, facets)
            assert (facet.total, facet.facets) == (wanted.total, wanted.facets), query
    assert len(overlap) > 20
    together = [share for shares in overlap.values() for share in shares]
    assert sum(together) / len(together) >= 0.99, {
        kind: sum(shares) / len(shares) for kind, shares in overlap.items()
    }
    assert first[True] / first.total() >= 0.99


def test_pages_orders_weights_and_ages_are_those_of_a_directory(both: Both) -> None:
    directory, cluster = both
    requests = [
        Request("tripoli truce", limit=2, offset=1),
        Request("tripoli truce", sort="date"),
        Request("tripoli truce", sort="-date", limit=3),
        Request("tripoli truce", weights={"title": 5, "k1": 0.5, "closeness": 0}),
        Request("tripoli OR truce", recent=300.0),
        Request("tripoli truce", passages=True),
        Request("truce", limit=0),
        Request("has:date"),
    ]
    for request in requests:
        found, expected = cluster.answer(request), directory.answer(request)
        assert [hit.to_dict() for hit in found] == [hit.to_dict() for hit in expected], request
    for sort in ("score", "date"):
        scans = [list(archive.scan("tripoli truce", sort=sort)) for archive in both]
        assert scans[0] == scans[1]


@pytest.mark.parametrize("query", ["tripoli", "truce w/p tripoli", "(tripoli OR niger) NOT w/5 a"])
def test_lines_and_first_mentions_are_those_of_a_directory(both: Both, query: str) -> None:
    answers = []
    for archive in both:
        lines = [archive.lines(query, sort=sort).to_dict() for sort in ("document", "left")]
        firsts = [archive.first(query, by=by).to_dict() for by in (None, "source", "byline")]
        for answer in (*lines, *firsts):
            answer["took_ms"] = 0
        answers.append((lines, firsts))
    assert answers[0] == answers[1]


def test_a_phrase_near_itself_is_as_far_as_it_is(one_node: Nodes, tmp_path: Path) -> None:
    articles = [
        Article("", f"cease-fire{between} cease-fire", id=f"g{len(between)}")
        for between in ("", " a", " a b", " a b c d")
    ]
    with (
        in_directory(tmp_path / "index", articles) as directory,
        load(one_node.url("itself"), articles) as cluster,
    ):
        for distance in range(1, 7):
            for query in (f"cease-fire w/{distance} cease-fire", f"fire pre/{distance} fire"):
                assert cluster.ids(query) == directory.ids(query), query


@pytest.mark.parametrize(
    "query",
    [
        '(truce w/1 held) w/1 ("naive cafe" OR cafe)',
        '(truce NOT w/3 tripoli) w/1 ("naive cafe" OR cafe)',
        '(truce NOT w/3 tripoli) w/1 (("naive cafe" OR cafe) NOT w/3 tripoli)',
        '(truce w/1 held) w/1 "cafe cafe"',
        "(truce w/1 held) w/1 (cafe OR naive)",
    ],
)
def test_alternatives_that_overlap_are_found_in_nested_proximity(
    one_node: Nodes, tmp_path: Path, query: str
) -> None:
    texts = [
        *("held truce naive cafe", "held truce naive naive cafe", "naive cafe held truce"),
        *(
            "truce held cafe cafe cafe",
            "held cafe cafe cafe truce",
            "tripoli held truce naive cafe",
        ),
    ]
    articles = [Article("", text, id=f"o{i}") for i, text in enumerate(texts)]
    with (
        in_directory(tmp_path / "index", articles) as directory,
        load(one_node.url("overlap"), articles) as cluster,
    ):
        assert sorted(cluster.ids(query)) == sorted(directory.ids(query))


@pytest.fixture(scope="module")
def wide(
    one_node: Nodes, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Archive, ClusterArchive]]:
    """Sixty articles of 1,800 different words, more than the cluster looks for in a proximity."""
    articles = []
    for number in range(60):
        words = " ".join(f"w{i:05}" for i in range(number * 30, number * 30 + 30))
        end = " truce." if number % 2 else ". Truce held."
        articles.append(Article(f"Title {number}", words + end, id=f"m{number:02}"))
    path = tmp_path_factory.mktemp("wide") / "index"
    with (
        in_directory(path, articles) as directory,
        load(one_node.url("wide"), articles) as cluster,
    ):
        yield directory, cluster


@pytest.mark.parametrize(
    "query",
    [
        "w* w/1 truce",
        '"w* truce"',
        '"w* * truce"',
        "atleast3(w*)",
        "w* NOT w/2 truce",
        "w* w/s truce",
        "atleast3(held~2 pre/1 helt~2)",  # each is some sixty patterns
    ],
)
def test_patterns_of_too_many_words_find_the_same(wide: Both, query: str) -> None:
    directory, cluster = wide
    assert cluster.ids(query) == directory.ids(query)


@pytest.mark.parametrize("sort", ["score", "date"])
@pytest.mark.parametrize("query", ["truce", "*", "truce title", "w*9 w/2 truce"])
def test_answers_longer_than_a_page_are_walked(
    wide: Both, monkeypatch: pytest.MonkeyPatch, query: str, sort: str
) -> None:
    directory, cluster = wide
    monkeypatch.setattr(searching, "_MOST_IN_A_PAGE", 7)
    monkeypatch.setattr(asking, "PAGE", 4)
    for limit, offset in ((None, 0), (9, 3)):
        found = cluster.ids(query, sort=sort, limit=limit, offset=offset)
        assert found == directory.ids(query, sort=sort, limit=limit, offset=offset)


def test_more_than_may_be_looked_at_is_an_error_that_says_how_many(
    wide: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MOST_CANDIDATES", 10)
    with pytest.raises(QueryError, match="60 articles have to be looked at") as caught:
        wide[1].search("truce NOT w/2 truce")
    assert caught.value.suggestion and "since:" in caught.value.suggestion


def test_a_time_that_has_passed_is_an_error(wide: Both) -> None:
    with pytest.raises(DeadlineError):
        wide[1].search("truce", timeout=0.0001)


def test_an_explanation_says_what_had_to_be_checked(both: Both) -> None:
    _, cluster = both
    found = cluster.explain("(humanitarian w/5 truce) w/s libya")
    assert any("one by one" in note.message for note in found.notes)
    assert [part.articles for part in found.parts][-1] == 2
    assert cluster.explain("truce AND nowhere").failing == "nowhere"


@pytest.mark.parametrize(
    "ask",
    [
        lambda cluster: cluster.names("haftar"),
        lambda cluster: cluster.copies("1"),
        lambda cluster: cluster.story("1"),
        lambda cluster: cluster.recorded("truce"),
        lambda cluster: cluster.search("truce", group="copies"),
        lambda cluster: cluster.facets("truce", "year", count="texts"),
    ],
)
def test_what_a_cluster_does_not_answer_is_refused_by_name(both: Both, ask: object) -> None:
    assert callable(ask)
    with pytest.raises(ClusterError, match="not offered for an archive on a cluster"):
        ask(both[1])


def test_a_part_that_only_a_directory_knows_is_underlined(both: Both) -> None:
    with pytest.raises(QueryError) as caught:
        both[1].search("truce AND is:copy")
    assert (caught.value.query, caught.value.position) == ("truce AND is:copy", 10)


def test_an_address_opens_an_archive_on_a_cluster(both: Both, one_node: Nodes) -> None:
    with Archive.open(one_node.url("contract")) as archive:
        assert archive.search("truce").total == 2
    with pytest.raises(ClusterError) as caught:
        Archive.open(one_node.url("no-such-index"))
    assert caught.value.kind == "missing"
