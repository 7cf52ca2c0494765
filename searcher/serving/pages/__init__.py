"""What does a person see?

Each page is a function from the archive and a link to a template and what it shows; it knows
nothing of HTTP, asks the library for everything, and makes every next step a link or a form, so
that it is complete without a script.

    routes.py        under which addresses the pages are
    page.py          what a view hands back
    rendering.py     how that becomes HTML
    home.py          the first page
    search.py        a search: hits, lines in context, a table; facets and the timeline
    chips.py         how the query was read, part by part
    parts.py         a query without one of its parts, or with one more
    failing.py       a query that cannot be read, or that finds nothing
    article.py       an article, with its hits, citations, copies and versions
    compare.py       several queries side by side
    saved.py         the searches that were saved
    about.py         what the archive covers, and help
    language.py      the query language on one page, and the keys
    shown.py         how the text of strangers is shown
"""

from searcher.serving.pages.routes import routes

__all__ = ["routes"]
