"""What alerts ring for, and what they do when something is in the way."""

from __future__ import annotations

import datetime as dt
import json
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from searcher import AlertError, Archive, Article, QueryError, Ringing
from searcher.alerting.folder import AlertsFolder

NOW = dt.datetime(2026, 11, 29, 12, tzinfo=dt.UTC)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.create(tmp_path / "index") as made:
        put(made, "Old truce")
        yield made


def put(archive: Archive, *titles: str, **values: object) -> None:
    with archive.writer() as writer:
        for title in titles:
            writer.add(Article(title, f"Story of {title}.", **{"id": title, **values}))  # type: ignore[arg-type]


def told(archive: Archive, *names: str) -> list[list[str]]:
    """What each delivery of a run holds, in alphabetical order."""
    return [
        sorted(hit.id for hit in ringing.hits) for ringing in archive.alerts.run(*names).ringings
    ]


# ---------------------------------------------------------------- what is new


def test_what_was_there_before_an_alert_does_not_ring(archive: Archive) -> None:
    archive.alerts.add("truce", "truce")
    assert told(archive) == []


def test_what_arrives_rings_once_whatever_its_date(archive: Archive) -> None:
    archive.alerts.add("truce", "truce")
    put(archive, "Truce of 1918", date=dt.date(1918, 11, 11))
    assert told(archive) == [["Truce of 1918"]]
    assert told(archive) == []


def test_an_article_that_changes_does_not_ring_again(archive: Archive) -> None:
    archive.alerts.add("truce", "truce")
    put(archive, "Truce")
    told(archive)
    put(archive, "Truce broken", id="Truce")
    put(archive, "Old truce over", id="Old truce")
    assert told(archive) == []


def test_an_article_rings_with_the_text_that_it_has_when_the_alert_is_run(archive: Archive) -> None:
    archive.alerts.add("truce", "truce")
    put(archive, "War", id="a")
    put(archive, "Truce", id="a")
    put(archive, "Truce", id="b")
    put(archive, "War", id="b")
    assert told(archive) == [["a"]]


def test_merging_removing_and_coming_back_ring_nothing(archive: Archive) -> None:
    archive.alerts.add("truce", "truce")
    put(archive, "Truce")
    told(archive)
    archive.optimize()
    archive.remove("Truce")
    assert told(archive) == []
    put(archive, "Truce")
    assert told(archive) == []


def test_an_index_that_is_made_again_does_not_ring_again(archive: Archive, tmp_path: Path) -> None:
    archive.alerts.add("truce", "truce")
    put(archive, "Truce")
    told(archive)
    archive.close()
    for path in (tmp_path / "index").iterdir():
        path.unlink()
    with Archive.create(tmp_path / "index") as again:
        assert told(again) == []
        put(again, "Old truce", "Truce", "New truce")
        assert told(again) == [["New truce"]]


