"""Which folders hold the parts of a page that a browser saved?

"Save page as, complete" writes `X.html` and beside it a folder of its pictures, scripts
and frames, named `X` and a suffix in the browser's language.  Frames are pages too, of
advertisements mostly, and no articles.  The suffixes are those that Windows treats as
belonging to a page, which browsers use, and a few that browsers have of their own.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Container, Iterable

__all__ = ["page_stems", "stem_of_parts"]

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
