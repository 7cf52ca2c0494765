"""Are deliveries whole, once, and harmless whatever articles say?"""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher import Archive, Article, Hit, Ringing
from searcher.alerting import delivery
from searcher.alerting.folder import AlertsFolder
from searcher.alerting.forms import as_atom, as_json, as_letter, as_text, entries_of
from searcher.alerting.saved import Alert, Due

ATOM = "{http://www.w3.org/2005/Atom}"
NOW = dt.datetime(2026, 11, 29, 12, tzinfo=dt.UTC)
HOSTILE = "Truce\r\nBcc: all@example.org\r\n\r\n<script>&\x1b]0;x\x07\u202e\x00]]>"


def hit_of(title: str = "Truce", **values: object) -> Hit:
    fields = dict.fromkeys(Hit._fields)
    fields |= {"id": "a" * 16, "score": 1.0, "title": title, "byline": (), "metadata": {}}
    return Hit(**{**fields, "snippet": "A **truce**.", **values})  # type: ignore[arg-type]


def ringing_of(*hits: Hit, query: str = "truce") -> Ringing:
    return Ringing("truce", "truce-000001", query, query, NOW, hits or (hit_of(),))


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.create(tmp_path / "index") as made:
        yield made


def put(archive: Archive, *titles: str, **values: object) -> None:
    with archive.writer() as writer:
        for title in titles:
            writer.add(Article(title, f"Story of {title}.", id=title, **values))  # type: ignore[arg-type]


# ---------------------------------------------------------------- forms


@given(st.text(), st.text(), st.text())
def test_whatever_articles_say_each_form_is_sound(title: str, byline: str, url: str) -> None:
    ringing = ringing_of(hit_of(title, byline=(byline,), url=url, snippet=title), query=title)
    feed = ElementTree.fromstring(as_atom("truce", title, entries_of(ringing)))
    assert [child.tag for child in feed].count(f"{ATOM}entry") == 1
    letter = email.message_from_bytes(as_letter(ringing), policy=email.policy.default)
    assert not letter.defects and set(letter.keys()) == {
        *("From", "To", "Date", "Message-ID", "Subject", "X-Searcher-Alert", "X-Searcher-Run"),
        *("Content-Type", "Content-Transfer-Encoding", "MIME-Version"),
    }
    assert json.loads(as_json(ringing)) == ringing.to_dict()
    as_text(ringing).decode("utf-8")


def test_a_headline_adds_no_header_to_a_letter() -> None:
    letter = email.message_from_bytes(
        as_letter(ringing_of(hit_of(HOSTILE))), policy=email.policy.default
    )
    assert letter["Bcc"] is None and "Bcc: all@example.org" in letter["Subject"]
    assert "\x1b" not in letter.as_string()


def test_text_holds_no_control_character() -> None:
    text = as_text(ringing_of(hit_of(HOSTILE, source="\x1b[2J", url="http://x/\x1b"))).decode()
    assert not set(text) & set(map(chr, [*range(10), *range(11, 32), 0x7F, 0x202E]))


def test_a_letter_of_many_articles_names_the_first_and_counts_the_others() -> None:
    letter = email.message_from_bytes(
        as_letter(ringing_of(hit_of("Ünrest"), hit_of("b"), hit_of("c"))),
        policy=email.policy.default,
    )
    assert letter["Subject"] == "truce: Ünrest and 2 more"
    assert letter["Date"].datetime == NOW


def test_only_addresses_of_the_web_are_links_of_a_feed() -> None:
    urls = ["javascript:alert(1)", "file:///etc/passwd", "https://a.example/?q=1&b=\"'"]
    hits = [hit_of(id=str(n) * 16, url=url) for n, url in enumerate([*urls, "http://a.example/1"])]
    feed = ElementTree.fromstring(as_atom("truce", "truce", entries_of(ringing_of(*hits))))
    links = [link.get("href") for link in feed.iter(f"{ATOM}link")]
    assert links == ["http://a.example/1"]


def test_a_feed_has_what_a_feed_must_have() -> None:
    dated = hit_of(date=dt.datetime(2020, 5, 1, 12, tzinfo=dt.timezone(dt.timedelta(hours=2))))
    feed = ElementTree.fromstring(as_atom("truce", "truce", entries_of(ringing_of(dated))))
    assert {child.tag.removeprefix(ATOM) for child in feed} >= {"id", "title", "updated", "author"}
    entry = feed.find(f"{ATOM}entry")
    assert entry is not None
    said = {child.tag.removeprefix(ATOM): child.text for child in entry}
    assert said["published"] == "2020-05-01T10:00:00Z" and said["updated"] == "2026-11-29T12:00:00Z"
    assert said["content"] == "2020-05-01\nA truce." and said["title"] == "Truce"


