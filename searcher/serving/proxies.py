"""Who asks, where a proxy asks for others?

A proxy writes the address of its client into `X-Forwarded-For`, most of them behind what the
client sent in that header itself.  So only the end of it is known to be true: believed is the last
address that is none of this machine's own, on which there may be more proxies in a row.  What
stands before it anybody can have written.  `X-Forwarded-Proto` says whether the client came by
TLS; of several the last is believed, for the same reason.

Only with `--behind-proxy`, which says that whoever connects is the proxy.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["BehindProxy", "forwarded_address"]

_SCHEMES = ("http", "https")


class BehindProxy:
    """Gives `app` requests that come from where the proxy says they do."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            said = {b"x-forwarded-for": "", b"x-forwarded-proto": ""}
            for name, value in scope["headers"]:
                if name in said:
                    said[name] += "," + value.decode("latin-1")
            address = forwarded_address(said[b"x-forwarded-for"])
            if address is not None:
                scope["client"] = (address, 0)
            scheme = said[b"x-forwarded-proto"].rpartition(",")[2].strip().lower()
            if scheme in _SCHEMES:
                scope["scheme"] = scheme
        await self._app(scope, receive, send)


def forwarded_address(said: str) -> str | None:
    """The address in a header `X-Forwarded-For` that a proxy vouches for; None if it holds none.

    What is no address ends the search: a proxy of ours writes none.
    """
    found = None
    for part in reversed(said.split(",")):
        if not part.strip():
            continue
        try:
            address = ipaddress.ip_address(_without_port(part.strip()))
        except ValueError:
            break
        found = str(address)
        if not address.is_loopback:
            break
    return found


def _without_port(text: str) -> str:
    """An address of `a.b.c.d:1`, `[a::b]:1`, `[a::b]`."""
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text
