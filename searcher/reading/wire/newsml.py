"""Which articles are in NewsML 1?

NewsML 1.0 to 1.2 (IPTC, 2000 to 2003) is an envelope with `NewsItem`s; each has its
identification, its management (dates, status, urgency) and a tree of `NewsComponent`s, which
hold other components or `ContentItem`s: texts as NITF, XHTML or plain, pictures, scripts.

What an article is, in that tree: the component nearest to the root whose own parts hold text.
Parts with a role such as Title, Lead and Body are one text; equivalents in other languages
(each with a headline or body of its own) are an article each; captions, pictures, sound,
contacts and logos are none.  A component's own headline, byline and language go before those
of the components around it.

Known deviations: headlines empty or missing (AFP's alerts), the headline again as a text,
markup escaped in text, clocks without offset (Belga), `DescriptiveMetada`, sign-offs as Creator
(EFE), photographers' bylines in picture components, bundles that are links alone.

`PublicIdentifier` without its revision is the identity: revisions are one article.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading.source import Options, Source
from searcher.reading.status import status_of
from searcher.reading.wire import nitf
from searcher.reading.wire.story import Story, same_words
from searcher.reading.wire.tree import (
    Element,
    at,
    blocks,
    every,
    html_blocks,
    name_of,
    value,
    words,
)
from searcher.reading.xml import iter_xml

__all__ = ["read_source"]

# Parts that are no text of the article.
_NO_TEXT = frozenset(
    [
        "caption", "legend", "photo", "picture", "image", "graphic", "video", "audio", "sound",
        "clip", "logo", "contact", "stylesheet", "tweettext", "tweet", "quote", "highdef",
        "quicklook", "thumbnail", "script", "keywords", "metadata",
    ]
)  # fmt: skip
_TITLES = frozenset(["title", "headline", "catchline"])
_SUBTITLES = frozenset(["subheadline", "subtitle", "kicker"])
_SUMMARIES = frozenset(["abstract", "summary", "teaser"])
_MEDIA = frozenset(["photo", "picture", "image", "graphic", "video", "audio", "animation"])
# Provider, day, item; then the revision with its kind of update.
_IDENTITY = re.compile(r"(urn:newsml:[^:]+:[^:]+:.+):\d*[NUA]?", re.I)
_COMPARED = 40  # parts that are looked at for being the same text once more
_DEEPEST = 60  # components in components; real ones have four levels


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the articles of a NewsML 1 file.

    Raises:
        ReadError: it is no XML, or there is no text in it.
    """
    envelope = _Envelope()
    items = number = 0
    for element in iter_xml(source, ("NewsEnvelope", "NewsItem")):
        if name_of(element) == "newsenvelope":
            envelope = _envelope_of(element)
            continue
        items += 1
        encoding = element.getroottree().docinfo.encoding
        if _depth(element) > _DEEPEST:
            reason = f"components nested more than {_DEEPEST} deep"
            options.report(ReadError(source.name, reason, record=items))
            continue
        for story in _stories(element, envelope):
            try:
                article = story.article(source, record=number + 1, encoding=encoding)
            except ReadError as error:
                options.report(error)
                continue
            if article is not None:
                number += 1
                yield article
    if not number:
        raise ReadError(
            source.name,
            f"NewsML without a news text ({items:,} items: pictures, or links to other files)",
            hint="index the files that it names",
            kind="newsml",
        )


@dataclass(frozen=True, slots=True)
class _Envelope:
    """What a message says of all its items."""

    sent: str = ""
    products: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()


def _envelope_of(element: Element) -> _Envelope:
    named = (*every(element, "NewsProduct"), *every(element, "NewsService"))
    return _Envelope(
        sent=words(at(element, "DateAndTime")),
        products=tuple(value(one, "FormalName") for one in named),
        senders=tuple(_parties(element, "SentFrom")),
    )


@dataclass(slots=True)
class _Text:
    """A component that is an article: those around it, nearest first, and its parts."""

    around: list[Element]
    parts: list[tuple[str, Element]] = field(default_factory=list)


