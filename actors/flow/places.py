"""Where the actors of a pipeline stand, below the path of its supervisor.

<top>/custodian
<top>/valve
<top>/producers/1 …
<top>/processors/1 …
<top>/batchers/<name>/batcher
<top>/batchers/<name>/workers/1 …
"""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Places:
    """The paths of one pipeline."""

    top: str

    @classmethod
    def above(cls, path: str, levels: int) -> Self:
        """The places of the pipeline whose supervisor stands `levels` above `path`."""
        return cls(path.rsplit("/", levels)[0])

    @property
    def custodian(self) -> str:
        """Who acknowledges."""
        return f"{self.top}/custodian"

    @property
    def valve(self) -> str:
        """Who limits the rate."""
        return f"{self.top}/valve"

    def producers(self, number: int) -> tuple[str, ...]:
        """The first `number` producers."""
        return tuple(f"{self.top}/producers/{index}" for index in range(1, number + 1))

    def processors(self, number: int) -> tuple[str, ...]:
        """The first `number` processors."""
        return tuple(f"{self.top}/processors/{index}" for index in range(1, number + 1))

    def batcher(self, name: str) -> str:
        """The batcher of that name."""
        return f"{self.top}/batchers/{name}/batcher"
