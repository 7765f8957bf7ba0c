"""Thespian on our runtime: its public API, its actors unchanged, as actors among ours.

In a program of blocking code, as with any of Thespian's bases:

    install()
    system = ActorSystem("asyncioSystemBase")

In a program that runs a `runtime.System`: `ThespianActor` under a supervisor, `Playhouse` on the
loop, `embed` for other threads. See docs/thespian.md.
"""

from actors.thespian.actor import ThespianActor, create
from actors.thespian.base import ActorSystemBase, EmbeddedBase, WouldBlock, embed
from actors.thespian.caretaker import Caretaker
from actors.thespian.playhouse import Playhouse
from actors.thespian.registration import NAME, install

__all__ = [
    "NAME",
    "ActorSystemBase",
    "Caretaker",
    "EmbeddedBase",
    "Playhouse",
    "ThespianActor",
    "WouldBlock",
    "create",
    "embed",
    "install",
]
