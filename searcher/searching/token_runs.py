"""Where in a text do given words stand side by side?

By the forms of tokens, as the index has them, or to the character.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from searcher.analysis import Analyzer
from searcher.analysis.tokens import token_spans

__all__ = ["StoredText", "bounds", "find_words", "run_in", "runs_in"]


class StoredText:
    """A stored text as its tokens."""

    def __init__(self, text: str, analyzer: Analyzer) -> None:
        self.text = text
        self.spans = token_spans(text)
        self._analyzer = analyzer
        self._forms: list[str] | None = None

    @property
    def forms(self) -> list[str]:
        """The forms of all tokens."""
        if self._forms is None:
            self._forms = self.some_forms(0, len(self.spans))
        return self._forms

    def some_forms(self, start: int, end: int) -> list[str]:
        """The forms of the tokens `start` to `end`."""
        spans = self.spans[start:end]
        return self._analyzer.forms_of([self.text[first:last] for first, last in spans])


def bounds(spans: Sequence[tuple[int, int]], start: int, end: int) -> tuple[int, int]:
    """The characters of tokens `start` to `end`; of none, the place where they would be."""
    if start < end:
        return spans[start][0], spans[end - 1][1]
    at = spans[start][0] if start < len(spans) else spans[-1][1]
    return at, at


def find_words(text: str, wanted: str) -> int:
    """Where `wanted` stands in a text as whole words; -1 if it does not."""
    at = text.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        before, behind = text[at - 1 : at], text[end : end + 1]
        if not _continues(before) and not _continues(behind):
            return at
        at = text.find(wanted, at + 1)
    return -1


def _continues(character: str) -> bool:
    """Whether a word may go on with it; where in doubt, tokens are asked."""
    return character.isalnum() or character in {"'", "’", "&"} or character > "\u02ff"


def run_in(forms: Sequence[str], wanted: Sequence[str], start: int = 0) -> int:
    """Where the run `wanted` begins in `forms`, from `start` on; -1 if it does not."""
    first, length = wanted[0], len(wanted)
    at = start
    try:
        while True:
            at = forms.index(first, at, len(forms) - length + 1)
            if list(forms[at : at + length]) == list(wanted):
                return at
            at += 1
    except ValueError:
        return -1


def runs_in(forms: Sequence[str], wanted: Sequence[str]) -> Iterable[tuple[int, int]]:
    """For places in `wanted` the longest run from there on that `forms` has.

    Cost: the sum of the lengths, and of how often pairs of neighbours of `wanted` recur.
    """
    pairs: dict[tuple[str, str], list[int]] = {}
    for at, pair in enumerate(pairwise(wanted)):
        pairs.setdefault(pair, []).append(at)
    # Runs that reach to the last pair, by the place in `wanted` where they end.
    reaching: dict[int, int] = {}
    for pair in pairwise(forms):
        places = pairs.get(pair)
        if places is None:  # nearly always
            if reaching:
                reaching = {}
            continue
        reaching = {at + 1: reaching.get(at, 1) + 1 for at in places}
        for end, length in reaching.items():
            yield end - length + 1, length
