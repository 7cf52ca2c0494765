"""Does the description of the API say what the API does?

The long form, 200 cases of each operation, is run with SEARCHER_FULL=1.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.serving.conftest import Served, serving


def test_the_description_is_valid_openapi(served: Served) -> None:
    validator = pytest.importorskip("openapi_spec_validator", reason="it is not installed")
    described = served.get("/openapi.json").json()
    validator.validate(described)
    assert described["openapi"] == "3.1.0"


def test_every_operation_is_one_that_is_served(served: Served) -> None:
    described = served.get("/openapi.json").json()
    served_paths = {
        (route.path.replace(":path", ""), method.lower())
        for route in served.app.routes
        for method in getattr(route, "methods", None) or ()
        if route.path.startswith("/api/") and method != "HEAD"
    }
    written = {
        (path, method) for path, operations in described["paths"].items() for method in operations
    }
    assert written == served_paths


def test_every_answer_is_as_it_is_described(sample_index: Path, tmp_path: Path) -> None:
    schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")
    from hypothesis import HealthCheck, Phase, given, seed, settings
    from schemathesis import checks

    full = bool(os.environ.get("SEARCHER_FULL"))
    with serving(sample_index, state=tmp_path / "state", deadline_s=2.0) as server:
        described = server.get("/openapi.json").json()
        schema = schemathesis.openapi.from_dict(described)
        schema.config.update(base_url=server.url)
        # A text may fit the schema and be no query: that is 400, as the description says.
        held = [
            checks.not_a_server_error,
            *(
                checks.CHECKS.get_one(name)
                for name in (
                    "status_code_conformance",
                    "content_type_conformance",
                    "response_schema_conformance",
                    "response_headers_conformance",
                    "negative_data_rejection",
                )
            ),
        ]
        for result in schema.get_all_operations():
            operation = result.ok()

            @seed(0)
            @settings(
                max_examples=200 if full else 8,
                deadline=None,
                database=None,
                phases=[Phase.explicit, Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(case=operation.as_strategy())
            def answers(case: Any) -> None:
                answer = case.call(timeout=60)
                if answer.status_code == 503:  # in time, or not at all
                    assert answer.json()["type"].rpartition(":")[2] in ("deadline", "busy")
                    return
                case.validate_response(answer, checks=held)

            answers()
