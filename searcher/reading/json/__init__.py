"""Which articles does JSON hold?

articles.py   one document, or several one after another
walk.py       where in a document are the records?
exports.py    documents with a shape of their own
services.py   what well-known services mean by their keys
records.py    which article is one record?
lines.py      a record a line
"""
