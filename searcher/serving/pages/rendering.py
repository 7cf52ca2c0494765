"""How does a page become HTML?

Jinja2, with every value escaped, and before that every text passed through `shown.shown`, so
that no template has to remember that articles are written by strangers.  Nothing is ever marked
as safe: markup stands in templates and nowhere else, but for the `<mark>` around what a query
matched and the `<bdi>` around a name (`_marked`, `_names`), which every page has by the hundred.

Style, script and icon are files of ours, served under names that hold their hash, so that a
browser may keep them for good.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Sequence
from functools import cache, lru_cache
from html import escape
from importlib.resources import files
from typing import Any, NamedTuple

import jinja2
from jinja2 import nodes
from jinja2.compiler import CodeGenerator
from markupsafe import Markup

from searcher.direction import Direction, direction_of
from searcher.serving import dates
from searcher.serving.links import Links
from searcher.serving.pages.page import Page
from searcher.serving.pages.shown import Piece, is_web_address, shown

__all__ = ["Asset", "assets", "percent", "render"]

_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_ASSETS = ("searcher.css", "searcher.js", "searcher.svg")
# What may stand in `lang`: BCP 47, of which articles claim all kinds of things.
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_SPACES = re.compile(r"\s+")
NAV = (("/compare", "Compare"), ("/saved", "Saved"), ("/about", "Coverage"), ("/help", "Help"))


class Asset(NamedTuple):
    """A file that pages need: the name that it is served by, its type and its bytes."""

    name: str
    media_type: str
    data: bytes


@cache
def assets() -> dict[str, Asset]:
    """The files that pages need, by the names that they have here."""
    folder = files("searcher.serving").joinpath("static")
    found = {}
    for name in _ASSETS:
        data = folder.joinpath(name).read_bytes()
        stem, extension = name.rsplit(".", 1)
        digest = hashlib.blake2b(data, digest_size=6).hexdigest()
        found[name] = Asset(f"{stem}.{digest}.{extension}", _TYPES[extension], data)
    return found


def render(page: Page, links: Links, *, saves: bool = True, leaves: bool = False) -> str:
    """The HTML of `page`, with URLs made by `links`.

    Arguments:
        saves: whether searches can be saved, so that there is a page of them.
        leaves: whether whoever looks can log out.
    """
    nav = [one for one in NAV if saves or one[0] != "/saved"]
    shared: dict[str, Any] = {"nav": nav, "here": "", "leaves": leaves}
    return _environment(links).get_template(page.template).render({**shared, **page.context})


class _Generator(CodeGenerator):
    """Makes one call for each value that is put out, where Jinja makes one to finalize it and
    one to escape what that gave: a page has a thousand.  Should Jinja name this otherwise one
    day, values are escaped twice, which tests see, and not never."""

    def _output_child_to_const(self, node: nodes.Expr, *args: Any) -> str:
        if isinstance(node, nodes.TemplateData):
            return super()._output_child_to_const(node, *args)
        raise nodes.Impossible

    def _output_child_pre(self, *args: Any) -> None:
        self.write("environment.finalize(")

    def _output_child_post(self, *args: Any) -> None:
        self.write(")")


class _Environment(jinja2.Environment):
    code_generator_class = _Generator


@lru_cache(maxsize=8)  # a server has one
def _environment(links: Links) -> jinja2.Environment:
    environment = _Environment(
        loader=jinja2.FunctionLoader(_template),
        autoescape=True,
        finalize=_finalized,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    # Not in what each page shows, so that macros, which need them, are made once.
    environment.globals.update(
        links=links,
        static={name: links.to(f"/static/{asset.name}") for name, asset in assets().items()},
    )
    environment.filters.update(
        url=links.to,
        at=lambda value, make: make(value),
        marked=_marked,
        names=_names,
        n=lambda number: f"{number:,}",
        percent=percent,
        day=dates.day,
        clock=dates.clock,
        short_day=lambda date: "" if date is None else date.isoformat()[:10],
        direction=_direction,
        language=_language,
        squeeze=lambda text: _SPACES.sub(" ", text),
    )
    environment.tests["web_address"] = is_web_address
    return environment


def _template(name: str) -> str:
    return files("searcher.serving").joinpath("templates", name).read_text("utf-8")


def _finalized(value: object) -> str:
    """What is put out of `value`: its text, with what is odd in it made visible, and escaped."""
    if type(value) is not str:  # nearly all are
        if isinstance(value, Markup):  # what a macro made
            return str(value)
        value = value.isoformat() if isinstance(value, dt.datetime) else str(value)
    if not value.isprintable():
        value = shown(value)
    # Nearly always there is nothing to escape, which is seen five times as quickly so.
    if "&" in value or "<" in value or ">" in value or "'" in value or '"' in value:
        return escape(value)
    return value


def _marked(pieces: list[Piece]) -> Markup:
    """Pieces of a text, each escaped, with those between `<mark>` that a query matched."""
    return Markup(
        "".join(
            [
                _finalized(text) if mark is None else f"<mark>{_finalized(text)}</mark>"
                for text, mark in pieces
            ]
        )
    )


def _names(byline: Sequence[str]) -> Markup:
    """Names with commas, each by itself, or an Arabic one turns those behind it round."""
    return Markup(", ".join([f"<bdi>{_finalized(name)}</bdi>" for name in byline]))


def percent(share: float) -> str:
    """A share, as pages show it."""
    percent = 100 * share
    if percent >= 10:
        return f"{percent:.0f} %"
    return f"{percent:.1f} %" if percent >= 1 else f"{percent:.2f} %"


def _direction(text: str | list[Piece], language: str | None = None) -> Direction:
    """The direction of a headline or paragraph, also of one in pieces."""
    if not isinstance(text, str):
        text = "".join([piece.text for piece in text])
    return direction_of(text, language)


def _language(tag: str) -> str:
    return tag if _LANGUAGE.fullmatch(tag) else "und"
