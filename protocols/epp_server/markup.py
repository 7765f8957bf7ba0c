"""Compact markup from escaped texts: every value passes through `leaf` or an attribute."""

from collections.abc import Iterable
from datetime import UTC, datetime
from html import escape


def leaf(tag: str, text: str, **attributes: str) -> str:
    """An element that holds only text."""
    return (
        f"<{tag}{_written(attributes)}>{escape(text)}</{tag}>" if text else empty(tag, **attributes)
    )


def empty(tag: str, **attributes: str) -> str:
    """An element that holds nothing."""
    return f"<{tag}{_written(attributes)}/>"


def node(tag: str, *children: str, **attributes: str) -> str:
    """An element that holds elements; a child that is absent is an empty text."""
    return f"<{tag}{_written(attributes)}>{''.join(children)}</{tag}>"


def optional_leaf(tag: str, text: str | None) -> str:
    """An element that holds only text, or nothing at all where the text is None."""
    return "" if text is None else leaf(tag, text)


def leaves(tag: str, texts: Iterable[str]) -> str:
    """One element for each text."""
    return "".join(leaf(tag, text) for text in texts)


def timestamp(at: datetime) -> str:
    """The moment as `xs:dateTime` in UTC with milliseconds."""
    utc = at.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


def optional_timestamp(tag: str, at: datetime | None) -> str:
    """An element that holds a moment, or nothing at all where there is none."""
    return "" if at is None else leaf(tag, timestamp(at))


def _written(attributes: dict[str, str]) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
