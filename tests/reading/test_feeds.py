"""Are feeds and the exports of blogs read, however broken?"""

from __future__ import annotations

import contextlib
import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searcher import Article, ReadError
from searcher.reading import read, read_bytes
from searcher.reading.fragments import fragment_paragraphs, without_link_to_the_rest
from tests.growth import LINEAR, growth
from tests.reading.gold import share_right

UTC = dt.UTC
NOON = dt.datetime(2021, 3, 4, 12, 30, tzinfo=UTC)
TEXT = "The weir was closed on Monday. Anglers had asked for it since spring."
SPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"'
)


def rss(*items: str, channel: str = "<title>Brook Times</title><language>en-gb</language>") -> str:
    return (
        f'<?xml version="1.0"?><rss version="2.0" {SPACES}><channel>{channel}'
        + "".join(f"<item>{item}</item>" for item in items)
        + "</channel></rss>"
    )


def atom(*entries: str, feed: str = "<title>Brook Times</title>", root: str = "") -> str:
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" {root}>{feed}'
        + "".join(f"<entry>{entry}</entry>" for entry in entries)
        + "</feed>"
    )


def feed(text: str | bytes, name: str = "a.xml") -> list[Article]:
    data = text.encode() if isinstance(text, str) else text
    return list(read_bytes(data, name=name))


def one(text: str | bytes) -> Article:
    (article,) = feed(text)
    return article


def refused(text: str | bytes) -> str:
    errors: list[ReadError] = []
    data = text.encode() if isinstance(text, str) else text
    try:
        articles = list(read_bytes(data, name="a.xml", on_error=errors.append))
    except ReadError as error:
        return error.reason
    assert not articles and errors
    return errors[0].reason


def test_an_item_of_rss_has_all_its_fields() -> None:
    article = one(
        rss(
            "<title>Weir &amp;amp; dam</title><link>https://paper.example/weir</link>"
            "<guid isPermaLink='false'>tag:paper.example,2021:weir</guid>"
            "<pubDate>Thu, 04 Mar 2021 12:30:00 GMT</pubDate><dc:creator>Ada Brook</dc:creator>"
            "<category>Town</category><category>Rivers</category>"
            f"<description>After years</description><content:encoded><![CDATA[<p>{TEXT}</p>"
            "<figure><img/><figcaption>No</figcaption></figure><p>More.</p>]]></content:encoded>"
        )
    )
    assert article.title == "Weir & dam"
    assert article.body == f"{TEXT}\n\nMore."
    assert (article.date, article.byline) == (NOON, ("Ada Brook",))
    assert (article.source, article.section, article.language) == ("Brook Times", "Town", "en-GB")
    assert article.metadata["keywords"] == ("Town", "Rivers")
    # The page that it leads to is the same article.
    assert article.url == "https://paper.example/weir"
    assert article.id == Article("", "", url=article.url).id
    assert "teaser" not in article.metadata


def test_an_entry_of_atom_has_all_its_fields() -> None:
    article = one(
        atom(
            "<id>urn:x:1</id><title type='html'>Weir &lt;i&gt;closed&lt;/i&gt;</title>"
            "<link rel='self' href='https://paper.example/self'/>"
            "<link rel='alternate' href='weir'/><published>2021-03-04T12:30:00Z</published>"
            "<updated>2021-03-05T12:30:00Z</updated><author><name>Ada Brook</name></author>"
            "<category term='Town'/><content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>"
            f"<p>{TEXT}</p><p>More <b>to</b> come.</p></div></content>",
            root='xml:base="https://paper.example/news/" xml:lang="en"',
        )
    )
    assert (article.title, article.url) == ("Weir closed", "https://paper.example/news/weir")
    assert article.body == f"{TEXT}\n\nMore to come."
    assert (article.date, article.updated) == (NOON, dt.datetime(2021, 3, 5, 12, 30, tzinfo=UTC))
    assert (article.byline, article.section, article.language) == (("Ada Brook",), "Town", "en")
    assert article.source == "Brook Times"


