"""What is wrong with what was sent, said in our words?

msgspec checks what programs and assistants send against a struct, and its errors speak of
Python's types, of regular expressions and of paths such as `$.name`.  Nothing of that goes out.
Where it refused something, each field is checked here once more by itself, and the first that
does not fit is named, with what it may be: the description of its type, or else what its JSON
Schema says.

What it does not do: look into structs within structs; no body of ours has any.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple, get_type_hints

import msgspec

__all__ = ["Misfit", "misfit", "misfit_of_json"]

_AT_BYTE = re.compile(r"\(byte (\d+)\)")
_LONGEST_NAME = 40
_KINDS = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}


class Misfit(NamedTuple):
    """What does not fit: the field, "" where it is the whole, and why, a sentence without its
    stop that begins with the name of the field."""

    field: str
    reason: str


def misfit_of_json(data: bytes, error: Exception, shape: type[msgspec.Struct]) -> Misfit:
    """Why `data`, of which msgspec said `error`, is no JSON of that shape."""
    if isinstance(error, msgspec.ValidationError):
        # msgspec stops at the first thing that does not fit: behind it may be anything.
        try:
            return misfit(msgspec.json.decode(data), shape)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as other:
            error = other
    if isinstance(error, RecursionError):
        return Misfit("", "it is nested too deeply")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as wrong:
        return Misfit("", f"it is not UTF-8, from byte {wrong.start} on")
    at = _AT_BYTE.search(str(error))
    if at is not None:
        return Misfit("", f"it is not JSON, from byte {at[1]} on")
    return Misfit("", "it is not JSON" if data.strip() else "it is empty")


def misfit(given: object, shape: type[msgspec.Struct], *, strict: bool = True) -> Misfit:
    """Why `given`, a JSON value that msgspec refused, is not of that shape.

    Arguments:
        strict: whether a number that is written as a text is none.
    """
    hints = get_type_hints(shape, include_extras=True)
    there = ", ".join(hints)
    if not isinstance(given, Mapping):
        return Misfit("", f"it is not an object; its fields are: {there}")
    for field in msgspec.structs.fields(shape):
        if field.encode_name in given:
            try:
                msgspec.convert(given[field.encode_name], hints[field.name], strict=strict)
            except (msgspec.ValidationError, UnicodeError):
                name = field.encode_name
                return Misfit(name, f"{name} {_rule(hints[field.name])}")
        elif field.required:
            return Misfit(field.encode_name, f"{field.encode_name} is needed")
    for name in given:
        if name not in hints:
            name = str(name)[:_LONGEST_NAME]
            return Misfit(name, f"there is no field {name!r}; there are: {there}")
    return Misfit("", f"it is not as it should be; its fields are: {there}")


def _rule(hint: Any) -> str:
    """What a value of this type is, as what follows the name of a field."""
    schema = msgspec.json.schema(hint)
    some = schema.get("anyOf", [schema])
    for one in some:
        # Such as describe what is right, and not what it is for, say so in full.
        if "description" in one and "pattern" in one:
            return str(one["description"])
    return "is " + " or ".join(_kind(one) for one in some)


def _kind(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    kind = _KINDS.get(schema.get("type", ""), "another value")
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is not None and most is not None:
        return f"{kind} from {least:,} to {most:,}"
    if least is not None:
        return f"{kind} from {least:,} on"
    shortest, longest = schema.get("minLength", 0), schema.get("maxLength")
    if longest is not None:
        return f"{kind} of {shortest:,} to {longest:,} characters"
    return kind
