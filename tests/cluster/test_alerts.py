"""Do alerts on a cluster ring as in an index directory: for each new article, once?"""

from __future__ import annotations

import datetime as dt
import json
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from searcher import AlertError, Archive, Article, ClusterError, QueryError, Ringing
from searcher.alerting import alerts as alerting
from searcher.alerting.alerts import Alerts
from searcher.cluster import arriving
from searcher.cluster.address import Credentials
from searcher.cluster.archive import ClusterArchive
from searcher.cluster.creating import create_archive
from searcher.cluster.operating import roll_over
from searcher.cluster.reindexing import reindex
from searcher.cluster.transport import Transport
from tests.cluster.nodes import Nodes
from tests.cluster.pretended import transport_to
from tests.cluster.pretended_search import PretendedSearch

NOW = dt.datetime(2026, 11, 29, 12, tzinfo=dt.UTC)


@pytest.fixture
def archive(
    one_node: Nodes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ClusterArchive]:
    """An archive of three shards with an old article, whose alerts are beside the test."""
    monkeypatch.setenv("SEARCHER_OPENSEARCH_ALERTS", str(tmp_path / "alerts"))
    url = one_node.url("ring")
    with ClusterArchive.create(url, shards=3, now=lambda: NOW) as made:
        put(made, "Old truce")
        yield made
    for name in one_node.ask(0, "GET", "/ring*/_alias"):
        one_node.ask(0, "DELETE", f"/{name}")


@pytest.fixture(params=["pretended", "real"])
def either(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ClusterArchive]:
    """The same, on a cluster that is pretended too."""
    if request.param == "real":
        yield request.getfixturevalue("archive")
        return
    monkeypatch.setenv("SEARCHER_OPENSEARCH_ALERTS", str(tmp_path / "alerts"))
    transport = transport_to(PretendedSearch())
    create_archive(transport)
    with ClusterArchive(transport, now=lambda: NOW) as made:
        put(made, "Old truce")
        yield made


def put(archive: Any, *titles: str, **values: Any) -> None:
    """Add articles whose ids are made of their titles, as programs make them."""
    with archive.writer() as writer:
        for title in titles:
            given = {"id": title.lower().replace(" ", "/"), "body": "Text.", **values}
            writer.add(Article(title, given.pop("body"), **given))


def rung(alerts: Alerts, *names: str) -> list[str]:
    """The titles that a run tells."""
    report = alerts.run(*names)
    assert not report.failures
    return sorted(hit.title for ringing in report.ringings for hit in ringing.hits)


def test_a_new_article_rings_once_and_an_old_or_changed_one_never(either: ClusterArchive) -> None:
    alerts = either.alerts
    alerts.add("truces", "truce")
    assert rung(alerts) == []
    put(either, "New truce", "Other")
    put(either, "Usual truce", id="00000000000000ab")
    assert rung(alerts) == ["New truce", "Usual truce"]
    assert rung(alerts) == []
    put(either, "Old truce", body="Changed.")  # read again
    put(either, "Other", body="Now of a truce.")  # it was told when it came
    assert rung(alerts) == []
    either.remove("new/truce")
    put(either, "New truce")  # comes back
    assert rung(alerts) == []
    assert alerts.run().arrived == 0


