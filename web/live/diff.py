"""What changed on a page between two renderings, as one frame for all its viewers."""

from dataclasses import dataclass
from functools import cached_property

from protocols.channels import Broadcast, Frame, encode_server
from web.channels.outbox import Update
from web.fragment import changes
from web.pages import Screen


@dataclass(frozen=True)
class Diff(Update):
    """The `diff` event: elements that replace those of the same id."""

    topic: str
    html: dict[str, str]
    """By id, in the order to apply."""
    title: str | None = None
    """Set when the title changed."""

    @classmethod
    def between(cls, topic: str, old: Screen, new: Screen) -> "Diff":
        """The way from `old` to `new`."""
        html = {one.id: one.__html__() for one in changes(old.main, new.main)}
        return cls(topic, html, new.title if new.title != old.title else None)

    def encoded(self) -> Frame:
        """See `Update.encoded`."""
        return self._frame

    @cached_property
    def _frame(self) -> Frame:
        payload = {"html": list(self.html.values()), "removed": [], "title": self.title}
        return encode_server(Broadcast(self.topic, "diff", payload))

    def merged(self, later: Update) -> "Diff":
        """Later elements win, and go behind: an outer one must follow the inner ones it holds."""
        assert isinstance(later, Diff), "one topic has one kind of update"
        kept = {id_: html for id_, html in self.html.items() if id_ not in later.html}
        return Diff(self.topic, kept | later.html, later.title or self.title)
