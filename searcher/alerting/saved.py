"""Which alerts are there, and how far has each come?

All of it is one file, `alerts.json`, which is replaced as a whole: written under another
name, fsynced, renamed.  It says of every alert what was asked, where what is found goes, up
to which arrival it has reported (`arrivals.py`), and what of its deliveries was begun and is
not known to have ended (`Due`).  Its own checksum stands last.

The folder was made by its owner for himself, but it may have been packed and sent by anyone
since, so the file is read as a stranger's: of bounded size, as JSON without anything that
JSON readers are lenient about, each value of the type and in the range that it must have.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NoReturn

from searcher.codec.generations import is_segment_name
from searcher.codec.segment_records import integer, text
from searcher.errors import AlertError

__all__ = ["FOLDS", "FORMS", "Alert", "Due", "SavedAlerts", "Standing", "check_name"]

FORMS = ("text", "json", "atom", "eml", "command")
"""What an alert can be delivered as."""
FOLDS = ("copies", "none")
"""What is told once: each text, or each article."""
FORMAT = 2  # 1 had no seals and no groups
MOST_ALERTS = 1000
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
# A part of an index on a cluster, or its embargoes (`searcher/cluster/arriving.py`).
_SHARD = re.compile(r"[A-Za-z0-9_-]{16,40}\.(?:[0-9]{1,5}|embargoes)")
_OWN_CHECKSUM = b',"crc":'
_KEYS = {"format", "arrived", "arrivals_crc", "segments", "alerts", "crc"}
_ALERT_KEYS = {
    "name", "query", "sources", "to", "command", "form", "added", "position", "runs", "held",
    "due", "seal", "group",
}  # fmt: skip
_DUE_KEYS = {"run", "through", "held", "staged", "final", "offset", "device", "inode"}
_MOST = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class Alert:
    """A query that is asked of what arrives.

    `sources` are the publications that it is asked of, all if there are none.  `to` is the
    file or folder (with a separator at its end) that it is delivered to, `command` a program
    with its arguments; with neither, whoever runs it gets what is found.  `form` is one of
    `FORMS`, `added` the day and time in UTC.  `group` is "copies" where each text is told once.
    """

    name: str
    query: str
    sources: tuple[str, ...] = ()
    to: str | None = None
    command: tuple[str, ...] = ()
    form: str = "text"
    added: str = ""
    group: str = "copies"

    def to_dict(self) -> dict[str, Any]:
        """The alert as JSON values."""
        values = {name: getattr(self, name) for name in self.__slots__}
        values["sources"] = list(self.sources)
        values["command"] = list(self.command)
        return values


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery that was begun: number `run` of its alert, all arrivals before `through`.

    `held` is what the alert still waits for after it.  `staged` is the file in which what is
    to be delivered lies ready, `final` what it becomes or is appended to, from `offset` on;
    `device` and `inode` tell the folder, or the file, from another of that name.
    """

    run: int
    through: int
    held: tuple[int, ...] = ()
    staged: str | None = None
    final: str | None = None
    offset: int = 0
    device: int = 0
    inode: int = 0

    def to_json(self) -> dict[str, Any]:
        """The delivery as JSON values."""
        values = {name: getattr(self, name) for name in self.__slots__}
        values["held"] = list(self.held)
        return values


@dataclass(slots=True)
class Standing:
    """An alert and how far it has come.

    All arrivals before `position` were reported to it, in `runs` deliveries, but those that
    are `held`: keys of articles that were not there to be found when their turn came.
    `seal` proves that its place was given to it by this user, here (`sealing.py`).
    """

    alert: Alert
    position: int
    runs: int = 0
    held: tuple[int, ...] = ()
    due: Due | None = None
    seal: str = ""

    def to_json(self) -> dict[str, Any]:
        """The standing as JSON values."""
        return {
            **self.alert.to_dict(),
            "position": self.position,
            "runs": self.runs,
            "held": list(self.held),
            "due": None if self.due is None else self.due.to_json(),
            "seal": self.seal,
        }


