"""The waiting line of a pool: first come first served within an origin, origins in turn."""

from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

Item = TypeVar("Item")


class FairQueue(Generic[Item]):
    """A bulk job with a thousand commands delays another origin by one command, not a thousand.

    `put` and `take` cost the same however many wait. The bound is the owner's to keep.
    """

    def __init__(self) -> None:
        self._lines: OrderedDict[str, deque[Item]] = OrderedDict()
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[Item]:
        for line in self._lines.values():
            yield from line

    def put(self, origin: str, item: Item, *, first: bool = False) -> None:
        """Put at the end of the origin's line; `first` puts it before all others, to go next."""
        line = self._lines.get(origin)
        if line is None:
            line = self._lines[origin] = deque()
        if first:
            line.appendleft(item)
            self._lines.move_to_end(origin, last=False)
        else:
            line.append(item)
        self._size += 1

    def take(self) -> Item:
        """The next item; its origin goes behind the others. Raises IndexError when empty."""
        if not self._lines:
            raise IndexError("nobody waits")
        origin, line = next(iter(self._lines.items()))
        item = line.popleft()
        if line:
            self._lines.move_to_end(origin)
        else:
            del self._lines[origin]
        self._size -= 1
        return item

    def remove_where(self, condition: Callable[[Item], bool]) -> list[Item]:
        """Take out every item for which `condition` holds, in line order."""
        taken: list[Item] = []
        for origin, line in tuple(self._lines.items()):
            leaving = [item for item in line if condition(item)]
            if leaving:
                taken += leaving
                staying = deque(item for item in line if not condition(item))
                if staying:
                    self._lines[origin] = staying
                else:
                    del self._lines[origin]
        self._size -= len(taken)
        return taken
