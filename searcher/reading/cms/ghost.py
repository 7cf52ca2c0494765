"""Which articles does the export of Ghost hold?

`db[0].data` (or `data` alone) is a set of tables: `posts`, `users` and `tags`, and which
belongs to which in `posts_authors` and `posts_tags`.  Posts of its API have their authors
in them (json/services.py).  The text is `html`; where an export has none, the document of
the editor: Lexical, or Mobiledoc before it.  Pages are no articles.

Source: Ghost's documentation of its migration format; the formats of Lexical and Mobiledoc.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Mapping

__all__ = ["ghost_tables", "posts_of_ghost", "text_of_post"]

Object = Mapping[str, object]

_MOST_NODES = 100_000
_LEXICAL_BLOCKS = frozenset(
    ["paragraph", "heading", "extended-heading", "quote", "extended-quote", "aside", "listitem",
     "codeblock", "callout", "toggle", "markdown", "html"]
)  # fmt: skip


def ghost_tables(document: Object) -> Object | None:
    """The tables of an export; None if a document is none."""
    db = document.get("db")
    holder = db[0] if isinstance(db, list) and db else document
    data = holder.get("data") if isinstance(holder, Mapping) else None
    if not isinstance(data, Mapping) or not isinstance(data.get("posts"), list):
        return None
    is_export = "db" in document or "meta" in document or "users" in data or "posts_authors" in data
    return data if is_export else None


def posts_of_ghost(tables: Object) -> Iterator[object]:
    """Yield the posts with their authors and tags, as the API has them."""
    users = _names(tables.get("users"))
    tags = _names(tables.get("tags"))
    authors_of = _links(tables.get("posts_authors"), "author_id")
    tags_of = _links(tables.get("posts_tags"), "tag_id")
    posts = tables.get("posts")
    for post in posts if isinstance(posts, list) else ():
        inner = post.get("data") if isinstance(post, Mapping) else None
        if isinstance(inner, Mapping) and "title" in inner:  # of the tools of migration
            post = {**inner, "url": post.get("url") or inner.get("url")}
        if not isinstance(post, Mapping):
            yield post
            continue
        if post.get("type") == "page" or post.get("page") in (True, 1):
            continue
        key = str(post.get("id"))
        ids = authors_of.get(key) or [str(post.get("author_id"))]
        people = post.get("authors") or [{"name": users[one]} for one in ids if one in users]
        terms = post.get("tags") or [
            {"name": tags[one]} for one in tags_of.get(key, ()) if one in tags
        ]
        yield {
            "html": None, "slug": None, "published_at": None, **post,
            "authors": people, "tags": terms,
        }  # fmt: skip


def _names(rows: object) -> dict[str, str]:
    return {
        str(row.get("id")): str(row["name"])
        for row in (rows if isinstance(rows, list) else ())
        if isinstance(row, Mapping) and row.get("name")
    }


def _links(rows: object, key: str) -> dict[str, list[str]]:
    found: dict[str, list[tuple[float, str]]] = {}
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, Mapping):
            order = row.get("sort_order")
            place = order if isinstance(order, int | float) else 0
            found.setdefault(str(row.get("post_id")), []).append((place, str(row.get(key))))
    return {post: [one for _, one in sorted(links)] for post, links in found.items()}


def text_of_post(post: Object) -> str:
    """The text of a post as HTML; "" when it has none."""
    said = post.get("html")
    if isinstance(said, str) and said.strip():
        return said
    for key, read in (("lexical", _of_lexical), ("mobiledoc", _of_mobiledoc)):
        source = post.get(key)
        if isinstance(source, str) and source.strip():
            try:
                source = json.loads(source)
            except (ValueError, RecursionError):
                continue
        if isinstance(source, Mapping) and (text := read(source)):
            return text
    return ""


def _of_lexical(document: Object) -> str:
    parts: list[str] = []
    stack: list[object] = [document.get("root")]
    for _ in range(_MOST_NODES):
        if not stack:
            break
        node = stack.pop()
        if isinstance(node, str):
            parts.append(node)
            continue
        if not isinstance(node, Mapping):
            continue
        kind = str(node.get("type", ""))
        if kind in ("html", "markdown", "callout", "toggle"):
            said = [
                node.get(key) for key in ("heading", "html", "markdown", "calloutText", "content")
            ]
            parts += [f"<p>{one}</p>" for one in said if isinstance(one, str)]
            continue
        text = node.get("text")
        if isinstance(text, str):
            parts.append(html.escape(text, quote=False))
        elif kind == "linebreak":
            parts.append("<br>")
        inner = node.get("children")
        if isinstance(inner, list):
            block = kind in _LEXICAL_BLOCKS
            stack += ["</p>" if block else "", *reversed(inner), "<p>" if block else ""]
    return "".join(parts)


def _of_mobiledoc(document: Object) -> str:
    """Sections `[1, tag, markers]`, `[3, list, [markers]]`, `[10, card]`."""
    parts: list[str] = []
    cards = document.get("cards")
    sections = document.get("sections")
    for section in (sections if isinstance(sections, list) else [])[:_MOST_NODES]:
        if not isinstance(section, list) or not section:
            continue
        if section[0] == 1 and len(section) > 2:
            parts.append(f"<p>{_markers(section[2])}</p>")
        elif section[0] == 3 and len(section) > 2 and isinstance(section[2], list):
            parts += [f"<p>{_markers(markers)}</p>" for markers in section[2]]
        elif section[0] == 10 and isinstance(cards, list) and len(section) > 1:
            number = section[1]
            card = cards[number] if isinstance(number, int) and 0 <= number < len(cards) else None
            value = card[1] if isinstance(card, list) and len(card) > 1 else None
            if isinstance(value, Mapping):
                said = [value.get(key) for key in ("markdown", "html")]
                parts += [f"<p>{one}</p>" for one in said if isinstance(one, str)]
    return "".join(parts)


def _markers(markers: object) -> str:
    return "".join(
        html.escape(marker[3], quote=False)
        for marker in (markers if isinstance(markers, list) else ())
        if isinstance(marker, list) and len(marker) > 3 and isinstance(marker[3], str)
    )
