"""Which articles, in which order, shown how?

`snapshot.py` opens one commit of an index, `postings.py` reads posting lists from
it, `occurrences.py` finds where the positional parts of a query occur, `scoring.py`
is the one weighting, `plain.py` answers a whole query tree in obvious Python, and
`snippets.py` shows where an article matched.
"""
