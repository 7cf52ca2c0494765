"""What of a record is worth keeping beside the fields of an article?

Keys that many formats have go under one name, so that an archive can be asked for them
whatever they came from: `tags` of a blog and `media:keywords` of a feed are both
`keywords`.  What else a record says in a few words is kept under its own name.

Bounded, as records may hold anything: texts of a line, lists of a hundred, thirty names.
Addresses, flags and texts that are longer are not kept.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from itertools import islice

from searcher.reading.fragments import fragment_line
from searcher.reading.prose import clean_line

__all__ = ["folded_key", "kept_beside"]

# The name, and what records call it; the surest first.
_NAMED: dict[str, str] = {
    "slug": "slug postname urlslug slugline",
    "keywords": "keywords keyword tags tag newskeywords hashtags schlagworte schlagwörter motsclés",
    "subjects": "subjects subject topics topic concepts categories",
    "subtitle": "subtitle subheadline subhead standfirst dek deck strapline kicker excerpt "
    "description summary abstract untertitel chapeau",
    "urgency": "urgency priority",
    "rights": "rights copyright copyrightnotice license licence usageterms copyrightholder",
    "version": "version revision versionnumber",
    "dateline": "dateline location place placename",
    "page": "page pagenumber printpage pageno seite",
    "edition": "edition issue issuenumber editionname",
    "genre": "genre type articletype documenttype typeofmaterial posttype pagetype contenttype",
    "notes": "ednote editornote notes editorialnote",
    "agency": "agency wire newsagency",
    "series": "series serie",
    "country": "country sourcecountry",
    "crawled": "crawled crawledat datedownload downloaddate retrieved fetchedat scrapedat "
    "crawldate filedate accessed collectionutc seendate indexeddate",
    "saved": "saved savedat timeadded",
    "confidence": "confidence",
}
_BY_KEY = {key: name for name, keys in _NAMED.items() for key in keys.split()}
_ORDER = {key: place for keys in _NAMED.values() for place, key in enumerate(keys.split())}
_JOINTS = re.compile(r"[\s_-]+")
_LONGEST_KEY = 200
_MOST_NAMES = 30
_MOST_KEYS = 500
_MOST_VALUES = 100
_LONGEST = 500
_LONGEST_OWN = 200
_INNER = ("name", "label", "value", "term", "title", "text", "rendered", "displayName", "@value")
_NOT_KEPT = frozenset(
    ["id", "uuid", "_id", "guid", "hash", "fingerprint", "checksum", "comments", "html", "rawtext",
     "raw", "image", "images", "imageurl", "media", "video", "videos", "thumbnail", "context"]
)  # fmt: skip
_ADDRESS = re.compile(r"\s*(?:(?:https?:)?//|data:)", re.I)
_NAME = re.compile(r"[^\w]+")


def folded_key(key: str) -> str:
    """`key` as tables have it: `Publish_Date` and `publish-date` are one."""
    return _folded(key) if len(key) < _LONGEST_KEY else ""


@lru_cache(maxsize=4096)
def _folded(key: str) -> str:
    return _JOINTS.sub("", key).lower()


def kept_beside(
    record: Mapping[str, object], fields: Collection[str], known: Collection[str]
) -> dict[str, str | tuple[str, ...]]:
    """What is kept of a record.

    Arguments:
        record: keys and values.
        fields: folded keys that were read as fields of the article, and are not kept again.
        known: texts that the article has already, and are not kept again.
    """
    found: dict[str, tuple[str, ...]] = {}
    left = _MOST_NAMES
    for key, name, is_common in _plan(tuple(islice(record, _MOST_KEYS)), frozenset(fields)):
        value = record[key]
        if not value or value is True or name in found or (not is_common and not left):
            continue
        longest = _LONGEST if is_common else _LONGEST_OWN
        if type(value) is str:
            if len(value) > 4 * longest:
                continue
            texts = tuple(_text(value, longest))
        else:
            texts = tuple(dict.fromkeys(_texts(value, longest, mappings=is_common)))
        if name == "subtitle" or not is_common:
            texts = texts if name != "subtitle" else texts[:1]
            if all(map(known.__contains__, texts)):
                continue
        if texts:
            found[name] = texts
            left -= not is_common
    return {name: texts[0] if len(texts) == 1 else texts for name, texts in found.items()}


@lru_cache(maxsize=1024)
def _plan(keys: tuple[object, ...], fields: frozenset[str]) -> tuple[tuple[str, str, bool], ...]:
    """Key, name, and whether the name is a common one; the surest key of a name first."""
    common: list[tuple[str, int, str]] = []
    own: list[tuple[str, str, bool]] = []
    for key in keys:
        if not isinstance(key, str) or key.startswith(("is_", "has_", "_")):
            continue
        folded = folded_key(key)
        if folded in _BY_KEY:
            common.append((_BY_KEY[folded], _ORDER[folded], key))
        elif folded not in fields and folded not in _NOT_KEPT and len(key) <= 60:
            name = _NAME.sub("_", key).strip("_").lower()
            if name:
                own.append((key, name, False))
    return (*((key, name, True) for name, _, key in sorted(common)), *own)


def _texts(value: object, longest: int, *, mappings: bool) -> Iterator[str]:
    """The texts in a value: one, those of a list, the names of objects in a list."""
    for item in islice(value, _MOST_VALUES) if isinstance(value, list) else (value,):
        if type(item) is not str:
            if mappings and isinstance(item, Mapping):
                item = next((item[key] for key in _INNER if isinstance(item.get(key), str)), None)
            elif isinstance(item, int | float) and not isinstance(item, bool) and abs(item) < 1e18:
                item = str(item)
        if isinstance(item, str):
            yield from _text(item, longest)


def _text(item: str, longest: int) -> Iterator[str]:
    if len(item) <= 4 * longest and not _ADDRESS.match(item):
        text = fragment_line(item) if "<" in item or "&" in item else clean_line(item)
        if 0 < len(text) <= longest and "</" not in text:
            yield text
