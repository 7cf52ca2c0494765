"""Do the cases of the language come out through the shell too?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from searcher.archive import Archive
from tests.cli.helpers import quick
from tests.searching.test_contract_cases import ARTICLES, CASES


@pytest.fixture(scope="module")
def cases_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cases") / "index"
    with Archive.create(path) as archive, archive.writer() as writer:
        for article in ARTICLES:
            writer.add(article)
    return path


def test_every_case_has_its_hits_through_the_shell(cases_index: Path, tmp_path: Path) -> None:
    file = tmp_path / "queries.txt"
    file.write_text("\n".join(text for text, _, _ in CASES) + "\n", encoding="utf-8")
    done = quick("query", "-f", file, "--index", cases_index)
    answers = [json.loads(line) for line in done.out.splitlines()]
    found = {a["query"]: sorted(hit["id"] for hit in a["hits"]) for a in answers}
    assert found == {text: hits.split() for text, _, hits in CASES}


@pytest.mark.parametrize(
    ("text", "caret", "said"),
    [
        ("truce AND", 9, "an operand is missing"),
        ("date:2019-13", None, "no such month"),
        ("tilte:truce", 0, "no field tilte; did you mean title?"),
        ('"humanitarian truce', 0, "the quote at 0 is not closed"),
    ],
)
def test_every_error_shows_its_place(
    text: str, caret: int | None, said: str, cases_index: Path
) -> None:
    done = quick("query", text, "--index", cases_index)
    assert (done.code, done.out) == (2, "")
    _, shown, underline, reason = done.err.splitlines()
    assert shown == f"  {text}"
    assert caret is None or underline.index("^") == caret + 2
    assert said in reason
