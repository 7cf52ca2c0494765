"""Does code that lies among the articles run?  Never, whatever its name."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from searcher.importing import InstalledOnly

from .cli.helpers import ROOT, environment

SCRIPT = "import sys; from searcher.cli import main; sys.exit(main())"
# Every format, and what makes readers and parsers import late.
DATA = {
    "a.txt": "Harbour opens\n\nBy Ann Lee\n\n4 March 2021\n\nThe harbour is open again.\n",
    "latin.txt": "Caf\xe9 closes\n\nThe caf\xe9 in the square is closed.\n",
    "b.md": "---\ntitle: Ferry\ndate: 2021-03-05\n---\nThe *ferry* <b>is</b> late.\n",
    "japan.html": "<html><head><meta charset=shift_jis><title>T</title></head><body><p>"
    "\x83e\x83X\x83g\x82\xcc\x8bL\x8e\x96</p></body></html>",
    "korea.txt": "\xc7\xd1\xb1\xb9\xbe\xee \xb1\xe2\xbb\xe7\xc0\xd4\xb4\xcf\xb4\xd9. " * 20,
    "c.md": '+++\ntitle = "Toml"\n+++\nThe ferry.\n',
    "d.html": "<html><head><title>Page</title><script type='application/ld+json'>"
    '{"@type":"NewsArticle","headline":"Page","datePublished":"2021-03-06"}</script></head>'
    "<body><article><h1>Page</h1><p>The harbour of the page is open.</p></article></body></html>",
    "e.json": '[{"title": "One", "body": "The first.", "date": "March 7, 2021"}]',
    "f.jsonl": '{"title": "Two", "body": "<p>The second.</p>"}\n{"title": "Three", "body": "x"}\n',
    "g.sgm": "<!DOCTYPE lewis SYSTEM 'lewis.dtd'>\n<REUTERS NEWID='1'><DATE>26-FEB-1987 15:01:01"
    "</DATE><TEXT><TITLE>COCOA</TITLE><BODY>Showers continued.</BODY></TEXT></REUTERS>\n",
    "h.sgml": "<DOC><DOCNO> AP1 </DOCNO><TEXT>Some text here.</TEXT></DOC>\n",
}
OPTIONAL = {"chardet", "cchardet", "html5lib", "cssselect", "rich", "faust_cchardet", "linkify_it"}
STARTUP = {"sitecustomize", "usercustomize", "searcher", "encodings", "pickle"}


def planted_names() -> set[str]:
    """All top-level modules that Python, Searcher or its dependencies could ask for."""
    names = set(sys.stdlib_module_names) | set(sys.builtin_module_names) | OPTIONAL | STARTUP
    for folder in {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}:
        names |= {entry.name.split(".")[0] for entry in Path(folder).iterdir()}
    names |= {name.split(".")[0] for name in sys.modules}
    return {name for name in names if name.isidentifier() and name != "__main__"}


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """A folder of articles and of modules, each of which leaves a mark when it runs."""
    folder = tmp_path / "news"
    folder.mkdir()
    for name, text in DATA.items():
        (folder / name).write_text(text, encoding="latin-1")
    code = f"import os\nos.mkdir({str(tmp_path / 'marks')!r} + '/' + __name__)\n"
    (tmp_path / "marks").mkdir()
    for number, name in enumerate(sorted(planted_names())):
        if number % 3 and name not in STARTUP:
            (folder / f"{name}.py").write_text(code)
        else:
            (folder / name).mkdir()
            (folder / name / "__init__.py").write_text(code)
            (folder / name / "__main__.py").write_text(code)
    (folder / "run.pth").write_text(f"import os; os.mkdir({str(tmp_path / 'marks' / 'pth')!r})\n")
    (folder / "pyvenv.cfg").write_text(f"home = {folder}\ninclude-system-site-packages = true\n")
    return folder


def marks(folder: Path) -> list[str]:
    return sorted(os.listdir(folder.parent / "marks"))


COMMANDS = [
    ["index", ".", "--workers", "0", "--index", "../i"],
    ["index", ".", "--workers", "1", "--index", "../j"],
    ["index", ".", "--workers", "2", "--index", "../k"],
    ["query", "harbour", "--index", "../i"],
    ["query", "harbour date:2021 caf\xe9", "--json", "--index", "../i"],
    ["query", "harbour", "--explain", "--index", "../i"],
    ["query", "(harbour", "--index", "../i"],
    ["stats", "--index", "../i"],
    ["check", "--index", "../i"],
    ["optimize", "--index", "../i"],
    ["extract", *DATA],
]


def run_in(folder: Path, program: list[str], args: list[str], **env: str) -> str:
    done = subprocess.run(
        [*program, *args],
        cwd=folder,
        env=environment(**env),
        capture_output=True,
        timeout=120,
    )
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    assert b"fault in Searcher" not in done.stderr, done.stderr.decode()
    return done.stdout.decode() + done.stderr.decode()


@pytest.fixture(params=["native", "plain"])
def native(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "native":
        pytest.importorskip("searcher.codec._native")
    yield "" if request.param == "native" else "off"


@pytest.mark.same_without_core
def test_no_command_runs_what_lies_among_the_articles(planted: Path, native: str) -> None:
    """As the script does it: what Python puts first is the folder of the script."""
    script = planted.parent / "script.py"
    script.write_text(SCRIPT)
    for args in COMMANDS:
        run_in(planted, [sys.executable, str(script)], args, SEARCHER_NATIVE=native)
        assert marks(planted) == [], args


def test_large_folders_are_read_by_processes_that_run_none_of_it(planted: Path) -> None:
    for number in range(6):
        text = f"Long {number}\n\n" + "The harbour is open. " * 40_000
        (planted / f"large{number}.txt").write_text(text)
    script = planted.parent / "script.py"
    script.write_text(SCRIPT)
    said = run_in(planted, [sys.executable, str(script)], ["index", ".", "--index", "../i"])
    assert "19 articles added" in said, said
    assert marks(planted) == []


def test_an_empty_entry_of_the_path_is_not_the_current_folder(planted: Path) -> None:
    """`PYTHONPATH=:` is the folder that Python stands in, for all but what is loaded already."""
    script = planted.parent / "script.py"
    script.write_text(f"import sys; sys.path.insert(0, '')\nsys.path.insert(0, '.')\n{SCRIPT}")
    # What the line above makes Python load itself before the program's first line.
    (planted / "searcher" / "__init__.py").unlink()
    (planted / "searcher" / "__main__.py").unlink()
    (planted / "searcher").rmdir()
    for args in COMMANDS:
        run_in(planted, [sys.executable, str(script)], args)
        assert marks(planted) == [], args


LIBRARY = {
    "read": (
        "import os, sys\n"
        "from searcher import Article, read\n"
        "os.chdir(sys.argv[1])\n"
        "for name in sys.argv[2:]:\n"
        "    list(read(name))\n"
        "Article('Caf\xe9', 'text')\n"
    ),
    "search": (
        "import os, sys\n"
        "from searcher import Archive\n"
        "os.chdir(sys.argv[1])\n"
        "with Archive.open('../i') as archive:\n"
        "    for query in ('harbour', 'caf\xe9 date:2021', '\"the harbour\"', 'h*', 'a w/s b'):\n"
        "        hits = list(archive.search(query))\n"
        "        archive.explain(query)\n"
        "        str(archive.search(query).query)\n"
        "    archive.check()\n"
    ),
    "index": (
        "import os, sys, searcher\n"
        "from searcher import Archive, read\n"
        "os.chdir(sys.argv[1])\n"
        "for workers in (0, 1, 2):\n"
        "    with Archive.open_or_create(f'../l{workers}') as archive:\n"
        "        archive.index('.', workers=workers)\n"
        "        hits = list(archive.search('harbour date:2021'))\n"
        "        assert hits and archive.get(hits[0].id).body\n"
        "        archive.stats()\n"
        "for name in sys.argv[2:]:\n"
        "    list(read(name))\n"
    ),
}


@pytest.mark.parametrize("use", LIBRARY)
def test_the_library_runs_none_of_it_in_a_process_of_somebody_else(planted: Path, use: str) -> None:
    run_in(
        ROOT,
        [sys.executable, "-c", SCRIPT],
        ["index", f"{planted}", "--quiet", "--index", f"{planted.parent}/i"],
    )
    script = LIBRARY[use] + "assert '' in sys.path, sys.path\n"
    start = [sys.executable, "-c", script, str(planted), *DATA]
    done = subprocess.run(start, cwd=ROOT, env=environment(), capture_output=True, timeout=120)
    assert marks(planted) == []
    assert done.returncode == 0, done.stderr.decode()


def test_python_m_runs_nothing_beyond_what_python_loads_for_it(planted: Path) -> None:
    """In a folder without the few modules that `python -m` itself loads from there."""
    loaded = subprocess.run(
        [sys.executable, "-c", "import runpy, sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    for name in {*(name.split(".")[0] for name in loaded), "searcher"} - {"__main__"}:
        for path in (planted / f"{name}.py", planted / name):
            if path.is_dir():
                for file in path.iterdir():
                    file.unlink()
                path.rmdir()
            elif path.exists():
                path.unlink()
    for args in COMMANDS:
        run_in(planted, [sys.executable, "-m", "searcher"], args)
        assert marks(planted) == [], args


def test_a_worker_imports_searcher_from_where_its_parent_has_it(tmp_path: Path) -> None:
    """A copy that is only on PYTHONPATH, with a mark in it that the worker's answer shows."""
    import shutil

    shutil.copytree(ROOT / "searcher", tmp_path / "lib" / "searcher")
    reader = tmp_path / "lib" / "searcher" / "reading" / "text.py"
    mark = tmp_path / "mark"
    reader.write_text(reader.read_text() + f"\nopen({str(mark)!r}, 'a').write('x')\n")
    (tmp_path / "a.txt").write_text("Harbour\n\nThe harbour.\n")
    env = {**environment(), "PYTHONPATH": str(tmp_path / "lib")}
    args = ["index", "a.txt", "--workers", "1", "--index", "i"]
    for program in ([sys.executable, "-c", SCRIPT], [sys.executable, "-m", "searcher"]):
        mark.unlink(missing_ok=True)
        done = subprocess.run(
            [*program, *args, "--force"], cwd=tmp_path, env=env, capture_output=True, timeout=60
        )
        assert done.returncode == 0, done.stderr.decode()
        assert mark.exists()


def test_another_current_folder_or_path_is_looked_at_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    monkeypatch.setattr(sys, "path", [str(first), *sys.path])
    for _ in range(2):  # the second block knows what the first has seen
        monkeypatch.chdir(first)
        with InstalledOnly():
            assert str(first) not in sys.path
        assert sys.path[0] == str(first)
        monkeypatch.chdir(second)
        with InstalledOnly():
            assert str(first) in sys.path
    sys.path.append(str(second))
    with InstalledOnly():
        assert str(second) not in sys.path
        assert str(first) in sys.path
    assert sys.path[-1] == str(second)
