"""Which articles are in a document of a word processor?

docx.py       DOCX as paragraphs
rtf.py        RTF as paragraphs
blocks.py     a paragraph that knows how it is set: bold, a heading, a link
documents.py  exports of news databases, or one article
signs.py      is a file such a document?

Not done: what stands in headers, footers, footnotes and comments, pictures, and the binary
`.doc` of Word before 2007.
"""
