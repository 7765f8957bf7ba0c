"""What is never shown: secrets by the name of their key, mail addresses by their look."""

import re
from collections.abc import Mapping
from typing import Any, cast

HIDDEN = "•••"

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


def without_secrets(value: object) -> object:
    """A copy of a nested configuration in which the values of secret keys are hidden.

    An unset secret stays None, so that one sees whether it is set.
    """
    match value:
        case Mapping():
            mapping = cast("Mapping[str, Any]", value)
            return {
                key: HIDDEN if is_secret(key) and inner is not None else without_secrets(inner)
                for key, inner in mapping.items()
            }
        case list() | tuple():
            items = cast("list[object]", value)
            return [without_secrets(item) for item in items]
        case _:
            return value
