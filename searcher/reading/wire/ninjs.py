"""Which articles are in ninjs?

ninjs (News in JSON, IPTC; since 2.0 also called newsinjson) has one item as an object.  Its
generations differ in names only: `versioncreated`, `body_text` and `headline` (1.x, with
variants such as `body_xhtml`), lists `bodies` and `headlines` with roles (2.x), the same in
camelCase (3.x).  Here keys are folded, so that the three are one; what systems add (Superdesk's
`firstpublished`, `authors` and `service`, AP's `bylines`, dpa's `article_html`) stands beside.

Items stand alone, in arrays, one a line, or in what an interface wraps around them (`data.item`
with the text apart under `nitf`, `item`, `_items`).  Pictures, video, audio, events and plans
are no articles.  `associations` are other items; only a package without text of its own is
read for the texts in it.

Of several renditions of a body the one in HTML is taken, whatever it says of its type, since
plain ones often start with headline and place.  Where there is no body the description is
what there is, and the article says so (`teaser`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from lxml import etree

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading.encoding import decode
from searcher.reading.json.lines import load
from searcher.reading.markup import looks_like_html, strip_tags, unescape
from searcher.reading.source import MAX_ARTICLE, Options, Source
from searcher.reading.status import status_of
from searcher.reading.wire import nitf
from searcher.reading.wire.story import Story
from searcher.reading.wire.tree import Block, Element, html_blocks, name_of

__all__ = ["read_source"]

Item = Mapping[str, object]

_MAX_DOCUMENT = 256 << 20
_MOST_BYTES = 2_000_000_000
_MOST_ITEMS = 1_000_000
_WRAPPERS = ("item", "items", "_items", "newsitems", "results", "hits", "docs", "data")
_NO_TEXT = frozenset(
    [
        "picture",
        "photo",
        "graphic",
        "video",
        "audio",
        "animation",
        "event",
        "planning",
        "collection",
    ]
)
_NO_AUTHORS = ("editor", "foto", "photo", "producer", "translator", "internal")
_SECTION_WORDS = ("categor", "sector", "section", "department", "desk", "service", "ressort")


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the articles of a file of ninjs.

    Raises:
        ReadError: it is not JSON, or there is no text in it.
    """
    number = count = 0
    kinds: Counter[str] = Counter()
    for record, encoding, alone in _records(source, options):
        count += 1
        story = _story_of(record)
        try:
            article = story.article(source, record=None if alone else count, encoding=encoding)
        except ReadError as error:
            options.report(error)
            continue
        if article is None:
            kinds[_kind_of(record)] += 1
        else:
            number += 1
            yield article
    if not number:
        held = ", ".join(f"{n:,} {kind}" for kind, n in sorted(kinds.items()))
        raise ReadError(
            source.name,
            f"ninjs without a news text ({held or 'no item'})",
            hint="index the files with the texts",
            kind="ninjs",
        )


def _kind_of(item: Item) -> str:
    kind = _type_of(_folded(item))
    return f"of type {kind[:40]}" if kind else "item without body"


def _type_of(keys: Item) -> str:
    kind = _text(keys.get("type")).casefold()
    return "event" if not kind and "eventdetails" in keys else kind


def _records(source: Source, options: Options) -> Iterator[tuple[Item, str, bool]]:
    """Yield items, their encoding, and whether one is alone in the file."""
    head = source.head.lstrip()
    first, _, rest = head.partition(b"\n")
    if first.rstrip().endswith(b"}") and rest.lstrip().startswith(b"{"):
        yield from _lines(source, options)
        return
    text, encoding = decode(source.read(_MAX_DOCUMENT), name=source.name)
    document = load(text, source.name, most_bytes=_MOST_BYTES)
    found = list(_items(document, 0))
    alone = isinstance(document, Mapping) and len(found) == 1
    for item in found:
        yield item, encoding, alone


def _lines(source: Source, options: Options) -> Iterator[tuple[Item, str, bool]]:
    at = 0
    while line := source.stream.readline(MAX_ARTICLE + 1):
        at += 1
        try:
            if len(line) > MAX_ARTICLE:
                raise ReadError(source.name, "a record larger than 64 MiB", line=at)
            if not line.strip():
                continue
            text, encoding = decode(line, name=source.name)
            document = load(text, source.name, line=at)
        except ReadError as error:
            options.report(error)
            continue
        for item in _items(document, 0):
            yield item, encoding, False


