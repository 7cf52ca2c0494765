"""Exports of news databases, written by small functions in the layouts that they have."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from html import escape

ENGLISH = ("BYLINE", "SECTION", "LENGTH", "words", "LOAD-DATE", "LANGUAGE", "ENGLISH")
GERMAN = ("AUTOR", "RUBRIK", "LÄNGE", "Wörter", "UPDATE", "SPRACHE", "GERMAN; DEUTSCH")
SPANISH = ("AUTOR", "SECCIÓN", "EXTENSIÓN", "palabras", "FECHA-CARGA", "IDIOMA", "SPANISH")


def nexis_article(
    title: str,
    body: Sequence[str],
    *,
    count: str,
    date: str = "May 2, 2002, Thursday",
    source: str = "The Quarry Post",
    byline: str = "Ida Quist",
    section: str = "Metro; Pg. B4",
    labels: Sequence[str] = ENGLISH,
) -> str:
    """One article of Nexis as text, until 2018."""
    by, part, length, words, loaded, tongue, language = labels
    text = "\n\n".join(body)
    return (
        f"\n{count:>46}\n\n\n\n{source:^79}\n\n{date:^79}\n\n{title}\n\n{by}: {byline}\n\n"
        f"{part}: {section}\n\n{length}: {len(text.split())} {words}\n\n{text}\n\n"
        f"{loaded}: May 3, 2002\n\n{tongue}: {language}\n\nGRAPHIC: PHOTO, A pit\n\n\n"
        f"{'Copyright 2002 Quarry Ltd.':^79}\n{'All Rights Reserved':^79}\n"
    )


def docx(paragraphs: Sequence[str], *, first: str = "word/document.xml") -> bytes:
    """A document of Word; `*a*` is bold, `\\n` a break of the line."""
    parts = []
    for paragraph in paragraphs:
        runs = []
        for n, piece in enumerate(paragraph.split("*")):
            properties = "<w:rPr><w:b/></w:rPr>" if n % 2 else ""
            text = "<w:br/>".join(
                f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in piece.split("\n")
            )
            runs.append(f"<w:r>{properties}{text}</w:r>")
        parts.append(f"<w:p>{''.join(runs)}</w:p>")
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    xml = f'<w:document xmlns:w="{space}"><w:body>{"".join(parts)}</w:body></w:document>'
    return packed({first: xml.encode()})


def packed(parts: dict[str, bytes]) -> bytes:
    """A zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def rtf(paragraphs: Sequence[str]) -> bytes:
    """A document in RTF; `*a*` is bold, a tab a tab."""
    lines = []
    for paragraph in paragraphs:
        pieces = []
        for n, piece in enumerate(paragraph.split("*")):
            text = "".join(
                sign if sign.isascii() else f"\\u{ord(sign) - (ord(sign) > 32767) * 65536}?"
                for sign in piece
            ).replace("\t", "\\tab ")
            pieces.append(f"{{\\b {text}}}" if n % 2 else text)
        lines.append("".join(pieces))
    head = "{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0\\fswiss Arial;}}\\f0 "
    return (head + "\\par\n".join(lines) + "\\par}").encode("ascii")


UNI_ENGLISH = (
    "Section",
    "Length",
    "Byline",
    "Body",
    "Classification",
    "Language",
    "End of Document",
)
UNI_GERMAN = (
    "Rubrik",
    "Länge",
    "Autor",
    "Textkörper",
    "Klassifizierung",
    "Sprache",
    "Dokumentende",
)
# Words of a language that no table here has.
UNI_UNKNOWN = ("Osio", "Pituus", "Tekijä", "Leipäteksti", "Luokittelu", "Kieli", "Loppu")


def uni_article(
    title: str,
    body: Sequence[str],
    *,
    words: Sequence[str] = UNI_ENGLISH,
    date: str = "July 1, 2019 Monday 9:20 AM GMT",
    source: str = "The Quarry Post",
    byline: str = "Ida Quist and Tom Abel",
    has_rights: bool = True,
) -> list[str]:
    """The paragraphs of one article of Nexis Uni."""
    section, length, by, text, below, language, end = words
    rights = ["\nCopyright 2019 Quarry Ltd. All Rights Reserved"] if has_rights else []
    return [
        f"*{title}*", source, date, *rights,
        f"*{section}:* Metro; Pg. 3\n*{length}:* 320 words\n*{by}:* {byline}",
        f"*{text}*", "", *body, f"*{below}*", "", f"*{language}:* ENGLISH",
        "*Publication-Type:* Newspaper", "*Subject:* QUARRIES (90%); STONE (70%)", f"*{end}*",
    ]  # fmt: skip


