"""The channel of a live page: `live:<page>?<query>`.

    join              ok {"html": [whole region], "title": …}
    diff              from the topic to all viewers: {"html": […], "removed": [], "title": …}
    event             {"name": "restart", "value": {"actor": …}}, the name an action's and the value
                      its field with the target: ok {"flash": …} or error {"reason": …}

A diff is sent even when nothing changed: it is how the page knows that it is up to date.
"""

from functools import partial

import msgspec

from protocols.channels import Payload
from runtime import (
    CallError,
    ChildRefused,
    ChildSpec,
    Down,
    Failed,
    NotRunning,
    Ref,
    Restart,
    StartChild,
    Started,
)
from web.actions import ACTIONS
from web.channels.channel import Channel, Seat
from web.channels.messages import Answer, Joined, JoinRefused
from web.live.topic import Topic, Watch
from web.pages import PAGES, Page, Query
from web.ports import Backend, Done, Refused

PREFIX = "live:"
TOPICS_PATH = "web/topics"
"""The dynamic supervisor under which topics run."""


class _Event(msgspec.Struct, frozen=True):
    name: str
    value: dict[str, str]


class LiveChannel(Channel):
    """One viewer of one page."""

    def __init__(self, seat: Seat, *, backend: Backend) -> None:
        super().__init__(seat)
        self._backend = backend

    async def join(self, payload: Payload) -> Joined | JoinRefused:
        """Find the page, start its topic if nobody watches it yet, and watch."""
        del payload
        name, _, query = self.seat.topic.removeprefix(PREFIX).partition("?")
        page = next((page for page in PAGES if page.name == name), None)
        if page is None:
            return JoinRefused("unmatched topic")
        try:
            topic = await self._topic(page, Query.parse(query))
            screen = await topic.call(Watch(self.ref, self.seat.outbox))
        except CallError as error:
            return JoinRefused(str(error))  # the client joins anew after a while
        self.monitor(topic)
        return Joined({"html": [screen.main.__html__()], "title": screen.title})

    async def handle_in(self, event: str, payload: Payload) -> Answer | None:
        """A button of the page."""
        if event != "event":
            return await super().handle_in(event, payload)
        try:
            asked = msgspec.convert(payload, _Event)
        except msgspec.ValidationError as error:
            return Answer("error", {"reason": str(error)})
        if not self.seat.session.may_act:
            return Answer("error", {"reason": "Only operators may do this."})
        action = ACTIONS.get(asked.name)
        target = asked.value.get(action.field) if action else None
        if action is None or not target:
            return Answer("error", {"reason": "There is no such button."})
        match await self._backend.act(action, target, who=self.seat.session.name):
            case Done(text=text):
                return Answer("ok", {"flash": text})
            case Refused(reason=reason):
                return Answer("error", {"reason": reason})

    def handle_info(self, message: object) -> object:
        """Without its topic the page stands still: end, and let the client join anew."""
        match message:
            case Down(reason=reason):
                return self.stop(Failed("topic_ended", str(reason)))
            case _:
                return self.unhandled(message)

    async def _topic(self, page: Page, query: Query) -> Ref:
        name = page.topic(query)
        path = f"{TOPICS_PATH}/{name}"
        found = self.system.whereis(path)
        if found is not None:
            return found
        start = partial(Topic, page, query, self._backend)
        spec = ChildSpec(id=name, start=start, restart=Restart.TEMPORARY)
        match await self.system.call(TOPICS_PATH, StartChild(spec)):
            case Started(ref=ref):
                return ref
            case ChildRefused() if (found := self.system.whereis(path)) is not None:
                return found
            case failed:
                raise NotRunning(f"{path} ({failed})")
