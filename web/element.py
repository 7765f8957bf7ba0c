"""HTML elements written by one function, so that escaping is never forgotten."""

import re
from functools import cache
from html import escape
from typing import Protocol, runtime_checkable

from markupsafe import Markup

Content = object
"""Text (escaped), a number, or anything with `__html__` (taken as it is); None is left out."""

Attribute = str | float | bool | None


@runtime_checkable
class HasHtml(Protocol):
    """Markup of another kind: a fragment, a template's output."""

    def __html__(self) -> str:
        """The markup."""
        ...


_SPECIAL = re.compile("[&<>\"']")
_VOID = frozenset({"br", "col", "hr", "img", "input", "link", "meta"})


def element(tag: str, *content: Content, **attributes: Attribute) -> Markup:
    """Write one element.

    Attribute names lose a trailing underscore (`class_`) and have others turned into hyphens
    (`aria_label`); True writes the bare name, False and None leave it out.

    >>> element("td", "<3", class_="number", colspan=2, hidden=False)
    Markup('<td class="number" colspan="2">&lt;3</td>')
    """
    start = _opening(tag, attributes)
    return Markup(start if tag in _VOID else f"{start}{_text(content)}</{tag}>")  # noqa: S704


def opening(tag: str, **attributes: Attribute) -> Markup:
    """Write the opening tag alone."""
    return Markup(_opening(tag, attributes))  # noqa: S704


def join(*content: Content) -> Markup:
    """Write contents one after the other, escaping what is not markup."""
    return Markup(_text(content))  # noqa: S704


def _text(content: tuple[Content, ...]) -> str:
    return "".join([_escaped(item) for item in content if item is not None])


def _opening(tag: str, attributes: dict[str, Attribute]) -> str:
    written = f"<{tag}"
    for key, value in attributes.items():
        if value is True:
            written += f" {_name(key)}"
        elif value is not None and value is not False:
            written += f' {_name(key)}="{_plain(str(value))}"'
    return f"{written}>"


def _plain(text: str) -> str:
    """Escape, which most texts do not need."""
    return escape(text) if _SPECIAL.search(text) else text


def _escaped(item: Content) -> str:
    """Plain text first, which is most of a page; numbers have nothing to escape."""
    match item:
        case Markup():
            return item
        case str():
            return _plain(item)
        case int() | float():
            return str(item)
        case HasHtml():
            return item.__html__()
        case _:
            return _plain(str(item))


@cache
def _name(key: str) -> str:
    return key.rstrip("_").replace("_", "-")
