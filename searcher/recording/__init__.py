"""What was asked of which archive, and does it still answer the same?

record.py     one search, as it can be kept and read again
files.py      a file of them, a line each
taking.py     makes one from a commit of an archive
replay.py     what differs when it is asked again, and why
methods.py    the same as a sheet for readers
"""
