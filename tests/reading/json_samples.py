"""What the tests of JSON share: a text, a time, and how a value is read."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from searcher import Article
from searcher.reading import read_bytes

UTC = dt.UTC
NOON = dt.datetime(2021, 3, 4, 12, 30, tzinfo=UTC)
TEXT = "The weir was closed on Monday. Anglers had asked for it since spring."


def read_json(value: object, name: str = "a.json", **options: Any) -> list[Article]:
    return list(read_bytes(json.dumps(value).encode(), name=name, **options))


def one(value: object, **options: Any) -> Article:
    (article,) = read_json(value, **options)
    return article
