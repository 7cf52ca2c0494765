"""Makes the index of the present format that `test_kept.py` opens for ever.

    python tests/codec/kept/make.py

It writes the folder of the present format anew, for both kinds of segment.  A format that has
been released is never written again: its folder stays as it is, and a new format gets one of
its own beside it.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
from pathlib import Path

HERE = Path(__file__).parent
FORMAT = 2


def make(kind: str) -> None:
    """Write the index of `kind`, "native" or "plain"."""
    from searcher import Archive, Article

    folder = HERE / f"format-{FORMAT}" / kind
    shutil.rmtree(folder, ignore_errors=True)
    zone = dt.timezone(dt.timedelta(hours=3))
    articles = [
        Article(
            f"Ferry number {number} crosses the sound",
            f"The ferry left at {number}. The sea was calm.\n\nNobody was late, said the captain.",
            ("Ada Lund", "Bo Ek")[: number % 3],
            dt.datetime(2019, 4, 8 + number, 1, tzinfo=zone) if number % 2 else None,
            source=("Sound Post", "Island Gazette")[number % 2],
            section="Harbour" if number % 4 else None,
            language="en",
            url=f"https://example.org/{number}",
            path=f"/articles/{number}.txt",
            record=number + 1,
            date_text="a Monday",
            encoding="utf-8",
            id=f"kept-{number}",
            metadata={"country": ("SE", "DK")} if number == 5 else {"slug": f"ferry-{number}"},
        )
        for number in range(12)
    ]
    with Archive.create(folder, values=["country"]) as archive:
        for part in (articles[:7], articles[7:]):
            with archive.writer() as writer:
                for article in part:
                    writer.add(article)
        with archive.writer() as writer:
            writer.remove("kept-3")
            writer.add(Article("Ferry number 9 is late", "Fog on the sound.", id="kept-9"))
    os.remove(folder / "MAIN_WRITELOCK")


if __name__ == "__main__":
    import subprocess
    import sys

    if len(sys.argv) > 1:
        make(sys.argv[1])
    else:
        for kind, native in (("native", "require"), ("plain", "off")):
            environment = {**os.environ, "SEARCHER_NATIVE": native}
            subprocess.run([sys.executable, __file__, kind], env=environment, check=True)
