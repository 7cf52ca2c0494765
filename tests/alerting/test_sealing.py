"""Is nothing run and nothing written but what this user asked for, on this machine?"""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from searcher import AlertError, Archive, Article
from searcher.alerting.sealing import key_path

pytestmark = pytest.mark.skipif(os.name == "nt", reason="modes and links of POSIX")

TOUCH = "import sys; open(sys.argv[1], 'w').close()"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    (tmp_path / "mine").mkdir()
    with Archive.create(tmp_path / "mine" / "index") as made:
        yield made


@pytest.fixture
def other_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What follows is asked by somebody else: it has another key, or none."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state of another"))
    yield


def put(archive: Archive, *titles: str) -> None:
    with archive.writer() as writer:
        for title in titles:
            writer.add(Article(title, f"Story of {title}.", id=title))


def touching(archive: Archive, path: Path, name: str = "truce") -> None:
    archive.alerts.add(
        name, "truce", form="command", command=[sys.executable, "-c", TOUCH, str(path)]
    )


def rewritten(folder: Path, change: Any) -> None:
    """Change `alerts.json` as whoever packs an archive can, with the checksum made anew."""
    path = folder / "alerts.json"
    value = json.loads(path.read_bytes())
    del value["crc"]
    change(value)
    data = json.dumps(value, separators=(",", ":")).encode("ascii")[:-1]
    path.write_bytes(data + b',"crc":%d}\n' % zlib.crc32(data))


# ---------------------------------------------------------------- a stranger's archive


def test_an_archive_that_was_unpacked_runs_and_writes_nothing(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touching(archive, tmp_path / "ran")
    profile = tmp_path / "profile"
    profile.write_text("mine\n")
    for form in ("text", "json"):
        archive.alerts.add(f"to-{form}", "truce", to=profile, form=form)
    archive.alerts.add("feed", "truce", to=tmp_path / "feed.atom", form="atom")
    archive.alerts.add("letters", "truce", to=f"{tmp_path}/letters/", form="eml")
    archive.alerts.add("printed", "truce")
    put(archive, "$(touch pwned) truce")
    with tarfile.open(tmp_path / "packed.tar", "w") as packed:
        packed.add(tmp_path / "mine", "theirs")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state of another"))
    with tarfile.open(tmp_path / "packed.tar") as packed:
        packed.extractall(tmp_path, filter="data")
    with Archive.open(tmp_path / "theirs" / "index") as theirs:
        report = theirs.alerts.run()
        assert {failure.alert for failure in report.failures} == {
            *("truce", "to-text", "to-json", "feed", "letters")
        }
        assert [ringing.alert for ringing in report.ringings] == ["printed"]
        assert len(theirs.alerts.untrusted()) == 5
    assert not (tmp_path / "ran").exists() and not (tmp_path / "feed.atom").exists()
    assert profile.read_text() == "mine\n" and os.listdir(tmp_path / "letters") == []
    assert not (tmp_path / "state of another").exists()  # nothing is made to refuse


@pytest.mark.usefixtures("other_user")
def test_a_seal_of_another_key_is_none(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touching(archive, tmp_path / "ran")
    put(archive, "Truce")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "a third"))
    touching(archive, tmp_path / "ran too", "mine")
    report = archive.alerts.run()
    assert [failure.alert for failure in report.failures] == ["truce"]
    assert not (tmp_path / "ran").exists()


def test_what_is_refused_is_shown_with_the_next_step_and_delivered_once_trusted(
    archive: Archive, tmp_path: Path
) -> None:
    touching(archive, tmp_path / "ran")
    put(archive, "Truce")
    shutil.copytree(tmp_path / "mine", tmp_path / "copy")
    with Archive.open(tmp_path / "copy" / "index") as copy:
        failure = copy.alerts.run().failures[0]
        assert str(tmp_path / "ran") in failure.reason
        assert failure.reason.endswith("searcher alert trust truce")
        assert not (tmp_path / "ran").exists()
        copy.alerts.trust(*copy.alerts.untrusted())
        report = copy.alerts.run()
        assert [len(ringing.hits) for ringing in report.ringings] == [1]
        assert copy.alerts.untrusted() == () == report.failures
    assert (tmp_path / "ran").exists()
    assert len(archive.alerts.run().ringings) == 1  # the first one is as it was


