"""Other engines beside Searcher: each in a process of its own, all asked the same things.

`compare.py` one folder up is the command.  An engine is one file, `*_engine.py` (Lucene's
is the Maven project in `lucene/`): it indexes articles from memory and answers queries,
and imports nothing of the others.  `protocol.py` is the engines' side of the pipe,
`processes.py` the command's.
"""
