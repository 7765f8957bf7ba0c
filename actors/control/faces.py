"""What the faces share: events put on the wire as text or as JSON, one after the other."""

from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass

import msgspec

from actors.control.desk import Invocation
from actors.control.events import Event, Problem
from actors.control.printable import printable_json
from actors.control.refusal import ExitCode
from actors.control.text import TextRenderer

Write = Callable[[str], Awaitable[None]]


def as_json(event: Event) -> str:
    """One line of JSON, without the newline."""
    return printable_json(msgspec.json.encode(event.document()).decode())


@dataclass(frozen=True, slots=True)
class Printer:
    """Prints what a command says; `problems` go to `err` in text, and to `out` as JSON."""

    out: Write
    err: Write
    renderer: TextRenderer

    async def print(self, invocation: Invocation) -> ExitCode:
        """Run the command and print its events; returns its exit code."""
        exit_code = ExitCode.OK
        async with aclosing(invocation.run()) as events:
            async for event in events:
                exit_code = event.exit_code
                await self._put(event, json=invocation.json)
        return exit_code

    async def _put(self, event: Event, *, json: bool) -> None:
        if json:
            await self.out(as_json(event) + "\n")
        elif isinstance(event, Problem):
            await self.err(self.renderer.render(event))
        else:
            await self.out(self.renderer.render(event))
