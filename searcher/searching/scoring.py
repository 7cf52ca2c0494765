"""How much is an occurrence worth?

BM25 for each field, summed (Robertson and Zaragoza, "The Probabilistic Relevance
Framework: BM25 and Beyond", 2009), with Lucene's idf, which is never negative:

    score(article) = sum over scored leaves l, in the order of the tree,
                     sum over their fields f, in the order title, body, byline, of
                     boost(l) * FIELD_WEIGHT[f] * weight(l, f) * saturation(tf, length)

    saturation(tf, length) = tf / (tf + K1 * (1 - B + B * length / average))

    tf       occurrences of the leaf in the field of this article
    length   words of the field as the field norm records them (one byte, rounded up:
             exact to ten words, then at most a tenth more, from a hundred on 4 %)
    average  recorded length of the field, over all articles of the index
    weight   of a word, pattern or fuzzy word: idf(df), df being the number of
             articles that hold any of its forms in the field;
             of a phrase, a word of several tokens, or a proximity expression: the
             sum over its words, as in Lucene; of alternatives inside one, the
             smallest, because the most common alternative is what it costs to match;
             any word (`*`) inside a phrase weighs 0
    idf(df)  ln(1 + (N - df + 0.5) / (df + 0.5)), N being the number of articles

N, df and average count the articles of all segments, replaced and removed ones
too until a merge drops them, as Lucene does: a query reads no more for it.

All arithmetic is IEEE double precision in the order written, so two executors can
be compared bit by bit.
"""

from __future__ import annotations

from math import log

__all__ = ["FIELD_WEIGHT", "K1", "B", "inverse_document_frequency", "saturation"]

K1 = 1.2
B = 0.75
FIELD_WEIGHT = {"title": 2.0, "body": 1.0, "byline": 1.0}


def inverse_document_frequency(document_frequency: int, document_count: int) -> float:
    """The weight of a word that `document_frequency` of `document_count` articles hold."""
    return log(1.0 + (document_count - document_frequency + 0.5) / (document_frequency + 0.5))


def saturation(frequency: int, length: int, average_length: float) -> float:
    """How much `frequency` occurrences in a field of `length` words count: 0 to 1."""
    return frequency / (frequency + K1 * (1.0 - B + B * length / average_length))
