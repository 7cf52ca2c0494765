"""Articles as nobody wishes for them, and how to write some."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from hypothesis import strategies as st

from searcher import Article
from searcher.exporting.columns import choose_columns
from searcher.exporting.formats import BY_NAME, Options
from searcher.exporting.run import check_export, write_articles
from searcher.fields import FIELDS, FieldTable


class Found(NamedTuple):
    """An article as a search hands it over."""

    rank: int
    score: float
    article: Article


# What formats, spreadsheets, terminals and file systems obey, and what has no place in them.
PIECES = (
    *("=1+1", "+1", "-1", "@SUM(A1)", "＝1", "'=1", "''", '"', '""', ",", ";", "\\", "\\;", "\t"),
    *("\n", "\r", "\r\n", "\n\n", "\0", "\x1b[31m", "\x85", "\u2028", "\u2029", "\ufeff", "\u200b"),
    *(
        "\u202e",
        "مرحبا",
        "שלום",
        "한국",
        "é",
        "e\u0301",
        "😀",
        "\ud800",
        "\udfff",
        "\uffff",
        "\x7f",
    ),
    *("<script>alert(1)</script>", "<b>", "</p>", "&amp;", "&", "<!--", "]]>", "`", "*", "_", "#"),
    *("[a](javascript:x)", "![x](y)", "    code", "1. ", "- ", "> ", "---", "===", "|", "~~", "$"),
    *("TY  - NEWS", "ER  - ", "\nER  - \n", "AU  - x", "@article{x,", "{", "}", "{}", "%", "^"),
    *(
        "\\textbackslash{}",
        "\\input{x}",
        "# ",
        "and",
        " and ",
        "../",
        "/",
        "C:\\",
        "CON",
        "..",
        ".",
    ),
    *("truce", "Ada", "Okafor", "van", "Jr.", " ", "  ", "x" * 300),
)
texts = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=8).map("".join)
plain_words = st.lists(
    st.sampled_from(("Ada", "van", "der", "Berg", "O'Neil", "Lee", "Jr.", "Reuters", "and", "II")),
    min_size=1,
    max_size=4,
).map(" ".join)
dates = st.one_of(
    st.none(),
    st.dates(),
    st.datetimes(timezones=st.timezones(), allow_imaginary=False).filter(
        lambda date: date.utcoffset() is not None
    ),
)
articles = st.builds(
    Article,
    title=texts,
    body=texts,
    byline=st.lists(st.one_of(texts, plain_words), max_size=3).map(tuple),
    date=dates,
    updated=dates,
    source=st.one_of(st.none(), texts),
    section=st.one_of(st.none(), texts),
    language=st.sampled_from((None, "en", "pt-BR", '"><script>')),
    url=st.one_of(
        st.none(), texts, texts.map(lambda text: "https://example.org/" + text.replace(" ", "+"))
    ),
    path=st.one_of(st.none(), texts),
    id=st.one_of(st.just(""), texts),
    record=st.one_of(st.none(), st.integers(1, 10**9)),
    metadata=st.dictionaries(
        st.one_of(st.just("country"), texts.filter(lambda t: 0 < len(t) <= 100)),
        st.one_of(texts, st.lists(texts, max_size=3).map(tuple)),
        max_size=3,
    ),
)
several_articles = st.lists(articles, max_size=4)


def exported(
    articles: Iterable[Article],
    format: str,
    *,
    fields: Sequence[str] | None = None,
    bom: bool = False,
    table: FieldTable = FIELDS,
) -> bytes:
    """What an export of `articles` in `format` holds."""
    form = BY_NAME[format]
    stream = io.BytesIO()
    target = check_export(stream, form, force=False)
    columns = choose_columns(fields, table, usual=form.fields)
    found = (Found(rank, 1 / rank, article) for rank, article in enumerate(articles, 1))
    write_articles(found, target, form, columns, options=Options(bom=bom))
    return stream.getvalue()


NOON = dt.datetime(2019, 4, 8, 12, 30, tzinfo=dt.timezone(dt.timedelta(hours=2)))
TRUCE = Article(
    "Truce holds",
    "A first paragraph.\nIts second line.\n\nA second paragraph.",
    ("Ada van der Berg", "Reuters Staff", "Martin King Jr."),
    NOON,
    "Meridian Wire",
    "World",
    "en",
    "https://example.org/truce?a=1&b=2",
    "corpus/truce.html",
    id="t1",
    metadata={"country": ("FI", "SE"), "page": "A1"},
)
EMPTY = Article("", "", id="e1")
