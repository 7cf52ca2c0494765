"""`searcher stats`: what does the index hold?"""

from __future__ import annotations

import shlex
from collections.abc import Mapping

import click

from searcher.analysis import Analyzer
from searcher.archive import Archive
from searcher.cli.layout import counted
from searcher.cli.options import counted_kind, index_option, json_option
from searcher.cli.output import Styled, one_line, print_json, stdout
from searcher.searching.statistics import Statistics

__all__ = ["command"]

_MOST_FAILED = 20


@click.command(epilog="Example: searcher stats --index index")
@index_option
@json_option("the numbers")
def command(*, index: str, as_json: bool) -> int:
    """Say what the index holds, and what answers queries to it.

    Exit codes: 0 done, 2 an error.
    """
    with Archive.open(index) as archive:
        statistics = archive.stats()
    if as_json:
        print_json(statistics.to_dict())
        return 0
    screen = stdout()
    for label, value in _rows(statistics):
        screen.line(Styled(label.ljust(11), "dim"), one_line(value))
    return 0


_SHOWN = 8


def _most_frequent(counts: dict[str, int], without: int) -> str:
    """`Meridian Wire (7), Northfield Gazette (4), 3 more; 40 articles without`."""
    shown = [f"{value} ({number:,})" for value, number in list(counts.items())[:_SHOWN]]
    if len(counts) > _SHOWN:
        shown.append(f"{len(counts) - _SHOWN:,} more")
    text = ", ".join(shown) or "none"
    return text + (f"; {counted(without, 'article')} without" if without else "")


def _hidden(counts: Mapping[str, int]) -> str:
    shown = ", ".join(f"{number:,} {status}" for status, number in counts.items())
    return f"{shown}: no search finds them but one with status:"


def _stemmed(found: Statistics) -> str:
    if found.analysis == Analyzer.version:
        return found.language
    return f"{found.language}, by older rules ({found.analysis}): a new index has newer ones"


def _weights(weights: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in weights.items())


def _rows(found: Statistics) -> list[tuple[str, str]]:
    dates = "none"
    if found.first_date and found.last_date:
        dates = f"{found.first_date.isoformat()} to {found.last_date.isoformat()}"
    if found.undated:
        dates += f"; {counted(found.undated, 'article')} without"
    sources = _most_frequent(found.sources, found.unsourced)
    languages = _most_frequent(found.languages, found.no_language)
    segments = f"{counted(found.segments, 'segment')}, commit {found.generation}"
    if found.deleted:
        segments += f", {counted(found.deleted, 'replaced or removed article')} still on disk"
    return [
        ("index", found.path),
        ("articles", f"{found.articles:,} from {_files(found)}"),
        *([("hidden", _hidden(found.hidden))] if found.hidden else []),
        ("words", f"{found.words:,}"),
        ("dates", dates),
        ("sources", sources),
        ("languages", languages),
        *(
            (name, _most_frequent(dict(counts), 0))
            for name, counts in found.values.items()
            if counts
        ),
        ("stemmed as", _stemmed(found)),
        *([("weights", _weights(found.weights))] if found.weights else []),
        *([("copies", _weights(found.copies))] if found.copies else []),
        ("size", f"{found.size_bytes / 1e6:,.1f} MB"),
        ("commit", segments),
        ("executor", found.executor),
        *_files_rows(found),
    ]


def _files(found: Statistics) -> str:
    if not found.files_unfinished:
        return counted(found.files, "file")
    begun = counted(found.files_unfinished, "file")
    were = "was" if found.files_unfinished == 1 else "were"
    more = f"{begun} that {were} not read to the end (index again to go on)"
    return f"{counted(found.files, 'file')} and {more}" if found.files else more


def _files_rows(found: Statistics) -> list[tuple[str, str]]:
    """What was left out and could not be read, and what is kept for each folder."""
    rows = []
    if found.left_out:
        kinds = ", ".join(counted_kind(number, kind) for kind, number in found.left_out.items())
        rows.append(("left out", kinds))
    for path, reasons in list(found.failed.items())[:_MOST_FAILED]:
        rows.append(("not read", f"{path}: {'; '.join(reasons)}"))
    if len(found.failed) > _MOST_FAILED:
        more = f"and {len(found.failed) - _MOST_FAILED:,} files more (--json lists all)"
        rows.append(("not read", more))
    for root, kept in found.settings.items():
        said = [f"--map {name}={key}" for name, key in (kept["field_map"] or {}).items()]
        said += [f"--exclude {shlex.quote(glob)}" for glob in kept["exclude"] or ()]
        if limit_mb := kept.get("max_file_mb"):
            said.append(f"--max-file-mb {limit_mb}")
        if kept.get("follow_links"):
            said.append("--follow-links")
        rows.append(("folder", f"{root}  {' '.join(said)}".rstrip()))
    return rows
