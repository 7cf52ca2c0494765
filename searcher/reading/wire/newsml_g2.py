"""Which articles are in NewsML-G2?

NewsML-G2 (IPTC, since 2008) has items: `newsItem` is one text, picture or video, `packageItem`
puts items together, concept, knowledge, planning and catalog items are the vocabulary around
them.  An item stands alone or, with others, in a `newsMessage`.  An article is a `newsItem`
whose `contentSet` holds text: XHTML or NITF in `inlineXML`, or anything in `inlineData`.  A
package of one text and one video is one article, a package alone is none.

Known deviations: fragments without an item (`contentSet` alone), elements of another namespace
or none inside `inlineXML`, several headlines with roles or without, empty elements, the headline
and byline once more inside the text, editors' codes behind the last paragraph, creators that
are logins, an agency's own markup (TT's).

`guid` is the identity and `version` its version.  `embargoed` without a time is an embargo until
further notice.  Notes that are not for the public are not kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading.source import Options, Source
from searcher.reading.status import status_of
from searcher.reading.wire import nitf
from searcher.reading.wire.signs import root_of
from searcher.reading.wire.story import Story, same_words
from searcher.reading.wire.tree import (
    Block,
    Element,
    at,
    blocks,
    every,
    html_blocks,
    name_of,
    value,
    words,
)
from searcher.reading.xml import iter_xml, parse_xml

__all__ = ["read_source"]

_ITEMS = {
    "newsItem": "news item without text",
    "packageItem": "package",
    "conceptItem": "concept",
    "knowledgeItem": "list of concepts",
    "planningItem": "plan of coverage",
    "catalogItem": "catalog",
}
_FRAGMENTS = frozenset(["contentset", "inlinexml", "contentmeta", "groupset", "itemset"])
_NO_TEXT = frozenset(["picture", "photo", "graphic", "video", "audio", "animation"])
_DATA = re.compile(r"sports|events?\b|concept|planning|knowledge|weather|finance|xbrl")
_SECTION = re.compile(r"cat(?:egor|\b|:)|\w+cat:|department|section|ressort|desk", re.I)
_ORIGIN = re.compile(r"orig|contentsource", re.I)
_COMPARED = 20  # renditions that are looked at for being the same text once more
_CODES = re.compile(r"[A-Z0-9 ._/+-]{6,}")


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the articles of a NewsML-G2 file.

    Raises:
        ReadError: it is no XML, or there is no text in it.
    """
    if root_of(source.head) in _FRAGMENTS:
        yield from _read_fragment(source)
        return
    sent = ""
    number = 0
    others: Counter[str] = Counter()
    for element in iter_xml(source, (*_ITEMS, "sent", "Sent")):
        kind = name_of(element)
        if kind == "sent":
            sent = words(element)
            continue
        article = None
        if kind == "newsitem":
            story = _story_of(element, sent)
            encoding = element.getroottree().docinfo.encoding
            try:
                article = story.article(source, record=number + 1, encoding=encoding)
            except ReadError as error:
                options.report(error)
                continue
        if article is None:
            others[_kind_of(element)] += 1
        else:
            number += 1
            yield article
    if not number:
        held = ", ".join(f"{count:,} {kind}" for kind, count in sorted(others.items()))
        raise ReadError(
            source.name,
            f"NewsML-G2 without a news text ({held or 'no item'})",
            hint="nothing to read",
            kind="newsml-g2",
        )


def _kind_of(item: Element) -> str:
    kind = next((text for tag, text in _ITEMS.items() if tag.lower() == name_of(item)), "item")
    found = _class_of(item)
    return found if found in _NO_TEXT else kind


def _class_of(item: Element) -> str:
    return re.split("[:/]", value(at(item, "itemMeta/itemClass"), "qcode", "uri", "literal"))[-1]


def _read_fragment(source: Source) -> Iterator[Article]:
    root = parse_xml(source.read(), source.name)
    story = Story()
    _add_content(story, root)
    article = story.article(source, record=None, encoding=root.getroottree().docinfo.encoding)
    if article is None:
        name = name_of(root)
        reason = f"a fragment of NewsML-G2 ({name}) without a news text"
        raise ReadError(source.name, reason, hint="nothing to read", kind="newsml-g2")
    yield article


