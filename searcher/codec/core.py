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
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from searcher.errors import SearcherError
from searcher.importing import InstalledOnly

if TYPE_CHECKING:
    from searcher.codec import _native

__all__ = ["Core", "NativeCore", "find_core", "native_core", "required_core"]

VARIABLE = "SEARCHER_NATIVE"
_CHOICES = ("auto", "off", "require")
_MODULE = "searcher.codec._native"


class NativeCore(Protocol):
    """What other files call of the extension module: they can call nothing else of it.

    Python has no type for one module, so this is it.  The types of what is listed are in
    `_native.pyi`, which `make lint` compares with the core that is built.
    """

    VERSION: str
    Builder: type[_native.Builder]
    DamagedError: type[_native.DamagedError]
    Groups: type[_native.Groups]
    KnownWords: type[_native.KnownWords]
    Plan: type[_native.Plan]
    Recency: type[_native.Recency]
    Searcher: type[_native.Searcher]
    Segment: type[_native.Segment]
    SpentError: type[_native.SpentError]
    Texts: type[_native.Texts]
    TooManyFormsError: type[_native.TooManyFormsError]

    def ask_whether_to_go_on(self, question: Callable[[], object] | None) -> None: ...

    def merge(
        self,
        path: str,
        sources: Sequence[tuple[_native.Segment, list[int]]],
        length_of_code: Sequence[int],
        scoring: tuple[float, float, float, float, float],
        facets: Sequence[int],
        texts: Sequence[bytes] | None = None,
    ) -> _native._Merged: ...

    def pack_texts(
        self, keys: bytes, lengths: bytes, starts: bytes, fingerprints: bytes
    ) -> bytes: ...

    def unpack_fingerprints(self, data: bytes, documents: int) -> tuple[bytes, bytes]: ...

    def verify_groups(self, leads: bytes, links: bytes) -> None: ...

    def boundaries(self, text: str) -> tuple[list[int], list[int]]: ...

    def snippet(self, text: str, runs: list[tuple[int, int, int]], words: int) -> str: ...


if TYPE_CHECKING:
    _typed: NativeCore = _native

# An extension from before one of these was added is still loadable in a checkout that was
# updated and not built again.
_NEEDED = tuple(
    name for name in (*NativeCore.__annotations__, *vars(NativeCore)) if not name.startswith("_")
)

# Methods that are younger than their class.
_NEEDED_OF_SEGMENT = ("form_frequencies", "near_forms")
_NEEDED_OF_SEARCHER = ("extremes", "folded", "folded_hits", "tally", "tally_two")
_NEEDED_OF_TEXTS = ("stories", "table_of")


class Core(NamedTuple):
    """The core as it was found: `module` or None, and `reason`, why it is not used."""

    module: NativeCore | None
    reason: str

    def __str__(self) -> str:
        """The path in use, as `--version` and `stats` print it."""
        return f"plain ({self.reason})" if self.module is None else "native"


def native_core() -> NativeCore | None:
    """The extension module, or None where the plain path is to be used.

    Raises:
        SearcherError: the core is required and cannot be had.
    """
    return find_core().module


def required_core() -> NativeCore:
    """The extension module, for what cannot be done without it.

    Raises:
        SearcherError: the core cannot be had, or is turned off.
    """
    core = find_core()
    if core.module is None:
        raise SearcherError(
            f"native segments need the native core, and {core.reason}; build it with `make "
            f"setup` where cargo is, and leave {VARIABLE} alone"
        )
    return core.module


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
    if not missing:
        missing += [name for name in _NEEDED_OF_SEGMENT if not hasattr(module.Segment, name)]
        missing += [name for name in _NEEDED_OF_SEARCHER if not hasattr(module.Searcher, name)]
        missing += [name for name in _NEEDED_OF_TEXTS if not hasattr(module.Texts, name)]
    if missing:
        return Core(None, "the native core is older than this Searcher")
    return Core(module, "")
