"""How good are the answers, and by whose judgement?

Topics are asked, and what is found is held against what people judged.  Nothing here knows
of an index: `Archive.evaluate` hands over what it finds.

    files.py           the text of a file of topics, judgements or hits, and one written safely
    topics.py          what is asked: TSV, JSON Lines, SMART; trec.py reads TREC's shapes
    qrels.py           what people judged
    runs.py            what was found, as files that other tools read too
    measures.py        what is measured, and how
    significance.py    whether a difference may be chance
    asking.py          how a topic is asked, and which article has which name in judgements
    evaluating.py      topics asked of an archive, and what to know of the figures
    reports.py         what an evaluation holds, and how two compare
    judging.py         what is to be judged next, and where judgements are kept
"""