def _story_of(item: Element, sent: str) -> Story:
    story = Story(sent=sent, id=value(item, "guid"))
    story.note("version", value(item, "version"))
    management, about = at(item, "itemMeta"), at(item, "contentMeta")
    _add_management(story, management)
    _add_headlines(story, management, about)
    _add_sources(story, item, management, about)
    _add_subjects(story, management, about)
    story.languages += [value(line, "tag") for line in every(about, "language")]
    if _class_of(item) in _NO_TEXT:
        story.status = None  # a picture that was taken back was no article either
    else:
        for content in every(item, "contentSet"):
            _add_content(story, content)
    story.languages.append(value(item, "lang"))
    for text in every(item, "rightsInfo/copyrightNotice"):
        story.note("rights", words(text))
    for text in every(item, "rightsInfo/usageTerms"):
        story.note("usage", words(text))
    return story


def _add_management(story: Story, management: Element | None) -> None:
    first, this = at(management, "firstCreated"), at(management, "versionCreated")
    story.published += [words(first), words(this)]
    story.updated += [words(this)]
    state = value(at(management, "pubStatus"), "qcode", "uri", "literal")
    story.status = status_of(state)
    if story.status:
        story.note("pubstatus", state)
    embargo = at(management, "embargoed")
    story.embargo = words(embargo)
    if not story.embargo and value(embargo, "nil") == "true":
        story.status = story.status or "embargoed"
    for note in every(management, "edNote"):
        if not value(note, "pubconstraint") and not len(note):
            story.note("notes", words(note))
    story.note("signal", *(value(s, "qcode", "uri") for s in every(management, "signal")))
    for link in every(management, "link"):
        kind = value(link, "rel").rpartition(":")[2].casefold()
        target = value(link, "residref", "guidref", "href")
        if kind in ("previousversion", "prevversion", "replaces", "evolvedfrom", "updates"):
            story.note("previous", target)
        elif kind in ("canonical", "alternate"):
            story.urls.append(target)


def _add_headlines(story: Story, management: Element | None, about: Element | None) -> None:
    plain: list[tuple[int, str]] = []
    for line in every(about, "headline"):
        role = value(line, "role").rpartition(":")[2].casefold()
        rank = value(line, "rank")
        order = int(rank) if rank.isascii() and rank.isdigit() and len(rank) < 6 else 0
        if not role or role in ("main", "title", "headline"):
            plain.append((order, words(line)))
        elif "sub" in role:
            story.subtitles.append(words(line))
        else:
            story.note(role, words(line))
    ordered = [text for _, text in sorted(plain, key=lambda entry: entry[0]) if text]
    story.titles += ordered[:1]
    story.subtitles = ordered[1:2] + story.subtitles
    if not ordered:
        story.titles += [words(x) for x in every(management, "title") if not value(x, "role")]
    story.slugs += [words(line) for line in every(about, "slugline")]
    story.note("dateline", *(words(line) for line in every(about, "dateline")))
    story.note("urgency", words(at(about, "urgency")))
    story.published.append(words(at(about, "contentCreated")))
    story.updated.append(words(at(about, "contentModified")))
    story.note("place", *(_named(place) for place in every(about, "located")))
    for text in every(about, "description"):
        if "caption" not in value(text, "role").casefold():
            story.note("abstract", words(text))


def _add_sources(
    story: Story, item: Element, management: Element | None, about: Element | None
) -> None:
    story.bylines += [words(line) for line in every(about, "by")]
    for creator in every(about, "creator"):
        story.creators.append(words(at(creator, "name")) or value(creator, "literal"))
    origins = [
        (bool(_ORIGIN.search(value(source, "role"))), _named(source))
        for source in every(about, "infoSource")
        if "phot" not in value(source, "role")
    ]
    credit = [words(line).strip("–- ") for line in every(about, "creditline")]
    story.sources += [name for first, name in origins if first]
    story.sources += [_named(provider) for provider in every(management, "provider")]
    story.sources += [name for first, name in origins if not first]
    story.sources += credit
    story.sources += [_named(holder) for holder in every(item, "rightsInfo/copyrightHolder")]
    story.note("credit", *credit)


