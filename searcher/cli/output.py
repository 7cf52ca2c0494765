"""How does text reach a terminal or a pipe, whatever is in it?

Articles, file names, queries and error messages may hold escape sequences that would
retitle a terminal, hide lines or reorder them.  So nothing in this package prints but
the functions here, and they show every control character as visible text: ESC comes
out as `\\x1b`.  Colours are given as data (`Styled`) and become escape sequences after
the text was made safe; they are used on a terminal only, and never where `NO_COLOR`
is set (no-color.org).
"""

from __future__ import annotations

import json
import os
import re
import sys
from typing import IO, Any, Literal, NamedTuple

from searcher.typography import visible as safe

__all__ = [
    "OutputError",
    "RightToLeft",
    "Screen",
    "Style",
    "Styled",
    "discard_output",
    "flush_streams",
    "one_line",
    "prepare_streams",
    "print_json",
    "safe",
    "stderr",
    "stdout",
    "to_json",
]

Style = Literal["bold", "dim", "match", "removed", "added"]
_SGR = {
    "bold": "\x1b[1m", "dim": "\x1b[2m", "match": "\x1b[1;33m", "removed": "\x1b[31m",
    "added": "\x1b[32m",
}  # fmt: skip
_RESET = "\x1b[0m"
_MAX_WIDTH = 96  # longer lines are hard to read

# What JSON's own rules leave as it is.  A line feed is already written as \n there.
_UNSAFE_IN_JSON = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def one_line(text: str) -> str:
    """`text`, safe, on a single line."""
    return safe(" ".join(text.split("\n")))


class OutputError(Exception):
    """The output cannot be written, for another reason than that nobody reads it."""


class Styled(NamedTuple):
    """A piece of a line, and how to show it where colours are shown."""

    text: str
    style: Style


class RightToLeft(NamedTuple):
    """Pieces that stand in their order from right to left, whatever they hold, within a line
    that goes on from left to right."""

    pieces: tuple[str | Styled, ...]


# An isolate that runs from right to left, and what ends it; a mark behind, or blanks at its end
# would be put at the end of the line (UAX 9, L1); one between two pieces, or those of another
# script would grow together and change places.
_ISOLATE, _ISOLATED, _BETWEEN = "\u2067", "\u2069\u200e", "\u200f"


class Screen:
    """An output stream, seen as something that people read."""

    def __init__(self, stream: IO[str] | None) -> None:
        self._stream = stream
        self.is_terminal = stream is not None and stream.isatty()
        self.has_colour = (
            self.is_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        )

    @property
    def width(self) -> int | None:
        """The columns to wrap text to; None for a pipe, where lines stay whole."""
        if not self.is_terminal:
            return None
        import shutil  # pulls in every compressor: not before it is needed

        return max(20, min(shutil.get_terminal_size().columns, _MAX_WIDTH))

    def line(self, *pieces: str | Styled | RightToLeft) -> None:
        """Write the pieces, made safe, as a line."""
        self._write("".join(map(self._shown, pieces)) + "\n")

    def _shown(self, piece: str | Styled | RightToLeft) -> str:
        if isinstance(piece, str):
            return safe(piece)
        if isinstance(piece, RightToLeft):
            return f"{_ISOLATE}{_BETWEEN.join(map(self._shown, piece.pieces))}{_ISOLATED}"
        if self.has_colour and piece.text:
            return f"{_SGR[piece.style]}{safe(piece.text)}{_RESET}"
        return safe(piece.text)

    def redraw(self, text: str) -> None:
        """Put `text` instead of the terminal's current line.  Cost: one write."""
        self._write("\r" + one_line(text) + "\x1b[K")
        if self._stream is not None:
            self._stream.flush()

    def _write(self, text: str) -> None:
        _write(self._stream, text)


def _write(stream: IO[str] | None, text: str) -> None:
    try:
        if stream is not None:
            stream.write(text)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(error.strerror or str(error)) from error


def stdout() -> Screen:
    """Where answers go."""
    return Screen(sys.stdout)


def stderr() -> Screen:
    """Where everything goes that is not an answer."""
    return Screen(sys.stderr)


def to_json(value: Any, *, ascii_only: bool = False) -> str:
    """`value` as one line of JSON in which no control character stands as itself."""
    text = json.dumps(value, ensure_ascii=ascii_only)
    return _UNSAFE_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def print_json(value: Any) -> None:
    """Write `value` to stdout as one line of JSON."""
    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").lower().replace("_", "-")
    _write(sys.stdout, to_json(value, ascii_only=encoding not in ("utf-8", "utf8")) + "\n")


def flush_streams() -> None:
    """See to it that what was written is out."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputError(error.strerror or str(error)) from error


def prepare_streams() -> None:
    """Let text that the stream's encoding cannot hold come out as escapes, not as an error."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def discard_output() -> None:
    """Send the rest of the output nowhere: whoever read it is gone, or the disk is full.

    The interpreter flushes its streams once more at exit and would complain.
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(nowhere, stream.fileno())
        except (AttributeError, ValueError):
            continue  # closed from the start
    os.close(nowhere)
