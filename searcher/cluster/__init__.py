"""How does the same archive live on an OpenSearch cluster?

The same commands, the same query language and the same methods as an index directory has, for
an archive that has outgrown one machine.  The engine is OpenSearch's: here questions are put
to it and answers made of what it says.

    terms.py      how a word is written in the cluster's index
    mapping.py    settings, fields and documents: what the cluster holds of an article
    address.py    which hosts, which index, and with which credentials
    sending.py    how one request gets to one host, and its answer back, in the end
    transport.py  how a cluster is asked, so that no failure is taken for an answer

Writing:
    creating.py   how an archive on a cluster is made, and what it says of itself
    writing.py    how articles get in and out, from Python
    session.py    how changes get in, so that nothing is lost
    preparing.py  what is made of an article before it travels
    feeding.py    how documents travel, so that none is lost or doubled
    holding.py    what a cluster holds, for the session that writes there
    file_list.py  which files were read

What needs `opensearch-py` imports it when it is used: `pip install searcher[cluster]`.
"""
