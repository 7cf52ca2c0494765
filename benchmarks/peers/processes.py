"""How is an engine's process started and asked?"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any

HERE = Path(__file__).parent


class EngineError(Exception):
    """An engine could not do what it was asked."""


class EngineProcess:
    """A running engine; use as a context manager."""

    def __init__(self, name: str, command: list[str], log: Path) -> None:
        self.name = name
        self._log = log.open("a", encoding="utf-8")
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            encoding="utf-8",
            # The engines of this folder, and the Searcher of this checkout.
            env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, HERE.parents[:2]))},
        )

    def ask(self, do: str, **arguments: Any) -> dict[str, Any]:
        """Send one request and return its answer.

        Raises:
            EngineError: the engine said that it failed, or died.
        """
        assert self._process.stdin and self._process.stdout
        try:
            self._process.stdin.write(json.dumps({"do": do, **arguments}) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            code = self._process.wait()
            raise EngineError(f"{self.name} ended with {code} at {do}; see {self._log.name}")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise EngineError(f"{self.name} at {do}: {answer['error']}")
        return answer

    def close(self) -> None:
        assert self._process.stdin
        try:
            self._process.stdin.write('{"do": "quit"}\n')
            self._process.stdin.close()
        except BrokenPipeError:
            pass
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def __enter__(self) -> EngineProcess:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