def _stories(item: Element, envelope: _Envelope) -> Iterator[Story]:
    texts: list[_Text] = []
    for component in every(item, "NewsComponent"):
        texts += _texts_in(component, [])
    if not texts and (component := at(item, "NewsComponent")) is not None:
        texts = [_Text([component])]
    for text in texts or [_Text([])]:
        story = _managed(item, envelope)
        _describe(story, text.around)
        for number, (role, content) in enumerate(text.parts):
            _add_part(story, role, content, compare=number < _COMPARED)
        names = at(item, "Identification/NewsIdentifier/ProviderId")
        story.sources += [words(names), *envelope.senders]
        story.sections += envelope.products
        story.languages.append(value(item, "lang"))
        if len(texts) > 1 and story.id and (duid := value(text.around[0], "Duid", "Euid")):
            story.id += f"#{duid}"
        yield story


def _texts_in(component: Element, outer: list[Element]) -> list[_Text]:
    """The articles in a component: itself, or what it holds, or both."""
    around = [component, *outer]
    role = _role(component)
    own = _Text(around)
    if role not in _NO_TEXT:
        own.parts = [(role, c) for c in every(component, "ContentItem") if _is_text(c)]
    others: list[_Text] = []
    for child in every(component, "NewsComponent"):
        inner = _texts_in(child, around)
        if _stands_alone(child):
            others += inner
        else:
            for text in inner:
                if text.around[0] is child:
                    own.parts += text.parts
                else:
                    others.append(text)
    return [own, *others] if own.parts else others


def _stands_alone(component: Element) -> bool:
    """Whether it has a headline of its own, as a field or as a part."""
    if words(at(component, "NewsLines/HeadLine")):
        return True
    return any(_role(child) in _TITLES for child in every(component, "NewsComponent"))


def _depth(item: Element) -> int:
    """How many components deep an item is, or one more than is read."""
    level, depth = every(item, "NewsComponent"), 0
    while level and depth <= _DEEPEST:
        level = [inner for component in level for inner in every(component, "NewsComponent")]
        depth += 1
    return depth


def _role(component: Element) -> str:
    return value(at(component, "Role"), "FormalName").casefold()


def _is_text(content: Element) -> bool:
    if value(at(content, "MediaType"), "FormalName").casefold() in _MEDIA:
        return False
    kind = value(at(content, "MimeType"), "FormalName").casefold()
    if kind.startswith(("image", "video", "audio")) or at(content, "Encoding") is not None:
        return False
    return at(content, "DataContent") is not None


def _add_part(story: Story, role: str, content: Element, *, compare: bool) -> None:
    data = at(content, "DataContent")
    documents = [child for child in data if name_of(child) == "nitf"] if data is not None else []
    if documents:
        for document in documents:
            nitf.fill(story, document)
        return
    if data is None:
        return
    found = blocks(data) if len(data) else html_blocks(data.text or "")
    text = " ".join(block.text for block in found)
    if role in _TITLES:
        story.titles.append(text)
    elif role in _SUBTITLES:
        story.subtitles.append(text)
    elif role in _SUMMARIES:
        story.note("abstract", text)
    elif not compare or same_words(text) not in _told(story):
        story.body += found


def _told(story: Story) -> str:
    return same_words("".join(block.text for block in story.body))