def factiva_html(articles: Sequence[tuple[str, Sequence[str], Sequence[str]]]) -> str:
    """A page of Factiva: of each article its language, its lines, and its text."""
    parts: list[str] = []
    for language, lines, body in articles:
        title, *rest = lines
        facts = "".join(f"<div>{escape(line)}</div>" for line in rest)
        text = "".join(
            f'<p class="articleParagraph {language}articleParagraph">{escape(line)} </p>'
            for line in body
        )
        parts.append(
            f'<div id="article-X" class="article"><div class="article {language}Article"><p>'
            f'<div>Kultur</div><div id="hd"><span class="{language}Headline">{escape(title)}</span>'
            f"</div>{facts}</p>{text}<p>Quarry Ltd</p>"
            f"<p>Documento QRRY000020190701ef71000{len(parts)}a</p></div></div><br/>"
        )
    return (
        "<html><head><title>Factiva</title></head><body><form>"
        + "".join(parts)
        + '<div id="pageFooter">&copy; 2019 Factiva, Inc.</div></form></body></html>'
    )


def factiva_tags(articles: Sequence[tuple[str, Sequence[str]]], gap: str = "\t") -> list[str]:
    """The lines of Factiva's tagged layout."""
    lines = []
    for number, (title, body) in enumerate(articles):
        lead, *rest = body
        lines += [
            f"SE{gap}Stadt", f"HD{gap}{title}", f"BY{gap}Von Ida Quist", f"WC{gap}320 Wörter",
            f"PD{gap}1 Juli 2019", f"ET{gap}09:20", f"SN{gap}Quarry Post", f"SC{gap}QRRY",
            f"LA{gap}Englisch", f"CY{gap}(c) 2019 Quarry Ltd", "", "LP", lead, "", "TD", *rest, "",
            f"NS{gap}gcat : Political/General News | gstone : Quarries", f"PUB{gap}Quarry Ltd",
            f"AN{gap}Dokument QRRY000020190701ef710000{number}", "",
        ]  # fmt: skip
    return lines


def europresse(articles: Sequence[tuple[str, str, str, Sequence[str]]]) -> str:
    """A page of Europresse: headline, line of the date, author and text of each."""
    parts = [
        f'<article><header><div class="rdp__DocPublicationName"><span class="DocPublicationName">'
        f'Le Quarry, no. 71</span></div><div><span class="DocHeader">{header}</span></div>'
        f'<div class="titreArticle"><p class="sm-margin-bottomNews">Surtitre</p><p class='
        f'"sm-margin-TopNews titreArticleVisu rdp__articletitle">{title}</p><p class="sm-margin-'
        f'TopNews rdp__subtitle">Un chapeau</p></div><p class="sm-margin-bottomNews">'
        f"{author}</p></header>"
        f'<section><div class="docOcurrContainer"><p>{"</p><p>".join(body)}</p></div>'
        f"<aside><p>Encadré</p></aside><footer><small>© 2019 Le Quarry. Tous droits réservés."
        f"</small><p>news·20190701·LQ·{number}</p></footer></article>"
        for number, (title, header, author, body) in enumerate(articles)
    ]
    return f"<html><head><title>Europresse</title></head><body>{''.join(parts)}</body></html>"


def proquest(articles: Sequence[tuple[str, Sequence[str]]], labels: dict[str, str]) -> str:
    """ProQuest as text, its labels in the words of `labels`."""
    rule = "_" * 60
    parts = [
        f"{rule}\n\n{labels['Document']} {number} {labels['of']} {len(articles)}\n\n{title}\n\n"
        f"{labels['Author']}: Quist, Ida; Abel, Tom J\n\n{labels['Publication info']}: Quarry "
        f"Post, Late Edition; Easton, Md. [Easton, Md]01 Jul 2019: A.4.\n\n{labels['Abstract']}: "
        f"{labels['None']}\n\n{labels['Full text']}: " + "\n\n".join(body) + "\n\n"
        f"{labels['Subject']}: Quarries; Stone\n\n{labels['Title']}: {title}\n\n"
        f"{labels['Publication title']}: Quarry Post, Late Edition; Easton, Md.\n\n"
        f"{labels['Publication date']}: Jul 1, 2019\n\n{labels['Section']}: Metro\n\n"
        f"{labels['Language']}: English\n\n{labels['ID']}: 10{number}\n\n"
        f"{labels['URL']}: https://example.org/docview/10{number}\n\n"
        for number, (title, body) in enumerate(articles, 1)
    ]
    return "".join(parts) + f"{rule}\n\nContact ProQuest\n\nTerms: https://example.org/\n"


