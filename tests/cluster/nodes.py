"""A real OpenSearch cluster on this machine: one JVM a node, on 127.0.0.1.

    with Nodes(3) as nodes:
        nodes.url("news")        # opensearch://127.0.0.1:41234,127.0.0.1:.../news
        nodes.kill(1)            # SIGKILL: as a machine dies
        nodes.start(1)           # the same node with its data
        nodes.wait("green")
        nodes.pause(2)           # SIGSTOP: as a machine hangs
        nodes.resume(2)

    python -m tests.cluster.nodes 3      # until Ctrl-C; prints the address

Everything lies in one temporary directory.  A node ends with its standard input, so with this
process, however it ends; and as each is a process group of our session, the kernel wakes and ends
one that is paused then.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.cluster.java import Unavailable, class_path, jdk

__all__ = ["Nodes", "Unavailable"]

HEAP_MB = 340
# Where many tests run at once a node has taken three minutes.
_START_TIMEOUT_S = 600
_SETTINGS = {
    "network.host": "127.0.0.1",
    # Nothing is made by a slip in a name; and a full disk of the machine is not ours to judge.
    "action.auto_create_index": "false",
    "cluster.routing.allocation.disk.threshold_enabled": "false",
    "discovery.type": "zen",
    # A node that is gone is missed at once: tests wait for it.
    "cluster.fault_detection.follower_check.timeout": "3s",
    "cluster.fault_detection.follower_check.retry_count": "2",
    "cluster.fault_detection.leader_check.timeout": "3s",
    "cluster.fault_detection.leader_check.retry_count": "2",
}
_JAVA = (
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",  # half the time to start; for measuring, see `full_speed`
    "-Djava.awt.headless=true",
    "-Dfile.encoding=UTF-8",
    "-Djna.nosys=true",
    "-Dio.netty.noUnsafe=true",
    "-Dio.netty.noKeySetOptimization=true",
    "-Dlog4j2.disable.jmx=true",
    "-Dlog4j.shutdownHookEnabled=false",
    "--enable-native-access=ALL-UNNAMED",
)


class Nodes:
    """`count` nodes of one cluster: started, and green, inside of `with`.

    Arguments:
        heap_mb: heap of each.
        settings: further settings of nodes, such as {"thread_pool.write.queue_size": 1}.
        full_speed: with Java's optimising compiler, which takes long to start.

    Raises:
        Unavailable: no Java, or no jars.
    """

    def __init__(
        self,
        count: int,
        *,
        heap_mb: int = HEAP_MB,
        settings: Mapping[str, object] | None = None,
        full_speed: bool = False,
    ) -> None:
        self._home, self._class_path = jdk(), class_path()
        self._heap_mb = heap_mb
        self._java = [flag for flag in _JAVA if not (full_speed and "Tiered" in flag)]
        self.count = count
        self.directory = Path(tempfile.mkdtemp(prefix="searcher-nodes-"))
        self.snapshots = self.directory / "snapshots"
        self.snapshots.mkdir()
        ports = _free_ports(2 * count)
        self.ports, self._inner_ports = ports[:count], ports[count:]
        self._processes: dict[int, subprocess.Popen[bytes]] = {}
        names = [f"node-{number}" for number in range(count)]
        self._settings = {
            **_SETTINGS,
            "cluster.name": f"test-{os.getpid()}",
            "path.repo": str(self.snapshots),
            "cluster.initial_cluster_manager_nodes": ",".join(names),
            "discovery.seed_hosts": ",".join(f"127.0.0.1:{port}" for port in self._inner_ports),
            **{name: str(value).lower() for name, value in (settings or {}).items()},
        }

    def __enter__(self) -> Nodes:
        try:
            for number in range(self.count):
                self.start(number)
            self.wait("green")
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def url(self, index: str, *numbers: int) -> str:
        """The address of `index` on all nodes, or on those that are numbered."""
        ports = [self.ports[number] for number in numbers or range(self.count)]
        return f"opensearch://{','.join(f'127.0.0.1:{port}' for port in ports)}/{index}"

    def start(self, number: int) -> None:
        """Start a node, with the data that it has."""
        folder = self.directory / f"node-{number}"
        folder.mkdir(exist_ok=True)
        settings = {
            **self._settings,
            "node.name": folder.name,
            "http.port": str(self.ports[number]),
            "transport.port": str(self._inner_ports[number]),
        }
        heap = [f"-Xms{self._heap_mb}m", f"-Xmx{self._heap_mb}m"]
        with open(folder / "said", "ab") as said:
            self._processes[number] = subprocess.Popen(
                [
                    str(self._home / "bin" / "java"),
                    *heap,
                    *self._java,
                    "-cp",
                    self._class_path,
                    "TestNode",
                    str(folder),
                    *(f"{name}={value}" for name, value in settings.items()),
                ],
                stdin=subprocess.PIPE,
                stdout=said,
                stderr=said,
                cwd=folder,
                process_group=0,
            )

    def kill(self, number: int) -> None:
        """End a node as a machine that loses power does."""
        process = self._processes.pop(number)
        process.kill()
        process.wait(60)
        assert process.stdin
        process.stdin.close()

    def pause(self, number: int) -> None:
        """Make a node hang: on Linux, where that can be seen, until all of it does."""
        process = self._processes[number]
        process.send_signal(signal.SIGSTOP)
        tasks = Path(f"/proc/{process.pid}/task")
        while tasks.exists() and not all(map(_is_stopped, tasks.iterdir())):
            time.sleep(0.001)

    def resume(self, number: int) -> None:
        """Let a node that hangs go on."""
        self._processes[number].send_signal(signal.SIGCONT)

    @property
    def running(self) -> list[int]:
        """The numbers of the nodes that have been started and not killed."""
        return sorted(self._processes)

    def memory_mb(self, number: int) -> int:
        """Megabytes of memory that a node holds."""
        status = Path(f"/proc/{self._processes[number].pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) // 1024

    def stop(self) -> None:
        """End all nodes and remove what they had."""
        for number in list(self._processes):
            self.kill(number)
        shutil.rmtree(self.directory, ignore_errors=True)

    def wait(self, status: str = "green", *, timeout_s: float = _START_TIMEOUT_S) -> None:
        """Wait until the cluster has all running nodes and is `status`.

        Raises:
            AssertionError: a node has ended, or the time is up; with what it said.
        """
        deadline = time.monotonic() + timeout_s
        asked = (
            f"/_cluster/health?wait_for_status={status}&wait_for_nodes={len(self._processes)}"
            "&wait_for_no_initializing_shards=true&wait_for_no_relocating_shards=true&timeout=2s"
        )
        said: object = None
        while time.monotonic() < deadline:
            for number, process in self._processes.items():
                assert process.poll() is None, f"node {number} has ended:\n{self.log(number)}"
            try:
                said = self.ask(self.running[0], "GET", asked)
                return
            except OSError as error:
                said = error
            time.sleep(0.2)
        log = self.log(self.running[0])
        raise AssertionError(f"not {status} after {timeout_s:g} s: {said}\n{log}")

    def ask(self, number: int, method: str, path: str, body: object = None) -> Any:
        """The JSON that a node answers, without anything of Searcher between."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.ports[number]}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def log(self, number: int) -> str:
        """The end of what a node has said."""
        said = self.directory / f"node-{number}" / "said"
        return said.read_text(errors="replace")[-3000:]


def _is_stopped(task: Path) -> bool:
    try:
        said = (task / "stat").read_text()
    except OSError:  # it has ended
        return True
    return said.rpartition(")")[2].split()[0] in "TtZX"


def _free_ports(count: int) -> list[int]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    try:
        return [server.getsockname()[1] for server in held]
    finally:
        for server in held:
            server.close()


def main() -> None:
    """Run a cluster until Ctrl-C or until standard input ends."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    with Nodes(count, full_speed="--full-speed" in sys.argv) as nodes:
        print(nodes.url("news"), flush=True)
        print([nodes.memory_mb(number) for number in nodes.running], flush=True)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()


if __name__ == "__main__":
    main()
