"""Who is let in, and do all answers have their headers, errors too?

The numbers are those of the security items in the design of this room.
"""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from searcher import Archive, Article
from searcher.serving.guard import CONTENT_SECURITY_POLICY
from tests.serving.conftest import Served, serving

API = "/api/v1/count?q=truce"


def raw(served: Served, *lines: str, body: bytes = b"", wait_s: float = 20) -> tuple[int, bytes]:
    """What comes back for a request that no client library would send: status, and body."""
    with socket.create_connection(("127.0.0.1", served.port), timeout=wait_s) as connection:
        head = "\r\n".join((*lines, "Connection: close", "", ""))
        connection.sendall(head.encode("latin-1") + body)
        answer = b""
        while piece := connection.recv(65_536):
            answer += piece
    head_bytes, _, rest = answer.partition(b"\r\n\r\n")
    return int(head_bytes.split()[1]), rest


# ---------------------------------------------------------------- 1. Host


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:80", "localhost", "LocalHost:8765", "[::1]", "[::1]:9"]
)
def test_a_name_of_ours_is_let_in(served: Served, host: str) -> None:
    assert raw(served, f"GET {API} HTTP/1.1", f"Host: {host}")[0] == 200


@pytest.mark.parametrize(
    "hosts",
    [
        ["evil.example"],
        ["EVIL.example:8765"],
        ["localhost."],
        ["127.0.0.1.evil.example"],
        ["localhost.evil.example"],
        ["evil@127.0.0.1"],
        ["127.0.0.1@evil.example"],
        ["2130706433"],
        ["127.1"],
        ["0x7f.0.0.1"],
        ["0.0.0.0"],
        ["[::ffff:127.0.0.1]"],
        ["::1"],
        ["127.0.0.1:"],
        ["127.0.0.1:port"],
        ["127.0.0.1 "[:-1] + "\t.evil.example"],
        [""],
        ["127.0.0.1", "evil.example"],
        ["127.0.0.1", "127.0.0.1"],
        [],
    ],
    ids=repr,
)
def test_another_name_gets_nothing_of_ours(served: Served, hosts: list[str]) -> None:
    for path in (API, "/", "/mcp", "/healthz", "/static/searcher.css"):
        status, body = raw(served, f"GET {path} HTTP/1.1", *(f"Host: {host}" for host in hosts))
        assert status in (421, 400), (path, hosts)  # 400 where HTTP itself forbids it
        assert b"<" not in body and len(body) < 300
        assert b"query" not in body and b"alive" not in body


def test_another_name_is_told_what_to_do(served: Served) -> None:
    other = {"Host": "evil.example"}
    said = "the Host is no name of this server; start it with --allow-host NAME"
    for path in (API, "/nowhere", "/mcp", "/openapi.json", "/healthz"):
        answer = served.get(path, headers=other)
        assert answer.status_code == 421
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert problem["type"] == "urn:searcher:problem:host" and problem["detail"] == said
        assert problem["instance"].startswith("urn:searcher:request:")
    page = served.get("/", headers={**other, "Accept": "text/html"})
    assert (page.status_code, page.text) == (421, f"{said}\n")
    assert page.headers["content-type"] == "text/plain; charset=utf-8"
    program = served.get(API, headers={**other, "Accept": "text/html"})
    assert program.json()["status"] == 421


def test_a_name_that_was_allowed_is_let_in(sample_index: Path) -> None:
    with serving(sample_index, allow_hosts=("archive.example",)) as served:
        assert raw(served, f"GET {API} HTTP/1.1", "Host: archive.EXAMPLE:443")[0] == 200
        assert raw(served, f"GET {API} HTTP/1.1", "Host: x.archive.example")[0] == 421


# ---------------------------------------------------------------- 2. Origin


