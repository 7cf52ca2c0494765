"""Where do Java and the jars of a node come from?

Maven fetches OpenSearch (87 MB) once, and javac compiles `node/TestNode.java`; both are kept under
`~/.cache/searcher-cluster-tests`, so that later runs need neither Maven nor a network.  Where they
cannot be had, `Unavailable` says why, and the tests are skipped with it.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

__all__ = ["OLDEST_JDK", "Unavailable", "class_path", "jdk"]

OLDEST_JDK = 21
_NODE = Path(__file__).with_name("node")
_FETCH_TIMEOUT_S = 600


class Unavailable(Exception):
    """No node can be started here; the message says why."""


def jdk() -> Path:
    """The home of the newest JDK here.

    Raises:
        Unavailable: there is none of version 21 or newer.
    """
    homes = {Path(text) for text in [os.environ.get("JAVA_HOME")] if text}
    for folder, pattern in (("/usr/lib/jvm", "*"), ("/opt", "*j*"), ("/Library/Java", "*/*/*")):
        homes |= set(Path(folder).glob(pattern))
    compiler = shutil.which("javac")
    if compiler:
        homes.add(Path(compiler).resolve().parent.parent)
    versions = {home.resolve(): _version(home) for home in homes}
    best = max(versions, key=lambda home: versions[home], default=None)
    if best is None or versions[best] < OLDEST_JDK:
        raise Unavailable(f"no JDK of version {OLDEST_JDK} or newer (JAVA_HOME names one)")
    return best


def _version(home: Path) -> int:
    """The version in the file that every JDK has; 0 where there is no compiler."""
    try:
        found = re.search(r'^JAVA_VERSION="(\d+)', (home / "release").read_text(), re.M)
    except OSError:
        return 0
    return int(found[1]) if found and os.access(home / "bin" / "javac", os.X_OK) else 0


def class_path() -> str:
    """The class path of a node, made if it is not kept yet.

    Raises:
        Unavailable: no Java, no Maven, or Maven cannot fetch (no network).
    """
    sources = [_NODE / "pom.xml", _NODE / "TestNode.java"]
    key = hashlib.sha256(b"\0".join(path.read_bytes() for path in sources)).hexdigest()[:16]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    place = cache / "searcher-cluster-tests" / key
    kept = place / "class-path"
    if kept.is_file():
        found = kept.read_text()
        if all(os.path.exists(part) for part in found.split(os.pathsep)):
            return found
    home = jdk()
    maven = shutil.which("mvn")
    if maven is None:
        raise Unavailable("the jars of OpenSearch are not kept here, and there is no mvn")
    classes = place / f"classes-{os.getpid()}"
    classes.mkdir(parents=True, exist_ok=True)
    jars = place / f"jars-{os.getpid()}"
    goal = ["dependency:build-classpath", f"-Dmdep.outputFile={jars}"]
    _run(home, [maven, "--batch-mode", "--quiet", "--file", str(sources[0]), *goal])
    path = jars.read_text().strip()
    _run(home, [str(home / "bin" / "javac"), "-d", str(classes), "-cp", path, str(sources[1])])
    jars.write_text(f"{classes}{os.pathsep}{path}")
    jars.replace(kept)
    return kept.read_text()


def _run(home: Path, command: list[str]) -> None:
    environment = {**os.environ, "JAVA_HOME": str(home)}
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, env=environment, timeout=_FETCH_TIMEOUT_S
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unavailable(f"{command[0]}: {error}") from None
    if done.returncode:
        said = (done.stdout + done.stderr).strip().splitlines()
        raise Unavailable(f"{command[0]} ended with {done.returncode}: {' '.join(said[-3:])[:500]}")
