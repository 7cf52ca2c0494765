"""How does the same archive live on an OpenSearch cluster?

The same commands, the same query language and the same methods as an index directory has, for
an archive that has outgrown one machine.  The engine is OpenSearch's: here questions are put
to it and answers made of what it says.

    terms.py      how a word is written in the cluster's index
    mapping.py    settings, fields and documents: what the cluster holds of an article
    address.py    which hosts, which index, and with which credentials
    sending.py    how one request gets to one host, and its answer back, in the end
    transport.py  how a cluster is asked, so that no failure is taken for an answer
    words.py      one word of a query, as a query, as intervals and as a span
    positions.py  phrases and proximity
    translate.py  a whole query tree
    asking.py     how a search is sent within the time that a query has
    figures.py    what scores need to know of all articles
    scores.py     a query whose order is that of the scores
    concordance.py where words stand in a few articles, and what they add up to there
    memory.py     a few articles in memory, as the embedded engine reads them
    checking.py   the embedded engine over them, weighing words by all of the cluster
    finding.py    which articles a query finds
    searching.py  which articles answer a request, in which order
    scanning.py   all of them, one after another
    counting.py   how many of them are of which source or month
    window.py     articles for what reads them one by one
    texts.py      what articles say: quotations, background, edits
    ages.py       when they were published
    arriving.py   what is new, for alerts
    explaining.py what each part of a query found, and how it was asked
    statistics.py what the index holds, in figures
    refusing.py   what is not offered, and what is said of it
    view.py       what is answered at one moment
    archive.py    `ClusterArchive`: all this from Python

Writing:
    creating.py   how an archive on a cluster is made, and what it says of itself
    writing.py    how articles get in and out, from Python
    session.py    how changes get in, so that nothing is lost
    preparing.py  what is made of an article before it travels
    feeding.py    how documents travel, so that none is lost or doubled
    holding.py    what a cluster holds, for the session that writes there
    file_list.py  which files were read
    changing.py   the same by the methods that Archive has for it
    copying.py    moving an archive to a cluster and back

Running it:
    operating.py  what an operator does: status, rollover, snapshots
    reindexing.py how an archive is made anew while it is searched

What needs `opensearch-py` imports it when it is used: `pip install searcher[cluster]`.
"""