def test_atom_under_a_prefix_and_atom_of_old() -> None:
    text = (
        '<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:title>T</a:title><a:entry>'
        f"<a:title>Weir</a:title><a:summary>{TEXT}</a:summary></a:entry></a:feed>"
    )
    assert one(text).body == TEXT
    old = (
        '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>T</title><entry><title>Weir</title>'
        f"<issued>2021-03-04T12:30:00Z</issued><content mode='escaped'>{TEXT}</content></entry>"
        "</feed>"
    )
    assert one(old).date == NOON


def test_rss_1_has_its_items_beside_the_channel() -> None:
    text = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<channel rdf:about='x'><title>Brook Times</title><items><rdf:Seq/></items></channel>"
        f"<item rdf:about='https://paper.example/weir'><title>Weir</title><description>{TEXT}</description>"
        "<link>https://paper.example/weir</link><dc:date>2021-03-04T12:30:00Z</dc:date></item></rdf:RDF>"
    )
    article = one(text)
    assert (article.source, article.date, article.url) == (
        "Brook Times",
        NOON,
        "https://paper.example/weir",
    )


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("ada@paper.example (Ada Brook)", ("Ada Brook",)),
        ("Ada Brook &lt;ada@paper.example&gt;", ("Ada Brook",)),
        ("ada@paper.example", ()),
        ("By Ada Brook and Bo Fenn", ("Ada Brook", "Bo Fenn")),
    ],
)
def test_authors_are_names_and_no_addresses(said: str, names: tuple[str, ...]) -> None:
    assert one(rss(f"<title>Weir</title><author>{said}</author>")).byline == names


def test_dates_in_the_language_of_the_feed_and_with_old_zones() -> None:
    for said, wanted in (
        ("Qui, 04 Mar 2021 09:30:00 -0300", NOON),
        ("jeu., 4 mars 2021 13:30:00 +0100", NOON),
        ("Thu, 4 Mar 2021 07:30:00 EST", NOON),
    ):
        assert one(rss(f"<title>Weir</title><pubDate>{said}</pubDate>")).date == wanted
    assert one(rss("<title>Weir</title><pubDate>soon</pubDate>")).date_text == "soon"


def test_a_summary_is_a_teaser_and_a_link_to_the_rest_no_text() -> None:
    article = one(
        rss(
            f"<title>Weir</title><description>&lt;p&gt;{TEXT}&lt;/p&gt; "
            "&lt;a href='x'&gt;Continue reading...&lt;/a&gt;</description>"
        )
    )
    assert article.body == TEXT
    assert article.metadata["teaser"] == "yes"
    whole = one(
        rss(
            f"<title>Weir</title><content:encoded>&lt;p&gt;{TEXT}&lt;/p&gt;&lt;p&gt;The post Weir "
            "appeared first on Brook Times.&lt;/p&gt;</content:encoded>"
        )
    )
    assert (whole.body, "teaser" in whole.metadata) == (TEXT, False)


@pytest.mark.parametrize(
    ("line", "rest", "cut"),
    [
        (f"{TEXT} [&#8230;]", f"{TEXT} [&#8230;]", False),
        (f"{TEXT} […]", f"{TEXT}…", True),
        (f"{TEXT} Lire la suite", TEXT, True),
        (f"{TEXT} Read more »", TEXT, True),
        (f"{TEXT} (more…)", TEXT, True),
        ("They wanted to read more", "They wanted to read more", False),
        ("He had none. More followed.", "He had none. More followed.", False),
        (f"{TEXT} … [1713 chars]", f"{TEXT}…", True),
    ],
)
def test_ends_of_teasers(line: str, rest: str, cut: bool) -> None:
    assert without_link_to_the_rest([line]) == ([rest], cut)


