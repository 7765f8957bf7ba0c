"""A daemon with one actor more, `hog`, that can be told to hold the event loop.

    python -m tests.support.hog --data-dir DIR …

takes the words of `engset serve`. `engset send hog Hold until=PATH` makes it wait, as no actor
may, until somebody opens the named pipe at PATH for writing.
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from engset.daemon import Daemon
from engset.serve import serve
from runtime import Actor, ChildSpec


@dataclass(frozen=True, slots=True)
class Hold:
    """Hold the loop."""

    until: str
    """A named pipe: the kernel lets its reader wait for a writer (fifo(7))."""


class Hog(Actor):
    """Blocks where it should await."""

    messages: ClassVar[tuple[type, ...]] = (Hold,)

    def handle_cast(self, message: object) -> object:
        match message:
            case Hold(until=path):
                return Path(path).read_bytes()
            case _:
                return self.unhandled(message)


class HogDaemon(Daemon):
    """The daemon with a hog among its rooms."""

    def _rooms(self) -> list[ChildSpec]:
        return [*super()._rooms(), ChildSpec(id="hog", start=Hog)]


if __name__ == "__main__":
    sys.exit(serve(sys.argv[1:], daemon=HogDaemon))
