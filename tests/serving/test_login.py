"""Does nobody come in without a token, and does no token come out?"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.errors import ServingError
from searcher.serving import tokens
from searcher.serving.login import safe_path
from searcher.serving.proxies import forwarded_address
from searcher.serving.tokens import Token, cookie_for, read_tokens, token_named, token_of_cookie
from tests.serving.conftest import serving

READER = Token("reader", "r" * 20)
EDITOR = Token("editor", "e" * 20, may_save=True)
TOKENS = (READER, EDITOR)


def write_tokens(path: Path, text: str) -> None:
    path.touch(0o600)
    path.write_text(text)


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def test_every_route_but_two_asks_and_no_token_comes_out(
    sample_index: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    options: dict[str, Any] = {"tokens": TOKENS, "state": tmp_path / "s", "access_log": "json"}
    with serving(sample_index, **options) as served:
        with served.client() as client:
            for path in (
                "/api/v1/search?q=truce", "/api/v1/stats", "/openapi.json", "/metrics", "/readyz",
                "/", "/search?q=truce", "/about", "/api/v1/export?q=truce", "/mcp", "/nowhere",
            ):  # fmt: skip
                answer = client.get(path)
                assert answer.status_code == 401, path
                assert answer.headers["www-authenticate"].startswith("Bearer")
            assert client.get("/healthz").status_code == 200
            assert client.get("/login").status_code == 200
            page = client.get("/search?q=a", headers={"Accept": "text/html"})
            assert (page.status_code, page.headers["location"]) == (
                303,
                "/login?next=%2Fsearch%3Fq%3Da",
            )
            assert client.get("/api/v1/stats", headers=bearer(READER.secret)).status_code == 200
            body = {"name": "a", "query": "a"}
            for token, status in ((READER, 403), (EDITOR, 201)):
                made = client.post("/api/v1/saved", json=body, headers=bearer(token.secret))
                assert made.status_code == status
            said = client.get("/metrics", headers=bearer(EDITOR.secret)).text
        said += caplog.text
    for token in TOKENS:
        assert token.secret not in said
    assert '"token": "editor"' in caplog.text


def test_a_person_logs_in_and_out(sample_index: Path) -> None:
    with serving(sample_index, tokens=TOKENS) as served, served.client() as client:
        for wrong in ("", "nothing", READER.secret[:-1], READER.secret + "r"):
            answer = client.post("/login", data={"token": wrong})
            assert answer.status_code == 401 and not client.cookies
        answer = client.post("/login", data={"token": READER.secret, "next": "//evil.example"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        cookie = answer.headers["set-cookie"]
        assert READER.secret not in cookie
        for flag in ("HttpOnly", "SameSite=strict", "Max-Age=2592000", "Path=/"):
            assert flag in cookie
        assert "Secure" not in cookie
        assert client.get("/api/v1/stats").status_code == 200
        client.post("/logout")
        assert client.get("/api/v1/stats").status_code == 401


def test_behind_tls_the_cookie_goes_nowhere_else(sample_index: Path) -> None:
    from starlette.testclient import TestClient

    from searcher import Archive
    from searcher.serving.app import make_app
    from searcher.serving.settings import Settings

    with Archive.open(sample_index) as archive:
        app = make_app(archive, Settings(tokens=TOKENS, root_path="/archive"))
        client = TestClient(app, base_url="https://localhost", follow_redirects=False)
        answer = client.post("/archive/login", data={"token": READER.secret, "next": "/about"})
        assert answer.headers["location"] == "/archive/about"
        cookie = answer.headers["set-cookie"]
        assert "Secure" in cookie and "Path=/archive" in cookie


def test_a_wrong_token_is_called_that_and_none_is_asked_for(sample_index: Path) -> None:
    with serving(sample_index, tokens=TOKENS) as served, served.client() as client:
        wrong = client.get("/api/v1/stats", headers=bearer("x" * 20))
        assert (wrong.status_code, wrong.json()["detail"]) == (
            401,
            "that is no token of this server",
        )
        assert 'error="invalid_token"' in wrong.headers["www-authenticate"]
        asked = "send the header Authorization: Bearer TOKEN"
        for headers in ({}, {"Authorization": "Bearer"}, {"Authorization": "Basic YTpi"}):
            none = client.get("/api/v1/stats", headers=headers)
            assert (none.status_code, none.json()["detail"]) == (401, asked)
            assert "error" not in none.headers["www-authenticate"]


def test_who_guesses_has_to_wait(sample_index: Path) -> None:
    with serving(sample_index, tokens=TOKENS) as served, served.client() as client:
        statuses = [
            client.get("/api/v1/stats", headers=bearer("x" * 20)).status_code for _ in range(7)
        ]
        assert statuses == [401] * 5 + [429] * 2
        # Nor is a right one tried then.
        assert client.post("/login", data={"token": EDITOR.secret}).status_code == 429


def test_what_needs_no_token_is_not_asked_for_one(sample_index: Path) -> None:
    with serving(sample_index, tokens=TOKENS) as served, served.client() as client:
        basic = {"Authorization": "Basic bm9ib2R5OnB3"}
        assert {client.get("/healthz", headers=basic).status_code for _ in range(9)} == {200}
        assert client.get("/api/v1/stats", headers=bearer(READER.secret)).status_code == 200


def test_a_form_that_is_none_of_ours_is_refused_with_all_headers(sample_index: Path) -> None:
    with serving(sample_index, tokens=TOKENS) as served, served.client() as client:
        answer = client.post("/login", data={f"f{n}": "x" for n in range(13)})
        assert answer.status_code == 400
        assert "content-security-policy" in answer.headers


@given(st.text(max_size=60))
def test_no_text_that_was_not_made_here_is_a_cookie(text: str) -> None:
    assert token_of_cookie(text, TOKENS) is None
    assert token_of_cookie(f"reader.{text}", TOKENS) is None


def test_a_cookie_ends_with_its_time_and_its_token() -> None:
    cookie = cookie_for(READER, now_s=1_000_000)
    assert token_of_cookie(cookie, TOKENS, now_s=1_000_000) is READER
    assert token_of_cookie(cookie, TOKENS, now_s=1_000_000 + 31 * 86_400) is None
    assert token_of_cookie(cookie, TOKENS, now_s=900_000) is None
    assert token_of_cookie(cookie, (EDITOR,), now_s=1_000_000) is None
    assert token_of_cookie(cookie, (Token("reader", "n" * 20),), now_s=1_000_000) is None
    for place in range(len(cookie)):
        other = "0" if cookie[place] != "0" else "1"
        changed = cookie[:place] + other + cookie[place + 1 :]
        assert token_of_cookie(changed, TOKENS, now_s=1_000_000) is None


def test_only_the_whole_secret_is_the_token() -> None:
    assert token_named("e" * 20, TOKENS) is EDITOR
    for near in ("", "e" * 19, "e" * 21, "E" * 20, "e" * 20 + " ", "\udcff"):
        assert token_named(near, TOKENS) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("me short read", "less than 16"),
        ("me " + "x" * 20, "rights"),
        ("me " + "x" * 20 + " save", "rights"),
        ("me " + "x" * 20 + " write", "rights"),
        ("Me! " + "x" * 20 + " read", "name"),
        ("# nothing\n\n", "no token"),
        (f"me {'x' * 20} read\nme {'y' * 20} read", "one name"),
    ],
)
def test_a_token_file_that_is_wrong_says_where(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "tokens"
    write_tokens(path, text)
    with pytest.raises(ServingError, match=said) as raised:
        read_tokens(path)
    assert "xxxx" not in str(raised.value)


def test_a_token_file_is_read_and_is_a_regular_file(tmp_path: Path) -> None:
    path = tmp_path / "tokens"
    write_tokens(path, f"me {'x' * 20} read save # mine\n\nher {'y' * 20} read\n")
    assert read_tokens(path) == (Token("me", "x" * 20, True), Token("her", "y" * 20))
    assert "xxxx" not in repr(read_tokens(path))
    for odd in (tmp_path, tmp_path / "missing", Path("/dev/zero")):
        with pytest.raises(ServingError, match="cannot be read"):
            read_tokens(odd)


@pytest.mark.skipif(os.name != "posix", reason="there are no such permissions here")
@pytest.mark.parametrize("mode", [0o604, 0o602, 0o644, 0o777])
def test_a_token_file_that_others_may_open_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "my tokens"
    write_tokens(path, f"me {'x' * 20} read")
    path.chmod(mode)
    with pytest.raises(ServingError, match=r"chmod o= '.*my tokens'"):
        read_tokens(path)
    path.chmod(0o640)
    assert len(read_tokens(path)) == 1


def test_tokens_are_those_that_the_file_has_now(
    sample_index: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(tokens, "_BETWEEN_LOOKS_S", 0.0)
    path = tmp_path / "tokens"
    write_tokens(path, f"reader {READER.secret} read")
    given = read_tokens(path)
    served = serving(sample_index, tokens=given, token_file=str(path))
    with served as server, server.client() as client:

        def may(token: Token) -> bool:
            answer = client.get("/api/v1/stats", headers=bearer(token.secret))
            return bool(answer.status_code == 200)

        cookie = {"Cookie": f"searcher={cookie_for(READER)}"}
        assert may(READER) and not may(EDITOR)
        assert client.get("/api/v1/stats", headers=cookie).status_code == 200
        write_tokens(path, f"editor {EDITOR.secret} read")
        assert may(EDITOR) and not may(READER)
        assert client.get("/api/v1/stats", headers=cookie).status_code == 401
        for wrong in ("", "editor short read"):
            write_tokens(path, wrong)
            assert may(EDITOR)
        path.unlink()
        assert may(EDITOR)
        assert caplog.text.count("tokens stay as they were") == 3
        write_tokens(path, f"new {READER.secret} read")
        assert may(READER)


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("", None), ("10.0.0.1", "10.0.0.1"), ("6.6.6.6, 10.0.0.1", "10.0.0.1"),
        ("6.6.6.6, 10.0.0.1, 127.0.0.1", "10.0.0.1"), ("6.6.6.6, nobody", None),
        ("6.6.6.6, nobody, 127.0.0.1", "127.0.0.1"), ("10.0.0.1:80", "10.0.0.1"),
        ("[2001:DB8::1]:80", "2001:db8::1"), ("2001:db8::1", "2001:db8::1"), (", ,", None),
        ("::1", "::1"), ("6.6.6.6,10.0.0.1 ,", "10.0.0.1"),
    ],
)  # fmt: skip
def test_of_forwarded_addresses_the_last_is_believed(said: str, address: str | None) -> None:
    assert forwarded_address(said) == address


@given(st.text(), st.ip_addresses().filter(lambda address: not address.is_loopback))
def test_what_a_client_says_of_its_address_changes_nothing(text: str, address: Any) -> None:
    assert forwarded_address(f"{text}, {address}") == str(address)


def test_behind_a_proxy_who_guesses_has_to_wait_whatever_he_forwards(sample_index: Path) -> None:
    served = serving(sample_index, tokens=TOKENS, behind_proxy=True)
    with served as server, server.client() as client:

        def status(forwarded: str, secret: str) -> int:
            headers = {**bearer(secret), "X-Forwarded-For": forwarded}
            answer = client.get("/api/v1/stats", headers=headers)
            return int(answer.status_code)

        assert [status(f"6.6.6.{n}, 10.0.0.1", "x" * 20) for n in range(7)] == (
            [401] * 5 + [429] * 2
        )
        assert status("10.0.0.2", READER.secret) == 200


def test_without_a_proxy_nothing_that_is_forwarded_is_believed(sample_index: Path) -> None:
    with serving(sample_index, tokens=TOKENS) as served, served.client() as client:
        statuses = [
            client.get(
                "/api/v1/stats",
                headers={**bearer("x" * 20), "X-Forwarded-For": f"10.0.0.{n}"},
            ).status_code
            for n in range(6)
        ]
        assert statuses == [401] * 5 + [429]


@given(st.text(max_size=40))
def test_a_login_leads_nowhere_but_here(text: str) -> None:
    for there in (text, "/" + text, "//" + text, "/\\" + text, "https://" + text):
        path = safe_path(there)
        assert path == "/" or (path[0] == "/" and path[1:2] not in ("/", "\\"))
        assert "\n" not in path and "\r" not in path
