"""How good is the ranking, on all collections at hand, beside Lucene's BM25?

run.py             the command
related.py         the same of the background of articles, and what it costs
gathered.py        the collections: articles, topics, judgements
known_items.py     headlines of which a few words name one article
engines.py         Searcher and Lucene, asked the same
"""
