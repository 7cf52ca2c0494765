"""Which hosts, which index, and with which credentials?

    opensearch://host:9200/news                      TLS; plain HTTP where host is this machine
    opensearch://a.example:9200,b.example:9200/news  several hosts of one cluster
    opensearch+http://host:9200/news                 plain HTTP anywhere, with a warning

There is no form that leaves certificates unchecked.  A user and password in the address work,
and so are seen in the list of processes and the history of a shell; better are these, from the
environment or, by the same names in lower case and without `SEARCHER_OPENSEARCH_`, from lines
`name = value` of the file that `SEARCHER_OPENSEARCH_FILE` names (`user = ...`):

    SEARCHER_OPENSEARCH_USER, SEARCHER_OPENSEARCH_PASSWORD    basic authentication
    SEARCHER_OPENSEARCH_API_KEY                               sent as `Authorization: ApiKey ...`
    SEARCHER_OPENSEARCH_CA                                    file of the authorities to trust
    SEARCHER_OPENSEARCH_CERT, SEARCHER_OPENSEARCH_KEY         files of our own certificate and key

The environment goes before the file, and the address before both.  Nothing here shows a
secret: `repr` and `str` of both classes are without.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from searcher.errors import ClusterError
from searcher.opening import read_bounded

__all__ = ["Address", "Credentials", "Host", "credentials_of", "is_address", "parse_address"]

SCHEMES = ("opensearch", "opensearch+http")
_DEFAULT_PORT = 9200
_MOST_FILE_BYTES = 64 << 10
# Those of OpenSearch, and no more: what is in the name goes into the paths of requests.
_INDEX = re.compile(r"[a-z0-9][a-z0-9._-]{0,199}")
_HOST = re.compile(r"(?P<name>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::(?P<port>[0-9]{1,5}))?")
_EXAMPLE = "write it as opensearch://host:9200/name"
_PREFIX = "SEARCHER_OPENSEARCH_"
_NAMES = ("user", "password", "api_key", "ca", "cert", "key")


@dataclass(frozen=True, slots=True)
class Host:
    """One host of a cluster: `name`, `port`, and whether it is spoken to by TLS."""

    name: str
    port: int
    is_tls: bool

    def __str__(self) -> str:
        name = f"[{self.name}]" if ":" in self.name else self.name
        return f"{name}:{self.port}"


@dataclass(frozen=True, slots=True)
class Address:
    """Where an archive on a cluster is: its hosts, and the name of its index (an alias).

    `str` is the address without user and password, which is what messages show.
    """

    scheme: str
    hosts: tuple[Host, ...]
    index: str
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return f"{self.scheme}://{','.join(map(str, self.hosts))}/{self.index}"

    @property
    def is_exposed(self) -> bool:
        """Whether what is sent can be read on the way."""
        return any(not host.is_tls and not is_loopback(host.name) for host in self.hosts)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who asks, and whom to trust.  `repr` says which there are, and none of them."""

    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    api_key: str | None = field(default=None, repr=False)
    ca: str | None = None
    cert: str | None = None
    key: str | None = None

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must be in no message."""
        return tuple(filter(None, (self.password, self.api_key)))


def is_address(path: str | os.PathLike[str]) -> bool:
    """Whether `path` is the address of a cluster rather than a folder."""
    return isinstance(path, str) and path.startswith(tuple(f"{name}://" for name in SCHEMES))


def is_loopback(name: str) -> bool:
    """Whether `name` is this machine by itself, whatever a name service says."""
    return name in ("localhost", "::1") or bool(re.fullmatch(r"127(\.\d{1,3}){3}", name))


def parse_address(url: str) -> Address:
    """The hosts and the index of `url`.

    Raises:
        ClusterError: it is no such address (kind "address"); the message does not repeat it.
    """
    scheme, marker, rest = url.partition("://")
    if not marker or scheme not in SCHEMES:
        raise _bad_address("an address begins with opensearch:// or opensearch+http://")
    # A password may hold an @; hosts and names of indices hold none.
    who, _, place = rest.rpartition("@")
    hosts, _, index = place.partition("/")
    index = index.rstrip("/")
    if not _INDEX.fullmatch(index) or ".." in index:
        raise _bad_address("it names no index, or one that OpenSearch would not take")
    found = []
    for text in hosts.split(","):
        match = _HOST.fullmatch(text)
        port = int(match["port"] or _DEFAULT_PORT) if match else 0
        if not match or not 0 < port < 65536:
            raise _bad_address("one of its hosts cannot be one")
        name = match["name"].strip("[]").lower()
        found.append(Host(name, port, scheme == "opensearch" and not is_loopback(name)))
    user, _, password = who.partition(":")
    return Address(
        scheme,
        tuple(found),
        index,
        user=unquote(user) or None,
        password=unquote(password) if who else None,
    )


def credentials_of(address: Address, environment: Mapping[str, str] | None = None) -> Credentials:
    """Who asks at `address`, from it, the environment, and the file that is named there.

    Raises:
        ClusterError: the file cannot be read, or holds what is no setting; its lines are not
            repeated.
    """
    given = os.environ if environment is None else environment
    values = _file_values(address, given.get(_PREFIX + "FILE"))
    for name in _NAMES:
        if value := given.get(_PREFIX + name.upper()):
            values[name] = value
    if address.user is not None:
        values.pop("api_key", None)
        values.update(user=address.user, password=address.password or "")
    if values.get("key") and not values.get("cert"):
        raise ClusterError(
            str(address),
            "there is a key and no certificate",
            kind="certificate",
            hint=f"set {_PREFIX}CERT too",
        )
    return Credentials(**values)


def _file_values(address: Address, path: str | None) -> dict[str, str]:
    if not path:
        return {}
    hint = f"{_PREFIX}FILE names a file of lines such as `user = ...`"
    try:
        lines = read_bounded(path, _MOST_FILE_BYTES).decode("utf-8").splitlines()
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else "not UTF-8"
        reason = f"the file of credentials {path} cannot be read: {said}"
        raise ClusterError(str(address), reason, kind="denied", hint=hint) from None
    values = {}
    for number, line in enumerate(lines, 1):
        name, marker, value = line.partition("=")
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not marker or name.strip() not in _NAMES:
            reason = f"line {number} of the file of credentials {path} is no setting"
            raise ClusterError(str(address), reason, kind="denied", hint=hint)
        values[name.strip()] = value.strip()
    return values


def _bad_address(reason: str) -> ClusterError:
    return ClusterError("address of a cluster", reason, kind="address", hint=_EXAMPLE)
