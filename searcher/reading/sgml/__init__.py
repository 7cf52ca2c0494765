"""Which articles do collections in SGML hold?

tagged.py     records between two tags, one after the other, whatever they hold
reuters.py    Reuters-21578
trec.py       the newswire of TREC
rcv1.py       Reuters Corpus Volume 1 and 2, which are XML
"""
