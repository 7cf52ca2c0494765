"""What the tests of wire formats are made of: one made-up story, as each format writes it."""

from __future__ import annotations

import json

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading import read_bytes

FIRST = "The harbour of Vessel opened on Monday after eleven years of work."
SECOND = "Ships from four countries had waited outside since Friday."
TEXT = f"<p>{FIRST}</p><p>{SECOND}</p>"


def read_all(data: str | bytes, name: str = "file.xml") -> tuple[list[Article], list[ReadError]]:
    errors: list[ReadError] = []
    raw = data if isinstance(data, bytes) else data.encode()
    return list(read_bytes(raw, name=name, on_error=errors.append)), errors


def read_one(data: str | bytes, name: str = "file.xml") -> Article:
    articles, errors = read_all(data, name)
    assert not errors
    assert len(articles) == 1
    return articles[0]


def nitf(
    *, docdata: str = "", head: str = "", top: str = "", content: str = TEXT, attributes: str = ""
) -> str:
    return (
        f'<?xml version="1.0"?><nitf {attributes}><head><title>slug-harbour</title>{head}'
        f"<docdata {docdata if docdata.startswith('management') else ''}>"
        f"{'' if docdata.startswith('management') else docdata}</docdata></head>"
        f"<body><body.head><hedline><hl1>Harbour opens</hl1></hedline>{top}</body.head>"
        f"<body.content>{content}</body.content></body></nitf>"
    )


# NewsML 1


def newsml(*items: str, envelope: str = "<DateAndTime>20200102T030405Z</DateAndTime>") -> str:
    return f"<NewsML><NewsEnvelope>{envelope}</NewsEnvelope>{''.join(items)}</NewsML>"


def item(
    components: str,
    *,
    number: str = "N1",
    status: str = "Usable",
    revision: str = "2",
    more: str = "",
) -> str:
    return (
        '<NewsItem xml:lang="fr"><Identification><NewsIdentifier><ProviderId>dock.test</ProviderId>'
        f"<DateId>20200102</DateId><NewsItemId>{number}</NewsItemId><RevisionId>{revision}</RevisionId>"
        f"<PublicIdentifier>urn:newsml:dock.test:20200102:{number}:{revision}N</PublicIdentifier>"
        "</NewsIdentifier><NameLabel>harbour-label</NameLabel></Identification><NewsManagement>"
        "<FirstCreated>20200102T020000+0100</FirstCreated>"
        "<ThisRevisionCreated>20200102T040000+0100</ThisRevisionCreated>"
        f'<Status FormalName="{status}"/><Urgency FormalName="3"/>{more}</NewsManagement>'
        f"{components}</NewsItem>"
    )


def component(
    content: str = "", *, lines: str = "", role: str = "", more: str = "", lang: str = ""
) -> str:
    given = f'<Role FormalName="{role}"/>' if role else ""
    return (
        f'<NewsComponent Duid="{lang or "c"}" xml:lang="{lang or "en"}">{given}'
        f"<NewsLines>{lines}</NewsLines>{more}{content}</NewsComponent>"
    )


def text_of(inner: str) -> str:
    kind = "<MediaType FormalName='Text'/>"
    return f"<ContentItem>{kind}<DataContent>{inner}</DataContent></ContentItem>"


HEAD = "<HeadLine>Harbour opens</HeadLine>"


# NewsML-G2

NAR = 'xmlns="http://iptc.org/std/nar/2006-10-01/"'


def message(*items: str, sent: str = "2021-05-04T10:00:05Z") -> str:
    inner = f"<header><sent>{sent}</sent></header><itemSet>{''.join(items)}</itemSet>"
    return f"<newsMessage {NAR}>{inner}</newsMessage>"


def news_item(
    *,
    text: str = TEXT,
    kind: str = "text",
    status: str = "stat:usable",
    meta: str = "",
    about: str = "",
    head: str = "<headline>Harbour opens</headline>",
    content: str | None = None,
) -> str:
    body = f'<html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>{text}</body></html>'
    if content is None:
        content = f'<inlineXML contenttype="application/xhtml+xml">{body}</inlineXML>'
    return (
        f'<newsItem {NAR} guid="tag:dock.test,2021:1" version="7" xml:lang="en"><itemMeta>'
        f'<itemClass qcode="ninat:{kind}"/><provider literal="Dock News"/>'
        "<versionCreated>2021-05-04T10:00:00Z</versionCreated>"
        "<firstCreated>2021-05-04T08:00:00Z</firstCreated>"
        f'<pubStatus qcode="{status}"/>{meta}</itemMeta>'
        f"<contentMeta>{head}{about}</contentMeta><contentSet>{content}</contentSet></newsItem>"
    )


# ninjs


def ninjs(**keys: object) -> str:
    return json.dumps({"uri": "urn:dock:1", "type": "text", **keys}, ensure_ascii=False)


# Wire text


def transmission(text: str, *, header: str = "eca062 4 i 211 ccccb   dpa 061") -> bytes:
    lines = (
        f"\x01{header}\r\n\nVessel-harbour/\r\n\x02{text}\x03131137 GMT Nov 13 \r\n\x7f\n\x7f\x04"
    )
    return lines.encode("latin-1")


WRAPPED = f"   Vessel (dpa) - {FIRST}\r\n\n   {SECOND}\r\n"