def test_an_article_rings_when_its_embargo_ends_or_its_status_goes(
    either: ClusterArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    alerts = either.alerts
    alerts.add("truces", "truce")
    until = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    embargo = {"status": "embargoed", "metadata": {"embargoed": until.isoformat()}}
    put(either, "Later truce", **embargo)
    put(either, "Drafted truce", status="draft")
    assert rung(alerts) == []
    put(either, "Drafted truce")
    assert rung(alerts) == ["Drafted truce"]
    later_s = time.time() + 7_200
    monkeypatch.setattr(time, "time", lambda: later_s)
    assert rung(alerts) == ["Later truce"]
    assert rung(alerts) == []


def test_a_run_that_fails_tells_it_again_and_what_is_told_is_delivered_once(
    either: ClusterArchive, tmp_path: Path
) -> None:
    alerts = either.alerts
    alerts.add("called", "truce")
    alerts.add("kept", "truce", to=tmp_path / "kept.jsonl", form="json")
    put(either, "New truce")

    def fails(_: Ringing) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        alerts.run(on_ring=fails)
    assert rung(either.alerts) == ["New truce", "New truce"]  # by both, now
    assert rung(either.alerts) == []
    lines = (tmp_path / "kept.jsonl").read_text().splitlines()
    assert [hit["title"] for line in lines for hit in json.loads(line)["hits"]] == ["New truce"]


def test_nothing_rings_again_when_the_archive_is_rolled_over_or_made_anew(
    archive: ClusterArchive, one_node: Nodes
) -> None:
    alerts = archive.alerts
    alerts.add("truces", "truce")
    put(archive, "New truce")
    assert rung(alerts) == ["New truce"]
    with Transport(one_node.url("ring"), credentials=Credentials()) as transport:
        roll_over(transport)
        archive.forget()
        put(archive, "Truce of another year")
        assert rung(alerts) == ["Truce of another year"]
        reindex(transport, shards=2)
        archive.forget()
        assert rung(alerts) == []
        put(archive, "Truce after that")
        assert rung(alerts) == ["Truce after that"]


def test_what_many_writers_bring_rings_once_while_alerts_are_run(archive: ClusterArchive) -> None:
    alerts = archive.alerts
    alerts.add("truces", "truce")
    told: list[str] = []
    over = threading.Event()

    def write(writer: int) -> None:
        for number in range(12):
            put(archive, *(f"Truce {writer} {number} {i}" for i in range(4)))

    def run() -> None:
        while not over.is_set():
            told.extend(rung(alerts))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(3)]
    runner = threading.Thread(target=run)
    for thread in (*threads, runner):
        thread.start()
    for thread in threads:
        thread.join()
    over.set()
    runner.join()
    told += rung(alerts)
    expected = [f"Truce {w} {n} {i}" for w in range(3) for n in range(12) for i in range(4)]
    assert sorted(told) == sorted(expected)


@pytest.mark.parametrize("seed", range(3))
def test_what_happens_in_any_order_rings_as_in_a_directory(
    archive: ClusterArchive, tmp_path: Path, seed: int
) -> None:
    random = Random(f"alerts {seed}")
    queries = ("truce", "truce w/3 port", "port NOT truce", "atleast2(truce w/2 held)", "tr*")
    with Archive.create(tmp_path / "index", now=lambda: NOW) as directory:
        directory.define_groups(False)
        put(directory, "Old truce")
        both = (archive, directory)
        for one in both:
            for number, query in enumerate(queries):
                one.alerts.add(f"a{number}", query, group="none")
        there: set[str] = set()
        for _ in range(30):
            step = random.random()
            if step < 0.5 or not there:
                words = random.choices(["truce", "port", "held", "naive"], k=6)
                title = f"Article {random.randrange(40)}"
                status = random.choice([None, None, None, "draft", "withheld"])
                for one in both:
                    put(one, title, body=" ".join(words), status=status)
                there.add(title.lower().replace(" ", "/"))
            elif step < 0.65:
                gone = random.choice(sorted(there))
                there.discard(gone)
                for one in both:
                    one.remove(gone)
            else:
                answers = []
                for one in both:
                    report = one.alerts.run()
                    assert not report.failures
                    answers.append(
                        [
                            (ringing.alert, ringing.understood, [hit.id for hit in ringing.hits])
                            for ringing in report.ringings
                        ]
                    )
                assert answers[0] == answers[1]


def test_many_arrivals_make_several_deliveries(
    either: ClusterArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alerting, "MOST_IN_A_DELIVERY", 4)
    monkeypatch.setattr(arriving, "_PAGE", 3)
    monkeypatch.setattr(arriving, "_IDS_AT_ONCE", 5)
    alerts = either.alerts
    alerts.add("truces", "truce")
    put(either, *(f"Truce {number}" for number in range(10)))
    report = alerts.run()
    assert [len(ringing.hits) for ringing in report.ringings] == [4, 4, 2]
    titles = [hit.title for ringing in report.ringings for hit in ringing.hits]
    assert sorted(titles) == sorted(f"Truce {number}" for number in range(10))