def test_an_archive_that_was_moved_waits_and_loses_nothing(
    archive: Archive, tmp_path: Path
) -> None:
    archive.alerts.add("feed", "truce", to=tmp_path / "feed.atom", form="atom")
    put(archive, "Truce")
    archive.close()
    (tmp_path / "mine").rename(tmp_path / "moved")
    with Archive.open(tmp_path / "moved" / "index") as moved:
        assert len(moved.alerts.run().failures) == 1
        put(moved, "Truce again")
        moved.alerts.trust(*moved.alerts.saved())
        assert [len(ringing.hits) for ringing in moved.alerts.run().ringings] == [2]
    (tmp_path / "moved").rename(tmp_path / "mine")
    assert len(archive.alerts.run().failures) == 1  # trusted there, not here


def test_an_archive_is_the_same_one_behind_a_link_above_it(
    archive: Archive, tmp_path: Path
) -> None:
    touching(archive, tmp_path / "ran")
    put(archive, "Truce")
    (tmp_path / "link").symlink_to(tmp_path / "mine")
    with Archive.open(tmp_path / "link" / "index") as same:
        assert len(same.alerts.run().ringings) == 1


@pytest.mark.parametrize("key", ["command", "form", "to", "name", "seal"])
def test_an_alert_that_was_changed_by_hand_is_not_delivered(
    archive: Archive, tmp_path: Path, key: str
) -> None:
    archive.alerts.add("truce", "truce", to=tmp_path / "told.txt")
    put(archive, "Truce")
    value = {
        "command": [sys.executable, "-c", TOUCH, str(tmp_path / "ran")],
        "form": "json",
        "to": str(tmp_path / "elsewhere.txt"),
        "name": "peace",
        "seal": "0" * 64,
    }[key]
    rewritten(Path(archive.alerts.folder), lambda saved: saved["alerts"][0].update({key: value}))
    assert len(archive.alerts.run().failures) == 1
    assert sorted(os.listdir(tmp_path)) == ["mine"]


def test_alerts_of_before_there_were_seals_wait_to_be_trusted(
    archive: Archive, tmp_path: Path
) -> None:
    archive.alerts.add("truce", "truce", to=tmp_path / "told.txt")
    archive.alerts.add("printed", "truce")
    put(archive, "Truce")

    def older(saved: dict[str, Any]) -> None:
        saved["format"] = 1
        for alert in saved["alerts"]:
            del alert["seal"]

    rewritten(Path(archive.alerts.folder), older)
    report = archive.alerts.run()
    assert [failure.alert for failure in report.failures] == ["truce"]
    assert [ringing.alert for ringing in report.ringings] == ["printed"]
    archive.alerts.trust(*archive.alerts.untrusted())
    assert len(archive.alerts.run().ringings) == 1


def test_what_is_due_goes_nowhere_but_to_the_place_of_its_alert(
    archive: Archive, tmp_path: Path
) -> None:
    """`alerts.json` is another's here, and its alert is sealed all the same."""
    archive.alerts.add("truce", "truce", to=tmp_path / "told.txt")
    archive.alerts.add("folder", "truce", to=f"{tmp_path}/out/")
    put(archive, "Truce")
    (tmp_path / "profile").write_text("mine\n")
    folder = Path(archive.alerts.folder)
    (folder / "due-truce").write_text("pwned\n")
    (tmp_path / "pwned").write_text("pwned\n")
    status = tmp_path.stat()
    due = {"run": 1, "through": 1, "held": [], "offset": 5, "staged": None}
    due |= {"device": status.st_dev, "inode": status.st_ino, "final": str(tmp_path / "profile")}

    def change(saved: dict[str, Any]) -> None:
        saved["alerts"][0]["due"] = due
        saved["alerts"][1]["due"] = {**due, "staged": str(tmp_path / "pwned")}

    rewritten(folder, change)
    reasons = [failure.reason for failure in archive.alerts.run().failures]
    assert len(reasons) == 2 and all("--skip" in reason for reason in reasons)
    assert (tmp_path / "profile").read_text() == "mine\n" and (tmp_path / "pwned").exists()
    archive.alerts.skip()
    put(archive, "Truce again")
    assert len(archive.alerts.run().ringings) == 2