@pytest.mark.parametrize(
    ("item", "title"),
    [
        ("<title>Weir & dam</title>", "Weir & dam"),
        ("<title>Weir&nbsp;&eacute;tait</title>", "Weir était"),
        ("<title>We\x0bir</title>", "Weir"),
        ("<title>Weir &bogus; dam</title>", "Weir &bogus; dam"),
        ("<title>Weir&#11; dam&#xFFFF;</title>", "Weir dam"),
        ("<title><![CDATA[Weir <b>dam</b>]]></title>", "Weir dam"),
        ("<title>Weir</title><x:y><z></x:y>", "Weir"),
        ("<title>Weir</title><description><![CDATA[never closed</description>", "Weir"),
        ("<title>Weir &#147;dam&#148;</title>", "Weir “dam”"),
    ],
)
def test_what_feeds_break_is_mended(item: str, title: str) -> None:
    first, second = feed(rss(item, "<title>Next</title>"))
    assert (first.title, second.title) == (title, "Next")


def test_encodings_that_are_declared_wrongly_or_not_at_all() -> None:
    text = rss("<title>Écluse fermée à Brême</title>")
    for codec in ("utf-16", "utf-16-le", "utf-32", "utf-32-be"):
        assert one(text.encode(codec)).title == "Écluse fermée à Brême"
    declared = text.replace('<?xml version="1.0"?>', '<?xml version="1.0" encoding="iso-8859-1"?>')
    assert one(declared.encode("cp1252")).title == "Écluse fermée à Brême"
    assert one(declared.encode("utf-8")).title == "Écluse fermée à Brême"


def test_entities_that_a_file_declares_are_text_and_no_bomb() -> None:
    head = '<!DOCTYPE rss [<!ENTITY w "Weir">%s]>'
    body = rss("<title>&w; closed</title>").partition("?>")[2]
    assert one(head % "" + body).title == "Weir closed"
    outside = head % '<!ENTITY f SYSTEM "file:///etc/hostname">'
    assert one(outside + body.replace("&w;", "&f;")).title == "&f; closed"
    assert "entities" in refused(head % '<!ENTITY x "&w;&w;">' + body)


def test_a_truncated_feed_gives_what_is_there() -> None:
    text = rss("<title>Weir</title>", f"<title>Dam</title><description>{TEXT}</description>")
    assert [article.title for article in feed(text[: text.index("Anglers")])] == ["Weir", "Dam"]


def test_nesting_costs_its_own_record() -> None:
    deep = "<title>Deep</title>" + "<b>" * 100_000
    errors: list[ReadError] = []
    data = rss(deep, "<title>Weir</title>").encode()
    articles = list(read_bytes(data, name="a.xml", on_error=errors.append))
    assert articles[-1].title == "Weir"
    assert errors and "depth" in errors[0].reason.lower()


@pytest.mark.parametrize(
    ("before", "unit", "times", "after"),
    [
        ("", "<item>", 1_500, ""),
        ("", "<![CDATA[", 20_000, ""),
        ("", "<!--", 20_000, ""),
        ("<item><title>x</title><description>", "<![CDATA[x]]>", 8_000, "</description></item>"),
        ("<item a='", "x", 1_000_000, ""),
        ("", "<!DOCTYPE x [", 10_000, ""),
        ("", "&a", 40_000, ""),
        ("<item><title>", "<p class='sharedaddy'>", 5_000, "</title></item>"),
    ],
    ids=[
        "items",
        "cdata",
        "comments",
        "sections",
        "attribute",
        "doctypes",
        "ampersands",
        "unclosed",
    ],
)
def test_hostile_feeds_take_linear_time(before: str, unit: str, times: int, after: str) -> None:
    def run(times: int) -> None:
        hostile = f'<rss xmlns:a="b"><channel>{before}{unit * times}{after}'
        with contextlib.suppress(ReadError):
            for _ in read_bytes(hostile.encode(), name="a.xml", on_error=lambda _: None):
                pass

    assert growth(run, times) < LINEAR


