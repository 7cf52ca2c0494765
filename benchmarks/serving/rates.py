"""How many searches a second does the server answer, and what does each cost?

Asks the API of `searcher serve` for the ten best with passages, beside Tantivy's Python package in
the least application around it and datasette's ranked SQL (`peers.py` makes their indexes), with
wrk, in interleaved rounds, so that what else the machine does falls on all alike:

    rates     16 connections, words of 400 headlines: requests a second, and processor time of the
              server for each, which is the figure to trust on a busy machine
    costs     the same one after another: processor time over `Archive.search` alone, of a page
              with facets and timeline, and of an answer that the client has (304)
    long      64 connections for a minute: errors, p99 beside p50, growth of memory
    costly    how cheap queries do beside twenty costly ones at once and alone, in turns, when
              those end, and the server's memory meanwhile and afterwards
    workers   two processes beside one, with both processors and each pinned to its own
    start     from the command to the first answer
    export    rows a second, and the time to the first byte

wrk is a small C program (`apt-get install wrk`); without it nothing is measured.
"""

from __future__ import annotations

import argparse
import compileall
import contextlib
import json
import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus, urlencode

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from runs_store import keep

from searcher import Archive
from serving.peers import SQL

HERE = Path(__file__).resolve()
ROOT = HERE.parents[2]
TICK_S = 1 / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def own_mb(pid: int) -> float:
    """Memory of a process of its own."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.findall(r"RssAnon:\s+(\d+)", status)[0]) / 1000


class Server:
    """A server that runs, and what it has cost."""

    def __init__(self, args: Sequence[str], port: int, path: str, **env: str) -> None:
        self.path = path
        self.url = f"http://127.0.0.1:{port}"
        environment = {**os.environ, **env}
        # Without its bytecode a server reads all of its source whenever it starts.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        began = time.perf_counter()
        self.process = subprocess.Popen(
            args, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while True:
            with contextlib.suppress(OSError):
                self.get(path % "oil")
                break
            if self.process.poll() is not None or time.perf_counter() - began > 120:
                raise SystemExit(f"{args} did not start")
            time.sleep(0.005)
        self.start_s = time.perf_counter() - began

    def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        asked = urllib.request.Request(self.url + path, headers=headers)
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return answer.status, answer.read()

    def pids(self) -> list[int]:
        children = subprocess.run(
            ["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True
        ).stdout.split()
        return [self.process.pid, *map(int, children)]

    def cpu_s(self) -> float:
        """Processor time of all its processes."""
        spent = 0.0
        for pid in self.pids():
            values = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            spent += (int(values[11]) + int(values[12])) * TICK_S
        return spent

    def memory_mb(self) -> float:
        """Memory of its own: pages of the index belong to the system, and each view that has
        them mapped counts them again in what is called resident."""
        return sum(map(own_mb, self.pids()))

    def shared_mb(self) -> float:
        """Its share of all memory that it has mapped: what others have mapped too, as pages of
        the index, counts in parts."""
        share = 0
        for pid in self.pids():
            rolled = Path(f"/proc/{pid}/smaps_rollup").read_text()
            share += int(re.findall(r"\nPss:\s+(\d+)", rolled)[0])
        return share / 1000

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(30)


@contextlib.contextmanager
def running(*args: Any, **options: Any) -> Iterator[Server]:
    server = Server(*args, **options)
    try:
        yield server
    finally:
        server.close()


def searcher_args(index: str, port: int, *more: str) -> list[str]:
    return [
        *(sys.executable, "-m", "searcher", "serve", "--index", index, "--port", str(port)),
        *("--access-log", "off", "--no-save", *more),
    ]


def headline_queries(index: str, number: int, seed: int) -> list[str]:
    """Two to five words in a row of the headlines of random articles."""
    chosen = random.Random(seed)
    with Archive.open(index) as archive:
        ids = chosen.sample(archive.ids("*", sort="date"), number * 2)
        queries: list[str] = []
        for id in ids:
            words = re.findall(r"[A-Za-z]{2,}", archive.get(id).title)
            words = [word.lower() for word in words if word.lower() not in ("and", "or", "not")]
            if len(words) >= 2:
                first = chosen.randrange(len(words) - 1)
                queries.append(" ".join(words[first : first + chosen.randint(2, 5)]))
    return queries[:number]


LUA = """
local paths = {}
for line in io.lines(os.getenv("PATHS")) do paths[#paths + 1] = line end
local next_one = 0
request = function()
  next_one = next_one % #paths + 1
  return wrk.format("GET", paths[next_one])
end
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('JSON{"requests":%d,"us":%d,"bytes":%d,"errors":%d,"p50":%d,"p99":%d}\\n',
    summary.requests, summary.duration, summary.bytes,
    e.connect + e.read + e.write + e.status + e.timeout,
    latency:percentile(50), latency:percentile(99)))