def test_a_rehearsal_is_that_of_a_directory(archive: ClusterArchive, tmp_path: Path) -> None:
    with Archive.create(tmp_path / "index", now=lambda: NOW) as directory:
        put(directory, "Old truce")
        for number in range(40):
            date = None if number % 9 == 0 else dt.date(2026, 11, 1) + dt.timedelta(number % 25)
            for one in (archive, directory):
                put(one, f"Truce {number}" if number % 3 else f"Port {number}", date=date)
        for query in ("truce", "truce port", "truce w/2 text", "nothing"):
            found, expected = (
                one.alerts.rehearse(query, days=10, sample=3).to_dict()
                for one in (archive, directory)
            )
            for values in (found, expected):
                for hit in values["sample"]:
                    del hit["score"]
            assert found == expected, query


def test_alerts_are_kept_by_cluster_and_archive_for_this_user(
    archive: ClusterArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SEARCHER_OPENSEARCH_ALERTS")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    archive.alerts.add("truces", "truce", to=tmp_path / "truces.txt")
    folder = archive.alerts.folder
    cluster = archive.transport.server()["cluster_uuid"]
    assert folder == str(tmp_path / "state" / "searcher" / "alerts" / f"ring-{cluster}")
    assert os.stat(folder).st_mode & 0o077 == 0
    put(archive, "New truce")
    # The same archive by another name of a host.
    other = str(archive.transport.address).replace("127.0.0.1", "localhost")
    with ClusterArchive.open(other) as again:
        assert rung(again.alerts) == ["New truce"]
    assert rung(archive.alerts) == []


def test_what_cannot_be_asked_of_a_cluster_is_no_alert_there(either: ClusterArchive) -> None:
    with pytest.raises(QueryError, match="not kept on a cluster"):
        either.alerts.add("copies", "truce AND is:copy")
    with pytest.raises(AlertError, match="no such alert"):
        either.alerts.run("nothing")


def test_an_archive_that_is_away_loses_nothing(
    either: ClusterArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    alerts = either.alerts
    alerts.add("truces", "truce")
    put(either, "New truce")
    with monkeypatch.context() as patch:
        patch.setattr(arriving.ClusterDesk, "_shards_of", lambda *_: 4)  # of which three answer
        with pytest.raises(ClusterError, match="not all shards"):
            alerts.run()
    assert rung(alerts) == ["New truce"]


def test_a_node_that_dies_while_alerts_are_run_loses_and_doubles_nothing(
    three_nodes: Nodes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEARCHER_OPENSEARCH_ALERTS", str(tmp_path / "alerts"))
    url = three_nodes.url("dying")
    told = tmp_path / "told.jsonl"
    over = threading.Event()
    written: list[str] = []
    failures: list[BaseException] = []
    with ClusterArchive.create(url, shards=3, copies=2) as archive:
        three_nodes.wait("green")
        archive.alerts.add("truces", "truce", to=told, form="json")

        def write() -> None:
            try:
                with archive.writer() as writer:
                    while not over.is_set():
                        for _ in range(20):
                            title = f"Truce {len(written)}"
                            writer.add(Article(title, "Text.", id=f"d{len(written):05}"))
                            written.append(title)
                        writer.commit()
            except BaseException as error:
                failures.append(error)

        def run() -> None:
            try:
                while not over.is_set():
                    try:
                        archive.alerts.run()
                    except ClusterError:
                        time.sleep(0.2)
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=write), threading.Thread(target=run)]
        for thread in threads:
            thread.start()
        try:
            time.sleep(3)
            three_nodes.kill(0)
            time.sleep(6)
            three_nodes.start(0)
            three_nodes.wait("green")
        finally:
            over.set()
            for thread in threads:
                thread.join()
        assert not failures and written
        three_nodes.wait("green")
        report = archive.alerts.run()
        assert not report.failures
    lines = told.read_text().splitlines()
    titles = [hit["title"] for line in lines for hit in json.loads(line)["hits"]]
    assert sorted(titles) == sorted(written)
    assert len(lines) > 1