def _managed(item: Element, envelope: _Envelope) -> Story:
    """What an item says of itself: identity, dates, status."""
    story = Story(sent=envelope.sent)
    identity, management = at(item, "Identification"), at(item, "NewsManagement")
    names = at(identity, "NewsIdentifier")
    story.id = _identifier(names)
    revision = at(names, "RevisionId")
    story.note("version", words(revision))
    story.slugs.append(words(at(identity, "NameLabel")))
    story.published.append(words(at(management, "FirstCreated")))
    story.updated.append(words(at(management, "ThisRevisionCreated")))
    story.updated += [envelope.sent, words(at(names, "DateId"))]
    state = value(at(management, "Status"), "FormalName")
    story.status = status_of(state)
    coming = at(management, "StatusWillChange")
    change = words(at(coming, "DateAndTime"))
    if story.status is None:
        story.note("expires", change)
    else:
        story.embargo = change if story.status == "embargoed" else ""
        story.note("pubstatus", state)
    urgency = at(management, "Urgency")
    story.note("urgency", value(urgency, "FormalName") or words(urgency))
    story.note("type", value(at(management, "NewsItemType"), "FormalName"))
    story.note("notes", words(at(management, "Instruction")))
    story.note("related", *(value(a, "NewsItem") for a in every(management, "AssociatedWith")))
    return story


def _identifier(names: Element | None) -> str:
    public = words(at(names, "PublicIdentifier"))
    if public.count(":") >= 4:
        revision = words(at(names, "RevisionId"))
        short = public.rstrip("NUAnua")
        if revision and short.endswith(f":{revision}"):
            return short.removesuffix(f":{revision}")
        found = _IDENTITY.fullmatch(public)
        return found[1] if found else public
    provider, own = words(at(names, "ProviderId")), words(at(names, "NewsItemId"))
    return f"urn:newsml:{provider}:{own}" if provider and own.strip("0") else ""


def _parties(parent: Element | None, path: str) -> Iterator[str]:
    for party in every(parent, f"{path}/Party"):
        yield value(party, "FormalName")


def _describe(story: Story, around: list[Element]) -> None:
    """Add what the components from the text outwards say of it."""
    for component in around:
        for lines in every(component, "NewsLines"):
            _add_lines(story, lines)
        about = at(component, "AdministrativeMetadata")
        story.sources += [*_parties(about, "Source"), *_parties(about, "Provider")]
        story.sources += [words(line) for line in every(component, "NewsLines/CreditLine")]
        story.creators += [*_parties(about, "Creator"), words(at(component, "Author"))]
        for entry in every(about, "Property"):
            if value(entry, "FormalName").casefold() == "editorialinfo":
                story.note("notes", value(entry, "Value"))
        described = at(component, "DescriptiveMetadata", "DescriptiveMetada")
        story.languages += [value(x, "FormalName") for x in every(described, "Language")]
        story.languages.append(value(component, "lang"))
        _add_subjects(story, described)
        for usage in every(component, "RightsMetadata/UsageRights/UsageType"):
            story.note("rights", words(usage))
        for keyword in every(component, "item_keywords/item_keyword"):
            story.note("keywords", words(keyword))


def _add_lines(story: Story, lines: Element) -> None:
    for line in lines:
        name, text = name_of(line), words(line)
        if name == "headline":
            story.titles.append(text)
        elif name == "subheadline":
            story.subtitles.append(text)
        elif name == "byline":
            story.bylines.append(text)
        elif name == "slugline":
            story.slugs.insert(0, text)
        elif name == "keywordline":
            story.note("keywords", text)
        elif name == "dateline":
            story.note("dateline", text)
        elif name == "copyrightline":
            story.note("rights", text)
        elif name == "creditline":
            story.note("credit", text)
        elif name == "seriesline":
            story.note("series", text)
        elif name == "newsline":
            story.note("notes", words(at(line, "NewsLineText")))


def _add_subjects(story: Story, described: Element | None) -> None:
    for code in every(described, "SubjectCode"):
        for subject in code:
            story.note("subjects", value(subject, "FormalName"))
            story.sections.append(value(subject, "cat"))
    story.note("genre", *(value(genre, "FormalName") for genre in every(described, "Genre")))
    for entry in every(described, "Property"):
        if value(entry, "FormalName").casefold() in ("keyword", "tesauro"):
            story.note("keywords", value(entry, "Value"))
    for place in every(described, "Location"):
        known = {
            value(x, "FormalName").casefold(): value(x, "Value") for x in every(place, "Property")
        }
        story.note("place", ", ".join(filter(None, map(known.get, ("city", "country")))))
