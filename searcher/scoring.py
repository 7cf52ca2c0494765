"""How much is an occurrence worth?

BM25F (Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple weighted
fields", 2004; Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25
and Beyond", 2009), with Lucene's idf, which is never negative:

    score(article) = sum over scored leaves l, in the order of the tree, of
                     boost(l) * weight(l) * x / (k1 + x)
    x              = sum over the leaf's fields f, in the order title, body, byline, of
                     field_weight(f) * tf / (1 - b(f) + b(f) * length / average)

    tf       occurrences of the leaf in the field of this article
    length   words of the field as the field norm records them (one byte, rounded up:
             exact to ten words, then at most a tenth more, from a hundred on 4 %)
    average  recorded length of the field, over all articles of the index
    weight   of a word, pattern or fuzzy word: idf(df), df being the number of articles
             that hold any of its forms, in that field of the leaf where they are most,
             and of a bare word, in its stem's forms, times its recurrence (but in bylines);
             of a phrase, a word of several tokens, or a proximity expression: the sum
             over its words, as in Lucene; of alternatives inside one, the smallest,
             because the most common alternative is what it costs to match; any word
             (`*`) inside a phrase weighs 0
    idf(df)  ln(1 + (N - df + 0.5) / (df + 0.5)), N being the number of articles
    recurrence  c / (c + d), the word standing c times in titles and bodies, in d articles:
             a word that recurs where it stands is what the article is about, and "coping"
             or "which" are not (Church and Gale, "Poisson mixtures", 1995; as a factor of
             this form Paik, "A novel TF-IDF weighting scheme", 2013)

N, df and average count the articles of all segments, replaced and removed ones too
until a merge drops them, as Lucene does: a query reads no more for it.

The constants are one value, `Scoring`: both executors and the native core are given it.
b is that of bodies; titles and bylines have none.  Native segments keep the value that the
bounds of their posting lists were computed with (`native/src/scoring.rs`); under another
one they answer as rightly, and more slowly.

The defaults were chosen by `benchmarks/quality` on AP 1988 with TREC topics 151 to 200,
titles as keyword queries: MAP 0.343, nDCG@10 0.488.  A BM25 score for each field, added up
(k1 1.2, b 0.75, title weighing 2), gave 0.185 and 0.350: titles are short, so each word of
one is rare among titles and one chance match outweighs a whole body.  Occurrences in a title
count as two in a body of average length, whatever the title's length; norms for titles (0.25
to 0.75) made no difference.

All arithmetic is IEEE double precision in the order written, so two executors can be
compared bit by bit.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from math import log

__all__ = ["DEFAULT_SCORING", "Scoring", "inverse_document_frequency", "recurrence"]

# Far beyond what ranks anything sensibly, and so far from the ends of floating point that
# no product or quotient of them is lost.
_LARGEST = 1e6


@dataclass(frozen=True, slots=True)
class Scoring:
    """The constants of the ranking.

    Arguments:
        k1: how soon repetition stops to matter: more than 0.  The strength at which a word
            is worth half of what it can be.
        b: how much the length of a body counts: from 0, not at all, to less than 1.
        title_weight, body_weight, byline_weight: what an occurrence counts in each field.

    Raises:
        ValueError: one is outside its range.
    """

    k1: float = 1.6
    b: float = 0.3
    title_weight: float = 2.0
    body_weight: float = 1.0
    byline_weight: float = 1.0

    def __post_init__(self) -> None:
        for name in self.__slots__:
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise ValueError(f"{name} is a number, not {value!r}")
            low, high = {"k1": (1e-6, _LARGEST), "b": (0.0, 1.0)}.get(name, (0.0, _LARGEST))
            if not low <= value <= high or (name == "b" and value == 1.0):
                said = "from 0 to less than 1" if name == "b" else f"from {low:g} to {high:g}"
                raise ValueError(f"{name} is {said}, not {value!r}")
            object.__setattr__(self, name, float(value))

    def strength(self, field: str, frequency: int, length: int, average_length: float) -> float:
        """What `frequency` occurrences in a field of `length` words add to x."""
        if field == "body":
            norm = 1.0 - self.b + self.b * length / average_length
            return self.body_weight * frequency / norm
        return (self.title_weight if field == "title" else self.byline_weight) * frequency

    def saturation(self, x: float) -> float:
        """How much of a leaf's weight x is worth: from 0 towards 1."""
        return x / (self.k1 + x)

    def as_tuple(self) -> tuple[float, float, float, float, float]:
        """The constants in their order, as the native core takes them."""
        k1, b, title, body, byline = astuple(self)
        return k1, b, title, body, byline


DEFAULT_SCORING = Scoring()


def recurrence(occurrences: int, documents: int) -> float:
    """What is left of the weight of a word that stands `occurrences` times in `documents`
    articles: a half where it never recurs, nearly all where it does all the time."""
    return occurrences / (occurrences + documents) if occurrences else 1.0


def inverse_document_frequency(document_frequency: int, document_count: int) -> float:
    """The weight of a word that `document_frequency` of `document_count` articles hold."""
    return log(1.0 + (document_count - document_frequency + 0.5) / (document_frequency + 0.5))
