"""What is never shown of a configuration; the rules themselves are those of the runtime."""

from collections.abc import Mapping
from typing import Any, cast

from runtime.redaction import HIDDEN, is_secret, without_addresses

__all__ = ["HIDDEN", "is_secret", "without_addresses", "without_secrets"]


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
