"""Folders of files and an archive on a (pretended) cluster: what an index directory does too, and
what a run that is killed leaves."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from searcher import Archive, Article, ArticleError, ClusterError, IndexStateError, SelectionError
from searcher.cluster.archive import ClusterArchive
from searcher.cluster.creating import create_archive, read_facts
from searcher.cluster.mapping import IndexFacts
from searcher.cluster.sending import Answer
from searcher.cluster.transport import Transport
from searcher.cluster.writing import ClusterWriter, index_files, remove_named
from searcher.indexing.report import Report
from tests.cluster.pretended import Pretended, transport_to

STORED = {"took_s", "bytes_read"}
News = tuple[Transport, IndexFacts]


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Pretended:
    monkeypatch.setattr("searcher.cluster.feeding.FIRST_PAUSE_S", 0.001)
    return Pretended()


@pytest.fixture
def news(cluster: Pretended) -> News:
    transport = transport_to(cluster)
    return transport, create_archive(transport)


def write(folder: Path, **texts: str) -> None:
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(f"{text}\n\nThe text of {text}.\n")


def told(report: Report) -> dict[str, Any]:
    return {name: value for name, value in report.to_dict().items() if name not in STORED}


def held(cluster: Pretended) -> dict[str, Any]:
    return {id: found["article"] for id, found in cluster.documents("news").items()}


def test_a_folder_is_kept_in_agreement_as_by_an_index_directory(
    tmp_path: Path, cluster: Pretended, news: News
) -> None:
    """The same reports and articles, through new, changed, moved, copied, vanished files."""
    folder = tmp_path / "texts"
    local = Archive.create(tmp_path / "index")

    def step(**options: Any) -> None:
        ours = index_files(news[0], news[1], [str(folder)], workers=0, **options)
        theirs = local.index(folder, workers=0, **options)
        assert told(ours) == told(theirs)
        assert sorted(held(cluster)) == sorted(local.ids("* OR status:superseded"))
        for id, article in held(cluster).items():
            assert local.get(id).path == article.get("path")

    write(folder, a="One", b="Two", c="Three")
    step(dry_run=True)
    assert not held(cluster)
    step()
    step()
    write(folder, b="Two anew")
    step()
    os.rename(folder / "a.txt", folder / "moved.txt")
    step()
    (folder / "copy.txt").write_bytes((folder / "c.txt").read_bytes())
    step()
    (folder / "c.txt").unlink()
    step()
    (folder / "story.json").write_text(
        '[{"title": "T", "body": "old text", "url": "http://x.example/1", "version": "1"},'
        ' {"title": "T", "body": "new text", "url": "http://x.example/1", "version": "2"}]'
    )
    step()
    step(force=True)
    (folder / "story.json").unlink()
    step(dry_run=True)
    step()
    local.close()


def test_articles_are_removed_by_name_and_by_id(
    tmp_path: Path, cluster: Pretended, news: News
) -> None:
    write(tmp_path / "t", a="One", b="Two", c="Three")
    index_files(news[0], news[1], [str(tmp_path / "t")])
    first = sorted(held(cluster))[0]
    with pytest.raises(SelectionError):
        remove_named(news[0], news[1], ["nothing of this name"])
    assert remove_named(news[0], news[1], [first], dry_run=True).ids == [first] and first in held(
        cluster
    )
    assert remove_named(news[0], news[1], [first]).ids == [first] and first not in held(cluster)
    found = remove_named(news[0], news[1], [str(tmp_path / "t")])
    assert found.removed == 2 and len(found.files) == 3 and not held(cluster)
    assert index_files(news[0], news[1], [str(tmp_path / "t")]).added == 3, (
        "what is forgotten comes back"
    )


def test_a_program_adds_and_removes(cluster: Pretended, news: News) -> None:
    with ClusterWriter(*news) as writer:
        for number in range(150):
            writer.add(Article(f"Title {number}", "Text.", id=f"id{number}"))
        assert writer.remove("id3") and not writer.remove("none")
        writer.add(Article("Anew", "Text.", id="id4"))
    assert held(cluster)["id4"]["title"] == "Anew"
    shown = [article for article in held(cluster).values() if article.get("status") is None]
    assert len(shown) == 149 and len(held(cluster)) == 150, "and an older version"
    with pytest.raises(IndexStateError, match="is over"):
        writer.add(Article("x", "y"))


def test_what_a_cluster_does_itself_says_so(news: News) -> None:
    with ClusterWriter(*news) as writer, pytest.raises(IndexStateError, match="_forcemerge"):
        writer.optimize()


def refuses(id: str) -> Any:
    """A fault: the cluster refuses the article `id`, and takes the others."""

    def fault_of(cluster: Pretended) -> Any:
        def fault(host: str, method: str, path: str, body: bytes | None) -> Any:
            if path != "/_bulk" or f'"_id":"{id}"'.encode() not in (body or b""):
                return None
            found = cluster._bulk(body or b"")
            for item in found["items"]:
                (about,) = item.values()
                if about["_id"] == id:
                    about.update(status=400, error={"type": "m", "reason": "immense term"})
                    cluster.indices[about["_index"]]["documents"].pop(id, None)
            return Answer(200, found, host)

        return fault

    return fault_of


def test_a_refused_article_is_listed_not_counted_and_tried_again(
    tmp_path: Path, cluster: Pretended, news: News
) -> None:
    folder = tmp_path / "t"
    write(folder, a="One", b="Two", c="Three")
    index_files(news[0], news[1], [str(folder)])
    bad = next(id for id, article in held(cluster).items() if article["title"] == "Two")
    remove_named(news[0], news[1], [str(folder)])
    cluster.faults.append(refuses(bad)(cluster))
    report = index_files(news[0], news[1], [str(folder)])
    assert report.added == 2 and len(held(cluster)) == 2
    assert [str(error) for error in report.failed] == [
        f"{folder}/b.txt: the cluster refuses article {bad}: immense term"
    ]
    cluster.faults.clear()
    report = index_files(news[0], news[1], [str(folder)])
    assert (report.added, report.files_retried, len(held(cluster))) == (1, 1, 3)


def test_a_refused_article_of_a_program_is_an_error_and_the_others_stay(
    cluster: Pretended, news: News
) -> None:
    cluster.faults.append(refuses("b")(cluster))
    writer = ClusterWriter(*news)
    for id in "abc":
        writer.add(Article(id, "Text.", id=id))
    with pytest.raises(ArticleError, match="immense term"):
        writer.commit()
    assert sorted(held(cluster)) == ["a", "c"]
    writer.commit()
    writer.close()


def test_an_id_that_no_cluster_holds_is_a_failure_of_its_own(
    cluster: Pretended, news: News
) -> None:
    writer = ClusterWriter(*news)
    writer.add(Article("long", "Text.", id="x" * 9000))
    writer.add(Article("good", "Text.", id="y" * 600))
    with pytest.raises(ArticleError, match="at most 8,000"):
        writer.commit()
    writer.close()
    assert [article["id"] for article in held(cluster).values()] == ["y" * 600]


def dies_after(count: int) -> Any:
    """A fault: the connection is gone for good after so many bulks."""
    seen: list[int] = []

    def fault(host: str, method: str, path: str, body: bytes | None) -> Any:
        if path == "/_bulk":
            seen.append(1)
            if len(seen) > count:
                return ClusterError("x", "gone", kind="unreachable")
        return None

    return fault


@pytest.mark.parametrize("count", range(7))
def test_a_run_that_is_cut_off_anywhere_is_completed_by_the_next(
    tmp_path: Path, cluster: Pretended, news: News, count: int
) -> None:
    folder = tmp_path / "t"
    write(folder, **{f"f{number}": f"Title {number}" for number in range(30)})
    cluster.faults.append(dies_after(count))
    try:
        index_files(news[0], news[1], [str(folder)], workers=0, retry_s=0.0, most_actions=7)
        assert count > 5
    except ClusterError as error:
        assert error.kind == "unreachable"
    cluster.faults.clear()
    listed = [f for f in cluster.documents("news.files").values() if f["kind"] == "files"]
    assert len(listed) <= len(held(cluster)), (
        "no file is taken for read before its article is there"
    )
    # Some files go meanwhile, which the run that was cut off had not listed yet.
    for number in range(10):
        (folder / f"f{number}.txt").unlink()
    index_files(news[0], news[1], [str(folder)], workers=0)
    assert sorted(article["title"] for article in held(cluster).values()) == sorted(
        f"Title {number}" for number in range(10, 30)
    )
    assert not [f for f in cluster.documents("news.files").values() if f["kind"] == "run"]
    again = index_files(news[0], news[1], [str(folder)], workers=0)
    assert (again.files_unchanged, again.added, again.removed) == (20, 0, 0)


def test_a_later_run_wins_although_its_clock_is_behind(
    cluster: Pretended, news: News, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ClusterWriter(*news) as writer:
        writer.add(Article("old", "Text.", id="a"))
    monkeypatch.setattr("searcher.cluster.session.time.time_ns", lambda: 1_000_000)
    with ClusterWriter(*news) as writer:
        writer.add(Article("new", "Text.", id="a"))
    assert held(cluster)["a"]["title"] == "new"
    with ClusterWriter(*news) as writer:
        assert writer.remove("a")
    assert not held(cluster)


def test_an_archive_is_made_once_and_says_what_it_is(cluster: Pretended) -> None:
    transport = transport_to(cluster)
    with pytest.raises(ClusterError) as caught:
        read_facts(transport)
    assert caught.value.kind == "missing"
    facts = create_archive(transport, language="de", values=["country"])
    assert facts == read_facts(transport) and facts.values == ("country",)
    assert cluster.aliases == {"news": {"news-000001": {"is_write_index": True}}}
    cluster.indices["news-000001"]["mappings"]["_meta"]["analysis"] = "0"
    with pytest.raises(ClusterError, match="analysis rules") as caught:
        read_facts(transport)
    assert caught.value.kind == "analysis" and "reindex" in str(caught.value)


def test_an_article_stays_in_the_index_of_the_alias_that_has_it(
    cluster: Pretended, news: News
) -> None:
    transport, facts = news
    with ClusterWriter(transport, facts) as writer:
        writer.add(Article("of last year", "Text.", id="a"))
    cluster._put_index({}, "news-000002")
    cluster.aliases["news"] = {"news-000001": {}, "news-000002": {"is_write_index": True}}
    with ClusterWriter(transport, facts) as writer:
        writer.add(Article("of last year, corrected", "Text.", id="a"))
        writer.add(Article("of this year", "Text.", id="b"))
    assert {id: a["article"]["title"] for id, a in cluster.documents("news-000001").items()} == {
        "a": "of last year, corrected"
    }
    assert [id for id in cluster.documents("news-000002") if "~" not in id] == ["b"]


def test_all_that_an_archive_offers_is_there_or_refused_by_name(news: News, tmp_path: Path) -> None:
    names = {name for name in dir(Archive) if not name.startswith("_")} - {"open_or_create"}
    assert not [name for name in names if not hasattr(ClusterArchive, name)]
    archive = ClusterArchive(news[0])
    for refused in (
        archive.check,
        archive.optimize,
        lambda: archive.watch(tmp_path),
        lambda: archive.save_names("a", ["b"]),
        lambda: archive.remove_names("a"),
        lambda: archive.define_weights({"k1": 1.2}),
        lambda: archive.define_values("country"),
        lambda: archive.define_groups(True),
        lambda: archive.define_stories(True),
    ):
        with pytest.raises(IndexStateError, match="an archive on a cluster"):
            refused()


@pytest.mark.parametrize("end", ["/_refresh", "/_mget"])
def test_a_session_that_has_begun_asks_again_till_a_node_has_taken_over(
    cluster: Pretended, news: News, end: str
) -> None:
    left = 5

    def fault(host: str, method: str, path: str, body: bytes | None) -> Any:
        nonlocal left
        if not path.endswith(end) or not left:
            return None
        left -= 1
        return Answer(503, {"_shards": {"total": 2, "successful": 1, "failed": 1}}, host)

    for id in ("one", "two"):
        with ClusterWriter(*news) as writer:
            if id == "two":  # before there is any, none is looked for
                cluster.faults.append(fault)
            writer.add(Article("Title", "The text.", id=id))
    assert not left
    assert sorted(held(cluster)) == ["one", "two"]


def test_a_session_gives_up_when_its_time_is_over(cluster: Pretended, news: News) -> None:
    writer = ClusterWriter(*news, retry_s=0.05)
    cluster.faults.append(
        lambda host, method, path, body: (
            Answer(503, {}, host) if path.endswith("/_refresh") else None
        )
    )
    writer.add(Article("One", "The text.", id="one"))
    with pytest.raises(ClusterError) as caught:
        writer.commit()
    assert caught.value.kind == "failed"
    writer.close()
