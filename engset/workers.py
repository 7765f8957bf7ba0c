"""The workers of this daemon: those that come with it, and those of the configured modules.

A module is imported as Python imports: it is installed beside Engset, or lies on PYTHONPATH.
"""

from collections.abc import Iterable
from importlib import import_module

from actors.jobs import BUILT_IN_WORKERS, NameTaken, Workers


class BadWorkerModule(Exception):
    """A module that cannot give us its workers."""

    def __init__(self, module: str, reason: str) -> None:
        super().__init__(f"{module} {reason}")
        self.module = module
        self.reason = reason


def built_in_workers() -> Workers:
    """Those that are always there."""
    return Workers(BUILT_IN_WORKERS)


def add_workers(workers: Workers, module: str) -> int:
    """Import `module` and add the workers that it defines; returns how many.

    Raises BadWorkerModule.
    """
    if not all(part.isidentifier() for part in module.split(".")):
        raise BadWorkerModule(module, "is not the name of a module")
    try:
        return workers.add_module(import_module(module))
    except NameTaken as error:
        raise BadWorkerModule(module, f"has a worker whose name is taken: {error}") from error
    except Exception as error:
        # The module is somebody else's: whatever it raises is why it cannot be imported.
        said = " ".join(str(error).split())
        reason = f"cannot be imported: {type(error).__name__}: {said}".rstrip(" :")
        raise BadWorkerModule(module, reason) from error


def load_workers(modules: Iterable[str]) -> Workers:
    """All of them. Raises BadWorkerModule; `engset check` has made sure that it does not."""
    workers = built_in_workers()
    for module in modules:
        add_workers(workers, module)
    return workers
