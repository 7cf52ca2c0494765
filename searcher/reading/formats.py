"""Which formats are read, and which one is this?

`FORMATS` is the one table.  To add a format, write a module with a `read_source(source,
options)` generator, and add a row; if its content shows what it is, a sign too: a function
of the head of a file, in the `signs.py` of its family.  A format's module, and whatever
parser it needs, is imported when the first file of that format is read.

Content decides, because names lie: `.xml` may be seven formats of news, `.txt` an export of
five hundred articles.  Signs are asked in the order of the table, so the more particular
formats come first; where none of them speaks, `recognition.py` says what the file is
instead, and the extension what kind of text.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from searcher.importing import InstalledOnly
from searcher.reading import recognition, sniff
from searcher.reading.archives import signs as archives
from searcher.reading.cms import signs as cms
from searcher.reading.exports import signs as exports
from searcher.reading.feeds import signs as feeds
from searcher.reading.head import Head
from searcher.reading.mail import signs as mail
from searcher.reading.ocr import signs as ocr
from searcher.reading.office import signs as office
from searcher.reading.pdf import signs as pdf
from searcher.reading.recognition import LeftOut
from searcher.reading.source import Options, Source
from searcher.reading.tables import signs as tables
from searcher.reading.web_archives import signs as crawls
from searcher.reading.wire import signs as wire

if TYPE_CHECKING:
    from searcher.article import Article

__all__ = [
    "BY_CONTENT",
    "BY_EXTENSION",
    "BY_NAME",
    "FORMATS",
    "READERS",
    "Format",
    "format_of",
    "recognise_head",
]


@dataclass(frozen=True, slots=True)
class Format:
    """One row of the table of formats.

    Arguments:
        name: what messages and the list of sources call it.
        extensions: of files that are in it if their content says nothing else.
        sniff: whether the head of a file shows this format; None when content cannot tell.
        module: below `searcher.reading`; it holds `read_source(source, options)`.
        many: whether a file may hold many articles.
        has_keys: whether a field map can say under which keys its fields stand.
        has_pages: whether its members are pages, each to be read by itself.
        version: of the reader; a higher one makes runs read again what an earlier one read.
    """

    name: str
    extensions: tuple[str, ...]
    sniff: Callable[[Head], bool] | None
    module: str
    many: bool
    has_keys: bool = False
    version: int = 1
    has_pages: bool = False

    def read(self, source: Source, options: Options) -> Iterator[Article]:
        """Yield the articles of `source`."""
        with InstalledOnly():
            module = importlib.import_module(f"searcher.reading.{self.module}")
        articles: Iterator[Article] = module.read_source(source, options)
        return articles


def _plain(sign: Callable[[bytes], bool]) -> Callable[[Head], bool]:
    return lambda head: sign(head.plain)


FORMATS: tuple[Format, ...] = (
    # Collections for research.
    Format("reuters", (".sgm",), _plain(sniff.is_reuters), "sgml.reuters", many=True),
    Format("trec", (".sgml", ".trec"), _plain(sniff.is_trec), "sgml.trec", many=True),
    Format("rcv1", (), _plain(sniff.is_rcv1), "sgml.rcv1", many=False),
    # What agencies send.
    Format("nitf", (".nitf",), wire.is_nitf, "wire.nitf", many=False, version=2),
    Format("newsml", (".newsml",), wire.is_newsml, "wire.newsml", many=True),
    Format("newsml-g2", (), wire.is_newsml_g2, "wire.newsml_g2", many=True),
    Format("ninjs", (), wire.is_ninjs, "wire.ninjs", many=True),
    Format("wire-text", (), wire.is_wire_text, "wire.wire_text", many=True),
    # Exports of blogs, and feeds.
    Format("wxr", (), feeds.is_wxr, "cms.wxr", many=True),
    Format("feed", (".rss", ".atom"), feeds.is_feed, "feeds.rss", many=True),
    Format("scrapy", (), feeds.is_scrapy, "feeds.scrapy", many=True),
    Format("medium", (), cms.is_medium, "cms.medium", many=False),
    Format("substack", (), cms.is_substack_list, "cms.substack", many=True),
    Format("substack-post", (), cms.is_substack_post, "cms.substack", many=False),
    Format("hugo-json", (), cms.is_hugo_json, "markdown", many=False),
    # Exports of news databases.
    Format("nexis", (), exports.is_nexis, "exports.nexis", many=True),
    Format("factiva", (), exports.is_factiva, "exports.factiva", many=True),
    Format("factiva-text", (), exports.is_factiva_text, "exports.factiva_tags", many=True),
    Format("europresse", (), exports.is_europresse, "exports.europresse", many=True),
    Format("proquest", (), exports.is_proquest, "exports.proquest", many=True),
    Format("newsbank", (), exports.is_newsbank, "exports.newsbank", many=True),
    Format("gale", (), exports.is_gale, "exports.gale", many=True),
    Format("japanese-archive", (), exports.is_japanese_archive, "exports.japanese", many=True),
    # Documents of word processors, many of which are exports too.
    Format("docx", (".docx",), office.is_docx, "office.docx", many=True),
    Format("rtf", (".rtf", ".doc"), office.is_rtf, "office.rtf", many=True),
    # Crawls.
    Format("warc", (".warc",), crawls.is_warc, "web_archives.warc", many=True, has_pages=True),
    Format("arc", (".arc",), crawls.is_arc, "web_archives.arc", many=True, has_pages=True),
    Format("wacz", (".wacz",), crawls.is_wacz, "web_archives.wacz", many=True, has_pages=True),
    # Mail.
    Format("mhtml", (".mht", ".mhtml"), mail.is_mhtml, "mail.mhtml", many=False, version=2),
    Format("mbox", (".mbox", ".mbx"), mail.is_mbox, "mail.mbox", many=True),
    Format("eml", (".eml", ".emlx"), mail.is_eml, "mail.eml", many=False, version=2),
    # Archives of files.
    Format("zip", (".zip",), archives.is_zip, "archives.zip", many=True, has_pages=True),
    Format(
        "tar", (".tar", ".tgz", ".tbz2", ".tbz", ".txz", ".tzst"), archives.is_tar, "archives.tar",
        many=True, has_pages=True,
    ),
    # Tables: databases and files of columns show what they are in their first bytes.
    Format(
        "sqlite", (".db", ".sqlite", ".sqlite3", ".db3"), tables.is_sqlite, "tables.sqlite",
        many=True, has_keys=True,
    ),
    Format(
        "parquet", (".parquet", ".pq"), tables.is_parquet, "tables.columnar", many=True,
        has_keys=True,
    ),
    Format(
        "arrow", (".arrow", ".arrows", ".feather"), tables.is_arrow, "tables.columnar", many=True,
        has_keys=True,
    ),
    # Scanned pages.
    Format("pdf", (".pdf",), pdf.is_pdf, "pdf.reader", many=False),
    Format("alto", (), ocr.is_alto, "ocr.alto", many=False),
    Format("mets", (), ocr.is_mets, "ocr.mets", many=True),
    Format("page text", (), ocr.is_page_text, "ocr.page_text", many=False),
    # What any folder of articles is made of.
    Format(
        "html", (".html", ".htm", ".xhtml", ".shtml"), _plain(sniff.is_html), "html", many=False,
        version=3,
    ),
    Format(
        "jsonl", (".jsonl", ".ndjson", ".jl"), _plain(sniff.is_json_lines), "json.lines", many=True,
        has_keys=True,
    ),
    Format("json", (".json",), _plain(sniff.is_json), "json.articles", many=True, has_keys=True),
    Format(
        "markdown", (".md", ".markdown", ".mdown"), _plain(sniff.is_front_matter), "markdown",
        many=False,
    ),
    Format(
        "csv", (".csv", ".tsv", ".tab"), tables.is_separated, "tables.separated", many=True,
        has_keys=True,
    ),
    Format("text", (".txt", ".text", ".story"), None, "text", many=False, version=2),
)  # fmt: skip
READERS = " ".join(f"{format_.name}@{format_.version}" for format_ in FORMATS)
"""What is read, and by which versions of the readers: what they left out, others may read."""
BY_NAME = {format_.name: format_ for format_ in FORMATS}
BY_EXTENSION = {extension: format_ for format_ in FORMATS for extension in format_.extensions}
BY_CONTENT = frozenset((".xml",))
"""Extensions that say nothing of the format, of files that a walk tries all the same."""
# Kinds of JSON and of text: they look alike whatever they say, be it settings, maps or notebooks.
_ANYTHING = frozenset(("jsonl", "json", "markdown"))


def format_of(source: Source) -> Format:
    """The format of a source.

    Raises:
        ReadError: it is in none that is read.
    """
    found = recognise_head(Head(source.head, source.name))
    if isinstance(found, LeftOut):
        raise recognition.refusal(source.name, found)
    return found


def recognise_head(head: Head) -> Format | LeftOut:
    """Say by its head, then its name, which format a file is in, or why it is left out."""
    extension = head.extension
    sniffed = next((f for f in FORMATS if f.sniff is not None and f.sniff(head)), None)
    if sniffed is not None and sniffed.name not in _ANYTHING and sniffed.name != "html":
        return sniffed
    shown = recognition.magic(head.raw, extension)
    if shown is not None:
        return shown
    named = BY_EXTENSION.get(extension)
    foreign_name = recognition.named(extension)
    if sniffed is not None and sniffed.name == "html" and named is not sniffed:
        foreign = recognition.server_code(head.plain, extension)
        return foreign or recognition.foreign_markup(head.plain) or sniffed
    if sniffed is not None:
        is_known = sniffed.name == "html" or named is not None or foreign_name is None
        return sniffed if is_known else foreign_name or sniffed
    if named is not None and named.sniff is not None:
        return recognition.foreign_markup(head.plain) or named if named.name == "html" else named
    # The rest is text, or nothing that is read.
    foreign = recognition.server_code(head.plain, extension)
    foreign = foreign or recognition.foreign_markup(head.plain)
    if foreign is None and named is None and recognition.looks_like_a_page(head.plain, extension):
        return BY_NAME["html"]
    foreign = foreign or recognition.foreign_text(head.readable, extension)
    if foreign is None and named is None:
        if sniff.is_markup(head.plain):
            return LeftOut("xml", "markup of an unknown kind")
        foreign = foreign_name
    return foreign or BY_NAME["text"]
