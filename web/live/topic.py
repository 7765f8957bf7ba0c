"""A page in motion: rendered once per tick for all its viewers, and not at all without any.

The topic keeps its last rendering. A viewer that joins gets that one whole, so the differences that
follow always fit what it shows. Viewers are channels, watched by monitors; when the last one has
gone the topic ends, and the next viewer starts it anew.
"""

from dataclasses import dataclass
from typing import Any

from runtime import NO_REPLY, NORMAL, Actor, Call, Down, Failed, Ref, Sender, TaskDone, TaskFailed
from web.channels.outbox import Outbox
from web.live.diff import Diff
from web.pages import Page, Query, Screen
from web.ports import Backend


@dataclass(frozen=True, slots=True)
class Watch(Call[Screen]):
    """Asks for the page as it stands, and for all that follows into `outbox`."""

    viewer: Ref
    outbox: Outbox


@dataclass(frozen=True, slots=True)
class _Viewer:
    ref: Ref
    outbox: Outbox


@dataclass(frozen=True, slots=True)
class Redraw:
    """Time for the next rendering."""


class Topic(Actor):
    """One page with one query."""

    def __init__(self, page: Page, query: Query, backend: Backend) -> None:
        self._page = page
        self._query = query
        self._backend = backend
        self._name = page.topic(query)
        self._shown: Screen | None = None
        self._viewers: dict[int, _Viewer] = {}
        self._waiting: list[Sender] = []
        self._drawings = 0

    def init(self) -> None:
        """Draw at once: somebody is waiting."""
        self._draw()

    def handle_call(self, request: Call[Any], sender: Sender) -> object:
        """Somebody comes to watch."""
        match request:
            case Watch(viewer=viewer, outbox=outbox):
                self._viewers[self.monitor(viewer)] = _Viewer(viewer, outbox)
                if self._shown is not None:
                    return self._shown
                self._waiting.append(sender)
                return NO_REPLY
            case _:
                return self.unhandled(request)

    def handle_info(self, message: object) -> object:
        """A tick, a drawing, or a viewer that left."""
        match message:
            case Redraw():
                return self._draw()
            case TaskDone(value=Screen() as screen):
                return self._show(screen)
            case TaskFailed(error=error):
                raise error
            case Down(monitor=monitor):
                self._viewers.pop(monitor, None)
                return None if self._viewers else self.stop(NORMAL)
            case _:
                return self.unhandled(message)

    def facts(self) -> dict[str, object]:
        """Who watches, and how often it was drawn."""
        return {"topic": self._name, "viewers": len(self._viewers), "drawings": self._drawings}

    def _draw(self) -> None:
        """Draw in a task, so that a slow look at the daemon leaves viewers free to come and go."""
        self.start_task(self._page.draw(self._backend, self._query))

    def _show(self, screen: Screen) -> None:
        self._drawings += 1
        self.send_after(self._query.refresh_s, Redraw())
        shown, self._shown = self._shown, screen
        if shown is None:
            for sender in self._waiting:
                sender.reply(screen)
            self._waiting.clear()
            return
        diff = Diff.between(self._name, shown, screen)
        for viewer in self._viewers.values():
            if not viewer.outbox.offer(self._name, diff):
                viewer.ref.exit(Failed("slow_client", "its outbox is full"))
