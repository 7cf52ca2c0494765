"""Does a snippet show where the article matched, and only mark what matched?"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from searcher import Archive, Article
from searcher.analysis import Analyzer
from searcher.searching.snippets import MARK, SNIPPET_WORDS, make_snippet

FILLER = "Nothing of note was said about the weather in the valley that day. "


def snippet(text: str, *parts: list[tuple[int, int]]) -> str:
    return make_snippet(text, Analyzer("en").analyze(text).spans, dict(enumerate(parts)))


def search(tmp_path: object, body: str, query: str) -> str:
    archive = Archive.create(f"{tmp_path}/index")
    with archive.writer() as writer:
        writer.add(Article("A title", body))
    return str(archive.search(query).hits[0].snippet)


def test_a_match_at_the_end_of_a_long_article_is_shown(tmp_path: object) -> None:
    body = FILLER * 3000 + "Then a truce was declared."
    assert search(tmp_path, body, "truces").endswith("Then a **truce** was declared.")


def test_neighbouring_matches_share_one_mark(tmp_path: object) -> None:
    found = search(tmp_path, "They want a humanitarian truce now.", '"humanitarian truce"')
    assert found == "They want a **humanitarian truce** now."


def test_a_phrase_is_marked_only_where_it_is_one(tmp_path: object) -> None:
    body = "A truce is no humanitarian truce. Humanitarian aid came."
    found = search(tmp_path, body, '"humanitarian truce"')
    assert found == "A truce is no **humanitarian truce**. Humanitarian aid came."


def test_of_a_proximity_expression_its_words_are_marked(tmp_path: object) -> None:
    found = search(tmp_path, "Oil has risen in price. Oil again.", "oil w/5 price")
    assert found == "**Oil** has risen in **price**. **Oil** again."


def test_the_stretch_with_most_of_the_query_is_shown(tmp_path: object) -> None:
    body = f"A truce came. {FILLER * 20} The truce in Libya held. {FILLER * 20}"
    assert "**truce** in **Libya** held" in search(tmp_path, body, "truce libya")


def test_an_article_that_matched_by_its_title_shows_its_beginning(tmp_path: object) -> None:
    assert search(tmp_path, FILLER * 20, "title:title").startswith("Nothing of note")


def test_stars_of_the_text_are_never_taken_for_marks() -> None:
    assert snippet("a **bold** claim ***", [(0, 0)]) == f"{MARK}a{MARK} *bold* claim *"
    assert snippet("a *bold* claim", [(1, 1)]) == f"a {MARK}bold{MARK} claim"


def test_text_without_words_is_shown_as_it_is() -> None:
    assert snippet("… — …") == "… — …"


def test_a_passage_is_the_stretch_of_the_snippet_as_it_is_stored(tmp_path: object) -> None:
    archive = Archive.create(f"{tmp_path}/index")
    body = f"{FILLER * 20}He said **“truce”**\n\nto   *Libya*. {FILLER * 20}"
    with archive.writer() as writer:
        writer.add(Article("A title", body))
    (hit,) = archive.search("truce libya", passages=True)
    (passage,) = hit.passages
    assert body[passage.start : passage.end] == passage.text
    assert "**“truce”**\n\nto   *Libya*." in passage.text
    assert [passage.text[a:b] for a, b in passage.marks] == ["truce", "Libya"]
    assert archive.search("truce").hits[0].passages == ()
    assert hit.to_dict()["passages"][0]["marks"] == [list(run) for run in passage.marks]


@given(st.data())
def test_any_snippet_is_text_of_the_article_around_a_match(data: st.DataObject) -> None:
    words = data.draw(st.lists(st.sampled_from(["truce", "oil", "A.", "b,", "\n\n"]), min_size=1))
    text = " ".join(words)
    spans = Analyzer("en").analyze(text).spans
    positions = st.integers(0, max(len(spans) - 1, 0))
    runs = data.draw(st.lists(positions.map(lambda p: (p, p)), max_size=5)) if spans else []
    found = make_snippet(text, spans, {0: runs} if runs else {})
    assert found.count(MARK) % 2 == 0
    plain = found.replace(MARK, "").strip("…")
    assert plain in " ".join(text.split())
    assert len(Analyzer("en").forms(plain)) <= SNIPPET_WORDS
    assert bool(runs) == (MARK in found)
