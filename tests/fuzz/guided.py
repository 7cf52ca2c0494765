"""One search for input that breaks one family of readers, guided by Atheris.

`reading.py` starts this once for each family.  It is a process of its own because what is to
be watched must be imported first by Atheris, which puts its counters into the bytecode, and
because libFuzzer does not come back.  The time is that of the processor; the last line says
how many inputs were tried.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import time
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["searcher.reading", "searcher.article"]):
    from searcher.reading.formats import FORMATS
    from tests.fuzz.check import Unpacked, problem_of
    from tests.fuzz.seeds import named

# Of the clock, which goes on when this process waits; check.py ends what is slow.
_HANG_SECONDS = 3600
_MEMORY_MB = 2000
_LONGEST = 16_000


def main() -> None:
    """Look for problems of one family until the time is over."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("family")
    parser.add_argument("seconds", type=int)
    options = parser.parse_args()
    folder, family = options.folder, options.family
    with atheris.instrument_imports(include=["searcher.reading"]):
        for format_ in FORMATS:
            if format_.module.partition(".")[0] == family:
                importlib.import_module(f"searcher.reading.{format_.module}")
    seen: set[str] = set()
    tried = 0

    def one(data: bytes) -> None:
        nonlocal tried
        if time.process_time() > options.seconds:
            print(f"tried {tried}", file=sys.stderr, flush=True)
            os._exit(0)
        tried += 1
        if len(data) < 2:
            return
        name, content = named(data)
        problem = problem_of(content, name)
        if problem is not None and problem[0] not in seen:
            seen.add(problem[0])
            place = folder / "found" / f"{family}-{problem[0]}"
            place.write_bytes(content)
            place.with_name(place.name + ".txt").write_text(f"{name}\n{problem[1]}")

    def mutated(data: bytes, most: int, seed: int) -> bytes:
        unpacked = Unpacked.of(data[1:], seed) if seed % 8 else None
        if unpacked is None:
            return bytes(atheris.Mutate(data, most))
        packed = unpacked.packed(bytes(atheris.Mutate(unpacked.part[:most], most)))
        return data[:1] + packed if len(packed) < most else bytes(atheris.Mutate(data, most))

    arguments = [
        sys.argv[0],
        str(folder / family),
        f"-dict={folder / 'signs'}",
        f"-artifact_prefix={folder / 'found'}{os.sep}{family}-",
        f"-max_len={_LONGEST}",
        f"-timeout={_HANG_SECONDS}",
        f"-report_slow_units={_HANG_SECONDS}",
        f"-rss_limit_mb={_MEMORY_MB}",
    ]
    atheris.Setup(arguments, one, custom_mutator=mutated)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
