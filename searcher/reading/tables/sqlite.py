"""Which articles are in a SQLite database?

The rows of the table that has a title and a text, and of every other table with the same
columns (`articles_2019`, `articles_2020`).  Keys into other tables (`source_id`) become the
names that these have for them, where a foreign key or the names of both say which.

A database is a program of somebody else's, so nothing in it is run: it is opened read-only
and immutable, views, virtual tables, generated columns and triggers are not touched (an
authorizer refuses all but reading of plain columns), no row may take longer than
`_ROW_SECONDS`, and the whole no more text than the file can hold: pages that are used over and
over by a damaged tree would give rows without end.

A file on the disk is opened by its path; one that was packed, or stands in another, is taken
into memory, up to 256 MiB.  What a program has not yet written from the log beside it
(`-wal`) into the database is not read, and that is said.

Sources: "The Database File Format", "Defense Against The Dark Arts" (sqlite.org).
"""

from __future__ import annotations

import os
import pathlib
import re
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading.beside import own_path
from searcher.reading.field_keys import folded_key
from searcher.reading.source import MAX_ARTICLE, Options, Source
from searcher.reading.tables.columns import ColumnPlan, plan_columns
from searcher.reading.tables.records import DayOrder, read_rows

__all__ = ["read_source"]

_KIND = "database"
_IN_MEMORY = 256 << 20
_ROW_SECONDS = 10.0
_STEPS = 100_000  # of SQLite's machine between two looks at the clock: a millisecond
_MOST_TABLES = 10_000
_SAMPLE_ROWS = 50
_MOST_RESUMED = 40  # places in a damaged table after which it is given up
_MOST_NAMES = 100_000  # in a table that keys point to
_VIRTUAL = re.compile(r"\s*CREATE\s+VIRTUAL\b", re.I)
_SHADOW = re.compile(
    r"_(?:content|data|idx|docsize|config|segments|segdir|stat|node|parent|rowid)\Z", re.I
)
_NAMED = ("name", "displayname", "fullname", "title", "label")
_NOUNS = ("byline", "source", "section", "language")  # fields that may be keys into other tables
# Messages of SQLite may have names from the file in them, in no encoding.
_DAMAGE = (sqlite3.Error, UnicodeDecodeError)
_LIMITS = (
    (sqlite3.SQLITE_LIMIT_LENGTH, MAX_ARTICLE),
    (sqlite3.SQLITE_LIMIT_SQL_LENGTH, 1 << 20),
    (sqlite3.SQLITE_LIMIT_EXPR_DEPTH, 100),
    (sqlite3.SQLITE_LIMIT_ATTACHED, 0),
    (sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH, 1),
    (sqlite3.SQLITE_LIMIT_WORKER_THREADS, 0),
)
_PRAGMAS = (
    "PRAGMA trusted_schema=OFF",
    "PRAGMA query_only=ON",
    "PRAGMA cell_size_check=ON",
    "PRAGMA mmap_size=0",
)


@dataclass(slots=True)
class _Clock:
    """Ends a statement that gives no row for too long."""

    until: float = 0.0

    def start(self) -> None:
        self.until = time.monotonic() + _ROW_SECONDS

    def __call__(self) -> int:
        return time.monotonic() > self.until


