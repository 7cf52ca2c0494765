"""Does a client that sends without end, or hardly at all, get no more than its share?

Each test speaks over a socket to a real server, which has the protocol that `searcher serve` has.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from pathlib import Path

import pytest

from searcher.serving import protocol
from searcher.serving.tokens import Token
from tests.serving.conftest import Served, serving

READER = Token("reader", "r" * 20)
HOST = "Host: localhost"
JSON = "Content-Type: application/json"
CHUNKED = "Transfer-Encoding: chunked"
VERIFY = "POST /api/v1/quotes/verify HTTP/1.1"


def connect(served: Served) -> socket.socket:
    return socket.create_connection(("127.0.0.1", served.port), timeout=30)


def head(*lines: str) -> bytes:
    return "\r\n".join((*lines, "", "")).encode("latin-1")


def answer(connection: socket.socket) -> tuple[int, bytes]:
    """One answer that says its length: status, and body."""
    got = b""
    while b"\r\n\r\n" not in got:
        piece = connection.recv(65_536)
        assert piece, got
        got += piece
    lines, _, body = got.partition(b"\r\n\r\n")
    (length,) = [
        int(line.split(b":")[1])
        for line in lines.lower().split(b"\r\n")
        if line.startswith(b"content-length:")
    ]
    while len(body) < length:
        body += connection.recv(65_536)
    return int(lines.split()[1]), body


def rest(connection: socket.socket) -> bytes:
    """Everything until the server closes; a test fails if it does not."""
    got = b""
    with contextlib.suppress(ConnectionError):
        while piece := connection.recv(65_536):
            got += piece
    return got


def sent_until_refused(connection: socket.socket, piece: bytes, most: int) -> int:
    """How many bytes the server lets a client send."""
    sent = 0
    with contextlib.suppress(ConnectionError):
        while sent < most:
            connection.sendall(piece)
            sent += len(piece)
    return sent


# ---------------------------------------------------------------- trailers


@pytest.mark.parametrize(
    ("before", "piece"),
    [
        (b"0\r\n", b"aaaaaaaa: bbbbbbbb\r\n" * 3_000),
        (b"0\r\n", b"a" * 60_000),  # a name without end
        (b"0\r\na: ", b"b" * 60_000),
        (b"1;", b"c" * 60_000),  # what may follow the length of a piece
        (b"3\r\nabc\r\n0\r\n", b"aaaaaaaa: bbbbbbbb\r\n" * 3_000),
    ],
    ids=["trailers", "name", "value", "extension", "after-body"],
)
def test_trailers_without_end_are_refused(sample_index: Path, before: bytes, piece: bytes) -> None:
    most = 40_000_000
    with serving(sample_index, tokens=(READER,)) as served:
        with connect(served) as connection:
            connection.sendall(head("POST /login HTTP/1.1", HOST, CHUNKED) + before)
            assert sent_until_refused(connection, piece, most) < most
        with connect(served) as connection:  # as much as is refused, and no more: it is told
            connection.sendall(head("POST /login HTTP/1.1", HOST, CHUNKED) + before)
            for _ in range(4):
                connection.sendall(piece[:9_728])
                time.sleep(0.02)
            status, _ = answer(connection)
            assert status == 400
            rest(connection)
        assert served.get("/healthz").status_code == 200


def test_a_few_trailers_are_taken_and_are_no_headers(sample_index: Path) -> None:
    trailers = head(f"Authorization: Bearer {READER.secret}", "X-Forwarded-For: 10.0.0.9")
    asked = head("GET /api/v1/stats HTTP/1.1", HOST, CHUNKED)
    with serving(sample_index, tokens=(READER,)) as served, connect(served) as connection:
        for body in (b"0\r\n" + trailers, b"1\r\na\r\n0\r\n" + trailers):
            connection.sendall(asked + body)
            assert answer(connection)[0] == 401
        with_header = asked.replace(HOST.encode(), b"%b\r\n%b" % (HOST.encode(), trailers[:-4]))
        connection.sendall(with_header + b"0\r\n\r\n")
        assert answer(connection)[0] == 200


# ---------------------------------------------------------------- time


@pytest.mark.parametrize(
    ("lines", "first", "more"),
    [
        (("GET /healthz HTTP/1.1", HOST, "Content-Length: 9"), b"", b"x"),
        (("GET /healthz HTTP/1.1", HOST, CHUNKED), b"", b"4\r\nx"),
        ((VERIFY, HOST, "Content-Length: 9"), b"x", b"x"),
        (("GET /healthz HTTP/1.1", HOST, "Content-Length: 9"), b"", b"xxxxxxxxx"),
        (("GET /healthz HTTP/1.1", HOST, "Content-Length: 9"), b"", b"xxxxxxxxxGET /"),
    ],
    ids=["length", "chunked", "refused", "whole", "next-head"],
)
def test_a_connection_whose_answer_came_before_its_body_is_not_held(
    sample_index: Path,
    monkeypatch: pytest.MonkeyPatch,
    lines: tuple[str, ...],
    first: bytes,
    more: bytes,
) -> None:
    monkeypatch.setattr(protocol, "REST_S", 1.0)
    monkeypatch.setattr(protocol, "HEAD_S", 1.0)
    with serving(sample_index, tokens=(READER,)) as served, connect(served) as connection:
        connection.sendall(head(*lines) + first)
        assert answer(connection)[0] == (401 if lines[0] == VERIFY else 200)
        connection.sendall(more)
        began = time.monotonic()
        assert rest(connection) == b""
        assert time.monotonic() - began < 20


def test_a_body_that_came_after_its_answer_leaves_the_connection_to_the_next(
    sample_index: Path,
) -> None:
    with serving(sample_index) as served, connect(served) as connection:
        for _ in range(3):
            connection.sendall(head("GET /healthz HTTP/1.1", HOST, "Content-Length: 9"))
            assert answer(connection)[0] == 200
            connection.sendall(b"xxxx")
            time.sleep(0.02)
            connection.sendall(b"xxxxx")


def test_a_body_a_byte_at_a_time_has_a_most_time(
    sample_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "BODY_S", 1.0)
    with serving(sample_index) as served, connect(served) as connection:
        connection.sendall(head(VERIFY, HOST, JSON, "Content-Length: 10000"))
        began = time.monotonic()
        with contextlib.suppress(ConnectionError):
            for _ in range(1_000):
                connection.sendall(b" ")
                time.sleep(0.02)
        assert rest(connection) == b""
        assert time.monotonic() - began < 15


def test_an_answer_under_way_is_not_cut_because_the_client_is_slow(
    sample_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from searcher.serving import answers

    search = answers.search

    def slow(*args: object, **options: object) -> object:
        time.sleep(1.5)
        return search(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(answers, "search", slow)
    monkeypatch.setattr(protocol, "HEAD_S", 0.3)
    with serving(sample_index) as served, connect(served) as connection:
        connection.sendall(head("GET /api/v1/search?q=truce* HTTP/1.1", HOST))
        time.sleep(0.1)
        connection.sendall(b"GET /heal")
        assert answer(connection)[0] == 200
        assert rest(connection) == b""


# ---------------------------------------------------------------- sizes


@pytest.mark.parametrize("size", [10_000, 150_000, 900_000])
def test_a_body_that_comes_with_its_head_is_no_part_of_it(sample_index: Path, size: int) -> None:
    body = json.dumps({"quote": "truce"}).encode().ljust(size)
    lines = head(VERIFY, HOST, JSON, f"Content-Length: {size}")
    with serving(sample_index) as served, connect(served) as connection:
        for _ in range(3):
            connection.sendall(lines + body)
            assert answer(connection)[0] == 200


def test_requests_that_come_together_are_all_answered(sample_index: Path) -> None:
    one = head("GET /healthz HTTP/1.1", HOST, f"X: {'x' * 20_000}")
    with serving(sample_index) as served, connect(served) as connection:
        connection.sendall(one * 19 + one.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
        assert rest(connection).count(b"HTTP/1.1 200") == 20


def test_a_head_without_end_is_refused(sample_index: Path) -> None:
    with serving(sample_index) as served:
        with connect(served) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\n")
            piece = b"aaaaaaaa: bbbbbbbb\r\n" * 3_000
            assert sent_until_refused(connection, piece, 40_000_000) < 40_000_000
        with connect(served) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\na: ")
            for _ in range(97):
                connection.sendall(b"b" * 1_024)
            with contextlib.suppress(ConnectionError):
                assert rest(connection).startswith(b"HTTP/1.1 431")


def test_there_are_only_so_many_connections_with_answers_under_way(
    sample_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from searcher.serving import answers

    search, may_end = answers.search, threading.Event()

    def waiting(*args: object, **options: object) -> object:
        assert may_end.wait(60)
        return search(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(answers, "search", waiting)
    monkeypatch.setattr(protocol, "MOST_CONNECTIONS", 5)
    with serving(sample_index, threads=8, deadline_s=60.0) as served:
        with contextlib.ExitStack() as held:
            connections = [held.enter_context(connect(served)) for _ in range(5)]
            for connection in connections:
                connection.sendall(head("GET /api/v1/search?q=truce* HTTP/1.1", HOST))
            until = time.monotonic() + 60
            while served.app.state.service.admission.running < 5 and time.monotonic() < until:
                time.sleep(0.01)
            with connect(served) as one_more:
                assert rest(one_more).startswith(b"HTTP/1.1 503")
            may_end.set()
            for connection in connections:
                assert answer(connection)[0] == 200
        assert served.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"GET / HT",
        head(VERIFY, HOST, JSON, "Content-Length: 9"),
        head("GET /healthz HTTP/1.1", HOST),
    ],
    ids=["nothing", "half-a-head", "no-body", "kept-alive"],
)
def test_clients_that_are_waited_for_make_room(
    sample_index: Path, monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    monkeypatch.setattr(protocol, "MOST_CONNECTIONS", 5)
    with serving(sample_index) as served, contextlib.ExitStack() as held:
        silent = []
        for _ in range(12):
            silent.append(held.enter_context(connect(served)))
            silent[-1].sendall(said)
            with connect(served) as other:
                other.sendall(head("GET /healthz HTTP/1.1", HOST, "Connection: close"))
                assert answer(other)[0] == 200
        rest(silent[0])  # the first is cut, long before its time


# ---------------------------------------------------------------- answers that are not taken


class Ends:
    """Tells when the server is done with connections."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seen = threading.Semaphore(0)
        lost = protocol.BoundedProtocol.connection_lost

        def watched(of: protocol.BoundedProtocol, error: Exception | None) -> None:
            lost(of, error)
            self.seen.release()

        monkeypatch.setattr(protocol.BoundedProtocol, "connection_lost", watched)


