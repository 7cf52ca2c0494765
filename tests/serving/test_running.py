"""Does `searcher serve` begin, see new commits, and end as it should?"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from searcher import Archive, Article
from tests.cli.helpers import command, environment, run
from tests.serving.conftest import serving


@contextlib.contextmanager
def started(*args: object, **env: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The server as a process, and the address that it says."""
    process = subprocess.Popen(
        command("serve", "--json", *args),
        env=environment(**env),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, process.communicate(timeout=60)[1]
        yield process, json.loads(line)["url"]
    finally:
        process.kill()
        process.communicate(timeout=60)


def ended(process: subprocess.Popen[bytes], number: int = signal.SIGTERM) -> tuple[int, str]:
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    return process.returncode, said.decode()


def count(url: str, query: str = "oil") -> int:
    answer = httpx.get(f"{url}api/v1/count", params={"q": query}, trust_env=False, timeout=60)
    return int(answer.json()["total"])


def make_index(path: Path, number: int = 3) -> Path:
    with Archive.create(path) as archive, archive.writer() as writer:
        for n in range(number):
            writer.add(Article(f"Oil {n}", "oil", id=f"{n:06}"))
    return path


def test_it_serves_sees_commits_and_ends_with_0(tmp_path: Path) -> None:
    index = make_index(tmp_path / "index")
    with started("--index", index, "--port", 0, "--access-log", "json") as (process, url):
        assert count(url) == 3
        with Archive.open(index) as archive, archive.writer() as writer:
            writer.add(Article("More oil", "oil", id="new"))
        assert count(url) == 4
        code, said = ended(process)
        assert code == 0
        lines = [json.loads(line) for line in said.splitlines()]
        assert [line["route"] for line in lines] == ["/api/v1/count"] * 2
        assert "oil" not in said and str(tmp_path) not in said


def test_an_answer_that_is_on_its_way_comes_before_the_end(tmp_path: Path) -> None:
    index = make_index(tmp_path / "index", 2_000)
    with started("--index", index, "--port", 0) as (process, url):
        path = f"{url}api/v1/export?q=oil&fields=id"
        with httpx.stream("GET", path, trust_env=False, timeout=60) as answer:
            lines = answer.iter_lines()
            next(lines)
            process.send_signal(signal.SIGTERM)
            rest = list(lines)
        assert json.loads(rest[-1]) == {"end": True, "rows": 2_000}
        assert process.wait(60) == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no workers here")
def test_workers_share_the_address_and_the_numbers_and_one_that_dies_is_replaced(
    tmp_path: Path,
) -> None:
    index = make_index(tmp_path / "index")
    with started("--index", index, "--port", 0, "--workers", 2) as (process, url):
        assert {count(url) for _ in range(6)} == {3}
        metrics = httpx.get(f"{url}metrics", trust_env=False, timeout=60).text
        (line,) = [
            line
            for line in metrics.splitlines()
            if line.startswith("searcher_requests_total{") and "/api/v1/count" in line
        ]
        assert float(line.split()[-1]) == 6
        found = subprocess.run(
            ["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=False
        ).stdout.split()
        for child in found[:1]:
            os.kill(int(child), signal.SIGKILL)
        for _ in range(100):
            with contextlib.suppress(httpx.HTTPError):
                assert count(url) == 3
            time.sleep(0.01)
        code, said = ended(process, signal.SIGINT)
        assert code == 0
        assert not found or "is replaced" in said


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="there are no Unix sockets here")
def test_it_listens_on_a_socket_and_replaces_one_that_was_left_behind(tmp_path: Path) -> None:
    index = make_index(tmp_path / "index")
    path = tmp_path / "s"
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(path))
    left.close()
    with started("--index", index, "--socket", path) as (process, url):
        assert url == f"unix:{path}"
        assert stat.S_IMODE(path.stat().st_mode) == 0o660
        transport = httpx.HTTPTransport(uds=str(path))
        with httpx.Client(transport=transport, base_url="http://localhost") as client:
            assert client.get("/readyz").json()["articles"] == 3
        again = run("serve", "--index", index, "--socket", path)
        assert again.returncode == 2 and b"cannot be had" in again.stderr
        assert ended(process)[0] == 0
    assert not path.exists()
    path.write_text("mine")
    refused = run("serve", "--index", index, "--socket", path)
    assert refused.returncode == 2 and path.read_text() == "mine"


def test_what_cannot_be_served_ends_with_2_and_says_why(tmp_path: Path) -> None:
    index = make_index(tmp_path / "index")
    for args, said in (
        (("--index", tmp_path / "none"), "no index"),
        (("--index", index, "--host", "0.0.0.0"), "--token-file"),
        (("--index", index, "--host", "no.such.host.invalid"), ""),
        (("--index", index, "--token-file", tmp_path / "none"), "cannot be read"),
        (("--index", index, "--log-queries"), "--access-log json"),
    ):
        done = run("serve", *map(str, args))
        assert done.returncode == 2 and not done.stdout
        assert said in done.stderr.decode()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("serve", "--index", str(index), "--port", str(port))
        assert done.returncode == 2 and b"--port" in done.stderr


def test_with_a_token_others_are_answered(tmp_path: Path) -> None:
    index = make_index(tmp_path / "index")
    secret = "x" * 20
    with started("--index", index, "--host", "0.0.0.0", "--port", 0, SEARCHER_TOKEN=secret) as (
        process,
        url,
    ):
        assert httpx.get(f"{url}readyz", trust_env=False).status_code == 401
        headers = {"Authorization": f"Bearer {secret}"}
        assert httpx.get(f"{url}readyz", trust_env=False, headers=headers).status_code == 200
        code, said = ended(process)
        assert code == 0 and secret not in said


