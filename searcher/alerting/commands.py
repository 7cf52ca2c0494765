"""How is a program told what an alert found?

It is started without a shell, with the delivery as one object of JSON on its standard input
and the name of the run in `SEARCHER_ALERT_RUN`.  It has taken it in when it ends with 0.  Any
other end, or none in time, is a failure: the same delivery is tried again at the next run.

So a program gets each delivery once or more: one that was killed, or whose caller was, after it
had done its work and before that could be noted, gets it again, under the same name.  A program
that must not do a thing twice keeps that name.

It runs in a session of its own, and is ended with all it has started when its time is over.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from typing import IO

from searcher.alerting.forms import as_json
from searcher.alerting.ringing import Ringing

__all__ = ["CommandFailedError", "run_command"]

_MOST_SAID_BYTES = 500
_PIECE_BYTES = 1 << 16


class CommandFailedError(Exception):
    """A program did not take in what it was told."""


def run_command(command: Sequence[str], ringing: Ringing, *, timeout_s: float) -> None:
    """Run the program `command`, with its arguments, on `ringing`.

    Raises:
        CommandFailedError: it cannot be started, did not end with 0, or not in time.
        OSError: there is no room for what it is to read.
    """
    environment = {
        **os.environ,
        "SEARCHER_ALERT": ringing.alert,
        "SEARCHER_ALERT_RUN": ringing.run,
    }
    # A file and not a pipe, so that nobody waits for a program that does not read.
    with tempfile.TemporaryFile() as told:
        told.write(as_json(ringing))
        told.seek(0)
        try:
            process = subprocess.Popen(
                list(command),
                stdin=told,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env=environment,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise CommandFailedError(f"{command[0]} cannot be started: {reason}") from error
    assert process.stderr is not None
    said = _Said(process.stderr)
    try:
        code = process.wait(timeout_s)
    except subprocess.TimeoutExpired:
        raise CommandFailedError(
            f"{command[0]} did not end within {timeout_s:g} s and was stopped"
        ) from None
    finally:
        if process.returncode is None:  # Ctrl-C ends it too
            _end(process)
    if code:
        how = f"ended with {code}" if code > 0 else f"was ended by signal {-code}"
        text = said.text()
        raise CommandFailedError(f"{command[0]} {how}" + (f": {text}" if text else ""))


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()


class _Said:
    """The end of what a program says on standard error, however much that is."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._last = b""
        # One that left a process behind with the stream open is not waited for.
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        with self._stream, contextlib.suppress(OSError, ValueError):
            while piece := os.read(self._stream.fileno(), _PIECE_BYTES):
                self._last = (self._last + piece)[-_MOST_SAID_BYTES:]

    def text(self) -> str:
        """What it is, on one line."""
        self._reader.join(1.0)
        return " ".join(self._last.decode("utf-8", "replace").split())
