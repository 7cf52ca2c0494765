"""Which article is the text of a PDF document?

signs.py       is it one?
reader.py      the article, from the text that a child process finds (extra `pdf`)
text_child.py  that child: pieces of lines with their places, page by page
columns.py     pieces in the order in which they are read
paragraphs.py  from lines in that order to paragraphs
furniture.py   running heads, page numbers, numbered lines: what is on pages and no text
"""
