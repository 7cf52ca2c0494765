"""Do reference managers and citation processors read what the articles say?"""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
from hypothesis import given

from searcher import Article
from searcher.exporting.bibtex import citation_key
from searcher.exporting.citation import Name, cited_title, name_parts, on_one_line
from searcher.exporting.columns import CITED

from .strategies import EMPTY, TRUCE, Found, exported, several_articles

pytestmark = pytest.mark.same_without_core

WITH_TEXT = [*CITED, "body", "path"]
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def day_of(article: Article) -> str | None:
    return None if article.date is None else article.date.isoformat()[:10]


def number_of_names(article: Article) -> int:
    """Of those that are not control characters only."""
    return sum(bool(on_one_line(name)) for name in article.byline)


def blanks_folded(text: str) -> str:
    return " ".join(text.split())


# ---------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Ada Okafor", Name("Okafor", "Ada")),
        ("Ada van der Berg", Name("van der Berg", "Ada")),
        ("José M. Núñez", Name("Núñez", "José M.")),
        ("Martin Luther King Jr.", Name("King", "Martin Luther", "Jr.")),
        ("Siobhán O’Neil-Smith", Name("O’Neil-Smith", "Siobhán")),
        ("Анна Каренина", Name("Каренина", "Анна")),
        *((whole, Name(whole)) for whole in ("Reuters", "Reuters Staff", "Simon and Schuster")),
        *(
            (whole, Name(whole))
            for whole in ("Lee, Ann", "staff writer", "习近平", "Agent 007", "")
        ),
    ],
)
def test_a_name_is_parted_where_it_is_a_persons(name: str, parts: Name) -> None:
    assert name_parts(name) == parts and parts.whole == name


@given(several_articles)
def test_the_parts_of_a_name_make_it_up_again(articles: list[Article]) -> None:
    for name in (name for article in articles for name in article.byline):
        assert name_parts(name).whole == name


# ---------------------------------------------------------------- RIS


def read_ris(data: bytes) -> list[dict[str, Any]]:
    """The records, read by the definition: a tag, two blanks, a hyphen, a blank, the value."""
    records: list[dict[str, Any]] = []
    for line in io.StringIO(data.decode("utf-8"), newline=None):
        match = re.fullmatch(r"([A-Z][A-Z0-9])  - (.*)\n", line)
        if match is None:
            assert line == "\n"
        elif match[1] == "TY":
            assert match[2] == "NEWS"
            records.append({})
        elif match[1] != "ER":
            records[-1].setdefault(match[1], []).append(match[2])
    return records


def cited(text: str | None) -> list[str]:
    return [on_one_line(text)] if text else []


@given(several_articles)
def test_ris_holds_a_record_for_each_article_and_nothing_of_their_texts_is_a_tag(
    articles: list[Article],
) -> None:
    records = read_ris(exported(articles, "ris", fields=WITH_TEXT))
    assert len(records) == len(articles)
    for record, article in zip(records, articles, strict=True):
        assert record.get("TI", []) == cited(cited_title(article))
        assert record.get("T2", []) == cited(article.source)
        assert record.get("SE", []) == cited(article.section)
        assert record.get("UR", []) == cited(article.url)
        assert record["ID"] == cited(article.id)
        assert record.get("AB", []) == cited(article.body)
        assert len(record.get("AU", [])) == number_of_names(article)
        day = day_of(article)
        assert record.get("DA", []) == ([day.replace("-", "/")] if day else [])
        assert record.get("PY", []) == ([day[:4]] if day else [])


@given(several_articles)
def test_rispy_reads_as_many_records_with_their_headlines(articles: list[Article]) -> None:
    rispy = pytest.importorskip("rispy")
    records = rispy.loads(exported(articles, "ris", fields=WITH_TEXT).decode("utf-8"))
    assert [record.get("title", "") for record in records] == [
        on_one_line(cited_title(article)) for article in articles
    ]


def test_rispy_reads_what_a_newspaper_article_has() -> None:
    rispy = pytest.importorskip("rispy")
    record, empty = rispy.loads(exported([TRUCE, EMPTY], "ris", fields=WITH_TEXT).decode())
    assert record["type_of_reference"] == "NEWS" and record["title"] == "Truce holds"
    assert record["authors"] == ["van der Berg, Ada", "Reuters Staff", "King, Martin, Jr."]
    assert (record["year"], record["date"]) == ("2019", "2019/04/08")
    assert record["secondary_title"] == "Meridian Wire" and record["section"] == "World"
    assert record["language"] == "en" and record["urls"] == [TRUCE.url] and record["id"] == "t1"
    assert record["abstract"].split() == TRUCE.body.split()
    assert record["notes"] == ["path: corpus/truce.html"]
    assert empty == {"type_of_reference": "NEWS", "id": "e1"}


# ---------------------------------------------------------------- BibTeX


def read_bibtex(data: bytes) -> list[dict[str, str]]:
    bibtexparser = pytest.importorskip("bibtexparser")
    parser = bibtexparser.bparser.BibTexParser(common_strings=True, interpolate_strings=True)
    entries: list[dict[str, str]] = parser.parse(data.decode("utf-8")).entries
    return entries


SIGNS = {
    **{rf"\{sign}": sign for sign in "%&$#_"},
    "\\textbackslash{}": "\\",
    "\\textbraceleft{}": "{",
    "\\textbraceright{}": "}",
    "\\textasciitilde{}": "~",
    "\\textasciicircum{}": "^",
}