def test_a_feed_without_records_is_refused() -> None:
    assert "without a record" in refused(rss())
    assert "no headline" in refused(rss("<link>https://paper.example/</link>"))


def test_a_large_feed_is_streamed() -> None:
    items = [
        f"<title>Weir {n}</title><description>{'Water. ' * 20_000}</description>"
        for n in range(100)
    ]
    articles = feed(rss(*items))
    assert [article.record for article in articles] == list(range(1, 101))
    assert articles[-1].title == "Weir 99"
    assert {article.source for article in articles} == {"Brook Times"}


def test_of_bloggers_export_posts_are_articles_and_drafts_are_drafts() -> None:
    kind = "<category scheme='http://schemas.google.com/g/2005#kind' term='http://schemas.google.com/blogger/2008/kind#{}'/>"
    draft = "<app:control xmlns:app='http://purl.org/atom/app#'><app:draft>yes</app:draft></app:control>"
    articles = feed(
        atom(
            kind.format("template") + "<title>Template</title><content>x</content>",
            kind.format("post") + f"<title>Weir</title><content type='html'>{TEXT}</content>"
            "<category scheme='http://www.blogger.com/atom/ns#' term='Town'/>",
            kind.format("post") + f"<title>Dam</title><content type='html'>{TEXT}</content>{draft}",
            kind.format("comment") + "<title>Nice</title><content>Nice</content>",
        )
    )
    assert [(a.title, a.status) for a in articles] == [("Weir", None), ("Dam", "draft")]
    assert articles[0].section == "Town"


def wxr(*items: str) -> str:
    return (
        '<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" '
        f'{SPACES} xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Brook Times</title>'
        "<wp:author><wp:author_login>ada</wp:author_login>"
        "<wp:author_display_name>Ada Brook</wp:author_display_name></wp:author>"
        "<wp:author><wp:author_login>bo</wp:author_login>"
        "<wp:author_display_name>Bo Fenn</wp:author_display_name></wp:author>"
        + "".join(f"<item>{item}</item>" for item in items)
        + "</channel></rss>"
    )


def post(
    title: str, content: str = TEXT, kind: str = "post", status: str = "publish", more: str = ""
) -> str:
    return (
        f"<title>{title}</title><link>https://paper.example/{title}</link><dc:creator>ada</dc:creator>"
        f"<content:encoded><![CDATA[{content}]]></content:encoded><wp:post_type>{kind}</wp:post_type>"
        f"<wp:status>{status}</wp:status><wp:post_date>2021-03-04 14:30:00</wp:post_date>"
        f"<wp:post_date_gmt>2021-03-04 12:30:00</wp:post_date_gmt>{more}"
    )


def test_posts_of_wordpress_have_authors_by_name_and_the_instant() -> None:
    terms = (
        "<category domain='category' nicename='town'>Town</category>"
        "<category domain='post_tag' nicename='rivers'>rivers</category>"
    )
    article = one(wxr(post("weir", more=terms)))
    assert (article.byline, article.date, article.section) == (("Ada Brook",), NOON, "Town")
    assert (article.source, article.metadata["keywords"]) == ("Brook Times", "rivers")
    both = (
        "<category domain='author' nicename='cap-ada'>ada</category>"
        "<category domain='author' nicename='cap-bo'>bo</category>"
    )
    assert one(wxr(post("weir", more=both))).byline == ("Ada Brook", "Bo Fenn")


def test_what_wordpress_does_not_publish_says_so() -> None:
    articles = feed(
        wxr(
            post("a"),
            post("b", status="draft"),
            post("c", status="private"),
            post("d", status="future"),
            post("e", more="<wp:post_password>x</wp:post_password>"),
            post("f", kind="page"),
            post("g", kind="attachment"),
            post("h", kind="opinion"),
            post("i", status="trash"),
        )
    )
    assert {a.title: a.status for a in articles} == {
        "a": None, "b": "draft", "c": "withheld", "d": "embargoed", "e": "withheld",
        "h": None, "i": "withheld",
    }  # fmt: skip
    assert [a.record for a in articles] == [1, 2, 3, 4, 5, 8, 9]


