"""One living Thespian actor as the playhouse keeps it."""

from dataclasses import dataclass, field

from thespian.actors import Actor, ActorAddress

from runtime import Ref


@dataclass(frozen=True, slots=True)
class Creation:
    """That an actor was made by Thespian's `createActor`, and for whom."""

    parent: "Member | None"
    """None for a primary actor, made from outside."""
    source_hash: str | None


@dataclass(slots=True, eq=False)
class Member:
    """One incarnation: its runtime ref, its address, and its place in Thespian's family."""

    ref: Ref
    address: ActorAddress
    behaviour: type[Actor]
    creation: Creation | None
    """None when a supervisor, or somebody else of the runtime's world, started it."""
    global_name: str | None = None
    parent: "Member | None" = None
    """None for those without one, and for those let go."""
    children: "dict[str, Member]" = field(init=False)
    """By path, in the order in which they were made."""

    def __post_init__(self) -> None:
        self.children = {}

    @property
    def path(self) -> str:
        """The runtime's name of the actor; its address says the same."""
        return self.ref.path

    @property
    def source_hash(self) -> str | None:
        """The loaded source its class is from."""
        return None if self.creation is None else self.creation.source_hash

    def let_children_go(self) -> None:
        """Its end is no longer theirs (`ActorExitRequest(recursive=False)`)."""
        for child in self.children.values():
            child.parent = None
        self.children.clear()