def test_without_the_extra_it_says_which_one() -> None:
    script = (
        "import sys; sys.modules['starlette'] = None; sys.argv = ['searcher', 'serve']\n"
        "from searcher.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment(), capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "pip install 'searcher[serve]'" in done.stderr and "Traceback" not in done.stderr


def test_a_query_loads_nothing_of_the_server(sample_index: Path) -> None:
    script = (
        "import sys\nfrom searcher.cli.group import searcher\n"
        "try: searcher.main(['query', '--index', sys.argv[1], 'truce'], prog_name='searcher')\n"
        "except SystemExit: pass\n"
        "late = ('starlette', 'uvicorn', 'jinja2', 'msgspec', 'prometheus_client', 'mcp',\n"
        "  'anyio', 'asyncio', 'ssl', 'http', 'searcher.serving')\n"
        "print([m for m in sys.modules if m.startswith(late)], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(sample_index)],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout and done.stderr.splitlines()[-1] == "[]"


# ---------------------------------------------------------------- indexes that change


def test_commits_during_many_requests_fail_none(tmp_path: Path) -> None:
    index = make_index(tmp_path / "index", 50)
    wrong: list[Any] = []
    is_over = threading.Event()

    with serving(index) as served:

        def ask() -> None:
            with served.client() as client:
                while not is_over.is_set():
                    answer = client.get("/api/v1/search?q=oil&limit=3")
                    if answer.status_code != 200 or answer.json()["total"] < 50:
                        wrong.append(answer.text)

        threads = [threading.Thread(target=ask) for _ in range(3)]
        for thread in threads:
            thread.start()
        with Archive.open(index) as archive:
            for n in range(8):
                with archive.writer() as writer:
                    writer.add(Article("Oil", "oil", id=f"new{n}"))
                if n % 3 == 2:
                    archive.optimize()
        is_over.set()
        for thread in threads:
            thread.join()
        assert not wrong
        assert served.get("/api/v1/count?q=oil").json()["total"] == 58


def test_an_index_that_is_damaged_or_gone_is_503_and_the_log_has_the_reason(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    index = make_index(tmp_path / "index")
    with serving(index) as served:
        assert served.get("/readyz").status_code == 200
        for file in index.glob("manifest-*.json"):
            file.write_text("{}")
        for path in ("/readyz", "/api/v1/search?q=oil", "/api/v1/stats"):
            answer = served.get(path)
            assert answer.status_code == 503, path
            assert answer.json()["type"] == "urn:searcher:problem:index"
            assert str(tmp_path) not in answer.text
        assert answer.json()["instance"].rpartition(":")[2] in caplog.text
        assert served.get("/healthz").status_code == 200


def test_the_search_of_a_client_that_has_gone_away_ends_and_is_no_fault(
    sample_index: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from searcher.searching.budget import Budget
    from searcher.serving import answers

    began = threading.Event()

    def endless(*_: object, left_s: float, **__: object) -> None:
        budget = Budget(left_s)
        began.set()
        while True:
            budget.check()
            time.sleep(0.005)

    monkeypatch.setattr(answers, "search", endless)
    with serving(sample_index, deadline_s=600.0) as served:
        admission = served.app.state.service.admission
        with socket.create_connection(("127.0.0.1", served.port)) as connection:
            connection.sendall(b"GET /api/v1/search?q=a HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert began.wait(60)
        until = time.monotonic() + 60
        while admission.running and time.monotonic() < until:
            time.sleep(0.01)
        assert admission.running == 0
        while 'status="499"' not in served.get("/metrics").text and time.monotonic() < until:
            time.sleep(0.01)
        assert 'status="499"' in served.get("/metrics").text
    assert "Traceback" not in caplog.text


@pytest.mark.same_without_core  # what is costly here is no search
def test_costly_queries_end_in_time_and_leave_cheap_ones_their_place(
    sample_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from searcher.searching.budget import Budget
    from searcher.serving import answers

    count_of = answers.search

    def search(archive: Archive, q: str, **options: Any) -> Any:
        if q != "costly":
            return count_of(archive, q, **options)
        budget = Budget(options["left_s"])
        while True:  # as an executor does, which looks at its time now and then
            budget.check()
            time.sleep(0.002)

    monkeypatch.setattr(answers, "search", search)
    ends: list[httpx.Response] = []
    with serving(sample_index, deadline_s=2.0) as server:
        admission = server.app.state.service.admission

        def ask() -> None:
            with server.client() as client:
                ends.append(client.get("/api/v1/count?q=costly"))

        threads = [threading.Thread(target=ask) for _ in range(20)]
        for thread in threads:
            thread.start()
        until = time.monotonic() + 60
        while admission.slow < 5 and time.monotonic() < until:
            time.sleep(0.005)
        with server.client() as client:
            # More of them run than there are quick places, so one has its place from them.
            assert client.get("/api/v1/count?q=truce").status_code == 200
            assert admission.slow >= 5
            for thread in threads:
                thread.join()
            assert client.get("/api/v1/count?q=truce").status_code == 200
    assert len(ends) == 20
    for answer in ends:
        assert answer.status_code == 503
        assert answer.json()["type"] == "urn:searcher:problem:deadline"
        assert int(answer.headers["retry-after"]) > 0
