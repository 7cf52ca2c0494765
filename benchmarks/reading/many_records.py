"""Does a file of very many records take memory in proportion to them?

`python benchmarks/reading/many_records.py --records 1000000 [--format warc] [--keep]` writes one
file of that many records (invented words, no two texts alike), indexes it with `searcher index`
into a folder that is removed again, and samples the memory of the command and all its children
twice a second: private pages and the process's share of shared ones (PSS), without the pages of
mapped segments, which belong to the system's cache.  Shown are the peaks of each tenth of the
run: constant memory is a row that does not rise.  Linux only (it reads `/proc`).

A commit is due when `--memory-mb` are held (64 here, to have many of them) or a minute has passed;
with the 256 of the default, one minute on a fast machine holds more than one on a busy machine,
which looks like growth and is none.

Copies are not looked for (`--no-groups`): what is known of every text for that is a row an article,
which `--groups` measures.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

from runs_store import keep  # noqa: E402

_PARTS = 10
_WORDS_AN_ARTICLE = 120
_WORDS = 50_000
_PAGE = (
    "<!DOCTYPE html><html><head><title>{title}</title>"
    '<meta property="article:published_time" content="{date}T08:00:00Z"></head>'
    "<body><article><h1>{title}</h1><p>By Ada Example</p>{paragraphs}</article></body></html>"
)


def records(count: int) -> Iterator[tuple[str, str, list[str]]]:
    """Title, date and paragraphs of each article; the same ones every time."""
    chance = random.Random(7)
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["".join(chance.choices(letters, k=chance.randint(3, 9))) for _ in range(_WORDS)]
    for number in range(count):
        # Cubes of a uniform number: few words often, many seldom, as in a language.
        text = [words[int(chance.random() ** 3 * _WORDS)] for _ in range(_WORDS_AN_ARTICLE)]
        paragraphs = [" ".join(text[at : at + 30]).capitalize() + "." for at in range(0, 120, 30)]
        day = f"{2001 + number % 20}-{number % 12 + 1:02}-{number % 28 + 1:02}"
        yield f"{' '.join(text[:6]).capitalize()} {number}", day, paragraphs


def write(path: Path, count: int) -> None:
    """The file, in the form that its name says."""
    if path.suffix == ".jsonl":
        with path.open("w", encoding="utf-8") as file:
            for title, date, paragraphs in records(count):
                record = {"title": title, "date": date, "text": "\n\n".join(paragraphs)}
                file.write(json.dumps(record) + "\n")
        return
    # One member a record is how crawlers write; level 1, or the writing takes the longest.
    with path.open("wb") as file:
        for number, (title, date, paragraphs) in enumerate(records(count)):
            body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
            page = _PAGE.format(title=title, date=date, paragraphs=body).encode()
            answer = (
                b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
                b"Content-Length: %d\r\n\r\n" % len(page) + page
            )
            head = (
                "WARC/1.0\r\nWARC-Type: response\r\n"
                f"WARC-Target-URI: https://news.example/{date[:4]}/article-{number}.html\r\n"
                f"WARC-Date: {date}T09:00:00Z\r\nWARC-Record-ID: <urn:test:{number}>\r\n"
                "Content-Type: application/http; msgtype=response\r\n"
                f"Content-Length: {len(answer)}\r\n\r\n"
            ).encode()
            file.write(gzip.compress(head + answer + b"\r\n\r\n", compresslevel=1))


def held_mb(process: int) -> tuple[float, int]:
    """Memory of `process` and all below it in megabytes, and how many processes that are."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(path.parent.name))
    waiting, total, count = [process], 0, 0
    while waiting:
        one = waiting.pop()
        waiting += children.get(one, ())
        try:
            rows = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        count += 1
        pss = {row.split(":")[0]: int(row.split()[1]) for row in rows[1:] if row.endswith("kB")}
        total += pss.get("Pss_Anon", 0) + pss.get("Pss_Shmem", 0) or pss.get("Pss", 0)
    return total / 1024, count


def _seconds_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(form: str, count: int, *, groups: bool, memory_mb: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="searcher-many-") as folder:
        source = Path(folder) / f"records.{'jsonl' if form == 'jsonl' else 'warc.gz'}"
        write(source, count)
        began, samples = time.monotonic(), []
        used = _seconds_of_children()
        command = [sys.executable, "-m", "searcher", "index", "--quiet", "--json"]
        command += ["--memory-mb", str(memory_mb)]
        command += [*([] if groups else ["--no-groups"]), "--index"]
        command += [str(Path(folder) / "index"), str(source)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        while process.poll() is None:
            samples.append(held_mb(process.pid))
            time.sleep(0.5)
        assert process.stdout
        report = json.loads(process.stdout.read())
        tenth = max(1, len(samples) // _PARTS)
        peaks = [
            max(mb for mb, _ in samples[at : at + tenth]) for at in range(0, len(samples), tenth)
        ]
        return {
            "records": count,
            "groups": groups,
            "memory_mb": memory_mb,
            "file_mb": round(source.stat().st_size / 1e6),
            "exit": process.returncode,
            "added": report.get("added"),
            "seconds": round(time.monotonic() - began),
            "cpu_seconds": round(_seconds_of_children() - used),
            "processes": max(number for _, number in samples),
            "peak_mb_by_tenth": [round(mb) for mb in peaks],
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--format", choices=["jsonl", "warc"], action="append")
    parser.add_argument("--groups", action="store_true", help="look for copies too")
    parser.add_argument("--memory-mb", type=int, default=64, help="held before a commit")
    parser.add_argument("--keep", action="store_true", help="write a file under benchmarks/runs/")
    options = parser.parse_args()
    figures = {}
    for form in options.format or ["jsonl", "warc"]:
        figures[form] = measure(
            form, options.records, groups=options.groups, memory_mb=options.memory_mb
        )
        print(form, json.dumps(figures[form]), flush=True)
    if options.keep:
        keep("many-records", figures)


if __name__ == "__main__":
    main()
