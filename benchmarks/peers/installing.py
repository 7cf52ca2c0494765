"""Which engines can run here, and how is each started?

Tantivy gets a virtual environment of its own, `.venv-peers`, made the first time; Xapian
comes with Debian's Python (`apt-get install python3-xapian`); Lucene is built with Maven by
the newest JDK there is.  What cannot be had is left out with a notice: the measurement of
the others stands.  Nothing here touches Searcher's own dependencies.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
VENV = ROOT / ".venv-peers"
NAMES = ("searcher", "tantivy", "lucene", "xapian", "fts5", "whoosh")

# Lucene 10 needs Java 21; 9.12 is the last that runs on older ones.
_NEWEST_NEEDS_JAVA = 21
_OLDER_LUCENE = "9.12.3"


class NotHere(Exception):
    """This engine cannot run on this machine; the message says why."""


def command(name: str, peers_python: str | None = None) -> list[str]:
    """The command that starts the engine `name`, which is installed if it has to be.

    Arguments:
        peers_python: a Python that has the `tantivy` package, instead of `.venv-peers`.

    Raises:
        NotHere: it cannot be had.
    """
    match name:
        case "searcher" | "whoosh":
            python = sys.executable
        case "fts5":
            _check([sys.executable, "-c", _HAS_FTS5], "this Python's SQLite has no FTS5")
            python = sys.executable
        case "xapian":
            python = _python_with("xapian", "apt-get install python3-xapian")
        case "tantivy":
            python = peers_python or tantivy_python()
        case "lucene":
            return _lucene()
        case other:
            raise NotHere(f"no engine {other}; there are {', '.join(NAMES)}")
    return [python, str(HERE / f"{name}_engine.py")]


_HAS_FTS5 = (
    "import sqlite3; sqlite3.connect(':memory:').execute('create virtual table t using fts5(a)')"
)


def _check(command: list[str], why: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except OSError as error:
        raise NotHere(f"{why} ({error})") from error
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise NotHere(f"{why} ({' '.join(last)})")


def _python_with(module: str, remedy: str) -> str:
    for python in (sys.executable, "/usr/bin/python3"):
        try:
            _check([python, "-c", f"import {module}"], "")
            return python
        except NotHere:
            continue
    raise NotHere(f"no Python here has {module}; {remedy}")


def tantivy_python() -> str:
    """The Python of `.venv-peers`, made and filled if it is not there."""
    python = str(VENV / "bin" / "python")
    if not Path(python).exists():
        print(f"making {VENV.name} with tantivy ...", file=sys.stderr)
        venv.create(VENV, with_pip=True)
    try:
        _check([python, "-c", "import tantivy"], "")
    except NotHere:
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        _check([*install, "tantivy"], "tantivy cannot be installed")
    return python


# ---------------------------------------------------------------- Lucene


def _java_major(home: Path) -> int:
    try:
        done = subprocess.run([home / "bin" / "java", "-version"], capture_output=True, text=True)
    except OSError:
        return 0
    found = re.search(r'version "(?:1\.)?(\d+)', done.stderr)
    return int(found[1]) if found and (home / "bin" / "javac").exists() else 0


def _newest_jdk() -> tuple[Path, int]:
    homes = [Path(os.environ["JAVA_HOME"])] if "JAVA_HOME" in os.environ else []
    homes += Path("/usr/lib/jvm").glob("*")
    if java := shutil.which("java"):
        homes.append(Path(java).resolve().parents[1])
    versions = [(_java_major(home), str(home)) for home in homes]
    major, home = max(versions, default=(0, ""))
    if not major:
        raise NotHere("no JDK was found (JAVA_HOME, /usr/lib/jvm, java on the path)")
    return Path(home), major


def _lucene() -> list[str]:
    home, major = _newest_jdk()
    folder = HERE / "lucene"
    properties = []
    if major < _NEWEST_NEEDS_JAVA:
        properties = [f"-Dlucene.version={_OLDER_LUCENE}", f"-Dmaven.compiler.release={major}"]
        print(f"Java {major} is too old for Lucene 10: using {_OLDER_LUCENE}", file=sys.stderr)
    target = folder / "target"
    jar = target / "lucene-peer.jar"
    sources = [folder / "pom.xml", *folder.glob("src/**/*.java")]
    newest = max(source.stat().st_mtime for source in sources)
    stale = not jar.exists() or jar.stat().st_mtime < newest
    if stale or not any((target / "lib").glob("lucene-core*.jar")):
        if not shutil.which("mvn"):
            raise NotHere("Maven is not installed")
        print("building Lucene's side with Maven ...", file=sys.stderr)
        build = ["mvn", "-q", "-B", "-f", str(folder / "pom.xml"), *properties, "clean", "package"]
        done = subprocess.run(
            build, capture_output=True, text=True, env={**os.environ, "JAVA_HOME": str(home)}
        )
        if done.returncode:
            errors = [x for x in (done.stdout + done.stderr).splitlines() if "ERROR" in x]
            raise NotHere(f"Maven could not build it: {errors[0] if errors else done.returncode}")
    return [
        str(home / "bin" / "java"),
        "--add-modules=jdk.incubator.vector",  # how Lucene decodes postings fastest
        "--enable-native-access=ALL-UNNAMED",
        "-Xms2g",
        "-Xmx6g",
        "-XX:+UseParallelGC",
        "-cp",
        f"{jar}:{target / 'lib'}/*",
        "peer.Main",
    ]
