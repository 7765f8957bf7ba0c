"""A supervisor whose children come and go (OTP: simple_one_for_one, Elixir: DynamicSupervisor)."""

from collections.abc import Mapping

from runtime import ChildFailed, ChildRefused, ChildSpec, Ignored, Ref, Started
from supervisors.child import SupervisedChild
from supervisors.supervisor import DEFAULT_INTENSITY, DEFAULT_PERIOD_S, Supervisor


class DynamicSupervisor(Supervisor):
    """Starts empty; children are added by `StartChild`, restarted one for one.

    A child that is terminated or ends for good, or that ignores its start, is forgotten. A child
    is known by its id and by its ref. Significant children are refused (as in Elixir). On shutdown
    all children are stopped at once, each with its own patience, and none waits for another.
    """

    def __init__(
        self,
        *,
        max_children: int | None = None,
        intensity: int = DEFAULT_INTENSITY,
        period_s: int = DEFAULT_PERIOD_S,
        extra_arguments: Mapping[str, object] | None = None,
    ) -> None:
        """`max_children`: one more is refused; children that are being restarted count.

        `extra_arguments` are given by name to every child's factory, at each start. Raises
        ValueError for a limit, an intensity or a period that makes no sense.
        """
        if max_children is not None and max_children < 0:
            raise ValueError(f"max_children of {max_children} makes no sense")
        super().__init__(
            intensity=intensity,
            period_s=period_s,
            extra_arguments=extra_arguments,
        )
        self._max_children = max_children

    async def add_child(self, spec: ChildSpec) -> Started | Ignored | ChildRefused | ChildFailed:
        """Start a child; refused with max_children when there are as many, restarting ones too."""
        if self._max_children is not None and len(self._table) >= self._max_children:
            return ChildRefused("max_children", spec.id)
        return await super().add_child(spec)

    def strategy_label(self) -> str:
        """See `Actor.strategy_label`."""
        return "dynamic"

    def _find(self, key: str | Ref) -> SupervisedChild | None:
        return self._table.get(key) if isinstance(key, str) else self._table.by_ref(key)

    def _leave_stopped(self, child: SupervisedChild) -> None:
        self._table.forget(child)

    async def _stop_all(self) -> None:
        await self._table.stop(tuple(self._table))
