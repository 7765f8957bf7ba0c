"""Names of actors. A name is a path (`epp/verisign/pool`) and belongs to one living actor."""

import difflib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from runtime.exits import AlreadyStarted

if TYPE_CHECKING:
    from runtime.ref import Ref


class Names:
    """Unique names. A name is free before anybody hears of its owner's death."""

    def __init__(self) -> None:
        self._refs: dict[str, Ref] = {}

    def register(self, path: str, ref: "Ref") -> None:
        """Give `path` to `ref`. Raises AlreadyStarted when it has a holder."""
        if path in self._refs:
            raise AlreadyStarted(path)
        self._refs[path] = ref

    def unregister(self, path: str, ref: "Ref") -> None:
        """Free `path` if `ref` holds it."""
        if self._refs.get(path) is ref:
            del self._refs[path]

    def whereis(self, path: str) -> "Ref | None":
        """The living actor of that name, or None."""
        ref = self._refs.get(path)
        return ref if ref is not None and ref.alive else None

    def holder(self, path: str) -> "Ref | None":
        """Who has the name: as `whereis`, or one whose death is under way."""
        return self._refs.get(path)

    def nearest(self, path: str, limit: int = 5) -> tuple[str, ...]:
        """The registered names that look most like `path`, best first, for error messages."""
        return tuple(difflib.get_close_matches(path, self._refs, n=limit, cutoff=0.4))

    def paths(self) -> tuple[str, ...]:
        """Every registered name, in order of registration."""
        return tuple(self._refs)

    def __iter__(self) -> Iterator["Ref"]:
        return iter(tuple(self._refs.values()))

    def __len__(self) -> int:
        return len(self._refs)
