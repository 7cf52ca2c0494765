"""Is an article over HTTP the stored one, marked and cited where it should be?"""

from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.parse import quote

import pytest

from searcher import Archive, Article
from searcher.exporting.citing import CITATION_FORMS, cite_article
from tests.serving.conftest import Served, serving


def test_an_article_is_as_show_prints_it_but_for_its_path(served: Served) -> None:
    article = served.archive.get(served.archive.ids("truce")[0])
    found = served.get(f"/api/v1/articles/{article.id}").json()
    wanted = article.to_dict()
    assert found.pop("path") is None and found.pop("record") is None
    assert found.pop("body_sha256") == hashlib.sha256(article.body.encode()).hexdigest()
    assert found.pop("permalink") == f"/article/{article.id}"
    for name, value in found.items():
        assert name == "date_precision" or value == wanted[name]


def test_the_beginning_of_an_id_leads_to_the_article(served: Served) -> None:
    id = served.archive.ids("truce")[0]
    for more in ("", "/occurrences?q=truce", "/citation?format=ris"):
        path, _, query = more.partition("?")
        answer = served.get(f"/api/v1/articles/{id[:12]}{more}")
        assert answer.status_code == 308
        there = f"/api/v1/articles/{id}{path}"
        assert answer.headers["location"] == (f"{there}?{query}" if query else there)


def test_an_id_may_end_as_an_address_does(tmp_path: Path) -> None:
    ids = ["a", "a/citation", "a/occurrences", "a/citation/citation"]
    with Archive.create(tmp_path / "index") as archive, archive.writer() as writer:
        for id in ids:
            writer.add(Article(f"Truce of {id}", "It holds.", id=id))
    with serving(tmp_path / "index") as served:
        for id in ids:
            there = f"/api/v1/articles/{quote(id, safe='')}"
            assert served.get(there).json()["id"] == id
            assert served.get(f"{there}/occurrences?q=truce").json()["id"] == id
            assert f"“Truce of {id}”" in served.get(f"{there}/citation").text


def test_no_article_and_several_are_two_problems(served: Served) -> None:
    missing = served.get("/api/v1/articles/0000000000")
    assert (missing.status_code, missing.json()["type"][-9:]) == (404, "not-found")
    ids = served.archive.ids("*")
    common = next(
        (a[:n] for n in (2, 1) for a in ids for b in ids if a != b and a[:n] == b[:n]), None
    )
    if common:
        several = served.get(f"/api/v1/articles/{common}")
        assert (several.status_code, several.json()["type"][-12:]) == (404, "ambiguous-id")


def test_occurrences_are_runs_of_the_stored_text(served: Served) -> None:
    article = served.archive.get(served.archive.ids("truce")[0])
    found = served.get(f"/api/v1/articles/{article.id}/occurrences?q=truce").json()
    assert found["body"]
    for start, end in found["body"]:
        assert "truce" in article.body[start:end].lower()


@pytest.mark.parametrize("form", list(CITATION_FORMS))
def test_a_citation_is_the_library_s(served: Served, form: str) -> None:
    article = served.archive.get(served.archive.ids("truce")[0])
    answer = served.get(f"/api/v1/articles/{article.id}/citation?format={form}")
    assert answer.content.decode() == cite_article(article, form)
    assert answer.headers["content-type"] == CITATION_FORMS[form].media_type


def test_ids_with_slashes_and_other_marks_are_reached(tmp_path: Path) -> None:
    ids = ["2008/03/truce", "a b?c#d%2F", "x/citation", "ü//é;p"]
    with Archive.create(tmp_path / "index") as archive, archive.writer() as writer:
        for n, id in enumerate(ids):
            writer.add(Article(f"On {n}", "A truce.", id=id))
    with serving(tmp_path / "index") as server:
        for id in ids:
            (hit,) = (
                hit
                for hit in server.get("/api/v1/search?q=truce").json()["hits"]
                if hit["id"] == id
            )
            page = server.get(hit["permalink"], headers={"accept": "text/html"})
            assert page.status_code == 200 and hit["title"] in page.text
            at = f"/api/v1/articles/{quote(id, safe='')}"
            assert server.get(f"{at}/occurrences?q=truce").json()["body"] == [[2, 7]]
            assert hit["title"] in server.get(f"{at}/citation").text
            if not id.endswith("/citation"):  # which is the citation of "x"
                assert server.get(at).json()["id"] == id
