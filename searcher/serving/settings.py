"""What was the server told when it was started?

`Settings` is every flag of `searcher serve`, checked and read: whoever needs one asks here and
never the command line.  Nothing in it changes while the server runs (who may come in does:
`tokens.Tokens`).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Literal

from searcher.serving.tokens import Token

__all__ = ["LOOPBACK", "AccessLog", "Settings", "is_loopback"]

AccessLog = Literal["text", "json", "off"]
# Names and addresses that only programs on this machine reach.
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Settings:
    """How an archive is served.

    Arguments:
        host, port: the address that is listened on; 0 is a free port.
        socket: the path of a Unix socket, which is listened on instead.
        allow_hosts: names that requests may give as their Host, besides those of loopback.
        tokens: who may come in; where there are none, whoever reaches the address.
        token_file: where they were read from, and are again when it changes.
        behind_proxy: `X-Forwarded-*` is believed.
        root_path: what a proxy takes off the paths, such as `/archive`; "" or `/...`.
        mcp: whether `/mcp` is there.
        threads: searches that run at the same time.
        deadline_s: seconds from when a request comes to when its search is given up.
        most_waiting: requests that wait for a thread; more are turned away.
        rate: requests a second from one client; None for as many as it likes.
        state: the directory of what is saved; None for one beside the index.
        saves: whether searches may be saved.
        exports: whether whole sets may be taken away.
        show_paths: whether answers say where files lie.
        access_log: in which form a line for each request is written.
        log_queries: whether that line has the query, which may give a source away.
        workers: processes.
    """

    host: str = "127.0.0.1"
    port: int = 8765
    socket: str | None = None
    allow_hosts: tuple[str, ...] = ()
    tokens: tuple[Token, ...] = ()
    token_file: str | None = None
    behind_proxy: bool = False
    root_path: str = ""
    mcp: bool = False
    threads: int = 4
    deadline_s: float = 5.0
    most_waiting: int = 64
    rate: float | None = None
    state: str | os.PathLike[str] | None = None
    saves: bool = True
    exports: bool = True
    show_paths: bool = False
    access_log: AccessLog = "off"
    log_queries: bool = False
    workers: int = 1


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches `host`."""
    return host.lower() in LOOPBACK or host.startswith("127.")
