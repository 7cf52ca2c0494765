"""How does a server run and end?

In this process, or in several that share the socket (`--workers`): each opens the index for
itself, so a commit is seen by all, and one that dies is replaced.  SIGTERM and Ctrl-C end a
server after the answers that are on their way, ten seconds at most.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import uvicorn

from searcher.archive import Archive
from searcher.errors import ServingError
from searcher.serving.app import make_app
from searcher.serving.listening import address_of, check_address, listen
from searcher.serving.logs import ACCESS, LineFormatter
from searcher.serving.memory import give_back_what_is_freed
from searcher.serving.metrics import MULTIPROCESS
from searcher.serving.protocol import BoundedProtocol
from searcher.serving.settings import Settings

__all__ = ["serve"]

_GRACE_S = 10
_KEEP_ALIVE_S = 15
_BETWEEN_COLLECTIONS = 10_000
# A worker that ends so soon is not replaced at once.
_TOO_SOON_S = 1.0
_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def serve(index: str, settings: Settings, on_ready: Callable[[str], None]) -> None:
    """Serve the index in the directory `index` until a signal ends it.

    Arguments:
        on_ready: is told the address when it is listened on.

    Raises:
        ServingError: the address cannot be had, or others would reach it without a token.
        IndexStateError: there is no index that can be read.
    """
    check_address(settings)
    give_back_what_is_freed()
    Archive.open(index).close()
    listening = listen(settings)
    _set_up_logs()
    try:
        address = address_of(listening, settings)
        settings = replace(settings, port=_port_of(listening) or settings.port)
        if settings.workers > 1:
            _serve_in_workers(index, settings, listening, lambda: on_ready(address))
        else:
            _serve_here(index, settings, listening, lambda: on_ready(address))
    finally:
        listening.close()
        if settings.socket is not None:
            with contextlib.suppress(OSError):
                os.unlink(settings.socket)


def _port_of(listening: socket.socket) -> int | None:
    name = listening.getsockname()
    return name[1] if isinstance(name, tuple) else None


def _set_up_logs() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter())
    for name, level in (
        (ACCESS.name, logging.INFO),
        ("searcher.serving", logging.INFO),
        ("uvicorn.error", logging.WARNING),
        # Its own traces, of clients that go away in the middle of a message too.
        ("mcp", logging.CRITICAL),
    ):
        logger = logging.getLogger(name)
        logger.setLevel(level)
        logger.handlers = [handler]
        logger.propagate = False


# ---------------------------------------------------------------- one process


class _Server(uvicorn.Server):
    """uvicorn's, which ends with code 0 when it is told to, and says when it begins."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take signals, and not raise them again at the end."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin."""
        await super().startup(sockets)
        if not self.should_exit:
            self._on_ready()


def config_for(app: object, settings: Settings) -> uvicorn.Config:
    """How uvicorn serves `app`."""
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        http=BoundedProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,  # proxies.py reads them
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=_GRACE_S,
    )


def _serve_here(
    index: str, settings: Settings, listening: socket.socket, on_ready: Callable[[], None]
) -> None:
    with Archive.open(index) as archive:
        config = config_for(make_app(archive, settings), settings)
        server = _Server(config, on_ready)
        gc.collect()
        gc.freeze()  # what is there now stays
        # A search makes some hundred values that go with its answer, by themselves; to look
        # through them for circles every 700 is a tenth of its time.
        gc.set_threshold(_BETWEEN_COLLECTIONS, 10, 10)
        with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
            runner.run(server.serve(sockets=[listening]))


# ---------------------------------------------------------------- several


def _serve_in_workers(
    index: str, settings: Settings, listening: socket.socket, on_ready: Callable[[], None]
) -> None:
    """Serve in `settings.workers` children, until a signal.

    Raises:
        ServingError: there can be no children here.
    """
    if not hasattr(os, "fork"):
        raise ServingError("--workers", "there is one process only on this system")
    counts = tempfile.mkdtemp(prefix="searcher-metrics-")
    os.environ[MULTIPROCESS] = counts
    is_over = False

    def end(number: int, frame: object) -> None:
        nonlocal is_over
        is_over = True

    before = {number: signal.signal(number, end) for number in _SIGNALS}
    children: dict[int, float] = {}

    parent = os.getpid()

    def start() -> None:
        child = os.fork()
        if child:
            children[child] = time.monotonic()
            return
        code = 2
        try:
            for number in _SIGNALS:
                signal.signal(number, signal.SIG_DFL)
            threading.Thread(target=_end_with, args=(parent, counts), daemon=True).start()
            _serve_here(index, settings, listening, lambda: None)
            code = 0
        except BaseException as error:
            logging.getLogger("searcher.serving").error("a worker ended: %s", error)
        finally:
            os._exit(code)

    try:
        for _ in range(settings.workers):
            start()
        on_ready()
        while not is_over:
            _replace_the_dead(children, start)
            time.sleep(0.1)
    finally:
        _end_all(children)
        for number, handler in before.items():
            signal.signal(number, handler)
        shutil.rmtree(counts, ignore_errors=True)


def _end_with(parent: int, counts: str) -> None:
    """End this worker when `parent` is gone, which can end it no more."""
    while os.getppid() == parent:
        time.sleep(1.0)
    shutil.rmtree(counts, ignore_errors=True)
    os.kill(os.getpid(), signal.SIGTERM)


def _replace_the_dead(children: dict[int, float], start: Callable[[], None]) -> None:
    child, _ = os.waitpid(-1, os.WNOHANG) if children else (0, 0)
    if child and (started := children.pop(child, None)) is not None:
        logging.getLogger("searcher.serving").error("a worker died and is replaced")
        if time.monotonic() - started < _TOO_SOON_S:
            time.sleep(_TOO_SOON_S)
        start()


def _end_all(children: dict[int, float]) -> None:
    for child in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGTERM)
    until = time.monotonic() + _GRACE_S + 2
    while children and time.monotonic() < until:
        with contextlib.suppress(ChildProcessError):
            child, _ = os.waitpid(-1, os.WNOHANG)
            children.pop(child, None)
            if child:
                continue
        time.sleep(0.02)
    for child in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
