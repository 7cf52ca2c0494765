"""How does the index lie on disk?

`plain.py` is the codec that every index can use: Whoosh's own layout, with
postings, stored fields and the term dictionary written as plain numbers and
JSON in place of pickles.  `storage.py` makes files durable and unpickles nothing
that could run code.  The class paths in this package are written into Whoosh's
table of contents, so they are part of the format and must not be renamed.
"""
