"""Which articles does a table hold?

signs.py       is it a table, and what kind of one?
rows.py        the rows of text with delimiters between its cells
columns.py     which column of a table holds what
records.py     from rows with named columns to articles, whatever file they stand in
separated.py   CSV, TSV and their like
sqlite.py      SQLite databases
columnar.py    Parquet, Arrow and Feather, read in a child process (extra `parquet`)
columnar_child.py  that child
"""
