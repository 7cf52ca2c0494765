"""Where does a measurement go, and on which machine was it made?"""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import re
from importlib.metadata import version
from pathlib import Path
from typing import Any

RUNS = Path(__file__).parent / "runs"
_NUMBERS = re.compile(r"\[\s[-+.\deE,\snul]*\]")  # a row of them stays on one line


def machine() -> dict[str, Any]:
    """The machine and the versions that a figure depends on."""
    model = platform.processor()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        lines = cpuinfo.read_text(encoding="utf-8").splitlines()
        model = next((x.split(":", 1)[1].strip() for x in lines if x.startswith("model name")), "")
    return {
        "cpu": model,
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "searcher": version("searcher"),
        "whoosh3": version("whoosh3"),
    }


def keep(name: str, figures: Any) -> Path:
    """Write `figures` under `runs/` and return the file."""
    RUNS.mkdir(exist_ok=True)
    path = RUNS / f"{dt.date.today().isoformat()}-{name}.json"
    text = json.dumps({"machine": machine(), "figures": figures}, indent=1)
    path.write_text(_NUMBERS.sub(lambda row: "".join(row[0].split()), text) + "\n")
    return path
