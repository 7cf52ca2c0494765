"""What does an NITF document say?

NITF (News Industry Text Format, IPTC, 2.x to 3.6) is one story: `head` has what is known of
it (`docdata`, `tobject`, `pubdata`), `body.head` the headline, byline and dateline,
`body.content` the text.  It stands alone, or inside NewsML of both kinds; `fill` serves all.

Where agencies differ: headlines in `hl2`, slugs in `head/title`, bylines that hold a subtitle
or initials, dates without offset, all of `docdata` missing, `pubdata` inside `docdata`.

An `abstract` that the text does not repeat opens the body if it is of the size of the text,
for then it is a part of the story; a shorter one sums the story up and is kept as metadata.

`management-status` is the status of the document, `date.release` the end of its embargo.  A
document that changes the status of another names it in `management-doc-idref`, kept as
`changes`; where it takes the other back, it stands in its place too, as a second article with
the other's identity and new status, so that a killed story is found no longer.

Not read: `media` and their captions, `note`, `tagline`, what is in `body.end`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading.source import Options, Source
from searcher.reading.status import status_of
from searcher.reading.wire.signs import root_of
from searcher.reading.wire.story import Story, same_words
from searcher.reading.wire.tree import Block, Element, at, blocks, every, name_of, value, words
from searcher.reading.xml import iter_xml

__all__ = ["fill", "read_source"]

# Kinds of content, which are no part of an outlet.
_KINDS = frozenset(["news", "data", "feature", "alert", "advisory", "current", "article", "text"])
_SECTION_METAS = (
    "online_sections", "category", "section", "news_desk", "dsk", "categoria", "anpa-category",
)  # fmt: skip

_LEAST_NUMBER = 12  # characters of an identity that no other publisher has


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the article of an NITF document, or those of a file that wraps several.

    Raises:
        ReadError: it is no XML, or there is no text in it.
    """
    alone = root_of(source.head) == "nitf"
    found = False
    number = 0
    notices: list[Article] = []
    for number, document in enumerate(iter_xml(source, ("nitf",)), 1):
        story = Story()
        fill(story, _innermost(document))
        encoding = document.getroottree().docinfo.encoding
        try:
            article = story.article(source, record=None if alone else number, encoding=encoding)
            if article is None and not alone:
                raise ReadError(source.name, "NITF without text", record=number)
        except ReadError as error:
            options.report(error)
            continue
        if article is not None:
            found = True
            yield article
            notices += _notice(article, document)
    if not found:
        raise ReadError(source.name, "NITF without text", hint="nothing to read", kind="nitf")
    for at_end, notice in enumerate(notices, number + 1):
        yield replace(notice, record=at_end)


def _notice(article: Article, document: Element) -> list[Article]:
    """What stands in the place of the document that `article` takes back, if it does."""
    data = at(_innermost(document), "head/docdata")
    status = status_of(value(data, "management-idref-status"))
    other = _identity(value(data, "management-doc-idref"), value(at(data, "doc-id"), "regsrc"))
    if status not in ("canceled", "withheld") or not other or other == article.id:
        return []
    # Without a number of its version: it is about any.
    kept = {name: said for name, said in article.metadata.items() if name != "version"}
    return [replace(article, id=other, status=status, url=None, metadata=kept)]


def _identity(number: str, registry: str) -> str:
    """A number is one of its registry, or of an agency that says it with its name or a date."""
    if number and registry:
        return f"{registry}:{number}"
    return number if len(number) >= _LEAST_NUMBER else ""


def _innermost(document: Element) -> Element:
    """The document in a document that is nothing but its cover."""
    while at(document, "body") is None and (inner := at(document, "nitf")) is not None:
        document = inner
    return document


def fill(story: Story, nitf: Element) -> None:
    """Add what `nitf` says to `story`, behind what is known already."""
    head, body = at(nitf, "head"), at(nitf, "body")
    top = at(body, "body.head")
    story.sources += [words(line) for line in every(top, "distributor")]
    _fill_head(story, nitf, head)
    for line in every(top, "hedline/hl1"):
        story.titles.append(words(line))
    hedline = at(top, "hedline")
    if hedline is not None and at(hedline, "hl1") is None:
        story.titles.append(words(hedline))
    if not any(story.titles):
        story.titles.append(words(at(head, "title")))
    story.subtitles += [words(line) for line in every(top, "hedline/hl2")]
    for byline in every(top, "byline"):
        if "normalized" not in value(byline, "class"):  # the names again, for machines
            story.bylines += _names_in(byline)
    for place in (at(top, "dateline/location"), at(top, "dateline")):
        story.note("dateline", words(place) if not story.metadata.get("dateline") else None)
    story.note("rights", *(words(owner) for owner in every(top, "rights")))
    story.note("notes", *(words(note) for note in every(top, "note")))
    story.published += [_time(line) for line in every(top, "dateline/story.date")]
    content = at(body, "body.content")
    text = blocks(content if content is not None else body)
    if content is None and top is not None:
        text = blocks(body, also_skipped=frozenset(["body.head"]))
    abstract = [block for part in every(top, "abstract") for block in blocks(part)]
    if abstract and _is_part_of_story(abstract, text):
        text = abstract + text
    else:
        story.note("abstract", " ".join(block.text for block in abstract))
    story.body += text


