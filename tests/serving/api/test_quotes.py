"""Is a quotation checked over HTTP as the archive checks it?"""

from __future__ import annotations

from typing import Any

from tests.serving.conftest import Served


def verify(served: Served, **body: Any) -> Any:
    with served.client() as client:
        return client.post("/api/v1/quotes/verify", json=body)


def test_true_words_are_exact_and_say_where(served: Served) -> None:
    article = served.archive.get(served.archive.ids("truce")[0])
    start = article.body.index(" ", 40) + 1
    quote = article.body[start : article.body.index(" ", start + 60)]
    found = verify(served, quote=quote, id=article.id).json()
    assert found["verdict"] == "exact"
    citation = found["places"][0]["citation"]
    assert article.body[citation["start"] : citation["end"]] == citation["exact"]
    assert citation["permalink"].startswith(f"/article/{article.id}")


def test_altered_words_are_not_accepted(served: Served) -> None:
    article = served.archive.get(served.archive.ids("truce")[0])
    words = article.body.split()[5:20]
    words.insert(7, "never")
    verdict = verify(served, quote=" ".join(words), id=article.id).json()["verdict"]
    assert verdict in ("altered", "absent")


def test_what_is_no_question_is_refused(served: Served) -> None:
    for body, field in (
        ({}, "quote"), ({"quote": ""}, "quote"), ({"quote": 5}, "quote"),
        ({"quote": "a b", "other": 1}, "other"),
    ):  # fmt: skip
        answer = verify(served, **body)
        assert (answer.status_code, answer.json()["parameter"]) == (400, field)
    with served.client() as client:
        answer = client.post("/api/v1/quotes/verify", content=b"{", headers={"Content-Type": "x/y"})
    assert answer.status_code == 415
