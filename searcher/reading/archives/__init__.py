"""Which articles are in an archive of files?

zip.py       the files of a zip archive
tar.py       the files of a tar archive
zip_file.py  the members of a zip, guarded
members.py   a member of any archive: what is passed over, and how far it may grow
signs.py     how to know these files by their first bytes
"""
