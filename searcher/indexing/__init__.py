"""How do articles get in?

`schema.py` says what is kept of an article.  `writer.py` is the one session that adds,
replaces, removes and commits; `building.py` is what the two ways to make a segment have
in common: `native_building.py`, by the native core, and `inversion.py` with
`segments.py`, in Python; `writing_paths.py` chooses.  `merging.py` says when segments are
merged, `manifest.py` names what a commit is made of, `contents.py` writes the same for
stock Whoosh, `check.py` reads all of it, `workers.py` spreads reading over processes, and
`sync.py` makes an index agree with folders of files.
"""
