"""How is an explanation of a query printed?"""

from __future__ import annotations

from searcher.cli.layout import counted, wrap
from searcher.cli.output import Screen, Styled
from searcher.searching.explain import Explanation, PartExplanation

__all__ = ["hint", "print_explanation"]

_INDENT = "  "
_LABEL = " " * 12


def print_explanation(screen: Screen, explanation: Explanation) -> None:
    """Print how the query was read, and what each part found."""
    found = counted(explanation.total, "article")
    screen.line("understood  ", Styled(explanation.understood, "bold"))
    screen.line(f"matches     {found}")
    if explanation.failing:
        screen.line("fails at    ", Styled(explanation.failing, "bold"))
    for close in explanation.closeness:
        words = ", ".join(close.words)
        said = f"{words}: better within {counted(close.distance, 'word')} of each other"
        for row in wrap(said, screen.width and screen.width - len(_LABEL)):
            screen.line("closeness   " if row == said else _LABEL, row)
    for part in explanation.parts:
        screen.line()
        screen.line(Styled(part.text, "bold"), f"  {_where(part)}")
        for line in _details(part):
            for row in wrap(line, screen.width and screen.width - len(_INDENT)):
                screen.line(_INDENT, row)


def _where(part: PartExplanation) -> str:
    where = counted(part.articles, "article")
    return f"{where} in {' or '.join(part.fields)}" if part.fields else where


def _details(part: PartExplanation) -> list[str]:
    lines = []
    if part.forms:
        forms = ", ".join(f"{form} {count:,}" for form, count in part.forms)
        rest = part.form_count - len(part.forms)
        lines.append(f"{forms}, and {rest:,} more words" if rest else forms)
    if part.suggestions:
        lines.append(f"did you mean {' or '.join(part.suggestions)}?")
    return lines


def hint(explanation: Explanation) -> str | None:
    """One line on why a query found nothing; None if there is nothing to say."""
    for part in explanation.parts:
        if part.suggestions:
            return f"no article has {part.text}; did you mean {' or '.join(part.suggestions)}?"
    if explanation.failing and explanation.failing != explanation.understood:
        return f"nothing matches {explanation.failing}"
    return None
