"""An actor that plays a part: what it expects, and what it does at each message.

    registry = Scenario(
        expect(Login, reply=LoggedIn()),
        expect(Query, matching=lambda query: query.id == 7, reply=Row(7), after_s=2.0),
        expect(Query, crash=Failed("link_lost")),
        expect(Login, reply=LoggedIn()),  # its successor goes on where it died
    )
    ref = await system.start(registry, name="registry")
    ...
    await registry.finished()

A scenario is a factory of actors: give it to `System.start` or to a `ChildSpec`. It outlives its
actors, so that a part may cross a crash and the restart after it.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from runtime.actor import Actor
from runtime.exits import ExitReason
from runtime.mailbox import Sender
from runtime.messages import NO_REPLY, Call
from runtime.testing.probe import PATIENCE_S

Message = TypeVar("Message")


@dataclass(frozen=True, slots=True)
class Step:
    """One message that is expected, and what is done when it comes. Made by `expect`."""

    kind: type[object]
    matching: Callable[[Any], bool] | None
    reply: object
    crash: ExitReason | Exception | None
    after_s: float

    def accepts(self, message: object) -> bool:
        """Whether this is what was expected."""
        if not isinstance(message, self.kind):
            return False
        return self.matching is None or self.matching(message)

    def __str__(self) -> str:
        return self.kind.__name__ if self.matching is None else f"{self.kind.__name__} (matching)"


def expect(
    kind: type[Message],
    *,
    matching: Callable[[Message], bool] | None = None,
    reply: object = NO_REPLY,
    crash: ExitReason | Exception | None = None,
    after_s: float = 0.0,
) -> Step:
    """One step: a message of `kind` for which `matching` holds, whichever way it comes.

    `reply` answers a call; without it the caller waits. `crash` ends the actor: an exception is
    raised, a reason is stopped with. `after_s` delays either by the system's clock, while the next
    steps may already be played. Raises TypeError for a reply to what is no call.
    """
    if reply is not NO_REPLY and Call not in kind.__mro__:
        raise TypeError(f"{kind.__name__} is no Call: nobody waits for {reply!r}")
    return Step(kind, matching, reply, crash, after_s)


class Scenario:
    """The steps of a part and how far they were played, over all incarnations of its actor."""

    def __init__(self, *steps: Step) -> None:
        self._steps = steps
        self._played = 0
        self._broken = False
        self._changed = asyncio.Event()
        self.came: list[object] = []
        """Everything its actors were sent, oldest first."""

    def __call__(self) -> Actor:
        """A fresh actor that goes on with the part."""
        return _Player(self)

    @property
    def is_finished(self) -> bool:
        """Whether every step was played and nothing came that was not expected."""
        return self._played == len(self._steps) and not self._broken

    def assert_finished(self) -> None:
        """Raises AssertionError with what was expected beside what came."""
        if not self.is_finished:
            raise AssertionError(self.report())

    async def finished(self, *, within_s: float = PATIENCE_S) -> None:
        """Wait, in real time, until every step was played.

        Raises AssertionError as `assert_finished` does: at once for what was not expected, after
        `within_s` for what did not come.
        """
        try:
            async with asyncio.timeout(within_s):
                while not self.is_finished and not self._broken:
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(self.report()) from None
        self.assert_finished()

    def accept(self, message: object) -> Step | None:
        """Note a message. Returns the step it plays, None when it was not expected."""
        self.came.append(message)
        self._changed.set()
        following = self._steps[self._played : self._played + 1]
        if self._broken or not following or not following[0].accepts(message):
            self._broken = True
            return None
        self._played += 1
        return following[0]

    def report(self) -> str:
        """What was expected beside what came, step by step."""
        total, played = len(self._steps), self._played
        lines = [
            f"  {number + 1}. {step} <- {self.came[number]!r}"
            for number, step in enumerate(self._steps[:played])
        ]
        wanted = str(self._steps[played]) if played < total else "nothing more"
        if self._broken:
            came = repr(self.came[played])
            head = f"the scenario broke at message {played + 1}: expected {wanted}, came {came}"
            lines.append(f"  {played + 1}. {wanted} <- {came}  (not as expected)")
        elif played < total:
            head = f"the scenario waits at step {played + 1} of {total}: expected {wanted}"
            lines.append(f"  {played + 1}. {wanted} <- nothing came")
        else:
            head = f"the scenario was played: {total} of {total}"
        rest = [f"  {index + 1}. {self._steps[index]}" for index in range(played + 1, total)]
        return "\n".join([head, *lines, *rest])


@dataclass(frozen=True, slots=True)
class _Due:
    """A note to itself: the delay of this step is over."""

    step: Step
    sender: Sender | None


class _Player(Actor):
    """One incarnation that plays its part."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario

    def handle_call(self, request: Call[Any], sender: Sender) -> object:
        self._play(request, sender)
        return NO_REPLY

    def handle_cast(self, message: object) -> None:
        self._play(message, None)

    def handle_info(self, message: object) -> None:
        match message:
            case _Due(step=step, sender=sender):
                self._act(step, sender)
            case _:
                self._play(message, None)

    def _play(self, message: object, sender: Sender | None) -> None:
        step = self._scenario.accept(message)
        if step is None:
            if sender is not None:
                sender.fail(AssertionError(self._scenario.report()))
        elif step.after_s:
            self.send_after(step.after_s, _Due(step, sender))
        else:
            self._act(step, sender)

    def _act(self, step: Step, sender: Sender | None) -> None:
        if isinstance(step.crash, Exception):
            raise step.crash
        if step.crash is not None:
            self.stop(step.crash)
        elif sender is not None and step.reply is not NO_REPLY:
            sender.reply(step.reply)
