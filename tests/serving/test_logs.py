"""Does the log tell how the server does, and nothing of what is searched?"""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from searcher.serving.logs import LineFormatter
from tests.serving.conftest import serving

SECRET = "whistleblower"
PATHS = (
    f"/api/v1/search?q={SECRET}",
    f"/search?q={SECRET}",
    f"/api/v1/search?q={SECRET}:x",
    f"/api/v1/{SECRET}",
    f"/{SECRET}",
    f"/api/v1/articles/{SECRET}",
    f"/api/v1/search?{SECRET}=1",
)


@pytest.mark.parametrize("form", ["json", "text"])
def test_no_line_has_what_was_asked(
    sample_index: Path, caplog: pytest.LogCaptureFixture, form: str
) -> None:
    caplog.set_level(logging.INFO)
    with serving(sample_index, access_log=form) as served:
        for path in PATHS:
            served.get(path, headers={"User-Agent": SECRET, "Referer": f"http://x/{SECRET}"})
        metrics = served.get("/metrics").text
    lines = [record.getMessage() for record in caplog.records if record.name == "searcher.access"]
    assert len(lines) == len(PATHS) + 1
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith(("httpx", "httpcore"))]
    assert SECRET not in "\n".join([*ours, metrics])
    if form == "json":
        first = json.loads(lines[0])
        assert (first["route"], first["status"], first["hits"]) == ("/api/v1/search", 200, 0)
        assert first["ms"] >= first["search_ms"] >= 0 and first["bytes"] > 0


def test_queries_are_written_where_that_was_asked_for(
    sample_index: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with serving(sample_index, access_log="json", log_queries=True) as served:
        served.get("/api/v1/search", params={"q": "a\x1b[31m\u202eb"})
    (line,) = [record.getMessage() for record in caplog.records if record.name == "searcher.access"]
    assert json.loads(line)["query"] == "a\x1b[31m\u202eb"
    assert "\x1b" not in line and "\u202e" not in line


def test_what_went_wrong_is_visible_whatever_it_holds() -> None:
    record = logging.LogRecord("searcher.serving", logging.ERROR, "", 0, "a\x1b[0m\nb", None, None)
    assert LineFormatter().format(record) == "searcher: a\\x1b[0m\nsearcher: b"


def test_metrics_count_requests_refusals_and_articles(sample_index: Path) -> None:
    with serving(sample_index) as served:
        for path in ("/api/v1/count?q=truce", "/api/v1/count?q=oil", "/api/v1/count?q=tilte:x"):
            served.get(path)
        served.get("/", headers={"Host": "evil.example"})
        text = served.get("/metrics").text
        route = 'route="/api/v1/count"'
        assert f'searcher_requests_total{{method="GET",{route},status="200"}} 2.0' in text
        assert f'searcher_requests_total{{method="GET",{route},status="400"}} 1.0' in text
        assert 'searcher_refused_total{reason="host"} 1.0' in text
        assert f"searcher_articles {float(len(served.archive))}" in text
        assert "searcher_index_readable 1.0" in text and "searcher_generation" in text