@dataclass(slots=True)
class SavedAlerts:
    """What `alerts.json` says.

    `arrived` is how many arrivals count in the file of them, `arrivals_crc` their checksum.
    `segments` are those of the index whose articles have all been looked at, each with the
    second since 1970 in which it must be looked at again because an embargo ends; None for
    never.  Of an index on a cluster they are its shards, each with the number of the first
    change that has not been looked at.
    """

    arrived: int = 0
    arrivals_crc: int = 0
    segments: dict[str, int | None] = field(default_factory=dict)
    standings: dict[str, Standing] = field(default_factory=dict)

    def find(self, name: str) -> Standing:
        """The alert `name`.

        Raises:
            AlertError: there is none.
        """
        found = self.standings.get(name)
        if found is None:
            raise AlertError(name, "there is no such alert", hint="searcher alert list shows all")
        return found

    def to_bytes(self) -> bytes:
        """The file."""
        values = {
            "format": FORMAT,
            "arrived": self.arrived,
            "arrivals_crc": self.arrivals_crc,
            "segments": self.segments,
            "alerts": [standing.to_json() for standing in self.standings.values()],
        }
        data = json.dumps(values, ensure_ascii=True, separators=(",", ":")).encode("ascii")[:-1]
        return data + _OWN_CHECKSUM + b"%d}\n" % zlib.crc32(data)

    @classmethod
    def from_bytes(cls, data: bytes) -> SavedAlerts:
        """What the file of that content says.

        Raises:
            ValueError: it is not what was written.
        """
        data = data.rstrip(b"\n")
        try:
            value = json.loads(
                data.decode("ascii"),
                object_pairs_hook=_without_repeats,
                parse_float=_refuse,
                parse_constant=_refuse,
            )
        except RecursionError:
            raise ValueError("values lie too deep in one another") from None
        if type(value) is not dict or type(value.get("format")) is not int:
            raise ValueError("it is not whole")
        if value["format"] > FORMAT:
            raise ValueError(f"a newer Searcher wrote it (format {value['format']})")
        if set(value) != _KEYS or type(value["segments"]) is not dict:
            raise ValueError("it is not whole")
        checked, _, _ = data.rpartition(_OWN_CHECKSUM)
        if integer(value["crc"], _MOST) != zlib.crc32(checked):
            raise ValueError("its checksum does not fit")
        saved = cls(integer(value["arrived"], _MOST), integer(value["arrivals_crc"], _MOST))
        for name, again_s in value["segments"].items():
            if not is_segment_name(name) and not _SHARD.fullmatch(name):
                raise ValueError(f"{name[:80]!r} is not the name of a segment")
            saved.segments[name] = None if again_s is None else integer(again_s, _MOST)
        for entry in _list(value["alerts"]):
            if value["format"] == 1 and type(entry) is dict:
                entry = {**entry, "seal": "", "group": "copies"}
            standing = _standing_of(entry)
            saved.standings[standing.alert.name] = standing
        return saved


def check_name(name: str, others: Iterable[str] = ()) -> None:
    """See that an alert may be called `name`: names become names of files.

    Raises:
        AlertError: it may not, or another is called so, in whatever case.
    """
    if not _NAME.fullmatch(name):
        raise AlertError(
            name[:80],
            "no name for an alert",
            hint="take 1 to 64 letters of ASCII, digits, and _ . - after the first",
        )
    if same := next((other for other in others if other.lower() == name.lower()), None):
        raise AlertError(
            same,
            "there is such an alert already",
            hint="replace it with --replace (replace=True), or take another name",
        )


def _standing_of(value: Any) -> Standing:
    if type(value) is not dict or set(value) != _ALERT_KEYS:
        raise ValueError("an alert is not described as one")
    alert = Alert(
        text(value["name"]),
        text(value["query"]),
        tuple(map(text, _list(value["sources"]))),
        None if value["to"] is None else text(value["to"]),
        tuple(map(text, _list(value["command"]))),
        text(value["form"]),
        text(value["added"]),
        text(value["group"]),
    )
    is_sound = alert.form in FORMS and alert.group in FOLDS
    if not _NAME.fullmatch(alert.name) or not is_sound:
        raise ValueError("an alert is not described as one")
    return Standing(
        alert,
        integer(value["position"], _MOST),
        integer(value["runs"], _MOST),
        _keys(value["held"]),
        None if value["due"] is None else _due_of(value["due"]),
        text(value["seal"]),
    )


def _due_of(value: Any) -> Due:
    if type(value) is not dict or set(value) != _DUE_KEYS:
        raise ValueError("a delivery is not described as one")
    return Due(
        integer(value["run"], _MOST),
        integer(value["through"], _MOST),
        _keys(value["held"]),
        None if value["staged"] is None else text(value["staged"]),
        None if value["final"] is None else text(value["final"]),
        *(integer(value[name], _MOST) for name in ("offset", "device", "inode")),
    )


def _keys(value: Any) -> tuple[int, ...]:
    return tuple(integer(key, _MOST) for key in _list(value))


def _list(value: Any) -> list[Any]:
    if type(value) is not list:
        raise ValueError("a list is missing")
    return value


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key comes twice")
    return found


def _refuse(number: str) -> NoReturn:
    raise ValueError(f"{number[:40]} is not a whole number")