end
"""


def load(server: Server, paths: Sequence[str], connections: int, seconds: float) -> dict[str, Any]:
    """What wrk sees, and what it costs the server and wrk."""
    with tempfile.TemporaryDirectory() as folder:
        script, list_file = Path(folder, "load.lua"), Path(folder, "paths")
        script.write_text(LUA)
        list_file.write_text("\n".join(paths))
        spent_before, client_before = server.cpu_s(), os.times()
        arguments = ["-t1", f"-c{connections}", f"-d{round(seconds)}s", "-s", str(script)]
        said = subprocess.run(
            ["wrk", *arguments, server.url],
            env={**os.environ, "PATHS": str(list_file)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        spent, client = server.cpu_s() - spent_before, os.times()
    seen = json.loads(said.partition("JSON")[2].splitlines()[0])
    return {
        "per_s": seen["requests"] / (seen["us"] / 1e6),
        "cpu_s": spent,
        "client_cpu_s": client[2] + client[3] - client_before[2] - client_before[3],
        "seconds": seen["us"] / 1e6,
        "cpu_ms": spent / max(1, seen["requests"]) * 1000,
        "p50_ms": seen["p50"] / 1000,
        "p99_ms": seen["p99"] / 1000,
        "errors": seen["errors"],
        "requests": seen["requests"],
    }


def measure_rates(options: Any, queries: list[str]) -> dict[str, Any]:
    """Interleaved rounds of ours and the peers'."""
    ours, bare, sql = free_port(), free_port(), free_port()
    servers: dict[str, tuple[Server, list[str]]] = {}
    with contextlib.ExitStack() as stack:
        path = "/api/v1/search?q=%s&limit=10"
        args = searcher_args(options.index, ours)
        paths = [path % quote_plus(query) for query in queries]
        servers["searcher"] = (stack.enter_context(running(args, ours, path)), paths)
        peers_path = f"{ROOT}{os.pathsep}{options.tantivy}"
        args = [sys.executable, str(HERE.parent / "peers.py"), "--work", options.work]
        path = "/search?q=%s"
        server = stack.enter_context(
            running([*args, "--serve", str(bare)], bare, path, PYTHONPATH=peers_path)
        )
        servers["tantivy"] = (server, [path % quote_plus(query) for query in queries])
        if options.datasette:
            args = [sys.executable, "-m", "datasette", "serve", f"{options.work}/articles.db"]
            args += ["--port", str(sql), "--setting", "sql_time_limit_ms", "10000"]
            path = f"/articles.json?{urlencode({'sql': SQL, '_shape': 'objects'})}&q="
            server = stack.enter_context(
                running(args, sql, path.replace("%", "%%") + "%s", PYTHONPATH=options.datasette)
            )
            paths = [path + quote_plus(" OR ".join(query.split())) for query in queries]
            servers["datasette"] = (server, paths)
        found: dict[str, list[dict[str, Any]]] = {name: [] for name in servers}
        for server, paths in servers.values():
            load(server, paths, 4, 2)  # caches, for all alike
        for _ in range(options.rounds):
            for name, (server, paths) in servers.items():
                found[name].append(load(server, paths, 16, options.seconds))
    figures: dict[str, Any] = {"connections": 16, "rounds": options.rounds}
    for name, rounds in found.items():
        figures[name] = {
            "per s, median": round(statistics.median(r["per_s"] for r in rounds), 1),
            "cpu ms, least": round(min(r["cpu_ms"] for r in rounds), 3),
            "cpu ms, median": round(statistics.median(r["cpu_ms"] for r in rounds), 3),
            "errors": sum(r["errors"] for r in rounds),
        }
    for name in list(found)[1:]:
        pairs = zip(found["searcher"], found[name], strict=True)
        ratios = [(a["per_s"] / b["per_s"], b["cpu_ms"] / a["cpu_ms"]) for a, b in pairs]
        figures[f"times {name}"] = {
            "rate, median of pairs": round(statistics.median(a for a, _ in ratios), 2),
            "cpu, median of pairs": round(statistics.median(b for _, b in ratios), 2),
        }
    return figures


