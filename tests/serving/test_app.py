"""Does the application answer, and does each error become a problem?"""

from __future__ import annotations

from tests.serving.conftest import Served


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
