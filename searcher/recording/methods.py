"""What does a methods sheet say of searches?

What a reader needs to judge them and to make them again: the archive and what it covers, each
query as typed and as read, the settings, the counts, the versions, and what came when they were
made again.  It is Markdown; queries and headlines are other people's text, so none of their
signs is markup.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from searcher.recording.record import SearchRecord
from searcher.recording.replay import Replay

__all__ = ["methods_sheet"]

_MARKUP = re.compile(r"([\\`*_\[\]<>#|~&])")
_SHOWN = 20


def methods_sheet(replays: Sequence[Replay]) -> str:
    """The sheet of `replays`, as Markdown."""
    lines = [
        "# How these searches were made",
        "",
        f"{len(replays)} {'search' if len(replays) == 1 else 'searches'}, made with Searcher. Each "
        "was made again for this sheet; what came is said with it. To make them again: "
        "`searcher replay FILE --index DIR`.",
        "",
    ]
    for number, replay in enumerate(replays, 1):
        lines += [f"## {number}. {_escaped(replay.record.query)}", ""]
        if replay.record.note:
            lines += [f"Note: {_escaped(replay.record.note)}", ""]
        lines += _table(replay.record)
        lines += _outcome(replay)
    return "\n".join(lines).rstrip("\n") + "\n"


def _table(record: SearchRecord) -> list[str]:
    archive = record.archive
    covered = f", of {archive.first} to {archive.last}" if archive.first else ""
    rows = [
        ("query", record.query),
        ("read as", record.understood),
        ("made", f"{record.at:%Y-%m-%d %H:%M %Z}"),
        (
            "archive",
            f"{archive.articles:,} articles{covered}; language {archive.language}, rules of text "
            f"analysis {archive.rules}, commit {archive.generation} ({archive.checksum:08x})",
        ),
        ("articles that match", f"{record.total:,}"),
        ("of these with all words", f"{record.matching_all:,}"),
        (
            "settings",
            ", ".join(f"{k} {v}" for k, v in record.options.items() if v not in (None, False)),
        ),
        ("ranking", ", ".join(f"{name} {value:g}" for name, value in record.constants.items())),
        ("versions", ", ".join(f"{name} {text}" for name, text in record.versions.items())),
    ]
    if record.matched:
        rows.append(("hash of all that match", record.matched))
    return ["| | |", "|---|---|", *(f"| {name} | {_escaped(said)} |" for name, said in rows), ""]


def _outcome(replay: Replay) -> list[str]:
    when = f"{replay.now.at:%Y-%m-%d %H:%M %Z}"
    if replay.is_same:
        return [f"Made again {when}: the same articles, in the same order.", ""]
    lines = [f"Made again {when}, it differs:", ""]
    lines += [f"- {_escaped(str(each))}" for each in replay.differences]
    for article in replay.articles[:_SHOWN]:
        lines.append(f"- {article.kind}: {_escaped(article.title)} ({_escaped(article.id)})")
    if len(replay.articles) > _SHOWN:
        lines.append(f"- and {len(replay.articles) - _SHOWN:,} more")
    if replay.is_unexplained:
        lines.append("- no cause was found")
    return [*lines, ""]


def _escaped(text: str) -> str:
    """`text` on one line, as Markdown takes it: no sign of it is markup."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))