def measure_costs(options: Any, queries: list[str]) -> dict[str, Any]:
    """Processor time of answers, one after another, over that of the library alone."""
    port = free_port()
    path = "/api/v1/search?q=%s&limit=10"
    rounds: dict[str, list[float]] = {}
    with (
        running(searcher_args(options.index, port), port, path) as server,
        Archive.open(options.index) as archive,
    ):
        asked = [path % quote_plus(query) for query in queries]
        # A path has one tag, so the one that is asked again is one only.
        with urllib.request.urlopen(server.url + asked[0], timeout=60) as answer:
            tag = answer.headers["ETag"]
        for _ in range(options.rounds):
            began = time.process_time()
            for query in queries:
                archive.search(query, limit=10, passages=True)
            spent = (time.process_time() - began) / len(queries) * 1000
            rounds.setdefault("library", []).append(spent)
            rounds.setdefault("api", []).append(load(server, asked, 1, 4)["cpu_ms"])
            pages = [f"/search?q={quote_plus(query)}" for query in queries]
            if options.pages:
                rounds.setdefault("page", []).append(load(server, pages, 1, 4)["cpu_ms"])
            rounds.setdefault("304", []).append(known_ms(server, asked[0], tag))
    figures = {f"{name}, cpu ms": round(min(found), 3) for name, found in rounds.items()}
    figures["api over library, cpu ms"] = round(min(rounds["api"]) - min(rounds["library"]), 3)
    return figures


def known_ms(server: Server, path: str, tag: str) -> float:
    """Processor time of an answer that the client has."""
    before, number = server.cpu_s(), 4_000
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nIf-None-Match: {tag}\r\n\r\n".encode()
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        for _ in range(number):
            connection.sendall(head)
            answer = b""
            while b"\r\n\r\n" not in answer:
                answer += connection.recv(65_536)
            assert answer.startswith(b"HTTP/1.1 304"), answer
    return (server.cpu_s() - before) / number * 1000


def measure_long(options: Any, queries: list[str]) -> dict[str, Any]:
    """64 connections for a minute."""
    port, path = free_port(), "/api/v1/search?q=%s&limit=10"
    paths = [path % quote_plus(query) for query in queries]
    with running(searcher_args(options.index, port), port, path) as server:
        load(server, paths, 64, 5)
        before = server.memory_mb()
        found = load(server, paths, 64, options.long)
        after = server.memory_mb()
    return {
        "seconds": options.long,
        "requests": found["requests"],
        "errors": found["errors"],
        "p50 ms": round(found["p50_ms"], 1),
        "p99 ms": round(found["p99_ms"], 1),
        "p99 / p50": round(found["p99_ms"] / found["p50_ms"], 2),
        "memory before MB": round(before, 1),
        "memory growth MB": round(after - before, 1),
    }


DEADLINE_S = 5
COSTLY = ("m* w/50 s*", "said w/s (the OR a)", "s* w/40 t*", "(a* OR b*) w/30 c*", "the w/50 of")