def typeset(text: str) -> str:
    """What TeX makes of `text`."""
    pattern = "|".join(map(re.escape, sorted(SIGNS, key=len, reverse=True)))
    return re.sub(pattern, lambda match: SIGNS[match[0]], text)


def id_of_key(key: str) -> str:
    tail = key.partition("_")[2]
    data = re.sub(rb":(..)", lambda m: bytes.fromhex(m[1].decode()), tail.encode())
    return data.decode("utf-8")


@given(several_articles)
def test_bibtexparser_reads_an_entry_for_each_article(articles: list[Article]) -> None:
    unique = list({article.id: article for article in articles}.values())
    entries = read_bibtex(exported(unique, "bibtex", fields=WITH_TEXT))
    assert [id_of_key(entry["ID"]) for entry in entries] == [article.id for article in unique]
    for entry, article in zip(entries, unique, strict=True):
        title = blanks_folded(typeset(entry.get("title", "{}")[1:-1]))
        assert title == blanks_folded(on_one_line(cited_title(article)))
        source = blanks_folded(typeset(entry.get("journal", "")))
        assert source == blanks_folded(on_one_line(article.source or ""))
        assert entry.get("date") == day_of(article)
        if article.date:
            assert entry["year"] == f"{article.date.year:04}"
            assert entry["month"].lower()[:3] == MONTHS[article.date.month - 1]
        authors = [author for author in entry.get("author", "").split(" and ") if author]
        assert len(authors) == number_of_names(article)


@given(several_articles)
def test_bibtex_has_no_brace_or_command_but_its_own(articles: list[Article]) -> None:
    data = exported(articles, "bibtex", fields=WITH_TEXT).decode("utf-8")
    depth = 0
    for sign in data:
        depth += (sign == "{") - (sign == "}")
        assert 0 <= depth <= 4
    assert depth == 0
    commands = set(re.findall(r"\\([A-Za-z]+)", data))
    assert commands <= {
        *("textbackslash", "textbraceleft", "textbraceright"),
        *("textasciitilde", "textasciicircum"),
    }


def test_bibtex_is_that_of_a_newspaper_article() -> None:
    assert exported([TRUCE], "bibtex").decode() == (
        "@article{vanderberg2019_t1,\n"
        "  title = {{Truce holds}},\n"
        "  author = {van der Berg, Ada and {Reuters Staff} and King, Jr., Martin},\n"
        "  year = {2019},\n"
        "  month = apr,\n"
        "  date = {2019-04-08},\n"
        "  journal = {Meridian Wire},\n"
        "  chapter = {World},\n"
        "  language = {en},\n"
        "  url = {https://example.org/truce?a=1&b=2},\n"
        "}\n\n"
    )


def test_the_key_of_an_entry_holds_any_id() -> None:
    odd = Article("a", "b", ("Ada Núñez",), id="a/ü{_}")
    assert citation_key(Found(1, 1.0, odd)) == "nunez_a:2F:C3:BC:7B:5F:7D"
    assert id_of_key(citation_key(Found(1, 1.0, odd))) == odd.id


# ---------------------------------------------------------------- CSL-JSON

TEXT = {"type": "string"}
NAME = {"family": TEXT, "given": TEXT, "suffix": TEXT, "literal": TEXT}
# What csl-data.json 1.0.2 says of the properties that newspaper articles have here.
SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["id", "type"],
        "additionalProperties": False,
        "properties": {
            "type": {"enum": ["article-newspaper"]},
            "author": {
                "type": "array",
                "items": {"type": "object", "properties": NAME, "additionalProperties": False},
            },
            "issued": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "date-parts": {
                        "type": "array",
                        "minItems": 1,
                        "maxItems": 2,
                        "items": {
                            "type": "array",
                            "minItems": 1,
                            "maxItems": 3,
                            "items": {"type": ["string", "number"]},
                        },
                    }
                },
            },
            "custom": {"type": "object"},
            **dict.fromkeys(
                ("id", "title", "container-title", "section", "language", "URL", "abstract"), TEXT
            ),
        },
    },
}


@pytest.fixture(scope="module")
def csl_schema() -> Any:
    """What says whether items fit the schema; the schema itself is looked at once."""
    validator = pytest.importorskip("jsonschema").Draft202012Validator
    validator.check_schema(SCHEMA)
    return validator(SCHEMA)


@given(articles=several_articles)
def test_csl_json_fits_its_schema_and_loses_nothing(
    articles: list[Article], csl_schema: Any
) -> None:
    items = json.loads(exported(articles, "csl-json", fields=[*WITH_TEXT, "metadata"]))
    csl_schema.validate(items)
    assert len(items) == len(articles)
    for item, article in zip(items, articles, strict=True):
        assert item["id"] == article.id and item.get("title", "") == cited_title(article)
        assert item.get("container-title") == article.source and item.get("URL") == article.url
        assert item.get("section") == article.section and item.get("abstract", "") == article.body
        names = [
            author.get("literal")
            or Name(author["family"], author["given"], author.get("suffix", "")).whole
            for author in item.get("author", [])
        ]
        assert tuple(names) == article.byline
        custom = item.get("custom", {})
        assert custom.get("path") == article.path
        assert custom.get("metadata", {}) == article.to_dict()["metadata"]
        if article.date is not None:
            (parts,) = item["issued"]["date-parts"]
            assert parts == [article.date.year, article.date.month, article.date.day]
            whole = article.date.isoformat()
            assert custom.get("date", whole[:10]) == whole


def test_without_articles_there_is_an_empty_list() -> None:
    assert json.loads(exported([], "csl-json")) == []
    assert exported([], "ris") == exported([], "bibtex") == b""
