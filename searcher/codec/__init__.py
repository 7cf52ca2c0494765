"""How does the index lie on disk?

In segments of two kinds.  Native ones are written and read by the native core, which
`native.py` finds; `native_segment.py` reads them for Searcher, `native_codec.py` for
Whoosh.  Plain ones (`plain.py`, `postings.py`, `plain_segment.py`) need no compiler:
Whoosh's own layout, with postings, stored fields and the term dictionary written as
plain numbers and JSON in place of pickles.  `segments.py` is the one interface to both,
`storage.py` makes files durable and believes only what was written, `directory.py` keeps
to the directory, and `damage.py` turns what broken bytes raise into one error.  Nothing
is unpickled.  The paths of the codecs' and segments'
classes are written into Whoosh's table of contents, so they are part of the format and
must not be renamed.
"""
