"""What pages of one outlet repeat is learned from them, and taken off."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from searcher import Archive, Article
from searcher.reading.boilerplate import Boilerplate, learn, outlet_of, outline_of, without

LETTER = "The towns of the harbour tell their own stories here, every morning and in every weather."
STORIES = [
    "Ferry runs aground", "Bridge to be rebuilt", "Teachers end strike", "Mayor resigns at dawn",
    "Bakery wins prize", "Storm closes school", "Library opens late", "Fishermen protest quotas",
    "Museum finds map", "River bursts banks", "Choir sings again", "Market hall burns",
]  # fmt: skip


def article(number: int, *blocks: str, host: str = "example.org", title: str = "") -> Article:
    own = f"The report number {number} says that things went on as they had before. " * 3
    return Article(
        title or STORIES[number % len(STORIES)],
        "\n\n".join([own.strip(), *blocks]),
        url=f"https://www.{host}/{number}",
        source="Harbour Times",
    )


def learned(articles: list[Article]) -> Boilerplate:
    return learn(map(outline_of, articles))


def test_a_block_on_many_pages_of_an_outlet_is_taken_off_them() -> None:
    pages = [article(number, LETTER) for number in range(8)]
    known = learned(pages)
    cleaned, lost = without(pages[0], known)
    assert lost == 1 and LETTER not in cleaned.body
    other = article(1, LETTER, host="example.com")
    assert without(other, known) == (other, 0), "of another outlet nothing is known"


def test_copies_of_one_article_prove_nothing() -> None:
    copies = [article(1, LETTER) for _ in range(20)]
    assert not learned(copies)


def test_a_block_on_few_of_many_pages_stays() -> None:
    titles = [f"{first}, {number}" for number, first in enumerate(STORIES * 5)]
    pages = [
        article(number, *([LETTER] if number < 6 else []), title=title)
        for number, title in enumerate(titles)
    ]
    assert not learned(pages).blocks


def test_an_article_that_would_lose_half_of_itself_is_left_alone() -> None:
    known = learned([article(number, LETTER) for number in range(8)])
    short = Article("Notice", f"Short.\n\n{LETTER}", url="https://example.org/x")
    assert without(short, known) == (short, 0)


@pytest.mark.parametrize("form", ["{} | Harbour Times", "{} - Harbour Times", "Harbour Times: {}"])
def test_the_name_around_headlines_is_taken_off(form: str) -> None:
    pages = [article(number, title=form.format(story)) for number, story in enumerate(STORIES)]
    known = learned(pages)
    assert [without(page, known)[0].title for page in pages] == STORIES


def test_a_headline_with_a_part_of_its_own_stays_whole() -> None:
    pages = [article(number, title=f"{story} - a report") for number, story in enumerate(STORIES)]
    known = learned(pages[:3] + [article(n) for n in range(3, 12)])
    assert without(pages[0], known)[0].title == "Ferry runs aground - a report"


def test_what_papers_repeat_in_earnest_stays() -> None:
    quote = "“I am innocent of all the charges,” the mayor said again before the court sat down."
    pages = [
        article(number, quote, f"And so ended day {number} of the trial.") for number in range(9)
    ]
    known = learned([*pages, *(article(n, title=f"Trial: {s}") for n, s in enumerate(STORIES))])
    assert all(without(page, known) == (page, 0) for page in pages)
    assert without(article(1, title="Trial: Ferry runs aground"), known)[1] == 0


def test_what_is_known_survives_as_json_and_grows_within_bounds() -> None:
    known = learned(
        [article(number, LETTER, title=f"{s} | Harbour Times") for number, s in enumerate(STORIES)]
    )
    assert Boilerplate.from_dict(known.to_dict()) == known
    assert known.joined(Boilerplate()) == known
    with pytest.raises(ValueError):
        Boilerplate.from_dict({"blocks": {"x": 1}, "affixes": {}})


def test_the_outlet_of_an_address_that_is_none_is_its_source() -> None:
    assert outlet_of(Article("T", "B", url="http://[broken", source="The Wire")) == "the wire"
    assert outlet_of(Article("T", "B")) == ""


def page(number: int) -> str:
    story = STORIES[number]
    text = "".join(
        f"<p>Paragraph {part} of story {number}: the harbour master said that the matter of "
        f"{story.lower()} would be looked into by the council in its {part + number}th session.</p>"
        for part in range(6)
    )
    return (
        f"<html><head><title>{story}</title>"
        f'<link rel="canonical" href="https://example.org/{number}"></head><body><article>'
        f"<h1>{story}</h1>{text}<p>{LETTER}</p></article></body></html>"
    )


@pytest.mark.parametrize("workers", [0, 2])
def test_a_run_over_a_folder_of_pages_takes_it_off_and_says_so(
    workers: int, tmp_path: Path
) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(10):
        (folder / f"{number}.html").write_text(page(number))
    with Archive.create(tmp_path / "index") as archive:
        report = archive.index(folder, workers=workers)
        assert (report.added, report.boilerplate_blocks, report.boilerplate_articles) == (
            10, 10, 10,
        )  # fmt: skip
        assert archive.ids('"every weather"') == [] and len(archive.ids("harbour")) == 10
        # A page that comes alone later is cleaned by what is known.
        (folder / "late.html").write_text(page(11))
        assert archive.index(folder, workers=workers).boilerplate_articles == 1
        assert archive.ids('"every weather"') == []


def crawl_of(pages: dict[str, str]) -> bytes:
    records = []
    for url, markup in pages.items():
        answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + markup.encode()
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\n"
            f"WARC-Date: 2020-01-01T00:00:00Z\r\nContent-Length: {len(answer)}\r\n\r\n"
        )
        records.append(gzip.compress(head.encode() + answer + b"\r\n\r\n"))
    return b"".join(records)


def zip_of(pages: dict[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number, markup in enumerate(pages.values()):
            archive.writestr(f"{number}.html", markup)
    return packed.getvalue()


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("form", ["warc.gz", "zip"])
def test_a_crawl_and_an_archive_of_pages_show_what_their_outlet_repeats(
    form: str, workers: int, tmp_path: Path
) -> None:
    # Between them pages of many others, which show nothing.
    pages = {}
    for number in range(10):
        pages[f"https://example.org/{number}"] = page(number)
        pages[f"https://other{number}.example/"] = page(number).replace(
            "example.org", f"other{number}.example"
        )
    file = tmp_path / f"pages.{form}"
    file.write_bytes(crawl_of(pages) if form == "warc.gz" else zip_of(pages))
    with Archive.create(tmp_path / "index") as archive:
        report = archive.index(file, workers=workers)
        assert (report.added, report.boilerplate_blocks, report.boilerplate_articles) == (
            20, 10, 10,
        )  # fmt: skip
        assert len(archive.ids('"every weather"')) == 10, "of the others nothing is known"
        assert not report.failed


def test_a_damaged_crawl_is_told_of_once(tmp_path: Path) -> None:
    pages = {f"https://example.org/{number}": page(number) for number in range(10)}
    file = tmp_path / "pages.warc.gz"
    file.write_bytes(crawl_of(pages)[:-300])
    with Archive.create(tmp_path / "index") as archive:
        report = archive.index(file)
        assert (report.added, report.boilerplate_articles) == (9, 9)
        said = [str(error) for error in report.failed]
        assert said and len(set(said)) == len(said)
