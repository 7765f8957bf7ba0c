"""A name that is looked up at each use (OTP: a `via` tuple), so that it outlives its holders."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from runtime.exits import NotRunning
from runtime.messages import Call, Reply
from runtime.ref import DEFAULT_TIMEOUT_S, Ref

if TYPE_CHECKING:
    from runtime.system import System


class Via:
    """Speaks to whoever holds a name at that moment. `label` names it in errors."""

    __slots__ = ("_find", "label")

    def __init__(self, label: str, find: Callable[[], Ref | None]) -> None:
        self.label = label
        self._find = find

    @classmethod
    def path(cls, system: "System", path: str) -> "Via":
        """The actor of a path: `Via.path(system, "epp/verisign/pool")`."""
        return cls(path, lambda: system.whereis(path))

    def whereis(self) -> Ref | None:
        """Who has the name now, or None."""
        return self._find()

    def require(self) -> Ref:
        """Who has the name now. Raises NotRunning when nobody has."""
        ref = self._find()
        if ref is None:
            raise NotRunning(self.label)
        return ref

    async def call(self, request: Call[Reply], *, timeout_s: float = DEFAULT_TIMEOUT_S) -> Reply:
        """See `Ref.call`. Raises NotRunning at once when nobody has the name."""
        return await self.require().call(request, timeout_s=timeout_s)

    def cast(self, message: object) -> None:
        """See `Ref.cast`. Raises NotRunning when nobody has the name, as for local names in OTP."""
        self.require().cast(message)

    def send(self, message: object) -> None:
        """See `Ref.send`. Raises NotRunning when nobody has the name."""
        self.require().send(message)

    def __repr__(self) -> str:
        return f"<Via {self.label}>"


Address = Ref | Via
"""What one may talk to: an incarnation, or a name whoever holds it."""
