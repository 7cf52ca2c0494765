"""Given two texts, what differs?

    alignment.py   which items of two sequences stay, in order
    texts.py       which characters of a text changed, word by word
    articles.py    what of an article changed: headline, body, and what else is known of it
    sentences.py   the changed sentences, as lines to show
    edits.py       which changes matter most: the headline, and figures

Nothing here knows an index, or whether one article is a copy of another.
"""