def test_an_export_of_pages_alone_is_refused() -> None:
    assert "no posts" in refused(wxr(post("f", kind="page")))


def test_wordpress_writes_paragraphs_as_blank_lines_and_calls_plugins() -> None:
    content = (
        "<!-- wp:paragraph -->First <b>one</b>,\ngoes on.\n\nSecond [sic] one.\n\n"
        '[caption id="a"]<img src="x"/> A weir[/caption]\n\n[gallery ids="1,2"]'
        "<h2>Third</h2>\nFourth."
    )
    article = one(wxr(post("weir", content)))
    assert article.body.split("\n\n") == [
        "First one, goes on.",
        "Second [sic] one.",
        "Third",
        "Fourth.",
    ]


def test_a_section_inside_a_section_is_text() -> None:
    article = one(wxr(post("weir", "Signs <![CDATA[ stay ]]> here")))
    assert "CDATA[ stay" in article.body


def test_a_medium_page_is_read_by_its_marks(tmp_path: Path) -> None:
    page = (
        "<!DOCTYPE html><html><head><title>Weir</title></head><body><article class='h-entry'>"
        "<header><h1 class='p-name'>Weir closed</h1></header>"
        "<section data-field=\"subtitle\" class='p-summary'>After years</section>"
        f"<section data-field=\"body\" class='e-content'><h3>Weir closed</h3><p>{TEXT}</p>"
        "<figure><figcaption>No</figcaption></figure></section><footer><p>By "
        "<a class='p-author h-card' href='x'>Ada Brook</a> on <time class='dt-published' "
        "datetime='2021-03-04T12:30:00Z'>March 4</time></p><a class='p-canonical' href='https://medium.example/weir'>c</a>"
        "</footer></article></body></html>"
    )
    article = one(page.encode())
    assert (article.title, article.body, article.byline) == ("Weir closed", TEXT, ("Ada Brook",))
    assert (article.date, article.url) == (NOON, "https://medium.example/weir")
    assert article.metadata["subtitle"] == "After years"
    (draft,) = read_bytes(page.encode(), name="draft_weir.html")
    assert draft.status == "draft"


def test_a_list_of_substack_and_its_posts_are_the_same_articles(tmp_path: Path) -> None:
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts" / "1234.weir.html").write_text(
        f"<p>{TEXT}</p><p class='button-wrapper'><a>Join</a></p>"
    )
    (tmp_path / "posts.csv").write_text(
        "post_id,post_date,is_published,email_sent_at,type,audience,title,subtitle,podcast_url\n"
        "1234.weir,2021-03-04T12:30:00.000Z,TRUE,,newsletter,everyone,Weir closed,After years,\n"
        "1235.dam,2021-03-04T12:30:00.000Z,FALSE,,podcast,everyone,Dam opened,At last,\n"
    )
    weir, dam = read(tmp_path / "posts.csv")
    (page,) = read(tmp_path / "posts" / "1234.weir.html")
    assert (weir.title, weir.body, weir.date) == ("Weir closed", TEXT, NOON)
    assert (page.id, page.title, page.body, page.date) == (
        weir.id,
        weir.title,
        weir.body,
        weir.date,
    )
    assert (dam.body, dam.status, dam.metadata["teaser"]) == ("At last", "draft", "yes")


