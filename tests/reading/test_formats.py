"""Text, Markdown and JSON: each shape that an article comes in."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from searcher.article import MOST_CHARACTERS, Article
from searcher.errors import ReadError
from searcher.reading import read, read_bytes


def one(text: str, name: str, **options: object) -> Article:
    (article,) = read_bytes(text.encode(), name=name, **options)  # type: ignore[arg-type]
    return article


def test_a_news_dump_keeps_its_caption_and_is_titled_by_its_story() -> None:
    article = one(
        " date 2019-04-08 A fighter is seen in Tripoli, Libya. (Jane Roe/Reuters)\n\n"
        "Clashes escalated on Monday, Gen. Khalifa Hifter said. More followed.\n",
        "000.txt",
    )
    assert article.title == "Clashes escalated on Monday, Gen. Khalifa Hifter said."
    assert article.body.startswith("A fighter is seen")
    assert article.date == dt.date(2019, 4, 8)


def test_header_lines_are_read_in_any_order() -> None:
    article = one(
        "Title: Swans return\nBy Jane Roe and John Doe\nDate: 8 April 2019\nSource: Gazette\n"
        "URL: https://gazette.example/1\nSection: Local\n\nThe swans came back.\n",
        "a.txt",
    )
    assert (article.title, article.byline) == ("Swans return", ("Jane Roe", "John Doe"))
    assert (article.date, article.source, article.section) == (
        dt.date(2019, 4, 8),
        "Gazette",
        "Local",
    )
    assert (article.url, article.body) == ("https://gazette.example/1", "The swans came back.")


def test_hard_wrapped_lines_become_paragraphs() -> None:
    article = one(
        "Swans return\n\nThe swans came back to the\ncanal on Monday, people\nsaid.\n\n"
        "   They were seen at the\nlock by a man of 81.\n   Nobody complained.\n",
        "a.txt",
    )
    assert article.body.split("\n\n") == [
        "The swans came back to the canal on Monday, people said.",
        "They were seen at the lock by a man of 81.",
        "Nobody complained.",
    ]


def test_a_sentence_that_starts_with_by_is_no_byline() -> None:
    article = one("Swans return\n\nBy Tuesday the water had risen.\n\nIt fell.\n", "a.txt")
    assert article.byline == ()
    assert article.body.startswith("By Tuesday")


def test_one_long_line_is_text_with_a_short_title() -> None:
    article = one("The swans came back " * 50, "a.txt")
    assert len(article.title) <= 200
    assert article.body.startswith("The swans")


@pytest.mark.parametrize(
    "front",
    [
        "---\ntitle: Swans return\nauthors: [Jane Roe, John Doe]\ndate: 2019-04-08\ntags: "
        "[birds]\nlang: en\n---\n",
        '+++\ntitle = "Swans return"\nauthor = "Jane Roe and John Doe"\ndate = '
        '2019-04-08\ncategories = ["birds"]\n'
        'language = "en"\n+++\n',
    ],
)
def test_front_matter_gives_the_fields(front: str) -> None:
    article = one(
        front + "\nThe *swans* [came](http://x.example) back.\n\n![a swan](s.jpg)\n", "a.md"
    )
    assert (article.title, article.byline) == ("Swans return", ("Jane Roe", "John Doe"))
    assert (article.date, article.section, article.language) == (dt.date(2019, 4, 8), "birds", "en")
    assert article.body == "The swans came back."


def test_markdown_becomes_plain_paragraphs() -> None:
    article = one(
        "# Swans return\n\nBy Jane Roe\n\nApril 8, 2019\n\nThe swans,\n**all** of them.\n\n- "
        "one\n- `two`\n\n"
        "> quoted <b>bold</b>\n\n<script>evil()</script>\n\n| a | b |\n|---|---|\n| 1 | 2 |"
        "\n\n{{< img >}}\n",
        "a.md",
    )
    assert article.title == "Swans return"
    assert article.byline == ("Jane Roe",)
    assert article.date == dt.date(2019, 4, 8)
    expected = ["The swans, all of them.", "one", "two", "quoted bold", "a | b", "1 | 2"]
    assert article.body.split("\n\n") == expected


@pytest.mark.parametrize(
    "front",
    [
        "a: " + "[" * 50_000,
        "a: " + "{" * 50_000,
        "- " * 30_000,
        "a: &a [x]\nb: *c\n",
        "\t: :",
        "a: !!python/object:os.x {}",
    ],
)
def test_hostile_front_matter_is_an_error_or_text(front: str) -> None:
    try:
        one(f"---\n{front}\n---\ntext\n", "a.md")
    except ReadError as error:
        assert "front matter" in error.reason


def test_scalars_of_yaml_stay_text() -> None:
    assert one("---\ntitle: 1984\n---\ntext\n", "a.md").title == "1984"
    assert one("---\ntitle: No\n---\ntext\n", "a.md").title == "No"


RECORD = {"title": "Swans return", "body": "The swans came back."}


@pytest.mark.parametrize(
    "document",
    [
        RECORD,
        [RECORD],
        {"articles": [RECORD]},
        {"response": {"docs": [RECORD]}},
        {"data": [{"_source": RECORD}]},
        {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": "Swans return",
            "articleBody": RECORD["body"],
        },
        {
            "title": {"rendered": "Swans return"},
            "content": {"rendered": "<p>The swans came back.</p>"},
        },
        {"HeadLine": "Swans return", "full_text": ["The swans", "came back."]},
    ],
)
def test_json_is_read_in_all_its_shapes(document: object) -> None:
    article = one(json.dumps(document), "a.json")
    assert article.title == "Swans return"
    assert "swans" in article.body
    assert "<" not in article.body


@pytest.mark.parametrize(
    ("authors", "names"),
    [
        ("By Jane Roe and John Doe", 2),
        (["Jane Roe", "John Doe"], 2),
        ([{"name": "Jane Roe"}], 1),
        (None, 0),
        ({"name": 3}, 0),
    ],
)
def test_authors_come_as_text_lists_and_objects(authors: object, names: int) -> None:
    assert len(one(json.dumps(RECORD | {"authors": authors}), "a.json").byline) == names


@pytest.mark.parametrize(
    "date",
    [1554681600, 1554681600000, "2019-04-08", "2019-04-08T00:00:00Z", 20190408, "8 April 2019"],
)
def test_dates_come_as_text_and_numbers(date: object) -> None:
    article = one(json.dumps(RECORD | {"pubDate": date}), "a.json")
    assert str(article.date).startswith("2019-04-08")
    assert article.date_text


def test_a_field_map_goes_before_the_usual_names() -> None:
    record = RECORD | {"hed": {"print": "Swans, again"}, "copy": [{"text": "Mapped."}]}
    article = one(
        json.dumps(record), "a.json", field_map={"title": "hed.print", "body": "copy.0.text"}
    )
    assert (article.title, article.body) == ("Swans, again", "Mapped.")


def test_an_id_is_taken_only_when_the_field_map_says_so() -> None:
    mapped = {"id": "id"}
    assert len(one(json.dumps(RECORD | {"id": "x-1"}), "a.json").id) == 16
    assert one(json.dumps(RECORD | {"id": "x-1"}), "a.json", field_map=mapped).id == "x-1"
    assert one(json.dumps(RECORD | {"id": 7}), "a.json", field_map=mapped).id == "7"
    nothing: tuple[object, ...] = ("", None, [], {}, True)
    for empty in nothing:
        assert len(one(json.dumps(RECORD | {"id": empty}), "a.json", field_map=mapped).id) == 16


def test_a_record_too_long_to_store_is_an_error_and_the_others_are_read() -> None:
    record = {"title": "Long", "body": "Long.", "section": "a" * MOST_CHARACTERS}
    errors: list[ReadError] = []
    data = json.dumps([record, RECORD]).encode()
    articles = list(read_bytes(data, name="a.json", on_error=errors.append))
    assert [article.record for article in articles] == [2]
    assert [error.record for error in errors] == [1]
    assert "at most 150,000,000 characters" in str(errors[0])


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"a":' * 100_000,
        "{",
        '{"title": NaN}',
        '{"a": ' + "9" * 5000 + "}",
        "[1, 2]",
        "[]",
        "null",
        '{"title": "x"}',
    ],
)
def test_json_without_an_article_is_a_read_error(text: str) -> None:
    with pytest.raises(ReadError):
        list(read_bytes(text.encode(), name="a.json"))


def test_odd_values_do_not_crash_a_reader() -> None:
    odd = RECORD | {
        "date": 1e400,
        "url": "javascript:x",
        "author": [[[["Jane Roe"]]]],
        "source": {"a": {}},
        "lang": 5,
    }
    article = one(json.dumps(odd), "a.json")
    assert (article.date, article.url, article.source) == (None, None, None)


def test_lines_in_utf_16_and_in_windows_1252_are_read() -> None:
    line = json.dumps(RECORD | {"title": "Café"}, ensure_ascii=False) + "\n"
    assert next(read_bytes((line * 2).encode("utf-16"), name="a.jsonl")).title == "Café"
    assert next(read_bytes((line * 2).encode("cp1252"), name="a.jsonl")).title == "Café"


@pytest.mark.parametrize("start", [b"", b"\xff\xfe"], ids=["bytes", "UTF-16"])
def test_a_line_without_an_end_is_given_up(tmp_path: Path, start: bytes) -> None:
    """The file has holes, and would take a minute and more to read to its end."""
    path = tmp_path / "endless.jsonl"
    lines = '{"title": "One", "body": "is read"}\n{"title": "Two", "body": "is too"}\n'
    path.write_bytes(start + (lines.encode("utf-16-le") if start else lines.encode()))
    with path.open("r+b") as file:
        file.truncate(60 << 30)
    errors: list[ReadError] = []
    assert [article.title for article in read(path, on_error=errors.append)] == ["One", "Two"]
    assert [error.line for error in errors] == [3, 3]
    assert "without an end" in errors[1].reason
