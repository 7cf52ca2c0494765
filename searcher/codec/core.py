"""Is the native core there, and is it used?

The core is the extension module `searcher.codec._native`, written in Rust (`native/`).
It is optional: without it everything works on the plain path, more slowly.  The
variable SEARCHER_NATIVE chooses:

    auto      use the core if it is there (the default)
    off       do without it
    require   fail if it is not there

Nothing is decided on import.  The module is loaded at the first call that needs it,
and the variable is read at every call, so tests can run both paths in one process.
What an index is written in is another matter: `native_codec.py`.
"""

from __future__ import annotations

import importlib
import os
from typing import Any, NamedTuple

from searcher.errors import SearcherError
from searcher.importing import InstalledOnly

__all__ = ["Core", "find_core", "native_core"]

VARIABLE = "SEARCHER_NATIVE"
_CHOICES = ("auto", "off", "require")
_MODULE = "searcher.codec._native"
# What the other files call.  An extension from before one of these was added is still
# loadable in a checkout that was updated and not built again.
_NEEDED = (
    *("Builder", "DamagedError", "Plan", "Searcher", "Segment", "merge", "snippet"),
    "VERSION",
)


class Core(NamedTuple):
    """The core as it was found: `module` or None, and `reason`, why it is not used."""

    module: Any
    reason: str

    def __str__(self) -> str:
        """The path in use, as `--version` and `stats` print it."""
        return f"plain ({self.reason})" if self.module is None else "native"


def native_core() -> Any:
    """The extension module, or None where the plain path is to be used.

    Raises:
        SearcherError: the core is required and cannot be had.
    """
    return find_core().module


def find_core() -> Core:
    """Look for the core, as SEARCHER_NATIVE says.

    Raises:
        SearcherError: the core is required and cannot be had, or the variable has
            another value than it can have.
    """
    choice = os.environ.get(VARIABLE) or "auto"
    if choice not in _CHOICES:
        raise SearcherError(f"{VARIABLE} is {choice!r}; it takes {', '.join(_CHOICES)}")
    if choice == "off":
        return Core(None, f"{VARIABLE}=off")
    core = _loaded()
    if core.module is None and choice == "require":
        raise SearcherError(
            f"{VARIABLE}=require, but {core.reason}; build the core with `make setup` (it takes "
            f"cargo) or unset {VARIABLE}"
        )
    return core


_found: Core | None = None


def _loaded() -> Core:
    global _found
    if _found is None:
        _found = _load()
    return _found


def _load() -> Core:
    try:
        with InstalledOnly():
            module = importlib.import_module(_MODULE)
    except ModuleNotFoundError:
        return Core(None, "the native core is not built")
    except ImportError as error:
        return Core(None, f"the native core cannot be loaded: {error}")
    missing = [name for name in _NEEDED if not hasattr(module, name)]
    if missing:
        return Core(None, "the native core is older than this Searcher")
    return Core(module, "")
