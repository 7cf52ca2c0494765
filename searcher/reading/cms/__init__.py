"""Which articles does the export of a content management system hold?

signs.py       which file is one?
wxr.py         WordPress, and whoever exports in its form
ghost.py       Ghost: its tables, and the documents of its editors
substack.py    Substack: the list of posts, and the text of each
medium.py      Medium: pages with microformats
"""
