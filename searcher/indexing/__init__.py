"""How do articles get in?

`schema.py` says what is kept of an article, `inversion.py` turns articles into
posting lists in memory, `writer.py` puts those into a Whoosh index durably,
`workers.py` spreads reading and inversion over processes, and `sync.py` makes an
index agree with folders of files.
"""