def test_what_may_not_be_published_rings_when_it_may(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.alerts.add("truce", "truce")
    put(archive, "Truce withheld", status="withheld")
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    embargo = {"embargoed": soon.isoformat()}
    put(archive, "Truce embargoed", status="embargoed", metadata=embargo)
    assert told(archive) == []
    put(archive, "Truce withheld", updated=NOW)
    assert told(archive) == [["Truce withheld"]]
    assert told(archive) == []
    clock = time.time
    monkeypatch.setattr(time, "time", lambda: clock() + 3601)
    assert told(archive) == [["Truce embargoed"]]


def test_what_is_withheld_before_an_alert_is_told_of_it_waits(archive: Archive) -> None:
    archive.alerts.add("one", "truce")
    archive.alerts.add("two", "truce")
    put(archive, "Truce")
    assert told(archive, "one") == [["Truce"]]
    put(archive, "Truce", status="withheld")
    assert told(archive) == []
    put(archive, "Truce", updated=NOW)
    assert told(archive) == [["Truce"]]
    assert told(archive) == []


def test_older_versions_of_an_article_do_not_ring(archive: Archive) -> None:
    archive.alerts.add("all", "*")
    put(archive, "Truce", url="https://a.example/1", id="", updated=NOW)
    put(archive, "Truce holds", url="https://a.example/1", id="", updated=NOW + dt.timedelta(1))
    rung = archive.alerts.run().ringings
    assert [[hit.title for hit in ringing.hits] for ringing in rung] == [["Truce holds"]]


def test_each_alert_has_come_as_far_as_it_was_run(archive: Archive) -> None:
    archive.alerts.add("one", "truce")
    archive.alerts.add("two", "truce")
    put(archive, "Truce a")
    assert told(archive, "one") == [["Truce a"]]
    put(archive, "Truce b")
    assert told(archive, "one") == [["Truce b"]]
    assert told(archive, "two") == [["Truce a", "Truce b"]]


def test_every_word_of_a_keyword_group_must_be_there(archive: Archive) -> None:
    archive.alerts.add("both", "niger election")
    archive.alerts.add("either", "niger OR election")
    put(archive, "Niger", "Election", "Election in Niger")
    report = archive.alerts.run()
    assert [[hit.id for hit in ringing.hits] for ringing in report.ringings] == [
        ["Election in Niger"],
        ["Election", "Election in Niger", "Niger"],
    ]
    assert report.ringings[0].understood == "+niger +election"


def test_an_alert_can_be_of_some_sources(archive: Archive) -> None:
    archive.alerts.add("ours", "truce OR peace", sources=["The Post", "Die Post"])
    put(archive, "Truce", source="The Post")
    put(archive, "Peace", source="die post")
    put(archive, "Truce elsewhere", source="The Postman")
    assert told(archive) == [["Peace", "Truce"]]


def test_more_than_a_delivery_holds_makes_several(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("searcher.alerting.alerts.MOST_IN_A_DELIVERY", 3)
    archive.alerts.add("truce", "truce")
    titles = [f"Truce {number}" for number in range(8)]
    put(archive, *titles, "War")
    found = told(archive)
    assert sorted(map(len, found)) == [2, 3, 3]
    assert sorted(id for ids in found for id in ids) == titles
    assert told(archive) == []


def test_skipping_counts_what_is_there_as_reported(archive: Archive) -> None:
    archive.alerts.add("truce", "truce")
    put(archive, "Truce")
    assert archive.alerts.skip() == 1
    assert told(archive) == []


def test_replacing_an_alert_keeps_where_it_has_come_to(archive: Archive) -> None:
    archive.alerts.add("news", "war")
    put(archive, "Truce")
    archive.alerts.add("news", "truce", replace=True)
    assert told(archive) == [["Truce"]]


# ---------------------------------------------------------------- what is in the way


def test_an_alert_that_cannot_be_run_stops_only_itself_and_loses_nothing(
    archive: Archive, tmp_path: Path
) -> None:
    with Archive.create(tmp_path / "other", values=["country"]) as other:
        other.alerts.add("broken", "country:fr OR truce")
        other.alerts.add("sound", "truce", to=tmp_path / "told.txt")
    os.rename(tmp_path / "other.alerts", tmp_path / "index.alerts")
    archive.alerts.trust(*archive.alerts.untrusted())
    put(archive, "Truce")
    report = archive.alerts.run()
    assert [failure.alert for failure in report.failures] == ["broken"]
    assert "country" in report.failures[0].reason
    assert [ringing.alert for ringing in report.ringings] == ["sound"]
    archive.define_values("country")
    assert told(archive) == [["Old truce", "Truce"]]


def test_a_place_that_is_gone_is_tried_again(archive: Archive, tmp_path: Path) -> None:
    archive.alerts.add("truce", "truce", to=f"{tmp_path}/out/", form="json")
    (tmp_path / "out").rmdir()
    put(archive, "Truce a")
    assert "out" in archive.alerts.run().failures[0].reason
    put(archive, "Truce b")
    (tmp_path / "out").mkdir()
    assert told(archive) == [["Truce a", "Truce b"]]
    delivered = json.loads((tmp_path / "out" / "truce-000001.json").read_text())
    assert delivered["total"] == 2 and delivered["run"] == "truce-000001"


def test_a_caller_that_fails_is_told_again(archive: Archive) -> None:
    archive.alerts.add("truce", "truce")
    put(archive, "Truce")

    def fail(ringing: Ringing) -> None:
        raise RuntimeError("no paper")

    with pytest.raises(RuntimeError, match="no paper"):
        archive.alerts.run(on_ring=fail)
    found: list[Ringing] = []
    archive.alerts.run(on_ring=found.append)
    assert [ringing.run for ringing in found] == ["truce-000001"]
    assert told(archive) == []


def test_names_that_could_be_anything_else_than_a_file_are_refused(archive: Archive) -> None:
    for name in ("", "../up", "a/b", ".hidden", "-x", "a b", "a\nb", "ü", "x" * 65):
        with pytest.raises(AlertError, match="no name"):
            archive.alerts.add(name, "truce")
    archive.alerts.add("Oil", "oil")
    with pytest.raises(AlertError, match="already"):
        archive.alerts.add("oil", "oil")  # one file on some systems


def test_queries_and_places_that_cannot_work_are_refused_at_once(
    archive: Archive, tmp_path: Path
) -> None:
    with pytest.raises(QueryError):
        archive.alerts.add("a", "(truce")
    with pytest.raises(QueryError, match="may be published"):
        archive.alerts.add("a", "status:withheld")
    with pytest.raises(AlertError, match="folder"):
        archive.alerts.add("a", "truce", to=tmp_path / "no" / "where.txt")
    with pytest.raises(AlertError, match="into a folder"):
        archive.alerts.add("a", "truce", to=tmp_path / "a.eml", form="eml")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(AlertError, match="regular file"):
        archive.alerts.add("a", "truce", to=tmp_path / "pipe")
    with pytest.raises(AlertError, match="command"):
        archive.alerts.add("a", "truce", form="command")
    assert archive.alerts.saved() == ()


def test_an_alert_that_is_not_there_is_an_error(archive: Archive) -> None:
    for act in (archive.alerts.run, archive.alerts.remove, archive.alerts.skip):
        with pytest.raises(AlertError, match="no such alert"):
            act("nothing")


def test_running_without_alerts_makes_no_folder(archive: Archive, tmp_path: Path) -> None:
    assert archive.alerts.run().ringings == [] and archive.alerts.saved() == ()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["index"]


def test_two_runs_take_turns(archive: Archive) -> None:
    archive.alerts.add("truce", "truce")
    with (
        AlertsFolder(archive.alerts.folder, wait_s=0),
        pytest.raises(AlertError, match="another process"),
    ):
        archive.alerts.run(wait_s=0.1)
    assert archive.alerts.run(wait_s=0).ringings == []


# ---------------------------------------------------------------- the folder


@pytest.mark.skipif(os.name == "nt", reason="modes of POSIX")
def test_only_its_owner_reads_what_is_watched_for(archive: Archive) -> None:
    archive.alerts.add("truce", "truce")
    assert stat.S_IMODE(os.stat(archive.alerts.folder).st_mode) == 0o700


def test_what_is_kept_is_not_indexed_with_the_articles(archive: Archive, tmp_path: Path) -> None:
    archive.alerts.add("feed", "*", to=tmp_path / "feed.atom", form="atom")
    put(archive, "Truce")
    archive.alerts.run()
    (tmp_path / "feed.atom").unlink()
    report = archive.index(tmp_path)
    assert report.added == 0 and not report.failed


@pytest.mark.parametrize("what", ["cut", "flipped", "foreign", "link"])
def test_a_damaged_list_of_alerts_is_said_and_left_alone(archive: Archive, what: str) -> None:
    archive.alerts.add("truce", "truce")
    path = Path(archive.alerts.folder) / "alerts.json"
    data = path.read_bytes()
    bad = {
        "cut": data[:-20],
        "flipped": data.replace(b'"position":1', b'"position":0'),
        "foreign": b'{"format": 99}',
        "link": data,
    }[what]
    if what == "link":
        path.rename(path.parent / "elsewhere")
        path.symlink_to(path.parent / "elsewhere")
    else:
        path.write_bytes(bad)
    with pytest.raises(AlertError):
        archive.alerts.run()
    with pytest.raises(AlertError):
        archive.alerts.saved()
    assert path.read_bytes() == bad


@pytest.mark.parametrize("damage", ["cut", "flipped", "gone"])
def test_a_damaged_list_of_arrivals_is_said_and_can_be_made_anew(
    archive: Archive, damage: str
) -> None:
    archive.alerts.add("truce", "truce")
    path = Path(archive.alerts.folder) / "arrivals"
    data = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(data[:-1] if damage == "cut" else bytes([data[0] ^ 1]) + data[1:])
    put(archive, "Truce")
    with pytest.raises(AlertError, match="--skip"):
        archive.alerts.run()
    archive.alerts.skip()
    put(archive, "New truce")
    assert told(archive) == [["New truce"]]


# ---------------------------------------------------------------- rehearsal


def test_a_rehearsal_counts_the_last_days_of_the_archive(archive: Archive) -> None:
    for title, date in (
        ("Truce a", dt.date(2026, 1, 1)),
        ("Truce b", dt.datetime(2026, 3, 1, 23, 30, tzinfo=dt.timezone(dt.timedelta(hours=-5)))),
        ("Truce c", dt.date(2026, 3, 1)),
        ("War", dt.date(2026, 3, 3)),
        ("Truce of a misprint", dt.date(2099, 1, 1)),
    ):
        put(archive, title, date=date)
    found = archive.alerts.rehearse("truce", days=10, sample=2)
    assert (found.first, found.last) == (dt.date(2026, 2, 22), dt.date(2026, 3, 3))
    assert found.counts == {dt.date(2026, 3, 1): 2}
    assert found.archive_counts == {dt.date(2026, 3, 1): 2, dt.date(2026, 3, 3): 1}
    assert (found.total, found.undated, found.in_days, found.mean, found.most) == (5, 1, 2, 0.2, 2)
    assert [hit.title for hit in found.sample] == ["Truce of a misprint", "Truce b"]
    assert json.loads(json.dumps(found.to_dict()))["days_rung"] == 1


def test_a_rehearsal_takes_the_name_of_an_alert(archive: Archive) -> None:
    put(archive, "Truce", date=dt.date(2026, 3, 1), source="The Post")
    put(archive, "Truce too", date=dt.date(2026, 3, 1), source="Elsewhere")
    archive.alerts.add("mine", "truce", sources=["The Post"])
    found = archive.alerts.rehearse("mine")
    assert found.in_days == 1 and found.query == "truce"


def test_a_rehearsal_of_an_archive_without_dates_says_so(archive: Archive) -> None:
    found = archive.alerts.rehearse("truce")
    assert (found.first, found.total, found.undated, found.mean) == (None, 1, 1, 0.0)
