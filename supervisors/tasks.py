"""A supervisor of tasks (Elixir: Task.Supervisor)."""

from supervisors.dynamic import DynamicSupervisor


class TaskSupervisor(DynamicSupervisor):
    """Keeps tasks in the tree: seen, bounded by `max_children`, and stopped with it.

    `runtime.Tasks` brings it work. What is awaited or streamed is temporary: started once, never
    again. Work given by `start_child` may ask for restarts, which spend the intensity. Its end
    stops all tasks at once, each with its own patience.
    """

    def facts(self) -> dict[str, object]:
        """See `Actor.facts`."""
        limit = self._max_children
        return {"tasks": len(self._table), "limit": "none" if limit is None else limit}
