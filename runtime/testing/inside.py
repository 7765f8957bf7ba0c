"""Looking behind a ref: the actor itself, and the mail that waits for it."""

from typing import TypeVar

from runtime.actor import Actor
from runtime.mailbox import Info, Resume, Sender
from runtime.process import Process
from runtime.ref import Ref

Kind = TypeVar("Kind", bound=Actor)


def behind(ref: Ref, kind: type[Kind]) -> Kind:
    """The living actor behind `ref`, which has to be of that kind."""
    assert isinstance(ref, Process)
    assert isinstance(ref.actor, kind)
    return ref.actor


def mailbox_of(ref: Ref) -> tuple[object, ...]:
    """The messages that wait for an actor, oldest first: casts, requests, signals and timers."""
    assert isinstance(ref, Process)
    return tuple(_message(entry) for entry in ref._mailbox or ())


def _message(entry: object) -> object:
    match entry:
        case Sender(request=message) | Info(message=message) | Resume(message=message):
            return message
        case _:
            return entry
