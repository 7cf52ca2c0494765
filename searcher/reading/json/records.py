"""Which article is one record of JSON?

The table of keys (field_keys.py) reads flat records.  Records of well-known services are
made flat before (services.py), and what the wrapper of a record says of all its records
counts where the record itself says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading.field_keys import article_of, folded_key
from searcher.reading.json.services import adapted
from searcher.reading.source import Options

__all__ = ["article_of_json", "no_article"]


def article_of_json(
    record: Mapping[str, object],
    *,
    name: str,
    number: int | None,
    encoding: str | None,
    options: Options,
    context: Mapping[str, object] | None = None,
) -> Article | None:
    """Return the article of a record, or None when it has no text.

    Arguments:
        record: its keys and values.
        name: the file.
        number: of the record in the file, or None for the only one.
        encoding: of the file.
        options: what the caller asked for.
        context: what holds for all records beside it, by the keys of the table.

    Raises:
        ReadError: it is longer than an article may be.
    """
    shape = adapted(record)
    metadata: dict[str, object] = {}
    teaser: bool | None = None
    flat: Mapping[str, object] = record
    if shape is not None:
        used = options.field_map.values()
        flat = {
            **{
                key: value
                for key, value in record.items()
                if key not in shape.without or key in used
            },
            **{key: value for key, value in shape.fields.items() if value not in (None, "", [])},
        }
        metadata, teaser = shape.metadata, shape.teaser
    if context:
        known = {folded_key(key) for key, value in flat.items() if value not in (None, "", [])}
        flat = {**flat, **{k: v for k, v in context.items() if folded_key(k) not in known}}
    return article_of(
        flat, name=name, number=number, field_map=options.field_map, encoding=encoding,
        fields=options.fields, metadata=metadata, teaser=teaser,
    )  # fmt: skip


def no_article(name: str, *, record: int | None = None, line: int | None = None) -> ReadError:
    """The error for a record that is none."""
    return ReadError(
        name,
        "JSON without an article in it" if record is None else "no article in this record",
        record=record,
        line=line,
        hint="name the keys of title and body: --map title=KEY, or field_map",
    )
