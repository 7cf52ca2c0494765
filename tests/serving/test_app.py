"""Does the application answer, and does each error become a problem?"""

from __future__ import annotations

import socket
import time
from pathlib import Path

import pytest

from searcher.serving import answers
from searcher.serving.guard import CONTENT_SECURITY_POLICY
from tests.serving.conftest import Served, serving


def test_it_says_that_it_lives_and_is_ready(served: Served) -> None:
    assert served.get("/healthz").json() == {"status": "alive"}
    assert served.get("/readyz").json()["articles"] == len(served.archive)


def test_what_is_not_there_is_a_problem_with_an_instance(served: Served) -> None:
    answer = served.get("/nowhere")
    problem = answer.json()
    assert answer.status_code == problem["status"] == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["type"] == "urn:searcher:problem:not-found"
    assert problem["instance"].startswith("urn:searcher:request:")


@pytest.mark.parametrize("path", ["/archive", "/archive/", "/"])
def test_below_a_path_the_first_page_is_there_with_and_without_a_slash(
    sample_index: Path, path: str
) -> None:
    with serving(sample_index, root_path="/archive") as served:
        answer = served.get(path, headers={"Accept": "text/html"})
        assert answer.status_code == 200 and 'href="/archive/about"' in answer.text
        assert served.get("/archives").status_code == 404


def test_a_fault_is_said_once_without_its_words_and_with_all_headers(
    sample_index: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a secret")

    monkeypatch.setattr(answers, "search", fails)
    with serving(sample_index) as served:
        answer = served.get("/api/v1/search?q=truce")
    assert answer.status_code == 500 and "secret" not in answer.text
    assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert caplog.text.count("Traceback") == 1


def test_a_client_that_goes_away_in_the_middle_of_a_form_is_no_fault(
    sample_index: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(sample_index, state=str(tmp_path)) as served:
        with socket.create_connection(("127.0.0.1", served.port)) as connection:
            connection.sendall(
                b"POST /saved HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nname=a"
            )
            time.sleep(0.2)
        until = time.monotonic() + 60
        while 'status="499"' not in served.get("/metrics").text:
            assert time.monotonic() < until
            time.sleep(0.05)
    assert "Traceback" not in caplog.text
