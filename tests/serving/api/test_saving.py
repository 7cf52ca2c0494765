"""Can searches be saved, renamed and forgotten over HTTP?"""

from __future__ import annotations

from pathlib import Path

from tests.serving.conftest import serving


def test_a_search_is_saved_renamed_and_forgotten(sample_index: Path, tmp_path: Path) -> None:
    with serving(sample_index, state=tmp_path / "state") as served, served.client() as client:
        assert client.get("/api/v1/saved").json() == {"searches": []}
        made = client.post("/api/v1/saved", json={"name": "Öl & Gas", "query": "oil price"})
        assert made.status_code == 201
        place = made.headers["location"]
        assert client.get(place).json()["query"] == "oil price"
        again = client.post("/api/v1/saved", json={"name": "Öl & Gas", "query": "x"})
        assert again.status_code == 409
        changed = client.put(place, json={"query": "gas price", "name": "gas"})
        assert changed.status_code == 200
        assert client.get(place).status_code == 404
        (only,) = client.get("/api/v1/saved").json()["searches"]
        assert (only["name"], only["query"]) == ("gas", "gas price")
        assert client.delete("/api/v1/saved/gas").status_code == 204
        assert client.delete("/api/v1/saved/gas").status_code == 404
        assert client.put("/api/v1/saved/new", json={"query": "q"}).status_code == 201


def test_what_cannot_be_a_search_is_refused(sample_index: Path, tmp_path: Path) -> None:
    with serving(sample_index, state=tmp_path / "state") as served, served.client() as client:
        for body in (
            {"name": "", "query": "a"},
            {"name": "a/b", "query": "a"},
            {"name": "a\n", "query": "a"},
            {"name": "a", "query": " "},
            {"name": "a", "query": "a", "sort": "up"},
        ):
            assert client.post("/api/v1/saved", json=body).status_code == 400, body
        assert not (tmp_path / "state").exists()


def test_without_saving_there_is_no_such_address(sample_index: Path) -> None:
    with serving(sample_index, saves=False) as served:
        assert served.get("/api/v1/saved").status_code == 404