def _items(document: object, depth: int) -> Iterator[Item]:
    """The items in a document, out of what is wrapped around them."""
    if isinstance(document, list):
        for entry in document[:_MOST_ITEMS]:
            yield from _items(entry, depth + 1) if depth < 6 else ()
        return
    if not isinstance(document, Mapping):
        return
    keys = _folded(document)
    inner = next(
        (x for key in _WRAPPERS if isinstance(x := document.get(key), list | Mapping) and x), None
    )
    if inner is not None and depth < 6 and not _has_body(keys) and "headline" not in keys:
        for item in _items(inner, depth + 1):
            apart = document.get("nitf")
            if isinstance(apart, Mapping) and isinstance(inner, Mapping):
                item = {**item, **apart}
            yield item
        return
    yield document
    inside = keys.get("associations")
    if not _has_body(keys) and _text(keys.get("type")) == "composite" and depth < 6:
        entries = list(inside.values()) if isinstance(inside, Mapping) else inside
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, Mapping) and _has_body(_folded(entry)):
                yield entry


def _has_body(keys: Item) -> bool:
    return any(key.startswith(("body", "bodies", "articlehtml")) and keys[key] for key in keys)


def _folded(item: Item) -> dict[str, object]:
    return {key.replace("_", "").replace("-", "").lower(): value for key, value in item.items()}


def _text(value: object) -> str:
    """A text, or the text in an object or list that wraps it."""
    for _ in range(4):
        if isinstance(value, list):
            value = next((entry for entry in value if entry), None)
        elif isinstance(value, Mapping):
            keys = _folded(value)
            value = next((keys[key] for key in _NAMES if keys.get(key)), None)
        else:
            break
    if isinstance(value, str):
        text = strip_tags(value) if "<" in value and looks_like_html(value) else value
        return unescape(text)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


_NAMES = ("value", "name", "by", "byline", "literal", "code", "qcode", "text", "title")


def _texts(value: object) -> list[str]:
    return [_text(entry) for entry in value] if isinstance(value, list) else [_text(value)]


def _story_of(item: Item) -> Story:
    keys = _folded(item)
    story = Story()
    kind = _type_of(keys)
    for entry in _by_role(keys.get("headlines")):
        story.titles.append(_text(entry))
    story.titles.append(_text(keys.get("headline")))
    story.titles += [_text(keys[key]) for key in keys if key.startswith("headline")]
    story.titles.append(_text(keys.get("title")))
    story.subtitles += [_text(keys.get("subhead")), _text(keys.get("subheadline"))]
    story.slugs += [_text(keys.get("slugline")), _text(keys.get("slug"))]
    _add_people(story, keys)
    _add_dates(story, keys)
    if kind in _NO_TEXT:
        story.status = None  # a picture that was taken back was no article either
    else:
        _add_body(story, keys)
    _add_places(story, keys)
    _add_metadata(story, keys)
    return story


def _by_role(value: object) -> list[object]:
    """Entries of a list, those of the main role first."""
    entries = value if isinstance(value, list) else []
    return sorted(entries, key=lambda e: 0 if _role(e) in ("main", "") else 1)


def _role(entry: object) -> str:
    return _text(_folded(entry).get("role")).casefold() if isinstance(entry, Mapping) else ""


def _add_body(story: Story, keys: dict[str, object]) -> None:
    named = [key for key in keys if key.startswith("body") and isinstance(keys[key], str)]
    texts = [(key, str(keys[key])) for key in ("articlehtml", *named) if keys.get(key)]
    bodies = keys.get("bodies")
    for entry in bodies if isinstance(bodies, list) else ():
        if isinstance(entry, Mapping) and isinstance(raw := entry.get("value"), str):
            texts.append((f"{_role(entry)} {_text(_folded(entry).get('contenttype'))}", raw))
    texts = [(kind, raw) for kind, raw in texts if raw.strip()]
    ranked = sorted(texts, key=lambda pair: _rank(*pair))
    for kind, raw in ranked:
        story.body = _blocks(story, kind, raw)
        if story.body:
            return
    told = [keys[key] for key in keys if key.startswith("description") and key != "descriptions"]
    described = keys.get("descriptions")
    told += described if isinstance(described, list) else []
    story.body = next((found for x in told if (found := html_blocks(_raw(x)))), [])
    if story.body:
        story.note("teaser", "yes")


def _raw(entry: object) -> str:
    value = entry.get("value") if isinstance(entry, Mapping) else entry
    return value if isinstance(value, str) else ""


