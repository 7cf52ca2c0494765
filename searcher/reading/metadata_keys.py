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
from itertools import islice

from searcher.reading.fragments import fragment_line

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
_ADDRESS = re.compile(r"(?:https?:)?//|data:", re.I)
_NAME = re.compile(r"[^\w]+")


def folded_key(key: str) -> str:
    """`key` as tables have it: `Publish_Date` and `publish-date` are one."""
    return re.sub(r"[\s_-]+", "", key).lower()


def kept_beside(
    record: Mapping[str, object], fields: Collection[str], known: Collection[str]
) -> dict[str, str | tuple[str, ...]]:
    """What is kept of a record.

    Arguments:
        record: keys and values.
        fields: folded keys that were read as fields of the article, and are not kept again.
        known: texts that the article has already, and are not kept again.
    """
    found: dict[str, tuple[int, tuple[str, ...]]] = {}
    own: dict[str, tuple[str, ...]] = {}
    known_texts = set(known)
    for key, value in islice(record.items(), _MOST_KEYS):
        if not isinstance(key, str) or value in (None, "", [], {}) or isinstance(value, bool):
            continue
        folded = folded_key(key)
        name = _BY_KEY.get(folded)
        if (
            folded in _NOT_KEPT
            or key.startswith(("is_", "has_", "_"))
            or (folded in fields and name is None)
        ):
            continue
        if name is None:
            name = _NAME.sub("_", key).strip("_").lower()
            if name and len(name) <= 60 and len(own) < _MOST_NAMES:
                texts = tuple(_texts(value, _LONGEST_OWN, mappings=False))
                if texts and not set(texts) <= known_texts:
                    own.setdefault(name, texts)
            continue
        place = _ORDER[folded]
        if name in found and found[name][0] <= place:
            continue
        texts = tuple(dict.fromkeys(_texts(value, _LONGEST, mappings=True)))
        if name == "subtitle":
            texts = tuple(text for text in texts[:1] if text not in known_texts)
        if texts:
            found[name] = place, texts
    kept = {name: texts for name, (_, texts) in found.items()}
    kept |= {name: texts for name, texts in own.items() if name not in kept}
    return {name: texts[0] if len(texts) == 1 else texts for name, texts in kept.items()}


def _texts(value: object, longest: int, *, mappings: bool) -> Iterator[str]:
    """The texts in a value: one, those of a list, the names of objects in a list."""
    for item in islice(value, _MOST_VALUES) if isinstance(value, list) else (value,):
        if isinstance(item, Mapping) and mappings:
            item = next((item[key] for key in _INNER if isinstance(item.get(key), str)), None)
        if isinstance(item, bool):
            continue
        if isinstance(item, int | float) and abs(item) < 1e18:
            item = str(item)
        if isinstance(item, str) and len(item) <= 4 * longest and not _ADDRESS.match(item.strip()):
            text = fragment_line(item)
            if 0 < len(text) <= longest and "</" not in text:
                yield text
