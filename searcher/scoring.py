"""How much is an occurrence worth?

BM25F (Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple weighted
fields", 2004; Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25
and Beyond", 2009), with Lucene's idf, which is never negative:

    score(article) = sum over scored leaves l, in the order of the tree, of
                     boost(l) * weight(l) * x / (k1 + x)
                     (then those that the closeness of words adds, see below)
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

Closer is better: two bare words of a keyword group add a leaf of their own
(`searching/closeness.py` says which do).  It occurs wherever the two stand at
most `closeness_distance` words apart, in either order, its tf being the number of such
pairs, but in no field more than either word's own; its weight is the sum of theirs, as of any
proximity expression, and its boost that of the group times `closeness`.  It makes no article
match.  This is the full dependence
model (Metzler and Croft, "A Markov random field model for term dependencies", 2005) without
its ordered windows and without more than two words, in the shape of BM25 (Rasolofo and
Savoy, "Term proximity scoring for keyword-based retrieval systems", 2003): as there, a pair
is worth something only beside what the words are worth themselves, and is saturated as they
are.  Tao and Zhai ("An exploration of proximity measures in information retrieval", 2007)
found the distance of the nearest pair to do as well; the number of pairs, so limited, makes a
pair worth no more than either word is, which can be known without reading positions.  Without
the limit the rankings are as good (AP 1988 .3628 and .3624, TIME .6636 and .6666, Cranfield
.3080 and .3082, related .2331 and .2332 in average precision), and twice as many articles have
to be looked at.

The constants are one value, `Scoring`: both executors and the native core are given it.
b is that of bodies; titles and bylines have none.  Native segments keep those that the
bounds of their posting lists were computed with (`native/src/scoring.rs`); under others
they answer as rightly, and more slowly.  Closeness is no part of any bound that is kept.

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

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import log

__all__ = [
    "DEFAULT_SCORING",
    "WEIGHTS",
    "Scoring",
    "inverse_document_frequency",
    "parse_weights",
    "recurrence",
]

# Far beyond what ranks anything sensibly, and so far from the ends of floating point that
# no product or quotient of them is lost.
_LARGEST = 1e6

# What people call the constants, and what they are called here.
WEIGHTS = {
    "k1": "k1",
    "b": "b",
    "title": "title_weight",
    "body": "body_weight",
    "byline": "byline_weight",
    "closeness": "closeness",
    "distance": "closeness_distance",
}


@dataclass(frozen=True, slots=True)
class Scoring:
    """The constants of the ranking.

    Arguments:
        k1: how soon repetition stops to matter: more than 0.  The strength at which a word
            is worth half of what it can be.
        b: how much the length of a body counts: from 0, not at all, to less than 1.
        title_weight, body_weight, byline_weight: what an occurrence counts in each field.
        closeness: what a pair of words that stand close counts beside the words themselves:
            from 0, nothing.
        closeness_distance: how many words apart a pair may stand: a whole number from 1 to
            a million.

    Raises:
        ValueError: one is outside its range.
    """

    k1: float = 1.6
    b: float = 0.3
    title_weight: float = 2.0
    body_weight: float = 1.0
    byline_weight: float = 1.0
    closeness: float = 0.2
    closeness_distance: int = 8

    def __post_init__(self) -> None:
        distance = self.closeness_distance
        if isinstance(distance, bool) or not isinstance(distance, int):
            raise ValueError(f"closeness_distance is a whole number, not {distance!r}")
        if not 1 <= distance <= _LARGEST:
            raise ValueError(f"closeness_distance is from 1 to {_LARGEST:g}, not {distance!r}")
        for name in self.__slots__:
            value = getattr(self, name)
            if name == "closeness_distance":
                continue
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise ValueError(f"{name} is a number, not {value!r}")
            low, high = {"k1": (1e-6, _LARGEST), "b": (0.0, 1.0)}.get(name, (0.0, _LARGEST))
            if not low <= value <= high or (name == "b" and value == 1.0):
                said = "from 0 to less than 1" if name == "b" else f"from {low:g} to {high:g}"
                raise ValueError(f"{name} is {said}, not {value!r}")
            object.__setattr__(self, name, float(value))

    def with_weights(self, weights: Mapping[str, float]) -> Scoring:
        """The same with other constants, by the names that `WEIGHTS` has.

        Raises:
            ValueError: there is no constant of that name, or it is outside its range.
        """
        for name in weights:
            if name not in WEIGHTS:
                raise ValueError(f"{name!r} is no weight; there are {', '.join(WEIGHTS)}")
        scoring = self
        for name, value in weights.items():
            if name == "distance" and isinstance(value, float) and value.is_integer():
                value = int(value)
            try:
                scoring = replace(scoring, **{WEIGHTS[name]: value})  # type: ignore[arg-type]
            except ValueError as error:
                raise ValueError(str(error).replace(WEIGHTS[name], name, 1)) from None
        return scoring

    def weights(self) -> dict[str, float]:
        """The constants by the names that `WEIGHTS` has."""
        return {name: getattr(self, field) for name, field in WEIGHTS.items()}

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
        """What an occurrence is worth, as the native core takes it: all but closeness, which
        is a part of what it is asked."""
        return self.k1, self.b, self.title_weight, self.body_weight, self.byline_weight


DEFAULT_SCORING = Scoring()


def recurrence(occurrences: int, documents: int) -> float:
    """What is left of the weight of a word that stands `occurrences` times in `documents`
    articles: a half where it never recurs, nearly all where it does all the time."""
    return occurrences / (occurrences + documents) if occurrences else 1.0


def parse_weights(text: str) -> dict[str, float]:
    """Weights as people write them: `k1=1.2,b=0.5,title=3,closeness=0`.

    Raises:
        ValueError: a part is not `NAME=NUMBER`, or is there twice; a name is no weight, or a
            number outside of what it may be.
    """
    found: dict[str, float] = {}
    for part in text.split(","):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or not name:
            raise ValueError(f"{part.strip()!r} is not NAME=NUMBER, as in k1=1.2,title=3")
        if name in found:
            raise ValueError(f"{name} is given twice")
        try:
            found[name] = float(value)
        except ValueError:
            raise ValueError(f"{name} is a number, not {value!r}") from None
        DEFAULT_SCORING.with_weights({name: found[name]})
    return found


def inverse_document_frequency(document_frequency: int, document_count: int) -> float:
    """The weight of a word that `document_frequency` of `document_count` articles hold."""
    return log(1.0 + (document_count - document_frequency + 0.5) / (document_frequency + 0.5))
