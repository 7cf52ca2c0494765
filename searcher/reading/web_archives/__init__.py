"""Which articles are in a crawl?

warc.py      records of WARC files, one after the other
arc.py       records of the older ARC files
wacz.py      the WARC files of a WACZ
captures.py  what was captured, and the article of a page among it
http.py      what a server sent, without the packing of the transport
supply.py    the bytes of a crawl, taken piece by piece, with a way on after a break
signs.py     how to know these files by their first bytes
"""
