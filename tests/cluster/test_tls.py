"""Is a cluster behind TLS trusted only if its certificate is, and do users and roles hold?

A real node behind a proxy that stands for the security plugin (`tls_proxy.py`).
"""

from __future__ import annotations

import socket
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from searcher import Archive, Article, ClusterError
from searcher.cluster.archive import ClusterArchive
from tests.cluster.nodes import Nodes
from tests.cluster.tls_proxy import Authority, Proxy, basic, proxy_before

HOST = "search.example"
PASSWORD = "correct horse battery"
KEY = "c2VjcmV0LWtleQ=="
USERS = {
    basic("reader", PASSWORD): "reader",
    basic("writer", PASSWORD): "writer",
    f"ApiKey {KEY}": "writer",
}
ARTICLES = [
    Article("Truce", "A humanitarian truce was held.", id="one"),
    Article("Port", "The port of Tripoli was closed. A truce was near.", id="two"),
]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tls") / "authority")


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    """`search.example` and `other.example` are this machine, and nobody asks as anybody yet."""
    resolve = socket.getaddrinfo

    def resolved(host: Any, *rest: Any, **more: Any) -> Any:
        name = "127.0.0.1" if str(host).endswith(".example") else host
        return resolve(name, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    for name in ("USER", "PASSWORD", "API_KEY", "CA", "CERT", "KEY", "FILE"):
        monkeypatch.delenv(f"SEARCHER_OPENSEARCH_{name}", raising=False)


@pytest.fixture
def proxy(one_node: Nodes, authority: Authority) -> Iterator[Proxy]:
    """An archive of two articles, behind TLS."""
    url = one_node.url("tls")
    with Archive.create(url) as archive, archive.writer() as writer:
        for article in ARTICLES:
            writer.add(article)
    try:
        with proxy_before(one_node.ports[0], USERS, authority.sign(HOST)) as proxy:
            yield proxy
    finally:
        for name in one_node.ask(0, "GET", "/tls*/_alias"):
            one_node.ask(0, "DELETE", f"/{name}")


def ask_as(monkeypatch: pytest.MonkeyPatch, **settings: str) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(f"SEARCHER_OPENSEARCH_{name.upper()}", value)


def url(proxy: Proxy, host: str = HOST) -> str:
    return f"opensearch://{host}:{proxy.port}/tls"


def refused(proxy: Proxy, host: str = HOST) -> ClusterError:
    with pytest.raises(ClusterError) as caught:
        Archive.open(url(proxy, host))
    said = "".join(traceback.format_exception(caught.value))
    assert PASSWORD not in said and KEY not in said
    return caught.value


def test_a_certificate_of_an_unknown_authority_is_refused_before_anything_is_asked(
    proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_as(monkeypatch, user="writer", password=PASSWORD)
    error = refused(proxy)
    assert error.kind == "certificate"
    assert error.host == f"{HOST}:{proxy.port}"
    assert error.hint and "SEARCHER_OPENSEARCH_CA" in error.hint
    assert not proxy.seen  # nor was the password sent


def test_a_certificate_of_a_known_authority_is_accepted(
    proxy: Proxy, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_as(monkeypatch, user="writer", password=PASSWORD, ca=authority.certificate)
    with Archive.open(url(proxy)) as archive:
        assert archive.ids("truce") == ["one", "two"]
        with archive.writer() as writer:
            writer.add(Article("New", "A third truce.", id="three"))
        assert archive.search("third").total == 1
        assert archive.remove("three").removed == 1
        assert len(archive) == 2
    assert {status for _, _, status in proxy.seen} <= {200, 201, 404}


def test_a_certificate_of_another_name_is_refused(
    proxy: Proxy, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_as(monkeypatch, user="writer", password=PASSWORD, ca=authority.certificate)
    error = refused(proxy, "other.example")
    assert error.kind == "certificate" and not proxy.seen


def test_a_certificate_of_another_authority_is_refused(
    proxy: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Authority(tmp_path / "other")
    ask_as(monkeypatch, user="writer", password=PASSWORD, ca=other.certificate)
    assert refused(proxy).kind == "certificate" and not proxy.seen


@pytest.mark.parametrize(
    "settings", [{}, {"user": "reader", "password": "wrong horse"}, {"api_key": "d3Jvbmc="}]
)
def test_who_is_unknown_is_told_so(
    proxy: Proxy,
    authority: Authority,
    monkeypatch: pytest.MonkeyPatch,
    settings: Mapping[str, str],
) -> None:
    ask_as(monkeypatch, ca=authority.certificate, **settings)
    error = refused(proxy)
    assert (error.kind, error.status) == ("denied", 401)
    assert {status for _, _, status in proxy.seen} == {401}


def everything_read(archive: ClusterArchive) -> list[Any]:
    """What a reader may ask, and what is answered."""
    return [
        archive.ids("truce"),
        archive.ids("tru* w/3 held", sort="date"),
        archive.search("truce tripoli", passages=True).total,
        archive.search("truce", expand=True, recent=30.0).total,
        archive.facets("truce", "year").total,
        archive.timeline("truce").total,
        [article.id for _, _, article in archive.scan("truce")],
        archive.quote("a humanitarian truce").verdict,
        archive.related("one").total,
        archive.lines("truce").total,
        archive.first("truce").total,
        archive.edits("truce").total,
        archive.get("one").title,
        archive.explain("truce AND port").parts[0].articles,
        archive.stats().articles,
        len(archive),
    ]


def test_a_role_that_only_reads_reads_everything_and_writes_nothing(
    proxy: Proxy, authority: Authority, one_node: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ClusterArchive.open(one_node.url("tls")) as plain:
        expected = everything_read(plain)
    ask_as(monkeypatch, user="reader", password=PASSWORD, ca=authority.certificate)
    with ClusterArchive.open(url(proxy)) as archive:
        assert everything_read(archive) == expected
        assert {status for _, _, status in proxy.seen} == {200}
        for change in (
            lambda: archive.remove("one"),
            lambda: _add(archive, Article("New", "Text.", id="three")),
            lambda: Archive.create(url(proxy).replace("/tls", "/tls-other")),
        ):
            with pytest.raises(ClusterError) as caught:
                change()
            assert (caught.value.kind, caught.value.status) == ("denied", 403)
            assert PASSWORD not in "".join(traceback.format_exception(caught.value))
        assert archive.ids("*") == ["one", "two"]


def _add(archive: ClusterArchive, article: Article) -> None:
    with archive.writer() as writer:
        writer.add(article)


def test_a_key_and_a_file_of_credentials_are_taken(
    proxy: Proxy, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "credentials"
    settings.write_text(f"api_key = {KEY}\nca = {authority.certificate}\n")
    ask_as(monkeypatch, file=str(settings))
    with Archive.open(url(proxy)) as archive:
        assert archive.search("truce").total == 2


def test_our_own_certificate_is_shown_where_it_is_asked_for(
    proxy: Proxy, authority: Authority, one_node: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_as(monkeypatch, user="reader", password=PASSWORD, ca=authority.certificate)
    certificate = authority.sign(HOST)
    with proxy_before(
        one_node.ports[0], USERS, certificate, clients=authority.certificate
    ) as strict:
        assert refused(strict).kind in ("certificate", "unreachable") and not strict.seen
        own, key = authority.sign("newsroom")
        ask_as(monkeypatch, cert=own, key=key)
        with Archive.open(url(strict)) as archive:
            assert archive.search("truce").total == 2
