"""What does a file begin with?

`Head` is what the signs of formats look at: the first 32 KiB of a file, unpacked, as
bytes, as bytes of plain ASCII markup, and as text; and the extension of its name, for what
content does not say.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from searcher.errors import ReadError
from searcher.reading.compression import SUFFIXES
from searcher.reading.encoding import decode, is_binary
from searcher.reading.recognition import extension_of
from searcher.reading.sniff import plain_head

__all__ = ["Head"]


@dataclass(frozen=True)
class Head:
    """The beginning of a file.

    Arguments:
        raw: its first 32 KiB, or all of it.
        name: what it is called.
    """

    raw: bytes
    name: str
    extension: str = field(init=False)
    """In lower case with its dot; "" if it has none."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "extension", extension_of(self.name, SUFFIXES))

    @cached_property
    def plain(self) -> bytes:
        """Without byte order mark, and UTF-16 as if it were ASCII."""
        return plain_head(self.raw)

    @cached_property
    def readable(self) -> str | None:
        """As text good enough to see its shape; None when it is binary."""
        raw = self.raw
        if not is_binary(raw) and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            return raw.decode("utf-8", "replace")
        try:
            return decode(raw, name=self.name)[0]
        except ReadError:
            return None

    @property
    def text(self) -> str:
        """As text; "" when it is binary."""
        return self.readable or ""
