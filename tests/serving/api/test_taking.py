"""Is a set that is taken away whole, in order, safe to open, and from one commit?"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import socket
import time
from pathlib import Path

import pytest

from searcher import Archive, Article
from searcher.exporting.csv import undefused
from searcher.serving.api import taking
from tests.serving.conftest import Served, serving


def test_every_match_is_a_row_by_date_and_the_last_line_counts_them(served: Served) -> None:
    answer = served.get("/api/v1/export?q=the")
    *rows, last = [json.loads(line) for line in answer.text.splitlines()]
    ids = served.archive.ids("the", sort="date")
    assert [row["id"] for row in rows] == ids
    assert last == {"end": True, "rows": len(ids)}
    assert answer.headers["content-disposition"] == 'attachment; filename="articles.ndjson"'
    assert all("path" not in row for row in rows)


def test_each_form_is_what_export_writes(served: Served) -> None:
    for form, name in (("csv", "csv"), ("ris", "ris"), ("bibtex", "bibtex")):
        answer = served.get(f"/api/v1/export?q=truce&format={form}&fields=id,title,date")
        stream = io.BytesIO()
        served.archive.export(
            "truce", stream, format=name, sort="date", fields=["id", "title", "date"]
        )
        assert answer.content == stream.getvalue()


def test_a_path_is_no_field_where_paths_are_not_shown(served: Served) -> None:
    for field in ("path", "record", "nothing"):
        answer = served.get(f"/api/v1/export?q=truce&fields=id,{field}")
        assert (answer.status_code, answer.json()["parameter"]) == (400, "fields")


def test_a_set_is_of_one_commit_whatever_is_committed_meanwhile(tmp_path: Path) -> None:
    index = tmp_path / "index"
    with Archive.create(index) as archive, archive.writer() as writer:
        for n in range(3_000):
            writer.add(Article(f"Oil {n}", "oil " * 40, url=f"https://a.example/{n}"))
    with serving(index) as served, served.client() as client:
        with client.stream("GET", "/api/v1/export?q=oil&fields=title") as answer:
            lines = answer.iter_lines()
            first = json.loads(next(lines))
            with Archive.open(index) as archive:
                with archive.writer() as writer:
                    writer.add(Article("Oil new", "oil", url="https://a.example/new"))
                archive.remove(query="title:5")
                archive.optimize()
            rest = [json.loads(line) for line in lines]
        assert rest[-1] == {"end": True, "rows": 3_000}
        titles = [first["title"], *(row["title"] for row in rest[:-1])]
        assert sorted(titles) == sorted(f"Oil {n}" for n in range(3_000))
        assert client.get("/api/v1/count?q=oil").json()["total"] == 3_000


def test_cells_that_a_spreadsheet_would_compute_are_quoted(tmp_path: Path) -> None:
    index = tmp_path / "index"
    titles = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", 'plain "x"']
    with Archive.create(index) as archive, archive.writer() as writer:
        for n, title in enumerate(titles):
            writer.add(Article(title, "oil\n\nTY  - NEWS", url=f"https://a.example/{n}"))
    with serving(index) as served:
        text = served.get("/api/v1/export?q=oil&format=csv&fields=title").content.decode()
        cells = [row[0] for row in csv.reader(io.StringIO(text, newline=""))][1:]
        assert not [cell for cell in cells if cell[:1] in tuple("=+-@\t\r")]
        assert sorted(map(undefused, cells)) == sorted(t.strip() for t in titles) or len(cells) == 7
        ris = served.get("/api/v1/export?q=oil&format=ris&fields=title,body").content.decode()
        tags = [line for line in ris.splitlines() if line.startswith("TY  - ")]
        assert len(tags) == len(titles)
        bibtex = served.get("/api/v1/export?q=oil&format=bibtex&fields=title,body").text
        assert bibtex.count("{") == bibtex.count("}")
        for form in ("csv", "ris", "bibtex", "ndjson"):
            answer = served.get(f"/api/v1/export?q=oil%0d%0aX-Evil:1&format={form}")
            assert "x-evil" not in answer.headers
            assert answer.headers["content-disposition"].startswith(
                'attachment; filename="articles.'
            )


def test_only_so_many_sets_are_taken_away_at_once_and_silent_takers_lose_their_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "PATIENCE_S", 3.0)
    index = tmp_path / "index"
    with Archive.create(index) as archive, archive.writer() as writer:
        for n in range(600):
            writer.add(Article(f"Oil {n}", f"oil {n} " * 2_500))
    asks = b"GET /api/v1/export?q=oil HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with serving(index) as served, contextlib.ExitStack() as stack:
        silent = []
        for _ in range(8):
            connection = socket.socket()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            connection.connect(("127.0.0.1", served.port))
            silent.append(stack.enter_context(connection))
        for connection in silent:
            connection.sendall(asks)
        answers = sorted(connection.recv(12) for connection in silent)
        assert answers == [b"HTTP/1.1 200"] * 2 + [b"HTTP/1.1 503"] * 6
        until = time.monotonic() + 60
        while (exporter := served.app.state.service.exporter).running:
            assert time.monotonic() < until, "nobody takes, and both places are still taken"
            time.sleep(0.1)
        assert exporter.running == 0
        assert served.get("/api/v1/export?q=title:599").status_code == 200
