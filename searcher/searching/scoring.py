"""How much is an occurrence worth?

BM25F (Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple weighted
fields", 2004; Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25
and Beyond", 2009), with Lucene's idf, which is never negative:

    score(article) = sum over scored leaves l, in the order of the tree, of
                     boost(l) * weight(l) * x / (K1 + x)
    x              = sum over the leaf's fields f, in the order title, body, byline, of
                     FIELD_WEIGHT[f] * tf / (1 - B[f] + B[f] * length / average)

    tf       occurrences of the leaf in the field of this article
    length   words of the field as the field norm records them (one byte, rounded up:
             exact to ten words, then at most a tenth more, from a hundred on 4 %)
    average  recorded length of the field, over all articles of the index
    weight   of a word, pattern or fuzzy word: idf(df), df being the number of articles
             that hold any of its forms, in that field of the leaf where they are most;
             of a phrase, a word of several tokens, or a proximity expression: the sum
             over its words, as in Lucene; of alternatives inside one, the smallest,
             because the most common alternative is what it costs to match; any word
             (`*`) inside a phrase weighs 0
    idf(df)  ln(1 + (N - df + 0.5) / (df + 0.5)), N being the number of articles

N, df and average count the articles of all segments, replaced and removed ones too
until a merge drops them, as Lucene does: a query reads no more for it.

The constants were chosen by `benchmarks/ranking.py` on AP 1988 with TREC topics 151 to
200, titles as keyword queries: MAP 0.343, nDCG@10 0.488.  A BM25 score for each field,
added up (k1 1.2, b 0.75, title weighing 2), gave 0.185 and 0.350: titles are short, so
each word of one is rare among titles and one chance match outweighs a whole body.
Occurrences in a title count as two in a body of average length, whatever the title's
length; norms for titles (0.25 to 0.75) made no difference.

All arithmetic is IEEE double precision in the order written, so two executors can be
compared bit by bit.
"""

from __future__ import annotations

from math import log

__all__ = ["FIELD_WEIGHT", "K1", "B", "inverse_document_frequency", "saturation", "strength"]

K1 = 1.6
B = {"title": 0.0, "body": 0.3, "byline": 0.0}
FIELD_WEIGHT = {"title": 2.0, "body": 1.0, "byline": 1.0}


def inverse_document_frequency(document_frequency: int, document_count: int) -> float:
    """The weight of a word that `document_frequency` of `document_count` articles hold."""
    return log(1.0 + (document_count - document_frequency + 0.5) / (document_frequency + 0.5))


def strength(field: str, frequency: int, length: int, average_length: float) -> float:
    """What `frequency` occurrences in a field of `length` words add to x."""
    norm = 1.0 - B[field] + B[field] * length / average_length
    return FIELD_WEIGHT[field] * frequency / norm


def saturation(x: float) -> float:
    """How much of a leaf's weight x is worth: from 0 towards 1."""
    return x / (K1 + x)
