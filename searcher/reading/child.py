"""How is a file read by a parser that nobody should have in his own process?

Parsers in C++ of formats that are programs in themselves (PDF), or that believe the sizes a
file states (Arrow), may crash, loop, or take all memory. `records_of_child` starts a Python of
ours with limits, gives it the file as its standard input, and yields the JSON values that it
writes, one a line; `serve` is the other side: it sets the limits and says what goes wrong.

The limits are the system's: memory (address space), time of the processor for the whole file,
and of the clock between two values; where a system has none of them (Windows), a crash is all
that a child keeps away.

A file on the disk is handed over as it is; what was packed, or stands in another file, is put
into memory first, up to 256 MiB.
"""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from importlib.util import find_spec
from typing import BinaryIO, NamedTuple, cast

from searcher.errors import ReadError
from searcher.importing import InstalledOnly, isolated_command, neutral_folder
from searcher.reading.beside import own_path
from searcher.reading.source import MAX_ARTICLE, Source

__all__ = ["Limits", "Refused", "is_installed", "records_of_child", "serve"]

_IN_MEMORY = 256 << 20
_LONGEST_LINE = 6 * MAX_ARTICLE  # a sign of text takes up to six bytes as JSON
_VALUE, _ERROR, _REFUSED, _END = "value", "error", "refused", "end"


class Limits(NamedTuple):
    """What a child may take; `processor_seconds` of 0 is as long as it needs."""

    memory_mb: int
    processor_seconds: int
    pause_seconds: int


class Refused(Exception):
    """What a child says of a file that it does not read; `damaged` ones are not whole."""

    def __init__(self, reason: str, hint: str | None = None, *, damaged: bool = False) -> None:
        self.reason = reason
        self.hint = hint
        self.damaged = damaged
        super().__init__(reason)


def is_installed(package: str) -> bool:
    """Whether `package` can be imported; nothing is."""
    with InstalledOnly():
        try:
            return find_spec(package) is not None
        except (ImportError, ValueError):
            return False


def records_of_child(
    source: Source,
    module: str,
    *arguments: str,
    limits: Limits,
    kind: str,
    report: Callable[[ReadError], None],
) -> Iterator[object]:
    """Yield what `module.main(...)` of Searcher says of the file of `source`.

    Raises:
        ReadError: it refuses the file, or ends before it is through.
    """
    with _file_of(source) as file:
        command = isolated_command(module, json.dumps(limits), *arguments)
        # Allocators that set aside gigabytes of addresses are counted by the limit.
        environment = {**os.environ, "ARROW_DEFAULT_MEMORY_POOL": "system"}
        process = subprocess.Popen(
            command,
            stdin=file.fileno(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=neutral_folder(),
            env=environment,
        )
        out = process.stdout
        assert out is not None
        try:
            ended = False
            while not ended:
                try:
                    said, value = json.loads(out.readline(_LONGEST_LINE))
                except (ValueError, TypeError):  # it is gone, or was in the middle of a line
                    break
                if said == _VALUE:
                    yield value
                elif said == _ERROR:
                    report(ReadError(source.name, str(value)))
                elif said == _REFUSED:
                    reason, hint, damaged = value
                    raise ReadError(source.name, reason, hint=hint, kind=None if damaged else kind)
                else:
                    ended = said == _END
            if not ended:
                out.close()
                raise ReadError(source.name, _why(process.wait(), limits))
        finally:
            process.kill()
            process.wait()
            out.close()


def _why(code: int, limits: Limits) -> str:
    names = {-int(number): number.name for number in signal.Signals}
    if names.get(code) == "SIGXCPU":
        return f"takes more than {limits.processor_seconds} seconds, and the rest is not read"
    if names.get(code) == "SIGALRM":
        return f"took more than {limits.pause_seconds} seconds, and the rest is not read"
    if code == _NO_MEMORY or names.get(code) in ("SIGABRT", "SIGTRAP"):
        return f"takes more than {limits.memory_mb} MB of memory, or breaks its reader"
    return f"broke its reader ({names.get(code, f'exit {code}')})"


def _file_of(source: Source) -> BinaryIO:
    """The bytes of `source` as a file that has a descriptor."""
    raw = getattr(source.stream, "raw", None)
    if own_path(source) is not None and isinstance(raw, io.FileIO):
        return os.fdopen(os.dup(raw.fileno()), "rb")
    data = source.read(_IN_MEMORY)
    if hasattr(os, "memfd_create"):
        file = cast(BinaryIO, os.fdopen(os.memfd_create("searcher"), "w+b"))
    else:
        file = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 - the caller closes it
    try:
        file.write(data)
        file.flush()
    except BaseException:
        file.close()
        raise
    return file


_NO_MEMORY = 3


def serve(read: Callable[[BinaryIO], Iterable[object]]) -> None:
    """Be the child: write each value of `read`, which gets the file.

    An item that is a `ReadError` is said as the error of one record; `Refused`, raised, is said
    of the whole file.
    """
    limits = Limits(*json.loads(sys.argv[1]))
    _limit(limits)
    file = os.fdopen(0, "rb", buffering=1 << 20)
    file.seek(0)
    out = os.fdopen(1, "wb")

    def say(said: str, value: object) -> None:
        _stop_clock()  # who listens may take his time
        out.write(json.dumps([said, value]).encode("ascii") + b"\n")
        out.flush()
        _restart_clock(limits)

    try:
        for item in read(file):
            say(*((_ERROR, item.reason) if isinstance(item, ReadError) else (_VALUE, item)))
        say(_END, None)
    except Refused as refused:
        say(_REFUSED, [refused.reason, refused.hint, refused.damaged])
    except MemoryError:
        os._exit(_NO_MEMORY)
    except BrokenPipeError:  # nobody listens any more
        pass
    with suppress(OSError):
        out.flush()
    os._exit(0)  # what a parser does when it is taken down is of no interest


def _stop_clock() -> None:
    if hasattr(signal, "alarm"):
        signal.alarm(0)


def _restart_clock(limits: Limits) -> None:
    if hasattr(signal, "alarm"):
        signal.alarm(limits.pause_seconds)


def _limit(limits: Limits) -> None:
    _restart_clock(limits)
    with InstalledOnly(), suppress(ImportError):
        import resource

        wanted = [(resource.RLIMIT_AS, limits.memory_mb << 20), (resource.RLIMIT_CORE, 0)]
        if limits.processor_seconds:
            wanted.append((resource.RLIMIT_CPU, limits.processor_seconds))
        for which, most in wanted:
            _, hard = resource.getrlimit(which)
            if hard != resource.RLIM_INFINITY:
                most = min(most, hard)
            with suppress(OSError, ValueError):
                # The soft limit of time ends it with a signal of its own name.
                upper = most + 1 if which == resource.RLIMIT_CPU else most
                resource.setrlimit(which, (most, min(upper, hard) if hard > 0 else upper))