PROQUEST_ENGLISH = {
    "Document": "Document", "of": "of", "Author": "Author", "Publication info": "Publication info",
    "Abstract": "Abstract", "None": "None available.", "Full text": "Full text",
    "Subject": "Subject", "Title": "Title", "Publication title": "Publication title",
    "Publication date": "Publication date", "Section": "Section",
    "Language": "Language of publication", "ID": "ProQuest document ID", "URL": "Document URL",
}  # fmt: skip
PROQUEST_SPANISH = {
    "Document": "Documento", "of": "de", "Author": "Autor",
    "Publication info": "Información de publicación", "Abstract": "Resumen",
    "None": "No disponible.", "Full text": "Texto completo", "Subject": "Materia",
    "Title": "Título", "Publication title": "Título de publicación",
    "Publication date": "Fecha de publicación", "Section": "Sección",
    "Language": "Idioma de la publicación", "ID": "ID del documento de ProQuest",
    "URL": "URL del documento",
}  # fmt: skip


def newsbank(articles: Sequence[tuple[str, Sequence[str]]]) -> str:
    """NewsBank's Access World News as text."""
    return "\n".join(
        f"{title}\n\n July 1, 2019 | Quarry Post, The (Easton, MD)\n\n Author/Byline: IDA QUIST "
        f"and Tom Abel | Section: Local News \n \n 433\n Words \n\n Read News Document\n\n "
        + "\n".join(body)
        + "\n\n• Citation (aglc Style)\n\nIda Quist, 'A', Quarry Post (online), 1 Jul 2019 "
        f"‹https://infoweb.newsbank.com/apps/news/document-view?docref=news/19F{number}›\n\n"
        f"© Copyright 2019 Quarry Post, All Rights Reserved.\n"
        for number, (title, body) in enumerate(articles)
    )


def gale(articles: Sequence[tuple[str, Sequence[str]]], *, has_labels: bool = True) -> str:
    """Gale OneFile as text; without labels only the citation says what an article is."""
    parts = []
    for number, (title, body) in enumerate(articles):
        labels = (
            f"Title: {title}\nAuthor: Ida Quist\nPublication: Quarry Post\nDate: July 1, 2019\n"
            "Document Type: Article\n\n"
        )
        parts.append(
            f'Quist, Ida. "{title}." Quarry Post [Easton, MD], 1 July 2019, p. A4. Gale OneFile: '
            f"News, link.gale.com/apps/doc/A70{number}/STND. Accessed 2 Aug. 2020.\n\n"
            + (labels if has_labels else "")
            + "Full Text: \n"
            + "\n".join(body)
            + f"\n\nCopyright: COPYRIGHT 2019 Quarry Ltd\nGale Document Number: "
            f"GALE|A70000000{number}\n\n"
        )
    return "".join(parts)


def kikuzo(articles: Sequence[tuple[str, str]]) -> str:
    """A list of an archive whose headline stands below the row."""
    rows = [
        f'<table class="topic-list"><tr><th>No.</th><th>発行日</th><th>文字数</th></tr>'
        f"<tr><td>{number:05}</td><td><nobr>2019年</nobr><nobr>07月01日</nobr></td><td>朝刊</td>"
        f"<td>経済</td><td>007</td><td>00120文字</td></tr></table>"
        f'<table class="topic-detail"><tr><td><br></td></tr><tr><td><span class="font002">{title}'
        f'</span></td></tr><tr><td><div class="detail001">{body}</div></td></tr></table>'
        '<a href="#top">このページのTOPへ</a>'
        for number, (title, body) in enumerate(articles, 1)
    ]
    return f"<html><head><title>聞蔵II</title></head><body>{''.join(rows)}</body></html>"
