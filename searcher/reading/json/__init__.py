"""Which articles does JSON hold?

articles.py   one document: an article, or an array of them at a known place
lines.py      a record a line
"""
