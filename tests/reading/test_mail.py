"""Mail: messages, mailboxes, newsletters, and pages that browsers saved as messages."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading import detect, read_bytes
from searcher.reading.mail.headers import Fields, instant_of, parameters_of
from searcher.reading.mail.letter import letter_of
from searcher.reading.mail.sender import sender_of
from tests.growth import FACTOR, LINEAR, growth

from .gold import share_right

HEAD = {
    "From": "Jane Roe <jane@post.example>",
    "To": "desk@post.example",
    "Subject": "Ferry is late",
    "Date": "Mon, 5 Jan 2026 10:00:00 +0100",
    "Message-ID": "<1234@post.example>",
    "MIME-Version": "1.0",
}
TEXT = "The ferry to the islands is late again, said the harbour master."
ZONE = dt.timezone(dt.timedelta(hours=1))


def mail(body: str | bytes = TEXT, **fields: str | None) -> bytes:
    head = HEAD | {name.replace("_", "-"): value for name, value in fields.items()}
    lines = [f"{name}: {value}" for name, value in head.items() if value is not None]
    content = body.encode() if isinstance(body, str) else body
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content + b"\r\n"


def multipart(kind: str, *parts: tuple[str, str], boundary: str = "=b") -> dict[str, str]:
    body = "".join(f"--{boundary}\r\n{head}\r\n\r\n{text}\r\n" for head, text in parts)
    return {
        "body": f"preamble\r\n{body}--{boundary}--\r\nepilogue\r\n",
        "Content_Type": f'multipart/{kind}; boundary="{boundary}"',
    }


def read_all(data: bytes, name: str = "a.eml") -> tuple[list[Article], list[ReadError]]:
    errors: list[ReadError] = []
    articles = []
    try:
        for article in read_bytes(data, name=name, on_error=errors.append):
            articles.append(article)
    except ReadError as error:
        errors.append(error)
    return articles, errors


def one(data: bytes, name: str = "a.eml") -> Article:
    (article,), errors = read_all(data, name)
    assert not errors
    return article


def test_a_message_is_an_article_with_what_its_head_says() -> None:
    article = one(mail())
    assert (article.title, article.body, article.byline) == ("Ferry is late", TEXT, ("Jane Roe",))
    assert article.date == dt.datetime(2026, 1, 5, 10, tzinfo=ZONE)
    assert (article.id, article.record) == ("1234@post.example", None)
    assert article.metadata["email"] == "jane@post.example"


@pytest.mark.parametrize(
    ("sender", "byline", "source"),
    [
        ("Jane Roe <jane@post.example>", ("Jane Roe",), None),
        ('"Roe, Jane" <jane@post.example>', ("Jane Roe",), None),
        ("jane@post.example (Jane Roe)", ("Jane Roe",), None),
        ("Jane van der Roe <news@mail.post.example>", ("Jane van der Roe",), None),
        ("Jane Roe from The Post <jane@post.example>", ("Jane Roe",), "The Post"),
        ("Jane Roe | The Post <jane@post.example>", ("Jane Roe",), "The Post"),
        ("The Morning Post <news@post.example>", (), "The Morning Post"),
        ("Island Weekly <a@post.example>", (), "Island Weekly"),
        ("Harbour Talk <crew@harbourtalk.example>", (), "Harbour Talk"),
        ("Jane Roe <jane@janeroe.example>", ("Jane Roe",), None),
        ("Post Team <a@post.example>", (), "Post Team"),
        ("<a@post.example>", (), None),
        ("a@post.example", (), None),
        ("=?utf-8?q?Zo=C3=AB_Ros=C3=A9?= <a@post.example>", ("Zoë Rosé",), None),
    ],
)
def test_persons_are_authors_and_all_others_are_outlets(
    sender: str, byline: tuple[str, ...], source: str | None
) -> None:
    article = one(mail(From=sender))
    assert (article.byline, article.source) == (byline, source)


def test_a_list_is_the_outlet_of_a_person_and_its_mark_is_no_title() -> None:
    fields = {"List-ID": "Island talk <talk.example>", "Subject": "Re: [island] Ferry"}
    article = one(mail(**fields))
    assert (article.title, article.source) == ("Re: Ferry", "Island talk")
    assert one(mail(Subject="[sic] Ferry")).title == "[sic] Ferry"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=?ISO-8859-1?Q?F=E4hre_sp=E4t?=", "Fähre spät"),
        ("=?utf-8?B?RsOkaHJl?= und =?utf-8?q?Kai?=", "Fähre und Kai"),
        ("=?utf-8?B?RsM=?=\r\n =?utf-8?B?pGhyZQ==?=", "Fähre"),
        ("=?utf-8*de?q?F=C3=A4hre?=", "Fähre"),
        ("=?iso-2022-jp?B?GyRCJTclZCE8GyhC?=", "シヤー"),
        ("=?koi8-r?b?8MHSz80=?=", "Паром"),
        ("=?zlib?q?plain?=", "plain"),
        ("Ferry =?broken?q?", "Ferry =?broken?q?"),
    ],
)
def test_encoded_words_are_decoded(text: str, expected: str) -> None:
    assert Fields(f"Subject: {text}".encode()).get("subject") == expected


def test_raw_letters_of_a_head_are_in_the_encoding_of_the_body() -> None:
    data = mail("Паром опоздал.".encode("koi8-r"), Content_Type="text/plain; charset=koi8-r")
    assert one(data.replace(b"Ferry is late", "Паром".encode("koi8-r"))).title == "Паром"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mon, 5 Jan 2026 10:00:00 +0100", dt.datetime(2026, 1, 5, 10, tzinfo=ZONE)),
        ("5 Jan 2026 10:00 +0100 (CET)", dt.datetime(2026, 1, 5, 10, tzinfo=ZONE)),
        ("Mon, 05 Jan 98 10:00:00 GMT", dt.datetime(1998, 1, 5, 10, tzinfo=dt.UTC)),
        ("Mon, 5 Jan 26 10:00:00 -0000", dt.datetime(2026, 1, 5, 10, tzinfo=dt.UTC)),
        (
            "Tue, 6 Jul 1999 10:00:00 EST",
            dt.datetime(1999, 7, 6, 10, tzinfo=dt.timezone(dt.timedelta(hours=-5))),
        ),
        ("Pn, 29 paX 2007 21:13:00 +0100", None),
        ("Mon, 5 Jan 3609 10:00:00 +0000", None),
        ("Mon, 35 Jan 2026 10:00:00 +0000", None),
        ("", None),
    ],
)
def test_dates_of_mail(text: str, expected: dt.datetime | None) -> None:
    assert instant_of(text) == expected


def test_without_a_date_the_last_server_tells_it_and_a_wrong_one_gives_none() -> None:
    received = "from a by b; Tue, 6 Jan 2026 10:00:00 +0100"
    assert one(mail(Date=None, Received=received)).date == dt.datetime(2026, 1, 6, 10, tzinfo=ZONE)
    article = one(mail(Date="sometime", Received=received))
    assert (article.date, article.date_text) == (None, "sometime")


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("base64", lambda data: base64.encodebytes(data)),
        ("quoted-printable", lambda data: data.replace(b"\xc3\xa4", b"=C3=A4")),
        ("8bit", lambda data: data),
    ],
)
def test_bodies_are_decoded(encoding: str, pack: Callable[[bytes], bytes]) -> None:
    body = pack("Die Fähre kam spät, sagte Anna.".encode())
    data = mail(body, Content_Type="text/plain; charset=utf-8", Content_Transfer_Encoding=encoding)
    assert one(data).body == "Die Fähre kam spät, sagte Anna."


def test_flowed_text_is_joined_where_it_flows() -> None:
    data = mail(
        "The ferry \r\nis late \r\nagain.\r\n\r\nIt was late\r\non Monday.",
        Content_Type="text/plain; format=flowed",
    )
    assert one(data).body == "The ferry is late again.\n\nIt was late\n\non Monday."


def test_signatures_and_what_a_list_adds_are_no_text() -> None:
    footer = "_" * 30 + "\r\nisland mailing list\r\nUnsubscribe: https://a.example\r\n"
    assert one(mail(f"{TEXT}\r\n\r\n-- \r\nJane Roe\r\nThe Post\r\n")).body == TEXT
    assert one(mail(f"{TEXT}\r\n\r\n{footer}")).body == TEXT


def test_of_alternatives_the_fuller_is_the_text() -> None:
    html = f"<p>{TEXT}</p><p>It was late on Tuesday too.</p>"
    rich = multipart(
        "alternative", ("Content-Type: text/plain", TEXT), ("Content-Type: text/html", html)
    )
    assert one(mail(**rich)).body.endswith("It was late on Tuesday too.")
    poor = multipart(
        "alternative",
        ("Content-Type: text/plain", f"{TEXT}\r\n\r\nIt was late on Tuesday too."),
        ("Content-Type: text/html", "<p>See the text.</p>"),
    )
    assert one(mail(**poor)).body.endswith("It was late on Tuesday too.")


def test_attachments_and_forwarded_messages_are_no_text() -> None:
    mixed = multipart(
        "mixed",
        ("Content-Type: text/plain", TEXT),
        (
            "Content-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt",
            "Not this.",
        ),
        ("Content-Type: message/rfc822", "Subject: x\r\n\r\nNor this."),
        ("Content-Type: text/plain", "But this."),
    )
    assert one(mail(**mixed)).body == f"{TEXT}\n\nBut this."
    only = multipart("mixed", ("Content-Type: application/pdf", "x"))
    _, (error,) = read_all(mail(**only))
    assert "a mail without text of its own (it has application/pdf)" in error.reason


def test_a_message_without_its_last_boundary_is_read_to_the_end() -> None:
    fields = multipart("mixed", ("Content-Type: text/plain", TEXT))
    fields["body"] = fields["body"].partition("--=b--")[0]
    assert one(mail(**fields)).body == TEXT


def test_an_export_of_a_database_that_comes_by_mail_is_read_as_what_it_is() -> None:
    rule = "_" * 60
    documents = "".join(
        f"{rule}\r\n\r\nDocument {n} of 2\r\n\r\nFerry {n} is late\r\n\r\nAuthor: Roe, Jane\r\n\r\n"
        f"Publication title: The Post\r\n\r\nPublication date: Mar {n}, 2021\r\n\r\n"
        f"Full text: {TEXT}\r\n\r\n"
        for n in (1, 2)
    )
    attached = "Content-Type: text/plain\r\nContent-Disposition: attachment; filename=export.txt"
    mixed = multipart("mixed", ("Content-Type: text/plain", "Here it is."), (attached, documents))
    articles, errors = read_all(mail(**mixed))
    assert [article.title for article in articles] == ["Ferry 1 is late", "Ferry 2 is late"]
    assert {article.metadata["member"] for article in articles} == {"export.txt"} and not errors


NEWSLETTER = f"""<html lang="en"><head><title>Ferry</title></head><body>
<div style="display:none;max-height:0">Words for the list of mails</div>
<table><tr><td><a href="https://post.example/view/1">View in browser</a></td></tr>
<tr><td><a href="https://post.example/join">Subscribe</a></td></tr>
<tr><td><p>Dear readers,</p><p>{TEXT}</p><h2>Elsewhere</h2>
<p>The lighthouse was painted white, as it had been before the storm of last year.</p></td></tr>
<tr><td>Island Weekly, 1 Quay Street, Harbour Town</td></tr>
<tr><td>You are receiving this email because you signed up.
<a href="https://post.example/out">Unsubscribe</a></td></tr></table></body></html>"""


def test_of_a_newsletter_the_letter_is_read() -> None:
    article = one(mail(NEWSLETTER, Content_Type="text/html", From="Island Weekly <a@b.example>"))
    lines = article.body.split("\n\n")
    assert lines[0] == "Dear readers," and lines[-1].startswith("The lighthouse")
    assert (article.url, article.language) == ("https://post.example/view/1", "en")
    assert article.source == "Island Weekly"


def test_the_headline_of_a_letter_is_not_said_again_and_headlines_in_it_stay() -> None:
    html = (
        "<h1><a href='https://a.example'>Ferry is late</a></h1><p><a href='x'>Read in app</a></p>"
        f"<h2><a href='y'>The lighthouse will be white after the storm</a></h2><p>{TEXT}</p>"
        "<p>Want to change how you receive these emails?</p><p><a href='z'>Unsubscribe</a></p>"
    )
    found = letter_of(html, "a", "Ferry is late").paragraphs
    assert found == ["The lighthouse will be white after the storm", TEXT]


def test_a_letter_without_a_footer_keeps_its_end() -> None:
    html = f"<p>Dear all,</p><p>{TEXT}</p><p>Yours,</p><p>Jane</p>"
    assert letter_of(html, "a").paragraphs[-2:] == ["Yours,", "Jane"]


def mailbox(
    *messages: bytes, line: str = "From jane@post.example Mon Jan  5 10:00:00 2026"
) -> bytes:
    return b"".join(
        f"{line}\n".encode() + message.replace(b"\r\n", b"\n") + b"\n" for message in messages
    )


def test_the_messages_of_a_mailbox_are_articles() -> None:
    data = mailbox(mail(Message_ID="<1@a>"), mail("Second text.", Message_ID="<2@a>"))
    articles, errors = read_all(data, "a.mbox")
    assert [(a.record, a.id, a.body) for a in articles] == [
        (1, "1@a", TEXT),
        (2, "2@a", "Second text."),
    ]
    assert not errors


@pytest.mark.parametrize("line", ["From - Mon Jan  5 10:00:00 2026", "From ", "From -", "From a@b"])
def test_mailboxes_of_other_programs(line: str) -> None:
    articles, errors = read_all(mailbox(mail(), mail(), line=line), "a.mbox")
    assert len(articles) == 2 and not errors


def test_lines_that_only_begin_like_a_message_stay_in_the_text() -> None:
    body = "It began.\r\n\r\nFrom here to there it is far.\r\n>From the lake: a ferry.\r\n"
    dated = "He wrote:\r\nFrom us on Mon Jan 5 10:00:00 2026\r\nit was late.\r\n"
    articles, _ = read_all(mailbox(mail(body), mail(dated)), "a.mbox")
    assert len(articles) == 2
    assert "From here to there" in articles[0].body and "From the lake" in articles[0].body


def test_a_bad_message_costs_only_itself() -> None:
    data = mailbox(mail(), mail(b""), mail())
    articles, (error,) = read_all(data, "a.mbox")
    assert [article.record for article in articles] == [1, 3] and error.record == 2


def test_a_message_beyond_the_limit_is_passed_over() -> None:
    large = b"From: a\nSubject: b\n\n" + (b"a line of text " * 60 + b"\n") * (80 << 10)
    articles, (error,) = read_all(mailbox(mail(), large, mail()), "a.mbox")
    assert len(articles) == 2 and "larger than 64 MiB" in error.reason


PAGE = (
    f"<html><head><title>Ferry is late</title></head><body><article><h1>Ferry is late</h1>"
    f"<p>{TEXT * 3}</p><p>{TEXT * 2}</p></article></body></html>"
)


def saved(*parts: tuple[str, str], **fields: str | None) -> bytes:
    content = multipart("related", *parts)
    head: dict[str, str | None] = {
        "From": "<Saved by Blink>", "To": None, "Message_ID": None,
        "Snapshot_Content_Location": "https://post.example/ferry",
    }  # fmt: skip
    return mail(content["body"], Content_Type=content["Content_Type"], **(head | fields))


def test_a_saved_page_is_its_first_html_and_not_its_frames() -> None:
    frame = "<html><body><p>" + "A frame of the page. " * 20 + "</p></body></html>"
    data = saved(("Content-Type: text/html", PAGE), ("Content-Type: text/html", frame))
    article = one(data, "a.mhtml")
    assert (article.title, article.url) == ("Ferry is late", "https://post.example/ferry")
    assert article.date is None and article.metadata["crawled"] == "2026-01-05T10:00:00+01:00"
    named = ("Content-Type: text/html\r\nContent-ID: <main>", frame)
    other = saved(("Content-Type: text/html", PAGE), named)
    other = other.replace(b'boundary="=b"', b'boundary="=b"; start="<main>"')
    assert "A frame of the page." in one(other, "a.mhtml").body


def test_a_saved_page_has_its_address_on_the_part_too() -> None:
    head = "Content-Type: text/html; charset=iso-8859-2\r\nContent-Location: https://a.example/1"
    data = saved((head, PAGE.replace("late", "später")), Snapshot_Content_Location=None)
    data = data.decode().encode("iso8859-2")
    article = one(data, "a.mht")
    assert (article.title, article.url) == ("Ferry is später", "https://a.example/1")


def test_a_saved_page_without_its_parts_is_refused() -> None:
    data = saved().replace(b"--=b--", b"")
    _, (error,) = read_all(data, "a.mhtml")
    assert "without its HTML" in error.reason


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (mail(), "eml"),
        (mail(From=None, Received="x"), "eml"),
        (mailbox(mail()), "mbox"),
        (saved(("Content-Type: text/html", PAGE)), "mhtml"),
    ],
)
def test_mail_is_known_by_its_content(tmp_path: Path, data: bytes, name: str) -> None:
    (tmp_path / "file").write_bytes(data)
    assert detect(tmp_path / "file").name == name


def test_mail_of_apple_has_its_length_before_it() -> None:
    data = mail()
    article = one(b"%d\n" % len(data) + data + b"<?xml version='1.0'?><plist/>", "1.emlx")
    assert article.body == TEXT


def deep(levels: int) -> bytes:
    head = "".join(
        f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(levels)
    )
    return mail(b"").rstrip() + f"\r\n{head}Content-Type: text/plain\r\n\r\nx\r\n".encode()


HOSTILE: dict[str, tuple[Callable[[int], bytes], int, str | None]] = {
    "levels": (deep, 3_000, "parts more than 20 deep"),
    "parts": (
        lambda n: mail(b"--b\r\n\r\nhello\r\n" * n, Content_Type="multipart/mixed; boundary=b"),
        100_000,
        "more than 1,000 parts",
    ),
    "words": (lambda n: mail(Subject="=?utf-8?q?a?= " * n), 100_000, None),
    "folded words": (lambda n: mail(Subject="=?utf-8?q?a?=\r\n " * n + "x"), 100_000, None),
    "fields": (lambda n: b"X-A: b\r\n" * n + mail(), 100_000, None),
    "parameters": (lambda n: mail(Content_Type="text/plain" + "; a=b" * n), 100_000, None),
    "quotes": (lambda n: mail(Content_Type="text/plain" + '; a="' * n), 50_000, None),
    "elements": (lambda n: mail(b"<div>" * n + b"hello", Content_Type="text/html"), 40_000, None),
    "noise": (
        lambda n: mail(bytes(range(256)) * n, Content_Transfer_Encoding="base64"),
        8_000,
        "binary data",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mail_takes_linear_time(name: str) -> None:
    make, size, reason = HOSTILE[name]
    assert growth(lambda n: read_all(make(n)), size // FACTOR) < LINEAR
    articles, errors = read_all(make(size))
    assert reason is None or reason in errors[0].reason
    assert articles or errors


SAMPLES = [
    mail(NEWSLETTER, Content_Type="text/html"),
    mail(
        **multipart("mixed", ("Content-Type: text/plain", TEXT), ("Content-Type: text/html", PAGE))
    ),
    mailbox(mail(), mail(Subject="=?utf-8?q?F=C3=A4hre?=")),
    saved(("Content-Type: text/html", PAGE)),
]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_broken_mail_gives_articles_or_errors(data: st.DataObject) -> None:
    sample = bytearray(data.draw(st.sampled_from(SAMPLES)))
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, max(0, len(sample) - 1)))
        if data.draw(st.booleans()):
            sample[at : at + 1] = bytes([data.draw(st.integers(0, 255))])
        else:
            del sample[at : at + data.draw(st.integers(1, 200))]
    name = data.draw(st.sampled_from(["a.eml", "a.mbox", "a.mhtml", "a"]))
    _, errors = read_all(bytes(sample), name)
    assert all(error.path and error.reason for error in errors)


@given(st.binary(max_size=300))
def test_any_bytes_are_fields(data: bytes) -> None:
    fields = Fields(b"From: " + data + b"\nSubject: =?utf-8?b?" + data)
    sender_of(fields)
    parameters_of(fields.raw("from"))
    instant_of(fields.get("subject"))


def test_the_hand_checked_mails_are_read_right(tmp_path: Path) -> None:
    assert share_right(tmp_path, "eml", "mbox", "mhtml") >= 0.97


def test_the_answers_to_a_form_are_the_article() -> None:
    answers = (
        '{"Headline": ["Ferry is late again"], "Body": ["The harbour\nmaster says so."],'
        ' "Category": ["ISLANDS", ""], "Username": "jane@post.example"}'
    )
    (article,) = read_bytes(mail(answers, Subject="Story by form"), name="a.eml")
    assert article.title == "Ferry is late again" and article.section == "ISLANDS"
    assert article.body.split() == ["The", "harbour", "master", "says", "so."]
    assert article.id == "1234@post.example" and article.date is not None
    assert article.metadata["email"] == "jane@post.example"
    for other in ('{"Headline": ["Ferry"]}', '{"Headline": "A", "Body": 1}', "{ferry}", "{}"):
        (article,) = read_bytes(mail(other), name="a.eml")
        assert article.title == "Ferry is late" and article.body == other


def test_a_part_is_found_where_the_lines_between_parts_are_lost() -> None:
    page = f"<html><head><title>Ferry</title></head><body><h1>Ferry</h1><p>{TEXT}</p></body></html>"
    head = "Content-Type: text/html\r\nContent-Location: https://post.example/ferry\r\n"
    data = mail(
        f"\r\n\r\n{head}Content-Transfer-Encoding: quoted-printable\r\n\r\n{page}",
        From="<Saved by Blink>",
        Content_Type='multipart/related; type="text/html"; boundary="=lost"',
    )
    (article,) = read_bytes(data, name="a.mhtml")
    assert article.url == "https://post.example/ferry" and TEXT in article.body


def test_a_saved_page_that_breaks_off_in_its_first_tag_has_no_text() -> None:
    page = '<!DOCTYPE html><html lang=3D"en" class=3D"supports csstransforms3d preserve and many'
    head = "Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable"
    parts = multipart("related", (head, page))
    with pytest.raises(ReadError, match="no article text"):
        list(read_bytes(mail(**parts, From="<Saved by Blink>"), name="a.mhtml"))
