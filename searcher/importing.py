"""From where may a process of ours import?

From what is installed, and never from the folder that it happens to stand in: people
stand in the folder that they index, whose files come from anybody, and Python puts the
current folder first on its path for `python -m`, `python -c`, a prompt, and an empty
entry of PYTHONPATH.  A `pickle.py` among the articles would run.

- `off_current_folder` takes that folder off the path of this process, for a program that
  is ours alone (the `searcher` script, `python -m searcher`).
- `InstalledOnly` does so for as long as a block runs, for the library, which imports late
  in a process that belongs to somebody else.
- `isolated_command` starts another Python that imports Searcher from the very place where
  this process has it, and everything else from what is installed first.

What it cannot do: undo what Python itself imported from that folder before the first line
of ours ran.  `python -m` loads a dozen modules of the standard library that way, and
`searcher` too where there is a folder of that name; the `searcher` script, or `python -P -m
searcher`, loads none.

Sources: Python's documentation, "Command line" (-E, -P, -s) and "The initialization of the
sys.path module search path".
"""

# Not even `from __future__`: every import before the path is clean can be a planted one.
# `os` and `site` are loaded, or frozen into Python, by the time that this runs.
import os
import site
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["InstalledOnly", "isolated_command", "neutral_folder", "off_current_folder"]

_PACKAGE_PARENT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_ROOT = os.path.abspath(os.sep)

# What the new Python runs.  Its arguments: the directory (or zip file) that holds Searcher,
# the module to run, how many entries of the path follow, these, and the module's own.
# Searcher is looked for in that directory alone, and the directory itself is on the path
# only if it was on ours, behind all that is installed.
_BOOTSTRAP = """\
import sys
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
parent, module, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
sys.path += [entry for entry in sys.argv[4 : 4 + count] if entry not in sys.path]
sys.argv[1:] = sys.argv[4 + count :]
spec = PathFinder.find_spec("searcher", [parent])
package = sys.modules["searcher"] = module_from_spec(spec)
spec.loader.exec_module(package)
import_module(module).main()
"""


def off_current_folder() -> None:
    """Take the current folder and all relative entries off the path of this process."""
    sys.path[:] = _clean_path(sys.path)


class InstalledOnly:
    """A block in which nothing is imported from the current folder.

    The path belongs to the whole process, so blocks are short: one import each.  Entries
    that somebody else added meanwhile stay.

    Most blocks run when all is loaded: the path that was looked through last is not looked
    through again, where it and the current folder are the same (to do so took a fifth of a
    search by dates).  Whoever gives that very folder, meanwhile, the name of another entry of
    the path has moved what he stands in to where Python looks for modules.
    """

    _seen: "tuple[object, list[str]]" = (None, [])  # set as a whole: threads need no lock

    def __enter__(self) -> None:
        self._before = list(sys.path)
        self._clean = self._cleaned(self._before)
        if self._clean != self._before:
            sys.path[:] = self._clean

    @classmethod
    def _cleaned(cls, entries: "list[str]") -> "list[str]":
        try:
            here = os.stat(os.curdir)
        except OSError:
            return _clean_path(entries)
        key = (here.st_dev, here.st_ino, entries)
        seen, clean = cls._seen
        if seen != key:
            clean = _clean_path(entries)
            cls._seen = (key, clean)
        return clean

    def __exit__(
        self,
        kind: "type[BaseException] | None",
        error: "BaseException | None",
        trace: "TracebackType | None",
    ) -> None:
        if self._clean == self._before:
            return
        if sys.path == self._clean:
            sys.path[:] = self._before
        else:  # changed by what was imported, or by another thread: put back what is missing
            missing = [entry for entry in self._before if entry not in sys.path]
            sys.path[:0] = missing


def isolated_command(module: str, *arguments: str) -> list[str]:
    """The command of a Python that runs `module.main()` of Searcher with `arguments`.

    It ignores PYTHONPATH and its like, and has no current folder on its path; start it in
    `neutral_folder()`.  Of this process it gets the options that change what Python code
    means, and the absolute entries of the path, behind its own.
    """
    entries = _clean_path(sys.path)
    return [
        os.path.abspath(sys.executable),
        *_options(),
        "-c",
        _BOOTSTRAP,
        _PACKAGE_PARENT,
        module,
        str(len(entries)),
        *entries,
        *arguments,
    ]


def neutral_folder() -> str:
    """A folder for processes of ours to stand in: there, and nobody's data."""
    return _ROOT


def _options() -> list[str]:
    # Together these are -I, but that the packages of the user stay where they are in use.
    options = ["-E", "-P"]
    if sys.flags.no_user_site:
        options.append("-s")
    if sys.flags.no_site:
        options.append("-S")
    if sys.flags.dont_write_bytecode:
        options.append("-B")
    options += ["-" + "O" * sys.flags.optimize] if sys.flags.optimize else []
    options += ["-X", f"utf8={sys.flags.utf8_mode}"]
    prefix = sys.pycache_prefix
    if prefix is not None and os.path.isabs(prefix):
        options += ["-X", f"pycache_prefix={prefix}"]
    for warning in sys.warnoptions:
        options += ["-W", warning]
    return options


def _clean_path(entries: "list[str]") -> "list[str]":
    """`entries` without the current folder and without relative ones.

    Where Python or Searcher itself is installed in the current folder, that entry stays: for
    Searcher's, behind all others, so that no file beside it stands in for a module that is
    installed.
    """
    try:
        here = os.stat(os.curdir)
    except OSError:  # the current folder is gone: nothing can be imported from it
        return [entry for entry in entries if os.path.isabs(entry)]
    kept: list[str] = []
    last: list[str] = []
    for entry in entries:
        if not os.path.isabs(entry):
            continue
        if not _is_folder(entry, here) or _is_installed(here):
            kept.append(entry)
        elif _is_folder(_PACKAGE_PARENT, here):
            last.append(entry)
    return kept + last


def _is_folder(path: str, folder: os.stat_result) -> bool:
    try:
        return os.path.samestat(os.stat(path), folder)
    except (OSError, ValueError):  # not there, or a file of modules with a path in it
        return False


def _is_installed(here: os.stat_result) -> bool:
    library = os.path.dirname(os.path.abspath(os.__file__))
    entries = [library, os.path.join(library, "lib-dynload"), *site.getsitepackages()]
    if site.ENABLE_USER_SITE:
        entries.append(site.getusersitepackages())
    return any(_is_folder(entry, here) for entry in entries)
