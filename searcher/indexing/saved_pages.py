"""Which folders hold the parts of a page that a browser saved?

"Save page as, complete" writes `X.html` and beside it a folder of its pictures, scripts
and frames, named `X` and a suffix in the browser's language.  Frames are pages too, of
advertisements mostly, and no articles.  The suffixes are those that Windows treats as
belonging to a page, which browsers use, and a few that browsers have of their own.

The page may have been renamed, moved or deleted since, or the folder itself.  So a folder is
one of these too if it holds what only browsers make (`saved_resource.html`, `x.js.download`)
and is not mostly pages, or if its name ends in such a suffix and it holds scripts or styles,
or a page beside it refers to it.

What it does not do: look into pages beside folders whose names say nothing.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Container, Iterable
from urllib.parse import quote

from searcher.opening import read_bounded

__all__ = ["are_parts", "page_stems", "stem_of_parts"]

# What browsers call a frame without a name, and scripts, so that they do not run.
_BY_BROWSERS = re.compile(
    r"saved_resource(?:\(\d+\))?(?:\.html?)?|.+\.(?:js|mjs|css)\.download", re.IGNORECASE
)
_SCRIPTS = (".js", ".css", ".mjs")
# Of the pages beside a folder, so many are looked at, and so many bytes of each.
_MOST_PAGES = 50
_MOST_BYTES = 4_000_000


_PAGES = (".html", ".htm", ".xhtml", ".xht", ".shtml")
_SUFFIXES = (
    "_files", ".files", "-files", "_dateien", "-dateien", ".dateien", "_fichiers", "-fichiers",
    "_bestanden", "-bestanden", "_file", "-file", "_archivos", "-archivos", "_ficheiros",
    "-ficheiros", "_arquivos", "-arquivos", "_filer", "-filer", ".filer", "_tiedostot",
    "-tiedostot", "_pliki", "-pliki", "_soubory", "-soubory", "_súbory", "-súbory", "_subory",
    "_elemei", "-elemei", "_fájlok", "_fajlok", "_dosyalar", "-dosyalar", "_datoteke",
    "-datoteke", "_fajlovi", "-fajlovi", "_fitxers", "-fitxers", "_arxius", "_failid", "-failid",
    "_fails", "-fails", "_faili", "_bylos", "-bylos", "_fitxategiak", "-fitxategiak", "_ficheros",
    "_fișiere", "_fisiere", "_fisierele", "_skrár", "_skrar", "_файлы", "_файлове", "_файли",
    "_αρχεία", "_ملفات", "_קבצים", "_文件", "_檔案", "_ファイル", "_파일",
)  # fmt: skip


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def page_stems(names: Iterable[str]) -> set[str]:
    """The names of pages among `names`, folded and without their extension."""
    stems = set()
    for name in names:
        stem, extension = os.path.splitext(name)
        if extension.lower() in _PAGES:
            stems.add(_folded(stem))
    return stems


def stem_of_parts(folder: str, pages: Container[str]) -> str | None:
    """The stem in `pages` whose parts a folder of this name holds; None if there is none."""
    folded = _folded(folder)
    for suffix in _SUFFIXES:
        if folded.endswith(suffix) and folded[: -len(suffix)] in pages:
            return folded[: -len(suffix)]
    return None


def are_parts(path: str, names: Iterable[str]) -> bool:
    """Whether the folder `path`, which holds `names`, is of a saved page under any name.

    Cost: linear in the names; pages beside are read only where the name of the folder ends
        in one of the suffixes, and nothing else has told.
    """
    held = list(names)
    around, folder = os.path.split(path)
    is_named_so = _folded(folder).endswith(_SUFFIXES)
    if any(_BY_BROWSERS.fullmatch(name) for name in held):
        return is_named_so or 2 * len(_pages_of(held)) <= len(held)
    if not is_named_so:
        return False
    if any(name.lower().endswith(_SCRIPTS) for name in held):
        return True
    try:
        beside = sorted(_pages_of(os.listdir(around)))
    except OSError:
        return False
    return any(_refers(os.path.join(around, page), folder) for page in beside[:_MOST_PAGES])


def _pages_of(names: Iterable[str]) -> list[str]:
    return [name for name in names if name.lower().endswith(_PAGES)]


def _refers(page: str, folder: str) -> bool:
    """Whether a page names a folder as the beginning of an address."""
    try:
        data = read_bounded(page, _MOST_BYTES)
    except OSError:
        return False  # it cannot be read, or not as a page: that is told where it is read
    spelt = {folder, quote(folder), unicodedata.normalize("NFC", folder)}
    return any(name.encode("utf-8", "surrogateescape") + b"/" in data for name in spelt)
