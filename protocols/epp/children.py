"""The children of one element, looked up by qualified name (`{namespace}name`).

Object data are flat lists of elements, so one pass over them and a dictionary is both the
shortest and the fastest way to read them.
"""

from datetime import datetime

from protocols.epp.dates import parse_date_time
from protocols.epp.document import Element, local_name, token
from protocols.epp.errors import InvalidElement


class Children:
    """Where a child is to be alone, the last one of its name counts."""

    __slots__ = ("_everyone", "_last", "_owner")

    def __init__(self, owner: Element) -> None:
        self._owner = owner
        self._everyone = list(owner)
        self._last = {child.tag: child for child in self._everyone}

    def get(self, tag: str) -> Element | None:
        """A child that may be absent."""
        return self._last.get(tag)

    def require(self, tag: str) -> Element:
        """A child that must be there; raises InvalidElement."""
        try:
            return self._last[tag]
        except KeyError:
            raise self._invalid(f"has no {tag}") from None

    def every(self, tag: str) -> list[Element]:
        """All children of one name, in document order."""
        if tag not in self._last:
            return []
        return [child for child in self._everyone if child.tag == tag]

    def text(self, tag: str) -> str:
        """The text of a child that must be there; raises InvalidElement."""
        return token(self.require(tag))

    def optional_text(self, tag: str) -> str | None:
        """The text of a child that may be absent."""
        child = self._last.get(tag)
        return None if child is None else token(child)

    def texts(self, tag: str) -> tuple[str, ...]:
        """The texts of all children of one name."""
        return tuple([token(child) for child in self.every(tag)])

    def moment(self, tag: str) -> datetime:
        """The xs:dateTime of a child that must be there; raises InvalidElement."""
        text = self.text(tag)
        try:
            return parse_date_time(text)
        except ValueError:
            raise self._invalid(f"has no date and time in {tag}") from None

    def optional_moment(self, tag: str) -> datetime | None:
        """The xs:dateTime of a child that may be absent or empty; raises InvalidElement."""
        return self.moment(tag) if self.optional_text(tag) else None

    def _invalid(self, reason: str) -> InvalidElement:
        return InvalidElement(element=local_name(self._owner), reason=reason)
