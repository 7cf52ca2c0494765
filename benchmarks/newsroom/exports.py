"""Do exports of a whole archive come out whole, in the same memory however many there are?

Each format is written twice, in a process of its own: some of the articles, and all of them,
oldest first.  Kept are the processor time, the size, and the most memory that the process had:
anonymous, which is its own, and with the pages of the index that it has mapped, which are the
system's.  Then the format's usual library reads the file (csv, pandas, json, rispy, bibtexparser,
jsonschema, markdown-it, html.parser, pyarrow), and each article is compared with the archive's.
Cells of CSV are looked at for formulas.

    python benchmarks/newsroom/exports.py --index DIR [--keep] [--csl-schema csl-data.json]
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from runs_store import keep

from searcher import Archive, Article
from searcher.exporting.citation import on_one_line
from searcher.exporting.csv import split_values, undefused
from searcher.exporting.formats import FORMATS

SLOW = ("bibtexparser", "markdown-it")  # some milliseconds an article
BIBTEX_ENTRIES = 1000  # that are parsed at a time, or its time is quadratic
SIGNS = {
    **{rf"\{sign}": sign for sign in "%&$#_"},
    "\\textbackslash{}": "\\",
    "\\textbraceleft{}": "{",
    "\\textbraceright{}": "}",
    "\\textasciitilde{}": "~",
    "\\textasciicircum{}": "^",
}
TYPESET = re.compile("|".join(map(re.escape, sorted(SIGNS, key=len, reverse=True))))
BLANK = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ufffd\u2028\u2029]+")


# ---------------------------------------------------------------- writing


def write(index: str, form: str, path: str, limit: int | None) -> None:
    """In a child: write one export, and print what it took."""
    most = {"RssAnon": 0, "VmHWM": 0}
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.02):
            with open("/proc/self/status") as status:
                for line in status:
                    name, _, number = line.partition(":")
                    if name in most:
                        most[name] = max(most[name], int(number.split()[0]))

    threading.Thread(target=watch, daemon=True).start()
    started = time.process_time()
    with Archive.open(index) as archive:
        report = archive.export("*", path, format=form, sort="date", limit=limit)
    took = time.process_time() - started
    done.set()
    print(
        json.dumps(
            {
                "articles": report.articles,
                "megabytes": round(report.bytes / 1e6, 1),
                "cpu_s": round(took, 2),
                "own_memory_mb": round(most["RssAnon"] / 1024, 1),
                "memory_with_index_mb": round(most["VmHWM"] / 1024, 1),
            }
        )
    )


def written(index: str, form: str, path: Path, limit: int | None) -> dict[str, Any]:
    words = [sys.executable, __file__, "--index", index, "--child", form, "--path", str(path)]
    words += [] if limit is None else ["--limit", str(limit)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


# ---------------------------------------------------------------- reading


def blanks_folded(text: str | None) -> str:
    return BLANK.sub(" ", text or "").strip()


def read_csv(path: Path) -> Iterator[dict[str, Any]]:
    csv.field_size_limit(1 << 30)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, strict=True):
            yield from_cells(row)


def from_cells(row: dict[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {name: undefused(text) or None for name, text in row.items()}
    for name in ("title", "body", "id"):
        values[name] = values[name] or ""
    values["byline"] = list(split_values(values["byline"] or ""))
    values["record"] = None if values["record"] is None else int(values["record"])
    values["metadata"] = json.loads(values["metadata"] or "{}")
    return values


def read_pandas(path: Path) -> Iterator[dict[str, Any]]:
    import pandas

    for frame in pandas.read_csv(path, dtype=str, keep_default_na=False, chunksize=5000):
        for row in frame.to_dict("records"):
            yield from_cells({str(name): str(text) for name, text in row.items()})


def read_jsonl(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def read_columns(batches: Iterable[Any]) -> Iterator[dict[str, Any]]:
    for batch in batches:
        for row in batch.to_pylist():
            instant, iso = row.pop("date"), row["date_iso"]
            assert (instant is None) == (iso is None)
            for name in ("date", "updated"):
                row.pop(f"{name}_day")
                row[name] = row.pop(f"{name}_iso")
            row["metadata"] = {n: v[0] if len(v) == 1 else v for n, v in row["metadata"]}
            yield row


def read_parquet(path: Path) -> Iterator[dict[str, Any]]:
    from pyarrow import parquet

    yield from read_columns(parquet.ParquetFile(path).iter_batches(2000))


def read_arrow(path: Path) -> Iterator[dict[str, Any]]:
    import pyarrow

    file = pyarrow.ipc.open_file(pyarrow.memory_map(str(path)))
    yield from read_columns(file.get_batch(n) for n in range(file.num_record_batches))


def same_whole(found: dict[str, Any], article: Article) -> bool:
    return found == article.to_dict()


def read_ris(path: Path) -> Iterator[dict[str, Any]]:
    import rispy

    with path.open(encoding="utf-8") as file:
        yield from rispy.load(file)


def turned(name: str) -> str:
    """`van der Berg, Ada, Jr.` as `Ada van der Berg Jr.`"""
    family, _, rest = name.partition(", ")
    given, _, suffix = rest.partition(", ")
    return " ".join(part for part in (given, family, suffix) if part)


def day_of(article: Article) -> str | None:
    return None if article.date is None else article.date.isoformat()[:10]


def same_ris(found: dict[str, Any], article: Article) -> bool:
    names = [turned(name) for name in found.get("authors", [])]
    return (
        found.get("title", "") == on_one_line(article.title)
        and names == [on_one_line(name) for name in article.byline]
        and found.get("date", "").replace("/", "-") == (day_of(article) or "")
        and ";".join(found.get("urls", [])) == (article.url or "")
        and found.get("secondary_title") == article.source
        and found["id"] == article.id
    )


def read_bibtex(path: Path) -> Iterator[dict[str, Any]]:
    from bibtexparser.bparser import BibTexParser

    with path.open(encoding="utf-8") as file:
        text = file.read()
    entries = re.split(r"\n\n(?=@article\{)", text)
    for start in range(0, len(entries), BIBTEX_ENTRIES):
        part = "\n\n".join(entries[start : start + BIBTEX_ENTRIES])
        yield from BibTexParser(common_strings=True).parse(part).entries


def same_bibtex(found: dict[str, Any], article: Article) -> bool:
    title = TYPESET.sub(lambda m: SIGNS[m[0]], found.get("title", "{}")[1:-1])
    return (
        blanks_folded(title) == blanks_folded(article.title)
        and found.get("date") == day_of(article)
        and found.get("url", "") == (article.url or "")
        and found["ID"].partition("_")[2] == article.id
        and sum(map(bool, found.get("author", "").split(" and "))) == len(article.byline)
    )


def read_csl(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from json.load(file)


def same_csl(found: dict[str, Any], article: Article) -> bool:
    names = [
        author.get("literal")
        or " ".join(author[part] for part in ("given", "family", "suffix") if part in author)
        for author in found.get("author", [])
    ]
    whole = None if article.date is None else article.date.isoformat()
    return (
        (found.get("title", ""), found["id"]) == (article.title, article.id)
        and tuple(names) == article.byline
        and found.get("custom", {}).get("date", day_of(article)) == whole
        and found.get("URL") == article.url
        and found.get("container-title") == article.source
    )


class _Articles(HTMLParser):
    """The texts between headings of a page."""

    def __init__(self, heading: str) -> None:
        super().__init__(convert_charrefs=True)
        self._heading = heading
        self.found: list[list[str]] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == self._heading:
            self.found.append([])

    def handle_data(self, data: str) -> None:
        if self.found:
            self.found[-1].append(data)

    def take(self, *, rest: bool = False) -> Iterator[dict[str, Any]]:
        while len(self.found) > (0 if rest else 1):
            yield {"text": "".join(self.found.pop(0))}


def read_html(path: Path) -> Iterator[dict[str, Any]]:
    parser = _Articles("h2")
    with path.open(encoding="utf-8") as file:
        while piece := file.read(1 << 20):
            parser.feed(piece)
            yield from parser.take()
    yield from parser.take(rest=True)
    assert not parser.tags & {"script", "img", "iframe", "link"}


def read_markdown(path: Path) -> Iterator[dict[str, Any]]:
    from markdown_it import MarkdownIt

    markdown = MarkdownIt("commonmark")
    with path.open(encoding="utf-8") as file:
        articles = re.split(r"(?m)^---\n\n(?=# )", file.read())
    for text in articles:
        parser = _Articles("h1")
        parser.feed(markdown.render(text))
        parser.close()
        yield from parser.take(rest=True)
        assert parser.tags <= {"h1", "ul", "li", "a", "p", "br", "hr"}


def same_text(found: dict[str, Any], article: Article) -> bool:
    """Whether all of the headline and the text is there, blanks aside."""
    text = BLANK.sub("", found["text"])
    return text.startswith(BLANK.sub("", article.title)) and text.endswith(
        BLANK.sub("", article.body)
    )


def read_folder(path: Path) -> Iterator[dict[str, Any]]:
    for file in sorted(path.glob("*.txt")):
        head, _, body = file.read_bytes().decode("utf-8").partition("\n\n")
        yield {"head": head, "body": body.removesuffix("\n")}


def same_file(found: dict[str, Any], article: Article) -> bool:
    title = f"Title: {on_one_line(article.title)}\n" if article.title else ""
    return bool(found["body"] == article.body and found["head"].startswith(title))


READERS: dict[str, tuple[tuple[str, Callable[..., Any], Callable[..., bool]], ...]] = {
    "csv": (("csv", read_csv, same_whole), ("pandas", read_pandas, same_whole)),
    "jsonl": (("json", read_jsonl, same_whole),),
    "parquet": (("pyarrow", read_parquet, same_whole),),
    "arrow": (("pyarrow", read_arrow, same_whole),),
    "ris": (("rispy", read_ris, same_ris),),
    "bibtex": (("bibtexparser", read_bibtex, same_bibtex),),
    "csl-json": (("json", read_csl, same_csl),),
    "markdown": (("markdown-it", read_markdown, same_text),),
    "html": (("html.parser", read_html, same_text),),
    "text-folder": (("files", read_folder, same_file),),
}


def compared(
    archive: Archive, path: Path, read: Callable[..., Any], same: Callable[..., bool]
) -> dict[str, Any]:
    """How many articles a file holds, and how many of them are not what they were."""
    number = other = 0
    found = read(path)
    with archive.scan("*", sort="date") as scan:
        for expected, got in zip(scan, found, strict=False):
            number += 1
            if not same(got, expected.article):
                other += 1
                if other == 1:
                    print("   the first that differs:", expected.article.id, str(got)[:300])
        number += sum(1 for _ in found)
    return {"read": number, "differ": other}


def formulas(path: Path) -> dict[str, int]:
    """Cells that a spreadsheet computes, and those that were kept from that."""
    computed = defused = 0
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            for cell in row:
                computed += cell.lstrip()[:1] in tuple("=+-@")
                defused += undefused(cell) != cell
    return {"cells computed": computed, "cells defused": defused}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", required=True)
    parser.add_argument("--some", type=int, default=10_000, help="articles of the smaller export")
    parser.add_argument("--formats", nargs="*", default=[row.name for row in FORMATS])
    parser.add_argument(
        "--csl-schema", type=Path, help="csl-data.json; the part of it in tests if left out"
    )
    parser.add_argument(
        "--slow-some", action="store_true", help="read the smaller export where reading is slow"
    )
    parser.add_argument("--add", type=Path, help="with --keep: to the figures of this run")
    parser.add_argument("--keep", action="store_true", help="write the figures under runs/")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--path", help=argparse.SUPPRESS)
    parser.add_argument("--limit", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        write(options.index, options.child, options.path, options.limit)
        return
    figures: dict[str, Any] = {}
    if options.keep and options.add:
        figures = json.loads(options.add.read_text(encoding="utf-8"))["figures"]
    with (
        tempfile.TemporaryDirectory(prefix="searcher-exports-") as folder,
        Archive.open(options.index) as archive,
    ):
        for form in options.formats:
            some = written(options.index, form, Path(folder) / f"some.{form}", options.some)
            path = Path(folder) / f"all.{form}"
            row: dict[str, Any] = {"some": some, "all": written(options.index, form, path, None)}
            print(form, row, flush=True)
            for library, read, same in READERS[form]:
                started = time.process_time()
                few = options.slow_some and library in SLOW
                looked_at = Path(folder) / f"some.{form}" if few else path
                row[library] = compared(archive, looked_at, read, same)
                row[library]["cpu_s"] = round(time.process_time() - started, 1)
                print("  ", library, row[library], flush=True)
            if form == "csv":
                row["formulas"] = formulas(path)
                print("  ", row["formulas"], flush=True)
            if form == "csl-json":
                row["schema"] = validated(path, options.csl_schema)
                print("  ", row["schema"], flush=True)
            figures[form] = row
            if options.keep:
                print(keep("exports", figures))


def validated(path: Path, schema: Path | None) -> dict[str, int]:
    """Items that do not fit the schema."""
    import jsonschema

    whole: dict[str, Any]
    if schema is None:
        from tests.exporting.test_citations import SCHEMA

        whole = dict(SCHEMA)
    else:
        whole = json.loads(schema.read_text(encoding="utf-8"))
    validator = jsonschema.Draft7Validator(
        {**whole["items"], "definitions": whole.get("definitions", {})}
    )
    with path.open(encoding="utf-8") as file:
        found = json.load(file)
    invalid = sum(not validator.is_valid(item) for item in found)
    return {"items": len(found), "invalid": invalid}


if __name__ == "__main__":
    main()
