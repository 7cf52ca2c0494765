"""What may be asked of an endpoint, and is that asked for?

A `Parameter` is declared once: it reads the value that a client sends, refuses what it cannot be
and names what is wrong, and it is written down for OpenAPI.  Unknown parameters and such as are
given twice are refused, since a program that misspells one would get another answer than it
asked for.  (Pages pass them over: `links.py`.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import unquote

from searcher.serving.problems import ProblemError

__all__ = ["MOST_QUERY_CHARACTERS", "QUERY", "Parameter", "given_in", "read_parameters"]

Kind = Literal["text", "whole", "flag"]
MOST_QUERY_CHARACTERS = 10_000
_MOST_CHARACTERS = 1_000
_FLAGS = {"1": True, "0": False, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an endpoint.

    Arguments:
        name: as it stands in the URL.
        description: what it is for.
        kind: "text", "whole" (a whole number) or "flag" (1 or 0).
        usual: its value where it is not given.
        is_needed: it must be given.
        is_repeated: it may be given several times, and is a list.
        choices: all that it may be.
        least, most: of a number; of a text how many characters it has.
        place: "query" of the URL, or "path".
    """

    name: str
    description: str
    kind: Kind = "text"
    usual: Any = None
    is_needed: bool = False
    is_repeated: bool = False
    choices: Sequence[str] = ()
    least: int = 0
    most: int = _MOST_CHARACTERS
    place: Literal["query", "path"] = "query"

    def read(self, given: Sequence[str]) -> Any:
        """The value that `given` stands for.

        Raises:
            ProblemError: it is none.
        """
        if not given:
            if self.is_needed:
                raise self._wrong("is needed")
            return list(self.usual) if self.is_repeated else self.usual
        if self.is_repeated:
            return [self._read(text) for text in given]
        if len(given) > 1:
            raise self._wrong("is given twice")
        return self._read(given[0])

    def _read(self, text: str) -> Any:
        if self.kind == "flag":
            if text not in _FLAGS:
                raise self._wrong("is 1 or 0")
            return _FLAGS[text]
        if self.kind == "whole":
            # Not what `int` takes besides: signs, blanks, underlines, digits of other scripts.
            is_number = text.isascii() and text.isdecimal() and len(text) < 16
            if not is_number or not self.least <= int(text) <= self.most:
                raise self._wrong(f"is a whole number from {self.least:,} to {self.most:,}")
            return int(text)
        if self.choices and text not in self.choices:
            raise self._wrong(f"is one of {', '.join(self.choices)}")
        if len(text) > self.most:
            raise self._wrong(f"is longer than {self.most:,} characters")
        if len(text) < self.least or (self.least and not text.strip()):
            raise self._wrong("is empty")
        return text

    def _wrong(self, reason: str) -> ProblemError:
        return ProblemError("parameter", f"{self.name} {reason}", parameter=self.name)

    def described(self) -> dict[str, Any]:
        """The parameter as OpenAPI has it."""
        if self.kind == "whole":
            schema: dict[str, Any] = {
                "type": "integer", "minimum": self.least, "maximum": self.most,
            }  # fmt: skip
        elif self.kind == "flag":
            schema = {"type": "string", "enum": list(_FLAGS)}
        elif self.choices:
            schema = {"type": "string", "enum": list(self.choices)}
        else:
            schema = {"type": "string", "maxLength": self.most}
            if self.least:  # something that is no blank
                schema |= {"minLength": self.least, "pattern": r"\S"}
        usual = self.usual
        if usual is not None:
            usual = str(int(usual)) if self.kind == "flag" else usual
        if self.is_repeated:
            schema = {"type": "array", "items": schema}
            usual = list(usual) if usual else None
        if usual is not None:
            schema["default"] = usual
        return {
            "name": self.name,
            "in": self.place,
            "required": self.is_needed or self.place == "path",
            "description": self.description,
            "schema": schema,
        }


QUERY = Parameter(
    "q",
    "The query, in Searcher's query language.",
    is_needed=True,
    least=1,
    most=MOST_QUERY_CHARACTERS,
)


def given_in(query: bytes) -> dict[str, list[str]]:
    """The values of each parameter in the query of a URL, as `urllib.parse.parse_qsl` reads it."""
    given: dict[str, list[str]] = {}
    for pair in query.decode("latin-1").split("&"):
        if pair:
            name, _, value = pair.partition("=")
            given.setdefault(_unquoted(name), []).append(_unquoted(value))
    return given


def _unquoted(text: str) -> str:
    if "+" in text:
        text = text.replace("+", " ")
    return unquote(text) if "%" in text else text


def read_parameters(
    given: Mapping[str, Sequence[str]], declared: Sequence[Parameter]
) -> dict[str, Any]:
    """The value of each of `declared`, where `given` are the texts for each name.

    Raises:
        ProblemError: one cannot be what it is, is missing or not known.
    """
    names = [parameter.name for parameter in declared]
    for name in given:
        if name in names:
            continue
        there = ", ".join(names) or "none"
        raise ProblemError(
            "parameter",
            f"there is no parameter {name[:40]!r}; there are: {there}",
            parameter=name[:40],
        )
    values = {}
    for parameter in declared:
        texts = given.get(parameter.name)
        if texts is None and not parameter.is_needed and not parameter.is_repeated:
            values[parameter.name] = parameter.usual
            continue
        try:
            values[parameter.name] = parameter.read(texts or ())
        except ProblemError as error:
            if parameter is QUERY and "longer" in error.problem.detail:
                raise ProblemError("too-large", error.problem.detail) from None
            raise
    return values