def _is_part_of_story(abstract: list[Block], text: list[Block]) -> bool:
    if not text:
        return True
    start = same_words("".join(block.text for block in abstract))
    if same_words("".join(block.text for block in text)).startswith(start[:60]):
        return False
    told, whole = (sum(len(block.text) for block in part) for part in (abstract, text))
    return told * 2 > whole


def _names_in(byline: Element) -> list[str]:
    """The persons marked in a byline, else its text without the title of the author."""
    persons = [words(person) for person in every(byline, "person")]
    if any(persons):
        return persons
    parts = [byline.text or ""]
    for child in byline:
        if name_of(child) not in ("byttl", ""):
            parts.append(words(child))
        parts.append(child.tail or "")
    line = " ".join(" ".join(parts).split())
    return [line or words(at(byline, "byttl"))]


def _fill_head(story: Story, nitf: Element, head: Element | None) -> None:
    data = at(head, "docdata")
    metas = {value(meta, "name").casefold(): value(meta, "content") for meta in every(head, "meta")}
    publications = [*every(head, "pubdata"), *every(data, "pubdata")]
    story.languages += [value(nitf, "baselang", "lang"), value(at(nitf, "body"), "lang")]
    story.languages += [value(at(nitf, "body/body.content"), "lang"), metas.get("language", "")]
    identity = at(data, "doc-id")
    story.id = story.id or _identity(value(identity, "id-string"), value(identity, "regsrc"))
    status = status_of(value(data, "management-status"))
    story.status = story.status or status
    release = _time(at(data, "date.release"))
    story.embargo = story.embargo or release
    story.published += [_time(line) for line in every(data, "date.issue")]
    story.published += [value(line, "date.publication") for line in publications]
    story.published += [release, _publication_day(metas)]
    history = [_time(line) for line in every(head, "revision-history")]
    story.updated += [value(line, "date.publication") for line in publications]
    story.updated += history[-1:]
    story.sources += [value(identity, "regsrc"), *(value(p, "name") for p in publications)]
    story.sources += [value(c, "holder") for c in every(data, "doc.copyright")]
    story.sources += [value(s, "src-name") for s in every(data, "del-list/from-src")]
    story.urls += [value(p, "ex-ref") for p in publications]
    links = [value(a, "href") for a in every(head, "a") if value(a, "rel") == "canonical"]
    story.urls += [*links, metas.get("canonical", ""), metas.get("url", "")]
    story.creators.append(metas.get("byline", ""))
    _fill_sections(story, head, metas, publications)
    _fill_metadata(story, data, publications, metas)


def _time(element: Element | None) -> str:
    return value(element, "norm") or words(element)


def _publication_day(metas: dict[str, str]) -> str:
    """The day of publication as the New York Times Annotated Corpus has it, in three fields."""
    parts = [metas.get(f"publication_{part}", "") for part in ("year", "month", "day_of_month")]
    return "-".join(part.zfill(2) for part in parts) if all(map(str.isdigit, parts)) else ""


def _fill_sections(
    story: Story, head: Element | None, metas: dict[str, str], publications: list[Element]
) -> None:
    kinds = [value(kind, "tobject.type") for kind in every(head, "tobject")]
    subjects = every(head, "tobject/tobject.subject")
    story.sections += [kind for kind in kinds if kind.casefold() not in _KINDS]
    story.sections += [value(subject, "tobject.subject.type") for subject in subjects]
    story.sections += [value(line, "position.section") for line in publications]
    story.sections += [metas.get(name, "") for name in _SECTION_METAS]
    for subject in subjects:
        story.note("subjects", *(value(subject, f"tobject.subject.{n}") for n in _SUBJECT_PARTS))
    story.note("genre", *kinds)
    story.note(
        "genre",
        *(value(p, "tobject.property.type") for p in every(head, "tobject/tobject.property")),
    )


_SUBJECT_PARTS = ("type", "matter", "detail")


def _fill_metadata(
    story: Story, data: Element | None, publications: list[Element], metas: dict[str, str]
) -> None:
    keys = every(data, "du-key")
    story.slugs += [value(key, "key") for key in keys]
    story.slugs += [metas.get(name, "") for name in ("slug", "ntbstikkord", "anpa-keyword")]
    story.note("version", *(value(key, "version", "generation") for key in keys))
    story.note("urgency", value(at(data, "urgency"), "ed-urg"))
    keywords = [value(key, "key") for key in every(data, "key-list/keyword")]
    story.note("keywords", *keywords, metas.get("keyword"))
    story.note("notes", *(value(message, "info") for message in every(data, "ed-msg")))
    story.note("series", *(value(part, "series.name") for part in every(data, "series")))
    story.note("fixture", value(at(data, "fixture"), "fix-id"))
    story.note("expires", _time(at(data, "date.expire")))
    for line in every(data, "doc.copyright"):
        story.note("rights", " ".join((value(line, "holder"), value(line, "year"))))
    for line in publications:
        story.note("page", value(line, "position.sequence"), metas.get("print_page_number"))
        story.note("edition", value(line, "edition.name", "edition.area"))
        story.note("volume", value(line, "volume"))
    place = at(data, "evloc")
    story.note("place", ", ".join(filter(None, (value(place, n) for n in _PLACE_PARTS))))
    story.note("changes", value(data, "management-doc-idref"))
    story.note("changes_status", value(data, "management-idref-status"))


_PLACE_PARTS = ("city", "county-dist", "state-prov", "iso-cc")
