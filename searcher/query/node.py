"""What is a node of a query tree, before it means anything?

A frozen record: fields declared by annotation, positional construction,
equality and hash by value, pattern matching by position.  That is what
`dataclasses` gives too, and a type checker sees it as exactly that; but
importing `dataclasses` and building twenty-odd classes with it takes tens of
milliseconds, which is more than answering a query does.  This takes under one.

`start` and `end` are keyword-only on every node and take no part in equality.
What it does not do: `dataclasses.replace` and `fields` do not know these
classes; `node.replace(field=value)` and `node.__match_args__` stand for them.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Self, dataclass_transform
else:

    def dataclass_transform(**_options):
        return lambda decorated: decorated


__all__ = ["Frozen", "NodeType", "span_end"]

_SPAN = ("start", "end")


def span_end(*, default: int = -1, kw_only: bool = True) -> int:
    """Declare an end of the node's span: known by keyword only, -1 when unknown."""
    return default


def _initialiser(owner: type, names: tuple[str, ...], defaults: dict[str, object]) -> Any:
    count = len(names)
    # The slots' own setters pass by `__setattr__`, which refuses.
    put_start, put_end, *puts = (getattr(owner, name).__set__ for name in (*_SPAN, *names))

    def __init__(
        self: object, *values: object, start: int = -1, end: int = -1, **named: object
    ) -> None:
        if named or len(values) != count:
            values = _bind(owner.__name__, names, defaults, values, named)
        put_start(self, start)
        put_end(self, end)
        for put, value in zip(puts, values, strict=True):
            put(self, value)

    if count == 1:  # the most frequent nodes by far
        (put_only,) = puts

        def __init__(
            self: object, *values: object, start: int = -1, end: int = -1, **named: object
        ) -> None:
            if named or len(values) != 1:
                values = _bind(owner.__name__, names, defaults, values, named)
            put_start(self, start)
            put_end(self, end)
            put_only(self, values[0])

    return __init__


def _bind(
    owner: str,
    names: tuple[str, ...],
    defaults: dict[str, object],
    values: tuple[object, ...],
    named: dict[str, object],
) -> tuple[object, ...]:
    """Order positional and named values by field, or say which one is wrong."""
    if len(values) > len(names):
        raise TypeError(f"{owner} takes {len(names)} values, not {len(values)}")
    bound = list(values)
    for name in names[len(values) :]:
        if name in named:
            bound.append(named.pop(name))
        elif name in defaults:
            bound.append(defaults[name])
        else:
            raise TypeError(f"{owner} needs a value for {name}")
    if named:
        raise TypeError(f"{owner} does not take {', '.join(sorted(named))}")
    return tuple(bound)


@dataclass_transform(frozen_default=True, field_specifiers=(span_end,))
class NodeType(type):
    """Turns the annotations of a class into slots, match arguments and `__init__`."""

    def __new__(mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> NodeType:
        declared = tuple(namespace.get("__annotations__", ()))
        own = tuple(field for field in declared if field not in _SPAN)
        defaults = {field: namespace[field] for field in own if field in namespace}
        for field in declared:
            namespace.pop(field, None)
        namespace.setdefault("__slots__", declared)
        if declared == _SPAN:
            namespace["_unlike"] = declared
        if not own and bases and hasattr(bases[0], "__match_args__"):
            own = bases[0].__match_args__
        namespace["__match_args__"] = own
        made = super().__new__(mcs, name, bases, namespace)
        if hasattr(made, "start"):
            made.__init__ = _initialiser(made, own, defaults)  # type: ignore[misc]
        return made


class Frozen:
    """The behaviour that frozen records share, whatever their fields are: they are the slots
    that `__match_args__` names, and `__init__` takes them by name."""

    __slots__ = ("_hash",)
    __match_args__: tuple[str, ...] = ()
    # Kept, since what was found for a part of a query is kept by it, and looked up for every
    # article that is read.
    _hash: int
    # Fields besides, which take no part in equality.
    _unlike: tuple[str, ...] = ()

    def _values(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in self.__match_args__)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self is other or self._values() == other._values()

    def __hash__(self) -> int:
        try:
            return self._hash
        except AttributeError:
            found = hash((type(self), *self._values()))
            object.__setattr__(self, "_hash", found)
            return found

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
        return f"{type(self).__name__}({shown})"

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a {type(self).__name__} cannot change; use replace({name}=...)")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a {type(self).__name__} cannot lose its {name}")

    def _named(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in (*self.__match_args__, *self._unlike)}

    def replace(self, **changes: Any) -> Self:
        """The same with some fields changed."""
        return type(self)(**{**self._named(), **changes})

    __replace__ = replace  # copy.replace, from Python 3.13

    def __reduce__(self) -> tuple[object, ...]:
        # Slots that refuse assignment cannot be filled by the default way of copying.
        return (_rebuild, (type(self), self._named()))


def _rebuild(kind: Any, fields: dict[str, Any]) -> object:
    return kind(**fields)
