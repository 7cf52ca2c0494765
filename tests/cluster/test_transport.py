"""How a cluster is asked: what is tried again, what is refused, what ends, what is never said."""

from __future__ import annotations

import base64
import logging
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from searcher import ClusterError
from searcher.cluster.address import Credentials, parse_address
from searcher.cluster.sending import Answer, HttpSender
from searcher.cluster.transport import Transport, check_whole
from tests.cluster.fake_hosts import Handler, Seen, host, say
from tests.cluster.nodes import Nodes

pytest.importorskip("opensearchpy")
SHARDS = {"total": 3, "successful": 3, "skipped": 0, "failed": 0}
WHOLE = {"timed_out": False, "_shards": SHARDS, "hits": {"hits": []}}


def answers(status: int, body: object) -> Callable[[Handler], None]:
    return lambda handler: say(handler, status, body)


def cuts(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"a": ')
    handler.close_connection = True


def drops(handler: Handler) -> None:
    handler.close_connection = True


def hangs(handler: Handler) -> None:
    time.sleep(2)
    handler.close_connection = True


def drips_a_body(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    _drip(handler, b" ")


def drips_a_head(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
    _drip(handler, b"x")


def _drip(handler: Handler, piece: bytes) -> None:
    handler.close_connection = True
    try:
        for _ in range(30):
            handler.wfile.write(piece)
            handler.wfile.flush()
            time.sleep(0.1)
    except OSError:
        pass


@pytest.fixture
def several() -> Iterator[Callable[..., tuple[Transport, list[Seen]]]]:
    """Makes a transport to hosts that behave so, which are asked in this order."""
    with ExitStack() as stack:

        def make(*behaviours: Callable[[Handler], None], **options: Any) -> Any:
            found = [stack.enter_context(host(behaviour)) for behaviour in behaviours]
            url = f"opensearch://{','.join(name for name, _ in found)}/news"
            transport = stack.enter_context(
                Transport(url, credentials=options.pop("credentials", Credentials()), **options)
            )
            transport._hosts = list(transport.address.hosts)
            return transport, [seen for _, seen in found]

        yield make


def paths(seen: Seen) -> list[str]:
    return [path for _, path, _ in seen]


# ------------------------------------------------------------ reading


@pytest.mark.parametrize("bad", [answers(500, {}), answers(503, {}), drops, cuts])
def test_a_read_is_tried_once_more_on_another_host(several: Any, bad: Any) -> None:
    transport, (first, second) = several(bad, answers(200, {"count": 7}))
    assert transport.read("GET", "/news/_count").body == {"count": 7}
    assert paths(first) == ["/", "/news/_count"] and paths(second) == ["/news/_count"]
    transport.read("GET", "/news/_count")
    assert len(first) == 2, "a host that failed is asked last from then on"


def test_a_read_that_fails_on_two_hosts_is_an_error_and_no_third_is_asked(several: Any) -> None:
    transport, seen = several(*[answers(503, {})] * 3)
    with pytest.raises(ClusterError) as caught:
        transport.read("GET", "/news/_count")
    assert (caught.value.kind, caught.value.status) == ("failed", 503)
    assert [len(requests) for requests in seen] == [2, 1, 0]


def test_what_a_host_refuses_is_not_asked_again(several: Any) -> None:
    transport, (first, second) = several(answers(400, {}), answers(200, {}))
    with pytest.raises(ClusterError) as caught:
        transport.read("GET", "/x")
    assert caught.value.kind == "refused" and not second and len(first) == 2


@pytest.mark.parametrize("bad", [hangs, drips_a_body, drips_a_head])
def test_a_host_that_does_not_come_to_an_end_is_left_in_time(several: Any, bad: Any) -> None:
    transport, _ = several(bad, read_timeout_s=0.4)
    transport.server()
    begun = time.monotonic()
    with pytest.raises(ClusterError) as caught:
        transport.read("GET", "/news/_count")
    assert caught.value.kind == "timeout" and time.monotonic() - begun < 1.9
    transport, _ = several(bad, answers(200, {"count": 1}), read_timeout_s=0.4)
    assert transport.read("GET", "/news/_count").body == {"count": 1}


def test_a_write_is_tried_once_and_the_next_one_elsewhere(several: Any) -> None:
    transport, (first, second) = several(drops, answers(200, {}))
    with pytest.raises(ClusterError) as caught:
        transport.attempt("POST", "/_bulk", b"{}\n")
    assert caught.value.kind == "unreachable" and not second
    assert transport.attempt("POST", "/_bulk", b"{}\n").is_good and len(first) == 2


def test_nobody_there_is_an_error_that_names_the_host(several: Any) -> None:
    with host(drops) as (name, _):
        pass
    with pytest.raises(ClusterError) as caught:
        Transport(f"opensearch://{name}/news", credentials=Credentials()).server()
    error = caught.value
    assert (error.kind, error.host) == ("unreachable", name) and "refused" in str(error)
    assert "object at 0x" not in str(error)


# ------------------------------------------------------------ answers


@pytest.mark.parametrize(
    ("status", "greeting", "said"),
    [
        (200, {"version": {"number": "2.19.0", "distribution": "opensearch"}}, "OpenSearch 2.19.0"),
        (200, {"version": {"number": "30.1", "distribution": "opensearch"}}, "OpenSearch 30.1"),
        (200, {"version": {"number": "8.15.0"}}, "elasticsearch 8.15.0"),
        (200, {"hello": 1}, "something else"),
        (200, b"<html>", "something else"),
        (404, {}, "something else (status 404)"),
        (302, {}, "something else (status 302)"),
    ],
)
def test_what_is_not_opensearch_3_is_refused_by_name(
    status: int, greeting: object, said: str
) -> None:
    with host(answers(status, greeting), greets=False) as (name, seen):
        transport = Transport(f"opensearch://{name}/news", credentials=Credentials())
        for _ in range(2):
            with pytest.raises(ClusterError, match="OpenSearch 3 is needed") as caught:
                transport.read("GET", "/news/_count")
            assert said in str(caught.value) and caught.value.kind == "version"
        assert paths(seen) == ["/", "/"], "nothing but the question who it is"


def error(type_name: str, reason: str) -> dict[str, Any]:
    return {"error": {"root_cause": [{"reason": reason}], "type": type_name, "reason": "outer"}}


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, {}, "denied"),
        (403, error("security_exception", "no permissions"), "denied"),
        (404, error("index_not_found_exception", "no such index [news]"), "missing"),
        (429, error("cluster_block_exception", "disk usage exceeded flood-stage"), "disk"),
        (429, error("rejected_execution_exception", "queue is full"), "busy"),
        (413, b"", "too-large"),
        (503, error("search_phase_execution_exception", "missing shards"), "shards"),
        (400, error("search_phase_execution_exception", "cannot parse"), "refused"),
        (500, b"<h1>Sorry", "failed"),
    ],
)
def test_a_bad_answer_is_an_error_of_its_kind_with_a_next_step(
    several: Any, status: int, body: Any, kind: str
) -> None:
    transport, _ = several(answers(status, body))
    with pytest.raises(ClusterError) as caught:
        transport.search({})
    found = caught.value
    assert (found.kind, found.status) == (kind, status) and found.host
    if isinstance(body, dict) and body:
        assert body["error"]["root_cause"][0]["reason"] in str(found)
    assert found.hint or kind == "refused"


