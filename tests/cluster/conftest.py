"""Real clusters for a session of tests: started when the first test asks, skipped with the reason
where no JDK, no Maven or no opensearch-py is.

`SEARCHER_TEST_CLUSTER=off` skips them, `=require` makes a missing one a failure (CI).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import pytest

from tests.cluster.nodes import Nodes, Unavailable


def nodes_of(count: int, **options: Any) -> Iterator[Nodes]:
    """A cluster of its own, or a skipped test."""
    wish = os.environ.get("SEARCHER_TEST_CLUSTER", "")
    if wish == "off":
        pytest.skip("SEARCHER_TEST_CLUSTER is off")
    skip = pytest.fail if wish == "require" else pytest.skip
    if find_spec("opensearchpy") is None:
        skip("opensearch-py is not installed: pip install 'searcher[cluster]'")
    try:
        nodes = Nodes(count, **options)
    except Unavailable as error:
        skip(f"no cluster here: {error}")
    with nodes, pytest.MonkeyPatch.context() as patch:
        # What is tested is not how quick a machine is that runs many tests at once.
        patch.setenv("SEARCHER_OPENSEARCH_TIMEOUT", "60")
        yield nodes


@pytest.fixture(scope="session")
def one_node() -> Iterator[Nodes]:
    """A cluster of one node."""
    yield from nodes_of(1)


@pytest.fixture(scope="session")
def three_nodes() -> Iterator[Nodes]:
    """A cluster of three nodes; a test leaves all running and green."""
    yield from nodes_of(3)
