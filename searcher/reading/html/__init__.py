"""Which article does a web page show?

page.py         the whole way: decode, build the tree, read what is declared, find the text
tree.py         one light tree of the page, without what is never text
metadata.py     what the page declares of itself
linked_data.py  what of that stands in JSON-LD
headline.py     which of its headlines it is
authors.py      who wrote it
publication.py  when it was published and changed, as all that names a day bears witness
date_lines.py   the dates that it shows, and which look like that of publication
evidence.py     where a field came from, and how sure it is
blocks.py       the pieces of text of a tree, and what shows that one is no part of the article
body.py         which of them are the article
kinds.py        pages that are no articles: section fronts, errors
saved.py        the address that a saved page was saved from
shell.py        the text of pages that hold it only as data for their scripts
words.py        the vocabulary that both judge by
"""

from __future__ import annotations

from searcher.reading.html.evidence import Evidence
from searcher.reading.html.page import explain_html, read_html, read_source

__all__ = ["Evidence", "explain_html", "read_html", "read_source"]
