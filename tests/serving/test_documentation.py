"""Do docs/serving.md and docs/mcp.md say what the server does?"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from searcher import Archive, Article
from searcher.serving import problems
from tests.serving.conftest import Served

DOCS = Path(__file__).resolve().parents[2] / "docs"
SERVING = (DOCS / "serving.md").read_text(encoding="utf-8")
MCP = (DOCS / "mcp.md").read_text(encoding="utf-8")


def test_the_first_example_finds_what_is_printed_below_it(served: Served) -> None:
    example = re.search(r"curl 'http://127\.0\.0\.1:8765(/[^']+)'\n\s*(\{[^\n]*), \.\.\.", SERVING)
    assert example is not None
    answer = served.get(example[1])
    assert answer.text.startswith(example[2]) and answer.json()["hits"]


def test_the_problem_that_is_shown_is_the_one_that_is_answered(served: Served) -> None:
    problem = served.get("/api/v1/search?q=tilte:truce").json()
    said = " ".join(SERVING.split())
    for name in ("type", "title", "detail", "suggestion"):
        assert f'"{name}": "{problem[name]}"' in said


def test_every_kind_of_problem_stands_in_the_table_with_its_status() -> None:
    rows = re.findall(r"^\| (`[^|]+) \| ([0-9, ]+) \|", SERVING, re.MULTILINE)
    for kind in problems.KINDS:
        statuses = [status for names, status in rows if f"`{kind}`" in names]
        assert any(str(problems.status_of(kind)) in status for status in statuses), kind


def test_every_parameter_of_the_api_is_named(served: Served) -> None:
    for path, operations in served.get("/openapi.json").json()["paths"].items():
        for operation in operations.values():
            for parameter in operation["parameters"]:
                if parameter["in"] == "query":
                    name = parameter["name"]
                    assert re.search(rf"[`?&]{name}[`=]", SERVING), (path, name)


def test_a_language_is_asked_for_whole_or_with_its_variants(tmp_path: Path) -> None:
    said = (DOCS / "query-language.md").read_text(encoding="utf-8")
    assert "`language:en` leaves out articles in `en-GB`; `language:en*` takes both" in said
    with Archive.create(tmp_path / "index") as archive:
        with archive.writer() as writer:
            writer.add(Article("a", "truce", language="en", id="1"))
            writer.add(Article("b", "truce", language="en-GB", id="2"))
        assert archive.ids("language:en") == ["1"]
        assert archive.ids("language:en*") == ["1", "2"]


def test_a_citation_is_checked_by_the_code_that_is_shown(served: Served) -> None:
    shown = re.search(r"^    article = archive\.get.*?(?=\n\n)", MCP, re.MULTILINE | re.DOTALL)
    assert shown is not None
    code = compile(re.sub("^    ", "", shown[0], flags=re.MULTILINE), "mcp.md", "exec")
    headline = served.archive.get(served.archive.ids("oil w/5 price")[0]).title
    check = served.archive.verify_quote(headline)
    assert "title" in {place.citation.field for place in check.places}
    for place in check.places:
        given = {
            "citation": place.citation.to_dict(), "archive": served.archive, "hashlib": hashlib,
        }  # fmt: skip
        exec(code, given)


def test_places_may_be_more_than_the_articles_that_are_counted(tmp_path: Path) -> None:
    words = "it is a long way home today"
    with Archive.create(tmp_path / "index") as archive:
        with archive.writer() as writer:
            writer.add(Article("a", f"First {words}. Again {words}.", id="1"))
        check = archive.verify_quote(words)
        assert (check.total, len(check.places)) == (1, 2)