def test_what_was_changed_after_it_was_looked_at_is_not_trusted(
    archive: Archive, tmp_path: Path
) -> None:
    touching(archive, tmp_path / "ran")
    (looked_at,) = archive.alerts.saved()
    touching_too = [sys.executable, "-c", TOUCH, str(tmp_path / "other")]
    rewritten(
        Path(archive.alerts.folder),
        lambda saved: saved["alerts"][0].update(command=touching_too),
    )
    with pytest.raises(AlertError, match="changed meanwhile"):
        archive.alerts.trust(looked_at)


# ---------------------------------------------------------------- links


def test_a_link_in_the_place_of_the_folder_is_refused(archive: Archive, tmp_path: Path) -> None:
    archive.alerts.add("truce", "truce")
    folder = Path(archive.alerts.folder)
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    before = sorted(os.listdir(tmp_path / "elsewhere"))
    for asked in (
        archive.alerts.run,
        archive.alerts.saved,
        archive.alerts.skip,
        lambda: archive.alerts.add("more", "truce"),
    ):
        with pytest.raises(AlertError, match="a link, which is not followed here"):
            asked()
    folder.unlink()
    folder.symlink_to(tmp_path / "nowhere")
    with pytest.raises(AlertError, match="a link"):
        archive.alerts.run()
    assert sorted(os.listdir(tmp_path / "elsewhere")) == before
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("form", ["text", "atom", "eml"])
@pytest.mark.parametrize("where", ["file", "folder", "above"])
def test_nothing_is_written_through_a_link_that_was_put_there(
    archive: Archive, tmp_path: Path, form: str, where: str
) -> None:
    (tmp_path / "a" / "out").mkdir(parents=True)
    (tmp_path / "b" / "out").mkdir(parents=True)
    to = f"{tmp_path}/a/out/" if form == "eml" else f"{tmp_path}/a/out/told"
    archive.alerts.add("truce", "truce", to=to, form=form)
    put(archive, "Truce")
    (tmp_path / "b" / "out" / "told").write_text("mine\n")
    if where == "file":
        name = "truce-000001.eml" if form == "eml" else "told"
        (tmp_path / "a" / "out" / name).symlink_to(tmp_path / "b" / "out" / "told")
    elif where == "folder":
        (tmp_path / "a" / "out").rmdir()
        (tmp_path / "a" / "out").symlink_to(tmp_path / "b" / "out")
    else:
        shutil.rmtree(tmp_path / "a")
        (tmp_path / "a").symlink_to(tmp_path / "b")
    failures = archive.alerts.run().failures
    assert os.listdir(tmp_path / "b" / "out") == ["told"]
    assert (tmp_path / "b" / "out" / "told").read_text() == "mine\n"
    # A feed takes the place of a link, and letters find another name.
    assert bool(failures) == (where != "file" or form == "text")
    assert all("not followed" in failure.reason for failure in failures)


def test_a_second_name_of_a_file_of_yours_is_not_written_to(
    archive: Archive, tmp_path: Path
) -> None:
    archive.alerts.add("truce", "truce", to=tmp_path / "told.txt")
    put(archive, "Truce")
    (tmp_path / "profile").write_text("mine\n")
    os.link(tmp_path / "profile", tmp_path / "told.txt")
    assert "another name" in archive.alerts.run().failures[0].reason
    assert (tmp_path / "profile").read_text() == "mine\n"


