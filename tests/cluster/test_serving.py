"""Does `searcher serve` answer over an archive on a cluster, and say what that does not offer?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from searcher import Archive, ClusterError
from tests.cluster.loading import load
from tests.cluster.nodes import Nodes
from tests.searching.test_contract_cases import ARTICLES

pytest.importorskip("starlette", reason="searcher[serve] is not installed")

from searcher.serving.problems import problem_of
from tests.serving.conftest import Served, serving


@pytest.fixture(scope="module")
def served(one_node: Nodes) -> Iterator[Served]:
    url = one_node.url("served")
    load(url, ARTICLES).close()
    with serving(url) as server:
        yield server


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/",
            "/search?q=truce",
            "/search?q=nowhere",
            "/article/1",
            "/article/1?q=truce",
            "/about",
        ),
        *("/compare?q=truce&q=tripoli", "/api/v1/search?q=truce", "/api/v1/articles/1", "/readyz"),
        *("/api/v1/facets?q=truce", "/api/v1/timeline?q=truce", "/api/v1/lines?q=truce"),
        *("/api/v1/export?q=truce&format=ndjson", "/api/v1/explain?q=truce"),
    ],
)
def test_pages_and_api_answer(served: Served, path: str) -> None:
    answer = served.get(path, follow_redirects=True)
    assert answer.status_code == 200, answer.text[:500]


def test_a_quotation_is_checked(served: Served) -> None:
    with served.client() as client:
        answer = client.post("/api/v1/quotes/verify", json={"quote": "a humanitarian truce"})
    assert (answer.status_code, answer.json()["verdict"]) == (200, "exact"), answer.text


def test_what_is_not_offered_is_said_to_be(one_node: Nodes) -> None:
    with Archive.open(one_node.url("served")) as archive, pytest.raises(ClusterError) as caught:
        archive.facets("truce", "year", count="texts")
    problem = problem_of(caught.value).problem
    assert (problem.name, problem.status) == ("not-offered", 501)
    assert "not offered for an archive on a cluster" in problem.detail
    assert "127.0.0.1" not in problem.detail  # nor where the cluster is


def test_a_query_for_what_only_a_directory_knows_is_underlined(served: Served) -> None:
    problem = served.get("/api/v1/search?q=truce+AND+is:copy").json()
    assert (problem["status"], problem["position"]) == (400, 10)
