"""Who has which message: the books behind «acknowledged exactly once»."""

from collections.abc import Iterable, Sequence
from typing import Any

from actors.flow.message import Message
from runtime import Ref

AnyMessage = Message[Any]


class Custody:
    """Every message from its reception to its acknowledgement, and the actor that holds it.

    A message enters once and leaves once, by `settle` or with its holder; who comes later gets
    nothing. That one rule is what makes an acknowledgement happen exactly once.
    """

    def __init__(self) -> None:
        self._messages: dict[int, AnyMessage] = {}
        self._holders: dict[int, Ref] = {}

    def __len__(self) -> int:
        return len(self._messages)

    def receive(self, holder: Ref, messages: Sequence[AnyMessage]) -> None:
        """Messages are in the pipeline now."""
        serials = [message.serial for message in messages]
        self._messages.update(zip(serials, messages, strict=True))
        self._holders.update(dict.fromkeys(serials, holder))

    def move(self, holder: Ref, serials: Iterable[int]) -> None:
        """Messages are another's now. Those that have left stay away."""
        holders = self._holders
        for serial in serials:
            if serial in holders:
                holders[serial] = holder

    def settle(self, messages: Sequence[AnyMessage]) -> list[AnyMessage]:
        """Let messages leave. Returns those that had not left already."""
        known, holders = self._messages.pop, self._holders
        leaving: list[AnyMessage] = []
        for message in messages:
            serial = message.serial
            if known(serial, None) is not None:
                del holders[serial]
                leaving.append(message)
        return leaving

    def take_from(self, holder: Ref) -> list[AnyMessage]:
        """Let every message of one holder leave, as it was received."""
        held = [serial for serial, ref in self._holders.items() if ref is holder]
        return self._take(held)

    def take_all(self) -> list[AnyMessage]:
        """Let everything leave, as it was received."""
        return self._take(list(self._messages))

    def _take(self, serials: list[int]) -> list[AnyMessage]:
        for serial in serials:
            del self._holders[serial]
        return [self._messages.pop(serial) for serial in serials]
