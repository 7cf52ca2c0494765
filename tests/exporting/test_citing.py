"""Is an article cited alike in every form, and can nothing of it become markup?"""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import json
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from searcher import Archive, Article, ExportError
from searcher.exporting.citing import CITATION_FORMS, cite_article

ARTICLE = Article(
    "OPEC comments in run-up to May meeting",
    "Oil prices rose.",
    byline=("Alex Lawler", "Barbara Lewis"),
    date=dt.datetime(2009, 5, 22, 23, 30, tzinfo=dt.timezone(-dt.timedelta(hours=4))),
    source="Reuters",
    url="https://example.org/a?b=1&c=(2)",
)


def test_running_text_says_who_what_where_and_on_which_day() -> None:
    assert cite_article(ARTICLE, "plain") == (
        "Alex Lawler and Barbara Lewis, “OPEC comments in run-up to May meeting”, Reuters, "
        "22 May 2009, https://example.org/a?b=1&c=(2)"
    )
    assert cite_article(Article("", "Text."), "plain") == "[no headline]."


BEGUN = Article(
    "VIENNA - Ministers met.", "VIENNA - Ministers met. They spoke of oil.", ("Ada Berg",),
    source="Meridian Wire", url="https://example.org/1",
)  # fmt: skip


@pytest.mark.parametrize("form", CITATION_FORMS)
def test_a_first_sentence_is_not_cited_as_the_headline_of_a_paper(form: str) -> None:
    cited = cite_article(BEGUN, form)
    said = "[no headline; begins: VIENNA - Ministers met.]"
    if form == "markdown":
        said = MarkdownIt().render(cited)
        assert "[no headline; begins: VIENNA - Ministers met.]</a>, <em>Meridian" in said
        return
    assert said in cited and "“VIENNA" not in cited
    printed = dataclasses.replace(BEGUN, title="Ministers meet")
    assert "no headline" not in cite_article(printed, form)


def test_markdown_holds_one_link_and_one_paper_in_italics() -> None:
    html = MarkdownIt().render(cite_article(ARTICLE, "markdown"))
    assert html.count("<a ") == 1 and 'href="https://example.org/a?b=1&amp;c=(2)"' in html
    assert "<em>Reuters</em>" in html


@pytest.mark.parametrize("form", ["ris", "bibtex", "json"])
def test_the_forms_of_programs_are_those_of_export(form: str, tmp_path: Path) -> None:
    archive = Archive.create(tmp_path / "index")
    with archive.writer() as writer:
        writer.add(ARTICLE)
    stream = io.BytesIO()
    archive.export("*", stream, format=CITATION_FORMS[form].format)
    assert cite_article(ARTICLE, form) == stream.getvalue().decode()


@pytest.mark.parametrize("form", CITATION_FORMS)
@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "[x](javascript:alert(1))", "a\nER  - \nTY  - X", "}{\\input{x}"],
)
def test_hostile_fields_stay_text(form: str, text: str) -> None:
    article = Article(text, text, byline=(text,), source=text, url="javascript:alert(1)")
    cited = cite_article(article, form)
    if form == "markdown":
        html = MarkdownIt().render(cited)
        assert "<script" not in html and "<a" not in html
    elif form == "ris":
        assert cited.count("\nER  - ") == 1
    elif form == "json":
        assert len(json.loads(cited)) == 1
    elif form == "plain":
        assert "\n" not in cited and "javascript:alert(1)," not in cited


def test_another_form_is_an_error_that_names_those_there_are() -> None:
    with pytest.raises(ExportError, match="plain, ris, bibtex, markdown, json"):
        cite_article(ARTICLE, "mla")