def test_scrapys_xml_is_read_by_keys() -> None:
    text = (
        '<?xml version="1.0" encoding="utf-8"?><items><item><url>https://paper.example/weir</url>'
        "<title>Weir closed</title><body><value>One.</value><value>Two.</value></body>"
        "<authors><value>Ada Brook</value></authors><date>2021-03-04 12:30:00</date></item>"
        "<item><price>3</price></item></items>"
    )
    errors: list[ReadError] = []
    (article,) = read_bytes(text.encode(), name="a.xml", on_error=errors.append)
    assert (article.title, article.body, article.byline) == (
        "Weir closed",
        "One.\n\nTwo.",
        ("Ada Brook",),
    )
    assert [error.record for error in errors] == [2]


@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("2021-03-04-weir.md", dt.date(2021, 3, 4)),
        ("posts/2021-03-04-weir/index.md", dt.date(2021, 3, 4)),
        ("2021-13-04-weir.md", None),
        ("weir.md", None),
    ],
)
def test_a_post_of_jekyll_has_its_date_in_its_name(name: str, date: dt.date | None) -> None:
    (article,) = read_bytes(f"---\ntitle: Weir\n---\n{TEXT}\n".encode(), name=name)
    assert article.date == date


def test_templates_are_no_text_and_drafts_are_drafts() -> None:
    text = (
        "---\ntitle: Weir\ndate: 2021-03-04\ndraft: true\ntags: [rivers]\n"
        "lastmod: 2021-03-05\n---\n"
        'See [the dam]({{< ref "/dam" >}} "Dam") now.\n\n{% image "a.png" %}\n\n'
        "More {{ site.name }} here.\n{: .note}\n"
    )
    (article,) = read_bytes(text.encode(), name="a.md")
    assert article.body == "See the dam now.\n\nMore here."
    assert (article.status, article.updated) == ("draft", dt.date(2021, 3, 5))
    assert article.metadata["keywords"] == "rivers"


def test_front_matter_may_be_json() -> None:
    (article,) = read_bytes(
        f'{{\n"title": "Weir",\n"date": "2021-03-04"\n}}\n\n{TEXT}\n'.encode(), name="a.md"
    )
    assert (article.title, article.body, article.date) == ("Weir", TEXT, dt.date(2021, 3, 4))


def test_fragments_keep_text_whose_markup_would_swallow_it() -> None:
    assert fragment_paragraphs("<aside>All there is.</aside>") == ["All there is."]
    assert fragment_paragraphs("<p>One.</p><form><p>Two.</p>") == ["One.", "Two."]
    assert fragment_paragraphs("1 < 2 and so on") == ["1 < 2 and so on"]
    assert fragment_paragraphs("<table><tr><td>a</td><td>b</td></tr></table>") == ["a b"]


SAMPLE = rss(
    "<title>Weir &amp; dam</title><pubDate>Thu, 04 Mar 2021 12:30:00 GMT</pubDate>"
    f"<content:encoded><![CDATA[<p>{TEXT}</p>]]></content:encoded>",
    "<title>Dam</title><!-- a --><description>x</description>",
).encode()


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_mutated_feeds_give_articles_or_reasons(data: st.DataObject) -> None:
    sample = bytearray(
        data.draw(
            st.sampled_from([SAMPLE, wxr(post("weir")).encode(), atom("<title>a</title>").encode()])
        )
    )
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(sample) - 1))
        piece = data.draw(
            st.binary(max_size=6)
            | st.sampled_from([b"<item>", b"]]>", b"<![CDATA[", b"&#0;", b"<!--", b"</"])
        )
        sample[at : at + data.draw(st.integers(0, 9))] = piece
    try:
        for article in read_bytes(bytes(sample), name="a.xml", on_error=lambda _: None):
            assert isinstance(article, Article)
    except ReadError:
        pass


def test_real_feeds_and_exports_are_read_as_somebody_checked_them(tmp_path: Path) -> None:
    formats = ("feeds", "jsonfeed", "wxr", "wordpress-api", "ghost", "jekyll")
    assert share_right(tmp_path, *formats, "news-please", "scrapy") >= 0.99