@pytest.mark.parametrize("body", [b"<html>", b"[1]", b'{"a":', b'"' + b"[" * 10, b"[" * 100_000])
def test_an_answer_that_is_no_json_object_is_an_error(several: Any, body: bytes) -> None:
    transport, _ = several(answers(200, body))
    with pytest.raises(ClusterError) as caught:
        transport.read("GET", "/x")
    assert caught.value.kind == "answer"


def test_an_answer_that_does_not_end_is_an_error(
    several: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("searcher.cluster.sending.MOST_ANSWER_BYTES", 1000)
    transport, _ = several(answers(200, {"a": "b" * 2000}))
    with pytest.raises(ClusterError, match="longer than") as caught:
        transport.read("GET", "/x")
    assert caught.value.kind == "answer"


@pytest.mark.parametrize(
    "changed",
    [
        {"timed_out": True},
        {"_shards": {**SHARDS, "successful": 2}},
        {"_shards": {**SHARDS, "failed": 1}},
        {"_shards": None},
    ],
)
def test_a_part_of_an_answer_is_never_an_answer(several: Any, changed: Any) -> None:
    transport, _ = several(answers(200, {**WHOLE, **changed}))
    with pytest.raises(ClusterError) as caught:
        transport.search({"query": {"match_all": {}}})
    assert caught.value.kind == "shards" and "answer" in str(caught.value)
    assert check_whole(WHOLE) is None


def test_every_search_asks_for_all_shards(several: Any) -> None:
    transport, (seen,) = several(answers(200, WHOLE))
    assert transport.search({}, params={"preference": "x"}) == WHOLE
    assert "allow_partial_search_results=false" in paths(seen)[-1]


# ------------------------------------------------------------ secrets


@pytest.mark.parametrize(
    "credentials",
    [Credentials(user="anna", password="hunter2"), Credentials(api_key="c2VjcmV0LWtleQ==")],
)
def test_secrets_are_sent_and_never_shown(
    several: Any, credentials: Credentials, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    pair = base64.b64encode(b"anna:hunter2").decode()
    secrets = (pair, *credentials.secrets)

    def repeats(handler: Handler) -> None:
        said = f"not for {handler.headers['Authorization']} of {' '.join(credentials.secrets)}"
        say(handler, 403, error("security_exception", said))

    shown = []
    for behaviour in (repeats, cuts, drops, answers(200, b"x"), answers(302, {})):
        transport, (seen,) = several(behaviour, credentials=credentials)
        with pytest.raises(ClusterError) as caught:
            transport.read("GET", "/x")
        sent = seen[0][2]["authorization"]
        assert sent in (f"Basic {pair}", "ApiKey c2VjcmV0LWtleQ==")
        link: BaseException | None = caught.value
        while link is not None:
            shown += [str(link), repr(link), repr(vars(link)), *traceback.format_exception(link)]
            link = link.__context__
        shown += [repr(transport), repr(transport._sender), repr(transport.address)]
    shown += [record.getMessage() for record in caplog.records]
    assert not any(secret in text for text in shown for secret in secrets)


def test_a_redirect_is_not_followed_with_the_credentials(several: Any) -> None:
    with host(answers(200, {})) as (other, seen):

        def redirects(handler: Handler) -> None:
            handler.send_response(307)
            handler.send_header("Location", f"http://{other}/")
            handler.send_header("Content-Length", "0")
            handler.end_headers()

        transport, _ = several(redirects, credentials=Credentials(user="a", password="bcd"))
        with pytest.raises(ClusterError):
            transport.read("GET", "/x")
        assert not seen


def test_plain_http_to_another_machine_is_said() -> None:
    with pytest.warns(UserWarning, match="can be read on the way"):
        Transport("opensearch+http://anna:hunter2@h.example/news").close()


def test_certificates_are_always_looked_at() -> None:
    address = parse_address("opensearch://h.example/news")
    connection = HttpSender(address, Credentials())._connections[address.hosts[0]]
    context = connection.pool.conn_kw["ssl_context"]
    assert context.check_hostname and context.verify_mode.name == "CERT_REQUIRED"
    with host(answers(200, {})) as (name, _):
        port = name.rpartition(":")[2]
        plain = parse_address(f"opensearch://localhost.localdomain:{port}/news")
        sender = HttpSender(plain, Credentials())
        with pytest.raises(ClusterError) as caught:
            sender.send(plain.hosts[0], "GET", "/", {}, None, 5)
        assert caught.value.kind in ("certificate", "unreachable")


# ------------------------------------------------------------ a real one


def test_a_real_cluster_is_greeted_asked_and_refuses(one_node: Nodes) -> None:
    with Transport(one_node.url("news"), credentials=Credentials()) as transport:
        assert transport.server()["version"]["number"].startswith("3.")
        with pytest.raises(ClusterError) as caught:
            transport.search({"query": {"match_all": {}}})
        assert caught.value.kind == "missing" and "no such index [news]" in str(caught.value)
        transport.write("PUT", "/news-t", {"settings": {"number_of_replicas": 0}})
        try:
            found = transport.search({"query": {"match_all": {}}}, index="news-t")
            assert found["hits"]["total"]["value"] == 0
            with pytest.raises(ClusterError) as caught:
                transport.search({"query": {"no_such": {}}}, index="news-t")
            assert caught.value.kind == "refused"
            absent = transport.read("GET", "/news-t/_doc/x", accept=(404,))
            assert isinstance(absent, Answer) and absent.status == 404
        finally:
            transport.write("DELETE", "/news-t")


def test_a_real_node_that_hangs_is_left_in_time(one_node: Nodes) -> None:
    with Transport(one_node.url("news"), credentials=Credentials(), read_timeout_s=1) as transport:
        transport.server()
        one_node.pause(0)
        try:
            with pytest.raises(ClusterError) as caught:
                transport.search({})
            assert caught.value.kind == "timeout"
        finally:
            one_node.resume(0)
        one_node.wait()
