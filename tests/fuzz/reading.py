"""Which bytes break a reader?  A search guided by what the readers reach.

    python -m tests.fuzz.reading FOLDER --minutes 60 [--family wire ...]

needs Atheris (`pip install atheris`: libFuzzer over instrumented Python, Linux only).  Every
family of readers gets its share of the minutes (of the processor), in slices, each in a process
of its own, one after the other.  `FOLDER/FAMILY/` keeps the inputs that reached something new, so
that the next search goes on from there; `FOLDER/found/` has each problem once: the input, its
name and what happened.  A problem does not end the search.

What must hold is in check.py: only articles and `ReadError`s, in five seconds.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import resource
import subprocess
import sys
from collections import Counter
from pathlib import Path

from tests.fuzz.seeds import families

_SLICE_SECONDS = 60
_SIGNS = (
    *("<", ">", "</", "/>", "<!--", "-->", "<![CDATA[", "]]>", "&#x", "&amp;", "=\\x22"),
    *("{", "}", "[", "]", "\\x22:", "\\x0a\\x0a", "\\x0d\\x0a", "\\x00", "\\xff"),
    *("From ", "Content-Type: ", "boundary=", "charset=", "base64", "=?utf-8?q?"),
    *("99999999999", "-1", "1e999", "\\\\u", "\\\\bin", "0000-00-00", "T25:61:61", "+99:99", "NaN"),
)  # fmt: skip


def main() -> None:
    """Search, and print how far it came after every slice."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--family", action="append")
    options = parser.parse_args()
    folder = options.folder.resolve()
    found = families()
    chosen = options.family or sorted(found)
    (folder / "found").mkdir(parents=True, exist_ok=True)
    (folder / "signs").write_text("".join(f'"{sign}"\n' for sign in _SIGNS))
    for family in chosen:
        (folder / family).mkdir(exist_ok=True)
        for seed in found[family]:
            (folder / family / hashlib.sha1(seed).hexdigest()).write_bytes(seed)
    tried: Counter[str] = Counter()
    began = _seconds_of_children()
    while (used := _seconds_of_children() - began) < options.minutes * 60:
        share = (options.minutes * 60 - used) / len(chosen)
        for family in chosen:
            tried[family] += _search(folder, family, max(5, min(_SLICE_SECONDS, int(share))))
            used = _seconds_of_children() - began
            problems = [path.stem for path in (folder / "found").glob("*.txt")]
            print(
                f"{used / 60:.1f} minutes of the processor, {tried.total():,} inputs "
                f"({family} {tried[family]:,}), problems: {', '.join(sorted(problems)) or 'none'}",
                flush=True,
            )
    print(*(f"{family}: {count:,} inputs" for family, count in tried.items()), sep="\n")


def _search(folder: Path, family: str, seconds: int) -> int:
    """Search in a process of its own; how many inputs it tried."""
    command = [sys.executable, "-m", "tests.fuzz.guided", str(folder), family, str(seconds)]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    (folder / f"{family}.log").write_text(done.stderr[-20_000:])
    if done.returncode:
        (folder / "found" / f"{family}-ended.txt").write_text(done.stderr[-20_000:])
    said = re.findall(r"^tried (\d+)|^#(\d+)", done.stderr, re.M)
    return int("".join(said[-1])) if said else 0


def _seconds_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
