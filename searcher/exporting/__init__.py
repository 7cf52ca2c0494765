"""Given articles, which file?

The other way round than `reading`: one table of formats, one module each.  Nothing here knows
of an index or a search; articles come one by one, with the place and the score that a search
gave them, and are written as they come, so that memory does not grow with them.

formats.py      the table of formats, and which one a name asks for
columns.py      which fields are written, and of what kind each is
run.py          a format, fields and a target put together; what was written
destination.py  files that are there whole or not at all, and streams
folder.py       the same for a folder of files
file_names.py   names for files, of titles

csv.py          tables that are safe in spreadsheets
jsonl.py        JSON Lines

columnar.py     rows of typed columns
parquet.py      Parquet
arrow.py        Arrow
frames.py       hits as tables in memory

citation.py     what a citation has: names in parts, days, texts on one line
ris.py          RIS
bibtex.py       BibTeX
csl_json.py     CSL-JSON
citing.py       one article, in the form of citation that is asked for

markdown.py     Markdown
html.py         a page
text_folder.py  a folder with a text file for each article
"""