# ---------------------------------------------------------------- places


def test_a_folder_gets_a_file_for_each_delivery(archive: Archive, tmp_path: Path) -> None:
    archive.alerts.add("truce", "truce", to=f"{tmp_path}/out/", form="text")
    for title in ("Truce a", "Truce b"):
        put(archive, title)
        archive.alerts.run()
    names = ["truce-000001.txt", "truce-000002.txt"]
    assert sorted(os.listdir(tmp_path / "out")) == names
    assert "Truce b" in (tmp_path / "out" / names[1]).read_text()


def test_a_file_is_written_on_at_its_end(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "told.jsonl").write_text("# mine\n")
    archive.alerts.add("truce", "truce", to=tmp_path / "told.jsonl", form="json")
    for title in ("Truce a", "Truce b"):
        put(archive, title)
        archive.alerts.run()
    first, *lines = (tmp_path / "told.jsonl").read_text().splitlines()
    assert first == "# mine"
    assert [json.loads(line)["hits"][0]["id"] for line in lines] == ["Truce a", "Truce b"]


def test_a_feed_keeps_the_newest_and_each_article_once(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("searcher.alerting.delivery.MOST_ENTRIES", 3)
    archive.alerts.add("truce", "truce", to=tmp_path / "feed.atom", form="atom")
    for number in range(5):
        put(archive, f"Truce {number}")
        archive.alerts.run()
    feed = ElementTree.parse(tmp_path / "feed.atom").getroot()
    titles = [title.text for title in feed.iterfind(f"{ATOM}entry/{ATOM}title")]
    assert titles == ["Truce 4", "Truce 3", "Truce 2"]


def test_what_was_delivered_before_an_alert_was_made_anew_is_not_overwritten(
    archive: Archive, tmp_path: Path
) -> None:
    for title in ("Truce a", "Truce b"):
        archive.alerts.add("truce", "truce", to=f"{tmp_path}/out/")
        put(archive, title)
        archive.alerts.run()
        archive.alerts.remove("truce")
    assert len(os.listdir(tmp_path / "out")) == 2


def begun(tmp_path: Path, to: Path | str, form: str) -> tuple[AlertsFolder, Alert, Due]:
    folder = AlertsFolder(str(tmp_path / "alerts"), wait_s=0)
    alert = Alert("truce", "truce", to=str(to), form=form)
    due = delivery.stage(folder, alert, ringing_of(), Due(1, 1))
    return folder, alert, due


def test_a_file_that_was_taken_away_is_not_delivered_again(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    folder, alert, due = begun(tmp_path, f"{tmp_path}/out/", "json")
    with folder:
        delivery.hand_over(folder, alert, due)
        (tmp_path / "out" / "truce-000001.json").unlink()  # by a mailer, before the kill
        delivery.hand_over(folder, alert, due)
    assert os.listdir(tmp_path / "out") == []


def test_a_delivery_waits_for_the_very_folder_that_it_was_begun_in(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    folder, alert, due = begun(tmp_path, f"{tmp_path}/out/", "json")
    with folder:
        os.rename(tmp_path / "out", tmp_path / "away")
        (tmp_path / "out").mkdir()  # where a disk is not mounted
        with pytest.raises(OSError, match="another folder"):
            delivery.hand_over(folder, alert, due)
        (tmp_path / "out").rmdir()
        os.rename(tmp_path / "away", tmp_path / "out")
        delivery.hand_over(folder, alert, due)
    assert os.listdir(tmp_path / "out") == ["truce-000001.json"]


@pytest.mark.parametrize("written", [0, 1, 40, None])
def test_what_of_a_delivery_is_in_a_file_is_not_written_again(
    tmp_path: Path, written: int | None
) -> None:
    told = tmp_path / "told.jsonl"
    told.write_text("before\n")
    folder, alert, due = begun(tmp_path, told, "json")
    whole = as_json(ringing_of())
    with folder:
        with told.open("ab") as file:
            file.write(whole if written is None else whole[:written])
        delivery.hand_over(folder, alert, due)
        delivery.hand_over(folder, alert, due)
    assert told.read_bytes() == b"before\n" + whole


def test_what_another_wrote_into_the_file_meanwhile_stays(tmp_path: Path) -> None:
    told = tmp_path / "told.txt"
    told.write_text("before\n")
    folder, alert, due = begun(tmp_path, told, "text")
    with folder:
        with told.open("a") as file:
            file.write("another\n")
        delivery.hand_over(folder, alert, due)
    assert told.read_bytes() == b"before\nanother\n" + as_text(ringing_of())


@pytest.mark.skipif(os.name == "nt", reason="FIFOs")
def test_a_fifo_in_the_place_of_the_file_stops_nobody(archive: Archive, tmp_path: Path) -> None:
    archive.alerts.add("truce", "truce", to=tmp_path / "told.txt")
    os.mkfifo(tmp_path / "told.txt")
    put(archive, "Truce")
    assert "FIFO" in archive.alerts.run().failures[0].reason


def test_a_link_in_the_place_of_the_staged_file_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "out" / ".truce-000001.json.truce.part").symlink_to(tmp_path / "mine")
    folder, alert, due = begun(tmp_path, f"{tmp_path}/out/", "json")
    with folder:
        delivery.hand_over(folder, alert, due)
    assert (tmp_path / "mine").read_text() == "mine"
    assert not (tmp_path / "out" / "truce-000001.json").is_symlink()


# ---------------------------------------------------------------- programs

posix = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")


def program(archive: Archive, code: str, *arguments: object) -> None:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    archive.alerts.add("truce", "truce", form="command", command=command)


TAKES = """
import json, os, sys
with open(sys.argv[1], "a") as told:
    run, hits = os.environ["SEARCHER_ALERT_RUN"], json.load(sys.stdin)["hits"]
    told.write(json.dumps([run, hits[0]["id"]]))
    told.write("\\n")
sys.exit(os.path.exists(sys.argv[1] + ".fail"))
"""


def test_a_program_gets_the_delivery_and_no_shell(archive: Archive, tmp_path: Path) -> None:
    told = tmp_path / "$(touch hacked); told"
    program(archive, TAKES, told)
    put(archive, "Truce")
    assert len(archive.alerts.run().ringings) == 1
    assert json.loads(told.read_text()) == ["truce-000001", "Truce"]


def test_a_program_that_fails_is_told_the_same_again(archive: Archive, tmp_path: Path) -> None:
    told, fail = tmp_path / "told", tmp_path / "told.fail"
    program(archive, TAKES, told)
    put(archive, "Truce a")
    fail.touch()
    report = archive.alerts.run()
    assert report.ringings == [] and "ended with 1" in report.failures[0].reason
    put(archive, "Truce b")
    fail.unlink()
    assert [len(ringing.hits) for ringing in archive.alerts.run().ringings] == [1, 1]
    assert [json.loads(line) for line in told.read_text().splitlines()] == [
        ["truce-000001", "Truce a"],
        ["truce-000001", "Truce a"],
        ["truce-000002", "Truce b"],
    ]


def test_what_a_failing_program_says_is_told_and_bounded(archive: Archive) -> None:
    program(
        archive, "import sys; sys.stderr.write('x' * 3_000_000 + ' no mail today'); sys.exit(3)"
    )
    put(archive, "Truce")
    reason = archive.alerts.run().failures[0].reason
    assert "ended with 3" in reason and "no mail today" in reason and len(reason) < 1000


@posix
def test_a_program_without_end_is_ended_with_all_it_started(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("searcher.alerting.alerts._COMMAND_TIMEOUT_S", 2.0)
    code = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "open(sys.argv[1], 'w').write(str(child.pid))\n"
        "time.sleep(600)"
    )
    program(archive, code, tmp_path / "child")
    put(archive, "Truce")
    assert "did not end within" in archive.alerts.run().failures[0].reason
    child = int((tmp_path / "child").read_text() or 0)
    for _ in range(100):
        try:
            with open(f"/proc/{child}/stat") as status:
                if status.read().rpartition(")")[2].split()[0] == "Z":
                    break
            os.kill(child, 0)
        except (OSError, ValueError):
            break
        time.sleep(0.1)
    else:
        pytest.fail("the child of the program is still there")


def test_a_program_that_reads_nothing_is_no_failure(archive: Archive) -> None:
    program(archive, "pass")
    put(archive, "Truce", metadata={"long": "x" * 1_000_000})
    assert len(archive.alerts.run().ringings) == 1


def test_a_program_that_is_not_there_is_a_failure(archive: Archive) -> None:
    archive.alerts.add("truce", "truce", form="command", command=["/nowhere/program"])
    put(archive, "Truce")
    assert "cannot be started" in archive.alerts.run().failures[0].reason


@posix
def test_no_program_is_run_that_others_may_have_named(archive: Archive, tmp_path: Path) -> None:
    program(archive, TAKES, tmp_path / "told")
    put(archive, "Truce")
    os.chmod(archive.alerts.folder, 0o777)
    assert "others may write" in archive.alerts.run().failures[0].reason
    assert not (tmp_path / "told").exists()
    os.chmod(archive.alerts.folder, 0o700)
    assert len(archive.alerts.run().ringings) == 1
