from collections.abc import Callable
from typing import TypeVar

from thespian.actors import Actor

_Kind = TypeVar("_Kind", bound=type[Actor])

def troupe(max_count: int = 10, idle_count: int = 2) -> Callable[[_Kind], _Kind]: ...
