"""Addresses of clusters, and who asks there: what is taken, what is refused, and that no secret
is ever shown."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path

import pytest

from searcher import ClusterError
from searcher.cluster.address import Host, credentials_of, is_address, parse_address


def test_an_address_names_hosts_and_an_index() -> None:
    address = parse_address("opensearch://a.example:9200,b.example/news")
    assert address.hosts == (Host("a.example", 9200, True), Host("b.example", 9200, True))
    assert address.index == "news"
    assert str(address) == "opensearch://a.example:9200,b.example:9200/news"


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "127.1.2.3", "[::1]"])
def test_this_machine_is_spoken_to_without_tls(name: str) -> None:
    address = parse_address(f"opensearch://{name}:9200/news")
    assert not address.hosts[0].is_tls and not address.is_exposed


@pytest.mark.parametrize("name", ["localhost.example", "127.0.0.1.example", "10.0.0.1", "h"])
def test_no_other_machine_is_spoken_to_without_tls_unless_that_is_written(name: str) -> None:
    assert parse_address(f"opensearch://{name}/news").hosts[0].is_tls
    plain = parse_address(f"opensearch+http://{name}/news")
    assert not plain.hosts[0].is_tls and plain.is_exposed


@pytest.mark.parametrize(
    "url",
    [
        "opensearch://",
        "opensearch://h",
        "opensearch://h/",
        "opensearch:///news",
        "opensearch://h:0/news",
        "opensearch://h:65536/news",
        "opensearch://h:9a/news",
        "opensearch://h,/news",
        "opensearch://h/News",
        "opensearch://h/_all",
        "opensearch://h/news*",
        "opensearch://h/a,b",
        "opensearch://h/a/b",
        "opensearch://h/a?pretty",
        "opensearch://h/a..b",
        "opensearch://h/%2e",
        "opensearch://h\r\nX: y/news",
        "https://h/news",
    ],
)
def test_what_is_no_address_is_an_error_that_does_not_repeat_it(url: str) -> None:
    secret = url.replace("://", "://anna:hunter2@")
    for given in (url, secret):
        with pytest.raises(ClusterError) as caught:
            parse_address(given)
        assert caught.value.kind == "address"
        assert "hunter2" not in str(caught.value) and "anna" not in str(caught.value)


def test_only_addresses_are_addresses() -> None:
    assert is_address("opensearch://h/news") and is_address("opensearch+http://h/news")
    for path in ("index", "opensearch", "opensearch:/h/n", Path("index")):
        assert not is_address(path)


def test_a_user_in_the_address_goes_before_all_others_and_is_not_shown() -> None:
    address = parse_address("opensearch://anna:p%40ss:w@rd@h/news")
    found = credentials_of(address, {"SEARCHER_OPENSEARCH_API_KEY": "k3y"})
    assert (found.user, found.password, found.api_key) == ("anna", "p@ss:w@rd", None)
    for shown in (repr(address), str(address), repr(found), str(found)):
        assert not any(secret in shown for secret in ("anna", "p@ss", "p%40", "rd@"))


def test_credentials_come_from_the_environment_and_before_that_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "credentials"
    file.write_text("# ours\nuser = anna\npassword = with = and # in it \n\nca = ours.pem\n")
    address = parse_address("opensearch://h/news")
    environment = {"SEARCHER_OPENSEARCH_FILE": str(file), "SEARCHER_OPENSEARCH_USER": "bert"}
    found = credentials_of(address, environment)
    assert (found.user, found.password, found.ca) == ("bert", "with = and # in it", "ours.pem")
    assert "with" not in repr(found)


@pytest.mark.parametrize("text", ["s3cret", "pass = s3cret", "user\ns3cret = s3cret", "\xff"])
def test_a_file_of_credentials_that_is_none_is_refused_and_not_repeated(
    tmp_path: Path, text: str
) -> None:
    file = tmp_path / "credentials"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(ClusterError) as caught:
        credentials_of(parse_address("opensearch://h/n"), {"SEARCHER_OPENSEARCH_FILE": str(file)})
    assert "s3cret" not in str(caught.value)


def test_the_error_keeps_its_facts_on_the_way_from_a_process() -> None:
    error = ClusterError("opensearch://h/n", "full", kind="disk", host="h:1", status=429, hint="go")
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert str(again) == str(error) == "opensearch://h/n: full (h:1, status 429); go"
        assert (again.kind, again.host, again.status) == ("disk", "h:1", 429)
