"""In what order applications start: each after those it depends on."""

from collections.abc import Iterable, Mapping


class UnknownDependency(LookupError):
    """There is no application `name`; `needed_by` depends on it, or nobody: it was asked for."""

    def __init__(self, name: str, needed_by: str | None) -> None:
        asked = "" if needed_by is None else f", which {needed_by} depends on"
        super().__init__(f"there is no application {name}{asked}")
        self.name = name
        self.needed_by = needed_by


class CyclicDependency(ValueError):
    """Applications that depend on each other. `names` begins and ends with the same one."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(f"applications depend on each other: {' → '.join(names)}")
        self.names = names


def start_order(wanted: Iterable[str], depends_on: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """`wanted` and all they depend on, dependencies first, otherwise in the order given.

    Raises UnknownDependency, CyclicDependency.
    """
    order: dict[str, None] = {}
    trail: list[str] = []

    def visit(name: str) -> None:
        if name in order:
            return
        if name in trail:
            raise CyclicDependency((*trail[trail.index(name) :], name))
        if name not in depends_on:
            raise UnknownDependency(name, trail[-1] if trail else None)
        trail.append(name)
        for dependency in depends_on[name]:
            visit(dependency)
        order[trail.pop()] = None

    for name in wanted:
        visit(name)
    return tuple(order)
