"""Does each page show what the library answers, and lead on to what it promises?"""

from __future__ import annotations

import html
import os
import random
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from searcher import Archive, Article
from searcher.query import parse
from searcher.serving.pages.language import GROUPS
from searcher.serving.pages.rendering import assets
from searcher.serving.tokens import Token
from tests.serving.conftest import Served, serving
from tests.serving.hostile import PAYLOADS

TEMPLATES = Path(__file__).parents[3] / "searcher" / "serving" / "templates"
HTML = {"accept": "text/html"}


class Read(HTMLParser):
    """The links of a page, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.text = ""
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        self.tags.append((tag, held))
        if tag == "a" and held.get("href"):
            self.links.append(held["href"] or "")

    def handle_data(self, data: str) -> None:
        self.text += data


def page(served: Served, path: str, status: int = 200) -> Read:
    answer = served.get(path, headers=HTML)
    assert answer.status_code == status, answer.text[:300]
    assert answer.headers["content-type"].startswith("text/html")
    return Read(answer.text)


def test_the_hits_are_those_of_the_library_in_their_order(served: Served) -> None:
    for sort in ("score", "date", "-date"):
        found = page(served, f"/search?q=truce+libya&sort={sort}&copies=all")
        ids = [urlsplit(link).path[9:] for link in found.links if link.startswith("/article/")]
        assert ids == [hit.id for hit in served.archive.search("truce libya", limit=20, sort=sort)]


def test_each_link_of_the_result_page_leads_to_a_page(served: Served) -> None:
    paths = ["/", "/search?q=truce+libya+-port", "/about", "/help", "/compare?q=truce&q=port"]
    seen = set()
    for path in paths:
        for link in page(served, path).links:
            if link.startswith("/") and not link.startswith(("/api/", "/openapi", "/saved")):
                seen.add(link.partition("#")[0])
    assert len(seen) > 100
    for link in seen:
        assert served.get(link, headers=HTML, follow_redirects=True).status_code == 200, link


def test_a_query_given_to_the_first_page_is_asked(served: Served) -> None:
    answer = served.get("/?q=truce+libya&sort=date&view=table&x=1", headers=HTML)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/search?q=truce+libya&sort=date&view=table"
    assert "articles, " in page(served, "/?q=+").text


def test_a_facet_leads_to_as_many_articles_as_it_says(served: Served) -> None:
    found = served.get("/search?q=truce+libya+port", headers=HTML).text
    rows = re.findall(
        r'<a class="only" href="([^"]+)"><bdi>[^<]*</bdi></a><span class="number">(\d+)</span>'
        r'<a class="minus" href="([^"]+)"',
        found,
    )
    total = served.archive.search("truce libya port", limit=0).total
    assert len(rows) > 15
    for only, number, without in rows:
        for link, expected in ((only, int(number)), (without, total - int(number))):
            q = parse_qs(urlsplit(html.unescape(link)).query)["q"][0]
            assert served.archive.search(q, limit=0).total == expected, q


def test_a_chip_takes_its_part_out(served: Served) -> None:
    found = served.get("/search", params={"q": "truce libya -port"}, headers=HTML).text
    chips = re.findall(r'<li class="(?:out)?"><a href="([^"]+)"', found)
    asked = [parse_qs(urlsplit(html.unescape(link)).query)["q"][0] for link in chips]
    assert asked == ["libya -port", "truce -port", "truce libya"]


def test_a_query_of_one_part_is_not_asked_again_for_its_chip(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    search = Archive.search

    def watched(self: Archive, query: str, **options: Any) -> object:
        asked.append(query)
        return search(self, query, **options)

    monkeypatch.setattr(Archive, "search", watched)
    for q, times in (("truce", 0), ('"humanitarian truce"', 0), ("truce libya", 2)):
        asked.clear()
        shown = served.get("/search", params={"q": q}, headers=HTML).text
        assert len(asked) == times and ('class="chips"' in shown) == bool(times)


def test_a_query_that_cannot_be_read_is_underlined_and_mended(served: Served) -> None:
    answer = served.get("/search?q=tilte:truce", headers=HTML)
    assert answer.status_code == 400
    assert "<u>tilte</u>:truce" in answer.text
    assert 'value="tilte:truce"' in answer.text and 'aria-invalid="true"' in answer.text
    assert "/search?q=title%3Atruce" in answer.text
    assert 'class="hits"' not in answer.text


def test_finding_nothing_says_why_and_what_finds_something(served: Served) -> None:
    found = page(served, "/search?q=truce+w/2+municipal+since:2012")
    assert "No article matches" in found.text
    assert "What each part finds" in found.text
    assert re.search(r"since 1 January 2012\s*\d", found.text)
    tries = [link for link in found.links if "w%2F50" in link or "AND" in link]
    for link in tries:
        q = parse_qs(urlsplit(link).query)["q"][0]
        assert served.archive.search(q, limit=0).total > 0
    nothing = page(served, "/search?q=truce+since:2031")
    assert "The archive has no article of that time" in nothing.text


def test_the_timeline_narrows_by_two_days(served: Served) -> None:
    answer = served.get("/search?q=truce&from=2019-01-01&to=2020-12-31", headers=HTML)
    assert answer.status_code == 303
    q = parse_qs(urlsplit(answer.headers["location"]).query)["q"][0]
    assert parse(q) == parse("truce date:2019-01-01..2020-12-31")
    for nonsense in ("x", "2019-13-01", "9999999-01-01", ""):
        answer = served.get("/search", params={"q": "truce", "from": nonsense}, headers=HTML)
        assert answer.status_code in (200, 303)


def test_pages_go_through_all_hits_once(served: Served) -> None:
    ids = []
    link: str | None = "/search?q=*&copies=all"
    while link:
        found = page(served, link)
        ids += [urlsplit(one).path[9:] for one in found.links if one.startswith("/article/")]
        nexts = [held["href"] for tag, held in found.tags if held.get("rel") == "next"]
        link = nexts[0] if nexts else None
    assert ids == served.archive.ids("*")


def test_lines_in_context_are_those_of_the_library(served: Served) -> None:
    for sort in ("document", "left", "right", "date", "-date"):
        found = served.get(f"/search?q=truce&view=lines&sort={sort}", headers=HTML).text
        shown = [html.unescape(text) for text in re.findall(r"<mark>([^<]*)</mark>", found)]
        lines = served.archive.lines("truce", sort=sort, width=60)
        assert shown == [re.sub(r"\s+", " ", line.match) for line in lines]


def test_words_that_match_are_marked_in_headlines_too(served: Served) -> None:
    for view in ("list", "table"):
        page = served.get(f"/search?q=truce+%22cease-fire%22&copies=all&view={view}").text
        titles = re.findall(
            r'<a href="/article/([^"?]+)[^"]*"[^>]*>(.*?)</a>(?:</h2>|.*?</th>)', page
        )
        some = 0
        for id, title in titles:
            article = served.archive.get(id)
            marks = served.archive.marks(id, 'truce "cease-fire"').title
            shown = [html.unescape(text) for text in re.findall("<mark>(.*?)</mark>", title)]
            assert shown == [article.title[start:end] for start, end in marks]
            assert html.unescape(re.sub("<[^>]+>", "", title)) == article.title
            some += len(shown)
        assert some


def test_headlines_of_an_older_answer_are_read_again(tmp_path: Path) -> None:
    """What was changed or removed since it was found has no marks; those of an answer of this
    commit are taken at their word, and no article is read."""
    with Archive.create(tmp_path / "index") as archive:
        with archive.writer() as writer:
            writer.add(Article("A truce holds", "Text.", id="a"))
            writer.add(Article("Another truce", "Text.", id="b"))
            writer.add(Article("No truce yet", "Text.", id="c"))
        found = archive.search("truce", sort="date")
        wanted: dict[str, tuple[tuple[int, int], ...]]
        wanted = {"a": ((2, 7),), "b": ((8, 13),), "c": ((3, 8),)}
        assert archive.title_marks("truce", found) == [wanted[hit.id] for hit in found]
        assert archive.title_marks("truce", found.hits) == [wanted[hit.id] for hit in found]
        with archive.writer() as writer:
            writer.add(Article("The truce is over", "Text.", id="a"))
            writer.remove("b")
        wanted |= {"a": (), "b": ()}
        assert archive.title_marks("truce", found) == [wanted[hit.id] for hit in found]


def test_what_is_put_out_is_escaped_once_and_always() -> None:
    """Whatever a template puts out: a value, what a filter or a macro makes, a constant."""
    from searcher.serving.links import Links
    from searcher.serving.pages.rendering import _environment

    links = Links("/a&b")
    odd = "<b>\"'&amp;\x00"
    template = (
        "{% macro twice(x) %}<i>{{ x }}{{ x }}</i>{% endmacro %}"
        "{{ odd }}|{{ odd|upper }}|{{ twice(odd) }}|{{ odd ~ '<' }}|{{ '<' }}|{{ '/x'|url }}"
        "|{{ '/x?q=<'|url }}|{{ [odd]|join(', ') }}|{{ 7 }}|{{ none }}|{% set y %}{{ odd }}"
        "{% endset %}{{ y }}"
    )
    made = _environment(links).from_string(template).render(odd=odd)
    once = "&lt;b&gt;&quot;&#x27;&amp;amp;\u2400"
    assert made.split("|") == [
        once, "&lt;B&gt;&quot;&#x27;&amp;AMP;\u2400", f"<i>{once}{once}</i>", f"{once}&lt;", "&lt;",
        "/a&amp;b/x", "/a&amp;b/x?q=&lt;", once, "7", "None", once,
    ]  # fmt: skip
    with pytest.raises(Exception, match="undefined"):
        _environment(links).from_string("{{ nothing }}").render()


def test_marks_in_a_headline_are_the_only_markup_in_it(tmp_path: Path) -> None:
    title = 'A <b>truce</b> & "<script>truce</script>'
    with Archive.create(tmp_path / "index") as archive, archive.writer() as writer:
        writer.add(Article(title, "It holds.", id="a"))
        writer.add(Article("", "A truce.", id="b"))
    with serving(tmp_path / "index") as served:
        page = served.get("/search?q=truce").text
    assert (
        "A &lt;b&gt;<mark>truce</mark>&lt;/b&gt; &amp; &quot;&lt;script&gt;<mark>truce</mark>"
        "&lt;/script&gt;</a>"
    ) in page
    assert "(no headline)</a>" in page


def test_a_page_and_the_api_find_the_same(sample_index: Path) -> None:
    """400 queries with SEARCHER_FULL=1, made of words that stand in one article."""
    number = 400 if os.environ.get("SEARCHER_FULL") else 40
    with serving(sample_index) as served, served.client() as client:
        for q in queries_of(served.archive, number):
            for copies in ("fold", "all"):
                asked = {"q": q, "copies": copies}
                page = client.get("/search", params=asked).text
                found = client.get("/api/v1/search", params={**asked, "limit": 20}).json()
                ids = re.findall(r'<h2 dir="ltr"><a href="/article/([^"?]+)', page)
                assert list(map(unquote, ids)) == [hit["id"] for hit in found["hits"]], q
                total = re.search(r'<span role="status">([0-9,]+) article', page)
                assert int(total[1].replace(",", "") if total else 0) == found["total"], q


def queries_of(archive: Archive, number: int) -> list[str]:
    """Queries of all kinds, the same ones each time."""
    chosen = random.Random(7)
    ids = sorted(archive.ids("*"))
    queries: list[str] = []
    while len(queries) < number:
        article = archive.get(chosen.choice(ids))
        words = [word.lower() for word in re.findall(r"[^\W\d_]{4,}", article.body)]
        words = [word for word in words if word not in ("near", "within", "then")]
        if len(words) < 8:
            continue
        at = chosen.randrange(len(words) - 3)
        a, b, c = words[at : at + 3]
        queries.append(
            chosen.choice(
                [f"{a} {b} {c}", f"{a} AND {c}", f'"{a} {b}"', f"{a} OR {c}", f"{a} w/5 {c}",
                 f"{a[:4]}*", f"{a} -{c}", f"title:{a} {b}", f"{a} since:2010", f"xyzzyqq {a}"]
            )
        )  # fmt: skip
    return queries


def test_an_article_has_every_paragraph_and_every_hit(served: Served) -> None:
    hit = served.archive.search("truce libya", limit=1)[0]
    article = served.archive.get(hit.id)
    marks = served.archive.marks(hit.id, "truce libya")
    found = served.get(f"/article/{hit.id}?q=truce+libya&hit=2", headers=HTML).text
    assert re.findall(r'<mark id="hit-(\d+)"', found) == [
        str(n + 1) for n in range(len(marks.title) + len(marks.body))
    ]
    assert f"hit 2 of {len(marks.title) + len(marks.body)}" in found
    paragraphs = re.findall(r'<p id="p\d+" dir="ltr" data-start="(\d+)">(.*?)</p>', found, re.S)
    for start, text in paragraphs:
        stored = html.unescape(re.sub(r"<[^>]+>", "", text))
        assert article.body[int(start) :].startswith(stored)
    assert [text for _, text in paragraphs]


def test_the_walk_goes_through_the_articles_of_the_search(served: Served) -> None:
    ids = [hit.id for hit in served.archive.search("truce", limit=10)]
    link: str | None = f"/article/{ids[0]}?q=truce&place=1&copies=all"
    walked = []
    while link:
        walked.append(urlsplit(link).path[9:])
        found = page(served, link)
        nexts = [held["href"] for _, held in found.tags if held.get("rel") == "next"]
        link = nexts[0] if nexts else None
    assert walked == ids


def test_a_beginning_of_an_id_leads_to_the_whole_one(served: Served) -> None:
    id = served.archive.ids("truce")[0]
    answer = served.get(f"/article/{id[:10]}?q=truce", headers=HTML)
    assert answer.status_code == 308
    assert answer.headers["location"] == f"/article/{id}?q=truce"
    assert page(served, "/article/nothing", 404).text.count("There is no such page")


def test_citations_are_in_five_forms(served: Served) -> None:
    id = served.archive.ids("truce source:*")[0]
    found = served.get(f"/article/{id}", headers=HTML).text
    forms = re.findall(r'id="citation-(\w+)">(.*?)</pre>', found, re.S)
    assert [form for form, _ in forms] == ["plain", "markdown", "ris", "bibtex", "json"]
    assert all(text.strip() for _, text in forms)


def test_two_queries_are_compared_exactly(served: Served) -> None:
    archive = served.archive
    found = page(served, "/compare?q=truce&q=libya+OR+port")
    a, b = set(archive.ids("truce")), set(archive.ids("libya OR port"))
    said = re.sub(r"\s+", "", found.text)
    assert f"AandB{len(a & b)}onlyA{len(a - b)}onlyB{len(b - a)}" in said
    table = served.get("/compare?q=truce&q=libya+OR+port&by=year&format=csv")
    assert table.headers["content-disposition"] == 'attachment; filename="comparison.csv"'
    rows = table.text.splitlines()
    assert rows[0] == "from,to,truce,libya OR port,archive"
    assert sum(int(row.split(",")[2] or 0) for row in rows[1:]) == len(
        archive.ids("truce has:date")
    )


def test_a_query_is_quoted_in_the_table_of_a_comparison(served: Served) -> None:
    table = served.get("/compare", params=[("q", "=truce"), ("q", "-port"), ("format", "csv")])
    assert table.text.splitlines()[0] == "from,to,'=truce,'-port,archive"


def test_each_example_of_the_help_can_be_read() -> None:
    for group in GROUPS:
        for example in group.examples:
            parse(example.query)


def test_style_and_script_may_be_kept_and_nothing_else_is_served(served: Served) -> None:
    found = page(served, "/")
    wanted = [
        held.get("href") or held.get("src") or ""
        for tag, held in found.tags
        if tag in ("link", "script") and held.get("rel") != "expect"  # that names a part of it
    ]
    assert len(wanted) == 3
    for path in wanted:
        answer = served.get(path)
        assert answer.status_code == 200 and "immutable" in answer.headers["cache-control"]
    for path in (
        "/static/searcher.css",
        "/static/..%2fapp.py",
        "/static/",
        "/static//",
        "/static/%00",
    ):
        assert served.get(path).status_code == 404, path
    assert len(assets()["searcher.js"].data) <= 15_360


def test_templates_have_no_way_to_put_out_markup_and_no_style_of_their_own() -> None:
    for path in TEMPLATES.glob("*.html"):
        text = path.read_text("utf-8")
        assert "|safe" not in text.replace(" ", "") and "autoescape" not in text, path
        assert not re.search(r"\sstyle=|\son[a-z]+=|<style|<script(?! src)", text), path


def post(served: Served, **form: str) -> int:
    with served.client(headers={**HTML, "origin": served.url}) as client:
        return int(client.post("/saved", data=form).status_code)


def test_searches_are_saved_run_renamed_and_removed_by_forms(
    sample_index: Path, tmp_path: Path
) -> None:
    with serving(sample_index, state=str(tmp_path / "state")) as served:
        assert "No search is saved yet" in page(served, "/saved").text
        assert post(served, name="Truces <b>", q="truce libya", sort="-date") == 303
        assert post(served, name="Truces <b>", q="truce") == 409
        found = page(served, "/saved")
        assert "Truces <b>" in found.text and "not run yet" in found.text
        assert "/search?q=truce+libya&sort=-date" in found.links
        assert post(served, name="Truces <b>", do="run") == 303
        total = served.archive.search("truce libya", limit=0).total
        assert f"{total} articles, as on" in page(served, "/saved").text
        assert post(served, name="Truces <b>", do="rename", to="Libya") == 303
        assert post(served, name="Libya", do="rename", to="a/b") == 400
        assert post(served, name="Libya", do="remove") == 303
        assert post(served, name="Libya", do="remove") == 404
        assert post(served, name="Libya", do="dance") == 400
        assert "No search is saved yet" in page(served, "/saved").text


def test_a_link_changes_nothing_and_another_site_may_not_post(
    sample_index: Path, tmp_path: Path
) -> None:
    with serving(sample_index, state=str(tmp_path / "state")) as served:
        assert served.get("/saved?name=a&q=b&do=save", headers=HTML).status_code == 200
        with served.client(headers={"origin": "https://evil.example"}) as client:
            assert client.post("/saved", data={"name": "a", "q": "b"}).status_code == 403
        assert not (tmp_path / "state" / "saved.json").exists()


def test_nothing_is_saved_where_that_was_switched_off(sample_index: Path) -> None:
    with serving(sample_index, saves=False) as served:
        found = served.get("/search?q=truce", headers=HTML).text
        assert "/saved" not in found and 'class="drop save"' not in found
        assert served.get("/saved", headers=HTML).status_code == 404


def test_people_come_in_by_a_form(sample_index: Path, tmp_path: Path) -> None:
    tokens = (Token("desk", "a-token-of-these-tests", may_save=False),)
    with (
        serving(sample_index, tokens=tokens, state=str(tmp_path / "state")) as served,
        served.client(headers={**HTML, "origin": served.url}) as client,
    ):
        turned = client.get("/search?q=truce")
        assert turned.status_code == 303
        form = client.get(turned.headers["location"])
        assert 'name="token"' in form.text and "/search?q=truce" in form.text
        wrong = client.post("/login", data={"token": "not-that-token-at-all"})
        assert wrong.status_code == 401
        assert 'role="alert"' in wrong.text and "not-that-token" not in wrong.text
        right = client.post(
            "/login", data={"token": "a-token-of-these-tests", "next": "/search?q=truce"}
        )
        assert right.headers["location"] == "/search?q=truce"
        found = client.get("/search?q=truce")
        assert found.status_code == 200 and "Log out" in found.text
        assert 'class="drop save"' not in found.text  # this token may only read
        assert client.post("/saved", data={"name": "a", "q": "b"}).status_code == 403


def test_a_page_that_the_browser_has_is_not_made_again(served: Served) -> None:
    for path in ("/", "/search?q=truce", "/about", "/help"):
        tag = served.get(path, headers=HTML).headers["etag"]
        again = served.get(path, headers={**HTML, "if-none-match": tag})
        assert again.status_code == 304 and not again.content
    other = served.get("/search?q=libya", headers={**HTML, "if-none-match": tag})
    assert other.status_code == 200


def test_a_passage_is_shown_as_it_is_stored(served: Served) -> None:
    found = served.get("/search?q=truce&copies=all", headers=HTML).text
    shown = [
        html.unescape(re.sub(r"<[^>]+>", "", text))
        for text in re.findall(r'<p class="snippet" dir="ltr">(.*?)</p>', found, re.S)
    ]
    results = served.archive.search("truce", limit=20, passages=True)
    assert len(shown) == len(results)
    for text, hit in zip(shown, results, strict=True):
        body = served.archive.get(hit.id).body
        assert text.strip("…") in body


PATHS = (
    "/",
    "/search?q=truce&copies=all",
    "/search?q=truce&view=lines",
    "/search?q=truce&view=table",
    "/search?q=truce&words=1",
    "/about",
    "/compare?q=truce&q=again",
    *(f"/article/hostile{n:02}?q=truce" for n in range(len(PAYLOADS))),
)


@pytest.mark.parametrize("path", PATHS)
def test_articles_bring_no_markup_into_a_page(hostile: Served, path: str) -> None:
    found = page(hostile, path)
    scripts = [held for tag, held in found.tags if tag == "script"]
    assert len(scripts) == 1 and str(scripts[0].get("src")).startswith("/static/")
    assert sum(tag == "h1" for tag, _ in found.tags) == 1
    for tag, held in found.tags:
        assert tag not in ("img", "iframe", "object", "embed", "base", "style"), tag
        assert not any(name.startswith("on") or name == "style" for name in held), held
        link = held.get("href") or ""
        assert link.startswith(("/", "#", "https://", "http://")) or not link, link
    for character in "\x00\x1b\u202e\U000e0041":
        assert character not in found.text
    assert "49" not in re.findall(r"\b\d+\b", found.text) or "{{ 7 * 7 }}" in found.text


@pytest.mark.parametrize("query", PAYLOADS)
def test_queries_bring_no_markup_into_a_page(hostile: Served, query: str) -> None:
    for path, params in (
        ("/search", {"q": query}), ("/search", {"q": f"tilte:{query}"}),
        ("/compare", {"q": query}), ("/article/hostile01", {"q": query}),
    ):  # fmt: skip
        answer = hostile.get(path, params=params, headers=HTML, follow_redirects=True)
        assert answer.status_code in (200, 400), answer.text[:200]
        found = Read(answer.text)
        assert sum(tag == "script" for tag, _ in found.tags) == 1
        assert sum(tag == "h1" for tag, _ in found.tags) == 1


def test_no_page_says_where_the_index_lies(served: Served, sample_index: Path) -> None:
    id = served.archive.ids("truce")[0]
    for path in (
        "/",
        "/search?q=truce",
        f"/article/{id}",
        "/about",
        "/search?q=tilte:x",
        "/nowhere",
    ):
        text = served.get(path, headers=HTML).text
        assert str(sample_index) not in text and "/corpus/" not in text, path
