"""What may a stranger write into each field of an article?"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from searcher import Archive, Article

__all__ = ["PAYLOADS", "make_hostile_index"]

PAYLOADS = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)", "&lt;b&gt; &amp; &#60;i&#62;", "{{ 7 * 7 }}{% raw %}", "**bold**",
    "</article></main><h1>fake</h1>", "javascript:alert(1)", "\x00\x1b[31m\x07", "\u202egnp.exe",
    "\U000e0041\U000e0042 tags", "</textarea></pre></title>", "<!-- -->", "]]>", "\u2066isolated",
    "=cmd|' /C calc'!A0", "line\rends\x85here", "x" * 5000,
)  # fmt: skip


def make_hostile_index(path: Path) -> None:
    """An index with an article for each payload, which stands in all of its fields."""
    with Archive.create(path) as archive, archive.writer() as writer:
        for number, payload in enumerate(PAYLOADS):
            writer.add(
                Article(
                    title=f"truce {payload}",
                    body=f"A truce {payload}\n\nand {payload} again truce",
                    byline=(f"Ann {payload}",),
                    source=payload,
                    section=payload,
                    language=payload[:40],
                    date=dt.date(2020, 1, 1 + number),
                    url=payload,
                    id=f"hostile{number:02}",
                )
            )