def _rank(kind: str, raw: str) -> int:
    if "xml" in kind and "xhtml" not in kind:
        return 2
    return 0 if looks_like_html(raw) else 1


def _blocks(story: Story, kind: str, raw: str) -> list[Block]:
    if "<nitf" in raw[:2000].lower() or "nitf" in kind:
        root = _xml(raw)
        if root is not None and name_of(root) == "nitf":
            inner = Story()
            nitf.fill(inner, root)
            story.bylines += inner.bylines
            return inner.body
    found: list[Block] = []
    for block in html_blocks(raw, sure="html" in kind or "rich" in kind):
        if "byline" in block.classes.casefold().split():
            story.creators.append(block.text)
        else:
            found.append(block)
    return found


def _xml(raw: str) -> Element | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(raw.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _add_people(story: Story, keys: dict[str, object]) -> None:
    story.bylines += [_text(keys.get("byline")), _text(keys.get("by"))]
    for key in ("bylines", "authors"):
        authors = keys.get(key)
        for author in authors if isinstance(authors, list) else ():
            role = _role(author)
            if not any(word in role for word in _NO_AUTHORS):
                story.creators.append(_text(author))


def _add_dates(story: Story, keys: dict[str, object]) -> None:
    order = ("firstpublished", "firstcreated", "datetime", "versioncreated", "contentcreated")
    story.published += [_text(keys.get(key)) for key in order]
    story.updated += [_text(keys.get("versioncreated"))]
    story.embargo = _text(keys.get("embargoed"))
    state = _text(keys.get("pubstatus"))
    work = _text(keys.get("state"))
    story.status = status_of(state) or status_of(work)
    if story.status:
        story.note("pubstatus", state, work)
    story.note("expires", _text(keys.get("expires")))


def _add_places(story: Story, keys: dict[str, object]) -> None:
    """Where it comes from and belongs to: source, section, language, address, identity."""
    story.sources.append(_text(keys.get("source")))
    for key in ("infosources", "infosource"):
        story.sources += _texts(keys.get(key))
    for key in ("creditline", "copyrightholder", "provider"):
        story.sources.append(_text(keys.get(key)))
    story.sections += _sections(keys)
    story.languages.append(_text(keys.get("language")))
    links = keys.get("links")
    for link in links if isinstance(links, list) else ():
        if isinstance(link, Mapping) and link.get("rel") == "canonical":
            story.urls.append(_raw({"value": link.get("href")}))
    story.urls += [_raw(keys.get("url")), _raw(keys.get("permalink"))]
    story.id = next((x for key in ("uri", "guid", "urn", "id") if (x := _raw(keys.get(key)))), "")
    if "?" in story.id and isinstance(other := keys.get("altids"), Mapping):
        story.id = _text(other.get("itemid")) or story.id  # AP's address has a session in it


def _sections(keys: dict[str, object]) -> Iterator[str]:
    yield from _texts(keys.get("service"))
    yield _text(keys.get("section"))
    for key in ("categories", "genres", "genre", "subjects", "subject"):
        entries = keys.get(key)
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, Mapping):
                marks = " ".join(_raw(entry.get(name)) for name in ("uri", "scheme", "rel", "code"))
                if any(word in marks.casefold() for word in _SECTION_WORDS):
                    yield _raw(entry.get("name"))
    named = [
        entry
        for key in ("subjects", "subject")
        if isinstance(entries := keys.get(key), list)
        for entry in entries
        if isinstance(entry, Mapping) and _raw(entry.get("name"))
    ]
    yield from (_raw(e["name"]) for e in named if e.get("literal") == e["name"])
    yield from (_raw(e["name"]) for e in named)


def _add_metadata(story: Story, keys: dict[str, object]) -> None:
    for name, sources in _METADATA.items():
        for key in sources:
            story.note(name, *_texts(keys.get(key)))


_METADATA = {
    "keywords": ("keywords", "keywordnames"),
    "subjects": ("subject", "subjects", "dpasubjectnames"),
    "genre": ("genre", "genres", "genrenames"),
    "place": ("place", "places", "located", "geosubjectnames"),
    "people": ("person", "people"),
    "organisations": ("organisation", "organisations"),
    "urgency": ("urgency",),
    "version": ("version",),
    "rights": ("copyrightnotice",),
    "usage": ("usageterms",),
    "notes": ("ednote",),
    "dateline": ("dateline",),
    "kicker": ("kicker",),
    "profile": ("profile",),
    "signal": ("signal",),
}
