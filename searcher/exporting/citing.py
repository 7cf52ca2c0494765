"""How is one article cited, in the form that somebody asks for?

What the page copies, what the API answers and what `export` writes is one and the same:

    plain      Alex Lawler, “OPEC comments”, Reuters, 22 May 2009, https://example.org/a
    markdown   the same with the paper in italics and the headline as a link, nothing else of it
               markup
    ris, bibtex, json   what `export` writes of one article; json is CSL-JSON

In running text as newspapers are cited in Britain: names as they are printed, the day written
out.  What an article does not have is left out, but for a headline: that there is none is said.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from searcher.errors import ExportError
from searcher.exporting.citation import cited_title, on_one_line, own_day
from searcher.exporting.columns import choose_columns
from searcher.exporting.destination import BinaryOutput
from searcher.exporting.formats import BY_NAME, Options
from searcher.exporting.markdown import escaped

if TYPE_CHECKING:
    from searcher.article import Article

__all__ = ["CITATION_FORMS", "CitationForm", "cite_article"]


class CitationForm(NamedTuple):
    """A form of citations: its name, what HTTP calls it, and how a file of it ends."""

    name: str
    media_type: str
    extension: str
    format: str | None = None


CITATION_FORMS: dict[str, CitationForm] = {
    form.name: form
    for form in (
        CitationForm("plain", "text/plain; charset=utf-8", ".txt"),
        CitationForm("ris", "application/x-research-info-systems", ".ris", "ris"),
        CitationForm("bibtex", "application/x-bibtex; charset=utf-8", ".bib", "bibtex"),
        CitationForm("markdown", "text/markdown; charset=utf-8", ".md"),
        CitationForm("json", "application/vnd.citationstyles.csl+json", ".json", "csl-json"),
    )
}
"""The forms that there are, by name."""

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WEB_ADDRESS = re.compile(r"https?://[^\s\x00-\x20\x7f-\x9f]+", re.I)
# What may stand in the address of a link as it is.
_IN_ADDRESS = "!#$%&'()*+,-./:;=?@[]_~"


class _Alone(NamedTuple):
    """An article that no search found: what the writers of `export` take."""

    article: Article
    rank: int = 1
    score: float = 0.0


def cite_article(article: Article, form: str) -> str:
    """The citation of `article`.

    Arguments:
        form: one of `CITATION_FORMS`.

    Raises:
        ExportError: there is no such form.
    """
    chosen = CITATION_FORMS.get(form)
    if chosen is None:
        known = ", ".join(CITATION_FORMS)
        raise ExportError("form of citation", "there is none such", hint=f"there are {known}")
    if chosen.format is None:
        return _in_words(article, is_markdown=form == "markdown")
    row = BY_NAME[chosen.format]
    stream = io.BytesIO()
    output = BinaryOutput(stream)
    row.write([_Alone(article)], choose_columns(None, usual=row.fields), output, Options())
    output.flush()
    return stream.getvalue().decode("utf-8")


def _in_words(article: Article, *, is_markdown: bool) -> str:
    title = on_one_line(cited_title(article)) or "[no headline]"
    has_headline = title == on_one_line(article.title)
    source = on_one_line(article.source or "")
    names = [name for name in map(on_one_line, article.byline) if name]
    names = [", ".join(names[:-1]) + " and " + names[-1]] if len(names) > 1 else names
    day = [_written_out(own_day(article.date))] if article.date else []
    address = article.url if article.url and _WEB_ADDRESS.fullmatch(article.url) else None
    if is_markdown:
        # The first character of a line may be markup where it is none elsewhere.
        title = escaped(title)
        if address:
            title = f"[{title}](<{quote(address, safe=_IN_ADDRESS)}>)"
        title = f"“{title}”" if has_headline else title
        parts = [*map(escaped, names), title, *([f"*{escaped(source)}*"] if source else [])]
        return ", ".join([*parts, *day]) + "."
    parts = [*names, f"“{title}”" if has_headline else title, *([source] if source else []), *day]
    return ", ".join([*parts, *([address] if address else [])]) + ("" if address else ".")


def _written_out(day: dt.date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
