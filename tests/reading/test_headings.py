"""What stands above and below plain text, in the ways that people and programs save it."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading import read_bytes
from searcher.reading.headings import is_byline

BODY = "\n\nThe board voted on Tuesday to dredge. It took years.\n\nWork begins in May.\n"
DAY = dt.date(2021, 3, 4)


def one(text: str, name: str = "a.txt") -> Article:
    (article,) = read_bytes(text.encode(), name=name)
    return article


@pytest.mark.parametrize(
    "heading",
    [
        "Harbour board votes\nTessa Dorn\nMarch 4, 2021",
        "Harbour board votes\n\nTessa Dorn\n\nMarch 4, 2021",
        "Harbour board votes\nMarch 4, 2021\nTessa Dorn",
        "Harbour board votes\nTessa Dorn | March 4, 2021",
        "Harbour board votes\n4 March 2021, Tessa Dorn",
        "Harbour board votes\nBy Tessa Dorn, Estmouth Review, March 4, 2021",
        "Title: Harbour board votes\nDateline: ESTMOUTH\nDate: 2021-03-04\nBy Tessa Dorn",
        "SOURCE: Quay News\nTITLE: Harbour board votes\nPUBLISHED: 4 March 2021  1405\n"
        "LOCATION: ESTMOUTH\nAUTHOR: Tessa Dorn",
        "Title:\nHarbour board votes\nAuthor:\nTessa Dorn\nDate:\n4 March 2021",
        "Title: Harbour board\n   votes\nAuthor: Tessa Dorn\nDate: 4 March 2021",
        "Estmouth Review\n\nMarch 4, 2021 Thursday\n\nHarbour board votes\n\n"
        "BYLINE: Tessa Dorn\n\nLENGTH: 41 words",
        "The Estmouth Review, March 4, 2021\n\nHarbour board votes\nBy Tessa Dorn",
        "Harbour board votes\n===================\nTessa Dorn\nMarch 4, 2021",
        "Titel: Harbour board votes\nAutorin: Tessa Dorn\nDatum: 4. März 2021\nRessort: Lokales",
        "Заголовок: Harbour board votes\nАвтор: Tessa Dorn\nДата публикации: 4 марта 2021 г.",
        "标题：Harbour board votes\n作者：Tessa Dorn\n日期：2021年3月4日",
        "제목: Harbour board votes\n기자: Tessa Dorn\n입력: 2021.03.04",
        "Otsikko: Harbour board votes\nKirjoittaja: Tessa Dorn\nPäivämäärä: 4.3.2021",
        "Başlık: Harbour board votes\nYazar: Tessa Dorn\nTarih: 4 Mart 2021 Perşembe",
        "العنوان: Harbour board votes\nبقلم: Tessa Dorn\nالتاريخ: ٤ مارس ٢٠٢١",
    ],
)
def test_headline_byline_and_day_are_read_however_they_are_set(heading: str) -> None:
    article = one(heading + BODY)
    assert (article.title, article.byline) == ("Harbour board votes", ("Tessa Dorn",))
    assert str(article.date)[:10] == "2021-03-04"
    assert article.body.startswith("The board voted")


@pytest.mark.parametrize(
    "heading",
    [
        "Title: Harbour board votes\nCountry: FI\nAuthor: Tessa Dorn",
        "Country: FI\nTitle: Harbour board votes",
        "Harbour board votes\nCountry: FI",
        "Harbour board votes\n\nCountry: FI",
        "Title: Harbour board votes\n\nAuthor: Tessa Dorn\n\nCountry: FI",
    ],
)
def test_a_label_that_is_not_known_goes_to_the_metadata(heading: str) -> None:
    article = one(heading + BODY)
    assert article.title == "Harbour board votes"
    assert article.metadata["country"] == "FI"
    assert "Country" not in article.body


@pytest.mark.parametrize(
    "text",
    [
        "Interview with the mayor\n\nQ: How are you?\nA: Fine.\n\nQ: And the quay?\nA: Dry.\n",
        "Update: The ferry sank on Monday, killing three people and a dog.\n\nMore follows.\n",
        "Old Town\n\nNew Market\n\nThe market opened on Tuesday.\n",
        "Swans return\n\nBy Tuesday the water had risen.\n\nIt fell.\n",
    ],
)
def test_what_only_looks_like_a_heading_stays_in_the_text(text: str) -> None:
    article = one(text)
    assert not article.byline
    assert not article.metadata
    kept = "".join((article.title + article.body).split())
    assert all("".join(line.split()) in kept for line in text.splitlines())


def test_a_masthead_gives_the_paper_and_its_day() -> None:
    for head in (
        "THE ESTMOUTH REVIEW, MARCH 4, 2021",
        "THE ESTMOUTH REVIEW\nThursday, March 4, 2021",
    ):
        article = one(f"{head}\n\nFERRY LAID\nUP FOR GOOD\n\nThe ferry is laid up.\n")
        assert (article.source, article.date) == ("THE ESTMOUTH REVIEW", DAY)
        assert article.title == "FERRY LAID UP FOR GOOD"
        assert article.body == "The ferry is laid up."


def test_the_label_of_the_text_ends_the_header() -> None:
    article = one("Title: Harbour\nSource: Quay News\nText: Note: it rained.\nAnd it blew.\n")
    assert article.body.startswith("Note: it rained.")
    assert one("Заголовок: Порт\nТекст: Иван Петров\n\nШёл дождь.\n").byline == ("Иван Петров",)


def test_labels_after_the_text_are_taken_off() -> None:
    article = one(
        f"Harbour board votes{BODY}\nLOAD-DATE: March 6, 2021\n\nLANGUAGE: ENGLISH\n\n"
        "SUBJECT: Harbours\n\nSource: Quay News\n"
    )
    assert article.body.endswith("Work begins in May.")
    assert (article.language, article.source, article.date) == ("en", "Quay News", None)
    assert article.metadata["load_date"] == "March 6, 2021"


def test_summaries_of_a_story_are_no_text() -> None:
    article = one("(CNN) -- The board voted.\n\n@highlight\n\nVote ends wait\n", "a.story")
    assert article.body == "(CNN) -- The board voted."
    assert article.metadata["highlights"] == "Vote ends wait"


@pytest.mark.parametrize(
    ("wrapped", "text"),
    [
        ("The elec-\ntioneering of the harbour board has left\nthe town.", "The electioneering"),
        ("She is vice-\nchair; the vice-chair said so and went\naway.", "She is vice-chair;"),
        ("The Anglo-\nAmerican treaty was signed by all the\nlords.", "The Anglo-American"),
        ("Die Zei\u2e17\ntung kam am Morgen nicht in das Haus\nan.", "Die Zeitung kam"),
        ("THE ELEC-\nTION OF THE BOARD IS OVER AND DONE\nWITH.", "THE ELECTION OF"),
        ("It cost 12-\nfold what had been said a year before\nthat.", "It cost 12- fold"),
        ("The quay -\nwhich is old - was closed in the spring\nof 1920.", "The quay - which"),
    ],
)
def test_words_parted_at_the_end_of_a_line_are_whole(wrapped: str, text: str) -> None:
    assert one(f"Ferry laid up\n\n{wrapped}\n").body.startswith(text)


def test_a_text_of_nothing_but_parted_words_is_read_in_linear_time() -> None:
    # Looking for the other spelling of each word in all of the text took hours.
    assert one("Title\n\n" + "ab-\n" * 300_000).body.startswith("abab")


@pytest.mark.parametrize(
    "line",
    [
        "By Jane Roe",
        "Von Max Muster",
        "Автор Иван Петров",
        "홍길동 기자",
        "本报记者 张三丰",
        "بقلم محمد علي",
    ],
)
def test_a_byline_is_known_by_its_lead(line: str) -> None:
    assert is_byline(line)


LINES = st.sampled_from(
    [
        "Title: A",
        "By Jane Roe",
        "Jane Roe",
        "March 4, 2021",
        "",
        "Country: FI",
        "Text:",
        "Key:",
        "---",
    ]
)


@given(st.lists(LINES | st.text(max_size=40), max_size=60))
def test_any_lines_give_an_article_or_a_read_error(lines: list[str]) -> None:
    try:
        article = one("\n".join(lines) or " ")
    except ReadError:
        return
    assert article.title