def test_a_place_is_kept_as_what_its_links_lead_to(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert archive.alerts.add("a", "truce", to=f"{tmp_path}/link/").to == f"{tmp_path}/real/"
    put(archive, "Truce")
    archive.alerts.run()
    assert os.listdir(tmp_path / "real") == ["a-000001.txt"]


@pytest.mark.parametrize("kept", ["3", "[1]", '[{"id": 3}]', "[" * 100_000])
def test_a_strange_list_of_entries_begins_a_feed_anew(
    archive: Archive, tmp_path: Path, kept: str
) -> None:
    archive.alerts.add("feed", "truce", to=tmp_path / "feed.atom", form="atom")
    put(archive, "Truce")
    (Path(archive.alerts.folder) / "feed-feed.json").write_text(kept)
    assert len(archive.alerts.run().ringings) == 1
    assert "Truce" in (tmp_path / "feed.atom").read_text()


# ---------------------------------------------------------------- the key


def test_the_key_is_made_when_it_is_needed_and_is_its_owners_alone(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    archive.alerts.add("printed", "truce")
    assert not (tmp_path / "state").exists()
    touching(archive, tmp_path / "ran")
    key = tmp_path / "state" / "searcher" / "alert-key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700
    assert os.listdir(key.parent) == ["alert-key"]
    first = key.read_bytes()
    touching(archive, tmp_path / "ran", "another")
    assert key.read_bytes() == first


def test_a_key_that_others_may_read_or_that_is_none_seals_nothing(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    touching(archive, tmp_path / "ran")
    put(archive, "Truce")
    key = tmp_path / "state" / "searcher" / "alert-key"
    whole = key.read_bytes()

    def refused(said: str) -> None:
        failure = archive.alerts.run().failures[0]
        assert said in failure.reason and "alert-key" in failure.reason
        with pytest.raises(AlertError, match="alert-key"):
            touching(archive, tmp_path / "ran", "another")

    key.chmod(0o640)
    refused("others may read it")
    key.chmod(0o600)
    for data in (b"", whole[:-1], whole + whole, b"\0" * 65):
        key.write_bytes(data)
        refused("it is damaged")
    key.unlink()
    (tmp_path / "elsewhere").write_bytes(whole)
    (tmp_path / "elsewhere").chmod(0o600)
    key.symlink_to(tmp_path / "elsewhere")
    refused("a link")
    key.unlink()
    os.mkfifo(key, 0o600)
    refused("FIFO")
    assert not (tmp_path / "ran").exists()


def test_a_key_that_cannot_be_made_is_an_error_and_nothing_is_added(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    with pytest.raises(AlertError, match="set XDG_STATE_HOME"):
        touching(archive, tmp_path / "ran")
    assert archive.alerts.saved() == ()


def test_two_who_make_the_key_at_once_have_the_same(tmp_path: Path) -> None:
    code = (
        "import sys; from searcher.alerting.saved import Alert; "
        "from searcher.alerting.sealing import seal_of; sys.stdin.read(1); "
        "print(seal_of('/a', Alert('a', 'truce', to='/b')))"
    )
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path)}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "env": environment}
    started = [subprocess.Popen([sys.executable, "-c", code], **pipes) for _ in range(4)]  # type: ignore[call-overload]
    for process in started:
        process.stdin.write(b"x")
        process.stdin.flush()
    assert len({process.communicate()[0] for process in started}) == 1
    assert os.listdir(tmp_path / "searcher") == ["alert-key"]


def test_the_key_is_found_without_home_as_cron_may_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.delenv("HOME", raising=False)
    home = pytest.importorskip("pwd").getpwuid(os.getuid()).pw_dir
    assert key_path() == f"{home}/.local/state/searcher/alert-key"
    monkeypatch.setenv("XDG_STATE_HOME", "not/absolute")  # which does not count
    assert key_path() == f"{home}/.local/state/searcher/alert-key"


def test_an_alert_runs_from_cron_with_hardly_an_environment(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    touching(archive, tmp_path / "ran")
    put(archive, "Truce")
    environment = {"HOME": str(tmp_path / "home"), "PATH": "/usr/bin:/bin", "SHELL": "/bin/sh"}
    environment["PYTHONPATH"] = str(Path(__file__).parents[2])
    words = [sys.executable, "-m", "searcher", "alert", "run", "--quiet", "--index", archive.path]
    done = subprocess.run(words, env=environment, capture_output=True, cwd="/", check=False)
    assert (done.returncode, done.stderr) == (0, b"") and (tmp_path / "ran").exists()
    # With another home there is another key, and it is said where it was looked for.
    put(archive, "Truce again")
    environment["HOME"] = str(tmp_path / "nobody")
    done = subprocess.run(words, env=environment, capture_output=True, cwd="/", check=False)
    assert done.returncode == 2 and f"{tmp_path}/nobody/.local/state".encode() in done.stderr
