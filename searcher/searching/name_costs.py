"""How far apart are two spellings of a name?

Names from another script have as many spellings as transcribers: `Haftar`, `Hifter`,
`Khaftar`.  What stays are most consonants, and what changes are vowels, doubled letters, and
letters that write the same sound.  So the distance is that of weighted edits over *units*, a
letter or a few that write one sound (`sch`, `ph`, `oo`): a unit for another, a unit more or
less.  A cost is the logarithm of how much rarer such a change is than the
letter kept as it is, between spellings of one name; costs of several changes add up.

They were counted over 30,000 spellings of names in Arabic script, half of those in the
research corpus ANETAC (Ameur and others, 2019), rounded to half units, and cleaned by hand
of what is a slip of its optical reading; the units `kh`, `gh`, `zh`, `dj` and `ts`, too rare
there, have costs by analogy.  `benchmarks/newsroom/names.py` has the figures on the other
half.

What it does not do: know languages (`w` is near `v` and near `u` everywhere), or which of
the spellings are in an archive (`names.py`).
"""

from __future__ import annotations

from functools import cache, lru_cache
from itertools import accumulate

__all__ = ["FAR", "beginnings", "skeleton", "units_of", "unlikeness"]

FAR = 12.0
"""From here on two words are not spellings of one name."""

# Written as one character each, the longer ones first.
_UNITS = (
    ("tsch", "C"), ("sch", "S"), ("tch", "C"), ("dzh", "J"), ("sh", "H"), ("ch", "C"),
    ("ck", "K"), ("kh", "X"), ("gh", "G"), ("zh", "Z"), ("dj", "J"), ("dh", "D"), ("th", "Y"),
    ("ph", "F"), ("ks", "x"),
    ("ts", "T"), ("tz", "T"), ("ou", "O"), ("oo", "U"), ("ee", "E"),
)  # fmt: skip

# Which two units may stand for each other at which cost; all others cost `_OTHER`.
_ALIKE = {
    0.5: "fF uO",
    1.0: "dD ck ei fv iy iE kK ou oO uU vF yE OU",
    1.5: "bp eE HS gG jJ jZ hX kX",
    2.0: "tY cK cC ey kq oU sx HC CS KX qX CX zZ JZ",
    2.5: "DY Dz cq gj qK uw wO EC zT gJ cT",
    3.0: "ae cs kC pF vw wU xK sT cX hG qG jG dJ",
    3.5: "gk dY sY aO cx gq hF kx ow sz KC",
    4.0: "ai ao au aE eo eu eO jy ku sH uE HZ gZ tT",
    4.5: "ay gh hK hC hS iu iO GX XG",
    5.0: "ch ct cH fu hj io iU ju jz oE dg",
}
_OTHER = 7.0
# What a unit that is there in one spelling only costs, and what one costs that doubles the
# one before it.
_MISSING = {
    2.5: "e", 3.0: "iy", 3.5: "ahq", 4.0: "uwK", 4.5: "oO", 5.0: "gjz",
    5.5: "cdklnrtFDY", 6.0: "bUECXGZJT", 6.5: "fs", 7.0: "mpvxHS",
}  # fmt: skip
_DOUBLED = {3.0: "l", 3.5: "nst", 4.0: "dfgkprz", 4.5: "cm", 5.0: "b"}
# The beginning of a name changes less.
_FIRST = 1.0

# Units that are alike are one in a skeleton, and vowels are none.
_VOWELS = "aeiouyOUEwhj"
_CLASSES = str.maketrans("bpfvFckqKxsztdTDYgGXJZHSC", "ppfffkkkkksstttttkkksssss", _VOWELS)


@cache
def _costs() -> dict[str, dict[str, float]]:
    """What a unit costs in the place of another."""
    costs: dict[str, dict[str, float]] = {}
    for cost, pairs in _ALIKE.items():
        for pair in pairs.split():
            a, b = pair[0], pair[1]
            costs.setdefault(a, {})[b] = costs.setdefault(b, {})[a] = cost
    return costs


@cache
def _missing() -> dict[str, float]:
    """What a unit costs that one of two spellings has not; two of a kind: that doubles."""
    costs = {unit: cost for cost, units in _MISSING.items() for unit in units}
    doubled = {unit * 2: cost for cost, units in _DOUBLED.items() for unit in units}
    return costs | {unit * 2: cost for unit, cost in costs.items()} | doubled


@lru_cache(maxsize=4096)
def units_of(word: str) -> str:
    """A word in small Latin letters (or several, a line each), as units."""
    for letters, unit in _UNITS:
        word = word.replace(letters, unit)
    return word


def skeleton(units: str) -> str:
    """The consonants of a word, or of several, a line each, by classes and none doubled."""
    bones = units.translate(_CLASSES)
    for kind in "pfkstlmnr":
        while kind * 2 in bones:
            bones = bones.replace(kind * 2, kind)
    return bones


@cache
def beginnings(letter: str) -> str:
    """The letters that the other spellings of a name with this first letter begin with."""
    near = {letter}
    for unit, others in _costs().items():
        if unit == letter or _letters(unit)[0] == letter:
            near |= {_letters(other)[0] for other, cost in others.items() if cost <= 3.5}
    return "".join(sorted(near))


@cache
def _letters(unit: str) -> str:
    return next((letters for letters, short in _UNITS if short == unit), unit)


def unlikeness(a: str, b: str, limit: float = FAR) -> float:
    """The cost of the cheapest way from the units `a` to the units `b`, or `limit` if it is
    more.

    Cost: the product of their lengths, a tenth of a microsecond for each.
    """
    costs, missing = _costs(), _missing()
    nothing: dict[str, float] = {}
    gaps = [
        missing.get(unit * 2 if unit == before else unit, _OTHER)
        for before, unit in zip(" " + b, b, strict=False)
    ]
    if gaps:
        gaps[0] += _FIRST
    before = list(accumulate(gaps, initial=0.0))
    last = " "
    first = _FIRST
    for x in a:
        alike = costs.get(x, nothing)
        gap_x = missing.get(x * 2 if x == last else x, _OTHER) + first
        diagonal = before[0]
        cost = least = diagonal + gap_x
        row = [cost]
        for y, gap_y, above in zip(b, gaps, before[1:], strict=True):
            if x != y:
                diagonal += alike.get(y, _OTHER) + first
            first = 0.0
            cost += gap_y
            if diagonal < cost:
                cost = diagonal
            if above + gap_x < cost:
                cost = above + gap_x
            row.append(cost)
            if cost < least:
                least = cost
            diagonal = above
        if least >= limit:
            return limit
        before = row
        last = x
        first = 0.0
    return min(before[-1], limit)
