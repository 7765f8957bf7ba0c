"""What is never shown: secrets by the name of their key, mail addresses by their look.

Whoever shows an actor's state or a message to people writes it with `shown`. A dataclass field is
left out of sight when it is declared `repr=False` or when its name says that it is a secret; long
texts and octets, which may hold anything, are shown by their size.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from itertools import islice
from pathlib import PurePath
from typing import Final, cast
from uuid import UUID

HIDDEN: Final = "•••"
TEXT_LIMIT: Final = 64
"""Characters of a text that are shown; a longer one may be a frame or a mail, and is counted."""
ITEMS_SHOWN: Final = 8
DEPTH: Final = 3

_SECRET = re.compile(
    r"pass(word|phrase|wd)?|secret|token|auth(_?(code|info|orization))?|credential|private|cookie"
    r"|(?<![a-z])(access|api|secret|signing|private|tls|dkim)_?key",
    re.IGNORECASE,
)
_NOT_SECRET = re.compile(r"_(file|env|path|s|count)$|^authorized_keys$|^author", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s<>\"'@:,;()]+@[\w-]+(?:\.[\w-]+)+")


def is_secret(key: str) -> bool:
    """Whether values under this key are hidden; `password_file` is a path and is not."""
    return _SECRET.search(key) is not None and _NOT_SECRET.search(key) is None


def without_addresses(text: str) -> str:
    """`text` with each mail address replaced."""
    return _ADDRESS.sub("[address]", text)


def shown(value: object, *, depth: int = DEPTH) -> str:
    """A message or a piece of state as people may read it: short, and without secrets.

    Objects that are no plain values are named by their class alone.
    """
    match value:
        case Enum():
            return str(value.value)
        case None | bool() | int() | float() | Decimal() | UUID() | PurePath():
            return str(value)
        case date() | time() | timedelta():
            return str(value)
        case str():
            text = f"<{len(value)} characters>" if len(value) > TEXT_LIMIT else repr(value)
            return without_addresses(text)
        case bytes() | bytearray():
            return f"<{len(value)} bytes>"
        case BaseException():
            return f"{type(value).__name__}: {shown(str(value))}"
        case type():
            return value.__qualname__
        case Mapping():
            pairs = cast("Mapping[object, object]", value)
            return _mapping(pairs, depth)
        case list() | tuple() | set() | frozenset():
            return _items(cast("Collection[object]", value), depth)
        case _ if is_dataclass(value):
            return _dataclass(value, depth)
        case _:
            return f"<{type(value).__name__}>"


def _dataclass(value: object, depth: int) -> str:
    assert is_dataclass(value)
    name = type(value).__name__
    if depth == 0:
        return f"{name}(…)"
    parts = (
        f"{field.name}={_field(field.name, getattr(value, field.name, None), depth)}"
        for field in fields(value)
        if field.repr
    )
    return f"{name}({', '.join(parts)})"


def _mapping(value: Mapping[object, object], depth: int) -> str:
    if depth == 0:
        return "{…}" if value else "{}"
    parts = [
        f"{key}: {_field(str(key), inner, depth)}"
        for key, inner in islice(value.items(), ITEMS_SHOWN)
    ]
    return f"{{{', '.join(parts + _rest(len(value)))}}}"


def _items(value: Collection[object], depth: int) -> str:
    if depth == 0:
        return "[…]" if value else "[]"
    parts = [shown(item, depth=depth - 1) for item in islice(value, ITEMS_SHOWN)]
    return f"[{', '.join(parts + _rest(len(value)))}]"


def _rest(size: int) -> list[str]:
    return [f"… {size - ITEMS_SHOWN} more"] if size > ITEMS_SHOWN else []


def _field(name: str, value: object, depth: int) -> str:
    """An unset secret stays None, so that one sees whether it is set."""
    if is_secret(name) and value is not None:
        return HIDDEN
    return shown(value, depth=depth - 1)