def measure_costly(options: Any, queries: list[str]) -> dict[str, Any]:
    """Cheap queries alone, and beside twenty costly ones at once, in turns."""
    port, path = free_port(), "/api/v1/search?q=%s&limit=10"
    paths = [path % quote_plus(query) for query in queries]
    rounds: list[dict[str, Any]] = []
    ends: list[tuple[int, float]] = []
    args = searcher_args(options.index, port, "--deadline", str(DEADLINE_S))
    with running(args, port, path) as server:
        load(server, paths, 2, 2)
        before = server.memory_mb(), server.shared_mb()
        for _ in range(options.rounds):
            alone = load(server, paths, 2, options.seconds)
            with crowd_of_costly(server, path, ends), memory_at_most(server) as most:
                time.sleep(0.5)
                beside = load(server, paths, 2, 2 * options.seconds)
            time.sleep(0.5)
            at_rest = server.memory_mb(), server.shared_mb()
            rounds.append({"alone": alone, "beside": beside, "most": most[0], "rest": at_rest})

    def median(which: str, what: str) -> float:
        values: list[float] = [one[which][what] for one in rounds]
        return round(statistics.median(values), 1)

    ratios = [one["beside"]["p99_ms"] / one["alone"]["p99_ms"] for one in rounds]
    return {
        "rounds": len(rounds),
        "alone p50, p99 ms, medians": [median("alone", "p50_ms"), median("alone", "p99_ms")],
        "beside p50, p99 ms, medians": [median("beside", "p50_ms"), median("beside", "p99_ms")],
        "p99 beside / alone, median of pairs": round(statistics.median(ratios), 1),
        "each pair": [round(ratio, 1) for ratio in ratios],
        "cheap ones that failed": sum(one["beside"]["errors"] for one in rounds),
        "costly ones": dict(Counter(status for status, _ in ends)),
        "longest costly one s": round(max(taken for _, taken in ends), 2),
        "memory MB": {
            "own, before": round(before[0], 1),
            "own, at most, each round": [round(one["most"], 1) for one in rounds],
            "own, after each round": [round(one["rest"][0], 1) for one in rounds],
            "share of all, before": round(before[1], 1),
            "share of all, after each round": [round(one["rest"][1], 1) for one in rounds],
        },
    }


@contextlib.contextmanager
def crowd_of_costly(server: Server, path: str, ends: list[tuple[int, float]]) -> Iterator[None]:
    """Twenty who ask costly queries, each again when it is answered, while the block runs."""
    is_over = threading.Event()

    def ask(query: str) -> None:
        while not is_over.is_set():
            began = time.perf_counter()
            try:
                status, _ = server.get(path % quote_plus(query))
            except urllib.error.HTTPError as error:
                status = error.code
            ends.append((status, time.perf_counter() - began))

    threads = [threading.Thread(target=ask, args=(query,)) for query in COSTLY * 4]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        is_over.set()
        for thread in threads:
            thread.join()


@contextlib.contextmanager
def memory_at_most(server: Server) -> Iterator[list[float]]:
    """The most memory of its own that the server has while the block runs, in a list."""
    most, is_over = [0.0], threading.Event()

    def look() -> None:
        while not is_over.wait(0.05):
            most[0] = max(most[0], own_mb(server.process.pid))

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield most
    finally:
        is_over.set()
        looking.join()


def measure_workers(options: Any, queries: list[str]) -> dict[str, Any]:
    """One process and two, in turn; with both processors, and each pinned to one of its own.

    The core searches without Python's lock, so one process has more than one processor where
    there are two, and two have not twice as many; pinned ones say what a second brings.
    """
    path = "/api/v1/search?q=%s&limit=10"
    paths = [path % quote_plus(query) for query in queries]
    kinds = {"one": 1, "two": 2, "one, pinned": 1, "two, pinned": 2}
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in kinds}
    for _ in range(options.rounds):
        for name, workers in kinds.items():
            port = free_port()
            args = searcher_args(options.index, port, "--workers", str(workers))
            with running(args, port, path) as server:
                if "pinned" in name:
                    for number, pid in enumerate(server.pids()[-workers:]):
                        pin = ["taskset", "-a", "-c", "-p", str(number), str(pid)]
                        subprocess.run(pin, check=True, stdout=subprocess.DEVNULL)
                load(server, paths, 16, 1)
                found[name].append(load(server, paths, 16, options.seconds))

    def ratio(name: str, other: str) -> float:
        pairs = zip(found[name], found[other], strict=True)
        ratios: list[float] = [one["per_s"] / two["per_s"] for one, two in pairs]
        return round(statistics.median(ratios), 2)

    figures: dict[str, Any] = {"load of the machine": round(os.getloadavg()[0], 1)}
    for name, rounds in found.items():
        figures[name] = {
            "per s, median": round(statistics.median(one["per_s"] for one in rounds), 1),
            "cpu ms, least": round(min(one["cpu_ms"] for one in rounds), 2),
            "processors it takes": round(
                statistics.median(one["cpu_s"] / one["seconds"] for one in rounds), 2
            ),
            "processors wrk takes": round(
                statistics.median(one["client_cpu_s"] / one["seconds"] for one in rounds), 2
            ),
        }
    figures["two beside one, rate"] = ratio("two", "one")
    figures["two beside one, pinned, rate"] = ratio("two, pinned", "one, pinned")
    return figures


