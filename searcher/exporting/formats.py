"""In which formats are articles written?

`FORMATS` is the one table, as readers have one.  To add a format, write a module with a
`write(articles, columns, output, options)` and add a row.  A module, and whatever library it
needs, is imported when its format is asked for.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from searcher.errors import ExportError
from searcher.exporting.columns import CITED, Column, Exported
from searcher.importing import InstalledOnly

__all__ = ["BY_NAME", "FORMATS", "Format", "Options", "format_for"]


@dataclass(frozen=True, slots=True)
class Options:
    """What a writer may be told.

    Arguments:
        bom: begin CSV with the mark by which Excel knows that it is UTF-8.
        title: what a document for people is called.
    """

    bom: bool = False
    title: str = "Articles"


@dataclass(frozen=True, slots=True)
class Format:
    """One row of the table of formats.

    Arguments:
        name: what it is called.
        extensions: of files that are in it; the first is the usual one.
        module: below `searcher.exporting`.
        fields: what is written if nobody names fields; None for all.
        is_text: whether people may look at it.
        is_folder: whether it is a folder of files and not one.
        needs: the library that writes it, and the extra that brings it.
    """

    name: str
    extensions: tuple[str, ...]
    module: str
    fields: tuple[str, ...] | None = None
    is_text: bool = True
    is_folder: bool = False
    needs: tuple[str, str] | None = None

    def check(self) -> None:
        """See to it that what writes the format is there.

        Raises:
            ExportError: a library is missing; it says how to get it.
        """
        if self.needs is not None:
            library, extra = self.needs
            with InstalledOnly():
                is_there = find_spec(library) is not None
            if not is_there:
                raise ExportError(
                    f"format {self.name}",
                    f"is written by {library}, and that is not installed",
                    hint=f"pip install 'searcher[{extra}]'",
                )

    def write(
        self,
        articles: Iterable[Exported],
        columns: Sequence[Column],
        output: Any,
        options: Options,
    ) -> None:
        """Write `articles` to `output`: a `BinaryOutput`, or a `Folder` if it is one of those."""
        with InstalledOnly():
            module = importlib.import_module(f"searcher.exporting.{self.module}")
        module.write(articles, columns, output, options)


_READ = ("title", "byline", "date", "source", "section", "url", "id", "body")

FORMATS: tuple[Format, ...] = (
    # Tables, and what programs read: all fields.
    Format("csv", (".csv",), "csv"),
    Format("jsonl", (".jsonl", ".ndjson"), "jsonl"),
    # Reference managers: what a citation has.
    Format("ris", (".ris",), "ris", CITED),
    Format("bibtex", (".bib",), "bibtex", CITED),
    Format("csl-json", (".json",), "csl_json", CITED),
    # Typed columns, for whoever counts.
    Format("parquet", (".parquet", ".pq"), "parquet", is_text=False, needs=("pyarrow", "parquet")),
    Format("arrow", (".arrow", ".feather"), "arrow", is_text=False, needs=("pyarrow", "parquet")),
    # For people.
    Format("markdown", (".md", ".markdown"), "markdown", _READ),
    Format("html", (".html", ".htm"), "html", _READ),
    Format("text-folder", (), "text_folder", _READ, is_folder=True),
)
BY_NAME = {row.name: row for row in FORMATS}


def format_for(name: str | None, path: str | os.PathLike[str] | None) -> Format:
    """The format called `name`, or the one that the name of the file `path` speaks of.

    Raises:
        ExportError: there is none of that name, or the name of the file says nothing.
    """
    known = ", ".join(BY_NAME)
    if name is not None:
        found = BY_NAME.get(name)
        if found is None:
            raise ExportError(f"format {name!r}", "there is none", hint=f"there are {known}")
        return found
    extension = "" if path is None else os.path.splitext(os.fspath(path))[1].lower()
    for row in FORMATS:
        if extension in row.extensions:
            return row
    raise ExportError(
        "format" if path is None else os.fspath(path),
        "none is named" if path is None else "its name does not say in which format",
        hint=f"name one: {known}",
    )