LONG = b"x" * 20_000_000  # more than any kernel keeps for a client


@pytest.mark.parametrize("more", [[], ["Connection: close"]], ids=["kept-alive", "closed"])
@pytest.mark.parametrize("number", [1, 3])
def test_an_answer_that_is_never_taken_is_given_up(
    sample_index: Path, monkeypatch: pytest.MonkeyPatch, more: list[str], number: int
) -> None:
    monkeypatch.setattr(protocol, "WRITE_S", 0.5)
    ends = Ends(monkeypatch)
    with serving(sample_index) as served, connect(served) as connection:
        served.app.state.service.rooms["openapi"] = LONG
        connection.sendall(head("GET /openapi.json HTTP/1.1", HOST, *more) * number)
        assert ends.seen.acquire(timeout=60)
        assert len(rest(connection)) < len(LONG)


def test_an_answer_that_is_taken_slowly_comes_to_its_end(
    sample_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "WRITE_S", 2.0)
    with serving(sample_index) as served, connect(served) as connection:
        served.app.state.service.rooms["openapi"] = LONG
        connection.sendall(head("GET /openapi.json HTTP/1.1", HOST, "Connection: close"))
        taken = 0
        while piece := connection.recv(1 << 20, socket.MSG_WAITALL):
            taken += len(piece)
            time.sleep(0.2)
        assert taken > len(LONG)