def _add_subjects(story: Story, management: Element | None, about: Element | None) -> None:
    for subject in every(about, "subject"):
        name = _named(subject)
        if name and _SECTION.search(
            f"{value(subject, 'type')[:100]} {value(subject, 'qcode')[:100]}"
        ):
            story.sections.append(name)
        if at(subject, "name") is not None:
            story.note("subjects", name)
    services = every(management, "service")
    titled = [_named(service) for service in services if at(service, "name") is not None]
    story.sections += [name for name in titled if name != name.lower()]
    story.sections += [_named(group) for group in every(management, "memberOf")]
    story.note("service", *map(_named, services))
    story.note("keywords", *(words(keyword) for keyword in every(about, "keyword")))
    story.note("genre", *(_named(genre) for genre in every(about, "genre")))


def _named(element: Element) -> str:
    """The name of a concept for readers, else its literal, else the end of its code."""
    names = sorted(every(element, "name"), key=lambda name: "mnemonic" in value(name, "role"))
    text = next((text for name in names if (text := words(name))), "")
    code = value(element, "qcode").rpartition(":")[2]
    return text or value(element, "literal") or code


def _add_content(story: Story, content: Element) -> None:
    holders = [content] if name_of(content) == "inlinexml" else every(content, "inlineXML")
    for number, holder in enumerate(holders):
        story.languages.append(value(holder, "lang"))
        found: list[Block] = []
        for child in holder:
            if _DATA.search(name_of(child)) or _DATA.search(value(holder, "contenttype")):
                continue
            if name_of(child) == "nitf":
                nitf.fill(story, child)
            elif name_of(child):
                found += _markup(story, child)
        if not len(holder) and (holder.text or "").strip():
            found = html_blocks(holder.text or "")
        _add_text(story, found, compare=number < _COMPARED)
    if any(any(map(str.isalnum, block.text)) for block in story.body):
        return  # what follows is the same in plain text
    for holder in every(content, "inlineData"):
        kind = value(holder, "contenttype").casefold()
        if value(holder, "encoding") or (kind and not kind.startswith(("text/", "application/x"))):
            continue
        if "nonpublic" not in value(holder, "rendition"):
            story.body += blocks(holder) if len(holder) else html_blocks(holder.text or "")
            return


def _markup(story: Story, root: Element) -> list[Block]:
    """The paragraphs of XHTML or of an agency's own markup; its headline and byline are noted."""
    body = at(root, "body") if name_of(root) == "html" else root
    head = at(body, "header")
    for block in blocks(head):
        if "byline" in block.classes.casefold():
            story.bylines.append(block.text)
        elif block.name == "h1" and not any(story.titles):
            story.titles.append(block.text)
    kept: list[Block] = []
    for block in blocks(body, also_skipped=frozenset(["header"])):
        if "byline" in block.classes.casefold().split() or block.name == "byline":
            story.bylines.append(block.text)
        elif block.name == "body" and kept and _is_code(block.text):
            story.note("codes", block.text)
        elif block.name in ("h1", "rubrik") and not kept and not any(story.titles):
            story.titles.append(block.text)
        else:
            kept.append(block)
    if not any(story.titles):
        story.titles.append(words(at(root, "head/title")))
    return kept


def _is_code(text: str) -> bool:
    return _CODES.fullmatch(text) is not None and any(map(str.isdigit, text))


def _add_text(story: Story, found: list[Block], *, compare: bool) -> None:
    """Add a text, unless it is another rendition of what is there."""
    if compare and story.body:
        new = same_words("".join(block.text for block in found))
        old = same_words("".join(block.text for block in story.body))
        if new in old:
            return
        if old in new:
            story.body = []
    story.body += found
