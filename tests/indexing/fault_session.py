"""One operation on an index, a call of which fails or kills: run by `test_faults.py`.

Run with the library of `faulty_calls.c` preloaded: `fault_session.py KIND OPERATION FOLDER`,
and on standard input a line of JSON for each trial: the number of the call, what happens
(an errno, or -1 for SIGKILL), whether from then on, whether reading counts.  Prints a line of
JSON for each: what came of it.  Each trial is a process of its own, forked from this one.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import shutil
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

from searcher import Archive, Article, SearcherError
from searcher.codec.generations import latest_generation
from searcher.codec.manifest import read_manifest
from searcher.codec.storage import DurableStorage
from searcher.indexing.merging import MERGE_FACTOR

LIBRARY = ctypes.CDLL(None)


def make(path: Path, operation: str) -> None:
    """The index that the operation begins with."""
    if operation == "create":
        return
    with Archive.create(path) as archive:
        for i in range(MERGE_FACTOR - 1 if operation == "merge" else 2):
            with archive.writer() as writer:
                for j in range(3):
                    writer.add(Article("T", f"story {i} {j}", id=f"{i}-{j}"))
        with archive.writer() as writer:
            writer.remove("0-2")


def operate(path: Path, operation: str) -> None:
    if operation == "create":
        Archive.create(path).close()
    elif operation == "optimize":
        with Archive.open(path) as archive:
            archive.optimize()
    elif operation == "search":
        with Archive.open(path) as archive:
            archive.search("story", sort="date")
            archive.search('"story 1"')
            archive.get("1-1")
            archive.stats()
            archive.check()
    else:
        with Archive.open(path) as archive, archive.writer() as writer:
            writer.add(Article("New", "the new story", id="new"))
            writer.add(Article("One", "changed story", id="1-0"))
            writer.remove("1-1")


def contents(path: Path) -> dict[str, str] | None:
    if not path.exists():
        return None
    try:
        with Archive.open(path) as archive:
            found = {id: archive.get(id).body for id in archive.ids("*")}
            assert len(archive) == len(found) == archive.search("story").total
            report = archive.check()
            assert report.sound, report
    except SearcherError as error:
        if "searcher index PATH" in str(error) and "new directory" not in str(error):
            return None  # nothing was committed
        raise
    return found


def write_more(path: Path, id: str) -> None:
    with Archive.open_or_create(path) as archive, archive.writer() as writer:
        writer.add(Article("More", f"story {id}", id=id))


def junk(path: Path) -> list[str]:
    storage = DurableStorage(str(path), readonly=True)
    generation = latest_generation(str(path), storage)
    known = set(read_manifest(storage, generation).files) | {"MAIN_WRITELOCK"}
    known |= {f"manifest-{generation}.json", f"sources-{generation}.json"}
    known |= {f"_MAIN_{generation}.toc", f"groups-{generation}.bin"}
    storage.release()
    return sorted(set(os.listdir(path)) - known)


def described(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}\n{traceback.format_exc()[-1500:]}"


def trial(path: Path, operation: str, fault: dict[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = {"outcome": "done", "faults": []}

    def faults(work: Any, *arguments: Any) -> Any:
        try:
            return work(*arguments)
        except BaseException as error:
            said["faults"].append(f"{work.__name__}: {described(error)}")
            return None

    root = path.parent.parent
    log = -1
    if fault.get("log"):
        log = os.open(root.parent / "log", os.O_WRONLY | os.O_CREAT)
    LIBRARY.fault_arm(
        str(root).encode(), ctypes.c_long(fault["call"]), fault["action"],
        fault["sticky"], fault["reads"], log,
    )  # fmt: skip
    try:
        operate(path, operation)
    except SearcherError as error:
        said["outcome"], said["message"] = "refused", str(error)
        if str(path) not in str(error):
            said["faults"].append(f"no path in: {error}")
        if "delete the" in str(error):
            said["faults"].append(f"advice to delete: {error}")
    except BaseException as error:
        said["faults"].append(f"leaked: {described(error)}")
    gc.collect()
    said["calls"] = LIBRARY.fault_disarm()
    if fault.get("log"):
        shutil.copytree(root, root.parent / "after")
    said["contents"] = faults(contents, path)
    if operation != "search":
        faults(write_more, path, "again")
    return said


def after(path: Path, operation: str) -> dict[str, Any]:
    """What another process finds, and whether it can write."""
    said: dict[str, Any] = {"faults": []}
    try:
        said["contents"] = contents(path)
        write_more(path, "other")
        if left := junk(path):
            said["faults"].append(f"left behind: {left}")
        found = contents(path)
        assert found == {**(said["contents"] or {}), "other": "story other"}, found
    except BaseException as error:
        said["faults"].append(f"afterwards: {described(error)}")
    return said


def forked(work: Any, *arguments: Any) -> dict[str, Any]:
    """What `work` says in a process of its own; nothing if that was killed."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        signal.alarm(60)
        with os.fdopen(write, "w") as out:
            json.dump(work(*arguments), out)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as found:
        text = found.read()
    _, status = os.waitpid(child, 0)
    said: dict[str, Any] = json.loads(text) if text else {"faults": [], "contents": None}
    said["signal"] = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    return said


def main() -> None:
    kind, operation, folder = sys.argv[1:]
    os.environ["SEARCHER_NATIVE"] = "off" if kind == "plain" else "require"
    template = Path(folder) / "template"
    template.mkdir()
    make(template / "new" / "index", operation)
    for number, line in enumerate(sys.stdin):
        fault = json.loads(line)
        copy = Path(folder) / f"trial{number}"
        shutil.copytree(template, copy)
        path = copy / "new" / "index"
        said = forked(trial, path, operation, fault)
        then = forked(after, path, operation) if operation != "search" else {"faults": []}
        shutil.rmtree(copy)
        print(json.dumps({"fault": fault, "said": said, "then": then}), flush=True)


if __name__ == "__main__":
    main()