@dataclass(slots=True)
class _Table:
    name: str
    columns: tuple[str, ...]
    rowid: str | None  # what its key can be called; None if it has none
    plan: ColumnPlan | None = None
    sample: list[tuple[object, ...]] = field(default_factory=list)
    lookups: dict[int, Mapping[object, object]] = field(default_factory=dict)

    def query(self, *, after: bool) -> str:
        columns = ", ".join(map(_quoted, self.columns))
        if self.rowid is None:
            return f"SELECT NULL, {columns} FROM {_quoted(self.name)}"
        where = f"WHERE {self.rowid} > ? " if after else ""
        return (
            f"SELECT {self.rowid}, {columns} FROM {_quoted(self.name)} {where}ORDER BY {self.rowid}"
        )


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the articles of a database."""
    path = own_path(source)
    try:
        with closing(_opened(source, path)) as connection:
            reader = _Reader(connection, source.name, options, _size_of(source, path))
            yield from reader.articles()
    except _DAMAGE as error:
        raise ReadError(
            source.name,
            f"a damaged SQLite database: {_said(error)}",
            hint="try: sqlite3 FILE .recover",
        ) from error
    if path is not None and _is_filled(path + "-wal"):
        reason = "changes that stand in the log beside it (-wal) are not read"
        options.report(ReadError(source.name, reason, hint="let its program close it first"))


class _Reader:
    def __init__(
        self, connection: sqlite3.Connection, name: str, options: Options, size: int
    ) -> None:
        self._connection = connection
        self._name = name
        self._options = options
        # A sign takes a byte at least, and every row four.
        self._text_left = 3 * size + (1 << 20)
        self._rows_left = size + 1000
        self._clock = _Clock()
        connection.text_factory = bytes
        for limit, value in _LIMITS:
            connection.setlimit(limit, value)
        self._clock.start()
        connection.set_progress_handler(self._clock, _STEPS)
        for pragma in _PRAGMAS:
            connection.execute(pragma)

    def articles(self) -> Iterator[Article]:
        tables = self._tables()
        keys = {table.name: self._foreign_keys(table) for table in tables}
        self._connection.set_authorizer(_allow_reading)
        for table in tables:
            sample = islice(self._rows(table, is_sample=True), _SAMPLE_ROWS)
            table.sample = [tuple(row) for row in sample]
            table.plan = plan_columns(
                table.columns, table.sample, self._options.fields, self._options.field_map
            )
        chosen = _chosen(tables)
        if not chosen:
            raise self._refusal(tables)
        first = 1
        for table in chosen:
            assert table.plan is not None
            plan = self._with_names(table, tables, keys[table.name])
            rows = _Counted(self._rows(table))
            yield from read_rows(
                rows,
                plan,
                name=self._name,
                options=self._options,
                encoding=None,
                order=DayOrder(plan, table.sample),
                first=first,
            )
            first += rows.count

    def _tables(self) -> list[_Table]:
        """The plain tables with columns, in the order in which they were made."""
        # `sqlite_master` is what all versions call it.
        statement = "SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY rowid"
        made = self._connection.execute(f"{statement} LIMIT {_MOST_TABLES}").fetchall()
        named = [(_text(name), _text(sql)) for name, sql in made]
        virtual = {str(name) for name, sql in named if _VIRTUAL.match(str(sql or ""))}
        found = []
        for name, sql in named:
            if not isinstance(name, str) or not isinstance(sql, str) or name in virtual:
                continue
            shadow = _SHADOW.search(name)
            if name.startswith("sqlite_") or (shadow and name[: shadow.start()] in virtual):
                continue
            columns = self._columns(name)
            if columns:
                lower = {column.lower() for column in columns}
                without = re.search(r"\bWITHOUT\s+ROWID\b", sql[-200:], re.I)
                keys = (key for key in ("_rowid_", "rowid", "oid") if key not in lower)
                found.append(_Table(name, columns, None if without else next(keys, None)))
        return found

    def _columns(self, table: str) -> tuple[str, ...]:
        """Its columns, without hidden and generated ones."""
        rows = self._connection.execute(f"PRAGMA table_xinfo({_quoted(table)})").fetchall()
        names = (_text(row[1]) for row in rows if not row[6])
        return tuple(name for name in names if isinstance(name, str) and name)

    def _foreign_keys(self, table: _Table) -> dict[str, str]:
        """The tables that columns point to."""
        rows = self._connection.execute(f"PRAGMA foreign_key_list({_quoted(table.name)})")
        pairs = ((_text(row[3]), _text(row[2])) for row in rows)
        return {str(column): str(other) for column, other in pairs}

    def _rows(self, table: _Table, *, is_sample: bool = False) -> Iterator[Sequence[object]]:
        """The rows of a table; where it is damaged, those that can be reached around that."""
        last: int | None = None
        skip = 0
        for _ in range(_MOST_RESUMED):
            start = () if last is None else (min(last + skip, (1 << 63) - 1),)
            try:
                self._clock.start()
                for row in self._connection.execute(table.query(after=bool(start)), start):
                    self._clock.start()
                    key, values = row[0], row[1:]
                    if isinstance(key, int):
                        if last is not None and key <= last:
                            raise sqlite3.DatabaseError("its rows go in circles")
                        last, skip = key, 0
                    yield self._counted(table, values)
                return
            except _DAMAGE as error:
                if not skip and not is_sample:  # else that was said, or will be
                    reason = f"table {table.name}: {_said(error)}; rows are missing here"
                    self._options.report(ReadError(self._name, reason))
                if table.rowid is None or self._rows_left < 0 or self._text_left < 0:
                    return
                if last is None:
                    last = 0
                skip = 2 * skip or 1

    def _counted(self, table: _Table, values: Sequence[object]) -> Sequence[object]:
        self._rows_left -= 1
        self._text_left -= sum(len(value) for value in values if isinstance(value, bytes))
        if self._rows_left < 0 or self._text_left < 0:
            raise sqlite3.DatabaseError("it gives more than the file can hold")
        found = [_text(value) for value in values]
        for place, names in table.lookups.items():
            found[place] = names.get(found[place])
        return found

    def _with_names(
        self, table: _Table, tables: Sequence[_Table], keys: Mapping[str, str]
    ) -> ColumnPlan:
        """The plan of `table`, with names in place of keys into other tables."""
        assert table.plan is not None
        by_name = {other.name.lower(): other for other in tables if other is not table}
        fields = self._options.fields
        known = {key: row.name for row in fields.rows for key in row.keys if row.name in _NOUNS}
        added = dict(table.plan.added)
        found = set(table.plan.fields)
        for place, column in enumerate(table.columns):
            values = [row[place] for row in table.sample if row[place] is not None]
            if not values or not all(isinstance(value, int) for value in values):
                continue
            key = folded_key(column)
            noun = known.get(key) or known.get(key.removesuffix("id"))
            if noun is None or column in self._options.field_map.values():
                continue
            stem = re.sub(r"_?id\Z", "", column, flags=re.I).lower()
            guesses = (keys.get(column, "").lower(), stem, f"{stem}s", f"{stem[:-1]}ies")
            other = next((by_name[name] for name in guesses if name in by_name), None)
            # A number is nobody's name, whether it is known whose it is or not.
            table.lookups[place] = self._names_in(other) if other is not None else {}
            if other is not None and (noun not in found or known.get(key) != noun):
                first = fields.by_name[noun].keys[0]
                if first not in table.columns:
                    added[first] = column
                    found.add(noun)
        return ColumnPlan(table.plan.names, frozenset(found), table.plan.body, tuple(added.items()))

    def _names_in(self, table: _Table) -> dict[object, object]:
        names = {folded_key(column): column for column in table.columns}
        name = next((names[key] for key in _NAMED if key in names), None)
        if name is None or table.rowid is None:
            return {}
        key = names.get("id")
        columns = f"{_quoted(key) if key else table.rowid}, {_quoted(name)}"
        self._clock.start()
        rows = self._connection.execute(
            f"SELECT {columns} FROM {_quoted(table.name)} LIMIT ?", (_MOST_NAMES,)
        )
        return {_text(key): _text(value) for key, value in rows}

    def _refusal(self, tables: Sequence[_Table]) -> ReadError:
        listed = ", ".join(f"{t.name} ({', '.join(t.columns[:6])[:80]})" for t in tables[:5])
        reason = "a SQLite database without a table of articles"
        return ReadError(
            self._name,
            f"{reason}: {listed}" if listed else f"{reason}: it has no table",
            hint="name the columns of title and body: --map title=COLUMN, or field_map",
            kind=_KIND,
        )


class _Counted:
    """Rows, and how many there were."""

    def __init__(self, rows: Iterator[Sequence[object]]) -> None:
        self._rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[Sequence[object]]:
        for row in self._rows:
            self.count += 1
            yield row


def _chosen(tables: Sequence[_Table]) -> list[_Table]:
    """The table that holds the articles, and those with the same columns."""
    best: tuple[tuple[bool, int, int], _Table] | None = None
    for table in tables:
        assert table.plan is not None
        fields = table.plan.fields
        if not table.sample or "body" not in fields or len(fields) < 2:
            continue
        worth = ("title" in fields, len(fields), len(table.sample))
        if best is None or worth > best[0]:
            best = worth, table
    if best is None:
        return []
    return [t for t in tables if t.columns == best[1].columns and t.sample]


def _opened(source: Source, path: str | None) -> sqlite3.Connection:
    if path is not None:
        # From bytes, so that names that are not UTF-8 and those with "?" or "#" are one file.
        address = pathlib.Path(os.path.abspath(path)).as_uri()
        return sqlite3.connect(f"{address}?mode=ro&immutable=1", uri=True)
    data = bytearray(source.read(_IN_MEMORY))
    if len(data) > 20:
        data[18:20] = b"\1\1"  # in memory there is no log, which "2" asks for
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(bytes(data))
    except BaseException:
        connection.close()
        raise
    return connection


def _said(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return bytes(error.object).decode("utf-8", "replace")
    return str(error)


def _size_of(source: Source, path: str | None) -> int:
    return _IN_MEMORY if path is None else os.stat(path).st_size


def _is_filled(path: str) -> bool:
    try:
        return os.stat(path).st_size > 0
    except OSError:
        return False


def _allow_reading(
    action: int, _first: str | None, _second: str | None, _base: str | None, inside: str | None
) -> int:
    """Let statements read plain columns of tables, and nothing that a view or trigger asks."""
    plain = action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ)
    return sqlite3.SQLITE_OK if plain and inside is None else sqlite3.SQLITE_DENY


def _text(value: object) -> object:
    """A value with its bytes as text; None for bytes that are no text."""
    if not isinstance(value, bytes):
        return value
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        text = value.decode("cp1252", "replace")
    controls = sum(sign < " " and sign not in "\t\n\r\f\v" for sign in text[:1000])
    return None if controls > 3 + len(text[:1000]) // 50 else text


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
