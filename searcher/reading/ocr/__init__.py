"""Which articles are in what was recognised on scanned pages?

signs.py       is it such a file?
words.py       words with their places on a page, and the text that they make
alto.py        a page (ALTO)
mets.py        an issue whose articles are parts of pages (METS), with the pages beside it
issue.py       which pages an issue has, and which issue a page is of
mods.py        titles, dates and names as libraries describe them (MODS)
place.py       what the folders of a collection say of a page: newspaper, day, edition, number
page_text.py   a page as plain text in such a folder (`ocr.txt`)
"""