def measure_start(options: Any) -> dict[str, Any]:
    """From the command to the first answer, and beside it a cold `searcher query`."""
    taken, spent, cold = [], [], []
    compileall.compile_dir(ROOT / "searcher", quiet=2)
    for _ in range(options.rounds):
        before = os.times()
        subprocess.run(
            [sys.executable, "-m", "searcher", "query", "--index", options.index, "oil"],
            stdout=subprocess.DEVNULL,
            check=True,
        )
        after = os.times()
        cold.append(after.children_user + after.children_system - before[2] - before[3])
        port = free_port()
        path = "/api/v1/search?q=%s"
        with running(searcher_args(options.index, port), port, path) as server:
            taken.append(server.start_s)
            spent.append(server.cpu_s())
    return {
        "s, least": round(min(taken), 2),
        "s, median": round(statistics.median(taken), 2),
        "cpu s, least": round(min(spent), 2),
        "cold query, cpu s, least": round(min(cold), 2),
    }


def measure_export(options: Any) -> dict[str, Any]:
    """A set of some 42,000, taken away."""
    port = free_port()
    found = []
    with running(searcher_args(options.index, port), port, "/api/v1/search?q=%s") as server:
        for _ in range(options.rounds):
            before, began = server.cpu_s(), time.perf_counter()
            url = f"{server.url}/api/v1/export?q=oil+price"
            with urllib.request.urlopen(url, timeout=600) as answer:
                first = answer.read(1)
                first_ms = (time.perf_counter() - began) * 1000
                data = first + answer.read()
            taken = time.perf_counter() - began
            last = json.loads(data[data.rstrip().rfind(b"\n") + 1 :])
            found.append((last["rows"], taken, first_ms, server.cpu_s() - before, len(data)))
    rows, _, _, _, size = found[0]
    return {
        "rows": rows,
        "MB": round(size / 1e6, 1),
        "rows per s, best": round(max(rows / taken for _, taken, _, _, _ in found)),
        "rows per s of processor": round(rows / min(spent for *_, spent, _ in found)),
        "first byte ms, least": round(min(first for _, _, first, _, _ in found), 1),
        "first byte ms, median": round(statistics.median(f for _, _, f, _, _ in found), 1),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("what", nargs="+", choices=[*MEASURED])
    parser.add_argument("--index", required=True)
    parser.add_argument("--work", default="/tmp/serving-peers", help="where peers.py put theirs")
    parser.add_argument("--tantivy", default="", help="where its package is, if not installed")
    parser.add_argument("--datasette", default="", help="where its packages are; none if left out")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--long", type=float, default=60)
    parser.add_argument("--queries", type=int, default=400)
    parser.add_argument("--pages", action="store_true", help="costs: of the search page too")
    parser.add_argument("--keep", action="store_true", help="write the figures under runs/")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        print("wrk is not here: apt-get install wrk", file=sys.stderr)
        return 2
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    queries = headline_queries(options.index, options.queries, 1)
    figures: dict[str, Any] = {"queries": len(queries), "load before": os.getloadavg()[0]}
    for what in options.what:
        measure, needs_queries = MEASURED[what]
        figures[what] = measure(options, queries) if needs_queries else measure(options)
        print(what, json.dumps(figures[what], indent=1))
    if options.keep:
        print(keep("serving-" + "-".join(options.what), figures))
    return 0


MEASURED: dict[str, tuple[Any, bool]] = {
    "rates": (measure_rates, True),
    "costs": (measure_costs, True),
    "long": (measure_long, True),
    "costly": (measure_costly, True),
    "workers": (measure_workers, True),
    "start": (measure_start, False),
    "export": (measure_export, False),
}


if __name__ == "__main__":
    sys.exit(main())
