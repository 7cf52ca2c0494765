"""A real server on a free port of this machine, over an index of the sample corpus."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from searcher import Archive
from tests.serving.hostile import make_hostile_index

try:
    import httpx
    import uvicorn

    from searcher.serving.app import make_app
    from searcher.serving.running import config_for
    from searcher.serving.settings import Settings
except ImportError:  # searcher[serve] is not installed: nothing here can be tested
    collect_ignore_glob = ["*"]

_DEADLINE_S = 60.0
CORPUS = Path(__file__).resolve().parents[2] / "corpus"
# A client reads the certificates of the system, which takes longer than most of what it asks for.
# Nothing here is https.
NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@dataclass
class Served:
    """A server that runs."""

    port: int
    archive: Archive
    app: Any

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, **options: Any) -> Any:
        options = {"base_url": self.url, "trust_env": False, "timeout": 2 * _DEADLINE_S, **options}
        return httpx.Client(verify=NO_CERTIFICATES, **options)

    def get(self, path: str, **options: Any) -> Any:
        with self.client() as client:
            return client.get(path, **options)


@contextlib.contextmanager
def serving(index: Path | str, **settings: Any) -> Iterator[Served]:
    """A server over `index`, while the block runs; one that waits for its searches, however
    busy the machine is, unless `settings` say how long."""
    archive = Archive.open(index)
    app = make_app(archive, Settings(**{"deadline_s": _DEADLINE_S, **settings}))
    config = config_for(app, app.state.service.settings)  # as `searcher serve` has it
    server = uvicorn.Server(config)
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    started = threading.Event()

    async def run() -> None:
        task = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started and not task.done():
            await asyncio.sleep(0.005)
        started.set()
        await task

    def run_here() -> None:
        with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
            runner.run(run())

    thread = threading.Thread(target=run_here, daemon=True)
    thread.start()
    assert started.wait(30)
    try:
        yield Served(listening.getsockname()[1], archive, app)
    finally:
        server.should_exit = True
        thread.join(30)
        listening.close()
        archive.close()


@pytest.fixture(autouse=True)
def nothing_goes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test here, and so no server, connects to anything but this machine."""
    connect = socket.socket.connect

    def checked(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else "a path"
        assert host in ("127.0.0.1", "::1", "localhost", "a path"), f"connects to {host}"
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", checked)


@pytest.fixture(scope="session")
def sample_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the sample corpus, which no test changes."""
    path = tmp_path_factory.mktemp("served") / "index"
    with Archive.create(path) as archive:
        archive.index(CORPUS)
    return path


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server over articles whose every field holds what a stranger may write into it."""
    path = tmp_path_factory.mktemp("hostile")
    make_hostile_index(path / "index")
    with serving(path / "index", state=str(path / "state")) as server:
        yield server


@pytest.fixture(scope="session")
def served(sample_index: Path) -> Iterator[Served]:
    """A server over the sample corpus, as it is by default."""
    with serving(sample_index) as server:
        yield server