def test_a_page_of_another_site_changes_nothing(sample_index: Path, tmp_path: Path) -> None:
    with serving(sample_index, state=tmp_path / "state") as served, served.client() as client:
        body = {"name": "a", "query": "a"}
        ours = f"http://127.0.0.1:{served.port}"
        for headers in (
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Origin": "http://127.0.0.1:1"},
            {"Origin": f"{ours}.evil.example"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Sec-Fetch-Site": "cross-site", "Origin": ours},
        ):
            answer = client.post("/api/v1/saved", json=body, headers=headers)
            assert answer.status_code == 403, headers
        assert not (tmp_path / "state").exists()
        headers = {"Origin": ours, "Sec-Fetch-Site": "same-origin"}
        assert client.post("/api/v1/saved", json=body, headers=headers).status_code == 201


def test_a_page_of_another_site_may_link_here_and_take_nothing(served: Served) -> None:
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert served.get(API, headers={**link, "Sec-Fetch-Dest": "document"}).status_code == 200
    for headers in (
        {**link, "Sec-Fetch-Dest": "iframe"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"},
    ):
        assert served.get(API, headers=headers).status_code == 403


def test_nothing_that_is_only_asked_for_changes_anything(
    sample_index: Path, tmp_path: Path
) -> None:
    def state() -> dict[str, Any]:
        files = [*sample_index.rglob("*"), *(tmp_path / "state").rglob("*")]
        return {str(path): path.read_bytes() for path in files if path.is_file()}

    with serving(sample_index, state=tmp_path / "state") as served, served.client() as client:
        client.post("/api/v1/saved", json={"name": "a", "query": "truce"})
        before = state()
        described = client.get("/openapi.json").json()
        id = served.archive.ids("truce")[0]
        for path, operations in described["paths"].items():
            if "get" in operations:
                there = path.replace("{id}", id).replace("{name}", "a")
                assert client.get(there, params={"q": "truce"}).status_code in (200, 400)
        for path in ("/", "/search?q=truce", f"/article/{id}", "/about", "/saved", "/metrics"):
            client.get(path)
        assert state() == before


# ---------------------------------------------------------------- 3, 5. headers


def test_every_answer_has_its_headers_errors_too(served: Served) -> None:
    for path in (API, "/nowhere", "/api/v1/search?q=tilte:x", "/static/..%2fapp.py", "/healthz"):
        answer = served.get(path, headers={"Origin": "https://evil.example"})
        headers = answer.headers
        assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["x-frame-options"] == "DENY"
        assert headers["cache-control"]
        assert not [name for name in headers if name.startswith("access-control-")]
        assert "server" not in headers
    refused = served.get(API, headers={"Host": "evil.example"})
    assert (refused.status_code, refused.headers["cache-control"]) == (421, "no-store")
    assert refused.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    with served.client() as client:
        asked = client.options(API, headers={"Access-Control-Request-Method": "GET"})
    assert asked.status_code == 405


# ---------------------------------------------------------------- 4, 6. hostile archives, paths

ODD = [
    "<script>alert(1)</script>", "</script><img src=x onerror=alert(1)>", "&lt;b&gt;&amp;",
    "javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "**bold** __x__",
    "a\x00b", "a\x1b[31mred", "a\u202ebidi\u202c", "a\u2066b\u2069", "tag \U000e0041\U000e0042",
    "{{ 7*7 }}", "{% raw %}", "${7*7}", "#{7*7}", "' OR 1=1 --", '" onmouseover="x', "`x`",
    "\u2028line\u2029", "\ufeffbom", "\u200bzero\u200d", "%0d%0aX: y", "../../etc/passwd",
    "=cmd|' /C calc'!A0", "@SUM(1)", "T" * 100_000, "\t\n\r x", "e\u0301\u0302" * 50, "𝔘𝔫𝔦", "١٢٣",
]  # fmt: skip


def test_whatever_an_article_holds_comes_back_as_it_was(tmp_path: Path) -> None:
    index = tmp_path / "secret-place" / "index"
    index.parent.mkdir()
    with Archive.create(index) as archive, archive.writer() as writer:
        for n, text in enumerate(ODD):
            writer.add(
                Article(
                    text,
                    f"truce {text}\n\ntruce",
                    byline=(text,),
                    source=text,
                    section=text,
                    url=text,
                    path=f"/home/source/{n}",
                    id=f"{n:04}",
                )
            )
    with serving(index) as served, served.client() as client:
        said = b""
        for n in range(len(ODD)):
            stored = served.archive.get(f"{n:04}")
            answer = client.get(f"/api/v1/articles/{n:04}")
            found = answer.json()
            assert (found["title"], found["body"]) == (stored.title, stored.body)
            assert (found["byline"], found["source"]) == (list(stored.byline), stored.source)
            said += answer.content + str(answer.headers.raw).encode()
        for path in (
            "search?q=truce&limit=100", "lines?q=truce", "facets?q=truce", "stats",
            "explain?q=truce", "export?q=truce", "export?q=truce&format=csv", "timeline?q=truce",
            "search?q=tilte:x", "articles/zzz", "saved",
        ):  # fmt: skip
            answer = client.get(f"/api/v1/{path}")
            if path.startswith("search?q=truce"):
                for hit in answer.json()["hits"]:
                    body = served.archive.get(hit["id"]).body
                    for passage in hit["passages"]:
                        assert body[passage["start"] : passage["end"]] == passage["text"]
            said += answer.content + str(answer.headers.raw).encode()
        for path in ("/openapi.json", "/metrics", "/readyz", "/", "/about", "/search?q=truce"):
            said += client.get(path).content
    for secret in (b"secret-place", b"/home/source", str(tmp_path).encode()):
        assert secret not in said


def test_no_path_leads_out_of_the_static_files(served: Served) -> None:
    for path in ("..%2fapp.py", "%2e%2e/app.py", "a%00b", "/etc/passwd", "..\\app.py", "%2f", "."):
        for start in ("/static/", "/static//"):
            status, body = raw(served, f"GET {start}{path} HTTP/1.1", "Host: localhost")
            assert status == 404 and b"import" not in body, path


def test_paths_are_shown_where_that_was_asked_for(sample_index: Path) -> None:
    with serving(sample_index, show_paths=True) as served:
        id = served.archive.ids("truce")[0]
        assert served.get(f"/api/v1/articles/{id}").json()["path"]
        assert served.get("/api/v1/export?q=truce&fields=path").status_code == 200


# ---------------------------------------------------------------- 9. sizes


def test_what_is_too_large_is_refused_with_its_own_status(served: Served) -> None:
    long = "a" * 10_001
    assert served.get("/api/v1/count", params={"q": long}).status_code == 413
    assert served.get("/api/v1/count", params={"q": "a " * 4_999}).status_code in (200, 400)
    assert served.get(f"/api/v1/count?q={'%61' * 6_000}").status_code == 414
    assert served.get(API, headers={"X-Long": "a" * 33_000}).status_code == 431
    with served.client() as client:
        assert client.post("/api/v1/quotes/verify", content=b"x" * 1_100_000).status_code == 413
    lines = ("POST /api/v1/quotes/verify HTTP/1.1", "Host: localhost")
    kind = "Content-Type: application/json"
    piece = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    chunked = ("Transfer-Encoding: chunked", kind)
    assert raw(served, *lines, *chunked, body=piece * 17 + b"0\r\n\r\n")[0] == 413
    assert raw(served, *lines, "Content-Length: 99999999999", kind)[0] == 413
    for query in ("((((((((((" * 200, "a OR " * 1_900 + "a", "NOT " * 2_000 + "a", "\x00"):
        assert served.get("/api/v1/count", params={"q": query}).status_code in (200, 400, 503)


def test_silent_and_slow_clients_hold_nobody_up(served: Served) -> None:
    held = [socket.create_connection(("127.0.0.1", served.port)) for _ in range(200)]
    try:
        for number, connection in enumerate(held):
            if number % 2:
                connection.sendall(b"GET /api/v1/count?q=truce HTTP/1.1\r\nHost: loc")
        with served.client() as client:
            for _ in range(20):
                assert client.get(API).status_code == 200
    finally:
        for connection in held:
            connection.close()


# ---------------------------------------------------------------- rates


def test_who_asks_too_often_is_told_when_to_come_back(sample_index: Path) -> None:
    with serving(sample_index, rate=3) as served, served.client() as client:
        answers = [client.get(API) for _ in range(10)]
        statuses = [answer.status_code for answer in answers]
        assert statuses[:6] == [200] * 6 and 429 in statuses
        late = answers[statuses.index(429)]
        assert int(late.headers["retry-after"]) >= 1
        assert late.json()["type"] == "urn:searcher:problem:rate"
        assert client.get("/healthz").status_code == 200


def test_large_answers_are_packed_for_whoever_unpacks_them(served: Served) -> None:
    packed = served.get("/api/v1/search?q=the", headers={"Accept-Encoding": "gzip"})
    plain = served.get("/api/v1/search?q=the", headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert json.loads(packed.content)["hits"] == json.loads(plain.content)["hits"]
    whole = served.get("/api/v1/export?q=the", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in whole.headers
