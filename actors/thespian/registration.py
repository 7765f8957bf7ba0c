"""Making the base known to Thespian by name."""

import sys
from types import ModuleType

import thespian.system

from actors.thespian import base

NAME = "asyncioSystemBase"


def install(name: str = NAME, module: ModuleType = base) -> None:
    """Let `ActorSystem(name)` find our base, as a module `thespian.system.<name>`.

    Thespian imports its bases from there and takes their `ActorSystemBase`. Idempotent; it is a
    matter of this process and touches no file.
    """
    sys.modules[f"thespian.system.{name}"] = module
    setattr(thespian.system, name, module)
