"""The actors as they stand: found by path, running or not, with their parents."""

import difflib
from collections.abc import Iterator

from actors.control.refusal import ExitCode, Refusal
from runtime import ActorSnapshot, Ref, System, TreeNode


class Census:
    """One look at all actors."""

    def __init__(self, system: System, root: Ref) -> None:
        self._system = system
        self.root = root
        self.tree = system.tree(root)
        self._nodes: dict[str, TreeNode] = {}
        self._parents: dict[str, str] = {}
        self._enter(self.tree)

    def _enter(self, node: TreeNode) -> None:
        self._nodes[node.actor.path] = node
        for child in node.children:
            self._parents[child.actor.path] = node.actor.path
            self._enter(child)

    def node(self, path: str) -> TreeNode:
        """The actor of that path and what is below it. Raises Refusal with the nearest names."""
        node = self._nodes.get(path)
        if node is not None:
            return node
        ref = self._outsider(path)
        if ref is not None:
            return TreeNode(ref.snapshot())
        raise self._unknown(path)

    def ref(self, path: str) -> Ref:
        """The living actor of that path. Raises Refusal when there is none, or it does not run."""
        ref = self.living(path)
        if ref is not None:
            return ref
        node = self._nodes.get(path)
        if node is None:
            raise self._unknown(path)
        raise Refusal(
            "not_running",
            f"{path} is {node.actor.state.replace('_', ' ')}; `restart {path}` starts it",
        )

    def living(self, path: str) -> Ref | None:
        """The living actor of that path, or None."""
        return self._system.whereis(path) or self._outsider(path)

    def parent(self, path: str) -> Ref | None:
        """The supervisor of that actor; None for the root and for actors outside the tree."""
        above = self._parents.get(path)
        if above is None:
            return None
        return self.root if above == self.root.path else self._system.whereis(above)

    def snapshots(self) -> Iterator[ActorSnapshot]:
        """Every actor: the tree in its order, then the living ones outside it."""
        for node in self._nodes.values():
            yield node.actor
        for ref in self._system.living():
            if ref.path not in self._nodes:
                yield ref.snapshot()

    def paths(self) -> tuple[str, ...]:
        """Every path, in the tree's order."""
        return tuple(snapshot.path for snapshot in self.snapshots())

    def _outsider(self, path: str) -> Ref | None:
        return next((ref for ref in self._system.living() if ref.path == path), None)

    def _unknown(self, path: str) -> Refusal:
        nearest = tuple(difflib.get_close_matches(path, self.paths(), n=5, cutoff=0.4))
        return Refusal(
            "not_found", f"no actor {path!r}", exit_code=ExitCode.NOT_FOUND, nearest=nearest
        )
