"""What can be typed into the box, and which keys are there?

The query language on one page, as rows of an example and what it finds.  `docs/query-language.md`
says all of it; a test reads each example here with the parser.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["GROUPS", "KEYS", "Example", "Group"]


class Example(NamedTuple):
    """A query, and what it finds."""

    query: str
    meaning: str


class Group(NamedTuple):
    """Examples on one matter."""

    title: str
    examples: tuple[Example, ...]


def _group(title: str, *rows: tuple[str, str]) -> Group:
    return Group(title, tuple(Example(*row) for row in rows))


GROUPS = (
    _group(
        "Words",
        ("truce libya", "any of the words; articles with more of them, and closer, come first"),
        ("truce", "any inflection of the word: truce, truces"),
        ("=truce", "the word as it is spelt, capitals and accents aside"),
        ('"humanitarian truce"', "a phrase, as it is spelt"),
        ('"no * truce"', "a phrase with any one word inside"),
        ("militia*", "words that begin so; ? is one character, as in wom?n"),
        ("haftar~", "words at most two typing slips away; haftar~1: one"),
        ("variants:haftar", "any spelling of a name that the archive has"),
    ),
    _group(
        "Must, must not, either",
        ("+libya truce", "Libya must be there; truce only ranks"),
        ("libya -benghazi", "without Benghazi"),
        ("truce AND (libya OR yemen)", "exactly that; operators are in capitals"),
        ("tripoli NOT airport", "without the word airport"),
        ("libya^2 truce", "Libya counts double"),
    ),
    _group(
        "Near each other",
        ("oil w/5 price*", "at most five words apart, in either order"),
        ("oil pre/5 price*", "the same, oil first"),
        ("tripoli w/s airport", "in one sentence"),
        ("tripoli w/p airport", "in one paragraph"),
        ("tripoli NOT w/5 airport", "a Tripoli that has no airport near it"),
        ("atleast3(opec)", "at least three times"),
    ),
    _group(
        "Where in the article",
        ("title:oil", "in the headline; also headline: and hl:"),
        ("lead:opec", "in the first 60 words; hlead: in the headline or these"),
        ("byline:okafor", "in the names of the authors"),
        ("has:byline", "there is a byline; NOT has:byline: there is none"),
        ('source:"meridian wire"', "the whole value; also section:, language: and url:"),
        ("length:>800", "more than 800 words; length:500..1000"),
    ),
    _group(
        "When it was published",
        ("date:2019-04", "that month; date:2019 that year, date:2019-04-08 that day"),
        ("since:2008", "from then on"),
        ("until:2019-04-08", "up to then"),
        ("date:2019-01..2019-06", "from and to, both included"),
        ('date:"8 April 2019"', "dates as they are written"),
        ('date:"last 30 days"', "also today, yesterday, this week, last month, last year"),
    ),
)

KEYS = (
    ("/", "the search box"),
    ("j k", "next and previous result"),
    ("Enter", "open it"),
    ("n p", "next and previous hit in an article"),
    ("] [", "next and previous article of the search"),
    ("t", "the timeline: arrows move, Shift and arrows choose a range, Enter narrows"),
    ("f", "the facets"),
    ("s", "save the search"),
    ("c", "cite the article"),
    ("y", "copy the link; of the passage that is selected, if one is"),
    ("Esc", "back"),
    ("?", "the list of keys"),
)
